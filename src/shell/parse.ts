/** Scripts as text and as syntax trees, with the lines that positions stand on. */
import {
  type Assignment,
  type CommandExpansionPart,
  type Function as FunctionNode,
  type ParsedScript,
  type ProcessSubstitutionPart,
  parse,
  type Word,
} from "unbash";
import { ScriptError } from "./errors.ts";
import { printScript } from "./print.ts";

/** A piece of source that was parsed as one: a file, the text of `eval`, of a trap, of a substitution. */
export class Unit {
  private readonly starts: readonly number[];

  constructor(
    /** In error messages. */
    readonly name: string,
    readonly source: string,
    /** Line of its first character. */
    readonly firstLine: number,
    starts: readonly number[] | null = null,
  ) {
    this.starts = starts ?? lineStarts(source);
  }

  /** The same text, counted so that a position in it is on a given line. */
  withLine(position: number, line: number): Unit {
    const firstLine = this.firstLine + line - this.lineOf(position);
    return firstLine === this.firstLine ? this : new Unit(this.name, this.source, firstLine, this.starts);
  }

  lineOf(position: number): number {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle]! <= position) low = middle;
      else high = middle;
    }
    return low + this.firstLine;
  }

  /** The text of the line that a position stands on. */
  lineText(position: number): string {
    const start = this.source.lastIndexOf("\n", position - 1) + 1;
    const end = this.source.indexOf("\n", position);
    return this.source.slice(start, end < 0 ? undefined : end);
  }
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

interface Substituted {
  readonly source: string;
  readonly script: ParsedScript;
}

/** Commands of substitutions, as they are written and as bash shows them. */
const written = new WeakMap<ParsedScript, Substituted>();
const shown = new WeakMap<ParsedScript, Substituted>();

/**
 * The text and the commands of a `$(...)` or `<(...)`, by themselves. bash keeps such a command in the form in which it shows it, and
 * counts lines in that: a newline after the parenthesis, comments and empty lines are gone. In here-documents (`isWritten`) and
 * backquotes it keeps the text.
 */
export function substitutedScript(
  part: CommandExpansionPart | ProcessSubstitutionPart,
  script: ParsedScript,
  isWritten: boolean,
): Substituted {
  if (script.source !== undefined) return { source: script.source, script };
  const isQuoted = part.text.startsWith("`");
  const isShown = !isWritten && !isQuoted && part.text.includes("\n");
  const known = isShown ? shown : written;
  const before = known.get(script);
  if (before !== undefined) return before;
  const inner = part.text.slice(isQuoted ? 1 : 2, -1);
  const text = isShown ? printScript(inner, parse(inner)) : inner;
  const substituted = { source: text, script: parse(text) };
  known.set(script, substituted);
  return substituted;
}

/** Parsed words by their text: what a text is never changes, so that sharing them between runs shows nowhere. */
const words = new Map<string, Word | null>();
const WORDS_MAX = 4096;

function remember(key: string, make: () => Word | null): Word | null {
  const known = words.get(key);
  if (known !== undefined) return known;
  if (words.size >= WORDS_MAX) words.clear();
  const word = make();
  words.set(key, word);
  return word;
}

/** The word that a text is as a command's argument; null: it is not one word. */
export function parseArgument(text: string): Word | null {
  return remember(`w${text}`, () => {
    const command = parse(`: ${text.startsWith("#") ? "\\" : ""}${text}`).commands[0]?.command;
    const argument =
      command?.type === "Command" && command.suffix.length === 1 ? command.suffix[0] : undefined;
    return argument?.type === "Word" ? argument : null;
  });
}

/** The word that a text is on the right of an assignment; null: it is not one word. */
export function parseAssigned(text: string): Word | null {
  return remember(`a${text}`, () => {
    const command = parse(`x=${text}`).commands[0]?.command;
    const assignment =
      command?.type === "Command" && command.name === undefined ? command.prefix[0] : undefined;
    return assignment?.type === "Assignment" && assignment.value.type === "Word" ? assignment.value : null;
  });
}

/** The function that a text defines; null: it is no definition. */
export function parseFunction(text: string): FunctionNode | null {
  const script = parse(text);
  const [statement, ...more] = script.commands;
  if (script.errors !== undefined || more.length > 0) return null;
  return statement?.command.type === "Function" ? statement.command : null;
}

/** The assignment that a text is; null: it is none. */
export function parseAssignment(text: string): Assignment | null {
  const command = parse(text).commands[0]?.command;
  const part = command?.type === "Command" && command.name === undefined ? command.prefix[0] : undefined;
  return part?.type === "Assignment" ? part : null;
}

/** Parts of a text in which only `$` and backquotes are special, as in a here-document. */
export function parseExpandable(text: string): HereParts {
  const known = expandables.get(text);
  if (known !== undefined) return known;
  if (expandables.size >= WORDS_MAX) expandables.clear();
  const command = parse(`:<<__vethsim_end__\n${text}\n__vethsim_end__\n`).commands[0]?.command;
  const document = command?.type === "Command" ? command.redirects[0] : undefined;
  if (document?.type !== "HereDoc") throw new ScriptError(`cannot read ${text}`);
  const parts = { parts: document.body.parts, text: document.body.text };
  expandables.set(text, parts);
  return parts;
}

export interface HereParts {
  readonly parts: NonNullable<Word["parts"]> | undefined;
  readonly text: string;
}
const expandables = new Map<string, HereParts>();
