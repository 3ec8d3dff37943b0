/** cp(1), install(1), mv(1). @source coreutils 9.1, src/copy.c */
import type { Errno } from "../../../core/errno.ts";
import type { FileStat } from "../../../events/requests.ts";
import { parseMode } from "../../mode.ts";
import { readFile, type Tool, type ToolContext } from "../../tool.ts";
import { usageError } from "../inputs.ts";
import { type Options, parseOptions } from "../options.ts";
import {
  complain,
  destinations,
  fail,
  fails,
  filesOf,
  joined,
  quote,
  quoted,
  refuses,
  statOf,
  trimmed,
} from "./common.ts";
import { makeParents } from "./make.ts";

interface Plan {
  readonly has: (letter: string) => boolean;
  readonly isRecursive: boolean;
  /** Are links copied as links: always, never, or only below the operands? */
  readonly follows: "never" | "operands" | "always";
  readonly isKept: boolean;
  readonly isTold: boolean;
}

const CP_LONG = {
  recursive: "r",
  force: "f",
  archive: "a",
  "no-clobber": "n",
  verbose: "v",
  "no-target-directory": "T",
  "target-directory": "t",
  dereference: "L",
  "no-dereference": "P",
  link: "l",
  "symbolic-link": "s",
  update: "u",
  interactive: "i",
  parents: "parents",
  preserve: "preserve=?",
  "no-preserve": "no-preserve=",
  "remove-destination": "remove",
  "one-file-system": "x",
};

export const cp: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "rRfpanvTLPHdlsuibx", values: "tS", long: CP_LONG });
  if (parsed === null) return 1;
  const { has, value, given } = parsed;
  const names = new Set(given.map(([name]) => name));
  const isArchive = has("a");
  const isRecursive = has("r") || has("R") || isArchive;
  const link = given.findLast(([name]) => /^[LPHda]$/.test(name))?.[0];
  const follows =
    link === "L"
      ? "always"
      : link === "H"
        ? "operands"
        : link !== undefined || isRecursive
          ? "never"
          : "always";
  const plan: Plan = {
    has: (letter) => names.has(letter),
    isRecursive,
    follows,
    isKept: has("p") || isArchive || names.has("preserve"),
    isTold: has("v"),
  };
  const isParents = names.has("parents");
  const to = destinations(cx, parsed.operands, { dir: value("t"), isPlain: has("T") });
  if (to === null) return 1;
  const dir = value("t") ?? parsed.operands.at(-1)!;
  let status = 0;
  for (const [from, plain] of to.pairs) {
    const path = isParents ? joined(dir, from) : plain;
    if (isParents) makeParents(cx, path.slice(0, path.lastIndexOf("/")), 0o755, false);
    if (!(await copy(cx, from, path, plan, true))) status = 1;
  }
  return status;
};

function isSame(a: FileStat, b: FileStat): boolean {
  return a.ino === b.ino && a.isGenerated === b.isGenerated;
}

/** Copies one operand, or what is in it. False: something failed, and was told. */
async function copy(
  cx: ToolContext,
  from: string,
  to: string,
  plan: Plan,
  isOperand: boolean,
): Promise<boolean> {
  const follows = plan.follows === "always" || (plan.follows === "operands" && isOperand);
  const stat = statOf(cx, from, follows);
  if (!stat.ok) return refuses(cx, `cannot stat ${quoted(from)}`, stat.errno);
  if (stat.value.type === "dir") return copyDir(cx, from, to, plan, stat.value);
  const old = statOf(cx, to, stat.value.type !== "symlink");
  const hasName = statOf(cx, to, false).ok;
  if (old.ok && old.value.type === "dir")
    return fails(cx, `cannot overwrite directory ${quoted(to)} with non-directory`);
  if (old.ok && plan.has("n")) return true;
  if (old.ok && plan.has("u") && old.value.mtime >= stat.value.mtime) return true;
  if (old.ok && plan.has("i")) {
    cx.err(`${cx.argv[0]}: overwrite ${quoted(to)}? `);
    if (!/^[yY]/.test((await cx.readLine()) ?? "")) return true;
  }
  if (old.ok && isSame(old.value, stat.value) && !(plan.has("l") || plan.has("s")))
    return fails(cx, `${quoted(from)} and ${quoted(to)} are the same file`);
  const files = filesOf(cx);
  if (hasName && plan.has("remove")) files.change(cx.process, "FILE_UNLINK", to, {});
  else if (!old.ok && hasName) return fails(cx, `not writing through dangling symlink ${quoted(to)}`);
  const failed = await copyOne(cx, from, to, stat.value, plan, old.ok);
  if (failed !== null) return refuses(cx, failed.what, failed.errno);
  if (plan.isTold) cx.out(`${quoted(from)} -> ${quoted(to)}\n`);
  return true;
}

