/**
 * sort(1) of GNU coreutils, in the order of octets.
 * @source coreutils 9.1, src/sort.c
 */

import { strerror } from "../../core/errno.ts";
import { nameTable } from "../../core/name-table.ts";
import { type OctetString, octetsToText, textToOctets } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { closeInput, openInput, readOctets } from "./inputs.ts";
import { type Options, parseOptions } from "./options.ts";
import { quote, quoteName, quoteNameIfNeeded } from "./quoting.ts";
import { parseSize } from "./sizes.ts";
import { compareText, isPlainKey, type Key, keyText, ORDERS, orderOf, parseKey } from "./sort-keys.ts";
import { wordOf } from "./uniq.ts";

const FAILED = 2;

const LONG: Readonly<Record<string, string>> = nameTable({
  "ignore-leading-blanks": "b",
  "dictionary-order": "d",
  "ignore-case": "f",
  "general-numeric-sort": "g",
  "human-numeric-sort": "h",
  "ignore-nonprinting": "i",
  "month-sort": "M",
  "numeric-sort": "n",
  "random-sort": "R",
  "random-source": "source=",
  reverse: "r",
  sort: "sort=",
  "version-sort": "V",
  "batch-size": "batch=",
  check: "check=?",
  "compress-program": "compress=",
  debug: "debug",
  "files0-from": "files=",
  key: "k",
  merge: "m",
  output: "o",
  stable: "s",
  "buffer-size": "S",
  "field-separator": "t",
  "temporary-directory": "T",
  parallel: "parallel=",
  unique: "u",
  "zero-terminated": "z",
});

const WORDS: ReadonlyMap<string, string> = new Map([
  ["general-numeric", "g"],
  ["human-numeric", "h"],
  ["month", "M"],
  ["numeric", "n"],
  ["random", "R"],
  ["version", "V"],
]);

interface Row {
  readonly line: OctetString;
  /** What each key compares. */
  readonly values: readonly unknown[];
}

interface Plan {
  readonly keys: readonly Key[];
  readonly tab: string | null;
  readonly isReversed: boolean;
  readonly isStable: boolean;
  readonly isUnique: boolean;
  readonly end: string;
}

export const sort: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "bdfghiMnRrVcCmsuz",
    values: "koStT",
    long: LONG,
  });
  if (parsed === null) return FAILED;
  const checks = checkMode(cx, parsed);
  const plan = checks === null ? null : planOf(cx, parsed);
  if (checks === null || plan === null) return FAILED;
  let { operands } = parsed;
  if (parsed.has("files")) {
    const list = await readOctets(cx, parsed.value("files")!);
    if (!list.ok) {
      cx.err(`sort: open failed: ${parsed.value("files")}: ${strerror(list.errno)}\n`);
      return FAILED;
    }
    operands = octetsToText(list.value).replace(/\0$/, "").split("\0");
  }
  if (operands.length === 0) operands = ["-"];
  if (checks !== "" && operands.length > 1) {
    cx.err(`sort: extra operand ${quoteName(operands[1]!)} not allowed with -${checks}\n`);
    return FAILED;
  }
  const files: OctetString[][] = [];
  for (const name of operands) {
    const lines = await readLines(cx, name, plan.end, checks === "" ? "cannot read" : "open failed");
    if (lines === null) return FAILED;
    files.push(lines);
  }
  if (checks !== "") return check(cx, plan, operands[0]!, files[0]!, checks);
  const sorted =
    parsed.has("m") && files.length > 1 ? merged(cx, plan, files) : ordered(cx, plan, files.flat());
  return write(cx, sorted, plan.end, parsed.value("o"));
};

