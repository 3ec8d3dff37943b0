/**
 * IPv6 packets that come in.
 * @source net/ipv6/ip6_input.c
 */
import type { NetDevice } from "../../devices/net-device.ts";
import { DROP } from "../../events/kinds.ts";
import { IFF_LOOPBACK, RTN_ANYCAST, RTN_BLACKHOLE, RTN_LOCAL, RTN_PROHIBIT } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { ETH_HLEN, type Frame } from "../../wire/frame.ts";
import {
  ICMPV6_ADM_PROHIBITED,
  ICMPV6_DEST_UNREACH,
  ICMPV6_NOROUTE,
  ICMPV6_PARAMPROB,
  ICMPV6_UNK_NEXTHDR,
} from "../../wire/icmpv6.ts";
import { IPPROTO_UDP } from "../../wire/ipv4.ts";
import {
  extensionsLength,
  IPPROTO_ICMPV6,
  IPV6_HLEN,
  type Ipv6Packet,
  NEXTHDR_DEST,
  NEXTHDR_FRAGMENT,
  NEXTHDR_HOP,
  NEXTHDR_NONE,
  NEXTHDR_ROUTING,
} from "../../wire/ipv6.ts";
import { IN6ADDR_LOOPBACK, isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import { isMulticastMac } from "../../wire/mac.ts";
import { count6 } from "./count6.ts";
import { destinationOptions, parseHopByHop, routingHeader } from "./exthdrs.ts";
import { isReject, type Route6 } from "./fib6.ts";
import { type Input6, icmp6Rcv } from "./icmp6.ts";
import { icmp6Send } from "./icmp6-error.ts";
import { inet6Dev } from "./inet6-dev.ts";
import { ip6Forward } from "./ip6-forward.ts";
import { fragmentCutOff, reassemble6 } from "./ip6-reassembly.ts";
import type { Mib6Name } from "./mib6.ts";
import { netStack6 } from "./net-stack6.ts";
import { raw6Deliver } from "./raw6-socket.ts";
import { type Flow6, fib6Lookup, route6Input } from "./route6.ts";
import { udp6Rcv } from "./udp6.ts";

/** ECN bits of the traffic class to the counter of such packets. */
const ECT_COUNTERS: readonly Mib6Name[] = ["Ip6InNoECTPkts", "Ip6InECT1Pkts", "Ip6InECT0Pkts", "Ip6InCEPkts"];

/** What is wrong with addresses, before any route is asked. @source ip6_rcv_core() */
function hasBadAddress(dev: NetDevice, packet: Ipv6Packet, isLooped: boolean): boolean {
  const isLoopback = (dev.flags & IFF_LOOPBACK) !== 0;
  if ((packet.src === IN6ADDR_LOOPBACK || packet.dst === IN6ADDR_LOOPBACK) && !isLoopback) return true;
  if (isMulticastIpv6(packet.src)) return true;
  if (!isMulticastIpv6(packet.dst)) return false;
  const scope = (packet.dst >> 112n) & 15n;
  return scope === 0n || (scope === 1n && !isLoopback && !isLooped);
}

/**
 * Takes a packet from a device. Gives the reason why it ended unused, or null.
 * @source ipv6_rcv(), ip6_rcv_core(), ip6_rcv_finish()
 */
export function ip6Rcv(step: StepContext, dev: NetDevice, frame: Frame): number | null {
  const { netns } = dev;
  const { isLooped } = frame;
  const in6 = inet6Dev(step, dev);
  count6(step, netns, dev, "Ip6InReceives");
  count6(step, netns, dev, "Ip6InOctets", frame.length - ETH_HLEN);
  if (in6 === null || in6.conf.disableIpv6 !== 0) {
    count6(step, netns, dev, "Ip6InDiscards");
    return in6 === null ? DROP.NOT_SPECIFIED : DROP.IPV6DISABLED;
  }
  const packet = frame.payload;
  if (packet.kind !== "ipv6") return badHeader(step, dev, frame);
  count6(step, netns, dev, ECT_COUNTERS[packet.trafficClass & 3]!);
  if (hasBadAddress(dev, packet, isLooped)) {
    count6(step, netns, dev, "Ip6InHdrErrors");
    return DROP.IP_INHDR;
  }
  const isForOne = !isMulticastIpv6(packet.dst);
  if (isForOne && in6.conf.dropUnicastInL2Multicast !== 0 && !isLooped && isMulticastMac(frame.dst)) {
    count6(step, netns, dev, "Ip6InHdrErrors");
    return DROP.UNICAST_IN_L2_MULTICAST;
  }
  const [first] = packet.extensions;
  if (first?.type === NEXTHDR_HOP) {
    const reason = parseHopByHop(step, dev, packet, first);
    if (reason !== null) return reason;
  } else if (packet.protocol === NEXTHDR_HOP && first === undefined) return cutOff(step, dev);
  return (dev.flags & IFF_LOOPBACK) !== 0
    ? fromLoopback(step, dev, packet)
    : fromLink(step, dev, packet, isLooped, frame.dst === dev.address);
}

/** An extension header reaches over the end of its packet. */
function cutOff(step: StepContext, dev: NetDevice): number {
  count6(step, dev.netns, dev, "Ip6InHdrErrors");
  return DROP.NOT_SPECIFIED;
}

function badHeader(step: StepContext, dev: NetDevice, frame: Frame): number {
  const octets = frame.given;
  const isShort = octets !== null && octets.length >= ETH_HLEN + IPV6_HLEN && octets[ETH_HLEN]! >>> 4 === 6;
  count6(step, dev.netns, dev, isShort ? "Ip6InTruncatedPkts" : "Ip6InHdrErrors");
  const isOther = octets !== null && octets.length > ETH_HLEN && octets[ETH_HLEN]! >>> 4 !== 6;
  return isShort ? DROP.PKT_TOO_SMALL : isOther ? DROP.UNHANDLED_PROTO : DROP.IP_INHDR;
}

/** What rules may ask of a packet. */
function flowOf(packet: Ipv6Packet): Pick<Flow6, "dst" | "src" | "ipproto" | "tos"> {
  return { dst: packet.dst, src: packet.src, ipproto: packet.protocol, tos: packet.trafficClass & 0xfc };
}

/** It was routed when it was sent: only whose it is must be found again. */
function fromLoopback(step: StepContext, dev: NetDevice, packet: Ipv6Packet): number | null {
  if (isMulticastIpv6(packet.dst)) return toGroup(step, dev, packet, false);
  const route = fib6Lookup(step, netStack6(step, dev.netns), {
    dst: packet.dst,
    src: packet.src,
    iif: dev.ref,
    oif: -1,
    isStrict: false,
  });
  if (route === null || (route.type !== RTN_LOCAL && route.type !== RTN_ANYCAST))
    return noRoute(step, dev, packet, null, true);
  return deliverTo(step, dev, packet, route);
}

function deliverTo(step: StepContext, dev: NetDevice, packet: Ipv6Packet, route: Route6): number | null {
  const owner = step.cells.get<NetDevice>(route.oif);
  return localDeliver(step, { dev, owner, routeType: route.type, isLooped: false }, packet);
}

function fromLink(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv6Packet,
  isLooped: boolean,
  isForHost: boolean,
): number | null {
  if (isMulticastIpv6(packet.dst)) return toGroup(step, dev, packet, isLooped);
  const route = route6Input(step, dev, flowOf(packet));
  if (route === null || isReject(route.type)) return noRoute(step, dev, packet, route, isForHost);
  if (route.type === RTN_LOCAL || route.type === RTN_ANYCAST) return deliverTo(step, dev, packet, route);
  return ip6Forward(step, dev, packet, route, isForHost);
}

/** @source ip6_mc_input() */
function toGroup(step: StepContext, dev: NetDevice, packet: Ipv6Packet, isLooped: boolean): number | null {
  const isLoopback = (dev.flags & IFF_LOOPBACK) !== 0;
  if (!isLoopback && route6Input(step, dev, flowOf(packet)) === null)
    return noRoute(step, dev, packet, null, false);
  count6(step, dev.netns, dev, "Ip6InMcastPkts");
  count6(step, dev.netns, dev, "Ip6InMcastOctets", packet.length);
  if (!inet6Dev(step, dev)!.groups.some(({ group }) => group === packet.dst)) return DROP.NOT_SPECIFIED;
  return localDeliver(step, { dev, owner: dev, routeType: 5, isLooped }, packet);
}

/** No route, or one that forbids. @source ip6_pkt_drop() */
function noRoute(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv6Packet,
  route: Route6 | null,
  isForHost: boolean,
): number {
  if (route?.type === RTN_BLACKHOLE) return DROP.NOT_SPECIFIED;
  count6(step, dev.netns, dev, packet.dst === 0n ? "Ip6InAddrErrors" : "Ip6InNoRoutes");
  const code = route?.type === RTN_PROHIBIT ? ICMPV6_ADM_PROHIBITED : ICMPV6_NOROUTE;
  icmp6Send(step, dev, dev, packet, { type: ICMPV6_DEST_UNREACH, code, info: 0 }, isForHost);
  return packet.dst === 0n ? DROP.IP_INADDRERRORS : DROP.IP_INNOROUTES;
}

/** What is left of a packet behind its extension headers; the reason why one of them ends it; null: other fragments are awaited. */
function behindExtensions(step: StepContext, input: Input6, given: Ipv6Packet): Ipv6Packet | number | null {
  const { dev } = input;
  let packet = given;
  let at = IPV6_HLEN;
  for (let i = 0; i < packet.extensions.length; i++) {
    const header = packet.extensions[i]!;
    let reason: number | null = null;
    if (header.type === NEXTHDR_FRAGMENT) {
      const whole = reassemble6(step, input, packet, at);
      if (whole === null || typeof whole === "number") return whole;
      // The header is gone, and another may have come into its place.
      if (whole !== packet) i--;
      packet = whole;
      continue;
    }
    if (header.type === NEXTHDR_DEST) reason = destinationOptions(step, dev, packet, header, at);
    else if (header.type === NEXTHDR_ROUTING) reason = routingHeader(step, dev, packet, header, at);
    // Hop-by-hop options stand in front of all others, or nowhere.
    else if (i > 0) reason = unknownProtocol(step, input, packet, i);
    if (reason !== null) return reason;
    at += header.octets.length;
  }
  const { protocol } = packet;
  if (protocol === NEXTHDR_DEST || protocol === NEXTHDR_ROUTING) return cutOff(step, dev);
  return protocol === NEXTHDR_FRAGMENT ? fragmentCutOff(step, dev, packet, at) : packet;
}

/** @param extensions how many headers stand in front. @source ip6_protocol_deliver_rcu() */
function unknownProtocol(
  step: StepContext,
  { dev, owner }: Input6,
  packet: Ipv6Packet,
  extensions: number,
): number {
  count6(step, owner.netns, owner, "Ip6InUnknownProtos");
  // The pointer leads to the field that names the unknown protocol.
  const pointer =
    extensions === 0 ? 6 : IPV6_HLEN + extensionsLength(packet.extensions.slice(0, extensions - 1));
  icmp6Send(step, dev, dev, packet, { type: ICMPV6_PARAMPROB, code: ICMPV6_UNK_NEXTHDR, info: pointer });
  return DROP.IP_NOPROTO;
}

/** @source ip6_protocol_deliver_rcu() */
function localDeliver(step: StepContext, input: Input6, given: Ipv6Packet): number | null {
  const { owner } = input;
  const { netns } = owner;
  const packet = behindExtensions(step, input, given);
  if (packet === null || typeof packet === "number") return packet;
  const isTaken = raw6Deliver(step, netns, owner, packet);
  if (packet.protocol === IPPROTO_ICMPV6) {
    const reason = icmp6Rcv(step, input, packet);
    count6(step, netns, owner, "Ip6InDelivers");
    return reason;
  }
  if (packet.protocol === IPPROTO_UDP) {
    count6(step, netns, owner, "Ip6InDelivers");
    return udp6Rcv(step, input, packet);
  }
  if (isTaken || packet.protocol === NEXTHDR_NONE) {
    count6(step, netns, owner, "Ip6InDelivers");
    return isTaken ? null : DROP.NOT_SPECIFIED;
  }
  return unknownProtocol(step, input, packet, packet.extensions.length);
}
