/** factor(1): the primes that a number is made of. @source coreutils 9.1 */
import type { Tool } from "../tool.ts";
import { parseOptions } from "./options.ts";
import { quote } from "./quoting.ts";

/** Numbers up to here are tried as divisors; what is left is then taken apart by Pollard's rho. */
const TRIAL_MAX = 10_000n;

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** Miller-Rabin with the first primes as bases, which is exact below 3.3e24. */
function isPrime(n: bigint): boolean {
  const bases = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n];
  if (n < 2n) return false;
  for (const base of bases) if (n % base === 0n) return n === base;
  let [odd, twos] = [n - 1n, 0];
  while ((odd & 1n) === 0n) {
    odd >>= 1n;
    twos++;
  }
  return bases.every((base) => {
    let x = power(base, odd, n);
    if (x === 1n || x === n - 1n) return true;
    for (let i = 1; i < twos; i++) {
      x = (x * x) % n;
      if (x === n - 1n) return true;
    }
    return false;
  });
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

function divisorOf(n: bigint): bigint {
  for (let c = 1n; ; c++) {
    let [slow, fast, found] = [2n, 2n, 1n];
    const step = (x: bigint) => (x * x + c) % n;
    while (found === 1n) {
      slow = step(slow);
      fast = step(step(fast));
      found = gcd(slow > fast ? slow - fast : fast - slow, n);
    }
    if (found !== n) return found;
  }
}

function primeFactors(n: bigint): bigint[] {
  const factors: bigint[] = [];
  let left = n;
  for (
    let divisor = 2n;
    divisor * divisor <= left && divisor < TRIAL_MAX;
    divisor += divisor === 2n ? 1n : 2n
  )
    while (left % divisor === 0n) {
      factors.push(divisor);
      left /= divisor;
    }
  const queue = left > 1n ? [left] : [];
  for (let part = queue.pop(); part !== undefined; part = queue.pop()) {
    if (isPrime(part)) factors.push(part);
    else {
      const divisor = divisorOf(part);
      queue.push(divisor, part / divisor);
    }
  }
  return factors.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

export const factor: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "" });
  if (parsed === null) return 1;
  let words = parsed.operands;
  if (words.length === 0) words = (await cx.readAll()).split(/\s+/).filter((word) => word !== "");
  let status = 0;
  for (const word of words) {
    const digits = /^\s*\+?(\d+)$/.exec(word)?.[1];
    if (digits === undefined) {
      cx.err(`factor: ${quote(cx, word)} is not a valid positive integer\n`);
      status = 1;
      continue;
    }
    const number = BigInt(digits);
    const factors = number === 0n ? [] : primeFactors(number);
    cx.out(`${[`${number}:`, ...factors].join(" ")}\n`);
  }
  return status;
};
