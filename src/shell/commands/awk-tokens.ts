/** The words that a program of awk(1) is made of. */
import { translateEre } from "../regex.ts";
import { AwkError } from "./awk-tree.ts";

export interface Token {
  readonly kind: "number" | "string" | "regex" | "name" | "call" | "word" | "operator" | "newline" | "end";
  readonly text: string;
}

const WORDS: ReadonlySet<string> = new Set([
  "BEGIN",
  "END",
  "function",
  "func",
  "if",
  "else",
  "while",
  "for",
  "do",
  "break",
  "continue",
  "next",
  "exit",
  "return",
  "delete",
  "in",
  "print",
  "printf",
  "getline",
]);
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  '"': '"',
  "/": "/",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};
const OPERATOR = /^(?:\*\*=|\*\*|&&|\|\||\+\+|--|>>|[-+*/%^!=<>]=|!~|[-+*/%^!<>|?:~$=,;(){}[\]])/;

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let rest = source;
  const push = (kind: Token["kind"], text: string, length: number) => {
    tokens.push({ kind, text });
    rest = rest.slice(length);
  };
  while (rest !== "") {
    const space = /^(?:[ \t\r]+|\\\r?\n|#[^\n]*)/.exec(rest);
    if (space !== null) {
      rest = rest.slice(space[0].length);
      continue;
    }
    const last = tokens.at(-1);
    const endsValue =
      last !== undefined &&
      (["number", "string", "name", "regex"].includes(last.kind) || /^(?:[)\]$]|\+\+|--)$/.test(last.text));
    const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(rest);
    const name = /^[A-Za-z_]\w*/.exec(rest);
    if (rest[0] === "\n") push("newline", "\n", 1);
    else if (number !== null) push("number", number[0], number[0].length);
    else if (name !== null)
      push(
        WORDS.has(name[0]) ? "word" : rest[name[0].length] === "(" ? "call" : "name",
        name[0],
        name[0].length,
      );
    else if (rest[0] === '"') {
      const match = /^"((?:[^"\\\n]|\\[\s\S])*)"/.exec(rest);
      if (match === null) throw new AwkError("runaway string constant");
      const text = match[1]!.replace(/\\([0-7]{1,3}|[\s\S])/g, (whole, one: string) =>
        /^[0-7]/.test(one)
          ? String.fromCharCode(Number.parseInt(one, 8))
          : (ESCAPES[one] ?? (one === "\n" ? "" : whole)),
      );
      push("string", text, match[0].length);
    } else if (rest[0] === "/" && !endsValue) {
      const match = /^\/((?:[^/\\\n[]|\\.|\[\^?\]?[^\]\n]*\])*)\//.exec(rest);
      if (match === null) throw new AwkError("runaway regular expression");
      push("regex", match[1]!.replaceAll("\\/", "/"), match[0].length);
    } else {
      const operator = OPERATOR.exec(rest);
      if (operator === null) throw new AwkError(`unexpected character '${rest[0]}'`);
      push("operator", operator[0], operator[0].length);
    }
  }
  tokens.push({ kind: "newline", text: "\n" }, { kind: "end", text: "end of file" });
  return tokens;
}

export function toRegex(source: string): RegExp {
  const regex = translateEre(
    source.replace(/\\([ntr"])/g, (_, one: string) => ESCAPES[one]!),
    "gsu",
  );
  if (regex === null) throw new AwkError(`regular expression compile failed (${source})`);
  return regex;
}