interface Failed {
  readonly what: string;
  readonly errno: Errno;
}

async function copyOne(
  cx: ToolContext,
  from: string,
  to: string,
  stat: FileStat,
  plan: Plan,
  isOld: boolean,
): Promise<Failed | null> {
  const files = filesOf(cx);
  const { process } = cx;
  const told = (what: string, errno: Errno | null): Failed | null =>
    errno === null ? null : { what, errno };
  if (plan.has("l"))
    return told(`cannot create hard link ${quoted(to)} to ${quoted(from)}`, files.link(process, from, to));
  if (plan.has("s") || stat.type === "symlink") {
    const target = stat.type === "symlink" && !plan.has("s") ? stat.target! : from;
    if (isOld) files.change(process, "FILE_UNLINK", to, {});
    return told(
      `cannot create symbolic link ${quoted(to)}`,
      files.change(process, "FILE_SYMLINK", to, { target }),
    );
  }
  if (stat.type === "fifo" && plan.isRecursive)
    return told(`cannot create fifo ${quoted(to)}`, files.makeFifo(process, to, stat.mode));
  const read = await readFile(cx, from);
  if (!read.ok) {
    const what = read.errno === "EACCES" || read.errno === "ENOENT" ? "cannot open" : "error reading";
    return {
      what: `${what} ${quoted(from)}${what === "cannot open" ? " for reading" : ""}`,
      errno: read.errno,
    };
  }
  if (!isOld) {
    const errno = files.create(process, to, { mode: stat.mode & 0o777 & ~process.umask });
    if (errno !== null)
      return {
        what: `cannot create regular file ${quoted(to)}`,
        errno: errno === "EISDIR" ? "ENOTDIR" : errno,
      };
  }
  const opened = files.open(process, to, "write");
  if (!opened.ok) return { what: `cannot create regular file ${quoted(to)}`, errno: opened.errno };
  const fd = process.fds.free(3);
  process.fds.set(fd, opened.value);
  const errno = opened.value.write(read.value);
  process.fds.close(fd);
  if (errno !== null) return { what: `error writing ${quoted(to)}`, errno };
  if (plan.isKept) keep(cx, to, stat);
  return null;
}

/** Mode, owner and times of the source. */
function keep(cx: ToolContext, path: string, { mode, uid, gid, atime, mtime }: FileStat): void {
  const files = filesOf(cx);
  files.change(cx.process, "FILE_CHOWN", path, { uid, gid });
  files.change(cx.process, "FILE_CHMOD", path, { mode });
  files.change(cx.process, "FILE_UTIMES", path, { atime, mtime });
}

async function copyDir(
  cx: ToolContext,
  from: string,
  to: string,
  plan: Plan,
  stat: FileStat,
): Promise<boolean> {
  if (!plan.isRecursive) return fails(cx, `-r not specified; omitting directory ${quoted(from)}`);
  const files = filesOf(cx);
  const old = statOf(cx, to);
  if (old.ok && old.value.type !== "dir")
    return fails(cx, `cannot overwrite non-directory ${quoted(to)} with directory ${quoted(from)}`);
  const [source, parent] = [files.realpath(cx.process, from), files.realpath(cx.process, to)];
  if (source.ok && parent.ok && `${parent.value}/`.startsWith(`${source.value}/`))
    return fails(cx, `cannot copy a directory, ${quoted(from)}, into itself, ${quoted(to)}`);
  if (!old.ok) {
    const errno = files.mkdir(cx.process, to, stat.mode & 0o777 & ~cx.process.umask);
    if (errno !== null) return refuses(cx, `cannot create directory ${quoted(to)}`, errno);
    if (plan.isTold) cx.out(`${quoted(from)} -> ${quoted(to)}\n`);
  }
  const listed = files.list(cx.process, from);
  if (!listed.ok) return refuses(cx, `cannot access ${quoted(from)}`, listed.errno);
  let isWhole = true;
  for (const name of listed.value)
    isWhole = (await copy(cx, joined(from, name), joined(to, name), plan, false)) && isWhole;
  if (plan.isKept) keep(cx, to, stat);
  return isWhole;
}

