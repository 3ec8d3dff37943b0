/**
 * Text form and hash of state records: plain objects, arrays, numbers, big integers, text, booleans, null, `Uint8Array`, `IntMap`
 * and the classes made known by `registerRecord`. The hash depends on contents alone, never on the order in which fields were set.
 */
import { assert } from "./assert.ts";
import { fromHex, toHex } from "./bytes.ts";
import { IntMap } from "./int-map.ts";

type RecordClass = { readonly prototype: object };

const classByName = new Map<string, RecordClass>();
const nameByPrototype = new Map<object, string>();

/** Makes a class of records known under a name that stands in snapshots. Its fields must be all there is to it. */
export function registerRecord(name: string, recordClass: RecordClass): void {
  assert(!classByName.has(name), `record class ${name} is registered twice`);
  classByName.set(name, recordClass);
  nameByPrototype.set(recordClass.prototype, name);
}

const TAG = "$";
/** Tag of a plain object that has a field named like the tag. */
const TAGGED = "fields";

/** Sets a field, whatever its name. */
function put(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") record[key] = value;
  else Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
}

function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") return { [TAG]: "bigint", hex: value.toString(16) };
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Uint8Array) return { [TAG]: "octets", hex: toHex(value) };
  if (value instanceof IntMap)
    return { [TAG]: "IntMap", entries: value.sorted().map(([key, v]) => [key, toPlain(v)]) };
  const prototype = Object.getPrototypeOf(value);
  const plain: Record<string, unknown> = {};
  if (prototype !== Object.prototype && prototype !== null) {
    const name = nameByPrototype.get(prototype);
    assert(name !== undefined, `a record of class ${prototype?.constructor?.name} is not registered`);
    plain[TAG] = name;
  }
  if (Object.hasOwn(value, TAG)) {
    assert(plain[TAG] === undefined, `a record of class ${String(plain[TAG])} has a field ${TAG}`);
    return { [TAG]: TAGGED, entries: Object.entries(value).map(([key, field]) => [key, toPlain(field)]) };
  }
  for (const [key, field] of Object.entries(value)) if (field !== undefined) put(plain, key, toPlain(field));
  return plain;
}

function fromPlain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(fromPlain);
  const fields = value as Record<string, unknown>;
  const tag = fields[TAG];
  if (tag === "bigint") return BigInt(`0x${fields.hex as string}`);
  if (tag === "octets") return fromHex(fields.hex as string);
  if (tag === "IntMap")
    return IntMap.from((fields.entries as [number, unknown][]).map(([key, v]) => [key, fromPlain(v)]));
  const record: Record<string, unknown> = {};
  if (tag === TAGGED) {
    for (const [key, field] of fields.entries as [string, unknown][]) put(record, key, fromPlain(field));
    return record;
  }
  for (const [key, field] of Object.entries(fields)) if (key !== TAG) put(record, key, fromPlain(field));
  if (typeof tag !== "string") return record;
  const recordClass = classByName.get(tag);
  assert(recordClass !== undefined, `unknown record class ${tag}`);
  return Object.assign(Object.create(recordClass.prototype), record);
}

export function encodeRecord(value: unknown): string {
  return JSON.stringify(toPlain(value));
}

/** @throws SyntaxError or AssertionError on text that `encodeRecord` did not make */
export function decodeRecord(text: string): unknown {
  return fromPlain(JSON.parse(text));
}

// ---------------------------------------------------------------------------------------------- hash

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

function mix(h: number, word: number): number {
  let x = Math.imul(h ^ word, 0x9e3779b1);
  x ^= x >>> 15;
  x = Math.imul(x, 0x85ebca77);
  return x ^ (x >>> 13);
}

function hashText(h: number, text: string): number {
  let x = mix(h, text.length);
  for (let i = 0; i < text.length; i++) x = Math.imul(x ^ text.charCodeAt(i), 0x01000193);
  return mix(x, 0x7e);
}

/** A 32-bit hash of a record's contents. */
export function hashRecord(value: unknown, seed = 0): number {
  switch (typeof value) {
    case "number":
      float[0] = value === 0 ? 0 : value;
      return mix(mix(mix(seed, 1), words[0]!), words[1]!);
    case "string":
      return hashText(mix(seed, 2), value);
    case "bigint":
      return hashText(mix(seed, 11), value.toString(16));
    case "boolean":
      return mix(seed, value ? 3 : 4);
    case "undefined":
      return mix(seed, 5);
    case "object":
      return value === null ? mix(seed, 6) : hashObject(value, seed);
    default:
      throw new TypeError(`a ${typeof value} in a record`);
  }
}

function hashObject(value: object, seed: number): number {
  if (Array.isArray(value)) {
    let h = mix(seed, 7);
    for (let i = 0; i < value.length; i++) h = hashRecord(value[i], h);
    return mix(h, value.length);
  }
  if (value instanceof Uint8Array) {
    let h = mix(seed, 8);
    for (let i = 0; i < value.length; i++) h = Math.imul(h ^ value[i]!, 0x01000193);
    return mix(h, value.length);
  }
  if (value instanceof IntMap) {
    let sum = 0;
    for (const [key, v] of value.entries()) sum = (sum + hashRecord(v, hashRecord(key, seed))) | 0;
    return mix(mix(seed, 9), sum);
  }
  const prototype = Object.getPrototypeOf(value);
  let h = mix(seed, 10);
  if (prototype !== Object.prototype && prototype !== null) {
    const name = nameByPrototype.get(prototype);
    assert(name !== undefined, `a record of class ${prototype?.constructor?.name} is not registered`);
    h = hashText(h, name);
  }
  let sum = 0;
  for (const key of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[key];
    if (field !== undefined) sum = (sum + hashRecord(field, hashText(seed, key))) | 0;
  }
  return mix(h, sum);
}
