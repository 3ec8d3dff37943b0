import { immerable, produce } from "immer";
import type { Cell } from "../core/cell-table.ts";
import { IntMap } from "../core/int-map.ts";
import { registerRecord } from "../core/record-codec.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Wake } from "../processes/program.ts";
import { PROGRAMS } from "../processes/programs.ts";

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
  ) {}

  with(change: Partial<Pick<Process, "comm" | "netns" | "program" | "sockets" | "hold">>): Process {
    const { comm, netns, program, sockets, hold } = { ...this, ...change };
    return new Process(this.pid, comm, netns, program, this.state, sockets, hold);
  }

  /** A copy whose program may write to its state. */
  copy(): Process {
    const program = this.program === null ? undefined : PROGRAMS.get(this.program);
    const state = program === undefined || this.state === null ? this.state : program.copy(this.state);
    return new Process(this.pid, this.comm, this.netns, this.program, state, this.sockets, this.hold);
  }
}
registerRecord("Process", Process);

/** What the whole machine has once. */
export class Globals {
  static readonly [immerable] = true;
  pidLast = 0;
  /** Cells of processes by pid. */
  processes: IntMap<Cell<Process>> = IntMap.empty();
  /** Names under /run/netns, newest first. */
  netnsNames: readonly { readonly name: string; readonly netns: NetnsRef }[] = [];
  /** Living namespaces in order of making. */
  netnsAll: readonly NetnsRef[] = [];
  /** Plain files and directories by path; null: a directory. */
  files: Readonly<Record<string, string | null>> = {};

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
  step.cells.set(
    GLOBALS,
    produce(step.cells.get(GLOBALS), (draft) => recipe(draft as unknown as Globals)),
  );
}
