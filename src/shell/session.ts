/**
 * An interactive session on a simulated host: lines in, texts out, time that stands still between them, and the way back. What was
 * typed is kept with the instant at which it was; to go back is to carry it out again from the start, up to that instant. The same
 * inputs give the same events, so that nothing needs to be saved: variables, jobs, files and programs under way are all as they were.
 */
import type { Nanos } from "../core/nanos.ts";
import type { Netns } from "../devices/netns.ts";
import type { LogReader } from "../events/log-reader.ts";
import type { LogSink } from "../events/log-sink.ts";
import { EndlessRunError } from "../scheduler/scheduler.ts";
import type { Snapshot } from "../simulation/snapshot.ts";
import { type Completion, complete } from "./complete.ts";
import { ScriptError } from "./errors.ts";
import type { Command } from "./host.ts";
import { type Input, type Interrupt, type LoggedInput, readSession, type Setup } from "./session-log.ts";
import { type Orders, SessionRun } from "./session-run.ts";
import type { Ask } from "./terminal.ts";

export interface SessionOptions {
  /** Seed of all chance. @defaultValue "1" */
  readonly seed?: string;
  /** Run before the first prompt, as a script of this name; what it defines stays. */
  readonly setup?: Setup;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Does somebody watch? Then jobs are told of as they begin and end, and `exit` is echoed. @defaultValue false */
  readonly isTerminal?: boolean;
  /** Makes the place for a log of the whole session; called again after each rewind, for the log begins anew. */
  readonly log?: () => LogSink;
  /** Virtual time that starting an external command takes, in nanoseconds. @defaultValue 1 ms */
  readonly commandCost?: Nanos;
  readonly commands?: ReadonlyMap<string, Command>;
  /** So many commands end a line, or time that passes at the prompt. @defaultValue 1,000,000 */
  readonly maxCommands?: number;
  /** Freezes every state after every step: slow, for tests. @defaultValue false */
  readonly freeze?: boolean;
  readonly pace?: Pace;
}

/** Holds virtual time to another clock. Has no influence on what happens. */
export interface Pace {
  /** Virtual time that goes by at most between two calls of `pause`, in nanoseconds; null: any. */
  readonly slice: Nanos | null;
  /** Waits until virtual time `now` may be left. `isLive`: false while a session is carried out again. */
  pause(now: Nanos, isLive: boolean): Promise<void>;
}

/** One thing that came from outside. */
export interface SessionEntry {
  readonly input: Input;
  /** Virtual time at which it came. */
  readonly time: Nanos;
  /** The newest row of the log then. */
  readonly seq: number;
  /** What was asked for then; null: nothing, it is the start. */
  readonly asked: Ask["kind"] | null;
  /** Virtual time at which the terminal was asked again. */
  readonly ended: Nanos;
  readonly interrupts: readonly Interrupt[];
}

export interface Rewound {
  /** Lines that are gone, the oldest first. */
  readonly gone: readonly SessionEntry[];
  /** The one that was under way at the instant, and is cut short there; null: none. */
  readonly cut: SessionEntry | null;
}

/** Is it what a script may cause, and no fault of vethsim's? */
function isOfScript(error: unknown): error is Error {
  return error instanceof ScriptError || error instanceof EndlessRunError;
}

/** A session that is carried out again does not go as it did: other options, or a fault of vethsim. */
export class SessionDivergence extends Error {
  override readonly name = "SessionDivergence";
}

export class Session {
  private journal: SessionEntry[] = [];
  private isBusy = false;

  private constructor(
    private readonly options: SessionOptions,
    private run: SessionRun,
  ) {}

  /** Begins a session and runs its setup script. Rejects with a `ScriptError` if that has to be given up. */
  static async open(options: SessionOptions): Promise<Session> {
    const session = new Session(options, new SessionRun(options));
    await carryOut(session.run, session.journal, { kind: "start" }, LIVE);
    return session;
  }

  /**
   * Goes on with the session of a log, or with the run of a script: at a virtual time, as `back` does, or at the last prompt. The
   * inputs are carried out again, unseen. Seed and setup script are the log's; other options have to be those of then.
   * Null: no script was run in the log. Rejects with a `SessionDivergence` when the session goes another way.
   */
  static async resume(
    options: Omit<SessionOptions, "seed" | "setup">,
    log: LogReader,
    at: Nanos | null = null,
  ): Promise<Session | null> {
    const logged = readSession(log);
    if (logged === null) return null;
    const { setup, inputs } = logged;
    const seed = log.header?.seed ?? "1";
    const all = { ...options, seed, ...(setup.name === "" ? {} : { setup }) };
    const end = log.batches.at(-1)?.lastTime ?? 0;
    // What was under way at the end of the log goes no further.
    const { run, journal } = await Session.course(inputs, end + 1, all);
    const session = new Session(all, run);
    session.journal = journal;
    const last = journal.findLastIndex(isCommand);
    if (at !== null) await (at > session.now && at <= end ? session.pass(at) : session.back(at));
    else if (session.status !== null && last > 0) await session.rerun(journal.slice(0, last), null);
    return session;
  }

