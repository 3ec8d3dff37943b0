/**
 * cut(1) of GNU coreutils: `-c` counts octets, as `-b` does.
 * @source coreutils 9.1, src/cut.c, src/set-fields.c
 */
import { type OctetString, textToOctets } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { eachInput, usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quote, quoteNameIfNeeded } from "./quoting.ts";

/** First and last position, from 1. */
type Range = readonly [first: number, last: number];

/** Ranges in order, those that overlap joined; a text: what is wrong. */
export function parseRanges(cx: ToolContext, text: string, isFields: boolean): readonly Range[] | string {
  const what = isFields ? "field value" : "byte/character position";
  const zero = isFields ? "fields are numbered from 1" : "byte/character positions are numbered from 1";
  const ranges: Range[] = [];
  for (const item of text.split(/[, \t]/)) {
    const dashes = item.split("-");
    if (dashes.length > 2) return isFields ? "invalid field range" : "invalid byte or character range";
    const bad = dashes.find((part) => !/^\d*$/.test(part));
    if (bad !== undefined) return `invalid ${what} ${quote(cx, item.slice(item.search(/[^\d-]/)))}`;
    if (item === "-") return "invalid range with no endpoint: -";
    if (item === "") return zero;
    const first = dashes[0] === "" ? 1 : Number(dashes[0]);
    const last =
      dashes.length === 1 ? first : dashes[1] === "" ? Number.POSITIVE_INFINITY : Number(dashes[1]);
    if (first === 0 || (dashes.length === 1 && last === 0)) return zero;
    if (last < first) return "invalid decreasing range";
    ranges.push([first, last]);
  }
  return ranges;
}

function merged(ranges: readonly Range[], joinsNeighbours: boolean): readonly Range[] {
  const sorted = ranges.toSorted((a, b) => a[0] - b[0]);
  const out: Range[] = [];
  for (const [first, last] of sorted) {
    const before = out.at(-1);
    if (before !== undefined && first <= before[1] + (joinsNeighbours ? 1 : 0))
      out[out.length - 1] = [before[0], Math.max(before[1], last)];
    else out.push([first, last]);
  }
  return out;
}

function complement(ranges: readonly Range[]): readonly Range[] {
  const out: Range[] = [];
  let next = 1;
  for (const [first, last] of merged(ranges, true)) {
    if (first > next) out.push([next, first - 1]);
    next = last + 1;
  }
  if (next < Number.POSITIVE_INFINITY) out.push([next, Number.POSITIVE_INFINITY]);
  return out;
}

export const cut: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "nsz",
    values: "bcdf",
    long: {
      bytes: "b",
      characters: "c",
      fields: "f",
      delimiter: "d",
      "only-delimited": "s",
      "output-delimiter": "output=",
      complement: "complement",
      "zero-terminated": "z",
    },
  });
  if (parsed === null) return 1;
  const lists = parsed.given.filter(([letter]) => "bcf".includes(letter));
  if (lists.length > 1) return usageError(cx, "only one list may be specified");
  const delimiter = parsed.value("d");
  if (delimiter !== undefined && textToOctets(delimiter).length > 1)
    return usageError(cx, "the delimiter must be a single character");
  if (lists.length === 0) return usageError(cx, "you must specify a list of bytes, characters, or fields");
  const [kind, list] = lists[0]!;
  const isFields = kind === "f";
  if (!isFields && delimiter !== undefined)
    return usageError(cx, "an input delimiter may be specified only when operating on fields");
  if (!isFields && parsed.has("s"))
    return usageError(cx, "suppressing non-delimited lines makes sense\n\tonly when operating on fields");
  const given = parseRanges(cx, list, isFields);
  if (typeof given === "string") return usageError(cx, given);
  const output = parsed.value("output");
  const ranges = parsed.has("complement")
    ? complement(given)
    : merged(given, output === undefined || isFields);
  const glue = output === undefined ? null : textToOctets(output);
  const end = parsed.has("z") ? "\0" : "\n";
  const separator = delimiter === undefined ? "\t" : textToOctets(delimiter) || "\0";
  const work = isFields
    ? fieldCutter(ranges, separator, glue ?? separator, parsed.has("s"), end)
    : (line: OctetString) =>
        ranges
          .map(([first, last]) => line.slice(first - 1, last))
          .filter((part) => part !== "")
          .join(glue ?? "");
  return eachInput(
    cx,
    parsed.operands,
    async (reader) => {
      const visit = (line: OctetString) => {
        const text = work(line);
        if (text !== null) cx.outOctets(text + end);
      };
      if (separator === end && isFields) {
        const text = await reader.rest();
        cx.outOctets(text === "" ? "" : `${work(text.endsWith(end) ? text.slice(0, -1) : text) ?? ""}${end}`);
      } else await reader.eachLine(visit, () => cx.drain(), end);
    },
    { explain: (path, why) => `${quoteNameIfNeeded(path)}: ${why}` },
  );
};

/** Null: the line is suppressed. */
function fieldCutter(
  ranges: readonly Range[],
  separator: OctetString,
  glue: OctetString,
  isOnlyDelimited: boolean,
  _end: string,
): (line: OctetString) => OctetString | null {
  return (line) => {
    if (!line.includes(separator)) return isOnlyDelimited ? null : line;
    const fields = line.split(separator);
    const kept: OctetString[] = [];
    for (const [first, last] of ranges)
      for (let i = first; i <= Math.min(last, fields.length); i++) kept.push(fields[i - 1]!);
    return kept.join(glue);
  };
}
