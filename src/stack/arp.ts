/**
 * Address resolution for IPv4 over Ethernet: the packets that a host sends. `arp-input.ts` has those that it gets.
 * @source RFC 826; net/ipv4/arp.c
 */
import type { NetDevice } from "../devices/net-device.ts";
import { devicesOf } from "../devices/netns.ts";
import { IFF_NOARP, RT_SCOPE_LINK, RTN_LOCAL } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { ARP_LENGTH, ARPOP_REQUEST, ArpPacket } from "../wire/arp.ts";
import { ETH_HLEN, ETH_P_ARP, Frame } from "../wire/frame.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import { MAC_ZERO, type Mac } from "../wire/mac.ts";
import { inetAddrType } from "./fib-nexthop.ts";
import { ifaMatch, inDevice, inetSelectAddr } from "./in-device.ts";
import type { Neigh } from "./neigh-table.ts";
import { confMax, netStack } from "./net-stack.ts";

/**
 * Sends a packet of ARP.
 * @param to null: everybody, at the address that the device has for that
 * @source arp_create(), arp_xmit()
 */
export function arpSend(
  step: StepContext,
  dev: NetDevice,
  operation: number,
  to: Mac | null,
  sender: Ipv4Address,
  target: Ipv4Address,
  targetMac: Mac,
): void {
  if ((dev.flags & IFF_NOARP) !== 0) return;
  const arp = new ArpPacket(operation, dev.address, sender, targetMac, target, dev.type);
  step.devQueueXmit(
    dev.ref,
    new Frame(
      step.newFrameId(),
      to ?? dev.broadcast,
      dev.address,
      ETH_P_ARP,
      arp,
      ETH_HLEN + ARP_LENGTH,
      null,
    ),
  );
}

/** The sender address of a request: the waiting packet's if arp_announce lets it be told, or one of the device's. */
function requestSender(step: StepContext, dev: NetDevice, neigh: Neigh, target: Ipv4Address): Ipv4Address {
  const packet = neigh.queue[neigh.queue.length - 1] ?? null;
  const inDev = inDevice(step, dev);
  const announce = confMax(netStack(step, dev.netns), inDev.conf, "arp_announce");
  const isTold = announce !== 1 && announce !== 2;
  if (packet?.kind === "ipv4" && announce !== 2 && inetAddrType(step, dev.netns, packet.src) === RTN_LOCAL) {
    const { src } = packet;
    const isOnLink = inDev.addrs.some((ifa) => ifaMatch(target, ifa) && ifaMatch(src, ifa));
    if (isTold || isOnLink) return src;
  }
  return inetSelectAddr(step, dev, target, RT_SCOPE_LINK, devicesOf(step, dev.netns));
}

/**
 * Asks who has a neighbour's address: the known owner first, then a daemon (there is none), then everybody.
 * @source arp_solicit()
 */
export function arpSolicit(step: StepContext, neigh: Neigh): void {
  const target = neigh.key as Ipv4Address;
  const dev = step.cells.get<NetDevice>(neigh.device);
  const { ucastProbes, appProbes } = inDevice(step, dev).neighParms;
  const sender = requestSender(step, dev, neigh, target);
  const isUnicast = neigh.probes < ucastProbes;
  if (!isUnicast && neigh.probes < ucastProbes + appProbes) return; // neigh_app_ns(): netlink only
  arpSend(step, dev, ARPOP_REQUEST, isUnicast ? neigh.lladdr : null, sender, target, MAC_ZERO);
}

/** Announces the device's addresses after its own address changed or it came up. @source inetdev_send_gratuitous_arp() */
export function sendGratuitousArp(step: StepContext, dev: NetDevice): void {
  for (const ifa of inDevice(step, dev).addrs)
    arpSend(step, dev, ARPOP_REQUEST, null, ifa.local, ifa.local, MAC_ZERO);
}
