/**
 * getopt(1) of util-linux: the words of a script's options in order, for `eval set --`.
 * @source util-linux 2.38, misc-utils/getopt.c
 */
import type { Tool, ToolContext } from "../tool.ts";
import { type Getopt, type GetoptSpec, getopt } from "./getopt.ts";

const STATUS_USAGE = 2;
const STATUS_TEST = 4;

/** What getopt(1) itself takes, up to the first operand. */
const OWN: GetoptSpec = {
  short: "ao:l:n:qQs:TuhV",
  long: {
    alternative: { name: "a" },
    options: { name: "o", value: "required" },
    longoptions: { name: "l", value: "required" },
    name: { name: "n", value: "required" },
    quiet: { name: "q" },
    "quiet-output": { name: "Q" },
    shell: { name: "s", value: "required" },
    test: { name: "T" },
    unquoted: { name: "u" },
  },
};

const HELP = "Try 'getopt --help' for more information.\n";

interface Wanted {
  readonly own: ReadonlyMap<string, string>;
  /** Letters that may be given, without the mark of the mode. */
  readonly short: string;
  readonly long: GetoptSpec["long"];
  readonly mode: "+" | "-" | "";
  readonly words: readonly string[];
}

export const getoptCommand: Tool = (cx) => {
  const args = cx.argv.slice(1);
  if (args.length === 0) {
    cx.err(`getopt: missing optstring argument\n${HELP}`);
    return STATUS_USAGE;
  }
  const wanted = args[0]!.startsWith("-") ? wantedOf(cx, args) : traditional(args);
  if (typeof wanted === "number") return wanted;
  const { own, words } = wanted;
  const name = own.get("n") ?? "getopt";
  const { parsed, errors } = read(name, words, wanted);
  if (!own.has("q")) for (const error of errors) cx.err(error);
  if (!own.has("Q")) cx.out(`${shown(parsed, wanted)}\n`);
  return errors.length === 0 ? 0 : 1;
};

/** The old form: letters, then words; nothing is quoted. */
function traditional(args: readonly string[]): Wanted {
  return { own: new Map([["u", ""]]), short: args[0]!, long: {}, mode: "", words: args.slice(1) };
}

function wantedOf(cx: ToolContext, args: readonly string[]): Wanted | number {
  const end = endOfOwn(args);
  const parsed = getopt("getopt", args.slice(0, end), OWN);
  if (parsed.error !== null) {
    cx.err(parsed.error + HELP);
    return STATUS_USAGE;
  }
  const own = new Map(parsed.options);
  if (own.has("T")) return STATUS_TEST;
  const long: Record<string, { readonly name: string; readonly value?: "required" | "optional" }> = {};
  for (const [letter, list] of parsed.options)
    if (letter === "l")
      for (const one of list.split(/[,\s]+/)) {
        const [, name = "", marks] = /^(.*?)(::?)?$/.exec(one)!;
        if (name !== "")
          long[name] = {
            name: `--${name}`,
            ...(marks ? { value: marks === "::" ? "optional" : "required" } : {}),
          };
      }
  const words = args[end] === "--" ? args.slice(end + 1) : args.slice(end);
  const letters = own.get("o") ?? words[0];
  if (letters === undefined) {
    cx.err(`getopt: missing optstring argument\n${HELP}`);
    return STATUS_USAGE;
  }
  const mode = letters.startsWith("+") ? "+" : letters.startsWith("-") ? "-" : "";
  return { own, short: letters.slice(mode.length), long, mode, words: own.has("o") ? words : words.slice(1) };
}

/** Where getopt's own options end. */
function endOfOwn(args: readonly string[]): number {
  let at = 0;
  while (at < args.length && args[at]!.startsWith("-") && args[at] !== "--" && args[at] !== "-") {
    const word = args[at]!;
    const takesNext =
      /^-[aqQTu]*[olns]$/.test(word) || (word.startsWith("--") && longTakesNext(word.slice(2)));
    at += takesNext ? 2 : 1;
  }
  return Math.min(at, args.length);
}

/** Does the next word belong to this long option, which may be cut short? */
function longTakesNext(start: string): boolean {
  const meant = Object.entries(OWN.long ?? {}).filter(([name]) => name.startsWith(start));
  return meant.length === 1 && meant[0]![1].value === "required";
}

/** Words are read one option at a time, so that a bad one stops nothing. */
function read(
  name: string,
  words: readonly string[],
  wanted: Wanted,
): { readonly parsed: Getopt; readonly errors: readonly string[] } {
  const options: [string, string][] = [];
  const operands: string[] = [];
  const errors: string[] = [];
  const spec: GetoptSpec = { short: wanted.short, long: wanted.long ?? {} };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "--") {
      operands.push(...words.slice(i + 1));
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      if (wanted.mode === "+") {
        operands.push(...words.slice(i));
        break;
      }
      if (wanted.mode === "-") options.push(["", word]);
      else operands.push(word);
      continue;
    }
    const long =
      wanted.own.has("a") && !word.startsWith("--") && isLong(word.slice(1), wanted) ? `-${word}` : word;
    const alone = getopt(name, [long], spec);
    const needsNext = alone.error?.includes("requires an argument") === true && i + 1 < words.length;
    const result = needsNext ? getopt(name, [long, words[++i]!], spec) : alone;
    options.push(...(result.options as [string, string][]));
    if (result.error !== null) errors.push(result.error);
  }
  return { parsed: { options, operands, error: null }, errors };
}

function isLong(word: string, { long }: Wanted): boolean {
  return Object.keys(long ?? {}).some((name) => name.startsWith(word.split("=")[0]!));
}

function shown({ options, operands }: Getopt, wanted: Wanted): string {
  const isCsh = /csh$/.test(wanted.own.get("s") ?? "");
  const quoted = (word: string) => {
    if (wanted.own.has("u")) return word;
    const plain = word.replaceAll("'", "'\\''");
    return `'${isCsh ? plain.replaceAll("!", "'\\!'").replaceAll("\n", "\\n") : plain}'`;
  };
  let out = "";
  for (const [name, value] of options) {
    if (name === "") out += ` ${quoted(value)}`;
    else if (name.startsWith("--")) {
      out += ` ${name}`;
      if (wanted.long?.[name.slice(2)]?.value !== undefined) out += ` ${quoted(value)}`;
    } else {
      out += ` -${name}`;
      if (wanted.short[wanted.short.indexOf(name) + 1] === ":") out += ` ${quoted(value)}`;
    }
  }
  return `${out} --${operands.map((word) => ` ${quoted(word)}`).join("")}`;
}
