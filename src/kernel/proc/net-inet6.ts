/** Files of IPv6 under /proc/net. @source net/ipv6/addrconf.c, if6_seq_show(); net/ipv6/ip6_fib.c, ipv6_route_native_seq_show() */
import {
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_SITE,
  RTN_ANYCAST,
  RTN_BLACKHOLE,
  RTN_LOCAL,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_UNICAST,
  RTN_UNREACHABLE,
  RTNH_F_ONLINK,
  RTPROT_KERNEL,
} from "../../events/netlink.ts";
import type { AddrInfo, RouteInfo } from "../../events/requests.ts";
import { IN6ADDR_ANY, type Ipv6Address, parseIpv6 } from "../../wire/ipv6-address.ts";

const LOOPBACK_IFINDEX = 1;
const RTF_UP = 0x0001;
const RTF_GATEWAY = 0x0002;
const RTF_HOST = 0x0004;
const RTF_REJECT = 0x0200;
const RTF_DEFAULT = 0x0001_0000;
const RTF_ADDRCONF = 0x0004_0000;
const RTF_PREFIX_RT = 0x0008_0000;
const RTF_ROUTEINFO = 0x0080_0000;
const RTF_PREF_SHIFT = 27;
const RTF_ANYCAST = 0x0010_0000;
const RTF_NONEXTHOP = 0x0020_0000;
const RTF_EXPIRES = 0x0040_0000;
const RTF_LOCAL = 0x8000_0000;

type NameOf = (ifindex: number) => string | null;

function hex(value: number, digits: number): string {
  return (value >>> 0).toString(16).padStart(digits, "0");
}

function addressHex(address: Ipv6Address): string {
  return address.toString(16).padStart(32, "0");
}

/** Text that the kernel has made. */
function textHex(text: string | null | undefined): string {
  return addressHex(text === null || text === undefined ? IN6ADDR_ANY : (parseIpv6(text) ?? IN6ADDR_ANY));
}

/** IPV6_ADDR_* of a scope. */
const SCOPE_BITS: ReadonlyMap<number, number> = new Map([
  [RT_SCOPE_HOST, 0x10],
  [RT_SCOPE_LINK, 0x20],
  [RT_SCOPE_SITE, 0x40],
]);

/** Of the flags the first eight alone. @differs Linux has the order of a hash table with a random key */
export function procNetIfInet6(addresses: readonly AddrInfo[], nameOf: NameOf): string {
  return addresses
    .map((address) => {
      const { ifindex, local, prefixLen, scope, flags } = address;
      const numbers = [ifindex, prefixLen, SCOPE_BITS.get(scope) ?? 0, flags & 0xff];
      return `${textHex(local)} ${numbers.map((n) => hex(n, 2)).join(" ")} ${(nameOf(ifindex) ?? "").padStart(8)}\n`;
    })
    .join("");
}

const REJECTS: ReadonlySet<number> = new Set([RTN_UNREACHABLE, RTN_BLACKHOLE, RTN_PROHIBIT, RTN_THROW]);

/** A true route over the loopback device would loop: it rejects. @source fib6_is_reject() */
function isReject(route: RouteInfo): boolean {
  if (REJECTS.has(route.type)) return true;
  return route.oif === LOOPBACK_IFINDEX && route.type === RTN_UNICAST && route.dst !== "::1";
}

/** Did an address bring it along? @source addrconf_f6i_alloc() */
function isOfAddress({ type, protocol }: RouteInfo): boolean {
  return (type === RTN_LOCAL || type === RTN_ANYCAST) && protocol === RTPROT_KERNEL;
}

function routeFlags(route: RouteInfo): number {
  // A route that rejects is not called up.
  if (isReject(route)) return RTF_REJECT | RTF_NONEXTHOP;
  return (
    RTF_UP |
    (route.gateway === null ? 0 : RTF_GATEWAY) |
    ((route.flags & RTNH_F_ONLINK) === 0 ? 0 : RTF_HOST) |
    (route.type === RTN_LOCAL ? RTF_LOCAL : 0) |
    (route.type === RTN_ANYCAST ? RTF_ANYCAST : 0) |
    (isOfAddress(route) ? RTF_NONEXTHOP : 0) |
    (route.expires === undefined ? 0 : RTF_EXPIRES) |
    ((route.pref ?? 0) << RTF_PREF_SHIFT) |
    (route.isFromRa === true ? flagsByRa(route) : 0)
  );
}

