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
import type { BodyOf, NetnsId, Operation, ReplyOf } from "../events/requests.ts";
import type { ProgramSink } from "../kernel/kernel.ts";
import { PROGRAMS } from "../processes/programs.ts";
import { stateAt } from "../simulation/replay.ts";
import { Run } from "../simulation/run.ts";
import type { Host, ProgramListener } from "./host.ts";

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
  readonly programs: readonly string[] = [...PROGRAMS.keys()];
  /** The run that goes on; null: the instant is not reached yet. */
  run: Run | null = null;
  private time: Nanos = 0;
  private readonly rows: Iterator<LogRow>;
  private next: LogRow | null = null;
  private readonly listeners = new Map<number, ProgramListener>();
  private wasTold = false;

  /** @param at virtual time, in nanoseconds, from which the world is live */
  constructor(
    private readonly log: LogReader,
    private readonly at: Nanos,
    private readonly options: ForkOptions = {},
  ) {
    this.rows = log.rows();
    this.read();
  }

  get now(): Nanos {
    return this.run === null ? this.time : this.run.now;
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

  private goLive(): Run {
    if (this.run !== null) return this.run;
    const programs: ProgramSink = {
      output: (pid, fd, text) => this.tellOutput(pid, fd, text),
      exit: (pid, status) => this.tellExit(pid, status),
    };
    const from = stateAt(this.log, { time: this.at }).snapshot();
    this.run = new Run({ from, programs, ...this.options });
    return this.run;
  }

  private tellOutput(pid: number, fd: number, text: string): void {
    this.wasTold = true;
    this.listeners.get(pid)?.output(fd, text);
  }

  private tellExit(pid: number, status: number): void {
    this.wasTold = true;
    const listener = this.listeners.get(pid);
    this.listeners.delete(pid);
    listener?.exit(status);
  }

  request<Op extends Operation>(netns: NetnsId, op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    if (this.run !== null || this.next === null) return this.goLive().request(netns, op, body);
    const row = this.next;
    const asked = JSON.stringify([op, body]);
    if (row.kind !== KIND.request || row.data !== asked)
      throw new ScriptDivergence(
        `the script asks ${asked} where it asked ${row.data} when event ${row.seq} was logged`,
        row.seq,
      );
    this.time = row.time;
    this.read();
    return this.replyTo(row.seq) as Result<ReplyOf<Op>>;
  }

  /** The logged answer. Tells listeners on the way what happened at that instant, as the live world does. */
  private replyTo(request: number): unknown {
    let reply: unknown = null;
    for (
      ;
      this.next !== null && this.next.kind !== KIND.request && this.next.time === this.time;
      this.read()
    ) {
      if (this.next.kind === KIND.reply && this.next.cause === request) reply = JSON.parse(this.next.data);
      else this.tellRow(this.next);
    }
    return reply;
  }

  private tellRow(row: LogRow): void {
    if (row.kind === KIND.output) {
      const { fd, text } = JSON.parse(row.data) as { fd: number; text: string };
      this.tellOutput(row.length, fd, text);
    } else if (row.kind === KIND.exit)
      this.tellExit(row.length, (JSON.parse(row.data) as { status: number }).status);
  }

  spawn(netns: NetnsId, pid: number, argv: readonly string[], listener: ProgramListener): Result<null> {
    this.listeners.set(pid, listener);
    const result = this.request(netns, "SPAWN", { pid, argv });
    if (!result.ok) this.listeners.delete(pid);
    return result;
  }

  advance(until: Nanos | null): boolean {
    const end = until ?? Number.POSITIVE_INFINITY;
    if (this.run === null && this.advanceInLog(end)) return true;
    this.wasTold = false;
    return this.goLive().advance(end, () => this.wasTold);
  }

  /** False: the instant of the fork comes first. */
  private advanceInLog(until: Nanos): boolean {
    if (this.next !== null && this.next.kind !== KIND.request && this.next.time <= until) {
      this.time = this.next.time;
      this.replyTo(-1);
      return true;
    }
    if (this.next === null && until > this.at) return false;
    this.time = until;
    return true;
  }
}
