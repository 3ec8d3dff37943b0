/** chmod(1), chown(1), chgrp(1). @source coreutils 9.1 */
import type { FileStat } from "../../../events/requests.ts";
import { modeText, parseMode } from "../../mode.ts";
import type { Tool, ToolContext } from "../../tool.ts";
import { parseOptions } from "../options.ts";
import { complain, fail, fails, filesOf, joined, quote, quoted, refuses, statOf } from "./common.ts";

function usage(cx: ToolContext, text: string): number {
  cx.err(`${cx.argv[0]}: ${text}\nTry '${cx.argv[0]} --help' for more information.\n`);
  return 1;
}

interface Plan {
  readonly isRecursive: boolean;
  readonly isTold: boolean;
  readonly tellsChanges: boolean;
  readonly isQuiet: boolean;
}

/** Visits operands, and with `-R` what is below them. False: something failed. */
function visit(
  cx: ToolContext,
  path: string,
  plan: Plan,
  isOperand: boolean,
  act: (path: string, stat: FileStat, isOperand: boolean) => boolean,
): boolean {
  const stat = statOf(cx, path, false);
  if (!stat.ok) {
    if (!plan.isQuiet) complain(cx, `cannot access ${quoted(path)}`, stat.errno);
    return false;
  }
  let isWhole = act(path, stat.value, isOperand);
  if (!plan.isRecursive || stat.value.type !== "dir") return isWhole;
  const listed = filesOf(cx).list(cx.process, path);
  for (const name of listed.ok ? listed.value : [])
    isWhole = visit(cx, joined(path, name), plan, false, act) && isWhole;
  return isWhole;
}

function shown(mode: number): string {
  return `${mode.toString(8).padStart(4, "0")} (${modeText("file", mode).slice(1)})`;
}

export const chmod: Tool = (cx) => {
  // `chmod -x FILE`: what looks like an option may be a mode.
  const at = cx.argv.findIndex((word, i) => i > 0 && /^-[rwxXstugoa,+=-]+$/.test(word) && word !== "--");
  const isMode = at > 0 && !cx.argv.slice(1, at).some((word) => !word.startsWith("-"));
  const argv = isMode ? [...cx.argv.slice(0, at), ...cx.argv.slice(at + 1)] : cx.argv;
  const parsed = parseOptions(
    { ...proxy(cx), argv },
    {
      flags: "Rvcf",
      long: {
        recursive: "R",
        verbose: "v",
        changes: "c",
        quiet: "f",
        silent: "f",
        reference: "reference=",
        "preserve-root": "p",
        "no-preserve-root": "p",
      },
    },
  );
  if (parsed === null) return 1;
  const { has, value } = parsed;
  const operands = [...parsed.operands];
  const reference = value("reference");
  let text = isMode ? cx.argv[at]! : undefined;
  if (reference !== undefined) {
    const stat = statOf(cx, reference);
    if (!stat.ok) return complain(cx, `failed to get attributes of ${quoted(reference)}`, stat.errno);
    text = stat.value.mode.toString(8).padStart(5, "0");
  }
  text ??= operands.shift();
  if (text === undefined) return usage(cx, "missing operand");
  if (operands.length === 0) return usage(cx, `missing operand after ${quote(cx, text)}`);
  const umask = cx.process.umask;
  if (parseMode(text, 0, { isDir: false, umask }) === null)
    return usage(cx, `invalid mode: ${quote(cx, text)}`);
  const plan = {
    isRecursive: has("R"),
    isTold: has("v"),
    tellsChanges: has("c"),
    isQuiet: has("f"),
  };
  let status = 0;
  for (const operand of operands) {
    const done = visit(cx, operand, plan, true, (path, stat, isOperand) =>
      changeMode(cx, path, stat, text, plan, isOperand),
    );
    if (!done) status = 1;
  }
  return status;
};

/** The context as a plain object, so that a part of it can be another. */
function proxy(cx: ToolContext): ToolContext {
  return Object.create(cx) as ToolContext;
}

function changeMode(
  cx: ToolContext,
  path: string,
  link: FileStat,
  text: string,
  plan: Plan,
  isOperand: boolean,
): boolean {
  const stat = link.type === "symlink" && isOperand ? statOf(cx, path) : { ok: true as const, value: link };
  if (!stat.ok) {
    if (stat.errno !== "ENOENT") return refuses(cx, `cannot access ${quoted(path)}`, stat.errno);
    return fails(cx, `cannot operate on dangling symlink ${quoted(path)}`);
  }
  if (stat.value.type === "symlink") {
    if (plan.isTold) cx.out(`neither symbolic link ${quoted(path)} nor referent has been changed\n`);
    return true;
  }
  const before = stat.value.mode;
  const { umask } = cx.process;
  const mode = parseMode(text, before, { isDir: stat.value.type === "dir", umask })!;
  const errno = filesOf(cx).change(cx.process, "FILE_CHMOD", path, { mode });
  if (errno !== null)
    return plan.isQuiet ? false : refuses(cx, `changing permissions of ${quoted(path)}`, errno);
  if (mode !== before && (plan.isTold || plan.tellsChanges))
    cx.out(`mode of ${quoted(path)} changed from ${shown(before)} to ${shown(mode)}\n`);
  else if (plan.isTold) cx.out(`mode of ${quoted(path)} retained as ${shown(mode)}\n`);
  // What the umask took from a mode without `ugoa` is told as a failure.
  const wanted = /^[-+=]/.test(text)
    ? parseMode(text, before, { isDir: stat.value.type === "dir", umask: 0 })!
    : mode;
  if (!text.startsWith("-") || wanted === mode) return true;
  fail(
    cx,
    `${path}: new permissions are ${modeText("file", mode).slice(1)}, not ${modeText("file", wanted).slice(1)}`,
  );
  return false;
}

