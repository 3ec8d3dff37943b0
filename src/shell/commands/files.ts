/**
 * Tools that work on files and paths: touch(1), mkdir(1), rmdir(1), rm(1), cp(1), mv(1), mktemp(1), mkfifo(1), basename(1), dirname(1),
 * readlink(1), realpath(1).
 * @source coreutils 9.1
 */
import { type Errno, strerror } from "../../core/errno.ts";
import { resolvePath } from "../files.ts";
import { readFile, type Tool, type ToolContext } from "../tool.ts";
import { usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";

function complain(cx: ToolContext, what: string, errno: Errno): number {
  cx.err(`${cx.argv[0]}: ${what}: ${strerror(errno)}\n`);
  return 1;
}

function statOf(cx: ToolContext, path: string) {
  return cx.process.userland.files.stat(cx.process, path);
}

export const touch: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "acm",
    values: "drt",
    long: { "no-create": "c", date: "d", reference: "r" },
  });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return usageError(cx, "missing file operand");
  let status = 0;
  for (const path of parsed.operands) {
    if (statOf(cx, path).ok || parsed.has("c")) continue;
    const opened = cx.process.userland.files.open(cx.process, path, "append");
    if (!opened.ok) status = complain(cx, `cannot touch '${path}'`, opened.errno);
  }
  return status;
};

export const mkdir: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "pv",
    values: "m",
    long: { parents: "p", verbose: "v", mode: "m" },
  });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return usageError(cx, "missing operand");
  let status = 0;
  const make = (path: string): Errno | null => {
    const made = cx.request("FILE_MKDIR", { path: resolvePath(cx.cwd, path) });
    if (made.ok && parsed.has("v")) cx.out(`mkdir: created directory '${path}'\n`);
    return made.ok ? null : made.errno;
  };
  for (const path of parsed.operands) {
    let errno: Errno | null = null;
    if (parsed.has("p")) {
      const parts = path.split("/");
      for (let i = 1; i <= parts.length && errno === null; i++) {
        const part = parts.slice(0, i).join("/");
        if (part === "" || part.endsWith("/")) continue;
        const stat = statOf(cx, part);
        if (!stat.ok) errno = make(part);
        else if (stat.value.type !== "dir") errno = i === parts.length ? "EEXIST" : "ENOTDIR";
      }
    } else errno = make(path);
    if (errno !== null) status = complain(cx, `cannot create directory '${path}'`, errno);
  }
  return status;
};

export const rmdir: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "pv", long: { parents: "p", verbose: "v" } });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return usageError(cx, "missing operand");
  let status = 0;
  for (const path of parsed.operands) {
    const removed = cx.request("FILE_RMDIR", { path: resolvePath(cx.cwd, path) });
    if (!removed.ok) status = complain(cx, `failed to remove '${path}'`, removed.errno);
  }
  return status;
};

export const rm: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "rRfivd",
    long: { recursive: "r", force: "f", verbose: "v", dir: "d" },
  });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return parsed.has("f") ? 0 : usageError(cx, "missing operand");
  const isRecursive = parsed.has("r") || parsed.has("R");
  let status = 0;
  for (const path of parsed.operands) if (!remove(cx, path, isRecursive, parsed.has("f"))) status = 1;
  return status;
};

function remove(cx: ToolContext, path: string, isRecursive: boolean, isForced: boolean): boolean {
  const { files } = cx.process.userland;
  const stat = statOf(cx, path);
  if (!stat.ok) {
    if (isForced && (stat.errno === "ENOENT" || stat.errno === "ENOTDIR")) return true;
    complain(cx, `cannot remove '${path}'`, stat.errno);
    return false;
  }
  const full = resolvePath(cx.cwd, path);
  if (stat.value.type === "dir" && !isRecursive) {
    complain(cx, `cannot remove '${path}'`, "EISDIR");
    return false;
  }
  if (stat.value.type === "dir") {
    const listed = files.list(cx.process, path);
    if (listed.ok)
      for (const name of listed.value)
        if (!remove(cx, `${path.replace(/\/$/, "")}/${name}`, true, isForced)) return false;
  }
  const removed = cx.request(stat.value.type === "dir" ? "FILE_RMDIR" : "FILE_UNLINK", { path: full });
  if (!removed.ok) complain(cx, `cannot remove '${path}'`, removed.errno);
  return removed.ok;
}

