/** Points in time as `date -d`, `touch -d` and `find -newermt` take them, in UTC. @source coreutils, Date input formats */

export interface When {
  /** Since 1970. */
  readonly seconds: number;
  readonly nanos: number;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ["sec", 1],
  ["second", 1],
  ["min", 60],
  ["minute", 60],
  ["hour", 3600],
  ["day", 86_400],
  ["week", 604_800],
  ["fortnight", 1_209_600],
]);
const WORDS: ReadonlyMap<string, number> = new Map([
  ["now", 0],
  ["today", 0],
  ["tomorrow", 86_400],
  ["yesterday", -86_400],
]);

/** Null: it is no time that is known here. */
export function parseWhen(text: string, now: When): When | null {
  const stamp = /^@(-?\d+)(?:[.,](\d{1,9})\d*)?$/.exec(text.trim());
  if (stamp !== null) return { seconds: Number(stamp[1]), nanos: Number((stamp[2] ?? "").padEnd(9, "0")) };
  let rest = text.trim().toLowerCase();
  let { seconds, nanos } = now;
  const date = /^(\d{4})-(\d{1,2})-(\d{1,2})(?![\d-])/.exec(rest);
  if (date !== null) {
    const [year, month, day] = [date[1], date[2], date[3]].map(Number) as [number, number, number];
    const at = new Date(Date.UTC(year, month - 1, day));
    if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day) return null;
    seconds = at.getTime() / 1000;
    nanos = 0;
    rest = rest.slice(date[0].length).replace(/^t/, " ");
  }
  const clock =
    /(?:^|\s)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(z|utc|gmt|[-+]00:?00)?(?=\s|$)/.exec(rest);
  if (clock !== null) {
    const [hour, minute, second] = [clock[1], clock[2], clock[3] ?? "0"].map(Number) as [
      number,
      number,
      number,
    ];
    if (hour > 23 || minute > 59 || second > 60) return null;
    seconds = Math.floor(seconds / 86_400) * 86_400 + hour * 3600 + minute * 60 + second;
    nanos = Number((clock[4] ?? "").padEnd(9, "0"));
    rest = `${rest.slice(0, clock.index)} ${rest.slice(clock.index + clock[0].length)}`;
  }
  const moved = relative(rest.replace(/\b(utc|gmt|z)\b/g, " ").trim());
  return moved === null ? null : { seconds: seconds + moved, nanos };
}

/** Seconds that words such as `2 hours ago` and `next day` stand for. */
function relative(text: string): number | null {
  let sum = 0;
  let rest = text;
  while (rest !== "") {
    const match = /^(?:([-+]?\s*\d+|next|last|a|an)\s*)?([a-z]+?)s?(?:\s+(ago))?(?:\s+|$)/.exec(rest);
    if (match === null) return null;
    const [whole, count, word, ago] = match;
    const unit = UNITS.get(word!);
    if (unit !== undefined) {
      const times =
        count === undefined || count === "next" || count.startsWith("a")
          ? 1
          : count === "last"
            ? -1
            : Number(count.replace(/\s/g, ""));
      sum += times * unit * (ago === undefined ? 1 : -1);
    } else if (count === undefined && WORDS.has(word!)) sum += WORDS.get(word!)!;
    else return null;
    rest = rest.slice(whole.length);
  }
  return sum;
}
