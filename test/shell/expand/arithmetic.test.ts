import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ArithmeticNames, evaluate } from "../../../src/shell/expand/arithmetic.ts";

function names(): ArithmeticNames & { readonly values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    resolve: (_name: string, subscript: string) => subscript,
    read: (name, subscript) => values.get(name + (subscript ?? "")) ?? "",
    assign: (name, subscript, value) => void values.set(name + (subscript ?? ""), value),
  };
}

const number = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe("evaluate", () => {
  it.each([
    ["1 + 2 * 3", 7n],
    ["2 ** 3 ** 2", 512n],
    ["-7 / 2", -3n],
    ["-7 % 3", -1n],
    ["1 ? 2 : 3, 4", 4n],
    ["0 && (x = 5)", 0n],
    ["16#ff + 0x10 + 010", 279n],
    ["9223372036854775807 + 1", -(2n ** 63n)],
    ["(1 << 63) >> 63", -1n],
    ["!0 + ~0", 0n],
  ])("should make %s %s", (text, value) => {
    expect(evaluate(text, names())).toBe(value);
  });

  it("should follow names to expressions and set them", () => {
    const own = names();
    own.values.set("y", "x + 1");
    expect(evaluate("x = 4, x++ + y", own)).toBe(10n);
    expect(own.values.get("x")).toBe("5");
  });

  it.each([
    ["1 +", '1 +: syntax error: operand expected (error token is "+")'],
    ["1 / 0", '1 / 0: division by 0 (error token is "0")'],
    ["08", '08: value too great for base (error token is "08")'],
  ])("should refuse %s as bash does", (text, message) => {
    expect(() => evaluate(text, names())).toThrow(message);
  });

  it("should calculate in 64 bits", () => {
    fc.assert(
      fc.property(number, number, fc.constantFrom("+", "-", "*", "&", "|", "^"), (a, b, operator) => {
        const exact = { "+": a + b, "-": a - b, "*": a * b, "&": a & b, "|": a | b, "^": a ^ b }[operator]!;
        expect(evaluate(`(${a}) ${operator} (${b})`, names())).toBe(BigInt.asIntN(64, exact));
      }),
    );
  });
});
