/**
 * diff(1) of GNU.
 * @source diffutils 3.8, src/diff.c, src/analyze.c, src/dir.c
 * @differs -D, -F, -p and the formats of groups and lines are refused
 */

import { strerror } from "../../core/errno.ts";
import { nameTable } from "../../core/name-table.ts";
import { type OctetString, octetsToText } from "../../core/octets.ts";
import type { FileStat } from "../../events/requests.ts";
import { PosixRegex } from "../posix-regex.ts";
import { formatDate } from "../strftime.ts";
import { compareOctets } from "../text.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { type Change, compareLines } from "./diff-lines.ts";
import { type PrintStyle, printDiff } from "./diff-print.ts";
import { readOctets } from "./inputs.ts";
import { type Options, parseOptions } from "./options.ts";
import { quoteNameIfNeeded } from "./quoting.ts";

const TROUBLE = 2;

function refuse(cx: ToolContext, text: string): number {
  cx.err(`diff: ${text}\ndiff: Try 'diff --help' for more information.\n`);
  return TROUBLE;
}

interface Job {
  readonly options: Options;
  /** Options as they stand in the `diff -r A B` before each pair. */
  readonly words: readonly string[];
  readonly labels: readonly string[];
  readonly context: number;
  readonly width: number;
  readonly kind: PrintStyle["kind"];
  readonly ignored: readonly PosixRegex[];
  readonly excluded: readonly RegExp[];
}

const LONG: Readonly<Record<string, string>> = nameTable({
  normal: "normal",
  brief: "q",
  "report-identical-files": "s",
  context: "C=?",
  unified: "U=?",
  ed: "e",
  rcs: "n",
  "side-by-side": "y",
  width: "W",
  "left-column": "left",
  "suppress-common-lines": "suppress",
  label: "L",
  "expand-tabs": "t",
  "initial-tab": "T",
  recursive: "r",
  "no-dereference": "deref",
  "new-file": "N",
  "unidirectional-new-file": "P",
  exclude: "x",
  "ignore-case": "i",
  "ignore-tab-expansion": "E",
  "ignore-trailing-space": "Z",
  "ignore-space-change": "b",
  "ignore-all-space": "w",
  "ignore-blank-lines": "B",
  "ignore-matching-lines": "I",
  text: "a",
  "strip-trailing-cr": "cr",
  minimal: "d",
  "speed-large-files": "H",
  color: "color=?",
  "ignore-file-name-case": "filecase",
  "no-ignore-file-name-case": "nofilecase",
  paginate: "l",
});

export const diff: Tool = async (cx) => {
  const options = parseOptions(cx, {
    flags: "abBcdeEHilnNPqrstTuwyZ0123456789",
    values: "CILUWx",
    long: LONG,
    hasPrefix: true,
  });
  if (options === null) return TROUBLE;
  const { operands } = options;
  if (operands.length < 2) return refuse(cx, `missing operand after '${operands.at(-1) ?? "diff"}'`);
  if (operands.length > 2) return refuse(cx, `extra operand '${operands[2]}'`);
  const job = jobOf(cx, options);
  if (typeof job === "number") return job;
  return compare(cx, job, operands[0]!, operands[1]!, true);
};

function jobOf(cx: ToolContext, options: Options): Job | number {
  let [context, kind]: [number, PrintStyle["kind"]] = [3, "normal"];
  const kinds: Readonly<Record<string, PrintStyle["kind"]>> = nameTable({
    u: "unified",
    U: "unified",
    c: "context",
    C: "context",
    e: "ed",
    n: "rcs",
    y: "side",
    normal: "normal",
  });
  for (const [letter, value] of options.given) {
    if (Object.hasOwn(kinds, letter)) kind = kinds[letter]!;
    if ((letter !== "U" && letter !== "C") || value === "") continue;
    if (!/^\d+$/.test(value)) return refuse(cx, `invalid context length '${value}'`);
    context = Number(value);
  }
  const digits = options.given.filter(([letter]) => /^\d$/.test(letter)).map(([letter]) => letter);
  if (digits.length > 0) context = Number(digits.join(""));
  const width = options.value("W") ?? "130";
  if (!/^[1-9]\d*$/.test(width)) return refuse(cx, `invalid width '${width}'`);
  const labels = options.all("L");
  if (labels.length > 2) {
    cx.err("diff: too many file label options\n");
    return TROUBLE;
  }
  const patterns = options.all("I").flatMap((text) => PosixRegex.compile(text, false) ?? []);
  return {
    options,
    words: optionWords(cx.argv.slice(1), options.operands),
    labels,
    context,
    width: Number(width),
    kind,
    ignored: patterns,
    excluded: options.all("x").map(globToRegExp),
  };
}

function optionWords(args: readonly string[], operands: readonly string[]): string[] {
  const left = [...operands];
  const words = args.toReversed().filter((word) => {
    if (word === "--") return false;
    if (word !== left.at(-1)) return true;
    left.pop();
    return false;
  });
  return words.toReversed().map(quoteNameIfNeeded);
}

