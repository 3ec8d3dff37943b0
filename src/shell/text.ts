/** Characters and order of text in which octets that are not UTF-8 stand as lone surrogates (`src/core/octets.ts`). */

import { textToOctets } from "../core/octets.ts";

/** Order of strings by their octets, as in the C locale. */
export function compareOctets(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] === b[i]) continue;
    const [left, right] = [a.codePointAt(i)!, b.codePointAt(i)!];
    if (left === right) continue;
    return isEscape(left) || isEscape(right)
      ? textToOctets(a.slice(i)) < textToOctets(b.slice(i))
        ? -1
        : 1
      : left - right;
  }
  return a.length - b.length;
}

/** An octet that is not part of UTF-8. */
function isEscape(code: number): boolean {
  return code >= 0xdc80 && code <= 0xdcff;
}

/** Characters as bash counts them: code points. */
export function characters(text: string): string[] {
  return isPlain(text) ? text.split("") : [...text];
}

export function countCharacters(text: string): number {
  return isPlain(text) ? text.length : [...text].length;
}

/** Part of a text by characters. */
export function sliceCharacters(text: string, from: number, to: number): string {
  return isPlain(text) ? text.slice(from, to) : [...text].slice(from, to).join("");
}

function isPlain(text: string): boolean {
  return !/[\ud800-\udbff]/.test(text);
}
