/** Binding by patterns: `as [$a, {b: $c}]`. */
import { bind, type Env } from "./env.ts";
import type { Machine } from "./machine.ts";
import { getIndex } from "./paths.ts";
import { type Pattern, variablesOf } from "./tree.ts";
import { JqError, type Json, kindOf } from "./values.ts";

export function destructure(
  machine: Machine,
  patterns: readonly Pattern[],
  source: Json,
  env: Env,
  input: Json,
  then: (env: Env) => void,
): void {
  if (patterns.length === 1) {
    match(machine, patterns[0]!, source, env, input, then);
    return;
  }
  let all = env;
  for (const name of patterns.flatMap(variablesOf)) all = bind(all, `$${name}`, null);
  const from = (i: number) => {
    if (i + 1 < patterns.length)
      machine.fork(
        () => machine.backtrack(),
        (error) => {
          if (!(error instanceof JqError)) return false;
          from(i + 1);
          return true;
        },
      );
    machine.give(() => match(machine, patterns[i]!, source, all, input, then), null, null);
  };
  from(0);
}

function match(
  machine: Machine,
  pattern: Pattern,
  source: Json,
  env: Env,
  input: Json,
  then: (env: Env) => void,
): void {
  if (pattern.kind === "variable") {
    then(bind(env, `$${pattern.name}`, source));
    return;
  }
  if (pattern.kind === "array") {
    const from = (i: number, own: Env) => {
      const item = pattern.items[i];
      if (item === undefined) return then(own);
      match(machine, item, getIndex(source, i), own, input, (next) => from(i + 1, next));
    };
    from(0, env);
    return;
  }
  const from = (i: number, own: Env) => {
    const entry = pattern.entries[i];
    if (entry === undefined) return then(own);
    machine.eval(entry.key, own, input, null, (key) => {
      if (typeof key !== "string") throw new JqError(`Cannot index ${kindOf(source)} with ${kindOf(key)}`);
      const item = getIndex(source, key);
      const bound = entry.variable === null ? own : bind(own, `$${entry.variable}`, item);
      if (entry.value === null) from(i + 1, bound);
      else match(machine, entry.value, item, bound, input, (next) => from(i + 1, next));
    });
  };
  from(0, env);
}
