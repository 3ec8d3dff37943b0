/**
 * Arrays of awk, whose order is that of mawk: 64 lists by FNV-1a of the key, twice as many when the average reaches 12; in a list,
 * what was used last comes first. Keys that are whole numbers have lists of their own by their low bits, until the array gets
 * another key or is walked through.
 * @source mawk 1.3.4 20200120, by observation
 */
import { textToOctets } from "../../core/octets.ts";
import type { Value } from "./awk-values.ts";

const MASK_FIRST = 63;
const AVERAGE_MAX = 12;

interface Entry {
  value: Value;
  /** When it was used last as a text; null: only as a number. */
  used: number | null;
  usedAsNumber: number;
}

export class Table {
  private readonly entries = new Map<string, Entry>();
  private clock = 0;
  private hasTexts = false;

  get size(): number {
    return this.entries.size;
  }

  has(key: string): boolean {
    const entry = this.entries.get(key);
    if (entry !== undefined && entry.used !== null) entry.used = ++this.clock;
    return entry !== undefined;
  }

  get(key: string, isNumber: boolean): Value {
    return this.entry(key, isNumber).value;
  }

  set(key: string, value: Value, isNumber = false): void {
    this.entry(key, isNumber).value = value;
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
    this.hasTexts = false;
  }

  /** The keys as `for (k in a)` has them. */
  keys(): string[] {
    this.countAsTexts();
    let mask = MASK_FIRST;
    while (this.entries.size > (mask + 1) * AVERAGE_MAX) mask = 2 * mask + 1;
    const placed = [...this.entries].map(([key, { used }]) => ({ key, list: hash(key) & mask, used: used! }));
    placed.sort((a, b) => a.list - b.list || b.used - a.used);
    return placed.map(({ key }) => key);
  }

  private entry(key: string, isNumber: boolean): Entry {
    if (!isNumber && !this.hasTexts) this.countAsTexts();
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = { value: undefined, used: this.hasTexts ? ++this.clock : null, usedAsNumber: 0 };
      this.entries.set(key, entry);
    } else if (!isNumber) entry.used = ++this.clock;
    if (isNumber) entry.usedAsNumber = ++this.clock;
    return entry;
  }

  /** Puts the keys that are numbers into the lists of texts, too. */
  private countAsTexts(): void {
    this.hasTexts = true;
    let mask = MASK_FIRST;
    while (this.entries.size > (mask + 1) * AVERAGE_MAX) mask = 2 * mask + 1;
    const numbers = [...this.entries].filter(([, { used }]) => used === null);
    numbers.sort(
      ([a, one], [b, other]) =>
        (Number(a) & mask) - (Number(b) & mask) || other.usedAsNumber - one.usedAsNumber,
    );
    for (const [, entry] of numbers) entry.used = ++this.clock;
  }
}

/** FNV-1a of 32 bits. @source http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(key: string): number {
  let value = 0x811c9dc5;
  const octets = textToOctets(key);
  for (let i = 0; i < octets.length; i++) value = Math.imul(value ^ octets.charCodeAt(i), 16_777_619);
  return value;
}