/** The path of a copy: in a directory it keeps its name. */
function targetOf(cx: ToolContext, from: string, to: string): string {
  const stat = statOf(cx, to);
  return stat.ok && stat.value.type === "dir" ? `${to.replace(/\/$/, "")}/${baseOf(from)}` : to;
}

export const cp: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "fpa", long: { force: "f", archive: "a" } });
  if (parsed === null) return 1;
  const to = parsed.operands.at(-1);
  if (to === undefined) return usageError(cx, "missing file operand");
  if (parsed.operands.length < 2) return usageError(cx, `missing destination file operand after '${to}'`);
  let status = 0;
  for (const from of parsed.operands.slice(0, -1)) {
    const stat = statOf(cx, from);
    if (stat.ok && stat.value.type === "dir") {
      cx.err(`cp: -r not specified; omitting directory '${from}'\n`);
      status = 1;
      continue;
    }
    const read = stat.ok ? await readFile(cx, from) : stat;
    if (!read.ok) {
      status = complain(cx, `cannot stat '${from}'`, read.errno);
      continue;
    }
    const path = targetOf(cx, from, to);
    const opened = cx.process.userland.files.open(cx.process, path, "write");
    const errno = opened.ok ? opened.value.write(read.value) : opened.errno;
    if (errno !== null) status = complain(cx, `cannot create regular file '${path}'`, errno);
  }
  return status;
};

export const mv: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "fnv", long: { force: "f" } });
  if (parsed === null) return 1;
  const to = parsed.operands.at(-1);
  if (to === undefined) return usageError(cx, "missing file operand");
  if (parsed.operands.length < 2) return usageError(cx, `missing destination file operand after '${to}'`);
  let status = 0;
  for (const from of parsed.operands.slice(0, -1)) {
    const stat = statOf(cx, from);
    if (!stat.ok) {
      status = complain(cx, `cannot stat '${from}'`, stat.errno);
      continue;
    }
    const path = targetOf(cx, from, to);
    const moved = cx.request("FILE_RENAME", {
      from: resolvePath(cx.cwd, from),
      to: resolvePath(cx.cwd, path),
    });
    if (!moved.ok) status = complain(cx, `cannot move '${from}' to '${path}'`, moved.errno);
  }
  return status;
};

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

export const mktemp: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "dqtu",
    values: "p\u0001",
    long: { directory: "d", quiet: "q", "dry-run": "u", tmpdir: "p", suffix: "\u0001" },
  });
  if (parsed === null) return 1;
  const given = parsed.operands[0];
  const suffix = parsed.value("\u0001") ?? "";
  const template = (given ?? "tmp.XXXXXXXXXX") + suffix;
  const runs = [...template.matchAll(/X{3,}/g)];
  const run = runs.at(-1);
  if (run === undefined) {
    cx.err(`mktemp: too few X's in template '${given}'\n`);
    return 1;
  }
  const isInTmp = given === undefined || parsed.has("t") || parsed.has("p");
  const dir = isInTmp ? `${parsed.value("p") ?? cx.env.get("TMPDIR") ?? "/tmp"}/` : "";
  const draw = () => LETTERS[cx.process.userland.options.seedRandom() % LETTERS.length]!;
  const name =
    template.slice(0, run.index) +
    Array.from(run[0], draw).join("") +
    template.slice(run.index + run[0].length);
  const path = `${dir}${name}`;
  if (!parsed.has("u")) {
    const full = resolvePath(cx.cwd, path);
    const made = parsed.has("d")
      ? cx.request("FILE_MKDIR", { path: full })
      : cx.request("FILE_WRITE", { path: full, data: "", append: true });
    if (!made.ok) {
      const what = parsed.has("d") ? "directory" : "file";
      return complain(cx, `failed to create ${what} via template '${dir}${template}'`, made.errno);
    }
  }
  cx.out(`${path}\n`);
  return 0;
};

