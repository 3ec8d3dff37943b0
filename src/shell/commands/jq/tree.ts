/** A program of jq as a tree. */
import type { Json } from "./values.ts";

/** What is bound by `as`: a variable, or the parts of an array or an object. */
export type Pattern =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "array"; readonly items: readonly Pattern[] }
  | { readonly kind: "object"; readonly entries: readonly PatternEntry[] };

export interface PatternEntry {
  /** `$name` as the key: is bound to the value, too. */
  readonly variable: string | null;
  readonly key: Term;
  readonly value: Pattern | null;
}

export interface Definition {
  readonly name: string;
  /** Without `$`: a closure; `$x` is both. */
  readonly params: readonly { readonly name: string; readonly isValue: boolean }[];
  readonly body: Term;
}

export type Term =
  | { readonly kind: "identity" }
  | { readonly kind: "recurse" }
  | { readonly kind: "literal"; readonly value: Json }
  | { readonly kind: "format"; readonly name: string }
  | { readonly kind: "string"; readonly format: string; readonly parts: readonly (string | Term)[] }
  | { readonly kind: "array"; readonly body: Term | null }
  | { readonly kind: "object"; readonly entries: readonly (readonly [Term, Term])[] }
  | { readonly kind: "index"; readonly target: Term; readonly key: Term }
  | { readonly kind: "slice"; readonly target: Term; readonly from: Term | null; readonly to: Term | null }
  | { readonly kind: "each"; readonly target: Term }
  | {
      readonly kind: "pipe" | "comma" | "and" | "or" | "alternative";
      readonly left: Term;
      readonly right: Term;
    }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Term; readonly right: Term }
  | { readonly kind: "negate"; readonly body: Term }
  | { readonly kind: "if"; readonly test: Term; readonly yes: Term; readonly no: Term }
  | { readonly kind: "try"; readonly body: Term; readonly handler: Term | null }
  | {
      readonly kind: "reduce";
      readonly source: Term;
      readonly patterns: readonly Pattern[];
      readonly start: Term;
      readonly update: Term;
    }
  | {
      readonly kind: "foreach";
      readonly source: Term;
      readonly patterns: readonly Pattern[];
      readonly start: Term;
      readonly update: Term;
      readonly extract: Term;
    }
  | {
      readonly kind: "bind";
      readonly source: Term;
      readonly patterns: readonly Pattern[];
      readonly body: Term;
    }
  | { readonly kind: "define"; readonly definition: Definition; readonly body: Term }
  | { readonly kind: "label"; readonly name: string; readonly body: Term }
  | { readonly kind: "break"; readonly name: string; readonly at: number }
  | { readonly kind: "variable"; readonly name: string; readonly at: number }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Term[]; readonly at: number };

export const IDENTITY: Term = { kind: "identity" };

export function call(name: string, ...args: Term[]): Term {
  return { kind: "call", name, args, at: 0 };
}

export function pipe(left: Term, right: Term): Term {
  return { kind: "pipe", left, right };
}

export function literal(value: Json): Term {
  return { kind: "literal", value };
}

/** Names that a pattern binds. */
export function variablesOf(pattern: Pattern): string[] {
  if (pattern.kind === "variable") return [pattern.name];
  if (pattern.kind === "array") return pattern.items.flatMap(variablesOf);
  return pattern.entries.flatMap(({ variable, value }) => [
    ...(variable === null ? [] : [variable]),
    ...(value === null ? [] : variablesOf(value)),
  ]);
}
