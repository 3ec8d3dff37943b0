/**
 * Neighbour discovery: who has an IPv6 address, and who says so.
 * @source RFC 4861; net/ipv6/ndisc.c
 */
import type { NetDevice } from "../../devices/net-device.ts";
import { DROP } from "../../events/kinds.ts";
import {
  IFA_F_OPTIMISTIC,
  IFA_F_TENTATIVE,
  NTF_ROUTER,
  NUD_FAILED,
  NUD_REACHABLE,
  NUD_STALE,
  RTN_MULTICAST,
} from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { ETH_HLEN, ETH_P_IPV6, Frame } from "../../wire/frame.ts";
import {
  type Icmp6Message,
  NDISC_NEIGHBOUR_ADVERTISEMENT,
  NDISC_NEIGHBOUR_SOLICITATION,
  NDISC_REDIRECT,
  NDISC_ROUTER_ADVERTISEMENT,
  NDISC_ROUTER_SOLICITATION,
} from "../../wire/icmpv6.ts";
import { fragmentOf, type Ipv6Packet } from "../../wire/ipv6.ts";
import { type Ipv6Address, isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import type { Mac } from "../../wire/mac.ts";
import { readMac } from "../../wire/mac.ts";
import {
  linkAddress,
  NA_OVERRIDE,
  NA_ROUTER,
  NA_SOLICITED,
  ND_OPT_NONCE,
  ND_OPT_SOURCE_LL_ADDR,
  ND_OPT_TARGET_LL_ADDR,
  type NdOption,
  ndOptions,
  ndTarget,
} from "../../wire/ndisc.ts";
import { neighUpdate } from "../neigh.ts";
import { type Neigh, neighCreate, neighLookup } from "../neigh-table.ts";
import { type Pneigh, pneighEnqueue, pneighLookup } from "../pneigh.ts";
import { LL_ALL_NODES, multicastMac, solicitedNode } from "./address-type.ts";
import { dadFailure } from "./dad.ts";
import type { Input6 } from "./icmp6.ts";
import { addrs6, inet6DevOf } from "./inet6-dev.ts";
import { advertisementOfRouterRcv } from "./ndisc-ra.ts";
import { redirectRcv } from "./ndisc-redirect.ts";
import { ndiscSendNa, ndiscSendNs } from "./ndisc-send.ts";
import { netStack6 } from "./net-stack6.ts";

const HOP_LIMIT = 255;

/** Asks for a neighbour's address: the known owner first, else those that may have it. @source ndisc_solicit() */
export function ndiscSolicit(step: StepContext, neigh: Neigh): void {
  const dev = step.cells.get<NetDevice>(neigh.device);
  const target = neigh.key as Ipv6Address;
  const packet = neigh.queue.at(-1) as Ipv6Packet | undefined;
  const unusable = IFA_F_TENTATIVE | IFA_F_OPTIMISTIC;
  const isOwn =
    packet !== undefined &&
    addrs6(step, dev).some((addr) => addr.address === packet.src && (addr.flags & unusable) === 0);
  const src = isOwn ? packet.src : null;
  const isUnicast = neigh.probes < inet6DevOf(step, dev).neighParms.ucastProbes;
  ndiscSendNs(step, dev, target, isUnicast ? target : solicitedNode(target), src, 0);
}

/** @source ndisc_rcv() */
export function ndiscRcv(
  step: StepContext,
  input: Input6,
  packet: Ipv6Packet,
  message: Icmp6Message,
): number | null {
  if (fragmentOf(packet) !== null) return DROP.IPV6_NDISC_FRAG;
  if (packet.hopLimit !== HOP_LIMIT) return DROP.IPV6_NDISC_HOP_LIMIT;
  if (message.code !== 0) return DROP.IPV6_NDISC_BAD_CODE;
  switch (message.type) {
    case NDISC_NEIGHBOUR_SOLICITATION:
      return solicitationRcv(step, input, packet, message);
    case NDISC_NEIGHBOUR_ADVERTISEMENT:
      return advertisementRcv(step, input, packet, message);
    case NDISC_ROUTER_SOLICITATION:
      return routerSolicitationRcv(step, input, packet, message);
    case NDISC_ROUTER_ADVERTISEMENT:
      return advertisementOfRouterRcv(step, input.owner, packet, message);
    case NDISC_REDIRECT:
      return redirectRcv(step, input.owner, packet, message);
    default:
      return DROP.NOT_SPECIFIED;
  }
}

function isSolicitedNode(address: Ipv6Address): boolean {
  return address >> 24n === solicitedNode(0n) >> 24n;
}

function nonceOf(options: readonly NdOption[]): number {
  const found = options.find((option) => option.type === ND_OPT_NONCE && option.octets.length === 8);
  return found === undefined ? 0 : readMac(found.octets, 2);
}

/** @source ndisc_recv_ns() */
function solicitationRcv(
  step: StepContext,
  input: Input6,
  packet: Ipv6Packet,
  message: Icmp6Message,
): number | null {
  const dev = input.owner;
  const target = ndTarget(message);
  if (target === null) return DROP.PKT_TOO_SMALL;
  if (isMulticastIpv6(target)) return DROP.NOT_SPECIFIED;
  const isDad = packet.src === 0n;
  if (isDad && !isSolicitedNode(packet.dst)) return DROP.NOT_SPECIFIED;
  const options = ndOptions(message.data, 16);
  if (options === null) return DROP.IPV6_NDISC_BAD_OPTIONS;
  const lladdr = linkAddress(options, ND_OPT_SOURCE_LL_ADDR);
  if (lladdr !== null && isDad) return DROP.NOT_SPECIFIED;
  const isGroup = isMulticastIpv6(packet.dst);
  const own = addrs6(step, dev).find((addr) => addr.address === target);
  if (own !== undefined && (own.flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC)) !== 0) {
    if (isDad) {
      const nonce = nonceOf(options);
      // Our own solicitation has come back.
      if (nonce === 0 || nonce !== own.dadNonce) dadFailure(step, own);
      return DROP.NOT_SPECIFIED;
    }
    if ((own.flags & IFA_F_OPTIMISTIC) === 0) return DROP.NOT_SPECIFIED;
  }
  let isRouter = isForwardingOn(step, dev);
  if (own === undefined && !isAnycast(step, dev, target)) {
    const proxy = proxyFor(step, dev, target);
    if (proxy === null) return DROP.IPV6_NDISC_NS_OTHERHOST;
    isRouter = (proxy.flags & NTF_ROUTER) !== 0;
  }
  const parms = inet6DevOf(step, dev).neighParms;
  if (own === undefined && isGroup && !input.isRedone && parms.proxyDelayJiffies !== 0) {
    const frame = new Frame(
      0,
      multicastMac(packet.dst),
      0,
      ETH_P_IPV6,
      packet,
      ETH_HLEN + packet.length,
      null,
    );
    pneighEnqueue(step, dev, 6, parms, frame);
    return null;
  }
  if (isDad) {
    ndiscSendNa(step, dev, LL_ALL_NODES, target, {
      isRouter,
      isSolicited: false,
      isOverride: own !== undefined,
      hasOption: true,
    });
    return DROP.NOT_SPECIFIED;
  }
  const known = neighLookup(step, dev, packet.src);
  const neigh = known ?? (!isGroup || lladdr !== null ? neighCreate(step, dev, packet.src) : null);
  if (neigh === null) return DROP.NOT_SPECIFIED;
  update(step, neigh, lladdr, NUD_STALE, { override: true, weakOverride: true });
  ndiscSendNa(step, dev, packet.src, target, {
    isRouter,
    isSolicited: true,
    isOverride: own !== undefined && isGroup,
    hasOption: isGroup,
  });
  return null;
}

