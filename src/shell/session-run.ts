/** One course of an interactive session: a world, a shell with a terminal, and the inputs that are carried out in it one by one. */
import { EPOCH_SECONDS } from "../core/epoch.ts";
import { type Nanos, NS_PER_SEC } from "../core/nanos.ts";
import { MemorySink } from "../events/log-sink.ts";
import { SeededChance } from "../scheduler/chance.ts";
import { COMMANDS } from "./commands/index.ts";
import { ScriptError } from "./errors.ts";
import { NullFile, Sink } from "./fds.ts";
import { Interpreter } from "./interpreter.ts";
import { LIMITS } from "./limits.ts";
import type { Process } from "./process.ts";
import { abandonable, interact } from "./run/interact.ts";
import { initialize } from "./run/shell-command.ts";
import { runText } from "./run/source.ts";
import { runToEnd } from "./run/subshell.ts";
import type { SessionOptions } from "./session.ts";
import { type Input, type Interrupt, noteInput, noteInterrupt, notePass } from "./session-log.ts";
import { ENVIRONMENT } from "./shell.ts";
import { SteppedHost } from "./stepped-host.ts";
import type { Task } from "./tasks.ts";
import { Terminal } from "./terminal.ts";
import { Userland } from "./userland.ts";

export interface Orders {
  /** Interrupts of an earlier course, to be made again. */
  readonly interrupts: readonly Interrupt[];
  /** The input is to be cut short at this virtual time; null: not. */
  readonly cutAt: Nanos | null;
  /** Is it carried out for the first time? Otherwise nothing is shown, and limits do not act. */
  readonly isLive: boolean;
}

const MS = 1_000_000;
const DAY = 86_400e9;
const COMMANDS_MAX = 1_000_000;
/** So many turns at one instant end a line. */
const TURNS_MAX = 16_384;
/** What background jobs get once the shell has ended. */
const OUTLIVING: Nanos = NS_PER_SEC;

/** Output that somebody watches. */
class TerminalSink extends Sink {
  readonly isTerminal = true;
}

export class SessionRun {
  readonly host: SteppedHost;
  readonly sh: Interpreter;
  readonly terminal: Terminal;
  /** Exit status, once the shell has ended. */
  status: number | null = null;
  private readonly memory = new MemorySink();
  private readonly userland: Userland;
  private driver: Task | null = null;
  private isAwaitingAsk = false;
  private orders: Orders = { interrupts: [], cutAt: null, isLive: false };
  private made: Interrupt[] = [];
  private isPassing = false;
  private isPassCut = false;
  private isForced = false;
  private isWanted = false;
  private turns = 0;
  /** Commands that were run before this input. */
  private commandsBefore = 0;
  private turnTime: Nanos = -1;

  constructor(private readonly options: SessionOptions) {
    const { seed = "1", freeze = false, commandCost = MS, isTerminal = false } = options;
    const file = options.log?.() ?? null;
    const log = {
      write: (bytes: Uint8Array) => {
        this.memory.write(bytes);
        file?.write(bytes);
      },
    };
    this.host = new SteppedHost({ seed, freeze, log });
    const chance = new SeededChance(seed);
    this.userland = new Userland(this.host, {
      commands: options.commands ?? COMMANDS,
      commandCost,
      maxCommands: null,
      limits: LIMITS,
      until: null,
      epoch: EPOCH_SECONDS,
      seedRandom: () => chance.draw("shell", 0x8000_0000),
      yieldToHost: () => this.turn(),
    });
    this.userland.install();
    const process = this.userland.fork(null, "bash", 0);
    const { baton } = this.userland;
    const stdout = (text: string) => this.isLive && options.stdout(text);
    this.terminal = new Terminal(
      isTerminal,
      stdout,
      (task) => baton.wake(task),
      () => {
        if (this.isAwaitingAsk) baton.wake(this.driver!);
      },
    );
    // Held, so that it outlives a setup script that has no input.
    this.terminal.refs++;
    process.fds.set(0, this.terminal);
    const OutputSink = isTerminal ? TerminalSink : Sink;
    process.fds.set(1, new OutputSink(stdout));
    process.fds.set(2, new OutputSink((text) => this.isLive && options.stderr(text)));
    this.sh = new Interpreter(process, "bash");
    initialize(this.sh, ENVIRONMENT);
  }

