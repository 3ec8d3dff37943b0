/** @source RFC 791; include/uapi/linux/ip.h */

import { readU32, writeU32 } from "../core/bytes.ts";
import { foldSum, internetChecksum, sumWords } from "./checksum.ts";
import { OpaquePayload, type WireError } from "./frame.ts";
import { decodeIcmp, encodeIcmp, type IcmpMessage } from "./icmp.ts";
import type { Ipv4Address } from "./ipv4-address.ts";
import { decodeUdp, encodeUdp, type UdpDatagram } from "./udp.ts";

export const IPPROTO_ICMP = 1;
export const IPPROTO_IGMP = 2;
export const IPPROTO_TCP = 6;
export const IPPROTO_UDP = 17;

/** Don't fragment, more fragments: bits of `flags`. */
export const IP_DF = 2;
export const IP_MF = 1;

export const IPV4_HLEN = 20;
export const IPDEFTTL = 64;

export type Ipv4Payload = IcmpMessage | UdpDatagram | OpaquePayload;

/** What a host noted of a received packet's options when it read them: where they stand (-1: nowhere), and what was filled in. */
export interface IpOptionMarks {
  /** Source route, record route, time stamps: offsets within the options. */
  readonly srr: number;
  readonly rr: number;
  readonly ts: number;
  /** Room was taken for an address or a time that is not, or not finally, known yet. */
  readonly rrNeedsAddress: boolean;
  readonly tsNeedsAddress: boolean;
  readonly tsNeedsTime: boolean;
  readonly isStrictRoute: boolean;
  /** The packet goes on to the source route's next hop. */
  readonly srrIsHit: boolean;
}

export class Ipv4Packet {
  readonly kind = "ipv4";
  /** On the host that received it (IPCB(skb)->opt); null: its options were not read. */
  readonly marks: IpOptionMarks | null = null;
  constructor(
    readonly tos: number,
    readonly id: number,
    /** IP_DF | IP_MF */
    readonly flags: number,
    /** In units of 8 octets. */
    readonly fragmentOffset: number,
    readonly ttl: number,
    readonly protocol: number,
    readonly src: Ipv4Address,
    readonly dst: Ipv4Address,
    readonly payload: Ipv4Payload,
    /** Option octets, a multiple of 4; null: none. */
    readonly options: Uint8Array | null = null,
    /** Cell of the socket that sent it, on the sending host (skb->sk); -1: none that counts what waits. */
    readonly socket: number = -1,
  ) {}

  /** The same packet with other options, and on a receiving host what it noted of them. */
  withOptions(options: Uint8Array | null, marks: IpOptionMarks | null, dst = this.dst): Ipv4Packet {
    const { tos, id, flags, fragmentOffset, ttl, protocol, src, payload } = this;
    const packet = new Ipv4Packet(tos, id, flags, fragmentOffset, ttl, protocol, src, dst, payload, options);
    (packet as { marks: IpOptionMarks | null }).marks = marks;
    return packet;
  }

  /** Total length field: header and payload. */
  get length(): number {
    return IPV4_HLEN + (this.options === null ? 0 : this.options.length) + this.payload.length;
  }
}

export function ipv4HeaderLength(packet: Ipv4Packet): number {
  return IPV4_HLEN + (packet.options === null ? 0 : packet.options.length);
}

/** The words of a header but for the checksum, added up from the fields: reading them back from octets takes longer. */
function headerSum(packet: Ipv4Packet, headerLength: number, length: number): number {
  const { src, dst, options } = packet;
  const sum =
    (((0x40 | (headerLength >>> 2)) << 8) | (packet.tos & 0xff)) +
    (length & 0xffff) +
    (packet.id & 0xffff) +
    (((packet.flags << 13) | packet.fragmentOffset) & 0xffff) +
    (((packet.ttl & 0xff) << 8) | (packet.protocol & 0xff)) +
    (src >>> 16) +
    (src & 0xffff) +
    (dst >>> 16) +
    (dst & 0xffff);
  return options === null ? sum : sumWords(options, 0, options.length, sum);
}

