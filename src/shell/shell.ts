/** A shell on a simulated host: runs bash scripts in virtual time. */
import { assert } from "../core/assert.ts";
import { EPOCH_SECONDS } from "../core/epoch.ts";
import { type Nanos, NS_PER_SEC } from "../core/nanos.ts";
import type { MountedFile, NetnsId } from "../events/requests.ts";
import { COMMANDS } from "./commands/index.ts";
import { currentText } from "./dynamic.ts";
import {
  ExitJump,
  ExpansionError,
  GivenUp,
  LoopJump,
  ReturnJump,
  ScriptError,
  SignalDeath,
} from "./errors.ts";
import { NullFile, type OpenFile, Sink, TextSource } from "./fds.ts";
import type { Command, Host } from "./host.ts";
import { Interpreter } from "./interpreter.ts";
import { hostLimit, LIMITS, type ShellLimits } from "./limits.ts";
import { SavedFds } from "./run/redirect.ts";
import { initialize } from "./run/shell-command.ts";
import { runText } from "./run/source.ts";
import { runToEnd } from "./run/subshell.ts";
import { runExitTrap } from "./run/traps.ts";
import { signalNumber } from "./signals.ts";
import { Userland } from "./userland.ts";

export { type ScriptStatement, splitStatements } from "./statements.ts";

/** Takes what is written, as it is written; `at`: virtual time. */
export type TakeOutput = (text: string, at: Nanos) => void;

export interface ShellOptions {
  /** Name of the script: `$0`, and in messages. */
  readonly name: string;
  /** `$1`, `$2`, ... */
  readonly args?: readonly string[];
  readonly stdout: TakeOutput;
  readonly stderr: TakeOutput;
  /** Standard input; absent: `/dev/null`. */
  readonly stdin?: string;
  /** @defaultValue all of vethsim's */
  readonly commands?: ReadonlyMap<string, Command>;
  /** Virtual time that starting an external command takes, in nanoseconds. @defaultValue 1 ms */
  readonly commandCost?: number;
  /** Whole numbers below 2^31: seed of `$RANDOM`, names of temporary files. */
  readonly seedRandom: () => number;
  /** Seconds between 1970 and virtual time 0. @defaultValue those of 2025-01-01 */
  readonly epoch?: number;
  /** The namespace that the shell begins in. @defaultValue 0 */
  readonly netns?: NetnsId;
  /** @defaultValue / */
  readonly cwd?: string;
  readonly env?: ReadonlyMap<string, string>;
  /** So many commands end the run. @defaultValue no limit */
  readonly maxCommands?: number;
  readonly limits?: Partial<ShellLimits>;
  /** Files that are there from the start, below a directory each, and that nobody may change. */
  readonly mounts?: readonly { readonly at: string; readonly files: readonly MountedFile[] }[];
  /** Virtual time, in nanoseconds, at which the run ends. @defaultValue no limit */
  readonly until?: number;
  /** Gives the host's event loop a turn; called every few dozen commands. */
  readonly yieldToHost?: () => Promise<void>;
}

export interface StatementSinks {
  readonly stdout: TakeOutput;
  readonly stderr: TakeOutput;
  /** Line that messages name. @defaultValue 1 */
  readonly line?: number;
  /** Virtual time before which the statement does not begin. @defaultValue at once */
  readonly notBefore?: Nanos;
}

const MS = 1_000_000;
/** What background jobs get once the script has ended. */
const OUTLIVING: Nanos = NS_PER_SEC;
/** Of a command's text in messages, in UTF-16 units. */
const COMMAND_TEXT_MAX = 120;
export const ENVIRONMENT: ReadonlyMap<string, string> = new Map([
  ["HOME", "/root"],
  ["LANG", "C.UTF-8"],
  ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  ["USER", "root"],
]);

export class Shell {
  private readonly userland: Userland;
  private readonly sh: Interpreter;
  private isOver = false;

  constructor(
    host: Host,
    private readonly options: ShellOptions,
  ) {
    this.userland = new Userland(host, {
      commands: options.commands ?? COMMANDS,
      commandCost: options.commandCost ?? MS,
      maxCommands: options.maxCommands ?? null,
      limits: { ...LIMITS, ...options.limits },
      until: options.until ?? null,
      epoch: options.epoch ?? EPOCH_SECONDS,
      seedRandom: options.seedRandom,
      yieldToHost: options.yieldToHost ?? null,
    });
    this.userland.install();
    for (const mount of options.mounts ?? []) host.request(0, "FILE_MOUNT", mount);
    const process = this.userland.fork(null, "bash", options.netns ?? 0);
    process.environment = options.env ?? ENVIRONMENT;
    if (options.cwd !== undefined) process.chdir(options.cwd);
    process.fds.set(0, options.stdin === undefined ? new NullFile() : new TextSource(options.stdin));
    process.fds.set(1, this.sink(options.stdout));
    process.fds.set(2, this.sink(options.stderr));
    this.sh = new Interpreter(process, options.name);
    this.sh.positional = options.args ?? [];
    initialize(this.sh, options.env ?? ENVIRONMENT);
  }

