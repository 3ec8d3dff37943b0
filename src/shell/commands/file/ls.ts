/**
 * ls(1), to something that is not a terminal.
 * @source coreutils 9.1, src/ls.c
 */

import { strerror } from "../../../core/errno.ts";
import { nameTable } from "../../../core/name-table.ts";
import type { FileStat } from "../../../events/requests.ts";
import { modeText } from "../../mode.ts";
import { formatDate } from "../../strftime.ts";
import { compareOctets } from "../../text.ts";
import type { Tool, ToolContext } from "../../tool.ts";
import { type Options, parseOptions } from "../options.ts";
import { filesOf, joined, quoted, statOf, wallTime } from "./common.ts";
import { blocksOf, humanSize, ownerName } from "./stat-fields.ts";

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: FileStat;
}

interface View {
  readonly has: Options["has"];
  readonly value: Options["value"];
  readonly isLong: boolean;
  /** One name a line, columns down, columns across, or with commas. */
  readonly layout: "1" | "C" | "x" | "m";
}

const LONG = {
  all: "a",
  "almost-all": "A",
  directory: "d",
  reverse: "r",
  recursive: "R",
  inode: "i",
  size: "s",
  "human-readable": "h",
  classify: "F",
  "file-type": "file-type",
  "no-group": "G",
  "numeric-uid-gid": "n",
  dereference: "L",
  "dereference-command-line": "H",
  escape: "b",
  literal: "N",
  "quote-name": "Q",
  "ignore-backups": "B",
  ignore: "I",
  kibibytes: "k",
  width: "w",
  color: "color=?",
  sort: "sort=",
  time: "time=",
  "time-style": "time-style=",
  "full-time": "full-time",
  format: "format=",
  hide: "hide=",
  "indicator-style": "indicator-style=",
  "group-directories-first": "dirs-first",
  "block-size": "block-size=",
  "show-control-chars": "N",
  "hide-control-chars": "q",
  zero: "zero",
};

export const ls: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "1aAdrRtSUhiFplLHngoGsbNQXvBkCxmcufq",
    values: "wIT",
    long: LONG,
  });
  if (parsed === null) return 2;
  const { operands, has, value, given } = parsed;
  const layout = given.findLast(([name]) => /^[1Cxmlgno]$/.test(name))?.[0] ?? "1";
  const isLong = ["l", "g", "n", "o", "full-time"].some(has) && !/[Cxm]/.test(layout);
  const view: View = { has, value, isLong, layout: /[Cxm]/.test(layout) ? (layout as "C") : "1" };
  return new Lister(cx, view).run(operands.length === 0 ? ["."] : operands);
};

class Lister {
  private status = 0;
  private isFirst = true;

  constructor(
    private readonly cx: ToolContext,
    private readonly view: View,
  ) {}

  run(operands: readonly string[]): number {
    const { has, isLong } = this.view;
    const plain: Entry[] = [];
    const dirs: Entry[] = [];
    for (const path of operands) {
      const followed = statOf(this.cx, path);
      // A link to a directory is listed as one, unless its own line is wanted.
      const isFollowed =
        has("L") ||
        has("H") ||
        (!isLong && !has("d") && !has("F") && followed.ok && followed.value.type === "dir");
      const stat = isFollowed ? followed : statOf(this.cx, path, false);
      if (!stat.ok) this.complain(`cannot access ${quoted(path)}`, strerror(stat.errno), 2);
      else
        (stat.value.type === "dir" && !has("d") ? dirs : plain).push({ name: path, path, stat: stat.value });
    }
    if (plain.length > 0) {
      this.print(this.sorted(plain));
      this.isFirst = false;
    }
    for (const dir of this.sorted(dirs)) this.list(dir.path, operands.length > 1 || has("R"));
    return this.status;
  }

  private complain(what: string, why: string, status: number): void {
    this.cx.flush?.();
    this.cx.err(`ls: ${what}: ${why}\n`);
    this.status = Math.max(this.status, status);
  }

