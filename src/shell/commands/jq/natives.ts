/** The builtins of jq that are functions of values. @source jq 1.6 manual */
import { octetLength } from "../../../core/octets.ts";
import { parseTime, timeParts, timeSeconds, timeText } from "./dates.ts";
import { format, octetsOf, tostring } from "./formats.ts";
import type { Native } from "./machine.ts";
import { MATHS } from "./maths.ts";
import { splitText } from "./operators.ts";
import { contains, deletePaths, indices, setPath } from "./paths.ts";
import { ReadError, readOne, wellFormed } from "./read.ts";
import { captures, Regexes } from "./regex.ts";
import {
  compare,
  described,
  dump,
  isArray,
  isObject,
  JqError,
  type Json,
  kindOf,
  sortedKeys,
} from "./values.ts";

function arrayOf(input: Json, what: string): readonly Json[] {
  if (!isArray(input)) throw new JqError(`${described(input)} cannot be ${what}, as it is not an array`);
  return input;
}

function length(input: Json): Json {
  if (input === null) return 0;
  if (typeof input === "number") return Math.abs(input);
  if (typeof input === "string") return [...input].length;
  if (isArray(input)) return input.length;
  if (isObject(input)) return input.size;
  throw new JqError(`${described(input)} has no length`);
}

function keys(input: Json, sorts: boolean): Json {
  if (isArray(input)) return input.map((_, i) => i);
  if (isObject(input)) return sorts ? sortedKeys(input) : [...input.keys()];
  throw new JqError(`${described(input)} has no keys`);
}

function has(input: Json, key: Json): boolean {
  if (isObject(input) && typeof key === "string") return input.has(key);
  if (isArray(input) && typeof key === "number") return key >= 0 && key < input.length;
  throw new JqError(
    `Cannot check whether ${kindOf(input)} has a ${typeof key === "string" ? "string" : kindOf(key)} key`,
  );
}

function parse(text: string): Json {
  try {
    const value = readOne(text);
    if (value === undefined) throw new JqError(null);
    return value;
  } catch (error) {
    if (error instanceof ReadError) throw new JqError(error.message);
    throw error;
  }
}

function tonumber(input: Json): Json {
  if (typeof input === "number") return input;
  if (typeof input === "string") {
    const value = parse(wellFormed(input));
    if (typeof value === "number") return value;
  }
  throw new JqError(`${described(input)} cannot be parsed as a number`);
}

/** Values with the keys that they are ordered by; equal ones keep their order. */
function ordered(input: Json, by: Json, what: string): { readonly item: Json; readonly key: Json }[] {
  const items = arrayOf(input, what);
  const keyed = arrayOf(by, what);
  return items.map((item, i) => ({ item, key: keyed[i] ?? null })).sort((a, b) => compare(a.key, b.key));
}

function groups(input: Json, by: Json): Json {
  const made: Json[][] = [];
  let last: Json | undefined;
  for (const { item, key } of ordered(input, by, "grouped")) {
    if (last !== undefined && compare(last, key) === 0) made.at(-1)!.push(item);
    else made.push([item]);
    last = key;
  }
  return made;
}

/** Of equal ones the first is the least, the last the greatest. */
function extreme(input: Json, by: Json, isMax: boolean): Json {
  const items = arrayOf(input, "iterated over");
  const keyed = arrayOf(by, "iterated over");
  let best = -1;
  for (let i = 0; i < items.length; i++) {
    if (best < 0) best = i;
    else {
      const order = compare(keyed[i]!, keyed[best]!);
      if (isMax ? order >= 0 : order < 0) best = i;
    }
  }
  return best < 0 ? null : items[best]!;
}

function flatten(input: Json, depth: number): Json[] {
  const items = isArray(input) ? input : isObject(input) ? [...input.values()] : null;
  if (items === null) throw new JqError(`Cannot iterate over ${described(input)}`);
  return items.flatMap((item) => (isArray(item) && depth !== 0 ? flatten(item, depth - 1) : [item]));
}

function places(input: Json, part: Json): readonly number[] | null {
  if (input === null) return null;
  if (isArray(input)) return indices(input, isArray(part) ? part : [part]);
  if (typeof input === "string" && typeof part === "string") {
    const found: number[] = [];
    for (let at = part === "" ? -1 : input.indexOf(part); at >= 0; at = input.indexOf(part, at + 1))
      // In octets, even though slices count characters.
      found.push(octetLength(input.slice(0, at)));
    return found;
  }
  throw new JqError(`Cannot determine indices of ${kindOf(part)} in ${kindOf(input)}`);
}

function strings(name: string, input: Json, arg: Json): asserts input is string {
  if (typeof input !== "string" || typeof arg !== "string")
    throw new JqError(`${name}() requires string inputs`);
}

function implode(input: Json): string {
  return arrayOf(input, "imploded")
    .map((code) => {
      if (typeof code !== "number") throw new JqError("Unicode codepoint must be numeric");
      const isValid = code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      return isValid ? String.fromCodePoint(Math.trunc(code)) : "\ufffd";
    })
    .join("");
}

function ordering(input: Json, target: Json): number {
  const items = arrayOf(input, "searched from");
  let [low, high] = [0, items.length - 1];
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const order = compare(items[middle]!, target);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1 - low;
}

