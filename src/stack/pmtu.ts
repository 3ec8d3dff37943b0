/**
 * What ICMP errors teach of the ways to their packets' destinations: the largest packet, and a better router.
 * @source RFC 1191; RFC 1122 section 3.2.2.2; net/ipv4/route.c, __ip_rt_update_pmtu(), __ip_do_redirect()
 */
import { HZ } from "../core/timer-wheel.ts";
import type { NetDevice } from "../devices/net-device.ts";
import type { NetnsRef } from "../devices/netns.ts";
import { RTN_UNICAST } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import type { IcmpMessage } from "../wire/icmp.ts";
import { INADDR_BROADCAST, type Ipv4Address, isMulticastIpv4 } from "../wire/ipv4-address.ts";
import type { FibResult } from "./fib.ts";
import { setException } from "./fib-exceptions.ts";
import { inetAddrType } from "./fib-nexthop.ts";
import { fibLookup, flowKey } from "./fib-rules.ts";
import { fibSelectPath } from "./fib-select.ts";
import { ifaMatch, inDevice, isSecondary } from "./in-device.ts";
import { neighUse } from "./neigh.ts";
import { NUD_VALID, neighCreate, neighLookup } from "./neigh-table.ts";
import { confMax, confOr, netStack } from "./net-stack.ts";
import { type Flow, routeOutput } from "./route.ts";

/** How long a router that was pointed out is kept. @source ip_rt_gc_timeout */
const REDIRECT_JIFFIES = 300 * HZ;

/** The next hop that a flow takes; null: there is no route. */
function wayOf(step: StepContext, netns: NetnsRef, flow: Flow): FibResult | null {
  const stack = netStack(step, netns);
  const key = flowKey(step, stack, flow.dst, flow.tos, flow.oif, flow);
  const found = fibLookup(step, stack, key);
  return typeof found === "string" ? null : fibSelectPath(step, found, key, flow.src);
}

/**
 * A packet of a flow was too big for some link on its way.
 * @param mtu what the error says; 0: nothing
 */
export function updatePmtu(step: StepContext, netns: NetnsRef, flow: Flow, mtu: number): void {
  const route = routeOutput(step, netns, flow);
  if ("errno" in route || route.isMtuLocked || route.mtu < mtu) return;
  const { routeMinPmtu, routeMtuExpires } = netStack(step, netns).settings;
  const isLocked = mtu < routeMinPmtu;
  const pmtu = isLocked ? Math.min(route.mtu, routeMinPmtu) : mtu;
  const known = route.exception;
  const isFresh = known !== null && step.jiffies < known.expires - routeMtuExpires / 2;
  if (known !== null && known.pmtu === pmtu && !isLocked && isFresh) return;
  const way = wayOf(step, netns, flow);
  if (way === null) return;
  setException(step, netns, way, flow.dst, { pmtu, isLocked, expires: step.jiffies + routeMtuExpires });
}

/** Are both addresses in one subnet of the device? @source net/ipv4/devinet.c, inet_addr_onlink() */
function isOnLink(step: StepContext, dev: NetDevice, a: Ipv4Address, b: Ipv4Address): boolean {
  return inDevice(step, dev).addrs.some(
    (ifa) => !isSecondary(ifa) && ifaMatch(a, ifa) && (b === 0 || ifaMatch(b, ifa)),
  );
}

/** Are redirects heeded that come in by a device? A router heeds them only if both settings say so. @source IN_DEV_RX_REDIRECTS */
function acceptsRedirects(step: StepContext, dev: NetDevice): boolean {
  const { conf } = inDevice(step, dev);
  const stack = netStack(step, dev.netns);
  const all = (stack.confAll.accept_redirects ?? 0) !== 0;
  const own = (conf.accept_redirects ?? 0) !== 0;
  return (conf.forwarding ?? 0) !== 0 ? all && own : all || own;
}

/** May this device's host be sent to that router? */
function isBelievable(
  step: StepContext,
  dev: NetDevice,
  oldGateway: Ipv4Address,
  gateway: Ipv4Address,
): boolean {
  if (gateway === oldGateway || !acceptsRedirects(step, dev)) return false;
  if (isMulticastIpv4(gateway) || gateway === INADDR_BROADCAST || gateway === 0) return false;
  const { conf } = inDevice(step, dev);
  const stack = netStack(step, dev.netns);
  if (confOr(stack, conf, "shared_media")) return inetAddrType(step, dev.netns, gateway) === RTN_UNICAST;
  if (!isOnLink(step, dev, gateway, oldGateway)) return false;
  return confMax(stack, conf, "secure_redirects") === 0 || isDefaultRouter(step, dev, gateway);
}

/** @source net/ipv4/fib_semantics.c, ip_fib_check_default(): 0 means that it is one */
function isDefaultRouter(step: StepContext, dev: NetDevice, gateway: Ipv4Address): boolean {
  for (const [, table] of netStack(step, dev.netns).fib.entries())
    for (const map of table.byLength)
      for (const [, routes] of map?.entries() ?? [])
        for (const { hops } of routes)
          if (hops.some((hop) => hop.oif === dev.ref && hop.gateway === gateway)) return true;
  return false;
}

/**
 * A router says that another one is nearer. Its link-layer address must be known first: the message that finds it unknown only
 * makes the host ask for it.
 * @param sender who sent the message
 */
export function redirect(
  step: StepContext,
  dev: NetDevice,
  sender: Ipv4Address,
  message: IcmpMessage,
  flow: Flow,
): void {
  if ((message.code & 7) > 3) return;
  const route = routeOutput(step, dev.netns, flow);
  if ("errno" in route || route.gateway === 0 || route.gateway !== sender) return;
  const gateway = message.rest;
  if (!isBelievable(step, dev, sender, gateway)) return;
  const out = step.cells.get<NetDevice>(route.device);
  const neigh = neighLookup(step, out, gateway) ?? neighCreate(step, out, gateway);
  if (neigh === null) return;
  if ((neigh.state & NUD_VALID) === 0) {
    neighUse(step, neigh);
    return;
  }
  const way = wayOf(step, dev.netns, flow);
  if (way !== null)
    setException(step, dev.netns, way, flow.dst, { gateway, expires: step.jiffies + REDIRECT_JIFFIES });
}