  private sink(take: TakeOutput): Sink {
    return new Sink((text) => {
      this.userland.countOutput(text.length);
      take(text, this.userland.host.now);
    });
  }

  get pid(): number {
    return this.sh.process.pid;
  }

  /**
   * Runs a script to its end and gives its status; the shell can then do nothing more. Its background jobs get a second more, and
   * stay where they are then. Rejects with a `ScriptError` when the run has to be given up.
   */
  async run(text: string): Promise<number> {
    const { sh } = this;
    const { process } = sh;
    assert(!this.isOver, "a shell runs one script");
    this.isOver = true;
    let status = 0;
    await this.drive(async () => {
      status = await process.untilDeath(() =>
        runToEnd(sh, () => runText(sh, { name: this.options.name, text })),
      );
      process.end(status);
    });
    await this.outlive();
    return status;
  }

  /** Lets what still runs in the background go on for a while: a job that was begun last has not done anything yet. */
  private async outlive(): Promise<void> {
    const { baton, host } = this.userland;
    const time = Math.min(host.now + OUTLIVING, this.options.until ?? Number.POSITIVE_INFINITY);
    try {
      await baton.drive(baton.begin("the end of the run", (task) => baton.outlive(task, time)));
    } catch (error) {
      // A limit that is reached now ends what nobody waits for.
      if (!(error instanceof GivenUp)) throw error;
    }
  }

  /**
   * Runs one statement in this shell, with `/dev/null` as its input and with sinks of its own; what its background jobs write later
   * goes there, too. After `exit` the shell does nothing more and every statement gives that status.
   */
  async runStatement(
    text: string,
    { stdout, stderr, line = 1, notBefore = 0 }: StatementSinks,
  ): Promise<number> {
    const { sh } = this;
    if (this.isOver) return sh.status;
    await this.drive(async () => {
      if (notBefore > this.userland.host.now) await sh.process.sleepUntil(notBefore);
      const saved = new SavedFds(sh);
      const files: OpenFile[] = [new NullFile(), this.sink(stdout), this.sink(stderr)];
      for (const [fd, file] of files.entries()) {
        saved.note(fd);
        sh.process.fds.set(fd, file);
      }
      try {
        await runText(sh, { name: this.options.name, text, line });
      } catch (error) {
        await this.endByJump(error);
      } finally {
        if (!this.isOver) saved.restore();
      }
    });
    return sh.status;
  }

  /** Runs the EXIT trap and ends the shell, after its last statement. */
  async end({ stdout, stderr }: StatementSinks): Promise<number> {
    if (!this.isOver) await this.runStatement("exit $?", { stdout, stderr });
    return this.sh.status;
  }

  private async endByJump(error: unknown): Promise<void> {
    const { sh } = this;
    if (error instanceof LoopJump) return;
    if (error instanceof SignalDeath) {
      sh.status = 128 + signalNumber(error.signal);
      sh.process.death = null;
    } else if (error instanceof ExitJump || error instanceof ReturnJump || error instanceof ExpansionError)
      sh.status = error.status;
    else throw error;
    this.isOver = true;
    await runExitTrap(sh);
    sh.process.end(sh.status);
  }

  /** Runs a task of the shell's own process; errors that end the run name the line. */
  private async drive(body: () => Promise<void>): Promise<void> {
    const { baton } = this.userland;
    const task = baton.begin(`${this.options.name} (pid ${this.pid})`, async (own) => {
      this.sh.process.task = own;
      await body();
    });
    try {
      await baton.drive(task);
    } catch (thrown) {
      const error = hostLimit(thrown) ?? thrown;
      if (!(error instanceof ScriptError) || / line \d+: /.test(error.message)) throw error;
      const { unit, line } = this.sh;
      const what = error instanceof GivenUp ? error.during(firstLine(currentText(this.sh))) : error.message;
      throw new ScriptError(`${unit.name}: line ${line}: ${what}`, { cause: error });
    }
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!.slice(0, COMMAND_TEXT_MAX);
}
