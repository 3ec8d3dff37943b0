/** How `ip route` shows a route, and the answer to `ip route get`. */
import {
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  RTAX_MTU,
  RTM_F_NOTIFY,
  RTM_F_OFFLOAD_FAILED,
  RTN_MULTICAST,
  RTN_UNICAST,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
  RTNH_F_OFFLOAD,
  RTNH_F_ONLINK,
  RTNH_F_PERVASIVE,
  RTPROT_BOOT,
} from "../../../events/netlink.ts";
import type { HopInfo, MetricsInfo, RouteGetInfo, RouteInfo } from "../../../events/requests.ts";
import { DSFIELDS, PROTOCOLS, routeTypeName, SCOPES, TABLES } from "./names.ts";
import type { Printer } from "./print.ts";
import { putMetrics } from "./route-metrics.ts";
import type { Session } from "./session.ts";

/** Fields that a filter has fixed to one value and that are left out. */
export interface Hidden {
  readonly tos: boolean;
  readonly gateway: boolean;
  readonly dev: boolean;
  readonly table: boolean;
  readonly protocol: boolean;
  readonly scope: boolean;
  readonly prefSrc: boolean;
  readonly metric: boolean;
  readonly realm: boolean;
}

const FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [RTNH_F_DEAD, "dead"],
  [RTNH_F_ONLINK, "onlink"],
  [RTNH_F_PERVASIVE, "pervasive"],
  [RTNH_F_OFFLOAD, "offload"],
  [RTM_F_NOTIFY, "notify"],
  [RTNH_F_LINKDOWN, "linkdown"],
  // The kernel's mark of ways to a group is the same bit.
  [RTM_F_OFFLOAD_FAILED, "rt_offload_failed"],
];

function putFlags(p: Printer, flags: number): void {
  p.array("flags");
  for (const [bit, name] of FLAGS) if ((flags & bit) !== 0) p.put(null, name, `${name} `);
  p.close();
}

/** Of IPv6 only the MTU is told. */
function metricsOf(route: RouteInfo | RouteGetInfo): MetricsInfo | undefined {
  if (route.metrics !== undefined || route.mtu === null) return route.metrics;
  return { values: [[RTAX_MTU, route.mtu]], lock: route.isMtuLocked ? 1 << RTAX_MTU : 0, congctl: null };
}

/** RTA_FLOW. */
function putRealm(p: Printer, flow: number): void {
  const from = Math.floor(flow / 0x10000);
  const to = realmName(flow & 0xffff);
  p.object("flow");
  if (from !== 0) p.put("from", realmName(from), `realms ${realmName(from)}/`);
  else p.text("realm ");
  p.put("to", to, `${to} `);
  p.close();
}

function realmName(realm: number): string {
  return realm === 0 ? "cosmos" : String(realm);
}

function putHops(s: Session, p: Printer, route: RouteInfo, hops: readonly HopInfo[]): void {
  p.array("nexthops");
  for (const hop of hops) {
    p.object();
    p.text(`${p.lineBreak}\tnexthop `);
    if (hop.gateway !== null) putGateway(p, hop.gateway, route.family);
    if (hop.realm !== 0) putRealm(p, hop.realm);
    if (hop.oif !== null) putDev(s, p, hop.oif);
    p.put("weight", hop.weight, `weight ${hop.weight} `);
    putFlags(p, hop.flags);
    p.close();
  }
  p.close();
}

function putType(s: Session, p: Printer, type: number): void {
  if (type === RTN_UNICAST && s.options.details === 0) return;
  const name = routeTypeName(type, s.options.isNumeric);
  p.put("type", name, `${name} `);
}

function isIpv6(address: string): boolean {
  return address.includes(":");
}

function familyOf(address: string): "inet" | "inet6" {
  return isIpv6(address) ? "inet6" : "inet";
}

function putGateway(p: Printer, gateway: string, family: "inet" | "inet6"): void {
  const own = familyOf(gateway);
  if (own === family) {
    p.text("via ");
    p.put("gateway", gateway, `${gateway} `, own);
    return;
  }
  p.object("via");
  p.put("family", own, `via ${own} `);
  p.put("host", gateway, `${gateway} `, own);
  p.close();
}

