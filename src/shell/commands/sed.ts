/**
 * sed(1) of GNU: its command line. The language is in sed-script.ts, what it does in sed-run.ts.
 * @source sed 4.9
 * @differs `--debug` is accepted and shows nothing; `--help` is the first line
 */

import { strerror } from "../../core/errno.ts";
import { RegexLimit } from "../posix-regex.ts";
import { readFile, type Tool, type ToolContext } from "../tool.ts";
import { type Options, parseOptions } from "./options.ts";
import { Sed } from "./sed-run.ts";
import { parseSed, SedError, type SedSource, STATUS_PANIC } from "./sed-script.ts";

const LONG = {
  quiet: "n",
  silent: "n",
  debug: "debug",
  expression: "e",
  file: "f",
  "follow-symlinks": "follow-symlinks",
  "regexp-extended": "E",
  "in-place": "i",
  "line-length": "l",
  "null-data": "z",
  posix: "posix",
  separate: "s",
  sandbox: "sandbox",
  unbuffered: "u",
  binary: "b",
  version: "version",
  help: "help",
};

const USAGE = "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n";

export const sed: Tool = async (cx) => {
  const told = Object.create(cx, {
    err: { value: (text: string) => cx.err(text.replace(/^Try .*\n/m, USAGE)) },
  }) as ToolContext;
  const parsed = parseOptions(told, { flags: "nErsuzb", values: "efl", optional: "i", long: LONG });
  if (parsed === null) return 1;
  if (parsed.has("version") || parsed.has("help")) {
    cx.out(parsed.has("help") ? USAGE : "sed (GNU sed) 4.9\n");
    return 0;
  }
  const operands = [...parsed.operands];
  const sources = await sourcesOf(cx, parsed, operands);
  if (typeof sources === "number") return sources;
  try {
    const program = parseSed(sources, {
      isExtended: parsed.has("E") || parsed.has("r"),
      isPosix: parsed.has("posix"),
      isSandboxed: parsed.has("sandbox"),
      hasNulLines: parsed.has("z"),
    });
    const run = new Sed(cx, program, operands.length === 0 ? ["-"] : operands, {
      isQuiet: parsed.has("n") || program.isQuiet,
      isSeparate: parsed.has("s") || parsed.has("i"),
      suffix: parsed.has("i") ? parsed.value("i")! : null,
      end: parsed.has("z") ? "\0" : "\n",
      isPosix: parsed.has("posix"),
      isUnbuffered: parsed.has("u"),
      width: Number(parsed.value("l") ?? 70),
    });
    return await run.run();
  } catch (error) {
    if (!(error instanceof SedError || error instanceof RegexLimit)) throw error;
    cx.err(`sed: ${error.message}\n`);
    return error instanceof SedError ? error.status : STATUS_PANIC;
  }
};

/** The parts of the script; takes the first operand away if it is the script. A number: the status of an error. */
async function sourcesOf(
  cx: ToolContext,
  parsed: Options,
  operands: string[],
): Promise<SedSource[] | number> {
  const sources: SedSource[] = [];
  for (const [letter, value] of parsed.given) {
    if (letter === "e") sources.push({ text: value, file: null });
    if (letter !== "f") continue;
    const read = await readFile(cx, value);
    if (!read.ok) {
      cx.err(`sed: couldn't open file ${value}: ${strerror(read.errno)}\n`);
      return STATUS_PANIC;
    }
    sources.push({ text: read.value.replace(/\n$/, ""), file: value });
  }
  if (sources.length > 0) return sources;
  const script = operands.shift();
  if (script !== undefined) return [{ text: script, file: null }];
  cx.err(USAGE);
  return 1;
}
