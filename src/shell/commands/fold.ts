/**
 * fold(1), expand(1) and unexpand(1) of GNU coreutils: columns are octets.
 * @source coreutils 9.1, src/fold.c, src/expand.c, src/unexpand.c, src/expand-common.c
 */
import type { OctetString } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { eachInput } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quote, quoteNameIfNeeded } from "./quoting.ts";

const explain = (path: string, why: string) => `${quoteNameIfNeeded(path)}: ${why}`;

export const fold: Tool = async (cx) => {
  const argv = cx.argv.map((word, i) => (i > 0 && /^-\d+$/.test(word) ? `-w${word.slice(1)}` : word));
  const parsed = parseOptions(
    cx,
    { flags: "bs", values: "w", long: { bytes: "b", spaces: "s", width: "w" } },
    argv,
  );
  if (parsed === null) return 1;
  const text = parsed.value("w") ?? "80";
  if (!/^\d+$/.test(text) || Number(text) === 0) {
    const why = /^\d+$/.test(text) ? ": Numerical result out of range" : "";
    cx.err(`fold: invalid number of columns: ${quote(cx, text)}${why}\n`);
    return 1;
  }
  const width = Number(text);
  const advance = (column: number, octet: string) => {
    if (parsed.has("b")) return column + 1;
    if (octet === "\b") return Math.max(0, column - 1);
    if (octet === "\r") return 0;
    return octet === "\t" ? column + 8 - (column % 8) : column + 1;
  };
  return eachInput(
    cx,
    parsed.operands,
    (reader) =>
      reader.eachLine(
        (line, hasEnd) =>
          cx.outOctets(foldLine(line, width, parsed.has("s"), advance) + (hasEnd ? "\n" : "")),
        () => cx.drain(),
      ),
    { explain },
  );
};

function foldLine(
  line: OctetString,
  width: number,
  atSpaces: boolean,
  advance: (column: number, octet: string) => number,
): OctetString {
  if (line.length <= width && !line.includes("\t")) return line;
  const rows: OctetString[] = [];
  let from = 0;
  let column = 0;
  for (let at = 0; at < line.length; ) {
    const next = advance(column, line[at]!);
    if (next <= width || at === from) {
      column = next;
      at++;
      continue;
    }
    let cut = at;
    if (atSpaces) {
      let blank = at - 1;
      while (blank >= from && line[blank] !== " " && line[blank] !== "\t") blank--;
      if (blank >= from) cut = blank + 1;
    }
    rows.push(line.slice(from, cut));
    column = 0;
    for (let i = cut; i < at; i++) column = advance(column, line[i]!);
    from = cut;
  }
  rows.push(line.slice(from));
  return rows.join("\n");
}

/** Where tabs stop: columns in order, and how it goes on behind them. */
interface Stops {
  readonly columns: readonly number[];
  /** Every so many columns; 0: none. */
  readonly every: number;
  /** Counted from the last of `columns` instead of the first column. */
  readonly isFromLast: boolean;
}

function stopsOf(cx: ToolContext, texts: readonly string[]): Stops | null {
  const columns: number[] = [];
  let every = 0;
  let isFromLast = false;
  for (const item of texts.join(",").split(/[, \t]+/)) {
    if (item === "") continue;
    const match = /^([/+]?)(\d+)$/.exec(item);
    if (match === null) {
      cx.err(
        `${cx.argv[0]}: tab size contains invalid character(s): ${quote(cx, item.replace(/^[/+]?\d*/, ""))}\n`,
      );
      return null;
    }
    const value = Number(match[2]);
    if (match[1] !== "") {
      every = value;
      isFromLast = match[1] === "+";
      continue;
    }
    if (value === 0) {
      cx.err(`${cx.argv[0]}: tab size cannot be 0\n`);
      return null;
    }
    if (columns.length > 0 && value <= columns.at(-1)!) {
      cx.err(`${cx.argv[0]}: tab sizes must be ascending\n`);
      return null;
    }
    columns.push(value);
  }
  if (columns.length === 1 && every === 0) return { columns: [], every: columns[0]!, isFromLast: false };
  if (columns.length === 0 && every === 0) return { columns: [], every: 8, isFromLast: false };
  return { columns, every, isFromLast };
}

