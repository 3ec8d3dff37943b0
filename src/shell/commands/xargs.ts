/**
 * xargs(1) of GNU findutils.
 * @source findutils 4.9, xargs/xargs.c
 * @differs `-P` runs one command after another
 */

import { strerror } from "../../core/errno.ts";
import { readFile, type Tool, type ToolContext } from "../tool.ts";
import { C_ESCAPES } from "./c-escapes.ts";
import { type Options, parseOptions } from "./options.ts";
import { quote } from "./quoting.ts";

const LONG = {
  null: "0",
  "arg-file": "a",
  delimiter: "d",
  eof: "E",
  replace: "i",
  "max-lines": "l",
  "max-args": "n",
  "no-run-if-empty": "r",
  "max-chars": "s",
  verbose: "t",
  exit: "x",
  "max-procs": "P",
  interactive: "p",
};

/** Room for the words of a command, as xargs reckons by default. */
const SIZE_USUAL = 131_072;

/** Ends the run; the message was told. */
class Ended extends Error {
  constructor(readonly status: number) {
    super();
  }
}

export const xargs: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "0rtxpo",
    values: "aEILdPsn",
    optional: "iel",
    long: LONG,
    stopsAtOperand: true,
  });
  if (parsed === null) return 1;
  try {
    const numbers = new Map(["n", "L", "s", "P"].map((letter) => [letter, numberOf(cx, parsed, letter)]));
    return await run(cx, parsed, numbers);
  } catch (error) {
    if (error instanceof Ended) return error.status;
    throw error;
  }
};

function numberOf(cx: ToolContext, parsed: Options, letter: string): number | null {
  const value = parsed.value(letter);
  if (value === undefined) return null;
  const least = letter === "P" ? 0 : 1;
  if (/^\d+$/.test(value) && Number(value) >= least) return Number(value);
  const fault = /^-?\d+$/.test(value)
    ? `value ${value} for -${letter} option should be >= ${least}`
    : `invalid number "${value}" for -${letter} option`;
  cx.err(`xargs: ${fault}\nTry 'xargs --help' for more information.\n`);
  throw new Ended(1);
}

async function run(
  cx: ToolContext,
  parsed: Options,
  numbers: ReadonlyMap<string, number | null>,
): Promise<number> {
  const command = parsed.operands.length > 0 ? parsed.operands : ["echo"];
  const replaced = parsed.has("i") && !parsed.has("I") ? parsed.value("i") || "{}" : parsed.value("I");
  const text = await inputOf(cx, parsed);
  const lines = parsed.has("l") ? Number(parsed.value("l") || 1) : (numbers.get("L") ?? null);
  const items = itemsOf(cx, parsed, text, replaced !== undefined);
  const size = numbers.get("s") ?? SIZE_USUAL;
  const count = replaced !== undefined ? 1 : (numbers.get("n") ?? Number.POSITIVE_INFINITY);
  const batches = batched(items, lines, count, size - octets(command));
  if (batches.length === 0 && !parsed.has("r") && replaced === undefined) batches.push([]);
  let status = 0;
  for (const batch of batches) {
    const argv =
      replaced === undefined
        ? [...command, ...batch]
        : command.map((word, i) => (i === 0 ? word : word.replaceAll(replaced, batch[0]!)));
    status = Math.max(status, await runOne(cx, argv, parsed.has("t")));
  }
  return status;
}

async function inputOf(cx: ToolContext, parsed: Options): Promise<string> {
  const path = parsed.value("a");
  if (path === undefined) return cx.readAll();
  const read = await readFile(cx, path);
  if (read.ok) return read.value;
  cx.err(`xargs: Cannot open input file ${quote(cx, path)}: ${strerror(read.errno)}\n`);
  throw new Ended(1);
}

interface Item {
  readonly text: string;
  /** Is it the last one of its line? */
  readonly endsLine: boolean;
}

function itemsOf(cx: ToolContext, parsed: Options, text: string, isByLine: boolean): Item[] {
  const delimiter = delimiterOf(cx, parsed);
  if (delimiter !== null) {
    const parts = text.split(delimiter);
    if (parts.at(-1) === "") parts.pop();
    return parts.map((part) => ({ text: part, endsLine: true }));
  }
  const found = words(cx, text, isByLine);
  const end = parsed.value("E") ?? parsed.value("e");
  const at = end === undefined || end === "" ? -1 : found.findIndex((item) => item.text === end);
  return at < 0 ? found : found.slice(0, at);
}

