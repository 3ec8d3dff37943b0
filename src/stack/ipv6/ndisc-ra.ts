/**
 * Router advertisements: default routers, prefixes, and what else a link's router says.
 * @source RFC 4861 section 6.3.4, RFC 4191; net/ipv6/ndisc.c, ndisc_router_discovery()
 */
import { JiffiesClock } from "../../core/timer-wheel.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import { DROP } from "../../events/kinds.ts";
import { NUD_STALE, RTAX_HOPLIMIT, RTAX_MTU } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Icmp6Message } from "../../wire/icmpv6.ts";
import type { Ipv6Packet } from "../../wire/ipv6.ts";
import { isLinkLocalIpv6 } from "../../wire/ipv6-address.ts";
import {
  linkAddress,
  ND_OPT_MTU,
  ND_OPT_PREFIX_INFO,
  ND_OPT_ROUTE_INFO,
  ND_OPT_SOURCE_LL_ADDR,
  type NdOption,
  ndOptions,
  RA_MANAGED,
  RA_OTHERCONF,
  type RouterAdvertisement,
  readAdvertisement,
  readPrefixInfo,
  readRouteInformation,
  routerPreference,
} from "../../wire/ndisc.ts";
import { drawReachable } from "../in-device.ts";
import { neighUpdate } from "../neigh.ts";
import { neighCreate, neighLookup } from "../neigh-table.ts";
import { ownsValidAddress } from "./addr-check.ts";
import { acceptsRa } from "./dad.ts";
import { setDefaultRouter, setMetric, setRouteInformation } from "./default-routers.ts";
import type { Route6 } from "./fib6.ts";
import { inet6DevOf, updateInet6Dev } from "./inet6-dev.ts";
import { prefixRcv } from "./prefix-rcv.ts";

const IPV6_MIN_MTU = 1280;
/** Times are no shorter. @source HZ / 100, HZ / 10 */
const RETRANS_MIN_JIFFIES = 2;
const REACHABLE_MIN_JIFFIES = 25;

export function advertisementOfRouterRcv(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv6Packet,
  message: Icmp6Message,
): number | null {
  if (!isLinkLocalIpv6(packet.src)) return DROP.NOT_SPECIFIED;
  const said = readAdvertisement(message);
  if (said === null) return DROP.PKT_TOO_SMALL;
  const options = ndOptions(message.data, 8);
  if (options === null) return DROP.IPV6_NDISC_BAD_OPTIONS;
  const accepts = acceptsRa(step, dev);
  const isOwn =
    inet6DevOf(step, dev).conf.acceptRaFromLocal === 0 && ownsValidAddress(step, dev.netns, packet.src, dev);
  let route: Route6 | null = null;
  if (accepts) {
    noteAnswer(step, dev, said);
    route = isOwn ? null : routerSaid(step, dev, packet, said);
    timesSaid(step, dev, said);
  }
  const neigh = neighLookup(step, dev, packet.src) ?? neighCreate(step, dev, packet.src);
  if (neigh !== null)
    neighUpdate(step, neigh, linkAddress(options, ND_OPT_SOURCE_LL_ADDR), NUD_STALE, {
      weakOverride: true,
      override: true,
      overrideIsRouter: true,
      isRouter: true,
    });
  const reason = neigh === null ? DROP.NOT_SPECIFIED : null;
  if (!accepts) return reason;
  if (!isOwn) routesSaid(step, dev, packet, options);
  prefixesSaid(step, dev, options);
  mtuSaid(step, dev, options, route);
  return reason;
}

/** Solicitations end where one was answered. */
function noteAnswer(step: StepContext, dev: NetDevice, { flags }: RouterAdvertisement): void {
  updateInet6Dev(step, dev, (d) => {
    if (d.rsSent) d.raReceived = true;
    d.raFlags = flags & (RA_MANAGED | RA_OTHERCONF);
  });
}

