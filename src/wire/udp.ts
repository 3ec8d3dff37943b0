/** @source RFC 768; include/uapi/linux/udp.h */

import { foldSum, internetChecksum, sumWords } from "./checksum.ts";
import type { WireError } from "./frame.ts";
import type { Ipv4Address } from "./ipv4-address.ts";

export const UDP_HLEN = 8;
const IPPROTO_UDP = 17;

/**
 * A datagram. It keeps its length and checksum fields as they stand on the wire, right or wrong, for they reach over the
 * header of the packet around it and over octets that may follow.
 */
export class UdpDatagram {
  readonly kind = "udp";
  constructor(
    readonly sport: number,
    readonly dport: number,
    /** Length field: header and data. */
    readonly ulen: number,
    /** Checksum field; 0: none. */
    readonly checksum: number,
    /** The checksum field holds the sum of the pseudo-header alone: the device is to do the rest (CHECKSUM_PARTIAL). */
    readonly isPartial: boolean,
    /** All octets behind the header, which may be more than the length field says. */
    readonly data: Uint8Array,
  ) {}
  get length(): number {
    return UDP_HLEN + this.data.length;
  }
}

/** The words of the pseudo-header, added up. */
function pseudoSum(src: Ipv4Address, dst: Ipv4Address, ulen: number): number {
  return (src >>> 16) + (src & 0xffff) + (dst >>> 16) + (dst & 0xffff) + IPPROTO_UDP + ulen;
}

/** The checksum field of a datagram whose device works the checksum out. @source net/ipv4/udp.c, udp4_hwcsum() */
export function udpPseudoChecksum(src: Ipv4Address, dst: Ipv4Address, ulen: number): number {
  return foldSum(pseudoSum(src, dst, ulen));
}

/** The whole checksum; one that is 0 is written as 0xffff. @param data octets that the length field covers */
export function udpChecksum(
  src: Ipv4Address,
  dst: Ipv4Address,
  sport: number,
  dport: number,
  data: Uint8Array,
): number {
  const ulen = UDP_HLEN + data.length;
  const sum = sumWords(data, 0, data.length, pseudoSum(src, dst, ulen) + sport + dport + ulen);
  return ~foldSum(sum) & 0xffff || 0xffff;
}

/** Is the checksum right, absent, or still the device's business? @source net/ipv4/udp.c, udp4_csum_init() */
export function isUdpChecksumGood(datagram: UdpDatagram, src: Ipv4Address, dst: Ipv4Address): boolean {
  const { sport, dport, ulen, checksum, isPartial, data } = datagram;
  if (isPartial || checksum === 0) return true;
  const head = pseudoSum(src, dst, ulen) + sport + dport + ulen + checksum;
  return internetChecksum(data, 0, Math.min(data.length, ulen - UDP_HLEN), head) === 0;
}

/** The same datagram with the checksum that its device left open. @source net/core/dev.c, skb_checksum_help() */
export function withWholeChecksum(datagram: UdpDatagram, src: Ipv4Address, dst: Ipv4Address): UdpDatagram {
  if (!datagram.isPartial) return datagram;
  const { sport, dport, ulen, data } = datagram;
  return new UdpDatagram(sport, dport, ulen, udpChecksum(src, dst, sport, dport, data), false, data);
}

export function encodeUdp(datagram: UdpDatagram, to: Uint8Array, at: number): void {
  const { sport, dport, ulen, checksum } = datagram;
  to[at] = sport >>> 8;
  to[at + 1] = sport;
  to[at + 2] = dport >>> 8;
  to[at + 3] = dport;
  to[at + 4] = ulen >>> 8;
  to[at + 5] = ulen;
  to[at + 6] = checksum >>> 8;
  to[at + 7] = checksum;
  to.set(datagram.data, at + UDP_HLEN);
}

/** Total: any octets give a datagram or an error. Neither length nor checksum is judged. */
export function decodeUdp(octets: Uint8Array, from: number, to: number): UdpDatagram | WireError {
  if (to - from < UDP_HLEN) return { layer: "udp", reason: "shorter than 8 octets", offset: to - from };
  const u16 = (o: number) => (octets[from + o]! << 8) | octets[from + o + 1]!;
  return new UdpDatagram(u16(0), u16(2), u16(4), u16(6), false, octets.slice(from + UDP_HLEN, to));
}
