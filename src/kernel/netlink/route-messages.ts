/**
 * RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE, RTM_GETRULE.
 * @source net/ipv4/fib_frontend.c, rtm_to_fib_config(), inet_dump_fib(); fib_semantics.c, fib_dump_info(); route.c, inet_rtm_getroute(), rt_fill_info(); net/core/fib_rules.c
 */
import { granted, type Refusal, type Result, refused } from "../../core/result.ts";
import { deviceByIndex } from "../../devices/netns.ts";
import {
  NLM_F_APPEND,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NLM_F_REPLACE,
  RT_TABLE_MAIN,
} from "../../events/netlink.ts";
import type { RouteGetInfo, RouteInfo, RouteSpec } from "../../events/requests.ts";
import { type NetlinkMessage, NLMSG_HDRLEN } from "../../wire/netlink/message.ts";
import type { Fields, NamedAttr } from "../../wire/netlink/named.ts";
import { RTMSG } from "../../wire/netlink/rtnetlink.ts";
import { attrType, structOctets } from "../../wire/netlink/schema.ts";
import {
  AF_INET,
  AF_INET6,
  type Asking,
  type DumpAnswer,
  dumped,
  FAMILY,
  NLM_F_DUMP_FILTERED,
  NLM_F_ECHO,
  NLM_F_MULTI,
  RT_TABLE_COMPAT,
  reply,
} from "./asking.ts";
import { hopsOctets } from "./next-hops.ts";
import { attrOf, bad, headerOf, parseRequest } from "./parse.ts";
import { RTA_MAX, RTA_POLICY } from "./policies.ts";
import { METRIC_NAMES, parseRoute, routeSpec, tableOf } from "./route-config.ts";

const NOTHING: readonly NetlinkMessage[] = [];
export const RTM_F_CLONED = 0x200;
const RTM_F_PREFIX = 0x800;

export function routeNew(ask: Asking): Result<readonly NetlinkMessage[]> {
  return change(ask, "RTM_NEWROUTE");
}

export function routeDel(ask: Asking): Result<readonly NetlinkMessage[]> {
  return change(ask, "RTM_DELROUTE");
}

function change(ask: Asking, op: "RTM_NEWROUTE" | "RTM_DELROUTE"): Result<readonly NetlinkMessage[]> {
  const parsed = parseRoute(ask);
  if ("ok" in parsed) return parsed;
  const spec = routeSpec(ask, parsed);
  if ("ok" in spec) return spec;
  const before = echoRoutes(ask, spec);
  const done =
    op === "RTM_NEWROUTE"
      ? ask.perform(ask.step, ask.netns, op, { ...spec, nlmFlags: ask.request.flags })
      : ask.perform(ask.step, ask.netns, op, spec);
  if (!done.ok) return done;
  const after = echoRoutes(ask, spec);
  const isIn = (list: readonly RouteInfo[], route: RouteInfo) =>
    list.some((other) => JSON.stringify(other) === JSON.stringify(route));
  const [told, others] = op === "RTM_NEWROUTE" ? [after, before] : [before, after];
  const route = told.find((candidate) => !isIn(others, candidate));
  const isInet6 = route?.family === "inet6";
  const flags =
    op === "RTM_NEWROUTE" ? newRouteFlags(ask.request.flags, before.length > 0 && !isInet6, isInet6) : 0;
  return granted(route === undefined ? NOTHING : [fillRoute(ask, route, flags, op)]);
}

/** What a notice says of how a route came in. @source net/ipv4/fib_trie.c, fib_table_insert() */
function newRouteFlags(nlmFlags: number, hasRivals: boolean, isInet6: boolean): number {
  if (!hasRivals) return NLM_F_CREATE | NLM_F_EXCL | (isInet6 ? nlmFlags & NLM_F_APPEND : 0);
  if ((nlmFlags & NLM_F_REPLACE) !== 0) return NLM_F_REPLACE;
  return NLM_F_CREATE | (nlmFlags & NLM_F_APPEND);
}

