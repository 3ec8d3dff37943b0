/**
 * What came from outside during a run, kept in memory, so that the run can be brought to any of its instants again while it
 * goes on: a log on disk ends with its last whole batch, and a run may have none. From a finished log see replay.ts.
 */
import type { Nanos } from "../core/nanos.ts";
import { NullRecorder } from "../events/recorder.ts";
import type { BodyOf, Operation } from "../events/requests.ts";
import { Kernel } from "../kernel/kernel.ts";
import { SeededChance } from "../scheduler/chance.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import type { Frame } from "../wire/frame.ts";
import type { Instant } from "./replay.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "./snapshot.ts";

interface Input {
  readonly time: Nanos;
  readonly netns: number;
  readonly op: Operation;
  readonly body: BodyOf<Operation>;
}

interface Mark {
  readonly snapshot: Snapshot;
  /** Inputs before it. */
  readonly inputs: number;
}

/** Rows from one kept snapshot to the next, at first. */
const ROWS_PER_SNAPSHOT = 16_384;
/** When so many are kept, every other one is let go, and they are taken half as often. */
const SNAPSHOTS_KEPT = 64;
const SILENT = { output: () => {}, exit: () => {} };
const NO_LIMITS = { stepsPerInstant: Number.POSITIVE_INFINITY, steps: Number.POSITIVE_INFINITY };

export class History {
  private readonly inputs: Input[] = [];
  private marks: Mark[];
  private rowsPerSnapshot = ROWS_PER_SNAPSHOT;

  /**
   * @param logRows numbers of the rows that the log has of its own, by number; a list that grows with the run
   */
  constructor(
    base: Snapshot,
    private readonly logRows: readonly number[],
  ) {
    this.marks = [{ snapshot: base, inputs: 0 }];
  }

  /** A snapshot is wanted when the run has reached this row. */
  get nextSnapshotSeq(): number {
    return this.marks.at(-1)!.snapshot.seq + this.rowsPerSnapshot;
  }

  note(time: Nanos, netns: number, op: Operation, body: BodyOf<Operation>): void {
    this.inputs.push({ time, netns, op, body });
  }

  /** Keeps a snapshot that was taken with nothing left to do at its instant. */
  keep(snapshot: Snapshot): void {
    this.marks.push({ snapshot, inputs: this.inputs.length });
    if (this.marks.length <= SNAPSHOTS_KEPT) return;
    this.marks = this.marks.filter((_, i) => i % 2 === 0);
    this.rowsPerSnapshot *= 2;
  }

  /**
   * The run as it was after all events of a time, or after the step to which a row belongs. Instants before the first: the first.
   * @param now time that the run has reached, at which nothing is left to do
   */
  at(instant: Instant, now: Nanos): Snapshot {
    const time = "time" in instant ? instant.time : now;
    const seq = "seq" in instant ? instant.seq : Number.POSITIVE_INFINITY;
    const isBefore = ({ snapshot }: Mark) => snapshot.seq <= seq && snapshot.agenda.now <= time;
    const mark = this.marks.findLast(isBefore) ?? this.marks[0]!;
    const rerun = new Rerun(mark.snapshot, this.logRows, time, seq);
    for (let i = mark.inputs; i < this.inputs.length && !rerun.isThere; i++) rerun.input(this.inputs[i]!);
    return rerun.finish();
  }
}

/** Goes from a snapshot to an instant over the same steps as the run did. */
class Rerun {
  isThere = false;
  private readonly rec = new NullRecorder();
  private readonly kernel: Kernel;
  private readonly scheduler: Scheduler<Frame>;
  private readonly chance: SeededChance;
  /** Index of the first of `logRows` that is still to come. */
  private nextLogRow: number;

  constructor(
    private readonly from: Snapshot,
    private readonly logRows: readonly number[],
    private readonly time: Nanos,
    private readonly seq: number,
  ) {
    this.rec.seq = from.seq;
    this.chance = SeededChance.restore(from.seed, from.chance);
    this.kernel = new Kernel(this.rec, this.chance, SILENT);
    this.scheduler = new Scheduler(this.kernel, NO_LIMITS);
    this.kernel.attach(this.scheduler);
    restoreSnapshot(from, this.kernel, this.scheduler);
    const next = logRows.findIndex((row) => row > from.seq);
    this.nextLogRow = next < 0 ? logRows.length : next;
  }

  /** Passes over rows of the log's own, which stand between steps. Is the next step's row beyond the instant? */
  private isBeyond(): boolean {
    while (this.logRows[this.nextLogRow] === this.rec.seq + 1) {
      this.rec.seq++;
      this.nextLogRow++;
    }
    return this.rec.seq >= this.seq;
  }

  private runDue(until: Nanos): void {
    const limit = Math.min(until, this.time);
    for (;;) {
      this.isThere = this.isBeyond();
      if (this.isThere || !this.scheduler.runNext(limit)) return;
    }
  }

  input({ time, netns, op, body }: Input): void {
    this.runDue(time);
    if (this.isThere || time > this.time) {
      this.isThere = true;
      return;
    }
    this.scheduler.advanceTo(time);
    this.kernel.request(netns, op, body);
  }

  finish(): Snapshot {
    this.runDue(this.time);
    if (this.seq === Number.POSITIVE_INFINITY) this.scheduler.advanceTo(this.time);
    return takeSnapshot(this.kernel, this.scheduler, this.chance, this.from.seed, this.rec.seq);
  }
}
