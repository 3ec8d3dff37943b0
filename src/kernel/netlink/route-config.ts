/** What RTM_NEWROUTE and RTM_DELROUTE say of a route. @source net/ipv4/fib_frontend.c, rtm_to_fib_config() */
import { type Refusal, refused } from "../../core/result.ts";
import type { MetricsInfo, RouteSpec } from "../../events/requests.ts";
import { parseIpv4, prefixMask } from "../../wire/ipv4-address.ts";
import { NLMSG_HDRLEN } from "../../wire/netlink/message.ts";
import { RTMSG } from "../../wire/netlink/rtnetlink.ts";
import { attrType } from "../../wire/netlink/schema.ts";
import { AF_INET, AF_INET6, type Asking } from "./asking.ts";
import { parseHops } from "./next-hops.ts";
import { Attr, type Attrs, attrOf, bad, type Parsed, parseNested, parseRequest } from "./parse.ts";
import { NO_POLICY, RTA_POLICY, RTA6_POLICY } from "./policies.ts";

const RTM_DELROUTE = 25;
const RTN_MAX = 11;
/** The bits of the ECN field. */
const INET_ECN_MASK = 0x03;
/** Octets of struct rtvia before the address. */
const RTVIA_HEAD = 2;
const LWTUNNEL_ENCAP_MAX = 10;

