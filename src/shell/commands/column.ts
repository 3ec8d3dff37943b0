/**
 * column(1) of util-linux.
 * @source util-linux 2.38, text-utils/column.c; libsmartcols
 * @differs -T, -W and -E are accepted and do nothing: no table is made narrower than it is; trees (-p, -r, -i) are refused
 */
import { octetsToText } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { textWidth } from "./display-width.ts";
import { eachInput, usageError } from "./inputs.ts";
import { type Options, parseOptions } from "./options.ts";

const TAB = 8;

export const column: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "dexJLt",
    values: "cEHlnNoORsTW",
    long: {
      "table-columns-limit": "l",
      json: "J",
      "keep-empty-lines": "L",
      fillrows: "x",
      "output-separator": "o",
      "output-width": "c",
      separator: "s",
      table: "t",
      "table-columns": "N",
      "table-empty-lines": "L",
      "table-header-repeat": "e",
      "table-hide": "H",
      "table-name": "n",
      "table-noextreme": "E",
      "table-noheadings": "d",
      "table-order": "O",
      "table-right": "R",
      "table-truncate": "T",
      "table-wrap": "W",
    },
  });
  if (parsed === null) return 1;
  const width = Number(parsed.value("c") ?? cx.env.get("COLUMNS") ?? 80);
  if (!Number.isInteger(width)) {
    cx.err(`column: invalid columns argument: '${parsed.value("c")}'\n`);
    return 1;
  }
  if (parsed.has("J") && !parsed.has("N")) {
    cx.err("column: option --table-columns required for --json\n");
    return 1;
  }
  if (parsed.has("e") && !parsed.has("t")) return usageError(cx, "option --table required for all --table-*");
  const isTable = parsed.has("t") || parsed.has("J");
  const lines: string[] = [];
  const status = await eachInput(cx, parsed.operands, (reader) =>
    reader.eachLine(
      (line) => {
        if (/[^ \t\r\v\f]/.test(line)) lines.push(octetsToText(line));
        else if (parsed.has("L")) lines.push("");
      },
      async () => {},
    ),
  );
  if (lines.length === 0) return status;
  if (!isTable) cx.out(fill(lines, width, parsed.has("x")));
  else {
    const error = table(cx, lines, parsed);
    if (error !== 0) return error;
  }
  return status;
};

function greatest<T>(items: readonly T[], sizeOf: (item: T) => number): number {
  return items.reduce((most, item) => Math.max(most, sizeOf(item)), 0);
}

/** Without a table: as many columns as fit, with tabs between them. */
function fill(lines: readonly string[], width: number, byRows: boolean): string {
  const widest = greatest(lines, textWidth);
  if (widest >= width) return `${lines.join("\n")}\n`;
  const cell = widest + TAB - (widest % TAB);
  const columns = Math.max(1, Math.floor(width / cell));
  const rows = Math.ceil(lines.length / columns);
  let out = "";
  for (let row = 0; row < rows; row++) {
    const items = byRows
      ? lines.slice(row * columns, (row + 1) * columns)
      : Array.from({ length: Math.ceil((lines.length - row) / rows) }, (_, i) => lines[row + i * rows]!);
    for (const [i, item] of items.entries()) {
      const tabs = i === items.length - 1 ? 0 : Math.ceil((cell - textWidth(item)) / TAB);
      out += item + "\t".repeat(tabs);
    }
    out += "\n";
  }
  return out;
}

function cellsOf(line: string, separators: string | undefined, limit: number): string[] {
  const cells: string[] = [];
  const isGreedy = separators === undefined;
  let rest = isGreedy ? line.replace(/^[ \t]+/, "") : line;
  const pattern = isGreedy ? /[ \t]+/ : new RegExp(`[${separators.replace(/[\\\]^-]/g, "\\$&")}]`, "u");
  while (cells.length + 1 < limit) {
    const found = pattern.exec(rest);
    if (found === null) break;
    cells.push(rest.slice(0, found.index));
    rest = rest.slice(found.index + found[0].length);
  }
  if (!(isGreedy && rest === "" && cells.length > 0)) cells.push(rest);
  return cells;
}

/** Positions of columns, given by names, numbers or `-`; null: there is none such, which was told. */
function positions(
  cx: ToolContext,
  list: string | undefined,
  names: readonly string[],
  count: number,
  what: string,
): number[] | null {
  if (list === undefined) return [];
  const found: number[] = [];
  for (const item of list.split(",")) {
    if (item === "-") {
      for (let i = 0; i < count; i++) if (names[i] === undefined || names[i] === "") found.push(i);
      continue;
    }
    const at = /^\d+$/.test(item) ? Number(item) - 1 : names.indexOf(item);
    if (at < 0 || at >= count) {
      cx.err(`column: undefined column name '${item}'\n`);
      void what;
      return null;
    }
    found.push(at);
  }
  return found;
}

function table(cx: ToolContext, lines: readonly string[], parsed: Options): number {
  const limit = parsed.has("l") ? Number(parsed.value("l")) : Number.POSITIVE_INFINITY;
  const rows = lines.map((line) => cellsOf(line, parsed.value("s"), limit));
  const names = parsed.value("N")?.split(",") ?? [];
  const count = Math.max(
    names.length,
    greatest(rows, (row) => row.length),
  );
  if (parsed.has("J")) {
    const at = rows.findIndex((row) => row.length > names.length);
    if (at >= 0) {
      cx.err(`column: line ${at + 1}: for JSON the name of the column ${names.length + 1} is required\n`);
      return 1;
    }
  }
  const right = positions(cx, parsed.value("R"), names, count, "right");
  const hidden = positions(cx, parsed.value("H"), names, count, "hide");
  const first = positions(cx, parsed.value("O"), names, count, "order");
  if (right === null || hidden === null || first === null) return 1;
  const order = [
    ...first,
    ...Array.from({ length: count }, (_, i) => i).filter((i) => !first.includes(i)),
  ].filter((i) => !hidden.includes(i));
  if (parsed.has("J")) cx.out(json(rows, names, order, parsed.value("n") ?? "table"));
  else {
    const shown = names.length > 0 && !parsed.has("d") ? [names, ...rows] : rows;
    cx.out(aligned(shown, order, new Set(right), parsed.value("o") ?? "  "));
  }
  return 0;
}

function aligned(
  rows: readonly (readonly string[])[],
  order: readonly number[],
  right: ReadonlySet<number>,
  separator: string,
): string {
  const widths = order.map((at) => greatest(rows, (row) => textWidth(row[at] ?? "")));
  const lines: string[] = [];
  for (const row of rows) {
    const cells = order.map((at, i) => {
      const cell = row[at] ?? "";
      const room = " ".repeat(widths[i]! - textWidth(cell));
      if (right.has(at)) return room + cell;
      return i === order.length - 1 ? cell : cell + room;
    });
    lines.push(`${cells.join(separator)}\n`);
  }
  return lines.join("");
}

function json(
  rows: readonly (readonly string[])[],
  names: readonly string[],
  order: readonly number[],
  name: string,
): string {
  const objects = rows.map((row) => {
    const fields = order.map((at) => {
      const value = row[at] === undefined || row[at] === "" ? "null" : JSON.stringify(row[at]);
      return `         ${JSON.stringify((names[at] ?? "").toLowerCase())}: ${value}`;
    });
    return `{\n${fields.join(",\n")}\n      }`;
  });
  return `{\n   ${JSON.stringify(name)}: [\n      ${objects.join(",")}\n   ]\n}\n`;
}
