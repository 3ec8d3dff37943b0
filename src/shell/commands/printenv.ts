/**
 * printenv(1), factor(1) and tsort(1) of GNU coreutils.
 * @source coreutils 9.1, src/printenv.c, src/factor.c, src/tsort.c
 */
import { strerror } from "../../core/errno.ts";
import { octetsToText } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { readOctets, usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quote, quoteNameIfNeeded } from "./quoting.ts";

export const printenv: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "0", long: { null: "0" }, stopsAtOperand: true });
  if (parsed === null) return 2;
  const end = parsed.has("0") ? "\0" : "\n";
  if (parsed.operands.length === 0) {
    for (const [name, value] of cx.env) cx.out(`${name}=${value}${end}`);
    return 0;
  }
  let status = 0;
  for (const name of parsed.operands) {
    const value = cx.env.get(name);
    if (value === undefined) status = 1;
    else cx.out(value + end);
  }
  return status;
};

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

export const tsort: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "" });
  if (parsed === null) return 1;
  if (parsed.operands.length > 1) return usageError(cx, `extra operand ${quote(cx, parsed.operands[1]!)}`);
  const [file = "-"] = parsed.operands;
  const read = await readOctets(cx, file);
  if (!read.ok) {
    const shown = quoteNameIfNeeded(file);
    cx.err(`tsort: ${shown}: ${read.errno === "EISDIR" ? "read error: " : ""}${strerror(read.errno)}\n`);
    return 1;
  }
  const words = octetsToText(read.value)
    .split(/[ \t\n]+/)
    .filter((word) => word !== "");
  if (words.length % 2 === 1) {
    cx.err(`tsort: ${quoteNameIfNeeded(file)}: input contains an odd number of tokens\n`);
    return 1;
  }
  return printOrder(cx, words, file);
};

interface Node {
  readonly name: string;
  before: number;
  readonly after: Node[];
}

/** Prints what nothing comes before, first come, first served; a circle is told, and broken. */
function printOrder(cx: ToolContext, words: readonly string[], file: string): number {
  const nodes = new Map<string, Node>();
  const nodeOf = (name: string) => {
    const known = nodes.get(name) ?? { name, before: 0, after: [] };
    nodes.set(name, known);
    return known;
  };
  for (let i = 0; i < words.length; i += 2) {
    const [first, second] = [nodeOf(words[i]!), nodeOf(words[i + 1]!)];
    if (first === second) continue;
    first.after.push(second);
    second.before++;
  }
  // The real one walks a tree of names, in the order of octets.
  const left = new Set([...nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
  let status = 0;
  while (left.size > 0) {
    const ready = [...left].filter(({ before }) => before === 0);
    for (let node = ready.shift(); node !== undefined; node = ready.shift()) {
      cx.out(`${node.name}\n`);
      left.delete(node);
      for (let i = node.after.length - 1; i >= 0; i--)
        if (--node.after[i]!.before === 0) ready.push(node.after[i]!);
    }
    if (left.size === 0) break;
    status = 1;
    cx.flush();
    cx.err(`tsort: ${quoteNameIfNeeded(file)}: input contains a loop:\n`);
    const circle = circleIn(left);
    for (const { name } of circle) cx.err(`tsort: ${name}\n`);
    const last = circle.at(-1)!;
    last.after.splice(last.after.indexOf(circle[0]!), 1);
    circle[0]!.before--;
  }
  return status;
}

function circleIn(left: ReadonlySet<Node>): readonly Node[] {
  const path: Node[] = [];
  const seen = new Map<Node, number>();
  let node = [...left].find(({ after }) => after.some((next) => left.has(next)))!;
  for (;;) {
    const at = seen.get(node);
    if (at !== undefined) return path.slice(at);
    seen.set(node, path.length);
    path.push(node);
    node = node.after.find((next) => left.has(next)) ?? path[0]!;
  }
}
