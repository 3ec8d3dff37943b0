/**
 * expr(1) of GNU coreutils.
 * @source coreutils 9.1, src/expr.c
 */

import { PosixRegex, RegexLimit, type Spans } from "../posix-regex.ts";
import { compareOctets, countCharacters, sliceCharacters } from "../text.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { usageError } from "./inputs.ts";
import { quote } from "./quoting.ts";

class ExprError extends Error {
  constructor(
    message: string,
    readonly status = 2,
  ) {
    super(message);
  }
}

type Value = string | bigint;

const INTEGER = /^-?\d+$/;

function isNull(value: Value): boolean {
  if (typeof value === "bigint") return value === 0n;
  return value === "" || /^-?0+$/.test(value);
}

function integer(value: Value): bigint {
  if (typeof value === "bigint") return value;
  if (!INTEGER.test(value)) throw new ExprError("non-integer argument");
  return BigInt(value);
}

/** Levels of operators, the loosest first. */
const COMPARISONS = new Set(["<", "<=", "=", "==", "!=", ">=", ">"]);

class Parser {
  private at = 0;

  constructor(
    private readonly cx: ToolContext,
    private readonly words: readonly string[],
  ) {}

  run(): Value {
    const value = this.or(true);
    if (this.at < this.words.length)
      throw new ExprError(`syntax error: unexpected argument ${quote(this.cx, this.words[this.at]!)}`);
    return value;
  }

  private next(word: string): boolean {
    if (this.words[this.at] !== word) return false;
    this.at++;
    return true;
  }

  /** Operands are read in any case, but worked out only where `isWanted`. */
  private or(isWanted: boolean): Value {
    let left = this.and(isWanted);
    while (this.next("|")) {
      const right = this.and(isWanted && isNull(left));
      if (isNull(left)) left = isNull(right) ? 0n : right;
    }
    return left;
  }

  private and(isWanted: boolean): Value {
    let left = this.comparison(isWanted);
    while (this.next("&")) {
      const right = this.comparison(isWanted && !isNull(left));
      if (isNull(left) || isNull(right)) left = 0n;
    }
    return left;
  }

  private comparison(isWanted: boolean): Value {
    let left = this.sum(isWanted);
    for (
      let operator = this.words[this.at];
      operator !== undefined && COMPARISONS.has(operator);
      operator = this.words[this.at]
    ) {
      this.at++;
      const right = this.sum(isWanted);
      const [a, b] = [String(left), String(right)];
      let order: number;
      if (INTEGER.test(a) && INTEGER.test(b))
        order = BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0;
      else order = compareOctets(a, b);
      const holds =
        (order < 0 && /^<|^!/.test(operator)) ||
        (order > 0 && /^>|^!/.test(operator)) ||
        (order === 0 && /=/.test(operator) && operator !== "!=");
      left = holds ? 1n : 0n;
    }
    return left;
  }

  private sum(isWanted: boolean): Value {
    let left = this.product(isWanted);
    for (;;) {
      const isPlus = this.next("+");
      if (!isPlus && !this.next("-")) return left;
      const right = this.product(isWanted);
      if (isWanted) left = isPlus ? integer(left) + integer(right) : integer(left) - integer(right);
    }
  }

  private product(isWanted: boolean): Value {
    let left = this.match(isWanted);
    for (;;) {
      const operator = ["*", "/", "%"].find((word) => this.next(word));
      if (operator === undefined) return left;
      const right = this.match(isWanted);
      if (!isWanted) continue;
      const [a, b] = [integer(left), integer(right)];
      if (operator === "*") left = a * b;
      else if (b === 0n) throw new ExprError("division by zero");
      else left = operator === "/" ? a / b : a % b;
    }
  }

  private match(isWanted: boolean): Value {
    let left = this.unary(isWanted);
    while (this.next(":")) {
      const right = this.unary(isWanted);
      if (isWanted) left = matched(String(left), String(right));
    }
    return left;
  }

  private unary(isWanted: boolean): Value {
    if (this.next("+")) return this.word();
    const name = this.words[this.at];
    if (name === "length" || name === "match" || name === "index" || name === "substr") {
      this.at++;
      const args = Array.from({ length: { length: 1, match: 2, index: 2, substr: 3 }[name] }, () =>
        this.unary(isWanted),
      );
      return isWanted ? call(name, args) : "";
    }
    return this.primary(isWanted);
  }

  private primary(isWanted: boolean): Value {
    if (!this.next("(")) {
      if (this.words[this.at] === ")") throw new ExprError("syntax error: unexpected ')'");
      return this.word();
    }
    const value = this.or(isWanted);
    if (this.next(")")) return value;
    const found = this.words[this.at];
    throw new ExprError(
      found === undefined
        ? `syntax error: expecting ')' after ${quote(this.cx, this.words[this.at - 1]!)}`
        : `syntax error: expecting ')' instead of ${quote(this.cx, found)}`,
    );
  }

  private word(): string {
    const word = this.words[this.at];
    if (word === undefined)
      throw new ExprError(`syntax error: missing argument after ${quote(this.cx, this.words[this.at - 1]!)}`);
    this.at++;
    return word;
  }
}

function matched(text: string, pattern: string): Value {
  if (
    pattern.replace(/\\[^()]/g, "").split("\\(").length !==
    pattern.replace(/\\[^()]/g, "").split("\\)").length
  )
    throw new ExprError("Unmatched ( or \\(");
  const regex = PosixRegex.compile(pattern, false);
  if (regex === null) throw new ExprError("Invalid regular expression");
  const found = searchAtStart(regex, text);
  if (regex.groups > 0) return found?.[1] ? text.slice(...found[1]) : "";
  return found === null ? 0n : BigInt(countCharacters(text.slice(...found[0]!)));
}

function searchAtStart(regex: PosixRegex, text: string): Spans | null {
  try {
    return regex.searchAtStart(text);
  } catch (error) {
    if (error instanceof RegexLimit) throw new ExprError("error in regular expression matcher", 3);
    throw error;
  }
}

function call(name: "length" | "match" | "index" | "substr", args: readonly Value[]): Value {
  const [text = "", ...rest] = args.map(String);
  switch (name) {
    case "length":
      return BigInt(countCharacters(text));
    case "match":
      return matched(text, rest[0]!);
    case "index":
      return BigInt([...text].findIndex((character) => rest[0]!.includes(character)) + 1);
    default: {
      if (!INTEGER.test(rest[0]!) || !INTEGER.test(rest[1]!)) return "";
      const [from, length] = [Number(rest[0]), Number(rest[1])];
      return from < 1 || length < 1 ? "" : sliceCharacters(text, from - 1, from - 1 + length);
    }
  }
}

export const expr: Tool = (cx) => {
  const words = cx.argv[1] === "--" ? cx.argv.slice(2) : cx.argv.slice(1);
  if (words.length === 0) return usageError(cx, "missing operand", 2);
  try {
    const value = new Parser(cx, words).run();
    cx.out(`${value}\n`);
    return isNull(value) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ExprError)) throw error;
    cx.err(`expr: ${error.message}\n`);
    return error.status;
  }
};
