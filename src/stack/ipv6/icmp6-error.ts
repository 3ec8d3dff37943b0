/**
 * Telling a sender that its packet went nowhere.
 * @source RFC 4443 section 2.4; net/ipv6/icmp.c, icmp6_send()
 */
import { HZ } from "../../core/timer-wheel.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import { IFF_LOOPBACK } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import {
  ICMPV6_ADDR_UNREACH,
  ICMPV6_DEST_UNREACH,
  ICMPV6_INFOMSG_MASK,
  ICMPV6_PKT_TOOBIG,
  Icmp6Message,
} from "../../wire/icmpv6.ts";
import { encodeIpv6, fragmentOf, IPPROTO_ICMPV6, type Ipv6Packet } from "../../wire/ipv6.ts";
import { type Ipv6Address, isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import { ownsValidAddress } from "./addr-check.ts";
import { needsStrict } from "./address-type.ts";
import { count6, countIcmp6Type } from "./count6.ts";
import { flowLabelOf } from "./flow-label.ts";
import { addressKey } from "./inet6-dev.ts";
import { ip6Send } from "./ip6-output.ts";
import { netStack6, updateNetStack6 } from "./net-stack6.ts";
import { hopLimitOf, type OutputRoute6, outputRouteOf, route6Output } from "./route6.ts";
import { selectSource } from "./source-address.ts";

/** Longest quote: the error must fit the smallest MTU. */
const QUOTE_MAX_OCTETS = 1280 - 40 - 8;
/** Tokens that a destination can save up. @source XRLIM_BURST_FACTOR */
const PEER_BURST = 6;

/** Is it an error itself, or one of an unknown kind? @source is_ineligible() */
function isError(packet: Ipv6Packet): boolean {
  if (packet.protocol !== IPPROTO_ICMPV6) return false;
  const { payload } = packet;
  if (payload.kind === "icmp6") return (payload.type & ICMPV6_INFOMSG_MASK) === 0;
  const fragment = fragmentOf(packet);
  if (fragment !== null && fragment.offset !== 0) return false;
  const type = payload.octets[0];
  if (type === undefined && fragment?.hasMore === true) return false;
  return type === undefined || (type & ICMPV6_INFOMSG_MASK) === 0;
}

/** What an error is made from. */
export interface Error6 {
  readonly type: number;
  readonly code: number;
  /** MTU, pointer or 0. */
  readonly info: number;
  /** An unknown option asks that the sender be told even of a packet to a group. @source opt_unrec() */
  readonly tellsGroups?: boolean;
}

/**
 * @param dev device that the packet came in on, or was to leave by
 * @param iif device that it came in on; null: it is the host's own
 * @param isForHost it was sent to this host's own link-layer address
 */
export function icmp6Send(
  step: StepContext,
  dev: NetDevice,
  iif: NetDevice | null,
  packet: Ipv6Packet,
  error: Error6,
  isForHost = true,
): void {
  const { netns } = dev;
  let src: Ipv6Address = 0n;
  if (ownsValidAddress(step, netns, packet.dst, dev)) src = packet.dst;
  if (isMulticastIpv6(packet.dst) || !isForHost) {
    // Only what path MTU discovery and unknown options need is told of groups.
    if (error.type !== ICMPV6_PKT_TOOBIG && error.tellsGroups !== true) return;
    src = 0n;
  }
  if (packet.src === 0n || isMulticastIpv6(packet.src) || isError(packet)) return;
  if (src === 0n && iif !== null) src = selectSource(step, netns, iif, packet.src) ?? 0n;
  const oif = needsStrict(packet.src) ? (iif ?? dev).ref : -1;
  const route = route6Output(step, netns, { dst: packet.src, src, oif, ipproto: IPPROTO_ICMPV6 });
  if ("errno" in route) {
    count6(step, netns, null, "Ip6OutNoRoutes");
    return;
  }
  const owner = step.cells.get<NetDevice>(route.owner);
  if (error.type !== ICMPV6_PKT_TOOBIG && !allowsPeer(step, netns, route)) {
    count6(step, netns, owner, "Icmp6OutRateLimitHost");
    return;
  }
  const octets = new Uint8Array(packet.length);
  encodeIpv6(packet, octets, 0);
  const quote = octets.subarray(0, QUOTE_MAX_OCTETS);
  const message = new Icmp6Message(error.type, error.code, error.info, quote.slice());
  countIcmp6Type(step, netns, owner, true, error.type);
  count6(step, netns, owner, "Icmp6OutMsgs");
  ip6Send(step, netns, route, IPPROTO_ICMPV6, message, {
    hopLimit: hopLimitOf(step, route),
    trafficClass: 0,
    flowLabel: flowLabelOf(step, netns, route.src, packet.src, IPPROTO_ICMPV6),
    loops: true,
    mayFragment: true,
  });
}

/**
 * The neighbour that a packet waited for did not answer.
 * @source ip6_link_failure()
 */
export function icmp6LinkFailure(step: StepContext, dev: NetDevice, packet: Ipv6Packet): void {
  // Which device a forwarded packet came in on is the one that leads back to its source.
  let iif: NetDevice | null = null;
  if (!ownsValidAddress(step, dev.netns, packet.src, null)) {
    const back = outputRouteOf(step, dev.netns, packet.src, -1);
    if (!("errno" in back)) iif = step.cells.get<NetDevice>(back.owner);
  }
  icmp6Send(step, dev, iif, packet, { type: ICMPV6_DEST_UNREACH, code: ICMPV6_ADDR_UNREACH, info: 0 });
}

/** May the destination be sent one more error? Wider prefixes may have more. @source icmpv6_xrlim_allow() */
function allowsPeer(step: StepContext, netns: NetnsRef, route: OutputRoute6): boolean {
  if ((step.cells.get<NetDevice>(route.device).flags & IFF_LOOPBACK) !== 0) return true;
  const cost = netStack6(step, netns).settings.icmpRatelimit >> ((128 - route.route.dstLen) >> 5);
  return peerAllows6(step, netns, route.dst, cost);
}

/**
 * Is a host still within its bounds?
 * @param cost jiffies between two messages
 * @source net/ipv4/inetpeer.c, inet_peer_xrlim_allow()
 */
export function peerAllows6(step: StepContext, netns: NetnsRef, address: Ipv6Address, cost: number): boolean {
  if (cost === 0) return true;
  const { icmpPeers } = netStack6(step, netns);
  const key = addressKey(address);
  const peer = icmpPeers.get(key) ?? { tokens: 0, last: step.jiffies - 60 * HZ };
  const saved = Math.min(peer.tokens + step.jiffies - peer.last, PEER_BURST * cost);
  const isAllowed = saved >= cost;
  updateNetStack6(step, netns, (stack) => {
    stack.icmpPeers = icmpPeers.set(key, { tokens: isAllowed ? saved - cost : saved, last: step.jiffies });
  });
  return isAllowed;
}
