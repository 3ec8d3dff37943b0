/** `[[ ... ]]` */
import type { TestExpression, Word } from "unbash";
import { calculate } from "../assign.ts";
import { testBinary, testUnary } from "../builtins/test.ts";
import { Pattern } from "../expand/patterns.ts";
import { expandAtoms, expandJoined, expandPattern, expandText } from "../expand/words.ts";
import type { Interpreter } from "../interpreter.ts";
import { PosixRegex, RegexLimit } from "../posix-regex.ts";
import { quoteTrace } from "../quote.ts";
import { compareOctets } from "../text.ts";
import { IndexedArray } from "../variables.ts";
import { trace } from "./trace.ts";

export async function runCondition(
  sh: Interpreter,
  node: TestExpression,
  /** Is it shown with a `!` by `set -x`? */
  isNegated = false,
): Promise<boolean> {
  sh.isRegexInvalid = false;
  switch (node.type) {
    case "TestLogical": {
      const isAnd = node.operator === "&&";
      for (const operand of node.operands) if ((await runCondition(sh, operand)) !== isAnd) return !isAnd;
      return isAnd;
    }
    case "TestNot": {
      const isNegated = node.negations.length % 2 === 1;
      return (await runCondition(sh, node.operand, isNegated)) !== isNegated;
    }
    case "TestGroup":
      return runCondition(sh, node.expression);
    case "TestUnary": {
      const operand = await expandJoined(sh, node.operand);
      await traceTest(sh, isNegated, `${node.operator} ${quoteTrace(operand)}`);
      return testUnary(sh, node.operator, operand);
    }
    case "TestBinary":
      return runBinary(sh, node, isNegated);
  }
}

async function traceTest(sh: Interpreter, isNegated: boolean, text: string): Promise<void> {
  if (sh.options.has("xtrace")) await trace(sh, `[[ ${isNegated ? "! " : ""}${text} ]]`);
}

async function runBinary(
  sh: Interpreter,
  { operator, left: leftWord, right: rightWord }: Extract<TestExpression, { type: "TestBinary" }>,
  isNegated: boolean,
): Promise<boolean> {
  const left = await expandJoined(sh, leftWord);
  if (operator === "=~") return matchRegex(sh, left, rightWord, isNegated);
  if (operator === "==" || operator === "=" || operator === "!=") {
    const source = await expandPattern(sh, rightWord);
    await traceTest(sh, isNegated, `${quoteUnlessBlank(left)} ${operator} ${source === "" ? "''" : source}`);
    const isMatch = new Pattern(source, { ignoreCase: sh.shopts.has("nocasematch") }).matches(left);
    return isMatch === (operator !== "!=");
  }
  const right = await expandJoined(sh, rightWord);
  await traceTest(sh, isNegated, `${quoteUnlessBlank(left)} ${operator} ${quoteUnlessBlank(right)}`);
  if (operator === "<" || operator === ">")
    return operator === "<" ? compareOctets(left, right) < 0 : compareOctets(left, right) > 0;
  if (/^-(eq|ne|lt|le|gt|ge)$/.test(operator)) {
    const [a, b] = [calculate(sh, await expandText(sh, left)), calculate(sh, await expandText(sh, right))];
    return { "-eq": a === b, "-ne": a !== b, "-lt": a < b, "-le": a <= b, "-gt": a > b, "-ge": a >= b }[
      operator
    ]!;
  }
  return testBinary(sh, operator, left, right);
}

const quoteUnlessBlank = (text: string) => text || "''";

/** Undefined: it would take too long. */
function execWithin(pattern: PosixRegex, text: string): ReturnType<PosixRegex["exec"]> | undefined {
  try {
    return pattern.exec(text);
  } catch (error) {
    if (error instanceof RegexLimit) return undefined;
    throw error;
  }
}

async function matchRegex(sh: Interpreter, text: string, word: Word, isNegated: boolean): Promise<boolean> {
  const atoms = await expandAtoms(sh, word);
  const source = atoms
    .map((atom) => (atom.isQuoted ? atom.text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&") : atom.text))
    .join("");
  await traceTest(sh, isNegated, `${quoteUnlessBlank(text)} =~ ${source === "" ? "''" : source}`);
  const pattern = PosixRegex.compile(source, true, { ignoreCase: sh.shopts.has("nocasematch") });
  if (pattern === null) {
    sh.isRegexInvalid = true;
    return false;
  }
  const match = execWithin(pattern, text);
  if (match === undefined) {
    sh.isRegexInvalid = true;
    return false;
  }
  const variable = sh.variables.global("BASH_REMATCH");
  variable.value =
    match === null ? new IndexedArray() : IndexedArray.of([...match].map((group) => group ?? ""));
  return match !== null;
}
