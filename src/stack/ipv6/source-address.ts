/**
 * Which of a host's addresses a packet comes from.
 * @source RFC 6724; net/ipv6/addrconf.c, ipv6_dev_get_saddr(), ipv6_get_saddr_eval(); net/ipv6/addrlabel.c
 */
import type { NetDevice } from "../../devices/net-device.ts";
import { devicesOf, type NetnsRef } from "../../devices/netns.ts";
import {
  IFA_F_DEPRECATED,
  IFA_F_HOMEADDRESS,
  IFA_F_OPTIMISTIC,
  IFA_F_TENTATIVE,
} from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { type Ipv6Address, isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import { labelOf } from "./addr-label.ts";
import { commonPrefixLength, SCOPE_LINKLOCAL, sourceScope } from "./address-type.ts";
import { addrs6, type Inet6Addr, inet6Dev } from "./inet6-dev.ts";
import { netStack6 } from "./net-stack6.ts";

interface Destination {
  readonly address: Ipv6Address;
  readonly scope: number;
  readonly label: number;
  readonly device: number;
  readonly usesOptimistic: boolean;
}

/** What an address scores by each rule, in their order: the first difference decides. */
function scores(addr: Inet6Addr, dst: Destination, label: number): number[] {
  const scope = sourceScope(addr.address);
  const avoided = IFA_F_DEPRECATED | (dst.usesOptimistic ? 0 : IFA_F_OPTIMISTIC);
  return [
    addr.address === dst.address ? 1 : 0,
    scope >= dst.scope ? -scope : scope - 128,
    (addr.flags & avoided) === 0 ? 1 : 0,
    (addr.flags & IFA_F_HOMEADDRESS) !== 0 ? 1 : 0,
    dst.device < 0 || addr.device === dst.device ? 1 : 0,
    label === dst.label ? 1 : 0,
    Math.min(commonPrefixLength(addr.address, dst.address), addr.prefixLen),
    (addr.flags & IFA_F_OPTIMISTIC) === 0 ? 1 : 0,
  ];
}

function isBetter(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((score, i) => score !== b[i]);
  return at >= 0 && a[at]! > b[at]!;
}

/** Source address for a destination; null: there is none. @param device that the packet leaves by */
export function selectSource(
  step: StepContext,
  netns: NetnsRef,
  device: NetDevice | null,
  address: Ipv6Address,
): Ipv6Address | null {
  const in6 = device === null ? null : inet6Dev(step, device);
  const { labels } = netStack6(step, netns);
  const dst: Destination = {
    address,
    scope: sourceScope(address),
    label: labelOf(labels, address, device?.ifindex ?? 0),
    device: device === null ? -1 : device.ref,
    usesOptimistic: (in6?.conf.useOptimistic ?? netStack6(step, netns).confAll.useOptimistic) !== 0,
  };
  const isOwnOnly =
    device !== null &&
    (isMulticastIpv6(address) || dst.scope <= SCOPE_LINKLOCAL || (in6?.conf.useOifAddrsOnly ?? 0) !== 0);
  const devices = isOwnOnly ? [device] : devicesOf(step, netns);
  let best: Inet6Addr | null = null;
  let bestScores: number[] = [];
  for (const dev of devices)
    for (const addr of addrs6(step, dev)) {
      if ((addr.flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC)) === IFA_F_TENTATIVE) continue;
      if (isMulticastIpv6(addr.address)) continue;
      const own = scores(addr, dst, labelOf(labels, addr.address, dev.ifindex));
      if (best === null || isBetter(own, bestScores)) {
        best = addr;
        bestScores = own;
      }
    }
  return best === null ? null : best.address;
}
