/** @source RFC 8200; include/uapi/linux/ipv6.h */

import { readU32, writeU32 } from "../core/bytes.ts";
import { OpaquePayload, type WireError } from "./frame.ts";
import { decodeIcmp6, encodeIcmp6, type Icmp6Message } from "./icmpv6.ts";
import { type Ipv6Address, readIpv6, writeIpv6 } from "./ipv6-address.ts";

export const NEXTHDR_HOP = 0;
export const NEXTHDR_ROUTING = 43;
export const NEXTHDR_FRAGMENT = 44;
export const IPPROTO_ICMPV6 = 58;
export const NEXTHDR_NONE = 59;
export const NEXTHDR_DEST = 60;

export const IPV6_HLEN = 40;
export const FRAGMENT_HLEN = 8;

/** An extension header as its octets, a multiple of 8. The first one, the next header's type, is filled in when encoding. */
export interface ExtensionHeader {
  readonly type: number;
  readonly octets: Uint8Array;
}

const NO_EXTENSIONS: readonly ExtensionHeader[] = Object.freeze([]);

export type Ipv6Payload = Icmp6Message | OpaquePayload;

export class Ipv6Packet {
  readonly kind = "ipv6";
  constructor(
    readonly trafficClass: number,
    readonly flowLabel: number,
    readonly hopLimit: number,
    readonly src: Ipv6Address,
    readonly dst: Ipv6Address,
    /** What the payload is: the type behind the last extension header. */
    readonly protocol: number,
    readonly payload: Ipv6Payload,
    readonly extensions: readonly ExtensionHeader[] = NO_EXTENSIONS,
  ) {}

  /** Octets of the whole packet, its header included. */
  get length(): number {
    return IPV6_HLEN + extensionsLength(this.extensions) + this.payload.length;
  }

  /** The same packet with another hop limit. */
  withHopLimit(hopLimit: number): Ipv6Packet {
    return new Ipv6Packet(
      this.trafficClass,
      this.flowLabel,
      hopLimit,
      this.src,
      this.dst,
      this.protocol,
      this.payload,
      this.extensions,
    );
  }
}

export function extensionsLength(extensions: readonly ExtensionHeader[]): number {
  let length = 0;
  for (const { octets } of extensions) length += octets.length;
  return length;
}

/** What a fragment header says. */
export interface Fragment {
  /** Octets from the start of what was cut. */
  readonly offset: number;
  readonly hasMore: boolean;
  readonly id: number;
}

export function fragmentHeader({ offset, hasMore, id }: Fragment): ExtensionHeader {
  const octets = new Uint8Array(FRAGMENT_HLEN);
  octets[2] = offset >>> 8;
  octets[3] = (offset & 0xf8) | (hasMore ? 1 : 0);
  writeU32(id, octets, 4);
  return { type: NEXTHDR_FRAGMENT, octets };
}

/** Of a packet's fragment header; null: it has none. */
export function fragmentOf(packet: Ipv6Packet): Fragment | null {
  for (const { type, octets } of packet.extensions)
    if (type === NEXTHDR_FRAGMENT)
      return {
        offset: ((octets[2]! << 8) | octets[3]!) & 0xfff8,
        hasMore: (octets[3]! & 1) !== 0,
        id: readU32(octets, 4),
      };
  return null;
}

export function encodeIpv6(packet: Ipv6Packet, to: Uint8Array, at: number): void {
  const payloadLength = packet.length - IPV6_HLEN;
  to[at] = 0x60 | (packet.trafficClass >>> 4);
  to[at + 1] = ((packet.trafficClass & 15) << 4) | (packet.flowLabel >>> 16);
  to[at + 2] = packet.flowLabel >>> 8;
  to[at + 3] = packet.flowLabel;
  to[at + 4] = payloadLength >>> 8;
  to[at + 5] = payloadLength;
  to[at + 7] = packet.hopLimit;
  writeIpv6(to, at + 8, packet.src);
  writeIpv6(to, at + 24, packet.dst);
  let nextAt = at + 6;
  let end = at + IPV6_HLEN;
  for (const { type, octets } of packet.extensions) {
    to[nextAt] = type;
    nextAt = end;
    to.set(octets, end);
    end += octets.length;
  }
  to[nextAt] = packet.protocol;
  const payload = packet.payload;
  if (payload.kind === "icmp6") encodeIcmp6(payload, packet.src, packet.dst, to, end);
  else to.set(payload.octets, end);
}

/** Is it a header whose second octet counts the rest in units of 8 octets? */
function isExtension(type: number): boolean {
  return type === NEXTHDR_HOP || type === NEXTHDR_ROUTING || type === NEXTHDR_DEST;
}

/**
 * Total: any octets give a packet or an error, as ip6_rcv_core() checks them: version, payload length.
 * A payload that is cut short, unknown, or a fragment stays opaque.
 */
export function decodeIpv6(octets: Uint8Array, at: number): Ipv6Packet | WireError {
  const available = octets.length - at;
  if (available < IPV6_HLEN) return { layer: "ipv6", reason: "shorter than 40 octets", offset: available };
  if (octets[at]! >>> 4 !== 6) return { layer: "ipv6", reason: "version is not 6", offset: 0 };
  const length = ((octets[at + 4]! << 8) | octets[at + 5]!) + IPV6_HLEN;
  if (length > available) return { layer: "ipv6", reason: "payload length beyond the frame", offset: 4 };
  const src = readIpv6(octets, at + 8);
  const dst = readIpv6(octets, at + 24);
  const extensions: ExtensionHeader[] = [];
  const to = at + length;
  let protocol = octets[at + 6]!;
  let from = at + IPV6_HLEN;
  let isFragment = false;
  while ((isExtension(protocol) || protocol === NEXTHDR_FRAGMENT) && !isFragment) {
    const size = protocol === NEXTHDR_FRAGMENT ? FRAGMENT_HLEN : ((octets[from + 1] ?? 0) + 1) * 8;
    if (from + size > to) break; // cut off: what is left is opaque
    extensions.push({ type: protocol, octets: octets.slice(from, from + size) });
    isFragment =
      protocol === NEXTHDR_FRAGMENT && (((octets[from + 2]! << 8) | octets[from + 3]!) & 0xfff9) !== 0;
    protocol = octets[from]!;
    from += size;
  }
  const trafficClass = ((octets[at]! & 15) << 4) | (octets[at + 1]! >>> 4);
  const flowLabel = ((octets[at + 1]! & 15) << 16) | (octets[at + 2]! << 8) | octets[at + 3]!;
  const payload = isFragment
    ? new OpaquePayload(octets.slice(from, to))
    : decodeIpv6Payload(octets, from, to, protocol, src, dst);
  return new Ipv6Packet(
    trafficClass,
    flowLabel,
    octets[at + 7]!,
    src,
    dst,
    protocol,
    payload,
    extensions.length === 0 ? NO_EXTENSIONS : extensions,
  );
}

/** What a whole packet carries, as far as it is understood. */
export function decodeIpv6Payload(
  octets: Uint8Array,
  from: number,
  to: number,
  protocol: number,
  src: Ipv6Address,
  dst: Ipv6Address,
): Ipv6Payload {
  if (protocol === IPPROTO_ICMPV6) {
    const message = decodeIcmp6(octets, from, to, src, dst);
    // An encoded message gets a good checksum: octets with a bad one must stay as they are.
    if (!("reason" in message) && message.checksumOk) return message;
  }
  return new OpaquePayload(octets.slice(from, to));
}
