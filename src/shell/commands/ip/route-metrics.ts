/** Metrics of routes: `mtu lock 1400 rtt 100ms congctl cubic`. */
import type { MetricsInfo } from "../../../events/requests.ts";
import { type Args, isPrefixOf, parseUnsigned } from "./args.ts";
import type { Json, Printer } from "./print.ts";

/** RTAX_* by number. @source include/uapi/linux/rtnetlink.h */
const NAMES = new Map([
  [2, "mtu"],
  [3, "window"],
  [4, "rtt"],
  [5, "rttvar"],
  [6, "ssthresh"],
  [7, "cwnd"],
  [8, "advmss"],
  [9, "reordering"],
  [10, "hoplimit"],
  [11, "initcwnd"],
  [12, "features"],
  [13, "rto_min"],
  [14, "initrwnd"],
  [15, "quickack"],
  [17, "fastopen_no_cookie"],
]);
const RTT = 4;
const RTTVAR = 5;
const HOPLIMIT = 10;
const FEATURES = 12;
const RTO_MIN = 13;
const CC_ALGO = 16;
const FEATURE_ECN = 1;

/** A whole number; `of` what the complaint calls it. */
interface NumberWord {
  readonly rtax: number;
  readonly of: string;
  readonly takesLock: boolean;
  readonly max: number;
}

const MAX = 0xffff_ffff;
const NUMBER_WORDS: readonly (readonly [word: string, isWhole: boolean, number: NumberWord])[] = [
  ["mtu", true, { rtax: 2, of: "mtu", takesLock: true, max: MAX }],
  ["hoplimit", true, { rtax: HOPLIMIT, of: "hoplimit", takesLock: true, max: 255 }],
  ["advmss", true, { rtax: 8, of: "mss", takesLock: true, max: MAX }],
  ["reordering", false, { rtax: 9, of: "reordering", takesLock: true, max: MAX }],
  ["window", false, { rtax: 3, of: "window", takesLock: true, max: MAX }],
  ["cwnd", false, { rtax: 7, of: "cwnd", takesLock: true, max: MAX }],
  ["initcwnd", false, { rtax: 11, of: "initcwnd", takesLock: true, max: MAX }],
  ["initrwnd", false, { rtax: 14, of: "initrwnd", takesLock: true, max: MAX }],
  ["ssthresh", false, { rtax: 6, of: "ssthresh", takesLock: true, max: MAX }],
];

/** Words that begin with a time, and what one millisecond counts for. */
const TIME_WORDS: readonly (readonly [word: string, isWhole: boolean, rtax: number, factor: number])[] = [
  ["rtt", true, RTT, 8],
  ["rto_min", false, RTO_MIN, 1],
  ["rttvar", false, RTTVAR, 4],
];

const FLAG_WORDS = new Map([
  ["quickack", 15],
  ["fastopen_no_cookie", 17],
]);

/** A time with `s` or `ms`, in milliseconds; without a unit it is taken as it is. Null: not a time. */
function parseTime(text: string): { value: number; isRaw: boolean } | null {
  const match = /^(\d+(?:\.\d*)?|\.\d+)(|s|secs?|ms|msecs?)$/i.exec(text);
  if (match === null) return null;
  const unit = match[2]!.toLowerCase();
  const value = Number(match[1]) * (unit.startsWith("s") ? 1000 : 1);
  return { value: Math.ceil(value), isRaw: unit === "" };
}

/** What a command line says of metrics. */
export class MetricWords {
  private readonly values: [number, number][] = [];
  private lock = 0;
  private congctl: string | null = null;

