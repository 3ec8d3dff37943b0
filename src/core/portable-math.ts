/**
 * Functions of analysis whose last digit is the same on every machine: engines may round `Math.sin` and its like differently. They
 * are worked out in pairs of doubles, about 100 bits, by additions and multiplications alone, and rounded once at the end.
 * @source T. J. Dekker, "A floating-point technique for extending the available precision", 1971
 */

/** The sum of both is the value; the second is the rounding error of the first. */
type Pair = readonly [number, number];

const twoSum = (a: number, b: number): Pair => {
  const sum = a + b;
  const part = sum - a;
  return [sum, a - (sum - part) + (b - part)];
};

const SPLITTER = 134_217_729; // 2^27 + 1

const twoProduct = (a: number, b: number): Pair => {
  const product = a * b;
  const split = (value: number): Pair => {
    const big = SPLITTER * value;
    const high = big - (big - value);
    return [high, value - high];
  };
  const [ah, al] = split(a);
  const [bh, bl] = split(b);
  return [product, ah * bh - product + ah * bl + al * bh + al * bl];
};

const add = (a: Pair, b: Pair): Pair => {
  const [sum, error] = twoSum(a[0], b[0]);
  return twoSum(sum, error + a[1] + b[1]);
};

const multiply = (a: Pair, b: Pair): Pair => {
  const [product, error] = twoProduct(a[0], b[0]);
  return twoSum(product, error + a[0] * b[1] + a[1] * b[0]);
};

const negate = (a: Pair): Pair => [-a[0], -a[1]];

const divide = (a: Pair, b: Pair): Pair => {
  const first = a[0] / b[0];
  const rest = add(a, negate(multiply(b, [first, 0])));
  const second = rest[0] / b[0];
  const last = add(rest, negate(multiply(b, [second, 0])))[0] / b[0];
  return add(twoSum(first, second), [last, 0]);
};

const LN2: Pair = [Math.LN2, 2.3190468138462996e-17];
const HALF_PI: Pair = [1.5707963267948966, 6.123233995736766e-17];
const HALF_PI_REST = -1.4973849048591833e-33;
const LN10: Pair = [Math.LN10, -2.1707562233822494e-16];

/** 2 to a whole power, also where it has fewer bits. */
function scale(value: number, power: number): number {
  let [result, left] = [value, power];
  while (left > 1000) [result, left] = [result * 2 ** 1000, left - 1000];
  while (left < -1000) [result, left] = [result * 2 ** -1000, left + 1000];
  return result * 2 ** left;
}

/** e to the power of a pair that is below 700 in size. */
function expPair(x: Pair): readonly [Pair, number] {
  const power = Math.round(x[0] / LN2[0]);
  const rest = add(x, negate(multiply(LN2, [power, 0])));
  // The remainder is made small, and the result squared as often.
  const small: Pair = [rest[0] / 512, rest[1] / 512];
  let term: Pair = [1, 0];
  let sum: Pair = [0, 0];
  for (let i = 1; i <= 12; i++) {
    term = divide(multiply(term, small), [i, 0]);
    sum = add(sum, term);
  }
  // (1 + s)^2 - 1 = 2s + s^2 keeps the digits that 1 + s would lose.
  for (let i = 0; i < 9; i++) sum = add([2 * sum[0], 2 * sum[1]], multiply(sum, sum));
  return [add([1, 0], sum), power];
}

export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.79) return Number.POSITIVE_INFINITY;
  if (x < -745.2) return 0;
  const [value, power] = expPair([x, 0]);
  return scale(value[0], power);
}

function logPair(x: number): Pair {
  let [mantissa, power] = [x, 0];
  while (mantissa < 2 ** -500) [mantissa, power] = [mantissa * 2 ** 500, power - 500];
  while (mantissa > 2 ** 500) [mantissa, power] = [mantissa * 2 ** -500, power + 500];
  while (mantissa > Math.SQRT2) [mantissa, power] = [mantissa / 2, power + 1];
  while (mantissa < Math.SQRT1_2) [mantissa, power] = [mantissa * 2, power - 1];
  // log m = 2 artanh((m - 1) / (m + 1)), whose series is short for m near 1.
  const ratio = divide(twoSum(mantissa, -1), twoSum(mantissa, 1));
  const square = multiply(ratio, ratio);
  let term = ratio;
  let sum = ratio;
  for (let i = 3; i < 81; i += 2) {
    term = multiply(term, square);
    sum = add(sum, divide(term, [i, 0]));
  }
  return add(multiply(LN2, [power, 0]), [2 * sum[0], 2 * sum[1]]);
}

export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  return x === Number.POSITIVE_INFINITY ? x : logPair(x)[0];
}

export function log2(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return log(x);
  return divide(logPair(x), LN2)[0];
}

export function log10(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return log(x);
  return divide(logPair(x), LN10)[0];
}

