/**
 * Routing policy: rules that say which table is asked for which packet.
 * @source net/core/fib_rules.c; net/ipv4/fib_rules.c
 */
import type { Errno } from "../core/errno.ts";
import type { NetDevice } from "../devices/net-device.ts";
import {
  FR_ACT_GOTO,
  FR_ACT_NOP,
  FR_ACT_PROHIBIT,
  FR_ACT_TO_TBL,
  FR_ACT_UNREACHABLE,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_DEFAULT,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { type Ipv4Address, prefixMask } from "../wire/ipv4-address.ts";
import { type FibResult, type FlowKey, tableLookup } from "./fib.ts";
import { inDevice } from "./in-device.ts";
import { confOr, type NetStack } from "./net-stack.ts";

/** @source include/net/fib_rules.h, struct fib_rule; net/ipv4/fib_rules.c, struct fib4_rule; net/ipv6/fib6_rules.c, struct fib6_rule */
export interface RuleOf<Address> {
  readonly pref: number;
  /** FR_ACT_* */
  readonly action: number;
  readonly table: number;
  readonly src: Address;
  readonly srcLen: number;
  readonly dst: Address;
  readonly dstLen: number;
  readonly tos: number;
  /** Names, of devices that need not exist; "": any. */
  readonly iif: string;
  readonly oif: string;
  readonly mark: number;
  readonly markMask: number;
  /** Rule to go on with (FR_ACT_GOTO), by preference. */
  readonly target: number;
  /** Routes of so short a prefix do not count; -1: all count. */
  readonly suppressPrefixLen: number;
  /** Nor do those over a device of this group; -1: none. */
  readonly suppressIfgroup: number;
  readonly isInverted: boolean;
  /** The table of the device's own routing domain is asked: there is none. */
  readonly isL3mdev: boolean;
  readonly uidRange: Range | null;
  /** 0: any. */
  readonly ipproto: number;
  readonly sport: Range | null;
  readonly dport: Range | null;
  readonly realm: number;
  /** RTPROT_* of who made it. */
  readonly protocol: number;
}

export type FibRule = RuleOf<Ipv4Address>;

type Range = readonly [from: number, to: number];

/** A rule that fits every packet. */
export function plainRule(pref: number, table: number): FibRule {
  return {
    pref,
    action: FR_ACT_TO_TBL,
    table,
    src: 0,
    srcLen: 0,
    dst: 0,
    dstLen: 0,
    tos: 0,
    iif: "",
    oif: "",
    mark: 0,
    markMask: 0,
    target: 0,
    suppressPrefixLen: -1,
    suppressIfgroup: -1,
    isInverted: false,
    isL3mdev: false,
    uidRange: null,
    ipproto: 0,
    sport: null,
    dport: null,
    realm: 0,
    protocol: 2,
  };
}

/** Those that every namespace has. @source fib_default_rules_init() */
export const DEFAULT_RULES: readonly FibRule[] = Object.freeze([
  plainRule(0, RT_TABLE_LOCAL),
  plainRule(0x7ffe, RT_TABLE_MAIN),
  plainRule(0x7fff, RT_TABLE_DEFAULT),
]);

/** What rules of both families ask of a packet beside what routes do. @source struct flowi_common */
export interface PacketSelectors {
  /** Device that it came in by; absent: it is this host's own. */
  readonly iif?: number;
  readonly mark?: number;
  readonly uid?: number;
  readonly ipproto?: number;
  readonly sport?: number;
  readonly dport?: number;
}

/** @source struct flowi4 */
export interface FlowSelectors extends PacketSelectors {
  readonly src?: Ipv4Address;
}

export interface RuleFlow extends FlowKey, FlowSelectors {}

/** A lookup of a namespace by its settings. */
export function flowKey(
  step: StepContext,
  stack: NetStack,
  dst: Ipv4Address,
  tos: number,
  oif: number,
  selectors?: FlowSelectors,
): RuleFlow {
  const ignoresLinkdown = (device: number) => {
    const dev = step.cells.get<NetDevice>(device);
    return confOr(stack, inDevice(step, dev).conf, "ignore_routes_with_linkdown");
  };
  return { ...selectors, dst, tos, scope: RT_SCOPE_UNIVERSE, oif, ignoresLinkdown };
}

function nameOf(step: StepContext, device: number | undefined): string {
  return device === undefined || device < 0 ? "lo" : step.cells.get<NetDevice>(device).ifname;
}

function isWithin(range: Range | null, value: number | undefined): boolean {
  return range === null || (value !== undefined && value >= range[0] && value <= range[1]);
}

/** Fits the packet in all but its addresses and its type of service? @param oif -1: any @source fib_rule_match() */
export function selectorsMatch(
  step: StepContext,
  rule: RuleOf<unknown>,
  flow: PacketSelectors & { readonly oif: number },
): boolean {
  return (
    (rule.iif === "" || rule.iif === nameOf(step, flow.iif)) &&
    (rule.oif === "" || (flow.oif >= 0 && rule.oif === nameOf(step, flow.oif))) &&
    ((rule.mark ^ (flow.mark ?? 0)) & rule.markMask) === 0 &&
    isWithin(rule.uidRange, flow.uid ?? 0) &&
    (rule.ipproto === 0 || rule.ipproto === flow.ipproto) &&
    isWithin(rule.sport, flow.sport) &&
    isWithin(rule.dport, flow.dport) &&
    !rule.isL3mdev
  );
}

/** @source fib4_rule_match() */
function ruleMatches(step: StepContext, rule: FibRule, flow: RuleFlow): boolean {
  const matches =
    selectorsMatch(step, rule, flow) &&
    (((flow.src ?? 0) ^ rule.src) & prefixMask(rule.srcLen)) === 0 &&
    ((flow.dst ^ rule.dst) & prefixMask(rule.dstLen)) === 0 &&
    (rule.tos === 0 || rule.tos === flow.tos);
  return matches !== rule.isInverted;
}

/** @source fib4_rule_suppress() */
function isSuppressed(step: StepContext, rule: FibRule, { route, hop }: FibResult): boolean {
  if (route.dstLen <= rule.suppressPrefixLen) return true;
  return (
    rule.suppressIfgroup >= 0 &&
    hop.oif >= 0 &&
    step.cells.get<NetDevice>(hop.oif).group === rule.suppressIfgroup
  );
}

/** What a rule makes of a packet; null: the next one is asked. @source fib4_rule_action() */
function ruleAction(
  step: StepContext,
  stack: NetStack,
  rule: FibRule,
  flow: RuleFlow,
): FibResult | Errno | null {
  switch (rule.action) {
    case FR_ACT_TO_TBL: {
      const found = tableLookup(stack.fib, rule.table, flow, true);
      return found === null || typeof found === "string" || !isSuppressed(step, rule, found) ? found : null;
    }
    case FR_ACT_UNREACHABLE:
      return "ENETUNREACH";
    case FR_ACT_PROHIBIT:
      return "EACCES";
    default:
      return "EINVAL";
  }
}

/** @source fib_rules_lookup() */
function rulesLookup(
  step: StepContext,
  stack: NetStack,
  rules: readonly FibRule[],
  flow: RuleFlow,
): FibResult | Errno {
  for (let at = 0; at < rules.length; at++) {
    const rule = rules[at]!;
    if (!ruleMatches(step, rule, flow) || rule.action === FR_ACT_NOP) continue;
    if (rule.action === FR_ACT_GOTO) {
      const target = rules.findIndex((other) => other.pref === rule.target);
      if (target > at) at = target - 1; // ahead only: it ends
      continue;
    }
    const found = ruleAction(step, stack, rule, flow);
    if (found !== null) return found;
  }
  return "ENETUNREACH";
}

/**
 * Asks the tables that the rules name. Without rules of a user's it is the main table (with the local one in it), then the
 * default table. ENETUNREACH: no route.
 * @source include/net/ip_fib.h, fib_lookup(); net/ipv4/fib_rules.c, __fib_lookup()
 */
export function fibLookup(step: StepContext, stack: NetStack, flow: RuleFlow): FibResult | Errno {
  const { fib, rules } = stack;
  if (rules !== null) return rulesLookup(step, stack, rules, flow);
  return tableLookup(fib, RT_TABLE_MAIN, flow) ?? tableLookup(fib, RT_TABLE_DEFAULT, flow) ?? "ENETUNREACH";
}
