/** strftime(3) in the C locale and UTC. */

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** A time zone: seconds east of Greenwich, and its name. */
export interface Zone {
  readonly offset: number;
  readonly name: string;
}

export const UTC: Zone = { offset: 0, name: "UTC" };

/** The zone of the variable TZ: POSIX's form, such as `EST5`. Names of places are not known here, and give UTC. */
export function zoneOf(setting: string | undefined): Zone {
  const match = /^:?(?:<([^>]+)>|([A-Za-z]{3,}))([-+]?\d{1,2})(?::(\d\d))?(?::(\d\d))?/.exec(setting ?? "");
  if (match === null) return setting === "GMT" ? { offset: 0, name: "GMT" } : UTC;
  const [, quoted, plain, hours = "0", minutes = "0", seconds = "0"] = match;
  const size = Math.abs(Number(hours)) * 3600 + Number(minutes) * 60 + Number(seconds);
  const offset = hours.startsWith("-") ? size : -size;
  return { offset: offset === 0 ? 0 : offset, name: quoted ?? plain! };
}

/** Year and week of ISO 8601. */
function isoWeek(date: Date, yearDay: number): readonly [number, number] {
  const weekday = (date.getUTCDay() + 6) % 7;
  const week = Math.floor((yearDay - weekday + 10) / 7);
  const year = date.getUTCFullYear();
  if (week < 1) return [year - 1, weeksOf(year - 1)];
  return week > weeksOf(year) ? [year + 1, 1] : [year, week];
}

function weeksOf(year: number): number {
  const first = new Date(Date.UTC(year, 0, 1)).getUTCDay();
  const last = new Date(Date.UTC(year, 11, 31)).getUTCDay();
  return first === 4 || last === 4 ? 53 : 52;
}

function zoneText(offset: number, colons: number): string {
  const size = Math.abs(offset);
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const sign = offset < 0 ? "-" : "+";
  const parts = [two(size / 3600), two((size / 60) % 60), two(size % 60)];
  if (colons === 0) return sign + parts[0] + parts[1];
  if (colons === 3)
    return (
      sign + (size % 60 !== 0 ? parts : size % 3600 !== 0 ? parts.slice(0, 2) : parts.slice(0, 1)).join(":")
    );
  return sign + parts.slice(0, colons + 1).join(":");
}

interface Field {
  readonly text: string;
  /** What it is filled up with, and to which width. */
  readonly pad: "0" | " " | "";
  readonly width: number;
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ["c", "%a %b %e %H:%M:%S %Y"],
  ["D", "%m/%d/%y"],
  ["F", "%Y-%m-%d"],
  ["r", "%I:%M:%S %p"],
  ["R", "%H:%M"],
  ["T", "%H:%M:%S"],
  ["x", "%m/%d/%y"],
  ["X", "%H:%M:%S"],
]);

/** `nanos`: for date(1)'s `%N`. */
export function formatDate(format: string, seconds: number, nanos = 0, zone: Zone = UTC): string {
  const date = new Date((seconds + zone.offset) * 1000);
  return format.replace(
    /%([-_0^#+]*)(\d*)([EO]?)(:{0,3}z|[A-Za-z%])/g,
    (whole, flags: string, width: string, modifier: string, letter: string) => {
      const short = SHORT.get(letter);
      if (short !== undefined) {
        const text = formatDate(short, seconds, nanos, zone);
        return cased(
          width === "" ? text : text.padStart(Number(width), flags.includes("0") ? "0" : " "),
          flags,
          letter,
        );
      }
      const field = fieldOf(letter, date, seconds, nanos, zone);
      if (field === null || (modifier !== "" && !/[cCxXyYdeHIkmMSuUVwW]/.test(letter))) return whole;
      return cased(filled(field, flags, width, letter), flags, letter);
    },
  );
}

function filled(field: Field, flags: string, width: string, letter: string): string {
  if (letter === "N") {
    // `%3N` gives the first digits.
    const digits = width === "" ? field.text : field.text.slice(0, Number(width)).padEnd(Number(width), "0");
    return flags.includes("-") ? digits.replace(/^0+(?=\d)/, "") : digits;
  }
  const pad = flags.includes("-") ? "" : flags.includes("_") ? " " : /[0+]/.test(flags) ? "0" : field.pad;
  const least = width === "" ? field.width : Number(width);
  if (pad === "") return width === "" ? field.text : field.text.padStart(least, " ");
  return field.text.startsWith("-") && pad === "0"
    ? `-${field.text.slice(1).padStart(least - 1, "0")}`
    : field.text.padStart(least, pad);
}

function cased(text: string, flags: string, letter: string): string {
  if (flags.includes("^")) return text.toUpperCase();
  if (!flags.includes("#")) return text;
  return letter === "Z" || letter === "p" ? text.toLowerCase() : text.toUpperCase();
}

function fieldOf(letter: string, date: Date, seconds: number, nanos: number, zone: Zone): Field | null {
  const number = (value: number, width = 2, pad: Field["pad"] = "0"): Field => ({
    text: String(value),
    pad,
    width,
  });
  const word = (text: string): Field => ({ text, pad: text === "" ? "" : " ", width: 0 });
  const year = date.getUTCFullYear();
  const hour = date.getUTCHours();
  const yearDay = Math.floor(
    (Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(year, 0, 1)) / 86_400_000,
  );
  const week = (first: number) => Math.floor((yearDay + 7 - ((date.getUTCDay() - first + 7) % 7)) / 7);
  switch (letter) {
    case "%":
      return word("%");
    case "n":
      return word("\n");
    case "t":
      return word("\t");
    case "a":
      return word(DAYS[date.getUTCDay()]!.slice(0, 3));
    case "A":
      return word(DAYS[date.getUTCDay()]!);
    case "b":
    case "h":
      return word(MONTHS[date.getUTCMonth()]!.slice(0, 3));
    case "B":
      return word(MONTHS[date.getUTCMonth()]!);
    case "C":
      return number(Math.floor(year / 100));
    case "d":
      return number(date.getUTCDate());
    case "e":
      return number(date.getUTCDate(), 2, " ");
    case "g":
      return number(isoWeek(date, yearDay)[0] % 100);
    case "G":
      return number(isoWeek(date, yearDay)[0], 4);
    case "V":
      return number(isoWeek(date, yearDay)[1]);
    case "H":
      return number(hour);
    case "I":
      return number(hour % 12 || 12);
    case "j":
      return number(yearDay + 1, 3);
    case "k":
      return number(hour, 2, " ");
    case "l":
      return number(hour % 12 || 12, 2, " ");
    case "m":
      return number(date.getUTCMonth() + 1);
    case "M":
      return number(date.getUTCMinutes());
    case "N":
      return { text: String(nanos).padStart(9, "0"), pad: "", width: 9 };
    case "p":
      return word(hour < 12 ? "AM" : "PM");
    case "P":
      return word(hour < 12 ? "am" : "pm");
    case "q":
      return number(Math.floor(date.getUTCMonth() / 3) + 1, 1);
    case "s":
      return number(seconds, 1);
    case "S":
      return number(date.getUTCSeconds());
    case "u":
      return number(date.getUTCDay() || 7, 1);
    case "U":
      return number(week(0));
    case "w":
      return number(date.getUTCDay(), 1);
    case "W":
      return number(week(1));
    case "y":
      return number(((year % 100) + 100) % 100);
    case "Y":
      return number(year, 4);
    case "Z":
      return word(zone.name);
  }
  return letter.endsWith("z") ? word(zoneText(zone.offset, letter.length - 1)) : null;
}
