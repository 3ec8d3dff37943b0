/** `[[ ... ]]` */
import type { TestExpression, Word } from "unbash";
import { calculate } from "../assign.ts";
import { testBinary, testUnary } from "../builtins/test.ts";
import { ExpansionError } from "../errors.ts";
import { Pattern } from "../expand/patterns.ts";
import { expandAtoms, expandJoined, expandPattern, expandText } from "../expand/words.ts";
import type { Interpreter } from "../interpreter.ts";
import { quoteTrace } from "../quote.ts";
import { translateEre } from "../regex.ts";
import { compareOctets } from "../text.ts";
import { IndexedArray } from "../variables.ts";
import { trace } from "./trace.ts";

export async function runCondition(sh: Interpreter, node: TestExpression): Promise<boolean> {
  switch (node.type) {
    case "TestLogical": {
      const isAnd = node.operator === "&&";
      for (const operand of node.operands) if ((await runCondition(sh, operand)) !== isAnd) return !isAnd;
      return isAnd;
    }
    case "TestNot":
      return (await runCondition(sh, node.operand)) !== (node.negations.length % 2 === 1);
    case "TestGroup":
      return runCondition(sh, node.expression);
    case "TestUnary": {
      const operand = await expandJoined(sh, node.operand);
      await traceTest(sh, `${node.operator} ${quoteTrace(operand)}`);
      return testUnary(sh, node.operator, operand);
    }
    case "TestBinary":
      return runBinary(sh, node.operator, node.left, node.right);
  }
}

async function traceTest(sh: Interpreter, text: string): Promise<void> {
  if (sh.options.has("xtrace")) await trace(sh, `[[ ${text} ]]`);
}

async function runBinary(
  sh: Interpreter,
  operator: string,
  leftWord: Word,
  rightWord: Word,
): Promise<boolean> {
  const left = await expandJoined(sh, leftWord);
  if (operator === "=~") return matchRegex(sh, left, rightWord);
  if (operator === "==" || operator === "=" || operator === "!=") {
    const source = await expandPattern(sh, rightWord);
    await traceTest(sh, `${quoteTrace(left)} ${operator} ${source}`);
    const isMatch = new Pattern(source, { ignoreCase: sh.shopts.has("nocasematch") }).matches(left);
    return isMatch === (operator !== "!=");
  }
  const right = await expandJoined(sh, rightWord);
  await traceTest(sh, `${quoteTrace(left)} ${operator} ${quoteTrace(right)}`);
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

async function matchRegex(sh: Interpreter, text: string, word: Word): Promise<boolean> {
  const atoms = await expandAtoms(sh, word);
  const source = atoms
    .map((atom) => (atom.isQuoted ? atom.text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&") : atom.text))
    .join("");
  await traceTest(sh, `${quoteTrace(text)} =~ ${source}`);
  const pattern = translateEre(source, sh.shopts.has("nocasematch") ? "sui" : "su");
  if (pattern === null) throw new ExpansionError("", 2, false);
  const match = pattern.exec(text);
  const variable = sh.variables.global("BASH_REMATCH");
  variable.value =
    match === null ? new IndexedArray() : IndexedArray.of([...match].map((group) => group ?? ""));
  return match !== null;
}
