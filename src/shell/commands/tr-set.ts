/**
 * The sets of tr(1): `a-z`, `[:upper:]`, `[=c=]`, `[c*4]`, escapes.
 * @source coreutils 9.1, src/tr.c: build_spec_list(), validate(), get_next()
 */
import { textToOctets } from "../../core/octets.ts";
import { isClassMember } from "../expand/patterns.ts";
import type { ToolContext } from "../tool.ts";
import { quote } from "./quoting.ts";

export type CharSet = readonly number[];
export class SetError extends Error {}

type Item =
  | { readonly kind: "octets"; readonly octets: CharSet }
  | { readonly kind: "class"; readonly name: string; readonly octets: CharSet }
  /** Null: as often as is needed. */
  | { readonly kind: "repeat"; readonly octet: number; readonly count: number | null };

const CLASSES: ReadonlySet<string> = new Set(
  "alnum alpha blank cntrl digit graph lower print punct space upper xdigit".split(" "),
);

interface Unit {
  readonly code: number;
  readonly isEscaped: boolean;
}

const ESCAPES: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["b", 8],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
  ["\\", 92],
]);

/** The octets of a set's text, with what was escaped marked. */
function unitsOf(cx: ToolContext, text: string): Unit[] {
  const octets = textToOctets(text);
  const units: Unit[] = [];
  for (let i = 0; i < octets.length; i++) {
    if (octets[i] !== "\\") {
      units.push({ code: octets.charCodeAt(i), isEscaped: false });
      continue;
    }
    const octal = /^[0-7]{1,3}/.exec(octets.slice(i + 1, i + 4));
    if (octal !== null) {
      let digits = octal[0];
      if (Number.parseInt(digits, 8) > 255) {
        digits = digits.slice(0, 2);
        cx.err(
          `tr: warning: the ambiguous octal escape \\${octal[0]} is being\n\tinterpreted as the 2-byte sequence \\0${digits}, ${octal[0][2]}\n`,
        );
      }
      units.push({ code: Number.parseInt(digits, 8), isEscaped: true });
      i += digits.length;
      continue;
    }
    const next = octets[i + 1];
    if (next === undefined) {
      cx.err("tr: warning: an unescaped backslash at end of string is not portable\n");
      units.push({ code: 92, isEscaped: false });
      continue;
    }
    units.push({ code: ESCAPES.get(next) ?? next.charCodeAt(0), isEscaped: true });
    i++;
  }
  return units;
}

export function parseSet(cx: ToolContext, text: string): readonly Item[] {
  const units = unitsOf(cx, text);
  const is = (at: number, character: string) =>
    units[at] !== undefined && !units[at]!.isEscaped && units[at]!.code === character.charCodeAt(0);
  const items: Item[] = [];
  for (let i = 0; i < units.length; ) {
    if (is(i, "[")) {
      const used = bracket(cx, units, i, is, items);
      if (used > 0) {
        i += used;
        continue;
      }
    }
    const { code } = units[i]!;
    if (is(i + 1, "-") && i + 2 < units.length) {
      const last = units[i + 2]!.code;
      if (last < code)
        throw new SetError(
          `range-endpoints of '${shown(code)}-${shown(last)}' are in reverse collating sequence order`,
        );
      items.push({ kind: "octets", octets: range(code, last) });
      i += 3;
      continue;
    }
    items.push({ kind: "octets", octets: [code] });
    i++;
  }
  return items;
}

