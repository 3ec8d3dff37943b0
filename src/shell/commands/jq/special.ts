/** Builtins that give many values, or that deal in places. */
import type { Continuation, Machine, Place, Special } from "./machine.ts";
import { describedResult } from "./messages.ts";
import { deletePaths, getPath, setPath } from "./paths.ts";
import { isArray, JqError, type Json } from "./values.ts";

function pathTo(place: Place): Json[] {
  const keys: Json[] = [];
  for (let at: Place | null = place; at !== null; at = at.parent) if (at.key !== undefined) keys.push(at.key);
  return keys.reverse();
}

const SPECIALS: ReadonlyMap<string, Special> = new Map<string, Special>([
  ["empty/0", (machine) => machine.backtrack()],
  [
    "error/0",
    (_, { input }) => {
      throw new JqError(input);
    },
  ],
  [
    "path/1",
    (machine, { args, env, input, place, k }) =>
      machine.eval(args[0]!, env, input, { key: undefined, parent: null, at: input }, (value, found) => {
        if (!Object.is(value, found!.at))
          throw new JqError(`Invalid path expression with result ${describedResult(value)}`);
        machine.give(k, pathTo(found!), place);
      }),
  ],
  [
    "getpath/1",
    (machine, { args, env, input, place, k }) =>
      machine.eval(args[0]!, env, input, null, (path) => {
        const value = getPath(input, path);
        if (place === null) {
          machine.give(k, value, null);
          return;
        }
        if (!Object.is(input, place.at))
          throw new JqError(`Invalid path expression with result ${describedResult(input)}`);
        let at: Place = place;
        for (const key of isArray(path) ? path : []) at = { key, parent: at, at: value };
        machine.give(k, value, at);
      }),
  ],
  [
    // The first value of an update is taken; without any, what was to be updated is deleted.
    "_update/2",
    (machine, { args, env, input, place, k }) =>
      machine.eval(args[0]!, env, input, null, (path) => {
        const { depth } = machine;
        machine.fork(() => machine.give(k, deletePaths(input, [path]), place));
        machine.eval(args[1]!, env, getPath(input, path), null, (value) => {
          machine.cut(depth);
          machine.give(k, setPath(input, path, value), place);
        });
      }),
  ],
  [
    "_range/3",
    (machine, { args, env, input, place, k }) =>
      machine.values(args, env, input, (bounds) => {
        const [from, to, by] = bounds;
        if (typeof from !== "number" || typeof to !== "number" || typeof by !== "number")
          throw new JqError("Range bounds must be numeric");
        range(machine, from, to, by, place, k);
      }),
  ],
]);

function range(
  machine: Machine,
  from: number,
  to: number,
  by: number,
  place: Place | null,
  k: Continuation,
): void {
  const at = (value: number): void => {
    if (by > 0 ? value < to : by < 0 && value > to) {
      machine.fork(() => at(value + by));
      machine.give(k, value, place);
    } else machine.backtrack();
  };
  at(from);
}

export function specialOf(key: string): Special | undefined {
  return SPECIALS.get(key);
}
