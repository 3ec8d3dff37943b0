/**
 * IPv4 packets that come in.
 * @source net/ipv4/ip_input.c
 */
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import { RTN_BROADCAST, RTN_LOCAL, RTN_UNICAST, RTN_UNREACHABLE } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { ETH_HLEN, type Frame } from "../wire/frame.ts";
import { decodeIpv4, IP_MF, IPPROTO_ICMP, type Ipv4Packet } from "../wire/ipv4.ts";
import { isMulticastIpv4 } from "../wire/ipv4-address.ts";
import { icmpRcv } from "./icmp.ts";
import { icmpSend } from "./icmp-error.ts";
import { ipError, ipForward } from "./ip-forward.ts";
import { type OptionsRead, rcvOptions } from "./ip-options-input.ts";
import { reassemble } from "./ip-reassembly.ts";
import { MIB, type Mib } from "./mib.ts";
import { count, ownMib } from "./net-stack.ts";
import { rawDeliver } from "./raw-socket.ts";
import { routeInput } from "./route.ts";

/** ECN bits of the TOS octet to the counter of such packets. */
const ECT_COUNTERS = [
  MIB.IpExtInNoECTPkts,
  MIB.IpExtInECT1Pkts,
  MIB.IpExtInECT0Pkts,
  MIB.IpExtInCEPkts,
] as const;

/**
 * Takes a packet from a device. Gives the reason why it ended unused, or null.
 * @param routed the packet came over loopback and was routed when it was sent
 * @source ip_rcv(), ip_rcv_finish(), ip_local_deliver()
 */
export function ipRcv(step: StepContext, dev: NetDevice, frame: Frame, routed: boolean): number | null {
  const mib = ownMib(step, dev.netns);
  const packet = frame.payload;
  mib.add(MIB.IpInReceives, 1);
  if (packet.kind !== "ipv4") return badHeader(step, dev, frame);
  mib.add(MIB.IpExtInOctets, packet.length);
  const ect = ECT_COUNTERS[packet.tos & 3]!;
  mib.add(ect, 1);
  const route = routed
    ? ({ type: RTN_LOCAL } as const)
    : routeInput(step, dev, packet.src, packet.dst, packet.tos & 0x1e);
  if ("drop" in route) {
    if (route.drop === DROP.IP_RPFILTER) count(step, dev.netns, "TcpExtIPReversePathFilter");
    return route.drop;
  }
  if (packet.options === null) return rcvFinish(step, dev, frame, packet, route, mib);
  const read = rcvOptions(step, dev, packet, route, frame.dst === dev.address);
  if (read === null) return DROP.NOT_SPECIFIED;
  return rcvFinish(step, dev, frame, read.packet, read.route, mib);
}

/** @source ip_rcv_finish_core(), dst_input() */
function rcvFinish(
  step: StepContext,
  dev: NetDevice,
  frame: Frame,
  packet: Ipv4Packet,
  route: OptionsRead["route"],
  mib: Mib,
): number | null {
  if (route.type === RTN_BROADCAST || isMulticastIpv4(packet.dst))
    countGroup(mib, route.type !== RTN_BROADCAST, packet.length);
  if (route.type === RTN_UNICAST) return ipForward(step, dev, packet, route, frame.dst === dev.address);
  if (route.type === RTN_UNREACHABLE)
    return ipError(step, dev, packet, route.errno, frame.dst === dev.address);
  if ((packet.flags & IP_MF) !== 0 || packet.fragmentOffset !== 0) {
    const whole = reassemble(step, dev, packet);
    return whole === null || typeof whole === "number" ? whole : localDeliver(step, dev, whole, route.type);
  }
  return localDeliver(step, dev, packet, route.type);
}

/** @source ip_protocol_deliver_rcu() */
function localDeliver(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  routeType: number,
): number | null {
  const isTaken = rawDeliver(step, dev, packet);
  if (packet.protocol === IPPROTO_ICMP) {
    ownMib(step, dev.netns).add(MIB.IpInDelivers, 1);
    return icmpRcv(step, dev, packet, routeType);
  }
  if (isTaken) {
    count(step, dev.netns, "IpInDelivers");
    return null;
  }
  count(step, dev.netns, "IpInUnknownProtos");
  icmpSend(step, dev, packet, 3, 2, 0);
  return DROP.IP_NOPROTO;
}

function badHeader(step: StepContext, dev: NetDevice, frame: Frame): number {
  const error = frame.given === null ? null : decodeIpv4(frame.given, ETH_HLEN);
  const reason = error !== null && "reason" in error ? error.reason : "";
  count(step, dev.netns, reason.includes("beyond the frame") ? "IpExtInTruncatedPkts" : "IpInHdrErrors");
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