function putTos(s: Session, p: Printer, tos: number): void {
  const name = DSFIELDS.name(tos, s.options.isNumeric);
  p.put("tos", name, `tos ${name} `);
}

function putDev(s: Session, p: Printer, oif: number): void {
  const name = s.nameOf(oif);
  p.text("dev ");
  p.put("dev", name, `${name} `, "ifname");
}

function putDestination(p: Printer, route: RouteInfo): void {
  const bits = route.family === "inet" ? 32 : 128;
  if (route.dstLen === 0) p.put("dst", "default", "default ");
  else {
    const dst = route.dstLen === bits ? route.dst : `${route.dst}/${route.dstLen}`;
    p.put("dst", dst, `${dst} `, route.family);
  }
}

/** Of IPv6: the prefix that packets come from. */
function putSource(p: Printer, route: RouteInfo): void {
  if (route.src === undefined) return;
  const length = route.srcLen ?? 128;
  const src = length === 128 ? route.src : `${route.src}/${length}`;
  p.text("from ");
  p.put("from", src, `${src} `, route.family);
}

/** ICMPV6_ROUTER_PREF_* @source RFC 4191, section 2.1 */
const PREFERENCES = ["medium", "high", "", "low"];

/** The last word of a line: no blank follows it. */
function putPref(p: Printer, pref: number | undefined): void {
  if (pref === undefined) return;
  const name = PREFERENCES[pref] || String(pref);
  p.put("pref", name, `pref ${name}`);
}

/** One line of a listing. */
export function putRoute(
  s: Session,
  p: Printer,
  route: RouteInfo,
  hidden: Hidden,
  iif: number | null = null,
): void {
  const { details, isNumeric } = s.options;
  p.object();
  putType(s, p, route.type);
  putDestination(p, route);
  putSource(p, route);
  if (route.tos !== 0 && !hidden.tos) putTos(s, p, route.tos);
  if (route.gateway !== null && !hidden.gateway) putGateway(p, route.gateway, route.family);
  if (route.oif !== null && !hidden.dev) putDev(s, p, route.oif);
  if (!hidden.table && (route.table !== RT_TABLE_MAIN || details > 0)) {
    const name = TABLES.name(route.table, isNumeric);
    p.put("table", name, `table ${name} `);
  }
  if (!hidden.protocol && (route.protocol !== RTPROT_BOOT || details > 0)) {
    const name = PROTOCOLS.name(route.protocol, isNumeric);
    p.put("protocol", name, `proto ${name} `);
  }
  if (!hidden.scope && (route.scope !== RT_SCOPE_UNIVERSE || details > 0)) {
    const name = SCOPES.name(route.scope, isNumeric);
    p.put("scope", name, `scope ${name} `);
  }
  if (route.prefSrc !== null && !hidden.prefSrc) {
    p.text("src ");
    p.put("prefsrc", route.prefSrc, `${route.prefSrc} `, route.family);
  }
  const hasMetric = route.priority !== 0 || route.family === "inet6";
  if (hasMetric && !hidden.metric) p.put("metric", route.priority, `metric ${route.priority} `);
  putFlags(p, route.flags);
  if (route.expires !== undefined) p.put("expires", route.expires, `expires ${route.expires}sec `);
  if (route.realm !== undefined && !hidden.realm) putRealm(p, route.realm);
  putMetrics(p, metricsOf(route));
  if (iif !== null) putIif(s, p, iif);
  putPref(p, route.pref);
  if (route.hops !== undefined) putHops(s, p, route, route.hops);
  p.text("\n");
  p.close();
}

function putCache(s: Session, p: Printer, answer: RouteGetInfo): void {
  p.text(`${p.lineBreak}    cache `);
  p.json("cache", [...answer.cacheFlags]);
  if (answer.cacheFlags.length > 0) p.text(`<${answer.cacheFlags.join(",")}> `);
  if (answer.expires !== null) p.put("expires", answer.expires, `expires ${answer.expires}sec `);
  putMetrics(p, metricsOf(answer));
  if (answer.iif !== null) putIif(s, p, answer.iif);
}

