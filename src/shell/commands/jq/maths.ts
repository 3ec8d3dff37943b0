/** Functions of numbers. @source jq 1.6 manual; math(3) */
import { atan, atan2, cos, exp, log, log2, log10, pow, sin } from "../../../core/portable-math.ts";
import type { Native } from "./machine.ts";
import { described, JqError, type Json } from "./values.ts";

function number(value: Json): number {
  if (typeof value !== "number") throw new JqError(`${described(value)} number required`);
  return value;
}

/** Halves go to the even neighbour. */
function toEven(x: number): number {
  const down = Math.floor(x);
  const part = x - down;
  return part < 0.5 || (part === 0.5 && down % 2 === 0) ? down : down + 1;
}

/** A number as a part from 1/2 to 1 and a power of two. */
function frexp(x: number): [number, number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  let [part, power] = [x, 0];
  while (Math.abs(part) >= 1) [part, power] = [part / 2, power + 1];
  while (Math.abs(part) < 0.5) [part, power] = [part * 2, power - 1];
  return [part, power];
}

/** Lanczos' sum with g = 7: about 15 digits. */
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

function lgamma(x: number): number {
  if (Number.isInteger(x) && x > 0 && x < 171) return log(factorial(x - 1));
  if (x < 0.5) return log(Math.PI / Math.abs(sin(Math.PI * x))) - lgamma(1 - x);
  const base = x - 1;
  const sum = LANCZOS.slice(1).reduce((total, term, i) => total + term / (base + i + 1), LANCZOS[0]!);
  const top = base + 7.5;
  return 0.5 * log(2 * Math.PI) + (base + 0.5) * log(top) - top + log(sum);
}

function factorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

function tgamma(x: number): number {
  if (Number.isInteger(x) && x > 0 && x < 171) return factorial(x - 1);
  if (x < 0.5) return Math.PI / (sin(Math.PI * x) * tgamma(1 - x));
  return exp(lgamma(x));
}

const sinh = (x: number) => (exp(x) - exp(-x)) / 2;
const cosh = (x: number) => (exp(x) + exp(-x)) / 2;

const ONE: readonly (readonly [string, (x: number) => number])[] = [
  ["floor", Math.floor],
  ["ceil", Math.ceil],
  ["trunc", Math.trunc],
  ["round", (x) => (x < 0 ? -Math.round(-x) : Math.round(x))],
  ["rint", toEven],
  ["nearbyint", toEven],
  ["sqrt", Math.sqrt],
  ["fabs", Math.abs],
  ["cbrt", (x) => (x < 0 ? -1 : 1) * pow(Math.abs(x), 1 / 3)],
  ["exp", exp],
  ["exp2", (x) => pow(2, x)],
  ["exp10", (x) => pow(10, x)],
  ["pow10", (x) => pow(10, x)],
  ["expm1", (x) => exp(x) - 1],
  ["log", log],
  ["log2", log2],
  ["log10", log10],
  ["log1p", (x) => log(1 + x)],
  ["sin", sin],
  ["cos", cos],
  ["tan", (x) => sin(x) / cos(x)],
  ["asin", (x) => atan2(x, Math.sqrt(1 - x * x))],
  ["acos", (x) => atan2(Math.sqrt(1 - x * x), x)],
  ["atan", atan],
  ["sinh", sinh],
  ["cosh", cosh],
  ["tanh", (x) => sinh(x) / cosh(x)],
  ["asinh", (x) => log(x + Math.sqrt(x * x + 1))],
  ["acosh", (x) => log(x + Math.sqrt(x * x - 1))],
  ["atanh", (x) => log((1 + x) / (1 - x)) / 2],
  ["gamma", lgamma],
  ["lgamma", lgamma],
  ["lgamma_r", lgamma],
  ["tgamma", tgamma],
  ["significand", (x) => (x === 0 ? x : frexp(x)[0] * 2)],
  ["logb", (x) => (x === 0 ? Number.NEGATIVE_INFINITY : frexp(x)[1] - 1)],
];

const TWO: readonly (readonly [string, (x: number, y: number) => number])[] = [
  ["pow", pow],
  ["atan2", atan2],
  ["fmod", (x, y) => x % y],
  ["fmin", (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y))],
  ["fmax", (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y))],
  ["fdim", (x, y) => Math.max(x - y, 0)],
  ["hypot", (x, y) => Math.sqrt(x * x + y * y)],
  ["copysign", (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x))],
  ["drem", (x, y) => x - y * toEven(x / y)],
  ["remainder", (x, y) => x - y * toEven(x / y)],
  ["ldexp", (x, y) => x * pow(2, y)],
  ["scalb", (x, y) => x * pow(2, y)],
  ["scalbln", (x, y) => x * pow(2, y)],
];

export const MATHS: readonly (readonly [string, Native])[] = [
  ...ONE.map(([name, f]): [string, Native] => [`${name}/0`, (input) => f(number(input))]),
  ...TWO.map(([name, f]): [string, Native] => [`${name}/2`, (_, [x, y]) => f(number(x!), number(y!))]),
  ["fma/3", (_, [x, y, z]) => number(x!) * number(y!) + number(z!)],
  ["frexp/0", (input) => frexp(number(input))],
  [
    "modf/0",
    (input) => {
      const x = number(input);
      return [x - Math.trunc(x), Math.trunc(x)];
    },
  ],
  ["isinfinite/0", (input) => Math.abs(number(input)) === Number.POSITIVE_INFINITY],
  ["isnan/0", (input) => Number.isNaN(number(input))],
  [
    "isnormal/0",
    (input) => Number.isFinite(number(input)) && Math.abs(number(input)) >= 2.2250738585072014e-308,
  ],
];
