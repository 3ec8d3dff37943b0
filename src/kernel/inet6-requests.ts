/**
 * IPv6 addresses and routes by rtnetlink.
 * @source net/ipv6/addrconf.c, inet6_rtm_newaddr(); net/ipv6/route.c, inet6_rtm_newroute(), inet6_rtm_getroute()
 */
import { granted, type Result, refused } from "../core/result.ts";
import { HZ } from "../core/timer-wheel.ts";
import { isUp, type NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, devicesOf, type NetnsRef } from "../devices/netns.ts";
import {
  IFA_F_HOMEADDRESS,
  IFA_F_MANAGETEMPADDR,
  IFA_F_MCAUTOJOIN,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_OPTIMISTIC,
  IFA_F_PERMANENT,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  RTAX_MTU,
  RTN_ANYCAST,
  RTN_LOCAL,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
} from "../events/netlink.ts";
import type {
  AddrAdd,
  AddrDel,
  AddrInfo,
  HopInfo,
  RouteAdd,
  RouteGet,
  RouteGetInfo,
  RouteInfo,
  RouteSpec,
} from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { type Addr6Config, addAddr6, deleteAddr6, modifyAddr6 } from "../stack/ipv6/addrconf.ts";
import {
  allRoutes6,
  dumpTable6,
  isReject,
  type Route6,
  rejectErrno,
  routesTo6,
  siblingsOf,
} from "../stack/ipv6/fib6.ts";
import { addRoute6, type Fib6Config, removeRoute6 } from "../stack/ipv6/fib6-change.ts";
import { addrs6, type Inet6Addr, inet6Dev, inet6DevOf } from "../stack/ipv6/inet6-dev.ts";
import { mcLeave, mcUp } from "../stack/ipv6/mcast6.ts";
import { netStack6 } from "../stack/ipv6/net-stack6.ts";
import { removeException } from "../stack/ipv6/pmtu6.ts";
import { exceptionFor, outputRouteOf, route6Input } from "../stack/ipv6/route6.ts";
import { selectSource } from "../stack/ipv6/source-address.ts";
import { formatIpv6, type Ipv6Address, isMulticastIpv6, parseIpv6 } from "../wire/ipv6-address.ts";

/** Text that a command has checked; what is left out is 0. */
function ip6(text: string | undefined): Ipv6Address {
  return text === undefined ? 0n : (parseIpv6(text) ?? 0n);
}

// ---------------------------------------------------------------------------------------------- addresses

/** Flags that user space may set. */
const SETTABLE =
  IFA_F_NODAD |
  IFA_F_HOMEADDRESS |
  IFA_F_MANAGETEMPADDR |
  IFA_F_NOPREFIXROUTE |
  IFA_F_MCAUTOJOIN |
  IFA_F_OPTIMISTIC;

export function addr6Add(step: StepContext, netns: NetnsRef, add: AddrAdd): Result<null> {
  const { validLft = null, preferredLft = null } = add;
  const dev = deviceByIndex(step, netns, add.ifindex);
  if (dev === null) return refused("ENODEV", "ipv6: Unable to find the interface");
  if (validLft === 0 || (validLft !== null && (preferredLft === null || preferredLft > validLft)))
    return refused("EINVAL", "ipv6: address lifetime invalid");
  const in6 = inet6Dev(step, dev);
  if (in6 === null) return refused("EINVAL"); // ipv6_find_idev(): too small for IPv6
  if (isUp(dev)) mcUp(step, dev); // ipv6_find_idev()
  let flags = (add.flags ?? 0) & SETTABLE;
  const isOptimistic = in6.conf.optimisticDad !== 0 || netStack6(step, netns).confAll.optimisticDad !== 0;
  if (!isOptimistic) flags &= ~IFA_F_OPTIMISTIC;
  if ((flags & IFA_F_NODAD) !== 0 && (flags & IFA_F_OPTIMISTIC) !== 0)
    return refused("EINVAL", "ipv6: IFA_F_NODAD and IFA_F_OPTIMISTIC are mutually exclusive");
  const cfg: Addr6Config = {
    address: ip6(add.local),
    peer: add.peer === undefined || ip6(add.peer) === ip6(add.local) ? 0n : ip6(add.peer),
    prefixLen: add.prefixLen,
    flags,
    validLft,
    preferredLft,
    metric: add.metric ?? 0,
  };
  const known = addrs6(step, dev).find((addr) => addr.address === cfg.address);
  if (known === undefined) {
    if (add.prefixLen > 128) return refused("EINVAL", "ipv6: Invalid prefix length");
    if ((flags & IFA_F_MANAGETEMPADDR) !== 0 && add.prefixLen !== 64)
      return refused("EINVAL", 'ipv6: address with "mngtmpaddr" flag must have a prefix length of 64');
    return addAddr6(step, dev, cfg);
  }
  if ((add.nlmFlags & NLM_F_EXCL) !== 0 || (add.nlmFlags & NLM_F_REPLACE) === 0)
    return refused("EEXIST", "ipv6: address already assigned");
  return modifyAddr6(step, dev, known, cfg);
}

