/**
 * Shell arithmetic: C's operators on 64-bit integers, over text in which parameters and commands are already expanded.
 * @source bash 5.2 expr.c
 */
import { ExpansionError } from "../errors.ts";

/** How names are read and set; `subscript` is the text between brackets, null without. */
export interface ArithmeticNames {
  read(name: string, subscript: string | null): string;
  assign(name: string, subscript: string | null, value: string): void;
}

const BINARY: Readonly<Record<string, number>> = {
  "||": 1,
  "&&": 2,
  "|": 3,
  "^": 4,
  "&": 5,
  "==": 6,
  "!=": 6,
  "<": 7,
  ">": 7,
  "<=": 7,
  ">=": 7,
  "<<": 8,
  ">>": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  "/": 10,
  "%": 10,
  "**": 11,
};
const TOKEN =
  /\s*(?:(\d[\w#@]*)|([A-Za-z_]\w*)|(<<=|>>=|\*\*|\+\+|--|&&|\|\||<<|>>|[-+*/%&^|<>=!]=|[-+*/%&^|<>=!~?:,()[\]]))/y;
/** Nested names (`x` holds `y+1`, ...) that are followed. */
const DEPTH_MAX = 1024;

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);

type TokenKind = "number" | "name" | "operator" | "end";

interface Target {
  readonly name: string;
  readonly subscript: string | null;
}

class Evaluation {
  private at = 0;
  private token = "";
  private kind = "end" as TokenKind;
  /** Where the current token and the one before it began: for errors. */
  private tokenAt = 0;
  private previousAt = 0;
  /** Inside a branch that is not taken, nothing is assigned or divided. */
  private skipping = 0;

  constructor(
    private readonly text: string,
    private readonly names: ArithmeticNames,
    private readonly depth: number,
  ) {
    if (depth > DEPTH_MAX)
      throw new ExpansionError(
        `${text}: expression recursion level exceeded (error token is "${text}")`,
        1,
        false,
      );
  }

  run(): bigint {
    this.next();
    if (this.kind === "end") return 0n;
    const value = this.comma();
    if (this.current !== "end") this.error("syntax error in expression", this.tokenAt);
    return value;
  }

  private next(): void {
    this.previousAt = this.tokenAt;
    TOKEN.lastIndex = this.at;
    const match = TOKEN.exec(this.text);
    if (match === null) {
      this.tokenAt = this.at + /^\s*/.exec(this.text.slice(this.at))![0].length;
      if (this.tokenAt < this.text.length) this.error("syntax error: operand expected", this.tokenAt);
      this.kind = "end";
      this.token = "";
      return;
    }
    this.at = TOKEN.lastIndex;
    this.token = match[1] ?? match[2] ?? match[3]!;
    this.kind = match[1] !== undefined ? "number" : match[2] !== undefined ? "name" : "operator";
    this.tokenAt = this.at - this.token.length;
  }

  private error(what: string, at: number): never {
    throw new ExpansionError(
      `${this.text.trimStart()}: ${what} (error token is "${this.text.slice(at)}")`,
      1,
      false,
    );
  }

  private get current(): TokenKind {
    return this.kind;
  }

  private is(operator: string): boolean {
    return this.kind === "operator" && this.token === operator;
  }

  private accept(operator: string): boolean {
    if (!this.is(operator)) return false;
    this.next();
    return true;
  }

  private comma(): bigint {
    let value = this.assignment();
    while (this.accept(",")) value = this.assignment();
    return value;
  }

  private assignment(): bigint {
    const start = {
      at: this.at,
      token: this.token,
      kind: this.kind,
      tokenAt: this.tokenAt,
      previousAt: this.previousAt,
    };
    if (this.kind === "name") {
      const target = this.target();
      const match = this.current === "operator" ? /^(<<|>>|[-+*/%&^|])?=$/.exec(this.token) : null;
      if (match !== null) {
        this.next();
        const right = this.assignment();
        const value = match[1] === undefined ? right : this.apply(match[1], this.valueOf(target), right);
        return this.set(target, value);
      }
      Object.assign(this, start);
    }
    return this.ternary();
  }

  private ternary(): bigint {
    const test = this.binary(1);
    if (!this.accept("?")) return test;
    if (this.is(":") || this.kind === "end") this.error("expression expected", this.tokenAt);
    const yes = this.unless(test === 0n, () => this.comma());
    if (!this.accept(":")) this.error("`:' expected for conditional expression", this.tokenAt);
    const no = this.unless(test !== 0n, () => this.assignment());
    return test !== 0n ? yes : no;
  }

  private unless(isSkipped: boolean, body: () => bigint): bigint {
    if (isSkipped) this.skipping++;
    const value = body();
    if (isSkipped) this.skipping--;
    return value;
  }

  private binary(least: number): bigint {
    let left = this.unary();
    for (;;) {
      const operator = this.token;
      const rank = this.kind === "operator" ? BINARY[operator] : undefined;
      if (rank === undefined || rank < least) return left;
      this.next();
      if (operator === "&&" || operator === "||") {
        const isDecided = (operator === "&&") === (left === 0n);
        const right = this.unless(isDecided, () => this.binary(rank + 1));
        left = (isDecided ? operator === "||" : right !== 0n) ? 1n : 0n;
        continue;
      }
      // `**` binds to the right.
      const right = this.binary(operator === "**" ? rank : rank + 1);
      left = this.apply(operator, left, right);
    }
  }

  private apply(operator: string, a: bigint, b: bigint): bigint {
    const flag = (isTrue: boolean) => (isTrue ? 1n : 0n);
    switch (operator) {
      case "+":
        return wrap(a + b);
      case "-":
        return wrap(a - b);
      case "*":
        return wrap(a * b);
      case "/":
      case "%":
        if (b === 0n && this.skipping > 0) return 0n;
        if (b === 0n) this.error("division by 0", this.previousAt);
        return wrap(operator === "/" ? a / b : a % b);
      case "**":
        if (b < 0n) this.error("exponent less than 0", this.previousAt);
        return wrap(power(a, b));
      case "<<":
        return wrap(a << (b & 63n));
      case ">>":
        return a >> (b & 63n);
      case "&":
        return a & b;
      case "|":
        return a | b;
      case "^":
        return a ^ b;
      case "==":
        return flag(a === b);
      case "!=":
        return flag(a !== b);
      case "<":
        return flag(a < b);
      case ">":
        return flag(a > b);
      case "<=":
        return flag(a <= b);
      default:
        return flag(a >= b);
    }
  }

  private unary(): bigint {
    if (this.kind === "operator") {
      const operator = this.token;
      if (operator === "++" || operator === "--") {
        this.next();
        // Before anything but a name these are two signs.
        if (this.current !== "name") return this.unary();
        const target = this.target();
        return this.set(target, wrap(this.valueOf(target) + (operator === "++" ? 1n : -1n)));
      }
      if (operator === "!" || operator === "~" || operator === "-" || operator === "+") {
        this.next();
        const value = this.unary();
        return operator === "!"
          ? value === 0n
            ? 1n
            : 0n
          : operator === "~"
            ? ~value
            : operator === "-"
              ? wrap(-value)
              : value;
      }
    }
    return this.primary();
  }

  private primary(): bigint {
    if (this.accept("(")) {
      const value = this.comma();
      if (!this.is(")")) this.error("missing `)'", this.previousAt);
      this.next();
      return value;
    }
    if (this.kind === "number") {
      const value = this.number(this.token);
      this.next();
      return value;
    }
    if (this.kind !== "name")
      return this.error(
        "syntax error: operand expected",
        this.kind === "end" ? this.previousAt : this.tokenAt,
      );
    const target = this.target();
    const value = this.valueOf(target);
    if (!this.is("++") && !this.is("--")) return value;
    this.set(target, wrap(value + (this.token === "++" ? 1n : -1n)));
    this.next();
    return value;
  }

  /** A name with its subscript; the token after it becomes current. */
  private target(): Target {
    const name = this.token;
    if (this.text[this.at] !== "[") {
      this.next();
      return { name, subscript: null };
    }
    let depth = 0;
    let end = this.at;
    do {
      if (end >= this.text.length) this.error("bad array subscript", this.tokenAt);
      if (this.text[end] === "[") depth++;
      if (this.text[end] === "]") depth--;
      end++;
    } while (depth > 0);
    const subscript = this.text.slice(this.at + 1, end - 1);
    this.at = end;
    this.next();
    return { name, subscript };
  }

  private valueOf({ name, subscript }: Target): bigint {
    if (this.skipping > 0) return 0n;
    return evaluate(this.names.read(name, subscript), this.names, this.depth + 1);
  }

  private set({ name, subscript }: Target, value: bigint): bigint {
    if (this.skipping === 0) this.names.assign(name, subscript, String(value));
    return value;
  }

  private number(text: string): bigint {
    const match = /^(\d+)#([\w@]+)$/.exec(text);
    if (match !== null) return this.inBase(BigInt(match[1]!), match[2]!);
    if (/^0[xX][0-9a-fA-F]*$/.test(text)) return text.length === 2 ? 0n : wrap(BigInt(text));
    if (/^0\d*$/.test(text)) {
      if (/[89]/.test(text)) this.error("value too great for base", this.tokenAt);
      return wrap(BigInt(`0o0${text.slice(1)}`));
    }
    if (!/^\d+$/.test(text))
      this.error(/^\d+[A-Za-z@_]/.test(text) ? "value too great for base" : "invalid number", this.tokenAt);
    return wrap(BigInt(text));
  }

  private inBase(base: bigint, digits: string): bigint {
    if (base < 2n || base > 64n) this.error("invalid arithmetic base", this.tokenAt);
    let value = 0n;
    for (const character of digits) {
      const order =
        base <= 36n
          ? "0123456789abcdefghijklmnopqrstuvwxyz"
          : "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_";
      const digit = BigInt(order.indexOf(base <= 36n ? character.toLowerCase() : character));
      if (digit < 0n || digit >= base) this.error("value too great for base", this.tokenAt);
      value = wrap(value * base + digit);
    }
    return value;
  }
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = wrap(result * square);
    square = wrap(square * square);
  }
  return result;
}

/** Throws an `ExpansionError` that does not end the shell. */
export function evaluate(text: string, names: ArithmeticNames, depth = 0): bigint {
  if (/^\s*-?(?:[1-9]\d{0,17}|0)\s*$/.test(text)) return BigInt(text.trim());
  return new Evaluation(text.replaceAll('"', "").replaceAll("\\\n", ""), names, depth).run();
}
