/**
 * The Internet checksum: one's complement of the one's complement sum of 16-bit words.
 * @source RFC 1071
 */
export function internetChecksum(octets: Uint8Array, from: number, to: number, start = 0): number {
  return ~foldSum(sumWords(octets, from, to, start)) & 0xffff;
}

/** Adds big-endian 16-bit words; an odd last octet counts as the high half of a word. Not yet folded. */
export function sumWords(octets: Uint8Array, from: number, to: number, start = 0): number {
  let high = 0;
  let low = 0;
  const even = to - ((to - from) & 1);
  for (let i = from; i < even; i += 2) {
    high += octets[i]!;
    low += octets[i + 1]!;
  }
  if (even !== to) high += octets[even]!;
  return start + high * 256 + low;
}

/** Copies octets and adds their words, as `sumWords` does. */
export function copyWords(octets: Uint8Array, to: Uint8Array, at: number, start: number): number {
  to.set(octets, at);
  return sumWords(octets, 0, octets.length, start);
}

/** @param sum below 2^32, as that of any packet is */
export function foldSum(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return folded;
}
