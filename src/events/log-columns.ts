/** The columns of the batch that a writer fills: typed arrays that stand in memory as they will stand in the log. */
import { BATCH_HEAD_OCTETS } from "./batch-head.ts";
import { aligned, batchLayout } from "./log-schema.ts";

/**
 * Head and columns of fixed width in one buffer. The halves of an int64 are two words, low one first.
 * `octetsEnds` stands apart, as in the log the octets of `data` come between.
 */
export class LogColumns {
  readonly times: Uint32Array;
  readonly seqs: Uint32Array;
  readonly causes: Uint32Array;
  readonly kinds: Int8Array;
  readonly netns: Int32Array;
  readonly devices: Int32Array;
  readonly frames: Uint32Array;
  readonly lengths: Uint32Array;
  readonly reasons: Int16Array;
  /** Arrow's offsets of the column `data`: entry 0 is 0, entry n + 1 is where the text of row n ends. */
  readonly dataEnds: Int32Array;
  readonly octetsEnds: Int32Array;
  private readonly buffer: Uint8Array;

  constructor(readonly capacity: number) {
    const at = batchLayout(capacity, 0, 0);
    const body = BATCH_HEAD_OCTETS;
    const buffer = new ArrayBuffer(body + at.data);
    this.buffer = new Uint8Array(buffer);
    this.times = new Uint32Array(buffer, body + at.time, 2 * capacity);
    this.seqs = new Uint32Array(buffer, body + at.seq, 2 * capacity);
    this.causes = new Uint32Array(buffer, body + at.cause, 2 * capacity);
    this.kinds = new Int8Array(buffer, body + at.kind, capacity);
    this.netns = new Int32Array(buffer, body + at.netns, capacity);
    this.devices = new Int32Array(buffer, body + at.device, capacity);
    this.frames = new Uint32Array(buffer, body + at.frame, capacity);
    this.lengths = new Uint32Array(buffer, body + at.length, capacity);
    this.reasons = new Int16Array(buffer, body + at.reason, capacity);
    this.dataEnds = new Int32Array(buffer, body + at.dataOffsets, capacity + 1);
    this.octetsEnds = new Int32Array(aligned(4 * (capacity + 1)) / 4);
  }

  /** Columns of another capacity with the same first rows. `seqs` are left out: they are filled in at the end. */
  resized(capacity: number, rows: number): LogColumns {
    const next = new LogColumns(capacity);
    next.times.set(this.times.subarray(0, 2 * rows));
    next.causes.set(this.causes.subarray(0, 2 * rows));
    next.kinds.set(this.kinds.subarray(0, rows));
    next.netns.set(this.netns.subarray(0, rows));
    next.devices.set(this.devices.subarray(0, rows));
    next.frames.set(this.frames.subarray(0, rows));
    next.lengths.set(this.lengths.subarray(0, rows));
    next.reasons.set(this.reasons.subarray(0, rows));
    next.dataEnds.set(this.dataEnds.subarray(0, rows + 1));
    next.octetsEnds.set(this.octetsEnds.subarray(0, rows + 1));
    return next;
  }

  fillSeqs(firstSeq: number, rows: number): void {
    const seqs = this.seqs;
    let low = firstSeq >>> 0;
    let high = Math.floor(firstSeq / 0x1_0000_0000);
    for (let i = 0; i < rows; i++) {
      seqs[2 * i] = low;
      seqs[2 * i + 1] = high;
      low = (low + 1) >>> 0;
      if (low === 0) high++;
    }
  }

  /**
   * Moves the columns together for a batch of `rows` rows and gives its head (still to be written) and columns up to the
   * offsets of `data`. The rows are gone from the columns then.
   */
  packed(rows: number): Uint8Array {
    const from = batchLayout(this.capacity, 0, 0);
    const to = batchLayout(rows, 0, 0);
    this.pack(from.time, to.time, 8 * rows);
    this.pack(from.seq, to.seq, 8 * rows);
    this.pack(from.cause, to.cause, 8 * rows);
    this.pack(from.kind, to.kind, rows);
    this.pack(from.netns, to.netns, 4 * rows);
    this.pack(from.device, to.device, 4 * rows);
    this.pack(from.frame, to.frame, 4 * rows);
    this.pack(from.length, to.length, 4 * rows);
    this.pack(from.reason, to.reason, 2 * rows);
    this.pack(from.dataOffsets, to.dataOffsets, 4 * (rows + 1));
    return this.buffer.subarray(0, BATCH_HEAD_OCTETS + to.data);
  }

  /** Arrow's offsets of the column `octets`, padded with zeros. */
  packedOctetsEnds(rows: number): Uint8Array {
    const octets = aligned(4 * (rows + 1));
    this.octetsEnds.fill(0, rows + 1, octets / 4);
    return new Uint8Array(this.octetsEnds.buffer, 0, octets);
  }

  private pack(from: number, to: number, octets: number): void {
    const body = BATCH_HEAD_OCTETS;
    if (from !== to) this.buffer.copyWithin(body + to, body + from, body + from + octets);
    this.buffer.fill(0, body + to + octets, body + to + aligned(octets));
  }
}
