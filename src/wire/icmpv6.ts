/** @source RFC 4443; include/uapi/linux/icmpv6.h */

import { readU32, writeU32 } from "../core/bytes.ts";
import { copyWords, foldSum, sumWords } from "./checksum.ts";
import type { WireError } from "./frame.ts";
import type { Ipv6Address } from "./ipv6-address.ts";

export const ICMPV6_DEST_UNREACH = 1;
export const ICMPV6_PKT_TOOBIG = 2;
export const ICMPV6_TIME_EXCEED = 3;
export const ICMPV6_PARAMPROB = 4;
export const ICMPV6_ECHO_REQUEST = 128;
export const ICMPV6_ECHO_REPLY = 129;
export const ICMPV6_MGM_QUERY = 130;
export const ICMPV6_MGM_REPORT = 131;
export const ICMPV6_MGM_REDUCTION = 132;
export const NDISC_ROUTER_SOLICITATION = 133;
export const NDISC_ROUTER_ADVERTISEMENT = 134;
export const NDISC_NEIGHBOUR_SOLICITATION = 135;
export const NDISC_NEIGHBOUR_ADVERTISEMENT = 136;
export const NDISC_REDIRECT = 137;
export const ICMPV6_MLD2_REPORT = 143;

/** Codes of ICMPV6_DEST_UNREACH. */
export const ICMPV6_NOROUTE = 0;
export const ICMPV6_ADM_PROHIBITED = 1;
export const ICMPV6_NOT_NEIGHBOUR = 2;
export const ICMPV6_ADDR_UNREACH = 3;
export const ICMPV6_PORT_UNREACH = 4;
export const ICMPV6_POLICY_FAIL = 5;
export const ICMPV6_REJECT_ROUTE = 6;

/** Codes of ICMPV6_TIME_EXCEED. */
export const ICMPV6_EXC_HOPLIMIT = 0;
export const ICMPV6_EXC_FRAGTIME = 1;

/** Codes of ICMPV6_PARAMPROB. */
export const ICMPV6_HDR_FIELD = 0;
export const ICMPV6_UNK_NEXTHDR = 1;
export const ICMPV6_UNK_OPTION = 2;
export const ICMPV6_HDR_INCOMP = 3;

export const ICMPV6_HLEN = 8;

/** Types below are errors. */
export const ICMPV6_INFOMSG_MASK = 0x80;

export class Icmp6Message {
  readonly kind = "icmp6";
  constructor(
    readonly type: number,
    readonly code: number,
    /** Octets 4 to 7: identifier and sequence, MTU, pointer, flags, or reserved. */
    readonly rest: number,
    readonly data: Uint8Array,
    /** False only for received octets whose checksum is wrong. */
    readonly checksumOk: boolean = true,
  ) {}
  get length(): number {
    return ICMPV6_HLEN + this.data.length;
  }
  get identifier(): number {
    return this.rest >>> 16;
  }
  get sequence(): number {
    return this.rest & 0xffff;
  }
}

/** Echo request or reply. */
export function icmp6Echo(
  type: number,
  identifier: number,
  sequence: number,
  data: Uint8Array,
): Icmp6Message {
  return new Icmp6Message(type, 0, ((identifier << 16) | (sequence & 0xffff)) >>> 0, data);
}

function addressSum(a: Ipv6Address): number {
  let sum = 0;
  for (let rest = a; rest !== 0n; rest >>= 16n) sum += Number(rest & 0xffffn);
  return sum;
}

/** The words of the pseudo header that upper-layer checksums cover. @source RFC 8200 section 8.1 */
export function pseudoHeaderSum(
  src: Ipv6Address,
  dst: Ipv6Address,
  protocol: number,
  length: number,
): number {
  return addressSum(src) + addressSum(dst) + protocol + (length >>> 16) + (length & 0xffff);
}

const PROTOCOL = 58;

export function encodeIcmp6(
  message: Icmp6Message,
  src: Ipv6Address,
  dst: Ipv6Address,
  to: Uint8Array,
  at: number,
): void {
  const { rest } = message;
  to[at] = message.type;
  to[at + 1] = message.code;
  writeU32(rest, to, at + 4);
  const head =
    pseudoHeaderSum(src, dst, PROTOCOL, message.length) +
    ((message.type << 8) | message.code) +
    (rest >>> 16) +
    (rest & 0xffff);
  const sum = ~foldSum(copyWords(message.data, to, at + ICMPV6_HLEN, head));
  to[at + 2] = sum >>> 8;
  to[at + 3] = sum;
}

/** Total: any octets give a message or an error. A wrong checksum is reported in `checksumOk`. */
export function decodeIcmp6(
  octets: Uint8Array,
  from: number,
  to: number,
  src: Ipv6Address,
  dst: Ipv6Address,
): Icmp6Message | WireError {
  if (to - from < ICMPV6_HLEN) return { layer: "icmpv6", reason: "shorter than 8 octets", offset: to - from };
  const sum = foldSum(sumWords(octets, from, to, pseudoHeaderSum(src, dst, PROTOCOL, to - from)));
  return new Icmp6Message(
    octets[from]!,
    octets[from + 1]!,
    readU32(octets, from + 4),
    octets.slice(from + ICMPV6_HLEN, to),
    sum === 0xffff,
  );
}

/** A message as a program hands it in, its checksum still to be filled in; null: shorter than 8 octets. */
export function readIcmp6(octets: Uint8Array): Icmp6Message | null {
  if (octets.length < ICMPV6_HLEN) return null;
  return new Icmp6Message(octets[0]!, octets[1]!, readU32(octets, 4), octets.slice(ICMPV6_HLEN));
}
