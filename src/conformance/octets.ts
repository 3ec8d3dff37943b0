/** Reading and printing octets, for the judge's decoder. Reading past the end gives zeros. */
export type Octets = Uint8Array;

export function u16(octets: Octets, at: number): number {
  return ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
}

export function u32(octets: Octets, at: number): number {
  return u16(octets, at) * 0x1_0000 + u16(octets, at + 2);
}

export function hex(octets: Octets): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

export function macAddress(octets: Octets, at: number): string {
  return Array.from(octets.subarray(at, at + 6), (octet) => octet.toString(16).padStart(2, "0")).join(":");
}

export function ipv4Address(octets: Octets, at: number): string {
  return octets.subarray(at, at + 4).join(".");
}

/** Groups as they are, uncompressed: it only has to be the same on both sides. */
export function ipv6Address(octets: Octets, at: number): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(u16(octets, at + i).toString(16));
  return groups.join(":").replace(/(^|:)0(:0)+(:|$)/, "::");
}

/** One's complement sum over 16-bit words, complemented: 0 over octets that carry their own right checksum. @source RFC 1071 */
export function onesComplement(octets: Octets): number {
  let sum = 0;
  for (let i = 0; i < octets.length; i += 2) sum += u16(octets, i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum ^ 0xffff;
}

/** Data in full while short, else its beginning and a hash (FNV-1a, 32 bits) of all. */
export function dataText(data: Octets): string {
  if (data.length <= 24) return hex(data);
  let hash = 0x811c9dc5;
  for (const octet of data) hash = Math.imul(hash ^ octet, 0x01000193) >>> 0;
  return `${hex(data.subarray(0, 8))}...#${hash.toString(16)}`;
}

/** Octets behind the end of a packet: named only when they are not zeros. */
export function paddingText(padding: Octets): string {
  return padding.some((octet) => octet !== 0) ? ` padding ${dataText(padding)}` : "";
}
