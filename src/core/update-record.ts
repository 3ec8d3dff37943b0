import { Immer } from "immer";

/** To freeze a record gives it another shape, and the code that was compiled for the first one is thrown away. `RunOptions.freeze` does so. */
const immer = new Immer({ autoFreeze: false });

/**
 * A record that differs from `old` in what `recipe` changes; `old` itself when nothing does.
 * The result is made by the record's own constructor: Immer's copy of a class with many fields is a hash table to V8, and one
 * with few fields has a shape of its own, so that each look at a field on a frame's way would cost a search.
 */
export function updateRecord<T extends object>(old: T, recipe: (draft: T) => void): T {
  const made = immer.produce(old, (draft) => recipe(draft as T));
  if (made === old) return old;
  const Make = old.constructor as new () => T;
  return Object.assign(new Make(), made);
}
