/**
 * The numbers of bc(1): whole numbers of `units`, each 10^-`scale`. Results are cut, never rounded.
 * @source bc(1), POSIX.1-2017 bc
 */

export interface Num {
  readonly units: bigint;
  readonly scale: number;
}

export const ZERO: Num = { units: 0n, scale: 0 };
export const ONE: Num = { units: 1n, scale: 0 };

export function ten(power: number): bigint {
  return 10n ** BigInt(power);
}

export function whole(value: number | bigint): Num {
  return { units: BigInt(value), scale: 0 };
}

/** The same number with so many digits behind the point; what is too much is cut. */
export function withScale(a: Num, scale: number): Num {
  if (scale >= a.scale) return { units: a.units * ten(scale - a.scale), scale };
  return { units: a.units / ten(a.scale - scale), scale };
}

export function compare(a: Num, b: Num): number {
  const scale = Math.max(a.scale, b.scale);
  const [x, y] = [withScale(a, scale).units, withScale(b, scale).units];
  return x < y ? -1 : x > y ? 1 : 0;
}

export function add(a: Num, b: Num): Num {
  const scale = Math.max(a.scale, b.scale);
  return { units: withScale(a, scale).units + withScale(b, scale).units, scale };
}

export function negate({ units, scale }: Num): Num {
  return { units: -units, scale };
}

export function multiply(a: Num, b: Num, scale: number): Num {
  const kept = Math.min(a.scale + b.scale, Math.max(scale, a.scale, b.scale));
  return withScale({ units: a.units * b.units, scale: a.scale + b.scale }, kept);
}

/** `b` must not be 0. */
export function divide(a: Num, b: Num, scale: number): Num {
  const shift = scale + b.scale - a.scale;
  const units = shift >= 0 ? (a.units * ten(shift)) / b.units : a.units / (b.units * ten(-shift));
  return { units, scale };
}

export function remainder(a: Num, b: Num, scale: number): Num {
  const quotient = divide(a, b, scale);
  const kept = Math.max(scale + b.scale, a.scale);
  const product = { units: quotient.units * b.units, scale: quotient.scale + b.scale };
  return withScale(add(withScale(a, kept), negate(withScale(product, kept))), kept);
}

/** `exponent` is whole. */
export function raise(base: Num, exponent: bigint, scale: number): Num {
  if (exponent === 0n) return ONE;
  const count = exponent < 0n ? -exponent : exponent;
  const exact: Num = { units: base.units ** count, scale: base.scale * Number(count) };
  if (exponent < 0n) return divide(ONE, exact, scale);
  return withScale(exact, Math.min(exact.scale, Math.max(scale, base.scale)));
}

function integerRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

/** `a` must not be negative. */
export function squareRoot(a: Num, scale: number): Num {
  const kept = Math.max(scale, a.scale);
  return { units: integerRoot(withScale(a, 2 * kept).units), scale: kept };
}

// ---------------------------------------------------------------------------------------------- functions of -l

/** Digits beyond those asked for, so that what is cut off is right. */
const EXTRA = 12;

function fixedMultiply(a: bigint, b: bigint, one: bigint): bigint {
  return (a * b) / one;
}

export function exponential(x: Num, scale: number): Num {
  const integerDigits = Math.max(0, Math.ceil(Number(withScale(x, 0).units) * 0.44));
  const digits = scale + EXTRA + integerDigits;
  const one = ten(digits);
  let argument = withScale(x, digits).units;
  let halvings = 0;
  while ((argument < 0n ? -argument : argument) > one / 8n) {
    argument /= 2n;
    halvings++;
  }
  let [sum, term] = [one, one];
  for (let n = 1n; term !== 0n; n++) {
    term = fixedMultiply(term, argument, one) / n;
    sum += term;
  }
  for (let i = 0; i < halvings; i++) sum = fixedMultiply(sum, sum, one);
  return withScale({ units: sum, scale: digits }, scale);
}

/** `x` is positive; others give a huge negative number, as bc does. */
export function logarithm(x: Num, scale: number): Num {
  if (x.units <= 0n) return withScale({ units: 1n - ten(scale), scale: 0 }, scale);
  const digits = scale + EXTRA;
  const one = ten(digits);
  let value = withScale(x, digits + 6).units / ten(6);
  if (value === 0n) value = 1n;
  let doublings = 0;
  while (value > one + one / 20n || value < one - one / 20n) {
    value = integerRoot(value * one);
    doublings++;
  }
  const ratio = ((value - one) * one) / (value + one);
  const square = fixedMultiply(ratio, ratio, one);
  let [sum, power] = [0n, ratio];
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = fixedMultiply(power, square, one);
  }
  return withScale({ units: 2n * sum * (1n << BigInt(doublings)), scale: digits }, scale);
}

