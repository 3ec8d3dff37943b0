/** Character devices that need no kernel: `/dev/null`, `/dev/zero`, `/dev/full`, `/dev/random`, `/dev/urandom`. */
import type { Errno } from "../core/errno.ts";
import { type OctetString, octetsToText } from "../core/octets.ts";
import { endOfTake, NullFile, type OpenFile, type Taken } from "./fds.ts";

/** So many octets are made at once for a reader that takes all it can get. */
const READ_MAX = 65_536;
/** So many are made for a reader that names a number. */
const ASKED_MAX = 1 << 24;
const TAKE_COST = 1_000_000;

/** A device that never ends. */
class EndlessFile implements OpenFile {
  refs = 0;
  readonly takeCost = TAKE_COST;
  constructor(
    readonly label: string,
    private readonly octets: (count: number) => OctetString,
    private readonly writeError: Errno | null,
  ) {}
  write(text: string): Errno | null {
    return text === "" ? null : this.writeError;
  }
  take(max: number, stop: string | null): Taken {
    const octets = this.octets(Number.isFinite(max) ? Math.min(max, ASKED_MAX) : READ_MAX);
    return { kind: "text", text: octetsToText(octets.slice(0, endOfTake(octets, 0, max, stop))) };
  }
}

/** @param random whole numbers below 2^31 */
export function deviceFile(path: string, random: () => number): OpenFile | null {
  switch (path) {
    case "/dev/null":
      return new NullFile();
    case "/dev/zero":
      return new EndlessFile(path, (count) => "\0".repeat(count), null);
    case "/dev/full":
      return new EndlessFile(path, (count) => "\0".repeat(count), "ENOSPC");
    case "/dev/random":
    case "/dev/urandom":
      return new EndlessFile(path, (count) => randomOctets(count, random), null);
    default:
      return null;
  }
}

/** Many octets of one number of chance: a generator of their own is faster. @source G. Marsaglia, Xorshift RNGs (2003) */
function randomOctets(count: number, random: () => number): OctetString {
  let state = random() | 1;
  let octets = "";
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    octets += String.fromCharCode((state >>> 8) & 0xff);
  }
  return octets;
}
