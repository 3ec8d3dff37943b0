/**
 * Address resolution for IPv4 over Ethernet.
 * @source RFC 826; net/ipv4/arp.c
 */
import type { NetDevice } from "../devices/net-device.ts";
import { devicesOf } from "../devices/netns.ts";
import { DROP } from "../events/kinds.ts";
import {
  IFF_NOARP,
  NUD_REACHABLE,
  NUD_STALE,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RTN_LOCAL,
  RTN_UNICAST,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { ARP_LENGTH, ARPOP_REPLY, ARPOP_REQUEST, ArpPacket } from "../wire/arp.ts";
import { ETH_HLEN, ETH_P_ARP, Frame } from "../wire/frame.ts";
import type { Ipv4Packet } from "../wire/ipv4.ts";
import { type Ipv4Address, isLoopbackIpv4, isMulticastIpv4 } from "../wire/ipv4-address.ts";
import { MAC_BROADCAST, MAC_ZERO, type Mac } from "../wire/mac.ts";
import { inetAddrType } from "./fib-semantics.ts";
import { ifaMatch, inDevice, inetSelectAddr } from "./in-device.ts";
import { neighEventNs, neighUpdate } from "./neigh.ts";
import { type Neigh, neighCreate, neighLookup } from "./neigh-table.ts";
import { confMax, confOr, count, netStack } from "./net-stack.ts";
import { routeInputType, routeOutput } from "./route.ts";

/** @source arp_create(), arp_xmit() */
export function arpSend(
  step: StepContext,
  dev: NetDevice,
  operation: number,
  to: Mac,
  sender: Ipv4Address,
  target: Ipv4Address,
  targetMac: Mac,
): void {
  if ((dev.flags & IFF_NOARP) !== 0) return;
  const arp = new ArpPacket(operation, dev.address, sender, targetMac, target);
  step.devQueueXmit(
    dev.ref,
    new Frame(step.newFrameId(), to, dev.address, ETH_P_ARP, arp, ETH_HLEN + ARP_LENGTH, null),
  );
}

/** Asks who has a neighbour's address: the known owner first, else everybody. @source arp_solicit() */
export function arpSolicit(step: StepContext, neigh: Neigh): void {
  const packet = (neigh.queue[neigh.queue.length - 1] as Ipv4Packet | undefined) ?? null;
  const target = neigh.key as Ipv4Address;
  const dev = step.cells.get<NetDevice>(neigh.device);
  const inDev = inDevice(step, dev);
  const announce = confMax(netStack(step, dev.netns), inDev.conf, "arp_announce");
  let sender = 0;
  if (packet !== null && announce < 2 && inetAddrType(step, dev.netns, packet.src) === RTN_LOCAL) {
    const isInSubnet = inDev.addrs.some((ifa) => ifaMatch(packet.src, ifa) && ifaMatch(target, ifa));
    if (announce === 0 || isInSubnet) sender = packet.src;
  }
  if (sender === 0) sender = inetSelectAddr(step, dev, target, RT_SCOPE_LINK, devicesOf(step, dev.netns));
  const isUnicast = neigh.probes < inDev.neighParms.ucastProbes;
  arpSend(step, dev, ARPOP_REQUEST, isUnicast ? neigh.lladdr : MAC_BROADCAST, sender, target, MAC_ZERO);
}

/** Must a request stay unanswered? @source arp_ignore() */
function isIgnored(step: StepContext, dev: NetDevice, sender: Ipv4Address, target: Ipv4Address): boolean {
  const inDev = inDevice(step, dev);
  const mode = confMax(netStack(step, dev.netns), inDev.conf, "arp_ignore");
  if (mode === 0 || mode > 8) return false;
  if (mode === 8) return true;
  if (mode > 3) return false;
  const own = inDev.addrs.filter((ifa) => ifa.local === target);
  switch (mode) {
    case 1:
      return own.length === 0;
    case 2:
      return !own.some((ifa) => sender === 0 || ifaMatch(sender, ifa));
    default: {
      const all = devicesOf(step, dev.netns).flatMap((d) => inDevice(step, d).addrs);
      return !all.some((ifa) => ifa.local === target && ifa.scope !== RT_SCOPE_HOST);
    }
  }
}

/** Would an answer leave by another device? @source arp_filter() */
function isFiltered(step: StepContext, dev: NetDevice, sender: Ipv4Address, target: Ipv4Address): boolean {
  const route = routeOutput(step, dev.netns, { dst: sender, src: target, oif: -1, tos: 0 });
  if ("errno" in route || route.device !== dev.ref) {
    count(step, dev.netns, "TcpExtArpFilter");
    return true;
  }
  return false;
}

/**
 * Takes an ARP packet. Gives the reason why it was not used, or null.
 * @param isForHost the frame was sent to this device's own address
 * @source arp_rcv(), arp_process()
 */
export function arpRcv(step: StepContext, dev: NetDevice, arp: ArpPacket, isForHost: boolean): number | null {
  const { operation, senderIp, senderMac, targetIp } = arp;
  if (operation !== ARPOP_REQUEST && operation !== ARPOP_REPLY) return DROP.ARP_INVALID;
  const stack = netStack(step, dev.netns);
  const { conf } = inDevice(step, dev);
  if (isMulticastIpv4(targetIp) || (isLoopbackIpv4(targetIp) && !confOr(stack, conf, "route_localnet")))
    return DROP.ARP_INVALID;
  if (senderIp === targetIp && confOr(stack, conf, "drop_gratuitous_arp")) return DROP.ARP_INVALID;
  if (operation === ARPOP_REQUEST) {
    if (senderIp === 0) {
      // Duplicate address detection (RFC 5227).
      if (inetAddrType(step, dev.netns, targetIp) === RTN_LOCAL && !isIgnored(step, dev, senderIp, targetIp))
        arpSend(step, dev, ARPOP_REPLY, senderMac, targetIp, senderIp, senderMac);
      return null;
    }
    if (routeInputType(step, dev, senderIp, targetIp) === RTN_LOCAL) {
      if (isIgnored(step, dev, senderIp, targetIp)) return null;
      if (confOr(stack, conf, "arp_filter") && isFiltered(step, dev, senderIp, targetIp)) return null;
      neighEventNs(step, dev, senderIp, senderMac);
      arpSend(step, dev, ARPOP_REPLY, senderMac, targetIp, senderIp, senderMac);
      return null;
    }
  }
  learnSender(step, dev, arp, isForHost);
  return null;
}

/** The tail of arp_process(): what a packet that is not a request for us teaches. */
function learnSender(step: StepContext, dev: NetDevice, arp: ArpPacket, isForHost: boolean): void {
  let neigh = neighLookup(step, dev, arp.senderIp);
  const accepts = confOr(netStack(step, dev.netns), inDevice(step, dev).conf, "arp_accept");
  if (neigh === null && !accepts) return;
  const isGratuitous = isGarp(step, dev, arp);
  if (neigh === null) {
    const isUnicastReply =
      arp.operation === ARPOP_REPLY && inetAddrType(step, dev.netns, arp.senderIp, dev.ref) === RTN_UNICAST;
    if (!isGratuitous && !isUnicastReply) return;
    neigh = neighCreate(step, dev, arp.senderIp);
  }
  const locktime = Math.floor((inDevice(step, dev).neighParms.locktime * 250) / 100);
  const override = isGratuitous || step.jiffies > neigh.updated + locktime;
  const state = arp.operation !== ARPOP_REPLY || !isForHost ? NUD_STALE : NUD_REACHABLE;
  neighUpdate(step, neigh, arp.senderMac, state, { override, admin: false });
}

/** @source arp_is_garp() */
function isGarp(step: StepContext, dev: NetDevice, arp: ArpPacket): boolean {
  if (arp.targetIp !== arp.senderIp) return false;
  if (arp.operation === ARPOP_REPLY && arp.targetMac !== arp.senderMac && arp.targetMac !== MAC_ZERO)
    return false;
  return inetAddrType(step, dev.netns, arp.senderIp, dev.ref) === RTN_UNICAST;
}

/** Announces the device's addresses after its own address changed or it came up. @source inetdev_send_gratuitous_arp() */
export function sendGratuitousArp(step: StepContext, dev: NetDevice): void {
  for (const ifa of inDevice(step, dev).addrs)
    arpSend(step, dev, ARPOP_REQUEST, MAC_BROADCAST, ifa.local, ifa.local, MAC_ZERO);
}
