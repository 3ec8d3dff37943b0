/**
 * The requests of ifconfig(8) and route(8).
 * @source net/ipv4/devinet.c, devinet_ioctl(); net/core/dev_ioctl.c; net/ipv4/fib_frontend.c, ip_rt_ioctl()
 */
import { DONE, granted, type Result, refused } from "../core/result.ts";
import { devMcAddStatic, devMcDelStatic } from "../devices/mc-list.ts";
import { deviceFlags, type NetDevice, updateDevice } from "../devices/net-device.ts";
import { deviceByName, type NetnsRef } from "../devices/netns.ts";
import {
  IFA_F_PERMANENT,
  IFA_F_SECONDARY,
  IFF_BROADCAST,
  IFF_POINTOPOINT,
  IFF_UP,
  NLM_F_CREATE,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_NOWHERE,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_MAIN,
  RTAX_ADVMSS,
  RTAX_RTT,
  RTAX_WINDOW,
  RTN_UNICAST,
  RTN_UNREACHABLE,
} from "../events/netlink.ts";
import type { RtEntry } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { deleteAddr, insertAddr } from "../stack/devinet.ts";
import { routeMetrics } from "../stack/fib-metrics.ts";
import { type FibConfig, inetAddrType } from "../stack/fib-nexthop.ts";
import { fibDelete, fibInsert } from "../stack/fib-semantics.ts";
import { type InAddr, inDevice } from "../stack/in-device.ts";
import { type Ipv4Address, isLoopbackIpv4, parseIpv4, prefixMask } from "../wire/ipv4-address.ts";
import { parseMac } from "../wire/mac.ts";
import { changeFlags } from "./link-flags.ts";
import { changeAddress, changeMtu } from "./link-requests.ts";
import { pinDeviceSysctls } from "./sysctl/stack-sysctls.ts";

interface Named {
  readonly dev: NetDevice;
  /** The label asked for: the device's name, or an alias. */
  readonly label: string;
  /** The first address under that label. */
  readonly ifa: InAddr | null;
}

function find(step: StepContext, netns: NetnsRef, label: string): Named | null {
  const colon = label.indexOf(":");
  const dev = deviceByName(step, netns, colon < 0 ? label : label.slice(0, colon));
  if (dev === null) return null;
  return { dev, label, ifa: inDevice(step, dev).addrs.find((a) => a.label === label) ?? null };
}

/** Prefix length by the class of an address; -1: a group's. @source inet_abc_len() */
function classLength(address: Ipv4Address): number {
  if (address === 0 || address === 0xffff_ffff) return 0;
  const first = address >>> 24;
  if (first >= 240) return 32;
  return first < 128 ? 8 : first < 192 ? 16 : first < 224 ? 24 : -1;
}

/** Prefix length of a netmask; -1: not contiguous. */
function maskLength(mask: Ipv4Address): number {
  for (let length = 0; length <= 32; length++) if (prefixMask(length) === mask) return length;
  return -1;
}

function insert(step: StepContext, netns: NetnsRef, dev: NetDevice, ifa: InAddr): Result<null> {
  pinDeviceSysctls(step, netns, dev.ifindex);
  return insertAddr(step, dev, isLoopbackIpv4(ifa.local) ? { ...ifa, scope: RT_SCOPE_HOST } : ifa);
}

export function setAddress(step: StepContext, netns: NetnsRef, ifname: string, text: string): Result<null> {
  const found = find(step, netns, ifname);
  if (found === null) return refused("ENODEV");
  const local = parseIpv4(text);
  if (local === null || classLength(local) < 0) return refused("EINVAL");
  const { dev, label, ifa } = found;
  if (ifa !== null) {
    if (ifa.local === local) return DONE;
    deleteAddr(step, dev, ifa);
  }
  if (local === 0 && ifa !== null && text === "0.0.0.0") return DONE;
  if (local === 0) return DONE;
  const isPointToPoint = (dev.flags & IFF_POINTOPOINT) !== 0;
  const prefixLen = isPointToPoint ? 32 : classLength(local);
  const hasBroadcast = (dev.flags & IFF_BROADCAST) !== 0 && prefixLen < 31;
  return insert(step, netns, dev, {
    local,
    address: local,
    prefixLen,
    broadcast: hasBroadcast ? (local | ~prefixMask(prefixLen)) >>> 0 : 0,
    scope: RT_SCOPE_UNIVERSE,
    flags: IFA_F_PERMANENT,
    label,
    validLft: null,
    preferredLft: null,
    stamp: step.jiffies,
    metric: 0,
  });
}

