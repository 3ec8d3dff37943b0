/**
 * Adding and deleting routes, with the kernel's checks, and the routes that come and go with addresses and links.
 * @source net/ipv4/fib_semantics.c, fib_frontend.c, fib_trie.c
 */
import { DONE, type Refusal, type Result, refused } from "../core/result.ts";
import { isUp, type NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, type NetnsRef } from "../devices/netns.ts";
import { KIND } from "../events/kinds.ts";
import {
  IFF_LOOPBACK,
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_NOWHERE,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTN_ANYCAST,
  RTN_BLACKHOLE,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_UNICAST,
  RTN_UNREACHABLE,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { formatIpv4, type Ipv4Address, prefixMask } from "../wire/ipv4-address.ts";
import {
  dumpTable,
  type Fib,
  insertRoute,
  isDeadRoute,
  isErrorType,
  type NextHop,
  type Route,
  type RouteMetrics,
  replaceRoute,
  routesTo,
  tableNumbers,
  withTable,
} from "./fib.ts";
import { dropExceptions } from "./fib-exceptions.ts";
import { isSameInfo } from "./fib-info.ts";
import { type FibConfig, isValidPrefSrc, makeHops, NO_HOP } from "./fib-nexthop.ts";
import { netStack, updateNetStack } from "./net-stack.ts";

function setFib(step: StepContext, netns: NetnsRef, fib: Fib): void {
  updateNetStack(step, netns, (stack) => {
    stack.fib = fib;
  });
  dropExceptions(step, netns);
}

/** @source fib_valid_key_len() */
function checkPrefix(dst: Ipv4Address, length: number): Refusal | null {
  if (length > 32) return refused("EINVAL", "Invalid prefix length");
  if ((dst & ~prefixMask(length)) !== 0) return refused("EINVAL", "Invalid prefix for given prefix length");
  return null;
}

/** The widest scope that a route of a type may have; of the others none. @source fib_props */
const MIN_SCOPE: Readonly<Record<number, number>> = {
  [RTN_UNICAST]: RT_SCOPE_UNIVERSE,
  [RTN_LOCAL]: RT_SCOPE_HOST,
  [RTN_BROADCAST]: RT_SCOPE_LINK,
  [RTN_ANYCAST]: RT_SCOPE_LINK,
  [RTN_MULTICAST]: RT_SCOPE_UNIVERSE,
  [RTN_BLACKHOLE]: RT_SCOPE_UNIVERSE,
  [RTN_UNREACHABLE]: RT_SCOPE_UNIVERSE,
  [RTN_PROHIBIT]: RT_SCOPE_UNIVERSE,
  [RTN_THROW]: RT_SCOPE_UNIVERSE,
};

/** @source fib_create_info() */
function makeRoute(step: StepContext, netns: NetnsRef, cfg: FibConfig): Route | Refusal {
  const minScope = MIN_SCOPE[cfg.type] ?? RT_SCOPE_NOWHERE;
  if (minScope > cfg.scope) return refused("EINVAL", "Invalid scope");
  if ((cfg.flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) !== 0)
    return refused("EINVAL", "Invalid rtm_flags - can not contain DEAD or LINKDOWN");
  const { dst, dstLen, tos, table, type, protocol, scope, priority, prefSrc, metrics } = cfg;
  const made = { dst, dstLen, tos, table, type, protocol, scope, priority, prefSrc, metrics };
  if (isErrorType(cfg.type)) {
    if (cfg.gateway !== 0 || cfg.oif !== 0 || cfg.hops !== null)
      return refused("EINVAL", "Gateway, device and multipath can not be specified for this route type");
    return { ...made, hops: [NO_HOP] };
  }
  const hops = makeHops(step, netns, cfg);
  if ("ok" in hops) return hops;
  if (!isValidPrefSrc(step, netns, cfg)) return refused("EINVAL", "Invalid prefsrc address");
  return { ...made, hops };
}

/** Adds, replaces or appends a route by NLM_F_* flags. @source fib_table_insert() */
export function fibInsert(
  step: StepContext,
  netns: NetnsRef,
  cfg: FibConfig,
  nlmFlags: number,
): Result<null> {
  const bad = checkPrefix(cfg.dst, cfg.dstLen);
  if (bad !== null) return bad;
  const before = netStack(step, netns).fib;
  const fib = withTable(before, cfg.table); // stays, also when the route is refused
  if (fib !== before) setFib(step, netns, fib);
  const made = makeRoute(step, netns, cfg);
  if ("ok" in made) return made;
  const route: Route = made;
  const rivals = routesTo(fib, cfg.table, cfg.dst, cfg.dstLen).filter(
    (r) => r.tos === cfg.tos && r.priority === cfg.priority,
  );
  let next: Fib;
  if (rivals.length > 0) {
    if ((nlmFlags & NLM_F_EXCL) !== 0) return refused("EEXIST");
    const match = rivals.find((r) => isSameInfo(r, route));
    if ((nlmFlags & NLM_F_REPLACE) !== 0) {
      if (match !== undefined) return match === rivals[0] ? DONE : refused("EEXIST");
      next = replaceRoute(fib, rivals[0]!, route);
    } else {
      if (match !== undefined) return refused("EEXIST");
      next = insertRoute(fib, route, (nlmFlags & NLM_F_APPEND) !== 0);
    }
  } else {
    if ((nlmFlags & NLM_F_CREATE) === 0) return refused("ENOENT");
    next = insertRoute(fib, route, false);
  }
  setFib(step, netns, next);
  noteRoute(step, KIND.route_new, netns, route);
  step.rtnlNotify(netns, { object: "route", subject: route });
  return DONE;
}

function noteRoute(step: StepContext, kind: number, netns: NetnsRef, route: Route): void {
  const { dst, dstLen, table, type, hops } = route;
  const { gateway } = hops[0]!;
  step.record(
    kind,
    netns,
    hops[0]!.oif,
    JSON.stringify({
      dst: `${formatIpv4(dst)}/${dstLen}`,
      table,
      type,
      ...(gateway === 0 ? {} : { gateway: formatIpv4(gateway) }),
    }),
  );
}

/** Does a route have the next hops that are given? @source fib_nh_match() */
function hopsMatch(step: StepContext, netns: NetnsRef, cfg: FibConfig, route: Route): boolean {
  const device = (ifindex: number) => deviceByIndex(step, netns, ifindex)?.ref ?? -2;
  const fits = (wanted: { oif: number; gateway: Ipv4Address }, hop: NextHop) =>
    (wanted.oif === 0 || device(wanted.oif) === hop.oif) &&
    (wanted.gateway === 0 || wanted.gateway === hop.gateway);
  if (cfg.oif !== 0 || cfg.gateway !== 0) return fits(cfg, route.hops[0]!);
  if (cfg.hops === null) return true;
  return cfg.hops.length === route.hops.length && cfg.hops.every((wanted, i) => fits(wanted, route.hops[i]!));
}

/** Does a route have the metrics that are given? @source fib_metrics_match() */
function metricsMatch(wanted: RouteMetrics | null, has: RouteMetrics | null): boolean {
  if (wanted === null) return true;
  return (
    (wanted.lock === 0 || wanted.lock === has?.lock) &&
    (wanted.congctl === null || wanted.congctl === has?.congctl) &&
    wanted.values.every(([rtax, value]) =>
      has?.values.some(([other, known]) => other === rtax && known === value),
    )
  );
}

/** Deletes the first route that fits what is given. ESRCH: none does, or there is no such table. @source fib_table_delete() */
export function fibDelete(step: StepContext, netns: NetnsRef, cfg: FibConfig): Result<null> {
  const bad = checkPrefix(cfg.dst, cfg.dstLen);
  if (bad !== null) return bad;
  const { fib } = netStack(step, netns);
  if (fib.get(cfg.table) === undefined) return refused("ESRCH", "FIB table does not exist");
  const found = routesTo(fib, cfg.table, cfg.dst, cfg.dstLen).find(
    (r) =>
      r.tos === cfg.tos &&
      (cfg.type === 0 || r.type === cfg.type) &&
      (cfg.scope === RT_SCOPE_NOWHERE || r.scope === cfg.scope) &&
      (cfg.prefSrc === 0 || r.prefSrc === cfg.prefSrc) &&
      (cfg.protocol === 0 || r.protocol === cfg.protocol) &&
      (cfg.priority === 0 || r.priority === cfg.priority) &&
      metricsMatch(cfg.metrics, r.metrics) &&
      hopsMatch(step, netns, cfg, r),
  );
  if (found === undefined) return refused("ESRCH");
  setFib(step, netns, replaceRoute(fib, found, null));
  noteRoute(step, KIND.route_del, netns, found);
  step.rtnlNotify(netns, { object: "route", subject: found, isDeleted: true });
  return DONE;
}

/** Takes routes away. @source fib_table_flush() */
export function flushRoutes(
  step: StepContext,
  netns: NetnsRef,
  isDead: (route: Route) => boolean,
  isTold = false,
): void {
  let fib = netStack(step, netns).fib;
  const before = fib;
  for (const table of tableNumbers(fib))
    for (const route of dumpTable(fib, table)) {
      if (!isDead(route)) continue;
      fib = replaceRoute(fib, route, null);
      noteRoute(step, KIND.route_del, netns, route);
      if (isTold) step.rtnlNotify(netns, { object: "route", subject: route, isDeleted: true });
    }
  if (fib !== before) setFib(step, netns, fib);
}

/** Sets and clears next-hop flags. */
function markHops(step: StepContext, netns: NetnsRef, change: (hop: NextHop) => number): void {
  let fib = netStack(step, netns).fib;
  const before = fib;
  for (const table of tableNumbers(fib))
    for (const route of dumpTable(fib, table)) {
      if (route.hops.every((hop) => change(hop) === hop.flags)) continue;
      const hops = route.hops.map((hop) => {
        const flags = change(hop);
        return flags === hop.flags ? hop : { ...hop, flags };
      });
      fib = replaceRoute(fib, route, { ...route, hops });
    }
  if (fib !== before) setFib(step, netns, fib);
}

/** A device lost its carrier: its routes stay, marked. @source fib_sync_down_dev() on NETDEV_CHANGE */
export function fibLinkDown(step: StepContext, dev: NetDevice): void {
  markHops(step, dev.netns, (hop) =>
    hop.oif === dev.ref && hop.scope !== RT_SCOPE_NOWHERE && (hop.flags & RTNH_F_DEAD) === 0
      ? hop.flags | RTNH_F_LINKDOWN
      : hop.flags,
  );
}

/**
 * A device has its carrier, or (with `RTNH_F_DEAD`) is up, again.
 * @source fib_sync_up()
 */
export function fibSyncUp(step: StepContext, dev: NetDevice, cleared: number): void {
  if (!isUp(dev)) return;
  const isRunning = dev.hasCarrier;
  const flags = (cleared & RTNH_F_DEAD) !== 0 && isRunning ? cleared | RTNH_F_LINKDOWN : cleared;
  markHops(step, dev.netns, (hop) => (hop.oif === dev.ref ? hop.flags & ~flags : hop.flags));
}

/**
 * A device went down (or, with `force`, away): routes go that have no other way. Host routes of its addresses stay unless forced.
 * @param isGone it is no more: routes go that have it among several, too
 * @source fib_disable_ip(), fib_sync_down_dev(), fib_flush()
 */
export function fibDisable(step: StepContext, dev: NetDevice, force: boolean, isGone = false): void {
  const dies = (hop: NextHop) => hop.oif === dev.ref && (force || hop.scope !== RT_SCOPE_NOWHERE);
  markHops(step, dev.netns, (hop) =>
    dies(hop) && (hop.flags & RTNH_F_DEAD) === 0 ? hop.flags | RTNH_F_DEAD | RTNH_F_LINKDOWN : hop.flags,
  );
  flushRoutes(
    step,
    dev.netns,
    (r) => (r.hops[0]!.oif >= 0 && isDeadRoute(r)) || (isGone && r.hops.some((hop) => hop.oif === dev.ref)),
  );
}

/** Is this device's link one of a loopback? Its connected routes are local ones. */
export function connectedType(dev: NetDevice): number {
  return (dev.flags & IFF_LOOPBACK) !== 0 ? RTN_LOCAL : RTN_UNICAST;
}

/** Routes that the kernel itself makes for addresses. @source fib_frontend.c, fib_magic() */
export function fibMagic(
  step: StepContext,
  dev: NetDevice,
  add: boolean,
  type: number,
  dst: Ipv4Address,
  dstLen: number,
  prefSrc: Ipv4Address,
  priority: number,
): void {
  const cfg: FibConfig = {
    dst,
    dstLen,
    tos: 0,
    table: type === RTN_UNICAST ? RT_TABLE_MAIN : RT_TABLE_LOCAL,
    protocol: 2,
    scope: type === RTN_LOCAL ? RT_SCOPE_HOST : RT_SCOPE_LINK,
    type,
    gateway: 0,
    oif: dev.ifindex,
    prefSrc,
    priority,
    flags: 0,
    metrics: null,
    realm: 0,
    hops: null,
  };
  if (add) fibInsert(step, dev.netns, cfg, NLM_F_CREATE | NLM_F_APPEND);
  else fibDelete(step, dev.netns, cfg);
}
