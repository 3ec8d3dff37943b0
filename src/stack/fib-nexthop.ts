/**
 * Making the next hops of a route, with the kernel's checks.
 * @source net/ipv4/fib_semantics.c
 */
import { type Refusal, refused } from "../core/result.ts";
import { isUp, type NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, type NetnsRef } from "../devices/netns.ts";
import {
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_NOWHERE,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_LOCAL,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_MULTICAST,
  RTN_UNICAST,
  RTNH_F_DEAD,
  RTNH_F_LINKDOWN,
  RTNH_F_ONLINK,
  RTNH_F_PERVASIVE,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { type Ipv4Address, isMulticastIpv4 } from "../wire/ipv4-address.ts";
import { type NextHop, type RouteMetrics, tableLookup } from "./fib.ts";
import { fibLookup, flowKey, type RuleFlow } from "./fib-rules.ts";
import { netStack } from "./net-stack.ts";

/** A next hop as user space gives it. */
export interface HopConfig {
  readonly gateway: Ipv4Address;
  /** ifindex; 0: none given. */
  readonly oif: number;
  readonly flags: number;
  readonly weight: number;
  readonly realm: number;
}

/** What user space gives of a route. @source include/net/ip_fib.h, struct fib_config */
export interface FibConfig {
  readonly dst: Ipv4Address;
  readonly dstLen: number;
  readonly tos: number;
  readonly table: number;
  readonly protocol: number;
  readonly scope: number;
  readonly type: number;
  readonly gateway: Ipv4Address;
  /** ifindex; 0: none given. */
  readonly oif: number;
  readonly prefSrc: Ipv4Address;
  readonly priority: number;
  readonly flags: number;
  readonly metrics: RouteMetrics | null;
  readonly realm: number;
  /** RTA_MULTIPATH; null: the one that stands above. */
  readonly hops: readonly HopConfig[] | null;
}

/**
 * Kind of an address in a namespace: RTN_LOCAL, RTN_BROADCAST, RTN_MULTICAST or RTN_UNICAST. As long as the namespace never had
 * an address, hence no local table, all are taken for broadcasts.
 * @source net/ipv4/fib_frontend.c, __inet_dev_addr_type()
 */
export function inetAddrType(
  step: StepContext,
  netns: NetnsRef,
  address: Ipv4Address,
  device = -1,
  table = RT_TABLE_LOCAL,
): number {
  if (address === 0 || address === 0xffff_ffff) return RTN_BROADCAST;
  if (isMulticastIpv4(address)) return RTN_MULTICAST;
  const stack = netStack(step, netns);
  if (!stack.fib.has(table)) return RTN_BROADCAST;
  const found = tableLookup(stack.fib, table, flowKey(step, stack, address, 0, -1), stack.rules !== null);
  if (found === null || typeof found === "string") return RTN_UNICAST;
  return device >= 0 && found.hop.oif !== device ? RTN_UNICAST : found.route.type;
}

function linkdownFlag(dev: NetDevice): number {
  return dev.hasCarrier ? 0 : RTNH_F_LINKDOWN;
}

/** @source fib_check_nh_v4_gw() */
function checkGateway(step: StepContext, netns: NetnsRef, cfg: FibConfig, hop: HopConfig): NextHop | Refusal {
  const invalid = refused("EINVAL", "Nexthop has invalid gateway");
  const given = hop.oif === 0 ? null : deviceByIndex(step, netns, hop.oif);
  const { gateway, weight, realm } = hop;
  if ((hop.flags & RTNH_F_ONLINK) !== 0) {
    if (cfg.scope >= RT_SCOPE_LINK) return refused("EINVAL", "Nexthop has invalid scope");
    if (given === null) return refused("ENODEV", "Nexthop device required for onlink");
    if (!isUp(given)) return refused("ENETDOWN", "Nexthop device is not up");
    if (inetAddrType(step, netns, gateway) !== RTN_UNICAST) return invalid;
    const flags = RTNH_F_ONLINK | linkdownFlag(given);
    return { gateway, weight, realm, oif: given.ref, scope: RT_SCOPE_LINK, flags };
  }
  const stack = netStack(step, netns);
  const flow: RuleFlow = {
    dst: gateway,
    tos: 0,
    scope: Math.max(cfg.scope + 1, RT_SCOPE_LINK),
    oif: given === null ? (hop.oif === 0 ? -1 : Number.MAX_SAFE_INTEGER) : given.ref,
    ignoresLinkdown: null,
  };
  const inTable = tableLookup(stack.fib, cfg.table, flow, stack.rules !== null);
  const found = inTable === null || typeof inTable === "string" ? fibLookup(step, stack, flow) : inTable;
  if (typeof found === "string") return refused(found, "Nexthop has invalid gateway");
  if (found.route.type !== RTN_UNICAST && found.route.type !== RTN_LOCAL) return invalid;
  const device = step.cells.get<NetDevice>(found.hop.oif);
  if (!isUp(device)) return refused("ENETDOWN");
  const flags = hop.flags | linkdownFlag(device);
  return { gateway, weight, realm, oif: device.ref, scope: found.route.scope, flags };
}

/** @source fib_check_nh(), fib_check_nh_nongw() */
function checkHop(step: StepContext, netns: NetnsRef, cfg: FibConfig, hop: HopConfig): NextHop | Refusal {
  if (hop.gateway !== 0) return checkGateway(step, netns, cfg, hop);
  if ((hop.flags & (RTNH_F_ONLINK | RTNH_F_PERVASIVE)) !== 0)
    return refused("EINVAL", "Invalid flags for nexthop - PERVASIVE and ONLINK can not be set");
  const device = deviceByIndex(step, netns, hop.oif);
  if (device === null) return refused("ENODEV");
  if (!isUp(device)) return refused("ENETDOWN", "Device for nexthop is not up");
  const { weight, realm } = hop;
  return { gateway: 0, weight, realm, oif: device.ref, scope: RT_SCOPE_HOST, flags: linkdownFlag(device) };
}

/** @source fib_get_nhs() */
function checkHops(cfg: FibConfig, hops: readonly HopConfig[]): Refusal | null {
  if (hops.some((hop) => (hop.flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) !== 0))
    return refused("EINVAL", "Invalid flags for nexthop - can not contain DEAD or LINKDOWN");
  const [first] = hops;
  if (cfg.oif !== 0 && first!.oif !== cfg.oif)
    return refused("EINVAL", "Nexthop device index does not match RTA_OIF");
  if (cfg.gateway !== 0 && first!.gateway !== cfg.gateway)
    return refused("EINVAL", "Nexthop gateway does not match RTA_GATEWAY or RTA_VIA");
  return null;
}

/** The next hops of a route that is not of a type that forbids. @source fib_create_info() */
export function makeHops(step: StepContext, netns: NetnsRef, cfg: FibConfig): readonly NextHop[] | Refusal {
  const { gateway, oif, flags, realm } = cfg;
  const hops = cfg.hops ?? [{ gateway, oif, flags, realm, weight: 1 }];
  const bad = cfg.hops === null ? null : checkHops(cfg, hops);
  if (bad !== null) return bad;
  if (cfg.scope > RT_SCOPE_HOST) return refused("EINVAL", "Invalid scope");
  if (cfg.scope === RT_SCOPE_HOST) {
    if (hops.length !== 1) return refused("EINVAL", "Route with host scope can not have multiple nexthops");
    if (hops[0]!.gateway !== 0) return refused("EINVAL", "Route with host scope can not have a gateway");
    const device = deviceByIndex(step, netns, hops[0]!.oif);
    if (device === null) return refused("ENODEV");
    return [{ gateway: 0, oif: device.ref, scope: RT_SCOPE_NOWHERE, flags: 0, weight: 1, realm }];
  }
  const made: NextHop[] = [];
  for (const hop of hops) {
    const checked = checkHop(step, netns, cfg, hop);
    if ("ok" in checked) return checked;
    made.push(checked);
  }
  return made;
}

/** May routes of this kind begin with this address? @source fib_valid_prefsrc() */
export function isValidPrefSrc(step: StepContext, netns: NetnsRef, cfg: FibConfig): boolean {
  if (cfg.prefSrc === 0) return true;
  if (cfg.type === RTN_LOCAL && cfg.dst !== 0 && cfg.dst === cfg.prefSrc) return true;
  return (
    inetAddrType(step, netns, cfg.prefSrc) === RTN_LOCAL ||
    inetAddrType(step, netns, cfg.prefSrc, -1, cfg.table) === RTN_LOCAL
  );
}

/** A route's hop where there is none: of the types that forbid. */
export const NO_HOP: NextHop = Object.freeze({
  gateway: 0,
  oif: -1,
  scope: RT_SCOPE_UNIVERSE,
  flags: 0,
  weight: 1,
  realm: 0,
});
