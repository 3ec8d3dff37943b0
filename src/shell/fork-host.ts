/**
 * Goes on with a script from any instant of a log: the script is run again, and up to that instant each of its requests is
 * answered from the log; from then on the world is the one of that instant, and it is live.
 */
import type { Nanos } from "../core/nanos.ts";
import type { Result } from "../core/result.ts";
import { KIND } from "../events/kinds.ts";
import type { LogRow } from "../events/log-batch.ts";
import type { LogReader } from "../events/log-reader.ts";
import type { LogSink } from "../events/log-sink.ts";
import type { ProgramListener } from "../events/program-listener.ts";
import type { BodyOf, NetnsId, Operation, ProgramStreams, ReplyOf } from "../events/requests.ts";
import { PROGRAM_NAMES } from "../processes/programs.ts";
import { ProgramListeners } from "../simulation/program-listeners.ts";
import { stateAt } from "../simulation/replay.ts";
import type { Run } from "../simulation/run.ts";
import type { Host } from "./host.ts";
import { RunHost } from "./run-host.ts";

export interface ForkOptions {
  /** Where the log of what comes after the instant goes. */
  readonly log?: LogSink;
  readonly freeze?: boolean;
}

/** The script asks for something else than it did when the log was written. */
export class ScriptDivergence extends Error {
  override readonly name = "ScriptDivergence";
  constructor(
    message: string,
    readonly seq: number,
  ) {
    super(message);
  }
}

function isHeardByScripts(kind: number): boolean {
  return kind === KIND.request || kind === KIND.reply || kind === KIND.output || kind === KIND.exit;
}

export class ForkHost implements Host {
  readonly programs: readonly string[] = PROGRAM_NAMES;
  private live: RunHost | null = null;
  private time: Nanos = 0;
  private readonly rows: Iterator<LogRow>;
  private next: LogRow | null = null;
  private readonly listeners = new ProgramListeners();

  /** @param at virtual time, in nanoseconds, from which the world is live */
  constructor(
    private readonly log: LogReader,
    private readonly at: Nanos,
    private readonly options: ForkOptions = {},
  ) {
    this.rows = log.rows();
    this.read();
  }

  /** The run that goes on; null: the instant is not reached yet. */
  get run(): Run | null {
    return this.live?.run ?? null;
  }

  get now(): Nanos {
    return this.live?.now ?? this.time;
  }

  private read(): void {
    for (;;) {
      const { value, done } = this.rows.next();
      if (done === true || (value as LogRow).time > this.at) {
        this.next = null;
        return;
      }
      if (isHeardByScripts((value as LogRow).kind)) {
        this.next = value as LogRow;
        return;
      }
    }
  }

  private goLive(): RunHost {
    const from = stateAt(this.log, { time: this.at }).snapshot();
    this.live ??= new RunHost({ from, ...this.options }, this.listeners);
    return this.live;
  }

  request<Op extends Operation>(netns: NetnsId, op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    if (this.live !== null || this.next === null)
      return (this.live ?? this.goLive()).request(netns, op, body);
    const row = this.next;
    const asked = JSON.stringify([op, body]);
    if (row.kind !== KIND.request || row.data !== asked)
      throw new ScriptDivergence(
        `the script asks ${asked} where it asked ${row.data} when event ${row.seq} was logged`,
        row.seq,
      );
    this.time = row.time;
    this.read();
    const reply = this.replyTo(row.seq);
    this.listeners.tell();
    return reply as Result<ReplyOf<Op>>;
  }

  /** The logged answer; what programs did at that instant waits to be told. */
  private replyTo(request: number): unknown {
    let reply: unknown = null;
    for (
      ;
      this.next !== null && this.next.kind !== KIND.request && this.next.time === this.time;
      this.read()
    ) {
      const row = this.next;
      if (row.kind === KIND.reply && row.cause === request) reply = JSON.parse(row.data);
      else if (row.kind === KIND.output) {
        const { fd, text } = JSON.parse(row.data) as { fd: number; text: string };
        this.listeners.output(row.length, fd, text);
      } else if (row.kind === KIND.exit)
        this.listeners.exit(row.length, (JSON.parse(row.data) as { status: number }).status);
    }
    return reply;
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

  advance(until: Nanos | null): boolean {
    if (this.live === null && this.advanceInLog(until ?? Number.POSITIVE_INFINITY)) return true;
    return (this.live ?? this.goLive()).advance(until);
  }

  /** False: the instant of the fork comes first. */
  private advanceInLog(until: Nanos): boolean {
    if (this.next !== null && this.next.kind !== KIND.request && this.next.time <= until) {
      this.time = this.next.time;
      this.replyTo(-1);
      this.listeners.tell();
      return true;
    }
    if (this.next === null && until > this.at) return false;
    this.time = until;
    return true;
  }
}
