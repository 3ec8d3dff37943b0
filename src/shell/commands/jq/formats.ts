/** `@csv`, `@sh`, ... @source jq 1.6 manual */
import { described, dump, isArray, JqError, type Json } from "./values.ts";

export function tostring(value: Json): string {
  return typeof value === "string" ? value : dump(value);
}

export function format(value: Json, name: string): string {
  switch (name) {
    case "text":
      return tostring(value);
    case "json":
      return dump(value);
    case "csv":
      return row(value, "csv-formatted", ",", (text) => `"${text.replaceAll('"', '""')}"`);
    case "tsv":
      return row(value, "tsv-formatted", "\t", (text) =>
        text.replace(/[\\\t\n\r]/g, (one) => ({ "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" })[one]!),
      );
    case "html":
      return tostring(value).replace(
        /[<>&'"]/g,
        (one) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&apos;", '"': "&quot;" })[one]!,
      );
    case "uri":
      return tostring(value).replace(/[^A-Za-z0-9\-_.~!*'()]/gu, (one) =>
        octetsOf(one)
          .map((octet) => `%${octet.toString(16).toUpperCase().padStart(2, "0")}`)
          .join(""),
      );
    case "sh":
      return (isArray(value) ? value : [value]).map((item) => shellWord(item)).join(" ");
    case "base64":
      return encodeBase64(octetsOf(tostring(value)));
    case "base64d":
      return decodeBase64(value);
  }
  throw new JqError(`${name} is not a valid format`);
}

function row(value: Json, what: string, separator: string, quoted: (text: string) => string): string {
  if (!isArray(value)) throw new JqError(`${described(value)} cannot be ${what}, only an array can be`);
  return value
    .map((item) => {
      if (item === null) return "";
      if (typeof item === "string") return quoted(item);
      if (typeof item === "object") throw new JqError(`${described(item)} is not valid in a csv row`);
      return dump(item);
    })
    .join(separator);
}

function shellWord(value: Json): string {
  if (typeof value === "string") return `'${value.replaceAll("'", "'\\''")}'`;
  if (typeof value === "object" && value !== null)
    throw new JqError(`${described(value)} can not be escaped for shell`);
  return dump(value);
}

export function octetsOf(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function encodeBase64(octets: readonly number[]): string {
  let out = "";
  for (let i = 0; i < octets.length; i += 3) {
    const [a = 0, b = 0, c = 0] = octets.slice(i, i + 3);
    const bits = (a << 16) | (b << 8) | c;
    const left = octets.length - i;
    for (let k = 0; k < 4; k++) out += k <= left ? ALPHABET[(bits >> (18 - 6 * k)) & 63]! : "=";
  }
  return out;
}

function decodeBase64(value: Json): string {
  const text = tostring(value);
  const plain = text.replace(/=+$/, "");
  if (/[^A-Za-z0-9+/]/.test(plain) || (plain.length === 0 && text !== ""))
    throw new JqError(`string (${shown(text)}) is not valid base64 data`);
  const octets: number[] = [];
  for (let i = 0; i + 1 < plain.length; i += 4) {
    const part = plain.slice(i, i + 4);
    const bits = [...part.padEnd(4, "A")].reduce((sum, one) => (sum << 6) | ALPHABET.indexOf(one), 0);
    for (let k = 0; k < part.length - 1; k++) octets.push((bits >> (16 - 8 * k)) & 255);
  }
  return new TextDecoder().decode(new Uint8Array(octets));
}

function shown(text: string): string {
  return described(text).replace(/^string \((.*)\)$/s, "$1");
}