/** The router itself. Gives its route, if it is a default one. */
function routerSaid(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv6Packet,
  { lifetime, flags, hopLimit }: RouterAdvertisement,
): Route6 | null {
  const { conf } = inet6DevOf(step, dev);
  if (conf.acceptRaDefrtr === 0 || (lifetime !== 0 && lifetime < conf.acceptRaMinLft)) return null;
  const pref = conf.acceptRaRtrPref === 0 ? 0 : routerPreference(flags);
  const route = setDefaultRouter(step, dev, packet.src, pref, conf.raDefrtrMetric >>> 0, lifetime);
  if (hopLimit === 0 || conf.acceptRaMinHopLimit > hopLimit) return route;
  updateInet6Dev(step, dev, (d) => {
    d.conf = { ...d.conf, hopLimit };
  });
  step.storeInet6Setting(dev.ref, "hop_limit", hopLimit);
  return route === null ? null : setMetric(step, dev, route, RTAX_HOPLIMIT, hopLimit);
}

/** The times of neighbour discovery. */
function timesSaid(step: StepContext, dev: NetDevice, { retransMs, reachableMs }: RouterAdvertisement): void {
  if (retransMs !== 0) {
    const jiffies = Math.max(JiffiesClock.ofMs(retransMs), RETRANS_MIN_JIFFIES);
    updateInet6Dev(step, dev, (d) => {
      d.neighParms = { ...d.neighParms, retransMs: jiffies * 4 };
    });
    step.storeInet6Setting(dev.ref, "retrans_time_ms", jiffies);
  }
  if (reachableMs === 0) return;
  const jiffies = Math.max(JiffiesClock.ofMs(reachableMs), REACHABLE_MIN_JIFFIES);
  const { neighParms } = inet6DevOf(step, dev);
  if (jiffies * 4 === neighParms.baseReachableMs) return;
  const parms = drawReachable(step, {
    ...neighParms,
    baseReachableMs: jiffies * 4,
    reachableJiffies: jiffies,
    gcStaleJiffies: 3 * jiffies,
  });
  updateInet6Dev(step, dev, (d) => {
    d.neighParms = parms;
  });
  step.storeInet6Setting(dev.ref, "base_reachable_time_ms", jiffies);
  step.storeInet6Setting(dev.ref, "gc_stale_time", 3 * jiffies);
}

function routesSaid(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv6Packet,
  options: readonly NdOption[],
): void {
  const { conf } = inet6DevOf(step, dev);
  if (conf.acceptRaRtrPref === 0) return;
  for (const option of options) {
    const route = option.type === ND_OPT_ROUTE_INFO ? readRouteInformation(option) : null;
    if (route === null) continue;
    const { prefixLen, lifetime } = route;
    if (prefixLen === 0 && conf.acceptRaDefrtr === 0) continue;
    if (lifetime !== 0 && lifetime < conf.acceptRaMinLft) continue;
    if (prefixLen < conf.acceptRaRtInfoMinPlen || prefixLen > conf.acceptRaRtInfoMaxPlen) continue;
    setRouteInformation(step, dev, packet.src, route);
  }
}

function prefixesSaid(step: StepContext, dev: NetDevice, options: readonly NdOption[]): void {
  if (inet6DevOf(step, dev).conf.acceptRaPinfo === 0) return;
  const isNamed = options.some(({ type }) => type === ND_OPT_SOURCE_LL_ADDR);
  for (const option of options) {
    const info = option.type === ND_OPT_PREFIX_INFO ? readPrefixInfo(option) : null;
    if (info !== null) prefixRcv(step, dev, info, isNamed);
  }
}

/** The link's MTU, for IPv6 alone. */
function mtuSaid(
  step: StepContext,
  dev: NetDevice,
  options: readonly NdOption[],
  route: Route6 | null,
): void {
  const { conf, mtu: own } = inet6DevOf(step, dev);
  const option = options.findLast(({ type }) => type === ND_OPT_MTU);
  if (option === undefined || conf.acceptRaMtu === 0) return;
  const { octets } = option;
  const mtu = ((octets[4]! << 24) | (octets[5]! << 16) | (octets[6]! << 8) | octets[7]!) >>> 0;
  if (mtu < IPV6_MIN_MTU || mtu > dev.mtu || mtu === own) return;
  updateInet6Dev(step, dev, (d) => {
    d.mtu = mtu;
  });
  step.storeInet6Setting(dev.ref, "mtu", mtu);
  if (route !== null) setMetric(step, dev, route, RTAX_MTU, mtu);
}
