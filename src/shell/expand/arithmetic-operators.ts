/** What the operators of shell arithmetic do to 64-bit integers. */

/** Operators of two operands, from those that bind least. `**` binds more, and to the right. */
export const LEVELS: readonly (readonly string[])[] = [
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", ">", "<=", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];

export const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
export const flag = (isTrue: boolean) => (isTrue ? 1n : 0n);

/** Not for a division by 0. */
export function apply(operator: string, a: bigint, b: bigint): bigint {
  switch (operator) {
    case "+":
      return wrap(a + b);
    case "-":
      return wrap(a - b);
    case "*":
      return wrap(a * b);
    case "/":
      return b === 0n ? a : wrap(a / b);
    case "%":
      return b === 0n ? 0n : a % b;
    case "<<":
      return wrap(a << (b & 63n));
    case ">>":
      return a >> (b & 63n);
    case "&":
      return a & b;
    case "|":
      return a | b;
    case "^":
      return a ^ b;
    case "==":
      return flag(a === b);
    case "!=":
      return flag(a !== b);
    case "<":
      return flag(a < b);
    case ">":
      return flag(a > b);
    case "<=":
      return flag(a <= b);
    default:
      return flag(a >= b);
  }
}

export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = wrap(result * square);
    square = wrap(square * square);
  }
  return result;
}
