import { assert } from "../core/assert.ts";
import { asTime, type Nanos } from "../core/nanos.ts";
import { encodeFrameOrPacket } from "../wire/ethernet.ts";
import type { Frame, IpPacket } from "../wire/frame.ts";
import { END_OF_STREAM } from "./arrow-ipc.ts";
import { sealBatchHead, writeBatchHead } from "./batch-head.ts";
import { assertLittleEndian, ChainHash } from "./chain-hash.ts";
import { DROP_REASONS, EVENT_KINDS, KIND } from "./kinds.ts";
import { LogColumns } from "./log-columns.ts";
import { encodeLogHeader } from "./log-header.ts";
import { aligned, KINDS_MAX, LOG_FORMAT_VERSION, REASONS_MAX, ROW_OCTETS } from "./log-schema.ts";
import type { LogSink } from "./log-sink.ts";
import type { Recorder } from "./recorder.ts";

export interface LogWriterOptions {
  /** Seed of the run, as text. */
  readonly seed: string;
  /** Version of vethsim. */
  readonly version: string;
  /**
   * Number of the first row; above 1 for a log that goes on where another run was forked.
   * @defaultValue 1
   */
  readonly firstSeq?: number;
  /**
   * Most rows of a batch.
   * @defaultValue 16384
   */
  readonly batchRows?: number;
  /**
   * A batch ends with the row that brings its texts and frames to this many octets.
   * @defaultValue 4 MiB
   */
  readonly batchOctets?: number;
}

const ROWS_AT_FIRST = 256;
const OCTETS_AT_FIRST = 4096;
/** Longer texts go through TextEncoder, whose call costs as much as this many characters. */
const SHORT_TEXT_CHARS = 24;

/**
 * Writes the rows of a run as an Arrow stream, batch by batch. See docs/log-format.md.
 * What it writes depends on the rows, the options and nothing else. It holds one batch in memory at a time.
 */
export class LogWriter implements Recorder {
  time: Nanos = 0;
  seq: number;
  /** Octets that the sink was given. */
  bytesWritten = 0;

  private readonly batchRows: number;
  private readonly batchOctets: number;
  private readonly encoder = new TextEncoder();
  private columns: LogColumns;
  private rows = 0;
  /** The time of the last row, and its high word: many rows have one time. */
  private timeSplit: Nanos = Number.POSITIVE_INFINITY;
  private timeHigh = 0;
  private data: Uint8Array = new Uint8Array(OCTETS_AT_FIRST);
  private dataAt = 0;
  private octets: Uint8Array = new Uint8Array(OCTETS_AT_FIRST);
  private octetsAt = 0;
  private hasSnapshot = false;
  private hasEnded = false;
  private previous: string;
  private bytesAtSnapshot = 0;

  constructor(
    private readonly sink: LogSink,
    options: LogWriterOptions,
  ) {
    assertLittleEndian();
    asTime(this, "time");
    assert(
      EVENT_KINDS.length <= KINDS_MAX && DROP_REASONS.length <= REASONS_MAX,
      "too many names for a column",
    );
    this.seq = (options.firstSeq ?? 1) - 1;
    this.batchRows = options.batchRows ?? 16_384;
    this.batchOctets = options.batchOctets ?? 4_194_304;
    assert(this.seq >= 0 && this.batchRows > 0 && this.batchOctets > 0, "a log's bounds are positive");
    this.columns = new LogColumns(Math.min(ROWS_AT_FIRST, this.batchRows));
    const header = encodeLogHeader({
      format: LOG_FORMAT_VERSION,
      version: options.version,
      seed: options.seed,
      kinds: EVENT_KINDS,
      reasons: DROP_REASONS,
    });
    this.previous = new ChainHash().update(header).digest();
    this.write(header);
    this.bytesAtSnapshot = this.bytesWritten;
  }

  /** Octets of log since the newest snapshot, or since the start. A measure of how much a replay must read. */
  get bytesSinceSnapshot(): number {
    return this.position() - this.bytesAtSnapshot;
  }

  row(
    kind: number,
    cause: number,
    netns: number,
    device: number,
    frameId: number,
    length: number,
    reason: number,
    data: string,
    firstSight: Frame | IpPacket | null,
  ): number {
    const row = this.rows;
    const columns = this.columns;
    assert(row < columns.capacity, "a row after the closing row");
    const time = this.time;
    columns.times[2 * row] = time;
    if (time !== this.timeSplit) {
      this.timeSplit = time;
      this.timeHigh = Math.floor(time / 0x1_0000_0000);
    }
    columns.times[2 * row + 1] = this.timeHigh;
    columns.causes[2 * row] = cause;
    columns.causes[2 * row + 1] = cause <= 0xffff_ffff ? 0 : cause / 0x1_0000_0000;
    columns.kinds[row] = kind;
    columns.netns[row] = netns;
    columns.devices[row] = device;
    columns.frames[row] = frameId;
    columns.lengths[row] = length;
    columns.reasons[row] = reason;
    if (data !== "") this.addData(data);
    if (firstSight !== null) this.addOctets(firstSight);
    columns.dataEnds[row + 1] = this.dataAt;
    columns.octetsEnds[row + 1] = this.octetsAt;
    this.rows = row + 1;
    this.seq++;
    if (row + 1 === columns.capacity || this.dataAt + this.octetsAt >= this.batchOctets) this.makeRoom();
    return this.seq;
  }

