/** What names stand for in a program of jq. */
import type { Term } from "./tree.ts";
import type { Json } from "./values.ts";

export interface Closure {
  readonly params: readonly { readonly name: string; readonly isValue: boolean }[];
  readonly body: Term;
  readonly env: Env;
}

export interface Env {
  /** `$name` of variables, `name/arity` of functions, `*name` of labels. */
  readonly name: string;
  readonly value: Json;
  readonly closure: Closure | null;
  readonly label: object | null;
  readonly next: Env | null;
}

export const EMPTY_ENV: Env = { name: "", value: null, closure: null, label: null, next: null };

export function bind(env: Env, name: string, value: Json): Env {
  return { name, value, closure: null, label: null, next: env };
}

export function lookUp(env: Env, name: string): Env | null {
  let at: Env | null = env;
  while (at !== null && at.name !== name) at = at.next;
  return at;
}
