/** Aliases are replaced in the text of a command before it is parsed for good, as bash does when it reads a line. */
import { parse, type Statement, type Word } from "unbash";
import { walk } from "./walk.ts";

/** A part of the text that came from an alias, in which that alias is not replaced again. */
interface Replaced {
  readonly name: string;
  start: number;
  end: number;
}

/** So many replacements in one command are no text that anybody wrote. */
const REPLACEMENTS_MAX = 10_000;

/**
 * Replaces the aliases in the first `length` characters of a text, of which `first` are the statements.
 * Gives the text with what comes after unchanged, or null: there is no alias in it.
 */
export function replaceAliases(
  source: string,
  first: readonly Statement[],
  length: number,
  aliases: ReadonlyMap<string, string>,
): { readonly source: string; readonly length: number } | null {
  let text = source;
  let end = length;
  let statements: readonly Statement[] = first;
  const replaced: Replaced[] = [];
  /** Where a word is checked too, because the alias before it ends in a blank. */
  const open = new Set<number>();
  for (let count = 0; count < REPLACEMENTS_MAX; count++) {
    const word = nextAlias(statements, end, aliases, replaced, open);
    if (word === null) break;
    const value = aliases.get(word.text)!;
    const grown = value.length - (word.end - word.pos);
    text = text.slice(0, word.pos) + value + text.slice(word.end);
    end += grown;
    for (const one of replaced) {
      if (one.start > word.pos) one.start += grown;
      if (one.end > word.pos) one.end += grown;
    }
    replaced.push({ name: word.text, start: word.pos, end: word.pos + value.length });
    const moved = [...open].map((at) => (at > word.pos ? at + grown : at));
    open.clear();
    for (const at of moved) open.add(at);
    if (/[ \t]$/.test(value)) {
      const after = word.pos + value.length;
      open.add(after + /^[ \t]*/.exec(text.slice(after))![0].length);
    }
    statements = parse(text).commands;
  }
  return replaced.length === 0 ? null : { source: text, length: end };
}

function nextAlias(
  statements: readonly Statement[],
  end: number,
  aliases: ReadonlyMap<string, string>,
  replaced: readonly Replaced[],
  open: ReadonlySet<number>,
): Word | null {
  let found: Word | null = null;
  const consider = (word: Word | undefined) => {
    if (word === undefined || word.pos >= end || word.parts !== undefined || !aliases.has(word.text)) return;
    if (found !== null && found.pos <= word.pos) return;
    const isItself = replaced.some(
      ({ name, start, end: stop }) => name === word.text && word.pos >= start && word.pos < stop,
    );
    if (!isItself) found = word;
  };
  for (const statement of statements) {
    if (statement.pos >= end) break;
    walk(statement, (node) => {
      if (node.type !== "Command") return true;
      consider(node.name);
      for (const word of node.args) if (word.type === "Word" && open.has(word.pos)) consider(word);
      return true;
    });
  }
  return found;
}
