/** The routes that addresses bring along. @source net/ipv6/addrconf.c, addrconf_prefix_route(), addrconf_f6i_alloc(); net/ipv6/anycast.c */
import { isUp, type NetDevice } from "../../devices/net-device.ts";
import {
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTN_ANYCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
} from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { startGc } from "./addr-lifetime.ts";
import { networkOf, type Route6, routesTo6 } from "./fib6.ts";
import { deleteRoute, insertRoute } from "./fib6-change.ts";
import { type Inet6Addr, inet6DevOf, updateInet6Dev } from "./inet6-dev.ts";
import { mcJoinSolicited, mcLeaveSolicited } from "./mcast6.ts";
import { netStack6 } from "./net-stack6.ts";
import { plainRoute6 } from "./plain-route.ts";

/** @source IP6_RT_PRIO_ADDRCONF */
const METRIC_ADDRCONF = 256;

/** The route to an address's neighbours; none while the device is down. @source addrconf_prefix_route() */
export function addPrefixRoute(
  step: StepContext,
  dev: NetDevice,
  address: Ipv6Address,
  prefixLen: number,
  metric: number,
  expires: number | null,
  isFromRa = false,
): void {
  if (!isUp(dev) || inet6DevOf(step, dev).conf.disableIpv6 !== 0) return;
  insertRoute(
    step,
    dev.netns,
    plainRoute6(dev, {
      dst: networkOf(address, prefixLen),
      dstLen: prefixLen,
      metric: metric === 0 ? METRIC_ADDRCONF : metric,
      expires,
      isFromRa,
    }),
  );
  if (expires !== null) startGc(step, dev.netns);
}

/** @source addrconf_get_prefix_route() */
export function prefixRoute(
  step: StepContext,
  dev: NetDevice,
  address: Ipv6Address,
  prefixLen: number,
): Route6 | null {
  const dst = networkOf(address, prefixLen);
  const place = { table: RT_TABLE_MAIN, dst, dstLen: prefixLen, src: 0n, srcLen: 0 };
  const routes = routesTo6(netStack6(step, dev.netns).fib, place);
  return routes.find((route) => route.oif === dev.ref && route.gateway === 0n) ?? null;
}

/** The route of an address to this host, or of the all-routers anycast address. @source addrconf_f6i_alloc() */
export function hostRoute(dev: NetDevice, address: Ipv6Address, isAnycast: boolean): Route6 {
  return plainRoute6(dev, {
    table: RT_TABLE_LOCAL,
    dst: address,
    type: isAnycast ? RTN_ANYCAST : RTN_LOCAL,
  });
}

export function removeHostRoute(step: StepContext, dev: NetDevice, address: Ipv6Address, type: number): void {
  const place = { table: RT_TABLE_LOCAL, dst: address, dstLen: 128, src: 0n, srcLen: 0 };
  const route = routesTo6(netStack6(step, dev.netns).fib, place).find(
    (r) => r.oif === dev.ref && r.type === type,
  );
  if (route !== undefined) deleteRoute(step, dev.netns, route);
}

/** ff00::/8 of a device. @source addrconf_add_mroute() */
export function addMulticastRoute(step: StepContext, dev: NetDevice): void {
  if (!isUp(dev)) return;
  insertRoute(
    step,
    dev.netns,
    plainRoute6(dev, {
      table: RT_TABLE_LOCAL,
      dst: 0xffn << 120n,
      dstLen: 8,
      metric: METRIC_ADDRCONF,
      type: RTN_MULTICAST,
    }),
  );
}

// ---------------------------------------------------------------------------------------------- anycast

/** @source addrconf_join_anycast(), __ipv6_dev_ac_inc() */
export function joinAnycast(step: StepContext, dev: NetDevice, addr: Inet6Addr): void {
  if (addr.prefixLen >= 127) return; // RFC 6164
  const address = networkOf(addr.address, addr.prefixLen);
  if (address === 0n) return;
  const known = inet6DevOf(step, dev).anycasts.find((one) => one.address === address);
  updateInet6Dev(step, dev, (d) => {
    d.anycasts =
      known === undefined
        ? [{ address, users: 1 }, ...d.anycasts]
        : d.anycasts.map((one) => (one.address === address ? { address, users: one.users + 1 } : one));
  });
  if (known !== undefined) return;
  insertRoute(step, dev.netns, hostRoute(dev, address, true));
  mcJoinSolicited(step, dev, address);
}

/** @source addrconf_leave_anycast(), __ipv6_dev_ac_dec() */
export function leaveAnycast(step: StepContext, dev: NetDevice, addr: Inet6Addr): void {
  if (addr.prefixLen >= 127) return;
  const address = networkOf(addr.address, addr.prefixLen);
  const known = inet6DevOf(step, dev).anycasts.find((one) => one.address === address);
  if (known === undefined) return;
  updateInet6Dev(step, dev, (d) => {
    d.anycasts = d.anycasts.flatMap((one) =>
      one.address !== address ? [one] : one.users > 1 ? [{ address, users: one.users - 1 }] : [],
    );
  });
  if (known.users > 1) return;
  mcLeaveSolicited(step, dev, address);
  removeHostRoute(step, dev, address, RTN_ANYCAST);
}
