/** How the kernel shows its objects to user space: the bodies of rtnetlink dumps. */
import { HZ } from "../core/timer-wheel.ts";
import { bridgeOf } from "../devices/bridge/bridge.ts";
import { deviceFlags, hasInet6, isUp, type NetDevice } from "../devices/net-device.ts";
import { devicesOf, type NetnsRef, peerNsidAlloc } from "../devices/netns.ts";
import {
  IF_OPER_DOWN,
  IFA_F_PERMANENT,
  NUD_FAILED,
  NUD_INCOMPLETE,
  NUD_NONE,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
} from "../events/netlink.ts";
import type {
  AddrInfo,
  HopInfo,
  IfreqInfo,
  LinkInfo,
  NeighInfo,
  NeighTableInfo,
  RouteInfo,
} from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { DEFAULT_NEIGH_PARMS, type NeighParms } from "../stack/conf.ts";
import type { NextHop, Route } from "../stack/fib.ts";
import { type InAddr, inDevice } from "../stack/in-device.ts";
import { inet6Dev } from "../stack/ipv6/inet6-dev.ts";
import {
  formatNeighKey,
  type Neigh,
  NUD_IN_TIMER,
  NUD_VALID,
  neighs6Of,
  neighsOf,
  reachableTime,
} from "../stack/neigh-table.ts";
import { confOr, netStack } from "../stack/net-stack.ts";
import { formatIpv4 } from "../wire/ipv4-address.ts";
import { formatIpv6 } from "../wire/ipv6-address.ts";
import { formatMac } from "../wire/mac.ts";
import { bridgeParts } from "./bridge-infos.ts";
import { toClock } from "./clock.ts";
import { addr6Dump } from "./inet6-requests.ts";

/** @source include/linux/netdevice.h */
const TSO_MAX_SIZE = 8 * 65535;
const GSO_LEGACY_MAX_SIZE = 65536;

/** A bridge has its ports' limit from when it first had one. @source br_set_gso_limits() */
function tsoMaxSize(step: StepContext, dev: NetDevice): number {
  return bridgeOf(step, dev)?.hadPort === false ? GSO_LEGACY_MAX_SIZE : TSO_MAX_SIZE;
}

/** @source net/core/rtnetlink.c, rtnl_fill_ifinfo() */
export function linkInfo(step: StepContext, dev: NetDevice): LinkInfo {
  const stats = step.cells.get(dev.stats);
  const peer = dev.peer < 0 ? null : step.cells.get(dev.peer);
  const isElsewhere = peer !== null && peer.netns !== dev.netns;
  return {
    ifindex: dev.ifindex,
    ifname: dev.ifname,
    type: dev.type,
    flags: deviceFlags(dev),
    mtu: dev.mtu,
    minMtu: dev.minMtu,
    maxMtu: dev.maxMtu,
    qdisc: dev.qdisc,
    operState: isUp(dev) ? dev.operState : IF_OPER_DOWN,
    linkMode: dev.linkMode,
    group: dev.group,
    txqueuelen: dev.txqueuelen,
    address: formatMac(dev.address),
    broadcast: formatMac(dev.broadcast),
    permAddress: null,
    // A veth whose peer is not there yet, or no more, has nothing below it.
    link: peer === null ? (dev.kind === "veth" ? 0 : null) : peer.ifindex,
    linkNetnsid: isElsewhere ? peerNsidAlloc(step, dev.netns, peer.netns) : null,
    kind: dev.kind === "loopback" ? null : dev.kind,
    ...bridgeParts(step, dev),
    promiscuity: dev.promiscuity,
    allmulti: dev.allmulti,
    numTxQueues: dev.numTxQueues,
    numRxQueues: dev.numRxQueues,
    gsoMaxSize: dev.gsoMaxSize,
    gsoMaxSegs: dev.gsoMaxSegs,
    groMaxSize: dev.groMaxSize,
    tsoMaxSize: tsoMaxSize(step, dev),
    alias: dev.alias,
    altnames: dev.altnames,
    hasInet6: hasInet6(dev),
    addrGenMode: inet6Dev(step, dev)?.conf.addrGenMode ?? 0,
    inet6Token: formatIpv6(inet6Dev(step, dev)?.token ?? 0n),
    carrierUpCount: dev.carrierUpCount,
    carrierDownCount: dev.carrierDownCount,
    stats: {
      rxPackets: stats.rxPackets,
      rxBytes: stats.rxBytes,
      rxErrors: stats.rxErrors,
      rxDropped: stats.rxDropped,
      rxOtherhost: stats.rxOtherhost,
      rxMissed: 0,
      multicast: stats.multicast,
      txPackets: stats.txPackets,
      txBytes: stats.txBytes,
      txErrors: stats.txErrors,
      txDropped: stats.txDropped,
      txCarrierErrors: 0,
      collisions: 0,
    },
  };
}

