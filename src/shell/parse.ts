/** Scripts as text and as syntax trees, with the lines that positions stand on. */
import { parse, type Statement, type Word } from "unbash";
import { ScriptError } from "./errors.ts";

/** A piece of source that was parsed as one: a file, the text of `eval`, of a trap, of a substitution. */
export class Unit {
  private readonly starts: number[] = [0];

  constructor(
    /** In error messages. */
    readonly name: string,
    readonly source: string,
    /** Line of its first character. */
    readonly firstLine: number,
  ) {
    for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) this.starts.push(at + 1);
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

export interface SyntaxFault {
  readonly line: number;
  /** Where the text came from, when it was no file: `-c`, `eval`. */
  readonly origin: string | null;
  /** The messages that bash prints, each without its prefix. */
  readonly messages: readonly string[];
}

export interface Parsed {
  readonly unit: Unit;
  /** What can be run: with a fault, the statements on lines before it. */
  readonly statements: readonly Statement[];
  readonly fault: SyntaxFault | null;
}

export function parseScript(
  name: string,
  source: string,
  firstLine = 1,
  origin: string | null = null,
): Parsed {
  const unit = new Unit(name, source, firstLine);
  const script = parse(source);
  const error = script.errors?.reduce((first, one) => (one.pos < first.pos ? one : first));
  if (error === undefined) return { unit, statements: script.commands, fault: null };
  const faulty = script.commands.findLast((statement) => statement.pos <= error.pos);
  const faultyLine = unit.lineOf(faulty?.pos ?? error.pos);
  const statements = script.commands.filter((statement) => unit.lineOf(statement.end) < faultyLine);
  return { unit, statements, fault: { origin, ...describeFault(unit, error.message, error.pos) } };
}

/** Does the text parse as a whole? */
export function isComplete(source: string): boolean {
  return parse(source).errors === undefined;
}

function describeFault(unit: Unit, message: string, position: number): Omit<SyntaxFault, "origin"> {
  const rest = unit.source.slice(position);
  const token = /^[ \t]*(\n|;;&|;;|;&|&&|\|\||\|&|<<<|<<-?|>>|[;&|<>()]|[^\s;&|<>()]+)/.exec(rest)?.[1];
  const quote = /^unterminated (double|single) quote/.exec(message)?.[1];
  if (quote !== undefined) {
    const mark = quote === "double" ? '"' : "'";
    return {
      line: unit.lineOf(position),
      messages: [`unexpected EOF while looking for matching \`${mark}'`],
    };
  }
  if (token === undefined || rest.trim() === "" || message.startsWith("unterminated")) {
    const end = unit.source.endsWith("\n") ? unit.source.length : unit.source.length + 1;
    const line = unit.lineOf(end) + (unit.source.endsWith("\n") ? 0 : 1);
    return { line, messages: [`syntax error: unexpected end of file (${message})`] };
  }
  const shown = token === "\n" ? "newline" : token;
  return {
    line: unit.lineOf(position),
    messages: [`syntax error near unexpected token \`${shown}'`, `\`${unit.lineText(position)}'`],
  };
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
