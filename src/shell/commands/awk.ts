/** awk(1), which is mawk: options, programs and their errors. */

import { strerror } from "../../core/errno.ts";
import { readFile, type Tool, type ToolContext } from "../tool.ts";
import { parseAwk } from "./awk-parse.ts";
import { Awk } from "./awk-run.ts";
import { AwkRunError } from "./awk-state.ts";
import { AwkError } from "./awk-tree.ts";

const VERSION = "mawk 1.3.4 20200120\n";

interface AwkOptions {
  readonly sources: string[];
  readonly assignments: readonly string[];
  readonly operands: string[];
  readonly isInteractive: boolean;
}

/** Something that ends the run before it began; the text, and whether it is output. */
class Refusal extends Error {
  constructor(
    message: string,
    readonly status = 2,
    readonly isOutput = false,
  ) {
    super(message);
  }
}

async function readOptions(cx: ToolContext): Promise<AwkOptions> {
  const sources: string[] = [];
  const assignments: string[] = [];
  const operands = cx.argv.slice(1);
  let isInteractive = false;
  while (operands[0]?.startsWith("-") && operands[0] !== "-") {
    const word = operands.shift()!;
    if (word === "--") break;
    const letter = word[1]!;
    if (!"FvfW".includes(letter)) throw new Refusal(`awk: not an option: ${word}\n`);
    const value = word.length > 2 ? word.slice(2) : operands.shift();
    if (value === undefined) throw new Refusal(`awk: option ${word} lacks argument\n`);
    if (letter === "F") assignments.push(`FS=${value}`);
    else if (letter === "v") {
      if (!/^[A-Za-z_]\w*=/.test(value)) throw new Refusal(`awk: improper assignment: -v ${value}\n`);
      assignments.push(value);
    } else if (letter === "f") {
      const read = await readFile(cx, value);
      if (!read.ok) throw new Refusal(`awk: cannot open ${value} (${strerror(read.errno)})\n`);
      sources.push(read.value);
    } else if ("version".startsWith(value)) throw new Refusal(VERSION, 0, true);
    else if ("interactive".startsWith(value)) isInteractive = true;
    else if (!/^(?:dump|exec|help|posix_space|random|sprintf|usage)/.test(value))
      cx.err(`awk: vacuous option: -W ${value}\n`);
  }
  if (sources.length === 0) {
    const source = operands.shift();
    if (source === undefined) throw new Refusal("Usage: mawk [Options] [Program] [file ...]\n");
    sources.push(source);
  }
  return { sources, assignments, operands, isInteractive };
}

export const awk: Tool = async (cx) => {
  let run: Awk | null = null;
  try {
    const options = await readOptions(cx);
    run = new Awk(parseAwk(options.sources.join("\n")), cx, options.isInteractive);
    for (const text of options.assignments) run.assign(text);
    await run.run(options.operands);
    return run.status;
  } catch (error) {
    if (error instanceof Refusal) {
      if (error.isOutput) cx.out(error.message);
      else cx.err(error.message);
      return error.status;
    }
    if (error instanceof AwkRunError) {
      cx.err(`awk: run time error: ${error.message}\n\t${run?.place() ?? ""}\n`);
      return 2;
    }
    if (!(error instanceof AwkError)) throw error;
    cx.err(`awk: ${error.message}\n`);
    return 2;
  }
};
