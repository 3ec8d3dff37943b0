/** strptime(3) in the C locale. */

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const LONG_DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const LONG_MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  weekday: number;
  isAfternoon: boolean | null;
  epoch: number | null;
}

/** Numbers: their most digits, and where they go. */
const NUMBERS: ReadonlyMap<string, readonly [number, (fields: Fields, value: number) => void]> = new Map([
  ["Y", [4, (fields, value) => (fields.year = value)]],
  ["y", [2, (fields, value) => (fields.year = value + (value < 69 ? 2000 : 1900))]],
  ["m", [2, (fields, value) => (fields.month = value - 1)]],
  ["d", [2, (fields, value) => (fields.day = value)]],
  ["e", [2, (fields, value) => (fields.day = value)]],
  ["H", [2, (fields, value) => (fields.hour = value)]],
  ["k", [2, (fields, value) => (fields.hour = value)]],
  ["I", [2, (fields, value) => (fields.hour = value % 12)]],
  ["l", [2, (fields, value) => (fields.hour = value % 12)]],
  ["M", [2, (fields, value) => (fields.minute = value)]],
  ["S", [2, (fields, value) => (fields.second = value)]],
  ["j", [3, (fields, value) => ([fields.month, fields.day] = [0, value])]],
  ["u", [1, (fields, value) => (fields.weekday = value % 7)]],
  ["w", [1, (fields, value) => (fields.weekday = value)]],
  ["s", [20, (fields, value) => (fields.epoch = value)]],
]);

const SHORT: ReadonlyMap<string, string> = new Map([
  ["D", "%m/%d/%y"],
  ["F", "%Y-%m-%d"],
  ["R", "%H:%M"],
  ["T", "%H:%M:%S"],
  ["c", "%a %b %e %H:%M:%S %Y"],
  ["x", "%m/%d/%y"],
  ["X", "%H:%M:%S"],
  ["r", "%I:%M:%S %p"],
]);

const LIMITS: ReadonlyMap<string, number> = new Map([
  ["m", 12],
  ["d", 31],
  ["e", 31],
  ["H", 23],
  ["I", 12],
  ["M", 59],
  ["S", 60],
  ["j", 366],
]);

/** The broken down time; null: the text is of another form. */
export function parseByFormat(text: string, format: string): number[] | null {
  const fields: Fields = {
    year: 1900,
    month: 0,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    weekday: 0,
    isAfternoon: null,
    epoch: null,
  };
  const end = take(text, 0, format, fields);
  if (end !== text.length) return null;
  return finish(fields);
}

function finish(fields: Fields): number[] {
  if (fields.isAfternoon) fields.hour += 12;
  const date = new Date(
    fields.epoch !== null
      ? fields.epoch * 1000
      : Date.UTC(fields.year, fields.month, fields.day, fields.hour, fields.minute, fields.second),
  );
  if (fields.epoch !== null) {
    fields.year = date.getUTCFullYear();
    fields.month = date.getUTCMonth();
    fields.day = date.getUTCDate();
    fields.hour = date.getUTCHours();
    fields.minute = date.getUTCMinutes();
    fields.second = date.getUTCSeconds();
  }
  // Day 0 is what a format without a date leaves: glibc numbers it as the day before the year's first.
  const hasDate = fields.day > 0;
  const start = Date.UTC(fields.year, 0, 1);
  const yearDay = hasDate ? Math.floor((date.getTime() - start) / 86_400_000) : 367;
  const weekday = hasDate ? date.getUTCDay() : 8;
  const { year, month, day, hour, minute, second } = fields;
  return [year, month, day, hour, minute, second, weekday, yearDay];
}

/** Gives where it ended, or -1. */
function take(text: string, from: number, format: string, fields: Fields): number {
  let at = from;
  for (let i = 0; i < format.length && at >= 0; i++) {
    const character = format[i]!;
    if (/\s/.test(character)) at += /^\s*/.exec(text.slice(at))![0].length;
    else if (character !== "%" || i + 1 >= format.length) at = text[at] === character ? at + 1 : -1;
    else at = conversion(text, at, format[++i]!, fields);
  }
  return at;
}

function conversion(text: string, from: number, letter: string, fields: Fields): number {
  const short = SHORT.get(letter);
  if (short !== undefined) return take(text, from, short, fields);
  const number = NUMBERS.get(letter);
  if (number !== undefined) {
    const match = new RegExp(`^\\s*([+-]?\\d{1,${number[0]}})`).exec(text.slice(from));
    if (match === null) return -1;
    const value = Number(match[1]);
    if (value > (LIMITS.get(letter) ?? Number.POSITIVE_INFINITY)) return -1;
    number[1](fields, value);
    return from + match[0].length;
  }
  return words(text, from, letter, fields);
}

function words(text: string, from: number, letter: string, fields: Fields): number {
  const rest = text.slice(from).toLowerCase();
  const known = (long: readonly string[], short: readonly string[], set: (index: number) => void) => {
    for (const names of [long, short]) {
      const index = names.findIndex((name) => rest.startsWith(name));
      if (index < 0) continue;
      set(index);
      return from + names[index]!.length;
    }
    return -1;
  };
  switch (letter) {
    case "a":
    case "A":
      return known(LONG_DAYS, DAYS, (index) => (fields.weekday = index));
    case "b":
    case "B":
    case "h":
      return known(LONG_MONTHS, MONTHS, (index) => (fields.month = index));
    case "p":
    case "P":
      return known(["am", "pm"], [], (index) => (fields.isAfternoon = index === 1));
    case "z": {
      const match = /^\s*(?:z|[+-]\d\d(?::?\d\d)?)/.exec(rest);
      return match === null ? -1 : from + match[0].length;
    }
    case "Z": {
      const match = /^[a-z]+/.exec(rest);
      return match === null ? -1 : from + match[0].length;
    }
    case "n":
    case "t":
      return from + /^\s*/.exec(rest)![0].length;
    case "%":
      return rest[0] === "%" ? from + 1 : -1;
  }
  return -1;
}
