/**
 * Reads a program of jq.
 * @source jq 1.6 manual; precedences and messages as its parser shows them
 */
import { Lexer, type Token, tokenName } from "./lexer.ts";
import { parseNumber, ReadError, readOne } from "./read.ts";
import {
  call,
  type Definition,
  IDENTITY,
  literal,
  type Pattern,
  type PatternEntry,
  pipe,
  type Term,
} from "./tree.ts";
import { CompileError, described, type Json, kindOf } from "./values.ts";

/** A message and the line that it is about, padded as far as the fault. */
export function faultAt(source: string, at: number, text: string): string {
  const start = source.lastIndexOf("\n", at - 1) + 1;
  const end = source.indexOf("\n", start);
  const line = source.slice(0, start).split("\n").length;
  const shown = source.slice(start, end < 0 ? source.length : end);
  return `${text} at <top-level>, line ${line}:\n${shown}${" ".repeat(Math.max(0, at - start))}`;
}

const NONASSOCIATIVE = 1;
/** Operators from the loosest to the tightest. */
const LEVELS: readonly {
  readonly operators: readonly string[];
  readonly side: "left" | "right" | typeof NONASSOCIATIVE;
}[] = [
  { operators: [","], side: "left" },
  { operators: ["//"], side: "right" },
  { operators: ["=", "|=", "+=", "-=", "*=", "/=", "%=", "//="], side: NONASSOCIATIVE },
  { operators: ["or"], side: "left" },
  { operators: ["and"], side: "left" },
  { operators: ["!=", "==", "<", ">", "<=", ">="], side: NONASSOCIATIVE },
  { operators: ["+", "-"], side: "left" },
  { operators: ["*", "/", "%"], side: "left" },
];

const CONSTANTS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ["null", null],
  ["true", true],
  ["false", false],
]);

export class Parser {
  private at = 0;
  /** Faults that are told behind the syntax error. */
  private readonly notes: string[] = [];
  private temporaries = 0;

  constructor(
    private readonly source: string,
    private tokens: readonly Token[] = new Lexer(source).tokens(),
  ) {}

  program(): Term {
    if (this.token.kind === "end" && this.token.text === "") return IDENTITY;
    const term = this.pipe(true);
    if (this.token.kind !== "end" || this.token.text !== "") this.fail("$end");
    return term;
  }

  /** Definitions alone: a module. */
  module(): Definition[] {
    const found: Definition[] = [];
    while (this.is("def")) found.push(this.definition());
    if (this.token.kind !== "end") this.fail("$end");
    return found;
  }

  private get token(): Token {
    return this.tokens[this.at]!;
  }

  private is(text: string): boolean {
    const { kind } = this.token;
    return (kind === "operator" || kind === "keyword") && this.token.text === text;
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string, ...expected: string[]): void {
    if (!this.accept(text)) this.fail(...expected);
  }

  private fail(...expected: string[]): never {
    const { token } = this;
    const isEnd = token.kind === "end" && token.text === "";
    const place = isEnd ? this.lastPlace() : token.at;
    const hint = expected.length === 0 ? "" : `, expecting ${expected.join(" or ")}`;
    const text =
      token.kind === "end" && token.text !== "" && token.text !== ")"
        ? faultAt(
            this.source,
            token.at,
            "syntax error, unexpected $end, expecting QQSTRING_TEXT or QQSTRING_INTERP_START or QQSTRING_END (Unix shell quoting issues?)",
          )
        : faultAt(
            this.source,
            place,
            `syntax error, unexpected ${tokenName(token)}${hint} (Unix shell quoting issues?)`,
          );
    throw new CompileError([text, ...this.notes]);
  }

  /** What was read last before the end: blanks, or a token. */
  private lastPlace(): number {
    const blanks = /\s+$/.exec(this.source);
    if (blanks !== null) return blanks.index;
    const last = this.tokens[this.at - 1];
    return last?.last ?? last?.at ?? 0;
  }

