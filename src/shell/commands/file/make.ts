/**
 * Tools that make files of all kinds: touch(1), mkdir(1), mkfifo(1), ln(1).
 * @source coreutils 9.1
 */
import type { Errno } from "../../../core/errno.ts";
import { parseMode } from "../../mode.ts";
import type { Tool, ToolContext } from "../../tool.ts";
import { parseWhen } from "../../when.ts";
import { usageError } from "../inputs.ts";
import { type Options, parseOptions } from "../options.ts";
import {
  baseOf,
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
  virtualTime,
  wallTime,
} from "./common.ts";
import { relativeTo } from "./names.ts";

export const touch: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "acfhm",
    values: "drt",
    long: {
      "no-create": "c",
      date: "d",
      reference: "r",
      "no-dereference": "h",
      time: "time=",
    },
  });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return usageError(cx, "missing file operand");
  const times = timesOf(cx, parsed);
  if (times === null) return 1;
  let status = 0;
  for (const path of parsed.operands) {
    const errno = touchOne(cx, path, parsed.has("c"), parsed.has("h"), times);
    if (errno !== null) status = complain(cx, `cannot touch ${quoted(path)}`, errno);
  }
  return status;
};

interface Times {
  readonly atime: number | null;
  readonly mtime: number | null;
}

/** The times that files are to get; null: told. */
function timesOf(cx: ToolContext, parsed: Options): Times | null {
  const which = parsed.value("time");
  const isAccess = parsed.has("a") || (which !== undefined && /^(a|u)/.test(which));
  const isChange = parsed.has("m") || (which !== undefined && /^m/.test(which));
  let [atime, mtime] = [cx.host.now, cx.host.now];
  const reference = parsed.value("r");
  const text = parsed.value("d");
  const stamp = parsed.value("t");
  if (reference !== undefined) {
    const stat = statOf(cx, reference);
    if (!stat.ok) {
      complain(cx, `failed to get attributes of ${quoted(reference)}`, stat.errno);
      return null;
    }
    ({ atime, mtime } = stat.value);
  }
  if (text !== undefined || stamp !== undefined) {
    const now = wallTime(cx, mtime);
    const when = text === undefined ? parseStamp(stamp!, now.seconds) : parseWhen(text, now);
    if (when === null) {
      fail(cx, `invalid date format ${quote(cx, text ?? stamp!)}`);
      return null;
    }
    atime = mtime = virtualTime(cx, when.seconds, when.nanos);
  }
  return { atime: isChange && !isAccess ? null : atime, mtime: isAccess && !isChange ? null : mtime };
}

/** `[[CC]YY]MMDDhhmm[.ss]` */
function parseStamp(text: string, now: number): { seconds: number; nanos: number } | null {
  const match = /^(\d\d)?(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text);
  if (match === null) return null;
  const short = match[1] !== undefined && match[2] === undefined ? match[1] : match[2];
  const century = match[2] === undefined ? undefined : match[1];
  const year =
    short === undefined
      ? new Date(now * 1000).getUTCFullYear()
      : Number(century ?? (Number(short) < 69 ? "20" : "19")) * 100 + Number(short);
  const [month, day, hour, minute, second] = [match[3], match[4], match[5], match[6], match[7] ?? "0"].map(
    Number,
  ) as [number, number, number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) return null;
  return { seconds: Date.UTC(year, month - 1, day, hour, minute, second) / 1000, nanos: 0 };
}

function touchOne(
  cx: ToolContext,
  path: string,
  isOld: boolean,
  isLink: boolean,
  times: Times,
): Errno | null {
  const files = filesOf(cx);
  // `-` is standard output, whose times nobody sees.
  if (path === "-") return null;
  const stat = statOf(cx, path, !isLink);
  if (!stat.ok) {
    if (isOld || isLink) return isOld && stat.errno === "ENOENT" ? null : stat.errno;
    const errno = files.create(cx.process, path);
    if (errno !== null) return errno;
  } else if (stat.value.isGenerated === true || stat.value.type === "chardev") return null;
  return files.change(cx.process, "FILE_UTIMES", path, { ...times, ...(isLink ? { nofollow: true } : {}) });
}

export const mkdir: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "pvZ",
    values: "m",
    long: { parents: "p", verbose: "v", mode: "m" },
  });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return usageError(cx, "missing operand");
  const text = parsed.value("m");
  const { umask } = cx.process;
  const mode = text === undefined ? 0o777 & ~umask : parseMode(text, 0o777, { isDir: false, umask });
  if (mode === null) return fail(cx, `invalid mode ${quote(cx, text!)}`);
  let status = 0;
  for (const path of parsed.operands) {
    const failed = parsed.has("p")
      ? makeParents(cx, path, mode, parsed.has("v"))
      : makeDir(cx, path, mode, parsed.has("v"));
    if (failed !== null)
      status = complain(cx, `cannot create directory ${quote(cx, failed.path)}`, failed.errno);
  }
  return status;
};

interface Failed {
  readonly path: string;
  readonly errno: Errno;
}

