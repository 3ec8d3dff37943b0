/**
 * One packet on its way to text: its octets with the end that printers may read up to, and what they have written so far.
 * A printer that reads past that end quits with `TRUNCATED`, and `[|proto]` is printed for it.
 */
import type { Names } from "./names.ts";

/** What of the options the printers look at. */
export interface PrintOptions {
  readonly showLink: boolean;
  /** -v, -vv, -vvv */
  readonly verbose: number;
  readonly quiet: boolean;
  readonly absoluteSeq: boolean;
  readonly noChecksums: boolean;
  /** Octets that no printer knows are shown: not where all are shown anyway, or little is wanted. */
  readonly showsUnknown: boolean;
}

/** The network header that a transport printer finds its addresses in. */
export interface IpHeader {
  readonly version: 4 | 6;
  readonly at: number;
  /** IPv6: the number in its header. Behind extension headers TCP and UDP print their ports alone. */
  readonly next?: number;
}

/** Printers of what other packets carry. */
export interface InnerPrinters {
  ip(p: PacketText, at: number, length: number): void;
  ip6(p: PacketText, at: number, length: number): void;
  /** What an EtherType announces; false: it is not known. */
  etherType(p: PacketText, etherType: number, at: number, length: number, captured: number): boolean;
}

/** First sequence numbers of a TCP conversation, by its lower and its higher end. */
export interface TcpFlow {
  seq: number;
  ack: number;
}

export const TRUNCATED = Symbol("truncated");

export class PacketText {
  text = "";
  /** Protocol of the running printer, as `[|proto]` names it. */
  protocol = "";
  /** IPv4 packets within one another. */
  depth = 0;
  /** Octets of the link layer's header: what -x leaves out. */
  linkLength = 0;

  constructor(
    readonly octets: Uint8Array,
    /** First octet that may not be read: of the capture, or of the packet at hand if that ends sooner. */
    public end: number,
    readonly options: PrintOptions,
    readonly names: Names,
    /** Conversations by addresses and ports. */
    readonly flows: Record<string, TcpFlow>,
    readonly inner: InnerPrinters,
  ) {}

  put(text: string): void {
    this.text += text;
  }

  has(at: number, length: number): boolean {
    return at + length <= this.end;
  }

  need(at: number, length: number): void {
    if (at + length > this.end) throw TRUNCATED;
  }

  u8(at: number): number {
    this.need(at, 1);
    return this.octets[at]!;
  }

  u16(at: number): number {
    this.need(at, 2);
    return (this.octets[at]! << 8) | this.octets[at + 1]!;
  }

  u32(at: number): number {
    this.need(at, 4);
    return this.u16(at) * 0x10000 + this.u16(at + 2);
  }

  slice(at: number, length: number): Uint8Array {
    this.need(at, length);
    return this.octets.subarray(at, at + length);
  }

  truncated(): void {
    this.put(` [|${this.protocol}]`);
  }

  /** The packet ends here, unless the capture ended before. */
  cutTo(end: number): void {
    if (end < this.end) this.end = end;
  }

  /** Octets that no printer knows. */
  dump(at: number, length: number, isForced = false): void {
    if (!isForced && !this.options.showsUnknown) return;
    const to = Math.min(this.end, at + length);
    if (to > at) this.put(hexAscii(this.octets.subarray(at, to), "\n\t", 0));
  }
}

export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** Lines of -X: offset, eight pairs of octets, what of them can be printed. */
export function hexAscii(octets: Uint8Array, indent: string, offset: number, hasAscii = true): string {
  let text = "";
  for (let at = 0; at < octets.length; at += 16) {
    let pairs = "";
    let ascii = "";
    const line = octets.subarray(at, at + 16);
    for (let i = 0; i < line.length; i++) {
      if (i % 2 === 0) pairs += " ";
      pairs += hex(line[i]!, 2);
      ascii += line[i]! > 0x20 && line[i]! < 0x7f ? String.fromCharCode(line[i]!) : ".";
    }
    text += `${indent}0x${hex(at + offset, 4)}: ${hasAscii ? `${pairs.padEnd(40)}  ${ascii}` : pairs}`;
  }
  return text;
}

/** Lines of -x. */
export function hexOnly(octets: Uint8Array, indent: string): string {
  let text = "";
  for (let at = 0; at < octets.length; at += 2) {
    if (at % 16 === 0) text += `${indent}0x${hex(at, 4)}: `;
    text += ` ${hex(octets[at]!, 2)}`;
    if (at + 1 < octets.length) text += hex(octets[at + 1]!, 2);
  }
  return text;
}

/** Lines of -A. */
export function asciiOnly(octets: Uint8Array): string {
  let text = "\n";
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at]!;
    // A carriage return before a newline is left out.
    if (octet === 13 && octets[at + 1] === 10) continue;
    const isPlain = (octet >= 0x20 && octet < 0x7f) || octet === 9 || octet === 10;
    text += isPlain ? String.fromCharCode(octet) : ".";
  }
  return text;
}

/** Names of the set bits, or `none`. */
export function bitNames(
  bits: readonly (readonly [number, string])[],
  value: number,
  between: string,
): string {
  const names = bits.filter(([bit]) => (value & bit) === bit).map(([, name]) => name);
  return names.length === 0 ? "none" : names.join(between);
}

/** The sum over 16-bit words that a right checksum makes 0. @source RFC 1071 */
export function inetSum(parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts)
    for (let i = 0; i < part.length; i++) sum += i % 2 === 0 ? part[i]! << 8 : part[i]!;
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}

/** What the checksum should have been, from what it is and the sum that it leads to. */
export function rightChecksum(found: number, sum: number): number {
  const right = found + sum;
  return (right & 0xffff) + (right >>> 16);
}
