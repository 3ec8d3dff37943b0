import type { Nanos } from "../core/nanos.ts";
import type { Result } from "../core/result.ts";
import type { ProgramListener } from "../events/program-listener.ts";
import type { BodyOf, NetnsId, Operation, ProgramStreams, ReplyOf } from "../events/requests.ts";
import { PROGRAM_NAMES } from "../processes/programs.ts";
import { ProgramListeners } from "../simulation/program-listeners.ts";
import { Run, type RunOptions } from "../simulation/run.ts";
import type { Host } from "./host.ts";

/** So many steps pass before the shell may give its host a turn. */
const STEPS_PER_TURN = 4096;

/** The shell's world is a run of the simulation. */
export class RunHost implements Host {
  readonly run: Run;
  readonly programs: readonly string[] = PROGRAM_NAMES;
  private readonly listeners: ProgramListeners;

  /** @param listeners of programs that run already, where a run is taken over */
  constructor(options: Omit<RunOptions, "programs">, listeners: ProgramListeners = new ProgramListeners()) {
    this.listeners = listeners;
    this.run = new Run({ ...options, programs: listeners });
  }

  get now(): Nanos {
    return this.run.now;
  }

  request<Op extends Operation>(netns: NetnsId, op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    const result = this.run.request(netns, op, body);
    this.listeners.tell();
    return result;
  }

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

  get isIdle(): boolean {
    return this.run.scheduler.nextTime === Number.POSITIVE_INFINITY && !this.listeners.hasNews;
  }

  advance(until: Nanos | null): boolean {
    let left = STEPS_PER_TURN;
    const isDone = () => this.listeners.hasNews || --left === 0;
    const went = this.run.advance(until ?? Number.POSITIVE_INFINITY, isDone);
    this.listeners.tell();
    return went;
  }
}
