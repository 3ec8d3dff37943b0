/**
 * Addresses and routes by rtnetlink.
 * @source net/ipv4/devinet.c, inet_rtm_newaddr(); fib_frontend.c, inet_rtm_newroute(); route.c, inet_rtm_getroute()
 */
import type { Errno } from "../core/errno.ts";
import { DONE, granted, type Result, refused } from "../core/result.ts";
import { IFNAME_MAX_OCTETS, type NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, type NetnsRef } from "../devices/netns.ts";
import { DROP } from "../events/kinds.ts";
import {
  IFA_F_DEPRECATED,
  IFA_F_PERMANENT,
  IFA_F_SECONDARY,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
} from "../events/netlink.ts";
import type {
  AddrAdd,
  AddrDel,
  RouteAdd,
  RouteGet,
  RouteGetInfo,
  RouteInfo,
  RouteSpec,
} from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { deleteAddr, insertAddr, replaceAddr } from "../stack/devinet.ts";
import { dumpTable, tableNumbers } from "../stack/fib.ts";
import { type FibConfig, fibDelete, fibInsert } from "../stack/fib-semantics.ts";
import { type InAddr, ifaMatch, inDevice } from "../stack/in-device.ts";
import { count, netStack } from "../stack/net-stack.ts";
import { routeInput, routeOutput } from "../stack/route.ts";
import { formatIpv4, INADDR_BROADCAST, type Ipv4Address, parseIpv4 } from "../wire/ipv4-address.ts";
import { routeInfo } from "./infos.ts";
import { pinDeviceSysctls } from "./sysctl/stack-sysctls.ts";

/** Text that a command has checked; what is left out is 0. */
function ip(text: string | undefined): Ipv4Address {
  return text === undefined ? 0 : (parseIpv4(text) ?? 0);
}

const encoder = new TextEncoder();

/** @differs IPv6 is not simulated: it answers as where sysctl has switched it off, see docs/fidelity.md */
function isInet6(text: string | undefined): boolean {
  return text?.includes(":") === true;
}

// ---------------------------------------------------------------------------------------------- addresses

export function addrAdd(step: StepContext, netns: NetnsRef, add: AddrAdd): Result<null> {
  const dev = deviceByIndex(step, netns, add.ifindex);
  if (dev === null) return refused("ENODEV", "ipv4: Device not found");
  if (isInet6(add.local)) return refused("EACCES", "ipv6: IPv6 is disabled on this device");
  if (add.prefixLen > 32) return refused("EINVAL", "ipv4: Invalid prefix length");
  if (add.label !== undefined && encoder.encode(add.label).length > IFNAME_MAX_OCTETS)
    return refused("ERANGE", "Attribute failed policy validation");
  const local = ip(add.local);
  const forever = add.validLft === undefined;
  const ifa: InAddr = {
    local,
    address: add.peer === undefined ? local : ip(add.peer),
    prefixLen: add.prefixLen,
    broadcast: ip(add.broadcast),
    scope: add.scope ?? 0,
    flags:
      ((add.flags ?? 0) & ~IFA_F_SECONDARY) |
      (forever ? IFA_F_PERMANENT : 0) |
      (add.preferredLft === 0 ? IFA_F_DEPRECATED : 0),
    label: add.label ?? dev.ifname,
    validLft: add.validLft ?? null,
    preferredLft: add.preferredLft ?? null,
    stampSec: Math.floor(step.now / 1_000_000_000),
    metric: add.metric ?? 0,
  };
  pinDeviceSysctls(step, netns, dev.ifindex);
  // find_matching_ifa(): same prefix, same subnet, same address.
  const known = inDevice(step, dev).addrs.find(
    (a) => a.prefixLen === ifa.prefixLen && ifaMatch(ifa.address, a) && a.local === ifa.local,
  );
  if (known === undefined) return insertAddr(step, dev, ifa);
  if ((add.nlmFlags & NLM_F_EXCL) !== 0 || (add.nlmFlags & NLM_F_REPLACE) === 0)
    return refused("EEXIST", "ipv4: Address already assigned");
  replaceAddr(step, dev, known, {
    ...known,
    flags: (known.flags & IFA_F_SECONDARY) | ifa.flags,
    validLft: ifa.validLft,
    preferredLft: ifa.preferredLft,
    stampSec: ifa.stampSec,
    metric: ifa.metric,
  });
  return DONE;
}

