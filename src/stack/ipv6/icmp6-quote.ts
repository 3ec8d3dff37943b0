/** What an ICMPv6 error quotes. */
import { readU32 } from "../../core/bytes.ts";
import { ICMPV6_HLEN, Icmp6Message } from "../../wire/icmpv6.ts";
import {
  IPPROTO_ICMPV6,
  IPV6_HLEN,
  NEXTHDR_DEST,
  NEXTHDR_FRAGMENT,
  NEXTHDR_HOP,
  NEXTHDR_NONE,
  NEXTHDR_ROUTING,
} from "../../wire/ipv6.ts";
import { type Ipv6Address, readIpv6 } from "../../wire/ipv6-address.ts";

export interface Quoted6 {
  readonly src: Ipv6Address;
  readonly dst: Ipv6Address;
  readonly message: Icmp6Message;
}

/** Where the headers of a quote end; null: one of them is cut off, or nothing follows. @source ipv6_skip_exthdr() */
export function quotedHeadersEnd(quote: Uint8Array): number | null {
  let next = quote[6]!;
  let at = IPV6_HLEN;
  while (
    next === NEXTHDR_HOP ||
    next === NEXTHDR_ROUTING ||
    next === NEXTHDR_DEST ||
    next === NEXTHDR_FRAGMENT ||
    next === NEXTHDR_NONE
  ) {
    if (next === NEXTHDR_NONE || at + 2 > quote.length) return null;
    const isFragment = next === NEXTHDR_FRAGMENT;
    // What follows in a fragment that is not the first is no header.
    if (isFragment && ((quote[at + 2]! << 8) | quote[at + 3]!) >= 8) return at;
    next = quote[at]!;
    at += isFragment ? 8 : (quote[at + 1]! + 1) * 8;
  }
  return at;
}

/** The ICMPv6 message inside an error's quote; null: it quotes something else. */
export function quotedIcmp6(quote: Uint8Array): Quoted6 | null {
  if (quote.length < IPV6_HLEN) return null;
  let next = quote[6]!;
  let at = IPV6_HLEN;
  while (
    next === NEXTHDR_HOP ||
    next === NEXTHDR_ROUTING ||
    next === NEXTHDR_DEST ||
    next === NEXTHDR_FRAGMENT
  ) {
    if (at + 8 > quote.length) return null;
    if (next === NEXTHDR_FRAGMENT && ((quote[at + 2]! << 8) | quote[at + 3]!) >= 8) return null;
    const size = next === NEXTHDR_FRAGMENT ? 8 : (quote[at + 1]! + 1) * 8;
    next = quote[at]!;
    at += size;
  }
  if (next !== IPPROTO_ICMPV6 || at + ICMPV6_HLEN > quote.length) return null;
  const rest = readU32(quote, at + 4);
  const message = new Icmp6Message(quote[at]!, quote[at + 1]!, rest, quote.slice(at + ICMPV6_HLEN));
  return { src: readIpv6(quote, 8), dst: readIpv6(quote, 24), message };
}

/** Where an error's packet was to go; null: it is cut too short. */
export function quotedDestination(quote: Uint8Array): Ipv6Address | null {
  return quote.length < IPV6_HLEN ? null : readIpv6(quote, 24);
}
