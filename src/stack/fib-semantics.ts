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
  RTNH_F_ONLINK,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { formatIpv4, type Ipv4Address, isMulticastIpv4, prefixMask } from "../wire/ipv4-address.ts";
import {
  dumpTable,
  type Fib,
  type FlowKey,
  fibLookup,
  insertRoute,
  isErrorType,
  type Route,
  replaceRoute,
  routesTo,
  tableLookup,
  tableNumbers,
  withTable,
} from "./fib.ts";
import { netStack, updateNetStack } from "./net-stack.ts";

/** What user space gives of a route. @source include/net/ip_fib.h, struct fib_config */
export interface FibConfig {
  readonly dst: Ipv4Address;
  readonly dstLen: number;
  readonly tos: number;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  readonly type: number;
  readonly gateway: Ipv4Address;
  /** ifindex; 0: none given. */
  readonly oif: number;
  readonly prefSrc: Ipv4Address;
  readonly priority: number;
  readonly flags: number;
  readonly mtu: number;
}

function setFib(step: StepContext, netns: NetnsRef, fib: Fib): void {
  updateNetStack(step, netns, (stack) => {
    stack.fib = fib;
  });
}

/**
 * Kind of an address in a namespace: RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST or RTN_UNICAST. As long as the namespace never had
 * an address, hence no local table, all are taken for broadcasts.
 * @source net/ipv4/fib_frontend.c, __inet_dev_addr_type()
 */
export function inetAddrType(step: StepContext, netns: NetnsRef, address: Ipv4Address, device = -1): number {
  if (address === 0 || address === 0xffff_ffff) return RTN_BROADCAST;
  if (isMulticastIpv4(address)) return RTN_MULTICAST;
  const { fib } = netStack(step, netns);
  if (!fib.has(RT_TABLE_LOCAL)) return RTN_BROADCAST;
  const flow: FlowKey = { dst: address, tos: 0, scope: RT_SCOPE_UNIVERSE, oif: -1, ignoreLinkdown: false };
  const found = tableLookup(fib, RT_TABLE_LOCAL, flow);
  if (found === null || typeof found === "string") return RTN_UNICAST;
  return device >= 0 && found.oif !== device ? RTN_UNICAST : found.type;
}

/** @source fib_valid_key_len() */
function checkPrefix(dst: Ipv4Address, length: number): Refusal | null {
  if (length > 32) return refused("EINVAL", "Invalid prefix length");
  if ((dst & ~prefixMask(length)) !== 0) return refused("EINVAL", "Invalid prefix for given prefix length");
  return null;
}

interface NextHop {
  readonly device: NetDevice;
  readonly scope: number;
  readonly flags: number;
}

/** @source fib_check_nh_v4_gw() */
function checkGateway(step: StepContext, netns: NetnsRef, cfg: FibConfig): NextHop | Refusal {
  const invalid = refused("EINVAL", "Nexthop has invalid gateway");
  const given = cfg.oif === 0 ? null : deviceByIndex(step, netns, cfg.oif);
  if ((cfg.flags & RTNH_F_ONLINK) !== 0) {
    if (cfg.scope >= RT_SCOPE_LINK) return refused("EINVAL", "Nexthop has invalid scope");
    if (given === null) return refused("ENODEV", "Nexthop device required for onlink");
    if (!isUp(given)) return refused("ENETDOWN", "Nexthop device is not up");
    if (inetAddrType(step, netns, cfg.gateway) !== RTN_UNICAST) return invalid;
    return { device: given, scope: RT_SCOPE_LINK, flags: RTNH_F_ONLINK | linkdownFlag(given) };
  }
  const flow: FlowKey = {
    dst: cfg.gateway,
    tos: 0,
    scope: Math.max(cfg.scope + 1, RT_SCOPE_LINK),
    oif: given === null ? (cfg.oif === 0 ? -1 : Number.MAX_SAFE_INTEGER) : given.ref,
    ignoreLinkdown: false,
  };
  const fib = netStack(step, netns).fib;
  const inTable = tableLookup(fib, cfg.table, flow);
  const found = inTable === null || typeof inTable === "string" ? fibLookup(fib, flow) : inTable;
  if (typeof found === "string") return refused(found, "Nexthop has invalid gateway");
  if (found.type !== RTN_UNICAST && found.type !== RTN_LOCAL) return invalid;
  const device = step.cells.get<NetDevice>(found.oif);
  if (!isUp(device)) return refused("ENETDOWN");
  return { device, scope: found.scope, flags: linkdownFlag(device) };
}