export function addr6Del(step: StepContext, netns: NetnsRef, del: AddrDel): Result<null> {
  const dev = deviceByIndex(step, netns, del.ifindex);
  if (dev === null) return refused("ENODEV", "ipv6: Unable to find the interface");
  if (dev.inet6 < 0) return refused("ENXIO", "ipv6: IPv6 is disabled on this device");
  const local = ip6(del.local);
  const found = addrs6(step, dev).find(
    (addr) => addr.address === local && addr.prefixLen === (del.prefixLen ?? 128),
  );
  if (found === undefined) return refused("EADDRNOTAVAIL", "ipv6: address not found");
  deleteAddr6(step, dev, found);
  // What an address joined ends with it. @source inet6_addr_del()
  if (isMulticastIpv6(local)) mcLeave(step, dev, local);
  return granted(null);
}

/** Seconds that are left of a lifetime. @source inet6_fill_ifaddr() */
function remaining(step: StepContext, addr: Inet6Addr, lifetime: number | null): number | null {
  if (lifetime === null) return null;
  return Math.max(0, lifetime - Math.floor((step.jiffies - addr.tstamp) / HZ));
}

export function addr6Info(step: StepContext, dev: NetDevice, addr: Inet6Addr): AddrInfo {
  const isForEver = (addr.flags & IFA_F_PERMANENT) !== 0 && addr.preferredLft === null;
  return {
    family: "inet6",
    ifindex: dev.ifindex,
    local: formatIpv6(addr.address),
    address: formatIpv6(addr.peer === 0n ? addr.address : addr.peer),
    prefixLen: addr.prefixLen,
    broadcast: null,
    label: null,
    scope: addr.scope,
    flags: addr.flags,
    validLft: isForEver ? null : remaining(step, addr, addr.validLft),
    preferredLft: isForEver ? null : remaining(step, addr, addr.preferredLft),
    metric: addr.metric,
  };
}

/** A device's addresses in the order of a dump. */
export function addr6InfosOf(step: StepContext, dev: NetDevice): AddrInfo[] {
  return addrs6(step, dev).map((addr) => addr6Info(step, dev, addr));
}

/** Addresses of all devices. */
export function addr6Dump(step: StepContext, netns: NetnsRef): AddrInfo[] {
  return devicesOf(step, netns).flatMap((dev) => addr6InfosOf(step, dev));
}

// ---------------------------------------------------------------------------------------------- routes

function fib6Config(spec: RouteSpec): Fib6Config {
  return {
    dst: ip6(spec.dst),
    dstLen: spec.dstLen,
    table: spec.table === undefined || spec.table === 0 ? RT_TABLE_MAIN : spec.table,
    metric: spec.priority ?? 0,
    type: spec.type ?? 0,
    protocol: spec.protocol ?? 0,
    gateway: ip6(spec.gateway),
    oif: spec.oif ?? 0,
    prefSrc: ip6(spec.prefSrc),
    flags: spec.flags ?? 0,
    mtu: spec.mtu ?? spec.metrics?.values.find(([rtax]) => rtax === RTAX_MTU)?.[1] ?? 0,
    pref: spec.pref ?? 0,
    expires: spec.expires ?? 0,
    metrics: spec.metrics ?? null,
    src: ip6(spec.src),
    srcLen: spec.srcLen ?? 0,
    hops:
      spec.hops?.map((hop) => ({
        gateway: ip6(hop.gateway),
        oif: hop.oif ?? 0,
        flags: hop.flags ?? 0,
        weight: hop.weight ?? 1,
      })) ?? null,
  };
}