function delimiterOf(cx: ToolContext, parsed: Options): string | null {
  const last = parsed.given.findLast(([letter]) => letter === "0" || letter === "d");
  if (last === undefined) return null;
  if (last[0] === "0") return "\0";
  const [, text] = last;
  if ([...text].length === 1) return text;
  const match = /^\\(?:x([0-9a-fA-F]+)|([0-7]+)|(.))$/.exec(text);
  const named = match?.[3] === undefined ? undefined : C_ESCAPES.get(match[3]);
  if (named !== undefined) return named;
  if (match !== null && match[3] === undefined)
    return String.fromCharCode(Number.parseInt(match[1] ?? match[2]!, match[1] === undefined ? 8 : 16));
  cx.err(
    `xargs: Invalid input delimiter specification ${text}: the delimiter must be either a single character or an escape sequence starting with \\.\n`,
  );
  throw new Ended(1);
}

/** Words with quotes and backslashes; by line, blanks inside a line stay. */
function words(cx: ToolContext, text: string, isByLine: boolean): Item[] {
  const found: Item[] = [];
  let word: string | null = null;
  const push = (endsLine: boolean) => {
    if (word !== null) found.push({ text: word, endsLine });
    else if (endsLine && found.length > 0) found[found.length - 1] = { ...found.at(-1)!, endsLine };
    word = null;
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    // A blank at its end joins a line to the next one.
    if (character === "\n") push(isByLine || !/[ \t]/.test(text[at - 1] ?? ""));
    else if (/[ \t]/.test(character) && !isByLine) push(false);
    else if (/[ \t]/.test(character) && word === null) continue;
    else if (character === "'" || character === '"') {
      const end = text.indexOf(character, at + 1);
      if (end < 0 || text.slice(at, end).includes("\n")) {
        const kind = character === '"' ? "double" : "single";
        cx.err(
          `xargs: unmatched ${kind} quote; by default quotes are special to xargs unless you use the -0 option\n`,
        );
        throw new Ended(1);
      }
      word = (word ?? "") + text.slice(at + 1, end);
      at = end;
    } else if (character === "\\") word = (word ?? "") + (text[++at] ?? "");
    else word = (word ?? "") + character;
  }
  push(true);
  return found;
}

function octets(argv: readonly string[]): number {
  return argv.reduce((sum, word) => sum + word.length + 1, 0);
}

function batched(items: readonly Item[], lines: number | null, count: number, room: number): string[][] {
  const batches: string[][] = [];
  let batch: string[] = [];
  let linesTaken = 0;
  const flush = () => {
    if (batch.length > 0) batches.push(batch);
    [batch, linesTaken] = [[], 0];
  };
  for (const { text, endsLine } of items) {
    if (batch.length > 0 && octets(batch) + text.length + 1 > room) flush();
    batch.push(text);
    if (endsLine) linesTaken++;
    if (lines !== null ? linesTaken >= lines : batch.length >= count) flush();
  }
  flush();
  return batches;
}

async function runOne(cx: ToolContext, argv: readonly string[], isVerbose: boolean): Promise<number> {
  const [name = ""] = argv;
  if (isVerbose) cx.err(`${argv.map(shown).join(" ")}\n`);
  const errno = cx.missing(name);
  if (errno !== null) {
    cx.err(`xargs: ${name}: ${strerror(errno === "EISDIR" ? "EACCES" : errno)}\n`);
    throw new Ended(errno === "ENOENT" ? 127 : 126);
  }
  const child = cx.fork(argv);
  const status = (await cx.process.waitFor(child))!;
  if (child.diedOf !== null) {
    cx.err(`xargs: ${name}: terminated by signal ${status - 128}\n`);
    throw new Ended(125);
  }
  if (status === 255) {
    cx.err(`xargs: ${name}: exited with status 255; aborting\n`);
    throw new Ended(124);
  }
  return status === 0 ? 0 : 123;
}

/** As `-t` shows a word: quoted where a shell would need it. */
function shown(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