  /** Larger columns at first, then a batch: one call, so that compiled code has seen it before the first batch is full. */
  private makeRoom(): void {
    if (this.rows === this.batchRows || this.dataAt + this.octetsAt >= this.batchOctets) this.flush();
    else this.growColumns();
  }

  /** Adds the whole state as a row, the first one of a new batch, so that a reader finds it without reading the rest. */
  snapshot(text: string): number {
    this.flush();
    this.hasSnapshot = true;
    const seq = this.row(KIND.snapshot, 0, -1, -1, 0, 0, 0, text, null);
    this.bytesAtSnapshot = this.position();
    return seq;
  }

  /** Adds a hash of the state, against which a replay compares its own. */
  checkpoint(hash: string): number {
    return this.row(KIND.checkpoint, 0, -1, -1, 0, 0, 0, hash, null);
  }

  /** Adds the closing row and closes the stream. No row may follow. */
  end(totals: string): void {
    // A full batch is flushed by `row`, so the closing row must be known to be one before it is added.
    this.hasEnded = true;
    this.row(KIND.end, 0, -1, -1, 0, 0, 0, totals, null);
    this.flush();
    this.columns = new LogColumns(0);
    this.write(Uint8Array.from(END_OF_STREAM));
  }

  /** Hands the rows that wait to the sink as a batch, if there are any. */
  flush(): void {
    const rows = this.rows;
    if (rows === 0) return;
    const columns = this.columns;
    const firstSeq = this.seq - rows + 1;
    columns.fillSeqs(firstSeq, rows);
    const firstTime = columns.times[1]! * 0x1_0000_0000 + columns.times[0]!;
    const lastTime = columns.times[2 * rows - 1]! * 0x1_0000_0000 + columns.times[2 * rows - 2]!;
    assert(firstTime <= lastTime, "time went back");
    const front = columns.packed(rows);
    writeBatchHead(
      {
        rows,
        dataOctets: this.dataAt,
        octetsOctets: this.octetsAt,
        firstSeq,
        firstTime,
        lastTime,
        hasSnapshot: this.hasSnapshot,
        hasEnd: this.hasEnded,
        previous: this.previous,
      },
      front,
    );
    const parts = [
      front,
      padded(this.data, this.dataAt),
      columns.packedOctetsEnds(rows),
      padded(this.octets, this.octetsAt),
    ];
    const hash = new ChainHash();
    for (const part of parts) hash.update(part);
    this.previous = hash.digest();
    sealBatchHead(this.previous, front);
    // The parts are views of the columns: they are handed over before the columns are used again.
    for (const part of parts) this.write(part);
    this.clear();
  }

  private clear(): void {
    this.rows = 0;
    this.dataAt = 0;
    this.octetsAt = 0;
    this.hasSnapshot = false;
    this.columns.dataEnds[0] = 0;
    // A large snapshot does not hold its memory for the rest of the run.
    if (this.data.length > 4 * this.batchOctets) this.data = new Uint8Array(OCTETS_AT_FIRST);
  }

  private write(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.bytesWritten += bytes.length;
    this.sink.write(bytes);
  }

  /** Where the log stands, rows that wait included. */
  private position(): number {
    return this.bytesWritten + this.rows * ROW_OCTETS + this.dataAt + this.octetsAt;
  }

  private growColumns(): void {
    this.columns = this.columns.resized(Math.min(2 * this.columns.capacity, this.batchRows), this.rows);
  }

  private addOctets(what: Frame | IpPacket): void {
    const end = this.octetsAt + what.length;
    if (end > this.octets.length) this.octets = grown(this.octets, end);
    encodeFrameOrPacket(what, this.octets, this.octetsAt);
    this.octetsAt = end;
  }

  private addData(text: string): void {
    const end = this.dataAt + text.length;
    if (end > this.data.length) this.data = grown(this.data, end);
    const data = this.data;
    let read = 0;
    if (text.length <= SHORT_TEXT_CHARS) {
      for (let at = this.dataAt; read < text.length; read++) {
        const char = text.charCodeAt(read);
        if (char > 0x7f) break;
        data[at + read] = char;
      }
    }
    if (read === text.length) this.dataAt = end;
    else this.addText(text);
  }

  /** Texts that are long or not ASCII. A half of a surrogate pair alone becomes U+FFFD. */
  private addText(text: string): void {
    let rest = text;
    for (;;) {
      const { read, written } = this.encoder.encodeInto(rest, this.data.subarray(this.dataAt));
      this.dataAt += written;
      if (read === rest.length) return;
      rest = rest.slice(read);
      // A UTF-16 unit takes at most 3 octets.
      this.data = grown(this.data, this.dataAt + 3 * rest.length);
    }
  }
}

/** A copy with room for `needed` octets and the padding behind them. */
function grown(octets: Uint8Array, needed: number): Uint8Array {
  const next = new Uint8Array(aligned(Math.max(needed, 2 * octets.length)));
  next.set(octets);
  return next;
}

/** The first `length` octets, padded with zeros. */
function padded(octets: Uint8Array, length: number): Uint8Array {
  octets.fill(0, length, aligned(length));
  return octets.subarray(0, aligned(length));
}
