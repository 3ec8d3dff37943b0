/**
 * What hosts told of the ways to single destinations: that a packet was too big, or that there is a better router. It is kept by
 * the next hop that it was learned on, until its time is over.
 * @source net/ipv4/route.c, struct fib_nh_exception, update_or_create_fnhe(), find_exception()
 */
import { IntMap } from "../core/int-map.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import type { FibResult } from "./fib.ts";
import { type NetStack, netStack, updateNetStack } from "./net-stack.ts";

export interface FibException {
  /** Route and number of its next hop. */
  readonly route: number;
  readonly at: number;
  /** Router; 0: that of the route. */
  readonly gateway: Ipv4Address;
  /** 0: that of the route. */
  readonly pmtu: number;
  readonly isLocked: boolean;
  /** Last jiffy in which it counts. */
  readonly expires: number;
}

/** What is known of the way to a destination by a next hop; null: nothing, or not any more. */
export function findException(
  step: StepContext,
  stack: NetStack,
  found: FibResult,
  dst: Ipv4Address,
): FibException | null {
  const known = stack.exceptions
    .get(dst)
    ?.find((e) => e.route === found.route.id && e.at === found.at && step.jiffies <= e.expires);
  return known ?? null;
}

/** @param change what was learned; the rest stays */
export function setException(
  step: StepContext,
  netns: NetnsRef,
  found: FibResult,
  dst: Ipv4Address,
  change: Partial<FibException> & { readonly expires: number },
): void {
  const stack = netStack(step, netns);
  const { id } = found.route;
  const none = { route: id, at: found.at, gateway: 0, pmtu: 0, isLocked: false };
  const learned: FibException = { ...none, ...findException(step, stack, found, dst), ...change };
  const others = (stack.exceptions.get(dst) ?? []).filter(
    (e) => step.jiffies <= e.expires && (e.route !== id || e.at !== found.at),
  );
  updateNetStack(step, netns, (draft) => {
    draft.exceptions = stack.exceptions.set(dst, [...others, learned]);
  });
}

/** `ip route flush cache`. @source fnhe_genid_bump() */
export function flushExceptions(step: StepContext, netns: NetnsRef): void {
  if (netStack(step, netns).exceptions.size === 0) return;
  updateNetStack(step, netns, (draft) => {
    draft.exceptions = IntMap.empty();
  });
}