/** A prefix, a default router, or a way that a router knows. */
function flagsByRa({ gateway, dstLen }: RouteInfo): number {
  if (gateway === null) return RTF_ADDRCONF | RTF_PREFIX_RT;
  return RTF_ADDRCONF | (dstLen === 0 ? RTF_DEFAULT : RTF_ROUTEINFO);
}

/** Where a table has no default route, its root stands for none. */
const NULL_ENTRY = `${"0".repeat(32)} 00 ${"0".repeat(32)} 00 ${"0".repeat(32)} ffffffff 00000001 00000000 00200200       lo\n`;

/**
 * @param tables the routes of each table, in the order of a dump
 * @differs the count of references is always 1
 */
export function procNetIpv6Route(tables: readonly (readonly RouteInfo[])[], nameOf: NameOf): string {
  return tables
    .map((routes) => {
      const lines = routes.map((route) => {
        const prefix = `${textHex(route.dst)} ${hex(route.dstLen, 2)} ${textHex(route.src)} ${hex(route.srcLen ?? 0, 2)}`;
        const numbers = [route.priority, 1, 0, routeFlags(route)].map((n) => hex(n, 8)).join(" ");
        const name = route.oif === null ? "" : (nameOf(route.oif) ?? "");
        return `${prefix} ${textHex(route.gateway)} ${numbers} ${name.padStart(8)}\n`;
      });
      return (
        lines.join("") +
        (routes.some((route) => route.dstLen === 0 && route.src === undefined) ? "" : NULL_ENTRY)
      );
    })
    .join("");
}

/** A group that a device is in. */
export interface Igmp6Group {
  readonly ifindex: number;
  readonly ifname: string;
  readonly group: Ipv6Address;
  readonly users: number;
  /** The device lets its frames pass. */
  readonly isLoaded: boolean;
}

const MAF_LOADED = 0x04;
const MAF_NOREPORT = 0x08;

/** @differs no timer is shown to run */
export function procNetIgmp6(groups: readonly Igmp6Group[]): string {
  return groups
    .map(({ ifindex, ifname, group, users, isLoaded }) => {
      const scope = (group >> 112n) & 0xfn;
      const isSilent = group === LL_ALL_NODES || scope < 2n;
      const flags = (isLoaded ? MAF_LOADED : 0) | (isSilent ? MAF_NOREPORT : 0);
      const head = `${`${ifindex}`.padEnd(4)} ${ifname.padEnd(15)} ${addressHex(group)}`;
      return `${head} ${`${users}`.padStart(5)} ${hex(flags, 8).toUpperCase()} 0\n`;
    })
    .join("");
}

/** @source net/ipv6/anycast.c, ac6_seq_show() */
export function procNetAnycast6(
  { ifindex, ifname }: { readonly ifindex: number; readonly ifname: string },
  anycasts: readonly { readonly address: Ipv6Address; readonly users: number }[],
): string {
  const head = `${`${ifindex}`.padEnd(4)} ${ifname.padEnd(15)}`;
  return anycasts
    .map(({ address, users }) => `${head} ${addressHex(address)} ${`${users}`.padStart(5)}\n`)
    .join("");
}

/** ff02::1 */
const LL_ALL_NODES: Ipv6Address = (0xff02n << 112n) | 1n;

const SOCKETS =
  "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

/** tcp6 without sockets. */
export const PROC_NET_TCP6 = `${SOCKETS}\n`;
/** raw6, udp6, udplite6 and icmp6 without sockets. */
export const PROC_NET_DATAGRAM6 = `${SOCKETS} ref pointer drops\n`;
export const PROC_NET_MCFILTER6 =
  "Idx Device                Multicast Address                   Source Address    INC    EXC\n";
export const PROC_NET_FLOWLABEL =
  "Label S Owner  Users  Linger Expires  Dst                              Opt\n";
