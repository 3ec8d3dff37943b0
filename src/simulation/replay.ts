/**
 * Replay: from a log alone to the state at any instant, and the check that the log is what the machine does.
 * The log gives the requests and the random numbers; everything between them is decided anew by the same steps.
 */
import type { Nanos } from "../core/nanos.ts";
import { decodeRecord, encodeRecord } from "../core/record-codec.ts";
import type { ByteSource } from "../events/byte-source.ts";
import { KIND } from "../events/kinds.ts";
import type { LogBatch } from "../events/log-batch.ts";
import { LogProblem } from "../events/log-problem.ts";
import { LogReader } from "../events/log-reader.ts";
import type { BodyOf, Operation } from "../events/requests.ts";
import { Kernel, type ProgramSink } from "../kernel/kernel.ts";
import { SeededChance } from "../scheduler/chance.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import type { Frame } from "../wire/frame.ts";
import { Divergence, LogFollower } from "./log-follower.ts";
import { restoreSnapshot, type Snapshot, takeSnapshot } from "./snapshot.ts";
import { hashAllCells, StateHash } from "./state-hash.ts";

/** An instant of a log: after all events of that time, or after the step that the event belongs to. */
export type Instant = { readonly time: Nanos } | { readonly seq: number };

const SILENT: ProgramSink = { output: () => {}, exit: () => {} };
const NO_LIMITS = { stepsPerInstant: Number.POSITIVE_INFINITY, steps: Number.POSITIVE_INFINITY };

/** The machine as it was at an instant of a log. */
export class Replay {
  readonly kernel: Kernel;
  readonly scheduler: Scheduler<Frame>;
  private readonly follower: LogFollower;
  private readonly streams: SeededChance;
  private readonly hash: StateHash;
  /** Steps carried out. */
  steps = 0;
  /** Checkpoints of the log whose hash was found again. */
  checkpoints = 0;
  hasEnded = false;

  /** Begins at a snapshot of the log, which stands first in its batch. */
  constructor(
    log: LogReader,
    snapshotBatch: number,
    private readonly compares: boolean,
  ) {
    const from = readSnapshot(log, snapshotBatch);
    this.streams = SeededChance.restore(from.seed, from.chance);
    this.follower = new LogFollower(log, snapshotBatch, this.streams, compares, (kind, batch, row) =>
      this.onOwnRow(kind, batch, row),
    );
    this.kernel = new Kernel(this.follower, this.follower, SILENT);
    this.scheduler = new Scheduler(this.kernel, NO_LIMITS);
    this.kernel.attach(this.scheduler);
    restoreSnapshot(from, this.kernel, this.scheduler);
    this.hash = new StateHash(this.kernel.cells);
    this.follower.skipTo(from.seq + 1);
  }

  get now(): Nanos {
    return this.scheduler.now;
  }

  /** Number of the newest row that is part of this state. */
  get seq(): number {
    return this.follower.seq;
  }

  stateHash(): string {
    return this.hash.digest();
  }

  /** All of this instant: a run can go on from it. */
  snapshot(): Snapshot {
    return takeSnapshot(this.kernel, this.scheduler, this.streams, this.streams.seed, this.seq);
  }

  /** Carries out the log's steps up to an instant. @throws Divergence */
  forward(to: Instant): void {
    const time = "time" in to ? to.time : Number.POSITIVE_INFINITY;
    const seq = "seq" in to ? to.seq : Number.POSITIVE_INFINITY;
    for (
      let step = this.follower.nextStep(time, seq);
      step !== null;
      step = this.follower.nextStep(time, seq)
    )
      this.carryOut(step.batch, step.at);
    if (time !== Number.POSITIVE_INFINITY) this.scheduler.advanceTo(time);
  }

  private carryOut(batch: LogBatch, at: number): void {
    this.steps++;
    const time = batch.time(at);
    if (batch.kind(at) === KIND.request) {
      if (this.scheduler.nextTime < time)
        this.follower.part("the replay has a step left before this request");
      this.scheduler.advanceTo(time);
      this.scheduler.startRequest();
      const [op, body] = parseRequest(batch, at, this.follower);
      this.kernel.request(batch.netns(at), op, body);
    } else if (!this.scheduler.runNext(time))
      this.follower.part(`the log has a ${batch.kindName(at)} and the replay has nothing to do`);
  }

