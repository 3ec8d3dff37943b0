/** Buffered reading from a descriptor, in octets: blocks as large as the real tool reads, for those that share the input with it. */
import type { Errno } from "../core/errno.ts";
import { type OctetString, octetsToText, textToOctets } from "../core/octets.ts";
import type { Process } from "./process.ts";

/** What stdio reads from a pipe or a file at a time. @source st_blksize of both */
export const STDIO_BLOCK = 4096;

export class OctetReader {
  /** Why reading ended, if not at the end of the file. */
  errno: Errno | null = null;
  private held: OctetString = "";
  private at = 0;
  private isOver = false;

  constructor(
    private readonly process: Process,
    readonly fd: number,
    private readonly block: number = STDIO_BLOCK,
  ) {}

  /** What was read and not used, or a block more, at most `max` octets; null: the end. */
  async take(max: number = this.block): Promise<OctetString | null> {
    if (this.at < this.held.length) {
      const octets = this.held.slice(this.at);
      this.held = "";
      this.at = 0;
      if (octets.length > max) this.untake(octets.slice(max));
      return octets.slice(0, max);
    }
    if (this.isOver) return null;
    const taken = await this.process.take(this.fd, Math.min(max, this.block), null);
    if (taken.kind === "text") return textToOctets(taken.text);
    if (taken.kind === "refused") this.errno = taken.errno;
    this.isOver = true;
    return null;
  }

  /** Puts back the end of what was taken last, to be taken again. */
  untake(octets: OctetString): void {
    this.held = octets + this.held.slice(this.at);
    this.at = 0;
  }

  /** A line with its end, or the last one without; null: nothing is left. */
  async line(end = "\n"): Promise<OctetString | null> {
    const parts: OctetString[] = [];
    for (;;) {
      if (this.at >= this.held.length) {
        const block = await this.take();
        if (block === null) return parts.length === 0 ? null : parts.join("");
        this.held = block;
        this.at = 0;
      }
      const found = this.held.indexOf(end, this.at);
      const to = found < 0 ? this.held.length : found + 1;
      parts.push(this.held.slice(this.at, to));
      this.at = to;
      if (found >= 0) return parts.length === 1 ? parts[0]! : parts.join("");
    }
  }

  /** At most so many octets; fewer only at the end. */
  async read(count: number): Promise<OctetString> {
    const parts: OctetString[] = [];
    for (let left = count; left > 0; ) {
      const block = await this.take();
      if (block === null) break;
      parts.push(block.slice(0, left));
      if (block.length > left) this.untake(block.slice(left));
      left -= block.length;
    }
    return parts.join("");
  }

  async rest(): Promise<OctetString> {
    const parts: OctetString[] = [];
    for (let block = await this.take(); block !== null; block = await this.take()) parts.push(block);
    return parts.join("");
  }

  /**
   * Hands out each line, without its end, block by block; `hasEnd` is false for a last one that has none. `visit` stops it by
   * giving true; `afterBlock` is where to wait for room in the output.
   */
  async eachLine(
    visit: (line: OctetString, hasEnd: boolean) => unknown,
    afterBlock: () => Promise<void>,
    end = "\n",
  ): Promise<void> {
    /** The begin of a line whose end was not seen yet. */
    let parts: OctetString[] = [];
    for (;;) {
      const block = await this.take();
      if (block === null) break;
      let from = 0;
      for (let to = block.indexOf(end); to >= 0; to = block.indexOf(end, from)) {
        const piece = block.slice(from, to);
        from = to + 1;
        const line = parts.length === 0 ? piece : parts.join("") + piece;
        parts = [];
        if (visit(line, true) !== true) continue;
        this.untake(block.slice(from));
        return;
      }
      if (from < block.length) parts.push(block.slice(from));
      await afterBlock();
    }
    if (parts.length > 0) visit(parts.join(""), false);
  }

  /** Forgets what was read and not used. */
  discard(): void {
    this.held = "";
    this.at = 0;
  }

  /** Moves the position of a file back over what was not used, as exit(3) does for standard input. */
  giveBack(): void {
    const file = this.process.fds.get(this.fd);
    if (this.at < this.held.length && file?.isSeekable)
      file.putBack?.(octetsToText(this.held.slice(this.at)));
    this.held = "";
    this.at = 0;
  }
}
