/**
 * Multicast groups of a device, and the reports that tell routers and switches of them.
 * @source RFC 3810, RFC 2710; net/ipv6/mcast.c
 */
import { HZ } from "../../core/timer-wheel.ts";
import { devMcAdd, devMcDel } from "../../devices/mc-list.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import { IFA_F_TENTATIVE, IFF_LOOPBACK, IFF_NOARP, IFF_UP } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { ARPHRD_ETHER } from "../../wire/arp.ts";
import {
  ICMPV6_MGM_REDUCTION,
  ICMPV6_MGM_REPORT,
  ICMPV6_MLD2_REPORT,
  Icmp6Message,
} from "../../wire/icmpv6.ts";
import { type ExtensionHeader, NEXTHDR_HOP } from "../../wire/ipv6.ts";
import { type Ipv6Address, writeIpv6 } from "../../wire/ipv6-address.ts";
import { multicastReport } from "../../wire/ndisc.ts";
import { LL_ALL_NODES, LL_ALL_ROUTERS, MLD2_ALL_MCR, multicastMac, solicitedNode } from "./address-type.ts";
import {
  type Inet6Dev,
  Inet6Timer,
  type Inet6TimerKind,
  inet6Dev,
  inet6DevOf,
  type McAddr,
  updateInet6Dev,
} from "./inet6-dev.ts";
import { linkLocalOf, sendOnLink } from "./ndisc-send.ts";
import { netStack6 } from "./net-stack6.ts";

/** How often a report is sent: no router says otherwise. @source MLD_QRV_DEFAULT */
const MLD_QRV = 2;

const MLD2_MODE_IS_EXCLUDE = 2;
const MLD2_CHANGE_TO_INCLUDE = 3;
const MLD2_CHANGE_TO_EXCLUDE = 4;
/** An IPv6 header, the router alert and the report's own header. */
const REPORT_HEADERS_OCTETS = 40 + 8 + 8;
const RECORD_OCTETS = 20;

/** Router alert: every router on the way looks at the packet (RFC 2711), and two octets of padding. */
const ROUTER_ALERT: readonly ExtensionHeader[] = [
  { type: NEXTHDR_HOP, octets: new Uint8Array([0, 0, 5, 2, 0, 0, 1, 0]) },
];

/** Is a group told of? @source MAF_NOREPORT */
function isReported(group: Ipv6Address): boolean {
  return group !== LL_ALL_NODES && ((group >> 112n) & 15n) >= 2n;
}

function scopeOf(group: Ipv6Address): number {
  return Number((group >> 112n) & 15n);
}

/** Arms a timer of a device, made when it is first needed. */
export function armInet6Timer(
  step: StepContext,
  dev: NetDevice,
  kind: Inet6TimerKind,
  delayJiffies: number,
): void {
  let ref = inet6DevOf(step, dev).timers[kind];
  if (ref < 0) {
    ref = step.cells.add(new Inet6Timer(dev.ref, kind));
    updateInet6Dev(step, dev, (d) => {
      d.timers = { ...d.timers, [kind]: ref };
    });
  }
  step.armTimer(ref, delayJiffies);
}

export function cancelInet6Timer(step: StepContext, dev: NetDevice, kind: Inet6TimerKind): void {
  const ref = inet6DevOf(step, dev).timers[kind];
  if (ref >= 0) step.cancelTimer(ref);
}

function isV1(step: StepContext, dev: NetDevice): boolean {
  const { conf, mcV1Seen } = inet6DevOf(step, dev);
  const forced = netStack6(step, dev.netns).confAll.forceMldVersion || conf.forceMldVersion;
  return forced === 1 || (forced !== 2 && mcV1Seen !== 0 && step.jiffies < mcV1Seen);
}

/** @source unsolicited_report_interval() */
function reportInterval(step: StepContext, dev: NetDevice): number {
  const { conf } = inet6DevOf(step, dev);
  return Math.max(isV1(step, dev) ? conf.mldv1Interval : conf.mldv2Interval, 1);
}

/** A delayed work: 2 ticks, and up to `delay` more by chance. */
function startWork(step: StepContext, dev: NetDevice, kind: "mld_ifc" | "mld_dad", delay: number): void {
  const chance = delay > 1 ? step.draw("mld/delay", delay) : 0;
  armInet6Timer(step, dev, kind, chance + 2);
}

/** @source mld_ifc_event() */
function ifcEvent(step: StepContext, dev: NetDevice): void {
  if (isV1(step, dev)) return;
  updateInet6Dev(step, dev, (d) => {
    d.mcIfcCount = MLD_QRV;
  });
  startWork(step, dev, "mld_ifc", 0);
}

function setGroup(step: StepContext, dev: NetDevice, group: Ipv6Address, change: Partial<McAddr>): void {
  updateInet6Dev(step, dev, (d) => {
    d.groups = d.groups.map((mc) => (mc.group === group ? { ...mc, ...change } : mc));
  });
}

