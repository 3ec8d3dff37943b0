/**
 * The IPv6 forwarding information base: routing tables of a namespace as persistent data.
 * @source net/ipv6/ip6_fib.c
 */

import type { Errno } from "../../core/errno.ts";
import { IntMap } from "../../core/int-map.ts";
import { RTN_BLACKHOLE, RTN_PROHIBIT, RTN_THROW, RTN_UNREACHABLE } from "../../events/netlink.ts";
import { type Ipv6Address, prefixMaskIpv6 } from "../../wire/ipv6-address.ts";

/** One route: a fib6_info with its single next hop. */
export interface Route6 {
  readonly table: number;
  readonly dst: Ipv6Address;
  readonly dstLen: number;
  readonly metric: number;
  /** RTN_* */
  readonly type: number;
  readonly protocol: number;
  /** 0: on link. */
  readonly gateway: Ipv6Address;
  /** Device; loopback for types that have none. */
  readonly oif: number;
  readonly prefSrc: Ipv6Address;
  /** RTNH_F_* */
  readonly flags: number;
  /** 0: the device's. */
  readonly mtu: number;
  /** Jiffy after which it goes; null: never. */
  readonly expires: number | null;
  /** ICMPV6_ROUTER_PREF_*: 0 medium, 1 high, 3 low. */
  readonly pref: number;
  /** All metrics that were given, the MTU included; null: none. */
  readonly metrics: Metrics6 | null;
}

/** RTAX_* by number with their values, bits of those that are locked, and the name of RTAX_CC_ALGO. */
export interface Metrics6 {
  readonly values: readonly (readonly [rtax: number, value: number])[];
  readonly lock: number;
  readonly congctl: string | null;
}

/** A table: by prefix length, lists of nodes by hash of the network. */
export interface Table6 {
  /** Prefix lengths in use, longest first. */
  readonly lengths: readonly number[];
  readonly byLength: IntMap<IntMap<readonly Node6[]>>;
}

/** Routes to one network, best first (metric ascending, then order of adding). @source struct fib6_node */
interface Node6 {
  readonly dst: Ipv6Address;
  readonly routes: readonly Route6[];
}

/** Tables by number. */
export type Fib6 = IntMap<Table6>;

export const EMPTY_FIB6: Fib6 = IntMap.empty();
const EMPTY_TABLE6: Table6 = Object.freeze({
  lengths: [],
  byLength: IntMap.empty<IntMap<readonly Node6[]>>(),
});
const NO_NODES: IntMap<readonly Node6[]> = IntMap.empty();
const NO_ROUTES: readonly Route6[] = Object.freeze([]);

/** Does the route forbid its destinations? */
export function isReject(type: number): boolean {
  return type === RTN_BLACKHOLE || type === RTN_UNREACHABLE || type === RTN_PROHIBIT || type === RTN_THROW;
}

/** What a lookup that ends at such a route gives. @source ip6_rt_type_to_error() */
export function rejectErrno(type: number): Errno {
  if (type === RTN_BLACKHOLE) return "EINVAL";
  if (type === RTN_PROHIBIT) return "EACCES";
  return type === RTN_THROW ? "EAGAIN" : "EHOSTUNREACH";
}

export function networkOf(address: Ipv6Address, prefixLen: number): Ipv6Address {
  return address & prefixMaskIpv6(prefixLen);
}

function bucketOf(a: Ipv6Address): number {
  return Number(((a >> 96n) ^ (a >> 64n) ^ (a >> 32n) ^ a) & 0xffff_ffffn);
}

/** Routes to exactly this network in a table, best first. */
export function routesTo6(fib: Fib6, table: number, dst: Ipv6Address, dstLen: number): readonly Route6[] {
  const nodes = fib.get(table)?.byLength.get(dstLen)?.get(bucketOf(dst));
  return nodes?.find((node) => node.dst === dst)?.routes ?? NO_ROUTES;
}

/** Lists of routes that cover an address, the longest prefix first. */
export function* coveringRoutes(
  fib: Fib6,
  table: number,
  address: Ipv6Address,
): Generator<readonly Route6[]> {
  const found = fib.get(table);
  if (found === undefined) return;
  for (const length of found.lengths) {
    const routes = routesTo6(fib, table, networkOf(address, length), length);
    if (routes.length > 0) yield routes;
  }
}

function withRoutes(
  fib: Fib6,
  table: number,
  dst: Ipv6Address,
  dstLen: number,
  routes: readonly Route6[],
): Fib6 {
  const old = fib.get(table) ?? EMPTY_TABLE6;
  const nodes = old.byLength.get(dstLen) ?? NO_NODES;
  const bucket = bucketOf(dst);
  const others = (nodes.get(bucket) ?? []).filter((node) => node.dst !== dst);
  const list = routes.length === 0 ? others : [...others, { dst, routes }];
  const next = list.length === 0 ? nodes.delete(bucket) : nodes.set(bucket, list);
  const byLength = next.size === 0 ? old.byLength.delete(dstLen) : old.byLength.set(dstLen, next);
  const lengths = byLength
    .sorted()
    .map(([length]) => length)
    .reverse();
  return fib.set(table, { lengths, byLength });
}

/** Adds a route behind those of its metric. @source fib6_add_rt2node() */
export function insertRoute6(fib: Fib6, route: Route6): Fib6 {
  const routes = routesTo6(fib, route.table, route.dst, route.dstLen);
  let at = routes.findIndex((other) => other.metric > route.metric);
  if (at < 0) at = routes.length;
  const next = [...routes.slice(0, at), route, ...routes.slice(at)];
  return withRoutes(fib, route.table, route.dst, route.dstLen, next);
}

/** Puts `next` in the place of `old`; null takes it away. */
export function replaceRoute6(fib: Fib6, old: Route6, next: Route6 | null): Fib6 {
  const routes = routesTo6(fib, old.table, old.dst, old.dstLen).flatMap((route) =>
    route !== old ? [route] : next === null ? [] : [next],
  );
  return withRoutes(fib, old.table, old.dst, old.dstLen, routes);
}

/**
 * All routes of a table as the kernel dumps them: by network, longer prefixes before those that they lie in.
 * @source fib6_walk_continue(): left, right, then the node itself
 */
export function dumpTable6(fib: Fib6, table: number): Route6[] {
  const nodes: (Node6 & { readonly length: number })[] = [];
  for (const [length, map] of fib.get(table)?.byLength.sorted() ?? [])
    for (const [, list] of map.entries()) for (const node of list) nodes.push({ ...node, length });
  const end = (dst: Ipv6Address, length: number) => dst | ((1n << BigInt(128 - length)) - 1n);
  nodes.sort((a, b) => {
    const [endA, endB] = [end(a.dst, a.length), end(b.dst, b.length)];
    if (endA !== endB) return endA < endB ? -1 : 1;
    return b.length - a.length;
  });
  return nodes.flatMap((node) => node.routes);
}

/** Numbers of all tables in the order of a dump: hash buckets by number, main before local. */
export function tableNumbers6(fib: Fib6): number[] {
  return fib
    .sorted()
    .map(([number]) => number)
    .sort((a, b) => (a & 255) - (b & 255));
}

/** All routes of all tables, in the order of a dump. */
export function allRoutes6(fib: Fib6): Route6[] {
  return tableNumbers6(fib).flatMap((table) => dumpTable6(fib, table));
}
