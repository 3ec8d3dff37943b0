/**
 * The grammar of bc(1).
 * @source POSIX.1-2017 bc; GNU bc 1.07: print, read, ++, &&, ||, !, else
 */
import type { Token } from "./bc-tokens.ts";
import { type ArrayName, BcSyntaxError, type Expr, type Statement } from "./bc-tree.ts";

const SPECIAL: ReadonlySet<string> = new Set(["scale", "ibase", "obase", "last"]);
const FUNCTIONS: ReadonlySet<string> = new Set(["length", "sqrt", "scale", "read"]);
const WORDS: ReadonlySet<string> = new Set(
  "auto break continue define else for halt if print quit return while".split(" "),
);

export class BcParser {
  private at = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  private get next(): Token {
    return this.tokens[this.at]!;
  }

  private is(text: string): boolean {
    return this.next.text === text && this.next.kind !== "string";
  }

  private isNewline(): boolean {
    return this.next.kind === "newline";
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
    throw new BcSyntaxError(this.next.line);
  }

  /** Lines, each of some statements. */
  program(): (readonly Statement[])[] {
    const lines: (readonly Statement[])[] = [];
    while (this.next.kind !== "end") {
      const line = this.list(() => this.isNewline() || this.next.kind === "end");
      if (line.length > 0) lines.push(line);
      if (this.isNewline()) this.at++;
    }
    return lines;
  }

  private list(isEnd: () => boolean): Statement[] {
    const found: Statement[] = [];
    while (!isEnd()) {
      if (this.accept(";")) continue;
      const statement = this.statement();
      found.push(statement);
      if (statement.kind !== "define" && !isEnd() && !this.is(";")) this.fail();
    }
    return found;
  }

  private skipNewlines(): void {
    while (this.isNewline()) this.at++;
  }

  private block(): Statement[] {
    this.expect("{");
    const body: Statement[] = [];
    for (;;) {
      while (this.isNewline() || this.is(";")) this.at++;
      if (this.accept("}")) return body;
      body.push(this.statement());
      if (!this.isNewline() && !this.is(";") && !this.is("}")) this.fail();
    }
  }

  private statement(): Statement {
    const { kind, text } = this.next;
    if (kind === "string") {
      this.at++;
      return { kind: "string", text };
    }
    if (kind === "name" && WORDS.has(text)) return this.wordStatement(text);
    if (this.is("{")) return { kind: "block", body: this.block() };
    return { kind: "expression", value: this.expression() };
  }

  private wordStatement(word: string): Statement {
    this.at++;
    switch (word) {
      case "break":
      case "continue":
      case "halt":
      case "quit":
        return { kind: word };
      case "print":
        return this.printStatement();
      case "return":
        return { kind: "return", value: this.isEndOfStatement() ? null : this.expression() };
      case "if": {
        this.expect("(");
        const test = this.expression();
        this.expect(")");
        this.skipNewlines();
        const then = this.statement();
        const mark = this.at;
        while (this.isNewline() || this.is(";")) this.at++;
        if (!this.accept("else")) {
          this.at = mark;
          return { kind: "if", test, then, otherwise: null };
        }
        this.skipNewlines();
        return { kind: "if", test, then, otherwise: this.statement() };
      }
      case "while": {
        this.expect("(");
        const test = this.expression();
        this.expect(")");
        this.skipNewlines();
        return { kind: "while", test, body: this.statement() };
      }
      case "for":
        return this.forStatement();
      case "define":
        return this.definition();
      default:
        return this.fail();
    }
  }

  private isEndOfStatement(): boolean {
    return this.isNewline() || this.next.kind === "end" || this.is(";") || this.is("}");
  }

  private printStatement(): Statement {
    const items: (Expr | string)[] = [];
    do {
      if (this.next.kind === "string") items.push(this.tokens[this.at++]!.text);
      else items.push(this.expression());
    } while (this.accept(","));
    return { kind: "print", items };
  }

  private forStatement(): Statement {
    this.expect("(");
    const begin = this.is(";") ? null : this.expression();
    this.expect(";");
    const test = this.is(";") ? null : this.expression();
    this.expect(";");
    const step = this.is(")") ? null : this.expression();
    this.expect(")");
    this.skipNewlines();
    return { kind: "for", begin, test, step, body: this.statement() };
  }

  private names(end: () => boolean): { readonly name: string; readonly isArray: boolean }[] {
    const found: { name: string; isArray: boolean }[] = [];
    while (!end()) {
      if (found.length > 0) this.expect(",");
      this.accept("*");
      const { kind, text } = this.next;
      if (kind !== "name") this.fail();
      this.at++;
      const isArray = this.accept("[");
      if (isArray) this.expect("]");
      found.push({ name: text, isArray });
    }
    return found;
  }

