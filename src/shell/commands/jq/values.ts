/** Values of jq: those of JSON, with objects as maps, which are never changed once made. */
import { octetLength } from "../../../core/octets.ts";
import { compareOctets } from "../../text.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

export type Kind = "null" | "boolean" | "number" | "string" | "array" | "object";

/** An error that `try` catches; its value is what `catch` sees. */
export class JqError extends Error {
  constructor(readonly value: Json) {
    super(typeof value === "string" ? value : "");
  }
}

/** A program that cannot be run: the texts of all its faults. */
export class CompileError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join("\n"));
  }
}

export function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json): value is JsonObject {
  return value instanceof Map;
}

export function kindOf(value: Json): Kind {
  if (value === null) return "null";
  if (isArray(value)) return "array";
  return typeof value === "object" ? "object" : (typeof value as Kind);
}

export function isTruthy(value: Json): boolean {
  return value !== null && value !== false;
}

/** Numbers have no infinities when they are written: they become the largest number; NaN becomes null. */
export function numberText(value: number): string {
  if (Number.isNaN(value)) return "null";
  const finite = Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
  if (finite === 0) return Object.is(finite, -0) ? "-0" : "0";
  const [mantissa = "", power = ""] = Math.abs(finite).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const point = Number(power) + 1;
  const sign = finite < 0 ? "-" : "";
  if (point <= -4 || point > digits.length + 15) {
    const exponent = String(Math.abs(point - 1)).padStart(2, "0");
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${sign}${digits[0]}${fraction}e${point > 0 ? "+" : "-"}${exponent}`;
  }
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (digits.length <= point) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

const RANKS: Readonly<Record<Kind, number>> = {
  null: 0,
  boolean: 1,
  number: 3,
  string: 4,
  array: 5,
  object: 6,
};

function rankOf(value: Json): number {
  return value === true ? 2 : RANKS[kindOf(value)];
}

export function sortedKeys(value: JsonObject): string[] {
  return [...value.keys()].sort(compareOctets);
}

/** jq's total order. NaN is below every number. */
export function compare(a: Json, b: Json): number {
  if (a === b) return 0;
  const ranks = rankOf(a) - rankOf(b);
  if (ranks !== 0) return ranks;
  if (typeof a === "number") return a < (b as number) || Number.isNaN(a) ? -1 : a === b ? 0 : 1;
  if (typeof a === "string") return compareOctets(a, b as string);
  if (isArray(a)) return compareArrays(a, b as readonly Json[]);
  if (isObject(a)) {
    const other = b as JsonObject;
    const keys = sortedKeys(a);
    const order = compareArrays(keys, sortedKeys(other));
    if (order !== 0) return order;
    for (const key of keys) {
      const one = compare(a.get(key)!, other.get(key)!);
      if (one !== 0) return one;
    }
  }
  return 0;
}

function compareArrays(a: readonly Json[], b: readonly Json[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compare(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** A value on one line. */
export function dump(value: Json): string {
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return quote(value);
  if (isArray(value)) return `[${value.map(dump).join(",")}]`;
  if (isObject(value)) return `{${[...value].map(([key, item]) => `${quote(key)}:${dump(item)}`).join(",")}}`;
  return String(value);
}

/** A string as JSON has it, with DEL as an escape. */
export function quote(text: string): string {
  const plain = JSON.stringify(
    text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd"),
  );
  return plain.replaceAll("\u007f", "\\u007f");
}

/** Octets of a value that an error message shows. */
const SHOWN = 14;

/** `string ("abc")`: how messages name a value. */
export function described(value: Json): string {
  const text = dump(value);
  return `${kindOf(value)} (${octetLength(text) <= SHOWN ? text : `${cut(text, SHOWN - 3)}...`})`;
}

function cut(text: string, octets: number): string {
  let out = "";
  let left = octets;
  for (const character of text) {
    left -= octetLength(character);
    if (left < 0) break;
    out += character;
  }
  return out;
}
