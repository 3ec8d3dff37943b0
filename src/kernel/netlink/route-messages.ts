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
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
} from "../../events/netlink.ts";
import type { MetricsInfo, RouteGetInfo, RouteInfo, RouteSpec } from "../../events/requests.ts";
import { type NetlinkMessage, NLMSG_HDRLEN } from "../../wire/netlink/message.ts";
import type { NamedAttr } from "../../wire/netlink/named.ts";
import { RTMSG } from "../../wire/netlink/rtnetlink.ts";
import { attrType, structOctets } from "../../wire/netlink/schema.ts";
import {
  AF_INET,
  AF_INET6,
  type Asking,
  type DumpAnswer,
  dumped,
  FAMILY,
  familyOf,
  NLM_F_DUMP_FILTERED,
  NLM_F_ECHO,
  NLM_F_MULTI,
  RT_TABLE_COMPAT,
  reply,
} from "./asking.ts";
import { type Attrs, attrOf, bad, headerOf, type Parsed, parseNested, parseRequest } from "./parse.ts";
import { NO_POLICY, RTA_MAX, RTA_POLICY, RTA6_POLICY } from "./policies.ts";

const NOTHING: readonly NetlinkMessage[] = [];
const RTN_MAX = 11;
const RTM_F_NOTIFY = 0x100;
const RTM_F_CLONED = 0x200;
const RTM_F_PREFIX = 0x800;
const RTM_F_LOOKUP_TABLE = 0x1000;
const RTM_F_FIB_MATCH = 0x2000;
/** The bits of the ECN field. */
const INET_ECN_MASK = 0x03;
/** Bits behind the words that `RouteGetInfo` has for them. @source include/uapi/linux/in_route.h */
const RTCF: ReadonlyMap<string, number> = new Map([
  ["local", 0x8000_0000],
  ["reject", 0x4000_0000],
  ["mc", 0x2000_0000],
  ["brd", 0x1000_0000],
  ["dst-nat", 0x0800_0000],
  ["src-nat", 0x0080_0000],
  ["masq", 0x0040_0000],
  ["dst-direct", 0x0002_0000],
  ["src-direct", 0x0400_0000],
  ["redirected", 0x0004_0000],
  ["redirect", 0x0100_0000],
  ["fastroute", 0x0020_0000],
  ["notify", 0x0001_0000],
  ["proxy", 0x0200_0000],
]);

/** RTAX_* that are numbers. */
const METRIC_NAMES = [
  "RTAX_MTU",
  "RTAX_WINDOW",
  "RTAX_RTT",
  "RTAX_RTTVAR",
  "RTAX_SSTHRESH",
  "RTAX_CWND",
  "RTAX_ADVMSS",
  "RTAX_REORDERING",
  "RTAX_HOPLIMIT",
  "RTAX_INITCWND",
  "RTAX_FEATURES",
  "RTAX_RTO_MIN",
  "RTAX_INITRWND",
  "RTAX_QUICKACK",
  "RTAX_FASTOPEN_NO_COOKIE",
];

function parseRoute(ask: Asking): Parsed | Refusal {
  const policy = ask.request.octets[NLMSG_HDRLEN] === AF_INET6 ? RTA6_POLICY : RTA_POLICY;
  return parseRequest(ask.request, RTMSG, policy, null, ask.extack);
}

function tableOf(header: Parsed["header"], attrs: Attrs): number {
  return attrOf(attrs, "RTA_TABLE")?.u32 ?? header.table!;
}

