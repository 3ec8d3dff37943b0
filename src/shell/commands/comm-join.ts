/**
 * comm(1) and join(1) of GNU coreutils, in the order of octets.
 * @source coreutils 9.1, src/comm.c, src/join.c
 */
import { strerror } from "../../core/errno.ts";
import { type OctetString, textToOctets } from "../../core/octets.ts";
import type { OctetReader } from "../octet-reader.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { closeInput, openInput, usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quote, quoteNameIfNeeded } from "./quoting.ts";

function openBoth(cx: ToolContext, operands: readonly string[]): [OctetReader, OctetReader] | null {
  const readers: OctetReader[] = [];
  for (const name of operands) {
    const opened = openInput(cx, name);
    if (!opened.ok) {
      cx.err(`${cx.argv[0]}: ${quoteNameIfNeeded(name)}: ${strerror(opened.errno)}\n`);
      return null;
    }
    readers.push(opened.value);
  }
  return readers as [OctetReader, OctetReader];
}

function checkOperands(cx: ToolContext, operands: readonly string[]): boolean {
  if (operands.length === 2) return true;
  if (operands.length > 2)
    usageError(cx, `extra operand ${cx.argv[0] === "join" ? `'${operands[2]}'` : quote(cx, operands[2]!)}`);
  else
    usageError(
      cx,
      operands.length === 0 ? "missing operand" : `missing operand after ${quote(cx, operands[0]!)}`,
    );
  return false;
}

function readError(cx: ToolContext, readers: readonly OctetReader[], operands: readonly string[]): boolean {
  const at = readers.findIndex(({ errno }) => errno !== null);
  if (at < 0) return false;
  const why = cx.argv[0] === "join" ? "read error" : quoteNameIfNeeded(operands[at]!);
  cx.err(`${cx.argv[0]}: ${why}: ${strerror(readers[at]!.errno!)}\n`);
  return true;
}

export const comm: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "123z",
    long: {
      "check-order": "check",
      "nocheck-order": "nocheck",
      "output-delimiter": "delimiter=",
      total: "total",
      "zero-terminated": "z",
    },
  });
  if (parsed === null) return 1;
  const { has, operands } = parsed;
  if (!checkOperands(cx, operands)) return 1;
  const readers = openBoth(cx, operands);
  if (readers === null) return 1;
  const end = has("z") ? "\0" : "\n";
  const delimiter = textToOctets(parsed.value("delimiter") ?? "\t") || "\0";
  const totals = [0, 0, 0];
  const before: (string | null)[] = [null, null];
  const warned = [false, false];
  let unpaired = false;
  const next = async (side: 0 | 1): Promise<OctetString | null> => {
    const line = await readers[side].line(end);
    if (line === null && readError(cx, readers, operands)) throw new ReadFailure();
    const text = line?.endsWith(end) ? line.slice(0, -1) : line;
    const last = before[side]!;
    if (
      text != null &&
      last !== null &&
      !warned[side] &&
      last > text &&
      !has("nocheck") &&
      (has("check") || unpaired)
    ) {
      cx.err(`comm: file ${side + 1} is not in sorted order\n`);
      warned[side] = true;
    }
    before[side] = text ?? null;
    return text ?? null;
  };
  const put = (column: 0 | 1 | 2, line: OctetString) => {
    totals[column]!++;
    if (has(String(column + 1))) return;
    const shown = ["1", "2"].slice(0, column).filter((letter) => !has(letter)).length;
    cx.outOctets(delimiter.repeat(shown) + line + end);
  };
  try {
    await merge(
      cx,
      next,
      put,
      () => has("check") && warned.some(Boolean),
      () => {
        unpaired = true;
      },
    );
  } catch (error) {
    if (error instanceof ReadFailure) return 1;
    throw error;
  }
  if (has("check") && warned.some(Boolean)) return 1;
  if (has("total")) cx.outOctets(`${totals.join(delimiter)}${delimiter}total${end}`);
  for (const reader of readers) closeInput(cx, reader);
  if (!warned.some(Boolean)) return 0;
  if (!has("check")) cx.err("comm: input is not in sorted order\n");
  return 1;
};

