/**
 * One run of the machine: kernel, scheduler and log, driven from outside by requests and by letting time go on.
 */
import { DeepFreezer } from "../core/deep-freeze.ts";
import type { Nanos } from "../core/nanos.ts";
import type { Result } from "../core/result.ts";
import { VERSION } from "../core/version.ts";
import { KIND } from "../events/kinds.ts";
import type { LogSink } from "../events/log-sink.ts";
import { LogWriter } from "../events/log-writer.ts";
import { NullRecorder, type Recorder } from "../events/recorder.ts";
import type { BodyOf, Operation, ReplyOf } from "../events/requests.ts";
import { Kernel, type ProgramSink } from "../kernel/kernel.ts";
import { SeededChance } from "../scheduler/chance.ts";
import { type Limits, Scheduler } from "../scheduler/scheduler.ts";
import type { Frame } from "../wire/frame.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "./snapshot.ts";
import { SnapshotWriter } from "./snapshot-writer.ts";
import { StateHash } from "./state-hash.ts";

export interface RunOptions {
  /** Seed of all chance. @defaultValue "1" */
  readonly seed?: string;
  /** Where the log goes; absent: there is none. */
  readonly log?: LogSink;
  /** Freezes every state after every step and checks that nothing is changed in place: slow, for tests. */
  readonly freeze?: boolean;
  readonly limits?: Partial<Limits>;
  /** Where the programs of the simulation write. */
  readonly programs?: ProgramSink;
  /** Goes on from here instead of from the beginning. */
  readonly from?: Snapshot;
}

/** Rows from one checkpoint to the next: few at first, so that a short log has some, then doubled up to this many. */
export const CHECKPOINT_ROWS = 16_384;
const FIRST_CHECKPOINT_ROWS = 64;
/** A snapshot is taken when the log since the last one has this many times its size: so snapshots cost a bounded share. */
const SNAPSHOT_SHARE = 8;
const SNAPSHOT_MIN_BYTES = 2 << 20;

const SILENT: ProgramSink = { output: () => {}, exit: () => {} };
const DEFAULT_LIMITS: Limits = { stepsPerInstant: 1_000_000, steps: Number.POSITIVE_INFINITY };

export class Run {
  readonly kernel: Kernel;
  readonly scheduler: Scheduler<Frame>;
  readonly seed: string;
  /** Numbers of the rows that the log has of its own (script, checkpoints, snapshots): what the machine does not count. */
  readonly logRows: number[] = [];
  private readonly rec: Recorder;
  private readonly log: LogWriter | null;
  private readonly chance: SeededChance;
  private readonly hash: StateHash;
  private readonly snapshots = new SnapshotWriter();
  private readonly freezer: DeepFreezer | null;
  private checkpointGap = FIRST_CHECKPOINT_ROWS;
  private nextCheckpoint: number;
  private snapshotBytes = 0;
  private isClosed = false;

  constructor(options: RunOptions = {}) {
    this.seed = options.from?.seed ?? options.seed ?? "1";
    const firstSeq = (options.from?.seq ?? 0) + 1;
    this.log =
      options.log === undefined
        ? null
        : new LogWriter(options.log, { seed: this.seed, version: VERSION, firstSeq });
    this.rec = this.log ?? numbered(firstSeq);
    this.chance =
      options.from === undefined
        ? new SeededChance(this.seed)
        : SeededChance.restore(this.seed, options.from.chance);
    this.kernel = new Kernel(this.rec, this.chance, options.programs ?? SILENT);
    this.scheduler = new Scheduler(this.kernel, { ...DEFAULT_LIMITS, ...options.limits });
    this.kernel.attach(this.scheduler);
    this.freezer = options.freeze === true ? new DeepFreezer() : null;
    if (this.freezer !== null) this.kernel.cells.watchSteps();
    if (options.from === undefined) this.kernel.boot();
    else restoreSnapshot(options.from, this.kernel, this.scheduler);
    this.freezer?.freeze(this.kernel.cells.snapshot());
    this.hash = new StateHash(this.kernel.cells);
    // First, so that a fork's log begins with it, even in the middle of an instant.
    if (this.log !== null) this.snapshotNow();
    this.settle();
    this.nextCheckpoint = this.rec.seq + this.checkpointGap;
  }

  get now(): Nanos {
    return this.scheduler.now;
  }

  /** Number of the newest row. */
  get seq(): number {
    return this.rec.seq;
  }

  /** Carries out a request and all that it causes at this instant. */
  request<Op extends Operation>(netns: number, op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    this.scheduler.startRequest();
    const result = this.kernel.request(netns, op, body);
    this.afterStep();
    this.settle();
    return result;
  }

  /** Carries out what is due now. */
  private settle(): void {
    while (this.scheduler.runNext(this.scheduler.now)) this.afterStep();
  }

  /**
   * Lets time go on to `until`, or until `isDone` says so after a step. False: nothing more was due and `until` is Infinity.
   */
  advance(until: Nanos, isDone: () => boolean): boolean {
    while (this.scheduler.runNext(until)) {
      this.afterStep();
      if (isDone()) {
        this.settle();
        return true;
      }
    }
    if (until === Number.POSITIVE_INFINITY) return false;
    this.scheduler.advanceTo(until);
    return true;
  }

  private afterStep(): void {
    if (this.freezer !== null) this.freezeStep(this.freezer);
    if (this.rec.seq >= this.nextCheckpoint) this.checkpoint();
  }

  private freezeStep(freezer: DeepFreezer): void {
    for (const ref of this.kernel.cells.changedInStep) freezer.freeze(this.kernel.cells.get(ref));
    freezer.check();
  }

  /** Hash of the state: 16 hex digits. */
  stateHash(): string {
    return this.hash.digest();
  }

  snapshot(): Snapshot {
    return takeSnapshot(this.kernel, this.scheduler, this.chance, this.seed, this.rec.seq);
  }

  private checkpoint(): void {
    this.checkpointGap = Math.min(2 * this.checkpointGap, CHECKPOINT_ROWS);
    this.nextCheckpoint = this.rec.seq + this.checkpointGap;
    if (this.log === null) return;
    this.rec.time = this.now;
    this.logRows.push(this.log.checkpoint(this.stateHash()));
    const since = this.log.bytesSinceSnapshot;
    if (since >= SNAPSHOT_MIN_BYTES && since >= SNAPSHOT_SHARE * this.snapshotBytes) this.snapshotNow();
  }

  private snapshotNow(): void {
    const log = this.log!;
    log.time = this.now;
    const text = this.snapshots.write(this.snapshot());
    this.snapshotBytes = text.length;
    this.logRows.push(log.snapshot(text));
  }

  /** Notes the script of the run, so that it can be run again after a fork. */
  noteScript(name: string, text: string): void {
    this.rec.time = this.now;
    const data = JSON.stringify({ name, text });
    this.logRows.push(this.rec.row(KIND.script, 0, -1, -1, 0, 0, 0, data, null));
  }

  /** Hands the log what has happened so far, so that it can be read. */
  flushLog(): void {
    if (!this.isClosed) this.log?.flush();
  }

  /** Ends the log. Later requests are a bug. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    if (this.log === null) return;
    this.log.time = this.now;
    this.log.checkpoint(this.stateHash());
    this.log.end(JSON.stringify({ seq: this.rec.seq, time: this.now }));
  }
}

function numbered(firstSeq: number): Recorder {
  const rec = new NullRecorder();
  rec.seq = firstSeq - 1;
  return rec;
}
