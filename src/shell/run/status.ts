/** What a command's status leads to. */
import type { CommandNode, Pipeline } from "unbash";
import { ExitJump } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { runTrap } from "./traps.ts";

/** `set -e` and the ERR trap, after a command that neither of them overlooks. */
export async function errexit(
  sh: Interpreter,
  node?: CommandNode | Pick<Pipeline, "commands">,
): Promise<void> {
  if (sh.status === 0 || sh.lenient > 0 || isInverted(sh, node)) return;
  await runTrap(sh, "ERR");
  if (sh.options.has("errexit") && sh.inverted.length === 0) throw new ExitJump(sh.status, "errexit");
}

/** Stands a `!` right before it? */
function isInverted(
  { inverted }: Interpreter,
  node: CommandNode | Pick<Pipeline, "commands"> | undefined,
): boolean {
  const last = inverted.at(-1);
  return (
    last !== undefined &&
    (last === node || ("type" in last && last.type === "Redirected" && last.command === node))
  );
}

/** Runs what stands behind `!`: in it `set -e` does not act, and the ERR trap does. */
export async function invertedly<T>(
  sh: Interpreter,
  node: Pick<Pipeline, "commands">,
  body: () => Promise<T>,
): Promise<T> {
  const [only, ...more] = node.commands;
  sh.inverted.push(only !== undefined && more.length === 0 ? only : node);
  try {
    return await body();
  } finally {
    sh.inverted.pop();
  }
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
