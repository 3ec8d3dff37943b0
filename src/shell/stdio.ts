/**
 * Standard output as stdio buffers it: by blocks for a pipe or a file, by lines for a terminal, as `stdbuf` set it. What is in the
 * buffer is lost when a signal kills the process.
 * @source setvbuf(3); coreutils 9.1 src/libstdbuf.c
 */
import type { Errno } from "../core/errno.ts";
import { type OctetString, octetsToText } from "../core/octets.ts";
import { STDIO_BLOCK } from "./octet-reader.ts";
import type { Process } from "./process.ts";

type Buffering = "line" | number;

export class Stdout {
  /** The first error of a write. */
  errno: Errno | null = null;
  private held: OctetString[] = [];
  private length = 0;
  private readonly buffering: Buffering;

  /** @param mode of `stdbuf -o`: `L`, a number, or absent */
  constructor(
    private readonly process: Process,
    mode: string | undefined,
  ) {
    if (mode === "L" || (mode === undefined && process.fds.get(1)?.isTerminal)) this.buffering = "line";
    else this.buffering = mode === undefined ? STDIO_BLOCK : Number(mode);
  }

  put(octets: OctetString): void {
    if (octets === "") return;
    this.held.push(octets);
    this.length += octets.length;
    if (this.buffering === "line") {
      const end = octets.lastIndexOf("\n") + 1;
      if (end > 0) this.send(this.length - octets.length + end);
    } else if (this.length >= this.buffering) {
      this.send(this.buffering < 2 ? this.length : this.length - (this.length % this.buffering));
    }
  }

  flush(): void {
    this.send(this.length);
  }

  /** Writes the first `count` octets of the buffer. */
  private send(count: number): void {
    if (count === 0) return;
    const octets = this.held.length === 1 ? this.held[0]! : this.held.join("");
    this.held = count === octets.length ? [] : [octets.slice(count)];
    this.length = octets.length - count;
    this.write(octets.slice(0, count));
  }

  /** Past the buffer, at once. */
  write(octets: OctetString): Errno | null {
    const errno = this.process.write(1, octetsToText(octets));
    if (errno !== null) this.errno ??= errno;
    return errno;
  }
}
