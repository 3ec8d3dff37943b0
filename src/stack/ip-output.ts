/**
 * Sending IPv4 packets.
 * @source net/ipv4/ip_output.c; net/ipv4/route.c, __ip_select_ident()
 */
import type { Errno } from "../core/errno.ts";
import { registerRecord } from "../core/record-codec.ts";
import type { NetDevice } from "../devices/net-device.ts";
import type { NetnsRef } from "../devices/netns.ts";
import { DROP } from "../events/kinds.ts";
import { IFF_LOOPBACK, RTN_BROADCAST, RTN_LOCAL, RTN_MULTICAST, RTN_UNICAST } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { ETH_HLEN, ETH_P_IP, Frame } from "../wire/frame.ts";
import { IP_DF, Ipv4Packet, type Ipv4Payload } from "../wire/ipv4.ts";
import { type Ipv4Address, isMulticastIpv4 } from "../wire/ipv4-address.ts";
import { multicastMac } from "../wire/mac.ts";
import { inDevice } from "./in-device.ts";
import { fragmentPacket } from "./ip-fragment.ts";
import { buildOptions, type IpOptions } from "./ip-options.ts";
import { MIB, type Mib } from "./mib.ts";
import { isMember } from "./multicast.ts";
import { neighOutput } from "./neigh.ts";
import { count, IpIdent, netStack, ownMib, updateNetStack } from "./net-stack.ts";
import type { OutputRoute } from "./route.ts";

const IDENT_BUCKETS = 2048;

/**
 * The next identification for a (source, destination, protocol): a counter that also jumps a random bit for the time gone by.
 * @source ip_idents_reserve()
 */
export function selectIdent(
  step: StepContext,
  netns: NetnsRef,
  src: Ipv4Address,
  dst: Ipv4Address,
  protocol: number,
): number {
  const stack = netStack(step, netns);
  const bucket =
    (Math.imul(Math.imul(dst ^ (protocol << 24), 0x9e3779b1) ^ src, 0x85ebca6b) >>> 0) % IDENT_BUCKETS;
  const ref = stack.ipIdents.get(bucket);
  const now = step.jiffies;
  if (ref === undefined) {
    const first = step.draw("ip/ident", 0x10000);
    const made = step.cells.add(new IpIdent((first + 1) & 0xffff, now));
    updateNetStack(step, netns, (s) => {
      s.ipIdents = stack.ipIdents.set(bucket, made);
    });
    return first;
  }
  const own = step.cells.own(ref);
  const idle = now - own.stamp;
  const id = (own.next + (idle > 1 ? step.draw("ip/ident", idle) : 0)) & 0xffff;
  own.next = (id + 1) & 0xffff;
  own.stamp = now;
  return id;
}

export interface OutputOptions {
  readonly tos: number;
  readonly ttl: number;
  /** IP_DF or 0. */
  readonly flags: number;
  /** Number the packet although it must not be fragmented (IP_PMTUDISC_WANT). */
  readonly numbered: boolean;
  readonly options: IpOptions | null;
  /** Where a source route ends; `options` alone say where the packet goes first. */
  readonly finalDst?: Ipv4Address;
  /** Socket that is charged for the packet while it waits; absent: none. */
  readonly socket?: number;
  /** May the host itself get a copy of what goes to a group (IP_MULTICAST_LOOP)? @defaultValue true */
  readonly loops?: boolean;
}

/** Makes a packet for a route and sends it. @source ip_make_skb(), ip_send_skb() */
export function ipSend(
  step: StepContext,
  netns: NetnsRef,
  route: OutputRoute,
  protocol: number,
  payload: Ipv4Payload,
  o: OutputOptions,
): Errno | null {
  const id =
    o.numbered || (o.flags & IP_DF) === 0 ? selectIdent(step, netns, route.src, route.dst, protocol) : 0;
  const packet = new Ipv4Packet(
    o.tos,
    id,
    o.flags,
    0,
    o.ttl,
    protocol,
    route.src,
    route.dst,
    payload,
    o.options === null ? null : buildOptions(step, o.options, route.src, o.finalDst ?? route.dst),
    o.socket ?? -1,
  );
  const errno = ipLocalOut(step, netns, route, packet, o.numbered, o.loops ?? true);
  if (errno !== null) count(step, netns, "IpOutDiscards");
  return errno;
}

/** @source __ip_local_out(), ip_output(), ip_finish_output() */
export function ipLocalOut(
  step: StepContext,
  netns: NetnsRef,
  route: OutputRoute,
  packet: Ipv4Packet,
  mayFragment: boolean,
  loops = true,
): Errno | null {
  const mib = ownMib(step, netns);
  mib.add(MIB.IpOutRequests, 1);
  if (route.type !== RTN_UNICAST && route.type !== RTN_LOCAL) {
    const copy = ipMcOutput(step, route, packet, loops);
    if (copy === "stays") return null;
    if (copy === "both" && step.putOff(new RestOfIpv4(netns, route, [packet], false, mayFragment)))
      return null;
  }
  return ipFinish(step, netns, mib, route, packet, mayFragment);
}

