/**
 * Addresses and routes by rtnetlink.
 * @source net/ipv4/devinet.c, inet_rtm_newaddr(); fib_frontend.c, inet_rtm_newroute(); route.c, inet_rtm_getroute()
 */
import { DONE, granted, type Result, refused } from "../core/result.ts";
import { IFNAME_MAX_OCTETS } from "../devices/net-device.ts";
import { deviceByIndex, type NetnsRef } from "../devices/netns.ts";
import {
  IFA_F_MCAUTOJOIN,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RT_TABLE_MAIN,
  RTAX_MTU,
  RTN_LOCAL,
} from "../events/netlink.ts";
import type { AddrAdd, AddrDel, RouteAdd, RouteInfo, RouteSpec } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { changeAddr, deleteAddr, insertAddr, withLifetimes } from "../stack/devinet.ts";
import { dumpTable, tableNumbers } from "../stack/fib.ts";
import { checkMetrics, routeMetrics } from "../stack/fib-metrics.ts";
import type { FibConfig } from "../stack/fib-nexthop.ts";
import { fibDelete, fibInsert } from "../stack/fib-semantics.ts";
import { joinGroup, leaveGroup } from "../stack/igmp.ts";
import { type InAddr, ifaMatch, inDevice } from "../stack/in-device.ts";
import { count, netStack, updateNetStack } from "../stack/net-stack.ts";
import { routeOutput } from "../stack/route.ts";
import { type Ipv4Address, isMulticastIpv4, parseIpv4 } from "../wire/ipv4-address.ts";
import { addr6Add, addr6Del, exceptionDump, route6Add, route6Del, route6Dump } from "./inet6-requests.ts";
import { routeInfo } from "./infos.ts";
import { exceptionDump4 } from "./route-cache.ts";
import { pinDeviceSysctls } from "./sysctl/stack-sysctls.ts";

/** Text that a command has checked; what is left out is 0. */
function ip(text: string | undefined): Ipv4Address {
  return text === undefined ? 0 : (parseIpv4(text) ?? 0);
}

const encoder = new TextEncoder();

/** Flags that say nothing of an IPv4 address. @source net/ipv4/devinet.c, IPV6ONLY_FLAGS */
const IPV6ONLY_FLAGS = 0x95e;

function isInet6(text: string | undefined): boolean {
  return text?.includes(":") === true;
}

// ---------------------------------------------------------------------------------------------- addresses

export function addrAdd(step: StepContext, netns: NetnsRef, add: AddrAdd): Result<null> {
  if (isInet6(add.local)) return addr6Add(step, netns, add);
  const dev = deviceByIndex(step, netns, add.ifindex);
  if (dev === null) return refused("ENODEV", "ipv4: Device not found");
  if (add.prefixLen > 32) return refused("EINVAL", "ipv4: Invalid prefix length");
  if (add.label !== undefined && encoder.encode(add.label).length > IFNAME_MAX_OCTETS)
    return refused("ERANGE", "Attribute failed policy validation");
  const lifetimes = { valid: add.validLft ?? null, preferred: add.preferredLft ?? null };
  if (lifetimes.valid === 0 || (lifetimes.preferred ?? Infinity) > (lifetimes.valid ?? Infinity))
    return refused("EINVAL", "ipv4: address lifetime invalid");
  const local = ip(add.local);
  const given: InAddr = {
    local,
    address: add.peer === undefined ? local : ip(add.peer),
    prefixLen: add.prefixLen,
    broadcast: ip(add.broadcast),
    scope: add.scope ?? 0,
    flags: (add.flags ?? 0) & ~IPV6ONLY_FLAGS,
    label: add.label ?? dev.ifname,
    validLft: null,
    preferredLft: null,
    stamp: step.jiffies,
    metric: add.metric ?? 0,
  };
  pinDeviceSysctls(step, netns, dev.ifindex);
  // find_matching_ifa(): same prefix, same subnet, same address.
  const known = inDevice(step, dev).addrs.find(
    (a) => a.prefixLen === given.prefixLen && ifaMatch(given.address, a) && a.local === given.local,
  );
  if (known === undefined) {
    if ((given.flags & IFA_F_MCAUTOJOIN) !== 0) {
      if (!isMulticastIpv4(local)) return refused("EINVAL", "ipv4: Multicast auto join failed");
      joinGroup(step, dev, local);
    }
    return insertAddr(step, dev, withLifetimes(step, given, lifetimes));
  }
  if ((add.nlmFlags & NLM_F_EXCL) !== 0 || (add.nlmFlags & NLM_F_REPLACE) === 0)
    return refused("EEXIST", "ipv4: Address already assigned");
  changeAddr(step, dev, known, lifetimes, given.metric);
  return DONE;
}

