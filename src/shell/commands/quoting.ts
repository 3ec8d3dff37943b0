/**
 * How GNU's tools quote what they name in messages.
 * @source gnulib quotearg.c: quote() by locale, quotef() and quoteaf() as the shell would read it
 */
import { nameTable } from "../../core/name-table.ts";
import type { CommandContext } from "../host.ts";

/** Do the tools of this environment take characters for UTF-8? */
export function isUtf8(cx: CommandContext): boolean {
  const name = cx.env.get("LC_ALL") || cx.env.get("LC_CTYPE") || cx.env.get("LANG") || "C";
  return /utf-?8/i.test(name);
}

const ESCAPES: Readonly<Record<string, string>> = nameTable({
  "\x07": "a",
  "\b": "b",
  "\t": "t",
  "\n": "n",
  "\v": "v",
  "\f": "f",
  "\r": "r",
});

function escaped(character: string): string {
  const letter = Object.hasOwn(ESCAPES, character) ? ESCAPES[character] : undefined;
  return `\\${letter ?? character.charCodeAt(0).toString(8).padStart(3, "0")}`;
}

/** `quote`: ‘x’, or 'x' in the C locale. */
export function quote(cx: CommandContext, text: string): string {
  const plain = text.replace(/\\/g, "\\\\").replace(/[\0-\x1f\x7f]/g, escaped);
  return isUtf8(cx) ? `‘${plain}’` : `'${plain.replace(/'/g, "\\'")}'`;
}

/** `quoteaf`: a name in quotes, as a shell would read it. */
export function quoteName(text: string): string {
  if (/[\0-\x1f\x7f]/.test(text)) {
    const parts = text.split(/([\0-\x1f\x7f]+)/);
    return parts
      .map((part, i) =>
        i % 2 === 1
          ? `$'${[...part].map(escaped).join("")}'`
          : part === "" && i > 0
            ? ""
            : `'${part.replace(/'/g, "'\\''")}'`,
      )
      .join("");
  }
  if (!text.includes("'")) return `'${text}'`;
  return /["$`\\]/.test(text) ? `'${text.replace(/'/g, "'\\''")}'` : `"${text}"`;
}

/** `quotef`: in quotes only where a shell would need them. */
export function quoteNameIfNeeded(text: string): string {
  return /^[\w@%+=:,./^{}\]\u0080-\uffff-][\w@%+=:,./^{}\]~#\u0080-\uffff-]*$/.test(text)
    ? text
    : quoteName(text);
}
