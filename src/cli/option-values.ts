/** Values of options as people write them; null: not such a value. */
import { type Command, InvalidArgumentError } from "commander";
import type { Nanos } from "../core/nanos.ts";

const UNIT_NANOS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  ms: 1e6,
  "": 1e9,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
};

/** `1.5` (seconds), `250ms`, `10s`, `2m`, `1h`, `1d`, `17ns`. */
export function parseTime(text: string): Nanos | null {
  const match = /^(\d+(?:\.\d*)?|\.\d+)(ns|us|ms|s|m|h|d)?$/.exec(text);
  if (match === null) return null;
  const nanos = Math.round(Number(match[1]) * UNIT_NANOS[match[2] ?? ""]!);
  return Number.isSafeInteger(nanos) ? nanos : null;
}

export function parseCount(text: string): number | null {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}

/** For option parsers: `parse` gives null for what it does not take. */
export function taking<T>(parse: (text: string) => T | null, expected: string): (text: string) => T {
  return (text) => {
    const value = parse(text);
    if (value === null) throw new InvalidArgumentError(`${expected} is expected.`);
    return value;
  };
}

export const time = taking(parseTime, "a time such as 1.5, 250ms, 10s or 2m");
/** Seconds of virtual time in a second of wall time; Infinity: as fast as it goes. */
export function parsePace(text: string): number | null {
  if (text === "real") return 1;
  if (text === "fast") return Number.POSITIVE_INFINITY;
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  return value > 0 ? value : null;
}

export const pace = taking(parsePace, "real, fast or a number above 0");
export const count = taking(parseCount, "a whole number from 0 on");

/** Options that choose events of a log. */
export function addEventFilters(command: Command): Command {
  return command
    .option("--kind <kinds...>", "only these kinds: xmit, drop, request, ...")
    .option("--device <device>", "only this device: NETNS/IFNAME, or its number")
    .option("--netns <netns>", "only this namespace: main, a name, or its number")
    .option("--frame <id>", "only events of this frame", count)
    .option("--from <time>", "only from this virtual time on", time)
    .option("--to <time>", "only up to this virtual time", time);
}
