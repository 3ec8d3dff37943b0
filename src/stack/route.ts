/**
 * Which way a packet goes: out of which device, with which source address, to which neighbour; and whether one that came in
 * may have come that way.
 * @source net/ipv4/route.c, ip_route_output_key_hash_rcu(), ip_route_input_slow(); fib_frontend.c, fib_validate_source()
 */
import type { Errno } from "../core/errno.ts";
import { isUp, type NetDevice } from "../devices/net-device.ts";
import { devicesOf, type NetnsRef } from "../devices/netns.ts";
import { DROP } from "../events/kinds.ts";
import {
  IFF_LOOPBACK,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_UNIVERSE,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
  RTN_UNICAST,
  RTN_UNREACHABLE,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import {
  INADDR_BROADCAST,
  INADDR_LOOPBACK,
  type Ipv4Address,
  isLoopbackIpv4,
  isMulticastIpv4,
} from "../wire/ipv4-address.ts";
import type { DevConf } from "./conf.ts";
import { type FlowKey, fibLookup, localDevice, type Route } from "./fib.ts";
import { ifaMatch, inDevice, inetSelectAddr, isSecondary } from "./in-device.ts";
import { isMember } from "./multicast.ts";
import { confMax, confOr, type NetStack, netStack } from "./net-stack.ts";
import { knownInput, knownOutput, rememberInput, rememberOutput } from "./route-memo.ts";

/** Longest packet there is; a device's MTU may be larger. @source include/net/ip.h */
const IP_MAX_MTU = 0xffff;

export interface Flow {
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
  /** Route found; null: none was needed. */
  readonly route: Route | null;
}

export interface RouteError {
  readonly errno: Errno;
}

export function flowKey(stack: NetStack, dst: Ipv4Address, tos: number, oif: number): FlowKey {
  return {
    dst,
    tos,
    scope: RT_SCOPE_UNIVERSE,
    oif,
    ignoreLinkdown: (stack.confAll.ignore_routes_with_linkdown ?? 0) !== 0,
  };
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
    const owner = addressOwner(step, stack, src);
    if (owner === null) return { errno: "ENETUNREACH" };
    if (device === null && isForAll)
      return makeOutput(step, owner, stack, { type: 0, src, dst, gateway: 0, route: null });
  }
  if (device !== null) {
    if (!isUp(device)) return { errno: "ENETUNREACH" };
    if (isLocalMulticast(dst) || dst === INADDR_BROADCAST) {
      if (src === 0) src = inetSelectAddr(step, device, 0, RT_SCOPE_LINK, all());
      return makeOutput(step, device, stack, { type: 0, src, dst, gateway: 0, route: null });
    }
    if (src === 0 && isMulticastIpv4(dst)) src = inetSelectAddr(step, device, 0, RT_SCOPE_UNIVERSE, all());
    else if (src === 0 && dst === 0) src = inetSelectAddr(step, device, 0, RT_SCOPE_HOST, all());
  }
  if (dst === 0) {
    dst = src === 0 ? INADDR_LOOPBACK : src;
    return makeOutput(step, loopback, stack, { type: RTN_LOCAL, src: dst, dst, gateway: 0, route: null });
  }
  const key = flowKey(stack, dst, flow.tos, flow.oif);
  const found = fibLookup(stack.fib, flow.scope === undefined ? key : { ...key, scope: flow.scope });
  if (typeof found === "string") {
    if (device === null) return { errno: found };
    // The tables are taken to be wrong: the destination is held to be on the link.
    if (src === 0) src = inetSelectAddr(step, device, 0, RT_SCOPE_LINK, all());
    return makeOutput(step, device, stack, { type: RTN_UNICAST, src, dst, gateway: 0, route: null });
  }
  if (found.type === RTN_LOCAL) {
    if (src === 0) src = found.prefSrc === 0 ? dst : found.prefSrc;
    return makeOutput(step, loopback, stack, { type: RTN_LOCAL, src, dst, gateway: 0, route: found });
  }
  device = step.cells.get<NetDevice>(found.oif);
  if (src === 0)
    src =
      found.prefSrc !== 0 ? found.prefSrc : inetSelectAddr(step, device, found.gateway, found.scope, all());
  return makeOutput(step, device, stack, {
    type: found.type,
    src,
    dst,
    gateway: found.nhScope === RT_SCOPE_LINK ? found.gateway : 0, // rt_set_nexthop(): an own address is no gateway
    route: found,
  });
}