/** Takes the address out and puts it in again, changed. */
function reinsert(step: StepContext, netns: NetnsRef, found: Named, change: Partial<InAddr>): Result<null> {
  deleteAddr(step, found.dev, found.ifa!);
  return insert(step, netns, found.dev, {
    ...found.ifa!,
    ...change,
    flags: found.ifa!.flags & ~IFA_F_SECONDARY,
  });
}

export function setNetmask(step: StepContext, netns: NetnsRef, ifname: string, text: string): Result<null> {
  const found = find(step, netns, ifname);
  if (found === null) return refused("ENODEV");
  if (found.ifa === null) return refused("EADDRNOTAVAIL");
  const mask = parseIpv4(text);
  const length = mask === null ? -1 : maskLength(mask);
  if (length < 0) return refused("EINVAL");
  const { ifa, dev } = found;
  if (ifa.prefixLen === length) return DONE;
  const isDefault = ifa.broadcast === (ifa.local | ~prefixMask(ifa.prefixLen)) >>> 0;
  const broadcast =
    (dev.flags & IFF_BROADCAST) !== 0 && length < 31 && isDefault
      ? (ifa.local | ~prefixMask(length)) >>> 0
      : ifa.broadcast;
  return reinsert(step, netns, found, { prefixLen: length, broadcast });
}

export function setBroadcast(step: StepContext, netns: NetnsRef, ifname: string, text: string): Result<null> {
  const found = find(step, netns, ifname);
  if (found === null) return refused("ENODEV");
  if (found.ifa === null) return refused("EADDRNOTAVAIL");
  const broadcast = parseIpv4(text) ?? 0;
  return found.ifa.broadcast === broadcast ? DONE : reinsert(step, netns, found, { broadcast });
}

export function setDestination(
  step: StepContext,
  netns: NetnsRef,
  ifname: string,
  text: string,
): Result<null> {
  const found = find(step, netns, ifname);
  if (found === null) return refused("ENODEV");
  if (found.ifa === null) return refused("EADDRNOTAVAIL");
  const address = parseIpv4(text) ?? 0;
  if (found.ifa.address === address) return DONE;
  return classLength(address) < 0 ? refused("EINVAL") : reinsert(step, netns, found, { address });
}

export function getFlags(step: StepContext, netns: NetnsRef, ifname: string): Result<number> {
  const found = find(step, netns, ifname);
  return found === null ? refused("ENODEV") : granted(deviceFlags(found.dev) & 0xffff);
}

export function setFlags(step: StepContext, netns: NetnsRef, ifname: string, flags: number): Result<null> {
  const found = find(step, netns, ifname);
  if (found === null) return refused("ENODEV");
  const { dev, ifa, label } = found;
  if (label !== dev.ifname) {
    // Taking an alias down deletes its address.
    if (ifa === null) return refused("EADDRNOTAVAIL");
    if ((flags & IFF_UP) === 0) deleteAddr(step, dev, ifa);
    return DONE;
  }
  const errno = changeFlags(step, dev.ref, flags);
  return errno === null ? DONE : refused(errno);
}

/** SIOCADDMULTI, SIOCDELMULTI. @source net/core/dev_ioctl.c, dev_ifsioc() */
export function changeFilter(
  step: StepContext,
  netns: NetnsRef,
  ifname: string,
  address: string,
  isAdded: boolean,
): Result<null> {
  const dev = deviceByName(step, netns, ifname);
  if (dev === null) return refused("ENODEV");
  const mac = parseMac(address);
  if (mac === null || dev.kind === "loopback") return refused("EINVAL");
  if (isAdded) devMcAddStatic(step, dev.ref, mac);
  const errno = isAdded ? null : devMcDelStatic(step, dev.ref, mac);
  return errno === null ? DONE : refused(errno);
}