  private get isLive(): boolean {
    return this.orders.isLive;
  }

  get now(): Nanos {
    return this.host.now;
  }

  /** The innermost interactive shell. */
  get shell(): Interpreter {
    return this.terminal.shells.at(-1) ?? this.sh;
  }

  /** The log so far, without its end as long as the run is open. */
  logBytes(): Uint8Array {
    return this.memory.bytes();
  }

  /** Wishes that what is running be interrupted. */
  interrupt(): void {
    this.isWanted = true;
  }

  /**
   * Carries out one input, until the terminal is asked again and nothing is left to do at that instant. Gives the interrupts that
   * were made meanwhile. Rejects when the line has to be given up; the course is then of no more use.
   */
  async carryOut(input: Input, orders: Orders): Promise<readonly Interrupt[]> {
    this.orders = orders;
    this.made = [];
    this.isWanted = false;
    this.isPassCut = false;
    this.isPassing = input.kind === "pass";
    this.turns = 0;
    this.commandsBefore = this.userland.commandCount;
    this.setLimit(orders.cutAt ?? (this.isPassing ? null : this.now + DAY));
    if (input.kind !== "pass") noteInput(this.host.run, input, this.options.setup);
    await this.drive(input);
    // How far time went is known now.
    if (this.isPassing) notePass(this.host.run, this.now);
    this.isPassing = false;
    this.host.run.flushLog();
    return this.made;
  }

  private begin(input: Input): void {
    if (input.kind === "text") this.terminal.supply(input.text);
    else if (input.kind === "end") this.terminal.supply(null);
    else if (input.kind === "cancel") this.terminal.restart("cancel");
    else if (input.kind === "start") this.beginShell();
  }

  private beginShell(): void {
    const { sh } = this;
    const { process } = sh;
    this.userland.baton.begin(`bash (pid ${process.pid})`, async (task) => {
      process.task = task;
      const status = await process.untilDeath(() =>
        runToEnd(sh, async () => {
          await this.runSetup();
          return interact(sh, this.terminal);
        }),
      );
      process.end(status);
      this.status = status;
      if (this.isAwaitingAsk) this.userland.baton.wake(this.driver!);
    });
  }

  /** As a script is run; but its `set -e` is not for what is typed. */
  private async runSetup(): Promise<void> {
    const { setup } = this.options;
    if (setup === undefined) return;
    const { sh } = this;
    const { fds } = sh.process;
    const { arg0 } = sh;
    sh.arg0 = setup.name;
    fds.set(0, new NullFile());
    await abandonable(sh, () => runText(sh, setup));
    fds.set(0, this.terminal);
    sh.arg0 = arg0;
    // What it left in the background is no business of Ctrl-C's at the prompt.
    for (const process of this.userland.processes.values())
      if (process !== sh.process) process.pgid = process.pid;
    sh.options.delete("errexit");
  }

  // ------------------------------------------------------------------------------------------ time

  private async drive(input: Input): Promise<void> {
    const { baton } = this.userland;
    const { terminal, host } = this;
    const isOver = () => terminal.asked !== null || this.status !== null;
    const task = baton.begin("the session", async (own) => {
      this.driver = own;
      if (input.kind === "pass") {
        while (host.now < input.until && !this.isPassCut) await baton.sleep(own, input.until);
        terminal.restart("again");
      } else this.begin(input);
      for (;;) {
        this.isAwaitingAsk = true;
        while (!isOver()) await baton.wait(own, "the prompt");
        this.isAwaitingAsk = false;
        // Until all that can run now has run.
        await baton.sleep(own, host.now);
        if (!isOver()) continue;
        if (this.status !== null) await baton.outlive(own, host.now + OUTLIVING);
        if (!this.isForced) return;
        this.isForced = false;
        for (const process of this.foreground()) process.signal("KILL");
      }
    });
    await baton.drive(task);
  }

