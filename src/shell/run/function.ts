/** Calls of shell functions. */
import { ReturnJump, ScriptError } from "../errors.ts";
import type { FunctionBody, Interpreter, ShellFunction, TrapName } from "../interpreter.ts";
import { DEPTH_MAX } from "../limits.ts";
import { runCompound, runRedirected } from "./command.ts";
import { runTrap } from "./traps.ts";

export async function callFunction(
  sh: Interpreter,
  { name, body, unit }: ShellFunction,
  argv: readonly string[],
): Promise<number> {
  if (sh.frames.length >= DEPTH_MAX)
    throw new ScriptError(`${sh.unit.name}: line ${sh.line}: ${name}: more than ${DEPTH_MAX} nested calls`);
  const caller = {
    unit: sh.unit,
    line: sh.line,
    positional: sh.positional,
    loops: sh.loops,
    context: sh.context,
  };
  sh.context = "";
  const restoreTraps = hideTraps(sh);
  sh.frames.push({
    kind: "function",
    name,
    source: sh.invocation === "c" && unit.name === sh.arg0 ? "environment" : unit.name,
    line: sh.line,
    options: null,
  });
  sh.variables.push("function");
  sh.positional = argv.slice(1);
  sh.unit = unit;
  sh.line = unit.lineOf(body.pos);
  sh.loops = 0;
  let status: number;
  try {
    if (sh.traps.has("DEBUG")) await runTrap(sh, "DEBUG");
    status = await runBody(sh, body);
    await runTrap(sh, "RETURN");
  } finally {
    const { options } = sh.frames.pop()!;
    if (options !== null) sh.options = new Set(options);
    sh.variables.pop();
    Object.assign(sh, caller);
    restoreTraps();
  }
  return status;
}

/** Takes away the traps that a function does not see; what is returned sets them again where it set none of its own. */
export function hideTraps(
  sh: Interpreter,
  names: readonly TrapName[] = ["DEBUG", "ERR", "RETURN"],
): () => void {
  const hidden = names.flatMap((name) => {
    const action = sh.traps.get(name);
    if (action === undefined || sh.options.has(name === "ERR" ? "errtrace" : "functrace")) return [];
    sh.traps.delete(name);
    return [[name, action] as const];
  });
  return () => {
    for (const [name, action] of hidden) if (!sh.traps.has(name)) sh.traps.set(name, action);
  };
}

async function runBody(sh: Interpreter, body: FunctionBody): Promise<number> {
  try {
    if (body.type === "Redirected") await runRedirected(sh, body);
    else await runCompound(sh, body);
  } catch (error) {
    if (!(error instanceof ReturnJump)) throw error;
    // The RETURN trap still sees the status of the last command.
    return error.status;
  }
  return sh.status;
}
