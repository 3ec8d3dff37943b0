/** A shell process: the state that a script's commands read and change. */

import type { CommandNode, Pipeline, Redirected, Statement } from "unbash";
import { strerror } from "../core/errno.ts";
import { dashMessage } from "./dash/messages.ts";
import { DynamicVariables } from "./dynamic.ts";
import { AbandonJump, ExitJump, type ExpansionError, GivenUp, ReportedError, ScriptError } from "./errors.ts";
import { Unit } from "./parse.ts";
import type { Process } from "./process.ts";
import type { SignalName } from "./signals.ts";
import type { Terminal } from "./terminal.ts";
import type { Userland } from "./userland.ts";
import { IndexedArray, Variables } from "./variables.ts";

export type FunctionBody = Redirected | Redirected["command"];

export interface ShellFunction {
  readonly name: string;
  readonly body: FunctionBody;
  readonly unit: Unit;
  /** Do child shells find it in their environment (`export -f`)? */
  readonly isExported: boolean;
  readonly isReadonly: boolean;
}

/** A function call or a sourced file that is under way. */
export interface Frame {
  readonly kind: "function" | "source";
  readonly name: string;
  readonly source: string;
  /** Line of the call. */
  readonly line: number;
  /** Options to be set again at the end (`local -`). */
  options: ReadonlySet<string> | null;
  /** Did `set` change the parameters in it? */
  hasSet?: boolean;
}

export interface Job {
  readonly number: number;
  readonly text: string;
  /** Elements of the pipeline; the last one's pid is the job's. */
  readonly processes: readonly Process[];
}

export type TrapName = SignalName | "EXIT" | "ERR" | "DEBUG" | "RETURN";

export class Interpreter {
  variables = Variables.empty();
  functions = new Map<string, ShellFunction>();
  aliases = new Map<string, string>();
  /** Letters and names of `set -o`. */
  options = new Set<string>(["braceexpand", "hashall"]);
  shopts = new Set<string>([
    "checkwinsize",
    "cmdhist",
    "complete_fullquote",
    "extquote",
    "force_fignore",
    "globasciiranges",
    "globskipdots",
    "hostcomplete",
    "interactive_comments",
    "patsub_replacement",
    "progcomp",
    "promptvars",
    "sourcepath",
  ]);
  traps = new Map<TrapName, string>();
  /** The traps of the shell that this one is a copy of: shown until one is set here. */
  inheritedTraps: ReadonlyMap<TrapName, string> | null = null;
  /** Signals that were ignored when the shell was started: it can neither trap nor reset them. */
  readonly ignoredOnEntry: ReadonlySet<SignalName>;
  pendingTraps: SignalName[] = [];
  positional: readonly string[] = [];
  arg0: string;
  status = 0;
  lastArgument = "";
  lastBackground: Process | null = null;
  lastBackgroundPid = 0;
  jobs: Job[] = [];
  /** Jobs of the shell that this one is a copy of: `$(jobs -p)` shows them. */
  inheritedJobs: readonly Job[] = [];
  /** Statuses of background jobs that were waited for or ended, by pid. */
  statuses = new Map<number, number>();
  directories: string[] = [];
  /** Builtins that `enable -n` switched off. */
  disabled = new Set<string>();
  /** Commands that were run, by name: `hash`. `path`: as it was given, null: as PATH has it. */
  hashed = new Map<string, { readonly path: string | null; readonly hits: number }>();
  /** `complete`: the options by command, as they are shown. */
  completions = new Map<string, string>();
  /** `ulimit`, by `S` or `H` and letter, where it was changed. */
  limits = new Map<string, string>();
  frames: Frame[] = [];
  unit: Unit;
  line = 1;
  loops = 0;
  /** Depth of places where `set -e` does not act. */
  lenient = 0;
  /** What stands behind each `!` that is under way. */
  inverted: (CommandNode | Pick<Pipeline, "commands">)[] = [];
  /** Status of the last command substitution of the current command; null: there was none. */
  substitutionStatus: number | null = null;
  /** Descriptors that process substitutions of the current command hold open. */
  substitutionFds: number[] = [];
  /** Has it the EXIT trap of the shell that it is a copy of, until the words of its only command are expanded? */
  borrowsExitTrap = false;
  /** Status when the EXIT trap began (in dash any signal's): that of `exit` without a number there. */
  statusBeforeTrap: number | null = null;
  /** Traps whose action runs: no trap runs inside its own. */
  trapsUnderWay = new Set<TrapName>();
  /** Is a here-document being expanded? */
  isInDocument = false;
  /** How many messages it has written: a special builtin of dash that complains ends the shell. */
  complaints = 0;
  /** Assignments of the command under way, as dash traces them. */
  assigned: string[] = [];
  /** In dash's messages: what `eval` and `.` read. */
  context = "";
  /** Was the last regular expression of `[[ ]]` none? Then its status is 2. */
  isRegexInvalid = false;
  /** The command under way, for `BASH_COMMAND`; not one of a trap. */
  current: { readonly unit: Unit; readonly node: CommandNode | string } | null = null;
  /** Where `getopts` stands: OPTIND as it left it, and the place in that word. */
  optionIndex = 1;
  optionPlace = 0;
  level = 0;
  /** How it was given its commands, as `$-` shows it: `-c`, on standard input, or in a file. */
  invocation: "c" | "s" | "" = "";
  /** The text of `-c`. */
  commandString = "";
  /** Depth of command substitutions and `eval`, for `set -x`. */
  indirection = 0;
  /** Where an interactive shell reads its lines; null: it is none. */
  terminal: Terminal | null = null;
  /** Is it an interactive shell or a copy of one? Then messages name no line. */
  isPrompted = false;
  readonly dynamic: DynamicVariables;
  /** Runs statements; set by the interpreter's root so that expansions need not import it. */
  readonly shellPid: number;

