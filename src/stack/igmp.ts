/**
 * IGMP on hosts: what a device's memberships are told to the link, and answers to queriers.
 *
 *   join ──► change timer (2 jiffies) ──► report ──► again within 1 s ──► done       leave: the same
 *   general query ──► query timer (random) ──► report of all groups
 *
 * @source RFC 3376; net/ipv4/igmp.c
 */
import type { Cell } from "../core/cell-table.ts";
import { devMcAdd, devMcDel } from "../devices/mc-list.ts";
import type { NetDevice } from "../devices/net-device.ts";
import type { StepContext } from "../events/step-context.ts";
import { ARPHRD_ETHER } from "../wire/arp.ts";
import { OpaquePayload } from "../wire/frame.ts";
import {
  encodeIgmp,
  encodeV3Report,
  type GroupRecord,
  IGMP_HOST_LEAVE_MESSAGE,
  IGMP_HOST_MEMBERSHIP_REPORT,
  IGMPV2_HOST_MEMBERSHIP_REPORT,
  IGMPV3_CHANGE_TO_EXCLUDE,
  IGMPV3_CHANGE_TO_INCLUDE,
  IGMPV3_MODE_IS_EXCLUDE,
  ROUTER_ALERT,
} from "../wire/igmp.ts";
import { IP_DF, IPPROTO_IGMP } from "../wire/ipv4.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import { multicastMac } from "../wire/mac.ts";
import {
  change,
  changeGroup,
  igmpVersion,
  isSilent,
  multicastOf,
  reportInterval,
  robustness,
  startChangeTimer,
  startGroupTimer,
  stopTimer,
} from "./igmp-state.ts";
import { NO_MARKS } from "./ip-options.ts";
import { ipSend } from "./ip-output.ts";
import { type Group, IGMP_ALL_HOSTS, IGMP_ALL_ROUTERS, IGMPV3_ALL_MCR, type IgmpTimer } from "./multicast.ts";
import { netStack } from "./net-stack.ts";
import { routeOutput } from "./route.ts";

/** First report of versions 1 and 2. */
const INITIAL_REPORT_DELAY = 1;
/** Precedence "internetwork control". */
const TOS = 0xc0;

/** A timer expired. @source igmp_ifc_timer_expire(), igmp_gq_timer_expire(), igmp_timer_expire() */
export function igmpTimer(step: StepContext, ref: Cell<IgmpTimer>): void {
  const { device, kind, group } = step.cells.get(ref);
  const dev = step.cells.get<NetDevice>(device);
  step.cells.delete(ref);
  if (kind === "change") {
    change(step, dev, { changeTimer: null });
    sendChanges(step, dev);
    const { changeCount } = multicastOf(step, dev);
    if (changeCount === 0) return;
    change(step, dev, { changeCount: changeCount - 1 });
    startChangeTimer(step, dev, reportInterval(step, dev));
  } else if (kind === "query") {
    change(step, dev, { queryTimer: null });
    sendV3(step, dev, currentRecords(step, dev));
  } else groupTimer(step, dev, group);
}

function groupTimer(step: StepContext, dev: NetDevice, address: Ipv4Address): void {
  changeGroup(step, dev, address, { timer: null });
  const group = multicastOf(step, dev).groups.find((one) => one.address === address);
  if (group === undefined) return;
  if (group.unsolicited > 0) {
    changeGroup(step, dev, address, { unsolicited: group.unsolicited - 1 });
    if (group.unsolicited > 1) startGroupTimer(step, dev, group, reportInterval(step, dev));
  }
  changeGroup(step, dev, address, { isReporter: true });
  const version = igmpVersion(step, dev);
  if (version === 3) sendV3(step, dev, [{ type: IGMPV3_MODE_IS_EXCLUDE, group: address }]);
  else
    sendOld(step, dev, version === 1 ? IGMP_HOST_MEMBERSHIP_REPORT : IGMPV2_HOST_MEMBERSHIP_REPORT, address);
}

// ---------------------------------------------------------------------------------- joining and leaving

/** One more user of a group. @source ip_mc_inc_group() */
export function joinGroup(step: StepContext, dev: NetDevice, address: Ipv4Address): void {
  const { groups } = multicastOf(step, dev);
  const known = groups.find((one) => one.address === address);
  if (known !== undefined) {
    changeGroup(step, dev, address, { users: known.users + 1 });
    return;
  }
  const made: Group = {
    address,
    users: 1,
    isLoaded: false,
    changes: 0,
    unsolicited: robustness(step, dev),
    isReporter: false,
    timer: null,
  };
  change(step, dev, { groups: [made, ...groups] });
  groupAdded(step, dev, address);
}

/** One user of a group less. @source ip_mc_dec_group() */
export function leaveGroup(step: StepContext, dev: NetDevice, address: Ipv4Address): void {
  const { groups } = multicastOf(step, dev);
  const known = groups.find((one) => one.address === address);
  if (known === undefined) return;
  if (known.users > 1) {
    changeGroup(step, dev, address, { users: known.users - 1 });
    return;
  }
  groupDropped(step, dev, known);
  change(step, dev, { groups: multicastOf(step, dev).groups.filter((one) => one.address !== address) });
}

/** @source igmp_group_added(), igmpv3_del_delrec() */
function groupAdded(step: StepContext, dev: NetDevice, address: Ipv4Address): void {
  const { left, groups } = multicastOf(step, dev);
  change(step, dev, { left: left.filter((one) => one.address !== address) });
  setLoaded(step, dev, address, true);
  if (isSilent(step, dev, address)) return;
  const { igmpQrv } = netStack(step, dev.netns).settings;
  changeGroup(step, dev, address, { unsolicited: igmpQrv });
  if (igmpVersion(step, dev) !== 3) {
    startGroupTimer(step, dev, groups.find((one) => one.address === address)!, INITIAL_REPORT_DELAY);
    return;
  }
  changeGroup(step, dev, address, { changes: robustness(step, dev) });
  changed(step, dev);
}