export const mv: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "fnviTub",
    values: "tS",
    long: {
      force: "f",
      "no-clobber": "n",
      verbose: "v",
      interactive: "i",
      "no-target-directory": "T",
      "target-directory": "t",
      update: "u",
    },
  });
  if (parsed === null) return 1;
  const { has, value, operands, given } = parsed;
  const plan = destinations(cx, operands, { dir: value("t"), isPlain: has("T") });
  if (plan === null) return 1;
  const clobbers = given.findLast(([name]) => /^[fni]$/.test(name))?.[0];
  let status = 0;
  for (const [from, to] of plan.pairs) if (!(await move(cx, trimmed(from), to, clobbers, has))) status = 1;
  return status;
};

async function move(
  cx: ToolContext,
  from: string,
  to: string,
  clobbers: string | undefined,
  has: Options["has"],
): Promise<boolean> {
  const files = filesOf(cx);
  const stat = statOf(cx, from, false);
  if (!stat.ok) return refuses(cx, `cannot stat ${quoted(from)}`, stat.errno);
  const old = statOf(cx, to, false);
  const isDir = stat.value.type === "dir";
  if (old.ok) {
    if (clobbers === "n" || (has("u") && old.value.mtime >= stat.value.mtime)) return true;
    if (isSame(old.value, stat.value) && !isDir)
      return fails(cx, `${quoted(from)} and ${quoted(to)} are the same file`);
    if (clobbers === "i") {
      cx.err(`mv: overwrite ${quoted(to)}? `);
      if (!/^[yY]/.test((await cx.readLine()) ?? "")) return true;
    }
    if (old.value.type === "dir" && !isDir)
      return fails(cx, `cannot overwrite directory ${quoted(to)} with non-directory`);
    if (old.value.type !== "dir" && isDir)
      return fails(cx, `cannot overwrite non-directory ${quoted(to)} with directory ${quoted(from)}`);
  }
  const errno = files.rename(cx.process, from, to);
  if (errno === "EINVAL")
    return fails(cx, `cannot move ${quoted(from)} to a subdirectory of itself, ${quoted(to)}`);
  if (errno !== null) return refuses(cx, `cannot move ${quoted(from)} to ${quoted(to)}`, errno);
  if (has("v")) cx.out(`renamed ${quoted(from)} -> ${quoted(to)}\n`);
  return true;
}

export const install: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "dDvpsTcCb",
    values: "mogtS",
    long: {
      directory: "d",
      mode: "m",
      owner: "o",
      group: "g",
      verbose: "v",
      "target-directory": "t",
      "no-target-directory": "T",
      "preserve-timestamps": "p",
    },
  });
  if (parsed === null) return 1;
  const { has, value, operands } = parsed;
  const text = value("m");
  const mode = text === undefined ? 0o755 : parseMode(text, 0, { isDir: false, umask: 0 });
  if (mode === null) return fail(cx, `invalid mode ${quote(cx, text!)}`);
  if (has("d")) return installDirs(cx, operands, mode, has("v"));
  if (has("D") && operands.length === 2) {
    const dir = operands[1]!.slice(0, Math.max(0, operands[1]!.lastIndexOf("/")));
    if (dir !== "") makeParents(cx, dir, 0o755, has("v"));
  }
  const plan = destinations(cx, operands, { dir: value("t"), isPlain: has("T") });
  if (plan === null) return 1;
  const copying: Plan = {
    has: () => false,
    isRecursive: false,
    follows: "always",
    isKept: has("p"),
    isTold: has("v"),
  };
  let status = 0;
  for (const [from, to] of plan.pairs) {
    const stat = statOf(cx, from);
    if (stat.ok && stat.value.type === "dir") status = fail(cx, `omitting directory ${quoted(from)}`);
    else if (!(await copy(cx, from, to, copying, true))) status = 1;
    else filesOf(cx).change(cx.process, "FILE_CHMOD", to, { mode });
  }
  return status;
};

function installDirs(cx: ToolContext, operands: readonly string[], mode: number, isTold: boolean): number {
  if (operands.length === 0) return usageError(cx, "missing file operand");
  let status = 0;
  for (const path of operands) {
    const failed = makeParents(cx, path, mode, isTold);
    if (failed === null) filesOf(cx).change(cx.process, "FILE_CHMOD", path, { mode });
    else status = complain(cx, `cannot create directory ${quote(cx, failed.path)}`, failed.errno);
  }
  return status;
}
