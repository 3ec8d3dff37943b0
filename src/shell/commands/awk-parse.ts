/**
 * Reads a program of awk(1).
 * @source POSIX.1-2017 XCU awk: the grammar
 */
import { type Token, tokenize, toRegex } from "./awk-tokens.ts";
import { AwkError, type AwkFunction, type Expr, type Program, type Rule, type Stmt } from "./awk-tree.ts";

class Parser {
  private at = 0;
  private readonly tokens: readonly Token[];
  /** Functions that are not built in, and the lines where they were called. */
  private readonly called = new Map<string, number>();
  private readonly functions = new Map<string, AwkFunction>();
  /** Inside `print ...`, `>` is a redirection; inside `for (`, `in` is not an operator. */
  private noGreater = false;
  private noIn = false;
  private braces = 0;
  private parens = 0;
  private isInFunction = false;
  /** How names were first used; parameters of functions are left out. */
  private readonly uses = new Map<string, "array" | "variable">();
  private params: readonly string[] = [];
  private isInRule = false;

  constructor(source: string) {
    this.tokens = tokenize(source);
  }

  program(): Program {
    const rules: Rule[] = [];
    for (this.skipEnds(); this.token.kind !== "end"; this.skipEnds()) {
      if (this.is("function")) this.functionDefinition();
      else rules.push(this.rule());
    }
    for (const name of this.called.keys())
      if (!this.functions.has(name))
        this.failWith(`function ${name} never defined`, this.tokens.at(-1)!.line);
    return { rules, functions: this.functions };
  }

  private get token(): Token {
    return this.tokens[this.at]!;
  }

