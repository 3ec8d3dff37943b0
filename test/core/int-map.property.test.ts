import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IntMap } from "../../src/core/int-map.ts";

/** Interface numbers, addresses, MACs that share their low 32 bits: these collide down to the trie's lower levels. */
const anyKey = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.nat(0xffff_ffff),
  fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  fc.integer({ min: 0, max: 0xffff }).map((high) => high * 2 ** 32 + 7),
);

const anyChange = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constant("set" as const), anyKey, fc.nat(3)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("delete" as const), anyKey, fc.constant(0)) },
);

/** Each change applied to a map and to its model; all maps on the way. */
function applied(changes: readonly (readonly ["set" | "delete", number, number])[]) {
  const model = new Map<number, number>();
  let map = IntMap.empty<number>();
  const versions = [{ map, entries: sortedEntries(model) }];
  for (const [what, key, value] of changes) {
    if (what === "set") model.set(key, value);
    else model.delete(key);
    map = what === "set" ? map.set(key, value) : map.delete(key);
    versions.push({ map, entries: sortedEntries(model) });
  }
  return { map, model, versions };
}

function sortedEntries(model: ReadonlyMap<number, number>): [number, number][] {
  return [...model].sort((a, b) => a[0] - b[0]);
}

describe("IntMap", () => {
  it("should hold what a Map holds, in each of its versions", () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 100, size: "max" }), (changes) => {
        const { map, model, versions } = applied(changes);
        for (const { map: version, entries } of versions) {
          expect(version.sorted()).toEqual(entries);
          expect(version.size).toBe(entries.length);
        }
        for (const [, key] of changes) {
          expect(map.get(key)).toBe(model.get(key));
          expect(map.has(key)).toBe(model.has(key));
        }
      }),
    );
  });

  it("should have the same shape and order for the same contents, however they came about", () => {
    fc.assert(
      fc.property(
        fc.array(anyChange, { maxLength: 100, size: "max" }),
        fc.infiniteStream(fc.nat()),
        (changes, order) => {
          const { map, model } = applied(changes);
          const shuffled = [...model].map((entry) => ({ entry, at: order.next().value as number }));
          const other = IntMap.from(shuffled.sort((a, b) => a.at - b.at).map(({ entry }) => entry));
          expect([...other.entries()]).toEqual([...map.entries()]);
          expect(JSON.stringify(other)).toBe(JSON.stringify(map));
        },
      ),
    );
  });

  it("should be the same map when nothing changes", () => {
    const map = IntMap.from([
      [1, "a"],
      [2 ** 47, "b"],
    ]);
    expect(map.set(1, "a")).toBe(map);
    expect(map.delete(3)).toBe(map);
    expect(map.delete(2 ** 47 + 2 ** 32)).toBe(map);
  });

  it("should share what a change leaves alone", () => {
    const values = Array.from({ length: 1000 }, (_, i) => ({ i }));
    const map = IntMap.from(values.map((value, i) => [i, value] as const));
    const next = map.set(500, { i: -1 });
    expect(map.get(500)).toBe(values[500]);
    for (const i of [0, 499, 501, 999]) expect(next.get(i)).toBe(values[i]);
  });
});
