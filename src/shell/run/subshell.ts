/** Shell processes that begin as copies of another: subshells, background jobs, elements of a pipeline, substitutions. */
import { ExitJump, ExpansionError, LoopJump, ReturnJump, SignalDeath } from "../errors.ts";
import { Interpreter } from "../interpreter.ts";
import { checkLevel } from "../limits.ts";
import type { Unit } from "../parse.ts";
import type { Process } from "../process.ts";
import { signalNumber } from "../signals.ts";
import { runExitTrap } from "./traps.ts";

export interface SubshellPlan {
  /** Name of the process until it is another program. */
  readonly comm: string;
  /** Changes the copy, before its first step. */
  readonly setUp?: (inner: Interpreter) => void;
  readonly body: (inner: Interpreter) => Promise<number>;
  readonly unit?: Unit;
}

export function beginSubshell(sh: Interpreter, plan: SubshellPlan): Process {
  checkLevel(sh.level);
  const child = sh.userland.fork(sh.process, plan.comm, sh.process.netns);
  const inner = new Interpreter(child, sh.arg0, sh);
  inner.unit = plan.unit ?? sh.unit;
  inner.lastBackground = sh.lastBackground;
  plan.setUp?.(inner);
  child.begin(() => runToEnd(inner, () => plan.body(inner)));
  return child;
}

/** Runs a shell process to its end, with what `exit`, errors and the EXIT trap make of it. */
export async function runToEnd(sh: Interpreter, body: () => Promise<number>): Promise<number> {
  let death: SignalDeath | null = null;
  try {
    sh.status = await body();
  } catch (error) {
    if (error instanceof ExitJump || error instanceof ReturnJump || error instanceof ExpansionError)
      sh.status = error.status;
    else if (error instanceof SignalDeath) {
      death = error;
      sh.status = 128 + signalNumber(error.signal);
      // A trap for EXIT still runs.
      sh.process.death = null;
    } else if (!(error instanceof LoopJump)) throw error;
  }
  // A subshell dies at once of what ends the main shell in order.
  const isAbrupt = death !== null && (death.signal === "KILL" || (sh.level > 0 && death.signal !== "INT"));
  if (!isAbrupt) await runExitTrap(sh);
  if (death !== null) throw death;
  return sh.status;
}