/** Routes to the place that a change is about, where the program wants to hear of it. */
function echoRoutes(ask: Asking, spec: RouteSpec): readonly RouteInfo[] {
  if ((ask.request.flags & NLM_F_ECHO) === 0) return [];
  const table = spec.table === undefined || spec.table === 0 ? RT_TABLE_MAIN : spec.table;
  return routes(ask, table, spec.dst.includes(":") ? "inet6" : "inet").filter(
    (route) =>
      route.dst === spec.dst &&
      route.dstLen === spec.dstLen &&
      (spec.priority === 0 || route.priority === spec.priority),
  );
}

function routes(ask: Asking, table: number, family: RouteInfo["family"]): readonly RouteInfo[] {
  const all = ask.perform(ask.step, ask.netns, "RTM_GETROUTE_DUMP", { table, family });
  return all.ok ? all.value : [];
}

// ---------------------------------------------------------------------------------------------- dumps

interface RouteFilter {
  readonly table: number;
  readonly protocol: number;
  readonly type: number;
  readonly oif: number;
  readonly isSet: boolean;
  readonly hasRoutes: boolean;
  /** Are cached exceptions of routes asked for? There are none here, but flags tell. */
  readonly hasExceptions: boolean;
}

/** @source ip_valid_fib_dump_req() */
function routeFilter(ask: Asking): RouteFilter | Refusal {
  const { request, socket, extack } = ask;
  const none = { table: 0, protocol: 0, type: 0, oif: 0, isSet: false, hasRoutes: true, hasExceptions: true };
  if (!socket.isStrict) return none;
  if (request.octets.length < NLMSG_HDRLEN + structOctets(RTMSG))
    return bad("EINVAL", "Invalid header for FIB dump request", null, extack);
  const header = headerOf(request, RTMSG);
  if (header.dst_len !== 0 || header.src_len !== 0 || header.tos !== 0 || header.scope !== 0)
    return bad("EINVAL", "Invalid values in header for FIB dump request", null, extack);
  if ((header.flags! & ~(RTM_F_CLONED | RTM_F_PREFIX)) !== 0)
    return bad("EINVAL", "Invalid flags for FIB dump request", null, extack);
  const parsed = parseRequest(request, RTMSG, RTA_POLICY, { maxtype: RTA_MAX, isStrict: true }, extack);
  if ("ok" in parsed) return parsed;
  const known = [attrType("RTA_TABLE"), attrType("RTA_OIF")];
  if ([...parsed.attrs.keys()].some((type) => !known.includes(type)))
    return bad("EINVAL", "Unsupported attribute in dump request", null, extack);
  const oif = attrOf(parsed.attrs, "RTA_OIF")?.u32 ?? 0;
  if (oif !== 0 && deviceByIndex(ask.step, ask.netns, oif) === null) return refused("ENODEV");
  const filter = {
    table: tableOf(header, parsed.attrs),
    protocol: header.protocol!,
    type: header.type!,
    oif,
  };
  const isSet = header.flags !== 0 || Object.values(filter).some((value) => value !== 0);
  const isCloned = (header.flags! & RTM_F_CLONED) !== 0;
  return { ...filter, isSet, hasRoutes: !isCloned, hasExceptions: isCloned };
}

export function routeDump(ask: Asking): DumpAnswer | Refusal {
  const filter = routeFilter(ask);
  if ("ok" in filter) return filter;
  const { table, isSet } = filter;
  const family = ask.request.octets[NLMSG_HDRLEN]!;
  const isOne = family === AF_INET || family === AF_INET6;
  const found = ask.perform(ask.step, ask.netns, "RTM_GETROUTE_DUMP", {
    table,
    isStrict: ask.socket.isStrict,
    ...(isOne ? { family: family === AF_INET6 ? "inet6" : "inet" } : {}),
    ...(filter.hasRoutes || family !== AF_INET6 ? {} : { isCloned: true }),
  });
  // Where all families are asked for, a table that one lacks is no error.
  if (!found.ok && isOne) return dumped([], { refusal: found, isFiltered: isSet });
  const flags = NLM_F_MULTI | (isSet || !filter.hasExceptions || !filter.hasRoutes ? NLM_F_DUMP_FILTERED : 0);
  const there = found.ok && (filter.hasRoutes || family === AF_INET6) ? found.value : [];
  const messages = [AF_INET, AF_INET6]
    .filter((wanted) => !isOne || wanted === family)
    .flatMap((wanted) => there.filter((route) => FAMILY[route.family] === wanted))
    .filter((route) => filter.protocol === 0 || route.protocol === filter.protocol)
    .filter((route) => filter.type === 0 || route.type === filter.type)
    .filter((route) => filter.oif === 0 || route.oif === filter.oif)
    .map((route) => fillRoute(ask, route, flags, "RTM_NEWROUTE"));
  return dumped(messages, { isFiltered: isSet, splitsDone: true });
}

