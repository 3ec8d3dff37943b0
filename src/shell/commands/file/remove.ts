/** rm(1), rmdir(1). @source coreutils 9.1, src/remove.c */

import type { Errno } from "../../../core/errno.ts";
import { nameTable } from "../../../core/name-table.ts";
import type { Tool, ToolContext } from "../../tool.ts";
import { usageError } from "../inputs.ts";
import { type Options, parseOptions } from "../options.ts";
import { complain, fail, filesOf, joined, quoted, refuses, statOf, trimmed } from "./common.ts";

export const rmdir: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "pv",
    long: { parents: "p", verbose: "v", "ignore-fail-on-non-empty": "ignore" },
  });
  if (parsed === null) return 1;
  const { has, operands } = parsed;
  if (operands.length === 0) return usageError(cx, "missing operand");
  const ignores = parsed.given.some(([name]) => name === "ignore");
  let status = 0;
  const remove = (path: string): boolean => {
    if (has("v")) cx.out(`rmdir: removing directory, ${quoted(path)}\n`);
    const errno = filesOf(cx).change(cx.process, "FILE_RMDIR", path, {});
    if (errno === null) return true;
    if (ignores && errno === "ENOTEMPTY") return false;
    status = complain(cx, `failed to remove ${quoted(path)}`, errno);
    return false;
  };
  for (const path of operands) {
    if (!remove(path) || !has("p")) continue;
    const parts = path.replace(/\/+$/, "").split("/");
    for (let length = parts.length - 1; length > 0; length--) {
      const parent = parts.slice(0, length).join("/");
      if (parent === "" || !remove(parent)) break;
    }
  }
  return status;
};

/** What is no option may be the name of a file: that is said in front of the usual hint. */
function hinting(cx: ToolContext): ToolContext {
  const hinted = Object.create(cx) as ToolContext;
  hinted.err = (text) => {
    const odd = cx.argv.find((word, i) => i > 0 && word.startsWith("-") && statOf(cx, word, false).ok);
    const hint = odd === undefined ? "" : `Try 'rm ${`./${odd}`}' to remove the file ${quoted(odd)}.\n`;
    cx.err(text.replace(/(?=Try 'rm --help')/, hint));
  };
  return hinted;
}

export const rm: Tool = async (cx) => {
  const parsed = parseOptions(hinting(cx), {
    flags: "rRfivdI",
    long: {
      recursive: "r",
      force: "f",
      verbose: "v",
      dir: "d",
      interactive: "interactive=?",
      "one-file-system": "x",
      "no-preserve-root": "N",
      "preserve-root": "preserve=?",
    },
  });
  if (parsed === null) return 1;
  const { operands } = parsed;
  if (operands.length === 0) return parsed.has("f") ? 0 : usageError(cx, "missing operand");
  const isRecursive = parsed.has("r") || parsed.has("R");
  let status = 0;
  for (const path of operands) {
    if (isRecursive && /(^|\/)\.{1,2}\/*$/.test(path)) {
      status = fail(cx, `refusing to remove '.' or '..' directory: skipping ${quoted(path)}`);
      continue;
    }
    if (isRecursive && !parsed.has("N") && isRoot(cx, path)) {
      const same = path === "/" ? "" : " (same as '/')";
      fail(cx, `it is dangerous to operate recursively on ${quoted(path)}${same}`);
      status = fail(cx, "use --no-preserve-root to override this failsafe");
      continue;
    }
    if (!(await remove(cx, path, isRecursive, parsed))) status = 1;
  }
  return status;
};

function isRoot(cx: ToolContext, path: string): boolean {
  const [stat, root] = [statOf(cx, path, false), statOf(cx, "/")];
  return stat.ok && root.ok && stat.value.type === "dir" && stat.value.ino === root.value.ino;
}

function isLink(cx: ToolContext, path: string): boolean {
  const stat = statOf(cx, path, false);
  return stat.ok && stat.value.type === "symlink";
}

/** Do `-i` and `-f` leave it to the user? The last one counts. */
function asks({ given }: Options): boolean {
  const last = given.findLast(([name]) => /^([fi]|interactive)$/.test(name));
  return last !== undefined && (last[0] === "i" || (last[0] === "interactive" && !/^n/.test(last[1])));
}

async function confirms(cx: ToolContext, question: string): Promise<boolean> {
  cx.err(`rm: ${question}? `);
  return /^[yY]/.test((await cx.readLine()) ?? "");
}

async function remove(
  cx: ToolContext,
  path: string,
  isRecursive: boolean,
  options: Options,
): Promise<boolean> {
  const { has } = options;
  const files = filesOf(cx);
  const tell = (errno: Errno) => refuses(cx, `cannot remove ${quoted(path)}`, errno);
  const stat = statOf(cx, path, false);
  if (!stat.ok)
    return (has("f") && (stat.errno === "ENOENT" || stat.errno === "ENOTDIR")) || tell(stat.errno);
  const isDir = stat.value.type === "dir";
  if (isDir && /.\/$/.test(path) && isLink(cx, trimmed(path))) return tell("ENOTDIR");
  if (isDir && !isRecursive && !has("d")) return tell("EISDIR");
  const doesAsk = asks(options);
  if (isDir && isRecursive) {
    const listed = files.list(cx.process, path);
    const names = listed.ok ? listed.value : [];
    if (doesAsk && names.length > 0 && !(await confirms(cx, `descend into directory ${quoted(path)}`)))
      return true;
    let isWhole = true;
    for (const name of names) isWhole = (await remove(cx, joined(path, name), true, options)) && isWhole;
    if (!isWhole) return false;
  }
  if (doesAsk && !(await confirms(cx, `remove ${kindOf(stat.value)} ${quoted(path)}`))) return true;
  const errno = files.change(cx.process, isDir ? "FILE_RMDIR" : "FILE_UNLINK", path, {});
  if (errno !== null) return tell(errno);
  if (has("v")) cx.out(`removed ${isDir ? "directory " : ""}${quoted(path)}\n`);
  return true;
}

export function kindOf({ type, size }: { readonly type: string; readonly size: number }): string {
  if (type === "file") return size === 0 ? "regular empty file" : "regular file";
  const names: Readonly<Record<string, string>> = nameTable({
    dir: "directory",
    symlink: "symbolic link",
    chardev: "character special file",
  });
  return names[type] ?? type;
}
