import { describe, expect, it } from "vitest";
import { PosixRegex, RegexLimit } from "../../src/shell/posix-regex.ts";

const long = "a".repeat(10_000);

describe("PosixRegex", () => {
  it.each([
    ["(a*)*b", null],
    ["(x+x+)+y", null],
    ["^(a|aa)*$", long.length],
    ["(a?){50}a{50}", long.length],
  ])("should answer %s on 10,000 letters in bounded time", (source, length) => {
    const found = PosixRegex.compile(source, true)!.exec(long);
    // The third and fourth need every letter, or as many as they may take.
    expect(found?.[0]?.length ?? null).toBe(source.startsWith("(a?)") ? 100 : length);
  });

  it("should take the longest of the leftmost matches, wherever the alternative stands", () => {
    expect(PosixRegex.compile("a|ab|abc", true)!.exec("xabcd")).toEqual(["abc"]);
  });

  it("should read basic expressions", () => {
    const regex = PosixRegex.compile("^*a\\(b\\|c\\)\\{2\\}$", false)!;
    expect(regex.exec("*abc")).toEqual(["*abc", "c"]);
    expect(PosixRegex.compile("a\\{1", false)).toBeNull();
    expect(PosixRegex.compile("\\(a", false)).toBeNull();
  });

  it("should give up an expression with back-references that takes too long", () => {
    const regex = PosixRegex.compile("(a*)(a*)(a*)(a*)(a*)\\1\\2\\3\\4\\5xb", true)!;
    expect(() => regex.exec(`${"a".repeat(100)}yxb`)).toThrow(RegexLimit);
  });

  it("should refuse an expression that grows without bound", () => {
    expect(PosixRegex.compile("((a{1000}){1000}){1000}", true)).toBeNull();
  });
});
