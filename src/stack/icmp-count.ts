import type { NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import { MIB } from "./mib.ts";
import { ownMib } from "./net-stack.ts";

/** A message is handed to IP. @source icmp_out_count() */
export function countIcmpOut(step: StepContext, netns: NetnsRef, type: number): void {
  const mib = ownMib(step, netns);
  mib.add(MIB.IcmpOutMsgs, 1);
  mib.addIcmpType(true, type);
}
