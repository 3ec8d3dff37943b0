/**
 * Which way an IPv6 packet goes.
 * @source net/ipv6/route.c, ip6_pol_route(), rt6_select(); net/ipv6/fib6_rules.c; net/ipv6/ip6_output.c, ip6_dst_lookup_tail()
 */
import type { Errno } from "../../core/errno.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import {
  NUD_FAILED,
  RTAX_HOPLIMIT,
  RTN_ANYCAST,
  RTN_BLACKHOLE,
  RTN_LOCAL,
  RTN_PROHIBIT,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
} from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import type { PacketSelectors } from "../fib-rules.ts";
import { NUD_VALID, neighLookup } from "../neigh-table.ts";
import { needsStrict } from "./address-type.ts";
import { coveringRoutes, isReject, type Route6, rejectErrno, siblingsOf } from "./fib6.ts";
import { type RuleFlow6, rules6Lookup } from "./fib6-rules.ts";
import { addressKey, inet6Dev } from "./inet6-dev.ts";
import { type Exception6, type NetStack6, netStack6 } from "./net-stack6.ts";
import { plainRoute6 } from "./plain-route.ts";
import { selectSource } from "./source-address.ts";

export interface Flow6 extends PacketSelectors {
  readonly dst: Ipv6Address;
  /** 0: to be chosen. */
  readonly src: Ipv6Address;
  /** Device to leave by; -1: any. */
  readonly oif: number;
  readonly tos?: number;
  /** A socket that is bound to the device asks (SO_BINDTODEVICE). */
  readonly isBound?: boolean;
}

export interface OutputRoute6 {
  /** RTN_UNICAST, RTN_LOCAL, RTN_ANYCAST or RTN_MULTICAST. */
  readonly type: number;
  /** Device that sends: loopback for what is local. */
  readonly device: number;
  /** Device of the route: the owner of a local address. */
  readonly owner: number;
  readonly src: Ipv6Address;
  readonly dst: Ipv6Address;
  /** Router, or 0. */
  readonly gateway: Ipv6Address;
  readonly mtu: number;
  readonly route: Route6;
  /** What was learned of this destination. */
  readonly exception: Exception6 | null;
}

/** How a lookup is made. @source RT6_LOOKUP_F_* */
interface Lookup extends RuleFlow6 {
  /** `oif` is the only device that fits; else it fits better. */
  readonly isStrict: boolean;
}

/** Is the router of a route worth trying? @source rt6_check_neigh() */
function isReachable(step: StepContext, route: Route6): boolean {
  if (route.gateway === 0n) return true;
  const dev = step.cells.get<NetDevice>(route.oif);
  if (dev.inet6 < 0) return false;
  const neigh = neighLookup(step, dev, route.gateway);
  return neigh === null || (neigh.state & NUD_VALID) !== 0 || (neigh.state & NUD_FAILED) === 0;
}

/** Points of a route; below 0: it does not fit. @source find_match(), rt6_score_route() */
function scoreOf(
  step: StepContext,
  stack: NetStack6,
  route: Route6,
  by: Lookup,
  needsReachable: boolean,
): number {
  if ((route.flags & RTNH_F_DEAD) !== 0) return -1;
  if ((route.flags & RTNH_F_LINKDOWN) !== 0 && ignoresLinkdown(step, stack, route)) return -1;
  if (route.expires !== null && step.jiffies > route.expires) return -1;
  const isFit = by.oif < 0 || route.oif === by.oif;
  if (!isFit && by.isStrict) return -1;
  if (needsReachable && !isReachable(step, route)) return -1;
  // High, medium, low: 1, 0 and -1 as two bits.
  return (isFit ? 2 : 0) + (route.pref === 1 ? 12 : route.pref === 3 ? 4 : 8);
}

