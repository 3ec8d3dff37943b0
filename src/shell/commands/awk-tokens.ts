/** The words that a program of awk(1) is made of. */
import { nameTable } from "../../core/name-table.ts";
import { PosixRegex } from "../posix-regex.ts";
import { AwkError } from "./awk-tree.ts";
import { regexError } from "./regex-errors.ts";

export interface Token {
  readonly kind: "number" | "string" | "regex" | "name" | "call" | "word" | "operator" | "newline" | "end";
  readonly text: string;
  readonly line: number;
}

const WORDS: ReadonlySet<string> = new Set([
  "BEGIN",
  "END",
  "function",
  "if",
  "else",
  "while",
  "for",
  "do",
  "break",
  "continue",
  "next",
  "nextfile",
  "exit",
  "return",
  "delete",
  "in",
  "print",
  "printf",
  "getline",
]);
const ESCAPES: Readonly<Record<string, string>> = nameTable({
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
});
const OPERATOR = /^(?:&&|\|\||\+\+|--|>>|[-+*/%^!=<>]=|!~|[-+*/%^!<>|?:~$=,;(){}[\]])/;

export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let rest = source;
  let line = 1;
  const advance = (length: number) => {
    for (let i = 0; i < length; i++) if (rest[i] === "\n") line++;
    rest = rest.slice(length);
  };
  const push = (kind: Token["kind"], text: string, length: number) => {
    tokens.push({ kind, text, line });
    advance(length);
  };
  while (rest !== "") {
    const space = /^(?:[ \t\r]+|\\\r?\n|#[^\n]*)/.exec(rest);
    if (space !== null) {
      advance(space[0].length);
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
      if (match === null)
        throw new AwkError(`line ${line}: runaway string constant ${rest.split("\n")[0]!.slice(0, 10)} ...`);
      const text = match[1]!.replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|[\s\S])/g, (whole, one: string) =>
        /^[0-7x]./.test(one) || /^[0-7]/.test(one)
          ? String.fromCharCode(one[0] === "x" ? Number.parseInt(one.slice(1), 16) : Number.parseInt(one, 8))
          : (ESCAPES[one] ?? (one === "\n" ? "" : whole)),
      );
      push("string", text, match[0].length);
    } else if (rest[0] === "/" && !endsValue) {
      const match = /^\/((?:[^/\\\n[]|\\.|\[\^?\]?[^\]\n]*\])*)\//.exec(rest);
      if (match === null)
        throw new AwkError(
          `line ${line}: runaway regular expression ${rest.split("\n")[0]!.slice(0, 10)} ...`,
        );
      push("regex", match[1]!.replaceAll("\\/", "/"), match[0].length);
    } else {
      const operator = OPERATOR.exec(rest);
      if (operator === null) throw new AwkError(`${line}: unexpected character '${rest[0]}'`);
      push("operator", operator[0], operator[0].length);
    }
  }
  tokens.push({ kind: "newline", text: "\n", line }, { kind: "end", text: "end of file", line: line + 1 });
  return tokens;
}

const compiled = new Map<string, PosixRegex>();

/** Braces stand for themselves: this mawk has no intervals. */
export function toRegex(source: string): PosixRegex {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const error = regexError(source.replace(/[{}]/g, "x"), true);
  if (error !== null)
    throw new AwkError(`line 1: regular expression compile failed (${reasonOf(error)})\n${source}`);
  const plain = source
    .replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|[ntrabfv"/])/g, (_, one: string) => escaped(one))
    .replace(/(\\.)|(\[\^?\]?(?:\[:\w+:\]|[^\]])*\])|([{}])/gs, (whole, _, _2, brace?: string) =>
      brace === undefined ? whole : `\\${brace}`,
    );
  const regex = PosixRegex.compile(plain, true, { isLenient: true });
  if (regex === null)
    throw new AwkError(`line 1: regular expression compile failed (bad regular expression)\n${source}`);
  if (compiled.size > 500) compiled.clear();
  compiled.set(source, regex);
  return regex;
}

function escaped(one: string): string {
  const code =
    one[0] === "x" && one.length > 1
      ? Number.parseInt(one.slice(1), 16)
      : /^[0-7]/.test(one)
        ? Number.parseInt(one, 8)
        : null;
  const character = code === null ? (ESCAPES[one] ?? one) : String.fromCharCode(code);
  return /[\\^$.[\]|()*+?]/.test(character) ? `\\${character}` : character;
}

function reasonOf(error: string): string {
  if (error.startsWith("Unmatched (")) return "missing ')'";
  if (error.startsWith("Unmatched [")) return "bad class -- [], [^] or [";
  return error;
}
