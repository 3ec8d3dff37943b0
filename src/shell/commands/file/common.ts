/** What the tools that work on files share: their errors, and where a copy goes. */
import { type Errno, strerror } from "../../../core/errno.ts";
import type { Result } from "../../../core/result.ts";
import type { FileStat } from "../../../events/requests.ts";
import type { Files } from "../../files.ts";
import type { ToolContext } from "../../tool.ts";

export function filesOf(cx: ToolContext): Files {
  return cx.process.userland.files;
}

/** `TOOL: WHAT: TEXT OF THE ERRNO`. Gives status 1. */
export function complain(cx: ToolContext, what: string, errno: Errno): 1 {
  return fail(cx, `${what}: ${strerror(errno)}`);
}

export function fail(cx: ToolContext, text: string): 1 {
  cx.err(`${cx.argv[0]!.replace(/^.*\//, "")}: ${text}\n`);
  return 1;
}

/** As `complain`, for what tells whether it was done. */
export function refuses(cx: ToolContext, what: string, errno: Errno): false {
  complain(cx, what, errno);
  return false;
}

/** As `fail`, for what tells whether it was done. */
export function fails(cx: ToolContext, text: string): false {
  fail(cx, text);
  return false;
}

export function statOf(cx: ToolContext, path: string, follows = true): Result<FileStat> {
  return filesOf(cx).stat(cx.process, path, follows);
}

export function isDir(cx: ToolContext, path: string): boolean {
  const stat = statOf(cx, path);
  return stat.ok && stat.value.type === "dir";
}

/** A word as GNU's tools quote it by the locale. */
export function quote(cx: ToolContext, text: string): string {
  const locale = cx.env.get("LC_ALL") || cx.env.get("LC_CTYPE") || cx.env.get("LANG") || "C";
  return /utf-?8/i.test(locale) ? `‘${text}’` : `'${text}'`;
}

const CONTROL = /[\0-\x1f\x7f]/;
const CONTROLS = /([\0-\x1f\x7f]+)/;

/** A name as GNU's tools quote it in messages. @source gnulib, quotearg.c, shell_escape_always_quoting_style */
export function quoted(name: string): string {
  if (CONTROL.test(name)) {
    const parts = name.split(CONTROLS);
    return parts
      .map((part, i) => (i % 2 === 0 ? `'${part.replaceAll("'", "'\\''")}'` : escaped(part)))
      .join("");
  }
  if (!name.includes("'")) return `'${name}'`;
  return /["$`\\!]/.test(name) ? `'${name.replaceAll("'", "'\\''")}'` : `"${name}"`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\x07", "\\a"],
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\v", "\\v"],
  ["\f", "\\f"],
  ["\r", "\\r"],
]);

function escaped(text: string): string {
  const one = (c: string) => ESCAPES.get(c) ?? `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`;
  return `$'${Array.from(text, one).join("")}'`;
}

/** Without the slashes at its end. */
export function trimmed(path: string): string {
  return path.replace(/(?<=.)\/+$/, "");
}

/** The last part of a path. */
export function baseOf(path: string): string {
  const plain = path.replace(/\/+$/, "");
  return plain === "" ? (path === "" ? "" : "/") : plain.slice(plain.lastIndexOf("/") + 1);
}

export function joined(dir: string, name: string): string {
  return dir.endsWith("/") ? `${dir}${name}` : `${dir}/${name}`;
}

/** Seconds since 1970 and nanoseconds of a virtual time. */
export function wallTime(
  cx: ToolContext,
  time: number,
): { readonly seconds: number; readonly nanos: number } {
  const { epoch } = cx.process.userland.options;
  const seconds = Math.floor(time / 1e9);
  return { seconds: epoch + seconds, nanos: Math.round(time - seconds * 1e9) };
}

/** The virtual time of seconds since 1970. */
export function virtualTime(cx: ToolContext, seconds: number, nanos = 0): number {
  return (seconds - cx.process.userland.options.epoch) * 1e9 + nanos;
}

export interface Destination {
  /** Sources and what each is to be called. */
  readonly pairs: readonly (readonly [from: string, to: string])[];
}

/**
 * Where cp, mv, ln and install put their operands: into a directory under their own names, or under one name. Null: told.
 * @param dir value of `-t`
 */
export function destinations(
  cx: ToolContext,
  operands: readonly string[],
  { dir, isPlain, isDirNot = false }: { dir: string | undefined; isPlain: boolean; isDirNot?: boolean },
): Destination | null {
  const usage = (text: string) => {
    cx.err(`${cx.argv[0]}: ${text}\nTry '${cx.argv[0]} --help' for more information.\n`);
    return null;
  };
  if (operands.length === 0) return usage("missing file operand");
  const into = (target: string, sources: readonly string[]): Destination => ({
    pairs: sources.map((from) => [from, joined(target, baseOf(from))] as const),
  });
  if (dir !== undefined) {
    const stat = statOf(cx, dir);
    if (stat.ok && stat.value.type === "dir") return into(dir, operands);
    complain(cx, `target directory ${quoted(dir)}`, stat.ok ? "ENOTDIR" : stat.errno);
    return null;
  }
  const to = operands.at(-1)!;
  if (operands.length === 1) return usage(`missing destination file operand after ${quoted(to)}`);
  if (isPlain) {
    if (operands.length > 2) return usage(`extra operand ${quoted(operands[2]!)}`);
    return { pairs: [[operands[0]!, to]] };
  }
  const stat = statOf(cx, to);
  const isTarget = stat.ok && stat.value.type === "dir" && !isDirNot;
  if (isTarget) return into(to, operands.slice(0, -1));
  if (operands.length === 2) return { pairs: [[operands[0]!, to]] };
  complain(cx, `target ${quoted(to)}`, stat.ok ? "ENOTDIR" : stat.errno);
  return null;
}