/** The device's filter lets a group's frames in, or no longer. @source ip_mc_filter_add(), ip_mc_filter_del() */
function setLoaded(step: StepContext, dev: NetDevice, address: Ipv4Address, isLoaded: boolean): void {
  const group = multicastOf(step, dev).groups.find((one) => one.address === address);
  if (group === undefined || group.isLoaded === isLoaded) return;
  changeGroup(step, dev, address, { isLoaded });
  if (dev.type !== ARPHRD_ETHER) return;
  if (isLoaded) devMcAdd(step, dev.ref, multicastMac(address));
  else devMcDel(step, dev.ref, multicastMac(address));
}

/** @source igmp_group_dropped(), igmpv3_add_delrec() */
function groupDropped(step: StepContext, dev: NetDevice, group: Group): void {
  setLoaded(step, dev, group.address, false);
  if (isSilent(step, dev, group.address)) return;
  changeGroup(step, dev, group.address, {
    timer: stopTimer(step, group.timer),
    unsolicited: 0,
    isReporter: false,
  });
  const version = igmpVersion(step, dev);
  if (version === 1) return;
  if (version === 2) {
    if (group.isReporter) sendOld(step, dev, IGMP_HOST_LEAVE_MESSAGE, group.address);
    return;
  }
  const { left } = multicastOf(step, dev);
  change(step, dev, { left: [{ address: group.address, changes: robustness(step, dev) }, ...left] });
  changed(step, dev);
}

/** @source igmp_ifc_event() */
function changed(step: StepContext, dev: NetDevice): void {
  if (igmpVersion(step, dev) !== 3) return;
  change(step, dev, { changeCount: robustness(step, dev) });
  startChangeTimer(step, dev, 1);
}

/** The device is up: its memberships are told anew. @source ip_mc_up() */
export function igmpUp(step: StepContext, dev: NetDevice): void {
  joinGroup(step, dev, IGMP_ALL_HOSTS);
  for (const { address } of multicastOf(step, dev).groups) groupAdded(step, dev, address);
}

/** The device is down: nothing can be told any more. @source ip_mc_down() */
export function igmpDown(step: StepContext, dev: NetDevice): void {
  for (const group of multicastOf(step, dev).groups) groupDropped(step, dev, group);
  const { changeTimer, queryTimer } = multicastOf(step, dev);
  change(step, dev, {
    changeCount: 0,
    changeTimer: stopTimer(step, changeTimer),
    queryTimer: stopTimer(step, queryTimer),
  });
  leaveGroup(step, dev, IGMP_ALL_HOSTS);
}

/** The device goes. @source ip_mc_destroy_dev() */
export function igmpDestroy(step: StepContext, dev: NetDevice): void {
  const { groups, changeTimer, queryTimer } = multicastOf(step, dev);
  for (const { timer } of groups) stopTimer(step, timer);
  stopTimer(step, changeTimer);
  stopTimer(step, queryTimer);
}

// --------------------------------------------------------------------------------------------- sending

function currentRecords(step: StepContext, dev: NetDevice): GroupRecord[] {
  return multicastOf(step, dev)
    .groups.filter(({ address }) => !isSilent(step, dev, address))
    .map(({ address }) => ({ type: IGMPV3_MODE_IS_EXCLUDE, group: address }));
}

/** All changes that are still to be told, in one report: groups that were left, then groups that were joined. @source igmpv3_send_cr() */
function sendChanges(step: StepContext, dev: NetDevice): void {
  const { groups, left } = multicastOf(step, dev);
  const gone = left
    .filter(({ changes, address }) => changes > 0 && !isSilent(step, dev, address))
    .map(({ address }) => ({ type: IGMPV3_CHANGE_TO_INCLUDE, group: address }));
  const come = groups
    .filter(({ changes, address }) => changes > 0 && !isSilent(step, dev, address))
    .map(({ address }) => ({ type: IGMPV3_CHANGE_TO_EXCLUDE, group: address }));
  change(step, dev, {
    left: left.map((one) => ({ ...one, changes: one.changes - 1 })).filter(({ changes }) => changes > 0),
    groups: groups.map((one) => (one.changes > 0 ? { ...one, changes: one.changes - 1 } : one)),
  });
  sendV3(step, dev, [...gone, ...come]);
}

function sendV3(step: StepContext, dev: NetDevice, records: readonly GroupRecord[]): void {
  if (records.length > 0) send(step, dev, IGMPV3_ALL_MCR, encodeV3Report(records));
}

/** A leave goes to the routers, a report to the group itself. @source igmp_send_report() */
function sendOld(step: StepContext, dev: NetDevice, type: number, group: Ipv4Address): void {
  if (isSilent(step, dev, group)) return;
  send(step, dev, type === IGMP_HOST_LEAVE_MESSAGE ? IGMP_ALL_ROUTERS : group, encodeIgmp(type, group));
}

function send(step: StepContext, dev: NetDevice, dst: Ipv4Address, message: Uint8Array): void {
  const route = routeOutput(step, dev.netns, { dst, src: 0, oif: dev.ref, tos: 0 });
  if ("errno" in route) return;
  ipSend(step, dev.netns, route, IPPROTO_IGMP, new OpaquePayload(message), {
    tos: TOS,
    ttl: 1,
    flags: IP_DF,
    numbered: false,
    options: { octets: ROUTER_ALERT, marks: NO_MARKS },
  });
}
