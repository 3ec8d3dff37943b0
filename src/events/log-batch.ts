/** One batch of a log as views of its octets: nothing is copied or decoded until it is asked for. */
import type { Nanos } from "../core/nanos.ts";
import type { BatchEntry } from "./log-index.ts";
import { type BatchLayout, batchLayout } from "./log-schema.ts";

/** Names behind the numbers of the columns `kind` and `reason`. */
export interface LogNames {
  readonly kinds: readonly string[];
  readonly reasons: readonly string[];
}

const NO_OCTETS = new Uint8Array(0);

export class LogBatch {
  readonly rows: number;
  readonly kinds: Int8Array;
  readonly netnses: Int32Array;
  readonly devices: Int32Array;
  readonly frames: Uint32Array;
  readonly lengths: Uint32Array;
  readonly reasons: Int16Array;
  private readonly times: Uint32Array;
  private readonly seqs: Uint32Array;
  private readonly causes: Uint32Array;
  private readonly dataEnds: Int32Array;
  private readonly octetsEnds: Int32Array;
  private readonly at: BatchLayout;
  private readonly decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  /** @param body begins at a multiple of 8 in its buffer and is as long as the entry says */
  constructor(
    readonly entry: BatchEntry,
    private readonly body: Uint8Array,
    readonly names: LogNames,
  ) {
    const { rows } = entry;
    const { buffer, byteOffset } = body;
    const at = batchLayout(rows, entry.dataOctets, entry.octetsOctets);
    this.at = at;
    this.rows = rows;
    this.times = new Uint32Array(buffer, byteOffset + at.time, 2 * rows);
    this.seqs = new Uint32Array(buffer, byteOffset + at.seq, 2 * rows);
    this.causes = new Uint32Array(buffer, byteOffset + at.cause, 2 * rows);
    this.kinds = new Int8Array(buffer, byteOffset + at.kind, rows);
    this.netnses = new Int32Array(buffer, byteOffset + at.netns, rows);
    this.devices = new Int32Array(buffer, byteOffset + at.device, rows);
    this.frames = new Uint32Array(buffer, byteOffset + at.frame, rows);
    this.lengths = new Uint32Array(buffer, byteOffset + at.length, rows);
    this.reasons = new Int16Array(buffer, byteOffset + at.reason, rows);
    this.dataEnds = new Int32Array(buffer, byteOffset + at.dataOffsets, rows + 1);
    this.octetsEnds = new Int32Array(buffer, byteOffset + at.octetsOffsets, rows + 1);
  }

  time(row: number): Nanos {
    return this.times[2 * row + 1]! * 0x1_0000_0000 + this.times[2 * row]!;
  }

  seq(row: number): number {
    return this.seqs[2 * row + 1]! * 0x1_0000_0000 + this.seqs[2 * row]!;
  }

  cause(row: number): number {
    return this.causes[2 * row + 1]! * 0x1_0000_0000 + this.causes[2 * row]!;
  }

  kind(row: number): number {
    return this.kinds[row]!;
  }

  netns(row: number): number {
    return this.netnses[row]!;
  }

  device(row: number): number {
    return this.devices[row]!;
  }

  frame(row: number): number {
    return this.frames[row]!;
  }

  length(row: number): number {
    return this.lengths[row]!;
  }

  reason(row: number): number {
    return this.reasons[row]!;
  }

  data(row: number): string {
    const octets = this.dataUtf8(row);
    return octets.length === 0 ? "" : this.decoder.decode(octets);
  }

  /** The text of a row, not decoded. */
  dataUtf8(row: number): Uint8Array {
    return this.slice(this.at.data, this.dataEnds[row]!, this.dataEnds[row + 1]!);
  }

  /** Octets of the frame that is first seen on this row; none on others. */
  octets(row: number): Uint8Array {
    return this.slice(this.at.octets, this.octetsEnds[row]!, this.octetsEnds[row + 1]!);
  }

  kindName(row: number): string {
    const kind = this.kinds[row]!;
    return this.names.kinds[kind] ?? String(kind);
  }

  reasonName(row: number): string {
    const reason = this.reasons[row]!;
    return this.names.reasons[reason] ?? String(reason);
  }

  row(row: number): LogRow {
    return new LogRow(this, row);
  }

  private slice(column: number, from: number, to: number): Uint8Array {
    return to > from ? this.body.subarray(column + from, column + to) : NO_OCTETS;
  }
}

/** A row of a batch; each column is read when asked for. */
export class LogRow {
  constructor(
    readonly batch: LogBatch,
    /** Number of the row in its batch. */
    readonly index: number,
  ) {}

  get time(): Nanos {
    return this.batch.time(this.index);
  }
  get seq(): number {
    return this.batch.seq(this.index);
  }
  get cause(): number {
    return this.batch.cause(this.index);
  }
  get kind(): number {
    return this.batch.kind(this.index);
  }
  get netns(): number {
    return this.batch.netns(this.index);
  }
  get device(): number {
    return this.batch.device(this.index);
  }
  get frame(): number {
    return this.batch.frame(this.index);
  }
  get length(): number {
    return this.batch.length(this.index);
  }
  get reason(): number {
    return this.batch.reason(this.index);
  }
  get data(): string {
    return this.batch.data(this.index);
  }
  get octets(): Uint8Array {
    return this.batch.octets(this.index);
  }
  get kindName(): string {
    return this.batch.kindName(this.index);
  }
  get reasonName(): string {
    return this.batch.reasonName(this.index);
  }
}
