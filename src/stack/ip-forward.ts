/**
 * Passing packets on, and telling their senders why it cannot be done.
 * @source RFC 1812 chapters 4 and 5; net/ipv4/ip_forward.c; net/ipv4/route.c, ip_error(), ip_rt_send_redirect()
 */
import type { Errno } from "../core/errno.ts";
import { HZ } from "../core/timer-wheel.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import type { StepContext } from "../events/step-context.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_EXC_TTL,
  ICMP_FRAG_NEEDED,
  ICMP_HOST_UNREACH,
  ICMP_NET_UNREACH,
  ICMP_PKT_FILTERED,
  ICMP_REDIR_HOST,
  ICMP_REDIRECT,
  ICMP_SR_FAILED,
  ICMP_TIME_EXCEEDED,
} from "../wire/icmp.ts";
import { IP_DF, Ipv4Packet } from "../wire/ipv4.ts";
import { icmpSend } from "./icmp-error.ts";
import { inDevice } from "./in-device.ts";
import { inetPeer, peerAllowsRouteError, setInetPeer } from "./inet-peer.ts";
import { forwardOptions } from "./ip-options.ts";
import { ipForwardOutput } from "./ip-output.ts";
import { confOr, count, netStack } from "./net-stack.ts";
import { type OutputRoute, routeSource } from "./route.ts";
import type { ForwardRoute } from "./route-input.ts";

/** Redirects to one host until it is held to ignore them, and how far apart they are sent, doubling. @source net/ipv4/route.c */
const REDIRECT_NUMBER = 9;
const REDIRECT_LOAD = Math.floor(HZ / 50);
const REDIRECT_SILENCE = REDIRECT_LOAD * 2 ** (REDIRECT_NUMBER + 1);

/**
 * Sends a packet on its way. Gives the reason why it was dropped, or null.
 * @param isForHost its frame was sent to this host, not to a group
 * @source ip_forward()
 */
export function ipForward(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  route: ForwardRoute,
  isForHost: boolean,
): number | null {
  if (!isForHost) return DROP.NOT_SPECIFIED;
  if (packet.ttl <= 1) {
    count(step, dev.netns, "IpInHdrErrors");
    icmpSend(step, dev, packet, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0, false);
    return DROP.IP_INHDR;
  }
  if (packet.marks?.isStrictRoute === true && route.out.gateway !== 0) {
    icmpSend(step, dev, packet, ICMP_DEST_UNREACH, ICMP_SR_FAILED, 0, false);
    return DROP.NOT_SPECIFIED;
  }
  count(step, dev.netns, "IpForwDatagrams");
  if ((packet.flags & IP_DF) !== 0 && packet.length > route.out.mtu) {
    count(step, dev.netns, "IpFragFails");
    icmpSend(step, dev, packet, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, route.out.mtu, false);
    return DROP.PKT_TOO_BIG;
  }
  const passed = new Ipv4Packet(
    packet.tos,
    packet.id,
    packet.flags,
    packet.fragmentOffset,
    packet.ttl - 1,
    packet.protocol,
    packet.src,
    packet.dst,
    packet.payload,
  ).withOptions(packet.options, packet.marks);
  if (route.redirects && (packet.marks?.srr ?? -1) < 0) sendRedirect(step, dev, passed, route);
  ipForwardOutput(step, dev.netns, route.out, withForwardedOptions(step, dev, passed, route.out));
  return null;
}

/** @source ip_forward_finish() */
function withForwardedOptions(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  out: OutputRoute,
): Ipv4Packet {
  const { options, marks } = packet;
  if (options === null || marks === null) return packet;
  const source = () => routeSource(step, dev.netns, out);
  const octets = forwardOptions({ octets: options, marks }, source, out.dst);
  return packet.withOptions(octets, null, marks.srrIsHit ? out.dst : packet.dst);
}

/** Tells a sender of a router nearer to where it wants. @source ip_rt_send_redirect() */
function sendRedirect(step: StepContext, dev: NetDevice, packet: Ipv4Packet, route: ForwardRoute): void {
  const out = step.cells.get<NetDevice>(route.out.device);
  if (!confOr(netStack(step, dev.netns), inDevice(step, out).conf, "send_redirects")) return;
  const now = step.jiffies;
  let peer = inetPeer(step, dev.netns, packet.src);
  if (now > peer.last + REDIRECT_SILENCE) peer = { ...peer, tokens: 0, redirects: 0 };
  if (peer.redirects >= REDIRECT_NUMBER) peer = { ...peer, last: now };
  else if (peer.redirects === 0 || now > peer.last + REDIRECT_LOAD * 2 ** peer.redirects) {
    const gateway = route.out.gateway !== 0 ? route.out.gateway : packet.dst;
    icmpSend(step, dev, packet, ICMP_REDIRECT, ICMP_REDIR_HOST, gateway, false);
    peer = { ...peer, last: now, redirects: peer.redirects + 1 };
  }
  setInetPeer(step, dev.netns, packet.src, peer);
}

const ERROR_CODES = new Map<Errno, number>([
  ["EHOSTUNREACH", ICMP_HOST_UNREACH],
  ["ENETUNREACH", ICMP_NET_UNREACH],
  ["EACCES", ICMP_PKT_FILTERED],
]);

/**
 * Ends a packet for which there is no way. Gives the reason.
 * @source ip_error()
 */
export function ipError(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  errno: Errno,
  isForHost: boolean,
): number {
  const forwards = (inDevice(step, dev).conf.forwarding ?? 0) !== 0;
  if (!forwards && errno === "EHOSTUNREACH") {
    count(step, dev.netns, "IpInAddrErrors");
    return DROP.IP_INADDRERRORS;
  }
  const reason = errno === "ENETUNREACH" ? DROP.IP_INNOROUTES : DROP.NOT_SPECIFIED;
  if (errno === "ENETUNREACH") count(step, dev.netns, "IpExtInNoRoutes");
  const code = ERROR_CODES.get(errno);
  if (!forwards || code === undefined) return reason;
  if (peerAllowsRouteError(step, dev.netns, packet.src) && isForHost)
    icmpSend(step, dev, packet, ICMP_DEST_UNREACH, code, 0, false);
  return reason;
}
