/** Routes that the kernel makes by itself. */
import type { NetDevice } from "../../devices/net-device.ts";
import {
  RT_TABLE_MAIN,
  RTN_ANYCAST,
  RTN_LOCAL,
  RTN_UNICAST,
  RTNH_F_LINKDOWN,
  RTPROT_KERNEL,
} from "../../events/netlink.ts";
import type { Route6 } from "./fib6.ts";

/** A route over a device that a link brings along, but for what is given. */
export function plainRoute6(dev: NetDevice, route: Partial<Route6>): Route6 {
  const isOwn = route.type === RTN_LOCAL || route.type === RTN_ANYCAST;
  return {
    table: RT_TABLE_MAIN,
    dst: 0n,
    dstLen: 128,
    src: 0n,
    srcLen: 0,
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
    weight: 1,
    isFromRa: false,
    ...route,
  };
}