  constructor(
    readonly process: Process,
    name: string,
    parent: Interpreter | null = null,
    /** Is it dash, Debian's `sh`? Then much of bash's language is not there. */
    readonly isDash: boolean = parent?.isDash ?? false,
  ) {
    this.arg0 = name;
    this.unit = parent?.unit ?? new Unit(name, "", 1);
    this.shellPid = parent?.shellPid ?? process.pid;
    this.ignoredOnEntry = parent?.ignoredOnEntry ?? new Set(process.ignored);
    if (parent !== null) this.inherit(parent);
    if (isDash) {
      this.options.delete("braceexpand");
      this.options.delete("hashall");
      this.shopts.add("expand_aliases");
    }
    this.dynamic = new DynamicVariables(this, parent?.dynamic ?? null);
    process.caught = (signal) => {
      // A shell that is no copy of another takes no notice of SIGQUIT.
      if (!this.traps.has(signal)) return signal === "QUIT" && parent === null;
      this.pendingTraps.push(signal);
      return true;
    };
  }

  /** As after fork(2). */
  private inherit(parent: Interpreter): void {
    this.variables = parent.variables.copy();
    this.functions = new Map(parent.functions);
    this.aliases = new Map(parent.aliases);
    this.options = new Set(parent.options);
    this.shopts = new Set(parent.shopts);
    for (const [name, action] of parent.traps)
      if (keepsTrap(parent, name, action)) this.traps.set(name, action);
    this.inheritedTraps = new Map([...(parent.inheritedTraps ?? []), ...parent.traps]);
    this.inheritedJobs = parent.jobs.length > 0 ? parent.jobs : parent.inheritedJobs;
    this.positional = parent.positional;
    this.status = parent.status;
    this.current = parent.current;
    this.lastArgument = parent.lastArgument;
    this.lastBackgroundPid = parent.lastBackgroundPid;
    this.directories = [...parent.directories];
    this.disabled = new Set(parent.disabled);
    this.hashed = new Map(parent.hashed);
    this.completions = new Map(parent.completions);
    this.limits = new Map(parent.limits);
    this.frames = parent.frames.map((frame) => ({ ...frame }));
    this.line = parent.line;
    this.lenient = parent.lenient;
    this.inverted = [...parent.inverted];
    this.level = parent.level + 1;
    this.indirection = parent.indirection;
    this.isPrompted = parent.isPrompted;
    this.loops = parent.loops;
    this.invocation = parent.invocation;
    this.commandString = parent.commandString;
  }

