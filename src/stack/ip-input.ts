/**
 * IPv4 packets that come in.
 * @source net/ipv4/ip_input.c
 */
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import {
  IFF_LOOPBACK,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
  RTN_UNICAST,
  RTN_UNREACHABLE,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { frameOctets } from "../wire/ethernet.ts";
import { ETH_HLEN, type Frame } from "../wire/frame.ts";
import {
  decodeIpv4,
  IP_MF,
  IPPROTO_ICMP,
  IPPROTO_IGMP,
  IPPROTO_TCP,
  IPPROTO_UDP,
  IPV4_HLEN,
  type Ipv4Packet,
} from "../wire/ipv4.ts";
import { isMulticastIpv4 } from "../wire/ipv4-address.ts";
import { isMulticastMac } from "../wire/mac.ts";
import { inetAddrType } from "./fib-nexthop.ts";
import { icmpRcv } from "./icmp.ts";
import { icmpSend } from "./icmp-error.ts";
import { igmpRcv } from "./igmp-receive.ts";
import { inDevice } from "./in-device.ts";
import { ipError, ipForward } from "./ip-forward.ts";
import { type OptionsRead, rcvOptions } from "./ip-options-input.ts";
import { reassemble } from "./ip-reassembly.ts";
import { MIB, type Mib } from "./mib.ts";
import { isMember } from "./multicast.ts";
import { count, netStack, ownMib } from "./net-stack.ts";
import { rawDeliver } from "./raw-socket.ts";
import { type InputRoute, type LocalRoute, multicastInput, routeInput } from "./route-input.ts";
import { tcpRcv } from "./tcp-reset.ts";
import { udpRcv } from "./udp.ts";

/** ECN bits of the TOS octet to the counter of such packets. */
const ECT_COUNTERS = [
  MIB.IpExtInNoECTPkts,
  MIB.IpExtInECT1Pkts,
  MIB.IpExtInECT0Pkts,
  MIB.IpExtInCEPkts,
] as const;

/**
 * Takes a packet from a device. Gives the reason why it ended unused, or null.
 * @param isForHost the frame was addressed to this device alone (PACKET_HOST)
 * @source ip_rcv(), ip_rcv_finish(), ip_local_deliver()
 */
export function ipRcv(step: StepContext, dev: NetDevice, frame: Frame, isForHost: boolean): number | null {
  const mib = ownMib(step, dev.netns);
  const packet = frame.payload;
  mib.add(MIB.IpInReceives, 1);
  // Padding behind the packet counts, too.
  mib.add(MIB.IpExtInOctets, frame.length - ETH_HLEN);
  if (packet.kind !== "ipv4") return badHeader(step, dev, frame);
  const ect = ECT_COUNTERS[packet.tos & 3]!;
  mib.add(ect, 1);
  const route = sentHere(step, dev, frame, packet) ?? arrivalRoute(step, dev, packet);
  if ("drop" in route) {
    if (route.drop === DROP.IP_RPFILTER) count(step, dev.netns, "TcpExtIPReversePathFilter");
    return route.drop;
  }
  if (packet.options === null) return rcvFinish(step, dev, frame, packet, route, mib, isForHost);
  const read = rcvOptions(step, dev, packet, route, isForHost);
  if (typeof read === "number") return read;
  return rcvFinish(step, dev, frame, read.packet, read.route, mib, isForHost);
}

/** @source ip_rcv_finish_core(), dst_input() */
function rcvFinish(
  step: StepContext,
  dev: NetDevice,
  frame: Frame,
  packet: Ipv4Packet,
  route: OptionsRead["route"],
  mib: Mib,
  isForHost: boolean,
): number | null {
  const type = route.type === RTN_UNICAST ? route.out.type : route.type;
  if (type === RTN_BROADCAST || type === RTN_MULTICAST)
    countGroup(mib, type === RTN_MULTICAST, packet.length);
  else if (!frame.isLooped && isMulticastMac(frame.dst) && dropsUnicastToMany(step, dev))
    return DROP.UNICAST_IN_L2_MULTICAST;
  // To a group that lo does not belong to: the route that it was sent by leads nowhere here.
  if (route.type === RTN_MULTICAST && !isMember(inDevice(step, dev), packet.dst)) return DROP.NOT_SPECIFIED;
  if (route.type === RTN_UNICAST) return ipForward(step, dev, packet, route, isForHost);
  if (route.type === RTN_UNREACHABLE) return ipError(step, dev, packet, route.errno, isForHost);
  if ((packet.flags & IP_MF) !== 0 || packet.fragmentOffset !== 0) {
    const whole = reassemble(step, dev, packet);
    return whole === null || typeof whole === "number"
      ? whole
      : localDeliver(step, dev, frame, whole, route.type, mib, isForHost);
  }
  return localDeliver(step, dev, frame, packet, route.type, mib, isForHost);
}

/** @source IN_DEV_ORCONF(in_dev, DROP_UNICAST_IN_L2_MULTICAST) */
function dropsUnicastToMany(step: StepContext, dev: NetDevice): boolean {
  const { confAll } = netStack(step, dev.netns);
  const { conf } = inDevice(step, dev);
  return ((confAll.drop_unicast_in_l2_multicast ?? 0) | (conf.drop_unicast_in_l2_multicast ?? 0)) !== 0;
}

/** @source ip_route_input_rcu() */
function arrivalRoute(step: StepContext, dev: NetDevice, packet: Ipv4Packet): InputRoute {
  const { src, dst, tos, protocol } = packet;
  return isMulticastIpv4(dst)
    ? multicastInput(step, dev, src, dst, protocol === IPPROTO_IGMP)
    : routeInput(step, dev, src, dst, tos & 0x1e);
}

/** A packet of this host keeps the route that it was sent by; null: it comes from elsewhere. @source skb_valid_dst() */
function sentHere(step: StepContext, dev: NetDevice, frame: Frame, packet: Ipv4Packet): LocalRoute | null {
  const isOverLoopback = (dev.flags & IFF_LOOPBACK) !== 0 && frame.given === null;
  if (!frame.isLooped && !isOverLoopback) return null;
  const type = inetAddrType(step, dev.netns, packet.dst);
  if (type === RTN_MULTICAST) return { type, matched: null };
  // What a socket bound to the loopback sends to another device's subnet is taken for one host's.
  const isBroadcast =
    type === RTN_BROADCAST &&
    (!isOverLoopback || inetAddrType(step, dev.netns, packet.dst, dev.ref) === RTN_BROADCAST);
  return { type: isBroadcast ? RTN_BROADCAST : RTN_LOCAL, matched: null };
}

/** @source ip_protocol_deliver_rcu() */
function localDeliver(
  step: StepContext,
  dev: NetDevice,
  frame: Frame,
  packet: Ipv4Packet,
  /** RTN_LOCAL, RTN_BROADCAST or RTN_MULTICAST. */
  routeType: number,
  mib: Mib,
  isForHost: boolean,
): number | null {
  const isTaken = rawDeliver(step, dev, packet);
  switch (packet.protocol) {
    case IPPROTO_ICMP:
      mib.add(MIB.IpInDelivers, 1);
      return icmpRcv(step, dev, packet, routeType);
    case IPPROTO_UDP:
      mib.add(MIB.IpInDelivers, 1);
      return udpRcv(step, dev, packet, routeType, isForHost);
    case IPPROTO_TCP:
      mib.add(MIB.IpInDelivers, 1);
      return tcpRcv(step, dev, packet, routeType, isForHost);
    case IPPROTO_IGMP:
      mib.add(MIB.IpInDelivers, 1);
      return igmpRcv(step, dev, packet, frame.isLooped, !isForHost);
  }
  if (isTaken) {
    count(step, dev.netns, "IpInDelivers");
    return null;
  }
  count(step, dev.netns, "IpInUnknownProtos");
  if (isForHost) icmpSend(step, dev, packet, 3, 2, 0);
  return DROP.IP_NOPROTO;
}

/** The checks in their order, for what did not decode. @source ip_rcv_core() */
function badHeader(step: StepContext, dev: NetDevice, frame: Frame): number {
  const octets = frameOctets(frame);
  const error = decodeIpv4(octets, ETH_HLEN);
  const reason = "reason" in error ? error.reason : "";
  const isHeader = octets.length >= ETH_HLEN + IPV4_HLEN && octets[ETH_HLEN]! >>> 4 === 4;
  if (isHeader && (octets[ETH_HLEN]! & 15) >= 5)
    ownMib(step, dev.netns).add(ECT_COUNTERS[octets[ETH_HLEN + 1]! & 3]!, 1);
  if (reason.includes("beyond the frame")) {
    count(step, dev.netns, "IpExtInTruncatedPkts");
    return DROP.PKT_TOO_SMALL;
  }
  count(step, dev.netns, "IpInHdrErrors");
  if (!reason.includes("checksum")) return DROP.IP_INHDR;
  count(step, dev.netns, "IpExtInCsumErrors");
  return DROP.IP_CSUM;
}

function countGroup(mib: Mib, isMulticast: boolean, octets: number): void {
  const packets = isMulticast ? MIB.IpExtInMcastPkts : MIB.IpExtInBcastPkts;
  const bytes = isMulticast ? MIB.IpExtInMcastOctets : MIB.IpExtInBcastOctets;
  mib.add(packets, 1);
  mib.add(bytes, octets);
}
