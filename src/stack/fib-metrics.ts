/**
 * Metrics of routes.
 * @source net/ipv4/metrics.c
 */
import { type Refusal, refused } from "../core/result.ts";
import { RTAX_ADVMSS, RTAX_FEATURES, RTAX_HOPLIMIT, RTAX_MTU } from "../events/netlink.ts";
import type { RouteMetrics } from "./fib.ts";

/** Largest values that are kept; larger ones become these. */
const LARGEST = new Map([
  [RTAX_MTU, 65535 - 15],
  [RTAX_ADVMSS, 65535 - 40],
  [RTAX_HOPLIMIT, 255],
]);

/** RTAX_FEATURE_ECN, SACK, TIMESTAMP, ALLFRAG and TCP_USEC_TS. */
const FEATURES = 0x1f;

/** TCP's ways to avoid congestion that the kernel has. */
const CONGESTION_CONTROLS = new Set(["reno", "bbr", "cubic"]);

/** Metrics as they are kept: those of value 0 are none. Null: there are none. */
export function routeMetrics(
  values: RouteMetrics["values"],
  lock = 0,
  congctl: string | null = null,
): RouteMetrics | null {
  const kept = values
    .filter(([, value]) => value !== 0)
    .map(([rtax, value]) => [rtax, Math.min(value, LARGEST.get(rtax) ?? value)] as const)
    .sort(([a], [b]) => a - b);
  return kept.length === 0 && lock === 0 && congctl === null ? null : { values: kept, lock, congctl };
}

/** @source ip_metrics_convert() */
export function checkMetrics(values: RouteMetrics["values"], congctl: string | null): Refusal | null {
  if (congctl !== null && !CONGESTION_CONTROLS.has(congctl))
    return refused("EINVAL", "Unknown tcp congestion algorithm");
  const features = values.find(([rtax]) => rtax === RTAX_FEATURES)?.[1] ?? 0;
  if ((features & ~FEATURES) !== 0)
    return refused("EINVAL", "Unknown flag set in feature mask in metrics attribute");
  return null;
}
