/** Reading, setting and deleting places in values. @source jq 1.6 */
import {
  compare,
  described,
  isArray,
  isObject,
  JqError,
  type Json,
  type JsonObject,
  kindOf,
} from "./values.ts";

/** `{"start": ..., "end": ...}`: how a slice stands in a path. */
function sliceBounds(key: JsonObject, length: number): readonly [number, number] {
  const [start, end] = [key.get("start"), key.get("end")];
  const isBound = (value: Json | undefined) => value === null || typeof value === "number";
  if (!isBound(start) || !isBound(end))
    throw new JqError("Start and end indices of an array slice must be numbers");
  const at = (value: number) => Math.min(Math.max(value < 0 ? value + length : value, 0), length);
  const from = Math.floor(at((start as number | null) ?? 0));
  return [from, Math.max(from, Math.ceil(at((end as number | null) ?? length)))];
}

export function getIndex(value: Json, key: Json): Json {
  if (isObject(value) && typeof key === "string") return value.get(key) ?? null;
  if (isArray(value) && typeof key === "number") {
    return value[key < 0 ? key + value.length : key] ?? null;
  }
  if (isObject(key) && (value === null || isArray(value) || typeof value === "string"))
    return getSlice(value, key);
  if (isArray(value) && isArray(key)) return indices(value, key);
  if (value === null && (typeof key === "string" || typeof key === "number")) return null;
  throw cannotIndex(value, key);
}

function cannotIndex(value: Json, key: Json): JqError {
  const what = typeof key === "string" ? `string "${key}"` : kindOf(key);
  return new JqError(`Cannot index ${kindOf(value)} with ${what}`);
}

function getSlice(value: null | string | readonly Json[], key: JsonObject): Json {
  if (value === null) {
    sliceBounds(key, 0);
    return null;
  }
  if (isArray(value)) return value.slice(...sliceBounds(key, value.length));
  const characters = [...value];
  return characters.slice(...sliceBounds(key, characters.length)).join("");
}

/** Where an array stands in another. */
export function indices(value: readonly Json[], part: readonly Json[]): number[] {
  const found: number[] = [];
  if (part.length === 0) return found;
  for (let i = 0; i + part.length <= value.length; i++)
    if (part.every((item, k) => compare(item, value[i + k]!) === 0)) found.push(i);
  return found;
}

/** An array may be grown so far by setting an element. */
const INDEX_MAX = 10_000_000;

export function setIndex(value: Json, key: Json, item: Json): Json {
  if (typeof key === "string" && (value === null || isObject(value))) return new Map(value).set(key, item);
  if (typeof key === "number" && (value === null || isArray(value))) {
    const copy = [...(value ?? [])];
    let index = Math.trunc(key);
    if (index < 0) index += copy.length;
    if (index < 0) throw new JqError("Out of bounds negative array index");
    if (index > INDEX_MAX) throw new JqError("Array index too large");
    while (copy.length < index) copy.push(null);
    copy[index] = item;
    return copy;
  }
  if (isObject(key) && (value === null || isArray(value))) {
    const array = value ?? [];
    const [from, to] = sliceBounds(key, array.length);
    if (!isArray(item)) throw new JqError("A slice of an array can only be assigned another array");
    return [...array.slice(0, from), ...item, ...array.slice(to)];
  }
  if (isObject(key) && !isObject(value))
    throw new JqError("Cannot update field at object index of ".concat(kindOf(value)));
  if (isArray(value) && isArray(key)) throw new JqError("Cannot update field at array index of array");
  throw cannotIndex(value, key);
}

function pathOf(path: Json, text: string): readonly Json[] {
  if (!isArray(path)) throw new JqError(text);
  return path;
}

export function getPath(value: Json, path: Json): Json {
  let at = value;
  for (const key of pathOf(path, "Path must be specified as an array")) {
    if (at === null) return null;
    at = getIndex(at, key);
  }
  return at;
}

export function setPath(value: Json, path: Json, item: Json, from = 0): Json {
  const keys = pathOf(path, "Path must be specified as an array");
  if (from === keys.length) return item;
  const key = keys[from]!;
  return setIndex(value, key, setPath(getIndex(value, key), keys, item, from + 1));
}

export function deletePaths(value: Json, paths: Json): Json {
  const sorted = [...pathOf(paths, "Paths must be specified as an array")].sort(compare);
  for (const path of sorted) pathOf(path, "Path must be specified as an array");
  return sorted.reverse().reduce<Json>((rest, path) => deletePath(rest, path as readonly Json[], 0), value);
}

function deletePath(value: Json, path: readonly Json[], from: number): Json {
  if (from === path.length) return null;
  const key = path[from]!;
  if (value === null) return null;
  if (from === path.length - 1) return deleteIndex(value, key);
  const inner = getIndex(value, key);
  return inner === null ? value : setIndex(value, key, deletePath(inner, path, from + 1));
}

function deleteIndex(value: Json, key: Json): Json {
  if (isObject(value)) {
    if (typeof key !== "string") throw new JqError(`Cannot delete ${kindOf(key)} field of object`);
    if (!value.has(key)) return value;
    const copy = new Map(value);
    copy.delete(key);
    return copy;
  }
  if (isArray(value)) {
    if (typeof key === "number") {
      const index = Math.trunc(key) < 0 ? Math.trunc(key) + value.length : Math.trunc(key);
      return value.filter((_, i) => i !== index);
    }
    if (!isObject(key)) throw new JqError(`Cannot delete ${kindOf(key)} element of array`);
    const [start, end] = sliceBounds(key, value.length);
    return [...value.slice(0, start), ...value.slice(end)];
  }
  if (isObject(key)) throw new JqError(`Cannot delete object field of ${kindOf(value)}`);
  throw new JqError(
    `Cannot delete field at ${typeof key === "string" ? "object" : "array"} index of ${kindOf(value)}`,
  );
}

/** Does a value hold another? */
export function contains(value: Json, part: Json): boolean {
  if (isObject(value) && isObject(part))
    return [...part].every(([key, item]) => value.has(key) && contains(value.get(key)!, item));
  if (isArray(value) && isArray(part))
    return part.every((item) => value.some((one) => containsInside(one, item)));
  if (typeof value === "string" && typeof part === "string") return value.includes(part);
  if (kindOf(value) === kindOf(part)) return compare(value, part) === 0;
  throw new JqError(`${described(value)} and ${described(part)} cannot have their containment checked`);
}

/** Inside of others, values of different kinds are merely not the same. */
function containsInside(value: Json, part: Json): boolean {
  return kindOf(value) === kindOf(part) ? contains(value, part) : false;
}
