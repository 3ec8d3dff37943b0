/** The arithmetic of jq, which knows strings, arrays and objects too. @source jq 1.6 */
import { compare, described, isArray, isObject, JqError, type Json, type JsonObject } from "./values.ts";

/** A text may be repeated up to so many UTF-16 units. */
const REPEATED_MAX = 100_000_000;

export function operate(operator: string, left: Json, right: Json): Json {
  switch (operator) {
    case "+":
      return add(left, right);
    case "-":
      if (typeof left === "number" && typeof right === "number") return left - right;
      if (isArray(left) && isArray(right))
        return left.filter((item) => !right.some((one) => compare(item, one) === 0));
      throw refuse(left, right, "subtracted");
    case "*":
      return multiply(left, right);
    case "/":
      return divide(left, right);
    case "%":
      return remainder(left, right);
    case "==":
      return equals(left, right);
    case "!=":
      return !equals(left, right);
    case "<":
      return compare(left, right) < 0;
    case "<=":
      return compare(left, right) <= 0;
    case ">":
      return compare(left, right) > 0;
    default:
      return compare(left, right) >= 0;
  }
}

function equals(left: Json, right: Json): boolean {
  return compare(left, right) === 0;
}

function refuse(left: Json, right: Json, what: string): JqError {
  return new JqError(`${described(left)} and ${described(right)} cannot be ${what}`);
}

export function add(left: Json, right: Json): Json {
  if (left === null) return right;
  if (right === null) return left;
  if (typeof left === "number" && typeof right === "number") return left + right;
  if (typeof left === "string" && typeof right === "string") return left + right;
  if (isArray(left) && isArray(right)) return left.concat(right);
  if (isObject(left) && isObject(right)) return new Map([...left, ...right]);
  throw refuse(left, right, "added");
}

function multiply(left: Json, right: Json): Json {
  if (typeof left === "number" && typeof right === "number") return left * right;
  if (typeof left === "string" && typeof right === "number") return repeat(left, right);
  if (typeof left === "number" && typeof right === "string") return repeat(right, left);
  if (isObject(left) && isObject(right)) return merge(left, right);
  throw refuse(left, right, "multiplied");
}

function repeat(text: string, times: number): Json {
  if (!(times > 0)) return null;
  // Once is the least: the count is that of the copies behind the first.
  const count = Math.max(1, Math.floor(times));
  if (text.length * count > REPEATED_MAX) throw new JqError("Repeat string result too long");
  return text.repeat(count);
}

function merge(left: JsonObject, right: JsonObject): JsonObject {
  const merged = new Map(left);
  for (const [key, item] of right) {
    const own = merged.get(key);
    merged.set(key, own !== undefined && isObject(own) && isObject(item) ? merge(own, item) : item);
  }
  return merged;
}

function divide(left: Json, right: Json): Json {
  if (typeof left === "number" && typeof right === "number") {
    if (right === 0) throw refuse(left, right, "divided because the divisor is zero");
    return left / right;
  }
  if (typeof left === "string" && typeof right === "string") return splitText(left, right);
  throw refuse(left, right, "divided");
}

export function splitText(text: string, separator: string): string[] {
  if (text === "") return [];
  return separator === "" ? [...text] : text.split(separator);
}

/** Of whole numbers: of 64 bits on the left, of which a sign is kept. */
function remainder(left: Json, right: Json): Json {
  if (typeof left !== "number" || typeof right !== "number") throw refuse(left, right, "divided");
  const whole = (value: number) => {
    // What no 64 bits hold is the least number, as the processor converts it.
    const limit = 2 ** 63;
    return Math.abs(value) < limit ? BigInt(Math.trunc(value)) : BigInt(-limit);
  };
  const divisor = whole(right);
  if (divisor === 0n) throw refuse(left, right, "divided (remainder) because the divisor is zero");
  return Number(whole(left) % divisor);
}