/** The next stop behind a column; null: there is none. */
function nextStop({ columns, every, isFromLast }: Stops, column: number): number | null {
  const listed = columns.find((stop) => stop > column);
  if (listed !== undefined) return listed;
  if (every === 0) return null;
  const base = isFromLast ? (columns.at(-1) ?? 0) : 0;
  return column + every - ((column - base) % every);
}

/** `-4`, `-4,8` are tab stops, too. */
function withOldStops(argv: readonly string[]): readonly string[] {
  return argv.map((word, i) => (i > 0 && /^-[\d,]+$/.test(word) ? `-t${word.slice(1)}` : word));
}

export const expand: Tool = async (cx) => {
  const parsed = parseOptions(
    cx,
    { flags: "i", values: "t", long: { initial: "i", tabs: "t" } },
    withOldStops(cx.argv),
  );
  if (parsed === null) return 1;
  const stops = stopsOf(cx, parsed.all("t"));
  if (stops === null) return 1;
  const work = (line: OctetString) => {
    if (!line.includes("\t")) return line;
    let out = "";
    let column = 0;
    for (let at = 0; at < line.length; at++) {
      const octet = line[at]!;
      if (octet === "\t") {
        const next = nextStop(stops, column) ?? column + 1;
        out += " ".repeat(next - column);
        column = next;
      } else {
        if (octet === "\b") column = Math.max(0, column - 1);
        else column++;
        if (parsed.has("i") && octet !== " " && octet !== "\b") return out + line.slice(at);
        out += octet;
      }
    }
    return out;
  };
  return eachInput(
    cx,
    parsed.operands,
    (reader) =>
      reader.eachLine(
        (line, hasEnd) => cx.outOctets(work(line) + (hasEnd ? "\n" : "")),
        () => cx.drain(),
      ),
    { explain },
  );
};

export const unexpand: Tool = async (cx) => {
  const parsed = parseOptions(
    cx,
    { flags: "a", values: "t", long: { all: "a", "first-only": "first", tabs: "t" } },
    withOldStops(cx.argv),
  );
  if (parsed === null) return 1;
  const stops = stopsOf(cx, parsed.all("t"));
  if (stops === null) return 1;
  const isAll = (parsed.has("a") || parsed.has("t")) && !parsed.has("first");
  return eachInput(
    cx,
    parsed.operands,
    (reader) =>
      reader.eachLine(
        (line, hasEnd) => cx.outOctets(tabbed(line, stops, isAll) + (hasEnd ? "\n" : "")),
        () => cx.drain(),
      ),
    { explain },
  );
};

/** Blanks that reach a stop become a tab; a single one before a stop only where more follow. */
function tabbed(line: OctetString, stops: Stops, isAll: boolean): OctetString {
  let out = "";
  let column = 0;
  let pending = "";
  let isPendingOneBlankStop = false;
  let wasBlank = true;
  let converts = true;
  for (let at = 0; at < line.length; at++) {
    const octet = line[at]!;
    if (!converts) return out + pending + line.slice(at);
    const isBlank = octet === " " || octet === "\t";
    if (isBlank) {
      const next = nextStop(stops, column);
      if (next === null) converts = false;
      if (converts) {
        if (octet === "\t") {
          column = next!;
          if (pending !== "") pending = isPendingOneBlankStop ? "\t" : "";
          out += isPendingOneBlankStop ? pending : "";
          pending = "\t";
          out += pending;
          pending = "";
          isPendingOneBlankStop = false;
        } else {
          column++;
          if (!(wasBlank && column === next)) {
            if (column === next) isPendingOneBlankStop = true;
            pending += octet;
            wasBlank = true;
            continue;
          }
          if (isPendingOneBlankStop && pending !== "") out += "\t";
          else if (isPendingOneBlankStop) out += "";
          out += "\t";
          pending = "";
          isPendingOneBlankStop = false;
        }
        wasBlank = true;
        continue;
      }
    } else if (octet === "\b") column = Math.max(0, column - 1);
    else column++;
    if (pending !== "") {
      if (pending.length > 1 && isPendingOneBlankStop) pending = `\t${pending.slice(1)}`;
      out += pending;
      pending = "";
      isPendingOneBlankStop = false;
    }
    wasBlank = isBlank;
    converts &&= isAll || isBlank;
    out += octet;
  }
  if (pending.length > 1 && isPendingOneBlankStop) pending = `\t${pending.slice(1)}`;
  return out + pending;
}