  private noting<T>(at: number, note: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      throw new CompileError([...error.faults, faultAt(this.source, at, note)]);
    }
  }

  private pipe(isFirst = false): Term {
    if (this.is("def")) {
      const definition = this.definition();
      const isOver = this.token.kind === "end" || this.is(")");
      return { kind: "define", definition, body: isOver ? IDENTITY : this.pipe() };
    }
    const left = this.binary(0, isFirst);
    return this.accept("|") ? pipe(left, this.pipe()) : left;
  }

  private definition(): Definition {
    this.at++;
    if (this.token.kind !== "ident" && this.token.kind !== "keyword") this.fail("IDENT");
    const name = this.tokens[this.at++]!.text;
    const params: { name: string; isValue: boolean }[] = [];
    if (this.accept("(")) {
      do {
        const isValue = this.accept("$");
        if (this.token.kind !== "ident") this.fail(...(isValue ? ["IDENT"] : ["IDENT", "'$'"]));
        params.push({ name: this.tokens[this.at++]!.text, isValue });
      } while (this.accept(";"));
      this.expect(")");
      this.expect(":", "':'");
    } else this.expect(":", "'('", "':'");
    const body = this.pipe();
    this.expect(";");
    return { name, params, body };
  }

  private binary(level: number, isFirst = false): Term {
    const spec = LEVELS[level];
    if (spec === undefined) return this.postfix(isFirst);
    let left = this.binary(level + 1, isFirst);
    for (;;) {
      const { text, at } = this.token;
      if (!spec.operators.some((one) => this.is(one))) return left;
      this.at++;
      const right = spec.side === "right" ? this.binary(level) : this.binary(level + 1);
      left = this.combine(text, left, right, at);
      if (spec.side === NONASSOCIATIVE && spec.operators.some((one) => this.is(one))) this.fail();
    }
  }

  private combine(operator: string, left: Term, right: Term, at: number): Term {
    switch (operator) {
      case ",":
        return { kind: "comma", left, right };
      case "//":
        return { kind: "alternative", left, right };
      case "and":
      case "or":
        return { kind: operator, left, right };
      case "=":
        return call("_assign", left, right);
      case "|=":
        return call("_modify", left, right);
      case "//=":
      case "+=":
      case "-=":
      case "*=":
      case "/=":
      case "%=":
        return this.update(operator.slice(0, -1), left, right);
    }
    if (operator === "/" && isZero(right) && left.kind === "literal" && typeof left.value === "number")
      throw new CompileError([faultAt(this.source, this.startOf(at), "Division by zero?")]);
    return { kind: "binary", operator, left, right };
  }

  private startOf(at: number): number {
    let index = this.tokens.findIndex((token) => token.at === at);
    if (index > 0) index--;
    return this.tokens[index]?.at ?? 0;
  }

  /** `left op= right`: the right side sees the input, not what is changed. */
  private update(operator: string, left: Term, right: Term): Term {
    const name = `*update${this.temporaries++}`;
    const value: Term = { kind: "variable", name, at: 0 };
    const changed: Term =
      operator === "//"
        ? { kind: "alternative", left: IDENTITY, right: value }
        : { kind: "binary", operator, left: IDENTITY, right: value };
    return {
      kind: "bind",
      source: right,
      patterns: [{ kind: "variable", name }],
      body: call("_modify", left, changed),
    };
  }

  private postfix(isFirst = false): Term {
    if (this.is("-")) {
      this.at++;
      return { kind: "negate", body: this.binary(LEVELS.length - 1) };
    }
    let term = this.primary(isFirst);
    for (;;) {
      if (this.accept("?")) term = { kind: "try", body: term, handler: null };
      else if (this.token.kind === "field")
        term = { kind: "index", target: term, key: literal(this.tokens[this.at++]!.text) };
      else if (this.is(".")) {
        this.at++;
        term = { kind: "index", target: term, key: this.stringAfterDot() };
      } else if (this.is("[")) term = this.bracket(term);
      else if (this.is("as")) return this.binding(term);
      else return term;
    }
  }

  private stringAfterDot(): Term {
    if (this.token.kind !== "string" && this.token.kind !== "format") this.fail("FORMAT", "QQSTRING_START");
    return this.string();
  }

  private binding(source: Term): Term {
    this.at++;
    const patterns = this.patterns();
    this.expect("|", "'|'");
    return { kind: "bind", source, patterns, body: this.pipe() };
  }

  private bracket(target: Term): Term {
    this.at++;
    if (this.accept("]")) return { kind: "each", target };
    if (this.accept(":")) {
      const to = this.pipe();
      this.expect("]");
      return { kind: "slice", target, from: null, to };
    }
    const key = this.pipe();
    if (this.accept("]")) return { kind: "index", target, key };
    this.expect(":");
    const to = this.is("]") ? null : this.pipe();
    this.expect("]");
    return { kind: "slice", target, from: key, to };
  }

  private primary(isFirst: boolean): Term {
    const { kind, text, at } = this.token;
    switch (kind) {
      case "number":
        this.at++;
        return literal(this.number(text, at));
      case "string":
        return this.string();
      case "format":
        if (this.tokens[this.at + 1]?.kind === "string") return this.string();
        this.at++;
        return { kind: "format", name: text.slice(1) };
      case "field":
        this.at++;
        return { kind: "index", target: IDENTITY, key: literal(text) };
      case "ident":
        this.at++;
        return text === "break" ? this.break(at) : this.call(text, at);
      case "keyword":
        return this.keyword(text, at, isFirst);
      case "operator":
        return this.operator(text, at, isFirst);
    }
    return isFirst ? this.fail("$end") : this.fail();
  }

  private number(text: string, at: number): number {
    const value = parseNumber(text);
    if (value !== null) return value;
    const why = `Invalid numeric literal at EOF at line 1, column ${text.length} (while parsing '${text}')`;
    throw new CompileError([faultAt(this.source, at, why)]);
  }

  private break(at: number): Term {
    return this.noting(at, "break requires a label to break to", () => {
      this.expect("$", "'$'");
      if (this.token.kind !== "ident") this.fail("IDENT");
      return { kind: "break", name: this.tokens[this.at++]!.text, at };
    });
  }

  private call(name: string, at: number): Term {
    const args: Term[] = [];
    const constant = CONSTANTS.get(name);
    if (constant !== undefined && !this.is("(")) return literal(constant);
    if (this.accept("(")) {
      do args.push(this.pipe());
      while (this.accept(";"));
      this.expect(")");
    }
    return { kind: "call", name, args, at };
  }

  private operator(text: string, at: number, isFirst: boolean): Term {
    switch (text) {
      case "..":
        this.at++;
        return { kind: "recurse" };
      case ".":
        this.at++;
        if (this.token.kind === "string") return { kind: "index", target: IDENTITY, key: this.string() };
        return IDENTITY;
      case "$":
        this.at++;
        if (this.accept("__loc__")) {
          const line = this.source.slice(0, at).split("\n").length;
          return literal(
            new Map<string, Json>([
              ["file", "<top-level>"],
              ["line", line],
            ]),
          );
        }
        if (this.token.kind !== "ident") this.fail("IDENT", "__loc__");
        return { kind: "variable", name: this.tokens[this.at++]!.text, at };
      case "(": {
        this.at++;
        const inner = this.pipe();
        this.expect(")");
        return inner;
      }
      case "[": {
        this.at++;
        if (this.accept("]")) return { kind: "array", body: null };
        const body = this.pipe();
        this.expect("]");
        return { kind: "array", body };
      }
      case "{":
        return this.object();
    }
    return isFirst ? this.fail("$end") : this.fail();
  }

  private keyword(text: string, at: number, isFirst: boolean): Term {
    switch (text) {
      case "if":
        return this.conditional(at);
      case "try": {
        this.at++;
        const body = this.tried();
        if (!this.accept("catch")) return { kind: "try", body, handler: null };
        const handler = this.noting(at, "Possibly unterminated 'try' statement", () => this.tried());
        return { kind: "try", body, handler };
      }
      case "reduce":
      case "foreach":
        return this.fold(text);
      case "label": {
        this.at++;
        this.expect("$", "'$'");
        if (this.token.kind !== "ident") this.fail("IDENT");
        const name = this.tokens[this.at++]!.text;
        this.expect("|", "'|'");
        return { kind: "label", name, body: this.pipe() };
      }
      case "def":
        return this.pipe();
    }
    return isFirst ? this.fail("$end") : this.fail();
  }

  /** What `try` and `catch` take: a term without operators, but with its suffixes. */
  private tried(): Term {
    return this.is("-") ? this.postfix() : this.postfix();
  }

  private conditional(at: number): Term {
    this.at++;
    const test = this.pipe();
    this.expect("then");
    return this.noting(at, "Possibly unterminated 'if' statement", () => {
      const yes = this.pipe();
      if (this.is("elif")) return { kind: "if", test, yes, no: this.conditional(at) };
      this.expect("else");
      const no = this.pipe();
      this.expect("end");
      return { kind: "if", test, yes, no };
    });
  }

  private fold(kind: "reduce" | "foreach"): Term {
    this.at++;
    let source = this.primary(false);
    for (;;) {
      if (this.accept("?")) source = { kind: "try", body: source, handler: null };
      else if (this.token.kind === "field")
        source = { kind: "index", target: source, key: literal(this.tokens[this.at++]!.text) };
      else if (this.accept(".")) source = { kind: "index", target: source, key: this.stringAfterDot() };
      else if (this.is("[")) source = this.bracket(source);
      else break;
    }
    this.expect("as", "FIELD", "as", "'.'", "'['");
    const patterns = this.patterns();
    this.expect("(", "'('");
    const start = this.pipe();
    this.expect(";");
    const update = this.pipe();
    let extract: Term = IDENTITY;
    if (kind === "foreach" && this.accept(";")) extract = this.pipe();
    this.expect(")");
    return kind === "reduce"
      ? { kind, source, patterns, start, update }
      : { kind, source, patterns, start, update, extract };
  }

  private patterns(): Pattern[] {
    const found = [this.pattern()];
    while (this.accept("?//")) found.push(this.pattern());
    return found;
  }

  private pattern(): Pattern {
    if (this.accept("$")) {
      if (this.token.kind !== "ident") this.fail("IDENT");
      return { kind: "variable", name: this.tokens[this.at++]!.text };
    }
    if (this.accept("[")) {
      const items: Pattern[] = [];
      do items.push(this.pattern());
      while (this.accept(","));
      this.expect("]", "','", "']'");
      return { kind: "array", items };
    }
    if (!this.accept("{")) this.fail("'$'", "'['", "'{'");
    const entries: PatternEntry[] = [];
    do entries.push(this.patternEntry());
    while (this.accept(","));
    this.expect("}", "','", "'}'");
    return { kind: "object", entries };
  }

  private patternEntry(): PatternEntry {
    if (this.accept("$")) {
      if (this.token.kind !== "ident") this.fail("IDENT");
      const variable = this.tokens[this.at++]!.text;
      return { variable, key: literal(variable), value: this.accept(":") ? this.pattern() : null };
    }
    let key: Term;
    if (this.token.kind === "ident" || this.token.kind === "keyword")
      key = literal(this.tokens[this.at++]!.text);
    else if (this.token.kind === "string" || this.token.kind === "format") key = this.string();
    else {
      this.expect("(");
      key = this.pipe();
      this.expect(")");
    }
    this.expect(":", "':'");
    return { variable: null, key, value: this.pattern() };
  }

  private object(): Term {
    this.at++;
    const entries: [Term, Term][] = [];
    while (!this.is("}")) {
      entries.push(this.entry());
      if (!this.accept(",")) break;
    }
    this.expect("}", ...(entries.length > 0 ? ["'}'"] : []));
    return { kind: "object", entries };
  }

  private entry(): [Term, Term] {
    const { kind, text, at } = this.token;
    if (this.accept("$")) {
      if (this.token.kind !== "ident") this.fail("IDENT");
      const name = this.tokens[this.at++]!.text;
      return [literal(name), { kind: "variable", name, at }];
    }
    let key: Term;
    if (kind === "ident" || kind === "keyword") {
      this.at++;
      key = literal(text);
      if (kind === "keyword") this.expectColon();
    } else if (kind === "string" || kind === "format") key = this.string();
    else if (this.accept("(")) {
      key = this.pipe();
      this.expect(")");
      this.expectColon();
      if (key.kind === "literal" && kindOf(key.value) !== "string")
        throw new CompileError([
          faultAt(this.source, at, `Cannot use ${described(key.value)} as object key`),
        ]);
    } else return this.fail();
    if (!this.accept(":")) return [key, { kind: "index", target: IDENTITY, key }];
    return [key, this.entryValue()];
  }

  private expectColon(): void {
    if (!this.is(":")) this.fail("':'");
  }

  /** Values of an object take `|` and nothing else that stands between terms. */
  private entryValue(): Term {
    if (this.accept("-")) return { kind: "negate", body: this.entryValue() };
    if (this.token.kind === "keyword") this.fail();
    let term = this.primary(false);
    for (;;) {
      if (this.accept("?")) term = { kind: "try", body: term, handler: null };
      else if (this.token.kind === "field")
        term = { kind: "index", target: term, key: literal(this.tokens[this.at++]!.text) };
      else if (this.accept(".")) term = { kind: "index", target: term, key: this.stringAfterDot() };
      else if (this.is("[")) term = this.bracket(term);
      else break;
    }
    return this.accept("|") ? pipe(term, this.entryValue()) : term;
  }

  private string(): Term {
    const isFormatted = this.token.kind === "format";
    const format = isFormatted ? this.tokens[this.at++]!.text.slice(1) : "text";
    const { parts, at } = this.token;
    if (parts === undefined) this.fail("QQSTRING_START");
    this.at++;
    const read = parts!.map((part) =>
      typeof part === "string" ? this.text(part, at) : new Parser(this.source, part).interpolated(),
    );
    if (read.every((part) => typeof part === "string")) return literal(read.join(""));
    return { kind: "string", format, parts: read };
  }

  private interpolated(): Term {
    const term = this.pipe();
    if (this.token.kind !== "end" || this.token.text === "") this.fail();
    return term;
  }

  private text(raw: string, at: number): string {
    const escaped = raw.replace(
      /[\u0000-\u001f]/g,
      (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    try {
      return readOne(`"${escaped}"`) as string;
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      const bad = /\\(?:u[0-9a-fA-F]{0,4}|.)/g;
      const first =
        [...raw.matchAll(bad)]
          .map(([one]) => one)
          .find((one) => !/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})$/.test(one)) ?? raw;
      const why = first.startsWith("\\u") ? "Invalid \\uXXXX escape" : "Invalid escape";
      const text = `${why} at line 1, column ${first.length + 2} (while parsing '"${first}"')`;
      throw new CompileError([faultAt(this.source, at + 1, text)]);
    }
  }
}

function isZero(term: Term): boolean {
  return term.kind === "literal" && term.value === 0;
}
