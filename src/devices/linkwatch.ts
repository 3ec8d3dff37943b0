/**
 * Carrier and operational state. Frames pass from the instant the carrier comes, but the state word, the queue and what hangs
 * on them follow when the link-watch worker gets to the device: at once if it is urgent, else at most once a second for the
 * whole machine.
 * @source net/core/link_watch.c; net/sched/sch_generic.c, netif_carrier_on(), dev_activate()
 */
import { immerable } from "immer";
import type { Cell } from "../core/cell-table.ts";
import { registerRecord } from "../core/record-codec.ts";
import { HZ } from "../core/timer-wheel.ts";
import { updateRecord } from "../core/update-record.ts";
import { KIND } from "../events/kinds.ts";
import { IF_OPER_DORMANT, IF_OPER_DOWN, IF_OPER_LOWERLAYERDOWN, IF_OPER_UP } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { type DeviceRef, isUp, type NetDevice, updateDevice } from "./net-device.ts";
import { deviceByIndex } from "./netns.ts";

const MAX_DO_DEV_PER_LOOP = 100;

export class LinkWatch {
  static readonly [immerable] = true;
  /** Jiffy before which events that are not urgent wait. */
  nextEvent = 0;
  isUrgent = false;
  /** Devices with pending work, oldest first. */
  pending: readonly DeviceRef[] = [];
}
registerRecord("LinkWatch", LinkWatch);

/** The machine has one; its cell's timer is the work. */
export const LINKWATCH: Cell<LinkWatch> = 1;

/** @source net/core/dev.c, dev_get_iflink() */
export function deviceIflink(step: StepContext, dev: NetDevice): number {
  return dev.peer < 0 ? dev.ifindex : step.cells.get(dev.peer).ifindex;
}

export function netifCarrierOn(step: StepContext, ref: DeviceRef): void {
  if (step.cells.get(ref).hasCarrier) return;
  const dev = updateDevice(step, ref, (d) => {
    d.hasCarrier = true;
    d.carrierUpCount++;
  });
  step.record(KIND.carrier_on, dev.netns, ref, "");
  linkwatchFireEvent(step, ref);
}

export function netifCarrierOff(step: StepContext, ref: DeviceRef): void {
  if (!step.cells.get(ref).hasCarrier) return;
  const dev = updateDevice(step, ref, (d) => {
    d.hasCarrier = false;
    d.carrierDownCount++;
  });
  step.record(KIND.carrier_off, dev.netns, ref, "");
  linkwatchFireEvent(step, ref);
}

/** Puts the device's queue to use; without carrier that waits for it. */
export function devActivate(step: StepContext, ref: DeviceRef): void {
  updateDevice(step, ref, (d) => {
    d.qdisc = "noqueue";
    if (d.hasCarrier) d.isQueueActive = true;
  });
}

export function devDeactivate(step: StepContext, ref: DeviceRef): void {
  updateDevice(step, ref, (d) => {
    d.isQueueActive = false;
  });
}

function isUrgentEvent(step: StepContext, dev: NetDevice): boolean {
  if (!isUp(dev)) return false;
  if (dev.ifindex !== deviceIflink(step, dev)) return true;
  return dev.hasCarrier && !dev.isQueueActive;
}

function updateWatch(step: StepContext, recipe: (draft: LinkWatch) => void): void {
  step.cells.set(LINKWATCH, updateRecord(step.cells.get(LINKWATCH), recipe));
}

export function linkwatchFireEvent(step: StepContext, ref: DeviceRef): void {
  const dev = step.cells.get(ref);
  const urgent = isUrgentEvent(step, dev);
  if (!dev.linkwatchPending) {
    updateDevice(step, ref, (d) => {
      d.linkwatchPending = true;
    });
    updateWatch(step, (w) => {
      w.pending = [...w.pending, ref];
    });
  } else if (!urgent) return;
  scheduleWork(step, urgent);
}

