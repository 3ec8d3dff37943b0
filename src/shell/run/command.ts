/** One command of any kind. */
import type {
  ArithmeticCommand,
  Command,
  CommandNode,
  CompoundCommand,
  Redirected,
  Statement,
  Subshell,
  TestCommand,
} from "unbash";
import { AbandonedLine, ExitJump, ExpansionError, ReadonlyError, ReportedError } from "../errors.ts";
import { expandArithmetic } from "../expand/words.ts";
import type { FunctionBody, Interpreter } from "../interpreter.ts";
import { printCommand } from "../print.ts";
import { runArithmeticFor, runCase, runFor, runIf, runWhile } from "./compound.ts";
import { runCondition } from "./condition.ts";
import { beginCoprocess } from "./coprocess.ts";
import { reportDeath } from "./death.ts";
import { explaining, runStatements } from "./list.ts";
import { redirect } from "./redirect.ts";
import { runSelect } from "./select.ts";
import { runSimple } from "./simple.ts";
import { errexit } from "./status.ts";
import { beginSubshell } from "./subshell.ts";
import { trace } from "./trace.ts";
import { announce } from "./traps.ts";

/** `isLast`: the process has nothing to do after it, so an external command takes its place. */
export async function runCommand(sh: Interpreter, node: CommandNode, isLast = false): Promise<number> {
  if (sh.options.has("noexec")) return sh.status;
  sh.line = lineOf(sh, node);
  const mark = sh.substitutionFds.length;
  try {
    await dispatch(sh, node, isLast);
  } finally {
    while (sh.substitutionFds.length > mark) sh.process.fds.close(sh.substitutionFds.pop()!);
  }
  return sh.status;
}

/** The line that bash counts a command on; compound commands mostly leave it as it is. */
export function lineOf(sh: Interpreter, node: CommandNode): number {
  switch (node.type) {
    case "Command":
      return sh.unit.lineOf(sh.isDash ? node.pos : secondWordEnd(node));
    case "TestCommand":
    case "ArithmeticCommand":
      return sh.unit.lineOf(node.end);
    case "For":
    case "ArithmeticFor":
    case "Select":
    case "Case":
      return sh.unit.lineOf(node.pos);
    default:
      return sh.line;
  }
}

/** The parser knows that a command begins when it has read the word or operator after the first one. */
function secondWordEnd({ prefix, name, suffix }: Command): number {
  const [first, second] = [...prefix, ...(name === undefined ? [] : [name]), ...suffix.slice(0, 2)];
  if (second === undefined) return first?.end ?? 0;
  return second.type === "Word" || second.type === "Assignment" ? second.end : second.pos;
}

async function dispatch(sh: Interpreter, node: CommandNode, isLast: boolean): Promise<void> {
  switch (node.type) {
    case "Command":
      return runSimple(sh, node, isLast);
    case "Redirected":
      return runRedirected(sh, node, isLast);
    case "Function":
      if (node.body.type === "CompoundList") sh.notSupported("a function without a body");
      sh.status = defineFunction(sh, node.name.value, node.body as FunctionBody);
      return;
    case "Coproc":
      beginCoprocess(sh, node);
      return;
    default:
      return runCompound(sh, node, isLast);
  }
}

function defineFunction(sh: Interpreter, name: string, body: FunctionBody): number {
  const before = sh.functions.get(name);
  if (before?.isReadonly) {
    sh.complain(`${name}: readonly function`);
    return 1;
  }
  const isExported = before?.isExported ?? sh.options.has("allexport");
  sh.functions.set(name, { name, body, unit: sh.unit, isExported, isReadonly: false });
  return 0;
}

export async function runRedirected(sh: Interpreter, node: Redirected, isLast = false): Promise<void> {
  const isSubshell = node.command.type === "Subshell";
  if (isSubshell) setCurrent(sh, node);
  const saved = await explaining(sh, () => redirect(sh, node.redirects));
  if (saved === null) {
    sh.status = sh.isDash ? 2 : 1;
    return errexit(sh, node);
  }
  try {
    await runCompound(sh, node.command, isLast);
    if (isSubshell) setCurrent(sh, node);
  } catch (error) {
    if (error instanceof ExitJump && error.cause !== "error") saved.forget();
    throw error;
  } finally {
    saved.restore();
  }
}

export async function runCompound(sh: Interpreter, node: CompoundCommand, isLast = false): Promise<void> {
  switch (node.type) {
    case "BraceGroup": {
      // In a process of its own a subshell needs no other.
      const only = isLast ? onlySubshell(node.body.commands) : null;
      await runStatements(sh, only?.body.commands ?? node.body.commands);
      return;
    }
    case "Subshell":
      // The process was made for it alone.
      if (isLast) {
        await runStatements(sh, node.body.commands);
        return;
      }
      return runSubshell(sh, node);
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
      return runSelect(sh, node);
    case "TestCommand":
      return runTest(sh, node, () => runCondition(sh, node.expression));
    case "ArithmeticCommand":
      if (sh.options.has("xtrace")) await trace(sh, `(( ${node.body} ))`);
      return runTest(sh, node, async () => (await expandArithmetic(sh, node.body)) !== 0n);
  }
}

/** A subshell that is all there is. */
function onlySubshell([statement, ...more]: readonly Statement[]): Subshell | null {
  const command = statement?.command;
  return command?.type === "Subshell" && more.length === 0 && !statement?.background ? command : null;
}

function runSubshellBody(inner: Interpreter, statements: readonly Statement[]): Promise<number> {
  const nested = onlySubshell(statements);
  if (nested === null) return runStatements(inner, statements);
  inner.level++;
  return runSubshellBody(inner, nested.body.commands);
}

/** A subshell is the command under way once it is begun, and stays so. */
function setCurrent(sh: Interpreter, node: Subshell | Redirected): void {
  if (sh.trapsUnderWay.size === 0) sh.current = { unit: sh.unit, node };
}

async function runSubshell(sh: Interpreter, node: Subshell): Promise<void> {
  const { unit } = sh;
  const body = node.body.commands;
  const child = beginSubshell(sh, { comm: sh.process.comm, body: (inner) => runSubshellBody(inner, body) });
  sh.status = (await sh.process.waitFor(child))!;
  reportDeath(sh, child, () => printCommand(unit.source, node), true);
  sh.setStatuses([sh.status]);
  setCurrent(sh, node);
  return errexit(sh, node);
}

/** `[[ ]]` and `(( ))` */
async function runTest(
  sh: Interpreter,
  node: TestCommand | ArithmeticCommand,
  test: () => Promise<boolean>,
): Promise<void> {
  const name = node.type === "TestCommand" ? "[[" : "((";
  await sh.userland.countCommand(sh.process);
  await announce(sh, node);
  try {
    sh.isRegexInvalid = false;
    sh.status = (await test()) ? 0 : sh.isRegexInvalid ? 2 : 1;
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error;
    if (error.isFatal) sh.explain(error);
    if (error.message !== "")
      sh.complain(error instanceof ReportedError ? error.message : `${name}: ${error.message}`);
    if (error instanceof ReportedError && sh.options.has("errexit")) throw new ExitJump(1);
    if (error instanceof ReportedError && !(error instanceof ReadonlyError))
      throw new AbandonedLine("", error.status);
    sh.status = name === "((" ? 1 : error.status;
  }
  sh.setStatuses([sh.status]);
  return errexit(sh, node);
}
