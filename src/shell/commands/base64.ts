/**
 * base64(1) and base32(1) of GNU coreutils.
 * @source coreutils 9.1, src/basenc.c; RFC 4648
 */

import { strerror } from "../../core/errno.ts";
import { nameTable } from "../../core/name-table.ts";
import type { OctetString } from "../../core/octets.ts";
import type { Tool } from "../tool.ts";
import { readOctets, usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quote, quoteNameIfNeeded } from "./quoting.ts";

interface Base {
  readonly alphabet: string;
  /** Bits of a letter. */
  readonly bits: number;
  /** Letters of a group, filled up with `=`. */
  readonly group: number;
}

const BASES: Readonly<Record<string, Base>> = nameTable({
  base64: {
    alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    bits: 6,
    group: 4,
  },
  base32: { alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", bits: 5, group: 8 },
});

function encodeBase(octets: OctetString, { alphabet, bits, group }: Base): string {
  const parts: string[] = [];
  let [held, count] = [0, 0];
  let text = "";
  for (let i = 0; i < octets.length; i++) {
    held = ((held << 8) | octets.charCodeAt(i)) & 0xffff;
    for (count += 8; count >= bits; count -= bits)
      text += alphabet[(held >> (count - bits)) & ((1 << bits) - 1)];
    if (text.length < 8192) continue;
    parts.push(text);
    text = "";
  }
  if (count > 0) text += alphabet[(held << (bits - count)) & ((1 << bits) - 1)];
  const all = parts.join("") + text;
  return all.padEnd(Math.ceil(all.length / group) * group, "=");
}

/** As far as it can be read, and whether that was all. */
function decodeBase(
  text: string,
  { alphabet, bits, group }: Base,
): { readonly octets: OctetString; readonly isWhole: boolean } {
  const values = new Map([...alphabet].map((letter, i) => [letter, i]));
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += group) {
    let [held, count, used] = [0, 0, 0];
    let octets = "";
    for (; used < group; used++) {
      const value = values.get(text[at + used] ?? "=");
      if (value === undefined) break;
      held = ((held << bits) | value) & 0xffff;
      count += bits;
      if (count < 8) continue;
      count -= 8;
      octets += String.fromCharCode((held >> count) & 0xff);
    }
    const padding = text.slice(at + used, at + group);
    const isFull =
      used === group || (padding.length === group - used && /^=+$/.test(padding) && octets !== "");
    // Of a group that is cut, base32 gives nothing.
    if (isFull || group === 4) parts.push(octets);
    if (!isFull) return { octets: parts.join(""), isWhole: false };
  }
  return { octets: parts.join(""), isWhole: true };
}

export const base64: Tool = async (cx) => {
  const name = cx.argv[0]!.slice(cx.argv[0]!.lastIndexOf("/") + 1);
  const base = BASES[name] ?? BASES.base64!;
  const parsed = parseOptions(cx, {
    flags: "di",
    values: "w",
    long: { decode: "d", "ignore-garbage": "i", wrap: "w" },
  });
  if (parsed === null) return 1;
  const { operands, has } = parsed;
  const wrap = parsed.value("w") ?? "76";
  if (!/^\d+$/.test(wrap)) {
    cx.err(`${name}: invalid wrap size: ${quote(cx, wrap)}\n`);
    return 1;
  }
  if (operands.length > 1) return usageError(cx, `extra operand ${quote(cx, operands[1]!)}`);
  const [file = "-"] = operands;
  const read = await readOctets(cx, file);
  if (!read.ok) {
    const isRead = read.errno === "EISDIR";
    cx.err(`${name}: ${isRead ? "read error" : quoteNameIfNeeded(file)}: ${strerror(read.errno)}\n`);
    return 1;
  }
  if (has("d")) {
    const known = new Set(`${base.alphabet}=`);
    const text = has("i")
      ? [...read.value].filter((letter) => known.has(letter)).join("")
      : read.value.replaceAll("\n", "");
    const { octets, isWhole } = decodeBase(text, base);
    cx.outOctets(octets);
    if (isWhole) return 0;
    cx.flush();
    cx.err(`${name}: invalid input\n`);
    return 1;
  }
  const text = encodeBase(read.value, base);
  const width = Number(wrap);
  if (width === 0) cx.outOctets(text);
  else
    for (let at = 0; at < text.length; at += width) {
      cx.outOctets(`${text.slice(at, at + width)}\n`);
      if (at % 65_536 < width) await cx.drain();
    }
  return 0;
};
