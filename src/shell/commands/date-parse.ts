/**
 * Reads what `date -d` takes: dates, times, zones and what is added to them, in any order.
 * @source coreutils 9.1, "Date input formats", and the behaviour of its odder corners: `+1 day` behind a time is a zone and a day
 */
import { type Zone, zoneOf } from "../strftime.ts";

export interface Instant {
  readonly seconds: number;
  readonly nanos: number;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const LONG_MONTHS =
  "january february march april may june july august september october november december".split(" ");
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const LONG_DAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");
const ORDINALS: ReadonlyMap<string, number> = new Map([
  ["last", -1],
  ["this", 0],
  ["next", 1],
  ["first", 1],
  ["third", 3],
  ["fourth", 4],
  ["fifth", 5],
  ["sixth", 6],
  ["seventh", 7],
  ["eighth", 8],
  ["ninth", 9],
  ["tenth", 10],
  ["eleventh", 11],
  ["twelfth", 12],
]);
/** Hours east of Greenwich. */
const ZONES: ReadonlyMap<string, number> = new Map([
  ["utc", 0],
  ["gmt", 0],
  ["ut", 0],
  ["z", 0],
  ["est", -5],
  ["edt", -4],
  ["cst", -6],
  ["cdt", -5],
  ["mst", -7],
  ["mdt", -6],
  ["pst", -8],
  ["pdt", -7],
  ["cet", 1],
  ["cest", 2],
  ["bst", 1],
  ["jst", 9],
]);

type Unit = "year" | "month" | "day" | "hour" | "minute" | "second";
const UNITS: ReadonlyMap<string, readonly [Unit, number]> = new Map([
  ["year", ["year", 1]],
  ["month", ["month", 1]],
  ["fortnight", ["day", 14]],
  ["week", ["day", 7]],
  ["day", ["day", 1]],
  ["hour", ["hour", 1]],
  ["minute", ["minute", 1]],
  ["min", ["minute", 1]],
  ["second", ["second", 1]],
  ["sec", ["second", 1]],
]);

function unitOf(word: string): readonly [Unit, number] | undefined {
  return UNITS.get(word) ?? (word.endsWith("s") ? UNITS.get(word.slice(0, -1)) : undefined);
}

/** Null: no valid date. */
export function parseDate(text: string, now: Instant, zone: Zone): Instant | null {
  const alone = /^\s*@\s*([-+]?\d+)(?:[.,](\d+))?\s*$/.exec(text);
  if (alone !== null) return { seconds: Number(alone[1]), nanos: nanosOf(alone[2]) };
  const own = /^\s*TZ="([^"]*)"\s*/.exec(text);
  if (own !== null) return parseDate(text.slice(own[0].length), now, zoneOf(own[1]));
  return new DateReader(text, now, zone).read();
}

function nanosOf(fraction: string | undefined): number {
  return Number((fraction ?? "").slice(0, 9).padEnd(9, "0"));
}

class DateReader {
  private rest: string;
  private date: readonly [year: number, month: number, day: number] | null = null;
  private time: readonly [hour: number, minute: number, second: number, nanos: number] | null = null;
  private offset: number | null = null;
  private weekday: { readonly day: number; readonly ordinal: number } | null = null;
  private readonly added: Record<Unit, number> = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  private hasAdded = false;
  /** What was added last: `ago` takes it back. */
  private last: readonly [readonly [Unit, number], number] = [["second", 1], 0];
  private isBad = false;

