/** One command of any kind. */
import type { CommandNode, CompoundCommand, Redirected } from "unbash";
import { ExpansionError } from "../errors.ts";
import { expandArithmetic } from "../expand/words.ts";
import type { FunctionBody, Interpreter } from "../interpreter.ts";
import { runArithmeticFor, runCase, runFor, runIf, runWhile } from "./compound.ts";
import { runCondition } from "./condition.ts";
import { beginCoprocess } from "./coprocess.ts";
import { reportDeath } from "./death.ts";
import { explaining, runStatements } from "./list.ts";
import { redirect } from "./redirect.ts";
import { runSimple } from "./simple.ts";
import { errexit } from "./status.ts";
import { beginSubshell } from "./subshell.ts";
import { trace } from "./trace.ts";
import { runTrap } from "./traps.ts";

/** `isLast`: the process has nothing to do after it, so an external command takes its place. */
export async function runCommand(sh: Interpreter, node: CommandNode, isLast = false): Promise<number> {
  sh.line = sh.unit.lineOf(node.pos);
  const mark = sh.substitutionFds.length;
  try {
    await dispatch(sh, node, isLast);
  } finally {
    while (sh.substitutionFds.length > mark) sh.process.fds.close(sh.substitutionFds.pop()!);
  }
  return sh.status;
}

async function dispatch(sh: Interpreter, node: CommandNode, isLast: boolean): Promise<void> {
  switch (node.type) {
    case "Command":
      return runSimple(sh, node, isLast);
    case "Redirected":
      return runRedirected(sh, node, isLast);
    case "Function":
      if (node.body.type === "CompoundList") sh.notSupported("a function without a body");
      sh.functions.set(node.name.value, {
        name: node.name.value,
        body: node.body as FunctionBody,
        unit: sh.unit,
      });
      sh.status = 0;
      return;
    case "Coproc":
      beginCoprocess(sh, node);
      return;
    default:
      return runCompound(sh, node, isLast);
  }
}

export async function runRedirected(sh: Interpreter, node: Redirected, isLast = false): Promise<void> {
  const saved = await explaining(sh, () => redirect(sh, node.redirects));
  if (saved === null) {
    sh.status = 1;
    return errexit(sh);
  }
  try {
    await runCompound(sh, node.command, isLast);
  } finally {
    saved.restore();
  }
}

export async function runCompound(sh: Interpreter, node: CompoundCommand, isLast = false): Promise<void> {
  switch (node.type) {
    case "BraceGroup":
      await runStatements(sh, node.body.commands);
      return;
    case "Subshell":
      // The process was made for it alone.
      if (isLast) {
        await runStatements(sh, node.body.commands);
        return;
      }
      return runSubshell(sh, node.body.commands, sh.unit.source.slice(node.pos, node.end));
    case "If":
      return runIf(sh, node);
    case "While":
      return runWhile(sh, node);
    case "For":
      return runFor(sh, node);
    case "ArithmeticFor":
      return runArithmeticFor(sh, node);
    case "Case":
      return runCase(sh, node);
    case "Select":
      return sh.notSupported("select");
    case "TestCommand":
      return runTest(sh, "[[", () => runCondition(sh, node.expression));
    case "ArithmeticCommand":
      if (sh.options.has("xtrace")) await trace(sh, `(( ${node.body} ))`);
      return runTest(sh, "((", async () => (await expandArithmetic(sh, node.body)) !== 0n);
  }
}

async function runSubshell(
  sh: Interpreter,
  body: Parameters<typeof runStatements>[1],
  text: string,
): Promise<void> {
  const child = beginSubshell(sh, { comm: sh.process.comm, body: (inner) => runStatements(inner, body) });
  sh.status = (await sh.process.waitFor(child))!;
  reportDeath(sh, child, text, true);
  sh.setStatuses([sh.status]);
  return errexit(sh);
}

/** `[[ ]]` and `(( ))` */
async function runTest(sh: Interpreter, name: string, test: () => Promise<boolean>): Promise<void> {
  await sh.userland.countCommand();
  if (sh.traps.has("DEBUG")) await runTrap(sh, "DEBUG");
  try {
    sh.status = (await test()) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    if (error.isFatal) sh.explain(error);
    sh.complain(name === "((" ? `((: ${error.message}` : error.message);
    sh.status = name === "((" ? 1 : error.status;
  }
  sh.setStatuses([sh.status]);
  return errexit(sh);
}