function scheduleWork(step: StepContext, urgent: boolean): void {
  const watch = step.cells.get(LINKWATCH);
  if (watch.isUrgent) return;
  if (urgent) {
    updateWatch(step, (w) => {
      w.isUrgent = true;
    });
    step.armAt(LINKWATCH, step.now);
    return;
  }
  if (step.hasTimer(LINKWATCH)) return;
  const delay = watch.nextEvent - step.jiffies;
  if (delay <= 0 || delay > HZ) step.armAt(LINKWATCH, step.now);
  else step.armTimer(LINKWATCH, delay);
}

/**
 * The worker. Gives the devices whose state it has settled and which are up: the stack must be told of each (NETDEV_CHANGE).
 * @source linkwatch_event(), __linkwatch_run_queue()
 */
export function linkwatchRun(step: StepContext, settled: (ref: DeviceRef) => void): void {
  const watch = step.cells.get(LINKWATCH);
  const urgentOnly = watch.nextEvent > step.jiffies;
  updateWatch(step, (w) => {
    if (!urgentOnly) w.nextEvent = step.jiffies + HZ;
    w.isUrgent = false;
    w.pending = [];
  });
  const rest: DeviceRef[] = [];
  let budget = urgentOnly ? 2 * MAX_DO_DEV_PER_LOOP : MAX_DO_DEV_PER_LOOP;
  for (const ref of watch.pending) {
    if (!step.cells.has(ref)) continue;
    if (budget === 0 || (urgentOnly && !isUrgentEvent(step, step.cells.get(ref)))) rest.push(ref);
    else {
      budget--;
      settleDevice(step, ref, settled);
    }
  }
  if (rest.length === 0) return;
  updateWatch(step, (w) => {
    w.pending = [...rest, ...w.pending.filter((ref) => !rest.includes(ref))];
  });
  scheduleWork(step, false);
}

/** Does a device's pending work now, because somebody asks for that device. @source linkwatch_sync_dev() */
export function linkwatchSyncDevice(
  step: StepContext,
  ref: DeviceRef,
  settled: (ref: DeviceRef) => void,
): void {
  if (!step.cells.get(ref).linkwatchPending) return;
  linkwatchForget(step, ref);
  settleDevice(step, ref, settled);
}

/** Takes a device off the list, as when it is unregistered. */
export function linkwatchForget(step: StepContext, ref: DeviceRef): void {
  if (!step.cells.get(ref).linkwatchPending) return;
  updateWatch(step, (w) => {
    w.pending = w.pending.filter((other) => other !== ref);
  });
}

/** @source linkwatch_do_dev() */
function settleDevice(step: StepContext, ref: DeviceRef, settled: (ref: DeviceRef) => void): void {
  const before = step.cells.get(ref);
  const operState = operStateByPolicy(step, before);
  const dev = updateDevice(step, ref, (d) => {
    d.linkwatchPending = false;
    d.operState = operState;
  });
  if (!isUp(dev)) return;
  if (dev.hasCarrier) devActivate(step, ref);
  else devDeactivate(step, ref);
  step.record(KIND.link_change, dev.netns, ref, JSON.stringify({ operState }));
  settled(ref);
}

/** @source net/core/link_watch.c, default_operstate(), rfc2863_policy() */
export function operStateByPolicy(step: StepContext, dev: NetDevice): number {
  if (!dev.hasCarrier) {
    const iflink = deviceIflink(step, dev);
    if (iflink === dev.ifindex) return IF_OPER_DOWN;
    // The kernel looks the peer's number up in the device's own namespace, wherever the peer lives.
    const other = deviceByIndex(step, dev.netns, iflink);
    return other === null || other.hasCarrier ? IF_OPER_DOWN : IF_OPER_LOWERLAYERDOWN;
  }
  return dev.linkMode === 1 ? IF_OPER_DORMANT : IF_OPER_UP;
}
