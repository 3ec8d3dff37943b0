/** `mapfile`, `readarray`. */
import { strerror } from "../../core/errno.ts";
import { joinedText } from "../../core/octets.ts";
import { assignArray, assignElement } from "../assign.ts";
import type { Interpreter } from "../interpreter.ts";
import { quoteBackslash } from "../quote.ts";
import { runText } from "../run/source.ts";
import { AssocArray } from "../variables.ts";
import type { Builtin } from "./index.ts";
import { readOptions } from "./options.ts";
import { firstOctet, readFdOption } from "./read.ts";

/** So many lines pass between two calls of the callback. */
const QUANTUM = 5000;

/** The number after an option; null: it is none, which was told. */
function numberOption(
  sh: Interpreter,
  text: string | undefined,
  usual: number,
  what: string,
  least = 0,
): number | null {
  if (text === undefined) return usual;
  if (/^\s*[-+]?\d+\s*$/.test(text) && Number(text) >= least) return Number(text);
  sh.complain(`mapfile: ${text}: invalid ${what}`);
  return null;
}

export const mapfile: Builtin = async (sh, argv) => {
  const options = readOptions(sh, argv, "t", "dnOsuCc");
  if (typeof options === "number") return options;
  const { flags, values, operands } = options;
  const limit = numberOption(sh, values.get("n"), 0, "line count");
  const skipped = limit === null ? null : numberOption(sh, values.get("s"), 0, "line count");
  const origin = skipped === null ? null : numberOption(sh, values.get("O"), 0, "array origin");
  const quantum = origin === null ? null : numberOption(sh, values.get("c"), QUANTUM, "callback quantum", 1);
  if (limit === null || skipped === null || origin === null || quantum === null) return 1;
  const fd = readFdOption(sh, "mapfile", values.get("u"));
  if (fd === null) return 1;
  const name = operands[0] ?? "MAPFILE";
  if (!/^[A-Za-z_]\w*$/.test(name)) {
    sh.complain(`mapfile: \`${name}': not a valid identifier`);
    return 1;
  }
  if (sh.variables.find(sh.variables.nameOf(name))?.value instanceof AssocArray) {
    sh.complain(`mapfile: ${name}: not an indexed array`);
    return 1;
  }
  const delimiter = values.has("d") ? firstOctet(values.get("d")!) : "\n";
  const callback = values.get("C");
  if (!values.has("O")) assignArray(sh, name, [], false);
  const lines: string[] = [];
  for (let count = 0; limit === 0 || lines.length < limit; count++) {
    const line = await readLine(sh, fd, delimiter);
    if (line === null) break;
    if (line.errno !== null) {
      sh.complain(`mapfile: read error: ${fd}: ${line.errno}`);
      break;
    }
    if (count < skipped) continue;
    const text = flags.has("t") && line.text.endsWith(delimiter) ? line.text.slice(0, -1) : line.text;
    const index = origin + lines.length;
    lines.push(delimiter === "\0" ? text : text.split("\0", 1)[0]!);
    if (callback === undefined) continue;
    if (lines.length % quantum === 0)
      await runText(sh, {
        name: sh.unit.name,
        text: `${callback} ${index} ${quoteBackslash(text)}`,
        line: sh.line,
      });
    assignElement(sh, name, String(index), text, false);
  }
  if (callback === undefined) {
    const items = lines.map((value, i) => ({ key: String(origin + i), value, append: false }));
    assignArray(sh, name, items, true);
  }
  return 0;
};

/** Null: the end. */
async function readLine(
  sh: Interpreter,
  fd: number,
  delimiter: string,
): Promise<{ readonly text: string; readonly errno: string | null } | null> {
  const parts: string[] = [];
  while (!parts.at(-1)?.endsWith(delimiter)) {
    const taken = await sh.process.take(fd, Number.POSITIVE_INFINITY, delimiter);
    if (taken.kind === "refused") return { text: "", errno: strerror(taken.errno) };
    if (taken.kind !== "text") break;
    parts.push(taken.text);
  }
  return parts.length === 0 ? null : { text: joinedText(parts.join("")), errno: null };
}
