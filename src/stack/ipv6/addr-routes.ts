/** The routes that addresses bring along. @source net/ipv6/addrconf.c, addrconf_prefix_route(), addrconf_f6i_alloc(); net/ipv6/anycast.c */
import { isUp, type NetDevice } from "../../devices/net-device.ts";
import {
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTN_ANYCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
  RTN_UNICAST,
  RTNH_F_LINKDOWN,
  RTPROT_KERNEL,
} from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { startGc } from "./addr-lifetime.ts";
import { networkOf, type Route6, routesTo6 } from "./fib6.ts";
import { deleteRoute, insertRoute } from "./fib6-change.ts";
import { type Inet6Addr, inet6DevOf, updateInet6Dev } from "./inet6-dev.ts";
import { mcJoinSolicited, mcLeaveSolicited } from "./mcast6.ts";
import { netStack6 } from "./net-stack6.ts";

/** @source IP6_RT_PRIO_ADDRCONF */
const METRIC_ADDRCONF = 256;

function plainRoute(dev: NetDevice, route: Partial<Route6>): Route6 {
  const isOwn = route.type === RTN_LOCAL || route.type === RTN_ANYCAST;
  return {
    table: RT_TABLE_MAIN,
    dst: 0n,
    dstLen: 128,
    metric: 0,
    type: RTN_UNICAST,
    protocol: RTPROT_KERNEL,
    gateway: 0n,
    oif: dev.ref,
    prefSrc: 0n,
    flags: dev.hasCarrier || isOwn ? 0 : RTNH_F_LINKDOWN,
    mtu: 0,
    expires: null,
    pref: 0,
    metrics: null,
    ...route,
  };
}

/** The route to an address's neighbours; none while the device is down. @source addrconf_prefix_route() */
export function addPrefixRoute(
  step: StepContext,
  dev: NetDevice,
  address: Ipv6Address,
  prefixLen: number,
  metric: number,
  expires: number | null,
): void {
  if (!isUp(dev) || inet6DevOf(step, dev).conf.disableIpv6 !== 0) return;
  insertRoute(
    step,
    dev.netns,
    plainRoute(dev, {
      dst: networkOf(address, prefixLen),
      dstLen: prefixLen,
      metric: metric === 0 ? METRIC_ADDRCONF : metric,
      expires,
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
  const routes = routesTo6(
    netStack6(step, dev.netns).fib,
    RT_TABLE_MAIN,
    networkOf(address, prefixLen),
    prefixLen,
  );
  return routes.find((route) => route.oif === dev.ref && route.gateway === 0n) ?? null;
}

/** The route of an address to this host, or of the all-routers anycast address. @source addrconf_f6i_alloc() */
export function hostRoute(dev: NetDevice, address: Ipv6Address, isAnycast: boolean): Route6 {
  return plainRoute(dev, {
    table: RT_TABLE_LOCAL,
    dst: address,
    type: isAnycast ? RTN_ANYCAST : RTN_LOCAL,
  });
}

export function removeHostRoute(step: StepContext, dev: NetDevice, address: Ipv6Address, type: number): void {
  const route = routesTo6(netStack6(step, dev.netns).fib, RT_TABLE_LOCAL, address, 128).find(
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
    plainRoute(dev, {
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
