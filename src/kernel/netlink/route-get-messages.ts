/** RTM_GETROUTE of one route: `ip route get`. @source net/ipv4/route.c, inet_rtm_getroute(), rt_fill_info() */
import { granted, type Refusal, type Result } from "../../core/result.ts";
import { RT_SCOPE_UNIVERSE, RT_TABLE_MAIN } from "../../events/netlink.ts";
import type { RouteGet, RouteGetInfo } from "../../events/requests.ts";
import { type NetlinkMessage, NLMSG_HDRLEN, viewOf } from "../../wire/netlink/message.ts";
import { RTMSG } from "../../wire/netlink/rtnetlink.ts";
import { attrType, structOctets } from "../../wire/netlink/schema.ts";
import { AF_INET6, type Asking, familyOf, RT_TABLE_COMPAT, reply } from "./asking.ts";
import { attrOf, bad, headerOf, type Parsed, parseRequest } from "./parse.ts";
import { RTA_MAX, RTA_POLICY, RTA6_POLICY } from "./policies.ts";
import { parseRoute } from "./route-config.ts";
import { fillRoute, metricAttrs, optional, RTM_F_CLONED } from "./route-messages.ts";

const RTM_F_LOOKUP_TABLE = 0x1000;
const RTM_F_FIB_MATCH = 0x2000;
const RTM_F_NOTIFY = 0x100;
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

/** @source inet_rtm_valid_getroute_req(), inet6_rtm_valid_getroute_req() */
function parseGet(ask: Asking): Parsed | Refusal {
  const { request, socket, extack } = ask;
  const isInet6 = request.octets[NLMSG_HDRLEN] === AF_INET6;
  const what = isInet6 ? "get route request" : "route get request";
  const fail = (text: string) => bad("EINVAL", `${isInet6 ? "ipv6" : "ipv4"}: ${text}`, null, extack);
  if (request.octets.length < NLMSG_HDRLEN + structOctets(RTMSG)) return fail(`Invalid header for ${what}`);
  if (!socket.isStrict) return parseRoute(ask);
  const header = headerOf(request, RTMSG);
  const { src_len: srcLen, dst_len: dstLen } = header;
  const full = isInet6 ? 128 : 32;
  const isBad = (length: number) => length !== 0 && length !== full;
  const isSet = header.table !== 0 || header.protocol !== 0 || header.scope !== 0 || header.type !== 0;
  if (isBad(srcLen!) || isBad(dstLen!) || isSet) return fail(`Invalid values in header for ${what}`);
  const allowed = isInet6 ? RTM_F_FIB_MATCH : RTM_F_NOTIFY | RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH;
  if ((header.flags! & ~allowed) !== 0)
    return fail(isInet6 ? `Invalid flags for ${what}` : `Unsupported rtm_flags for ${what}`);
  const policy = isInet6 ? RTA6_POLICY : RTA_POLICY;
  const parsed = parseRequest(request, RTMSG, policy, { maxtype: RTA_MAX, isStrict: true }, extack);
  if ("ok" in parsed) return parsed;
  const { attrs } = parsed;
  const hasLoose = (name: string, length: number) => attrOf(attrs, name) !== undefined && length === 0;
  if (hasLoose("RTA_SRC", srcLen!) || hasLoose("RTA_DST", dstLen!))
    return fail(`rtm_src_len and rtm_dst_len must be ${full} for IPv${isInet6 ? 6 : 4}`);
  const known = GET_ATTRS.map(attrType);
  if ([...attrs.keys()].some((type) => !known.includes(type)))
    return fail(`Unsupported attribute in ${what}`);
  return parsed;
}

const IPPROTO_ICMP = 1;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_ICMPV6 = 58;

/** @source net/ipv4/netlink.c, rtm_getroute_parse_ip_proto() */
function checkProtocol(ask: Asking, isInet6: boolean, protocol: number | undefined): Refusal | null {
  const known = [IPPROTO_TCP, IPPROTO_UDP, isInet6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP];
  if (protocol === undefined || known.includes(protocol)) return null;
  return bad("EOPNOTSUPP", "Unsupported ip proto", null, ask.extack);
}

