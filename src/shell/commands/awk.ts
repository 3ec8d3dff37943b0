/** awk(1): options, programs and their errors. */
import { strerror } from "../../core/errno.ts";
import { readFile, type Tool } from "../tool.ts";
import { parseAwk } from "./awk-parse.ts";
import { Awk } from "./awk-run.ts";
import { AwkError } from "./awk-tree.ts";
import { parseOptions } from "./options.ts";

export const awk: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "", values: "Fvf", stopsAtOperand: true });
  if (parsed === null) return 2;
  const operands = [...parsed.operands];
  const sources: string[] = [];
  for (const path of parsed.all("f")) {
    const read = await readFile(cx, path);
    if (!read.ok) {
      cx.err(`awk: cannot open ${path} (${strerror(read.errno)})\n`);
      return 2;
    }
    sources.push(read.value);
  }
  if (sources.length === 0) {
    const source = operands.shift();
    if (source === undefined) {
      cx.err("usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n");
      return 2;
    }
    sources.push(source);
  }
  try {
    const run = new Awk(parseAwk(sources.join("\n")), cx);
    const separator = parsed.value("F");
    if (separator !== undefined) run.assign(`FS=${separator === "t" ? "\t" : separator}`);
    for (const text of parsed.all("v")) run.assign(text);
    await run.run(operands);
    return run.status;
  } catch (error) {
    if (!(error instanceof AwkError)) throw error;
    cx.err(`awk: ${error.message}\n`);
    return 2;
  }
};
