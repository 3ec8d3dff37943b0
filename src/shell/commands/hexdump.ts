/**
 * hexdump(1) and hd(1) of util-linux: all of its options are format strings, `-e` gives others.
 * @source util-linux 2.38, text-utils/hexdump.c, hexdump-display.c, hexdump-parse.c
 */

import { strerror } from "../../core/errno.ts";
import { nameTable } from "../../core/name-table.ts";
import type { OctetString } from "../../core/octets.ts";
import { formatAll } from "../builtins/printf.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { C_ESCAPES } from "./c-escapes.ts";
import { closeInput, openInput } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { parseSize } from "./sizes.ts";

const FORMATS: Readonly<Record<string, readonly string[]>> = nameTable({
  C: ['"%08.8_Ax\n"', '"%08.8_ax  " 8/1 "%02x " "  " 8/1 "%02x "', '"  |" 16/1 "%_p" "|\n"'],
  b: ['"%07.7_Ax\n"', '"%07.7_ax " 16/1 "%03o " "\n"'],
  c: ['"%07.7_Ax\n"', '"%07.7_ax " 16/1 "%3_c " "\n"'],
  d: ['"%07.7_Ax\n"', '"%07.7_ax " 8/2 "  %05u " "\n"'],
  o: ['"%07.7_Ax\n"', '"%07.7_ax " 8/2 " %06o " "\n"'],
  x: ['"%07.7_Ax\n"', '"%07.7_ax " 8/2 "   %04x " "\n"'],
  "": ['"%07.7_Ax\n"', '"%07.7_ax " 8/2 "%04x " "\n"'],
});

/** A piece of a format: text, and perhaps one conversion behind it. */
interface Piece {
  readonly text: string;
  readonly spec: {
    readonly flags: string;
    readonly width: string;
    readonly precision: string;
    readonly kind: string;
  } | null;
  readonly octets: number;
}

interface Unit {
  readonly repeats: number | null;
  readonly pieces: readonly Piece[];
  readonly octets: number;
}

class FormatError extends Error {}

const CONVERSION = /%([-+ 0#]*)(\d*)(?:\.(\d*))?(_[acpuA][dox]?|[diouxXcsEefGg%])/g;

function sizeOf(kind: string, precision: string, given: number | null): number {
  if (/^_[aA]/.test(kind)) return 0;
  if (given !== null) return given;
  if (kind === "c" || kind.startsWith("_")) return 1;
  if (kind === "s") return Number(precision || 1);
  return /[eEfgG]/.test(kind) ? 8 : 4;
}

function parseFormat(source: string): Unit[] {
  const units: Unit[] = [];
  const pattern = /\s*(?:(\d+)?(?:\/(\d+))?\s*)"((?:[^"\\]|\\.)*)"\s*/gsy;
  let at = 0;
  for (let match = pattern.exec(source); match !== null; match = pattern.exec(source)) {
    at = pattern.lastIndex;
    const [, repeats, octets, text = ""] = match;
    units.push(
      parseUnit(
        unescaped(text),
        repeats === undefined ? null : Number(repeats),
        octets === undefined ? null : Number(octets),
      ),
    );
    if (at === source.length) break;
  }
  if (at !== source.length) throw new FormatError(`bad format {${source}}`);
  return units;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, letter: string) => C_ESCAPES.get(letter) ?? letter);
}

function parseUnit(text: string, repeats: number | null, given: number | null): Unit {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(CONVERSION)) {
    const [whole, flags = "", width = "", precision = "", kind = ""] = match;
    const before = text.slice(from, match.index);
    from = match.index + whole.length;
    if (kind === "%") pieces.push({ text: `${before}%`, spec: null, octets: 0 });
    else
      pieces.push({
        text: before,
        spec: { flags, width, precision, kind },
        octets: sizeOf(kind, precision, given),
      });
  }
  pieces.push({ text: text.slice(from), spec: null, octets: 0 });
  return { repeats, pieces, octets: pieces.reduce((sum, piece) => sum + piece.octets, 0) };
}