function codes(input: Json): string {
  if (typeof input !== "string") throw new JqError("explode input must be a string");
  return input;
}

export function makeNatives(): Map<string, Native> {
  const regexes = new Regexes();
  const natives: [string, Native][] = [
    ["length/0", (input) => length(input)],
    [
      "utf8bytelength/0",
      (input) => {
        if (typeof input !== "string")
          throw new JqError(`${described(input)} only strings have UTF-8 byte length`);
        return octetsOf(input).length;
      },
    ],
    ["keys/0", (input) => keys(input, true)],
    ["keys_unsorted/0", (input) => keys(input, false)],
    ["has/1", (input, [key]) => has(input, key!)],
    ["contains/1", (input, [part]) => contains(input, part!)],
    ["type/0", (input) => kindOf(input)],
    ["tojson/0", (input) => dump(input)],
    ["tostring/0", (input) => tostring(input)],
    ["tonumber/0", (input) => tonumber(input)],
    [
      "fromjson/0",
      (input) => {
        if (typeof input !== "string") throw new JqError(`${described(input)} only strings can be parsed`);
        return parse(input);
      },
    ],
    ["setpath/2", (input, [path, value]) => setPath(input, path!, value!)],
    ["delpaths/1", (input, [paths]) => deletePaths(input, paths!)],
    ["sort/0", (input) => [...arrayOf(input, "sorted")].sort(compare)],
    ["_sort_by/1", (input, [by]) => ordered(input, by!, "sorted").map(({ item }) => item)],
    ["_group_by/1", (input, [by]) => groups(input, by!)],
    ["_min_by/1", (input, [by]) => extreme(input, by!, false)],
    ["_max_by/1", (input, [by]) => extreme(input, by!, true)],
    ["min/0", (input) => extreme(input, input, false)],
    ["max/0", (input) => extreme(input, input, true)],
    [
      "reverse/0",
      (input) => {
        const size = length(input) as number;
        if (isArray(input)) return [...input].reverse();
        if (size === 0) return [];
        throw new JqError(`Cannot index ${kindOf(input)} with number`);
      },
    ],
    ["_flatten/1", (input, [depth]) => flatten(input, depth as number)],
    ["indices/1", (input, [part]) => places(input, part!)],
    ["_index/1", (input, [part]) => places(input, part!)?.[0] ?? null],
    ["_rindex/1", (input, [part]) => places(input, part!)?.at(-1) ?? null],
    [
      "startswith/1",
      (input, [part]) => {
        strings("startswith", input, part!);
        return input.startsWith(part as string);
      },
    ],
    [
      "endswith/1",
      (input, [part]) => {
        strings("endswith", input, part!);
        return input.endsWith(part as string);
      },
    ],
    [
      "ltrimstr/1",
      (input, [part]) =>
        typeof input === "string" && typeof part === "string" && input.startsWith(part)
          ? input.slice(part.length)
          : input,
    ],
    [
      "rtrimstr/1",
      (input, [part]) =>
        typeof input === "string" && typeof part === "string" && part !== "" && input.endsWith(part)
          ? input.slice(0, input.length - part.length)
          : input,
    ],
    ["explode/0", (input) => [...codes(input)].map((one) => one.codePointAt(0)!)],
    ["implode/0", (input) => implode(input)],
    [
      "_case/1",
      (input, [isUpper]) =>
        codes(input).replace(/[a-zA-Z]+/g, (text) =>
          isUpper === true ? text.toUpperCase() : text.toLowerCase(),
        ),
    ],
    [
      "split/1",
      (input, [separator]) => {
        if (typeof input !== "string" || typeof separator !== "string")
          throw new JqError("split input and separator must be strings");
        return splitText(input, separator);
      },
    ],
    ["_match/3", (input, [pattern, flags, isTest]) => regexes.match(input, pattern!, flags!, isTest!)],
    ["_captures/0", (input) => captures(input)],
    [
      "format/1",
      (input, [name]) => {
        if (typeof name !== "string") throw new JqError(`${described(name!)} is not a valid format`);
        return format(input, name);
      },
    ],
    ["_bsearch/1", (input, [target]) => ordering(input, target!)],
    ["gmtime/0", (input) => timeParts(input)],
    ["localtime/0", (input) => timeParts(input)],
    ["mktime/0", (input) => timeSeconds(input)],
    ["strftime/1", (input, [text]) => timeText("strftime/1", input, text!)],
    ["strflocaltime/1", (input, [text]) => timeText("strflocaltime/1", input, text!)],
    ["strptime/1", (input, [text]) => parseTime(input, text!)],
    ["nan/0", () => Number.NaN],
    ["infinite/0", () => Number.POSITIVE_INFINITY],
    ["get_prog_origin/0", () => "."],
    ["get_jq_origin/0", () => "/usr/bin"],
    [
      "modulemeta/0",
      (input) => {
        if (typeof input !== "string") throw new JqError("modulemeta input module name must be a string");
        throw new JqError(`module not found: ${input}\n`);
      },
    ],
    ...MATHS.map(([name, native]): [string, Native] => [name, native]),
  ];
  return new Map(natives);
}
