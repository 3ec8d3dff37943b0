import { assert } from "../core/assert.ts";
import type { Nanos } from "../core/nanos.ts";
import { BATCH_HEAD_OCTETS, hashBatch } from "./batch-head.ts";
import { alignedOctets, type ByteSource, memorySource } from "./byte-source.ts";
import { assertLittleEndian, ChainHash, HASH_BLOCK } from "./chain-hash.ts";
import { DROP_REASONS, EVENT_KINDS } from "./kinds.ts";
import { LogBatch, type LogNames, type LogRow } from "./log-batch.ts";
import type { LogHeader } from "./log-header.ts";
import { type BatchEntry, indexLog } from "./log-index.ts";
import { LogProblem } from "./log-problem.ts";

/** A place in a log: a row by its number, or the first row at a time or behind it. */
export type LogPosition = { readonly seq: number } | { readonly time: Nanos };

/** Batches that stay in memory when a log is read from a file. */
const BATCHES_KEPT = 8;

/**
 * Reads a log. Any file can be opened: what is wrong with it stands in `problems`, and what is whole can be read.
 * Opening reads the heads of the batches only. A batch's hash is checked when the batch is first read.
 */
export class LogReader {
  /** null where it is damaged, or the file is no log. */
  readonly header: LogHeader | null;
  readonly batches: readonly BatchEntry[];
  private readonly source: ByteSource;
  private readonly names: LogNames;
  private readonly headerOctets: number;
  /** What opening found. */
  private readonly structural: readonly LogProblem[];
  private readonly kept = new Map<number, LogBatch>();
  /** What reading found, by batch; null for a batch whose hash is good. */
  private readonly checked = new Map<number, LogProblem | null>();

  constructor(file: Uint8Array | ByteSource) {
    assertLittleEndian();
    this.source = file instanceof Uint8Array ? memorySource(file) : file;
    const index = indexLog(this.source);
    this.header = index.header;
    this.headerOctets = index.headerOctets;
    this.batches = index.batches;
    this.structural = index.problems;
    this.names = index.header ?? { kinds: EVENT_KINDS, reasons: DROP_REASONS };
  }

  /** Everything that is known to be wrong by now, by place in the file: from opening, and from the batches read. */
  get problems(): readonly LogProblem[] {
    const found = [...this.checked.values()].filter((problem) => problem !== null);
    return [...new Set([...this.structural, ...found])].sort((a, b) => a.offset - b.offset);
  }

  /** Does the log end with its closing row and end marker? Says nothing of the batches in between: see `verify`. */
  get isComplete(): boolean {
    return this.structural.length === 0;
  }

  /** Number of rows, those of damaged batches included. */
  get rowCount(): number {
    return this.batches.reduce((sum, batch) => sum + batch.rows, 0);
  }

  /** A batch whose hash is good, or what is wrong with it. `index` is one of `batches`; else it is a bug. */
  batch(index: number): LogBatch | LogProblem {
    const entry = this.batches[index];
    assert(entry !== undefined, `no batch ${index} in a log of ${this.batches.length}`);
    const kept = this.kept.get(index);
    if (kept !== undefined) return kept;
    const problem = this.checked.get(index) ?? entry.problem;
    if (problem !== null) return problem;
    const octets = alignedOctets(this.source.read(entry.offset, entry.octets));
    if (!this.checked.has(index)) this.checked.set(index, checkBatch(entry, index, octets));
    const found = this.checked.get(index)!;
    if (found !== null) return found;
    const batch = new LogBatch(entry, octets.subarray(BATCH_HEAD_OCTETS), this.names);
    if (this.kept.size === BATCHES_KEPT) this.kept.delete(this.kept.keys().next().value!);
    this.kept.set(index, batch);
    return batch;
  }

  /** The batch that holds row `seq`, or -1. */
  findBatchBySeq(seq: number): number {
    const index = this.firstBatch((batch) => batch.lastSeq >= seq);
    return index >= 0 && this.batches[index]!.firstSeq <= seq ? index : -1;
  }

  /** The first batch with a row at `time` or behind it, or -1. */
  findBatchByTime(time: Nanos): number {
    return this.firstBatch((batch) => batch.lastTime >= time);
  }

  /** The last batch that begins with a snapshot, at the position at the latest; -1 if there is none. */
  lastSnapshotBefore(position: LogPosition): number {
    const isBefore = (batch: BatchEntry) =>
      "seq" in position ? batch.firstSeq <= position.seq : batch.firstTime <= position.time;
    const behind = this.firstBatch((batch) => !isBefore(batch));
    for (let index = behind < 0 ? this.batches.length - 1 : behind - 1; index >= 0; index--) {
      if (this.batches[index]!.hasSnapshot) return index;
    }
    return -1;
  }