/** SIOCSIFMTU, SIOCSIFHWADDR, SIOCSIFTXQLEN. */
export function setLink(
  step: StepContext,
  netns: NetnsRef,
  ifname: string,
  change: { mtu?: number; address?: string; txqueuelen?: number },
): Result<null> {
  const dev = deviceByName(step, netns, ifname);
  if (dev === null) return refused("ENODEV");
  if (change.mtu !== undefined) return changeMtu(step, dev.ref, change.mtu);
  if (change.address !== undefined) {
    const mac = parseMac(change.address);
    // An Ethernet address is of the wrong family for a loopback device. @source dev_set_mac_address()
    return mac === null || dev.kind === "loopback" ? refused("EINVAL") : changeAddress(step, dev.ref, mac);
  }
  if (change.txqueuelen !== undefined && change.txqueuelen < 0) return refused("EINVAL");
  updateDevice(step, dev.ref, (d) => {
    d.txqueuelen = change.txqueuelen ?? d.txqueuelen;
  });
  return DONE;
}

// ---------------------------------------------------------------------------------------------- routes

/** @source rtentry_to_fib_config() */
function toFibConfig(
  step: StepContext,
  netns: NetnsRef,
  entry: RtEntry,
  add: boolean,
): FibConfig | Result<never> {
  const dst = parseIpv4(entry.dst);
  const mask = parseIpv4(entry.genmask);
  if (dst === null || mask === null) return refused("EINVAL");
  const dstLen = entry.host === true ? 32 : maskLength(mask);
  if (dstLen < 0 || (dst & ~prefixMask(dstLen)) !== 0) return refused("EINVAL");
  const cfg = {
    dst,
    dstLen,
    tos: 0,
    table: RT_TABLE_MAIN,
    protocol: add ? 3 : 0,
    type: add ? RTN_UNICAST : 0,
    gateway: 0,
    oif: 0,
    prefSrc: 0,
    priority: entry.metric ?? 0,
    flags: 0,
    // The ioctl's MTU is the largest segment with its headers, its time in units of its own.
    metrics: routeMetrics([
      [RTAX_WINDOW, entry.window ?? 0],
      [RTAX_RTT, (entry.irtt ?? 0) << 3],
      [RTAX_ADVMSS, entry.mtu === undefined ? 0 : entry.mtu - 40],
    ]),
    realm: 0,
    hops: null,
  };
  if (entry.reject === true) return { ...cfg, scope: RT_SCOPE_HOST, type: RTN_UNREACHABLE };
  let oif = 0;
  let prefSrc = 0;
  if (entry.dev !== undefined) {
    const found = find(step, netns, entry.dev);
    if (found === null) return refused("ENODEV");
    oif = found.dev.ifindex;
    if (found.label !== found.dev.ifname) {
      if (found.ifa === null) return refused("ENODEV");
      prefSrc = found.ifa.local;
    }
  }
  let scope = RT_SCOPE_NOWHERE;
  let gateway = 0;
  if (entry.gateway !== undefined) {
    gateway = parseIpv4(entry.gateway) ?? 0;
    if (gateway !== 0 && inetAddrType(step, netns, gateway) === RTN_UNICAST) scope = RT_SCOPE_UNIVERSE;
    if (add && gateway === 0) return refused("EINVAL");
  }
  if (add && scope === RT_SCOPE_NOWHERE) scope = RT_SCOPE_LINK;
  return { ...cfg, gateway, oif, prefSrc, scope: add ? scope : RT_SCOPE_NOWHERE };
}

export function changeRoute(step: StepContext, netns: NetnsRef, entry: RtEntry, add: boolean): Result<null> {
  const cfg = toFibConfig(step, netns, entry, add);
  if ("ok" in cfg) return cfg;
  return add ? fibInsert(step, netns, cfg, NLM_F_CREATE) : fibDelete(step, netns, cfg);
}
