/** What a command's status leads to. */
import { ExitJump } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { runTrap } from "./traps.ts";

/** `set -e` and the ERR trap, after a command that neither of them overlooks. */
export async function errexit(sh: Interpreter): Promise<void> {
  if (sh.status === 0 || sh.lenient > 0) return;
  await runTrap(sh, "ERR");
  if (sh.options.has("errexit")) throw new ExitJump(sh.status, "errexit");
}

/** Runs a condition: its failure ends nothing. */
export async function leniently<T>(sh: Interpreter, body: () => Promise<T>): Promise<T> {
  sh.lenient++;
  try {
    return await body();
  } finally {
    sh.lenient--;
  }
}