/**
 * What is left to send of a packet: itself, when the host's own copy has been heard, or all its fragments but the first.
 * @source ip_mc_output(), ip_do_fragment(), in the course of a system call
 */
export class RestOfIpv4 {
  constructor(
    readonly netns: NetnsRef,
    readonly route: OutputRoute,
    readonly packets: readonly Ipv4Packet[],
    readonly areFragments: boolean,
    readonly mayFragment: boolean,
  ) {}
}
registerRecord("RestOfIpv4", RestOfIpv4);

export function ipOutputRest(step: StepContext, rest: RestOfIpv4): void {
  const { netns, route, packets } = rest;
  const mib = ownMib(step, netns);
  if (rest.areFragments) sendFragments(step, netns, mib, route, packets);
  else ipFinish(step, netns, mib, route, packets[0]!, rest.mayFragment);
}

/** @source ip_finish_output() */
function ipFinish(
  step: StepContext,
  netns: NetnsRef,
  mib: Mib,
  route: OutputRoute,
  packet: Ipv4Packet,
  mayFragment: boolean,
): Errno | null {
  if (packet.length <= route.mtu) return ipFinishOutput(step, mib, route, packet);
  if ((packet.flags & IP_DF) !== 0 && !mayFragment) {
    count(step, netns, "IpFragFails");
    return "EMSGSIZE";
  }
  return sendFragments(step, netns, mib, route, fragmentPacket(packet, route.mtu));
}

/** Sends a packet that came in and is passed on, in fragments if need be. @source ip_output(), ip_finish_output(), ip_fragment() */
export function ipForwardOutput(
  step: StepContext,
  netns: NetnsRef,
  route: OutputRoute,
  packet: Ipv4Packet,
): void {
  const mib = ownMib(step, netns);
  if (packet.length <= route.mtu) ipFinishOutput(step, mib, route, packet);
  else sendFragments(step, netns, mib, route, fragmentPacket(packet, route.mtu));
}

/** @source ip_do_fragment() */
function sendFragments(
  step: StepContext,
  netns: NetnsRef,
  mib: Mib,
  route: OutputRoute,
  fragments: readonly Ipv4Packet[],
): Errno | null {
  for (const [at, fragment] of fragments.entries()) {
    const errno = ipFinishOutput(step, mib, route, fragment);
    if (errno !== null) {
      count(step, netns, "IpFragFails");
      // The packet itself goes, whichever of its fragments failed.
      step.recordPacketDrop(netns, route.device, fragment, DROP.NOT_SPECIFIED);
      return errno;
    }
    count(step, netns, "IpFragCreates");
    const rest = fragments.slice(at + 1);
    if (rest.length > 0 && step.putOff(new RestOfIpv4(netns, route, rest, true, true))) return null;
  }
  count(step, netns, "IpFragOKs");
  return null;
}

/**
 * A packet to a group that the host belongs to, or to all: the host gets a copy. Says whether the packet leaves the host, too.
 * @source ip_mc_output(), dev_loopback_xmit()
 */
function ipMcOutput(
  step: StepContext,
  route: OutputRoute,
  packet: Ipv4Packet,
  loops: boolean,
): "leaves" | "both" | "stays" {
  const dev = step.cells.get<NetDevice>(route.device);
  if ((dev.flags & IFF_LOOPBACK) !== 0) return "leaves";
  const isForGroup = route.type === RTN_MULTICAST;
  const hears = isForGroup
    ? loops && isMember(inDevice(step, dev), packet.dst)
    : route.type === RTN_BROADCAST;
  if (hears) loopBack(step, dev, packet);
  if (!isForGroup || packet.ttl > 0) return hears ? "both" : "leaves";
  step.recordPacketDrop(dev.netns, dev.ref, packet, DROP.NOT_SPECIFIED);
  return "stays";
}

function loopBack(step: StepContext, dev: NetDevice, packet: Ipv4Packet): void {
  const { dst } = packet;
  const mac = isMulticastIpv4(dst) ? multicastMac(dst) : dev.broadcast;
  const length = ETH_HLEN + packet.length;
  step.loopBack(
    dev.ref,
    new Frame(step.newFrameId(), mac, dev.address, ETH_P_IP, packet, length, null, true),
  );
}

/** @source ip_output(), ip_finish_output2() */
function ipFinishOutput(step: StepContext, mib: Mib, route: OutputRoute, packet: Ipv4Packet): Errno | null {
  mib.add(MIB.IpOutTransmits, 1);
  mib.add(MIB.IpExtOutOctets, packet.length);
  const dev = step.cells.get<NetDevice>(route.device);
  if (route.type === RTN_MULTICAST || route.type === RTN_BROADCAST)
    countGroup(mib, route.type === RTN_MULTICAST, packet.length);
  return neighOutput(step, dev, route.gateway !== 0 ? route.gateway : packet.dst, packet);
}

function countGroup(mib: Mib, isMulticast: boolean, octets: number): void {
  const packets = isMulticast ? MIB.IpExtOutMcastPkts : MIB.IpExtOutBcastPkts;
  const bytes = isMulticast ? MIB.IpExtOutMcastOctets : MIB.IpExtOutBcastOctets;
  mib.add(packets, 1);
  mib.add(bytes, octets);
}
