/**
 * What is done with a packet that came in, and whether it may have come that way.
 * @source net/ipv4/route.c, ip_route_input_slow(); fib_frontend.c, fib_validate_source()
 */
import type { Errno } from "../core/errno.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { devicesOf } from "../devices/netns.ts";
import { DROP } from "../events/kinds.ts";
import {
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
import { INADDR_BROADCAST, type Ipv4Address, isLoopbackIpv4, isMulticastIpv4 } from "../wire/ipv4-address.ts";
import type { DevConf } from "./conf.ts";
import type { FibResult } from "./fib.ts";
import { fibLookup, flowKey, type RuleFlow } from "./fib-rules.ts";
import { fibSelectPath } from "./fib-select.ts";
import { ifaMatch, inDevice, inetSelectAddr, isSecondary } from "./in-device.ts";
import { isMember } from "./multicast.ts";
import { confAnd, confMax, confOr, type NetStack, netStack } from "./net-stack.ts";
import { isLocalMulticast, type OutputRoute, preferredSource, setNexthop } from "./route.ts";
import { knownInput, rememberInput } from "./route-memo.ts";

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
  /** Route found; null: none was needed. */
  readonly matched: FibResult | null;
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
  mark = 0,
): InputRoute {
  const stack = netStack(step, dev.netns);
  if (mark !== 0 || stack.rules !== null) return findInput(step, dev, stack, src, dst, tos, mark);
  const known = knownInput(step, dev, stack, src, dst, tos);
  if (known !== null) return known;
  const route = findInput(step, dev, stack, src, dst, tos, mark);
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
  mark: number,
): InputRoute {
  const { conf } = inDevice(step, dev);
  if (isMulticastIpv4(src) || src === INADDR_BROADCAST) return { drop: DROP.IP_INVALID_SOURCE };
  if (dst === INADDR_BROADCAST || (src === 0 && dst === 0))
    return broadcastInput(step, dev, stack, src, tos, null);
  if (src === 0) return { drop: DROP.IP_INVALID_SOURCE };
  if (dst === 0) return { drop: DROP.IP_INVALID_DEST };
  if (!confOr(stack, conf, "route_localnet")) {
    if (isLoopbackIpv4(dst)) return { drop: DROP.IP_LOCALNET };
    if (isLoopbackIpv4(src)) return { drop: DROP.IP_LOCALNET };
  }
  const forwards = isForwarding(conf);
  const key = flowKey(step, stack, dst, tos, -1, { src, iif: dev.ref, mark });
  const found = fibLookup(step, stack, key);
  if (typeof found === "string") return { type: RTN_UNREACHABLE, errno: forwards ? found : "EHOSTUNREACH" };
  if (found.route.type === RTN_BROADCAST)
    return confAnd(stack, conf, "bc_forwarding")
      ? forwardInput(step, dev, stack, src, tos, key, found)
      : broadcastInput(step, dev, stack, src, tos, found);
  if (found.route.type === RTN_LOCAL) {
    const source = validateSource(step, dev, stack, src, tos, -1, dst);
    return typeof source === "number" ? { drop: source } : { type: RTN_LOCAL, matched: found };
  }
  if (!forwards) return { type: RTN_UNREACHABLE, errno: "EHOSTUNREACH" };
  if (found.route.type !== RTN_UNICAST) return { drop: DROP.IP_INVALID_DEST };
  return forwardInput(step, dev, stack, src, tos, key, found);
}

/** Does the host pass on what comes in by a device with these settings? @source IN_DEV_FORWARD */
function isForwarding(conf: DevConf): boolean {
  return (conf.forwarding ?? 0) !== 0;
}