/** @source rtnetlink_put_metrics() */
export function metricAttrs({ metrics, mtu, isMtuLocked }: RouteInfo | RouteGetInfo): NamedAttr[] {
  if (metrics === undefined) {
    if (mtu === null) return [];
    const lock: NamedAttr[] = isMtuLocked === true ? [["RTAX_LOCK", 1 << attrType("RTAX_MTU")]] : [];
    return [["RTA_METRICS", { attrs: [...lock, ["RTAX_MTU", mtu]] }]];
  }
  const numbered: (readonly [number, NamedAttr])[] = metrics.values.map(
    ([rtax, value]) => [rtax, [METRIC_NAMES.find((name) => attrType(name) === rtax)!, value]] as const,
  );
  if (metrics.lock !== 0) numbered.push([attrType("RTAX_LOCK"), ["RTAX_LOCK", metrics.lock]]);
  if (metrics.congctl !== null) numbered.push([attrType("RTAX_CC_ALGO"), ["RTAX_CC_ALGO", metrics.congctl]]);
  return [["RTA_METRICS", { attrs: numbered.sort(([a], [b]) => a - b).map(([, attr]) => attr) }]];
}

/** Attributes that are there only if there is something to say. */
export function optional(name: string, value: string | number | null): NamedAttr[] {
  return value === null ? [] : [[name, value]];
}

/** @source fib_dump_info() */
export function fillRoute(ask: Asking, route: RouteInfo, flags: number, type: string): NetlinkMessage {
  if (route.family === "inet6") return fillRoute6(ask, route, flags, type);
  const realm = route.realm === undefined || route.realm === 0 ? null : route.realm;
  return reply(ask, type, flags, routeHeader(route), [
    ["RTA_TABLE", route.table],
    ...(route.dstLen === 0 ? [] : [["RTA_DST", route.dst] as const]),
    ...optional("RTA_PRIORITY", route.priority === 0 ? null : route.priority),
    ...metricAttrs(route),
    ...optional("RTA_PREFSRC", route.prefSrc),
    ...(route.hops === undefined
      ? [
          ...optional("RTA_GATEWAY", route.gateway),
          ...optional("RTA_OIF", route.oif),
          ...optional("RTA_FLOW", realm),
        ]
      : [["RTA_MULTIPATH", hopsOctets(route.hops)] as const]),
  ]);
}

function routeHeader(route: RouteInfo): Fields {
  return {
    family: FAMILY[route.family],
    dst_len: route.dstLen,
    src_len: route.srcLen ?? 0,
    tos: route.tos,
    table: route.table < 256 ? route.table : RT_TABLE_COMPAT,
    protocol: route.protocol,
    scope: route.scope,
    type: route.type,
    flags: route.flags,
  };
}

/** Here every route has a metric, and error types have the loopback device. @source net/ipv6/route.c, rt6_fill_node() */
function fillRoute6(ask: Asking, route: RouteInfo, flags: number, type: string): NetlinkMessage {
  return reply(ask, type, flags, routeHeader(route), [
    ["RTA_TABLE", route.table],
    ...(route.dstLen === 0 ? [] : [["RTA_DST", route.dst] as const]),
    ...(route.src === undefined ? [] : [["RTA_SRC", route.src] as const]),
    ...optional("RTA_PREFSRC", route.prefSrc),
    ...metricAttrs(route),
    ["RTA_PRIORITY", route.priority],
    ...(route.hops === undefined
      ? [...optional("RTA_GATEWAY", route.gateway), ...optional("RTA_OIF", route.oif)]
      : [["RTA_MULTIPATH", hopsOctets(route.hops)] as const]),
    // In hundredths of a second.
    ["RTA_CACHEINFO", { expires: (route.expires ?? 0) * 100 }],
    ["RTA_PREF", route.pref ?? 0],
  ]);
}
