/** Where a log's bytes go: a file, a socket, memory. */
export interface LogSink {
  /**
   * Takes the next bytes of the log, each of them once; a batch comes in up to four pieces. They are the writer's own buffer and change after the call: whoever keeps them copies
   * them. To fail is to throw; the writer is of no use from then on.
   */
  write(bytes: Uint8Array): void;
}

/** Collects a log in memory. */
export class MemorySink implements LogSink {
  private buffer = new Uint8Array(65_536);
  private length = 0;

  write(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.buffer.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.buffer.length));
      grown.set(this.buffer.subarray(0, this.length));
      this.buffer = grown;
    }
    this.buffer.set(bytes, this.length);
    this.length = needed;
  }

  /** All that was written until now, as a copy. */
  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}
