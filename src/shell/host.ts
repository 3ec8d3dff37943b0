/**
 * The shell's view of the world it stands outside of. The interpreter and its commands reach virtual time, the kernel and the
 * programs of the simulation through this interface alone, so that everything they ask and are told stands in the log.
 */
import type { Errno } from "../core/errno.ts";
import type { Nanos } from "../core/nanos.ts";
import type { Result } from "../core/result.ts";
import type { ProgramListener } from "../events/program-listener.ts";
import type {
  BodyOf,
  NetnsId,
  Operation,
  ProgramStreams,
  ReplyOf,
  RequestFunction,
} from "../events/requests.ts";

export interface Host {
  /** Virtual time of the run. */
  readonly now: Nanos;
  readonly request: RequestFunction;
  /**
   * Starts a program of the simulation in process `pid` (made by FORK). What it does comes through `listener` while time runs.
   */
  spawn(
    netns: NetnsId,
    pid: number,
    argv: readonly string[],
    listener: ProgramListener,
    streams?: ProgramStreams,
  ): Result<null>;
  /** Names of the programs that `spawn` knows: `ping`, ... */
  readonly programs: readonly string[];
  /**
   * Called when no task of the shell is ready: lets the world go on to `until` (virtual time; null: without end), or to the
   * first instant at which a listener was told something. False: `until` is null and nothing will ever happen.
   */
  advance(until: Nanos | null): boolean;
  /** Nothing will ever happen in the world by itself. Absent: not known. */
  readonly isIdle?: boolean;
}

/** What is other for a program that a command runs in its place. */
export interface ExecChange {
  readonly netns?: NetnsId;
  /** The name that the namespace is entered by: its file view comes with it. */
  readonly netnsName?: string;
  readonly env?: ReadonlyMap<string, string>;
  readonly cwd?: string;
}

/** What a command is handed: its process. */
export interface CommandContext {
  /** argv[0] is the name it was called by. */
  readonly argv: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly pid: number;
  readonly netns: NetnsId;
  /** The name by which `ip netns exec` entered the namespace; null: not entered by name. */
  readonly host: Host;
  /** A request in the command's own namespace. */
  request<Op extends Operation>(op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>>;
  /** Prints to standard output as stdio does: to a pipe or a file by blocks, so that nothing is seen until `flush` or the end. */
  out(text: string): void;
  /** Writes what `out` holds. */
  flush(): void;
  /** Writes to standard error. */
  err(text: string): void;
  /** Waits until readers of a pipe have made room; rejects with SIGPIPE when there is none left. Call it in loops that write much. */
  drain(): Promise<void>;
  /** The next line with its newline, or null at the end. */
  readLine(): Promise<string | null>;
  /** All that is left on standard input. */
  readAll(): Promise<string>;
  /** Lets virtual time pass. */
  sleep(delay: Nanos): Promise<void>;
  /** Runs another command as execve(2) in this process would: for `ip netns exec`, `sudo`, `env`, `nohup`. Status 127: not found. */
  exec(argv: readonly string[], change?: ExecChange): Promise<number>;
  /** Is there such a command (builtins aside)? */
  hasCommand(name: string, env?: ReadonlyMap<string, string>): boolean;
  /** Why a command cannot be run; null: it can. */
  missing(name: string, env?: ReadonlyMap<string, string>): Errno | null;
}

/** A command: gives its exit status. */
export type Command = (cx: CommandContext) => number | Promise<number>;
