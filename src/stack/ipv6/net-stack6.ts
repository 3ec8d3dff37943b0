/** A namespace's IPv6 stack: what its devices share. @source include/net/netns/ipv6.h */
import { immerable } from "immer";
import type { Cell } from "../../core/cell-table.ts";
import { IntMap } from "../../core/int-map.ts";
import { registerRecord } from "../../core/record-codec.ts";
import { updateRecord } from "../../core/update-record.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { netStack, updateNetStack } from "../net-stack.ts";
import { type AddrLabel, DEFAULT_LABELS } from "./addr-label.ts";
import {
  ALL_DEV_CONF6,
  DEFAULT_DEV_CONF6,
  DEFAULT_SETTINGS6,
  type DevConf6,
  type StackSettings6,
} from "./conf6.ts";
import { EMPTY_FIB6, type Fib6 } from "./fib6.ts";
import { DEFAULT_RULES6, type Fib6Rule } from "./fib6-rules.ts";
import { Mib6, type Mib6Ref } from "./mib6.ts";
import type { Raw6SocketCell } from "./raw6-socket.ts";

/** What was learned about the way to one destination. @source net/ipv6/route.c, struct rt6_exception */
export interface Exception6 {
  readonly dst: Ipv6Address;
  /** 0: none. */
  readonly mtu: number;
  /** Router that a redirect named; 0: none. */
  readonly gateway: Ipv6Address;
  readonly device: number;
  /** Jiffy at which it is forgotten. */
  readonly expires: number;
}

/** ICMPv6 errors that a destination may still be sent. */
export interface IcmpPeer6 {
  readonly tokens: number;
  readonly last: number;
}

export class NetStack6 {
  static readonly [immerable] = true;
  netns: NetnsRef = -1;
  mib: Mib6Ref = -1;
  fib: Fib6 = EMPTY_FIB6;
  rules: readonly Fib6Rule[] = DEFAULT_RULES6;
  /** The policy table of source addresses, the longest prefix first. */
  labels: readonly AddrLabel[] = DEFAULT_LABELS;
  confAll: DevConf6 = ALL_DEV_CONF6;
  confDefault: DevConf6 = DEFAULT_DEV_CONF6;
  settings: StackSettings6 = DEFAULT_SETTINGS6;
  rawSockets: readonly Raw6SocketCell[] = [];
  /** By hash of the destination. */
  exceptions: IntMap<readonly Exception6[]> = IntMap.empty();
  /** By hash of the destination. */
  icmpPeers: IntMap<IcmpPeer6> = IntMap.empty();
  /** Incomplete packets by hash of (source, destination, identification). */
  fragmentQueues: IntMap<readonly number[]> = IntMap.empty();
  /** Cells of the timers of address lifetimes and of routes that expire; -1: none was needed yet. */
  verifyTimer = -1;
  gcTimer = -1;
}
registerRecord("NetStack6", NetStack6);

/** Gives a namespace its IPv6 stack. */
export function makeNetStack6(step: StepContext, netns: NetnsRef): void {
  const stack = new NetStack6();
  stack.netns = netns;
  stack.mib = step.cells.add(new Mib6());
  const ref = step.cells.add(stack);
  updateNetStack(step, netns, (s) => {
    s.inet6 = ref;
  });
}

/** The namespace is gone. */
export function dropNetStack6(step: StepContext, netns: NetnsRef): void {
  const stack = netStack6(step, netns);
  const timed = [stack.verifyTimer, stack.gcTimer].filter((ref) => ref >= 0);
  for (const [, queues] of stack.fragmentQueues.entries()) timed.push(...queues);
  for (const ref of timed) {
    step.cancelTimer(ref);
    step.cells.delete(ref);
  }
  for (const ref of [stack.mib, netStack(step, netns).inet6]) step.cells.delete(ref);
}

export function netStack6(step: StepContext, netns: NetnsRef): NetStack6 {
  return step.cells.get(netStack(step, netns).inet6 as Cell<NetStack6>);
}

export function updateNetStack6(
  step: StepContext,
  netns: NetnsRef,
  recipe: (draft: NetStack6) => void,
): void {
  const ref = netStack(step, netns).inet6 as Cell<NetStack6>;
  step.cells.set(ref, updateRecord(step.cells.get(ref), recipe));
}
