/**
 * date(1) of GNU coreutils, on the run's virtual clock.
 * @source coreutils 9.1, src/date.c
 */
import { strerror } from "../../core/errno.ts";
import { formatDate, UTC, type Zone, zoneOf } from "../strftime.ts";
import { readFile, type Tool, type ToolContext } from "../tool.ts";
import { type Instant, parseDate } from "./date-parse.ts";
import { linesOf, usageError } from "./inputs.ts";
import { type Options, parseOptions } from "./options.ts";
import { quote } from "./quoting.ts";

const LONG = {
  date: "d",
  file: "f",
  "iso-8601": "I",
  reference: "r",
  "rfc-email": "R",
  "rfc-822": "R",
  "rfc-2822": "R",
  "rfc-3339": "rfc-3339=",
  set: "s",
  utc: "u",
  universal: "u",
  debug: "debug",
};

const ISO: ReadonlyMap<string, string> = new Map([
  ["", "%Y-%m-%d"],
  ["date", "%Y-%m-%d"],
  ["hours", "%Y-%m-%dT%H%:z"],
  ["minutes", "%Y-%m-%dT%H:%M%:z"],
  ["seconds", "%Y-%m-%dT%H:%M:%S%:z"],
  ["ns", "%Y-%m-%dT%H:%M:%S,%N%:z"],
]);

const RFC_3339: ReadonlyMap<string, string> = new Map([
  ["date", "%Y-%m-%d"],
  ["seconds", "%Y-%m-%d %H:%M:%S%:z"],
  ["ns", "%Y-%m-%d %H:%M:%S.%N%:z"],
]);

export const date: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "uR", values: "dfrs", optional: "I", long: LONG });
  if (parsed === null) return 1;
  const format = formatOf(cx, parsed);
  if (format === null) return 1;
  const zone = parsed.has("u") ? UTC : zoneOf(cx.env.get("TZ"));
  const now = nowOf(cx);
  const file = parsed.value("f");
  if (file !== undefined) return eachLine(cx, file, now, zone, format);
  const path = parsed.value("r");
  const at =
    path === undefined ? given(cx, parsed.value("d") ?? parsed.value("s"), now, zone) : modified(cx, path);
  if (at === null) return 1;
  cx.out(`${formatDate(format, at.seconds, at.nanos, zone)}\n`);
  return 0;
};

function nowOf(cx: ToolContext): Instant {
  const { now } = cx.host;
  return { seconds: cx.process.userland.options.epoch + Math.floor(now / 1e9), nanos: now % 1e9 };
}

function given(cx: ToolContext, text: string | undefined, now: Instant, zone: Zone): Instant | null {
  if (text === undefined) return now;
  // Nothing at all is the begin of the day.
  const at = parseDate(text.trim() === "" ? "0:00" : text, now, zone);
  if (at === null) cx.err(`date: invalid date ${quote(cx, text)}\n`);
  return at;
}

function modified(cx: ToolContext, path: string): Instant | null {
  const stat = cx.process.userland.files.stat(cx.process, path);
  if (!stat.ok) {
    cx.err(`date: ${path}: ${strerror(stat.errno)}\n`);
    return null;
  }
  const { mtime } = stat.value;
  return {
    seconds: cx.process.userland.options.epoch + Math.floor(mtime / 1e9),
    nanos: ((mtime % 1e9) + 1e9) % 1e9,
  };
}

async function eachLine(
  cx: ToolContext,
  path: string,
  now: Instant,
  zone: Zone,
  format: string,
): Promise<number> {
  const read = await readFile(cx, path);
  if (!read.ok) {
    cx.err(`date: ${path}: ${strerror(read.errno)}\n`);
    return 1;
  }
  let status = 0;
  for (const line of linesOf(read.value)) {
    const at = given(cx, line, now, zone);
    if (at === null) status = 1;
    else cx.out(`${formatDate(format, at.seconds, at.nanos, zone)}\n`);
  }
  return status;
}

/** Null: an error was told. */
function formatOf(cx: ToolContext, parsed: Options): string | null {
  let format: string | null = null;
  for (const [letter, value] of parsed.given) {
    const known = letter === "I" ? ISO : letter === "rfc-3339" ? RFC_3339 : null;
    if (known === null && letter !== "R") continue;
    const found = known === null ? "%a, %d %b %Y %H:%M:%S %z" : wanted(known, value);
    if (found === undefined) {
      badFormat(cx, letter === "I" ? "--iso-8601" : "--rfc-3339", value, known!);
      return null;
    }
    if (format !== null) {
      cx.err("date: multiple output formats specified\n");
      return null;
    }
    format = found;
  }
  const [operand, extra] = parsed.operands;
  if (extra !== undefined) {
    usageError(cx, `extra operand ${quote(cx, extra)}`);
    return null;
  }
  if (operand === undefined) return format ?? "%a %b %e %H:%M:%S %Z %Y";
  if (operand.startsWith("+")) {
    if (format === null) return operand.slice(1);
    cx.err("date: multiple output formats specified\n");
    return null;
  }
  cx.err(`date: invalid date ${quote(cx, operand)}\n`);
  return null;
}

function wanted(known: ReadonlyMap<string, string>, value: string): string | undefined {
  if (known.has(value)) return known.get(value);
  const name = [...known.keys()].find((one) => value !== "" && one.startsWith(value));
  return name === undefined ? undefined : known.get(name);
}

function badFormat(cx: ToolContext, option: string, value: string, known: ReadonlyMap<string, string>): void {
  const names = option === "--iso-8601" ? ["hours", "minutes", "date", "seconds", "ns"] : [...known.keys()];
  const list = names.map((name) => `  - ${quote(cx, name)}\n`).join("");
  usageError(
    cx,
    `invalid argument ${quote(cx, value)} for ${quote(cx, option)}\nValid arguments are:\n${list.trimEnd()}`,
  );
}