function linkdownFlag(dev: NetDevice): number {
  return dev.hasCarrier ? 0 : RTNH_F_LINKDOWN;
}

/** @source fib_check_nh() and the host-scope part of fib_create_info() */
function checkNextHop(step: StepContext, netns: NetnsRef, cfg: FibConfig): NextHop | Refusal {
  if (cfg.scope === RT_SCOPE_HOST) {
    if (cfg.gateway !== 0) return refused("EINVAL", "Route with host scope can not have a gateway");
    const device = deviceByIndex(step, netns, cfg.oif);
    return device === null ? refused("ENODEV") : { device, scope: RT_SCOPE_NOWHERE, flags: 0 };
  }
  if (cfg.gateway !== 0) return checkGateway(step, netns, cfg);
  if ((cfg.flags & RTNH_F_ONLINK) !== 0)
    return refused("EINVAL", "Invalid flags for nexthop - PERVASIVE and ONLINK can not be set");
  const device = deviceByIndex(step, netns, cfg.oif);
  if (device === null) return refused("ENODEV");
  if (!isUp(device)) return refused("ENETDOWN", "Device for nexthop is not up");
  return { device, scope: RT_SCOPE_HOST, flags: linkdownFlag(device) };
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
  const { oif: _, ...rest } = cfg;
  if (isErrorType(cfg.type)) {
    if (cfg.gateway !== 0 || cfg.oif !== 0)
      return refused("EINVAL", "Gateway, device and multipath can not be specified for this route type");
    return { ...rest, oif: -1, nhScope: RT_SCOPE_NOWHERE, flags: 0 };
  }
  if (cfg.scope > RT_SCOPE_HOST) return refused("EINVAL", "Invalid scope");
  const hop = checkNextHop(step, netns, cfg);
  if ("ok" in hop) return hop;
  if (
    cfg.prefSrc !== 0 &&
    (cfg.type !== RTN_LOCAL || cfg.dst !== cfg.prefSrc) &&
    inetAddrType(step, netns, cfg.prefSrc) !== RTN_LOCAL
  )
    return refused("EINVAL", "Invalid prefsrc address");
  return { ...rest, oif: hop.device.ref, nhScope: hop.scope, flags: hop.flags };
}

