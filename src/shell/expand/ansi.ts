/** Backslash sequences of `echo -e`, `printf` and `$'...'`. */
import { fromOctets } from "../text.ts";

const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

/**
 * Decodes a text. `isEcho`: octal numbers are written `\0nnn` and `\c` ends everything (`echo -e`, `printf %b`); otherwise they are
 * `\nnn` and quotes may be escaped too.
 */
export function decodeAnsi(
  text: string,
  isEcho: boolean,
): { readonly text: string; readonly isCut: boolean } {
  if (!text.includes("\\")) return { text, isCut: false };
  let out = "";
  /** Octets given by number: a run of them may be one character. */
  let octets: number[] = [];
  const flush = () => {
    out += fromOctets(octets);
    octets = [];
  };
  for (let at = 0; at < text.length; ) {
    if (text[at] !== "\\" || at + 1 >= text.length) {
      flush();
      out += text[at++];
      continue;
    }
    const rest = text.slice(at + 1, at + 11);
    const octal = (isEcho ? /^0([0-7]{1,3})|^0/ : /^([0-7]{1,3})/).exec(rest);
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    const unicode = /^u([0-9a-fA-F]{1,4})|^U([0-9a-fA-F]{1,8})/.exec(rest);
    if (isEcho && rest[0] === "c") {
      flush();
      return { text: out, isCut: true };
    }
    const number = octal ?? hex;
    if (number !== null) {
      octets.push(Number.parseInt(number[1] ?? "0", octal === null ? 16 : 8) & 255);
      at += 1 + number[0].length;
      continue;
    }
    flush();
    if (unicode !== null) {
      out += String.fromCodePoint(Number.parseInt(unicode[1] ?? unicode[2]!, 16));
      at += 1 + unicode[0].length;
      continue;
    }
    const character = rest[0]!;
    out += SIMPLE[character] ?? (!isEcho && "\"'?".includes(character) ? character : `\\${character}`);
    at += 2;
  }
  flush();
  return { text: out, isCut: false };
}
