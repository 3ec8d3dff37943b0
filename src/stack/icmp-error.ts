/**
 * Telling a sender that its packet went nowhere.
 * @source RFC 1812 section 4.3; net/ipv4/icmp.c, __icmp_send()
 */

import { HZ } from "../core/timer-wheel.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { devicesOf } from "../devices/netns.ts";
import { IFF_LOOPBACK, RT_SCOPE_LINK, RTN_BROADCAST, RTN_LOCAL, RTN_MULTICAST } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_FRAG_NEEDED,
  ICMP_HLEN,
  ICMP_HOST_UNREACH,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
  IcmpMessage,
  NR_ICMP_TYPES,
} from "../wire/icmp.ts";
import { encodeIpv4, IPDEFTTL, IPPROTO_ICMP, IPV4_HLEN, type Ipv4Packet } from "../wire/ipv4.ts";
import { inetAddrType } from "./fib-nexthop.ts";
import { countIcmpOut } from "./icmp-count.ts";
import { inetSelectAddr } from "./in-device.ts";
import { peerAllows } from "./inet-peer.ts";
import { compileOptions, echoOptions } from "./ip-options.ts";
import { ipSend } from "./ip-output.ts";
import { count, IcmpLimit, netStack } from "./net-stack.ts";
import { type OutputRoute, routeOutput } from "./route.ts";
import { specificDestination } from "./route-input.ts";

/** Longest ICMP error, IP header included. */
const ERROR_MAX_OCTETS = 576;

/**
 * The neighbour that a packet of ours waited for did not answer. It was on its way to another host, even if to an own address.
 * @source ipv4_link_failure()
 */
export function icmpHostUnreachable(step: StepContext, dev: NetDevice, packet: Ipv4Packet): void {
  icmpSend(step, dev, packet, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0, false);
}

/**
 * @param dev device that the packet came in on, or was to leave by
 * @param wasForUs was its route to this host? The error then comes from the address that it was sent to.
 * @source net/ipv4/icmp.c, __icmp_send()
 */
export function icmpSend(
  step: StepContext,
  dev: NetDevice,
  about: Ipv4Packet,
  type: number,
  code: number,
  info: number,
  wasForUs = true,
): void {
  const packet = withReadOptions(step, dev, about);
  if (packet === null) return;
  if (packet.fragmentOffset !== 0) return;
  const kind = inetAddrType(step, dev.netns, packet.dst);
  if (kind === RTN_BROADCAST || kind === RTN_MULTICAST) return;
  if (packet.payload.kind === "icmp" && isError(packet.payload.type)) return;
  if (!allowGlobal(step, dev, type)) return;
  const tos = (packet.tos & 0x1e) | 0xc0;
  const isInbound = !wasForUs && netStack(step, dev.netns).settings.icmpInboundIfaddr !== 0;
  const own = isInbound
    ? inetSelectAddr(step, dev, packet.src, RT_SCOPE_LINK, devicesOf(step, dev.netns))
    : 0;
  // What a socket bound to the loopback sends to others is taken for this host's, too, but nothing can be answered from there.
  const isLocal = kind === RTN_LOCAL || (dev.flags & IFF_LOOPBACK) !== 0;
  const src = wasForUs && isLocal ? packet.dst : own;
  let options: ReturnType<typeof echoOptions> = null;
  if (packet.options !== null) {
    const specDst = specificDestination(step, dev, packet.dst, packet.src, wasForUs && kind === RTN_LOCAL);
    options = echoOptions(
      step,
      dev.netns,
      { octets: packet.options, marks: packet.marks! },
      packet.src,
      specDst,
    );
    if (options === null) return;
  }
  const dst = options !== null && options.marks.srr >= 0 ? options.firstHop : packet.src;
  const route = routeOutput(step, dev.netns, { dst, src, oif: -1, tos: tos & 0x1e });
  if ("errno" in route) return;
  if (!allowPeer(step, dev, route, type, code)) return;
  consumeGlobal(step, dev, type);
  const octets = new Uint8Array(packet.length);
  encodeIpv4(packet, octets, 0);
  const quote = octets.slice(0, ERROR_MAX_OCTETS - IPV4_HLEN - ICMP_HLEN - (options?.octets.length ?? 0));
  countIcmpOut(step, dev.netns, type);
  ipSend(step, dev.netns, route, IPPROTO_ICMP, new IcmpMessage(type, code, info, quote), {
    tos,
    ttl: IPDEFTTL,
    flags: 0,
    numbered: true,
    options: options === null || options.octets.length === 0 ? null : options,
    finalDst: packet.src,
  });
}

