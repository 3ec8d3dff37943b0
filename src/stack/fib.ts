/**
 * The forwarding information base: routing tables of a namespace as persistent data, and the longest-prefix lookup in one of them.
 * @source net/ipv4/fib_trie.c
 */
import type { Errno } from "../core/errno.ts";
import { IntMap } from "../core/int-map.ts";
import {
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTN_BLACKHOLE,
  RTN_PROHIBIT,
  RTN_THROW,
  RTN_UNREACHABLE,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
} from "../events/netlink.ts";
import { type Ipv4Address, prefixMask } from "../wire/ipv4-address.ts";

/** @source include/net/ip_fib.h, struct fib_nh */
export interface NextHop {
  /** 0: on link. */
  readonly gateway: Ipv4Address;
  /** Device; -1 for types that have none. */
  readonly oif: number;
  readonly scope: number;
  /** RTNH_F_* */
  readonly flags: number;
  /** Share of the flows among several next hops, from 1. */
  readonly weight: number;
  /** RTA_FLOW; 0: none. */
  readonly realm: number;
}

/** @source include/net/dst_metrics */
export interface RouteMetrics {
  /** RTAX_* and their values, by number; none is 0. */
  readonly values: readonly (readonly [rtax: number, value: number])[];
  /** Bits of those that are not to be changed by the network. */
  readonly lock: number;
  /** RTAX_CC_ALGO; null: none. */
  readonly congctl: string | null;
}

/** One route: a fib_alias with its fib_info. */
export interface Route {
  readonly dst: Ipv4Address;
  readonly dstLen: number;
  readonly tos: number;
  readonly table: number;
  /** RTN_* */
  readonly type: number;
  readonly protocol: number;
  readonly scope: number;
  readonly priority: number;
  readonly prefSrc: Ipv4Address;
  /** null: none set. */
  readonly metrics: RouteMetrics | null;
  /** One or more; a type that forbids has one without device. */
  readonly hops: readonly NextHop[];
}

export interface FibTable {
  /** Prefix lengths in use, longest first. */
  readonly lengths: readonly number[];
  /** By prefix length: routes by network, best first (TOS descending, metric ascending, then order of adding). */
  readonly byLength: readonly (IntMap<readonly Route[]> | null)[];
}

/** Tables by number. */
export type Fib = IntMap<FibTable>;

export const EMPTY_FIB: Fib = IntMap.empty();

const EMPTY_TABLE: FibTable = Object.freeze({ lengths: [], byLength: new Array<null>(33).fill(null) });

/** What is looked for: destination, and what a route must fit. */
export interface FlowKey {
  readonly dst: Ipv4Address;
  readonly tos: number;
  /** Narrowest wide-enough scope: routes of a wider scope do not count. */
  readonly scope: number;
  /** Device that the packet must leave by; -1: any. */
  readonly oif: number;
  /** Do routes over this device not count while it has no carrier? null: they count. @source ip_ignore_linkdown() */
  readonly ignoresLinkdown: ((device: number) => boolean) | null;
}

/** @source include/net/ip_fib.h, struct fib_result */
export interface FibResult {
  readonly route: Route;
  readonly hop: NextHop;
  /** Number of the next hop. */
  readonly at: number;
}

/** Errors of the route types that forbid. @source net/ipv4/fib_semantics.c, fib_props */
function typeError(type: number): Errno | null {
  switch (type) {
    case RTN_BLACKHOLE:
      return "EINVAL";
    case RTN_UNREACHABLE:
      return "EHOSTUNREACH";
    case RTN_PROHIBIT:
      return "EACCES";
    default:
      return null;
  }
}

export function isErrorType(type: number): boolean {
  return type === RTN_BLACKHOLE || type === RTN_UNREACHABLE || type === RTN_PROHIBIT || type === RTN_THROW;
}

/** Are all next hops of a route dead? @source struct fib_info, fib_flags */
export function isDeadRoute(route: Route): boolean {
  return route.hops.every((hop) => (hop.flags & RTNH_F_DEAD) !== 0);
}

/** @source fib_lookup_good_nhc() */
function isGoodHop(hop: NextHop, flow: FlowKey): boolean {
  if ((hop.flags & RTNH_F_DEAD) !== 0) return false;
  if ((hop.flags & RTNH_F_LINKDOWN) !== 0 && flow.ignoresLinkdown?.(hop.oif) === true) return false;
  return flow.oif < 0 || hop.oif === flow.oif;
}

type Picked = FibResult | Errno | "throw" | null;

/** The first route to one network that fits; an errno for one that forbids; "throw"; null: none. */
function pickRoute(routes: readonly Route[] | undefined, flow: FlowKey): Picked {
  if (routes === undefined) return null;
  for (const route of routes) {
    if (route.tos !== 0 && route.tos !== flow.tos) continue;
    if (route.scope < flow.scope || isDeadRoute(route)) continue;
    if (route.type === RTN_THROW) return "throw";
    const error = typeError(route.type);
    if (error !== null) return error;
    for (let at = 0; at < route.hops.length; at++)
      if (isGoodHop(route.hops[at]!, flow)) return { route, hop: route.hops[at]!, at };
  }
  return null;
}

