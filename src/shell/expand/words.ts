/** Words become fields: all expansions of a word, in bash's order. */
import type { HereDoc, Word, WordPart } from "unbash";
import { joinedText } from "../../core/octets.ts";
import { calculate } from "../assign.ts";
import { ExpansionError } from "../errors.ts";
import type { Interpreter } from "../interpreter.ts";
import { checkLength, checkWords } from "../limits.ts";
import { type HereParts, parseArgument, parseExpandable } from "../parse.ts";
import { substituteCommand, substituteProcess } from "../run/substitution.ts";
import { decodeDollarQuoted } from "./ansi.ts";
import { expandBraces } from "./brace.ts";
import { globPaths } from "./glob.ts";
import { expandParameter, expandSimple } from "./parameters.ts";
import { isPattern, quotePattern } from "./patterns.ts";
import { type Atom, DEFAULT_IFS, type Field, type Piece, splitFields } from "./split.ts";

/** Where a part stands. */
export interface Context {
  /** In double quotes (or a here-document). */
  readonly isQuoted: boolean;
  /** What a backslash takes the meaning of; null: of everything. */
  readonly escapable: string | null;
  /** Fields are not made here: `$*` and `$@` give one text. */
  readonly isJoined: boolean;
  /** A tilde after these characters is one, too. */
  readonly tildeAfter: string;
  /** Literal text is split like what expansions give (`${x:-a b}`). */
  readonly splitsLiterals: boolean;
}

export const FIELDS: Context = {
  isQuoted: false,
  escapable: null,
  isJoined: false,
  tildeAfter: "",
  splitsLiterals: false,
};
export const JOINED: Context = { ...FIELDS, isJoined: true };
const ASSIGNED: Context = { ...JOINED, tildeAfter: ":" };
const HERE_DOC: Context = { ...JOINED, isQuoted: true, escapable: "$`\\\n" };
const DOUBLE_QUOTED = '$`"\\\n';

export function ifsOf(sh: Interpreter): string {
  return sh.variables.find("IFS")?.scalar ?? DEFAULT_IFS;
}

/** The arguments that some words give. */
export async function expandWords(sh: Interpreter, words: readonly Word[]): Promise<string[]> {
  const fields: string[] = [];
  for (const word of words)
    for (const each of bracesOf(sh, word)) {
      for (const field of await expandFields(sh, each)) fields.push(field);
      checkWords(fields.length);
    }
  return fields;
}

/** Text that is a word as it stands. */
const PLAIN = /^[\w./:=,@%+-]+$/;

/** The words that braces make of one. */
export function bracesOf(sh: Interpreter, word: Word): Word[] {
  if (!sh.options.has("braceexpand") || !word.parts?.some(({ type }) => type === "BraceExpansion"))
    return [word];
  return expandBraces(word.text).flatMap((text) =>
    PLAIN.test(text) ? { ...word, text, parts: undefined } : (parseArgument(text) ?? []),
  );
}

async function expandFields(sh: Interpreter, word: Word): Promise<string[]> {
  if (word.parts === undefined && /^[\w./:=,@%+-]*$/.test(word.text)) return [word.text];
  const pieces = await expandPieces(sh, word, FIELDS);
  return splitFields(pieces, ifsOf(sh)).flatMap((field) => expandPaths(sh, field));
}

