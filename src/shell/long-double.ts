/**
 * Numbers as printf(1) has them on x86: decimal text becomes the nearest number of 64 binary digits, and is shown by rounding that
 * exactly, halves to even. @source x87 extended precision; printf(3)
 */

/** A number that is not negative: `numerator / denominator`. */
export interface Exact {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const DIGITS = 64n;

function bitLength(value: bigint): bigint {
  return BigInt(value.toString(2).length);
}

/** The nearest whole number, halves to even. */
function rounded(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  const isUp = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}

/** So many decimal places are no number that anybody wrote. */
const EXPONENT_MAX = 5000;

/** Reads digits with an optional point and exponent, or a whole number in hexadecimal; no sign. */
export function parseExact(text: string): Exact {
  if (/^0[xX]/.test(text)) return nearest(BigInt(text), 1n);
  const [, whole = "", fraction = "", power = "0"] = /^(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text)!;
  const exponent = Math.max(-EXPONENT_MAX, Math.min(EXPONENT_MAX, Number(power))) - fraction.length;
  const digits = BigInt(`0${whole}${fraction}`);
  return exponent >= 0
    ? nearest(digits * 10n ** BigInt(exponent), 1n)
    : nearest(digits, 10n ** BigInt(-exponent));
}

function nearest(numerator: bigint, denominator: bigint): Exact {
  if (numerator === 0n) return { numerator: 0n, denominator: 1n };
  const excess = bitLength(numerator) - bitLength(denominator) - DIGITS;
  // One digit more or less, as the quotient's length is known to one.
  for (const shift of [excess, excess + 1n]) {
    const [top, bottom] =
      shift >= 0n ? [numerator, denominator << shift] : [numerator << -shift, denominator];
    const mantissa = rounded(top, bottom);
    if (bitLength(mantissa) > DIGITS && shift === excess) continue;
    return shift >= 0n
      ? { numerator: mantissa << shift, denominator: 1n }
      : { numerator: mantissa, denominator: 1n << -shift };
  }
  return { numerator, denominator };
}

/** `%f` */
export function toFixed({ numerator, denominator }: Exact, places: number): string {
  const scaled = rounded(numerator * 10n ** BigInt(places), denominator).toString();
  if (places === 0) return scaled;
  const padded = scaled.padStart(places + 1, "0");
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}

/** Digits before and behind the point, and the power of ten: `%e`. */
export function toExponential(
  { numerator, denominator }: Exact,
  places: number,
): { readonly digits: string; readonly exponent: number } {
  if (numerator === 0n) return { digits: "0".repeat(places + 1), exponent: 0 };
  let exponent = numerator.toString().length - denominator.toString().length;
  for (;;) {
    const shift = places - exponent;
    const digits = (
      shift >= 0
        ? rounded(numerator * 10n ** BigInt(shift), denominator)
        : rounded(numerator, denominator * 10n ** BigInt(-shift))
    ).toString();
    if (digits.length === places + 1) return { digits, exponent };
    exponent += digits.length > places + 1 ? 1 : -1;
  }
}
