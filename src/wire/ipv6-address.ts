/** IPv6 addresses. @source RFC 4291, RFC 5952; inet_ntop(3), inet_pton(3) */
import { formatIpv4, parseIpv4 } from "./ipv4-address.ts";

/** An IPv6 address as a whole number below 2^128: first octet on the wire = most significant. */
export type Ipv6Address = bigint & { readonly __kind?: "ipv6" };

export const IN6ADDR_ANY: Ipv6Address = 0n;
export const IN6ADDR_LOOPBACK: Ipv6Address = 1n;

/** As inet_ntop(3) writes it. */
export function formatIpv6(a: Ipv6Address): string {
  const words: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) words.push(Number((a >> shift) & 0xffffn));
  let best = { from: -1, length: 1 };
  for (let from = 0; from < 8; from++) {
    let length = 0;
    while (from + length < 8 && words[from + length] === 0) length++;
    if (length > best.length) best = { from, length };
  }
  const text = (part: readonly number[]) => part.map((word) => word.toString(16)).join(":");
  const hasIpv4 = best.from === 0 && (best.length === 6 || (best.length === 5 && words[5] === 0xffff));
  if (hasIpv4) return `::${words[5] === 0xffff ? "ffff:" : ""}${formatIpv4(Number(a & 0xffff_ffffn))}`;
  if (best.from < 0) return text(words);
  return `${text(words.slice(0, best.from))}::${text(words.slice(best.from + best.length))}`;
}

/** As inet_pton(3) reads it; null: not an address. */
export function parseIpv6(text: string): Ipv6Address | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = parseWords(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? parseWords(halves[1]!, true) : [];
  if (head === null || tail === null) return null;
  const zeros = 8 - head.length - tail.length;
  if (halves.length === 2 ? zeros < 1 : zeros !== 0) return null;
  return [...head, ...new Array<bigint>(zeros).fill(0n), ...tail].reduce((a, word) => (a << 16n) | word, 0n);
}

/** @param isLast the text ends the address, which an IPv4 address may do */
function parseWords(text: string, isLast: boolean): bigint[] | null {
  if (text === "") return [];
  const parts = text.split(":");
  const words: bigint[] = [];
  for (const [i, part] of parts.entries()) {
    const ipv4 = isLast && i === parts.length - 1 ? parseIpv4(part) : null;
    if (ipv4 !== null) words.push(BigInt(ipv4 >>> 16), BigInt(ipv4 & 0xffff));
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) words.push(BigInt(`0x${part}`));
    else return null;
  }
  return words;
}

/** @param at where its sixteen octets begin */
export function readIpv6(octets: Uint8Array, at: number): Ipv6Address {
  let a = 0n;
  for (let i = 0; i < 16; i += 4)
    a =
      (a << 32n) |
      BigInt(
        ((octets[at + i]! << 24) |
          (octets[at + i + 1]! << 16) |
          (octets[at + i + 2]! << 8) |
          octets[at + i + 3]!) >>>
          0,
      );
  return a;
}

export function writeIpv6(octets: Uint8Array, at: number, a: Ipv6Address): void {
  for (let i = 15; i >= 0; i--) {
    octets[at + i] = Number(a & 0xffn);
    a >>= 8n;
  }
}

/** The netmask of a prefix length of 0..128. */
export function prefixMaskIpv6(prefixLen: number): Ipv6Address {
  return ((1n << BigInt(prefixLen)) - 1n) << BigInt(128 - prefixLen);
}

export function isMulticastIpv6(a: Ipv6Address): boolean {
  return a >> 120n === 0xffn;
}

/** fe80::/10 */
export function isLinkLocalIpv6(a: Ipv6Address): boolean {
  return a >> 118n === 0x3fan;
}