  get seed(): string {
    return this.run.host.run.seed;
  }

  /** Virtual time. */
  get now(): Nanos {
    return this.run.now;
  }

  /** What the session waits for; null: it is over. */
  get asked(): Ask | null {
    return this.run.status === null ? this.run.terminal.asked : null;
  }

  /** Exit status of the shell; null: it lives. */
  get status(): number | null {
    return this.run.status;
  }

  /** The prompt to show: `PS1`, or the clock and the namespace. */
  get prompt(): string {
    const { asked } = this;
    if (asked === null || asked.kind === "text") return "";
    return asked.prompt ?? `vethsim ${clockText(this.now)} ${this.netnsName}# `;
  }

  /** Of the innermost shell. */
  private get netnsName(): string {
    const { netns } = this.run.shell.process;
    if (netns === 0) return "main";
    return this.run.host.run.kernel.cells.get<Netns>(netns).names[0] ?? `netns:${netns}`;
  }

  /** All that came from outside, the start first. */
  get entries(): readonly SessionEntry[] {
    return this.journal;
  }

  /** Types a text: one line, or what a command reads. Virtual time goes on until more is asked for. */
  async type(line: string): Promise<void> {
    await this.input({ kind: "text", text: line.endsWith("\n") ? line : `${line}\n` });
  }

  /** Ctrl-D. */
  async end(): Promise<void> {
    await this.input({ kind: "end" });
  }

  /** Ctrl-C. While something runs, it is told at the next instant at which it can be; at the prompt it clears the line. */
  async interrupt(): Promise<void> {
    if (this.isBusy) this.run.interrupt();
    else await this.input({ kind: "cancel" });
  }

  /** Lets virtual time go on to an instant. @throws RangeError if it is over */
  async pass(until: Nanos): Promise<void> {
    if (until < this.now || !Number.isSafeInteger(until))
      throw new RangeError(`the clock shows ${clockText(this.now)} already`);
    await this.input({ kind: "pass", until });
  }

  private async input(input: Input): Promise<void> {
    if (this.asked === null) throw new Error("the session is over");
    await this.alone(() => this.carryOut(input));
  }

  /** Does one thing at a time. */
  private async alone(action: () => Promise<void>): Promise<void> {
    if (this.isBusy) throw new Error("the session is busy");
    this.isBusy = true;
    try {
      await action();
    } finally {
      this.isBusy = false;
    }
  }

  /** Carries out what is typed; what has to be given up is told of and taken back. */
  private async carryOut(input: Input): Promise<void> {
    const { run, journal } = this;
    const asked = run.terminal.asked?.kind ?? null;
    try {
      await carryOut(run, journal, input, LIVE);
    } catch (error) {
      if (!isOfScript(error)) throw error;
      this.options.stderr(`vethsim: ${error.message}: the line is taken back\n`);
      // With the lines before it, if it was the rest of a command.
      const left = asked === "command" ? journal.length : journal.findLastIndex(isCommand);
      await this.rerun(journal.slice(0, left), null);
    }
  }

  // ------------------------------------------------------------------------------------------ the way back

  /**
   * Goes back to an instant: lines that were typed at it or later are gone, and one that was under way is cut short there, as by
   * Ctrl-C. @throws RangeError for an instant to come
   */
  async back(time: Nanos): Promise<Rewound> {
    if (!(time >= 0 && time <= this.now)) throw new RangeError(`the clock shows ${clockText(this.now)}`);
    const kept = this.journal.filter((entry, i) => i === 0 || entry.time < time);
    const last = kept.at(-1)!;
    const gone = this.journal.slice(kept.length);
    const isCut = last.ended > time;
    await this.alone(() => this.rerun(kept, isCut ? time : null));
    return { gone, cut: isCut ? last : null };
  }

  /** Takes the last commands back, whole. @throws RangeError if there are not so many */
  async undo(count: number): Promise<Rewound> {
    const commands = [...this.journal.keys()].filter((i) => isCommand(this.journal[i]!));
    const first = count >= 1 ? commands.at(-count) : undefined;
    if (first === undefined) throw new RangeError(`there are ${commands.length} to take back`);
    const gone = this.journal.slice(first);
    await this.alone(() => this.rerun(this.journal.slice(0, first), null));
    return { gone, cut: null };
  }

