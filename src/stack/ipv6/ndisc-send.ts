/**
 * Messages of neighbour discovery that a host sends by itself.
 * @source RFC 4861; net/ipv6/ndisc.c, ndisc_send_ns(), ndisc_send_na(), ndisc_send_rs()
 */
import type { NetDevice } from "../../devices/net-device.ts";
import { IFA_F_OPTIMISTIC, IFA_F_TENTATIVE, IFF_POINTOPOINT, RT_SCOPE_LINK } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import {
  ICMPV6_MGM_QUERY,
  ICMPV6_MGM_REDUCTION,
  ICMPV6_MGM_REPORT,
  ICMPV6_MLD2_REPORT,
  type Icmp6Message,
} from "../../wire/icmpv6.ts";
import { type ExtensionHeader, IPPROTO_ICMPV6, Ipv6Packet } from "../../wire/ipv6.ts";
import { type Ipv6Address, isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import {
  addressOption,
  NA_OVERRIDE,
  NA_ROUTER,
  NA_SOLICITED,
  ND_OPT_SOURCE_LL_ADDR,
  ND_OPT_TARGET_LL_ADDR,
  neighbourAdvertisement,
  neighbourSolicitation,
  nonceOption,
  routerSolicitation,
} from "../../wire/ndisc.ts";
import { LL_ALL_NODES } from "./address-type.ts";
import { count6, countIcmp6Type } from "./count6.ts";
import { addrs6, inet6DevOf } from "./inet6-dev.ts";
import { ip6FinishOutput } from "./ip6-output.ts";
import { selectSource } from "./source-address.ts";

const NO_EXTENSIONS: readonly ExtensionHeader[] = [];
const NDISC_HOP_LIMIT = 255;

/** Sends a message of the kernel's own on a link. @source ndisc_send_skb(), mld_sendpack() */
export function sendOnLink(
  step: StepContext,
  dev: NetDevice,
  src: Ipv6Address,
  dst: Ipv6Address,
  message: Icmp6Message,
  hopLimit: number = NDISC_HOP_LIMIT,
  extensions: readonly ExtensionHeader[] = NO_EXTENSIONS,
): void {
  const packet = new Ipv6Packet(0, 0, hopLimit, src, dst, IPPROTO_ICMPV6, message, extensions);
  count6(step, dev.netns, dev, "Ip6OutRequests");
  // The empty queue of a device without carrier drops it, and says so (NET_XMIT_CN).
  const isCongested = isMulticastIpv6(dst) && !step.cells.get<NetDevice>(dev.ref).isQueueActive;
  if (ip6FinishOutput(step, dev, dst, packet, { loops: false }) !== null || isCongested) {
    if (isListenerMessage(message.type)) count6(step, dev.netns, dev, "Ip6OutDiscards");
    return;
  }
  countIcmp6Type(step, dev.netns, dev, true, message.type);
  count6(step, dev.netns, dev, "Icmp6OutMsgs");
}

/** Of multicast listener discovery. @source mld_sendpack(), igmp6_send() */
function isListenerMessage(type: number): boolean {
  return (
    type === ICMPV6_MLD2_REPORT ||
    type === ICMPV6_MGM_QUERY ||
    type === ICMPV6_MGM_REPORT ||
    type === ICMPV6_MGM_REDUCTION
  );
}

/** The oldest usable link-local address; null: none. @param banned IFA_F_* @source ipv6_get_lladdr() */
export function linkLocalOf(step: StepContext, dev: NetDevice, banned: number): Ipv6Address | null {
  let found: Ipv6Address | null = null;
  // Link-local addresses stand last: the kernel looks from behind.
  for (const addr of addrs6(step, dev).reverse()) {
    if (addr.scope < RT_SCOPE_LINK) break;
    if (addr.scope === RT_SCOPE_LINK && (addr.flags & banned) === 0) {
      found = addr.address;
      break;
    }
  }
  return found;
}

/** Has the device a link-layer address? */
function hasAddress(dev: NetDevice): boolean {
  return (dev.flags & IFF_POINTOPOINT) === 0;
}

/**
 * @param src null: a link-local address; 0 (::): none, as duplicate address detection asks
 * @param nonce 0: none
 */
export function ndiscSendNs(
  step: StepContext,
  dev: NetDevice,
  target: Ipv6Address,
  dst: Ipv6Address,
  src: Ipv6Address | null,
  nonce: number,
): void {
  const from = src ?? linkLocalOf(step, dev, IFA_F_TENTATIVE | IFA_F_OPTIMISTIC);
  if (from === null) return;
  const options: Uint8Array[] = [];
  if (from !== 0n && hasAddress(dev)) options.push(addressOption(ND_OPT_SOURCE_LL_ADDR, dev.address));
  if (nonce !== 0) options.push(nonceOption(nonce));
  sendOnLink(step, dev, from, dst, neighbourSolicitation(target, options));
}

/** What an advertisement says beside its target. */
export interface NaFlags {
  readonly isRouter: boolean;
  readonly isSolicited: boolean;
  readonly isOverride: boolean;
  /** Names the link-layer address. */
  readonly hasOption: boolean;
}

export function ndiscSendNa(
  step: StepContext,
  dev: NetDevice,
  dst: Ipv6Address,
  target: Ipv6Address,
  flags: NaFlags,
): void {
  const own = addrs6(step, dev).find((addr) => addr.address === target);
  const src = own === undefined ? selectSource(step, dev.netns, dev, dst) : target;
  if (src === null) return;
  const isOverride = flags.isOverride && ((own?.flags ?? 0) & IFA_F_OPTIMISTIC) === 0;
  const bits =
    (flags.isRouter ? NA_ROUTER : 0) +
    (flags.isSolicited ? NA_SOLICITED : 0) +
    (isOverride ? NA_OVERRIDE : 0);
  const options = flags.hasOption ? [addressOption(ND_OPT_TARGET_LL_ADDR, dev.address)] : [];
  sendOnLink(step, dev, src, dst, neighbourAdvertisement(target, bits, options));
}

export function ndiscSendRs(step: StepContext, dev: NetDevice, src: Ipv6Address, dst: Ipv6Address): void {
  const own = addrs6(step, dev).find((addr) => addr.address === src);
  const isNamed = own !== undefined && (own.flags & IFA_F_OPTIMISTIC) === 0 && hasAddress(dev);
  const options = isNamed ? [addressOption(ND_OPT_SOURCE_LL_ADDR, dev.address)] : [];
  sendOnLink(step, dev, src, dst, routerSolicitation(options));
}

/** Will it send advertisements as a router? */
export function isForwarding(step: StepContext, dev: NetDevice): boolean {
  return inet6DevOf(step, dev).conf.forwarding !== 0;
}

/** Tells the link of the device's addresses. @source ndisc_send_unsol_na() */
export function ndiscSendUnsolicited(step: StepContext, dev: NetDevice): void {
  const isRouter = isForwarding(step, dev);
  for (const addr of addrs6(step, dev)) {
    if ((addr.flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC)) === IFA_F_TENTATIVE) continue;
    ndiscSendNa(step, dev, LL_ALL_NODES, addr.address, {
      isRouter,
      isSolicited: false,
      isOverride: true,
      hasOption: true,
    });
  }
}