  /** What was assigned since the variables were measured. */
  private unmeasured = 0;

  /** Counts what a variable is given, and measures them all when much has come together. */
  countAssigned(length: number): void {
    this.unmeasured += length + 64;
    const { variables } = this.userland.options.limits;
    if (this.unmeasured < variables / 2) return;
    this.unmeasured = 0;
    if (this.variables.measure() > variables)
      throw new GivenUp(`variables take more than ${variables} octets`);
  }

  get userland(): Userland {
    return this.process.userland;
  }

  /** Is `wait` over? A trap for SIGCHLD runs when it is, and does not end it. */
  get isInterrupted(): boolean {
    return this.pendingTraps.some((signal) => signal !== "CHLD");
  }

  get has(): (option: string) => boolean {
    return (option) => this.options.has(option);
  }

  /** Writes to a descriptor for a builtin; what cannot be written is reported as bash does. Gives the status. */
  write(builtin: string, text: string, fd = 1): number {
    const errno = this.process.write(fd, text);
    if (errno === null) return 0;
    this.complain(`${builtin}: write error: ${strerror(errno)}`);
    return 1;
  }

  /** `NAME: line N: TEXT` on standard error. */
  complain(text: string): void {
    this.complaints++;
    if (this.isDash) {
      const said = dashMessage(text);
      // Only what no builtin says names the file that `.` reads.
      const where = /^(?:[^:]*: not found|Syntax error)/.test(said) ? this.context : "";
      this.process.write(2, `${this.arg0}: ${this.line}: ${where}${said}\n`);
      return;
    }
    const frame = this.frames.at(-1);
    const name = frame?.kind === "function" && frame.source === "environment" ? frame.source : this.unit.name;
    const place = this.isPrompted ? this.arg0 : `${name}: line ${this.line}`;
    this.process.write(2, `${place}: ${text}\n`);
  }

  /** Status of a shell that ends for a variable that is not set. */
  get fatalStatus(): number {
    return this.invocation === "c" && this.level === 0 ? 127 : 1;
  }

  /** Tells of an error that stops nothing but a shell under `set -e`. */
  report(text: string): void {
    this.complain(text);
    if (this.options.has("errexit")) throw new ExitJump(this.status || 1, "exit");
  }

  notSupported(what: string): never {
    throw new ScriptError(`${this.unit.name}: line ${this.line}: not supported: ${what}`);
  }

  /** What an error of an expansion does: it is told, and ends the shell or only the command. */
  explain(error: ExpansionError): never {
    if (error.message !== "") this.complain(error.message);
    if (this.isDash) this.endByError(2);
    if (!error.isFatal && !(error instanceof ReportedError && this.options.has("errexit"))) throw error;
    // Under `set -e` it ends where it stands, and its redirections with it.
    if (this.terminal === null && this.options.has("errexit"))
      throw new ExitJump(error.isFatal ? error.status : this.status || error.status, "exit");
    return this.endByError(this.terminal === null ? error.status : 1);
  }

  /** An error ends a shell that is not interactive, and the line of one that is. */
  endByError(status: number): never {
    throw this.terminal === null ? new ExitJump(status) : new AbandonJump(status);
  }

  /** Arrays that every shell has. */
  initializeArrays(): void {
    const version = this.variables.global("BASH_VERSINFO");
    version.value = IndexedArray.of(["5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"]);
    version.isReadonly = true;
    this.setStatuses([0]);
  }

  setStatuses(statuses: readonly number[]): void {
    const variable = this.variables.global("PIPESTATUS");
    variable.value = IndexedArray.of(statuses.map(String));
  }
}

function keepsTrap(parent: Interpreter, name: TrapName, action: string): boolean {
  if (action === "") return true;
  if (name === "ERR") return parent.options.has("errtrace");
  return (name === "DEBUG" || name === "RETURN") && parent.options.has("functrace");
}

export type StatementList = readonly Statement[];
