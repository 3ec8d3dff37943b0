/** Files of captured packets: libpcap's classic format, read in either octet order and resolution, written in microseconds. */

export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_LINUX_SLL = 113;
export const LINKTYPE_LINUX_SLL2 = 276;

export interface LinkType {
  readonly name: string;
  readonly description: string;
}

export const LINK_TYPES: ReadonlyMap<number, LinkType> = new Map([
  [LINKTYPE_ETHERNET, { name: "EN10MB", description: "Ethernet" }],
  [LINKTYPE_LINUX_SLL, { name: "LINUX_SLL", description: "Linux cooked v1" }],
  [LINKTYPE_LINUX_SLL2, { name: "LINUX_SLL2", description: "Linux cooked v2" }],
  [101, { name: "RAW", description: "Raw IP" }],
]);

const HEADER_OCTETS = 24;
const RECORD_OCTETS = 16;
const MAGIC_MICROS = 0xa1b2c3d4;
const MAGIC_NANOS = 0xa1b23c4d;
export const MAX_SNAPLEN = 262_144;

/** A packet as captured. */
export interface Captured {
  /** Seconds and nanoseconds since 1970. */
  readonly seconds: number;
  readonly nanos: number;
  readonly octets: Uint8Array;
  /** Octets on the wire. */
  readonly length: number;
}

export interface PcapHeader {
  readonly linkType: number;
  readonly snaplen: number;
  readonly isNanos: boolean;
  readonly isLittle: boolean;
}

function u32(octets: Uint8Array, at: number, isLittle: boolean): number {
  const [a, b, c, d] = [octets[at]!, octets[at + 1]!, octets[at + 2]!, octets[at + 3]!];
  return (isLittle ? a | (b << 8) | (c << 16) | (d << 24) : d | (c << 8) | (b << 16) | (a << 24)) >>> 0;
}

/** Reads the header; text: what is wrong with it. */
export function readHeader(octets: Uint8Array): PcapHeader | string {
  if (octets.length < 4)
    return `truncated dump file; tried to read 4 file header bytes, only got ${octets.length}`;
  const isLittle = [MAGIC_MICROS, MAGIC_NANOS].includes(u32(octets, 0, true));
  const magic = u32(octets, 0, isLittle);
  if (magic !== MAGIC_MICROS && magic !== MAGIC_NANOS) return "unknown file format";
  if (octets.length < HEADER_OCTETS)
    return `truncated dump file; tried to read ${HEADER_OCTETS} file header bytes, only got ${octets.length}`;
  const snaplen = u32(octets, 16, isLittle);
  return {
    isLittle,
    isNanos: magic === MAGIC_NANOS,
    snaplen: snaplen === 0 || snaplen > MAX_SNAPLEN ? MAX_SNAPLEN : snaplen,
    linkType: u32(octets, 20, isLittle) & 0xffff,
  };
}

/** Packets of a file. What follows a record that is cut off is an error, thrown as text. */
export function* readPackets(octets: Uint8Array, header: PcapHeader): Generator<Captured | string> {
  const { isLittle } = header;
  for (let at = HEADER_OCTETS; at < octets.length; ) {
    if (octets.length - at < RECORD_OCTETS) {
      yield `truncated dump file; tried to read ${RECORD_OCTETS} header bytes, only got ${octets.length - at}`;
      return;
    }
    const fraction = u32(octets, at + 4, isLittle);
    const caplen = u32(octets, at + 8, isLittle);
    if (caplen > MAX_SNAPLEN) {
      yield `invalid packet capture length ${caplen}, bigger than snaplen of ${header.snaplen}`;
      return;
    }
    const from = at + RECORD_OCTETS;
    if (octets.length - from < caplen) {
      yield `truncated dump file; tried to read ${caplen} captured bytes, only got ${octets.length - from}`;
      return;
    }
    yield {
      seconds: u32(octets, at, isLittle),
      nanos: header.isNanos ? fraction : fraction * 1000,
      octets: octets.subarray(from, from + caplen),
      length: u32(octets, at + 12, isLittle),
    };
    at = from + caplen;
  }
}

/** Octets as little-endian numbers, each of the width given. */
function little(...numbers: readonly (readonly [number, 2 | 4])[]): number[] {
  return numbers.flatMap(([value, octets]) =>
    Array.from({ length: octets }, (_, i) => Math.floor(value / 256 ** i) & 255),
  );
}

export function pcapHeader(linkType: number, snaplen: number, isNanos: boolean): Uint8Array {
  const magic = isNanos ? MAGIC_NANOS : MAGIC_MICROS;
  return Uint8Array.from(little([magic, 4], [2, 2], [4, 2], [0, 4], [0, 4], [snaplen, 4], [linkType, 4]));
}

export function pcapRecord(packet: Captured, isNanos: boolean): Uint8Array {
  const fraction = isNanos ? packet.nanos : Math.floor(packet.nanos / 1000);
  const head = little([packet.seconds, 4], [fraction, 4], [packet.octets.length, 4], [packet.length, 4]);
  const record = new Uint8Array(head.length + packet.octets.length);
  record.set(head);
  record.set(packet.octets, head.length);
  return record;
}

export function linkTypeText(linkType: number): string {
  const known = LINK_TYPES.get(linkType);
  return known === undefined ? String(linkType) : `${known.name} (${known.description})`;
}

/** Link types that packets can be printed of. */
export function isPrintable(linkType: number): boolean {
  return LINK_TYPES.has(linkType);
}

/** As -L shows them. */
export function linkTypeList(name: string, linkTypes: readonly number[]): string {
  const lines = linkTypes.map((type) => `  ${linkTypeText(type)}\n`).join("");
  return `Data link types for ${name} (use option -y to set):\n${lines}`;
}