function octetsOf(units: readonly Unit[]): number {
  return units.reduce((sum, { repeats, octets }) => sum + (repeats ?? 1) * octets, 0);
}

/** The last unit without a count goes on to the end of the block. */
function stretched(units: readonly Unit[], block: number): Unit[] {
  const last = units.at(-1);
  if (last === undefined || last.repeats !== null || last.octets === 0) return [...units];
  const room = block - octetsOf(units.slice(0, -1));
  return [...units.slice(0, -1), { ...last, repeats: Math.max(1, Math.floor(room / last.octets)) }];
}

export const hexdump: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "bcCdovx",
    values: "efLns",
    long: {
      "one-byte-octal": "b",
      "one-byte-char": "c",
      canonical: "C",
      "two-bytes-decimal": "d",
      "two-bytes-octal": "o",
      "two-bytes-hex": "x",
      format: "e",
      length: "n",
      skip: "s",
      "no-squeezing": "v",
    },
  });
  if (parsed === null) return 1;
  const numbers = { n: Number.POSITIVE_INFINITY, s: 0 };
  for (const letter of ["n", "s"] as const) {
    const text = parsed.value(letter);
    if (text === undefined) continue;
    const size = /^0x/i.test(text) ? { value: Number(text) } : parseSize(text, "bkKmMGTPEZY0");
    if (typeof size === "string") {
      cx.err(`${cx.argv[0]}: failed to parse ${letter === "n" ? "length" : "offset"}: '${text}'\n`);
      return 1;
    }
    numbers[letter] = size.value;
  }
  const sources: string[] = [];
  for (const [letter, value] of parsed.given) {
    if (letter === "e") sources.push(value);
    else if (Object.hasOwn(FORMATS, letter)) sources.push(...FORMATS[letter]!);
  }
  if (sources.length === 0) sources.push(...FORMATS[cx.argv[0]!.endsWith("hd") ? "C" : ""]!);
  try {
    return await dump(cx, parsed.operands, sources.map(parseFormat), numbers.s, numbers.n, parsed.has("v"));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    cx.err(`${cx.argv[0]}: ${error.message}\n`);
    return 1;
  }
};

async function dump(
  cx: ToolContext,
  operands: readonly string[],
  formats: readonly (readonly Unit[])[],
  skip: number,
  max: number,
  showsAll: boolean,
): Promise<number> {
  const block = Math.max(1, ...formats.map(octetsOf));
  const ready = formats.map((units) => stretched(units, block));
  let status = 0;
  let isAny = false;
  let [held, offset, left, toSkip]: [OctetString, number, number, number] = ["", skip, max, skip];
  let before: OctetString | null = null;
  let isRepeated = false;
  const show = (octets: OctetString) => {
    if (!showsAll && octets.length === block && octets === before) {
      if (!isRepeated) cx.out("*\n");
      isRepeated = true;
    } else {
      isRepeated = false;
      before = octets;
      for (const units of ready) cx.outOctets(row(units, octets, offset, false));
    }
    offset += octets.length;
  };
  for (const name of operands.length === 0 ? ["-"] : operands) {
    const opened = openInput(cx, name);
    const reader = opened.ok ? opened.value : null;
    if (!opened.ok) cx.err(`${cx.argv[0]}: ${name}: ${strerror(opened.errno)}\n`);
    if (reader === null) {
      status = 1;
      continue;
    }
    isAny = true;
    if (name === "-" && toSkip > 0 && cx.process.fds.get(0)?.isSeekable !== true) {
      cx.err(`${cx.argv[0]}: stdin: Illegal seek\n`);
      return 1;
    }
    while (left > 0) {
      const octets = await reader.take(toSkip > 0 ? toSkip : Math.min(4096, left));
      if (octets === null) break;
      if (toSkip > 0) {
        toSkip -= octets.length;
        continue;
      }
      left -= octets.length;
      held += octets;
      let at = 0;
      for (; at + block <= held.length; at += block) show(held.slice(at, at + block));
      held = held.slice(at);
      await cx.drain();
    }
    if (reader.errno !== null) {
      cx.err(`${cx.argv[0]}: ${name}: ${strerror(reader.errno)}\n`);
      status = 1;
    }
    closeInput(cx, reader);
  }
  if (!isAny) {
    cx.err(`${cx.argv[0]}: all input file arguments failed\n`);
    return 1;
  }
  if (held !== "") show(held);
  if (offset > skip) for (const units of ready) cx.outOctets(row(units, "", offset, true));
  return status;
}