  private definition(): Statement {
    this.accept("void");
    const { kind, text: name } = this.next;
    if (kind !== "name") this.fail();
    this.at++;
    this.expect("(");
    const params = this.names(() => this.is(")"));
    this.expect(")");
    this.skipNewlines();
    this.expect("{");
    while (this.isNewline() || this.is(";")) this.at++;
    const autos = this.accept("auto") ? this.names(() => this.isEndOfStatement()) : [];
    // The body goes on where the names ended, behind the brace that was read.
    const body: Statement[] = [];
    for (;;) {
      while (this.isNewline() || this.is(";")) this.at++;
      if (this.accept("}")) break;
      body.push(this.statement());
      if (!this.isEndOfStatement()) this.fail();
    }
    return { kind: "define", name, made: { params, autos, body } };
  }

  // -------------------------------------------------------------------------------------------- expressions

  private expression(): Expr {
    let left = this.conjunction();
    while (this.accept("||")) left = { kind: "binary", operator: "||", left, right: this.conjunction() };
    return left;
  }

  private conjunction(): Expr {
    let left = this.negation();
    while (this.accept("&&")) left = { kind: "binary", operator: "&&", left, right: this.negation() };
    return left;
  }

  private negation(): Expr {
    return this.accept("!") ? { kind: "unary", operator: "!", value: this.negation() } : this.relation();
  }

  private relation(): Expr {
    let left = this.assignment();
    for (;;) {
      const operator = ["==", "!=", "<=", ">=", "<", ">"].find((one) => this.accept(one));
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: this.assignment() };
    }
  }

  private assignment(): Expr {
    const left = this.sum();
    const operator = ["=", "+=", "-=", "*=", "/=", "%=", "^="].find((one) => this.is(one));
    if (operator === undefined) return left;
    if (left.kind !== "place") this.fail();
    this.at++;
    return { kind: "assign", place: left.place, operator: operator.slice(0, -1), value: this.assignment() };
  }

  private sum(): Expr {
    let left = this.product();
    for (;;) {
      const operator = ["+", "-"].find((one) => this.accept(one));
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: this.product() };
    }
  }

  private product(): Expr {
    let left = this.power();
    for (;;) {
      const operator = ["*", "/", "%"].find((one) => this.accept(one));
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: this.power() };
    }
  }

  /** From the right; a minus binds closer. */
  private power(): Expr {
    const left = this.unary();
    return this.accept("^") ? { kind: "binary", operator: "^", left, right: this.power() } : left;
  }

  private unary(): Expr {
    if (this.accept("-")) return { kind: "unary", operator: "-", value: this.unary() };
    for (const [text, by] of [
      ["++", 1],
      ["--", -1],
    ] as const) {
      if (!this.accept(text)) continue;
      const value = this.primary();
      if (value.kind !== "place") this.fail();
      return { kind: "step", place: value.place, by, isPrefix: true };
    }
    const value = this.primary();
    if (value.kind !== "place") return value;
    if (this.accept("++")) return { kind: "step", place: value.place, by: 1, isPrefix: false };
    if (this.accept("--")) return { kind: "step", place: value.place, by: -1, isPrefix: false };
    return value;
  }

  private primary(): Expr {
    const { kind, text } = this.next;
    if (kind === "number") {
      this.at++;
      return { kind: "number", text };
    }
    if (this.accept(".")) return { kind: "place", place: { name: "last", index: null } };
    if (this.accept("(")) {
      const value = this.expression();
      this.expect(")");
      return { kind: "group", value };
    }
    if (kind !== "name" || WORDS.has(text)) return this.fail();
    this.at++;
    if (this.accept("(")) return { kind: "call", name: text, args: this.args() };
    if (FUNCTIONS.has(text) && !SPECIAL.has(text)) return this.fail();
    if (!this.accept("[")) return { kind: "place", place: { name: text, index: null } };
    const index = this.expression();
    this.expect("]");
    return { kind: "place", place: { name: text, index } };
  }

  private args(): (Expr | ArrayName)[] {
    const found: (Expr | ArrayName)[] = [];
    while (!this.accept(")")) {
      if (found.length > 0) this.expect(",");
      const [name, open, close] = [this.next, this.tokens[this.at + 1], this.tokens[this.at + 2]];
      if (name.kind === "name" && open?.text === "[" && close?.text === "]") {
        this.at += 3;
        found.push({ kind: "array", name: name.text });
      } else found.push(this.expression());
    }
    return found;
  }
}