  private async rerun(entries: readonly SessionEntry[], cutAt: Nanos | null): Promise<void> {
    const { run, journal } = await Session.course(entries, cutAt, this.options);
    this.run = run;
    this.journal = journal;
  }

  /** Carries inputs out again in a world of their own, the last one up to `cutAt`. */
  private static async course(
    entries: readonly LoggedInput[],
    cutAt: Nanos | null,
    options: SessionOptions,
  ): Promise<{ readonly run: SessionRun; readonly journal: SessionEntry[] }> {
    const run = new SessionRun(options);
    const journal: SessionEntry[] = [];
    for (const [i, entry] of entries.entries()) {
      const { input, time, seq, interrupts } = entry;
      const now = { time: run.now, seq: run.host.run.seq };
      if (seq >= 0 && (now.time !== time || now.seq !== seq))
        throw new SessionDivergence(
          `the session goes another way: input ${i} came at ${clockText(time)} behind event ${seq}, and comes at ${clockText(now.time)} behind event ${now.seq} now`,
        );
      if (cutAt === null || i < entries.length - 1)
        await carryOut(run, journal, input, { ...AGAIN, interrupts });
      else if (input.kind === "pass")
        await carryOut(run, journal, { kind: "pass", until: Math.min(input.until, cutAt) }, AGAIN);
      else {
        const before = interrupts.filter((one) => one.time <= cutAt);
        await carryOut(run, journal, input, { interrupts: before, cutAt, isLive: false });
      }
    }
    return { run, journal };
  }

  // ------------------------------------------------------------------------------------------ looking

  /** The log so far, as octets; without its end until the session is closed. */
  logBytes(): Uint8Array {
    return this.run.logBytes();
  }

  /** The log as it would be if the session were closed now. */
  async wholeLog(): Promise<Uint8Array> {
    const { log: _, ...options } = this.options;
    const { run } = await Session.course(this.journal, null, options);
    run.host.run.close();
    return run.logBytes();
  }

  /** The world as it is now. */
  snapshot(): Snapshot {
    return this.run.host.run.snapshot();
  }

  /** What may stand at the end of a line. Looks at a copy of the world: the log does not know. */
  complete(line: string): Completion {
    return complete(this.run.shell, this.snapshot(), line);
  }

  /** The lines as a script. Time that was let pass is slept through; lines that were cut short are marked. */
  script(): string {
    const lines = ["#!/bin/bash"];
    const { setup } = this.options;
    if (setup !== undefined) lines.push(setup.text.replace(/^#!.*\n/, "").trimEnd(), "set +e");
    for (const { input, time, ended, asked, interrupts } of this.journal) {
      const wasCut = interrupts.length > 0 && input.kind !== "start";
      if (wasCut) lines.push(`# The next line was interrupted after ${clockText(ended - time)}.`);
      if (input.kind === "text" && asked === "text") lines.push(`# Typed to it: ${input.text.trimEnd()}`);
      else if (input.kind === "text") lines.push(input.text.trimEnd());
      else if (input.kind === "pass" && ended > time) lines.push(`sleep ${(ended - time) / 1e9}`);
    }
    return `${lines.join("\n")}\n`;
  }

  /** Ends the log. Later inputs are a bug. */
  close(): void {
    this.run.host.run.close();
  }
}

/** Carries an input out and notes it. */
async function carryOut(
  run: SessionRun,
  journal: SessionEntry[],
  input: Input,
  orders: Orders,
): Promise<void> {
  const { now: time } = run;
  const { seq } = run.host.run;
  const asked = run.terminal.asked?.kind ?? null;
  const interrupts = await run.carryOut(input, orders);
  const { now: ended } = run;
  // An input that was cut short is as if it had been shorter.
  const done: Input = input.kind === "pass" ? { kind: "pass", until: ended } : input;
  journal.push({ input: done, time, seq, asked, ended, interrupts });
}

/** Did it come at the prompt for a new command? */
export function isCommand({ asked, input }: SessionEntry): boolean {
  return asked === "command" && input.kind !== "cancel";
}

const LIVE: Orders = { interrupts: [], cutAt: null, isLive: true };
const AGAIN: Orders = { interrupts: [], cutAt: null, isLive: false };

/** `0.004s`: as many digits as the instant needs, three at least. */
export function clockText(time: Nanos): string {
  return `${(time / 1e9).toFixed(9).replace(/(\.\d{3}\d*?)0+$/, "$1")}s`;
}