/** `c`, `C` or nothing; null: both, which was told. */
function checkMode(cx: ToolContext, parsed: Options): string | null {
  let mode = parsed.has("c") ? "c" : "";
  if (parsed.has("C")) {
    if (mode === "c") {
      cx.err("sort: options '-cC' are incompatible\n");
      return null;
    }
    mode = "C";
  }
  if (!parsed.has("check")) return mode;
  const word = parsed.value("check") || "diagnose-first";
  const found = wordOf(cx, "check", word, ["quiet", "silent", "diagnose-first"]);
  return found === null ? null : found === "diagnose-first" ? "c" : "C";
}

function planOf(cx: ToolContext, parsed: Options): Plan | null {
  const fail = (text: string) => {
    cx.err(`sort: ${text}\n`);
    return null;
  };
  let letters = [...`${ORDERS}br`].filter(parsed.has).join("");
  for (const word of parsed.all("sort")) {
    const found = wordOf(cx, "sort", word, [...WORDS.keys()]);
    if (found === null) return null;
    letters += WORDS.get(found)!;
  }
  const given = textToOctets(parsed.value("t") ?? "\0\0");
  if (given === "") return fail("empty tab");
  const tab = given === "\0\0" ? null : given === "\\0" ? "\0" : given;
  if (tab !== null && tab.length > 1) return fail(`multi-character tab ${quote(cx, parsed.value("t")!)}`);
  if (parsed.has("S") && !/^\d+%$/.test(parsed.value("S")!)) {
    const size = parseSize(parsed.value("S")!, "bkKmMGTPEZY");
    if (typeof size === "string") return fail(`invalid -S argument '${parsed.value("S")}'`);
  }
  const global: Key = {
    fromField: 0,
    fromOctet: 0,
    toField: null,
    toOctet: 0,
    order: [...ORDERS].filter((letter) => letters.includes(letter)).join(""),
    isReversed: letters.includes("r"),
    skipsStartBlanks: letters.includes("b"),
    skipsEndBlanks: letters.includes("b"),
  };
  const keys: Key[] = [];
  for (const text of parsed.all("k")) {
    const key = parseKey(text);
    if ("why" in key)
      return key.isNumber
        ? fail(`${key.why}: invalid count at start of ${quote(cx, key.text)}`)
        : fail(`${key.why}: invalid field specification ${quote(cx, key.text)}`);
    const { order, isReversed, skipsStartBlanks, skipsEndBlanks } = global;
    keys.push(isPlainKey(key) ? { ...key, order, isReversed, skipsStartBlanks, skipsEndBlanks } : key);
  }
  // Without keys the whole line is one, unless nothing was asked of it.
  if (keys.length === 0 && (global.order !== "" || global.skipsStartBlanks)) keys.push(global);
  for (const { order } of keys) {
    const kinds = [..."ghMn"].filter((letter) => order.includes(letter)).length;
    if (kinds + Number(/[VRdi]/.test(order)) < 2) continue;
    return fail(
      `options '-${[..."digfhMnRV"].filter((letter) => letter !== "f" && order.includes(letter)).join("")}' are incompatible`,
    );
  }
  return {
    keys,
    tab,
    isReversed: global.isReversed,
    isStable: parsed.has("s"),
    isUnique: parsed.has("u"),
    end: parsed.has("z") ? "\0" : "\n",
  };
}

