/**
 * Brace expansion: `a{b,c}d`, `{1..10..2}`. It works on a word's source text before any other expansion and passes quotes and
 * other expansions over.
 * @source bash 5.2 braces.c
 */

import { checkWords } from "../limits.ts";

/** A word's text becomes one or more. */
export function expandBraces(text: string): string[] {
  for (let open = nextOpen(text, 0); open >= 0; open = nextOpen(text, open + 1)) {
    const group = readGroup(text, open);
    if (group === null) continue;
    const items = group.items.length > 1 ? group.items.flatMap(expandBraces) : sequence(group.items[0]!);
    if (items === null) continue;
    const before = text.slice(0, open);
    const after = expandBraces(text.slice(group.end));
    checkWords(items.length * after.length);
    return items.flatMap((item) => after.map((rest) => before + item + rest));
  }
  return [text];
}

/** Is the brace one of `${...}`? */
function isAfterDollar(text: string, at: number): boolean {
  return /(?:^|[^\\])(?:\\\\)*\$$/.test(text.slice(0, at));
}

function nextOpen(text: string, from: number): number {
  for (let at = from; at < text.length; at = skip(text, at)) {
    if (text[at] === "{" && !isAfterDollar(text, at)) return at;
  }
  return -1;
}

/** The position behind the character, quoted text or expansion that begins here. */
function skip(text: string, at: number): number {
  const character = text[at];
  if (character === "\\") return at + 2;
  if (character === "'") return afterQuote(text, at, "'", text[at - 1] === "$");
  if (character === '"') return afterQuote(text, at, '"', true);
  if (character === "`") return afterQuote(text, at, "`", true);
  if (character === "$" && (text[at + 1] === "{" || text[at + 1] === "(")) return afterNested(text, at + 1);
  return at + 1;
}

function afterQuote(text: string, open: number, quote: string, hasEscapes: boolean): number {
  for (let at = open + 1; at < text.length; at++) {
    if (hasEscapes && text[at] === "\\") at++;
    else if (text[at] === quote) return at + 1;
    else if (quote === '"' && text[at] === "$" && (text[at + 1] === "{" || text[at + 1] === "("))
      at = afterNested(text, at + 1) - 1;
  }
  return text.length;
}

function afterNested(text: string, open: number): number {
  const [opener, closer] = text[open] === "{" ? ["{", "}"] : ["(", ")"];
  let depth = 0;
  for (let at = open; at < text.length; ) {
    if (text[at] === opener) depth++;
    if (text[at] === closer && --depth === 0) return at + 1;
    at = text[at] === opener ? at + 1 : skip(text, at);
  }
  return text.length;
}

function readGroup(text: string, open: number): { readonly items: string[]; readonly end: number } | null {
  const items: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < text.length; at = skip(text, at)) {
    const character = text[at];
    if (character === "{" && !isAfterDollar(text, at)) depth++;
    else if (character === "," && depth === 1) {
      items.push(text.slice(start, at));
      start = at + 1;
    } else if (character === "}" && --depth === 0) {
      items.push(text.slice(start, at));
      return { items, end: at + 1 };
    }
  }
  return null;
}

/** `1..5`, `a..e..2`; null: not a sequence. */
function sequence(text: string): string[] | null {
  const match = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(text);
  if (match === null) return null;
  const [, first, last, stepText] = match as unknown as [string, string, string, string | undefined];
  const isNumeric = /\d/.test(first);
  if (isNumeric !== /\d/.test(last)) return null;
  const [from, to] = isNumeric ? [Number(first), Number(last)] : [first.charCodeAt(0), last.charCodeAt(0)];
  const step = (Math.abs(Number(stepText ?? 1)) || 1) * (from <= to ? 1 : -1);
  const isPadded = isNumeric && [first, last].some((end) => /^-?0\d/.test(end));
  const width = isPadded ? Math.max(first.length, last.length) : 0;
  checkWords(Math.abs(to - from) / Math.abs(step));
  const items: string[] = [];
  for (let value = from; step > 0 ? value <= to : value >= to; value += step) {
    if (!isNumeric) items.push(String.fromCharCode(value));
    else if (width === 0) items.push(String(value));
    else
      items.push(
        value < 0 ? `-${String(-value).padStart(width - 1, "0")}` : String(value).padStart(width, "0"),
      );
  }
  return items;
}