function expandPaths(sh: Interpreter, field: Field): string[] {
  const plain = joinedText(field.map(({ text }) => text).join(""));
  if (sh.options.has("noglob") || !field.some(({ text, isQuoted }) => !isQuoted && /[*?[(]/.test(text)))
    return [plain];
  const pattern = patternOf(field);
  if (!isPattern(pattern, sh.shopts.has("extglob"))) return [plain];
  const paths = globPaths(sh, pattern);
  if (paths.length > 0) return paths;
  if (sh.shopts.has("failglob")) throw new ExpansionError(`no match: ${plain}`, 1, false);
  return sh.shopts.has("nullglob") ? [] : [plain];
}

function patternOf(pieces: readonly Piece[]): string {
  return joinedText(
    pieces
      .map((piece) => (piece === null ? " " : piece.isQuoted ? quotePattern(piece.text) : piece.text))
      .join(""),
  );
}

/** One text: for assignments, redirections, `case`. */
export async function expandJoined(sh: Interpreter, word: Word, isAssigned = false): Promise<string> {
  if (word.parts === undefined && /^[\w./=,@%+-]*$/.test(word.text)) return word.text;
  return joinPieces(await expandPieces(sh, word, isAssigned ? ASSIGNED : JOINED));
}

export function joinPieces(pieces: readonly Piece[]): string {
  checkLength(pieces.reduce((sum, piece) => sum + (piece?.text.length ?? 1), 0));
  return joinedText(pieces.map((piece) => (piece === null ? " " : piece.text)).join(""));
}

/** A pattern, in which what was quoted has backslashes. */
export async function expandPattern(sh: Interpreter, word: Word): Promise<string> {
  return patternOf(await expandPieces(sh, word, JOINED));
}

/** Atoms, for a caller that makes its own text of what was quoted and what was not. */
export async function expandAtoms(sh: Interpreter, word: Word, context: Context = JOINED): Promise<Atom[]> {
  return (await expandPieces(sh, word, context)).map(
    (piece) => piece ?? { text: " ", isQuoted: false, isSplit: false },
  );
}

export async function expandHereDoc(sh: Interpreter, document: HereDoc): Promise<string> {
  sh.isInDocument = true;
  try {
    return await expandDocument(sh, document);
  } finally {
    sh.isInDocument = false;
  }
}

async function expandDocument(sh: Interpreter, document: HereDoc): Promise<string> {
  const { delimiter, operator, closing } = document;
  // The last line of a file may lack its newline.
  const isCut = closing === undefined && /[^\n]$/.test(document.body.text);
  const body = isCut ? { text: `${document.body.text}\n`, parts: document.body.parts } : document.body;
  if (operator === "<<-") {
    const text = body.text.replace(/^\t+/gm, "");
    return delimiter?.quoted || text === "" ? text : `${await expandText(sh, text.replace(/\n$/, ""))}\n`;
  }
  if (delimiter?.quoted) return body.text;
  const text = joinPieces(await expandParts(sh, { parts: body.parts, text: body.text }, HERE_DOC));
  return isCut && !text.endsWith("\n") ? `${text}\n` : text;
}

/** Expands `$` and backquotes in a text that is not a word: arithmetic, subscripts, `PS4`. */
export async function expandText(sh: Interpreter, text: string): Promise<string> {
  if (!/[$`\\]/.test(text)) return text;
  const { parts, text: source } = parseExpandable(text);
  const expanded = joinPieces(await expandParts(sh, { parts, text: source }, HERE_DOC));
  return expanded.endsWith("\n") ? expanded.slice(0, -1) : expanded;
}

export async function expandArithmetic(sh: Interpreter, text: string): Promise<bigint> {
  return calculate(sh, await expandText(sh, text));
}

/** The pieces of a word, unsplit. */
export async function expandPieces(sh: Interpreter, word: Word, context: Context): Promise<Piece[]> {
  return expandParts(sh, word, context);
}

async function expandParts(sh: Interpreter, word: HereParts | Word, context: Context): Promise<Piece[]> {
  const out: Piece[] = [];
  if (word.parts === undefined) literal(sh, word.text, context, true, true, out);
  else {
    const last = word.parts.length - 1;
    for (const [i, part] of word.parts.entries())
      await expandPart(sh, part, context, i === 0, i === last, out);
  }
  return out;
}

async function expandPart(
  sh: Interpreter,
  part: WordPart,
  context: Context,
  isFirst: boolean,
  isLast: boolean,
  out: Piece[],
): Promise<void> {
  switch (part.type) {
    case "Literal":
      return literal(sh, part.text, context, isFirst, isLast, out);
    case "AnsiCQuoted":
      // The parser's own decoding knows no octets that are not UTF-8.
      out.push({ text: decodeDollarQuoted(part.text.slice(2, -1)), isQuoted: true, isSplit: false });
      return;
    case "SingleQuoted":
      out.push({ text: part.value, isQuoted: true, isSplit: false });
      return;
    case "DoubleQuoted":
    case "LocaleString":
      return doubleQuoted(sh, part.parts, context, out);
    case "SimpleExpansion":
      return expandSimple(sh, part.text.slice(1), context, out);
    case "ParameterExpansion":
      return expandParameter(sh, part, context, out);
    case "CommandExpansion":
      return expansion(await substituteCommand(sh, part), context, out);
    case "ArithmeticExpansion": {
      const inner = part.text.startsWith("$((") ? part.text.slice(3, -2) : part.text.slice(2, -1);
      return expansion(String(await expandArithmetic(sh, inner)), context, out);
    }
    case "ProcessSubstitution":
      out.push({ text: substituteProcess(sh, part), isQuoted: true, isSplit: false });
      return;
    case "Glob":
      return bracket(sh, part, context, out);
    case "ExtendedGlob":
      return extendedGlob(sh, part, context, out);
    case "BraceExpansion":
      // Not expanded here: an assignment, or `set +B`.
      if (part.parts === undefined) return literal(sh, part.text, context, false, false, out);
      out.push({ text: "{", isQuoted: false, isSplit: false });
      for (const inner of part.parts) await expandPart(sh, inner, context, false, false, out);
      out.push({ text: "}", isQuoted: false, isSplit: false });
      return;
  }
}

export function expansion(text: string, context: Context, out: Piece[]): void {
  checkLength(text.length);
  out.push({ text, isQuoted: context.isQuoted, isSplit: !context.isQuoted && !context.isJoined });
}

async function bracket(
  sh: Interpreter,
  part: Extract<WordPart, { type: "Glob" }>,
  context: Context,
  out: Piece[],
): Promise<void> {
  if (part.parts === undefined) {
    out.push({ text: part.text, isQuoted: context.isQuoted, isSplit: context.splitsLiterals });
    return;
  }
  out.push({ text: "[", isQuoted: false, isSplit: false });
  for (const inner of part.parts) await expandPart(sh, inner, context, false, false, out);
  out.push({ text: "]", isQuoted: false, isSplit: false });
}

async function extendedGlob(
  sh: Interpreter,
  part: Extract<WordPart, { type: "ExtendedGlob" }>,
  context: Context,
  out: Piece[],
): Promise<void> {
  out.push({ text: `${part.operator}(`, isQuoted: false, isSplit: false });
  if (part.parts === undefined) literal(sh, part.pattern, context, false, false, out);
  else for (const inner of part.parts) await expandPart(sh, inner, context, false, false, out);
  out.push({ text: ")", isQuoted: false, isSplit: false });
}

async function doubleQuoted(
  sh: Interpreter,
  parts: readonly WordPart[],
  context: Context,
  out: Piece[],
): Promise<void> {
  const inner: Context = {
    ...context,
    isQuoted: true,
    escapable: DOUBLE_QUOTED,
    tildeAfter: "",
    splitsLiterals: false,
  };
  const pieces: Piece[] = [];
  for (const part of parts) await expandPart(sh, part, inner, false, false, pieces);
  // "$@" without parameters gives no field; any other empty text in quotes gives an empty one.
  const isNothing = pieces.length === 0 && parts.some(({ type }) => type !== "Literal");
  if (pieces.length === 0 && !isNothing) pieces.push({ text: "", isQuoted: true, isSplit: false });
  for (const piece of pieces) out.push(piece);
}

/** Literal text as it stands in the source. */
function literal(
  sh: Interpreter,
  source: string,
  context: Context,
  isFirst: boolean,
  isLast: boolean,
  out: Piece[],
): void {
  const { isQuoted, escapable, splitsLiterals: isSplit } = context;
  let run = "";
  const flush = () => {
    if (run !== "") out.push({ text: run, isQuoted, isSplit });
    run = "";
  };
  let at = 0;
  while (at < source.length) {
    const character = source[at]!;
    const isTilde =
      character === "~" && !isQuoted && (at === 0 ? isFirst : context.tildeAfter.includes(source[at - 1]!));
    const home = isTilde ? tilde(sh, source.slice(at), isLast, context.tildeAfter) : null;
    if (home !== null) {
      flush();
      out.push({ text: home.text, isQuoted: true, isSplit: false });
      at += home.length;
    } else if (
      character === "\\" &&
      at + 1 < source.length &&
      (escapable === null || escapable.includes(source[at + 1]!))
    ) {
      const next = String.fromCodePoint(source.codePointAt(at + 1)!);
      if (next !== "\n") {
        flush();
        out.push({ text: next, isQuoted: true, isSplit: false });
      }
      at += 1 + next.length;
    } else {
      run += character;
      at++;
    }
  }
  flush();
}

function tilde(
  sh: Interpreter,
  source: string,
  isLast: boolean,
  ends: string,
): { readonly text: string; readonly length: number } | null {
  const prefix = /^~[\w+-]*/.exec(source)![0];
  const after = source[prefix.length];
  if (after === undefined ? !isLast : after !== "/" && !ends.includes(after)) return null;
  const value = (name: string) => sh.variables.find(name)?.scalar;
  const numbered = /^~([-+]?)(\d+)$/.exec(prefix);
  if (numbered !== null) {
    const stack = [sh.process.cwd, ...sh.directories];
    const place = numbered[1] === "-" ? stack.length - 1 - Number(numbered[2]) : Number(numbered[2]);
    const directory = stack[place];
    return directory === undefined ? null : { text: directory, length: prefix.length };
  }
  const text = {
    "~": value("HOME") ?? "/root",
    "~+": sh.process.cwd,
    "~-": value("OLDPWD"),
    "~root": "/root",
  }[prefix];
  return text === undefined ? null : { text, length: prefix.length };
}
