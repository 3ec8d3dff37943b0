import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BodyOf, Operation } from "../../../src/events/requests.ts";
import { Run } from "../../../src/simulation/run.ts";
import { orphanFaults } from "../../../src/testing/invariants.ts";

const NAMES = ["a", "b", "__proto__", "constructor", "..", ".", "toString"];
const path = fc
  .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 })
  .map((parts) => `/tmp/${parts.join("/")}`);
const text = fc.constantFrom("", "x", "two\n", "größe");

type Act = readonly [op: Operation, body: object];

const act: fc.Arbitrary<Act> = fc.oneof(
  path.map((p): Act => ["FILE_MKDIR", { path: p }]),
  path.map((p): Act => ["FILE_RMDIR", { path: p }]),
  path.map((p): Act => ["FILE_UNLINK", { path: p }]),
  fc
    .tuple(path, text, fc.boolean())
    .map(([p, data, append]): Act => ["FILE_WRITE", { path: p, data, append }]),
  fc.tuple(path, path).map(([from, to]): Act => ["FILE_RENAME", { from, to }]),
  fc.tuple(path, path).map(([from, to]): Act => ["FILE_LINK", { from, to }]),
  fc
    .tuple(fc.oneof(path, fc.constantFrom("a", "../b", ".", "b/a")), path)
    .map(([target, p]): Act => ["FILE_SYMLINK", { target, path: p }]),
  fc.tuple(path, fc.nat(9)).map(([p, size]): Act => ["FILE_TRUNCATE", { path: p, size }]),
  path.map((p): Act => ["FILE_OPEN", { path: p, write: true, create: true }]),
  fc.nat(80).map((ino): Act => ["FILE_CLOSE", { ino }]),
);

function apply(run: Run, [op, body]: Act): unknown {
  return run.request(0, op, body as BodyOf<Operation>);
}

describe("the file system under any calls", () => {
  it("should keep its names, its links and its account in order", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const run = new Run({ freeze: true });
        for (const one of acts) apply(run, one);
        expect(orphanFaults(run)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("should answer from a snapshot as from the state itself", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), fc.array(act, { maxLength: 10 }), (before, after) => {
        const run = new Run();
        for (const one of before) apply(run, one);
        const copy = new Run({ from: run.snapshot() });
        expect(copy.stateHash()).toBe(run.stateHash());
        expect(after.map((one) => apply(copy, one))).toEqual(after.map((one) => apply(run, one)));
        expect(copy.stateHash()).toBe(run.stateHash());
      }),
      { numRuns: 40 },
    );
  });
});
