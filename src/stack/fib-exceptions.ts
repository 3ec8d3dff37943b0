/**
 * What hosts told of the ways to single destinations: that a packet was too big, or that there is a better router. It is kept by
 * the next hop that it was learned on, until its time is over.
 * @source net/ipv4/route.c, struct fib_nh_exception, update_or_create_fnhe(), find_exception(), rt_bind_exception()
 */
import { IntMap } from "../core/int-map.ts";
import type { NetDevice } from "../devices/net-device.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import { dumpTable, type FibResult, type Route } from "./fib.ts";
import { isSameInfo } from "./fib-info.ts";
import { type NetStack, netStack, updateNetStack } from "./net-stack.ts";

export interface FibException {
  /** A route by which it was learned; it holds for all that share its information. */
  readonly route: Route;
  /** Number of the next hop. */
  readonly at: number;
  /** Router; 0: that of the route. */
  readonly gateway: Ipv4Address;
  /** 0: that of the route. */
  readonly pmtu: number;
  readonly isLocked: boolean;
  /** Last jiffy in which it counts; 0: for ever. */
  readonly expires: number;
  /** The cache was flushed since: who finds it next forgets what it says, and keeps it. */
  readonly isStale: boolean;
  /** The MTU with which a packet went this way last: listings show that, and none where no packet went; null: none did. */
  readonly usedPmtu: number | null;
}

function isOver(step: StepContext, exception: FibException): boolean {
  return exception.expires !== 0 && step.jiffies > exception.expires;
}

function find(
  step: StepContext,
  stack: NetStack,
  { route, at }: FibResult,
  dst: Ipv4Address,
): FibException | null {
  const known = stack.exceptions.get(dst);
  return known?.find((e) => e.at === at && !isOver(step, e) && isSameInfo(e.route, route)) ?? null;
}

function store(step: StepContext, netns: NetnsRef, dst: Ipv4Address, exception: FibException): void {
  const { exceptions } = netStack(step, netns);
  const others = (exceptions.get(dst) ?? []).filter(
    (e) => !isOver(step, e) && (e.at !== exception.at || !isSameInfo(e.route, exception.route)),
  );
  updateNetStack(step, netns, (draft) => {
    draft.exceptions = exceptions.set(dst, [...others, exception]);
  });
}

/** What is known of the way that a packet takes to a destination; null: nothing, or not any more. */
export function bindException(
  step: StepContext,
  netns: NetnsRef,
  stack: NetStack,
  found: FibResult,
  dst: Ipv4Address,
): FibException | null {
  const known = find(step, stack, found, dst);
  if (known === null || (known.usedPmtu === known.pmtu && !known.isStale)) return known;
  const nothing = { gateway: 0, pmtu: 0, isLocked: false, expires: 0, isStale: false };
  const fresh = { ...known, ...(known.isStale ? nothing : {}) };
  const bound: FibException = { ...fresh, usedPmtu: fresh.pmtu };
  store(step, netns, dst, bound);
  return bound;
}

/** @param change what was learned; the rest stays */
export function setException(
  step: StepContext,
  netns: NetnsRef,
  found: FibResult,
  dst: Ipv4Address,
  change: Partial<FibException> & { readonly expires: number },
): void {
  const { route, at } = found;
  const none = { route, at, gateway: 0, pmtu: 0, isLocked: false, isStale: false, usedPmtu: null };
  const known = find(step, netStack(step, netns), found, dst);
  const learned: FibException = { ...none, ...known, ...change };
  // Ways in use follow at once.
  store(step, netns, dst, { ...learned, usedPmtu: learned.usedPmtu === null ? null : learned.pmtu });
}

/** `ip route flush cache`. @source fnhe_genid_bump() */
export function flushExceptions(step: StepContext, netns: NetnsRef): void {
  changeAll(step, netns, (e) => ({ ...e, isStale: true }));
}

/** Routes went: with the last one that has it goes what was learned. */
export function dropExceptions(step: StepContext, netns: NetnsRef): void {
  const { fib } = netStack(step, netns);
  changeAll(step, netns, (e) =>
    dumpTable(fib, e.route.table).some((route) => isSameInfo(route, e.route)) ? e : null,
  );
}

/** A device's MTU changed: what was learned follows where it was larger, or the device's own. @source fib_nhc_update_mtu() */
export function followDeviceMtu(step: StepContext, dev: NetDevice, old: number): void {
  const { mtu } = dev;
  changeAll(step, dev.netns, (e) => {
    if (e.route.hops[e.at]!.oif !== dev.ref) return e;
    if (e.isLocked) return mtu <= e.pmtu ? { ...e, pmtu: mtu, isLocked: false } : e;
    return mtu < e.pmtu || old === e.pmtu ? { ...e, pmtu: mtu } : e;
  });
}

function changeAll(
  step: StepContext,
  netns: NetnsRef,
  change: (exception: FibException) => FibException | null,
): void {
  const { exceptions } = netStack(step, netns);
  if (exceptions.size === 0) return;
  let next: IntMap<readonly FibException[]> = IntMap.empty();
  for (const [dst, list] of exceptions.sorted()) {
    const kept = list.map(change).filter((e) => e !== null);
    if (kept.length > 0) next = next.set(dst, kept);
  }
  updateNetStack(step, netns, (draft) => {
    draft.exceptions = next;
  });
}

/** What is listed of a route: destination and exception. @source fnhe_dump_bucket() */
export function listedExceptions(
  step: StepContext,
  stack: NetStack,
  route: Route,
): readonly (readonly [Ipv4Address, FibException])[] {
  return stack.exceptions
    .sorted()
    .flatMap(([dst, list]) => list.map((e) => [dst, e] as const))
    .filter(([, e]) => e.usedPmtu !== null && !e.isStale && !isOver(step, e) && isSameInfo(e.route, route));
}
