/**
 * The tokens of bc(1).
 * @source POSIX.1-2017 bc; GNU bc 1.07: comments with #
 */
import { BcSyntaxError } from "./bc-tree.ts";

export interface Token {
  readonly kind: "number" | "name" | "string" | "operator" | "newline" | "end";
  readonly text: string;
  readonly line: number;
}

const TOKEN =
  /((?:\\\n|[ \t\r\v\f])+|\/\*[\s\S]*?\*\/|#[^\n]*)|((?:[0-9A-Z]|\\\n)+(?:\.(?:[0-9A-Z]|\\\n)*)?|\.(?:[0-9A-Z]|\\\n)+)|([a-z][a-z0-9_]*)|"([^"]*)"|(\n)|(\+\+|--|&&|\|\||[-+*/%^=<>!]=|[-+*/%^=<>!(){}[\],;.])/y;

/** Throws where no token begins. */
export function tokenize(text: string, firstLine: number): Token[] {
  const tokens: Token[] = [];
  let line = firstLine;
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw new BcSyntaxError(line);
    const [whole, , number, name, string, newline] = match;
    if (newline !== undefined) tokens.push({ kind: "newline", text: "\n", line: ++line });
    else if (number !== undefined) tokens.push({ kind: "number", text: number.replaceAll("\\\n", ""), line });
    else if (name !== undefined) tokens.push({ kind: "name", text: name, line });
    else if (string !== undefined) tokens.push({ kind: "string", text: string, line });
    else if (match[6] !== undefined) tokens.push({ kind: "operator", text: match[6], line });
    if (newline === undefined) line += whole.split("\n").length - 1;
  }
  tokens.push({ kind: "end", text: "", line });
  return tokens;
}

/** Does a text need more lines: an open brace, comment or string, or a backslash at its end? */
export function isOpen(text: string): boolean {
  let depth = 0;
  const plain = text.replace(/\/\*[\s\S]*?\*\/|#[^\n]*|"[^"]*"/g, "");
  for (const letter of plain) depth += letter === "{" ? 1 : letter === "}" ? -1 : 0;
  return depth > 0 || plain.includes("/*") || plain.includes('"') || /\\\n$/.test(plain);
}