function makeDir(cx: ToolContext, path: string, mode: number, isTold: boolean): Failed | null {
  const errno = filesOf(cx).mkdir(cx.process, path, mode);
  if (errno === null && isTold) {
    const what = cx.argv[0] === "install" ? "creating directory" : "created directory";
    cx.out(`${cx.argv[0]}: ${what} ${quoted(path)}\n`);
  }
  return errno === null ? null : { path, errno };
}

/** `mkdir -p` */
export function makeParents(cx: ToolContext, path: string, mode: number, isTold: boolean): Failed | null {
  const ends = [...path.matchAll(/[^/](?=\/|$)/g)].map(({ index }) => index + 1);
  for (const [i, end] of ends.entries()) {
    const part = path.slice(0, end);
    const isLast = i === ends.length - 1;
    const stat = statOf(cx, part);
    if (stat.ok && stat.value.type === "dir") continue;
    if (stat.ok) return { path: part, errno: isLast ? "EEXIST" : "ENOTDIR" };
    const failed = makeDir(cx, part, isLast ? mode : 0o777 & ~cx.process.umask, isTold);
    if (failed !== null) return failed;
  }
  return path === "" ? { path, errno: "ENOENT" } : null;
}

export const mkfifo: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "Z", values: "m", long: { mode: "m" } });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return usageError(cx, "missing operand");
  const text = parsed.value("m");
  const { umask } = cx.process;
  const mode = text === undefined ? 0o666 & ~umask : parseMode(text, 0o666, { isDir: false, umask });
  if (mode === null) return fail(cx, "invalid mode");
  let status = 0;
  for (const path of parsed.operands) {
    const errno = filesOf(cx).makeFifo(cx.process, path, mode);
    if (errno !== null) status = complain(cx, `cannot create fifo ${quoted(path)}`, errno);
  }
  return status;
};

export const ln: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "sfnviTrLPbd",
    values: "tS",
    long: {
      symbolic: "s",
      force: "f",
      "no-dereference": "n",
      verbose: "v",
      interactive: "i",
      "no-target-directory": "T",
      relative: "r",
      logical: "L",
      physical: "P",
      "target-directory": "t",
    },
  });
  if (parsed === null) return 1;
  const { operands, has, value } = parsed;
  // One operand: a link of its own name, here.
  const isHere = operands.length === 1 && value("t") === undefined && !has("T");
  const target = operands.at(-1) ?? "";
  const isLinkToDir = has("n") && statOf(cx, target, false).ok && isLink(cx, target);
  const plan = isHere
    ? { pairs: [[operands[0]!, joined(".", baseOf(operands[0]!)).replace(/^\.\//, "")] as const] }
    : destinations(cx, operands, { dir: value("t"), isPlain: has("T"), isDirNot: isLinkToDir });
  if (plan === null) return 1;
  let status = 0;
  for (const [from, to] of plan.pairs) if (!linkOne(cx, from, to, has)) status = 1;
  return status;
};

function isLink(cx: ToolContext, path: string): boolean {
  const stat = statOf(cx, path, false);
  return stat.ok && stat.value.type === "symlink";
}

function linkOne(cx: ToolContext, from: string, to: string, has: Options["has"]): boolean {
  const files = filesOf(cx);
  const isSymbolic = has("s");
  if (!isSymbolic) {
    const stat = statOf(cx, from, has("L"));
    if (!stat.ok) return refuses(cx, `failed to access ${quoted(from)}`, stat.errno);
    if (stat.value.type === "dir") return fails(cx, `${from}: hard link not allowed for directory`);
  }
  const leadsTo = from === "" ? " -> ''" : "";
  const what = `failed to create ${isSymbolic ? "symbolic" : "hard"} link ${quoted(to)}${leadsTo}`;
  const old = statOf(cx, to, false);
  if (old.ok && has("f")) {
    if (old.value.type === "dir") return fails(cx, `${quoted(to).slice(1, -1)}: cannot overwrite directory`);
    const source = statOf(cx, from, false);
    if (!isSymbolic && source.ok && source.value.ino === old.value.ino) {
      const isSame = files.realpath(cx.process, from);
      const other = files.realpath(cx.process, to);
      if (!isSame.ok || !other.ok || isSame.value !== other.value) return true;
      return fails(cx, `${quoted(from)} and ${quoted(to)} are the same file`);
    }
    const errno = files.change(cx.process, "FILE_UNLINK", to, {});
    if (errno !== null) return refuses(cx, what, errno);
  }
  const leads = isSymbolic && has("r") ? relativeTarget(cx, from, to) : from;
  const errno = isSymbolic
    ? files.change(cx.process, "FILE_SYMLINK", to, { target: leads })
    : files.link(cx.process, from, to);
  if (errno !== null) return refuses(cx, what, errno);
  if (has("v")) cx.out(`${quoted(to)} ${isSymbolic ? "->" : "=>"} ${quoted(leads)}\n`);
  return true;
}

/** `ln -sr`: the target as seen from where the link stands. */
function relativeTarget(cx: ToolContext, from: string, to: string): string {
  const files = filesOf(cx);
  const target = files.realpath(cx.process, from, "all");
  const slash = to.replace(/\/+$/, "").lastIndexOf("/");
  const dir = files.realpath(cx.process, slash < 0 ? "." : to.slice(0, slash + 1), "all");
  return target.ok && dir.ok ? relativeTo(target.value, dir.value, undefined) : from;
}