function isForwardingOn(step: StepContext, dev: NetDevice): boolean {
  return inet6DevOf(step, dev).conf.forwarding !== 0;
}

/** Is it an anycast address of the device? */
function isAnycast(step: StepContext, dev: NetDevice, target: Ipv6Address): boolean {
  return inet6DevOf(step, dev).anycasts.some((one) => one.address === target);
}

/** The entry by which the device answers for another host; null: it does not. */
function proxyFor(step: StepContext, dev: NetDevice, target: Ipv6Address): Pneigh | null {
  const { conf } = inet6DevOf(step, dev);
  const isOn = netStack6(step, dev.netns).confAll.proxyNdp !== 0 || conf.proxyNdp !== 0;
  return conf.forwarding !== 0 && isOn ? pneighLookup(step, dev.netns, target, dev.ref) : null;
}

/** @source ndisc_update() */
function update(
  step: StepContext,
  neigh: Neigh,
  lladdr: Mac | null,
  state: number,
  flags: Parameters<typeof neighUpdate>[4],
): void {
  neighUpdate(step, neigh, lladdr, state, flags);
}

/** @source ndisc_recv_na() */
function advertisementRcv(
  step: StepContext,
  input: Input6,
  packet: Ipv6Packet,
  message: Icmp6Message,
): number | null {
  const dev = input.owner;
  const target = ndTarget(message);
  if (target === null) return DROP.PKT_TOO_SMALL;
  if (isMulticastIpv6(target)) return DROP.NOT_SPECIFIED;
  const isSolicited = (message.rest & NA_SOLICITED) !== 0;
  if (isMulticastIpv6(packet.dst) && isSolicited) return DROP.NOT_SPECIFIED;
  const { conf } = inet6DevOf(step, dev);
  if (!isSolicited && conf.dropUnsolicitedNa !== 0) return DROP.NOT_SPECIFIED;
  const options = ndOptions(message.data, 16);
  if (options === null) return DROP.IPV6_NDISC_BAD_OPTIONS;
  const lladdr = linkAddress(options, ND_OPT_TARGET_LL_ADDR);
  const own = addrs6(step, dev).find((addr) => addr.address === target);
  if (own !== undefined) {
    if (!input.isLooped && (own.flags & IFA_F_TENTATIVE) !== 0) dadFailure(step, own);
    return DROP.NOT_SPECIFIED;
  }
  let neigh = neighLookup(step, dev, target);
  let state = isSolicited ? NUD_REACHABLE : NUD_STALE;
  if (neigh === null && lladdr !== null && conf.forwarding !== 0 && conf.acceptUntrackedNa === 1) {
    neigh = neighCreate(step, dev, target);
    state = NUD_STALE;
  }
  if (neigh === null || (neigh.state & NUD_FAILED) !== 0) return DROP.NOT_SPECIFIED;
  update(step, neigh, lladdr, state, {
    weakOverride: true,
    override: (message.rest & NA_OVERRIDE) !== 0,
    overrideIsRouter: true,
    isRouter: message.rest >= NA_ROUTER,
  });
  return null;
}

