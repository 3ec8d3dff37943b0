import { type Errno, errnoNumber, strerror } from "../core/errno.ts";
import type { Refusal, Result } from "../core/result.ts";

/** The kernel refused a request of the typed API, or its argument cannot be what it has to be (EINVAL). */
export class NetlinkError extends Error {
  override readonly name = "NetlinkError";
  readonly errno: Errno;
  /** The errno's number on Linux. */
  readonly code: number;
  /** Text of the extended ack, where the kernel gives one. */
  readonly extack: string | null;

  constructor(
    refusal: Pick<Refusal, "errno" | "extack">,
    /** Function that was called, with its arguments: `addrAdd eth0 10.0.0.1/24`. */
    readonly operation: string,
    /** Namespace in which it was called. */
    readonly netns: string,
  ) {
    const why = refusal.extack === null ? "" : `: ${refusal.extack}`;
    super(`${operation} in namespace ${netns}: ${strerror(refusal.errno)} (${refusal.errno})${why}`);
    this.errno = refusal.errno;
    this.code = errnoNumber(refusal.errno);
    this.extack = refusal.extack;
  }
}

/** The value of a granted request. @throws NetlinkError */
export function demand<T>(result: Result<T>, operation: string, netns: string): T {
  if (result.ok) return result.value;
  throw new NetlinkError(result, operation, netns);
}
