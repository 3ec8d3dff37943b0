/**
 * ARP packets that come in: who is answered, for which addresses, and what is learned.
 * @source net/ipv4/arp.c, arp_rcv(), arp_process()
 */
import type { NetDevice } from "../devices/net-device.ts";
import { devicesOf } from "../devices/netns.ts";
import { DROP } from "../events/kinds.ts";
import {
  NUD_REACHABLE,
  NUD_STALE,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RTN_LOCAL,
  RTN_UNICAST,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { ARPHRD_LOOPBACK, ARPOP_REPLY, ARPOP_REQUEST, type ArpPacket } from "../wire/arp.ts";
import type { Frame } from "../wire/frame.ts";
import { type Ipv4Address, isLoopbackIpv4, isMulticastIpv4 } from "../wire/ipv4-address.ts";
import { arpSend } from "./arp.ts";
import { inetAddrType } from "./fib-nexthop.ts";
import { ifaMatch, inDevice } from "./in-device.ts";
import { neighEventNs, neighUpdate } from "./neigh.ts";
import { neighCreate, neighLookup } from "./neigh-table.ts";
import { confMax, confOr, count, netStack } from "./net-stack.ts";
import { pneighEnqueue, pneighLookup } from "./pneigh.ts";
import { routeOutput } from "./route.ts";
import { type ForwardRoute, routeInput } from "./route-input.ts";

/**
 * A local address of the device as wanted, in the subnet of `dst`; 0: there is none.
 * @param dst 0: any subnet
 * @param local 0: any address
 * @source net/ipv4/devinet.c, confirm_addr_indev()
 */
function confirmAddr(
  step: StepContext,
  dev: NetDevice,
  dst: Ipv4Address,
  local: Ipv4Address,
  scope: number,
): Ipv4Address {
  const inDev = inDevice(step, dev);
  const usesLocalnet = confOr(netStack(step, dev.netns), inDev.conf, "route_localnet");
  const localnetScope = usesLocalnet ? RT_SCOPE_LINK : RT_SCOPE_HOST;
  let address = 0;
  let isSame = false;
  for (const ifa of inDev.addrs) {
    const isInScope = Math.min(ifa.scope, localnetScope) <= scope;
    if (address === 0 && (local === ifa.local || local === 0) && isInScope) {
      address = ifa.local;
      if (isSame) break;
    }
    if (isSame) continue;
    isSame = (local === 0 || ifaMatch(local, ifa)) && (dst === 0 || ifaMatch(dst, ifa));
    if (!isSame || address === 0) continue;
    if (local !== 0 || dst === 0 || ifaMatch(address, ifa)) break;
    if (isInScope) return ifa.local;
    isSame = false;
  }
  return isSame ? address : 0;
}

/** Must a request for a local address stay unanswered? @source arp_ignore() */
function isIgnored(step: StepContext, dev: NetDevice, sender: Ipv4Address, target: Ipv4Address): boolean {
  const inDev = inDevice(step, dev);
  switch (confMax(netStack(step, dev.netns), inDev.conf, "arp_ignore")) {
    case 1:
      return confirmAddr(step, dev, 0, target, RT_SCOPE_HOST) === 0;
    case 2:
      return confirmAddr(step, dev, sender, target, RT_SCOPE_HOST) === 0;
    case 3:
      return !devicesOf(step, dev.netns).some(
        (other) => confirmAddr(step, other, 0, target, RT_SCOPE_LINK) !== 0,
      );
    case 8:
      return true;
    default:
      return false;
  }
}

/** Would an answer leave by another device? @source arp_filter() */
function isFiltered(step: StepContext, dev: NetDevice, sender: Ipv4Address, target: Ipv4Address): boolean {
  const route = routeOutput(step, dev.netns, { dst: sender, src: target, oif: -1, tos: 0 });
  if ("errno" in route) return true;
  if (route.device === dev.ref) return false;
  count(step, dev.netns, "TcpExtArpFilter");
  return true;
}

/** Does the host answer for an address that it would forward to? @source arp_fwd_proxy(), arp_fwd_pvlan() */
function isProxied(step: StepContext, dev: NetDevice, arp: ArpPacket, route: ForwardRoute): boolean {
  const stack = netStack(step, dev.netns);
  const { conf } = inDevice(step, dev);
  const out = route.out.device;
  if (out === dev.ref) return arp.senderIp !== arp.targetIp && confOr(stack, conf, "proxy_arp_pvlan");
  if (confOr(stack, conf, "proxy_arp")) {
    const medium = conf.medium_id ?? 0;
    const other = inDevice(step, step.cells.get(out)).conf.medium_id ?? 0;
    if (medium === 0 || (medium !== -1 && other !== medium && other !== -1)) return true;
  }
  return pneighLookup(step, dev.netns, arp.targetIp, dev.ref) !== null;
}

/** What arp_process() looks at besides the packet. */
interface Arrival {
  readonly frame: Frame;
  /** The frame was sent to this device's own address. */
  readonly isForHost: boolean;
  /** It has waited for proxy_delay already. */
  readonly isRedone: boolean;
}

/** Takes an ARP packet. Gives the reason why it was not used, or null. @source arp_rcv(), arp_process() */
export function arpRcv(
  step: StepContext,
  dev: NetDevice,
  frame: Frame,
  isForHost: boolean,
  isRedone = false,
): number | null {
  const arp = frame.payload;
  if (arp.kind !== "arp" || arp.hardware === ARPHRD_LOOPBACK) return DROP.NOT_SPECIFIED;
  const { operation, senderIp, senderMac, targetIp } = arp;
  if (operation !== ARPOP_REQUEST && operation !== ARPOP_REPLY) return DROP.NOT_SPECIFIED;
  const stack = netStack(step, dev.netns);
  const { conf } = inDevice(step, dev);
  if (isMulticastIpv4(targetIp) || (isLoopbackIpv4(targetIp) && !confOr(stack, conf, "route_localnet")))
    return DROP.NOT_SPECIFIED;
  if (senderIp === targetIp && confOr(stack, conf, "drop_gratuitous_arp")) return DROP.NOT_SPECIFIED;
  if (senderIp === 0) {
    // Duplicate address detection (RFC 5227).
    const isAsked = operation === ARPOP_REQUEST && inetAddrType(step, dev.netns, targetIp) === RTN_LOCAL;
    if (isAsked && !isIgnored(step, dev, senderIp, targetIp))
      arpSend(step, dev, ARPOP_REPLY, senderMac, targetIp, senderIp, senderMac);
    return null;
  }
  if (operation === ARPOP_REQUEST && answers(step, dev, arp, { frame, isForHost, isRedone })) return null;
  learnSender(step, dev, arp, isForHost);
  return null;
}

/** A request: is it for an address of this host, or one that it answers for? True: all is done. */
function answers(step: StepContext, dev: NetDevice, arp: ArpPacket, arrival: Arrival): boolean {
  const { senderIp, senderMac, targetIp } = arp;
  const route = routeInput(step, dev, senderIp, targetIp, 0);
  if (!("type" in route)) return false;
  const reply = () => arpSend(step, dev, ARPOP_REPLY, senderMac, targetIp, senderIp, senderMac);
  if (route.type === RTN_LOCAL) {
    if (isIgnored(step, dev, senderIp, targetIp)) return true;
    const { conf } = inDevice(step, dev);
    if (confOr(netStack(step, dev.netns), conf, "arp_filter") && isFiltered(step, dev, senderIp, targetIp))
      return true;
    if (neighEventNs(step, dev, senderIp, senderMac)) reply();
    return true;
  }
  if (!("out" in route) || !isProxied(step, dev, arp, route)) return false;
  neighEventNs(step, dev, senderIp, senderMac);
  const parms = inDevice(step, dev).neighParms;
  if (arrival.isRedone || arrival.isForHost || parms.proxyDelayJiffies === 0) reply();
  else pneighEnqueue(step, dev, 4, parms, arrival.frame);
  return true;
}

/** May an unknown sender be learned? @source arp_accept() */
function isAccepted(step: StepContext, dev: NetDevice, sender: Ipv4Address): boolean {
  const inDev = inDevice(step, dev);
  const mode = confMax(netStack(step, dev.netns), inDev.conf, "arp_accept");
  return mode === 1 || (mode === 2 && confirmAddr(step, dev, sender, 0, RT_SCOPE_LINK) !== 0);
}

/** The tail of arp_process(): what a packet teaches that was not answered. */
function learnSender(step: StepContext, dev: NetDevice, arp: ArpPacket, isForHost: boolean): void {
  let neigh = neighLookup(step, dev, arp.senderIp);
  if (neigh === null && !isAccepted(step, dev, arp.senderIp)) return;
  const isGratuitous = isGarp(step, dev, arp);
  if (neigh === null) {
    const isUnicastReply =
      arp.operation === ARPOP_REPLY && inetAddrType(step, dev.netns, arp.senderIp) === RTN_UNICAST;
    if (!isGratuitous && !isUnicastReply) return;
    neigh = neighCreate(step, dev, arp.senderIp);
    if (neigh === null) return;
  }
  const { locktimeJiffies } = inDevice(step, dev).neighParms;
  const override = isGratuitous || step.jiffies > neigh.updated + locktimeJiffies;
  const state = arp.operation !== ARPOP_REPLY || !isForHost ? NUD_STALE : NUD_REACHABLE;
  neighUpdate(step, neigh, arp.senderMac, state, { override });
}

/** @source arp_is_garp() */
function isGarp(step: StepContext, dev: NetDevice, arp: ArpPacket): boolean {
  if (arp.targetIp !== arp.senderIp) return false;
  if (arp.operation === ARPOP_REPLY && arp.targetMac !== arp.senderMac) return false;
  return inetAddrType(step, dev.netns, arp.senderIp) === RTN_UNICAST;
}
