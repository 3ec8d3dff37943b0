/** `${x@Q}` and its like: values of parameters in other forms. */
import { readValue } from "../assign.ts";
import { attributeLetters, flagsOf, shown } from "../builtins/declare-show.ts";
import type { Interpreter } from "../interpreter.ts";
import { quoteDouble, quoteKey, quoteSingle } from "../quote.ts";
import { AssocArray } from "../variables.ts";
import { decodeAnsi } from "./ansi.ts";

/** A parameter as it was named: `subscript` is `@`, `*`, or the text of an index. */
export interface Reference {
  readonly name: string;
  readonly subscript: string | null;
}

export type Found =
  | { readonly kind: "one"; readonly value: string | undefined }
  /** `isStar`: in quotes one text, joined by the first character of IFS. */
  | { readonly kind: "many"; readonly values: readonly string[]; readonly isStar: boolean };

export function isList(subscript: string | null): boolean {
  return subscript === "@" || subscript === "*";
}

export function valuesOf(sh: Interpreter, name: string): readonly string[] {
  const value = readValue(sh, name);
  return value === undefined ? [] : typeof value === "string" ? [value] : value.values();
}

export function transform(sh: Interpreter, reference: Reference, found: Found, operator: string): Found {
  const variable = sh.variables.find(sh.variables.nameOf(reference.name));
  if (operator === "A" && isList(reference.subscript) && variable === undefined)
    return { kind: "many", values: [], isStar: false };
  if (operator === "A") return { kind: "one", value: assignmentOf(sh, reference, found) };
  if (operator === "a") return { kind: "one", value: attributes(sh, reference.name) };
  if ((operator === "K" || operator === "k") && found.kind === "many") return pairs(sh, reference, operator);
  const change: ((text: string) => string) | undefined = {
    Q: quoteSingle,
    K: quoteSingle,
    k: quoteSingle,
    U: (text: string) => text.toUpperCase(),
    L: (text: string) => text.toLowerCase(),
    u: (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1),
    E: (text: string) => decodeAnsi(text, false).text,
  }[operator];
  if (change === undefined) sh.notSupported(`\${${reference.name}@${operator}}`);
  if (found.kind === "one")
    return { kind: "one", value: found.value === undefined ? undefined : change(found.value) };
  return { ...found, values: found.values.map(change) };
}

/** `${x@A}`: the command that makes the variable again. */
function assignmentOf(sh: Interpreter, { name, subscript }: Reference, found: Found): string {
  if (/^[@*]$/.test(name)) {
    const values = found.kind === "many" ? found.values : [];
    return values.length === 0 ? "" : `set -- ${values.map(quoteSingle).join(" ")}`;
  }
  const variable = sh.variables.find(sh.variables.nameOf(name));
  if (variable === undefined) return "";
  if (isList(subscript) && typeof variable.value !== "string") return shown(name, variable);
  const value = found.kind === "one" ? found.value : found.values[0];
  if (value === undefined) return "";
  const flags = flagsOf(variable);
  return `${flags === "--" ? "" : `declare ${flags} `}${name}=${quoteSingle(value)}`;
}

function pairs(sh: Interpreter, { name, subscript }: Reference, operator: "K" | "k"): Found {
  const value = readValue(sh, name);
  const keys = value === undefined || typeof value === "string" ? [] : value.keys();
  const values = valuesOf(sh, name);
  const items = keys.flatMap((key, i) => [
    operator === "K" ? quoteKey(String(key)) : String(key),
    operator === "K" ? quoteDouble(values[i]!) : values[i]!,
  ]);
  return operator === "K" && items.length > 0
    ? { kind: "one", value: items.join(" ") + (value instanceof AssocArray ? " " : "") }
    : { kind: "many", values: items, isStar: subscript === "*" };
}

function attributes(sh: Interpreter, name: string): string {
  const variable = sh.variables.find(name);
  if (variable === undefined) return "";
  return attributeLetters(variable);
}
