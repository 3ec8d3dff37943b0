/** Values of awk(1), and what is worked out of them alone. */

import { pow } from "../../core/portable-math.ts";
import type { PosixRegex } from "../posix-regex.ts";
import { countCharacters, sliceCharacters } from "../text.ts";
import { toRegex } from "./awk-tokens.ts";

/** A text that came from input, and is a number if it looks like one. */
export class Input {
  constructor(readonly text: string) {}
}
export type Value = number | string | Input | undefined;

const NUMBER = /^\s*[-+]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/;

export function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  const text = value instanceof Input ? value.text : (value ?? "");
  const number = NUMBER.exec(text)?.[0].trimStart() ?? "0";
  // Number() takes no sign before hexadecimal digits.
  return /x/i.test(number)
    ? (number[0] === "-" ? -1 : 1) * Number(number.replace(/^[-+]/, ""))
    : Number(number);
}

export function looksNumeric({ text }: Input): boolean {
  return NUMBER.exec(text)?.[0].length === text.trimEnd().length && text.trim() !== "";
}

export function splitText(text: string, separator: string | PosixRegex): string[] {
  if (text === "") return [];
  if (separator === " ") return text.trim() === "" ? [] : text.trim().split(/[ \t\n]+/);
  if (separator === "") return [...text];
  if (typeof separator === "string" && separator.length === 1 && separator !== "\\")
    return text.split(separator);
  const parts: string[] = [];
  let from = 0;
  const regex = typeof separator === "string" ? toRegex(separator) : separator;
  for (const [start, end] of regex.all(text)) {
    if (start === end) continue;
    parts.push(text.slice(from, start));
    from = end;
  }
  return [...parts, text.slice(from)];
}

export function calculate(operator: string, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    default:
      return pow(a, b);
  }
}

export function substr(text: string, start: number, length: number): string {
  const whole = Math.trunc(start);
  // A start before the text makes mawk's part longer, not shorter.
  const size = whole < 1 ? length - whole : length;
  const from = Math.max(whole, 1) - 1;
  return sliceCharacters(
    text,
    from,
    Math.max(from, Math.min(from + Math.trunc(size), countCharacters(text))),
  );
}
