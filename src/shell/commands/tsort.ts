/** tsort(1): an order in which nothing comes before what it needs. @source coreutils 9.1 */
import { strerror } from "../../core/errno.ts";
import { octetsToText } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { readOctets, usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quote, quoteNameIfNeeded } from "./quoting.ts";

export const tsort: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "" });
  if (parsed === null) return 1;
  if (parsed.operands.length > 1) return usageError(cx, `extra operand ${quote(cx, parsed.operands[1]!)}`);
  const [file = "-"] = parsed.operands;
  const read = await readOctets(cx, file);
  if (!read.ok) {
    const shown = quoteNameIfNeeded(file);
    cx.err(`tsort: ${shown}: ${read.errno === "EISDIR" ? "read error: " : ""}${strerror(read.errno)}\n`);
    return 1;
  }
  const words = octetsToText(read.value)
    .split(/[ \t\n]+/)
    .filter((word) => word !== "");
  if (words.length % 2 === 1) {
    cx.err(`tsort: ${quoteNameIfNeeded(file)}: input contains an odd number of tokens\n`);
    return 1;
  }
  return printOrder(cx, words, file);
};

interface Node {
  readonly name: string;
  before: number;
  readonly after: Node[];
}

/** Prints what nothing comes before, first come, first served; a circle is told, and broken. */
function printOrder(cx: ToolContext, words: readonly string[], file: string): number {
  const nodes = new Map<string, Node>();
  const nodeOf = (name: string) => {
    const known = nodes.get(name) ?? { name, before: 0, after: [] };
    nodes.set(name, known);
    return known;
  };
  for (let i = 0; i < words.length; i += 2) {
    const [first, second] = [nodeOf(words[i]!), nodeOf(words[i + 1]!)];
    if (first === second) continue;
    first.after.push(second);
    second.before++;
  }
  // The real one walks a tree of names, in the order of octets.
  const left = new Set([...nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
  let status = 0;
  while (left.size > 0) {
    const ready = [...left].filter(({ before }) => before === 0);
    for (let node = ready.shift(); node !== undefined; node = ready.shift()) {
      cx.out(`${node.name}\n`);
      left.delete(node);
      for (let i = node.after.length - 1; i >= 0; i--)
        if (--node.after[i]!.before === 0) ready.push(node.after[i]!);
    }
    if (left.size === 0) break;
    status = 1;
    cx.flush();
    cx.err(`tsort: ${quoteNameIfNeeded(file)}: input contains a loop:\n`);
    const circle = circleIn(left);
    for (const { name } of circle) cx.err(`tsort: ${name}\n`);
    const last = circle.at(-1)!;
    last.after.splice(last.after.indexOf(circle[0]!), 1);
    circle[0]!.before--;
  }
  return status;
}

function circleIn(left: ReadonlySet<Node>): readonly Node[] {
  const path: Node[] = [];
  const seen = new Map<Node, number>();
  let node = [...left].find(({ after }) => after.some((next) => left.has(next)))!;
  for (;;) {
    const at = seen.get(node);
    if (at !== undefined) return path.slice(at);
    seen.set(node, path.length);
    path.push(node);
    node = node.after.find((next) => left.has(next)) ?? path[0]!;
  }
}
