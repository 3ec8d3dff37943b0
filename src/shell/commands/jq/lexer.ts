/**
 * Cuts a program of jq into tokens.
 * @source jq 1.6 manual
 */
import { nameTable } from "../../../core/name-table.ts";

/** `name` is what messages call it. */
export interface Token {
  readonly kind:
    | "ident"
    | "field"
    | "number"
    | "string"
    | "format"
    | "operator"
    | "keyword"
    | "invalid"
    | "end";
  readonly text: string;
  readonly at: number;
  /** Where its last part begins: of a string, the closing quote. */
  readonly last?: number;
  /** Of a string: texts, and tokens of what is interpolated. */
  readonly parts?: readonly (string | readonly Token[])[];
}

const KEYWORDS: ReadonlySet<string> = new Set(
  "as import include module def if then else elif and or end reduce foreach try catch label __loc__".split(
    " ",
  ),
);

const OPERATORS = [
  "?//=",
  "?//",
  "//=",
  "|=",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "==",
  "!=",
  "<=",
  ">=",
  "//",
  "..",
];
const SINGLE = ".[]{}()|,:;=<>+-*/%$?";

const CLOSERS: Readonly<Record<string, string>> = nameTable({ "(": ")", "[": "]", "{": "}" });

const SPACE = /(?:[ \t\r\n]|#[^\n]*)*/y;
const IDENT = /(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*/y;
const FIELD = /\.[A-Za-z_]\w*/y;
/** Digits and points in a row are one literal, good or not. */
const NUMBER = /(?:[0-9.]+(?:[eE][+-]?[0-9]+)?)/y;
const FORMAT = /@\w+/y;

function at(pattern: RegExp, source: string, from: number): string | null {
  pattern.lastIndex = from;
  return pattern.exec(source)?.[0] ?? null;
}

export class Lexer {
  private at = 0;

  constructor(private readonly source: string) {}

  /** All tokens, to the end or to the `)` that closes an interpolation. */
  tokens(isInner = false): readonly Token[] {
    const found: Token[] = [];
    const open: string[] = [];
    for (;;) {
      this.at += at(SPACE, this.source, this.at)!.length;
      let token = this.next();
      if (token.kind === "operator" && "([{".includes(token.text)) open.push(CLOSERS[token.text]!);
      else if (token.kind === "operator" && ")]}".includes(token.text) && open.pop() !== token.text) {
        if (isInner && token.text === ")") return found;
        // A bracket that closes nothing is no token at all.
        token = { ...token, kind: "invalid" };
      }
      found.push(token);
      if (token.kind === "end") return found;
    }
  }

  private next(): Token {
    const { source } = this;
    const start = this.at;
    const character = source[start];
    if (character === undefined) return { kind: "end", text: "", at: start };
    if (character === '"') return this.string();
    const take = (kind: Token["kind"], text: string): Token => {
      this.at += text.length;
      return { kind, text, at: start };
    };
    const ident = at(IDENT, source, start);
    if (ident !== null) return take(KEYWORDS.has(ident) ? "keyword" : "ident", ident);
    const field = at(FIELD, source, start);
    if (field !== null)
      return take("field", field.slice(1)).text === "" ? take("invalid", ".") : this.field(start, field);
    const format = at(FORMAT, source, start);
    if (format !== null) return take("format", format);
    const number = at(NUMBER, source, start);
    if (number !== null && /[0-9]|\.\.\./.test(number)) return take("number", number);
    const operator = OPERATORS.find((one) => source.startsWith(one, start));
    if (operator !== undefined) return take("operator", operator);
    return take(SINGLE.includes(character) ? "operator" : "invalid", character);
  }

  private field(start: number, text: string): Token {
    this.at = start + text.length;
    return { kind: "field", text: text.slice(1), at: start };
  }

  private string(): Token {
    const start = this.at++;
    const parts: (string | readonly Token[])[] = [];
    let raw = "";
    for (;;) {
      const character = this.source[this.at];
      if (character === undefined)
        return { kind: "end", text: raw === "" ? '"' : raw, at: raw === "" ? start : start + 1 };
      if (character === '"') {
        this.at++;
        if (raw !== "" || parts.length === 0) parts.push(raw);
        return { kind: "string", text: "", at: start, last: this.at - 1, parts };
      }
      if (character === "\\" && this.source[this.at + 1] === "(") {
        parts.push(raw);
        raw = "";
        this.at += 2;
        parts.push(new Lexer(this.source).inner(this));
        continue;
      }
      raw += character;
      this.at++;
      if (character === "\\") raw += this.source[this.at++] ?? "";
    }
  }

  private inner(outer: Lexer): readonly Token[] {
    this.at = outer.at;
    const tokens = this.tokens(true);
    outer.at = this.at;
    return tokens.at(-1)?.kind === "end" ? tokens : [...tokens, { kind: "end", text: ")", at: this.at - 1 }];
  }
}

/** How messages name a token. */
export function tokenName({ kind, text }: Token): string {
  switch (kind) {
    case "ident":
      return "IDENT";
    case "field":
      return "FIELD";
    case "number":
      return "LITERAL";
    case "string":
      return "QQSTRING_START";
    case "format":
      return "FORMAT";
    case "invalid":
      return "INVALID_CHARACTER";
    case "end":
      return text === ")" ? "QQSTRING_INTERP_END" : "$end";
    case "keyword":
      return text;
    case "operator":
      return text.length === 1 ? `'${text}'` : text;
  }
}