/** An input could not be read, which was told. */
class ReadFailure extends Error {}

/** Walks both files in their common order. */
async function merge(
  cx: ToolContext,
  next: (side: 0 | 1) => Promise<OctetString | null>,
  put: (column: 0 | 1 | 2, line: OctetString) => void,
  isOver: () => boolean,
  onUnpaired: () => void,
): Promise<void> {
  let [left, right] = [await next(0), await next(1)];
  for (let count = 1; left !== null || right !== null; count++) {
    if (isOver()) return;
    if (left !== null && right !== null && left === right) {
      put(2, left);
      [left, right] = [await next(0), await next(1)];
    } else if (right === null || (left !== null && left < right)) {
      onUnpaired();
      put(0, left!);
      left = await next(0);
    } else {
      onUnpaired();
      put(1, right);
      right = await next(1);
    }
    if (count % 256 === 0) await cx.drain();
  }
}

interface Row {
  readonly line: OctetString;
  readonly fields: readonly OctetString[];
  readonly key: OctetString;
}

interface Place {
  readonly file: 0 | 1 | 2;
  readonly field: number;
}

class Side {
  private before: Row | null = null;
  private isWarned = false;
  number = 0;
  constructor(
    private readonly cx: ToolContext,
    private readonly reader: OctetReader,
    private readonly name: string,
    private readonly rowOf: (line: OctetString) => Row,
    private readonly end: string,
    private readonly check: () => "no" | "warn" | "fail",
  ) {}

  async next(): Promise<Row | null> {
    const line = await this.reader.line(this.end);
    if (line === null) return null;
    this.number++;
    const row = this.rowOf(line.endsWith(this.end) ? line.slice(0, -1) : line);
    const { before } = this;
    this.before = row;
    const check = this.check();
    if (check !== "no" && !this.isWarned && before !== null && before.key > row.key) {
      this.isWarned = true;
      this.cx.err(`join: ${this.name}:${this.number}: is not sorted: ${row.line}\n`);
    }
    return row;
  }

  skipOrder(): void {
    this.before = null;
  }
  get isUnsorted(): boolean {
    return this.isWarned;
  }
}

function placesOf(cx: ToolContext, text: string): Place[] | null {
  const places: Place[] = [];
  for (const item of text.split(/[, \t]+/)) {
    if (item === "0") {
      places.push({ file: 0, field: 0 });
      continue;
    }
    const match = /^([12])\.(\d+)$/.exec(item);
    if (match === null) {
      const isFile = /^[12]/.test(item);
      cx.err(
        isFile
          ? `join: invalid field specifier: ${quote(cx, item)}\n`
          : `join: invalid file number in field spec: ${quote(cx, item)}\n`,
      );
      return null;
    }
    if (Number(match[2]) === 0) {
      cx.err(`join: invalid field number: ${quote(cx, match[2]!)}\n`);
      return null;
    }
    places.push({ file: Number(match[1]) as 1 | 2, field: Number(match[2]) - 1 });
  }
  return places;
}

