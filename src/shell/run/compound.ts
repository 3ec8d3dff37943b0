/** `if`, `while`, `for`, `case`. */
import type { ArithmeticFor, Case, CompoundList, For, If, While } from "unbash";
import { assignScalar } from "../assign.ts";
import { ArithmeticError, LoopJump, ReadonlyError } from "../errors.ts";
import { Pattern } from "../expand/patterns.ts";
import { expandArithmetic, expandJoined, expandPattern, expandWords } from "../expand/words.ts";
import type { Interpreter } from "../interpreter.ts";
import { clausesOf, printArgument } from "../print.ts";
import { quoteTrace } from "../quote.ts";
import { explaining, runStatements } from "./list.ts";
import { leniently } from "./status.ts";
import { trace } from "./trace.ts";
import { announce } from "./traps.ts";

export async function runIf(sh: Interpreter, node: If): Promise<void> {
  const arms = [node, ...node.elif];
  for (const arm of arms) {
    await leniently(sh, () => runStatements(sh, arm.clause.commands));
    if (sh.status !== 0) continue;
    await runStatements(sh, arm.then.commands);
    return;
  }
  if (node.else === undefined) sh.status = 0;
  else await runStatements(sh, node.else.commands);
}

/** Runs a loop's body once; false: the loop is left. */
export async function runBody(sh: Interpreter, body: CompoundList): Promise<boolean> {
  try {
    await runStatements(sh, body.commands);
    return true;
  } catch (error) {
    if (!(error instanceof LoopJump)) throw error;
    sh.status = error.status;
    if (error.levels > 1 && sh.loops > 1) throw new LoopJump(error.kind, error.levels - 1, error.status);
    return error.kind === "continue";
  }
}

export async function inLoop(sh: Interpreter, body: () => Promise<void>): Promise<void> {
  sh.loops++;
  try {
    await body();
  } finally {
    sh.loops--;
  }
}

export function runWhile(sh: Interpreter, node: While): Promise<void> {
  return inLoop(sh, async () => {
    let status = 0;
    for (;;) {
      await sh.userland.countCommand(sh.process);
      let goesOn = true;
      await leniently(sh, async () => {
        // `break` in the condition leaves the loop, too.
        goesOn = await runBody(sh, node.clause);
      });
      if (!goesOn || (sh.status === 0) !== (node.kind === "while")) break;
      goesOn = await runBody(sh, node.body);
      status = sh.status;
      if (!goesOn) break;
    }
    sh.status = status;
  });
}

export function runFor(sh: Interpreter, node: For): Promise<void> {
  return inLoop(sh, async () => {
    const { wordlist } = node;
    const name = node.name.value;
    const items =
      wordlist === undefined ? sh.positional : await explaining(sh, () => expandWords(sh, wordlist));
    if (items.length === 0) sh.status = 0;
    const shown =
      wordlist === undefined ? '"$@"' : wordlist.map((word) => printArgument(sh.unit.source, word)).join(" ");
    for (const item of items) {
      await sh.userland.countCommand(sh.process);
      await announce(sh, `for ${name} in ${shown}`);
      if (sh.options.has("xtrace") && !sh.isDash)
        await trace(sh, `for ${name} in ${items.map(quoteTrace).join(" ")}`);
      if (!setLoopVariable(sh, name, item)) return;
      if (!(await runBody(sh, node.body))) return;
    }
  });
}

/** False: it cannot be set, which was told. */
export function setLoopVariable(sh: Interpreter, name: string, value: string): boolean {
  try {
    const variable = sh.variables.find(name);
    // A name reference is set itself, to refer to one name after the other.
    if (variable?.isNameref) variable.value = value;
    else assignScalar(sh, name, value, false);
    return true;
  } catch (error) {
    if (!(error instanceof ReadonlyError)) throw error;
    sh.complain(error.message);
    sh.status = error.status;
    return false;
  }
}

export function runArithmeticFor(sh: Interpreter, node: ArithmeticFor): Promise<void> {
  const [initialize = "", test = "", update = ""] = clausesOf(sh.unit.source, node.pos);
  /** Null: it is no expression, which was told. */
  const value = async (text: string) => {
    await announce(sh, `((${text.trimStart() || "1"}))`);
    if (sh.options.has("xtrace")) await trace(sh, `(( ${text.trimStart() || "1"} ))`);
    try {
      return await expandArithmetic(sh, text);
    } catch (error) {
      if (!(error instanceof ArithmeticError)) throw error;
      sh.complain(`((: ${error.message}`);
      sh.status = 1;
      return null;
    }
  };
  return inLoop(sh, async () => {
    if ((await value(initialize)) === null) return;
    for (let isFirst = true; ; isFirst = false) {
      const goesOn = await value(test);
      if (goesOn === null) return;
      if (goesOn === 0n && test.trim() !== "") {
        if (isFirst) sh.status = 0;
        return;
      }
      await sh.userland.countCommand(sh.process);
      if (!(await runBody(sh, node.body))) return;
      if ((await value(update)) === null) return;
    }
  });
}

export async function runCase(sh: Interpreter, node: Case): Promise<void> {
  const shown = printArgument(sh.unit.source, node.word);
  await announce(sh, `case ${shown} in `);
  if (sh.options.has("xtrace") && !sh.isDash) await trace(sh, `case ${shown} in`);
  const word = await explaining(sh, () => expandJoined(sh, node.word));
  let runsNext = false;
  let hasRun = false;
  for (const item of node.items) {
    if (!runsNext && !(await matchesAny(sh, item.pattern, word))) continue;
    hasRun = true;
    await runStatements(sh, item.body.commands);
    if (item.terminator !== ";&" && item.terminator !== ";;&") return;
    runsNext = item.terminator === ";&";
  }
  if (!hasRun) sh.status = 0;
}

async function matchesAny(
  sh: Interpreter,
  patterns: Case["items"][number]["pattern"],
  word: string,
): Promise<boolean> {
  for (const pattern of patterns) {
    const source = await explaining(sh, () => expandPattern(sh, pattern));
    const options = { extglob: sh.shopts.has("extglob"), ignoreCase: sh.shopts.has("nocasematch") };
    if (new Pattern(source, options).matches(word)) return true;
  }
  return false;
}
