/**
 * Which way a packet goes: out of which device, with which source address, to which neighbour.
 * @source net/ipv4/route.c, ip_route_output_key_hash_rcu()
 */
import type { Errno } from "../core/errno.ts";
import { isUp, type NetDevice } from "../devices/net-device.ts";
import { devicesOf, type NetnsRef } from "../devices/netns.ts";
import {
  IFF_LOOPBACK,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_LOCAL,
  RTAX_MTU,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
  RTN_UNICAST,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import {
  INADDR_BROADCAST,
  INADDR_LOOPBACK,
  type Ipv4Address,
  isLoopbackIpv4,
  isMulticastIpv4,
} from "../wire/ipv4-address.ts";
import { type FibResult, type RouteMetrics, tableLookup } from "./fib.ts";
import { bindException, type FibException } from "./fib-exceptions.ts";
import { type FlowSelectors, fibLookup, flowKey } from "./fib-rules.ts";
import { fibSelectPath } from "./fib-select.ts";
import { inDevice, inetSelectAddr } from "./in-device.ts";
import { confOr, type NetStack, netStack } from "./net-stack.ts";
import { knownOutput, rememberOutput } from "./route-memo.ts";

/** Longest packet there is; a device's MTU may be larger. @source include/net/ip.h */
const IP_MAX_MTU = 0xffff;

export interface Flow extends Omit<FlowSelectors, "src" | "iif"> {
  /** 0: nowhere in particular, which means this host. */
  readonly dst: Ipv4Address;
  /** 0: to be chosen. */
  readonly src: Ipv4Address;
  /** Device to leave by; -1: any. */
  readonly oif: number;
  readonly tos: number;
  /** RT_SCOPE_LINK: to hosts on a link only (SO_DONTROUTE). Absent: anywhere. */
  readonly scope?: number;
}

/** @source include/net/route.h, struct rtable */
export interface OutputRoute {
  /** RTN_UNICAST, RTN_LOCAL, RTN_BROADCAST or RTN_MULTICAST. */
  readonly type: number;
  /** Device that sends: loopback for what is local. */
  readonly device: number;
  readonly src: Ipv4Address;
  readonly dst: Ipv4Address;
  /** Router, or 0. */
  readonly gateway: Ipv4Address;
  /** MTU of the way. */
  readonly mtu: number;
  /** The MTU is not to be learned: packets are sent without Don't Fragment. */
  readonly isMtuLocked: boolean;
  /** Route found; null: none was needed. */
  readonly route: FibResult | null;
  /** What hosts told of this destination; null: nothing. */
  readonly exception: FibException | null;
}

export interface RouteError {
  readonly errno: Errno;
}

function isLoopbackDevice(dev: NetDevice): boolean {
  return (dev.flags & IFF_LOOPBACK) !== 0;
}

export function routeOutput(step: StepContext, netns: NetnsRef, flow: Flow): OutputRoute | RouteError {
  const stack = netStack(step, netns);
  if (flow.scope !== undefined) return findOutput(step, netns, stack, flow);
  const known = knownOutput(step, netns, stack, flow);
  if (known !== null) return known;
  const route = findOutput(step, netns, stack, flow);
  if (!("errno" in route)) rememberOutput(step, netns, stack, flow, route);
  return route;
}

/** @source ip_route_output_key_hash_rcu() */
function findOutput(
  step: StepContext,
  netns: NetnsRef,
  stack: NetStack,
  flow: Flow,
): OutputRoute | RouteError {
  const all = () => devicesOf(step, netns);
  const loopback = step.cells.get<NetDevice>(step.cells.get(netns).loopback);
  let { src, dst } = flow;
  let device: NetDevice | null = null;
  if (flow.oif >= 0) {
    // A socket may outlive the device it is bound to, or be left behind by it.
    const bound = step.cells.get<NetDevice | undefined>(flow.oif);
    if (bound?.netns !== netns) return { errno: "ENODEV" };
    device = bound;
  }
  const isForAll = isMulticastIpv4(dst) || dst === INADDR_BROADCAST;
  if (src !== 0) {
    if (isMulticastIpv4(src) || src === INADDR_BROADCAST) return { errno: "EINVAL" };
    if (device === null && isForAll) {
      const owner = ipDevFind(step, stack, src);
      if (owner === null) return { errno: "ENETUNREACH" };
      return makeOutput(step, owner, stack, { type: 0, src, dst, found: null });
    }
    if (ipDevFind(step, stack, src) === null) return { errno: "ENETUNREACH" };
  }
  if (device !== null) {
    if (!isUp(device)) return { errno: "ENETUNREACH" };
    if (isLocalMulticast(dst) || dst === INADDR_BROADCAST) {
      if (src === 0) src = inetSelectAddr(step, device, 0, RT_SCOPE_LINK, all());
      return makeOutput(step, device, stack, { type: 0, src, dst, found: null });
    }
    if (src === 0 && isMulticastIpv4(dst)) src = inetSelectAddr(step, device, 0, RT_SCOPE_UNIVERSE, all());
    else if (src === 0 && dst === 0) src = inetSelectAddr(step, device, 0, RT_SCOPE_HOST, all());
  }
  if (dst === 0) {
    dst = src === 0 ? INADDR_LOOPBACK : src;
    return makeOutput(step, loopback, stack, {
      type: RTN_LOCAL,
      src: src === 0 ? dst : src,
      dst,
      found: null,
    });
  }
  const selected = flowKey(step, stack, dst, flow.tos, flow.oif, { ...flow, src });
  const key = flow.scope === undefined ? selected : { ...selected, scope: flow.scope };
  const found = fibLookup(step, stack, key);
  if (typeof found === "string") {
    if (device === null) return { errno: found };
    // The tables are taken to be wrong: the destination is held to be on the link.
    if (src === 0) src = inetSelectAddr(step, device, 0, RT_SCOPE_LINK, all());
    return makeOutput(step, device, stack, { type: RTN_UNICAST, src, dst, found: null });
  }
  if (found.route.type === RTN_LOCAL) {
    if (src === 0) src = found.route.prefSrc === 0 ? dst : found.route.prefSrc;
    return makeOutput(step, loopback, stack, { type: RTN_LOCAL, src, dst, found });
  }
  const path = fibSelectPath(step, found, key, src);
  device = step.cells.get<NetDevice>(path.hop.oif);
  if (src === 0) src = preferredSource(step, netns, path);
  return makeOutput(step, device, stack, { type: path.route.type, src, dst, found: path });
}

/** @source net/ipv4/fib_semantics.c, fib_result_prefsrc() */
export function preferredSource(step: StepContext, netns: NetnsRef, { route, hop }: FibResult): Ipv4Address {
  if (route.prefSrc !== 0) return route.prefSrc;
  const device = step.cells.get<NetDevice>(hop.oif);
  return inetSelectAddr(step, device, hop.gateway, route.scope, devicesOf(step, netns));
}

/** Own address on a packet's way, as a router writes it into options. @source ip_rt_get_source() */
export function routeSource(step: StepContext, netns: NetnsRef, out: OutputRoute): Ipv4Address {
  if (out.route !== null) return preferredSource(step, netns, out.route);
  const device = step.cells.get<NetDevice>(out.device);
  const nextHop = out.gateway !== 0 ? out.gateway : out.dst;
  return inetSelectAddr(step, device, nextHop, RT_SCOPE_UNIVERSE, devicesOf(step, netns));
}

export function isLocalMulticast(address: Ipv4Address): boolean {
  return address >>> 8 === 0xe00000;
}

/**
 * Device that has a local address, or for which a route says so; null: none.
 * @source net/ipv4/devinet.c, __ip_dev_find()
 */
export function ipDevFind(step: StepContext, stack: NetStack, address: Ipv4Address): NetDevice | null {
  const owner = stack.addrOwners.get(address)?.[0];
  if (owner !== undefined) return step.cells.get<NetDevice>(owner);
  const key = flowKey(step, stack, address, 0, -1);
  const found = tableLookup(stack.fib, RT_TABLE_LOCAL, key, stack.rules !== null);
  if (found === null || typeof found === "string" || found.route.type !== RTN_LOCAL) return null;
  return step.cells.get<NetDevice>(found.hop.oif);
}

/** @source __mkroute_output() */
function makeOutput(
  step: StepContext,
  device: NetDevice,
  stack: NetStack,
  r: { type: number; src: Ipv4Address; dst: Ipv4Address; found: FibResult | null },
): OutputRoute | RouteError {
  const allowsLocalnet = confOr(stack, inDevice(step, device).conf, "route_localnet");
  if (isLoopbackIpv4(r.src) && !isLoopbackDevice(device) && !allowsLocalnet) return { errno: "EINVAL" };
  const type = r.dst === INADDR_BROADCAST ? RTN_BROADCAST : isMulticastIpv4(r.dst) ? RTN_MULTICAST : r.type;
  if (type !== RTN_BROADCAST && type !== RTN_MULTICAST && r.dst === 0) return { errno: "EINVAL" };
  // To a group there is no gateway, unless the route is one for groups.
  const isOwnWay = type === RTN_BROADCAST || (type === RTN_MULTICAST && (r.found?.route.dstLen ?? 0) < 4);
  const next = setNexthop(step, stack, device, isOwnWay ? null : r.found, r.dst);
  return { ...next, route: r.found, type, src: r.src, dst: r.dst };
}

/** @source rt_set_nexthop(), rt_bind_exception(), ip_dst_mtu_maybe_forward() */
export function setNexthop(
  step: StepContext,
  stack: NetStack,
  device: NetDevice,
  found: FibResult | null,
  dst: Ipv4Address,
  forwards = false,
): Pick<OutputRoute, "device" | "gateway" | "mtu" | "isMtuLocked" | "route" | "exception"> {
  const exception = found === null ? null : bindException(step, device.netns, stack, found, dst);
  const metrics = found?.route.metrics ?? null;
  const isMtuLocked =
    (exception?.isLocked ?? false) || (metrics !== null && (metrics.lock & (1 << RTAX_MTU)) !== 0);
  // An own address is no gateway.
  const own = found !== null && found.hop.scope === RT_SCOPE_LINK ? found.hop.gateway : 0;
  const gateway = exception !== null && exception.gateway !== 0 ? exception.gateway : own;
  // What senders learned is not for routers, unless the administrator says so.
  const usesPmtu = !forwards || isMtuLocked || stack.settings.ipForwardUsePmtu !== 0;
  const pmtu = usesPmtu && exception !== null ? exception.pmtu : 0;
  let mtu = pmtu !== 0 ? pmtu : metricOf(metrics, RTAX_MTU);
  if (mtu === 0) {
    mtu = Math.min(device.mtu, IP_MAX_MTU);
    if (isMtuLocked && gateway !== 0 && mtu > 576) mtu = 576;
  }
  return { device: device.ref, gateway, mtu, isMtuLocked, route: found, exception };
}

/** A route's metric; 0: not set. */
export function metricOf(metrics: RouteMetrics | null, rtax: number): number {
  return metrics?.values.find(([number]) => number === rtax)?.[1] ?? 0;
}