function globToRegExp(glob: string): RegExp {
  const source = glob
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "su");
}

/** What a name stands for; null with `-N`, where nothing stands for an empty file. */
function look(
  cx: ToolContext,
  name: string,
): FileStat | "stdin" | { readonly errno: Parameters<typeof strerror>[0] } {
  if (name === "-") return "stdin";
  const stat = cx.process.userland.files.stat(cx.process, name);
  return stat.ok ? stat.value : { errno: stat.errno };
}

function isDir(found: ReturnType<typeof look>): boolean {
  return found !== "stdin" && "type" in found && found.type === "dir";
}

async function compare(
  cx: ToolContext,
  job: Job,
  left: string,
  right: string,
  isTop: boolean,
): Promise<number> {
  let names: [string, string] = [left, right];
  let found = names.map((name) => look(cx, name));
  if (isTop && isDir(found[0]!) !== isDir(found[1]!)) {
    // A directory against a file is the file of that name in it.
    const base = (path: string) => path.slice(path.lastIndexOf("/") + 1);
    names = isDir(found[0]!)
      ? [`${left.replace(/\/$/, "")}/${base(right)}`, right]
      : [left, `${right.replace(/\/$/, "")}/${base(left)}`];
    found = names.map((name) => look(cx, name));
  }
  const allows = job.options.has("N") || job.options.has("P");
  const missing = found.map((one) => one !== "stdin" && "errno" in one);
  const isNew = allows && missing.filter(Boolean).length === 1;
  if (!isNew) {
    for (const [i, one] of found.entries())
      if (one !== "stdin" && "errno" in one) cx.err(`diff: ${names[i]}: ${strerror(one.errno)}\n`);
    if (missing.some(Boolean)) return TROUBLE;
  }
  if (found.some(isDir)) return compareDirs(cx, job, names, found.map(isDir), isTop);
  return compareFiles(cx, job, names, missing as [boolean, boolean], isTop);
}

async function compareDirs(
  cx: ToolContext,
  job: Job,
  names: readonly [string, string],
  dirs: readonly boolean[],
  isTop: boolean,
): Promise<number> {
  const { has } = job.options;
  if (!isTop && !has("r")) {
    cx.out(`Common subdirectories: ${names[0]} and ${names[1]}\n`);
    return 0;
  }
  const { files } = cx.process.userland;
  const lists = names.map((name, i) => {
    const list = dirs[i] === true ? files.list(cx.process, name) : null;
    return list?.ok ? list.value : [];
  });
  const all = [...new Set(lists.flat())].sort(compareOctets);
  let status = 0;
  for (const entry of all.filter((name) => !job.excluded.some((pattern) => pattern.test(name)))) {
    const paths = names.map((name) => `${name.replace(/\/$/, "")}/${entry}`) as [string, string];
    const isIn = lists.map((list) => list.includes(entry));
    const isWanted = isIn.every(Boolean) || has("N") || (has("P") && isIn[1]);
    if (!isWanted) {
      const at = isIn[0] === true ? 0 : 1;
      cx.out(`Only in ${names[at]}: ${entry}\n`);
      status = Math.max(status, 1);
      continue;
    }
    status = Math.max(status, await compareEntry(cx, job, paths));
  }
  return status;
}

const KINDS: Readonly<Record<string, string>> = nameTable({
  file: "regular file",
  dir: "directory",
  fifo: "fifo",
  chardev: "character special file",
});

async function compareEntry(cx: ToolContext, job: Job, paths: readonly [string, string]): Promise<number> {
  const found = paths.map((path) => look(cx, path));
  const types = found.map((one) => (one !== "stdin" && "type" in one ? one.type : null));
  if (types[0] === null || types[1] === null || types[0] === types[1])
    return compare(cx, job, paths[0], paths[1], false);
  const kindOf = (i: 0 | 1) => {
    const one = found[i]!;
    const isEmpty = types[i] === "file" && one !== "stdin" && "size" in one && one.size === 0;
    return isEmpty ? "regular empty file" : (KINDS[types[i]!] ?? types[i]);
  };
  cx.out(`File ${paths[0]} is a ${kindOf(0)} while file ${paths[1]} is a ${kindOf(1)}\n`);
  return 1;
}