function isLocalMulticast(address: Ipv4Address): boolean {
  return address >>> 8 === 0xe00000;
}

/** Device that has a local address; null: none. @source net/ipv4/devinet.c, __ip_dev_find() */
export function addressOwner(step: StepContext, stack: NetStack, address: Ipv4Address): NetDevice | null {
  const ref = localDevice(stack.fib, address);
  if (ref >= 0) return step.cells.get<NetDevice>(ref);
  const found = fibLookup(stack.fib, flowKey(stack, address, 0, -1));
  return typeof found !== "string" && found.type === RTN_LOCAL ? step.cells.get<NetDevice>(found.oif) : null;
}

/** @source __mkroute_output() */
function makeOutput(
  step: StepContext,
  device: NetDevice,
  stack: NetStack,
  r: { type: number; src: Ipv4Address; dst: Ipv4Address; gateway: Ipv4Address; route: Route | null },
): OutputRoute | RouteError {
  const allowsLocalnet = confOr(stack, inDevice(step, device).conf, "route_localnet");
  if (isLoopbackIpv4(r.src) && !isLoopbackDevice(device) && !allowsLocalnet) return { errno: "EINVAL" };
  // To a group there is no gateway, whatever the route says.
  const type = r.dst === INADDR_BROADCAST ? RTN_BROADCAST : isMulticastIpv4(r.dst) ? RTN_MULTICAST : r.type;
  const mtu = r.route !== null && r.route.mtu !== 0 ? r.route.mtu : Math.min(device.mtu, IP_MAX_MTU);
  const gateway = type === RTN_BROADCAST || type === RTN_MULTICAST ? 0 : r.gateway;
  return { type, device: device.ref, src: r.src, dst: r.dst, gateway, mtu, route: r.route };
}

// ---------------------------------------------------------------------------------------------- input

/** A packet that is to be passed on. */
export interface ForwardRoute {
  readonly type: typeof RTN_UNICAST;
  readonly out: OutputRoute;
  /** It leaves where it came from, and its sender could reach the next hop itself. @source IPSKB_DOREDIRECT */
  readonly redirects: boolean;
}

/** A packet that is for this host, and whether it is for others, too. */
export interface LocalRoute {
  readonly type: typeof RTN_LOCAL | typeof RTN_BROADCAST | typeof RTN_MULTICAST;
}

/** How a packet that came in is dealt with: it is for us, for others, cannot be passed on (ip_error()), or is not to be believed. */
export type InputRoute =
  | LocalRoute
  | ForwardRoute
  | { readonly type: typeof RTN_UNREACHABLE; readonly errno: Errno }
  | { readonly drop: number };

export function routeInput(
  step: StepContext,
  dev: NetDevice,
  src: Ipv4Address,
  dst: Ipv4Address,
  tos: number,
): InputRoute {
  const stack = netStack(step, dev.netns);
  const known = knownInput(step, dev, stack, src, dst, tos);
  if (known !== null) return known;
  const route = findInput(step, dev, stack, src, dst, tos);
  rememberInput(step, dev, stack, src, dst, tos, route);
  return route;
}

