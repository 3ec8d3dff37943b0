/** Labels that tell the flows of a host apart. @source RFC 6437; include/net/ipv6.h, ip6_make_flowlabel() */
import type { NetnsRef } from "../../devices/netns.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { addressKey } from "./inet6-dev.ts";
import { netStack6 } from "./net-stack6.ts";

/** A hash of the flow; 0 where net.ipv6.auto_flowlabels is off. */
export function flowLabelOf(
  step: StepContext,
  netns: NetnsRef,
  src: Ipv6Address,
  dst: Ipv6Address,
  protocol: number,
): number {
  if (netStack6(step, netns).settings.autoFlowlabels === 0) return 0;
  const mixed = Math.imul(Math.imul(addressKey(src), 0x9e3779b1) ^ addressKey(dst), 0x85ebca6b) + protocol;
  return ((mixed ^ (mixed >>> 15)) >>> 0) & 0xf_ffff;
}
