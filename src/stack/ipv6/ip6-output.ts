/**
 * Sending IPv6 packets.
 * @source net/ipv6/ip6_output.c
 */
import type { Errno } from "../../core/errno.ts";
import { registerRecord } from "../../core/record-codec.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import { DROP } from "../../events/kinds.ts";
import { IFF_LOOPBACK } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { ETH_HLEN, ETH_P_IPV6, Frame } from "../../wire/frame.ts";
import { Ipv6Packet, type Ipv6Payload } from "../../wire/ipv6.ts";
import { type Ipv6Address, isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import { neighOutput } from "../neigh.ts";
import { multicastMac } from "./address-type.ts";
import { count6 } from "./count6.ts";
import { inet6Dev } from "./inet6-dev.ts";
import { fragmentPacket6 } from "./ip6-fragment.ts";
import type { OutputRoute6 } from "./route6.ts";

/** Frames to a group come back to the host that sent them, if it listens. */
export interface OutputOptions6 {
  /** IPV6_MULTICAST_LOOP: discovery and reports switch it off. */
  readonly loops: boolean;
}

/**
 * The last steps of a packet: counted, looped back if it is for a group of ours, handed to the neighbour.
 * @param owner device of its route, which counts it: another one than loopback for what is local
 * @source ip6_output(), ip6_finish_output2()
 */
export function ip6FinishOutput(
  step: StepContext,
  dev: NetDevice,
  nexthop: Ipv6Address,
  packet: Ipv6Packet,
  options: OutputOptions6,
  owner: NetDevice = dev,
): Errno | null {
  const { netns } = dev;
  const in6 = inet6Dev(step, owner);
  if (in6 === null || in6.conf.disableIpv6 !== 0) {
    count6(step, netns, owner, "Ip6OutDiscards");
    step.recordPacketDrop(netns, dev.ref, packet, DROP.IPV6DISABLED);
    return null;
  }
  const isLoopback = (dev.flags & IFF_LOOPBACK) !== 0;
  if (isMulticastIpv6(packet.dst)) {
    if (options.loops && !isLoopback && in6.groups.some(({ group }) => group === packet.dst)) {
      loopBack(step, dev, packet);
      if (packet.hopLimit === 0) {
        count6(step, netns, owner, "Ip6OutDiscards");
        return null;
      }
      if (step.putOff(new RestOfIpv6(dev.ref, owner.ref, nexthop, [packet], null))) return null;
    }
  }
  return ip6Transmit(step, dev, nexthop, packet, owner);
}

/** @source ip6_finish_output2(), behind the host's own copy */
function ip6Transmit(
  step: StepContext,
  dev: NetDevice,
  nexthop: Ipv6Address,
  packet: Ipv6Packet,
  owner: NetDevice,
): Errno | null {
  const { netns } = dev;
  if (isMulticastIpv6(packet.dst)) {
    count6(step, netns, owner, "Ip6OutMcastPkts");
    count6(step, netns, owner, "Ip6OutMcastOctets", packet.length);
    if (((packet.dst >> 112n) & 15n) <= 1n && (dev.flags & IFF_LOOPBACK) === 0) return null;
  }
  count6(step, netns, owner, "Ip6OutTransmits");
  count6(step, netns, owner, "Ip6OutOctets", packet.length);
  return neighOutput(step, dev, nexthop, packet);
}

/**
 * What is left to send of a packet: itself, when the host's own copy has been heard, or all its fragments but the first.
 * @source ip6_finish_output2(), ip6_fragment(), in the course of a system call
 */
export class RestOfIpv6 {
  constructor(
    readonly device: number,
    readonly owner: number,
    readonly nexthop: Ipv6Address,
    readonly packets: readonly Ipv6Packet[],
    /** Null: no fragments. */
    readonly fragments: OutputOptions6 | null,
  ) {}
}
registerRecord("RestOfIpv6", RestOfIpv6);

export function ip6OutputRest(step: StepContext, rest: RestOfIpv6): void {
  const dev = step.cells.get<NetDevice>(rest.device);
  const owner = step.cells.get<NetDevice>(rest.owner);
  const { nexthop, packets, fragments } = rest;
  if (fragments === null) ip6Transmit(step, dev, nexthop, packets[0]!, owner);
  else sendFragments(step, dev, owner, nexthop, packets, fragments);
}

/** A copy goes to the device's own receive path, unseen by captures. @source dev_loopback_xmit() */
function loopBack(step: StepContext, dev: NetDevice, packet: Ipv6Packet): void {
  const frame = new Frame(
    0,
    multicastMac(packet.dst),
    dev.address,
    ETH_P_IPV6,
    packet,
    ETH_HLEN + packet.length,
    null,
    true,
  );
  step.queueFrame(dev.ref, frame, 0);
}

export interface SendOptions6 extends OutputOptions6 {
  readonly hopLimit: number;
  readonly trafficClass: number;
  readonly flowLabel: number;
  /** IPV6_DONTFRAG, or a way found by path MTU discovery: a packet that is too long is refused. */
  readonly mayFragment: boolean;
}

/** Makes a packet for a route and sends it. @source ip6_make_skb(), ip6_send_skb() */
export function ip6Send(
  step: StepContext,
  netns: NetnsRef,
  route: OutputRoute6,
  protocol: number,
  payload: Ipv6Payload,
  o: SendOptions6,
): Errno | null {
  const packet = new Ipv6Packet(
    o.trafficClass,
    o.flowLabel,
    o.hopLimit,
    route.src,
    route.dst,
    protocol,
    payload,
  );
  const owner = step.cells.get<NetDevice>(route.owner);
  count6(step, netns, owner, "Ip6OutRequests");
  const errno = ip6Output(step, route, packet, o);
  if (errno !== null) count6(step, netns, owner, "Ip6OutDiscards");
  return errno;
}

/** Cuts a packet that is longer than its way allows. @source ip6_finish_output(), ip6_fragment() */
export function ip6Output(
  step: StepContext,
  route: OutputRoute6,
  packet: Ipv6Packet,
  o: { readonly loops: boolean; readonly mayFragment: boolean },
): Errno | null {
  const dev = step.cells.get<NetDevice>(route.device);
  const owner = step.cells.get<NetDevice>(route.owner);
  const nexthop = route.gateway !== 0n ? route.gateway : packet.dst;
  if (packet.length <= route.mtu) return ip6FinishOutput(step, dev, nexthop, packet, o, owner);
  if (!o.mayFragment) {
    count6(step, dev.netns, owner, "Ip6FragFails");
    return "EMSGSIZE";
  }
  return sendFragments(step, dev, owner, nexthop, fragmentPacket6(step, packet, route.mtu), o);
}

/** @source ip6_fragment() */
function sendFragments(
  step: StepContext,
  dev: NetDevice,
  owner: NetDevice,
  nexthop: Ipv6Address,
  fragments: readonly Ipv6Packet[],
  { loops }: OutputOptions6,
): Errno | null {
  for (const [at, fragment] of fragments.entries()) {
    const errno = ip6FinishOutput(step, dev, nexthop, fragment, { loops }, owner);
    if (errno !== null) {
      count6(step, dev.netns, owner, "Ip6FragFails");
      return errno;
    }
    count6(step, dev.netns, owner, "Ip6FragCreates");
    const rest = fragments.slice(at + 1);
    if (rest.length > 0 && step.putOff(new RestOfIpv6(dev.ref, owner.ref, nexthop, rest, { loops })))
      return null;
  }
  count6(step, dev.netns, owner, "Ip6FragOKs");
  return null;
}