export function route6Add(step: StepContext, netns: NetnsRef, add: RouteAdd): Result<null> {
  if (add.dstLen > 128) return refused("EINVAL", "Invalid prefix length");
  if ((add.tos ?? 0) !== 0) return refused("EINVAL", "Invalid dsfield (tos): option not available for IPv6");
  return addRoute6(step, netns, fib6Config(add), add.nlmFlags);
}

export function route6Del(step: StepContext, netns: NetnsRef, spec: RouteSpec): Result<null> {
  if (spec.isCloned === true)
    return removeException(step, netns, ip6(spec.dst)) ? granted(null) : refused("ESRCH");
  return removeRoute6(step, netns, fib6Config(spec));
}

function hop6Info(step: StepContext, route: Route6): HopInfo {
  const dev = step.cells.get<NetDevice>(route.oif);
  const isIgnored =
    (route.flags & RTNH_F_LINKDOWN) !== 0 && inet6Dev(step, dev)?.conf.ignoreRoutesWithLinkdown === 1;
  return {
    gateway: route.gateway === 0n ? null : formatIpv6(route.gateway),
    oif: dev.ifindex,
    flags: route.flags | (isIgnored ? RTNH_F_DEAD : 0),
    weight: route.weight,
    realm: 0,
  };
}

/** A route, with its siblings if it has several next hops. @source rt6_fill_node() */
export function route6Info(step: StepContext, netns: NetnsRef, route: Route6): RouteInfo {
  const hops = siblingsOf(routesTo6(netStack6(step, netns).fib, route), route);
  const one = single6Info(step, route);
  // One that has just been taken away is alone.
  if (hops.length < 2 || !hops.includes(route)) return one;
  // The list is a ring that is told from this one on.
  const at = hops.indexOf(route);
  const ring = [...hops.slice(at), ...hops.slice(0, at)];
  return { ...one, gateway: null, oif: null, flags: 0, hops: ring.map((hop) => hop6Info(step, hop)) };
}

/** A route of one next hop, or one of several. */
export function single6Info(step: StepContext, route: Route6): RouteInfo {
  const { gateway, oif, flags } = hop6Info(step, route);
  return {
    family: "inet6",
    dst: formatIpv6(route.dst),
    dstLen: route.dstLen,
    ...(route.srcLen === 0 ? {} : { src: formatIpv6(route.src), srcLen: route.srcLen }),
    tos: 0,
    table: route.table,
    protocol: route.protocol,
    scope: RT_SCOPE_UNIVERSE,
    type: route.type,
    gateway,
    oif,
    prefSrc: route.prefSrc === 0n ? null : formatIpv6(route.prefSrc),
    priority: route.metric,
    flags,
    mtu: route.mtu === 0 ? null : route.mtu,
    pref: route.pref,
    ...(route.metrics === null ? {} : { metrics: route.metrics }),
    ...(route.expires === null ? {} : { expires: secondsUntil(step, route.expires) }),
  };
}

function secondsUntil(step: StepContext, jiffy: number): number {
  return Math.trunc((jiffy - step.jiffies) / HZ);
}

/** @param table 0: all tables */
export function route6Dump(step: StepContext, netns: NetnsRef, table: number): Result<RouteInfo[]> {
  const { fib } = netStack6(step, netns);
  if (table !== 0 && !fib.has(table) && table !== 254 && table !== 255)
    return refused("ENOENT", "ipv6: FIB table does not exist");
  const routes = table === 0 ? allRoutes6(fib) : dumpTable6(fib, table);
  return granted(
    routes
      .filter((route) => siblingsOf(routesTo6(fib, route), route)[0] === route)
      .map((route) => route6Info(step, netns, route)),
  );
}

/** The same as a file has it: each next hop for itself. */
export function route6List(step: StepContext, netns: NetnsRef, table: number): RouteInfo[] {
  return dumpTable6(netStack6(step, netns).fib, table).map((route) => ({
    ...single6Info(step, route),
    isFromRa: route.isFromRa,
  }));
}

/** What was learned of single destinations. */
export function exceptionDump(step: StepContext, netns: NetnsRef): RouteInfo[] {
  const stack = netStack6(step, netns);
  const all = [...stack.exceptions.entries()].flatMap(([, list]) => list);
  return all.flatMap((one) => {
    const route = outputRouteOf(step, netns, one.dst, -1);
    if ("errno" in route) return [];
    return [
      {
        ...single6Info(step, route.route),
        dst: formatIpv6(one.dst),
        dstLen: 128,
        gateway: one.gateway !== 0n ? formatIpv6(one.gateway) : single6Info(step, route.route).gateway,
        mtu: one.mtu === 0 ? null : one.mtu,
        expires: secondsUntil(step, one.expires),
      },
    ];
  });
}