  constructor(
    text: string,
    private readonly now: Instant,
    private readonly zone: Zone,
  ) {
    this.rest = text
      .toLowerCase()
      .replace(/\([^)]*\)/g, " ")
      .trim();
  }

  read(): Instant | null {
    while (this.rest !== "" && !this.isBad) {
      const before = this.rest;
      this.item();
      this.rest = this.rest.replace(/^[\s,]+/, "");
      if (this.rest === before) return null;
    }
    return this.isBad ? null : this.result();
  }

  private take(pattern: RegExp): RegExpExecArray | null {
    const match = pattern.exec(this.rest);
    if (match !== null) this.rest = this.rest.slice(match[0].length);
    return match;
  }

  private item(): void {
    for (const [pattern, read] of FORMS) {
      const match = this.take(pattern);
      if (match === null) continue;
      read(this, match);
      return;
    }
    this.wordOrNumber();
  }

  dayAndMonth(match: RegExpExecArray, day: string, month: string, year: string | undefined): void {
    const index = LONG_MONTHS.indexOf(month) >= 0 ? LONG_MONTHS.indexOf(month) : MONTHS.indexOf(month);
    if (index >= 0 || (month === "sept" && index < 0)) {
      this.setDate(
        year === undefined ? this.yearOf(undefined) : Number(year),
        index < 0 ? 9 : index + 1,
        Number(day),
      );
      return;
    }
    this.rest = match[0] + this.rest;
    this.wordOrNumber();
  }

  private wordOrNumber(): void {
    let match = this.take(/^([-+])\s*(\d+)(?::?(\d{2}))?(?!\d)(?=\s*[a-z]*)/);
    if (match !== null) {
      const isZone = this.time !== null && this.offset === null && !this.hasAdded;
      if (isZone) this.setOffset(match[1]!, match[2]!, match[3]);
      else this.relative(Number(match[1]! + match[2]! + (match[3] ?? "")));
      return;
    }
    match = this.take(/^(\d+)(?![\d:])/);
    if (match !== null) {
      const digits = match[1]!;
      if (/^\s*[a-z]/.test(this.rest) && unitOf(/^\s*([a-z]+)/.exec(this.rest)![1]!) !== undefined)
        this.relative(Number(digits));
      else this.bareNumber(digits);
      return;
    }
    match = this.take(/^[a-z]+/);
    if (match === null) this.isBad = true;
    else this.word(match[0]);
  }

  /** Eight digits are a date; behind a date, up to four are a time. */
  private bareNumber(digits: string): void {
    if (this.date === null && (digits.length === 8 || digits.length === 6)) {
      const year = this.yearOf(digits.slice(0, -4));
      this.setDate(year, Number(digits.slice(-4, -2)), Number(digits.slice(-2)));
    } else if (this.time === null && digits.length <= 4) {
      const padded = digits.length <= 2 ? `${digits}00` : digits;
      this.setTime([padded, padded.slice(0, -2), padded.slice(-2), "0", "0", ""]);
    } else if (this.date !== null && digits.length === 4)
      this.date = [Number(digits), this.date[1], this.date[2]];
    else this.isBad = true;
  }

  private word(word: string): void {
    const unit = unitOf(word);
    const day =
      LONG_DAYS.indexOf(word) >= 0
        ? LONG_DAYS.indexOf(word)
        : DAYS.indexOf(word.slice(0, 4) === "tues" ? "tue" : word);
    const ordinal = ORDINALS.get(word);
    if (unit !== undefined) this.add(unit, 1);
    else if (word === "now" || word === "today") this.hasAdded ||= false;
    else if (word === "tomorrow") this.add(["day", 1], 1);
    else if (word === "yesterday") this.add(["day", 1], -1);
    else if (word === "ago") this.add(this.last[0], -2 * this.last[1]);
    else if (ordinal !== undefined) this.afterOrdinal(ordinal);
    else if (day >= 0) this.weekday = { day, ordinal: 0 };
    else if (ZONES.has(word)) {
      if (this.offset !== null) this.isBad = true;
      this.offset = ZONES.get(word)! * 3600;
    } else if (word === this.zone.name.toLowerCase()) this.offset = this.zone.offset;
    else if (word !== "and" && word !== "t") this.isBad = true;
  }

  private afterOrdinal(ordinal: number): void {
    const next = this.take(/^\s*([a-z]+)/)?.[1] ?? "";
    const unit = unitOf(next);
    const day = LONG_DAYS.indexOf(next) >= 0 ? LONG_DAYS.indexOf(next) : DAYS.indexOf(next);
    if (unit !== undefined) this.add(unit, ordinal);
    else if (day >= 0) this.weekday = { day, ordinal };
    else this.isBad = true;
  }

  private relative(count: number): void {
    const word = this.take(/^\s*([a-z]+)/)?.[1] ?? "";
    const unit = unitOf(word);
    if (unit === undefined) this.isBad = true;
    else this.add(unit, count);
  }

  private add([unit, size]: readonly [Unit, number], count: number): void {
    this.added[unit] += size * count;
    this.last = [[unit, size], count];
    this.hasAdded = true;
  }

  yearOf(text: string | undefined): number {
    if (text === undefined) return new Date((this.now.seconds + this.zone.offset) * 1000).getUTCFullYear();
    const year = Number(text);
    return text.length > 2 ? year : year + (year < 69 ? 2000 : 1900);
  }

  setDate(year: number, month: number, day: number): void {
    const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
    if (this.date !== null || month < 1 || month > 12 || day < 1 || day > last) this.isBad = true;
    this.date = [year, month, day];
  }

  setTime(match: readonly (string | undefined)[]): void {
    const [, hours = "0", minutes = "0", seconds = "0", fraction, half = ""] = match;
    let hour = Number(hours);
    if (half !== "") {
      if (hour < 1 || hour > 12) this.isBad = true;
      hour = (hour % 12) + (half.startsWith("p") ? 12 : 0);
    }
    if (this.time !== null || hour > 23 || Number(minutes) > 59 || Number(seconds) > 60) this.isBad = true;
    this.time = [hour, Number(minutes), Number(seconds), nanosOf(fraction)];
  }

  private setOffset(sign: string, digits: string, minutes: string | undefined): void {
    const isShort = minutes === undefined && digits.length <= 2;
    const hour = Number(minutes !== undefined || isShort ? digits : digits.slice(0, -2));
    const minute = Number(minutes ?? (isShort ? "0" : digits.slice(-2)));
    if (hour > 24 || minute > 59) this.isBad = true;
    this.offset = (sign === "-" ? -1 : 1) * (hour * 3600 + minute * 60);
  }

  private result(): Instant {
    const offset = this.offset ?? this.zone.offset;
    const local = new Date((this.now.seconds + offset) * 1000);
    const [year, month, day] = this.date ?? [
      local.getUTCFullYear(),
      local.getUTCMonth() + 1,
      local.getUTCDate(),
    ];
    // A date alone is its midnight, also with a weekday; what is only added to counts from now.
    const isMidnight = this.time === null && (this.date !== null || this.weekday !== null || !this.hasAdded);
    const isNow = this.date === null && this.time === null && this.weekday === null;
    const [hour, minute, second] =
      this.time ??
      (isMidnight && !isNow
        ? [0, 0, 0]
        : [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()]);
    const nanos = this.time !== null ? this.time[3] : isNow ? this.now.nanos : 0;
    const { added } = this;
    let days = day + added.day;
    if (this.weekday !== null && this.date === null)
      days += this.daysToWeekday(new Date(Date.UTC(year, month - 1, day)));
    const start = Date.UTC(year + added.year, month - 1 + added.month, days, hour, minute, second) / 1000;
    return { seconds: start - offset + added.hour * 3600 + added.minute * 60 + added.second, nanos };
  }

  private daysToWeekday(today: Date): number {
    const { day, ordinal } = this.weekday!;
    const ahead = (day - today.getUTCDay() + 7) % 7;
    const weeks = ordinal - (ordinal > 0 && ahead !== 0 ? 1 : 0);
    return ahead + 7 * weeks;
  }
}