async function compareFiles(
  cx: ToolContext,
  job: Job,
  names: readonly [string, string],
  missing: readonly [boolean, boolean],
  isTop: boolean,
): Promise<number> {
  const { has } = job.options;
  const texts: OctetString[] = [];
  for (const [i, name] of names.entries()) {
    if (i === 1 && name === "-" && names[0] === "-") {
      texts.push(texts[0]!);
      continue;
    }
    const read = missing[i] ? null : await readOctets(cx, name);
    if (read !== null && !read.ok) {
      cx.err(`diff: ${name}: ${strerror(read.errno)}\n`);
      return TROUBLE;
    }
    const text = read === null ? "" : read.value;
    texts.push(has("cr") ? text.replace(/\r(?=\n)/g, "") : text);
  }
  const [a, b] = texts as [OctetString, OctetString];
  const same = () => {
    if (has("s")) cx.outOctets(`Files ${names[0]} and ${names[1]} are identical\n`);
    return 0;
  };
  if (a === b && job.kind !== "side") return same();
  const isBinary = [a, b].some((text) => text.slice(0, 4096).includes("\0"));
  if (isBinary && !has("a") && a !== b) {
    cx.outOctets(
      has("q")
        ? `Files ${names[0]} and ${names[1]} differ\n`
        : `Binary files ${names[0]} and ${names[1]} differ\n`,
    );
    return 1;
  }
  const [left, right] = [a, b].map((text, i) => {
    // ed(1) knows no last line without its end.
    const isCut = job.kind === "ed" && text !== "" && !text.endsWith("\n");
    if (isCut) cx.err(`diff: ${names[i]}: No newline at end of file\n`);
    return linesOf(isCut ? `${text}\n` : text);
  }) as [OctetString[], OctetString[]];
  const horizon = job.kind === "unified" || job.kind === "context" ? job.context : 0;
  const changes = compareLines(left, right, keyOf(job.options), horizon);
  const isIgnored = ignores(job, left, right);
  const differs = changes.some((change) => !isIgnored(change));
  if (!differs && job.kind !== "side") return same();
  if (has("q") && differs) {
    cx.outOctets(`Files ${names[0]} and ${names[1]} differ\n`);
    return 1;
  }
  const headers = names.map((name, i) => job.labels[i] ?? `${name}\t${stamp(cx, name, missing[i]!)}`);
  const text = printDiff(
    { left, right, changes, isIgnored },
    {
      kind: job.kind,
      context: job.context,
      names: headers as [string, string],
      width: job.width,
      showsCommon: !has("suppress"),
      showsLeftOnly: has("left"),
      expandsTabs: has("t"),
      alignsTabs: has("T"),
    },
  );
  if (!isTop && differs) cx.out(`diff ${[...job.words, ...names].join(" ")}\n`);
  cx.outOctets(text);
  await cx.drain();
  const isCut = job.kind === "ed" && [a, b].some((side) => side !== "" && !side.endsWith("\n"));
  return isCut ? TROUBLE : differs ? 1 : 0;
}

/** Lines with their newlines. */
function linesOf(text: OctetString): OctetString[] {
  const lines: OctetString[] = [];
  let from = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
    lines.push(text.slice(from, at + 1));
    from = at + 1;
  }
  if (from < text.length) lines.push(text.slice(from));
  return lines;
}

/** What of a line is compared. */
function keyOf({ has }: Options): (line: OctetString) => OctetString {
  const steps: ((line: OctetString) => OctetString)[] = [];
  if (has("w")) steps.push((line) => line.replace(/[ \t\v\f\r\n]+/g, ""));
  else if (has("b")) steps.push((line) => line.replace(/[ \t\v\f\r\n]+$/, "").replace(/[ \t\v\f\r]+/g, " "));
  else {
    if (has("Z")) steps.push((line) => line.replace(/[ \t\v\f\r\n]+$/, ""));
    if (has("E")) steps.push(withoutTabs);
  }
  if (has("i")) steps.push((line) => line.replace(/[A-Z]+/g, (run) => run.toLowerCase()));
  return steps.length === 0 ? (line) => line : (line) => steps.reduce((text, step) => step(text), line);
}

function withoutTabs(line: OctetString): OctetString {
  let out = "";
  for (const octet of line) out += octet === "\t" ? " ".repeat(8 - (out.length % 8)) : octet;
  return out;
}

function ignores(
  { options, ignored }: Job,
  left: readonly OctetString[],
  right: readonly OctetString[],
): (change: Change) => boolean {
  if (!options.has("B") && ignored.length === 0) return () => false;
  const isBlank = options.has("w") || options.has("b") || options.has("Z") ? /^\s*$/ : /^\n?$/;
  const skips = (line: OctetString) =>
    (options.has("B") && isBlank.test(line)) ||
    ignored.some((regex) => regex.test(octetsToText(line.replace(/\n$/, ""))));
  return (change) =>
    left.slice(change.left, change.left + change.leftCount).every(skips) &&
    right.slice(change.right, change.right + change.rightCount).every(skips);
}

/** When a file was written, as the headers tell it. */
function stamp(cx: ToolContext, name: string, isMissing: boolean): string {
  const { files, options } = cx.process.userland;
  const stat = isMissing ? null : files.stat(cx.process, name === "-" ? "/dev/stdin" : name);
  const isPlain = stat?.ok === true && stat.value.type === "file";
  const time = isMissing ? -options.epoch * 1e9 : isPlain ? stat.value.mtime : cx.host.now;
  const seconds = options.epoch + Math.floor(time / 1e9);
  const nanos = String(time - Math.floor(time / 1e9) * 1e9).padStart(9, "0");
  return `${formatDate("%Y-%m-%d %H:%M:%S", seconds)}.${nanos} +0000`;
}
