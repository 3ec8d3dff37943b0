/** Tokenized identifiers: the lower half of the addresses that a device makes from routers' prefixes. @source net/ipv6/addrconf.c, inet6_set_iftoken() */
import type { NetDevice } from "../../devices/net-device.ts";
import { IFA_F_OPTIMISTIC, IFA_F_TENTATIVE, IFF_LOOPBACK, IFF_NOARP } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { verifyAddrs } from "./addr-expiry.ts";
import { acceptsRa, askRouters } from "./dad.ts";
import { addrs6, inet6DevOf, setAddr6, updateInet6Dev } from "./inet6-dev.ts";
import { linkLocalOf } from "./ndisc-send.ts";

/** Takes the lower half of an address; a device that can ask routers does so at once. @returns why it cannot be, or null */
export function setIftoken(step: StepContext, dev: NetDevice, address: Ipv6Address): string | null {
  const { conf, isReady } = inet6DevOf(step, dev);
  if ((dev.flags & IFF_LOOPBACK) !== 0) return "ipv6: Device is loopback";
  if ((dev.flags & IFF_NOARP) !== 0) return "ipv6: Device does not do neighbour discovery";
  if (!acceptsRa(step, dev)) return "ipv6: Router advertisement is disabled on device";
  if (conf.rtrSolicits === 0) return "Router solicitation is disabled on device";
  updateInet6Dev(step, dev, (d) => {
    d.token = BigInt.asUintN(64, address);
  });
  const src = linkLocalOf(step, dev, IFA_F_TENTATIVE | IFA_F_OPTIMISTIC);
  if (address !== 0n && isReady && src !== null) askRouters(step, dev, src);
  // Addresses with the old one end.
  for (const addr of addrs6(step, dev))
    if (addr.isTokenized) setAddr6(step, addr, { validLft: 0, preferredLft: 0 });
  verifyAddrs(step, dev.netns);
  return null;
}
