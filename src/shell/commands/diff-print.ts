/**
 * The outputs of diff(1): normal, unified, context, ed, RCS, side by side.
 * @source diffutils 3.8, doc "Output Formats"; src/side.c for the columns
 */
import type { OctetString } from "../../core/octets.ts";
import type { Change } from "./diff-lines.ts";

/** Lines of both files, with their newlines; what is ignored is left out of the changes. */
export interface Compared {
  readonly left: readonly OctetString[];
  readonly right: readonly OctetString[];
  readonly changes: readonly Change[];
  /** Is a change one that is not shown for itself (`-B`, `-I`)? */
  readonly isIgnored: (change: Change) => boolean;
}

export interface PrintStyle {
  readonly kind: "normal" | "unified" | "context" | "ed" | "rcs" | "side";
  readonly context: number;
  /** Lines of the header, for unified and context. */
  readonly names: readonly [string, string];
  readonly width: number;
  readonly showsCommon: boolean;
  readonly showsLeftOnly: boolean;
  /** `-t`, `-T`. */
  readonly expandsTabs: boolean;
  readonly alignsTabs: boolean;
}

export function printDiff(compared: Compared, style: PrintStyle): string {
  switch (style.kind) {
    case "unified":
      return hunked(compared, style, (hunk) => unifiedHunk(compared, hunk, style), ["---", "+++"]);
    case "context":
      return hunked(compared, style, (hunk) => contextHunk(compared, hunk, style), ["***", "---"]);
    case "side":
      return sideBySide(compared, style);
    case "ed":
      return shown(compared)
        .toReversed()
        .map((change) => edCommand(compared, change))
        .join("");
    case "rcs":
      return shown(compared)
        .map((change) => rcsCommand(compared, change))
        .join("");
    default:
      return shown(compared)
        .map((change) => normal(compared, change, style))
        .join("");
  }
}

function shown({ changes, isIgnored }: Compared): readonly Change[] {
  return changes.filter((change) => !isIgnored(change));
}

function marked(mark: string, lines: readonly OctetString[], style: PrintStyle): string {
  const text = (line: OctetString) => (style.expandsTabs ? expanded(line) : line);
  return lines
    .map((line) =>
      line.endsWith("\n") ? mark + text(line) : `${mark}${text(line)}\n\\ No newline at end of file\n`,
    )
    .join("");
}

function expanded(line: OctetString): OctetString {
  let out = "";
  for (const octet of line) out += octet === "\t" ? " ".repeat(8 - (out.length % 8)) : octet;
  return out;
}

/** `3`, `3,5`; of no lines, the one before. */
function range(start: number, count: number): string {
  return count === 0 ? String(start) : count === 1 ? String(start + 1) : `${start + 1},${start + count}`;
}

function normal(compared: Compared, change: Change, style: PrintStyle): string {
  const { left, leftCount, right, rightCount } = change;
  const kind = leftCount === 0 ? "a" : rightCount === 0 ? "d" : "c";
  const gap = style.alignsTabs ? "\t" : " ";
  const head = `${range(left, leftCount)}${kind}${range(right, rightCount)}\n`;
  const taken = marked(`<${gap}`, compared.left.slice(left, left + leftCount), style);
  const put = marked(`>${gap}`, compared.right.slice(right, right + rightCount), style);
  return head + taken + (kind === "c" ? "---\n" : "") + put;
}

function edCommand({ right: lines }: Compared, { left, leftCount, right, rightCount }: Change): string {
  if (rightCount === 0) return `${range(left, leftCount)}d\n`;
  const head = `${range(left, leftCount)}${leftCount === 0 ? "a" : "c"}\n`;
  let out = head;
  let isOpen = true;
  // A line that is a dot would end the text: it is put in as two, and one is taken away.
  for (const line of lines.slice(right, right + rightCount)) {
    if (!isOpen) {
      out += "a\n";
      isOpen = true;
    }
    if (line === ".\n") {
      out += "..\n.\ns/.//\n";
      isOpen = false;
    } else out += line.endsWith("\n") ? line : `${line}\n`;
  }
  return isOpen ? `${out}.\n` : out;
}

function rcsCommand({ right: lines }: Compared, { left, leftCount, right, rightCount }: Change): string {
  const taken = leftCount === 0 ? "" : `d${left + 1} ${leftCount}\n`;
  if (rightCount === 0) return taken;
  return `${taken}a${left + leftCount} ${rightCount}\n${lines.slice(right, right + rightCount).join("")}`;
}

// ---------------------------------------------------------------------------------------------- hunks

function hunked(
  compared: Compared,
  { context, names }: PrintStyle,
  print: (hunk: readonly Change[]) => string,
  marks: readonly [string, string],
): string {
  const hunks: Change[][] = [];
  for (const change of compared.changes) {
    const last = hunks.at(-1)?.at(-1);
    const gap = last === undefined ? 0 : change.left - (last.left + last.leftCount);
    // What is ignored is drawn into a hunk by what stands near it, but draws nothing itself.
    const reach = compared.isIgnored(change) ? context : 2 * context + 1;
    if (last !== undefined && gap < reach) hunks.at(-1)!.push(change);
    else hunks.push([change]);
  }
  const wanted = hunks.filter((hunk) => hunk.some((change) => !compared.isIgnored(change)));
  if (wanted.length === 0) return "";
  return `${marks[0]} ${names[0]}\n${marks[1]} ${names[1]}\n${wanted.map(print).join("")}`;
}

interface Extent {
  readonly from: number;
  readonly to: number;
  readonly rightFrom: number;
  readonly rightTo: number;
}