function arctanFixed(value: bigint, one: bigint): bigint {
  let x = value;
  let doublings = 0;
  while ((x < 0n ? -x : x) > one / 10n) {
    const root = integerRoot((one + fixedMultiply(x, x, one)) * one);
    x = (x * one) / (one + root);
    doublings++;
  }
  const square = fixedMultiply(x, x, one);
  let [sum, power, sign] = [0n, x, 1n];
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += (sign * power) / n;
    power = fixedMultiply(power, square, one);
    sign = -sign;
  }
  return sum * (1n << BigInt(doublings));
}

export function arctangent(x: Num, scale: number): Num {
  const digits = scale + EXTRA;
  return withScale({ units: arctanFixed(withScale(x, digits).units, ten(digits)), scale: digits }, scale);
}

/** sin(x), or cos(x) as sin(x + pi/2). */
export function sine(x: Num, scale: number, isCosine = false): Num {
  const digits = scale + EXTRA + withScale(x, 0).units.toString().length;
  const one = ten(digits);
  const pi = 4n * arctanFixed(one, one);
  let angle = withScale(x, digits).units + (isCosine ? pi / 2n : 0n);
  const turns = angle / pi;
  angle -= turns * pi;
  const square = fixedMultiply(angle, angle, one);
  let [sum, term] = [angle, angle];
  for (let n = 2n; term !== 0n; n += 2n) {
    term = -fixedMultiply(term, square, one) / (n * (n + 1n));
    sum += term;
  }
  return withScale({ units: turns % 2n === 0n ? sum : -sum, scale: digits }, scale);
}

/** The Bessel function of whole order. */
export function bessel(order: Num, x: Num, scale: number): Num {
  const n = Number(withScale(order, 0).units);
  const positive = Math.abs(n);
  const digits = scale + EXTRA + 2 * withScale(x, 0).units.toString().length + positive;
  const one = ten(digits);
  const half = withScale(x, digits).units / 2n;
  let term = one;
  for (let k = 1; k <= positive; k++) term = fixedMultiply(term, half, one) / BigInt(k);
  const square = fixedMultiply(half, half, one);
  let sum = term;
  for (let k = 1n; term !== 0n; k++) {
    term = -fixedMultiply(term, square, one) / (k * (k + BigInt(positive)));
    sum += term;
  }
  const isNegated = n < 0 && positive % 2 === 1;
  return withScale({ units: isNegated ? -sum : sum, scale: digits }, scale);
}

// ---------------------------------------------------------------------------------------------- text

/** A constant as it was written, in base `base`. */
export function parseNumber(text: string, base: number): Num {
  const [before = "", after = ""] = text.split(".");
  const isSingle = before.length + after.length === 1;
  const digit = (letter: string) => {
    const value = Number.parseInt(letter, 36);
    // Of several digits, each is no more than the base allows.
    return BigInt(isSingle ? value : Math.min(value, base - 1));
  };
  let units = 0n;
  for (const letter of before) units = units * BigInt(base) + digit(letter);
  if (after === "") return { units, scale: 0 };
  if (base === 10) {
    let fraction = 0n;
    for (const letter of after) fraction = fraction * 10n + digit(letter);
    return { units: units * ten(after.length) + fraction, scale: after.length };
  }
  let [numerator, denominator] = [0n, 1n];
  for (const letter of after) {
    numerator = numerator * BigInt(base) + digit(letter);
    denominator *= BigInt(base);
  }
  const scale = after.length;
  return { units: units * ten(scale) + (numerator * ten(scale)) / denominator, scale };
}

/** A number in base `base`. */
export function showNumber({ units, scale }: Num, base: number): string {
  const magnitude = units < 0n ? -units : units;
  if (magnitude === 0n) return "0";
  const sign = units < 0n ? "-" : "";
  const [before, after] = [magnitude / ten(scale), magnitude % ten(scale)];
  if (base === 10)
    return `${sign}${before === 0n && scale > 0 ? "" : before}${scale > 0 ? `.${after.toString().padStart(scale, "0")}` : ""}`;
  const radix = BigInt(base);
  const width = (base - 1).toString().length;
  const show = (digit: bigint) =>
    base <= 16 ? digit.toString(16).toUpperCase() : ` ${digit.toString().padStart(width, "0")}`;
  let text = "";
  for (let left = before; left > 0n; left /= radix) text = show(left % radix) + text;
  if (scale === 0) return sign + text;
  text += ".";
  // As many digits as the scale is worth.
  let [fraction, reached] = [after, 1n];
  let isFirst = true;
  while (reached < ten(scale)) {
    fraction *= radix;
    const shown = show(fraction / ten(scale));
    text += isFirst && base > 16 ? shown.slice(1) : shown;
    isFirst = false;
    fraction %= ten(scale);
    reached *= radix;
  }
  return sign + text;
}