/** A power as pow(3) has it; whole powers of moderate size come by multiplication. */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const size = Math.abs(x);
  if (Math.abs(y) === Number.POSITIVE_INFINITY) {
    if (size === 1) return 1;
    return size > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const isWhole = Number.isInteger(y);
  const isOdd = isWhole && Math.abs(y) < 2 ** 53 && y % 2 !== 0;
  const sign = (x < 0 || Object.is(x, -0)) && isOdd ? -1 : 1;
  if (size === 0) return y < 0 ? sign * Number.POSITIVE_INFINITY : sign * 0;
  if (size === Number.POSITIVE_INFINITY) return y < 0 ? sign * 0 : sign * size;
  if (x < 0 && !isWhole) return Number.NaN;
  const whole = isWhole && Math.abs(y) <= 1024 ? wholePower(size, Math.abs(y)) : null;
  if (whole !== null) return sign * (y > 0 ? whole[0] : divide([1, 0], whole)[0]);
  const exponent = multiply(logPair(size), [y, 0]);
  if (!(exponent[0] < 709.79)) return sign * Number.POSITIVE_INFINITY;
  if (exponent[0] < -745.2) return sign * 0;
  const [value, power] = expPair(exponent);
  return sign * scale(value[0], power);
}

/** Null: an intermediate result leaves the range in which pairs are exact. */
function wholePower(x: number, y: number): Pair | null {
  let result: Pair = [1, 0];
  let square: Pair = [x, 0];
  for (let left = y; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(result, square);
    if (left > 1) square = multiply(square, square);
    const sizes = [result[0], left > 1 ? square[0] : 1];
    if (sizes.some((size) => !(size < 1e280 && size > 1e-280))) return null;
  }
  return result;
}

/** Sine and cosine of what is left after whole quarters of a turn. */
function quarter(x: number): { readonly rest: Pair; readonly turns: number } {
  const turns = Math.round(x / HALF_PI[0]);
  let rest = add([x, 0], negate(twoProduct(turns, HALF_PI[0])));
  rest = add(rest, negate(twoProduct(turns, HALF_PI[1])));
  rest = add(rest, [-turns * HALF_PI_REST, 0]);
  return { rest, turns: ((turns % 4) + 4) % 4 };
}

function series(first: Pair, x: Pair, from: number): Pair {
  const square = negate(multiply(x, x));
  let term = first;
  let sum = first;
  for (let i = from; i < from + 40; i += 2) {
    term = divide(multiply(term, square), [i * (i + 1), 0]);
    sum = add(sum, term);
  }
  return sum;
}

export function sin(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  if (x === 0) return x;
  const { rest, turns } = quarter(x);
  const value = turns % 2 === 0 ? series(rest, rest, 2) : series([1, 0], rest, 1);
  return turns < 2 ? value[0] : -value[0];
}

export function cos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const { rest, turns } = quarter(x);
  const value = turns % 2 === 0 ? series([1, 0], rest, 1) : series(rest, rest, 2);
  return turns === 0 || turns === 3 ? value[0] : -value[0];
}

/** The arc tangent of a pair from 0 to 1. */
function atanPair(x: Pair): Pair {
  // Twice halved, atan x = 2 atan(x / (1 + sqrt(1 + x^2))), the series is short.
  let small = x;
  for (let i = 0; i < 3; i++) small = divide(small, add([1, 0], root(add([1, 0], multiply(small, small)))));
  const square = negate(multiply(small, small));
  let term = small;
  let sum = small;
  for (let i = 3; i < 61; i += 2) {
    term = multiply(term, square);
    sum = add(sum, divide(term, [i, 0]));
  }
  return [8 * sum[0], 8 * sum[1]];
}

function root(x: Pair): Pair {
  const first = Math.sqrt(x[0]);
  const rest = add(x, negate(twoProduct(first, first)));
  return twoSum(first, rest[0] / (2 * first));
}

export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const [ax, ay] = [Math.abs(x), Math.abs(y)];
  const isNegativeX = x < 0 || Object.is(x, -0);
  const sign = y < 0 || Object.is(y, -0) ? -1 : 1;
  let angle: Pair;
  if (ay === 0 && ax === 0) angle = [0, 0];
  else if (ax === ay) angle = [HALF_PI[0] / 2, HALF_PI[1] / 2];
  else if (ay < ax) angle = ax === Number.POSITIVE_INFINITY ? [0, 0] : atanPair(divide([ay, 0], [ax, 0]));
  else if (ay === Number.POSITIVE_INFINITY) angle = HALF_PI;
  else angle = add(HALF_PI, negate(atanPair(divide([ax, 0], [ay, 0]))));
  if (isNegativeX) angle = add([2 * HALF_PI[0], 2 * HALF_PI[1]], negate(angle));
  return sign * angle[0];
}

export function atan(x: number): number {
  return atan2(x, 1);
}