export function linkDump(step: StepContext, netns: NetnsRef): LinkInfo[] {
  return devicesOf(step, netns).map((dev) => linkInfo(step, dev));
}

/** Seconds left of a lifetime. @source inet_fill_ifaddr() */
function remaining(step: StepContext, ifa: InAddr, lifetime: number | null): number | null {
  if (isPermanent(ifa) || lifetime === null) return null;
  return Math.max(0, lifetime - Math.floor((step.jiffies - ifa.stamp) / HZ));
}

function isPermanent(ifa: InAddr): boolean {
  return (ifa.flags & IFA_F_PERMANENT) !== 0;
}

export function addrInfo(step: StepContext, dev: NetDevice, ifa: InAddr): AddrInfo {
  return {
    family: "inet",
    ifindex: dev.ifindex,
    local: formatIpv4(ifa.local),
    address: formatIpv4(ifa.address),
    prefixLen: ifa.prefixLen,
    broadcast: ifa.broadcast === 0 ? null : formatIpv4(ifa.broadcast),
    label: ifa.label,
    scope: ifa.scope,
    flags: ifa.flags,
    validLft: remaining(step, ifa, ifa.validLft),
    preferredLft: remaining(step, ifa, ifa.preferredLft),
    metric: ifa.metric,
  };
}

/** Addresses of all devices, those of IPv4 first. */
export function addrDump(step: StepContext, netns: NetnsRef): AddrInfo[] {
  const inet = devicesOf(step, netns).flatMap((dev) =>
    inDevice(step, dev).addrs.map((ifa) => addrInfo(step, dev, ifa)),
  );
  return [...inet, ...addr6Dump(step, netns)];
}

/** @source net/ipv4/fib_semantics.c, fib_dump_info() */
export function routeInfo(step: StepContext, netns: NetnsRef, route: Route): RouteInfo {
  const hops = route.hops.map((hop) => hopInfo(step, netns, hop));
  const [first] = hops;
  const isMultipath = hops.length > 1;
  return {
    family: "inet",
    dst: formatIpv4(route.dst),
    dstLen: route.dstLen,
    tos: route.tos,
    table: route.table,
    protocol: route.protocol,
    scope: route.scope,
    type: route.type,
    gateway: isMultipath ? null : first!.gateway,
    oif: isMultipath ? null : first!.oif,
    prefSrc: route.prefSrc === 0 ? null : formatIpv4(route.prefSrc),
    priority: route.priority,
    flags: isMultipath ? commonFlags(route) : first!.flags,
    mtu: null,
    ...(route.metrics === null ? {} : { metrics: route.metrics }),
    ...(isMultipath ? { hops } : {}),
    ...(!isMultipath && first!.realm !== 0 ? { realm: first!.realm } : {}),
  };
}

/** Flags that all next hops have. @source struct fib_info, fib_flags */
function commonFlags(route: Route): number {
  const common = route.hops.reduce((flags, hop) => flags & hop.flags, RTNH_F_DEAD | RTNH_F_LINKDOWN);
  return common;
}

/** @source fib_nexthop_info() */
function hopInfo(step: StepContext, netns: NetnsRef, hop: NextHop): HopInfo {
  const dev = hop.oif < 0 ? null : step.cells.get<NetDevice>(hop.oif);
  // ip_ignore_linkdown(): "all" or the device's own
  const ignores =
    dev !== null && confOr(netStack(step, netns), inDevice(step, dev).conf, "ignore_routes_with_linkdown");
  const isLinkdown = (hop.flags & RTNH_F_LINKDOWN) !== 0;
  return {
    gateway: hop.gateway === 0 ? null : formatIpv4(hop.gateway),
    oif: dev === null ? null : dev.ifindex,
    flags: hop.flags | (isLinkdown && ignores ? RTNH_F_DEAD : 0),
    weight: hop.weight,
    realm: hop.realm,
  };
}

/** Ticks of 10 ms (USER_HZ) since a jiffy. */
function ticksSince(step: StepContext, jiffy: number): number {
  return toClock(step.jiffies - jiffy);
}

