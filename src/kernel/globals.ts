import { immerable } from "immer";
import type { Cell } from "../core/cell-table.ts";
import { IntMap } from "../core/int-map.ts";
import type { Nanos } from "../core/nanos.ts";
import { registerRecord } from "../core/record-codec.ts";
import { updateRecord } from "../core/update-record.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Wake } from "../processes/program.ts";
import { PROGRAMS } from "../processes/programs.ts";
import type { FileSystem, Ino } from "./vfs/inode.ts";

/** What /proc and the file system need to know of a process; a child begins with its parent's. */
export interface ProcessAbout {
  readonly ppid: number;
  readonly argv: readonly string[];
  readonly exe: string;
  readonly cwd: string;
  readonly start: Nanos;
  /** The namespace whose devices it sees under /sys: the one of the mount, not its own. */
  readonly sysNetns: NetnsRef;
  /** Files that are mounted over others, in its view. */
  readonly binds: readonly { readonly path: string; readonly ino: Ino }[];
}

export const ABOUT_INIT: ProcessAbout = {
  ppid: 0,
  argv: ["init"],
  exe: "/usr/sbin/init",
  cwd: "/",
  start: 0,
  sysNetns: 0,
  binds: [],
};

/** Why a program does not run: it was stopped by a signal, or waits in write(2) for room in a pipe. */
export type HoldReason = "stopped" | "pipe";

/** A program that does not run, and what it will find when it goes on. */
export interface Hold {
  readonly reasons: readonly HoldReason[];
  /** Wakes that came meanwhile, in order; a timer and a readable socket at most once. */
  readonly missed: readonly Wake[];
}

/** A process of user space: one of the shell's, or a program of the simulation. */
export class Process {
  constructor(
    readonly pid: number,
    readonly comm: string,
    readonly netns: NetnsRef,
    /** Name of the program it runs; null: it lives outside the world. */
    readonly program: string | null,
    /** The program's own state: plain data. */
    public state: unknown,
    readonly sockets: readonly number[],
    /** Null: its program runs whenever it is woken. */
    readonly hold: Hold | null = null,
    readonly about: ProcessAbout = ABOUT_INIT,
  ) {}

  with(change: Partial<Pick<Process, "comm" | "netns" | "program" | "sockets" | "hold" | "about">>): Process {
    const { comm, netns, program, sockets, hold, about } = { ...this, ...change };
    return new Process(this.pid, comm, netns, program, this.state, sockets, hold, about);
  }

  /** A copy whose program may write to its state. */
  copy(): Process {
    const program = this.program === null ? undefined : PROGRAMS.get(this.program);
    const state = program === undefined || this.state === null ? this.state : program.copy(this.state);
    const { pid, comm, netns, sockets, hold, about } = this;
    return new Process(pid, comm, netns, this.program, state, sockets, hold, about);
  }
}
registerRecord("Process", Process);

/** What the whole machine has once. */
export class Globals {
  static readonly [immerable] = true;
  pidLast = 0;
  /** Cells of processes by pid. */
  processes: IntMap<Cell<Process>> = IntMap.empty();
  /**
   * Names under /run/netns that `ip netns` made, newest first: the file and the namespace mounted on it. `order` says which came later
   * among these and the cells of other files there.
   */
  netnsNames: readonly { readonly name: string; readonly netns: NetnsRef; readonly order: number }[] = [];
  /** Namespaces mounted on files that there were, in order of mounting. */
  nsMounts: readonly { readonly path: string; readonly netns: NetnsRef }[] = [];
  /** Cells of netlink sockets that listen to all namespaces. */
  allNsidListeners: readonly number[] = [];
  /** Living namespaces in order of making. */
  netnsAll: readonly NetnsRef[] = [];
  fs: Cell<FileSystem> = -1;
  /** The module veth is there: it comes with the first pair. */
  isVethLoaded = false;
  /** Frames that the receive backlog had no room for: /proc/net/softnet_stat. */
  backlogDropped = 0;
  /** Is the veth driver of 2007 loaded? */
  hasVeth2007 = false;

  /** A copy that differs in its processes: each command of a script comes and goes, too often for a draft. */
  withProcesses(processes: Globals["processes"], pidLast: number): Globals {
    return Object.assign(new Globals(), this, { processes, pidLast });
  }
}
registerRecord("Globals", Globals);

/** The namespace that a run starts in. */
export const MAIN_NETNS: NetnsRef = 0;
export const GLOBALS: Cell<Globals> = 2;

export function globals(step: StepContext): Globals {
  return step.cells.get(GLOBALS);
}

export function updateGlobals(step: StepContext, recipe: (draft: Globals) => void): void {
  step.cells.set(GLOBALS, updateRecord(step.cells.get(GLOBALS), recipe));
}

export function processOf(step: StepContext, pid: number): { ref: number; process: Process } | null {
  const ref = globals(step).processes.get(pid);
  return ref === undefined ? null : { ref, process: step.cells.get(ref) };
}
