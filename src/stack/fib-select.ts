/**
 * Which of several next hops a flow takes.
 * @source net/ipv4/fib_semantics.c, fib_select_path(), fib_select_multipath()
 */
import type { NetDevice } from "../devices/net-device.ts";
import { RTNH_F_DEAD, RTNH_F_LINKDOWN } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import type { FibResult, NextHop } from "./fib.ts";
import type { RuleFlow } from "./fib-rules.ts";
import { inDevice } from "./in-device.ts";

/** 31 bits of the addresses. @differs Linux's hash has a secret drawn at boot. @source fib_multipath_hash() */
function multipathHash(src: Ipv4Address, dst: Ipv4Address): number {
  let hash = Math.imul(src ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13) ^ dst, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 1;
}

function isUsable(hop: NextHop, flow: RuleFlow): boolean {
  if ((hop.flags & RTNH_F_DEAD) !== 0) return false;
  return (hop.flags & RTNH_F_LINKDOWN) === 0 || flow.ignoresLinkdown?.(hop.oif) !== true;
}

/** Is it an address of the device that a hop leaves by? @source nh_saddr */
function isOwnSource(step: StepContext, hop: NextHop, src: Ipv4Address): boolean {
  if (src === 0 || hop.oif < 0) return false;
  return inDevice(step, step.cells.get<NetDevice>(hop.oif)).addrs[0]?.local === src;
}

/** The next hop for a flow: by weight among those that are alive, one whose device has the source address before others. */
export function fibSelectPath(
  step: StepContext,
  found: FibResult,
  flow: RuleFlow,
  src: Ipv4Address,
): FibResult {
  const { route } = found;
  if (flow.oif >= 0 || route.hops.length === 1) return found;
  const alive = route.hops.map((hop) => isUsable(hop, flow));
  const total = route.hops.reduce((sum, hop, at) => sum + (alive[at] ? hop.weight : 0), 0);
  const hash = multipathHash(src, flow.dst);
  let best = found;
  let score = -1;
  let weight = 0;
  for (const [at, hop] of route.hops.entries()) {
    if (!alive[at]) continue;
    weight += hop.weight;
    const upper = Math.round((0x8000_0000 * weight) / total) - 1;
    const own = (isOwnSource(step, hop, src) ? 2 : 0) + (hash <= upper ? 1 : 0);
    if (own > score) {
      best = { route, hop, at };
      score = own;
    }
    if (own === 3 || (src === 0 && own === 1)) break;
  }
  return best;
}
