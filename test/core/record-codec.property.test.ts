import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IntMap } from "../../src/core/int-map.ts";
import { decodeRecord, encodeRecord, hashRecord, registerRecord } from "../../src/core/record-codec.ts";

class Point {
  constructor(
    readonly x: unknown,
    readonly y: unknown,
  ) {}
  get norm(): string {
    return `${this.x}/${this.y}`;
  }
}
registerRecord("test/Point", Point);

const anyField = fc.oneof(
  fc.string(),
  fc.constantFrom("__proto__", "constructor", "toString", "$", "length", "0"),
);

/** Whatever may stand in a state. */
const { record: anyRecord } = fc.letrec<{ record: unknown }>((tie) => ({
  record: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    fc.string({ unit: "binary" }),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.array(tie("record")),
    fc.array(fc.tuple(anyField, tie("record"))).map((fields) => Object.fromEntries(fields)),
    fc.array(fc.tuple(fc.nat(2 ** 40), tie("record"))).map((entries) => IntMap.from(entries)),
    fc.tuple(tie("record"), tie("record")).map(([x, y]) => new Point(x, y)),
  ),
}));

/** The same contents with the fields of every plain object set in the opposite order. */
function reversed(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(reversed);
  if (value instanceof Point) return new Point(reversed(value.x), reversed(value.y));
  if (value instanceof IntMap)
    return IntMap.from(
      value
        .sorted()
        .reverse()
        .map(([key, v]) => [key, reversed(v)] as const),
    );
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, field]) => [key, reversed(field)]),
  );
}

describe("a record's text", () => {
  it("should read back as the same record, with the same hash", () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const text = encodeRecord(record);
        const back = decodeRecord(text);
        expect(back).toEqual(record);
        expect(encodeRecord(back)).toBe(text);
        expect(hashRecord(back)).toBe(hashRecord(record));
      }),
      { numRuns: 500 },
    );
  });

  it("should keep a record's class", () => {
    const back = decodeRecord(encodeRecord([new Point(1, [new Point(2, 3)])])) as Point[];
    expect(back[0]).toBeInstanceOf(Point);
    expect((back[0]!.y as Point[])[0]!.norm).toBe("2/3");
  });

  it("should refuse a class that nobody registered, and text of one", () => {
    class Stranger {}
    expect(() => encodeRecord(new Stranger())).toThrow("a record of class Stranger is not registered");
    expect(() => hashRecord(new Stranger())).toThrow("a record of class Stranger is not registered");
    expect(() => decodeRecord('{"$":"Stranger"}')).toThrow("unknown record class Stranger");
    expect(() => registerRecord("test/Point", Stranger)).toThrow("registered twice");
  });
});

describe("a record's hash", () => {
  it("should not depend on the order in which fields were set", () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(hashRecord(reversed(record))).toBe(hashRecord(record));
      }),
    );
  });

  it("should be another for another text", () => {
    fc.assert(
      fc.property(anyRecord, anyRecord, (a, b) => {
        fc.pre(
          encodeRecord(reversed(a)) !== encodeRecord(reversed(b)) && encodeRecord(a) !== encodeRecord(b),
        );
        fc.pre(JSON.stringify(sortedText(a)) !== JSON.stringify(sortedText(b)));
        expect(hashRecord(a)).not.toBe(hashRecord(b));
      }),
      { numRuns: 500 },
    );
  });

  it("should tell apart what is alike", () => {
    const alike = [
      0,
      1,
      "0",
      "1",
      "",
      [],
      {},
      null,
      false,
      true,
      [0],
      [[]],
      [null],
      { a: 0 },
      { b: 0 },
      { a: 1 },
      { a: 0, b: 1 },
      { a: 1, b: 0 },
      new Uint8Array(0),
      Uint8Array.of(0),
      Uint8Array.of(0, 0),
      IntMap.empty(),
      IntMap.from([[0, 0]]),
      IntMap.from([[0, 1]]),
      IntMap.from([[1, 0]]),
      new Point(0, 0),
      new Point(0, 1),
      new Point(1, 0),
      { x: 0, y: 0 },
      [1, 2],
      [2, 1],
      "ab",
      "ba",
      0.5,
      2 ** 32,
      2 ** 33,
    ];
    const hashes = alike.map((record) => hashRecord(record));
    expect(new Set(hashes).size).toBe(alike.length);
    expect(hashRecord(-0)).toBe(hashRecord(0));
    expect(hashRecord({ a: 1, b: undefined })).toBe(hashRecord({ a: 1 }));
  });
});

/** Plain data with the fields of each object in one order. */
function sortedText(value: unknown): unknown {
  return JSON.parse(encodeRecord(value), (_, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.entries(inner).sort((a, b) => (a[0] < b[0] ? -1 : 1))
      : inner,
  );
}