function isSameRoute(a: Route, b: Route): boolean {
  return (
    a.type === b.type &&
    a.protocol === b.protocol &&
    a.scope === b.scope &&
    a.gateway === b.gateway &&
    a.oif === b.oif &&
    a.prefSrc === b.prefSrc &&
    a.mtu === b.mtu
  );
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
  const route = makeRoute(step, netns, cfg);
  if ("ok" in route) return route;
  const rivals = routesTo(fib, cfg.table, cfg.dst, cfg.dstLen).filter(
    (r) => r.tos === cfg.tos && r.priority === cfg.priority,
  );
  let next: Fib;
  if (rivals.length > 0) {
    if ((nlmFlags & NLM_F_EXCL) !== 0) return refused("EEXIST");
    const match = rivals.find((r) => isSameRoute(r, route));
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
  const { dst, dstLen, table, type, gateway } = route;
  step.record(
    kind,
    netns,
    route.oif,
    JSON.stringify({
      dst: `${formatIpv4(dst)}/${dstLen}`,
      table,
      type,
      ...(gateway === 0 ? {} : { gateway: formatIpv4(gateway) }),
    }),
  );
}

/** Deletes the first route that fits what is given. ESRCH: none does, or there is no such table. @source fib_table_delete(), fib_nh_match() */
export function fibDelete(step: StepContext, netns: NetnsRef, cfg: FibConfig): Result<null> {
  const bad = checkPrefix(cfg.dst, cfg.dstLen);
  if (bad !== null) return bad;
  if (netStack(step, netns).fib.get(cfg.table) === undefined)
    return refused("ESRCH", "FIB table does not exist");
  const oif = cfg.oif === 0 ? null : (deviceByIndex(step, netns, cfg.oif)?.ref ?? -2);
  const fib = netStack(step, netns).fib;
  const found = routesTo(fib, cfg.table, cfg.dst, cfg.dstLen).find(
    (r) =>
      r.tos === cfg.tos &&
      (cfg.type === 0 || r.type === cfg.type) &&
      (cfg.scope === RT_SCOPE_NOWHERE || r.scope === cfg.scope) &&
      (cfg.prefSrc === 0 || r.prefSrc === cfg.prefSrc) &&
      (cfg.protocol === 0 || r.protocol === cfg.protocol) &&
      (cfg.priority === 0 || r.priority === cfg.priority) &&
      (cfg.mtu === 0 || r.mtu === cfg.mtu) && // fib_metrics_match()
      (oif === null || r.oif === oif) &&
      (cfg.gateway === 0 || r.gateway === cfg.gateway),
  );
  if (found === undefined) return refused("ESRCH");
  setFib(step, netns, replaceRoute(fib, found, null));
  noteRoute(step, KIND.route_del, netns, found);
  step.rtnlNotify(netns, { object: "route", subject: found, isDeleted: true });
  return DONE;
}

/** Takes routes away. @source fib_table_flush() */
export function flushRoutes(step: StepContext, netns: NetnsRef, isDead: (route: Route) => boolean): void {
  let fib = netStack(step, netns).fib;
  const before = fib;
  for (const table of tableNumbers(fib))
    for (const route of dumpTable(fib, table)) {
      if (!isDead(route)) continue;
      fib = replaceRoute(fib, route, null);
      noteRoute(step, KIND.route_del, netns, route);
    }
  if (fib !== before) setFib(step, netns, fib);
}

/** Sets and clears next-hop flags of the routes of a device. */
function markRoutes(step: StepContext, netns: NetnsRef, change: (route: Route) => number): void {
  let fib = netStack(step, netns).fib;
  const before = fib;
  for (const table of tableNumbers(fib))
    for (const route of dumpTable(fib, table)) {
      const flags = change(route);
      if (flags !== route.flags) fib = replaceRoute(fib, route, { ...route, flags });
    }
  if (fib !== before) setFib(step, netns, fib);
}

/** A device lost its carrier: its routes stay, marked. @source fib_sync_down_dev() on NETDEV_CHANGE */
export function fibLinkDown(step: StepContext, dev: NetDevice): void {
  markRoutes(step, dev.netns, (r) =>
    r.oif === dev.ref && r.nhScope !== RT_SCOPE_NOWHERE ? r.flags | RTNH_F_LINKDOWN : r.flags,
  );
}

/** @source fib_sync_up() */
export function fibLinkUp(step: StepContext, dev: NetDevice): void {
  markRoutes(step, dev.netns, (r) =>
    r.oif === dev.ref ? r.flags & ~(RTNH_F_LINKDOWN | RTNH_F_DEAD) : r.flags,
  );
}

/** A device went down (or, with `force`, away): its routes go. Host routes of its addresses stay unless forced. @source fib_disable_ip() */
export function fibDisable(step: StepContext, dev: NetDevice, force: boolean): void {
  flushRoutes(step, dev.netns, (r) => r.oif === dev.ref && (force || r.nhScope !== RT_SCOPE_NOWHERE));
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
    mtu: 0,
  };
  if (add) fibInsert(step, dev.netns, cfg, NLM_F_CREATE | NLM_F_APPEND);
  else fibDelete(step, dev.netns, cfg);
}