/** Without what was not given. */
function given<T extends object>(fields: T): { readonly [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T as never;
}

function loopbackIndex(step: StepContext, netns: NetnsRef): number {
  return step.cells.get<NetDevice>(step.cells.get(netns).loopback).ifindex;
}

/** What answers to `ip -6 route get`. @source inet6_rtm_getroute() */
function askedRoute(
  step: StepContext,
  netns: NetnsRef,
  get: RouteGet,
): Result<{ readonly route: Route6; readonly iif: number | null }> {
  const dst = ip6(get.dst);
  const src = ip6(get.src);
  const selectors = given({
    mark: get.mark,
    uid: get.uid,
    ipproto: get.ipproto,
    sport: get.sport,
    dport: get.dport,
    tos: get.tos,
  });
  let route: Route6 | null;
  let iif: number | null = null;
  if (get.iif !== undefined && get.iif !== 0) {
    const dev = deviceByIndex(step, netns, get.iif);
    if (dev === null) return refused("ENODEV");
    iif = dev.ifindex;
    route = route6Input(step, dev, { ...selectors, dst, src });
  } else {
    const oif = get.oif === undefined || get.oif === 0 ? null : deviceByIndex(step, netns, get.oif);
    if (get.oif !== undefined && get.oif !== 0 && oif === null) return refused("ENODEV");
    const found = outputRouteOf(step, netns, dst, oif?.ref ?? -1, src, selectors);
    if ("errno" in found) return refused(found.errno);
    route = found.route;
  }
  if (route === null) return refused("ENETUNREACH");
  return isReject(route.type) ? refused(rejectErrno(route.type)) : granted({ route, iif });
}

/** `ip -6 route get fibmatch`: as it stands in the table. */
export function route6GetFibMatch(step: StepContext, netns: NetnsRef, get: RouteGet): Result<RouteInfo> {
  const asked = askedRoute(step, netns, get);
  return asked.ok ? granted(route6Info(step, netns, asked.value.route)) : asked;
}

/** `ip -6 route get`. @source inet6_rtm_getroute(), rt6_fill_node() */
export function route6Get(step: StepContext, netns: NetnsRef, get: RouteGet): Result<RouteGetInfo> {
  const asked = askedRoute(step, netns, get);
  if (!asked.ok) return asked;
  const { route, iif } = asked.value;
  const dst = ip6(get.dst);
  const dev = step.cells.get<NetDevice>(route.oif);
  const exception = exceptionFor(step, netStack6(step, netns), dst);
  const chosen = route.prefSrc !== 0n ? route.prefSrc : selectSource(step, netns, dev, dst);
  const gateway = exception !== null && exception.gateway !== 0n ? exception.gateway : route.gateway;
  const mtu = exception !== null && exception.mtu !== 0 ? exception.mtu : route.mtu;
  return granted({
    type: route.type,
    dst: formatIpv6(dst),
    src: formatIpv6(ip6(get.src)),
    gateway: gateway === 0n ? null : formatIpv6(gateway),
    // What is local goes over the loopback device. @source ip6_rt_get_dev_rcu()
    oif: route.type === RTN_LOCAL || route.type === RTN_ANYCAST ? loopbackIndex(step, netns) : dev.ifindex,
    prefSrc: chosen === null || iif !== null ? null : formatIpv6(chosen),
    iif,
    uid: get.uid ?? 0,
    cacheFlags: [],
    mtu: mtu === 0 ? null : mtu,
    expires: exception === null ? null : secondsUntil(step, exception.expires),
    table: route.table,
    protocol: route.protocol,
    scope: RT_SCOPE_UNIVERSE,
    priority: route.metric,
    pref: route.pref,
    ...(route.metrics === null ? {} : { metrics: route.metrics }),
  });
}

/** Is there IPv6 on a device, for what needs it? */
export function isUsable6(step: StepContext, dev: NetDevice): boolean {
  return dev.inet6 >= 0 && inet6DevOf(step, dev).conf.disableIpv6 === 0;
}
