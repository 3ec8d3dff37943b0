/** Kinds and scopes of IPv6 addresses. @source net/ipv6/addrconf_core.c, __ipv6_addr_type(); RFC 4291, RFC 6724 */
import { RT_SCOPE_HOST, RT_SCOPE_LINK, RT_SCOPE_SITE, RT_SCOPE_UNIVERSE } from "../../events/netlink.ts";
import {
  IN6ADDR_LOOPBACK,
  type Ipv6Address,
  isLinkLocalIpv6,
  isMulticastIpv6,
} from "../../wire/ipv6-address.ts";

export const LL_ALL_NODES: Ipv6Address = (0xff02n << 112n) | 1n;
export const LL_ALL_ROUTERS: Ipv6Address = (0xff02n << 112n) | 2n;
export const IF_ALL_NODES: Ipv6Address = (0xff01n << 112n) | 1n;
export const IF_ALL_ROUTERS: Ipv6Address = (0xff01n << 112n) | 2n;
export const SITE_ALL_ROUTERS: Ipv6Address = (0xff05n << 112n) | 2n;
export const MLD2_ALL_MCR: Ipv6Address = (0xff02n << 112n) | 0x16n;
export const FE80: Ipv6Address = 0xfe80n << 112n;

/** ff02::1:ffXX:XXXX: where those listen that may have an address. @source addrconf_addr_solict_mult() */
export function solicitedNode(a: Ipv6Address): Ipv6Address {
  return (0xff02n << 112n) | 0x1_ff00_0000n | (a & 0xff_ffffn);
}

/** Ethernet address of a group. */
export function multicastMac(group: Ipv6Address): number {
  return 0x3333_0000_0000 + Number(group & 0xffff_ffffn);
}

export const SCOPE_NODELOCAL = 1;
export const SCOPE_LINKLOCAL = 2;
export const SCOPE_SITELOCAL = 5;
export const SCOPE_GLOBAL = 14;

/** fec0::/10 */
export function isSiteLocalIpv6(a: Ipv6Address): boolean {
  return a >> 118n === 0x3fbn;
}

/** ::ffff:0:0/96 */
export function isV4Mapped(a: Ipv6Address): boolean {
  return a >> 32n === 0xffffn;
}

/** Scope by which source addresses are chosen, wider ones greater; -1: none (::). @source ipv6_addr_src_scope() */
export function sourceScope(a: Ipv6Address): number {
  if (isMulticastIpv6(a)) return Number((a >> 112n) & 15n);
  if (isLinkLocalIpv6(a) || a === IN6ADDR_LOOPBACK) return SCOPE_LINKLOCAL;
  if (isSiteLocalIpv6(a)) return SCOPE_SITELOCAL;
  return a === 0n ? -1 : SCOPE_GLOBAL;
}

const LISTED_SCOPES: ReadonlyMap<number, number> = new Map([
  [SCOPE_NODELOCAL, RT_SCOPE_HOST],
  [SCOPE_LINKLOCAL, RT_SCOPE_LINK],
  [SCOPE_SITELOCAL, RT_SCOPE_SITE],
]);

/** RT_SCOPE_* as listings show it. @source net/ipv6/addrconf.c, rt_scope() */
export function listedScope(a: Ipv6Address): number {
  if (isMulticastIpv6(a)) return LISTED_SCOPES.get(sourceScope(a)) ?? RT_SCOPE_UNIVERSE;
  if (a === IN6ADDR_LOOPBACK) return RT_SCOPE_HOST;
  if (isLinkLocalIpv6(a)) return RT_SCOPE_LINK;
  return isSiteLocalIpv6(a) ? RT_SCOPE_SITE : RT_SCOPE_UNIVERSE;
}

/** Must its device be named? Addresses that mean something on their link only. @source rt6_need_strict() */
export function needsStrict(a: Ipv6Address): boolean {
  return isMulticastIpv6(a) || isLinkLocalIpv6(a) || a === IN6ADDR_LOOPBACK;
}

/** Modified EUI-64 of an Ethernet address. @source addrconf_ifid_eui48() */
export function eui64(mac: number): bigint {
  const octets = BigInt(mac);
  return (((octets >> 24n) << 40n) | 0xff_fe00_0000n | (octets & 0xff_ffffn)) ^ (2n << 56n);
}

/** Leading bits that two addresses share. */
export function commonPrefixLength(a: Ipv6Address, b: Ipv6Address): number {
  const difference = a ^ b;
  return difference === 0n ? 128 : 128 - difference.toString(2).length;
}