function extentOf({ left, right }: Compared, hunk: readonly Change[], context: number): Extent {
  const [first, last] = [hunk[0]!, hunk.at(-1)!];
  return {
    from: Math.max(0, first.left - context),
    to: Math.min(left.length, last.left + last.leftCount + context),
    rightFrom: Math.max(0, first.right - context),
    rightTo: Math.min(right.length, last.right + last.rightCount + context),
  };
}

function unifiedHunk(compared: Compared, hunk: readonly Change[], style: PrintStyle): string {
  const { left, right } = compared;
  const { from, to, rightFrom, rightTo } = extentOf(compared, hunk, style.context);
  const gap = style.alignsTabs ? "\t" : "";
  let body = "";
  let at = from;
  for (const change of hunk) {
    body +=
      marked(style.alignsTabs ? "\t" : " ", left.slice(at, change.left), style) +
      marked(`-${gap}`, left.slice(change.left, change.left + change.leftCount), style) +
      marked(`+${gap}`, right.slice(change.right, change.right + change.rightCount), style);
    at = change.left + change.leftCount;
  }
  body += marked(style.alignsTabs ? "\t" : " ", left.slice(at, to), style);
  const lines = (start: number, end: number) =>
    end - start === 1 ? String(start + 1) : `${end === start ? start : start + 1},${end - start}`;
  return `@@ -${lines(from, to)} +${lines(rightFrom, rightTo)} @@\n${body}`;
}

function contextHunk(compared: Compared, hunk: readonly Change[], style: PrintStyle): string {
  const { left, right } = compared;
  const { from, to, rightFrom, rightTo } = extentOf(compared, hunk, style.context);
  const lines = (start: number, end: number) => (end <= start + 1 ? String(end) : `${start + 1},${end}`);
  const gap = style.alignsTabs ? "\t" : " ";
  const side = (
    all: readonly OctetString[],
    [start, end]: readonly [number, number],
    mark: string,
    part: (change: Change) => readonly [number, number],
  ) => {
    let [body, at] = ["", start];
    for (const change of hunk) {
      const [first, count] = part(change);
      const isBoth = change.leftCount > 0 && change.rightCount > 0;
      body += marked(` ${gap}`, all.slice(at, first), style);
      body += marked(`${isBoth ? "!" : mark}${gap}`, all.slice(first, first + count), style);
      at = first + count;
    }
    return body + marked(` ${gap}`, all.slice(at, end), style);
  };
  const takes = hunk.some(({ leftCount }) => leftCount > 0);
  const puts = hunk.some(({ rightCount }) => rightCount > 0);
  const before = takes ? side(left, [from, to], "-", (change) => [change.left, change.leftCount]) : "";
  const after = puts
    ? side(right, [rightFrom, rightTo], "+", (change) => [change.right, change.rightCount])
    : "";
  return `***************\n*** ${lines(from, to)} ****\n${before}--- ${lines(rightFrom, rightTo)} ----\n${after}`;
}

// ---------------------------------------------------------------------------------------------- side by side

const TAB = 8;

function sideBySide({ left, right, changes }: Compared, style: PrintStyle): string {
  const offset = Math.floor((style.width + TAB + 3) / (2 * TAB)) * TAB;
  const half = Math.max(0, Math.min(offset - 3, style.width - offset));
  const columns = { half, second: half > 0 ? offset : style.width };
  let out = "";
  let [i, k] = [0, 0];
  const common = (count: number) => {
    for (let n = 0; n < count; n++, i++, k++) {
      if (!style.showsCommon) continue;
      out += style.showsLeftOnly ? row(left[i]!, "(", null, columns) : row(left[i]!, " ", right[k]!, columns);
    }
  };
  for (const change of changes) {
    common(change.left - i);
    const both = Math.min(change.leftCount, change.rightCount);
    for (let n = 0; n < both; n++) out += row(left[i++]!, "|", right[k++]!, columns);
    for (let n = both; n < change.leftCount; n++) out += row(left[i++]!, "<", null, columns);
    for (let n = both; n < change.rightCount; n++) out += row(null, ">", right[k++]!, columns);
  }
  common(left.length - i);
  return out;
}

/** Tabs, then spaces, up to a column. */
function gapTo(from: number, to: number): string {
  let [text, at] = ["", from];
  while (at + TAB - (at % TAB) <= to) {
    text += "\t";
    at += TAB - (at % TAB);
  }
  return text + " ".repeat(Math.max(0, to - at));
}

/** As much of a line as half the width takes; a tab that leads past it is dropped. */
function halfLine(
  line: OctetString,
  from: number,
  half: number,
): { readonly text: string; readonly column: number } {
  let text = "";
  let [read, written] = [0, 0];
  for (const octet of line) {
    if (octet === "\n") break;
    if (octet === "\t") {
      const stop = read + TAB - (read % TAB);
      if (read === written && stop < half) {
        written = stop;
        text += octet;
      }
      read = stop;
    } else if (read++ < half) {
      written = read;
      text += octet;
    }
  }
  return { text, column: from + written };
}

function row(
  left: OctetString | null,
  mark: string,
  right: OctetString | null,
  { half, second }: { readonly half: number; readonly second: number },
): string {
  let out = "";
  let column = 0;
  if (left !== null) ({ text: out, column } = halfLine(left, 0, half));
  const ends = [left, right].map((line) => line?.endsWith("\n") ?? null);
  const sign = mark === "|" && ends[0] !== ends[1] ? (ends[0] === true ? "/" : "\\") : mark;
  if (mark !== " ") {
    const at = Math.floor((half + second - 1) / 2);
    out += gapTo(column, at) + sign;
    column = Math.max(column, at) + 1;
  }
  if (right !== null && right !== "\n") out += gapTo(column, second) + halfLine(right, second, half).text;
  return ends.includes(true) ? `${out}\n` : out;
}
