import type { Errno } from "./errno.ts";

const ULONG_MAX = 0xffff_ffff_ffff_ffffn;

/**
 * An unsigned long as the kernel reads it from a file: decimal, octal behind 0, hexadecimal behind 0x, one newline at the end.
 * EINVAL: it is no number; ERANGE: it is too large.
 * @source lib/kstrtox.c, kstrtoull()
 */
export function parseKstrtoul(text: string): bigint | Errno {
  const match = /^\+?(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9]\d*))\n?$/.exec(text);
  if (match === null) return "EINVAL";
  const [, hex, octal, decimal] = match;
  const value = BigInt(hex !== undefined ? `0x${hex}` : octal !== undefined ? `0o${octal}` : decimal!);
  return value > ULONG_MAX ? "ERANGE" : value;
}