/** @source ip_route_input_slow() */
function findInput(
  step: StepContext,
  dev: NetDevice,
  stack: NetStack,
  src: Ipv4Address,
  dst: Ipv4Address,
  tos: number,
): InputRoute {
  const { conf } = inDevice(step, dev);
  if (isMulticastIpv4(src) || src === INADDR_BROADCAST) return { drop: DROP.IP_INVALID_SOURCE };
  if (dst === INADDR_BROADCAST || (src === 0 && dst === 0)) return broadcastInput(step, dev, stack, src, tos);
  if (src === 0) return { drop: DROP.IP_INVALID_SOURCE };
  if (dst === 0) return { drop: DROP.IP_INVALID_DEST };
  if (!confOr(stack, conf, "route_localnet")) {
    if (isLoopbackIpv4(dst)) return { drop: DROP.IP_LOCALNET };
    if (isLoopbackIpv4(src)) return { drop: DROP.IP_LOCALNET };
  }
  const forwards = isForwarding(conf);
  const found = fibLookup(stack.fib, flowKey(stack, dst, tos, -1));
  if (typeof found === "string") return { type: RTN_UNREACHABLE, errno: forwards ? found : "EHOSTUNREACH" };
  if (found.type === RTN_BROADCAST) return broadcastInput(step, dev, stack, src, tos);
  if (found.type === RTN_LOCAL) {
    const source = validateSource(step, dev, stack, src, tos, -1);
    return typeof source === "number" ? { drop: source } : { type: RTN_LOCAL };
  }
  if (!forwards) return { type: RTN_UNREACHABLE, errno: "EHOSTUNREACH" };
  if (found.type !== RTN_UNICAST) return { drop: DROP.IP_INVALID_DEST };
  return forwardInput(step, dev, stack, src, dst, tos, found);
}

/** Does the host pass on what comes in by a device with these settings? @source IN_DEV_FORWARD */
function isForwarding(conf: DevConf): boolean {
  return (conf.forwarding ?? 0) !== 0;
}

/** @source __mkroute_input() */
function forwardInput(
  step: StepContext,
  dev: NetDevice,
  stack: NetStack,
  src: Ipv4Address,
  dst: Ipv4Address,
  tos: number,
  found: Route,
): InputRoute {
  const device = step.cells.get<NetDevice>(found.oif);
  const source = validateSource(step, dev, stack, src, tos, found.oif);
  if (typeof source === "number") return { drop: source };
  const gateway = found.nhScope === RT_SCOPE_LINK ? found.gateway : 0;
  const redirects =
    device.ref === dev.ref &&
    source === "on-link" &&
    (confOr(stack, inDevice(step, dev).conf, "shared_media") || isOnLink(step, device, src, found.gateway));
  const mtu = found.mtu !== 0 ? found.mtu : Math.min(device.mtu, IP_MAX_MTU);
  const out: OutputRoute = { type: RTN_UNICAST, device: device.ref, src, dst, gateway, mtu, route: found };
  return { type: RTN_UNICAST, out, redirects };
}

/** Are both addresses in one subnet of the device? @source net/ipv4/devinet.c, inet_addr_onlink() */
function isOnLink(step: StepContext, dev: NetDevice, a: Ipv4Address, b: Ipv4Address): boolean {
  return inDevice(step, dev).addrs.some(
    (ifa) => !isSecondary(ifa) && ifaMatch(a, ifa) && (b === 0 || ifaMatch(b, ifa)),
  );
}

function broadcastInput(
  step: StepContext,
  dev: NetDevice,
  stack: NetStack,
  src: Ipv4Address,
  tos: number,
): InputRoute {
  const source = src === 0 ? "far" : validateSource(step, dev, stack, src, tos, -1);
  return typeof source === "number" ? { drop: source } : { type: RTN_BROADCAST };
}

/** A packet to a group: taken if the device belongs to it. @source ip_route_input_mc(), ip_mc_validate_source() */
export function multicastInput(
  step: StepContext,
  dev: NetDevice,
  src: Ipv4Address,
  dst: Ipv4Address,
  isIgmp: boolean,
): InputRoute {
  const stack = netStack(step, dev.netns);
  const inDev = inDevice(step, dev);
  if (!isMember(inDev, dst)) return { drop: DROP.NOT_SPECIFIED };
  if (isMulticastIpv4(src) || src === INADDR_BROADCAST) return { drop: DROP.IP_INVALID_SOURCE };
  if (isLoopbackIpv4(src) && !confOr(stack, inDev.conf, "route_localnet")) return { drop: DROP.IP_LOCALNET };
  if (src === 0)
    return isLocalMulticast(dst) || isIgmp ? { type: RTN_MULTICAST } : { drop: DROP.IP_INVALID_SOURCE };
  const source = validateSource(step, dev, stack, src, 0, -1);
  return typeof source === "number" ? { drop: source } : { type: RTN_MULTICAST };
}