  private is(text: string): boolean {
    return (this.token.kind === "operator" || this.token.kind === "word") && this.token.text === text;
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) this.fail();
  }

  private fail(): never {
    const { kind, text, line } = this.token;
    if (kind === "end" && this.braces > 0) throw new AwkError(`line ${line}: missing } near end of file`);
    if (this.parens > 0 && text === "}") throw new AwkError(`line ${line}: missing ) near }`);
    if (text === "}" && this.braces === 0)
      throw new AwkError(`line ${line}: extra '}'\nawk: line ${line}: syntax error at or near end of line`);
    if (text === ")" && this.parens === 0) throw new AwkError(`line ${line}: extra ')'`);
    const shown =
      kind === "newline"
        ? "end of line"
        : kind === "string"
          ? `"${text}"`
          : kind === "regex"
            ? `/${text}/`
            : text;
    throw new AwkError(`line ${line}: syntax error at or near ${shown}`);
  }

  private failWith(text: string, line = this.token.line): never {
    throw new AwkError(`line ${line}: ${text}`);
  }

  private name(): string {
    if (this.token.kind !== "name" && this.token.kind !== "call") this.fail();
    return this.tokens[this.at++]!.text;
  }

  private skipNewlines(): void {
    while (this.token.kind === "newline") this.at++;
  }

  private skipEnds(): void {
    while (this.token.kind === "newline" || this.is(";")) this.at++;
  }

  private functionDefinition(): void {
    this.at++;
    const name = this.name();
    this.expect("(");
    const params: string[] = [];
    while (!this.is(")")) {
      const param = this.name();
      if (params.includes(param)) this.failWith(`${param} is duplicated in argument list`);
      params.push(param);
      if (!this.accept(",")) break;
      this.skipNewlines();
    }
    this.expect(")");
    this.skipNewlines();
    this.isInFunction = true;
    this.params = params;
    this.functions.set(name, { params, body: this.block() });
    this.params = [];
    this.isInFunction = false;
  }

  private rule(): Rule {
    if (this.is("BEGIN") || this.is("END")) {
      const when = this.tokens[this.at++]!.text as "BEGIN" | "END";
      return { when, body: this.block() };
    }
    if (this.is("{")) return { when: "always", body: this.ruleBlock() };
    const from = this.expression();
    let to: Expr | null = null;
    if (this.accept(",")) {
      this.skipNewlines();
      to = this.expression();
    }
    return { when: { from, to }, body: this.is("{") ? this.ruleBlock() : null };
  }

  private use(name: string, kind: "array" | "variable", line: number): void {
    if (this.params.includes(name)) return;
    const before = this.uses.get(name);
    if (before === undefined) this.uses.set(name, kind);
    else if (before !== kind) this.failWith(`illegal reference to ${before} ${name}`, line);
  }

  private ruleBlock(): Stmt {
    this.isInRule = true;
    const body = this.block();
    this.isInRule = false;
    return body;
  }

  private block(): Stmt {
    this.expect("{");
    this.braces++;
    const body: Stmt[] = [];
    for (this.skipEnds(); !this.is("}"); this.skipEnds()) body.push(this.statement());
    this.expect("}");
    this.braces--;
    return { kind: "block", body };
  }

  private endStatement(): void {
    if (this.token.kind === "newline" || this.is(";")) this.at++;
    else if (!this.is("}")) this.fail();
  }

  private body(): Stmt {
    this.skipNewlines();
    if (this.accept(";")) return { kind: "block", body: [] };
    return this.statement();
  }

  private statement(): Stmt {
    const { text, kind } = this.token;
    if (this.is("{")) return this.block();
    if (kind === "word") {
      if (text === "if") return this.ifStatement();
      if (text === "while") {
        this.at++;
        const test = this.parenthesized();
        return { kind: "while", test, body: this.body(), isDo: false };
      }
      if (text === "do") return this.doStatement();
      if (text === "for") return this.forStatement();
    }
    const statement = this.simple();
    this.endStatement();
    return statement;
  }

  private parenthesized(): Expr {
    this.expect("(");
    const value = this.expression();
    this.expect(")");
    return value;
  }

  private ifStatement(): Stmt {
    this.at++;
    const test = this.parenthesized();
    const yes = this.body();
    const mark = this.at;
    this.skipEnds();
    if (this.accept("else")) return { kind: "if", test, yes, no: this.body() };
    this.at = mark;
    return { kind: "if", test, yes, no: null };
  }

  private doStatement(): Stmt {
    this.at++;
    const body = this.body();
    this.skipEnds();
    this.expect("while");
    const test = this.parenthesized();
    this.endStatement();
    return { kind: "while", test, body, isDo: true };
  }

  private forStatement(): Stmt {
    this.at++;
    this.expect("(");
    const [variable, word, array, close] = this.tokens.slice(this.at, this.at + 4);
    if (variable?.kind === "name" && word?.text === "in" && array?.kind === "name" && close?.text === ")") {
      this.at += 4;
      return { kind: "forIn", variable: variable.text, array: array.text, body: this.body() };
    }
    const start = this.is(";") ? null : this.simple();
    this.expect(";");
    this.skipNewlines();
    const test = this.is(";") ? null : this.expression();
    this.expect(";");
    this.skipNewlines();
    const step = this.is(")") ? null : this.simple();
    this.expect(")");
    return { kind: "for", start, test, step, body: this.body() };
  }

  private simple(): Stmt {
    const { text, kind } = this.token;
    if (kind === "word") {
      switch (text) {
        case "print":
        case "printf":
          return this.print();
        case "next":
        case "nextfile":
          if (!this.isInRule && !this.isInFunction) this.failWith(`improper use of ${text}`);
          this.at++;
          return { kind: "jump", to: text, value: null };
        case "break":
        case "continue":
          this.at++;
          return { kind: "jump", to: text, value: null };
        case "exit":
        case "return":
          if (text === "return" && !this.isInFunction) this.failWith("return outside function body");
          this.at++;
          return {
            kind: "jump",
            to: text,
            value: this.token.kind === "newline" || this.is(";") || this.is("}") ? null : this.expression(),
          };
        case "delete": {
          this.at++;
          const name = this.name();
          return { kind: "delete", name, keys: this.accept("[") ? this.list("]") : null };
        }
      }
    }
    return { kind: "expr", value: this.expression() };
  }

  private print(): Stmt {
    const isFormat = this.tokens[this.at++]!.text === "printf";
    const outer = this.noGreater;
    this.noGreater = true;
    let args: Expr[] = [];
    if (
      !(
        this.token.kind === "newline" ||
        this.is(";") ||
        this.is("}") ||
        this.is(">") ||
        this.is(">>") ||
        this.is("|")
      )
    ) {
      const first = this.expression();
      const isList = first.kind === "group" && !this.is(",");
      args = isList ? [...(first as Extract<Expr, { kind: "group" }>).items] : [first];
      while (this.accept(",")) {
        this.skipNewlines();
        args.push(this.expression());
      }
    }
    const mode = [">", ">>", "|"].find((one) => this.is(one));
    let to: { mode: string; path: Expr } | null = null;
    if (mode !== undefined) {
      this.at++;
      to = { mode, path: this.concatenation() };
    }
    this.noGreater = outer;
    return { kind: "print", isFormat, args, to };
  }

  private callTo(name: string): Expr {
    const { line } = this.token;
    this.expect("(");
    const args = this.list(")");
    const counts = BUILTINS.get(name);
    if (counts === undefined) this.called.set(name, line);
    else if (name === "split" && args.length < 2) this.failWith("syntax error at or near )", line);
    else if (args.length < counts[0] || args.length > counts[1])
      this.failWith(`wrong number of arguments in call to ${name}`, line);
    return { kind: "call", name, args };
  }

  private list(close: string): Expr[] {
    const [greater, noIn] = [this.noGreater, this.noIn];
    this.noGreater = false;
    this.noIn = false;
    const items: Expr[] = [];
    this.parens++;
    this.skipNewlines();
    while (!this.is(close)) {
      items.push(this.expression());
      this.skipNewlines();
      if (!this.accept(",")) break;
      this.skipNewlines();
    }
    this.expect(close);
    this.parens--;
    [this.noGreater, this.noIn] = [greater, noIn];
    return items;
  }

  private expression(): Expr {
    const left = this.commandInput(this.choice());
    const operator = this.token.kind === "operator" ? /^(\*\*|[-+*/%^])?=$/.exec(this.token.text) : null;
    if (operator === null || !["name", "field", "element"].includes(left.kind)) return left;
    this.at++;
    this.skipNewlines();
    return { kind: "assign", operator: operator[1] ?? "", target: left, value: this.expression() };
  }

  /** `command | getline`. */
  private commandInput(first: Expr): Expr {
    let left = first;
    while (
      this.is("|") &&
      this.tokens[this.at + 1]?.text === "getline" &&
      this.tokens[this.at + 1]?.kind === "word"
    ) {
      this.at += 2;
      left = { kind: "getline", target: this.lvalue(), from: { mode: "|", name: left } };
    }
    return left;
  }

  /** A variable to read into, if one stands here. */
  private lvalue(): Expr | null {
    if (this.token.kind === "name" && this.token.text !== "length") return this.primary();
    return this.is("$") ? this.primary() : null;
  }

  private choice(): Expr {
    const test = this.or();
    if (!this.accept("?")) return test;
    this.skipNewlines();
    const yes = this.expression();
    this.skipNewlines();
    this.expect(":");
    this.skipNewlines();
    return { kind: "choice", test, yes, no: this.expression() };
  }

  private or(): Expr {
    let left = this.and();
    while (this.accept("||")) {
      this.skipNewlines();
      left = { kind: "binary", operator: "||", left, right: this.and() };
    }
    return left;
  }

  private and(): Expr {
    let left = this.membership();
    while (this.accept("&&")) {
      this.skipNewlines();
      left = { kind: "binary", operator: "&&", left, right: this.membership() };
    }
    return left;
  }

  private membership(): Expr {
    let left = this.matching();
    while (!this.noIn && this.is("in")) {
      this.at++;
      left = { kind: "in", keys: left.kind === "group" ? left.items : [left], name: this.name() };
    }
    return left;
  }

  private matching(): Expr {
    let left = this.comparison();
    while (this.is("~") || this.is("!~")) {
      const isNegated = this.tokens[this.at++]!.text === "!~";
      left = { kind: "match", isNegated, left, right: this.comparison() };
    }
    return left;
  }

  private comparison(): Expr {
    const left = this.commandInput(this.concatenation());
    const operator = this.token.kind === "operator" ? this.token.text : "";
    if (!["<", "<=", "==", "!=", ">=", ">"].includes(operator) || (operator === ">" && this.noGreater))
      return left;
    this.at++;
    return { kind: "binary", operator, left, right: this.concatenation() };
  }

  private concatenation(): Expr {
    let left = this.additive();
    while (this.startsValue()) left = { kind: "binary", operator: " ", left, right: this.additive() };
    return left;
  }

  private startsValue(): boolean {
    const { kind, text } = this.token;
    if (["number", "string", "name", "call", "regex"].includes(kind)) return true;
    return kind === "operator" && ["$", "!", "(", "-", "+", "++", "--"].includes(text);
  }

  private additive(): Expr {
    let left = this.multiplicative();
    while (this.is("+") || this.is("-"))
      left = { kind: "binary", operator: this.tokens[this.at++]!.text, left, right: this.multiplicative() };
    return left;
  }

  private multiplicative(): Expr {
    let left = this.unary();
    while (this.is("*") || this.is("/") || this.is("%"))
      left = { kind: "binary", operator: this.tokens[this.at++]!.text, left, right: this.unary() };
    return left;
  }

  private unary(): Expr {
    for (const operator of ["!", "-", "+"])
      if (this.accept(operator)) return { kind: "unary", operator, value: this.unary() };
    return this.power();
  }

  private power(): Expr {
    const left = this.postfix();
    if (!this.accept("^") && !this.accept("**")) return left;
    return {
      kind: "binary",
      operator: "^",
      left,
      right: this.is("-") || this.is("+") || this.is("!") ? this.unary() : this.power(),
    };
  }

  private postfix(): Expr {
    for (const [text, by] of [
      ["++", 1],
      ["--", -1],
    ] as const)
      if (this.accept(text)) return { kind: "step", by, isPrefix: true, target: this.primary() };
    const target = this.primary();
    if (!["name", "field", "element"].includes(target.kind)) return target;
    for (const [text, by] of [
      ["++", 1],
      ["--", -1],
    ] as const)
      if (this.accept(text)) return { kind: "step", by, isPrefix: false, target };
    return target;
  }

  private primary(): Expr {
    const { kind, text, line } = this.tokens[this.at++]!;
    switch (kind) {
      case "number":
        return { kind, value: Number(text) };
      case "string":
        return { kind, value: text };
      case "regex":
        return { kind, regex: toRegex(text) };
      case "call":
        return this.callTo(text);
      case "name":
        if (this.is("[")) this.use(text, "array", line);
        // Alone as an argument it may be either.
        else if (text !== "length" && !this.is(",") && !this.is(")") && !(this.is("in") && !this.noIn))
          this.use(text, "variable", line);
        if (this.accept("[")) return { kind: "element", name: text, keys: this.list("]") };
        return text === "length" ? { kind: "call", name: text, args: [] } : { kind, name: text };
    }
    if (text === "$" && kind === "operator")
      return {
        kind: "field",
        index: this.is("++") || this.is("--") ? this.postfix() : this.is("-") ? this.unary() : this.primary(),
      };
    if (text === "(" && kind === "operator") {
      const items = this.list(")");
      return { kind: "group", items };
    }
    if (text === "getline" && kind === "word") {
      const target = this.lvalue();
      if (!this.accept("<")) return { kind: "getline", target, from: null };
      return { kind: "getline", target, from: { mode: "<", name: this.unary() } };
    }
    this.at--;
    return this.fail();
  }
}

/** Functions that are there, with the least and the most arguments. */
const BUILTINS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["length", [0, 1]],
  ["substr", [2, 3]],
  ["index", [2, 2]],
  ["split", [2, 3]],
  ["sub", [2, 3]],
  ["gsub", [2, 3]],
  ["match", [2, 2]],
  ["sprintf", [1, 999]],
  ["tolower", [1, 1]],
  ["toupper", [1, 1]],
  ["int", [1, 1]],
  ["sqrt", [1, 1]],
  ["sin", [1, 1]],
  ["cos", [1, 1]],
  ["atan2", [2, 2]],
  ["exp", [1, 1]],
  ["log", [1, 1]],
  ["rand", [0, 0]],
  ["srand", [0, 1]],
  ["systime", [0, 0]],
  ["strftime", [0, 3]],
  ["mktime", [1, 1]],
  ["close", [1, 1]],
  ["fflush", [0, 1]],
  ["system", [1, 1]],
]);

export function parseAwk(source: string): Program {
  return new Parser(source).program();
}