/** The device's filter lets the group's frames in. */
function load(step: StepContext, dev: NetDevice, group: Ipv6Address): void {
  const mc = inet6DevOf(step, dev).groups.find((one) => one.group === group);
  if (mc === undefined || mc.isLoaded) return;
  setGroup(step, dev, group, { isLoaded: true });
  if (dev.type === ARPHRD_ETHER) devMcAdd(step, dev.ref, multicastMac(group));
}

/** @source igmp6_group_added() */
function groupAdded(step: StepContext, dev: NetDevice, group: Ipv6Address): void {
  if (scopeOf(group) < 2) return;
  load(step, dev, group);
  if ((dev.flags & IFF_UP) === 0 || !isReported(group)) return;
  if (isV1(step, dev)) {
    sendV1(step, dev, ICMPV6_MGM_REPORT, group);
    return;
  }
  setGroup(step, dev, group, { crcount: MLD_QRV });
  ifcEvent(step, dev);
}

/** @param isLast it is no longer listed. @source igmp6_group_dropped() */
function groupDropped(step: StepContext, dev: NetDevice, { group, isLoaded }: McAddr, isLast: boolean): void {
  if (scopeOf(group) < 2) return;
  if (isLoaded && dev.type === ARPHRD_ETHER) devMcDel(step, dev.ref, multicastMac(group));
  if (!isLast) setGroup(step, dev, group, { isLoaded: false });
  if (!isReported(group)) return;
  if (isV1(step, dev)) {
    sendV1(step, dev, ICMPV6_MGM_REDUCTION, group);
    return;
  }
  updateInet6Dev(step, dev, (d) => {
    d.tombs = [{ group, crcount: MLD_QRV }, ...d.tombs.filter((tomb) => tomb.group !== group)];
  });
  ifcEvent(step, dev);
}

/** @source igmp6_send() */
function sendV1(step: StepContext, dev: NetDevice, type: number, group: Ipv6Address): void {
  const data = new Uint8Array(16);
  writeIpv6(data, 0, group);
  const src = linkLocalOf(step, dev, IFA_F_TENTATIVE) ?? 0n;
  const dst = type === ICMPV6_MGM_REDUCTION ? LL_ALL_ROUTERS : group;
  sendOnLink(step, dev, src, dst, new Icmp6Message(type, 0, 0, data), 1, ROUTER_ALERT);
}

/** A device listens to a group, once more. @source ipv6_dev_mc_inc() */
export function mcJoin(step: StepContext, dev: NetDevice, group: Ipv6Address): void {
  const known = inet6DevOf(step, dev).groups.find((mc) => mc.group === group);
  if (known !== undefined) {
    setGroup(step, dev, group, { users: known.users + 1 });
    return;
  }
  updateInet6Dev(step, dev, (d) => {
    d.tombs = d.tombs.filter((tomb) => tomb.group !== group);
    d.groups = [{ group, users: 1, isLoaded: false, crcount: 0 }, ...d.groups];
  });
  groupAdded(step, dev, group);
}

/** Discovery asks for an address at a group of its own; not where nobody asks. @source addrconf_join_solict() */
export function mcJoinSolicited(step: StepContext, dev: NetDevice, address: Ipv6Address): void {
  if ((dev.flags & (IFF_LOOPBACK | IFF_NOARP)) === 0) mcJoin(step, dev, solicitedNode(address));
}

/** @source addrconf_leave_solict() */
export function mcLeaveSolicited(step: StepContext, dev: NetDevice, address: Ipv6Address): void {
  if ((dev.flags & (IFF_LOOPBACK | IFF_NOARP)) === 0) mcLeave(step, dev, solicitedNode(address));
}

/** @source ipv6_dev_mc_dec() */
export function mcLeave(step: StepContext, dev: NetDevice, group: Ipv6Address): void {
  const known = inet6DevOf(step, dev).groups.find((mc) => mc.group === group);
  if (known === undefined) return;
  if (known.users > 1) {
    setGroup(step, dev, group, { users: known.users - 1 });
    return;
  }
  updateInet6Dev(step, dev, (d) => {
    d.groups = d.groups.filter((mc) => mc.group !== group);
  });
  groupDropped(step, dev, known, true);
}

/** The link can be used: all groups are told of. @source ipv6_mc_up() */
export function mcUp(step: StepContext, dev: NetDevice): void {
  for (const { group } of inet6DevOf(step, dev).groups) {
    updateInet6Dev(step, dev, (d) => {
      d.tombs = d.tombs.filter((tomb) => tomb.group !== group);
    });
    groupAdded(step, dev, group);
  }
}

/** @source ipv6_mc_down() */
export function mcDown(step: StepContext, dev: NetDevice): void {
  for (const mc of inet6DevOf(step, dev).groups) groupDropped(step, dev, mc, false);
  updateInet6Dev(step, dev, (d) => {
    d.mcIfcCount = 0;
  });
  cancelInet6Timer(step, dev, "mld_ifc");
}