function networkOf(dst: Ipv4Address, length: number): Ipv4Address {
  return (dst & prefixMask(length)) >>> 0;
}

/**
 * The best route of a table; an errno for a route that forbids; null: no route (or `throw`). As long as nobody changes the rules,
 * the local and the main table are one trie, whichever is asked: the longest prefix of both wins, and local routes only where
 * both have it.
 * @param isSplit the local and the main table are two
 * @source fib_table_lookup(), fib_trie_unmerge(); fib_frontend.c, fib4_rules_init() and fib_new_table() for the shared trie
 */
export function tableLookup(
  fib: Fib,
  table: number,
  flow: FlowKey,
  isSplit = false,
): FibResult | Errno | null {
  const isShared = !isSplit && (table === RT_TABLE_LOCAL || table === RT_TABLE_MAIN);
  const first = fib.get(isShared ? RT_TABLE_LOCAL : table) ?? EMPTY_TABLE;
  const second = (isShared ? fib.get(RT_TABLE_MAIN) : undefined) ?? EMPTY_TABLE;
  const [a, b] = [first.lengths, second.lengths];
  for (let i = 0, k = 0; i < a.length || k < b.length; ) {
    const length = Math.max(a[i] ?? -1, b[k] ?? -1);
    const network = networkOf(flow.dst, length);
    let found: Picked = null;
    if (a[i] === length) {
      found = pickRoute(first.byLength[length]!.get(network), flow);
      i++;
    }
    if (b[k] === length) {
      found ??= pickRoute(second.byLength[length]!.get(network), flow);
      k++;
    }
    if (found === "throw") return null;
    if (found !== null) return found;
  }
  return null;
}

/** Order of the routes to one network. */
function goesBefore(a: Route, b: Route): boolean {
  return a.tos !== b.tos ? a.tos > b.tos : a.priority < b.priority;
}

function withRoutes(
  fib: Fib,
  table: number,
  network: Ipv4Address,
  length: number,
  routes: readonly Route[],
): Fib {
  const old = fib.get(table) ?? EMPTY_TABLE;
  const map = old.byLength[length] ?? IntMap.empty<readonly Route[]>();
  const next = routes.length === 0 ? map.delete(network) : map.set(network, routes);
  const byLength = old.byLength.slice();
  byLength[length] = next.size === 0 ? null : next;
  const lengths = byLength.flatMap((m, l) => (m === null ? [] : [l])).reverse();
  return fib.set(table, { lengths, byLength });
}

/** Makes a table that is not there yet; the local table brings the main one along. @source fib_frontend.c, fib_new_table() */
export function withTable(fib: Fib, table: number): Fib {
  const wanted = table === RT_TABLE_LOCAL ? [RT_TABLE_MAIN, table] : [table];
  return wanted.reduce((next, one) => (next.get(one) === undefined ? next.set(one, EMPTY_TABLE) : next), fib);
}

/** Routes to exactly this network in a table, best first. */
export function routesTo(fib: Fib, table: number, network: Ipv4Address, length: number): readonly Route[] {
  return fib.get(table)?.byLength[length]?.get(network) ?? [];
}

/** Adds a route: before those with an equal key, or (`append`) behind them. */
export function insertRoute(fib: Fib, route: Route, append: boolean): Fib {
  const routes = routesTo(fib, route.table, route.dst, route.dstLen);
  let at = routes.findIndex((other) => (append ? goesBefore(route, other) : !goesBefore(other, route)));
  if (at < 0) at = routes.length;
  return withRoutes(fib, route.table, route.dst, route.dstLen, [
    ...routes.slice(0, at),
    route,
    ...routes.slice(at),
  ]);
}

/** Puts `next` in the place of `old`; null takes it away. */
export function replaceRoute(fib: Fib, old: Route, next: Route | null): Fib {
  const routes = routesTo(fib, old.table, old.dst, old.dstLen).flatMap((route) =>
    route !== old ? [route] : next === null ? [] : [next],
  );
  return withRoutes(fib, old.table, old.dst, old.dstLen, routes);
}

/** All routes of a table as the kernel dumps them: by network, longer prefixes first. */
export function dumpTable(fib: Fib, table: number): Route[] {
  const routes: Route[] = [];
  for (const map of fib.get(table)?.byLength ?? [])
    if (map !== null) for (const [, list] of map.entries()) routes.push(...list);
  const position = new Map(routes.map((route, i) => [route, i]));
  return routes.sort((a, b) => a.dst - b.dst || b.dstLen - a.dstLen || position.get(a)! - position.get(b)!);
}

export function tableNumbers(fib: Fib): number[] {
  return fib.sorted().map(([number]) => number);
}
