/** What becomes of IPv6 routes when their devices change. @source net/ipv6/route.c, rt6_sync_down_dev(), rt6_sync_up() */
import type { NetDevice } from "../../devices/net-device.ts";
import { RTN_LOCAL, RTNH_F_DEAD, RTNH_F_LINKDOWN } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { isReject, type Route6, routesTo6, siblingsOf } from "./fib6.ts";
import { changeRoutes } from "./fib6-change.ts";
import { netStack6, updateNetStack6 } from "./net-stack6.ts";

/**
 * A device went down or away: its routes go, with the loopback one those that forbid. Of several next hops that still have
 * another way, one over a device that is down stays, dead.
 * @source fib6_ifdown(), NETDEV_DOWN and NETDEV_UNREGISTER
 */
export function rt6DisableDevice(step: StepContext, dev: NetDevice, isGone: boolean): void {
  const { fib } = netStack6(step, dev.netns);
  const isDead = (hop: Route6) => hop.oif === dev.ref || (hop.flags & RTNH_F_DEAD) !== 0;
  changeRoutes(step, dev.netns, (route) => {
    const hops = isGone ? [route] : siblingsOf(routesTo6(fib, route), route);
    const usesDevice = hops.some((hop) => hop.oif === dev.ref);
    if (!usesDevice) return route;
    if (hops.length === 1 || hops.every(isDead)) return null;
    if (route.oif !== dev.ref) return route;
    return { ...route, flags: route.flags | RTNH_F_DEAD | RTNH_F_LINKDOWN };
  });
  forgetExceptions(step, dev);
}

/** What was learned of ways through a device is forgotten. */
function forgetExceptions(step: StepContext, dev: NetDevice): void {
  const { exceptions } = netStack6(step, dev.netns);
  if (exceptions.size === 0) return;
  let next = exceptions;
  for (const [key, list] of exceptions.entries()) {
    const rest = list.filter((one) => one.device !== dev.ref);
    next = rest.length === 0 ? next.delete(key) : next.set(key, rest);
  }
  updateNetStack6(step, dev.netns, (stack) => {
    stack.exceptions = next;
  });
}

/** The carrier was lost: routes over the device say so. @source rt6_sync_down_dev(), NETDEV_CHANGE */
export function rt6LinkDown(step: StepContext, dev: NetDevice): void {
  changeRoutes(step, dev.netns, (route) => {
    if (route.oif !== dev.ref || isReject(route.type) || route.type === RTN_LOCAL || route.type === 4)
      return route;
    return (route.flags & RTNH_F_LINKDOWN) !== 0 ? route : { ...route, flags: route.flags | RTNH_F_LINKDOWN };
  });
}

/** Flags of a device's routes are cleared. @param flags RTNH_F_LINKDOWN or RTNH_F_DEAD @source rt6_sync_up() */
export function rt6SyncUp(step: StepContext, dev: NetDevice, flags: number): void {
  const cleared = (flags & RTNH_F_DEAD) !== 0 && dev.hasCarrier ? flags | RTNH_F_LINKDOWN : flags;
  changeRoutes(step, dev.netns, (route) =>
    route.oif !== dev.ref || (route.flags & cleared) === 0
      ? route
      : { ...route, flags: route.flags & ~cleared },
  );
}
