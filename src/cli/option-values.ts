/** Values of options as people write them; null: not such a value. */
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
