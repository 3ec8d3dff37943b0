/** Backslash sequences of `echo -e`, `printf` and `$'...'`. */
import { nameTable } from "../../core/name-table.ts";
import { octetStringOf, octetsToText } from "../../core/octets.ts";

const SIMPLE: Readonly<Record<string, string>> = nameTable({
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
});

/** The text of `$'...'`: it ends at its first NUL, and `\cX` is a control character. */
export function decodeDollarQuoted(text: string): string {
  if (!text.includes("\\")) return text;
  let out = "";
  let at = 0;
  // What stands between two control characters knows nothing of them; an escaped backslash is none of their beginning.
  for (const match of text.matchAll(/\\(?:c(\\\\|.)|.)/gs)) {
    if (match[1] === undefined) continue;
    out += decodeAnsi(text.slice(at, match.index), false).text + controlCharacter(match[1]);
    at = match.index + match[0].length;
  }
  out += decodeAnsi(text.slice(at), false).text;
  const nul = out.indexOf("\0");
  return nul < 0 ? out : out.slice(0, nul);
}

function controlCharacter(text: string): string {
  const character = text.at(-1)!;
  return character === "?" ? "\x7f" : String.fromCharCode(character.toUpperCase().charCodeAt(0) & 0x1f);
}

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
    if (octets.length > 0) out += octetsToText(octetStringOf(Uint8Array.from(octets)));
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
    if (unicode !== null) {
      octets.push(...utf8Of(Number.parseInt(unicode[1] ?? unicode[2]!, 16)));
      at += 1 + unicode[0].length;
      continue;
    }
    flush();
    const character = rest[0]!;
    out += SIMPLE[character] ?? (!isEcho && "\"'?".includes(character) ? character : `\\${character}`);
    at += 2;
  }
  flush();
  return { text: out, isCut: false };
}

/**
 * UTF-8 in its first form: of any number below 2^31, surrogates included.
 * @source bash 5.2 lib/sh/unicode.c: u32toutf8()
 */
function utf8Of(code: number): number[] {
  if (code < 0x80) return [code];
  if (code >= 0x8000_0000) return [];
  const tail: number[] = [];
  let rest = code;
  // The first octet has one bit less with each that follows.
  for (let room = 0x20; rest >= room; room >>= 1) {
    tail.unshift(0x80 | (rest & 0x3f));
    rest = Math.floor(rest / 64);
    if (tail.length === 1) room = 0x40;
  }
  return [((0xff00 >> (tail.length + 1)) & 0xff) | rest, ...tail];
}
