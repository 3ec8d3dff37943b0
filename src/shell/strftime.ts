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

/** `nanos`: for date(1)'s `%N`. */
export function formatDate(format: string, seconds: number, nanos = 0): string {
  const date = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const year = date.getUTCFullYear();
  const yearDay = Math.floor(
    (Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(year, 0, 1)) / 86_400_000,
  );
  const week = (first: number) => Math.floor((yearDay + 7 - ((date.getUTCDay() - first + 7) % 7)) / 7);
  const hour = date.getUTCHours();
  const fields: Readonly<Record<string, () => string>> = {
    "%": () => "%",
    a: () => DAYS[date.getUTCDay()]!.slice(0, 3),
    A: () => DAYS[date.getUTCDay()]!,
    b: () => MONTHS[date.getUTCMonth()]!.slice(0, 3),
    h: () => MONTHS[date.getUTCMonth()]!.slice(0, 3),
    B: () => MONTHS[date.getUTCMonth()]!,
    c: () => formatDate("%a %b %e %H:%M:%S %Y", seconds),
    C: () => two(Math.floor(year / 100)),
    d: () => two(date.getUTCDate()),
    D: () => formatDate("%m/%d/%y", seconds),
    e: () => String(date.getUTCDate()).padStart(2),
    F: () => formatDate("%Y-%m-%d", seconds),
    H: () => two(hour),
    I: () => two(hour % 12 || 12),
    j: () => String(yearDay + 1).padStart(3, "0"),
    k: () => String(hour).padStart(2),
    l: () => String(hour % 12 || 12).padStart(2),
    m: () => two(date.getUTCMonth() + 1),
    M: () => two(date.getUTCMinutes()),
    n: () => "\n",
    N: () => String(nanos).padStart(9, "0"),
    p: () => (hour < 12 ? "AM" : "PM"),
    P: () => (hour < 12 ? "am" : "pm"),
    r: () => formatDate("%I:%M:%S %p", seconds),
    R: () => formatDate("%H:%M", seconds),
    s: () => String(seconds),
    S: () => two(date.getUTCSeconds()),
    t: () => "\t",
    T: () => formatDate("%H:%M:%S", seconds),
    u: () => String(date.getUTCDay() || 7),
    U: () => two(week(0)),
    w: () => String(date.getUTCDay()),
    W: () => two(week(1)),
    x: () => formatDate("%m/%d/%y", seconds),
    X: () => formatDate("%H:%M:%S", seconds),
    y: () => two(year % 100),
    Y: () => String(year),
    z: () => "+0000",
    Z: () => "UTC",
  };
  return format.replace(
    /%([-_0^#]?)(\d*)(:{0,2}z|[A-Za-z%])/g,
    (whole, flag: string, width: string, letter: string) => {
      if (letter.endsWith("z") && letter !== "z") return letter === ":z" ? "+00:00" : "+00:00:00";
      const field = fields[letter];
      if (field === undefined) return whole;
      let text = field();
      // `%3N` gives the first digits.
      if (letter === "N" && width !== "") return text.slice(0, Number(width));
      if (flag === "-") text = text.replace(/^[ 0]+(?=.)/, "");
      if (flag === "_") text = text.replace(/^0+(?=.)/, (zeros) => " ".repeat(zeros.length));
      if (flag === "^") text = text.toUpperCase();
      return width === "" ? text : text.padStart(Number(width), flag === "_" ? " " : "0");
    },
  );
}
