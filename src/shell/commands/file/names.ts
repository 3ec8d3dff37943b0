/**
 * Tools that work on paths alone: basename(1), dirname(1), readlink(1), realpath(1), mktemp(1).
 * @source coreutils 9.1
 */
import { strerror } from "../../../core/errno.ts";
import type { Result } from "../../../core/result.ts";
import { resolvePath } from "../../files.ts";
import type { Tool, ToolContext } from "../../tool.ts";
import { usageError } from "../inputs.ts";
import { type Options, parseOptions } from "../options.ts";
import { baseOf, complain, fail, filesOf, joined, quote } from "./common.ts";

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
  if (!isMany && operands.length > 2) return usageError(cx, `extra operand ${quote(cx, operands[2]!)}`);
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
  for (const path of parsed.operands) cx.out(`${dirOf(path)}${parsed.has("z") ? "\0" : "\n"}`);
  return 0;
};

function dirOf(path: string): string {
  const plain = path.replace(/\/+$/, "");
  if (plain === "") return path === "" ? "." : "/";
  const slash = plain.lastIndexOf("/");
  return slash < 0 ? "." : plain.slice(0, slash).replace(/\/+$/, "") || "/";
}

const CANONICAL = { "canonicalize-existing": "e", "canonicalize-missing": "m", zero: "z" };

/** How much of a path need not exist. */
function missingOf(parsed: Options): "none" | "last" | "all" {
  const letter = parsed.given.findLast(([name]) => /^[efm]$/.test(name))?.[0];
  return letter === "e" ? "none" : letter === "m" ? "all" : "last";
}

function real(cx: ToolContext, path: string, missing: "none" | "last" | "all"): Result<string> {
  const found = filesOf(cx).realpath(cx.process, path, missing);
  // A loop is as good as missing where all may be.
  return found.ok || missing !== "all" || path === ""
    ? found
    : { ok: true, value: resolvePath(cx.cwd, path) };
}

export const realpath: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "emqszLP",
    values: "tb",
    long: {
      ...CANONICAL,
      quiet: "q",
      strip: "s",
      "no-symlinks": "s",
      logical: "L",
      physical: "P",
      "relative-to": "t",
      "relative-base": "b",
    },
  });
  if (parsed === null) return 1;
  if (parsed.operands.length === 0) return usageError(cx, "missing operand");
  const missing = missingOf(parsed);
  const absolute = (path: string): Result<string> =>
    parsed.has("s")
      ? { ok: true, value: resolvePath(cx.cwd, path) }
      : real(cx, parsed.has("L") ? resolvePath(cx.cwd, path) : path, missing);
  const bases = ["t", "b"].map((letter) => parsed.value(letter)).map((path) => path && absolute(path));
  const [to, base] = bases.map((one) => (one !== undefined && one !== "" && one.ok ? one.value : undefined));
  let status = 0;
  for (const path of parsed.operands) {
    const found = path === "" ? real(cx, "", "none") : absolute(path);
    if (!found.ok) {
      if (!parsed.has("q")) fail(cx, `${path === "" ? "''" : path}: ${strerror(found.errno)}`);
      status = 1;
      continue;
    }
    const shown = relativeTo(found.value, to ?? base, base);
    cx.out(`${shown}${parsed.has("z") ? "\0" : "\n"}`);
  }
  return status;
};

function isBelow(path: string, dir: string): boolean {
  return path === dir || path.startsWith(dir === "/" ? "/" : `${dir}/`);
}

/** A path as seen from a directory; if it or the directory is not below `base`, as it is. */
export function relativeTo(path: string, from: string | undefined, base: string | undefined): string {
  if (from === undefined || (base !== undefined && !(isBelow(path, base) && isBelow(from, base))))
    return path;
  const [here, there] = [from, path].map((one) => one.split("/").filter((part) => part !== ""));
  let same = 0;
  while (same < here!.length && here![same] === there![same]) same++;
  const parts = [...here!.slice(same).map(() => ".."), ...there!.slice(same)];
  return parts.length === 0 ? "." : parts.join("/");
}

