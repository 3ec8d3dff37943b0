/** Messages of neighbour discovery and their options. @source RFC 4861; include/net/ndisc.h */
import { readU32, writeU32 } from "../core/bytes.ts";
import {
  Icmp6Message,
  NDISC_NEIGHBOUR_ADVERTISEMENT,
  NDISC_NEIGHBOUR_SOLICITATION,
  NDISC_REDIRECT,
  NDISC_ROUTER_SOLICITATION,
} from "./icmpv6.ts";
import { type Ipv6Address, readIpv6, writeIpv6 } from "./ipv6-address.ts";
import { type Mac, readMac, writeMac } from "./mac.ts";

export const ND_OPT_SOURCE_LL_ADDR = 1;
export const ND_OPT_TARGET_LL_ADDR = 2;
export const ND_OPT_PREFIX_INFO = 3;
export const ND_OPT_REDIRECT_HDR = 4;
export const ND_OPT_MTU = 5;
export const ND_OPT_NONCE = 14;
export const ND_OPT_ROUTE_INFO = 24;

/** Flags of an advertisement, in the first of the octets 4 to 7. */
export const NA_ROUTER = 0x8000_0000;
export const NA_SOLICITED = 0x4000_0000;
export const NA_OVERRIDE = 0x2000_0000;

/** An option: its octets, type and length included. */
export interface NdOption {
  readonly type: number;
  readonly octets: Uint8Array;
}

export function addressOption(type: number, mac: Mac): Uint8Array {
  const octets = new Uint8Array(8);
  octets[0] = type;
  octets[1] = 1;
  writeMac(mac, octets, 2);
  return octets;
}

/** @param nonce below 2^48 */
export function nonceOption(nonce: number): Uint8Array {
  return addressOption(ND_OPT_NONCE, nonce);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const octets = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}

function addressOctets(address: Ipv6Address): Uint8Array {
  const octets = new Uint8Array(16);
  writeIpv6(octets, 0, address);
  return octets;
}

export function neighbourSolicitation(target: Ipv6Address, options: readonly Uint8Array[]): Icmp6Message {
  return new Icmp6Message(NDISC_NEIGHBOUR_SOLICITATION, 0, 0, joined([addressOctets(target), ...options]));
}

/** @param flags NA_ROUTER | NA_SOLICITED | NA_OVERRIDE */
export function neighbourAdvertisement(
  target: Ipv6Address,
  flags: number,
  options: readonly Uint8Array[],
): Icmp6Message {
  const data = joined([addressOctets(target), ...options]);
  return new Icmp6Message(NDISC_NEIGHBOUR_ADVERTISEMENT, 0, flags, data);
}

export function routerSolicitation(options: readonly Uint8Array[]): Icmp6Message {
  return new Icmp6Message(NDISC_ROUTER_SOLICITATION, 0, 0, joined(options));
}

/** @param quote the packet that should have gone there, as much as is told; @see ND_OPT_REDIRECT_HDR */
export function redirect(
  target: Ipv6Address,
  dst: Ipv6Address,
  options: readonly Uint8Array[],
  quote: Uint8Array,
): Icmp6Message {
  const header = new Uint8Array(8);
  header[0] = ND_OPT_REDIRECT_HDR;
  header[1] = (8 + quote.length) / 8;
  const data = joined([addressOctets(target), addressOctets(dst), ...options, header, quote]);
  return new Icmp6Message(NDISC_REDIRECT, 0, 0, data);
}

/** The target of a solicitation, an advertisement or a redirect; null: it is cut short. */
export function ndTarget(message: Icmp6Message): Ipv6Address | null {
  return message.data.length < 16 ? null : readIpv6(message.data, 0);
}

/** The options from an offset of the data on; null: they are malformed. @source ndisc_parse_options() */
export function ndOptions(data: Uint8Array, from: number): NdOption[] | null {
  const options: NdOption[] = [];
  let at = from;
  while (at < data.length) {
    const length = (data[at + 1] ?? 0) * 8;
    if (length === 0 || at + length > data.length) return null;
    options.push({ type: data[at]!, octets: data.slice(at, at + length) });
    at += length;
  }
  return options;
}