/** @source rtm_to_fib_config() */
function routeSpec(ask: Asking, { header, attrs }: Parsed): RouteSpec | Refusal {
  const { extack } = ask;
  const isInet6 = header.family === AF_INET6;
  if (!isInet6 && header.dst_len! > 32) return bad("EINVAL", "Invalid prefix length", null, extack);
  if (!isInet6 && (header.tos! & INET_ECN_MASK) !== 0)
    return bad("EINVAL", "Invalid dsfield (tos): ECN bits must be 0", null, extack);
  if (header.type! > RTN_MAX) return bad("EINVAL", "Invalid route type", null, extack);
  const gateway = attrOf(attrs, "RTA_GATEWAY");
  if (gateway !== undefined && attrOf(attrs, "RTA_VIA") !== undefined)
    return bad("EINVAL", "Nexthop configuration can not contain both GATEWAY and VIA", null, extack);
  const dst = attrOf(attrs, "RTA_DST");
  const oif = attrOf(attrs, "RTA_OIF");
  const prefSrc = attrOf(attrs, "RTA_PREFSRC");
  const metrics = attrOf(attrs, "RTA_METRICS");
  const inside = metrics === undefined ? null : parseNested(metrics, NO_POLICY, extack);
  if (inside !== null && "ok" in inside) return inside;
  return {
    dst: dst === undefined ? (isInet6 ? "::" : "0.0.0.0") : dst.address,
    dstLen: header.dst_len!,
    tos: header.tos!,
    table: tableOf(header, attrs),
    protocol: header.protocol!,
    scope: header.scope!,
    type: header.type!,
    ...(gateway === undefined ? {} : { gateway: gateway.address }),
    ...(oif === undefined ? {} : { oif: oif.u32 }),
    ...(prefSrc === undefined ? {} : { prefSrc: prefSrc.address }),
    priority: attrOf(attrs, "RTA_PRIORITY")?.u32 ?? 0,
    flags: header.flags!,
    ...(inside === null ? {} : { metrics: metricsOf(inside) }),
  };
}

/** RTA_METRICS as numbers; the name of RTAX_CC_ALGO apart. */
function metricsOf(inside: Attrs): MetricsInfo {
  const values = METRIC_NAMES.flatMap((name) => {
    const value = attrOf(inside, name)?.u32;
    return value === undefined ? [] : [[attrType(name), value] as const];
  });
  return {
    values,
    lock: attrOf(inside, "RTAX_LOCK")?.u32 ?? 0,
    congctl: attrOf(inside, "RTAX_CC_ALGO")?.text ?? null,
  };
}

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
  const flags = op === "RTM_NEWROUTE" ? newRouteFlags(ask.request.flags, before.length > 0) : 0;
  return granted(route === undefined ? NOTHING : [fillRoute(ask, route, flags, op)]);
}

/** What a notice says of how a route came in. @source net/ipv4/fib_trie.c, fib_table_insert() */
function newRouteFlags(nlmFlags: number, hasRivals: boolean): number {
  if (!hasRivals) return NLM_F_CREATE | NLM_F_EXCL;
  if ((nlmFlags & NLM_F_REPLACE) !== 0) return NLM_F_REPLACE;
  return NLM_F_CREATE | (nlmFlags & NLM_F_APPEND);
}

/** Routes to the place that a change is about, where the program wants to hear of it. */
function echoRoutes(ask: Asking, spec: RouteSpec): readonly RouteInfo[] {
  if ((ask.request.flags & NLM_F_ECHO) === 0) return [];
  const table = spec.table === undefined || spec.table === 0 ? RT_TABLE_MAIN : spec.table;
  return routes(ask, table).filter(
    (route) =>
      route.dst === spec.dst &&
      route.dstLen === spec.dstLen &&
      (spec.priority === 0 || route.priority === spec.priority),
  );
}