/** RTAX_* that are numbers. */
export const METRIC_NAMES = [
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

export function parseRoute(ask: Asking): Parsed | Refusal {
  const policy = ask.request.octets[NLMSG_HDRLEN] === AF_INET6 ? RTA6_POLICY : RTA_POLICY;
  return parseRequest(ask.request, RTMSG, policy, null, ask.extack);
}

export function tableOf(header: Parsed["header"], attrs: Attrs): number {
  return attrOf(attrs, "RTA_TABLE")?.u32 ?? header.table!;
}

/** The next hop of another family, or of the same. @source fib_gw_from_via() */
function gatewayOfVia(ask: Asking, via: Attr): Attr | Refusal {
  const fail = (text: string) => bad("EINVAL", text, null, ask.extack);
  if (via.octets.length < RTVIA_HEAD) return fail("Invalid attribute length for RTA_VIA");
  const family = via.octets[0]! + 256 * via.octets[1]!;
  const address = via.octets.subarray(RTVIA_HEAD);
  if (family === AF_INET && address.length !== 4) return fail("Invalid IPv4 address in RTA_VIA");
  if (family === AF_INET6 && address.length !== 16) return fail("Invalid IPv6 address in RTA_VIA");
  if (family !== AF_INET && family !== AF_INET6) return fail("Unsupported address family in RTA_VIA");
  return new Attr(via.offset, via.word, address);
}

/** Tunnels without a device: there are none here. @source net/core/lwtunnel.c, lwtunnel_valid_encap_type() */
function checkEncap(ask: Asking, type: Attr | undefined): Refusal | null {
  if (type === undefined) return null;
  const number = type.octets[0]! + 256 * type.octets[1]!;
  return number === 0 || number > LWTUNNEL_ENCAP_MAX
    ? bad("EINVAL", "Unknown lwt encapsulation type", null, ask.extack)
    : bad("EOPNOTSUPP", "lwt encapsulation type not supported", null, ask.extack);
}

function checkDestination(ask: Asking, length: number, dst: string): Refusal | null {
  if (length > 32) return bad("EINVAL", "Invalid prefix length", null, ask.extack);
  const isFit = ((parseIpv4(dst) ?? 0) & ~prefixMask(length)) === 0;
  return isFit ? null : bad("EINVAL", "Invalid prefix for given prefix length", null, ask.extack);
}

/** Objects of next hops do not exist here: no number is one's. */
function checkNexthopId(ask: Asking, attrs: Attrs, hasGateway: boolean): Refusal | null {
  const id = attrOf(attrs, "RTA_NH_ID")?.u32 ?? 0;
  if (id === 0) return null;
  const oif = attrOf(attrs, "RTA_OIF")?.u32 ?? 0;
  const isMixed = oif !== 0 || hasGateway || attrOf(attrs, "RTA_MULTIPATH") !== undefined;
  if (isMixed)
    return bad("EINVAL", "Nexthop specification and nexthop id are mutually exclusive", null, ask.extack);
  return ask.request.type === RTM_DELROUTE
    ? null
    : bad("EINVAL", "Nexthop id does not exist", null, ask.extack);
}

/** @source net/ipv6/route.c, rtm_to_fib6_config() */
function checkInet6(ask: Asking, length: number, attrs: Attrs): Refusal | null {
  if (attrOf(attrs, "RTA_VIA") !== undefined)
    return bad("EINVAL", "IPv6 does not support RTA_VIA attribute", null, ask.extack);
  const dst = attrOf(attrs, "RTA_DST");
  return dst !== undefined && dst.octets.length < (length + 7) >> 3 ? refused("EINVAL") : null;
}

export function routeSpec(ask: Asking, { header, attrs }: Parsed): RouteSpec | Refusal {
  const { extack } = ask;
  const isInet6 = header.family === AF_INET6;
  if (isInet6 && header.tos !== 0)
    return bad("EINVAL", "Invalid dsfield (tos): option not available for IPv6", null, extack);
  if (!isInet6 && (header.tos! & INET_ECN_MASK) !== 0)
    return bad("EINVAL", "Invalid dsfield (tos): ECN bits must be 0", null, extack);
  const strange = isInet6 ? checkInet6(ask, header.dst_len!, attrs) : null;
  if (strange !== null) return strange;
  const isDel = ask.request.type === RTM_DELROUTE;
  if (header.type! > RTN_MAX && !(isInet6 && isDel)) return bad("EINVAL", "Invalid route type", null, extack);
  const via = attrOf(attrs, "RTA_VIA");
  const other = via === undefined ? undefined : gatewayOfVia(ask, via);
  if (other !== undefined && "ok" in other) return other;
  const dst = attrOf(attrs, "RTA_DST")?.address ?? (isInet6 ? "::" : "0.0.0.0");
  const given = attrOf(attrs, "RTA_GATEWAY");
  const gateway = given ?? other;
  const wrong =
    checkEncap(ask, attrOf(attrs, "RTA_ENCAP_TYPE")) ??
    (isInet6 ? null : checkDestination(ask, header.dst_len!, dst)) ??
    checkNexthopId(ask, attrs, gateway !== undefined && gateway.address !== "0.0.0.0");
  if (wrong !== null) return wrong;
  if (given !== undefined && via !== undefined)
    return bad("EINVAL", "Nexthop configuration can not contain both GATEWAY and VIA", null, extack);
  const oif = attrOf(attrs, "RTA_OIF");
  const prefSrc = attrOf(attrs, "RTA_PREFSRC");
  const multipath = attrOf(attrs, "RTA_MULTIPATH");
  const hops = multipath === undefined ? undefined : parseHops(multipath);
  if (hops === null && isDel) return refused("ESRCH");
  if (hops === null)
    return bad("EINVAL", "Invalid nexthop configuration - extra data after nexthops", null, extack);
  const realm = attrOf(attrs, "RTA_FLOW");
  const metrics = attrOf(attrs, "RTA_METRICS");
  const inside = metrics === undefined ? null : parseNested(metrics, NO_POLICY, extack);
  if (inside !== null && "ok" in inside) return inside;
  return {
    dst,
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
    ...(isInet6 || inside === null ? {} : { metrics: metricsOf(inside) }),
    ...(isInet6 && inside !== null ? mtuOf(inside) : {}),
    ...(isInet6 ? inet6Words(attrs, header.src_len!) : {}),
    ...(hops === undefined ? {} : { hops }),
    ...(realm === undefined ? {} : { realm: realm.u32 }),
  };
}

/** Of the metrics IPv6 asks for one. */
function mtuOf(inside: Attrs): Pick<RouteSpec, "mtu" | "isMtuLocked"> {
  const mtu = attrOf(inside, "RTAX_MTU")?.u32;
  const lock = attrOf(inside, "RTAX_LOCK")?.u32 ?? 0;
  return { ...(mtu === undefined ? {} : { mtu }), isMtuLocked: (lock & (1 << attrType("RTAX_MTU"))) !== 0 };
}

/** What only IPv6 knows. @source net/ipv6/route.c, rtm_to_fib6_config() */
function inet6Words(attrs: Attrs, srcLen: number): Pick<RouteSpec, "src" | "srcLen" | "expires" | "pref"> {
  const src = attrOf(attrs, "RTA_SRC");
  const expires = attrOf(attrs, "RTA_EXPIRES")?.u32;
  const pref = attrOf(attrs, "RTA_PREF")?.u8;
  return {
    ...(srcLen === 0 ? {} : { src: src?.address ?? "::", srcLen }),
    ...(expires === undefined ? {} : { expires }),
    ...(pref === undefined ? {} : { pref }),
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