/** @source ip6_ignore_linkdown() */
function ignoresLinkdown(step: StepContext, stack: NetStack6, route: Route6): boolean {
  const in6 = inet6Dev(step, step.cells.get<NetDevice>(route.oif));
  return (in6?.conf ?? stack.confDefault).ignoreRoutesWithLinkdown !== 0;
}

/** The best route of the first metric that has one. @source find_rr_leaf() */
function selectRoute(
  step: StepContext,
  stack: NetStack6,
  routes: readonly Route6[],
  by: Lookup,
  needsReachable: boolean,
): Route6 | null {
  let best: Route6 | null = null;
  let bestScore = -1;
  for (const route of routes) {
    if (best !== null && route.metric !== best.metric) break;
    const score = scoreOf(step, stack, route, by, needsReachable);
    if (score <= bestScore) continue;
    best = route;
    bestScore = score;
  }
  return best;
}

/** 31 bits of the addresses. @differs Linux's hash has a secret drawn at boot. @source rt6_multipath_hash() */
function multipathHash(by: Lookup): number {
  let hash = Math.imul(addressKey(by.src) ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ addressKey(by.dst), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 1;
}

/** Which of several next hops a packet takes: by weight among those that are alive. @source fib6_select_path(), rt6_multipath_rebalance() */
function selectPath(
  step: StepContext,
  stack: NetStack6,
  hops: readonly Route6[],
  found: Route6,
  by: Lookup,
): Route6 {
  const isAlive = (hop: Route6) =>
    (hop.flags & RTNH_F_DEAD) === 0 &&
    ((hop.flags & RTNH_F_LINKDOWN) === 0 || !ignoresLinkdown(step, stack, hop));
  const total = hops.reduce((sum, hop) => sum + (isAlive(hop) ? hop.weight : 0), 0);
  const hash = multipathHash(by);
  let weight = 0;
  for (const hop of hops) {
    if (!isAlive(hop)) continue;
    weight += hop.weight;
    if (hash > Math.round((0x8000_0000 * weight) / total) - 1) continue;
    return scoreOf(step, stack, hop, by, false) < 0 ? found : hop;
  }
  return found;
}

/** @source fib6_table_lookup() */
function lookupTable(step: StepContext, stack: NetStack6, table: number, by: Lookup): Route6 | null {
  const passes = stack.confAll.forwarding === 0 ? [true, false] : [false];
  for (const needsReachable of passes)
    for (const routes of coveringRoutes(stack.fib, table, by.dst, by.src)) {
      const found = selectRoute(step, stack, routes, by, needsReachable);
      if (found === null) continue;
      const hops = siblingsOf(routes, found);
      return hops.length < 2 ? found : selectPath(step, stack, hops, found, by);
    }
  return null;
}

/** Asks the tables by the rules. Null: no route. @source fib6_rule_lookup() */
export function fib6Lookup(step: StepContext, stack: NetStack6, by: Lookup): Route6 | null {
  const found = rules6Lookup(step, stack.rules, by, (table) => lookupTable(step, stack, table, by));
  if (typeof found !== "string") return found;
  if (found === "ENETUNREACH") return null;
  // A rule that refuses is like a route that does.
  const type = found === "EACCES" ? RTN_PROHIBIT : RTN_BLACKHOLE;
  return plainRoute6(loopbackOf(step, stack.netns), { dstLen: 0, type });
}

/** What is known of a destination beside the tables; null: nothing, or it is too old. */
export function exceptionFor(step: StepContext, stack: NetStack6, dst: Ipv6Address): Exception6 | null {
  const found = stack.exceptions.get(addressKey(dst))?.find((one) => one.dst === dst);
  return found === undefined || found.expires < step.jiffies ? null : found;
}

function loopbackOf(step: StepContext, netns: NetnsRef): NetDevice {
  return step.cells.get<NetDevice>(step.cells.get(netns).loopback);
}

/** Longest packet that goes out of a device. @source ip6_dst_mtu_maybe_forward() */
function deviceMtu(step: StepContext, dev: NetDevice): number {
  return Math.min(inet6Dev(step, dev)?.mtu ?? dev.mtu, 0xffff + 40);
}

/** The way to a destination from a source that is known. @source ip6_route_output_flags(), ip6_rt_init_dst() */
function outputFrom(
  step: StepContext,
  netns: NetnsRef,
  flow: Flow6,
  src: Ipv6Address,
  isStrict: boolean,
): OutputRoute6 | { readonly errno: Errno; readonly route: Route6 | null } {
  const stack = netStack6(step, netns);
  const route = fib6Lookup(step, stack, { ...flow, src, isStrict });
  if (route === null) return { errno: "ENETUNREACH", route };
  if (isReject(route.type)) return { errno: rejectErrno(route.type), route };
  const isLocal = route.type === RTN_LOCAL || route.type === RTN_ANYCAST;
  const exception = isLocal ? null : exceptionFor(step, stack, flow.dst);
  const device = isLocal ? loopbackOf(step, netns) : step.cells.get<NetDevice>(route.oif);
  const own = route.mtu !== 0 ? route.mtu : deviceMtu(step, device);
  return {
    type: route.type,
    device: device.ref,
    owner: route.oif,
    src,
    dst: flow.dst,
    gateway: exception !== null && exception.gateway !== 0n ? exception.gateway : route.gateway,
    mtu: exception !== null && exception.mtu !== 0 ? Math.min(exception.mtu, own) : own,
    route,
    exception,
  };
}

/** @source ip6_dst_lookup_tail() */
export function route6Output(
  step: StepContext,
  netns: NetnsRef,
  flow: Flow6,
): OutputRoute6 | { readonly errno: Errno } {
  const strict = needsStrict(flow.dst) || flow.isBound === true;
  if (flow.src !== 0n) return outputFrom(step, netns, flow, flow.src, strict);
  const first = outputFrom(step, netns, flow, 0n, strict || flow.oif >= 0);
  const { route } = first;
  let src = route?.prefSrc ?? 0n;
  if (src === 0n) {
    const device = route === null ? loopbackOf(step, netns) : step.cells.get<NetDevice>(route.oif);
    const chosen = selectSource(step, netns, device, flow.dst);
    if (chosen === null) return { errno: "EADDRNOTAVAIL" };
    src = chosen;
  }
  if ("errno" in first) return outputFrom(step, netns, flow, src, strict || flow.oif >= 0);
  return { ...first, src };
}

/** The route of a packet that came in; null: none. @source ip6_route_input() */
export function route6Input(
  step: StepContext,
  dev: NetDevice,
  packet: Omit<Flow6, "oif" | "iif">,
): Route6 | null {
  const stack = netStack6(step, dev.netns);
  return fib6Lookup(step, stack, {
    ...packet,
    oif: dev.ref,
    iif: dev.ref,
    isStrict: needsStrict(packet.dst),
  });
}

/** The way to a destination, whatever the source (`ip -6 route get`). @param src 0: none is given */
export function outputRouteOf(
  step: StepContext,
  netns: NetnsRef,
  dst: Ipv6Address,
  oif: number,
  src: Ipv6Address = 0n,
  selectors: PacketSelectors = {},
): OutputRoute6 | { readonly errno: Errno } {
  return outputFrom(step, netns, { ...selectors, dst, src, oif }, src, needsStrict(dst) || oif >= 0);
}

/** Hops that packets on a way may take: the route's, else those of the device that sends. @source ip6_dst_hoplimit() */
export function hopLimitOf(step: StepContext, { route, device }: OutputRoute6): number {
  const own = route.metrics?.values.find(([rtax]) => rtax === RTAX_HOPLIMIT)?.[1] ?? 0;
  return own !== 0 ? own : (inet6Dev(step, step.cells.get<NetDevice>(device))?.conf.hopLimit ?? 64);
}