/** @source net/core/neighbour.c, neigh_fill_info() */
export function neighInfo(step: StepContext, neigh: Neigh): NeighInfo {
  return {
    family: typeof neigh.key === "bigint" ? "inet6" : "inet",
    ifindex: step.cells.get<NetDevice>(neigh.device).ifindex,
    dst: formatNeighKey(neigh.key),
    state: neigh.state,
    flags: neigh.flags,
    ...(neigh.protocol === 0 ? {} : { protocol: neigh.protocol }),
    lladdr: (neigh.state & NUD_VALID) !== 0 ? formatMac(neigh.lladdr) : null,
    probes: neigh.probes,
    confirmed: ticksSince(step, neigh.confirmed),
    used: ticksSince(step, neigh.used),
    updated: ticksSince(step, neigh.updated),
    refcnt: (neigh.state & NUD_IN_TIMER) !== 0 && step.hasTimer(neigh.ref) ? 1 : 0,
  };
}

/** Entries as /proc/net/arp shows them: with the address that a failed one still holds. */
export function procNeighInfo(step: StepContext, neigh: Neigh): NeighInfo {
  const isUnknown = (neigh.state & (NUD_INCOMPLETE | NUD_FAILED | NUD_NONE)) !== 0;
  return {
    ...neighInfo(step, neigh),
    lladdr: isUnknown && neigh.lladdr === 0 ? null : formatMac(neigh.lladdr),
  };
}

/** Entries of both tables, ARP's first. */
export function neighDump(step: StepContext, netns: NetnsRef, ifindex: number): Neigh[] {
  const devices = devicesOf(step, netns).filter((dev) => ifindex === 0 || dev.ifindex === ifindex);
  return [
    ...devices.flatMap((dev) => neighsOf(step, dev)),
    ...devices.flatMap((dev) => neighs6Of(step, dev)),
  ];
}

function tableInfo(
  name: NeighTableInfo["name"],
  ifindex: number | null,
  refcnt: number,
  parms: NeighParms,
): NeighTableInfo {
  const isArp = name === "arp_cache";
  return {
    name,
    family: isArp ? "inet" : "inet6",
    ifindex,
    refcnt,
    reachableMs: parms.reachableJiffies * 4,
    baseReachableMs: parms.baseReachableMs,
    retransMs: parms.retransMs,
    gcStaleMs: parms.gcStaleJiffies * 4,
    delayProbeMs: parms.delayProbeJiffies * 4,
    queueLen: Math.floor(parms.queueLenBytes / 2090),
    queueLenBytes: parms.queueLenBytes,
    appProbes: parms.appProbes,
    ucastProbes: parms.ucastProbes,
    mcastProbes: parms.mcastProbes,
    mcastReprobes: parms.mcastReprobes,
    intervalProbeMs: parms.intervalProbeMs,
    anycastDelayMs: parms.anycastDelayJiffies * 4,
    proxyDelayMs: parms.proxyDelayJiffies * 4,
    proxyQueue: parms.proxyQlen,
    locktimeMs: isArp ? parms.locktimeJiffies * 4 : 0,
    thresholds: ifindex === null ? { thresh1: 128, thresh2: 512, thresh3: 1024, gcIntervalMs: 30_000 } : null,
  };
}

/** Neighbour tables with the settings of each device. */
export function neighTables(step: StepContext, netns: NetnsRef): NeighTableInfo[] {
  // Each device's settings were put in front of the others'.
  const devices = devicesOf(step, netns).reverse();
  return (["arp_cache", "ndisc_cache"] as const).flatMap((name) => [
    tableInfo(name, null, 1, DEFAULT_NEIGH_PARMS),
    ...devices.map((dev) => {
      reachableTime(step, dev, 0);
      const { neighParms } = inDevice(step, dev);
      const entries = (name === "arp_cache" ? neighsOf(step, dev) : neighs6Of(step, dev)).length;
      return tableInfo(
        name,
        dev.ifindex,
        1 + entries,
        name === "arp_cache"
          ? neighParms
          : (inet6Dev(step, dev)?.neighParms ?? {
              ...DEFAULT_NEIGH_PARMS,
              reachableJiffies: neighParms.reachableJiffies,
            }),
      );
    }),
  ]);
}

export function ifreqInfo(step: StepContext, dev: NetDevice): IfreqInfo {
  const inet = inDevice(step, dev).addrs.map((ifa) => ({
    label: ifa.label,
    local: formatIpv4(ifa.local),
    peer: ifa.address === ifa.local ? null : formatIpv4(ifa.address),
    prefixLen: ifa.prefixLen,
    broadcast: ifa.broadcast === 0 ? null : formatIpv4(ifa.broadcast),
  }));
  return { ...linkInfo(step, dev), inet };
}
