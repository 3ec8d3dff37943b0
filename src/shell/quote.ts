/** Texts made safe to be read by a shell again, each in the way that one of bash's outputs has. */
import { nameTable } from "../core/name-table.ts";

// eslint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x1f\x7f\udc80-\udcff]/;
const ESCAPES: Readonly<Record<string, string>> = nameTable({
  "\x07": "\\a",
  "\b": "\\b",
  "\x1b": "\\E",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "'": "\\'",
  "\\": "\\\\",
});

/** `$'...'` */
export function quoteAnsi(text: string): string {
  let inner = "";
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (ESCAPES[character] !== undefined) inner += ESCAPES[character];
    else if (code >= 0xdc80 && code <= 0xdcff) inner += `\\${(code - 0xdc00).toString(8)}`;
    else if (code < 32 || code === 127) inner += `\\${code.toString(8).padStart(3, "0")}`;
    else inner += character;
  }
  return `$'${inner}'`;
}

/** `'it'\''s'`: `${x@Q}`, `trap -p`, `alias`. */
export function quoteSingle(text: string): string {
  return CONTROL.test(text) && !/^[^\x00-\x08\x0b-\x1f\x7f\udc80-\udcff]*$/.test(text)
    ? quoteAnsi(text)
    : `'${text.replaceAll("'", "'\\''")}'`;
}

/** `printf %q`. */
export function quoteBackslash(text: string): string {
  if (text === "") return "''";
  if (CONTROL.test(text)) return quoteAnsi(text);
  return text.replace(/[^\w@%+=:./~#\u0080-\uffff-]|(?<=^|[=:])~|^#/g, "\\$&");
}

/** `declare -p`. */
export function quoteDouble(text: string): string {
  return CONTROL.test(text) ? quoteAnsi(text) : `"${text.replace(/["$`\\]/g, "\\$&")}"`;
}

/** Does a shell read the text as more than itself? @source bash 5.2 lib/sh/shquote.c: sh_contains_shell_metas() */
const METAS = /[ \t\n'"\\|&;()<>!{}*[\]?^$`]|^#|(?:^|[=:])~/;

/** The key of an associative array, in `declare -p`. */
export function quoteKey(key: string): string {
  return METAS.test(key) || key === "" || key === "@" || CONTROL.test(key) ? quoteDouble(key) : key;
}

/** `set -x`: quoted only where it must be. */
export function quoteTrace(text: string): string {
  if (text === "") return "''";
  if (METAS.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  return CONTROL.test(text) ? quoteAnsi(text) : text;
}
