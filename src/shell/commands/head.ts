/**
 * head(1) of GNU coreutils.
 * @source coreutils 9.1, src/head.c
 */
import type { OctetString } from "../../core/octets.ts";
import type { OctetReader } from "../octet-reader.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { eachInput } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quote, quoteName } from "./quoting.ts";
import { parseSize } from "./sizes.ts";

const SUFFIXES = "bkKmMGTPEZY0";
/** head reads by as much as BUFSIZ is. */
const BLOCK = 8192;

interface Count {
  readonly isLines: boolean;
  /** All but the last so many. */
  readonly isElided: boolean;
  readonly value: number;
}

/** `-5`, `-5c`, `-5kqv`: the old form, as the first argument only. Null: it was refused. */
function modern(cx: ToolContext, argv: readonly string[]): readonly string[] | null {
  const match = /^-(\d+)(.*)$/.exec(argv[1] ?? "");
  if (match === null) return argv;
  let [unit, scale, more] = ["-n", "", ""];
  for (const letter of match[2]!) {
    if ("bkm".includes(letter)) [unit, scale] = ["-c", letter];
    else if (letter === "c") [unit, scale] = ["-c", ""];
    else if (letter === "l") unit = "-n";
    else if ("qvz".includes(letter)) more += letter;
    else {
      cx.err(`head: invalid trailing option -- ${letter}\nTry 'head --help' for more information.\n`);
      return null;
    }
  }
  return [argv[0]!, unit, match[1]! + scale, ...(more === "" ? [] : [`-${more}`]), ...argv.slice(2)];
}

function countOf(cx: ToolContext, letter: string, text: string): Count | null {
  const isElided = text.startsWith("-");
  const size = parseSize(isElided ? text.slice(1) : text, SUFFIXES);
  if (typeof size !== "string") return { isLines: letter === "n", isElided, value: size.value };
  const why = size === "overflow" ? ": Value too large for defined data type" : "";
  const shown = quote(cx, isElided ? text.slice(1) : text);
  cx.err(`head: invalid number of ${letter === "n" ? "lines" : "bytes"}: ${shown}${why}\n`);
  return null;
}

export const head: Tool = async (cx) => {
  const argv = modern(cx, cx.argv);
  if (argv === null) return 1;
  const parsed = parseOptions(
    cx,
    {
      flags: "qvz",
      values: "nc",
      long: { lines: "n", bytes: "c", quiet: "q", silent: "q", verbose: "v", "zero-terminated": "z" },
    },
    argv,
  );
  if (parsed === null) return 1;
  let count: Count | null = { isLines: true, isElided: false, value: 10 };
  let headers: "q" | "v" | null = null;
  for (const [letter, value] of parsed.given) {
    if (letter === "n" || letter === "c") count = countOf(cx, letter, value);
    else if (letter === "q" || letter === "v") headers = letter;
    if (count === null) return 1;
  }
  const showsNames = headers === "v" || (headers === null && parsed.operands.length > 1);
  const end = parsed.has("z") ? "\0" : "\n";
  let isFirst = true;
  return eachInput(
    cx,
    parsed.operands,
    async (reader, name) => {
      if (showsNames) cx.out(`${isFirst ? "" : "\n"}==> ${name === "-" ? "standard input" : name} <==\n`);
      isFirst = false;
      await (count.isLines ? lines : octets)(cx, reader, count, end);
    },
    {
      block: BLOCK,
      explain: (path, why) => `cannot open ${quoteName(path)} for reading: ${why}`,
      explainRead: (path, why) => `error reading ${quoteName(path)}: ${why}`,
    },
  );
};

async function octets(cx: ToolContext, reader: OctetReader, { isElided, value }: Count): Promise<void> {
  let left = value;
  let held: OctetString = "";
  while (isElided || left > 0) {
    const block = await reader.take(isElided ? undefined : left);
    if (block === null) return;
    if (isElided) {
      held += block;
      cx.outOctets(held.slice(0, Math.max(0, held.length - value)));
      held = held.slice(Math.max(0, held.length - value));
    } else {
      cx.outOctets(block);
      left -= block.length;
    }
    await cx.drain();
  }
}

async function lines(cx: ToolContext, reader: OctetReader, count: Count, end: string): Promise<void> {
  const { isElided, value } = count;
  if (value === 0 && !isElided) return;
  const queue: OctetString[] = [];
  /** Of the queue, so many are gone. */
  let gone = 0;
  let shown = 0;
  await reader.eachLine(
    (line, hasEnd) => {
      const text = hasEnd ? line + end : line;
      if (!isElided) {
        cx.outOctets(text);
        return ++shown >= value;
      }
      queue.push(text);
      if (queue.length - gone > value) cx.outOctets(queue[gone++]!);
      if (gone > 4096) {
        queue.splice(0, gone);
        gone = 0;
      }
      return false;
    },
    () => cx.drain(),
    end,
  );
  await cx.drain();
}