/** Numbers of users and groups by name, from /etc/passwd or /etc/group. */
async function idOf(cx: ToolContext, file: string, name: string): Promise<number | null> {
  const { readFile } = await import("../../tool.ts");
  const read = await readFile(cx, file);
  const line = (read.ok ? read.value : "").split("\n").find((one) => one.startsWith(`${name}:`));
  if (line !== undefined) return Number(line.split(":")[2]);
  return /^\+?\d{1,10}$/.test(name) ? Number(name) : null;
}

const CHOWN_OPTIONS = {
  flags: "RvcfhHLP",
  long: {
    recursive: "R",
    verbose: "v",
    changes: "c",
    quiet: "f",
    silent: "f",
    "no-dereference": "h",
    dereference: "dereference",
    reference: "reference=",
  },
};

export const chown: Tool = (cx) => changeOwners(cx, true);
export const chgrp: Tool = (cx) => changeOwners(cx, false);

async function changeOwners(cx: ToolContext, isOwner: boolean): Promise<number> {
  const parsed = parseOptions(cx, CHOWN_OPTIONS);
  if (parsed === null) return 1;
  const { has, value } = parsed;
  const operands = [...parsed.operands];
  let uid: number | null = null;
  let gid: number | null = null;
  const reference = value("reference");
  let spec = "";
  if (reference !== undefined) {
    const stat = statOf(cx, reference);
    if (!stat.ok) return complain(cx, `failed to get attributes of ${quoted(reference)}`, stat.errno);
    [uid, gid] = [isOwner ? stat.value.uid : null, stat.value.gid];
  } else {
    const first = operands.shift();
    if (first === undefined) return usage(cx, "missing operand");
    if (operands.length === 0) return usage(cx, `missing operand after ${quote(cx, first)}`);
    spec = first;
    const [user = "", group] = isOwner ? first.split(/[:.](.*)/s) : ["", first];
    if (user !== "") {
      uid = await idOf(cx, "/etc/passwd", user);
      if (uid === null) return fail(cx, `invalid user: ${quote(cx, first)}`);
      if (group === "") gid = uid;
    }
    if (group !== undefined && group !== "") {
      gid = await idOf(cx, "/etc/group", group);
      if (gid === null) return fail(cx, `invalid group: ${quote(cx, first)}`);
    }
  }
  const plan = { isRecursive: has("R"), isTold: has("v"), tellsChanges: has("c"), isQuiet: has("f") };
  let status = 0;
  for (const operand of operands) {
    const done = visit(cx, operand, plan, true, (path, stat) => {
      const nofollow = has("h") || (plan.isRecursive && stat.type === "symlink");
      const errno = filesOf(cx).change(cx.process, "FILE_CHOWN", path, {
        uid,
        gid,
        ...(nofollow ? { nofollow: true } : {}),
      });
      if (errno === null) {
        tellOwner(cx, path, stat, { uid, gid, spec, isOwner }, plan);
        return true;
      }
      if (plan.isQuiet) return false;
      const what =
        stat.type === "symlink" ? "cannot dereference" : `changing ${isOwner ? "ownership" : "group"} of`;
      return refuses(cx, `${what} ${quoted(path)}`, errno);
    });
    if (!done) status = 1;
  }
  return status;
}

function tellOwner(
  cx: ToolContext,
  path: string,
  stat: FileStat,
  to: { uid: number | null; gid: number | null; spec: string; isOwner: boolean },
  plan: Plan,
): void {
  const isChanged = (to.uid !== null && to.uid !== stat.uid) || (to.gid !== null && to.gid !== stat.gid);
  if (!plan.isTold && !(plan.tellsChanges && isChanged)) return;
  const what = to.isOwner ? "ownership" : "group";
  const named = (id: number) => (id === 0 ? "root" : String(id));
  const old = to.isOwner
    ? to.gid === null
      ? named(stat.uid)
      : `${named(stat.uid)}:${named(stat.gid)}`
    : named(stat.gid);
  const spec = to.spec.replace(/^0$/, "root");
  if (isChanged) cx.out(`changed ${what} of ${quoted(path)} from ${old} to ${spec}\n`);
  else cx.out(`${what} of ${quoted(path)} retained as ${old}\n`);
}