  private onOwnRow(kind: number, batch: LogBatch, row: number): void {
    if (kind === KIND.end) {
      this.hasEnded = true;
      // Time went on behind the last step.
      this.scheduler.advanceTo(batch.time(row));
    }
    if (!this.compares) return;
    if (kind === KIND.end && hashAllCells(this.kernel.cells) !== this.stateHash())
      this.follower.part("a record of the replay's state was changed in place");
    if (kind === KIND.checkpoint) {
      const hash = this.stateHash();
      if (hash !== batch.data(row))
        this.follower.part(`the state's hash is ${batch.data(row)} in the log and ${hash} in the replay`);
      this.checkpoints++;
    } else if (
      kind === KIND.snapshot &&
      batch.data(row) !== encodeRecord({ ...this.snapshot(), seq: batch.seq(row) - 1 })
    )
      this.follower.part("the log's snapshot is not the state of the replay");
  }
}

function parseRequest(batch: LogBatch, at: number, follower: LogFollower): [Operation, BodyOf<Operation>] {
  try {
    return JSON.parse(batch.data(at)) as [Operation, BodyOf<Operation>];
  } catch {
    return follower.part("the request is not JSON");
  }
}

function readSnapshot(log: LogReader, index: number): Snapshot {
  const batch = log.batch(index);
  if (batch instanceof LogProblem) throw new Divergence(batch.message, 0, 0, batch);
  if (batch.rows === 0 || batch.kind(0) !== KIND.snapshot)
    throw new Divergence(`batch ${index} does not begin with a snapshot`, 0, 0);
  try {
    return decodeRecord(batch.data(0)) as Snapshot;
  } catch (error) {
    throw new Divergence(
      `the snapshot in batch ${index} cannot be read: ${(error as Error).message}`,
      batch.seq(0),
      batch.time(0),
    );
  }
}

/** Number of the batch that begins with the log's first snapshot; -1: none. */
function firstSnapshot(log: LogReader): number {
  return log.batches.findIndex((entry) => entry.hasSnapshot && entry.problem === null);
}

/**
 * The state at any instant of a log. Starts at the nearest stored snapshot, so that a seek costs the same early and late.
 * @throws Divergence if the log is damaged there, or is not what the machine does
 */
export function stateAt(log: LogReader, instant: Instant): Replay {
  const nearest = log.lastSnapshotBefore(instant);
  const start = nearest >= 0 ? nearest : firstSnapshot(log);
  if (start < 0) throw new Divergence("the log has no snapshot to begin from", 0, 0);
  const replay = new Replay(log, start, false);
  replay.forward(instant);
  return replay;
}

/** Opens a log for `stateAt`. Any file opens; see `LogReader.problems`. */
export function openLog(file: Uint8Array | ByteSource): LogReader {
  return new LogReader(file);
}

export type Verification =
  | {
      readonly ok: true;
      readonly steps: number;
      readonly rows: number;
      readonly checkpoints: number;
      readonly time: Nanos;
      readonly hash: string;
    }
  | {
      readonly ok: false;
      readonly message: string;
      readonly seq: number;
      readonly time: Nanos;
      readonly problems: readonly LogProblem[];
    };

/**
 * Checks a log: that no byte of it is damaged, and that its requests and random numbers lead to exactly its events, effects and
 * states, from its first snapshot to its closing row.
 */
export function verifyLog(log: LogReader): Verification {
  const problems = log.verify();
  const broken = (message: string, seq: number, time: Nanos): Verification => ({
    ok: false,
    message,
    seq,
    time,
    problems,
  });
  const start = firstSnapshot(log);
  if (start < 0) return broken(problems[0]?.message ?? "the log has no snapshot to begin from", 0, 0);
  try {
    const replay = new Replay(log, start, true);
    replay.forward({ seq: Number.POSITIVE_INFINITY });
    if (problems.length > 0) return broken(problems[0]!.message, replay.seq, replay.now);
    if (!replay.hasEnded) return broken("the log has no closing row", replay.seq, replay.now);
    return {
      ok: true,
      steps: replay.steps,
      rows: log.rowCount,
      checkpoints: replay.checkpoints,
      time: replay.now,
      hash: replay.stateHash(),
    };
  } catch (error) {
    if (!(error instanceof Divergence)) throw error;
    return broken(problems[0]?.message ?? error.message, error.seq, error.time);
  }
}
