import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readGrammar, textsOf } from "../../../src/conformance/shell/grammar.ts";
import { programs } from "../../../src/conformance/shell/programs.ts";

const sample = (text: string, start: string) =>
  new Set(fc.sample(textsOf(readGrammar(text), start), { seed: 1, numRuns: 200 }));

describe("a grammar", () => {
  it("should give each alternative, and what its marks stand for", () => {
    expect(sample("a\n  §x\n  ´y´⏎\n  ⇥‹b›␣\n% a comment\nb\n  1\n  2", "a")).toEqual(
      new Set(["$x", "`y`\n", "\t1 ", "\t2 "]),
    );
  });
  it("should repeat statements on lines, and all else with blanks", () => {
    expect([...sample("a\n  ‹b+›\nb\n  x\n  x", "a")].sort()).toEqual(["x", "x x", "x x x"]);
    expect(sample("a\n  (‹stmt*›)\nstmt\n  x", "a")).toEqual(new Set(["()", "(x)", "(x\nx)", "(x\nx\nx)"]));
  });
  it("should end where it leads back to itself", () => {
    const longest = Math.max(...[...sample("a\n  x\n  9× (‹a›‹a›)", "a")].map((text) => text.length));
    expect(longest).toBeGreaterThan(10);
    expect(longest).toBeLessThan(1000);
  });
  it("should refuse a rule that is missing or there twice", () => {
    expect(() => readGrammar("a\n  ‹b›")).toThrow("the rule a of a grammar names b, which is none");
    expect(() => readGrammar("a\n  x\na\n  y")).toThrow("a grammar has the rule a twice");
  });
});

describe("programs", () => {
  it("should be the same for the same seed, and many", () => {
    const draw = () => fc.sample(programs, { seed: 7, numRuns: 100 });
    expect(draw()).toEqual(draw());
    expect(new Set(draw()).size).toBeGreaterThan(90);
  });
});
