/**
 * Stands in for the recorder and for chance while a log is replayed: what a step draws is read from the log's tape, and what it
 * records is counted or, in verification, compared with the log row by row.
 */
import { assert } from "../core/assert.ts";
import type { Nanos } from "../core/nanos.ts";
import { FIRST_RECORD_KIND, KIND } from "../events/kinds.ts";
import type { LogBatch } from "../events/log-batch.ts";
import { LogProblem } from "../events/log-problem.ts";
import type { LogReader } from "../events/log-reader.ts";
import type { Recorder } from "../events/recorder.ts";
import type { Chance, SeededChance } from "../scheduler/chance.ts";
import { encodeFrameOrPacket } from "../wire/ethernet.ts";
import type { Frame, IpPacket } from "../wire/frame.ts";

/** Where a replay and its log part. */
export class Divergence extends Error {
  override readonly name = "Divergence";
  constructor(
    message: string,
    /** Row of the log at which they part. */
    readonly seq: number,
    readonly time: Nanos,
    /** The damage that stopped the replay, if that is what did. */
    readonly problem: LogProblem | null = null,
  ) {
    super(message);
  }
}

/** Rows that the log writer adds of its own, or that come from outside of the machine. */
function isOwnKind(kind: number): boolean {
  return kind >= KIND.script && kind <= KIND.end;
}

export class LogFollower implements Recorder, Chance {
  time: Nanos = 0;
  /** Batch and row of the next row of the log. */
  private batch: LogBatch | null = null;
  private batchIndex: number;
  private at = 0;
  /** Place of the next random number, ahead of `at` by less than a step. */
  private drawBatch = 0;
  private drawRow = 0;
  private scratch = new Uint8Array(2048);

  constructor(
    private readonly log: LogReader,
    firstBatch: number,
    /** Kept in step with the tape, so that a run can go on from here. */
    readonly streams: SeededChance,
    private readonly compares: boolean,
    /** Looks at rows that the machine did not make: checkpoints, snapshots, the end. */
    private readonly onOwnRow: (kind: number, batch: LogBatch, row: number) => void,
  ) {
    this.batchIndex = firstBatch;
    this.load();
  }

  private load(): void {
    this.at = 0;
    this.batch = null;
    if (this.batchIndex >= this.log.batches.length) return;
    const batch = this.log.batch(this.batchIndex);
    if (batch instanceof LogProblem) throw new Divergence(batch.message, this.seq, this.time, batch);
    this.batch = batch;
  }

  private next(): void {
    if (++this.at < this.batch!.rows) return;
    this.batchIndex++;
    this.load();
  }

  /** Number of the row in front of the next one. */
  get seq(): number {
    return this.batch === null ? this.log.rowCount : this.batch.seq(this.at) - 1;
  }

  /**
   * The next step's row: its batch, with `at` telling the row. Null: the log is at its end, or the step is beyond `until`.
   */
  nextStep(untilTime: Nanos, untilSeq: number): { batch: LogBatch; at: number } | null {
    for (;;) {
      const { batch, at: row } = this;
      if (batch === null || batch.time(row) > untilTime || batch.seq(row) > untilSeq) return null;
      const kind = batch.kind(row);
      if (!isOwnKind(kind)) {
        if (kind >= FIRST_RECORD_KIND)
          this.part(`the log has a ${batch.kindName(row)} that the replay does not make`);
        this.drawBatch = this.batchIndex;
        this.drawRow = row + 1;
        return { batch, at: row };
      }
      this.onOwnRow(kind, batch, row);
      this.next();
    }
  }

  /** Passes over rows in front of a base snapshot. */
  skipTo(seq: number): void {
    while (this.batch !== null && this.seq < seq) this.next();
  }

  part(message: string): never {
    const { batch, at: row } = this;
    throw new Divergence(
      message,
      batch === null ? this.seq : batch.seq(row),
      batch === null ? this.time : batch.time(row),
    );
  }

  // -------------------------------------------------------------------------------------------- Recorder

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
    while (this.batch !== null && isOwnKind(this.batch.kind(this.at))) {
      this.onOwnRow(this.batch.kind(this.at), this.batch, this.at);
      this.next();
    }
    const { batch, at: row } = this;
    if (batch === null) throw new Divergence("the replay goes on where the log ends", this.seq, this.time);
    const seq = batch.seq(row);
    if (batch.kind(row) !== kind)
      this.part(
        `the log has a ${batch.kindName(row)} where the replay has a ${batch.names.kinds[kind] ?? kind}`,
      );
    if (this.compares)
      this.compare(batch, row, cause, netns, device, frameId, length, reason, data, firstSight);
    this.next();
    return seq;
  }

  private compare(
    batch: LogBatch,
    row: number,
    cause: number,
    netns: number,
    device: number,
    frameId: number,
    length: number,
    reason: number,
    data: string,
    firstSight: Frame | IpPacket | null,
  ): void {
    const differs = (column: string, logged: unknown, replayed: unknown): void => {
      if (logged !== replayed)
        this.part(`${batch.kindName(row)}: ${column} is ${logged} in the log and ${replayed} in the replay`);
    };
    differs("time", batch.time(row), this.time);
    differs("cause", batch.cause(row), cause);
    differs("netns", batch.netns(row), netns);
    differs("device", batch.device(row), device);
    differs("frame", batch.frame(row), frameId);
    differs("length", batch.length(row), length);
    differs("reason", batch.reason(row), reason);
    differs("data", batch.data(row), data);
    if (firstSight === null) return;
    const logged = batch.octets(row);
    if (this.scratch.length < firstSight.length) this.scratch = new Uint8Array(firstSight.length);
    encodeFrameOrPacket(firstSight, this.scratch, 0);
    differs("count of octets", logged.length, firstSight.length);
    for (let i = 0; i < logged.length; i++)
      if (logged[i] !== this.scratch[i]) differs(`octet ${i} of the frame`, logged[i], this.scratch[i]);
  }

  // -------------------------------------------------------------------------------------------- Chance

  /** The next number on the running step's tape. */
  draw(stream: string, bound: number): number {
    this.streams.draw(stream, bound);
    for (;;) {
      const batch = this.drawBatch === this.batchIndex ? this.batch : this.batchAt(this.drawBatch);
      if (batch === null) this.part(`the replay draws from ${stream}, the log has no more numbers`);
      if (this.drawRow >= batch.rows) {
        this.drawBatch++;
        this.drawRow = 0;
        continue;
      }
      const row = this.drawRow++;
      const kind = batch.kind(row);
      if (kind === KIND.draw) {
        assert(batch.data(row) === stream || this.compares, "the tape is of another stream");
        return batch.length(row);
      }
      if (kind < FIRST_RECORD_KIND) this.part(`the replay draws from ${stream} and the log does not`);
    }
  }

  private batchAt(index: number): LogBatch | null {
    if (index >= this.log.batches.length) return null;
    const batch = this.log.batch(index);
    return batch instanceof LogProblem ? null : batch;
  }
}
