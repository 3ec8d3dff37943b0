/**
 * The keys of sort(1): what of a line is compared, and how.
 * @source coreutils 9.1, src/sort.c: begfield(), limfield(), keycompare()
 */
import type { OctetString } from "../../core/octets.ts";
import { compareVersions } from "./version-order.ts";

/** A part of each line, and its order. */
export interface Key {
  /** Fields and octets to pass over, from 0. */
  readonly fromField: number;
  readonly fromOctet: number;
  /** Null: to the end of the line. */
  readonly toField: number | null;
  /** Octets of the last field; 0: all. */
  readonly toOctet: number;
  /** Of `dfghiMnRV`. */
  readonly order: string;
  readonly isReversed: boolean;
  readonly skipsStartBlanks: boolean;
  readonly skipsEndBlanks: boolean;
}

export const ORDERS = "dfghiMnRV";

/** What is wrong with a key. */
export interface KeyFault {
  readonly text: string;
  /** Before it, "invalid number ..." or another reason. */
  readonly why: string;
  readonly isNumber: boolean;
}

export function parseKey(text: string): Key | KeyFault {
  const fault = (why: string): KeyFault => ({ text, why, isNumber: false });
  const start = /^(\d+)?(?:(\.)(\d+)?)?([a-zA-Z]*)/.exec(text)!;
  if (start[1] === undefined) return { text, why: "invalid number at field start", isNumber: true };
  if (Number(start[1]) === 0) return fault("field number is zero");
  if (start[2] !== undefined && start[3] === undefined)
    return { text: text.slice(start[1].length + 1), why: "invalid number after '.'", isNumber: true };
  if (start[3] !== undefined && Number(start[3]) === 0) return fault("character offset is zero");
  let rest = text.slice(start[0].length);
  let [toField, toOctet, endLetters]: [number | null, number, string] = [null, 0, ""];
  if (rest.startsWith(",")) {
    const end = /^,(\d+)?(?:(\.)(\d+)?)?([a-zA-Z]*)/.exec(rest)!;
    if (end[1] === undefined) return { text: rest.slice(1), why: "invalid number after ','", isNumber: true };
    if (Number(end[1]) === 0) return fault("field number is zero");
    if (end[2] !== undefined && end[3] === undefined)
      return { text: rest.slice(end[1].length + 2), why: "invalid number after '.'", isNumber: true };
    toField = Number(end[1]) - 1;
    toOctet = Number(end[3] ?? 0);
    endLetters = end[4]!;
    rest = rest.slice(end[0].length);
  }
  const letters = start[4]! + endLetters;
  if (rest !== "" || /[^bdfghiMnRrV]/.test(letters)) return fault("stray character in field spec");
  return {
    fromField: Number(start[1]) - 1,
    fromOctet: Number(start[3] ?? 1) - 1,
    toField,
    toOctet,
    order: [...ORDERS].filter((letter) => letters.includes(letter)).join(""),
    isReversed: letters.includes("r"),
    skipsStartBlanks: start[4]!.includes("b"),
    skipsEndBlanks: endLetters.includes("b"),
  };
}

/** Has a key no options of its own? */
export function isPlainKey(key: Key): boolean {
  return key.order === "" && !key.isReversed && !key.skipsStartBlanks && !key.skipsEndBlanks;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10;
}

function skipBlanks(line: OctetString, from: number): number {
  let at = from;
  while (at < line.length && isBlank(line.charCodeAt(at))) at++;
  return at;
}

function skipField(line: OctetString, from: number): number {
  let at = skipBlanks(line, from);
  while (at < line.length && !isBlank(line.charCodeAt(at))) at++;
  return at;
}

function begin(line: OctetString, key: Key, tab: string | null): number {
  let at = 0;
  for (let i = 0; i < key.fromField && at < line.length; i++) {
    if (tab === null) at = skipField(line, at);
    else {
      const found = line.indexOf(tab, at);
      at = found < 0 ? line.length : found + 1;
    }
  }
  if (key.skipsStartBlanks) at = skipBlanks(line, at);
  return Math.min(line.length, at + key.fromOctet);
}

function end(line: OctetString, key: Key, tab: string | null): number {
  if (key.toField === null) return line.length;
  const isWhole = key.toOctet === 0;
  const fields = key.toField + (isWhole ? 1 : 0);
  let at = 0;
  for (let i = 0; i < fields && at < line.length; i++) {
    if (tab === null) at = skipField(line, at);
    else {
      const found = line.indexOf(tab, at);
      if (found < 0) at = line.length;
      else at = i === fields - 1 && isWhole ? found : found + 1;
    }
  }
  if (isWhole) return at;
  if (key.skipsEndBlanks) at = skipBlanks(line, at);
  return Math.min(line.length, at + key.toOctet);
}

