/**
 * ls(1), to something that is not a terminal: one name a line, by octets.
 * @source coreutils 9.1, src/ls.c
 */
import { strerror } from "../../core/errno.ts";
import { compareOctets } from "../text.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { parseOptions } from "./options.ts";

export const ls: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "1aAdr",
    long: { all: "a", "almost-all": "A", directory: "d", reverse: "r" },
  });
  if (parsed === null) return 2;
  const { operands, has } = parsed;
  const { files } = cx.process.userland;
  let status = 0;
  const plain: string[] = [];
  const dirs: string[] = [];
  for (const path of operands.length === 0 ? ["."] : operands) {
    const stat = files.stat(cx.process, path);
    if (!stat.ok) {
      cx.err(`ls: cannot access '${path}': ${strerror(stat.errno)}\n`);
      status = 2;
    } else if (stat.value.type === "dir" && !has("d")) dirs.push(path);
    else plain.push(path);
  }
  const order = (names: readonly string[]) =>
    has("r") ? names.toSorted(compareOctets).reverse() : names.toSorted(compareOctets);
  cx.out(
    order(plain)
      .map((name) => `${name}\n`)
      .join(""),
  );
  for (const [i, path] of order(dirs).entries()) {
    if (operands.length > 1) cx.out(`${i > 0 || plain.length > 0 ? "\n" : ""}${path}:\n`);
    const names = namesIn(cx, path, has("a"), has("A"));
    if (names === null) status = 2;
    else
      cx.out(
        order(names)
          .map((name) => `${name}\n`)
          .join(""),
      );
  }
  return status;
};

function namesIn(cx: ToolContext, path: string, all: boolean, almostAll: boolean): string[] | null {
  const listed = cx.process.userland.files.list(cx.process, path);
  if (!listed.ok) {
    cx.err(`ls: cannot open directory '${path}': ${strerror(listed.errno)}\n`);
    return null;
  }
  const names = listed.value.filter((name) => all || almostAll || !name.startsWith("."));
  return all ? [".", "..", ...names] : names;
}
