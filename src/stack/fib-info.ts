/**
 * What routes to different networks may share: everything but the network. What was learned of ways belongs to that, and lives as
 * long as one route has it.
 * @source include/net/ip_fib.h, struct fib_info; net/ipv4/fib_semantics.c, fib_find_info()
 */
import { RTNH_F_DEAD, RTNH_F_LINKDOWN } from "../events/netlink.ts";
import type { NextHop, Route, RouteMetrics } from "./fib.ts";

/** Flags that a next hop has by itself. @source RTNH_COMPARE_MASK */
const HOP_STATE = RTNH_F_DEAD | RTNH_F_LINKDOWN;

function isSameHop(a: NextHop, b: NextHop | undefined): boolean {
  return (
    b !== undefined &&
    a.oif === b.oif &&
    a.gateway === b.gateway &&
    a.scope === b.scope &&
    a.weight === b.weight &&
    a.realm === b.realm &&
    ((a.flags ^ b.flags) & ~HOP_STATE) === 0
  );
}

function isSameMetrics(a: RouteMetrics | null, b: RouteMetrics | null): boolean {
  if (a === null || b === null) return a === b;
  const values = (m: RouteMetrics) => m.values.map(([rtax, value]) => `${rtax}=${value}`).join();
  return a.lock === b.lock && a.congctl === b.congctl && values(a) === values(b);
}

/** @source fib_find_info(), nh_comp() */
export function isSameInfo(a: Route, b: Route): boolean {
  if (a === b) return true;
  return (
    a.table === b.table &&
    a.priority === b.priority &&
    a.type === b.type &&
    a.protocol === b.protocol &&
    a.scope === b.scope &&
    a.prefSrc === b.prefSrc &&
    a.hops.length === b.hops.length &&
    a.hops.every((hop, i) => isSameHop(hop, b.hops[i])) &&
    isSameMetrics(a.metrics, b.metrics)
  );
}
