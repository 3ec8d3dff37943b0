/**
 * Shell arithmetic: C's operators on 64-bit integers, over text in which parameters and commands are already expanded.
 *
 * Errors name the rest of the expression from the token that was read last, so tokens are read one ahead at the same moments as in
 * bash, and a name is looked up when it is read.
 * @source bash 5.2 expr.c
 */
import { ArithmeticError } from "../errors.ts";
import { apply, flag, LEVELS, power, wrap } from "./arithmetic-operators.ts";

/** How names are read and set; `subscript` is the text between brackets, null without. */
export interface ArithmeticNames {
  read(name: string, subscript: string | null): string;
  assign(name: string, subscript: string | null, value: string): void;
  /** The subscript's value, so that what it does is done once. */
  resolve(name: string, subscript: string): string;
}

const OPERATOR = /<<=|>>=|\*\*|&&|\|\||<<|>>|[<>=!]=|[-+*/%&^|]=|[-+*/%&^|<>=!~?:,()]/y;
/**
 * Nested names (`x` holds `y+1`, ...) that are followed: as many as the host's stack is sure to hold.
 * @differs bash follows 1024
 */
const DEPTH_MAX = 256;

/** `done`: the result of an operator, which cannot be assigned to. */
type TokenKind = "number" | "name" | "operator" | "end" | "done";

interface Target {
  readonly name: string;
  readonly subscript: string | null;
}

/** What is known between two tokens. */
interface State {
  kind: TokenKind;
  token: string;
  /** Of a number or a name that was looked up. */
  value: bigint;
  target: Target | null;
  before: TokenKind;
  /** Where the next token is looked for. */
  at: number;
  /** Where the token begins that was read last: for errors. */
  tokenAt: number;
}

class Evaluation {
  private state: State = {
    kind: "end",
    token: "",
    value: 0n,
    target: null,
    before: "end",
    at: 0,
    tokenAt: 0,
  };
  /** Inside a branch that is not taken, nothing is read, assigned or divided. */
  private skipping = 0;

  constructor(
    private readonly text: string,
    private readonly names: ArithmeticNames,
    private readonly depth: number,
  ) {}

  run(): bigint {
    if (this.text.trim() === "") return 0n;
    this.next();
    const value = this.comma();
    if (this.state.kind !== "end") this.error("syntax error in expression");
    return value;
  }

  /** `end`: where the text is cut off, as bash does while it reads a number. */
  private error(what: string, at = this.state.tokenAt, end = this.text.length): never {
    const text = this.text.slice(0, end);
    throw new ArithmeticError(`${text.trimStart()}: ${what} (error token is "${text.slice(at)}")`);
  }

  // ---------------------------------------------------------------------------------------- tokens

  private next(): void {
    const { state, text } = this;
    let at = state.at;
    while (/[ \t\n]/.test(text[at] ?? "")) at++;
    if (at >= text.length) {
      Object.assign(state, { before: state.kind, kind: "end", token: "", at });
      return;
    }
    state.tokenAt = at;
    if (/[A-Za-z_]/.test(text[at]!)) this.readName(at);
    else if (/\d/.test(text[at]!)) this.readNumber(at);
    else this.readOperator(at);
  }

  private set(kind: TokenKind, token: string, at: number): void {
    Object.assign(this.state, { before: this.state.kind, kind, token, at });
  }

