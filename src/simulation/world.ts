/** A run with what its users share: the listeners of programs, the history for time travel, the reaping of orphans. */
import type { Nanos } from "../core/nanos.ts";
import type { Result } from "../core/result.ts";
import { Netns } from "../devices/netns.ts";
import type { ProgramListener } from "../events/program-listener.ts";
import type { BodyOf, NetnsId, Operation, ProgramStreams, ReplyOf } from "../events/requests.ts";
import { type Process, processOf } from "../kernel/globals.ts";
import { History } from "./history.ts";
import { ProgramListeners } from "./program-listeners.ts";
import type { Instant } from "./replay.ts";
import { Run, type RunOptions } from "./run.ts";
import type { Snapshot } from "./snapshot.ts";

export class World {
  private readonly run: Run;
  private readonly listeners = new ProgramListeners();
  private readonly history: History | null;
  private scripts = 0;
  isClosed = false;

  /** @param keepsHistory false: `at` does not work, and memory does not grow with the number of requests */
  constructor(options: Omit<RunOptions, "programs">, keepsHistory: boolean) {
    this.run = new Run({ ...options, programs: this.listeners });
    this.history = keepsHistory ? new History(this.run.snapshot(), this.run.logRows) : null;
    this.reap();
  }

  get now(): Nanos {
    return this.run.now;
  }

  /** Number of the newest row. */
  get seq(): number {
    return this.run.seq;
  }

  get seed(): string {
    return this.run.seed;
  }

  stateHash(): string {
    return this.run.stateHash();
  }

  snapshot(): Snapshot {
    return this.run.snapshot();
  }

  /** Notes the text of a script that is about to run, and gives its number, from 1. */
  noteScript(name: string, text: string): number {
    this.mustBeOpen();
    this.run.noteScript(name, text);
    return ++this.scripts;
  }

  /** Carries out a request and all that it causes at this instant. */
  request<Op extends Operation>(netns: NetnsId, op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    const result = this.requestOnly(netns, op, body);
    this.reap();
    this.listeners.tell();
    return result;
  }

  private requestOnly<Op extends Operation>(netns: NetnsId, op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    this.mustBeOpen();
    this.history?.note(this.now, netns, op, body);
    return this.run.request(netns, op, body);
  }

  /** Starts a program of the simulation in a process that FORK made. */
  spawn(
    netns: NetnsId,
    pid: number,
    argv: readonly string[],
    listener: ProgramListener,
    streams: ProgramStreams = {},
  ): Result<null> {
    this.listeners.listen(pid, listener);
    const result = this.request(netns, "SPAWN", { pid, argv, ...streams });
    if (!result.ok) this.listeners.forget(pid);
    return result;
  }

  hasNetns(netns: NetnsId): boolean {
    return this.run.kernel.cells.get<unknown>(netns) instanceof Netns;
  }

  /** A process that has not exited; null: there is none. */
  process(pid: number): Process | null {
    return processOf(this.run.kernel, pid)?.process ?? null;
  }

  /**
   * Lets time go on to `until`, or to the first instant at which a listener was told something and `isDone` says so.
   * False: `until` is Infinity and nothing will ever happen.
   */
  advance(until: Nanos, isDone: () => boolean): boolean {
    this.mustBeOpen();
    for (;;) {
      const limit = this.history?.nextSnapshotSeq ?? Number.POSITIVE_INFINITY;
      const went = this.run.advance(until, () => this.listeners.hasNews || this.run.seq >= limit);
      if (this.run.seq >= limit) this.history!.keep(this.run.snapshot());
      this.reap();
      const hasNews = this.listeners.hasNews;
      this.listeners.tell();
      if (!went || (hasNews && isDone()) || this.run.now >= until) return went;
    }
  }

  /** Ends the processes of programs that nobody listens to any more. */
  private reap(): void {
    for (let ended = this.listeners.takeOrphans(); ended.length > 0; ended = this.listeners.takeOrphans()) {
      for (const pid of ended) {
        const process = this.process(pid);
        if (process !== null) this.requestOnly(process.netns, "EXIT", { pid, status: 0 });
      }
    }
  }

  /** @throws RangeError for an instant that is not of this run */
  at(instant: Instant): Snapshot {
    const isPast = "time" in instant ? instant.time <= this.now : instant.seq <= this.seq;
    const value = "time" in instant ? instant.time : instant.seq;
    if (!isPast || !Number.isSafeInteger(value) || value < 0)
      throw new RangeError(
        `no such instant: ${JSON.stringify(instant)}; the run is at time ${this.now}, event ${this.seq}`,
      );
    if (this.history === null) throw new Error("this simulation keeps no history: see its option `history`");
    return this.history.at(instant, this.now);
  }

  close(): void {
    this.isClosed = true;
    this.run.close();
  }

  private mustBeOpen(): void {
    if (this.isClosed) throw new Error("the simulation is closed");
  }
}
