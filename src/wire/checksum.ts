/**
 * The Internet checksum: one's complement of the one's complement sum of 16-bit words.
 * @source RFC 1071
 */
export function internetChecksum(octets: Uint8Array, from: number, to: number, start = 0): number {
  return ~foldSum(sumWords(octets, from, to, start)) & 0xffff;
}

/** Adds big-endian 16-bit words; an odd last octet counts as the high half of a word. Not yet folded. */
export function sumWords(octets: Uint8Array, from: number, to: number, start = 0): number {
  let sum = start;
  const even = to - ((to - from) & 1);
  for (let i = from; i < even; i += 2) sum += (octets[i]! << 8) | octets[i + 1]!;
  if (even !== to) sum += octets[even]! << 8;
  return sum;
}

export function foldSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x1_0000);
  return folded;
}