export function encodeIpv4(packet: Ipv4Packet, to: Uint8Array, at: number): void {
  const headerLength = ipv4HeaderLength(packet);
  const length = packet.length;
  to[at] = 0x40 | (headerLength >>> 2);
  to[at + 1] = packet.tos;
  to[at + 2] = length >>> 8;
  to[at + 3] = length;
  to[at + 4] = packet.id >>> 8;
  to[at + 5] = packet.id;
  to[at + 6] = (packet.flags << 5) | (packet.fragmentOffset >>> 8);
  to[at + 7] = packet.fragmentOffset;
  to[at + 8] = packet.ttl;
  to[at + 9] = packet.protocol;
  writeU32(packet.src, to, at + 12);
  writeU32(packet.dst, to, at + 16);
  if (packet.options !== null) to.set(packet.options, at + IPV4_HLEN);
  const sum = ~foldSum(headerSum(packet, headerLength, length));
  to[at + 10] = sum >>> 8;
  to[at + 11] = sum;
  const payload = packet.payload;
  if (payload.kind === "icmp") encodeIcmp(payload, to, at + headerLength);
  else if (payload.kind === "udp") encodeUdp(payload, to, at + headerLength);
  else to.set(payload.octets, at + headerLength);
}

/**
 * Total: any octets give a packet or an error, as ip_rcv() checks them: version, header length, total length, checksum.
 * A payload that is cut short, unknown, or a fragment stays opaque.
 */
export function decodeIpv4(octets: Uint8Array, at: number): Ipv4Packet | WireError {
  const available = octets.length - at;
  if (available < IPV4_HLEN) return { layer: "ipv4", reason: "shorter than 20 octets", offset: available };
  if (octets[at]! >>> 4 !== 4) return { layer: "ipv4", reason: "version is not 4", offset: 0 };
  const headerLength = (octets[at]! & 15) * 4;
  if (headerLength < IPV4_HLEN) return { layer: "ipv4", reason: "header length below 20 octets", offset: 0 };
  if (headerLength > available) return { layer: "ipv4", reason: "header longer than the frame", offset: 0 };
  if (internetChecksum(octets, at, at + headerLength) !== 0)
    return { layer: "ipv4", reason: "bad header checksum", offset: 10 };
  const length = (octets[at + 2]! << 8) | octets[at + 3]!;
  if (length > available) return { layer: "ipv4", reason: "total length beyond the frame", offset: 2 };
  if (length < headerLength) return { layer: "ipv4", reason: "total length below the header's", offset: 2 };
  const flags = octets[at + 6]! >>> 5;
  const fragmentOffset = ((octets[at + 6]! & 0x1f) << 8) | octets[at + 7]!;
  const protocol = octets[at + 9]!;
  return new Ipv4Packet(
    octets[at + 1]!,
    (octets[at + 4]! << 8) | octets[at + 5]!,
    flags,
    fragmentOffset,
    octets[at + 8]!,
    protocol,
    readU32(octets, at + 12),
    readU32(octets, at + 16),
    decodeIpv4Payload(
      octets,
      at + headerLength,
      at + length,
      protocol,
      (flags & IP_MF) !== 0 || fragmentOffset !== 0,
    ),
    headerLength > IPV4_HLEN ? octets.slice(at + IPV4_HLEN, at + headerLength) : null,
  );
}

/** What a packet carries, as far as it is understood. */
export function decodeIpv4Payload(
  octets: Uint8Array,
  from: number,
  to: number,
  protocol: number,
  isFragment: boolean,
): Ipv4Payload {
  if (protocol === IPPROTO_ICMP && !isFragment) {
    const message = decodeIcmp(octets, from, to);
    // An encoded message gets a good checksum: octets with a bad one must stay as they are.
    if (!("reason" in message) && message.checksumOk) return message;
  }
  if (protocol === IPPROTO_UDP && !isFragment) {
    const datagram = decodeUdp(octets, from, to);
    if (!("reason" in datagram)) return datagram;
  }
  return new OpaquePayload(octets.slice(from, to));
}