  private list(path: string, hasTitle: boolean): void {
    const listed = filesOf(this.cx).list(this.cx.process, path);
    if (!listed.ok) {
      this.complain(`cannot open directory ${quoted(path)}`, strerror(listed.errno), 2);
      return;
    }
    const { has, isLong } = this.view;
    const names = listed.value.filter((name) => this.isShown(name));
    const entries: Entry[] = [];
    for (const name of has("a") || has("f") ? [".", "..", ...names] : names) {
      const full = joined(path, name);
      const stat = statOf(this.cx, full, has("L"));
      if (stat.ok) entries.push({ name, path: full, stat: stat.value });
      else this.complain(`cannot access ${quoted(full)}`, strerror(stat.errno), 1);
    }
    if (!this.isFirst) this.cx.out("\n");
    this.isFirst = false;
    if (hasTitle) this.cx.out(`${path}:\n`);
    if (isLong || has("s")) {
      const blocks = entries.reduce((sum, { stat }) => sum + blocksOf(stat), 0);
      this.cx.out(`total ${this.blockText(blocks)}\n`);
    }
    const order = this.sorted(entries);
    this.print(order);
    if (!has("R")) return;
    for (const { name, path: below, stat } of order)
      if (stat.type === "dir" && name !== "." && name !== "..") this.list(below, true);
  }

  private isShown(name: string): boolean {
    const { has, value } = this.view;
    if (name.startsWith(".") && !has("a") && !has("A") && !has("f")) return false;
    if (has("B") && name.endsWith("~")) return false;
    const hidden = [value("I"), has("a") || has("A") ? undefined : value("hide")];
    return !hidden.some((pattern) => pattern !== undefined && globMatches(pattern, name));
  }

  private sorted(entries: readonly Entry[]): Entry[] {
    const { has, value } = this.view;
    const sort =
      value("sort") ?? (has("S") ? "size" : has("t") ? "time" : has("U") || has("f") ? "none" : "");
    const byName = (a: Entry, b: Entry) => compareOctets(a.name, b.name);
    const extension = ({ name }: Entry) =>
      name.lastIndexOf(".") > 0 ? name.slice(name.lastIndexOf(".")) : "";
    const by: Readonly<Record<string, (a: Entry, b: Entry) => number>> = nameTable({
      size: (a, b) => b.stat.size - a.stat.size || byName(a, b),
      time: (a, b) => this.timeOf(b.stat) - this.timeOf(a.stat) || byName(a, b),
      none: () => 0,
      version: (a, b) => compareVersions(a.name, b.name) || byName(a, b),
      extension: (a, b) => compareOctets(extension(a), extension(b)) || byName(a, b),
    });
    const named = has("v") ? "version" : has("X") ? "extension" : sort;
    const order = [...entries].sort(Object.hasOwn(by, named) ? by[named] : byName);
    if (has("r")) order.reverse();
    if (!has("dirs-first")) return order;
    const isDir = (entry: Entry) => entry.stat.type === "dir";
    return [...order.filter(isDir), ...order.filter((entry) => !isDir(entry))];
  }

  private timeOf(stat: FileStat): number {
    const { has, value } = this.view;
    const time = value("time") ?? (has("u") ? "atime" : has("c") ? "ctime" : "mtime");
    if (/^(atime|access|use)$/.test(time)) return stat.atime;
    return /^(ctime|status)$/.test(time) ? stat.ctime : stat.mtime;
  }

  private blockText(blocks: number): string {
    return this.view.has("h") ? humanSize(blocks * 512) : String(Math.ceil(blocks / 2));
  }

  private print(entries: readonly Entry[]): void {
    const { has, layout, isLong } = this.view;
    const prefixes = this.prefixes(entries);
    const texts = entries.map((entry, i) => prefixes[i]! + (isLong ? "" : this.shown(entry)));
    if (isLong) this.printLong(entries, prefixes);
    else if (layout === "m") this.cx.out(`${texts.join(", ")}\n`);
    else if (layout === "1") this.cx.out(texts.map((text) => `${text}${has("zero") ? "\0" : "\n"}`).join(""));
    else this.printColumns(texts, layout === "C");
  }

  /** Inode and blocks before each name. */
  private prefixes(entries: readonly Entry[]): string[] {
    const { has } = this.view;
    const columns: string[][] = [];
    if (has("i")) columns.push(entries.map(({ stat }) => String(stat.ino)));
    if (has("s")) columns.push(entries.map(({ stat }) => this.blockText(blocksOf(stat))));
    const widths = columns.map((column) => Math.max(...column.map((text) => text.length)));
    return entries.map((_, i) => columns.map((column, c) => `${column[i]!.padStart(widths[c]!)} `).join(""));
  }