/** The link-layer address that an option names; null: there is no such option. */
export function linkAddress(options: readonly NdOption[], type: number): Mac | null {
  const found = options.find((option) => option.type === type);
  return found === undefined ? null : readMac(found.octets, 2);
}

/** What a router says of itself and of its link. @source RFC 4861 section 4.2, RFC 4191 section 2.2 */
export interface RouterAdvertisement {
  /** 0: not told. */
  readonly hopLimit: number;
  /** RA_* */
  readonly flags: number;
  /** Seconds for which it is a default router; 0: it is none. */
  readonly lifetime: number;
  /** Milliseconds; 0: not told. */
  readonly reachableMs: number;
  readonly retransMs: number;
}

export const RA_MANAGED = 0x80;
export const RA_OTHERCONF = 0x40;

/** Null: it is cut short. Its options begin at octet 8 of the data. */
export function readAdvertisement({ rest, data }: Icmp6Message): RouterAdvertisement | null {
  if (data.length < 8) return null;
  return {
    hopLimit: rest >>> 24,
    flags: (rest >>> 16) & 0xff,
    lifetime: rest & 0xffff,
    reachableMs: readU32(data, 0),
    retransMs: readU32(data, 4),
  };
}

/** The preference in two bits of an octet of flags; that which stands for nothing is medium. */
export function routerPreference(flags: number): number {
  const pref = (flags >> 3) & 3;
  return pref === 2 ? 0 : pref;
}

/** @source RFC 4861 section 4.6.2 */
export interface PrefixInfo {
  readonly prefix: Ipv6Address;
  readonly prefixLen: number;
  readonly isOnLink: boolean;
  readonly isAutonomous: boolean;
  /** Seconds; 2^32 - 1: for ever. */
  readonly validLft: number;
  readonly preferredLft: number;
}

export function readPrefixInfo({ octets }: NdOption): PrefixInfo | null {
  if (octets.length < 32) return null;
  return {
    prefix: readIpv6(octets, 16),
    prefixLen: octets[2]!,
    isOnLink: (octets[3]! & 0x80) !== 0,
    isAutonomous: (octets[3]! & 0x40) !== 0,
    validLft: readU32(octets, 4),
    preferredLft: readU32(octets, 8),
  };
}

/** @source RFC 4191 section 2.3 */
export interface RouteInformation {
  readonly prefix: Ipv6Address;
  readonly prefixLen: number;
  readonly pref: number;
  /** Seconds; 2^32 - 1: for ever. */
  readonly lifetime: number;
}

/** Null: it is too short for its prefix, or its preference stands for nothing. @source net/ipv6/route.c, rt6_route_rcv() */
export function readRouteInformation({ octets }: NdOption): RouteInformation | null {
  const prefixLen = octets[2]!;
  const units = octets[1]!;
  if (units > 3 || prefixLen > 128 || (prefixLen > 64 && units < 3) || (prefixLen > 0 && units < 2))
    return null;
  if (((octets[3]! >> 3) & 3) === 2) return null;
  const whole = new Uint8Array(16);
  whole.set(octets.subarray(8, 24));
  return {
    prefix: readIpv6(whole, 0),
    prefixLen,
    pref: routerPreference(octets[3]!),
    lifetime: readU32(octets, 4),
  };
}

/** Records of a report by multicast address, all without sources. @source RFC 3810 section 5.2 */
export function multicastReport(
  type: number,
  records: readonly { readonly type: number; readonly group: Ipv6Address }[],
): Icmp6Message {
  const data = new Uint8Array(records.length * 20);
  for (const [i, record] of records.entries()) {
    writeU32(record.type * 0x100_0000, data, i * 20);
    writeIpv6(data, i * 20 + 4, record.group);
  }
  return new Icmp6Message(type, 0, records.length, data);
}
