/** The inputs that text tools share: the named files, or standard input. */
import { strerror } from "../../core/errno.ts";
import { readFile, type ToolContext } from "../tool.ts";

export interface Input {
  /** As it was named; `-` for standard input. */
  readonly name: string;
  readonly text: string;
}

/** Reads all inputs in order; what cannot be read is told as GNU's tools do, and gives status 1. */
export async function readInputs(
  cx: ToolContext,
  operands: readonly string[],
  explain: (path: string, why: string) => string = (path, why) => `${path}: ${why}`,
): Promise<{ readonly inputs: readonly Input[]; readonly status: number }> {
  const inputs: Input[] = [];
  let status = 0;
  for (const name of operands.length === 0 ? ["-"] : operands) {
    const read = await readFile(cx, name);
    if (read.ok) inputs.push({ name, text: read.value });
    else {
      cx.err(`${cx.argv[0]}: ${explain(name, strerror(read.errno))}\n`);
      status = 1;
    }
  }
  return { inputs, status };
}

/** Lines without their newlines; a last line without one counts. */
export function linesOf(text: string, end = "\n"): string[] {
  const lines = text.split(end);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** `extra operand`, and where help is. */
export function usageError(cx: ToolContext, text: string, status = 1): number {
  cx.err(`${cx.argv[0]}: ${text}\nTry '${cx.argv[0]} --help' for more information.\n`);
  return status;
}
