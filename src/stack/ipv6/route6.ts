/**
 * Which way an IPv6 packet goes.
 * @source net/ipv6/route.c, ip6_pol_route(), rt6_select(); net/ipv6/fib6_rules.c; net/ipv6/ip6_output.c, ip6_dst_lookup_tail()
 */
import type { Errno } from "../../core/errno.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import {
  NUD_FAILED,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTN_ANYCAST,
  RTN_LOCAL,
  RTN_THROW,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
} from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { NUD_VALID, neighLookup } from "../neigh-table.ts";
import { needsStrict } from "./address-type.ts";
import { coveringRoutes, isReject, type Route6, rejectErrno } from "./fib6.ts";
import { addressKey, inet6Dev } from "./inet6-dev.ts";
import { type Exception6, type NetStack6, netStack6 } from "./net-stack6.ts";
import { selectSource } from "./source-address.ts";

export interface Flow6 {
  readonly dst: Ipv6Address;
  /** 0: to be chosen. */
  readonly src: Ipv6Address;
  /** Device to leave by; -1: any. */
  readonly oif: number;
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
interface Lookup {
  readonly dst: Ipv6Address;
  /** Device that fits better, or (`isStrict`) the only one that fits; -1: none. */
  readonly oif: number;
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

/** @source fib6_table_lookup(), fib6_select_path() */
function lookupTable(step: StepContext, stack: NetStack6, table: number, by: Lookup): Route6 | null {
  const passes = stack.confAll.forwarding === 0 ? [true, false] : [false];
  for (const needsReachable of passes)
    for (const routes of coveringRoutes(stack.fib, table, by.dst)) {
      const found = selectRoute(step, stack, routes, by, needsReachable);
      if (found !== null) return found;
    }
  return null;
}

/** The local table, then the main one. Null: no route. @source fib6_rule_lookup() */
export function fib6Lookup(step: StepContext, stack: NetStack6, by: Lookup): Route6 | null {
  for (const table of [RT_TABLE_LOCAL, RT_TABLE_MAIN]) {
    const found = lookupTable(step, stack, table, by);
    if (found !== null && found.type !== RTN_THROW) return found;
  }
  return null;
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
  const route = fib6Lookup(step, stack, { dst: flow.dst, oif: flow.oif, isStrict });
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
export function route6Input(step: StepContext, dev: NetDevice, dst: Ipv6Address): Route6 | null {
  const stack = netStack6(step, dev.netns);
  return fib6Lookup(step, stack, { dst, oif: dev.ref, isStrict: needsStrict(dst) });
}

/** The way to a destination, whatever the source (`ip -6 route get`). */
export function outputRouteOf(
  step: StepContext,
  netns: NetnsRef,
  dst: Ipv6Address,
  oif: number,
): OutputRoute6 | { readonly errno: Errno } {
  return outputFrom(step, netns, { dst, src: 0n, oif }, 0n, needsStrict(dst) || oif >= 0);
}