function shown(code: number): string {
  return code >= 32 && code < 127 ? String.fromCharCode(code) : `\\${code.toString(8).padStart(3, "0")}`;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** How many units `[:class:]`, `[=c=]` or `[c*n]` take; 0: it is none of these. */
function bracket(
  cx: ToolContext,
  units: readonly Unit[],
  at: number,
  is: (at: number, character: string) => boolean,
  items: Item[],
): number {
  for (const mark of [":", "="]) {
    if (!is(at + 1, mark)) continue;
    let end = at + 2;
    while (end < units.length && !(is(end, mark) && is(end + 1, "]"))) end++;
    if (end >= units.length) continue;
    const name = String.fromCharCode(...units.slice(at + 2, end).map(({ code }) => code));
    // `[:*]` and `[=*]` repeat the mark.
    if (is(at + 2, "*") && name.length <= 1) continue;
    if (name === "")
      throw new SetError(
        mark === ":" ? "missing character class name '[::]'" : "missing equivalence class character '[==]'",
      );
    if (mark === "=") {
      if (name.length > 1)
        throw new SetError(`${name}: equivalence class operand must be a single character`);
      items.push({ kind: "octets", octets: [name.charCodeAt(0)] });
    } else {
      if (!CLASSES.has(name)) throw new SetError(`invalid character class ${quote(cx, name)}`);
      const octets = range(0, 127).filter((code) => isClassMember(name, String.fromCharCode(code)));
      items.push({ kind: "class", name, octets });
    }
    return end + 2 - at;
  }
  if (!is(at + 2, "*")) return 0;
  let end = at + 3;
  while (end < units.length && !is(end, "]")) end++;
  if (end >= units.length) return 0;
  const digits = String.fromCharCode(...units.slice(at + 3, end).map(({ code }) => code));
  if (!/^\d*$/.test(digits))
    throw new SetError(`invalid repeat count ${quote(cx, digits)} in [c*n] construct`);
  const count = Number.parseInt(digits || "0", digits.startsWith("0") ? 8 : 10);
  items.push({ kind: "repeat", octet: units[at + 1]!.code, count: count === 0 ? null : count });
  return end + 1 - at;
}

interface SetOptions {
  readonly isComplement: boolean;
  readonly translates: boolean;
  readonly truncates: boolean;
}

/** Both sets, octet by octet; that of a translation as long as the first. */
export function expandSet(
  first: readonly Item[],
  second: readonly Item[] | null,
  { isComplement, translates, truncates }: SetOptions,
): { readonly first: CharSet; readonly second: CharSet | null } {
  if (first.some((item) => item.kind === "repeat" && item.count === null))
    throw new SetError("the [c*] repeat construct may not appear in string1");
  const plain = first.flatMap(octetsOf);
  const members = new Set(plain);
  const from = isComplement ? range(0, 255).filter((code) => !members.has(code)) : plain;
  if (second === null) return { first: from, second: null };
  if (second.filter((item) => item.kind === "repeat" && item.count === null).length > 1)
    throw new SetError("only one [c*] repeat construct may appear in string2");
  if (!translates) {
    if (second.some((item) => item.kind === "repeat" && item.count === null))
      throw new SetError("the [c*] construct may appear in string2 only when translating");
    return { first: from, second: second.flatMap(octetsOf) };
  }
  if (second.some((item) => item.kind === "class" && item.name !== "upper" && item.name !== "lower"))
    throw new SetError(
      "when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'",
    );
  return translation(first, second, from, isComplement, truncates);
}

function octetsOf(item: Item): number[] {
  return item.kind === "repeat" ? new Array<number>(item.count ?? 0).fill(item.octet) : [...item.octets];
}

function translation(
  first: readonly Item[],
  second: readonly Item[],
  from: CharSet,
  isComplement: boolean,
  truncates: boolean,
): { readonly first: CharSet; readonly second: CharSet } {
  const fixed = second.flatMap(octetsOf).length;
  const to: number[] = [];
  let isPaired = true;
  let classes = 0;
  for (const item of second) {
    if (item.kind === "repeat" && item.count === null)
      to.push(...new Array<number>(Math.max(0, from.length - fixed)).fill(item.octet));
    else if (item.kind === "class") {
      classes++;
      if (!isComplement && !startsClass(first, to.length)) isPaired = false;
      to.push(...item.octets);
    } else to.push(...octetsOf(item));
  }
  if (!isComplement && !isPaired) throw new SetError("misaligned [:upper:] and/or [:lower:] construct");
  if (from.length > to.length && !truncates) {
    if (to.length === 0) throw new SetError("when not truncating set1, string2 must be non-empty");
    const last = second.at(-1)!;
    if (last.kind === "class" && (isComplement || classes > 0))
      throw new SetError(
        "when translating with string1 longer than string2,\nthe latter string must not end with a character class",
      );
    to.push(...new Array<number>(from.length - to.length).fill(to.at(-1)!));
  }
  if (isComplement && first.some(({ kind }) => kind === "class") && to.some((octet) => octet !== to[0]))
    throw new SetError(
      "when translating with complemented character classes,\nstring2 must map all characters in the domain to one",
    );
  return { first: from, second: to };
}

/** Is there `[:upper:]` or `[:lower:]` at this place of the first set? */
function startsClass(first: readonly Item[], position: number): boolean {
  let at = 0;
  for (const item of first) {
    if (at === position && item.kind === "class" && (item.name === "upper" || item.name === "lower"))
      return true;
    at += octetsOf(item).length;
    if (at > position) return false;
  }
  return false;
}
