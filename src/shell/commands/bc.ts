/**
 * bc(1) of GNU.
 * @source bc 1.07.1, bc(1)
 */
import { strerror } from "../../core/errno.ts";
import { octetsToText } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { Jump, Machine } from "./bc-machine.ts";
import { BcParser } from "./bc-parse.ts";
import { isOpen, tokenize } from "./bc-tokens.ts";
import { BcSyntaxError } from "./bc-tree.ts";
import { closeInput, openInput } from "./inputs.ts";
import { parseOptions } from "./options.ts";

export const bc: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "hilqswv",
    long: { help: "h", interactive: "i", mathlib: "l", quiet: "q", standard: "s", warn: "w", version: "v" },
  });
  if (parsed === null) return 1;
  const sources: { readonly name: string; readonly path: string }[] = parsed.operands.map((path) => ({
    name: path,
    path,
  }));
  sources.push({ name: "(standard_in)", path: "-" });
  let reader = (): Promise<string | null> => Promise.resolve(null);
  const machine = new Machine(cx, parsed.has("l"), () => reader());
  for (const { name, path } of sources) {
    const opened = openInput(cx, path, 8192);
    if (!opened.ok) {
      cx.err(`File ${path} is unavailable.\n`);
      return 1;
    }
    reader = async () => {
      const octets = await opened.value.line();
      return octets === null ? null : octetsToText(octets);
    };
    const isOver = await interpret(cx, machine, name, () => reader());
    if (opened.value.errno !== null) cx.err(`bc: ${path}: ${strerror(opened.value.errno)}\n`);
    closeInput(cx, opened.value);
    if (isOver) return 0;
  }
  return 0;
};

/** Runs line by line as they come. True: `quit` or `halt`. */
async function interpret(
  cx: ToolContext,
  machine: Machine,
  name: string,
  readLine: () => Promise<string | null>,
): Promise<boolean> {
  let [number, pending, begun] = [1, "", 1];
  for (let line = await readLine(); line !== null; line = await readLine()) {
    pending += line;
    number++;
    if (isOpen(pending)) continue;
    const text = pending;
    const from = begun;
    pending = "";
    begun = number;
    try {
      const lines = new BcParser(tokenize(text, from)).program();
      // `quit` works when it is read.
      if (lines.flat().some(({ kind }) => kind === "quit")) return true;
      for (const statements of lines) await machine.runLine(statements);
    } catch (error) {
      if (error instanceof Jump) return true;
      if (!(error instanceof BcSyntaxError)) throw error;
      cx.err(`${name} ${error.line}: syntax error\n`);
    }
    cx.flush();
    await cx.drain();
  }
  if (pending !== "") cx.err(`${name} ${number}: syntax error\n`);
  return false;
}