  /** @param time used when no interrupt is to be made again */
  private setLimit(time: Nanos | null): void {
    const { host, orders } = this;
    host.limit = orders.interrupts[this.made.length]?.time ?? time;
    host.reachesLimit = !orders.isLive;
    host.slice = orders.isLive ? (this.options.pace?.slice ?? null) : null;
  }

  /** Called between steps, every few dozen commands and whenever time has moved and nobody is ready. */
  private async turn(): Promise<void> {
    const { now } = this.host;
    this.turns = now === this.turnTime ? this.turns + 1 : 1;
    this.turnTime = now;
    const planned = this.orders.interrupts[this.made.length];
    if (planned !== undefined) {
      await this.options.pace?.pause(now, false);
      if (planned.time === now && planned.turn === this.turns) this.interruptNow(planned.isForced);
      return;
    }
    const { cutAt } = this.orders;
    if (cutAt !== null && now >= cutAt && !this.isForced) {
      this.orders = { ...this.orders, cutAt: null, isLive: true };
      this.interruptNow(true);
      return;
    }
    await this.options.pace?.pause(now, this.isLive);
    if (!this.isLive) return;
    if (this.isWanted) this.interruptNow(false);
    else this.endEndless(now);
  }

  /** Interrupts a line that would never end, and time that would pass for years. */
  private endEndless(now: Nanos): void {
    const why = this.reasonToEnd(now);
    if (why === null) return;
    this.options.stderr(`vethsim: ${why}: interrupted\n`);
    this.commandsBefore = this.userland.commandCount;
    this.interruptNow(this.made.length > 0);
  }

  private reasonToEnd(now: Nanos): string | null {
    const { host, userland } = this;
    const { maxCommands = COMMANDS_MAX } = this.options;
    if (userland.commandCount - this.commandsBefore > maxCommands)
      return `more than ${maxCommands} commands were run`;
    if (this.turns > TURNS_MAX) return "commands run on without letting time pass";
    if (this.isPassing) return null;
    if (host.isStuck) return "nothing will ever happen that this line waits for";
    return host.limit !== null && now >= host.limit ? "the line has run for a day of virtual time" : null;
  }

  // ------------------------------------------------------------------------------------------ Ctrl-C

  private interruptNow(isForced: boolean): void {
    const { host, terminal, userland } = this;
    this.isWanted = false;
    host.isStuck = false;
    if (this.isPassing) {
      this.isPassCut = true;
      userland.baton.wake(this.driver!);
      return;
    }
    if (terminal.asked !== null || this.isForced)
      throw new ScriptError("a command in the background runs on without letting time pass");
    this.made.push({ time: host.now, turn: this.turns, isForced });
    this.setLimit(this.orders.cutAt);
    noteInterrupt(host.run, { turn: this.turns, isForced });
    this.signalForeground(isForced);
  }

  /**
   * As a terminal does, SIGINT goes to all of the foreground; a shell that waits for a child then heeds what the child makes of it.
   */
  private signalForeground(isForced: boolean): void {
    const { shell } = this;
    const foreground = this.foreground();
    const parents = new Set(foreground.map(({ parent }) => parent));
    const leaves = foreground.filter((process) => !parents.has(process));
    for (const process of foreground) if (parents.has(process)) process.isInterrupted = true;
    if (isForced) {
      this.isForced = true;
      shell.process.death = "INT";
      if (shell.process.task !== null) this.userland.baton.wake(shell.process.task);
    } else if (leaves.length === 0) shell.process.signal("INT");
    else shell.process.isInterrupted = true;
    for (const process of leaves) process.signal("INT");
  }

  /** What the innermost shell runs in the foreground. */
  private foreground(): Process[] {
    const { process: top, jobs } = this.shell;
    const background = new Set(jobs.flatMap(({ processes }) => processes));
    const isForeground = (process: Process) => {
      for (let one: Process | null = process; one !== null; one = one.parent) {
        if (one === top) return one !== process;
        if (one.pgid !== top.pgid || background.has(one)) return false;
      }
      return false;
    };
    return [...this.userland.processes.values()].filter(isForeground);
  }
}
