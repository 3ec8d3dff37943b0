/** Texts that do not parse, in bash's words. */
import type { ParseError, Statement } from "unbash";
import type { Unit } from "./parse.ts";
import { walk } from "./walk.ts";

export interface SyntaxFault {
  readonly kind: "fault";
  readonly line: number;
  /** Where the text came from, when it was no file: `-c`, `eval`. */
  readonly origin: string | null;
  /** Ends the shell, even in `eval`: it stands in a `$(...)`. */
  readonly isFatal: boolean;
  /** The messages that bash prints, each without its prefix. */
  readonly messages: readonly string[];
}

/** Can more lines make a text complete that does not parse, or whose end is open? */
export function isUnfinished(
  source: string,
  statements: readonly Statement[],
  error: ParseError | undefined,
): boolean {
  if (/(?:^|[^\\])(?:\\\\)*\\\n?$/.test(source)) return true;
  if (error !== undefined) {
    if (error.message.startsWith("unterminated")) return true;
    // An empty group is complained of at its opening.
    const rest = source
      .slice(error.pos)
      .replace(/in (?:brace group|subshell)$/.test(error.message) ? /^[{(]/ : /^/, "");
    return /^\s*(?:#.*\s*)*$/.test(rest) && !error.message.includes("redirect target");
  }
  if (!source.includes("<<")) return false;
  let isOpen = false;
  for (const statement of statements)
    walk(statement, (node) => {
      if (node.type === "HereDoc" && node.closing === undefined) isOpen = true;
      return true;
    });
  return isOpen;
}

/** What a construct that has no end lacks, by how the parser calls it; null: the whole file was searched for it. */
const CLOSERS: readonly (readonly [message: string, closer: string, namesStart: boolean])[] = [
  ["unterminated double quote", '"', true],
  ["unterminated single quote", "'", true],
  ["unterminated ANSI-C quote", "'", true],
  ["unterminated backtick", "`", true],
  ["unterminated parameter expansion", "}", true],
  ["unterminated arithmetic", ")", true],
  ["unterminated extended glob", ")", true],
  ["unterminated command substitution", ")", false],
  ["unterminated process substitution", ")", false],
];

const TOKEN = /^[ \t]*(\n|;;&|;;|;&|&&|\|\||\|&|<<<|<<-?|>>|[;&|<>()]|[^\s;&|<>()]+)/;

/** What bash says of a text that does not parse, from what the parser says. */
export function describeFault(
  unit: Unit,
  message: string,
  position: number,
): Pick<SyntaxFault, "line" | "messages" | "isFatal"> & { readonly at: number } {
  const { source } = unit;
  const endsInNewline = source.endsWith("\n");
  const endLine = unit.lineOf(source.length) + (endsInNewline ? 0 : 1);
  const at = offender(source, message, position);
  const fault = (line: number, ...messages: string[]) => ({ line, messages, isFatal: false, at });
  const closer = CLOSERS.find(([start]) => message.startsWith(start));
  if (closer !== undefined)
    return fault(
      closer[2] ? unit.lineOf(position) : endLine,
      `unexpected EOF while looking for matching \`${closer[1]}'`,
    );
  const token = TOKEN.exec(source.slice(at))?.[1];
  const needsWord = /^expected redirect target|^expected 'in'|^expected compound command/.test(message);
  const isAtEnd = token === undefined || (source.slice(at).trim() === "" && !needsWord);
  if (isAtEnd && !needsWord) return fault(endLine, "syntax error: unexpected end of file");
  const shown = token === undefined || token === "\n" ? "newline" : token;
  return fault(unit.lineOf(at), `syntax error near unexpected token \`${shown}'`, `\`${unit.lineText(at)}'`);
}

/** Where the word or operator stands that bash complains of: the parser may have read past it. */
function offender(source: string, message: string, position: number): number {
  if (message === "expected command in brace group") {
    const open = source.indexOf("{", position);
    return open < 0 ? position : open + 1 + /^\s*/.exec(source.slice(open + 1))![0].length;
  }
  const isPassed =
    /^expected '(?:do|then)'$/.test(message) ||
    (message.startsWith("expected '") && source.slice(position).trim() !== "");
  const before = /(?:^|[\s;&|(])(done|fi|esac|then|do|else|elif|\}|\))\s*$/.exec(source.slice(0, position));
  return isPassed && before !== null ? before.index + before[0].lastIndexOf(before[1]!) : position;
}
