/** Routes that routers advertise: themselves as default routers, and ways to single prefixes. @source net/ipv6/route.c, rt6_add_dflt_router(), rt6_route_rcv() */
import { HZ } from "../../core/timer-wheel.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import { KIND } from "../../events/kinds.ts";
import { RT_TABLE_MAIN, type RTAX_HOPLIMIT, RTAX_MTU, RTPROT_RA } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import type { RouteInformation } from "../../wire/ndisc.ts";
import { startGc } from "./addr-lifetime.ts";
import { type Metrics6, networkOf, type Route6, routesTo6 } from "./fib6.ts";
import { changeRoutes, deleteRoute, insertRoute, noteRoute } from "./fib6-change.ts";
import { inet6Dev } from "./inet6-dev.ts";
import { netStack6 } from "./net-stack6.ts";
import { plainRoute6 } from "./plain-route.ts";

/** @source IP6_RT_PRIO_USER */
const METRIC_USER = 1024;
/** A lifetime without an end. */
const FOR_EVER = 0xffff_ffff;

/** A router's route to a prefix; null: there is none. @source rt6_get_dflt_router(), rt6_get_route_info() */
function routeBy(
  step: StepContext,
  dev: NetDevice,
  router: Ipv6Address,
  prefix: Ipv6Address,
  prefixLen: number,
): Route6 | null {
  const dst = networkOf(prefix, prefixLen);
  const place = { table: RT_TABLE_MAIN, dst, dstLen: prefixLen, src: 0n, srcLen: 0 };
  const found = routesTo6(netStack6(step, dev.netns).fib, place).find(
    (route) => route.isFromRa && route.oif === dev.ref && route.gateway === router,
  );
  return found ?? null;
}

export function defaultRouter(step: StepContext, dev: NetDevice, router: Ipv6Address): Route6 | null {
  return routeBy(step, dev, router, 0n, 0);
}

function expiryOf(step: StepContext, lifetime: number): number | null {
  return lifetime === FOR_EVER ? null : step.jiffies + lifetime * HZ;
}

/** What is changed of a route without a word to listeners. */
function change(step: StepContext, dev: NetDevice, old: Route6, next: Partial<Route6>): Route6 {
  const route = { ...old, ...next };
  changeRoutes(step, dev.netns, (one) => (one === old ? route : one));
  if (route.expires !== null) startGc(step, dev.netns);
  return route;
}

/** A router is one for all destinations, for so many seconds. Null: it is none any more. @source ndisc_router_discovery() */
export function setDefaultRouter(
  step: StepContext,
  dev: NetDevice,
  router: Ipv6Address,
  pref: number,
  metric: number,
  lifetime: number,
): Route6 | null {
  let known = defaultRouter(step, dev, router);
  if (known !== null && (lifetime === 0 || known.metric !== metric)) {
    deleteRoute(step, dev.netns, known);
    known = null;
  }
  if (lifetime === 0) return null;
  const expires = step.jiffies + lifetime * HZ;
  if (known === null) return addRoute(step, dev, router, { dst: 0n, dstLen: 0, metric, pref, expires });
  const route = change(step, dev, known, { pref, expires });
  if (known.pref !== pref) noteRoute(step, KIND.route_new, dev.netns, route);
  return route;
}

function addRoute(step: StepContext, dev: NetDevice, router: Ipv6Address, of: Partial<Route6>): Route6 {
  const route = plainRoute6(dev, { ...of, gateway: router, protocol: RTPROT_RA, isFromRa: true });
  insertRoute(step, dev.netns, route);
  if (route.expires !== null) startGc(step, dev.netns);
  return route;
}

/** @source rt6_route_rcv() */
export function setRouteInformation(
  step: StepContext,
  dev: NetDevice,
  router: Ipv6Address,
  { prefix, prefixLen, pref, lifetime }: RouteInformation,
): void {
  const known = routeBy(step, dev, router, prefix, prefixLen);
  if (lifetime === 0) {
    if (known !== null) deleteRoute(step, dev.netns, known);
    return;
  }
  const expires = expiryOf(step, lifetime);
  const dst = networkOf(prefix, prefixLen);
  // It is made without an end, which is set then.
  const made = { dst, dstLen: prefixLen, metric: METRIC_USER, pref };
  change(step, dev, known ?? addRoute(step, dev, router, made), { pref, expires });
}

/** A metric of a default route. @param route as it was set last in this step @source fib6_metric_set() */
export function setMetric(
  step: StepContext,
  dev: NetDevice,
  route: Route6,
  rtax: typeof RTAX_MTU | typeof RTAX_HOPLIMIT,
  value: number,
): Route6 {
  const others = route.metrics?.values.filter(([number]) => number !== rtax) ?? [];
  const values = [...others, [rtax, value] as const].sort(([a], [b]) => a - b);
  const metrics: Metrics6 = {
    lock: route.metrics?.lock ?? 0,
    congctl: route.metrics?.congctl ?? null,
    values,
  };
  return change(step, dev, route, rtax === RTAX_MTU ? { metrics, mtu: value } : { metrics });
}

/** A router follows no routers, unless it is told to. @source rt6_purge_dflt_routers() */
export function purgeDefaultRouters(step: StepContext, netns: NetnsRef): void {
  const place = { table: RT_TABLE_MAIN, dst: 0n, dstLen: 0, src: 0n, srcLen: 0 };
  for (const route of routesTo6(netStack6(step, netns).fib, place)) {
    const { acceptRa } = inet6Dev(step, step.cells.get<NetDevice>(route.oif))?.conf ?? { acceptRa: 0 };
    if (route.isFromRa && acceptRa !== 2) deleteRoute(step, netns, route);
  }
}