  private printColumns(texts: readonly string[], isDown: boolean): void {
    const width =
      Number(this.view.value("w") ?? this.cx.env.get("COLUMNS") ?? 80) || Number.POSITIVE_INFINITY;
    const lengths = texts.map((text) => [...text].length);
    for (let rows = 1; ; rows++) {
      const columns = Math.ceil(texts.length / rows);
      const at = (row: number, column: number) => (isDown ? column * rows + row : row * columns + column);
      const widths = Array.from({ length: columns }, (_, column) =>
        Math.max(
          0,
          ...Array.from({ length: rows }, (__, row) => {
            const length = lengths[at(row, column)];
            return length === undefined ? 0 : length + (column < columns - 1 ? 2 : 0);
          }),
        ),
      );
      const total = widths.reduce((sum, one) => sum + one, 0);
      if (total >= width && rows < texts.length) continue;
      for (let row = 0; row < rows; row++) this.cx.out(`${this.row(texts, widths, (c) => at(row, c))}\n`);
      return;
    }
  }

  /** A row, its gaps filled with tabs as far as they go. */
  private row(texts: readonly string[], widths: readonly number[], at: (column: number) => number): string {
    let line = "";
    let place = 0;
    let start = 0;
    for (const [column, width] of widths.entries()) {
      const text = texts[at(column)];
      if (text === undefined) break;
      // A tab where it saves more than one blank. @source ls.c, indent()
      while (place < start) {
        const isTab = Math.floor(start / 8) > Math.floor((place + 1) / 8);
        line += isTab ? "\t" : " ";
        place = isTab ? (Math.floor(place / 8) + 1) * 8 : place + 1;
      }
      line += text;
      place = start + [...text].length;
      start += width;
    }
    return line;
  }

  private shown(entry: Entry): string {
    return this.nameText(entry.name) + this.indicator(entry.stat);
  }

  private nameText(name: string): string {
    const { has } = this.view;
    if (has("Q")) return `"${escapeName(name, '"')}"`;
    if (has("b")) return escapeName(name, " ");
    return has("q") ? name.replace(/[\0-\x1f\x7f]/g, "?") : name;
  }

  private targetIndicator({ path }: Entry): string {
    const followed = statOf(this.cx, path);
    return followed.ok ? this.indicator(followed.value) : "";
  }

  private indicator({ type, mode }: FileStat): string {
    const { has, value } = this.view;
    const style =
      value("indicator-style") ??
      (has("F") ? "classify" : has("p") ? "slash" : has("file-type") ? "file-type" : "none");
    if (style === "none") return "";
    if (type === "dir") return "/";
    if (style === "slash") return "";
    if (type === "symlink") return this.view.isLong ? "" : "@";
    if (type === "fifo") return "|";
    return style === "classify" && type === "file" && (mode & 0o111) !== 0 ? "*" : "";
  }