/** The kind of route an ARP request's target has, seen from its sender; RTN_UNREACHABLE if the sender is not believed. */
export function routeInputType(
  step: StepContext,
  dev: NetDevice,
  src: Ipv4Address,
  dst: Ipv4Address,
): number {
  const route = routeInput(step, dev, src, dst, 0);
  return "type" in route ? route.type : RTN_UNREACHABLE;
}

/**
 * May a packet with this source come in here? Gives whether the source is on the link or behind a router, or the reason why it is dropped.
 * @param oif device that the packet is to leave by; -1: it is for this host
 * @source fib_validate_source(), __fib_validate_source()
 */
function validateSource(
  step: StepContext,
  dev: NetDevice,
  stack: NetStack,
  src: Ipv4Address,
  tos: number,
  oif: number,
): "on-link" | "far" | number {
  const inDev = inDevice(step, dev);
  const rpFilter = confMax(stack, inDev.conf, "rp_filter");
  const acceptsLocal = confOr(stack, inDev.conf, "accept_local");
  if (rpFilter === 0 && (dev.ref !== oif || !confOr(stack, inDev.conf, "send_redirects")))
    return !acceptsLocal && localDevice(stack.fib, src) >= 0 ? DROP.IP_LOCAL_SOURCE : "far";
  const noRoute = rpFilter === 0 ? "far" : DROP.IP_RPFILTER;
  const back = fibLookup(stack.fib, flowKey(stack, src, tos, -1));
  if (typeof back === "string") return noRoute;
  if (back.type !== RTN_UNICAST && (back.type !== RTN_LOCAL || !acceptsLocal))
    return back.type === RTN_LOCAL ? DROP.IP_LOCAL_SOURCE : DROP.IP_INVALID_SOURCE;
  if (back.oif === dev.ref) return distance(back);
  if (inDev.addrs.length === 0) return noRoute;
  if (rpFilter === 1) return DROP.IP_RPFILTER;
  const here = fibLookup(stack.fib, { ...flowKey(stack, src, tos, dev.ref), ignoreLinkdown: false });
  return typeof here !== "string" && here.type === RTN_UNICAST ? distance(here) : "far";
}

function distance(route: Route): "on-link" | "far" {
  return route.nhScope >= RT_SCOPE_HOST ? "on-link" : "far";
}

/** Local address that a packet was meant for, to answer from. @source fib_compute_spec_dst() */
export function specificDestination(
  step: StepContext,
  dev: NetDevice,
  dst: Ipv4Address,
  src: Ipv4Address,
  isUnicast: boolean,
): Ipv4Address {
  if (isUnicast) return dst;
  if (src >>> 24 === 0) return inetSelectAddr(step, dev, src, RT_SCOPE_LINK, devicesOf(step, dev.netns));
  const stack = netStack(step, dev.netns);
  const back = fibLookup(stack.fib, flowKey(stack, src, 0, -1));
  if (typeof back !== "string") return preferredSource(step, dev.netns, back);
  return inetSelectAddr(step, dev, src, RT_SCOPE_UNIVERSE, devicesOf(step, dev.netns));
}

/** @source net/ipv4/fib_semantics.c, fib_result_prefsrc() */
function preferredSource(step: StepContext, netns: NetnsRef, route: Route): Ipv4Address {
  if (route.prefSrc !== 0) return route.prefSrc;
  const device = step.cells.get<NetDevice>(route.oif);
  return inetSelectAddr(step, device, route.gateway, route.scope, devicesOf(step, netns));
}

/** Own address on a packet's way, as a router writes it into options. @source ip_rt_get_source() */
export function routeSource(step: StepContext, netns: NetnsRef, out: OutputRoute): Ipv4Address {
  if (out.route !== null) return preferredSource(step, netns, out.route);
  const device = step.cells.get<NetDevice>(out.device);
  const nextHop = out.gateway !== 0 ? out.gateway : out.dst;
  return inetSelectAddr(step, device, nextHop, RT_SCOPE_UNIVERSE, devicesOf(step, netns));
}