  /** Takes a word and its value. False: the word is not one of metrics. */
  take(args: Args, word: string): boolean {
    const is = (name: string, isWhole: boolean) => (isWhole ? word === name : isPrefixOf(word, name));
    const number = NUMBER_WORDS.find(([name, isWhole]) => is(name, isWhole));
    if (number !== undefined) return this.takeNumber(args, number[2]);
    const time = TIME_WORDS.find(([name, isWhole]) => is(name, isWhole));
    if (time !== undefined) return this.takeTime(args, time[0], time[2], time[3]);
    const flag = [...FLAG_WORDS].find(([name]) => isPrefixOf(word, name));
    if (flag !== undefined) return this.takeFlag(args, flag[0], flag[1]);
    if (isPrefixOf(word, "features")) {
      const text = args.value();
      if (text !== "ecn") args.invalid('"features" value not valid\n', text);
      return this.put(FEATURES, FEATURE_ECN);
    }
    if (!isPrefixOf(word, "congctl")) return false;
    this.congctl = this.lockable(args, CC_ALGO);
    return true;
  }

  private put(rtax: number, value: number): true {
    this.values.push([rtax, value]);
    return true;
  }

  /** The value, behind `lock` if that stands there. */
  private lockable(args: Args, rtax: number): string {
    const text = args.value();
    if (text !== "lock") return text;
    this.lock |= 1 << rtax;
    return args.value();
  }

  private takeNumber(args: Args, { rtax, of, max }: NumberWord): true {
    const text = this.lockable(args, rtax);
    return this.put(rtax, parseUnsigned(text, max) ?? args.invalid(`"${of}" value is invalid\n`, text));
  }

  private takeTime(args: Args, word: string, rtax: number, factor: number): true {
    const text = rtax === RTO_MIN ? args.value() : this.lockable(args, rtax);
    const time = parseTime(text) ?? args.invalid(`"${word}" value is invalid\n`, text);
    if (rtax === RTO_MIN) this.lock |= 1 << rtax;
    return this.put(rtax, time.isRaw ? time.value : time.value * factor);
  }

  private takeFlag(args: Args, word: string, rtax: number): true {
    const text = args.value();
    const value = parseUnsigned(text) ?? args.invalid(`"${word}" value is invalid\n`, text);
    if (value > 1) args.invalid(`"${word}" value should be 0 or 1\n`, text);
    return this.put(rtax, value);
  }

  /** Null: nothing was said. */
  info(): MetricsInfo | null {
    if (this.values.length === 0 && this.lock === 0 && this.congctl === null) return null;
    return { values: this.values, lock: this.lock, congctl: this.congctl };
  }
}

/** Milliseconds as `100ms` or `1.5s`. */
function timeText(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toPrecision(6))}s` : `${ms}ms`;
}

function shown(rtax: number, value: number): { json: Json; text: string } {
  if (rtax !== RTT && rtax !== RTTVAR && rtax !== RTO_MIN) return { json: value, text: String(value) };
  const ms = Math.floor(value / (rtax === RTT ? 8 : rtax === RTTVAR ? 4 : 1));
  return { json: ms, text: timeText(ms) };
}

export function putMetrics(p: Printer, metrics: MetricsInfo | undefined): void {
  if (metrics === undefined) return;
  p.array("metrics");
  p.object();
  const lockOf = (rtax: number) => ((metrics.lock & (1 << rtax)) === 0 ? "" : "lock ");
  const entries = [...metrics.values].sort(([a], [b]) => a - b);
  const put = (rtax: number, value: number) => {
    const name = NAMES.get(rtax) ?? `metric ${rtax}`;
    if (rtax === FEATURES) {
      p.put("ecn", null, `features ${lockOf(rtax)}ecn `);
      return;
    }
    const { json, text } = shown(rtax, value);
    p.put(name, json, `${name} ${lockOf(rtax)}${text} `);
  };
  for (const [rtax, value] of entries) if (rtax < CC_ALGO) put(rtax, value);
  if (metrics.congctl !== null)
    p.put("congestion", metrics.congctl, `congctl ${lockOf(CC_ALGO)}${metrics.congctl} `);
  for (const [rtax, value] of entries) if (rtax > CC_ALGO) put(rtax, value);
  p.close();
  p.close();
}