interface McRecord {
  readonly type: number;
  readonly group: Ipv6Address;
}

/** Sends records in as many reports as they need. @source mld_sendpack() */
function sendReports(step: StepContext, dev: NetDevice, records: readonly McRecord[]): void {
  if (dev.mtu < 1280) return;
  const room = Math.floor((dev.mtu - REPORT_HEADERS_OCTETS) / RECORD_OCTETS);
  for (let at = 0; at < records.length; at += room) {
    const src = linkLocalOf(step, dev, IFA_F_TENTATIVE) ?? 0n;
    const report = multicastReport(ICMPV6_MLD2_REPORT, records.slice(at, at + room));
    sendOnLink(step, dev, src, MLD2_ALL_MCR, report, 1, ROUTER_ALERT);
  }
}

/** Reports of what changed. @source mld_send_cr() */
function changeRecords(step: StepContext, dev: NetDevice, in6: Inet6Dev): McRecord[] {
  const records: McRecord[] = [];
  for (const tomb of in6.tombs)
    if (tomb.crcount > 0) records.push({ type: MLD2_CHANGE_TO_INCLUDE, group: tomb.group });
  for (const mc of in6.groups)
    if (mc.crcount > 0 && isReported(mc.group))
      records.push({ type: MLD2_CHANGE_TO_EXCLUDE, group: mc.group });
  updateInet6Dev(step, dev, (d) => {
    d.tombs = d.tombs.flatMap((tomb) => (tomb.crcount > 1 ? [{ ...tomb, crcount: tomb.crcount - 1 }] : []));
    d.groups = d.groups.map((mc) => (mc.crcount > 0 ? { ...mc, crcount: mc.crcount - 1 } : mc));
  });
  return records;
}

/** @source mld_ifc_work() */
export function mldIfcWork(step: StepContext, dev: NetDevice): void {
  const in6 = inet6Dev(step, dev);
  if (in6 === null) return;
  sendReports(step, dev, changeRecords(step, dev, in6));
  if (in6.mcIfcCount === 0) return;
  updateInet6Dev(step, dev, (d) => {
    d.mcIfcCount--;
  });
  if (in6.mcIfcCount > 1) startWork(step, dev, "mld_ifc", reportInterval(step, dev));
}

/** @source mld_send_initial_cr() */
function sendInitial(step: StepContext, dev: NetDevice): void {
  if (isV1(step, dev)) return;
  const groups = inet6DevOf(step, dev).groups.filter(({ group }) => isReported(group));
  sendReports(
    step,
    dev,
    groups.map(({ group }) => ({ type: MLD2_CHANGE_TO_EXCLUDE, group })),
  );
}

/** The link-local address is valid: what was reported without a source is reported again. @source ipv6_mc_dad_complete() */
export function mcDadComplete(step: StepContext, dev: NetDevice): void {
  updateInet6Dev(step, dev, (d) => {
    d.mcDadCount = MLD_QRV;
  });
  mldDadWork(step, dev);
}

/** @source mld_dad_work() */
export function mldDadWork(step: StepContext, dev: NetDevice): void {
  const in6 = inet6Dev(step, dev);
  if (in6 === null) return;
  sendInitial(step, dev);
  if (in6.mcDadCount === 0) return;
  updateInet6Dev(step, dev, (d) => {
    d.mcDadCount--;
  });
  if (in6.mcDadCount > 1) startWork(step, dev, "mld_dad", reportInterval(step, dev));
}

/**
 * A router asks for all groups: they are reported once, after a random part of the time that it gives.
 * @differs one report of all groups answers a query for one of them, too
 */
export function scheduleReport(
  step: StepContext,
  dev: NetDevice,
  delayJiffies: number,
  isV1Router: boolean,
): void {
  if (isV1Router)
    updateInet6Dev(step, dev, (d) => {
      d.mcV1Seen = step.jiffies + MLD_QRV * 125 * HZ + delayJiffies;
    });
  const chance = delayJiffies > 1 ? step.draw("mld/delay", delayJiffies) : 0;
  armInet6Timer(step, dev, "mld_gq", chance + 2);
}

/** @source mld_gq_work(), mld_send_report() */
export function mldGqWork(step: StepContext, dev: NetDevice): void {
  const in6 = inet6Dev(step, dev);
  if (in6 === null) return;
  const groups = in6.groups.filter(({ group }) => isReported(group));
  if (isV1(step, dev)) {
    for (const { group } of groups) sendV1(step, dev, ICMPV6_MGM_REPORT, group);
    return;
  }
  sendReports(
    step,
    dev,
    groups.map(({ group }) => ({ type: MLD2_MODE_IS_EXCLUDE, group })),
  );
}