  private printLong(entries: readonly Entry[], prefixes: readonly string[]): void {
    const { has } = this.view;
    const rows = entries.map(({ stat }) => [
      modeText(stat.type, stat.mode),
      String(stat.nlink),
      ...(has("g") ? [] : [ownerName(stat.uid, has("n"))]),
      ...(has("o") || has("G") ? [] : [ownerName(stat.gid, has("n"))]),
      this.sizeText(stat),
      this.dateText(stat),
    ]);
    const isText = (column: number, count: number) => column === 0 || (column > 1 && column < count - 2);
    const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map((row) => row[c]!.length)));
    for (const [i, entry] of entries.entries()) {
      const row = rows[i]!;
      const fields = row.map((text, c) =>
        isText(c, row.length) ? text.padEnd(widths[c]!) : text.padStart(widths[c]!),
      );
      const { target } = entry.stat;
      const to = target === undefined ? "" : ` -> ${this.nameText(target)}${this.targetIndicator(entry)}`;
      this.cx.out(`${prefixes[i]}${fields.join(" ")} ${this.shown(entry)}${to}\n`);
    }
  }

  private sizeText(stat: FileStat): string {
    if (stat.rdev !== undefined) return `${stat.rdev[0]}, ${stat.rdev[1]}`;
    const unit = /^(\d*)([KMG]?)$/.exec(this.view.value("block-size") ?? "");
    if (unit !== null && unit[0] !== "") {
      const size = (Number(unit[1] || 1) || 1) * 1024 ** ("KMG".indexOf(unit[2] || "?") + 1);
      return `${Math.ceil(stat.size / size)}${unit[1] === "" ? unit[2] : ""}`;
    }
    return this.view.has("h") ? humanSize(stat.size) : String(stat.size);
  }

  private dateText(stat: FileStat): string {
    const { seconds, nanos } = wallTime(this.cx, this.timeOf(stat));
    const now = wallTime(this.cx, this.cx.host.now).seconds;
    const style = this.view.has("full-time") ? "full-iso" : (this.view.value("time-style") ?? "locale");
    if (style.startsWith("+")) return formatDate(style.slice(1), seconds, nanos);
    if (style === "full-iso") return formatDate("%Y-%m-%d %H:%M:%S.%N %z", seconds, nanos);
    if (style === "long-iso") return formatDate("%Y-%m-%d %H:%M", seconds);
    // Half a year of the Gregorian calendar, as ls has it.
    const isRecent = seconds > now - 31_556_952 / 2 && seconds <= now;
    if (style === "iso") return formatDate(isRecent ? "%m-%d %H:%M" : "%Y-%m-%d ", seconds);
    return formatDate(isRecent ? "%b %e %H:%M" : "%b %e  %Y", seconds);
  }
}

function escapeName(name: string, special: string): string {
  const letters: ReadonlyMap<string, string> = new Map([
    ["\n", "\\n"],
    ["\t", "\\t"],
    ["\\", "\\\\"],
    [special, `\\${special}`],
  ]);
  return Array.from(name, (c) => {
    const known = letters.get(c);
    if (known !== undefined) return known;
    return c < " " || c === "\x7f" ? `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}` : c;
  }).join("");
}

/** Patterns of `-I` and `--hide`: `*`, `?` and brackets. */
export function globMatches(pattern: string, name: string, isCaseless = false): boolean {
  return globRegex(pattern, isCaseless).test(name);
}

export function globRegex(pattern: string, isCaseless: boolean): RegExp {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i]!;
    const close = c === "[" ? pattern.indexOf("]", i + (/^\[[!^]?\]/.test(pattern.slice(i)) ? 3 : 2)) : -1;
    if (c === "*") source += ".*";
    else if (c === "?") source += ".";
    else if (close > 0) {
      const body = pattern
        .slice(i + 1, close)
        .replace(/^[!^]/, "^")
        .replace(/\\/g, "\\\\")
        .replace(/(?<=.)\[(?!:)/g, "\\[");
      source += `[${body.replace(/\[:(\w+):\]/g, (_, name: string) => CLASSES.get(name) ?? "")}]`;
      i = close;
    } else if (c === "\\" && i + 1 < pattern.length) source += escapeRegex(pattern[++i]!);
    else source += escapeRegex(c);
  }
  return new RegExp(`^${source}$`, isCaseless ? "sui" : "su");
}

const CLASSES: ReadonlyMap<string, string> = new Map([
  ["alpha", "A-Za-z"],
  ["digit", "0-9"],
  ["alnum", "A-Za-z0-9"],
  ["upper", "A-Z"],
  ["lower", "a-z"],
  ["space", "\\s"],
  ["xdigit", "0-9A-Fa-f"],
]);

function escapeRegex(c: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(c) ? `\\${c}` : c;
}

/** Runs of digits by value, everything else by octets. @source gnulib, filevercmp */
function compareVersions(a: string, b: string): number {
  const [x, y] = [a, b].map((name) => name.match(/\d+|\D+/g) ?? []);
  for (let i = 0; i < Math.max(x!.length, y!.length); i++) {
    const [left = "", right = ""] = [x![i], y![i]];
    const bothNumbers = /^\d/.test(left) && /^\d/.test(right);
    const order = bothNumbers ? Number(left) - Number(right) : compareOctets(left, right);
    if (order !== 0) return order;
  }
  return 0;
}
