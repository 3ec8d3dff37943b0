/** What `s` puts in place of a match: text, `&`, `\1`, and GNU's `\U`, `\L`, `\u`, `\l`, `\E`. */

type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "group"; readonly group: number }
  | { readonly kind: "case"; readonly mode: "U" | "L" | "E" | "u" | "l" };

export interface Replacement {
  readonly pieces: readonly Piece[];
  readonly lastGroup: number;
}

const TOKEN = /\\(?:([0-9])|([ULEul])|(c[\s\S]|d\d{3}|o[0-7]{3}|x[0-9a-fA-F]{1,2})|([\s\S]))|&|[^\\&]+|\\/g;

export function readReplacement(source: string): Replacement {
  const pieces: Piece[] = [];
  let lastGroup = 0;
  for (const [token, group, mode, code, other] of source.matchAll(TOKEN)) {
    if (token === "&") pieces.push({ kind: "group", group: 0 });
    else if (group !== undefined) {
      pieces.push({ kind: "group", group: Number(group) });
      lastGroup = Math.max(lastGroup, Number(group));
    } else if (mode !== undefined) pieces.push({ kind: "case", mode: mode as "U" });
    else if (code !== undefined) pieces.push({ kind: "text", text: character(code) });
    else if (other !== undefined) pieces.push({ kind: "text", text: LETTERS.get(other) ?? other });
    else pieces.push({ kind: "text", text: token });
  }
  return { pieces, lastGroup };
}

const LETTERS: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

function character(code: string): string {
  const rest = code.slice(1);
  if (code[0] === "c") return String.fromCharCode(rest.toUpperCase().charCodeAt(0) ^ 64);
  const value = Number.parseInt(rest, { d: 10, o: 8, x: 16 }[code[0]!]);
  return value < 0x80 ? String.fromCharCode(value) : String.fromCharCode(0xdc00 + (value & 0xff));
}

export function applyReplacement({ pieces }: Replacement, groups: readonly (string | null)[]): string {
  let out = "";
  let all: "U" | "L" | null = null;
  let one: "u" | "l" | null = null;
  for (const piece of pieces) {
    if (piece.kind === "case") {
      if (piece.mode === "u" || piece.mode === "l") one = piece.mode;
      else {
        all = piece.mode === "E" ? null : piece.mode;
        one = null;
      }
      continue;
    }
    const text = piece.kind === "text" ? piece.text : (groups[piece.group] ?? "");
    let cased = all === "U" ? text.toUpperCase() : all === "L" ? text.toLowerCase() : text;
    if (one !== null && cased !== "") {
      const first = String.fromCodePoint(cased.codePointAt(0)!);
      cased = (one === "u" ? first.toUpperCase() : first.toLowerCase()) + cased.slice(first.length);
      one = null;
    }
    out += cased;
  }
  return out;
}
