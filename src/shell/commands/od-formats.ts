/**
 * The types of od(1): how octets are shown, and in how many columns.
 * @source coreutils 9.1, src/od.c: decode_one_format(), bytes_to_oct_digits
 */
import type { OctetString } from "../../core/octets.ts";
import type { ToolContext } from "../tool.ts";
import { shortestFloat } from "./float-text.ts";
import { quote } from "./quoting.ts";

export interface Format {
  /** Octets of a value. */
  readonly size: number;
  /** Columns of a value, the space before it included. */
  readonly columns: number;
  /** A line's values, without its address; short lines are filled up for `z`. */
  row(octets: OctetString, width: number, columns: number): string;
}

const SIZES: ReadonlyMap<string, number> = new Map([
  ["C", 1],
  ["S", 2],
  ["I", 4],
  ["L", 8],
]);
const FLOAT_SIZES: ReadonlyMap<string, number> = new Map([
  ["F", 4],
  ["D", 8],
  ["L", 16],
]);
/** Digits of the largest value, by kind and size. */
const DIGITS: ReadonlyMap<string, readonly number[]> = new Map([
  ["o", [0, 3, 6, 0, 11, 0, 0, 0, 22]],
  ["u", [0, 3, 5, 0, 10, 0, 0, 0, 20]],
  ["d", [0, 4, 6, 0, 11, 0, 0, 0, 20]],
  ["x", [0, 2, 4, 0, 8, 0, 0, 0, 16]],
]);
const NAMES =
  "nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp".split(
    " ",
  );
const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0, "\\0"],
  [7, "\\a"],
  [8, "\\b"],
  [9, "\\t"],
  [10, "\\n"],
  [11, "\\v"],
  [12, "\\f"],
  [13, "\\r"],
]);

/** The formats of one `-t` text; null: it was refused. */
export function formatsOf(cx: ToolContext, text: string, isBig: boolean): Format[] | null {
  const formats: Format[] = [];
  let at = 0;
  while (at < text.length) {
    const kind = text[at++]!;
    let size = 1;
    if (kind === "d" || kind === "o" || kind === "u" || kind === "x" || kind === "f") {
      const names = kind === "f" ? FLOAT_SIZES : SIZES;
      const named = names.get(text[at] ?? "");
      const digits = /^\d+/.exec(text.slice(at))?.[0];
      size = named ?? (digits === undefined ? (kind === "f" ? 8 : 4) : Number(digits));
      at += named !== undefined ? 1 : (digits?.length ?? 0);
      const isKnown = kind === "f" ? [4, 8].includes(size) : [1, 2, 4, 8].includes(size);
      if (!isKnown) {
        const what = kind === "f" ? "floating point" : "integral";
        cx.err(
          `od: invalid type string ${quote(cx, text)};\nthis system doesn't provide a ${size}-byte ${what} type\n`,
        );
        return null;
      }
    } else if (kind !== "a" && kind !== "c") {
      cx.err(`od: invalid character '${kind}' in type string ${quote(cx, text)}\n`);
      return null;
    }
    const hasText = text[at] === "z";
    if (hasText) at++;
    formats.push(makeFormat(kind, size, hasText, isBig));
  }
  return formats;
}

function makeFormat(kind: string, size: number, hasText: boolean, isBig: boolean): Format {
  const show = shower(kind, size, isBig);
  const digits = kind === "f" ? (size === 4 ? 15 : 24) : (DIGITS.get(kind)?.[size] ?? 3);
  return {
    size,
    columns: digits + 1,
    row: (octets, width, columns) => {
      const count = width / size;
      // What is left over between the widest format and this one stands before the values, evenly.
      const padding = columns - count * (digits + 1);
      let out = "";
      let padLeft = padding;
      for (let i = 0; i * size < octets.length; i++) {
        const next = Math.floor((padding * (count - i - 1)) / count);
        out += show(octets.slice(i * size, (i + 1) * size).padEnd(size, "\0")).padStart(
          digits + 1 + padLeft - next,
        );
        padLeft = next;
      }
      if (!hasText) return out;
      const missing = width - octets.length;
      const used = Math.ceil(octets.length / size);
      const blank = (count - used) * (digits + 1) + padLeft;
      void missing;
      return `${out}${" ".repeat(blank)}  >${octets.replace(/[^ -~]/g, ".")}<`;
    },
  };
}

function shower(kind: string, size: number, isBig: boolean): (octets: OctetString) => string {
  if (kind === "a") {
    return (octet) => {
      const code = octet.charCodeAt(0) & 0x7f;
      return code === 127 ? "del" : (NAMES[code] ?? String.fromCharCode(code));
    };
  }
  if (kind === "c") {
    return (octet) => {
      const code = octet.charCodeAt(0);
      return ESCAPES.get(code) ?? (code >= 32 && code < 127 ? octet : code.toString(8).padStart(3, "0"));
    };
  }
  const view = new DataView(new ArrayBuffer(8));
  const load = (octets: OctetString) => {
    for (let i = 0; i < size; i++) view.setUint8(i, octets.charCodeAt(i));
  };
  if (kind === "f") {
    return (octets) => {
      load(octets);
      return size === 4
        ? shortestFloat(view.getFloat32(0, !isBig), true)
        : shortestFloat(view.getFloat64(0, !isBig), false);
    };
  }
  const base = kind === "o" ? 8 : kind === "x" ? 16 : 10;
  const fill = kind === "o" || kind === "x" ? DIGITS.get(kind)![size]! : 0;
  return (octets) => {
    let value = 0n;
    for (let i = 0; i < size; i++)
      value = (value << 8n) | BigInt(octets.charCodeAt(isBig ? i : size - 1 - i));
    if (kind === "d") value = BigInt.asIntN(size * 8, value);
    return value.toString(base).padStart(fill, "0");
  };
}
