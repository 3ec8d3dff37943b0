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
  /** Sources whose packets it is for; length 0: any. */
  readonly src: Ipv6Address;
  readonly srcLen: number;
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
  /** Its share among the next hops of one route. */
  readonly weight: number;
  /** Made by a router advertisement (RTF_ADDRCONF): never one of several next hops. */
  readonly isFromRa: boolean;
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

/** Routes to one network from one prefix of sources, best first (metric ascending, then order of adding). @source struct fib6_node */
interface Node6 {
  readonly dst: Ipv6Address;
  readonly src: Ipv6Address;
  readonly srcLen: number;
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
const NO_NODE_LIST: readonly Node6[] = Object.freeze([]);
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

/** Where a route stands in the tables. */
export type Place6 = Pick<Route6, "table" | "dst" | "dstLen" | "src" | "srcLen">;

/** Routes to exactly this network, from exactly these sources, best first. */
export function routesTo6(fib: Fib6, { table, dst, dstLen, src, srcLen }: Place6): readonly Route6[] {
  const nodes = fib.get(table)?.byLength.get(dstLen)?.get(bucketOf(dst));
  return nodes?.find((node) => node.dst === dst && isAt(node, src, srcLen))?.routes ?? NO_ROUTES;
}

function isAt(node: Node6, src: Ipv6Address, srcLen: number): boolean {
  return node.srcLen === srcLen && node.src === src;
}

/**
 * Lists of routes that cover an address, the longest prefix first, and of these those for the narrowest sources.
 * @param src 0: not known yet, which no prefix of sources covers
 * @source fib6_node_lookup_1()
 */
export function* coveringRoutes(
  fib: Fib6,
  table: number,
  address: Ipv6Address,
  src: Ipv6Address,
): Generator<readonly Route6[]> {
  const found = fib.get(table);
  if (found === undefined) return;
  for (const length of found.lengths) {
    const network = networkOf(address, length);
    for (const node of found.byLength.get(length)?.get(bucketOf(network)) ?? NO_NODE_LIST)
      if (node.dst === network && networkOf(src, node.srcLen) === node.src) yield node.routes;
  }
}

/** @param next those to one network from one prefix of sources; nodes with narrower sources stand first */
function withRoutes(fib: Fib6, place: Place6, routes: readonly Route6[]): Fib6 {
  const { table, dst, dstLen, src, srcLen } = place;
  const old = fib.get(table) ?? EMPTY_TABLE6;
  const nodes = old.byLength.get(dstLen) ?? NO_NODES;
  const bucket = bucketOf(dst);
  const others = (nodes.get(bucket) ?? NO_NODE_LIST).filter(
    (node) => node.dst !== dst || !isAt(node, src, srcLen),
  );
  const at = others.filter((node) => node.srcLen >= srcLen).length;
  const list =
    routes.length === 0
      ? others
      : [...others.slice(0, at), { dst, src, srcLen, routes }, ...others.slice(at)];
  const next = list.length === 0 ? nodes.delete(bucket) : nodes.set(bucket, list);
  const byLength = next.size === 0 ? old.byLength.delete(dstLen) : old.byLength.set(dstLen, next);
  const lengths = byLength
    .sorted()
    .map(([length]) => length)
    .reverse();
  return fib.set(table, { lengths, byLength });
}

/** A table is there from the moment somebody asks for it. @source fib6_new_table() */
export function ensureTable6(fib: Fib6, table: number): Fib6 {
  return fib.has(table) ? fib : fib.set(table, EMPTY_TABLE6);
}

/** Adds a route behind those of its metric. @source fib6_add_rt2node() */
export function insertRoute6(fib: Fib6, route: Route6): Fib6 {
  const routes = routesTo6(fib, route);
  let at = routes.findIndex((other) => other.metric > route.metric);
  if (at < 0) at = routes.length;
  return withRoutes(fib, route, [...routes.slice(0, at), route, ...routes.slice(at)]);
}

/** Puts `next` in the place of `old`; null takes it away. */
export function replaceRoute6(fib: Fib6, old: Route6, next: Route6 | null): Fib6 {
  const routes = routesTo6(fib, old).flatMap((route) =>
    route !== old ? [route] : next === null ? [] : [next],
  );
  return withRoutes(fib, old, routes);
}

/** May it be one of several next hops? @source rt6_qualify_for_ecmp() */
export function isMultipathable(route: Route6): boolean {
  return route.gateway !== 0n && !route.isFromRa && !isReject(route.type);
}

/** The next hops that a route is one of, in the order of adding; itself alone, if it is the only one. @source fib6_siblings */
export function siblingsOf(routes: readonly Route6[], route: Route6): readonly Route6[] {
  if (routes.length < 2 || !isMultipathable(route)) return [route];
  return routes.filter((other) => other.metric === route.metric && isMultipathable(other));
}

interface Placed extends Node6 {
  readonly length: number;
}

function lastOf(address: Ipv6Address, length: number): Ipv6Address {
  return address | ((1n << BigInt(128 - length)) - 1n);
}

/** Prefixes in the order in which a tree of them is left: those inside a prefix before it. */
function byEnd(a: readonly [Ipv6Address, number], b: readonly [Ipv6Address, number]): number {
  const [endA, endB] = [lastOf(...a), lastOf(...b)];
  if (endA !== endB) return endA < endB ? -1 : 1;
  return b[1] - a[1];
}

/** Prefixes in the order in which a tree of them is entered: a prefix before those inside. */
function byStart(a: Placed, b: Placed): number {
  if (a.dst !== b.dst) return a.dst < b.dst ? -1 : 1;
  return a.length - b.length;
}

/**
 * All routes of a table as the kernel dumps them: by network, longer prefixes before those that they lie in; routes for some
 * sources only come as soon as their network is entered.
 * @source fib6_walk_continue(): subtree, left, right, then the node itself
 */
export function dumpTable6(fib: Fib6, table: number): Route6[] {
  const nodes: Placed[] = [];
  for (const [length, map] of fib.get(table)?.byLength.sorted() ?? [])
    for (const [, list] of map.entries()) for (const node of list) nodes.push({ ...node, length });
  const plain = nodes
    .filter((node) => node.srcLen === 0)
    .sort((a, b) => byEnd([a.dst, a.length], [b.dst, b.length]));
  const bySource = nodes
    .filter((node) => node.srcLen !== 0)
    .sort((a, b) => byStart(a, b) || byEnd([a.src, a.srcLen], [b.src, b.srcLen]));
  const out: Route6[] = [];
  let at = 0;
  for (const node of plain) {
    // What is entered before this one is left.
    for (; at < bySource.length && isEntered(bySource[at]!, node); at++) out.push(...bySource[at]!.routes);
    out.push(...node.routes);
  }
  for (; at < bySource.length; at++) out.push(...bySource[at]!.routes);
  return out;
}

function isEntered(inner: Placed, left: Placed): boolean {
  return inner.dst <= lastOf(left.dst, left.length);
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
