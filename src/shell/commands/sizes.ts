/**
 * Numbers with units, as GNU's tools take them: `10`, `4K`, `2MB`, `1GiB`.
 * @source gnulib xstrtol.c
 */

export type Size = { readonly value: number } | "invalid" | "overflow";

const UNITS = "KMGTPEZY";

/** @param letters that may follow, of `bcwkKMGTPEZY0`: `0` allows `B` and `iB` behind a unit */
export function parseSize(text: string, letters: string): Size {
  const match = /^\s*\+?(\d+)([a-zA-Z]*)$/.exec(text);
  if (match === null) return "invalid";
  const scale = match[2] === "" ? 1 : scaleOf(match[2]!, letters);
  if (scale === null) return "invalid";
  const exact = BigInt(match[1]!) * BigInt(scale);
  return exact > 0xffff_ffff_ffff_ffffn ? "overflow" : { value: Number(exact) };
}

function scaleOf(suffix: string, letters: string): number | null {
  const [unit = "", ...rest] = suffix;
  if (!letters.includes(unit)) return null;
  const base = rest.length === 0 || rest.join("") === "iB" ? 1024 : rest.join("") === "B" ? 1000 : null;
  if (base === null || (rest.length > 0 && !letters.includes("0"))) return null;
  if (unit === "b") return rest.length === 0 ? 512 : null;
  if (unit === "c") return rest.length === 0 ? 1 : null;
  if (unit === "w") return rest.length === 0 ? 2 : null;
  if (unit === "B") return rest.length === 0 ? 1024 : null;
  return base ** (UNITS.indexOf(unit.toUpperCase()) + 1);
}