export function addrDel(step: StepContext, netns: NetnsRef, del: AddrDel): Result<null> {
  const dev = deviceByIndex(step, netns, del.ifindex);
  if (dev === null) return refused("ENODEV", "ipv4: Device not found");
  const local = ip(del.local);
  const peer = del.peer === undefined ? null : ip(del.peer);
  const found = inDevice(step, dev).addrs.find(
    (a) =>
      a.local === local &&
      (del.label === undefined || a.label === del.label) &&
      (del.prefixLen === undefined || (a.prefixLen === del.prefixLen && ifaMatch(peer ?? local, a))),
  );
  if (found === undefined) return refused("EADDRNOTAVAIL", "ipv4: Address not found");
  deleteAddr(step, dev, found);
  return DONE;
}

// ---------------------------------------------------------------------------------------------- routes

function fibConfig(spec: RouteSpec): FibConfig {
  return {
    dst: ip(spec.dst),
    dstLen: spec.dstLen,
    tos: spec.tos ?? 0,
    table: spec.table === undefined || spec.table === 0 ? RT_TABLE_MAIN : spec.table,
    protocol: spec.protocol ?? 0,
    scope: spec.scope ?? 0,
    type: spec.type ?? 0,
    gateway: ip(spec.gateway),
    oif: spec.oif ?? 0,
    prefSrc: ip(spec.prefSrc),
    priority: spec.priority ?? 0,
    flags: spec.flags ?? 0,
    mtu: spec.mtu ?? 0,
  };
}

export function routeAdd(step: StepContext, netns: NetnsRef, add: RouteAdd): Result<null> {
  if (isInet6(add.dst) || isInet6(add.gateway))
    return refused("EACCES", "IPv6 is disabled on nexthop device");
  return fibInsert(step, netns, fibConfig(add), add.nlmFlags);
}

export function routeDel(step: StepContext, netns: NetnsRef, spec: RouteSpec): Result<null> {
  return fibDelete(step, netns, fibConfig(spec));
}

/** Routes of all tables, in the order of a dump. */
export function allRoutes(step: StepContext, netns: NetnsRef): RouteInfo[] {
  const { fib } = netStack(step, netns);
  // Tables are kept in hash buckets by number: main and default come before local.
  const numbers = tableNumbers(fib).sort((a, b) => (a & 255) - (b & 255));
  return numbers.flatMap((number) => tableRoutes(step, netns, number));
}

function tableRoutes(step: StepContext, netns: NetnsRef, table: number): RouteInfo[] {
  return dumpTable(netStack(step, netns).fib, table).map((route) => routeInfo(step, netns, route));
}

/** @param table 0: all tables */
export function routeDump(
  step: StepContext,
  netns: NetnsRef,
  table: number,
  isStrict = false,
): Result<RouteInfo[]> {
  if (table === 0) return granted(allRoutes(step, netns));
  const { fib } = netStack(step, netns);
  if (!fib.has(table) && (isStrict || table !== RT_TABLE_MAIN))
    return refused("ENOENT", "ipv4: FIB table does not exist");
  return granted(tableRoutes(step, netns, table));
}

/** Of the trie that the local and the main table share, lookups ask the main one. @source fib_lookup() */
function tableAsked(table: number): number {
  return table === RT_TABLE_LOCAL ? RT_TABLE_MAIN : table;
}

