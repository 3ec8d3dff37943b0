import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandBraces } from "../../../src/shell/expand/brace.ts";
import { splitFields } from "../../../src/shell/expand/split.ts";
import { quoteAnsi, quoteBackslash, quoteSingle } from "../../../src/shell/quote.ts";
import { runScript } from "../fake-host.ts";

function split(text: string, ifs: string): string[] {
  const fields = splitFields([{ text, isQuoted: false, isSplit: true }], ifs);
  return fields.map((field) => field.map((atom) => atom.text).join(""));
}

describe("splitFields", () => {
  it.each([
    [" a  b ", " \t\n", ["a", "b"]],
    ["a::b:", ":", ["a", "", "b"]],
    [":a", ":", ["", "a"]],
    [" a : b::c ", " :", ["a", "b", "", "c"]],
    ["a b", "", ["a b"]],
  ])("should split %j at %j", (text, ifs, fields) => {
    expect(split(text, ifs)).toEqual(fields);
  });

  it("should give back what was joined by white space", () => {
    const field = fc.string({ unit: fc.constantFrom("a", "b", "é", "*"), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        expect(split(fields.join(" \t"), " \t\n")).toEqual(fields);
      }),
    );
  });
});

describe("expandBraces", () => {
  it.each([
    ["a{b,c}d", ["abd", "acd"]],
    ["{1..10..3}", ["1", "4", "7", "10"]],
    ["{c..a}", ["c", "b", "a"]],
    ["{08..10}", ["08", "09", "10"]],
    ["a{b{1,2},c}", ["ab1", "ab2", "ac"]],
    ['"{a,b}"', ['"{a,b}"']],
    [`\${x,,}{1,2}`.replace("$", "$"), [`\${x,,}1`, `\${x,,}2`]],
    ["{a}", ["{a}"]],
  ])("should expand %s", (text, words) => {
    expect(expandBraces(text)).toEqual(words);
  });
});

describe("Shell.property", () => {
  it("should read back any text that it quoted", async () => {
    const text = fc.string({ unit: "binary" }).filter((one) => !one.includes("\0"));
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        for (const quote of [quoteSingle, quoteBackslash, quoteAnsi]) {
          const { stdout, stderr } = await runScript(`x=${quote(value)}; printf '%s' "$x"`);
          expect({ stdout, stderr }).toEqual({ stdout: value, stderr: "" });
        }
      }),
      { numRuns: 50 },
    );
  });

  it("should be the same, request by request, on every run", async () => {
    const command = fc.constantFrom(
      "sleep 0.$((RANDOM % 9))",
      "echo $RANDOM | { read x; echo got $x; }",
      "(sleep 0.1; echo sub) &",
      "x=$(date +%s%N); echo $x",
      "wait",
      "mktemp",
      "{ seq 3; sleep 0.05; } | tail -n 1",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 6 }), async (commands) => {
        const script = commands.join("\n");
        const [first, second] = [await runScript(script), await runScript(script)];
        expect(second.stdout).toBe(first.stdout);
        expect(second.host.log).toEqual(first.host.log);
      }),
      { numRuns: 25 },
    );
  });
});
