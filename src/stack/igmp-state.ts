/** What IGMP keeps of a device, and its timers. @source net/ipv4/igmp.c; include/linux/inetdevice.h */
import type { Cell } from "../core/cell-table.ts";
import { JiffiesClock } from "../core/timer-wheel.ts";
import type { NetDevice } from "../devices/net-device.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import { inDevice, updateInDevice } from "./in-device.ts";
import {
  type Group,
  IGMP_ALL_HOSTS,
  IgmpTimer,
  type IgmpTimerKind,
  isLinkLocalGroup,
  type Multicast,
} from "./multicast.ts";
import { netStack } from "./net-stack.ts";

export function multicastOf(step: StepContext, dev: NetDevice): Multicast {
  return inDevice(step, dev).multicast;
}

export function change(step: StepContext, dev: NetDevice, by: Partial<Multicast>): void {
  updateInDevice(step, dev, (d) => {
    d.multicast = { ...d.multicast, ...by };
  });
}

export function changeGroup(
  step: StepContext,
  dev: NetDevice,
  address: Ipv4Address,
  by: Partial<Group>,
): void {
  const { groups } = multicastOf(step, dev);
  change(step, dev, { groups: groups.map((one) => (one.address === address ? { ...one, ...by } : one)) });
}

/** The version that the link's oldest querier, or a sysctl, asks for. @source IGMP_V1_SEEN(), IGMP_V2_SEEN() */
export function igmpVersion(step: StepContext, dev: NetDevice): 1 | 2 | 3 {
  const { multicast, conf } = inDevice(step, dev);
  const forced = netStack(step, dev.netns).confAll.force_igmp_version || conf.force_igmp_version || 0;
  const isSeen = (until: number) => until !== 0 && step.jiffies < until;
  if (forced === 1 || isSeen(multicast.v1Until)) return 1;
  return forced === 2 || isSeen(multicast.v2Until) ? 2 : 3;
}

/** Are memberships of this group never told? */
export function isSilent(step: StepContext, dev: NetDevice, group: Ipv4Address): boolean {
  if (group === IGMP_ALL_HOSTS) return true;
  return isLinkLocalGroup(group) && netStack(step, dev.netns).settings.igmpLinkLocalReports === 0;
}

export function robustness(step: StepContext, dev: NetDevice): number {
  return multicastOf(step, dev).robustness || netStack(step, dev.netns).settings.igmpQrv;
}

/** @source unsolicited_report_interval() */
export function reportInterval(step: StepContext, dev: NetDevice): number {
  const { conf } = inDevice(step, dev);
  const isV3 = igmpVersion(step, dev) === 3;
  const ms = isV3
    ? (conf.igmpv3_unsolicited_report_interval ?? 0)
    : (conf.igmpv2_unsolicited_report_interval ?? 0);
  return Math.max(JiffiesClock.ofMs(ms), 1);
}

export function startTimer(
  step: StepContext,
  dev: NetDevice,
  known: Cell<IgmpTimer> | null,
  kind: IgmpTimerKind,
  group: Ipv4Address,
  delayMax: number,
): Cell<IgmpTimer> {
  const delay = (delayMax > 1 ? step.draw("igmp/delay", delayMax) : 0) + 2;
  const record = new IgmpTimer(dev.ref, kind, group, step.jiffies + delay);
  const ref = known ?? step.cells.add(record);
  step.cells.set(ref, record);
  step.armTimer(ref, delay);
  return ref;
}

export function stopTimer(step: StepContext, timer: Cell<IgmpTimer> | null): null {
  if (timer !== null) {
    step.cancelTimer(timer);
    step.cells.delete(timer);
  }
  return null;
}

export function startChangeTimer(step: StepContext, dev: NetDevice, delayMax: number): void {
  const { changeTimer } = multicastOf(step, dev);
  change(step, dev, { changeTimer: startTimer(step, dev, changeTimer, "change", 0, delayMax) });
}

export function startGroupTimer(step: StepContext, dev: NetDevice, group: Group, delayMax: number): void {
  const timer = startTimer(step, dev, group.timer, "group", group.address, delayMax);
  changeGroup(step, dev, group.address, { timer });
}