export function keyText(line: OctetString, key: Key, tab: string | null): OctetString {
  const from = begin(line, key, tab);
  return line.slice(from, Math.max(from, end(line, key, tab)));
}

// ---------------------------------------------------------------------------------------------- orders

/** A number of any length: digits before and behind the point. */
interface Digits {
  readonly isNegative: boolean;
  readonly whole: string;
  readonly fraction: string;
  /** Place of the unit behind it; 0: it has none. */
  readonly unit: number;
}

const UNITS = " KMGTPEZYRQ";

function digitsOf(text: OctetString): Digits {
  const match = /^[ \t\n]*(-?)0*(\d*)(?:\.(\d*))?/.exec(text)!;
  const whole = match[2]!;
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  const isZero = whole === "" && fraction === "";
  const letter = text[match[0].length] ?? " ";
  const unit = isZero ? 0 : Math.max(0, UNITS.indexOf(letter === "k" ? "K" : letter));
  return { isNegative: match[1] === "-" && !isZero, whole, fraction, unit: match[1] === "-" ? -unit : unit };
}

function compareDigits(a: Digits, b: Digits): number {
  if (a.isNegative !== b.isNegative) return a.isNegative ? -1 : 1;
  const order =
    a.whole.length - b.whole.length || compareText(a.whole, b.whole) || compareText(a.fraction, b.fraction);
  return a.isNegative ? -order : order;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

function month(text: OctetString): number {
  const name = text
    .replace(/^[ \t\n]+/, "")
    .slice(0, 3)
    .toUpperCase();
  const at = name.length === 3 ? MONTHS.indexOf(name) : -1;
  return at >= 0 && at % 3 === 0 ? at / 3 + 1 : 0;
}

/** A number as strtold(3) reads it: what is none comes first, then NaN. */
function general(text: OctetString): number {
  const match =
    /^[ \t\n\v\f\r]*([-+]?(?:0x[0-9a-f]+|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|inf(?:inity)?|nan))/i.exec(text);
  if (match === null) return Number.NEGATIVE_INFINITY;
  if (/nan/i.test(match[1]!)) return Number.NaN;
  if (/inf/i.test(match[1]!)) return match[1]!.startsWith("-") ? -Number.MAX_VALUE : Number.POSITIVE_INFINITY;
  return Number(match[1]);
}

function compareGeneral(a: number, b: number): number {
  if (a === b) return 0;
  if (Number.isNaN(a) || Number.isNaN(b)) {
    if (Number.isNaN(a) && Number.isNaN(b)) return 0;
    const other = Number.isNaN(a) ? b : a;
    const isBefore = other === Number.NEGATIVE_INFINITY;
    return Number.isNaN(a) === isBefore ? 1 : -1;
  }
  return a < b ? -1 : 1;
}

/** What is compared of a text, made once for each line, and the comparison. */
export interface Order {
  readonly value: (text: OctetString) => unknown;
  readonly compare: (a: never, b: never) => number;
}

function order<T>(value: (text: OctetString) => T, compare: (a: T, b: T) => number): Order {
  return { value, compare: compare as (a: never, b: never) => number };
}

/** FNV-1a. */
function hash(text: OctetString, seed: number): number {
  let value = (0x811c_9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x0100_0193) >>> 0;
  return Math.imul(value ^ (value >>> 15), 0x85eb_ca6b) >>> 0;
}

/** @param seed of the random order */
export function orderOf(letters: string, seed: () => number): Order {
  const fold = (text: OctetString) => {
    let kept = text;
    if (letters.includes("d")) kept = kept.replace(/[^A-Za-z0-9 \t]/g, "");
    else if (letters.includes("i")) kept = kept.replace(/[^ -~]/g, "");
    return letters.includes("f") ? kept.replace(/[a-z]+/g, (run) => run.toUpperCase()) : kept;
  };
  if (letters.includes("n")) return order(digitsOf, compareDigits);
  if (letters.includes("g")) return order(general, compareGeneral);
  if (letters.includes("h")) return order(digitsOf, (a, b) => a.unit - b.unit || compareDigits(a, b));
  if (letters.includes("M")) return order(month, (a, b) => a - b);
  if (letters.includes("V")) return order(fold, compareVersions);
  if (letters.includes("R")) {
    const salt = seed();
    return order(
      (text) => ({ hash: hash(fold(text), salt), text: fold(text) }),
      (a, b) => a.hash - b.hash || compareText(a.text, b.text),
    );
  }
  return order(fold, compareText);
}