  /** Row `seq`; null if the log does not have it, or its batch is damaged. */
  rowBySeq(seq: number): LogRow | null {
    const index = this.findBatchBySeq(seq);
    if (index < 0) return null;
    const batch = this.batch(index);
    return batch instanceof LogProblem ? null : batch.row(seq - batch.entry.firstSeq);
  }

  /** Rows from a position on, in order, until the end or the first damaged batch, which then stands in `problems`. */
  *rows(from: LogPosition = { seq: 0 }): IterableIterator<LogRow> {
    const isBefore = (row: LogRow) => ("seq" in from ? row.seq < from.seq : row.time < from.time);
    const start =
      "seq" in from ? this.firstBatch((b) => b.lastSeq >= from.seq) : this.findBatchByTime(from.time);
    for (let index = start; index >= 0 && index < this.batches.length; index++) {
      const batch = this.batch(index);
      if (batch instanceof LogProblem) return;
      for (let i = 0; i < batch.rows; i++) {
        const row = batch.row(i);
        if (index > start || !isBefore(row)) yield row;
      }
    }
  }

  /**
   * The octets of a frame that row `seq` names, from the row where it was first seen, `seq` itself or in front of it.
   * null where that row is missing or damaged. Searches backwards: quick for a frame of late, slow for an old one.
   */
  frameOctets(frame: number, seq: number): Uint8Array | null {
    const last = this.firstBatch((batch) => batch.lastSeq >= seq);
    for (let index = last < 0 ? this.batches.length - 1 : last; index >= 0; index--) {
      const batch = this.batch(index);
      if (batch instanceof LogProblem) continue;
      for (let row = Math.min(batch.rows - 1, seq - batch.entry.firstSeq); row >= 0; row--) {
        if (batch.frame(row) === frame && batch.octets(row).length > 0) return batch.octets(row);
      }
    }
    return null;
  }

  /** Reads the whole log and tells everything that is wrong with it, by place. Nothing: it is complete and as written. */
  verify(): readonly LogProblem[] {
    const chain: LogProblem[] = [];
    if (this.header !== null && this.batches.length > 0) {
      const found = this.checkHeader();
      if (found !== null) chain.push(found);
    }
    for (let index = 0; index < this.batches.length; index++) {
      if (this.batch(index) instanceof LogProblem || index === 0) continue;
      const isFrontWhole = !(this.batch(index - 1) instanceof LogProblem);
      const found = isFrontWhole ? checkLink(this.batches[index - 1]!, this.batches[index]!, index) : null;
      if (found !== null) chain.push(found);
    }
    // Whether a damaged last batch held the closing row cannot be told.
    const isLastDamaged =
      this.batches.length > 0 && this.batch(this.batches.length - 1) instanceof LogProblem;
    return [...this.problems, ...chain]
      .filter((problem) => !(isLastDamaged && problem.kind === "unclosed"))
      .sort((a, b) => a.offset - b.offset);
  }

  /** The first batch holds the hash of the head; if it is damaged itself, it cannot be a witness. */
  private checkHeader(): LogProblem | null {
    if (this.batch(0) instanceof LogProblem) return null;
    const octets = alignedOctets(this.source.read(0, this.headerOctets));
    const isWhole =
      octets.length % HASH_BLOCK === 0 &&
      new ChainHash().update(octets).digest() === this.batches[0]!.previous;
    if (isWhole) return null;
    const message = `the head of the log (bytes 0 to ${this.headerOctets}) is damaged, or belongs to another log`;
    return new LogProblem("corrupted", -1, 0, message);
  }

  private firstBatch(holds: (batch: BatchEntry) => boolean): number {
    let low = 0;
    let high = this.batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(this.batches[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low === this.batches.length ? -1 : low;
  }
}

function checkBatch(entry: BatchEntry, index: number, octets: Uint8Array): LogProblem | null {
  const isWhole =
    octets.length === entry.octets && hashBatch(octets, octets.subarray(BATCH_HEAD_OCTETS)) === entry.hash;
  if (isWhole) return null;
  const end = entry.offset + entry.octets;
  const message = `batch ${index} is damaged: bytes ${entry.offset} to ${end}, events ${entry.firstSeq} to ${entry.lastSeq}`;
  return new LogProblem("corrupted", index, entry.offset, message);
}

function checkLink(front: BatchEntry, entry: BatchEntry, index: number): LogProblem | null {
  if (front.hash === entry.previous) return null;
  const message = `batch ${index} at byte ${entry.offset} does not follow batch ${index - 1}: events ${front.lastSeq} and ${entry.firstSeq} were not neighbours when the log was written`;
  return new LogProblem("corrupted", index, entry.offset, message);
}