  private readNumber(at: number): void {
    const end = at + /^[\w#@]+/.exec(this.text.slice(at))![0].length;
    const value = this.number(this.text.slice(at, end), at, end);
    this.set("number", "", end);
    this.state.value = value;
  }

  private readName(at: number): void {
    const { text, state } = this;
    const name = /^\w+/.exec(text.slice(at))![0];
    let end = at + name.length;
    let subscript: string | null = null;
    if (text[end] === "[") {
      const close = this.closeOf(end);
      subscript = text.slice(end + 1, close);
      if (subscript === "") this.error("bad array subscript", at);
      end = close + 1;
    }
    // What is assigned to is not looked up, so the token behind it must be known first.
    const saved = { ...state };
    this.skipping++;
    Object.assign(state, { kind: "name", at: end });
    this.next();
    const isAssigned = this.is("=");
    this.skipping--;
    Object.assign(state, saved);
    const isStepped = saved.kind === "operator" && (saved.token === "++x" || saved.token === "--x");
    const target = { name, subscript };
    this.set("name", name, end);
    if (isAssigned && !isStepped) Object.assign(state, { value: 0n, target });
    else this.look(target);
  }

  /** The bracket that closes the one at `open`. */
  private closeOf(open: number): number {
    let depth = 0;
    for (let at = open; at < this.text.length; at++) {
      if (this.text[at] === "[") depth++;
      if (this.text[at] === "]" && --depth === 0) return at;
    }
    return this.error("bad array subscript");
  }

  private look({ name, subscript }: Target): void {
    const { names, state } = this;
    if (this.skipping > 0) {
      Object.assign(state, { value: 0n, target: { name, subscript } });
      return;
    }
    const target = { name, subscript: subscript === null ? null : names.resolve(name, subscript) };
    const text = names.read(name, target.subscript);
    // What is empty is 0, without another level.
    if (text !== "" && this.depth >= DEPTH_MAX - 1) this.error("expression recursion level exceeded");
    Object.assign(state, { value: evaluate(text, names, this.depth + 1), target });
  }

  private readOperator(at: number): void {
    const { text, state } = this;
    const sign = text[at]!;
    if ((sign === "+" || sign === "-") && text[at + 1] === sign) {
      // Behind a name these two are one operator, and before a name; otherwise two signs.
      if (state.kind === "name") this.set("operator", `x${sign}${sign}`, at + 2);
      else if (/^[ \t\n]*[A-Za-z_]/.test(text.slice(at + 2))) this.set("operator", `${sign}${sign}x`, at + 2);
      else this.set("operator", sign, at + 1);
      return;
    }
    OPERATOR.lastIndex = at;
    const match = OPERATOR.exec(text);
    if (match !== null) {
      this.set("operator", match[0], OPERATOR.lastIndex);
      return;
    }
    const isAfterOperand = state.kind === "number" || state.kind === "name" || state.kind === "done";
    this.error(
      isAfterOperand ? "syntax error: invalid arithmetic operator" : "syntax error: operand expected",
    );
  }

  private is(operator: string): boolean {
    return this.state.kind === "operator" && this.state.token === operator;
  }

  // ---------------------------------------------------------------------------------------- grammar

  private comma(): bigint {
    let value = this.assignment();
    while (this.is(",")) {
      this.next();
      value = this.assignment();
    }
    return value;
  }

  private assignment(): bigint {
    const value = this.ternary();
    const { state } = this;
    const match = state.kind === "operator" ? /^(<<|>>|[-+*/%&^|])?=$/.exec(state.token) : null;
    if (match === null) return value;
    if (state.before !== "name") this.error("attempted assignment to non-variable");
    const target = state.target!;
    this.next();
    const right = this.assignment();
    const operator = match[1];
    if ((operator === "/" || operator === "%") && right === 0n && this.skipping === 0)
      this.error("division by 0");
    const result = operator === undefined ? right : apply(operator, value, right);
    this.assign(target, result);
    state.kind = state.kind === "name" ? "done" : state.kind;
    return result;
  }

  private assign({ name, subscript }: Target, value: bigint): void {
    if (this.skipping === 0) this.names.assign(name, subscript, String(value));
  }

  private ternary(): bigint {
    const test = this.or();
    if (!this.is("?")) return test;
    const yes = this.unless(test === 0n, () => {
      this.next();
      if (this.state.kind === "end" || this.is(":")) this.error("expression expected");
      return this.comma();
    });
    if (!this.is(":")) this.error("`:' expected for conditional expression");
    const no = this.unless(test !== 0n, () => {
      this.next();
      if (this.state.kind === "end") this.error("expression expected");
      return this.ternary();
    });
    this.state.before = "done";
    return test !== 0n ? yes : no;
  }

  private unless(isSkipped: boolean, body: () => bigint): bigint {
    if (isSkipped) this.skipping++;
    const value = body();
    if (isSkipped) this.skipping--;
    return value;
  }

  private or(): bigint {
    let left = this.and();
    while (this.is("||")) {
      const right = this.unless(left !== 0n, () => {
        this.next();
        return this.and();
      });
      left = flag(left !== 0n || right !== 0n);
      this.state.before = "done";
    }
    return left;
  }

  private and(): bigint {
    let left = this.level(0);
    while (this.is("&&")) {
      const right = this.unless(left === 0n, () => {
        this.next();
        return this.level(0);
      });
      left = flag(left !== 0n && right !== 0n);
      this.state.before = "done";
    }
    return left;
  }

  private level(rank: number): bigint {
    const operators = LEVELS[rank];
    if (operators === undefined) return this.power();
    let left = this.level(rank + 1);
    for (;;) {
      const { kind, token, at } = this.state;
      if (kind !== "operator" || !operators.includes(token)) return left;
      this.next();
      let right = this.level(rank + 1);
      if ((token === "/" || token === "%") && right === 0n) {
        const space = /^[ \t]*/.exec(this.text.slice(at))![0].length;
        if (this.skipping === 0) this.error("division by 0", at + space);
        right = 1n;
      }
      left = apply(token, left, right);
      this.state.before = "done";
    }
  }

  private power(): bigint {
    let base = this.unary();
    while (this.is("**")) {
      this.next();
      const exponent = this.power();
      this.state.before = "done";
      if (exponent === 0n) return 1n;
      if (exponent < 0n) this.error("exponent less than 0");
      base = power(base, exponent);
    }
    return base;
  }

  private unary(): bigint {
    const { kind, token } = this.state;
    if (kind !== "operator" || !["!", "~", "-", "+"].includes(token)) return this.primary();
    this.next();
    const value = this.unary();
    this.state.before = "done";
    return token === "!" ? flag(value === 0n) : token === "~" ? ~value : token === "-" ? wrap(-value) : value;
  }

  private primary(): bigint {
    const { state } = this;
    if (this.is("++x") || this.is("--x")) return this.stepBefore(this.is("++x") ? 1n : -1n);
    if (this.is("(")) {
      this.next();
      const value = this.comma();
      if (!this.is(")")) this.error("missing `)'");
      this.next();
      return value;
    }
    const { kind, value, target } = state;
    if (kind !== "number" && kind !== "name") return this.error("syntax error: operand expected");
    this.next();
    if (kind === "name" && (this.is("x++") || this.is("x--"))) {
      this.assign(target!, wrap(value + (this.is("x++") ? 1n : -1n)));
      state.kind = "done";
      this.next();
    }
    return value;
  }

  private stepBefore(step: bigint): bigint {
    this.next();
    const value = wrap(this.state.value + step);
    this.assign(this.state.target!, value);
    this.state.kind = "done";
    this.next();
    return value;
  }

  // ---------------------------------------------------------------------------------------- numbers

  private number(text: string, at: number, end: number): bigint {
    const fail = (what: string) => this.error(what, at, end);
    const [, prefix, all] = /^(0[xX]|0(?=.)|)(.*)$/.exec(text) as unknown as [string, string, string];
    let digits = all;
    let base = prefix === "" ? 10n : prefix === "0" ? 8n : 16n;
    const mark = digits.indexOf("#");
    if (mark >= 0) {
      const given = this.inBase(digits.slice(0, mark), base, fail);
      if (prefix !== "" || digits.includes("#", mark + 1)) fail("invalid number");
      if (given < 2n || given > 64n) fail("invalid arithmetic base");
      base = given;
      digits = digits.slice(mark + 1);
      if (digits === "") fail("invalid integer constant");
    }
    return this.inBase(digits, base, fail);
  }

  private inBase(digits: string, base: bigint, fail: (what: string) => never): bigint {
    let value = 0n;
    for (const character of digits) {
      const digit = BigInt(DIGITS.indexOf(base <= 36n ? character.toLowerCase() : character));
      if (digit >= base) fail("value too great for base");
      value = wrap(value * base + digit);
    }
    return value;
  }
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_";

/** Throws an `ArithmeticError`. `hasQuotes`: quotes are not taken away, and so are errors. */
export function evaluate(text: string, names: ArithmeticNames, depth = 0, hasQuotes = false): bigint {
  if (/^\s*-?(?:[1-9]\d{0,17}|0)\s*$/.test(text)) return BigInt(text.trim());
  return new Evaluation(
    (depth === 0 && !hasQuotes ? text.replaceAll('"', "") : text).replaceAll("\\\n", ""),
    names,
    depth,
  ).run();
}
