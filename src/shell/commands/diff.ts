/**
 * diff(1) of GNU: normal output, `-q`, `-u`.
 * @source diffutils 3.8
 */
import { strerror } from "../../core/errno.ts";
import { readFile, type Tool } from "../tool.ts";
import { usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";

/** A run of lines that were taken away from the left or put in from the right. */
interface Change {
  readonly left: number;
  readonly leftCount: number;
  readonly right: number;
  readonly rightCount: number;
}

export const diff: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "qsuabBiw",
    values: "U",
    long: { brief: "q", unified: "u", "report-identical-files": "s" },
  });
  if (parsed === null) return 2;
  const [left, right] = parsed.operands;
  if (left === undefined || right === undefined)
    return usageError(
      cx,
      left === undefined ? "missing operand after 'diff'" : `missing operand after '${left}'`,
      2,
    );
  const texts: string[] = [];
  for (const path of [left, right]) {
    const read = await readFile(cx, path);
    if (read.ok) texts.push(read.value);
    else cx.err(`diff: ${path}: ${strerror(read.errno)}\n`);
  }
  if (texts.length < 2) return 2;
  const normal = (line: string) => {
    const spaced = parsed.has("w")
      ? line.replace(/\s+/g, "")
      : parsed.has("b")
        ? line.replace(/\s+/g, " ").trimEnd()
        : line;
    return parsed.has("i") ? spaced.toLowerCase() : spaced;
  };
  const [a, b] = texts.map(split) as [string[], string[]];
  const changes = compare(a.map(normal), b.map(normal));
  if (changes.length === 0) {
    if (parsed.has("s")) cx.out(`Files ${left} and ${right} are identical\n`);
    return 0;
  }
  if (parsed.has("q")) cx.out(`Files ${left} and ${right} differ\n`);
  else if (parsed.has("u") || parsed.has("U"))
    cx.out(`--- ${left}\n+++ ${right}\n${unified(a, b, changes, Number(parsed.value("U") ?? 3))}`);
  else cx.out(changes.map((change) => plain(a, b, change)).join(""));
  return 1;
};

/** Lines with their newlines. */
function split(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The changes of a longest common subsequence. */
function compare(a: readonly string[], b: readonly string[]): Change[] {
  const longest: Uint32Array[] = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let k = b.length - 1; k >= 0; k--)
      longest[i]![k] =
        a[i] === b[k] ? longest[i + 1]![k + 1]! + 1 : Math.max(longest[i + 1]![k]!, longest[i]![k + 1]!);
  const changes: Change[] = [];
  let [i, k] = [0, 0];
  while (i < a.length || k < b.length) {
    const [left, right] = [i, k];
    while ((i < a.length || k < b.length) && (i >= a.length || k >= b.length || a[i] !== b[k])) {
      if (k >= b.length || (i < a.length && longest[i + 1]![k]! >= longest[i]![k + 1]!)) i++;
      else k++;
    }
    if (i > left || k > right) changes.push({ left, leftCount: i - left, right, rightCount: k - right });
    while (i < a.length && k < b.length && a[i] === b[k]) [i, k] = [i + 1, k + 1];
  }
  return changes;
}

const marked = (mark: string, lines: readonly string[]) =>
  lines
    .map((line) => (line.endsWith("\n") ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`))
    .join("");

function plain(
  a: readonly string[],
  b: readonly string[],
  { left, leftCount, right, rightCount }: Change,
): string {
  const range = (start: number, count: number) =>
    count === 0 ? String(start) : count === 1 ? String(start + 1) : `${start + 1},${start + count}`;
  const kind = leftCount === 0 ? "a" : rightCount === 0 ? "d" : "c";
  const head = `${range(left, leftCount)}${kind}${range(right, rightCount)}\n`;
  return `${head}${marked("< ", a.slice(left, left + leftCount))}${kind === "c" ? "---\n" : ""}${marked("> ", b.slice(right, right + rightCount))}`;
}

function unified(
  a: readonly string[],
  b: readonly string[],
  changes: readonly Change[],
  context: number,
): string {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1);
    if (last !== undefined && change.left - (last.left + last.leftCount) <= 2 * context)
      hunks.at(-1)!.push(change);
    else hunks.push([change]);
  }
  return hunks.map((hunk) => unifiedHunk(a, b, hunk, context)).join("");
}

function unifiedHunk(
  a: readonly string[],
  b: readonly string[],
  hunk: readonly Change[],
  context: number,
): string {
  const [first, last] = [hunk[0]!, hunk.at(-1)!];
  const from = Math.max(0, first.left - context);
  const to = Math.min(a.length, last.left + last.leftCount + context);
  const rightFrom = first.right - (first.left - from);
  let body = "";
  let at = from;
  let rightCount = 0;
  for (const change of hunk) {
    body +=
      marked(" ", a.slice(at, change.left)) +
      marked("-", a.slice(change.left, change.left + change.leftCount)) +
      marked("+", b.slice(change.right, change.right + change.rightCount));
    rightCount += change.left - at + change.rightCount;
    at = change.left + change.leftCount;
  }
  body += marked(" ", a.slice(at, to));
  rightCount += to - at;
  const range = (start: number, count: number) =>
    count === 1 ? String(start + 1) : `${count === 0 ? start : start + 1},${count}`;
  return `@@ -${range(from, to - from)} +${range(rightFrom, rightCount)} @@\n${body}`;
}
