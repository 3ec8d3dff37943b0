import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pattern, quotePattern, removeMatch, replaceMatches } from "../../../src/shell/expand/patterns.ts";

describe("Pattern", () => {
  it.each([
    ["a*c", "abbc", true],
    ["a?c", "ac", false],
    ["[!a-c]x", "dx", true],
    ["[[:digit:]]*", "7up", true],
    ["\\*", "*", true],
    ["\\*", "x", false],
    ["@(ab|cd)", "cd", true],
    ["!(ab)", "ab", false],
    ["!(a)*", "ab", true],
    ["*(ab)c", "ababc", true],
    ["+(a|b)", "", false],
    ["[", "[", true],
    ["[]a]", "]", true],
    ["é?", "éß", true],
  ])("should match %s against %s: %s", (pattern, text, isMatch) => {
    expect(new Pattern(pattern).matches(text)).toBe(isMatch);
  });

  it("should match a text quoted as itself, and nothing else", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (text, other) => {
        const pattern = new Pattern(quotePattern(text));
        expect(pattern.matches(text)).toBe(true);
        expect(pattern.matches(other)).toBe(text === other);
      }),
    );
  });

  it("should agree with a regular expression on stars and question marks", () => {
    const unit = fc.constantFrom("a", "b", "*", "?");
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 8 }),
        fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 }),
        (source, text) => {
          const regex = new RegExp(`^${source.replaceAll("*", ".*").replaceAll("?", ".")}$`);
          expect(new Pattern(source).matches(text)).toBe(regex.test(text));
        },
      ),
    );
  });
});

describe("removeMatch", () => {
  it("should take the shortest and the longest away", () => {
    const pattern = new Pattern("*.");
    expect(removeMatch("a.b.c", pattern, "#")).toBe("b.c");
    expect(removeMatch("a.b.c", pattern, "##")).toBe("c");
    expect(removeMatch("a.b.c", new Pattern(".*"), "%")).toBe("a.b");
    expect(removeMatch("a.b.c", new Pattern(".*"), "%%")).toBe("a");
  });
});

describe("replaceMatches", () => {
  it("should replace every match like a split and a join for a literal", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 2 }), fc.string(), (part, text) => {
        const result = replaceMatches(text, new Pattern(quotePattern(part)), "//", () => "-");
        expect(result).toBe(text.split(part).join("-"));
      }),
    );
  });
});