export const mkfifo: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "", values: "m", long: { mode: "m" } });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return usageError(cx, "missing operand");
  let status = 0;
  for (const path of parsed.operands) {
    const errno = cx.process.userland.files.makeFifo(cx.process, path);
    if (errno !== null) status = complain(cx, `cannot create fifo '${path}'`, errno);
  }
  return status;
};

function baseOf(path: string): string {
  const plain = path.replace(/\/+$/, "");
  return plain === "" ? (path === "" ? "" : "/") : plain.slice(plain.lastIndexOf("/") + 1);
}

export const basename: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "az",
    values: "s",
    long: { multiple: "a", suffix: "s", zero: "z" },
    stopsAtOperand: true,
  });
  if (parsed === null) return 1;
  const { operands } = parsed;
  if (operands.length === 0) return usageError(cx, "missing operand");
  const isMany = parsed.has("a") || parsed.has("s");
  if (!isMany && operands.length > 2) return usageError(cx, `extra operand '${operands[2]}'`);
  const suffix = parsed.value("s") ?? (isMany ? "" : (operands[1] ?? ""));
  for (const path of isMany ? operands : operands.slice(0, 1)) {
    const base = baseOf(path);
    const isCut = suffix !== "" && base.endsWith(suffix) && base !== suffix;
    cx.out(`${isCut ? base.slice(0, -suffix.length) : base}${parsed.has("z") ? "\0" : "\n"}`);
  }
  return 0;
};

export const dirname: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "z", long: { zero: "z" } });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return usageError(cx, "missing operand");
  for (const path of parsed.operands) {
    const plain = path.replace(/\/+$/, "");
    const slash = plain.lastIndexOf("/");
    const dir =
      plain === ""
        ? path === ""
          ? "."
          : "/"
        : slash < 0
          ? "."
          : plain.slice(0, slash).replace(/\/+$/, "") || "/";
    cx.out(`${dir}${parsed.has("z") ? "\0" : "\n"}`);
  }
  return 0;
};

export const realpath: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "emqsz",
    long: { "canonicalize-existing": "e", "canonicalize-missing": "m", quiet: "q", "no-symlinks": "s" },
  });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return usageError(cx, "missing operand");
  let status = 0;
  for (const path of parsed.operands) {
    const full = resolvePath(cx.cwd, path);
    const checked = parsed.has("e") ? full : full.replace(/\/[^/]*$/, "") || "/";
    const stat = parsed.has("m") ? null : statOf(cx, checked);
    if (stat === null || stat.ok) cx.out(`${full}\n`);
    else {
      if (!parsed.has("q")) complain(cx, path, stat.errno);
      status = 1;
    }
  }
  return status;
};

/** There are no symbolic links: without `-f` or `-e` nothing is one. */
export const readlink: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "femnqsvz",
    long: { canonicalize: "f", "canonicalize-existing": "e", "canonicalize-missing": "m", "no-newline": "n" },
  });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return usageError(cx, "missing operand");
  if (!["f", "e", "m"].some(parsed.has)) return 1;
  let status = 0;
  for (const path of parsed.operands) {
    const full = resolvePath(cx.cwd, path);
    const checked = parsed.has("e") ? full : full.replace(/\/[^/]*$/, "") || "/";
    if (parsed.has("m") || statOf(cx, checked).ok) cx.out(`${full}${parsed.has("n") ? "" : "\n"}`);
    else status = 1;
  }
  return status;
};
