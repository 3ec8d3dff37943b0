/** Whose an address is. @source net/ipv6/addrconf.c, ipv6_chk_addr_and_flags() */
import type { NetDevice } from "../../devices/net-device.ts";
import { devicesOf, type NetnsRef } from "../../devices/netns.ts";
import { IFA_F_TENTATIVE } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { type Ipv6Address, isLinkLocalIpv6 } from "../../wire/ipv6-address.ts";
import { addrs6 } from "./inet6-dev.ts";

/**
 * Has the namespace an address, tentative or not? A link-local one counts on its own device.
 * @param isAnyDevice any device will do, as long as the address's scope reaches it
 */
export function ownsAddress(
  step: StepContext,
  netns: NetnsRef,
  address: Ipv6Address,
  device: NetDevice | null,
  isAnyDevice: boolean,
): boolean {
  const devices =
    device !== null && (!isAnyDevice || isLinkLocalIpv6(address)) ? [device] : devicesOf(step, netns);
  return devices.some((dev) => addrs6(step, dev).some((addr) => addr.address === address));
}

/** The same, of addresses that may be used. @source ipv6_chk_addr() */
export function ownsValidAddress(
  step: StepContext,
  netns: NetnsRef,
  address: Ipv6Address,
  device: NetDevice | null,
): boolean {
  const devices = device !== null && isLinkLocalIpv6(address) ? [device] : devicesOf(step, netns);
  return devices.some((dev) =>
    addrs6(step, dev).some((addr) => addr.address === address && (addr.flags & IFA_F_TENTATIVE) === 0),
  );
}
