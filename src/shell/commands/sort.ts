/**
 * sort(1) of GNU coreutils, in the C locale.
 * @source coreutils 9.1, src/sort.c
 */
import { strerror } from "../../core/errno.ts";
import { compareOctets } from "../text.ts";
import type { Tool } from "../tool.ts";
import { linesOf, readInputs, usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";

interface Key {
  readonly from: readonly [field: number, character: number];
  readonly to: readonly [field: number, character: number] | null;
  readonly flags: string;
}

const LONG = {
  numeric: "n",
  "numeric-sort": "n",
  reverse: "r",
  unique: "u",
  "ignore-case": "f",
  key: "k",
  "field-separator": "t",
  output: "o",
  check: "c",
  stable: "s",
  "version-sort": "V",
  "general-numeric-sort": "g",
  "human-numeric-sort": "h",
  "ignore-leading-blanks": "b",
  "zero-terminated": "z",
};

export const sort: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "nrufcCsVghbdiMz", values: "kto", long: LONG });
  if (parsed === null) return 2;
  if (parsed.has("M") || parsed.has("i")) return usageError(cx, "options -M and -i are not supported", 2);
  const global = [..."nrfVghbd"].filter(parsed.has).join("");
  const keys: Key[] = [];
  for (const text of parsed.all("k")) {
    const match = /^(\d+)(?:\.(\d+))?([bdfghinrV]*)(?:,(\d+)(?:\.(\d+))?([bdfghinrV]*))?$/.exec(text);
    if (match === null || match[1] === "0")
      return usageError(cx, `invalid number at field start: invalid count at start of '${text}'`, 2);
    const flags = match[3]! + (match[6] ?? "");
    keys.push({
      from: [Number(match[1]), Number(match[2] ?? 1)],
      to: match[4] === undefined ? null : [Number(match[4]), Number(match[5] ?? 0)],
      flags: flags === "" ? global : flags,
    });
  }
  const { inputs, status } = await readInputs(
    cx,
    parsed.operands,
    (path, why) => `cannot read: ${path}: ${why}`,
  );
  if (status !== 0) return 2;
  const end = parsed.has("z") ? "\0" : "\n";
  const lines = inputs.flatMap(({ text }) => linesOf(text, end));
  const byKeys = comparer(
    keys.length > 0 ? keys : [{ from: [1, 1], to: null, flags: global }],
    parsed.value("t") ?? null,
  );
  const isReversed = global.includes("r");
  const isLastResort = !parsed.has("s") && !parsed.has("u");
  const compare = (a: string, b: string) =>
    byKeys(a, b) || (isLastResort ? compareOctets(a, b) * (isReversed ? -1 : 1) : 0);
  if (parsed.has("c") || parsed.has("C")) {
    const at = lines.findIndex(
      (line, i) =>
        i > 0 && (compare(lines[i - 1]!, line) > 0 || (parsed.has("u") && byKeys(lines[i - 1]!, line) === 0)),
    );
    if (at >= 0 && parsed.has("c"))
      cx.err(`sort: ${parsed.operands[0] ?? "-"}:${at + 1}: disorder: ${lines[at]}\n`);
    return at < 0 ? 0 : 1;
  }
  const sorted = lines.toSorted(compare);
  const kept = parsed.has("u")
    ? sorted.filter((line, i) => i === 0 || byKeys(sorted[i - 1]!, line) !== 0)
    : sorted;
  const text = kept.map((line) => line + end).join("");
  const path = parsed.value("o");
  if (path === undefined) {
    cx.out(text);
    return 0;
  }
  const opened = cx.process.userland.files.open(cx.process, path, "write");
  const errno = opened.ok ? opened.value.write(text) : opened.errno;
  if (errno === null) return 0;
  cx.err(`sort: open failed: ${path}: ${strerror(errno)}\n`);
  return 2;
};

function comparer(keys: readonly Key[], separator: string | null): (a: string, b: string) => number {
  return (a, b) => {
    for (const key of keys) {
      const order = compareBy(key.flags, keyOf(a, key, separator), keyOf(b, key, separator));
      if (order !== 0) return key.flags.includes("r") ? -order : order;
    }
    return 0;
  };
}

function keyOf(line: string, { from, to, flags }: Key, separator: string | null): string {
  if (from[0] === 1 && from[1] === 1 && to === null) return flags.includes("b") ? line.trimStart() : line;
  const starts: number[] = [];
  const ends: number[] = [];
  if (separator !== null)
    for (let at = 0; at <= line.length; ) {
      const end = line.indexOf(separator, at);
      starts.push(at);
      ends.push(end < 0 ? line.length : end);
      if (end < 0) break;
      at = end + 1;
    }
  else
    for (const match of line.matchAll(/[ \t]*[^ \t]+|[ \t]+$/g)) {
      starts.push(match.index);
      ends.push(match.index + match[0].length);
    }
  let start = starts[from[0] - 1] ?? line.length;
  if (flags.includes("b")) while (/[ \t]/.test(line[start] ?? "")) start++;
  const fieldEnd = to === null ? line.length : (ends[to[0] - 1] ?? line.length);
  const end = to === null || to[1] === 0 ? fieldEnd : (starts[to[0] - 1] ?? line.length) + to[1];
  return line.slice(Math.min(start + from[1] - 1, line.length), end);
}

function compareBy(flags: string, a: string, b: string): number {
  if (flags.includes("n")) return number(a) - number(b);
  if (flags.includes("g")) return (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0);
  if (flags.includes("h")) return human(a) - human(b);
  if (flags.includes("V")) return compareVersions(a, b);
  const fold = (text: string) => {
    const kept = flags.includes("d") ? text.replace(/[^A-Za-z0-9 \t]/g, "") : text;
    return flags.includes("f") ? kept.toUpperCase() : kept;
  };
  return compareOctets(fold(a), fold(b));
}

function number(text: string): number {
  return Number(/^\s*(-?\d*\.?\d*)/.exec(text)![1]) || 0;
}

function human(text: string): number {
  const match = /^\s*(-?\d*\.?\d*)([KMGTPEk]?)/.exec(text)!;
  return (Number(match[1]) || 0) * 1024 ** ("KMGTPE".indexOf(match[2]!.toUpperCase() || " ") + 1);
}

function compareVersions(a: string, b: string): number {
  const parts = (text: string) => text.match(/\d+|\D+/g) ?? [];
  const [left, right] = [parts(a), parts(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i]!, right[i]!];
    const order = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : compareOctets(x, y);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}