export const join: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "iz",
    values: "aeo12jtv",
    long: {
      "ignore-case": "i",
      "check-order": "check",
      "nocheck-order": "nocheck",
      "zero-terminated": "z",
      header: "header",
    },
  });
  if (parsed === null) return 1;
  const { has, operands, given, value } = parsed;
  const fields = [0, 0];
  const shows = [false, false];
  const showsOnly = has("v");
  for (const [letter, text] of given) {
    if ("12j".includes(letter)) {
      if (!/^[1-9]\d*$/.test(text)) {
        cx.err(`join: invalid field number: ${quote(cx, text)}\n`);
        return 1;
      }
      for (const side of letter === "j" ? [0, 1] : [Number(letter) - 1]) fields[side] = Number(text) - 1;
    } else if (letter === "a" || letter === "v") {
      if (text !== "1" && text !== "2") {
        cx.err(`join: invalid field number: ${quote(cx, text)}\n`);
        return 1;
      }
      shows[Number(text) - 1] = true;
    }
  }
  const tab = value("t");
  const octet = tab === undefined ? null : tab === "\\0" ? "\0" : textToOctets(tab);
  if (octet !== null && octet.length > 1) {
    cx.err(`join: multi-character tab ${quote(cx, tab!)}\n`);
    return 1;
  }
  const isAuto = value("o") === "auto";
  const places = has("o") && !isAuto ? placesOf(cx, parsed.all("o").join(",")) : null;
  if (has("o") && !isAuto && places === null) return 1;
  if (!checkOperands(cx, operands)) return 1;
  const readers = openBoth(cx, operands);
  if (readers === null) return 1;
  const end = has("z") ? "\0" : "\n";
  const split = (line: OctetString): readonly OctetString[] => {
    if (octet === null) return line.replace(/^[ \t\n]+/, "").split(/[ \t\n]+/);
    return octet === "" ? [line] : line.split(octet);
  };
  const rowOf = (side: number) => (line: OctetString) => {
    const parts = split(line);
    const key = parts[fields[side]!] ?? "";
    return { line, fields: parts, key: has("i") ? key.replace(/[a-z]/g, (c) => c.toUpperCase()) : key };
  };
  let isUnpaired = false;
  const check = () => (has("nocheck") ? "no" : has("check") ? "fail" : isUnpaired ? "warn" : "no");
  const [left, right] = [0, 1].map(
    (side) => new Side(cx, readers[side]!, operands[side]!, rowOf(side), end, check),
  ) as [Side, Side];
  const glue = octet === null || octet === "" ? (octet === "" ? "\n" : " ") : octet;
  const filler = textToOctets(value("e") ?? "");
  let widths: readonly [number, number] | null = null;
  const cells = (row: Row | null, side: 0 | 1) => {
    const rest = row === null ? [] : row.fields.filter((_, i) => i !== fields[side]);
    if (widths === null) return rest;
    return Array.from({ length: Math.max(0, widths[side] - 1) }, (_, i) => rest[i] || filler);
  };
  const put = (a: Row | null, b: Row | null) => {
    const keyField = a === null ? b!.fields[fields[1]!] : a.fields[fields[0]!];
    let out: readonly OctetString[];
    if (places === null) {
      const key = (keyField ?? "") || filler;
      out = [
        key,
        ...(a === null && widths === null ? [] : cells(a, 0)),
        ...(b === null && widths === null ? [] : cells(b, 1)),
      ];
    } else
      out = places.map(({ file, field }) =>
        file === 0 ? (keyField ?? "") || filler : ((file === 1 ? a : b)?.fields[field] ?? "") || filler,
      );
    cx.outOctets(out.join(glue) + end);
  };
  let [a, b] = [await left.next(), await right.next()];
  if (isAuto) widths = [a?.fields.length ?? 0, b?.fields.length ?? 0];
  if (has("header") && (a !== null || b !== null)) {
    put(a, b);
    if (a !== null) a = await left.next();
    if (b !== null) b = await right.next();
    left.skipOrder();
    right.skipOrder();
  }
  while (a !== null || b !== null) {
    if (has("check") && (left.isUnsorted || right.isUnsorted)) return 1;
    if (a !== null && b !== null && a.key === b.key) {
      const key = a.key;
      const [as, bs]: [Row[], Row[]] = [[], []];
      for (; a !== null && a.key === key; a = await left.next()) as.push(a);
      for (; b !== null && b.key === key; b = await right.next()) bs.push(b);
      if (!showsOnly) for (const one of as) for (const other of bs) put(one, other);
    } else if (b === null || (a !== null && a.key < b.key)) {
      isUnpaired = true;
      if (shows[0]) put(a, null);
      if (b === null && !shows[0] && has("nocheck")) break;
      a = await left.next();
    } else {
      isUnpaired = true;
      if (shows[1]) put(null, b);
      b = await right.next();
    }
    await cx.drain();
  }
  for (const reader of readers) closeInput(cx, reader);
  if (readError(cx, readers, operands)) return 1;
  if (!left.isUnsorted && !right.isUnsorted) return 0;
  if (!has("check")) cx.err("join: input is not in sorted order\n");
  return 1;
};
