/** Counting for a namespace and its devices. */
import type { NetDevice } from "../../devices/net-device.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import type { StepContext } from "../../events/step-context.ts";
import { inet6Dev } from "./inet6-dev.ts";
import type { Mib6Name } from "./mib6.ts";
import { netStack6 } from "./net-stack6.ts";

/** Counts for a namespace, and for a device that has an IPv6 part. @source include/net/ipv6.h, IP6_INC_STATS() */
export function count6(
  step: StepContext,
  netns: NetnsRef,
  dev: NetDevice | null,
  name: Mib6Name,
  by = 1,
): void {
  step.cells.own(netStack6(step, netns).mib).add(name, by);
  const in6 = dev === null ? null : inet6Dev(step, dev);
  if (in6 !== null) step.cells.own(in6.mib).add(name, by);
}

/** @source ICMP6MSGIN_INC_STATS(), ICMP6MSGOUT_INC_STATS() */
export function countIcmp6Type(
  step: StepContext,
  netns: NetnsRef,
  dev: NetDevice | null,
  isOut: boolean,
  type: number,
): void {
  step.cells.own(netStack6(step, netns).mib).addType(isOut, type);
  const in6 = dev === null ? null : inet6Dev(step, dev);
  if (in6 !== null) step.cells.own(in6.mib).addType(isOut, type);
}
