/**
 * `ip route get`: which way a packet would go.
 * @source net/ipv4/route.c, inet_rtm_getroute(), rt_fill_info()
 */
import { granted, type Refusal, type Result, refused } from "../core/result.ts";
import { HZ } from "../core/timer-wheel.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, type NetnsRef } from "../devices/netns.ts";
import { DROP } from "../events/kinds.ts";
import {
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTAX_MTU,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
} from "../events/netlink.ts";
import type { MetricsInfo, RouteGet, RouteGetInfo, RouteInfo } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import type { FibResult, RouteMetrics } from "../stack/fib.ts";
import type { FibException } from "../stack/fib-exceptions.ts";
import { inDevice } from "../stack/in-device.ts";
import { isMember } from "../stack/multicast.ts";
import { netStack } from "../stack/net-stack.ts";
import { type OutputRoute, routeOutput } from "../stack/route.ts";
import { multicastInput, routeInput } from "../stack/route-input.ts";
import { formatIpv4, isMulticastIpv4, parseIpv4 } from "../wire/ipv4-address.ts";
import { route6Get, route6GetFibMatch } from "./inet6-requests.ts";
import { routeInfo } from "./infos.ts";

const PROTOCOLS: readonly number[] = [1, 6, 17];

/** What was found, by a packet of our own or one that came in. */
interface Found {
  readonly type: number;
  /** Device that it leaves by. */
  readonly device: number;
  readonly iif: NetDevice | null;
  readonly isRedirected: boolean;
  readonly prefSrc: string | null;
  readonly gateway: number;
  readonly matched: FibResult | null;
  readonly out: OutputRoute | null;
}

function address(text: string | undefined): number {
  return text === undefined ? 0 : (parseIpv4(text) ?? 0);
}

/** @param given an ifindex; 0 or absent: none */
function device(step: StepContext, netns: NetnsRef, given: number | undefined): NetDevice | null | Refusal {
  if (given === undefined || given === 0) return null;
  return deviceByIndex(step, netns, given) ?? refused("ENODEV");
}

/** The kernel makes a packet to ask with, which ends as a dropped one where there is no way. */
const ASKING_OCTETS = 28;

function find(step: StepContext, netns: NetnsRef, get: RouteGet): Found | Refusal {
  if (get.ipproto !== undefined && !PROTOCOLS.includes(get.ipproto))
    return refused("EOPNOTSUPP", "Unsupported ip proto");
  const found = findWay(step, netns, get);
  return "ok" in found ? noWay(step, netns, found) : found;
}

export function dropAsking(step: StepContext, netns: NetnsRef): void {
  step.recordDrop(netns, -1, 0, ASKING_OCTETS, DROP.NOT_SPECIFIED, undefined, "made to ask for a route");
}

function noWay(step: StepContext, netns: NetnsRef, why: Refusal): Refusal {
  if (why.errno !== "EOPNOTSUPP") dropAsking(step, netns);
  return why;
}

function findWay(step: StepContext, netns: NetnsRef, get: RouteGet): Found | Refusal {
  const iif = device(step, netns, get.iif);
  const oif = device(step, netns, get.oif);
  if (iif !== null && "ok" in iif) return iif;
  if (iif !== null) return findInput(step, netns, get, iif);
  const src = address(get.src);
  const route = routeOutput(step, netns, {
    dst: address(get.dst),
    src,
    // A number that no device has is looked for as well.
    oif: oif === null ? -1 : "ok" in oif ? Number.MAX_SAFE_INTEGER : oif.ref,
    tos: (get.tos ?? 0) & 0x1c,
    mark: get.mark ?? 0,
    uid: get.uid ?? 0,
    ...(get.ipproto === undefined ? {} : { ipproto: get.ipproto }),
    ...(get.sport === undefined ? {} : { sport: get.sport }),
    ...(get.dport === undefined ? {} : { dport: get.dport }),
  });
  if ("errno" in route) return refused(route.errno);
  return {
    type: route.type,
    device: route.device,
    iif: null,
    isRedirected: false,
    prefSrc: route.src === src ? null : formatIpv4(route.src),
    gateway: route.gateway,
    matched: route.route,
    out: route,
  };
}

function findInput(step: StepContext, netns: NetnsRef, get: RouteGet, iif: NetDevice): Found | Refusal {
  const [src, dst] = [address(get.src), address(get.dst)];
  const route = isMulticastIpv4(dst)
    ? multicastInput(step, iif, src, dst, false)
    : routeInput(step, iif, src, dst, (get.tos ?? 0) & 0x1c, get.mark);
  if ("drop" in route) return refused("EINVAL");
  if ("errno" in route) return refused(route.errno);
  const out = "out" in route ? route.out : null;
  return {
    type: route.type,
    device: out === null ? step.cells.get(netns).loopback : out.device,
    iif,
    isRedirected: "redirects" in route && route.redirects,
    prefSrc: null,
    gateway: out?.gateway ?? 0,
    matched: out === null ? ("matched" in route ? route.matched : null) : out.route,
    out,
  };
}