/** @param isEnd only the address behind the last octet is wanted */
function row(units: readonly Unit[], octets: OctetString, offset: number, isEnd: boolean): string {
  let at = 0;
  let out = "";
  for (const { repeats, pieces } of units) {
    const hasEndAddress = pieces.some(({ spec }) => spec?.kind.startsWith("_A") === true);
    if (hasEndAddress !== isEnd) continue;
    const count = repeats ?? 1;
    for (let i = 0; i < count; i++)
      for (const [k, { text, spec, octets: size }] of pieces.entries()) {
        const isTail = count > 1 && i === count - 1 && k === pieces.length - 1;
        out += isTail ? text.trimEnd() : text;
        if (spec === null) continue;
        if (/^_[aA]/.test(spec.kind))
          out += number(spec, BigInt(offset + (isEnd ? 0 : at)), spec.kind[2] ?? "x");
        else if (at >= octets.length) out += " ".repeat(Number(spec.width || 0));
        else out += value(spec, octets.slice(at, at + size).padEnd(size, "\0"));
        at += size;
      }
  }
  return out;
}

type Spec = NonNullable<Piece["spec"]>;

function number({ flags, width, precision }: Spec, amount: bigint, letter: string): string {
  const format = `%${flags}${width}${precision === "" ? "" : `.${precision}`}${letter}`;
  return formatAll(format, [String(amount)], { complain: () => {}, now: 0 }).text;
}

const CONTROL = [
  "\\0",
  "001",
  "002",
  "003",
  "004",
  "005",
  "006",
  "\\a",
  "\\b",
  "\\t",
  "\\n",
  "\\v",
  "\\f",
  "\\r",
];
const NAMES =
  "nul soh stx etx eot enq ack bel bs ht lf vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us".split(
    " ",
  );

function value(spec: Spec, octets: OctetString): string {
  const { kind, width, flags } = spec;
  const code = octets.charCodeAt(0);
  const isPrinted = code >= 32 && code < 127;
  const pad = (text: string) =>
    flags.includes("-") ? text.padEnd(Number(width || 0)) : text.padStart(Number(width || 0));
  switch (kind[0] === "_" ? kind.slice(0, 2) : kind) {
    case "_p":
      return pad(isPrinted ? octets[0]! : ".");
    case "_c":
      return pad(isPrinted ? octets[0]! : (CONTROL[code] ?? code.toString(8).padStart(3, "0")));
    case "_u":
      return pad(isPrinted ? octets[0]! : code === 127 ? "del" : (NAMES[code] ?? code.toString(16)));
    case "c":
      return pad(octets[0]!);
    case "s":
      return pad(octets.replace(/\0.*$/s, ""));
    default:
      return numeric(spec, octets);
  }
}

function numeric(spec: Spec, octets: OctetString): string {
  const { kind } = spec;
  let amount = 0n;
  for (let i = octets.length - 1; i >= 0; i--) amount = (amount << 8n) | BigInt(octets.charCodeAt(i));
  if (kind === "d" || kind === "i") return number(spec, BigInt.asIntN(octets.length * 8, amount), "d");
  if (/[ouxX]/.test(kind)) return number(spec, amount, kind);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, amount, true);
  const float = octets.length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  const format = `%${spec.flags}${spec.width}${spec.precision === "" ? "" : `.${spec.precision}`}${kind}`;
  return formatAll(format, [String(float)], { complain: () => {}, now: 0 }).text;
}