/**
 * A packet of this host's own was not read when it came in: its options are read now, and filled in as they are.
 * Null: they are wrong.
 * @source net/ipv4/route.c, ipv4_send_dest_unreach()
 */
function withReadOptions(step: StepContext, dev: NetDevice, packet: Ipv4Packet): Ipv4Packet | null {
  if (packet.options === null || packet.marks !== null) return packet;
  const specDst = () => specificDestination(step, dev, packet.dst, packet.src, false);
  const compiled = compileOptions(step, dev.netns, packet.options, specDst);
  return "pointer" in compiled ? null : packet.withOptions(compiled.octets, compiled.marks);
}

/** Messages that tell of an error, and those that nobody knows: no error is told of them. @source icmp_pointers */
function isError(type: number): boolean {
  return (
    type === ICMP_DEST_UNREACH ||
    type === ICMP_SOURCE_QUENCH ||
    type === ICMP_REDIRECT ||
    type === ICMP_TIME_EXCEEDED ||
    type === ICMP_PARAMETERPROB ||
    type > NR_ICMP_TYPES
  );
}

/** Do the buckets count messages of this type (net.ipv4.icmp_ratemask)? */
export function isLimited(step: StepContext, dev: NetDevice, type: number): boolean {
  return type < 32 && ((netStack(step, dev.netns).settings.icmpRatemask >>> type) & 1) === 1;
}

/** @source icmpv4_global_allow(), icmp_global_allow() */
export function allowGlobal(step: StepContext, dev: NetDevice, type: number): boolean {
  if (!isLimited(step, dev, type)) return true;
  const { icmpLimit, settings } = netStack(step, dev.netns);
  const limit = step.cells.get(icmpLimit);
  if (limit.credit > 0) return true;
  const delta = Math.min(step.jiffies - limit.stamp, HZ);
  const more = delta < HZ / 50 ? 0 : Math.floor((settings.icmpMsgsPerSec * delta) / HZ);
  if (more === 0) {
    count(step, dev.netns, "IcmpOutRateLimitGlobal");
    return false;
  }
  step.cells.set(
    icmpLimit,
    new IcmpLimit(Math.min(limit.credit + more, settings.icmpMsgsBurst), step.jiffies, limit.peers),
  );
  return true;
}

/** @source icmp_global_consume() */
export function consumeGlobal(step: StepContext, dev: NetDevice, type: number): void {
  if (!isLimited(step, dev, type)) return;
  const { icmpLimit } = netStack(step, dev.netns);
  const limit = step.cells.get(icmpLimit);
  const spent = step.draw("icmp/credit", 3);
  if (spent > 0) step.cells.set(icmpLimit, new IcmpLimit(limit.credit - spent, limit.stamp, limit.peers));
}

/** @source icmpv4_xrlim_allow() */
export function allowPeer(
  step: StepContext,
  dev: NetDevice,
  route: OutputRoute,
  type: number,
  code: number,
): boolean {
  if (!isLimited(step, dev, type) || (type === ICMP_DEST_UNREACH && code === ICMP_FRAG_NEEDED)) return true;
  if ((step.cells.get<NetDevice>(route.device).flags & IFF_LOOPBACK) !== 0) return true;
  if (peerAllows(step, dev.netns, route.dst, netStack(step, dev.netns).settings.icmpRatelimit)) return true;
  count(step, dev.netns, "IcmpOutRateLimitHost");
  return false;
}