/** What is known by its form, and how it is taken. */
const FORMS: readonly (readonly [RegExp, (reader: DateReader, match: RegExpExecArray) => void])[] = [
  [
    /^(\d{4,})-(\d{1,2})-(\d{1,2})(?:t(?=\d))?(?!\d)/,
    (reader, [, year, month, day]) => reader.setDate(Number(year), Number(month), Number(day)),
  ],
  [
    /^(\d{4})\/(\d{1,2})\/(\d{1,2})(?!\d)/,
    (reader, [, year, month, day]) => reader.setDate(Number(year), Number(month), Number(day)),
  ],
  [
    /^(\d{1,2})\/(\d{1,2})(?:\/(\d{2,4}))?(?!\d)/,
    (reader, [, month, day, year]) => reader.setDate(reader.yearOf(year), Number(month), Number(day)),
  ],
  [
    /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*([ap]\.?m\.?)?(?![a-y\d])/,
    (reader, match) => reader.setTime(match),
  ],
  [
    /^(\d{1,2})\s*([ap]\.?m\.?)(?![a-z])/,
    (reader, [whole, hour, half]) => reader.setTime([whole, hour, "0", "0", "0", half]),
  ],
  [
    /^(\d{1,2})[-\s]+([a-z]{3,9})\.?(?:[-\s,]+(\d{4})(?!:))?(?![a-z\d])/,
    (reader, match) => reader.dayAndMonth(match, match[1]!, match[2]!, match[3]),
  ],
  [
    /^([a-z]{3,9})\.?[-\s]+(\d{1,2})(?:\s*,?\s+(\d{4})(?!:))?(?![\d:])/,
    (reader, match) => reader.dayAndMonth(match, match[2]!, match[1]!, match[3]),
  ],
];