function routes(ask: Asking, table: number): readonly RouteInfo[] {
  const all = ask.perform(ask.step, ask.netns, "RTM_GETROUTE_DUMP", { table });
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
  const found = ask.perform(ask.step, ask.netns, "RTM_GETROUTE_DUMP", {
    table,
    isStrict: ask.socket.isStrict,
  });
  // Where all families are asked for, a table that one lacks is no error.
  if (!found.ok && family === AF_INET) return dumped([], { refusal: found, isFiltered: isSet });
  const flags = NLM_F_MULTI | (isSet || !filter.hasExceptions || !filter.hasRoutes ? NLM_F_DUMP_FILTERED : 0);
  const there = found.ok && filter.hasRoutes ? found.value : [];
  const messages = [AF_INET, AF_INET6]
    .filter((wanted) => (family !== AF_INET && family !== AF_INET6 ? true : wanted === family))
    .flatMap((wanted) => there.filter((route) => FAMILY[route.family] === wanted))
    .filter((route) => filter.protocol === 0 || route.protocol === filter.protocol)
    .filter((route) => filter.type === 0 || route.type === filter.type)
    .filter((route) => filter.oif === 0 || route.oif === filter.oif)
    .map((route) => fillRoute(ask, route, flags, "RTM_NEWROUTE"));
  return dumped(messages, { isFiltered: isSet, splitsDone: family !== AF_INET6 });
}