function putIif(s: Session, p: Printer, iif: number): void {
  const name = s.nameOf(iif);
  p.text("iif ");
  p.put("iif", name, `${name} `, "ifname");
}

/** Every column is shown. */
export const NOTHING_HIDDEN: Hidden = {
  tos: false,
  gateway: false,
  dev: false,
  table: false,
  protocol: false,
  scope: false,
  prefSrc: false,
  metric: false,
  realm: false,
};

/** IPv6 answers with the route as a listing has it, its prefixes being the addresses asked for. @source rt6_fill_node() */
function inet6Answer(answer: RouteGetInfo): RouteInfo {
  return {
    family: "inet6",
    dst: answer.dst,
    dstLen: 128,
    src: answer.src ?? "::",
    srcLen: 128,
    tos: 0,
    table: answer.table,
    protocol: answer.protocol ?? RTPROT_BOOT,
    scope: answer.scope ?? RT_SCOPE_UNIVERSE,
    type: answer.type,
    gateway: answer.gateway,
    oif: answer.oif,
    prefSrc: answer.prefSrc,
    priority: answer.priority ?? 0,
    flags: 0,
    mtu: answer.mtu,
    isMtuLocked: answer.isMtuLocked ?? false,
    ...(answer.expires === null ? {} : { expires: answer.expires }),
    ...(answer.pref === undefined ? {} : { pref: answer.pref }),
  };
}

function markText(mark: number): string {
  return mark >= 16 ? `0x${mark.toString(16)}` : String(mark);
}

/** What was learned of one destination. */
export function putCached(s: Session, p: Printer, route: RouteInfo): void {
  putAnswer(s, p, {
    type: route.type,
    dst: route.dst,
    src: null,
    gateway: route.gateway,
    oif: route.oif ?? 0,
    prefSrc: null,
    iif: null,
    uid: null,
    cacheFlags: route.cacheFlags ?? [],
    mtu: null,
    expires: route.expires ?? null,
    table: 0,
    ...(route.metrics === undefined ? {} : { metrics: route.metrics }),
  });
}

/** The answer to `ip route get`. */
export function putAnswer(s: Session, p: Printer, answer: RouteGetInfo): void {
  const family = familyOf(answer.dst);
  if (family === "inet6") {
    putRoute(s, p, inet6Answer(answer), NOTHING_HIDDEN, answer.iif);
    return;
  }
  p.object();
  putType(s, p, answer.type);
  p.put("dst", answer.dst, `${answer.dst} `, family);
  if (answer.src !== null) {
    p.text("from ");
    p.put("from", answer.src, `${answer.src} `, family);
  }
  if (answer.tos !== undefined && answer.tos !== 0) putTos(s, p, answer.tos);
  if (answer.gateway !== null) putGateway(p, answer.gateway, family);
  putDev(s, p, answer.oif);
  if (answer.table !== 0 && (answer.table !== RT_TABLE_MAIN || s.options.details > 0)) {
    const name = TABLES.name(answer.table, s.options.isNumeric);
    p.put("table", name, `table ${name} `);
  }
  if (answer.prefSrc !== null) {
    p.text("src ");
    p.put("prefsrc", answer.prefSrc, `${answer.prefSrc} `, family);
  }
  const isNotified = answer.cacheFlags.includes("notify");
  putFlags(p, (answer.type === RTN_MULTICAST ? RTM_F_OFFLOAD_FAILED : 0) | (isNotified ? RTM_F_NOTIFY : 0));
  if (answer.mark !== undefined && answer.mark !== 0)
    p.put("mark", answer.mark, `mark ${markText(answer.mark)} `);
  if (answer.uid !== null) p.put("uid", answer.uid, `uid ${answer.uid} `);
  if (answer.realm !== undefined) putRealm(p, answer.realm);
  putCache(s, p, answer);
  p.text("\n");
  p.close();
}
