/**
 * grep(1) of GNU: its command line. What it looks for is in grep-pattern.ts, the search in grep-search.ts.
 * @source grep 3.8, src/grep.c
 */
import { strerror } from "../../core/errno.ts";
import { readFile, type Tool, type ToolContext } from "../tool.ts";
import { compileMatcher, type Dialect, type Matcher, PatternError } from "./grep-pattern.ts";
import { GrepSearch, type SearchOptions } from "./grep-search.ts";
import { linesOf } from "./inputs.ts";
import { type Options, parseOptions } from "./options.ts";
import { quote } from "./quoting.ts";

const LONG = {
  "basic-regexp": "G",
  "extended-regexp": "E",
  "fixed-strings": "F",
  "fixed-regexp": "F",
  "perl-regexp": "P",
  "after-context": "A",
  "before-context": "B",
  context: "C",
  "group-separator": "group-separator=",
  "no-group-separator": "no-group-separator",
  "binary-files": "binary-files=",
  "line-buffered": "line-buffered",
  color: "color=?",
  colour: "color=?",
  count: "c",
  devices: "D",
  directories: "d",
  exclude: "exclude=",
  "exclude-from": "exclude-from=",
  "exclude-dir": "exclude-dir=",
  file: "f",
  "files-with-matches": "l",
  "files-without-match": "L",
  help: "help",
  include: "include=",
  "ignore-case": "i",
  "no-ignore-case": "no-ignore-case",
  "initial-tab": "T",
  label: "label=",
  "line-number": "n",
  "line-regexp": "x",
  "max-count": "m",
  "no-filename": "h",
  "no-messages": "s",
  null: "Z",
  "null-data": "z",
  "only-matching": "o",
  quiet: "q",
  recursive: "r",
  "dereference-recursive": "R",
  regexp: "e",
  "invert-match": "v",
  silent: "q",
  text: "a",
  binary: "U",
  "unix-byte-offsets": "u",
  version: "V",
  "with-filename": "H",
  "word-regexp": "w",
  "byte-offset": "b",
};

const USAGE = "Usage: grep [OPTION]... PATTERNS [FILE]...\n";
const VERSION = "grep (GNU grep) 3.8\n";

/** Something that ends the run before it began. */
class Refusal extends Error {
  constructor(
    message: string,
    readonly status = 2,
  ) {
    super(message);
  }
}

export const grep: Tool = async (cx) => {
  const told = withUsage(cx);
  const parsed = parseOptions(told, {
    flags: "EFGPIHLTUVZabchilnoqrRsuvwxyz",
    values: "ABCDXdefm",
    long: LONG,
    digits: "C",
  });
  if (parsed === null) return 2;
  if (parsed.has("V")) {
    cx.out(VERSION);
    return 0;
  }
  if (parsed.has("help")) {
    cx.out(USAGE);
    return 0;
  }
  try {
    const dialect = dialectOf(cx, parsed);
    const options = searchOptions(cx, parsed);
    const operands = [...parsed.operands];
    const matcher = await matcherOf(cx, parsed, dialect, operands);
    if (matcher === null) {
      cx.err(`${USAGE}Try '${cx.argv[0]} --help' for more information.\n`);
      return 2;
    }
    return await new GrepSearch(cx, options, matcher).run(operands);
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof PatternError)) throw error;
    cx.err(`grep: ${error.message}\n`);
    return error instanceof Refusal ? error.status : 2;
  }
};

/** Its usage stands before the hint at `--help`. */
function withUsage(cx: ToolContext): ToolContext {
  return Object.create(cx, {
    argv: { value: ["grep", ...cx.argv.slice(1)] },
    err: { value: (text: string) => cx.err(text.replace(/^Try /m, `${USAGE}Try `)) },
  }) as ToolContext;
}

/** Null: there is no pattern. Takes the first operand away if it is one. */
async function matcherOf(
  cx: ToolContext,
  parsed: Options,
  dialect: Dialect,
  operands: string[],
): Promise<Matcher | null> {
  const patterns: string[] = [];
  for (const [letter, value] of parsed.given) {
    if (letter === "e") patterns.push(...value.split("\n"));
    if (letter !== "f") continue;
    const read = await readFile(cx, value);
    if (!read.ok) throw new Refusal(`${value}: ${strerror(read.errno)}`);
    patterns.push(...linesOf(read.value));
  }
  if (!parsed.has("e") && !parsed.has("f")) {
    const pattern = operands.shift();
    if (pattern === undefined) return null;
    patterns.push(...pattern.split("\n"));
  }
  const lastCase = parsed.given.findLast(
    ([letter]) => "iy".includes(letter) || letter === "no-ignore-case",
  )?.[0];
  return compileMatcher(
    patterns,
    {
      dialect,
      ignoresCase: lastCase === "i" || lastCase === "y",
      isWord: parsed.has("w") && !parsed.has("x"),
      isLine: parsed.has("x"),
      isMultiline: parsed.has("z"),
    },
    (text) => cx.err(`grep: warning: ${text}\n`),
  );
}