/** @source ip_mkroute_input(), __mkroute_input() */
function forwardInput(
  step: StepContext,
  dev: NetDevice,
  stack: NetStack,
  src: Ipv4Address,
  tos: number,
  key: RuleFlow,
  found: FibResult,
): InputRoute {
  const path = fibSelectPath(step, found, key, src);
  const device = step.cells.get<NetDevice>(path.hop.oif);
  const source = validateSource(step, dev, stack, src, tos, path.hop.oif, key.dst);
  if (typeof source === "number") return { drop: source };
  const redirects =
    device.ref === dev.ref &&
    source === "on-link" &&
    (confOr(stack, inDevice(step, dev).conf, "shared_media") ||
      isOnLink(step, device, src, path.hop.gateway));
  const next = setNexthop(step, stack, device, path, key.dst, true);
  return { type: RTN_UNICAST, out: { ...next, type: found.route.type, src, dst: key.dst }, redirects };
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
  matched: FibResult | null,
): InputRoute {
  const source = src === 0 ? "far" : validateSource(step, dev, stack, src, tos, -1, 0);
  return typeof source === "number" ? { drop: source } : { type: RTN_BROADCAST, matched };
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
  const taken: LocalRoute = { type: RTN_MULTICAST, matched: null };
  if (!isMember(inDev, dst)) return { drop: DROP.NOT_SPECIFIED };
  if (isMulticastIpv4(src) || src === INADDR_BROADCAST) return { drop: DROP.IP_INVALID_SOURCE };
  if (isLoopbackIpv4(src) && !confOr(stack, inDev.conf, "route_localnet")) return { drop: DROP.IP_LOCALNET };
  if (src === 0) return isLocalMulticast(dst) || isIgmp ? taken : { drop: DROP.IP_INVALID_SOURCE };
  const source = validateSource(step, dev, stack, src, 0, -1, 0);
  return typeof source === "number" ? { drop: source } : taken;
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
  dst: Ipv4Address,
): "on-link" | "far" | number {
  const inDev = inDevice(step, dev);
  const rpFilter = confMax(stack, inDev.conf, "rp_filter");
  const acceptsLocal = confOr(stack, inDev.conf, "accept_local");
  if (rpFilter === 0 && (dev.ref !== oif || !confOr(stack, inDev.conf, "send_redirects"))) {
    if (acceptsLocal) return "far";
    if (!stack.hasCustomLocalRoutes && stack.rules === null)
      return stack.addrOwners.has(src) ? DROP.IP_LOCAL_SOURCE : "far";
  }
  const noRoute = rpFilter === 0 ? "far" : DROP.IP_RPFILTER;
  const key = flowKey(step, stack, src, tos, -1, { src: dst, ...(oif < 0 ? {} : { iif: oif }) });
  const back = fibLookup(step, stack, key);
  if (typeof back === "string") return noRoute;
  const { type } = back.route;
  if (type !== RTN_UNICAST && (type !== RTN_LOCAL || !acceptsLocal))
    return type === RTN_LOCAL ? DROP.IP_LOCAL_SOURCE : DROP.IP_INVALID_SOURCE;
  if (back.route.hops.some((hop) => hop.oif === dev.ref)) return distance(back);
  if (inDev.addrs.length === 0) return noRoute;
  if (rpFilter === 1) return DROP.IP_RPFILTER;
  const here = fibLookup(step, stack, { ...key, oif: dev.ref, ignoresLinkdown: null });
  return typeof here !== "string" && here.route.type === RTN_UNICAST ? distance(here) : "far";
}

function distance({ hop }: FibResult): "on-link" | "far" {
  return hop.scope >= RT_SCOPE_HOST ? "on-link" : "far";
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
  const all = devicesOf(step, dev.netns);
  if (src >>> 24 === 0) return inetSelectAddr(step, dev, src, RT_SCOPE_LINK, all);
  const stack = netStack(step, dev.netns);
  const back = fibLookup(step, stack, flowKey(step, stack, src, 0, -1));
  if (typeof back !== "string") return preferredSource(step, dev.netns, back);
  return inetSelectAddr(step, dev, src, RT_SCOPE_UNIVERSE, all);
}
