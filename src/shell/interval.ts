/** Time intervals as sleep(1), timeout(1) and `read -t` take them. */
import { nameTable } from "../core/name-table.ts";
import { NS_PER_SEC } from "../core/nanos.ts";

const UNITS: Readonly<Record<string, number>> = nameTable({ "": 1, s: 1, m: 60, h: 3600, d: 86_400 });

/** Nanoseconds of `1.5`, `2m`, `infinity`; null: not a time interval. */
export function parseInterval(text: string): number | null {
  const match = /^\+?(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf|infinity)([smhd]?)$/i.exec(text);
  if (match === null) return null;
  const amount = /^inf/i.test(match[1]!) ? Number.MAX_SAFE_INTEGER : Number(match[1]);
  return Math.min(Math.ceil(amount * UNITS[match[2]!]! * NS_PER_SEC), Number.MAX_SAFE_INTEGER);
}