/** @source rtnetlink_put_metrics() */
function metricAttrs({ metrics, mtu, isMtuLocked }: RouteInfo | RouteGetInfo): NamedAttr[] {
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
function optional(name: string, value: string | number | null): NamedAttr[] {
  return value === null ? [] : [[name, value]];
}

/** @source fib_dump_info(); net/ipv6/route.c, rt6_fill_node() */
function fillRoute(ask: Asking, route: RouteInfo, flags: number, type: string): NetlinkMessage {
  const isInet6 = route.family === "inet6";
  const header = {
    family: FAMILY[route.family],
    dst_len: route.dstLen,
    tos: route.tos,
    table: route.table < 256 ? route.table : RT_TABLE_COMPAT,
    protocol: route.protocol,
    scope: route.scope,
    type: route.type,
    flags: route.flags,
  };
  const priority: NamedAttr[] = route.priority === 0 ? [] : [["RTA_PRIORITY", route.priority]];
  const metrics = metricAttrs(route);
  const prefSrc = optional("RTA_PREFSRC", route.prefSrc);
  return reply(ask, type, flags, header, [
    ["RTA_TABLE", route.table],
    ...(route.dstLen === 0 ? [] : [["RTA_DST", route.dst] as const]),
    ...(isInet6 ? [...prefSrc, ...metrics, ...priority] : [...priority, ...metrics, ...prefSrc]),
    ...optional("RTA_GATEWAY", route.gateway),
    ...optional("RTA_OIF", route.oif),
    ...(isInet6
      ? ([
          ["RTA_CACHEINFO", {}],
          ["RTA_PREF", 0],
        ] as const)
      : []),
  ]);
}

// ---------------------------------------------------------------------------------------------- one route

const GET_ATTRS = [
  "RTA_DST",
  "RTA_SRC",
  "RTA_IIF",
  "RTA_OIF",
  "RTA_MARK",
  "RTA_UID",
  "RTA_IP_PROTO",
  "RTA_SPORT",
  "RTA_DPORT",
  "RTA_FLOWLABEL",
];

/** @source inet_rtm_valid_getroute_req() */
function parseGet(ask: Asking): Parsed | Refusal {
  const { request, socket, extack } = ask;
  const fail = (text: string) => bad("EINVAL", `ipv4: ${text}`, null, extack);
  if (request.octets.length < NLMSG_HDRLEN + structOctets(RTMSG))
    return fail("Invalid header for route get request");
  if (!socket.isStrict) return parseRoute(ask);
  const header = headerOf(request, RTMSG);
  const { src_len: srcLen, dst_len: dstLen } = header;
  const isBad = (length: number) => length !== 0 && length !== 32 && length !== 128;
  if (
    isBad(srcLen!) ||
    isBad(dstLen!) ||
    header.table !== 0 ||
    header.protocol !== 0 ||
    header.scope !== 0 ||
    header.type !== 0
  )
    return fail("Invalid values in header for route get request");
  if ((header.flags! & ~(RTM_F_NOTIFY | RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH)) !== 0)
    return fail("Unsupported rtm_flags for route get request");
  const policy = header.family === AF_INET6 ? RTA6_POLICY : RTA_POLICY;
  const parsed = parseRequest(request, RTMSG, policy, { maxtype: RTA_MAX, isStrict: true }, extack);
  if ("ok" in parsed) return parsed;
  const { attrs } = parsed;
  const hasLoose = (name: string, length: number) => attrOf(attrs, name) !== undefined && length === 0;
  if (hasLoose("RTA_SRC", srcLen!) || hasLoose("RTA_DST", dstLen!))
    return fail("rtm_src_len and rtm_dst_len must be 32 for IPv4");
  const known = GET_ATTRS.map(attrType);
  if ([...attrs.keys()].some((type) => !known.includes(type)))
    return fail("Unsupported attribute in route get request");
  return parsed;
}

export function routeGet(ask: Asking): Result<readonly NetlinkMessage[]> {
  const parsed = parseGet(ask);
  if ("ok" in parsed) return parsed;
  const { header, attrs } = parsed;
  const isInet6 = header.family === AF_INET6;
  const src = attrOf(attrs, "RTA_SRC")?.address;
  const number = (name: string, field: string) => {
    const attr = attrOf(attrs, name);
    return attr === undefined ? {} : { [field]: attr.u32 };
  };
  const got = ask.perform(ask.step, ask.netns, "RTM_GETROUTE", {
    dst: attrOf(attrs, "RTA_DST")?.address ?? (isInet6 ? "::" : "0.0.0.0"),
    ...(src === undefined ? {} : { src }),
    ...number("RTA_OIF", "oif"),
    ...number("RTA_IIF", "iif"),
    ...number("RTA_MARK", "mark"),
    ...number("RTA_UID", "uid"),
    tos: header.tos!,
  });
  if (!got.ok) return got;
  const mark = got.value.mark ?? attrOf(attrs, "RTA_MARK")?.u32 ?? 0;
  // The kernel knows of no user behind a packet that comes in.
  const hasUid = got.value.iif === null || attrOf(attrs, "RTA_UID") !== undefined;
  return granted([fillGot(ask, got.value, (header.flags! & RTM_F_LOOKUP_TABLE) !== 0, mark, hasUid)]);
}

/** @source rt_fill_info() */
function fillGot(
  ask: Asking,
  route: RouteGetInfo,
  looksUpTable: boolean,
  mark: number,
  hasUid: boolean,
): NetlinkMessage {
  const family = familyOf(route.dst);
  const table = looksUpTable ? route.table : RT_TABLE_MAIN;
  const bits = route.cacheFlags.reduce((sum, word) => sum + (RTCF.get(word) ?? 0), 0);
  const full = family === AF_INET6 ? 128 : 32;
  const header = {
    family,
    dst_len: full,
    src_len: route.src === null ? 0 : full,
    tos: route.tos ?? 0,
    table: table < 256 ? table : RT_TABLE_COMPAT,
    scope: RT_SCOPE_UNIVERSE,
    type: route.type,
    flags: bits + RTM_F_CLONED,
  };
  return reply(ask, "RTM_NEWROUTE", 0, header, [
    ["RTA_TABLE", table],
    ["RTA_DST", route.dst],
    ...optional("RTA_SRC", route.src),
    ["RTA_OIF", route.oif],
    ...optional("RTA_PREFSRC", route.prefSrc),
    ...optional("RTA_GATEWAY", route.gateway),
    ...metricAttrs(route),
    ...(mark === 0 ? [] : [["RTA_MARK", mark] as const]),
    ...(hasUid ? optional("RTA_UID", route.uid) : []),
    ...optional("RTA_IIF", route.iif),
    ["RTA_CACHEINFO", { clntref: 2 }],
  ]);
}
