/**
 * Addresses that end: each namespace has a worker that looks for those whose time is over.
 * @source net/ipv4/devinet.c, check_lifetime()
 */
import type { Cell } from "../core/cell-table.ts";
import { registerRecord } from "../core/record-codec.ts";
import { HZ } from "../core/timer-wheel.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { devicesOf, type NetnsRef } from "../devices/netns.ts";
import { IFA_F_DEPRECATED, IFA_F_PERMANENT } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { type InAddr, inDevice } from "./in-device.ts";
import { netStack, updateNetStack } from "./net-stack.ts";

/** How often the worker looks without a reason, in jiffies. @source ADDR_CHECK_FREQUENCY */
const CHECK_FREQUENCY = 120 * HZ;
/** How much earlier, later and apart from each other it may run. @source include/net/addrconf.h, ADDRCONF_TIMER_FUZZ* */
const FUZZ_MINUS = HZ / 50;
const FUZZ = HZ / 4;
const FUZZ_MAX = HZ;

/** The worker of a namespace: a cell for its timer. */
export class AddrCheck {
  constructor(readonly netns: NetnsRef) {}
}
registerRecord("AddrCheck", AddrCheck);

function isPermanent(ifa: InAddr): boolean {
  return (ifa.flags & IFA_F_PERMANENT) !== 0;
}

/** An address came or was changed: the worker looks at once, if there is anything for it. */
export function checkLifetimesNow(step: StepContext, netns: NetnsRef): void {
  const known = netStack(step, netns).addrCheck;
  if (
    known < 0 &&
    !devicesOf(step, netns).some((dev) => inDevice(step, dev).addrs.some((a) => !isPermanent(a)))
  )
    return;
  const worker = known < 0 ? step.cells.add(new AddrCheck(netns)) : known;
  if (known < 0)
    updateNetStack(step, netns, (stack) => {
      stack.addrCheck = worker;
    });
  step.armAt(worker, step.now);
}

/** Whole seconds since an address's lifetimes were set, a little early so that several end at once. */
function age(step: StepContext, ifa: InAddr): number {
  return Math.floor((step.jiffies - ifa.stamp + FUZZ_MINUS) / HZ);
}

/** What an address comes to: it is over, is deprecated from now on, or stays as it is until a jiffy. */
type Fate = "over" | "deprecated" | { readonly until: number };

function fateOf(step: StepContext, ifa: InAddr): Fate {
  const seconds = age(step, ifa);
  const { validLft, preferredLft, stamp } = ifa;
  if (validLft !== null && seconds >= validLft) return "over";
  if (preferredLft === null) return { until: Number.POSITIVE_INFINITY };
  if (seconds < preferredLft) return { until: stamp + preferredLft * HZ };
  if ((ifa.flags & IFA_F_DEPRECATED) === 0) return "deprecated";
  return { until: validLft === null ? Number.POSITIVE_INFINITY : stamp + validLft * HZ };
}

/** To the next whole second of the kernel's. @source kernel/time/timer.c, round_jiffies_up() */
function roundUp(jiffies: number): number {
  return Math.ceil(jiffies / HZ) * HZ;
}

/** What is done with addresses whose time is over; `devinet.ts` does it. */
export interface LifetimeActions {
  delete(step: StepContext, dev: NetDevice, ifa: InAddr): void;
  deprecate(step: StepContext, dev: NetDevice, ifa: InAddr): void;
}

/** The worker runs, and says when it will again. */
export function checkLifetimes(step: StepContext, worker: Cell<AddrCheck>, actions: LifetimeActions): void {
  const { netns } = step.cells.get(worker);
  let next = roundUp(step.jiffies + CHECK_FREQUENCY);
  for (const dev of devicesOf(step, netns))
    for (const ifa of inDevice(step, dev).addrs) {
      // A secondary may have gone with its primary.
      if (isPermanent(ifa) || !inDevice(step, dev).addrs.includes(ifa)) continue;
      const fate = fateOf(step, ifa);
      if (fate === "over") actions.delete(step, dev, ifa);
      else if (fate === "deprecated") {
        actions.deprecate(step, dev, ifa);
        if (ifa.validLft !== null) next = Math.min(next, ifa.stamp + ifa.validLft * HZ);
      } else next = Math.min(next, fate.until);
    }
  const second = roundUp(next);
  const wanted = second < next + FUZZ ? second : next;
  step.armTimer(worker, Math.max(wanted, step.jiffies + FUZZ_MAX) - step.jiffies);
}
