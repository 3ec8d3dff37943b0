/** Timers of a namespace's IPv6: lifetimes of addresses, and routes that expire. */
import { registerRecord } from "../../core/record-codec.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import type { StepContext } from "../../events/step-context.ts";
import { netStack6, updateNetStack6 } from "./net-stack6.ts";

export class Inet6NsTimer {
  constructor(
    readonly netns: NetnsRef,
    readonly kind: "verify" | "gc",
  ) {}
}
registerRecord("Inet6NsTimer", Inet6NsTimer);

/** The cell of such a timer, made when it is first needed. */
export function nsTimer(step: StepContext, netns: NetnsRef, kind: Inet6NsTimer["kind"]): number {
  const field = kind === "verify" ? "verifyTimer" : "gcTimer";
  const known = netStack6(step, netns)[field];
  if (known >= 0) return known;
  const ref = step.cells.add(new Inet6NsTimer(netns, kind));
  updateNetStack6(step, netns, (stack) => {
    stack[field] = ref;
  });
  return ref;
}

/** Lifetimes changed: all are looked at as soon as the request is through. @source addrconf_verify() */
export function armVerify(step: StepContext, netns: NetnsRef): void {
  step.armAt(nsTimer(step, netns, "verify"), step.now);
}

/** net.ipv6.route.gc_interval */
const GC_INTERVAL_JIFFIES = 30 * 250;

/** A route that expires was made. @source fib6_start_gc() */
export function startGc(step: StepContext, netns: NetnsRef): void {
  const timer = nsTimer(step, netns, "gc");
  if (!step.hasTimer(timer)) step.armTimer(timer, GC_INTERVAL_JIFFIES);
}