/** `ip route get`. Table 0: no table was asked. @source rt_fill_info() */
export function routeGet(step: StepContext, netns: NetnsRef, get: RouteGet): Result<RouteGetInfo> {
  if (isInet6(get.dst)) return refused("ENETUNREACH");
  const oif = get.oif === undefined || get.oif === 0 ? null : deviceByIndex(step, netns, get.oif);
  if (get.oif !== undefined && get.oif !== 0 && oif === null) return refused("ENODEV");
  const dst = ip(get.dst);
  const src = ip(get.src);
  if (get.iif !== undefined && get.iif !== 0) return routeGetInput(step, netns, get, dst, src);
  const route = routeOutput(step, netns, {
    dst,
    src,
    oif: oif === null ? -1 : oif.ref,
    tos: (get.tos ?? 0) & 0x1e,
  });
  if ("errno" in route) return refused(route.errno);
  const isLocal = route.type === RTN_LOCAL;
  const isBroadcast = route.type === RTN_BROADCAST;
  const cacheFlags = [
    ...(isLocal || isBroadcast || route.type === RTN_MULTICAST ? ["local"] : []),
    ...(isBroadcast ? ["brd"] : []),
    ...(route.type === RTN_MULTICAST ? ["mc"] : []),
  ];
  return granted({
    type: route.type,
    dst: formatIpv4(dst),
    src: src === 0 ? null : formatIpv4(src),
    gateway: route.gateway === 0 ? null : formatIpv4(route.gateway),
    oif: step.cells.get<NetDevice>(route.device).ifindex,
    prefSrc: route.src === src ? null : formatIpv4(route.src),
    iif: null,
    uid: get.uid ?? 0,
    cacheFlags: isLocal ? ["local"] : cacheFlags,
    mtu: route.route === null || route.route.mtu === 0 ? null : route.route.mtu,
    expires: null,
    table: route.route === null ? 0 : tableAsked(route.route.table),
  });
}

/** @source net/ipv4/datagram.c, __ip4_datagram_connect() */
export function udpConnect(step: StepContext, netns: NetnsRef, address: string): Result<null> {
  const route = routeOutput(step, netns, { dst: ip(address), src: 0, oif: -1, tos: 0 });
  if (!("errno" in route)) return DONE;
  if (route.errno === "ENETUNREACH") count(step, netns, "IpOutNoRoutes");
  return refused(route.errno);
}

/** What ip_route_input() gives for a packet that it would drop. */
const INPUT_ERRNO: Readonly<Record<number, Errno>> = {
  [DROP.IP_INVALID_SOURCE]: "EINVAL",
  [DROP.IP_LOCAL_SOURCE]: "EINVAL",
  [DROP.IP_INVALID_DEST]: "EINVAL",
  [DROP.IP_LOCALNET]: "EINVAL",
  [DROP.IP_RPFILTER]: "EINVAL",
};

function routeGetInput(
  step: StepContext,
  netns: NetnsRef,
  get: RouteGet,
  dst: Ipv4Address,
  src: Ipv4Address,
): Result<RouteGetInfo> {
  const dev = deviceByIndex(step, netns, get.iif!);
  if (dev === null) return refused("ENODEV");
  const route = routeInput(step, dev, src, dst, (get.tos ?? 0) & 0x1e);
  if ("drop" in route) return refused(INPUT_ERRNO[route.drop] ?? "EHOSTUNREACH");
  if ("errno" in route) return refused(route.errno);
  const lo = step.cells.get<NetDevice>(step.cells.get(netns).loopback);
  return granted({
    type: route.type,
    dst: formatIpv4(dst),
    src: get.src ?? null,
    gateway: null,
    oif: lo.ifindex,
    prefSrc: null,
    iif: dev.ifindex,
    uid: 0,
    cacheFlags: route.type === RTN_BROADCAST ? ["local", "brd"] : ["local"],
    mtu: null,
    expires: null,
    table: dst === INADDR_BROADCAST ? 0 : RT_TABLE_MAIN,
  });
}