export function addrDel(step: StepContext, netns: NetnsRef, del: AddrDel): Result<null> {
  if (isInet6(del.local)) return addr6Del(step, netns, del);
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
  if (isMulticastIpv4(found.address)) leaveGroup(step, dev, found.address);
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
    metrics: routeMetrics(
      spec.metrics?.values ?? (spec.mtu === undefined ? [] : [[RTAX_MTU, spec.mtu]]),
      spec.metrics?.lock ?? (spec.isMtuLocked === true ? 1 << RTAX_MTU : 0),
      spec.metrics?.congctl ?? null,
    ),
    realm: spec.realm ?? 0,
    hops:
      spec.hops?.map((hop) => ({
        gateway: ip(hop.gateway),
        oif: hop.oif ?? 0,
        flags: hop.flags ?? 0,
        weight: hop.weight ?? 1,
        realm: hop.realm ?? 0,
      })) ?? null,
  };
}

/** @source inet_rtm_newroute() */
export function routeAdd(step: StepContext, netns: NetnsRef, add: RouteAdd): Result<null> {
  if (isInet6(add.dst) || isInet6(add.gateway)) return route6Add(step, netns, add);
  if (((add.tos ?? 0) & 3) !== 0) return refused("EINVAL", "Invalid dsfield (tos): ECN bits must be 0");
  const bad = checkMetrics(add.metrics?.values ?? [], add.metrics?.congctl ?? null);
  if (bad !== null) return bad;
  const done = fibInsert(step, netns, fibConfig(add), add.nlmFlags);
  if (done.ok && add.type === RTN_LOCAL && !netStack(step, netns).hasCustomLocalRoutes)
    updateNetStack(step, netns, (stack) => {
      stack.hasCustomLocalRoutes = true;
    });
  return done;
}

export function routeDel(step: StepContext, netns: NetnsRef, spec: RouteSpec): Result<null> {
  if (isInet6(spec.dst) || isInet6(spec.gateway)) return route6Del(step, netns, spec);
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

/** What a dump asks for beside a table. */
interface DumpFilter {
  readonly isStrict: boolean | undefined;
  readonly family: "inet" | "inet6" | undefined;
  readonly isCloned: boolean | undefined;
}

/** Routes of one family or of both, those of IPv4 first. */
export function routeDumpOf(
  step: StepContext,
  netns: NetnsRef,
  table: number,
  { isStrict, family, isCloned }: DumpFilter,
): Result<RouteInfo[]> {
  if (family === "inet6")
    return isCloned === true ? granted(exceptionDump(step, netns)) : route6Dump(step, netns, table);
  if (isCloned === true) return granted(exceptionDump4(step, netns, table));
  const routes = routeDump(step, netns, table, isStrict);
  if (family === "inet" || !routes.ok) return routes;
  const routes6 = route6Dump(step, netns, table);
  return routes6.ok ? granted([...routes.value, ...routes6.value]) : routes;
}

/** @source net/ipv4/datagram.c, __ip4_datagram_connect() */
export function udpConnect(step: StepContext, netns: NetnsRef, address: string): Result<null> {
  const route = routeOutput(step, netns, { dst: ip(address), src: 0, oif: -1, tos: 0 });
  if (!("errno" in route)) return DONE;
  if (route.errno === "ENETUNREACH") count(step, netns, "IpOutNoRoutes");
  return refused(route.errno);
}
