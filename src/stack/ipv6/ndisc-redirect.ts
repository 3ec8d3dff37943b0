/**
 * Redirects: a router names a better first hop.
 * @source RFC 4861 section 8; net/ipv6/ndisc.c, ndisc_redirect_rcv(), ndisc_send_redirect(); net/ipv6/route.c, rt6_do_redirect()
 */
import type { NetDevice } from "../../devices/net-device.ts";
import { DROP } from "../../events/kinds.ts";
import { IFA_F_TENTATIVE, NUD_STALE } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Icmp6Message } from "../../wire/icmpv6.ts";
import { encodeIpv6, type Ipv6Packet } from "../../wire/ipv6.ts";
import { type Ipv6Address, isLinkLocalIpv6, isMulticastIpv6, readIpv6 } from "../../wire/ipv6-address.ts";
import {
  addressOption,
  linkAddress,
  ND_OPT_TARGET_LL_ADDR,
  ndOptions,
  ndTarget,
  redirect,
} from "../../wire/ndisc.ts";
import { neighUpdate } from "../neigh.ts";
import { NUD_VALID, neighCreate, neighLookup } from "../neigh-table.ts";
import { inet6DevOf } from "./inet6-dev.ts";
import { linkLocalOf, sendOnLink } from "./ndisc-send.ts";
import { netStack6 } from "./net-stack6.ts";
import { setException } from "./pmtu6.ts";
import { exceptionFor, outputRouteOf } from "./route6.ts";

export function redirectRcv(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv6Packet,
  message: Icmp6Message,
): number | null {
  if (!isLinkLocalIpv6(packet.src)) return DROP.NOT_SPECIFIED;
  const target = ndTarget(message);
  if (target === null || message.data.length < 32) return DROP.NOT_SPECIFIED;
  const dst = readIpv6(message.data, 16);
  if (isMulticastIpv6(dst)) return DROP.NOT_SPECIFIED;
  const isOnLink = dst === target;
  if (!isOnLink && !isLinkLocalIpv6(target)) return DROP.NOT_SPECIFIED;
  const { conf } = inet6DevOf(step, dev);
  if (conf.forwarding !== 0 || conf.acceptRedirects === 0) return DROP.NOT_SPECIFIED;
  const options = ndOptions(message.data, 32);
  if (options === null) return DROP.IPV6_NDISC_BAD_OPTIONS;
  const route = outputRouteOf(step, dev.netns, dst, -1);
  // Only the router that is in use may name another.
  if ("errno" in route || route.owner !== dev.ref || route.gateway !== packet.src) return DROP.NOT_SPECIFIED;
  const neigh = neighLookup(step, dev, target) ?? neighCreate(step, dev, target);
  if (neigh === null) return DROP.NOT_SPECIFIED;
  neighUpdate(step, neigh, linkAddress(options, ND_OPT_TARGET_LL_ADDR), NUD_STALE, {
    weakOverride: true,
    override: true,
    ...(isOnLink ? {} : { overrideIsRouter: true, isRouter: true }),
  });
  const stack = netStack6(step, dev.netns);
  setException(step, dev.netns, {
    dst,
    mtu: exceptionFor(step, stack, dst)?.mtu ?? 0,
    gateway: target,
    device: dev.ref,
    expires: Number.MAX_SAFE_INTEGER,
  });
  return null;
}

/** Longest redirect, which quotes what fits. */
const REDIRECT_MAX_OCTETS = 1280;

/** A router tells a neighbour that another one is nearer. @source ndisc_send_redirect() */
export function sendRedirect(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv6Packet,
  target: Ipv6Address,
): void {
  const src = linkLocalOf(step, dev, IFA_F_TENTATIVE);
  if (src === null) return;
  if (packet.dst !== target && !isLinkLocalIpv6(target)) return;
  const neigh = neighLookup(step, dev, target);
  const isKnown = neigh !== null && (neigh.state & NUD_VALID) !== 0;
  const options = isKnown ? [addressOption(ND_OPT_TARGET_LL_ADDR, neigh.lladdr)] : [];
  const octets = new Uint8Array(packet.length);
  encodeIpv6(packet, octets, 0);
  const room = REDIRECT_MAX_OCTETS - 40 - 40 - 8 * options.length;
  const quote = octets.slice(0, (Math.min(room, octets.length + 8) & ~7) - 8);
  sendOnLink(step, dev, src, packet.src, redirect(target, packet.dst, options, quote));
}