export function routeGet(ask: Asking): Result<readonly NetlinkMessage[]> {
  const parsed = parseGet(ask);
  if ("ok" in parsed) return parsed;
  const { header, attrs } = parsed;
  const isInet6 = header.family === AF_INET6;
  const odd = checkProtocol(ask, isInet6, attrOf(attrs, "RTA_IP_PROTO")?.u8);
  if (odd !== null) return odd;
  const src = attrOf(attrs, "RTA_SRC")?.address;
  const number = (name: string, field: string) => {
    const attr = attrOf(attrs, name);
    return attr === undefined ? {} : { [field]: attr.u32 };
  };
  const port = (name: string, field: string) => {
    const attr = attrOf(attrs, name);
    return attr === undefined ? {} : { [field]: viewOf(attr.octets).getUint16(0) };
  };
  const query: RouteGet = {
    dst: attrOf(attrs, "RTA_DST")?.address ?? (isInet6 ? "::" : "0.0.0.0"),
    ...(src === undefined ? {} : { src }),
    ...number("RTA_OIF", "oif"),
    ...number("RTA_IIF", "iif"),
    ...number("RTA_MARK", "mark"),
    ...number("RTA_UID", "uid"),
    ...(attrOf(attrs, "RTA_IP_PROTO") === undefined ? {} : { ipproto: attrOf(attrs, "RTA_IP_PROTO")!.u8 }),
    ...port("RTA_SPORT", "sport"),
    ...port("RTA_DPORT", "dport"),
    tos: header.tos!,
    ...((header.flags! & RTM_F_NOTIFY) === 0 ? {} : { isNotified: true }),
  };
  if ((header.flags! & RTM_F_FIB_MATCH) !== 0) {
    const match = ask.perform(ask.step, ask.netns, "RTM_GETROUTE_FIBMATCH", query);
    return match.ok ? granted([fillRoute(ask, match.value, 0, "RTM_NEWROUTE")]) : match;
  }
  const got = ask.perform(ask.step, ask.netns, "RTM_GETROUTE", query);
  if (!got.ok) return got;
  const mark = got.value.mark ?? attrOf(attrs, "RTA_MARK")?.u32 ?? 0;
  // The kernel knows of no user behind a packet that comes in.
  const hasUid = got.value.iif === null || attrOf(attrs, "RTA_UID") !== undefined;
  if (isInet6) return granted([fillGot6(ask, got.value)]);
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
    ...optional("RTA_FLOW", route.realm === undefined || route.realm === 0 ? null : route.realm),
    ...optional("RTA_PREFSRC", route.prefSrc),
    ...optional("RTA_GATEWAY", route.gateway),
    ...metricAttrs(route),
    ...(mark === 0 ? [] : [["RTA_MARK", mark] as const]),
    ...(hasUid ? optional("RTA_UID", route.uid) : []),
    ...optional("RTA_IIF", route.iif),
    ["RTA_CACHEINFO", { clntref: 2 }],
  ]);
}

/** What is there is shown, not a copy for the destination. @source net/ipv6/route.c, rt6_fill_node() */
function fillGot6(ask: Asking, route: RouteGetInfo): NetlinkMessage {
  const header = {
    family: AF_INET6,
    dst_len: 128,
    src_len: 128,
    table: route.table < 256 ? route.table : RT_TABLE_COMPAT,
    protocol: route.protocol ?? 0,
    scope: route.scope ?? RT_SCOPE_UNIVERSE,
    type: route.type,
  };
  return reply(ask, "RTM_NEWROUTE", 0, header, [
    ["RTA_TABLE", route.table],
    ["RTA_DST", route.dst],
    ["RTA_SRC", route.src ?? "::"],
    ...optional("RTA_IIF", route.iif),
    ...(route.iif === null ? optional("RTA_PREFSRC", route.prefSrc) : []),
    ...metricAttrs(route),
    ["RTA_PRIORITY", route.priority ?? 0],
    ...optional("RTA_GATEWAY", route.gateway),
    ["RTA_OIF", route.oif],
    ["RTA_CACHEINFO", { clntref: 2, expires: (route.expires ?? 0) * 100 }],
    ["RTA_PREF", route.pref ?? 0],
  ]);
}