export const readlink: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "femnqsvz",
    long: {
      ...CANONICAL,
      canonicalize: "f",
      "no-newline": "n",
      quiet: "q",
      silent: "s",
      verbose: "v",
    },
  });
  if (parsed === null) return 1;
  const { operands, has } = parsed;
  if (operands.length === 0) return usageError(cx, "missing operand");
  const isQuiet = has("n") && operands.length === 1;
  if (has("n") && !isQuiet) fail(cx, "ignoring --no-newline with multiple arguments");
  const isCanonical = ["f", "e", "m"].some(has);
  let status = 0;
  for (const path of operands) {
    const found = isCanonical ? real(cx, path, missingOf(parsed)) : filesOf(cx).readlink(cx.process, path);
    if (found.ok) cx.out(`${found.value}${has("z") ? "\0" : isQuiet ? "" : "\n"}`);
    else {
      status = 1;
      if (has("v")) fail(cx, `${path === "" ? "''" : path}: ${strerror(found.errno)}`);
    }
  }
  return status;
};

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** Names that are tried before all are thought to be taken. */
const ATTEMPTS = 1000;

export const mktemp: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "dqtuV",
    values: "p",
    long: { directory: "d", quiet: "q", "dry-run": "u", tmpdir: "tmpdir=?", suffix: "suffix=" },
  });
  if (parsed === null) return 1;
  const { has, operands } = parsed;
  if (operands.length > 1) return usageError(cx, "too many templates");
  const plan = templateOf(cx, parsed);
  if (typeof plan === "string") return fail(cx, plan);
  const { head, count, suffix } = plan;
  const { userland } = cx.process;
  const draw = () => LETTERS[userland.options.seedRandom() % LETTERS.length]!;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const path = `${head}${Array.from({ length: count }, draw).join("")}${suffix}`;
    const errno = has("u") ? null : make(cx, path, has("d"));
    if (errno === "EEXIST") continue;
    if (errno === null) {
      cx.out(`${path}\n`);
      return 0;
    }
    if (has("q")) return 1;
    const template = `${head}${"X".repeat(count)}${suffix}`;
    return complain(
      cx,
      `failed to create ${has("d") ? "directory" : "file"} via template ${quote(cx, template)}`,
      errno,
    );
  }
  return complain(cx, "cannot find a free name", "EEXIST");
};

function make(cx: ToolContext, path: string, isDir: boolean) {
  const files = filesOf(cx);
  if (isDir) return files.mkdir(cx.process, path, 0o700);
  return files.create(cx.process, path, { mode: 0o600, isExclusive: true });
}

interface Template {
  readonly head: string;
  readonly count: number;
  readonly suffix: string;
}

/** The template's parts, or what is wrong with it. */
function templateOf(cx: ToolContext, { has, value, operands }: Options): Template | string {
  const given = operands[0] ?? "tmp.XXXXXXXXXX";
  const named = value("suffix");
  if (named !== undefined && !given.endsWith("X"))
    return `with --suffix, template ${quote(cx, given)} must end in X`;
  const end = given.lastIndexOf("X") + 1;
  const suffix = named ?? given.slice(end);
  if (suffix.includes("/")) return `invalid suffix ${quote(cx, suffix)}, contains directory separator`;
  let start = end;
  while (given[start - 1] === "X") start--;
  if (end - start < 3) return `too few X's in template ${quote(cx, given)}`;
  const isInTmp = operands[0] === undefined || has("t") || has("p") || has("tmpdir");
  if (!isInTmp) return { head: given.slice(0, start), count: end - start, suffix };
  if (has("t") && given.includes("/"))
    return `invalid template, ${quote(cx, given)}, contains directory separator`;
  if (!has("t") && given.startsWith("/"))
    return `invalid template, ${quote(cx, given)}; with --tmpdir, it may not be absolute`;
  const environment = cx.env.get("TMPDIR") || undefined;
  const option = value("p") || value("tmpdir") || undefined;
  const dir = (has("t") ? (environment ?? option) : (option ?? environment)) ?? "/tmp";
  return { head: joined(dir, given.slice(0, start)), count: end - start, suffix };
}
