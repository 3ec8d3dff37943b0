/** Runs the commands of `trap`. */
import { ExitJump } from "../errors.ts";
import type { Interpreter, TrapName } from "../interpreter.ts";
import { signalNumber } from "../signals.ts";
import { runText } from "./source.ts";

async function runAction(sh: Interpreter, action: string, firstLine: number, origin: string): Promise<void> {
  const { status, unit, line } = sh;
  const pipeStatus = sh.variables.global("PIPESTATUS").value;
  const isNested = origin !== "exit trap";
  if (isNested) sh.indirection++;
  try {
    await runText(sh, { name: unit.name, text: action, line: firstLine, origin });
  } finally {
    if (isNested) sh.indirection--;
  }
  sh.unit = unit;
  sh.line = line;
  sh.status = status;
  sh.variables.global("PIPESTATUS").value = pipeStatus;
}

/** Runs the traps of signals that came while a command ran. */
export async function runPendingTraps(sh: Interpreter): Promise<void> {
  while (sh.pendingTraps.length > 0) {
    const signal = sh.pendingTraps.shift()!;
    const action = sh.traps.get(signal);
    if (action === undefined) continue;
    const { status, statusBeforeTrap } = sh;
    sh.status = sh.process.wakesOnTrap ? 128 + signalNumber(signal) : status;
    if (sh.isDash) sh.statusBeforeTrap = status;
    sh.trapsUnderWay.add(signal);
    try {
      await runAction(sh, action, 1, "trap");
    } finally {
      sh.trapsUnderWay.delete(signal);
    }
    sh.statusBeforeTrap = statusBeforeTrap;
    sh.status = status;
  }
}

/** What the DEBUG trap and `BASH_COMMAND` are told before a command. */
export async function announce(
  sh: Interpreter,
  node: NonNullable<Interpreter["current"]>["node"],
): Promise<void> {
  if (sh.trapsUnderWay.size === 0) sh.current = { unit: sh.unit, node };
  if (sh.traps.has("DEBUG")) await runTrap(sh, "DEBUG");
}

/** ERR, DEBUG, RETURN: not inside their own action. */
export async function runTrap(sh: Interpreter, name: TrapName): Promise<void> {
  const action = sh.traps.get(name);
  if (action === undefined || action === "" || sh.trapsUnderWay.has(name)) return;
  sh.trapsUnderWay.add(name);
  try {
    await runAction(sh, action, sh.line, `${name === "ERR" ? "error" : name.toLowerCase()} trap`);
  } finally {
    sh.trapsUnderWay.delete(name);
  }
}

export async function runExitTrap(sh: Interpreter): Promise<void> {
  const action = sh.traps.get("EXIT");
  sh.traps.delete("EXIT");
  if (action === undefined || action === "") return;
  sh.statusBeforeTrap = sh.status;
  try {
    await runAction(sh, action, 1, "exit trap");
  } catch (error) {
    if (!(error instanceof ExitJump)) throw error;
    sh.status = error.status;
  }
}
