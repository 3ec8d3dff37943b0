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

/** Copies octets and adds their words on the way, as `sumWords` does: one pass over short data costs half of two. */
export function copyWords(octets: Uint8Array, to: Uint8Array, at: number, start: number): number {
  const { length } = octets;
  const even = length & ~1;
  let sum = start;
  for (let i = 0; i < even; i += 2) {
    const high = octets[i]!;
    const low = octets[i + 1]!;
    to[at + i] = high;
    to[at + i + 1] = low;
    sum += (high << 8) | low;
  }
  if (even !== length) {
    const last = octets[even]!;
    to[at + even] = last;
    sum += last << 8;
  }
  return sum;
}

/** @param sum below 2^32, as that of any packet is */
export function foldSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}