/** Of the trie that the local and the main table share, lookups ask the main one. @source fib_lookup() */
function tableAsked(step: StepContext, netns: NetnsRef, found: FibResult | null): number {
  if (found === null) return 0;
  const { table } = found.route;
  return table === RT_TABLE_LOCAL && netStack(step, netns).rules === null ? RT_TABLE_MAIN : table;
}

/** RTCF_* in the order of their names. */
function cacheFlags(step: StepContext, found: Found, dst: number): string[] {
  const { type, out } = found;
  const dev = step.cells.get<NetDevice>(found.device);
  const isListened = type === RTN_MULTICAST && isMember(inDevice(step, found.iif ?? dev), dst);
  const isLocal = type === RTN_LOCAL || type === RTN_BROADCAST || isListened;
  return [
    ...(isLocal || (found.iif === null && dev.kind === "loopback" && type !== RTN_MULTICAST)
      ? ["local"]
      : []),
    ...(type === RTN_MULTICAST ? ["mc"] : []),
    ...(type === RTN_BROADCAST ? ["brd"] : []),
    ...(out !== null && out.exception !== null && out.exception.gateway !== 0 ? ["redirected"] : []),
    ...(found.isRedirected ? ["redirect"] : []),
  ];
}

/** The route's metrics, with the MTU that was learned. */
function metrics({ out }: Found): MetricsInfo | undefined {
  if (out === null) return undefined;
  const own = out.type === RTN_BROADCAST ? null : (out.route?.route.metrics ?? null);
  return withLearned(own, out.exception);
}

/** A route's metrics with the MTU that was learned. */
export function withLearned(
  own: RouteMetrics | null,
  exception: FibException | null,
): MetricsInfo | undefined {
  const learned = exception?.pmtu ?? 0;
  if (learned === 0) return own ?? undefined;
  const lock = (own?.lock ?? 0) | (exception?.isLocked ? 1 << RTAX_MTU : 0);
  const rest = (own?.values ?? []).filter(([rtax]) => rtax !== RTAX_MTU);
  return { values: [[RTAX_MTU, learned], ...rest], lock, congctl: own?.congctl ?? null };
}

/** Whole seconds until what was learned is forgotten; null: nothing was. User space is told ticks of 10 ms. */
function expires(step: StepContext, { out }: Found): number | null {
  return out?.exception == null ? null : secondsLeft(step, out.exception);
}

export function secondsLeft(step: StepContext, { expires: end }: FibException): number | null {
  if (end === 0) return null;
  const ticks = Math.floor(((end - step.jiffies) * 100) / HZ);
  return ticks > 0 ? Math.floor(ticks / 100) : null;
}

export function routeGet(step: StepContext, netns: NetnsRef, get: RouteGet): Result<RouteGetInfo> {
  if (get.dst.includes(":")) return route6Get(step, netns, get);
  const found = find(step, netns, get);
  if ("ok" in found) return found;
  const known = metrics(found);
  const realm = found.matched?.hop.realm ?? 0;
  return granted({
    type: found.type,
    dst: formatIpv4(address(get.dst)),
    src: get.src === undefined || address(get.src) === 0 ? null : get.src,
    gateway: found.gateway === 0 ? null : formatIpv4(found.gateway),
    oif: step.cells.get<NetDevice>(found.device).ifindex,
    prefSrc: found.prefSrc,
    iif: found.iif === null ? null : found.iif.ifindex,
    uid: get.uid ?? (found.iif === null ? 0 : null),
    cacheFlags: [
      ...cacheFlags(step, found, address(get.dst)),
      ...(get.isNotified === true ? ["notify"] : []),
    ],
    mtu: null,
    expires: expires(step, found),
    table: tableAsked(step, netns, found.matched),
    tos: found.matched?.route.tos ?? 0,
    mark: get.mark ?? 0,
    ...(known === undefined ? {} : { metrics: known }),
    ...(realm === 0 ? {} : { realm }),
  });
}

/** `ip route get fibmatch`. @source fib_dump_info() */
export function routeGetFibMatch(step: StepContext, netns: NetnsRef, get: RouteGet): Result<RouteInfo> {
  if (get.dst.includes(":")) return route6GetFibMatch(step, netns, get);
  const found = find(step, netns, get);
  if ("ok" in found) return found;
  if (found.matched === null) return noWay(step, netns, refused("EHOSTUNREACH"));
  const info = routeInfo(step, netns, found.matched.route);
  return granted({ ...info, type: found.type, table: tableAsked(step, netns, found.matched) });
}