async function readLines(
  cx: ToolContext,
  name: string,
  end: string,
  why: string,
): Promise<OctetString[] | null> {
  const opened = openInput(cx, name);
  if (!opened.ok) {
    cx.err(`sort: ${why}: ${quoteNameIfNeeded(name)}: ${strerror(opened.errno)}\n`);
    return null;
  }
  const text = await opened.value.rest();
  closeInput(cx, opened.value);
  if (opened.value.errno !== null) {
    cx.err(`sort: read failed: ${quoteNameIfNeeded(name)}: ${strerror(opened.value.errno)}\n`);
    return null;
  }
  const lines = text.split(end);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** What makes rows of lines, and puts them in order. */
function comparer(cx: ToolContext, { keys, tab, isReversed, isStable, isUnique }: Plan) {
  const orders = keys.map(({ order }) => orderOf(order, cx.process.userland.options.seedRandom));
  const rowOf = (line: OctetString): Row => ({
    line,
    values: keys.map((key, i) => orders[i]!.value(keyText(line, key, tab))),
  });
  const byKeys = (a: Row, b: Row): number => {
    if (keys.length === 0) return isReversed ? compareText(b.line, a.line) : compareText(a.line, b.line);
    for (let i = 0; i < keys.length; i++) {
      const order = orders[i]!.compare(a.values[i] as never, b.values[i] as never);
      if (order !== 0) return keys[i]!.isReversed ? -order : order;
    }
    return 0;
  };
  const isLastResort = keys.length > 0 && !isStable && !isUnique;
  const compare = (a: Row, b: Row): number =>
    byKeys(a, b) ||
    (isLastResort ? (isReversed ? compareText(b.line, a.line) : compareText(a.line, b.line)) : 0);
  return { rowOf, byKeys, compare };
}

function ordered(cx: ToolContext, plan: Plan, lines: readonly OctetString[]): readonly OctetString[] {
  if (plan.keys.length === 0) {
    const sorted = lines.toSorted();
    const kept = plan.isUnique ? sorted.filter((line, i) => i === 0 || line !== sorted[i - 1]) : sorted;
    return plan.isReversed ? kept.toReversed() : kept;
  }
  const { rowOf, byKeys, compare } = comparer(cx, plan);
  const rows = lines.map(rowOf).sort(compare);
  return unique(plan, rows, byKeys).map(({ line }) => line);
}

function unique(plan: Plan, rows: readonly Row[], byKeys: (a: Row, b: Row) => number): readonly Row[] {
  return plan.isUnique ? rows.filter((row, i) => i === 0 || byKeys(rows[i - 1]!, row) !== 0) : rows;
}

/** `-m`: each file is taken to be in order. */
function merged(
  cx: ToolContext,
  plan: Plan,
  files: readonly (readonly OctetString[])[],
): readonly OctetString[] {
  const { rowOf, byKeys, compare } = comparer(cx, plan);
  const queues = files.map((lines) => ({ rows: lines.map(rowOf), at: 0 }));
  const out: Row[] = [];
  for (;;) {
    let first: (typeof queues)[number] | null = null;
    for (const queue of queues) {
      const row = queue.rows[queue.at];
      if (row !== undefined && (first === null || compare(row, first.rows[first.at]!) < 0)) first = queue;
    }
    if (first === null) break;
    out.push(first.rows[first.at++]!);
  }
  return unique(plan, out, byKeys).map(({ line }) => line);
}

function check(
  cx: ToolContext,
  plan: Plan,
  name: string,
  lines: readonly OctetString[],
  mode: string,
): number {
  const { rowOf, byKeys, compare } = comparer(cx, plan);
  let before: Row | null = null;
  for (const [i, line] of lines.entries()) {
    const row = rowOf(line);
    const isWrong = before !== null && (plan.isUnique ? byKeys(before, row) >= 0 : compare(before, row) > 0);
    if (isWrong) {
      if (mode === "c") cx.err(`sort: ${name}:${i + 1}: disorder: ${octetsToText(line)}\n`);
      return 1;
    }
    before = row;
  }
  return 0;
}

async function write(
  cx: ToolContext,
  lines: readonly OctetString[],
  end: string,
  path: string | undefined,
): Promise<number> {
  if (path !== undefined) {
    const opened = cx.process.userland.files.open(cx.process, path, "write");
    if (!opened.ok) {
      cx.err(`sort: open failed: ${quoteNameIfNeeded(path)}: ${strerror(opened.errno)}\n`);
      return FAILED;
    }
    cx.process.fds.set(1, opened.value);
  }
  for (const [i, line] of lines.entries()) {
    cx.outOctets(line + end);
    if (i % 512 === 511) await cx.drain();
  }
  return 0;
}
