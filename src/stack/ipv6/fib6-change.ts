/**
 * Adding and deleting IPv6 routes.
 * @source net/ipv6/route.c, ip6_route_add(), fib6_nh_init(), ip6_route_del(); net/ipv6/ip6_fib.c, fib6_add_rt2node()
 */
import { DONE, granted, type Refusal, type Result, refused } from "../../core/result.ts";
import { HZ } from "../../core/timer-wheel.ts";
import { isUp, type NetDevice } from "../../devices/net-device.ts";
import { deviceByIndex, type NetnsRef } from "../../devices/netns.ts";
import { KIND } from "../../events/kinds.ts";
import {
  IFF_LOOPBACK,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RTN_LOCAL,
  RTN_UNICAST,
  RTNH_F_LINKDOWN,
  RTNH_F_ONLINK,
  RTPROT_BOOT,
  RTPROT_KERNEL,
} from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { formatIpv6, type Ipv6Address, isLinkLocalIpv6, isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import { ownsAddress } from "./addr-check.ts";
import { startGc } from "./addr-lifetime.ts";
import {
  allRoutes6,
  ensureTable6,
  insertRoute6,
  isMultipathable,
  isReject,
  type Metrics6,
  networkOf,
  type Route6,
  replaceRoute6,
  routesTo6,
  siblingsOf,
} from "./fib6.ts";
import { inet6Dev } from "./inet6-dev.ts";
import { netStack6, updateNetStack6 } from "./net-stack6.ts";
import { fib6Lookup } from "./route6.ts";

/** What user space wishes of a route. Metric 0: the usual one; device 0: to be found. */
export interface Fib6Config {
  readonly dst: Ipv6Address;
  readonly dstLen: number;
  readonly table: number;
  readonly metric: number;
  readonly type: number;
  readonly protocol: number;
  readonly gateway: Ipv6Address;
  /** ifindex */
  readonly oif: number;
  readonly prefSrc: Ipv6Address;
  /** RTNH_F_ONLINK or 0. */
  readonly flags: number;
  readonly mtu: number;
  /** ICMPV6_ROUTER_PREF_* */
  readonly pref: number;
  /** Seconds; 0: for ever. */
  readonly expires: number;
  readonly metrics: Metrics6 | null;
  readonly src: Ipv6Address;
  readonly srcLen: number;
  /** RTA_MULTIPATH; null: the one next hop that stands above. */
  readonly hops: readonly Hop6Config[] | null;
}

/** One of several next hops as user space gives it. Gateway 0: none. */
export interface Hop6Config {
  readonly gateway: Ipv6Address;
  /** ifindex; 0: to be found. */
  readonly oif: number;
  readonly flags: number;
  readonly weight: number;
}

/** @source IP6_RT_PRIO_USER */
const METRIC_USER = 1024;

function setFib6(step: StepContext, netns: NetnsRef, fib: ReturnType<typeof insertRoute6>): void {
  updateNetStack6(step, netns, (stack) => {
    stack.fib = fib;
  });
}

/** Tells the log and listeners of a route. */
export function noteRoute(step: StepContext, kind: number, netns: NetnsRef, route: Route6): void {
  const { dst, dstLen, table, type, gateway } = route;
  step.record(
    kind,
    netns,
    route.oif,
    JSON.stringify({
      dst: `${formatIpv6(dst)}/${dstLen}`,
      table,
      type,
      gateway: gateway === 0n ? null : formatIpv6(gateway),
    }),
  );
  step.rtnlNotify(netns, { object: "route6", subject: route, isDeleted: kind === KIND.route_del });
}

/** Adds a route that is known to be right. @source ip6_ins_rt() */
export function insertRoute(step: StepContext, netns: NetnsRef, route: Route6): void {
  const { fib } = netStack6(step, netns);
  const mates = routesTo6(fib, route);
  const twin = mates.find(
    (r) => r.metric === route.metric && r.oif === route.oif && r.gateway === route.gateway,
  );
  if (twin !== undefined) {
    // What lasts longer wins; of two that last for ever the first stays. @source fib6_add_rt2node()
    if (twin.expires !== null)
      setFib6(step, netns, replaceRoute6(fib, twin, { ...twin, expires: route.expires }));
    return;
  }
  setFib6(step, netns, insertRoute6(fib, route));
  noteRoute(step, KIND.route_new, netns, route);
}

export function deleteRoute(step: StepContext, netns: NetnsRef, route: Route6): void {
  setFib6(step, netns, replaceRoute6(netStack6(step, netns).fib, route, null));
  noteRoute(step, KIND.route_del, netns, route);
}

/** Changes routes: what `change` gives takes a route's place, null takes it away. @source fib6_clean_all() */
export function changeRoutes(
  step: StepContext,
  netns: NetnsRef,
  change: (route: Route6) => Route6 | null,
): void {
  const before = netStack6(step, netns).fib;
  let fib = before;
  for (const route of allRoutes6(before)) {
    const next = change(route);
    if (next === route) continue;
    fib = replaceRoute6(fib, route, next);
    if (next === null) noteRoute(step, KIND.route_del, netns, route);
  }
  if (fib !== before) setFib6(step, netns, fib);
}

/** A router must be a neighbour. Gives its device. @source ip6_validate_gw() */
function validateGateway(
  step: StepContext,
  netns: NetnsRef,
  cfg: Fib6Config,
  given: NetDevice | null,
): Result<NetDevice> {
  const { gateway } = cfg;
  const isLocal = (dev: NetDevice) => ownsAddress(step, netns, gateway, dev, !isLinkLocalIpv6(gateway));
  if (given !== null && isLocal(given)) return refused("EINVAL", "Gateway can not be a local address");
  let dev = given;
  if (!isLinkLocalIpv6(gateway)) {
    if (isMulticastIpv6(gateway)) return refused("EINVAL", "Invalid gateway address");
    if ((cfg.flags & RTNH_F_ONLINK) === 0) {
      const stack = netStack6(step, netns);
      const found = fib6Lookup(step, stack, {
        dst: gateway,
        src: 0n,
        oif: dev?.ref ?? -1,
        isStrict: dev !== null,
      });
      if (found === null || isReject(found.type) || found.gateway !== 0n) return refused("EHOSTUNREACH");
      const way = step.cells.get<NetDevice>(found.oif);
      // A route over the loopback device that is not the host's own rejects. @source fib6_is_reject()
      if ((way.flags & IFF_LOOPBACK) !== 0 && found.type === RTN_UNICAST) return refused("EHOSTUNREACH");
      dev ??= way;
    }
  }
  if (dev === null) return refused("EINVAL", "Egress device not specified");
  if ((dev.flags & IFF_LOOPBACK) !== 0)
    return refused("EINVAL", "Egress device can not be loopback device for this route");
  if (given === null && isLocal(dev)) return refused("EINVAL", "Gateway can not be a local address");
  return granted(dev);
}

/** @source fib6_nh_init() */
function nexthopDevice(step: StepContext, netns: NetnsRef, cfg: Fib6Config): Result<NetDevice> {
  let dev: NetDevice | null = null;
  if (cfg.oif !== 0) {
    dev = deviceByIndex(step, netns, cfg.oif);
    if (dev === null || dev.inet6 < 0) return refused("ENODEV");
  }
  if ((cfg.flags & RTNH_F_ONLINK) !== 0) {
    if (dev === null) return refused("ENODEV", "Nexthop device required for onlink");
    if (!isUp(dev)) return refused("ENETDOWN", "Nexthop device is not up");
  }
  if (isReject(cfg.type)) return granted(step.cells.get<NetDevice>(step.cells.get(netns).loopback));
  if (cfg.gateway !== 0n) {
    const found = validateGateway(step, netns, cfg, dev);
    if (!found.ok) return found;
    dev = found.value;
  }
  if (dev === null) return refused("ENODEV");
  const in6 = inet6Dev(step, dev);
  if (in6 === null || in6.conf.disableIpv6 !== 0)
    return refused("EACCES", "IPv6 is disabled on nexthop device");
  if (!isUp(dev)) return refused("ENETDOWN", "Nexthop device is not up");
  return granted(dev);
}

/** @source ip6_route_info_create() */
function makeRoute(step: StepContext, netns: NetnsRef, cfg: Fib6Config, weight = 1): Result<Route6> {
  setFib6(step, netns, ensureTable6(netStack6(step, netns).fib, cfg.table));
  const found = nexthopDevice(step, netns, cfg);
  if (!found.ok) return found;
  const dev = found.value;
  if (cfg.prefSrc !== 0n && !ownsAddress(step, netns, cfg.prefSrc, dev, true))
    return refused("EINVAL", "Invalid source address");
  const isLinkdown = !dev.hasCarrier && !isReject(cfg.type) && cfg.type !== RTN_LOCAL;
  return granted({
    table: cfg.table,
    dst: networkOf(cfg.dst, cfg.dstLen),
    dstLen: cfg.dstLen,
    src: networkOf(cfg.src, cfg.srcLen),
    srcLen: cfg.srcLen,
    metric: cfg.metric === 0 ? METRIC_USER : cfg.metric,
    type: cfg.type === 0 ? RTN_UNICAST : cfg.type,
    protocol: cfg.protocol === 0 ? RTPROT_BOOT : cfg.protocol,
    gateway: isReject(cfg.type) ? 0n : cfg.gateway,
    oif: dev.ref,
    prefSrc: cfg.prefSrc,
    flags: (cfg.flags & RTNH_F_ONLINK) | (isLinkdown ? RTNH_F_LINKDOWN : 0),
    mtu: cfg.mtu,
    expires: cfg.expires === 0 ? null : step.jiffies + cfg.expires * HZ,
    pref: cfg.pref,
    metrics: cfg.metrics,
    weight,
    isFromRa: false,
  });
}

/** `ip -6 route add` and its like. @source inet6_rtm_newroute(), ip6_route_add() */
export function addRoute6(
  step: StepContext,
  netns: NetnsRef,
  cfg: Fib6Config,
  nlmFlags: number,
): Result<null> {
  if (cfg.hops !== null) return addHops(step, netns, cfg, cfg.hops, nlmFlags);
  const made = makeRoute(step, netns, cfg);
  if (!made.ok) return made;
  const done = enterRoute(step, netns, made.value, nlmFlags);
  if (done.ok) noteRoute(step, KIND.route_new, netns, made.value);
  return done;
}

/** Several next hops are as many routes, of which listeners hear once. @source ip6_route_multipath_add() */
function addHops(
  step: StepContext,
  netns: NetnsRef,
  cfg: Fib6Config,
  hops: readonly Hop6Config[],
  nlmFlags: number,
): Result<null> {
  const routes: Route6[] = [];
  for (const { gateway, oif, flags, weight } of hops) {
    const hop = { ...cfg, gateway, flags: flags & RTNH_F_ONLINK, oif: oif !== 0 ? oif : cfg.oif };
    const made = makeRoute(step, netns, hop, weight);
    if (!made.ok) return made;
    const route = made.value;
    if (!isMultipathable(route))
      return refused("EINVAL", "Device only routes can not be added for IPv6 using the multipath API.");
    if (routes.some((other) => other.oif === route.oif && other.gateway === route.gateway))
      return refused("EEXIST");
    routes.push(route);
  }
  const { fib } = netStack6(step, netns);
  let flags = nlmFlags;
  for (const route of routes) {
    const done = enterRoute(step, netns, route, flags);
    if (!done.ok) {
      setFib6(step, netns, fib);
      return done;
    }
    flags = (flags & ~(NLM_F_EXCL | NLM_F_REPLACE)) | NLM_F_CREATE;
  }
  noteRoute(step, KIND.route_new, netns, routes[0]!);
  return DONE;
}

/** Puts a route into its table. @source fib6_add(), fib6_add_rt2node() */
function enterRoute(step: StepContext, netns: NetnsRef, route: Route6, nlmFlags: number): Result<null> {
  const { fib } = netStack6(step, netns);
  const node = routesTo6(fib, route);
  const same = node.filter((r) => r.metric === route.metric);
  if (same.length > 0 && (nlmFlags & NLM_F_EXCL) !== 0) return refused("EEXIST");
  if ((nlmFlags & NLM_F_REPLACE) !== 0) {
    const old = same.find((r) => isMultipathable(r) === isMultipathable(route)) ?? same[0];
    if (old !== undefined) {
      const others = siblingsOf(node, old).filter((r) => r !== old);
      const rest = others.reduce((tables, other) => replaceRoute6(tables, other, null), fib);
      setFib6(step, netns, replaceRoute6(rest, old, route));
      if (route.expires !== null) startGc(step, netns);
      return DONE;
    }
    if ((nlmFlags & NLM_F_CREATE) === 0) return noMatch(node);
  } else {
    const twin = same.find((r) => r.oif === route.oif && r.gateway === route.gateway);
    if (twin !== undefined) {
      // What is there lasts as long as the new one would have.
      if (twin.expires !== null)
        setFib6(step, netns, replaceRoute6(fib, twin, { ...twin, expires: route.expires }));
      return refused("EEXIST");
    }
  }
  setFib6(step, netns, insertRoute6(fib, route));
  if (route.expires !== null) startGc(step, netns);
  return DONE;
}

/** Nothing there to replace: the node itself is missing, or has no route of that metric. */
function noMatch(node: readonly Route6[]): Refusal {
  return node.length === 0 ? refused("ENOENT", "Can not replace route - no match found") : refused("ENOENT");
}

/** `ip -6 route del`. @source inet6_rtm_delroute(), ip6_route_multipath_del() */
export function removeRoute6(step: StepContext, netns: NetnsRef, cfg: Fib6Config): Result<null> {
  if (cfg.hops === null) return removeFirst(step, netns, cfg);
  let last: Result<null> = DONE;
  for (const { gateway, oif } of cfg.hops) {
    const done = removeFirst(step, netns, { ...cfg, gateway, oif: oif !== 0 ? oif : cfg.oif });
    if (!done.ok) last = done;
  }
  return last;
}

/** Of the null entry: every other route is better. @source fib6_null_entry_template */
const NULL_ENTRY_METRIC = 0xffff_ffff;
const LOOPBACK_IFINDEX = 1;

/** In a table without default route the loopback device's null entry stands there, and cannot be deleted. @source __ip6_del_rt() */
function isNullEntry(cfg: Fib6Config, node: readonly Route6[]): boolean {
  const isRoot = node.length === 0 && cfg.dstLen === 0 && cfg.srcLen === 0;
  const isMetric = cfg.metric === 0 || cfg.metric === NULL_ENTRY_METRIC;
  const isProtocol = cfg.protocol === 0 || cfg.protocol === RTPROT_KERNEL;
  return (
    isRoot && cfg.gateway === 0n && isMetric && isProtocol && (cfg.oif === 0 || cfg.oif === LOOPBACK_IFINDEX)
  );
}

/** The first that fits; without a gateway all of its next hops. @source ip6_route_del(), __ip6_del_rt_siblings() */
function removeFirst(step: StepContext, netns: NetnsRef, cfg: Fib6Config): Result<null> {
  const { fib } = netStack6(step, netns);
  if (fib.get(cfg.table) === undefined && cfg.table !== 254 && cfg.table !== 255)
    return refused("ESRCH", "FIB table does not exist");
  const { table, dstLen, srcLen } = cfg;
  const dst = networkOf(cfg.dst, dstLen);
  const node = routesTo6(fib, { table, dst, dstLen, src: networkOf(cfg.src, srcLen), srcLen });
  const found = node.find(
    (r) =>
      (cfg.oif === 0 || step.cells.get<NetDevice>(r.oif).ifindex === cfg.oif) &&
      (cfg.gateway === 0n || r.gateway === cfg.gateway) &&
      (cfg.metric === 0 || r.metric === cfg.metric) &&
      (cfg.protocol === 0 || r.protocol === cfg.protocol),
  );
  if (found === undefined) return refused(isNullEntry(cfg, node) ? "ENOENT" : "ESRCH");
  // Listeners are told as long as all of it is there.
  if (cfg.gateway === 0n) {
    noteRoute(step, KIND.route_del, netns, found);
    const hops = siblingsOf(node, found);
    setFib6(
      step,
      netns,
      hops.reduce((tables, hop) => replaceRoute6(tables, hop, null), fib),
    );
  } else deleteRoute(step, netns, found);
  return DONE;
}