const DIALECTS: ReadonlyMap<string, Dialect> = new Map<string, Dialect>([
  ["G", "basic"],
  ["E", "extended"],
  ["F", "fixed"],
  ["P", "perl"],
  ["grep", "basic"],
  ["egrep", "extended"],
  ["fgrep", "fixed"],
  ["awk", "extended"],
  ["gawk", "extended"],
  ["posixawk", "extended"],
  ["perl", "perl"],
]);

function dialectOf(cx: ToolContext, parsed: Options): Dialect {
  const name = cx.argv[0]!.split("/").at(-1)!;
  let found: Dialect | null = null;
  for (const [letter, value] of parsed.given) {
    const dialect =
      letter === "X" ? DIALECTS.get(value) : "GEFP".includes(letter) ? DIALECTS.get(letter) : null;
    if (dialect === null) continue;
    if (dialect === undefined) throw new Refusal(`invalid matcher ${value}`);
    // Perl's is not combined with another; of the rest the last one counts.
    if (found !== null && found !== dialect && (found === "perl" || dialect === "perl"))
      throw new Refusal("conflicting matchers specified");
    found = dialect;
  }
  return found ?? (name === "egrep" ? "extended" : name === "fgrep" ? "fixed" : "basic");
}

function contextOf(parsed: Options, letter: string): number | null {
  const value = parsed.value(letter);
  if (value === undefined) return null;
  if (!/^\d+$/.test(value)) throw new Refusal(`${value}: invalid context length argument`);
  return Number(value);
}

function searchOptions(cx: ToolContext, parsed: Options): SearchOptions {
  const around = contextOf(parsed, "C");
  const [before, after] = [contextOf(parsed, "B") ?? around, contextOf(parsed, "A") ?? around];
  const max = parsed.value("m");
  if (max !== undefined && !/^-?\d+$/.test(max)) throw new Refusal("invalid max count");
  const binary = parsed.value("binary-files");
  if (binary !== undefined && !["binary", "text", "without-match"].includes(binary))
    throw new Refusal("unknown binary-files type");
  const directories = parsed.given.findLast(([letter]) => "drR".includes(letter));
  const action = directories?.[0] === "d" ? directories[1] : directories === undefined ? "read" : "recurse";
  if (!["read", "recurse", "skip"].includes(action)) throw new Refusal(badDirectories(cx, action), 1);
  const lastList = parsed.given.findLast(([letter]) => "lL".includes(letter))?.[0] ?? null;
  const lastName = parsed.given.findLast(([letter]) => "hH".includes(letter))?.[0] ?? null;
  return {
    inverts: parsed.has("v"),
    counts: parsed.has("c"),
    lists: lastList as "l" | "L" | null,
    isQuiet: parsed.has("q"),
    isSilent: parsed.has("s"),
    onlyMatches: parsed.has("o"),
    showsNumbers: parsed.has("n"),
    showsOffsets: parsed.has("b"),
    showsNames: lastName === null ? null : lastName === "H",
    alignsByTab: parsed.has("T"),
    endsNamesByNul: parsed.has("Z"),
    before: before ?? 0,
    after: after ?? 0,
    hasContext: before !== null || after !== null,
    separator: parsed.has("no-group-separator") ? null : (parsed.value("group-separator") ?? "--"),
    max: max === undefined || Number(max) < 0 ? Number.POSITIVE_INFINITY : Number(max),
    end: parsed.has("z") ? "\0" : "\n",
    binary: parsed.has("a") ? "text" : parsed.has("I") ? "without-match" : (binary ?? "binary"),
    directories: action as SearchOptions["directories"],
    followsLinks: parsed.given.findLast(([letter]) => "rR".includes(letter))?.[0] === "R",
    flushes: parsed.has("line-buffered"),
    label: parsed.value("label") ?? "(standard input)",
    rules: parsed.given.filter(([letter]) => ["include", "exclude", "exclude-dir"].includes(letter)),
    colors: parsed.value("color") === "always" ? colorsOf(cx.env.get("GREP_COLORS") ?? "") : null,
  };
}

function badDirectories(cx: ToolContext, action: string): string {
  const known = ["read", "recurse", "skip"].map((word) => `  - ${quote(cx, word)}\n`).join("");
  return `invalid argument ${quote(cx, action)} for ${quote(cx, "--directories")}\nValid arguments are:\n${known}${USAGE}Try 'grep --help' for more information.`;
}

function colorsOf(setting: string): ReadonlyMap<string, string> {
  const colors = new Map([
    ["ms", "01;31"],
    ["mc", "01;31"],
    ["sl", ""],
    ["cx", ""],
    ["fn", "35"],
    ["ln", "32"],
    ["bn", "32"],
    ["se", "36"],
  ]);
  for (const part of setting.split(":")) {
    const [name = "", value] = part.split("=");
    if (value === undefined || !/^[\d;]*$/.test(value)) continue;
    if (name === "mt") colors.set("ms", value).set("mc", value);
    else if (colors.has(name)) colors.set(name, value);
  }
  return colors;
}