/** A solicitation has waited for proxy_delay, and is taken up again. @source pndisc_redo() */
export function ndiscRedo(step: StepContext, dev: NetDevice, frame: Frame): number | null {
  const packet = frame.payload;
  if (packet.kind !== "ipv6" || packet.payload.kind !== "icmp6") return DROP.NOT_SPECIFIED;
  const input: Input6 = { dev, owner: dev, routeType: RTN_MULTICAST, isLooped: false, isRedone: true };
  return solicitationRcv(step, input, packet, packet.payload);
}

/** A router learns who asks for it. @source ndisc_recv_rs() */
function routerSolicitationRcv(
  step: StepContext,
  { owner }: Input6,
  packet: Ipv6Packet,
  message: Icmp6Message,
): number | null {
  if (!isForwardingOn(step, owner) || packet.src === 0n) return DROP.NOT_SPECIFIED;
  const options = ndOptions(message.data, 0);
  if (options === null) return DROP.IPV6_NDISC_BAD_OPTIONS;
  const neigh = neighLookup(step, owner, packet.src) ?? neighCreate(step, owner, packet.src);
  if (neigh === null) return DROP.NOT_SPECIFIED;
  update(step, neigh, linkAddress(options, ND_OPT_SOURCE_LL_ADDR), NUD_STALE, {
    weakOverride: true,
    override: true,
    overrideIsRouter: true,
  });
  return null;
}
