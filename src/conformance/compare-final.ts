/** Compares the tables of all namespaces at the end of two recordings. */
import type { Difference } from "./difference.ts";
import { FINAL_DUMPS } from "./final-dumps.ts";
import { CAPTURE_CHANGES, FINAL_SKIPS, type FinalSkip, IGMP_COUNTS, RANDOM_COUNTS } from "./final-skips.ts";
import { normalizeText, RANDOM_MAC } from "./normalize.ts";
import { hasIgmp, hasRandomFrames } from "./random-frames.ts";
import type { FinalTables, Recording } from "./recording.ts";

export interface TablesResult {
  readonly equal: number;
  readonly total: number;
  readonly differences: readonly Difference[];
  readonly leftOut: readonly { readonly what: string; readonly reason: string }[];
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const FOREVER = 0xffff_ffff;
/** Columns of counters stand in proc files as two lines, names and numbers. */
const COUNTER_FILES = new Set(["proc_net_snmp", "proc_net_netstat"]);
/** Tables in the order of a seeded hash. */
const HASH_ORDERED = new Set(["neigh.json", "fdb.json", "proc_net_arp"]);

export function compareFinal(reference: Recording, other: Recording): TablesResult {
  const skips = [
    ...FINAL_SKIPS,
    ...(reference.steps.some((step) => step.without_capture) ? CAPTURE_CHANGES : []),
    ...(hasRandomFrames(reference) ? RANDOM_COUNTS : []),
    ...(hasIgmp(reference) ? IGMP_COUNTS : []),
  ];
  const differences: Difference[] = [];
  const leftOut: { what: string; reason: string }[] = [];
  let equal = 0;
  let total = 0;
  const judge = (where: string, expected: string, actual: string) => {
    total++;
    if (expected === actual) equal++;
    else differences.push(tableDifference(where, expected, actual));
  };
  for (const ns of new Set([...reference.final.keys(), ...other.final.keys()])) {
    const [a, b] = [reference.final.get(ns), other.final.get(ns)];
    if (a === undefined || b === undefined) {
      const state = (tables: FinalTables | undefined) => (tables === undefined ? "does not exist" : "exists");
      judge(`final/${ns}`, `namespace ${ns} ${state(a)}\n`, `namespace ${ns} ${state(b)}\n`);
      continue;
    }
    for (const { file } of FINAL_DUMPS) {
      const own = skips.filter((skip) => skip.file === file);
      const whole = own.find((skip) => skip.keys === undefined && skip.lines === undefined);
      if (whole !== undefined) {
        if (!leftOut.some((item) => item.what === file)) leftOut.push({ what: file, reason: whole.reason });
        continue;
      }
      if (reference.unstable.tables?.includes(`${ns}/${file}`)) {
        leftOut.push({ what: `${ns}/${file}`, reason: "two runs of the kernel differ here" });
        continue;
      }
      judge(`final/${ns}/${file}`, tableText(file, a.get(file), own), tableText(file, b.get(file), own));
    }
  }
  return { equal, total, differences, leftOut };
}

function tableDifference(where: string, expected: string, actual: string): Difference {
  return {
    kind: "table",
    where,
    item: where,
    step: null,
    command: null,
    at: Number.POSITIVE_INFINITY,
    expected,
    actual,
    lastCommon: null,
  };
}

/** A table as lines of which each stands for itself, without what is random. */
export function tableText(file: string, text: string | undefined, skips: readonly FinalSkip[]): string {
  if (text === undefined) return "(no such file)";
  const keys = new Set(skips.flatMap((skip) => skip.keys ?? []));
  const lines = file.endsWith(".json")
    ? jsonLines(text, keys, HASH_ORDERED.has(file))
    : COUNTER_FILES.has(file)
      ? counterLines(text, keys)
      : plainLines(text, skips);
  if (HASH_ORDERED.has(file) && !file.endsWith(".json")) lines.sort();
  return lines.map((line) => `${line}\n`).join("");
}

function plainLines(text: string, skips: readonly FinalSkip[]): string[] {
  const lines = normalizeText(text, "")
    .split("\n")
    .filter((line) => !skips.some((skip) => skip.lines?.test(line)));
  if (lines.at(-1) === "") lines.pop();
  return sortRuns(lines, /^\S+ dev \S+ (lladdr|INCOMPLETE|FAILED| ref|used| used)/);
}

/** Sorts the lines that match, each run of them by itself. */
function sortRuns(lines: readonly string[], pattern: RegExp): string[] {
  const result: string[] = [];
  let run: string[] = [];
  for (const line of [...lines, null]) {
    if (line !== null && pattern.test(line)) {
      run.push(line);
      continue;
    }
    result.push(...run.sort());
    run = [];
    if (line !== null) result.push(line);
  }
  return result;
}

/** `Ip.InReceives 4`, from a line of names and a line of numbers. */
function counterLines(text: string, skippedGroups: ReadonlySet<string>): string[] {
  const rows = text.split("\n").filter((line) => line !== "");
  const lines: string[] = [];
  for (let i = 0; i + 1 < rows.length; i += 2) {
    const names = rows[i]!.split(" ");
    const numbers = rows[i + 1]!.split(" ");
    const group = names[0]!.replace(/:$/, "");
    if (skippedGroups.has(group)) continue;
    for (let k = 1; k < names.length; k++) lines.push(`${group}.${names[k]} ${numbers[k] ?? "(missing)"}`);
  }
  return lines;
}

/** One line for each value: `eth0.stats64.rx.bytes 280`. Entries keep their order, or are sorted as wholes. */
function jsonLines(text: string, skippedKeys: ReadonlySet<string>, isSorted: boolean): string[] {
  if (text.trim() === "") return [];
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return [`(not JSON) ${text}`];
  }
  const entries = (Array.isArray(value) ? value : [value]).map((entry, i) => {
    const kept = withoutRandom(entry, skippedKeys);
    return [...valueLines(entryName(kept) ?? `${i}`, kept)];
  });
  if (isSorted) entries.sort((a, b) => (a.join() < b.join() ? -1 : 1));
  return entries.flat();
}

/** By what people call it. */
function entryName(entry: Json): string | null {
  if (entry === null || typeof entry !== "object" || Array.isArray(entry)) return null;
  const parts = [entry.type, entry.dst ?? entry.mac, entry.dev ?? entry.ifname, entry.table].filter(
    (part) => typeof part === "string",
  );
  return parts.length === 0 ? null : parts.join(" ");
}

function* valueLines(path: string, value: Json): Iterable<string> {
  const isPlainList =
    Array.isArray(value) && value.every((item) => item === null || typeof item !== "object");
  if (value === null || typeof value !== "object" || isPlainList) yield `${path} ${JSON.stringify(value)}`;
  else for (const [key, item] of Object.entries(value)) yield* valueLines(`${path}.${key}`, item);
}

function withoutRandom(value: Json, skippedKeys: ReadonlySet<string>): Json {
  if (typeof value === "string") return value.replace(RANDOM_MAC, "MAC");
  if (Array.isArray(value)) return value.map((item) => withoutRandom(item, skippedKeys));
  if (value === null || typeof value !== "object") return value;
  const kept: { [key: string]: Json } = {};
  for (const [key, item] of Object.entries(value)) {
    if (skippedKeys.has(key)) continue;
    const isLifeTime = key === "valid_life_time" || key === "preferred_life_time";
    kept[key] = isLifeTime && item !== FOREVER ? "SECONDS" : withoutRandom(item, skippedKeys);
  }
  return kept;
}
