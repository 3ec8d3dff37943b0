/** Routing policy of IPv6: which tables are asked for which packet. @source net/core/fib_rules.c; net/ipv6/fib6_rules.c */
import type { Errno } from "../../core/errno.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import {
  FR_ACT_GOTO,
  FR_ACT_NOP,
  FR_ACT_PROHIBIT,
  FR_ACT_TO_TBL,
  FR_ACT_UNREACHABLE,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTN_THROW,
} from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { type PacketSelectors, plainRule, type RuleOf, selectorsMatch } from "../fib-rules.ts";
import { networkOf, type Route6 } from "./fib6.ts";

export type Fib6Rule = RuleOf<Ipv6Address>;

/** A rule that fits every packet. */
export function plainRule6(pref: number, table: number): Fib6Rule {
  return { ...plainRule(pref, table), src: 0n, dst: 0n };
}

/** Those that every namespace has. @source fib6_rules_net_init() */
export const DEFAULT_RULES6: readonly Fib6Rule[] = Object.freeze([
  plainRule6(0, RT_TABLE_LOCAL),
  plainRule6(0x7ffe, RT_TABLE_MAIN),
]);

/** @source struct flowi6 */
export interface RuleFlow6 extends PacketSelectors {
  readonly dst: Ipv6Address;
  /** 0: not known yet. */
  readonly src: Ipv6Address;
  /** -1: any. */
  readonly oif: number;
  /** Traffic class, without the bits of ECN. */
  readonly tos?: number;
}

/** @source fib6_rule_match() */
function ruleMatches(step: StepContext, rule: Fib6Rule, flow: RuleFlow6): boolean {
  const matches =
    selectorsMatch(step, rule, flow) &&
    networkOf(flow.dst, rule.dstLen) === rule.dst &&
    // A packet without a source yet is from nowhere.
    (rule.srcLen === 0 || (flow.src !== 0n && networkOf(flow.src, rule.srcLen) === rule.src)) &&
    (rule.tos === 0 || rule.tos === (flow.tos ?? 0));
  return matches !== rule.isInverted;
}

/** @source fib6_rule_suppress() */
function isSuppressed(step: StepContext, rule: Fib6Rule, route: Route6): boolean {
  if (route.dstLen <= rule.suppressPrefixLen) return true;
  return rule.suppressIfgroup >= 0 && step.cells.get<NetDevice>(route.oif).group === rule.suppressIfgroup;
}

/**
 * Asks the tables that the rules name; an error is that of a rule which refuses. Null: no route.
 * @param ask looks an address up in one table
 * @source fib6_rule_lookup(), fib6_rule_action(), fib_rules_lookup()
 */
export function rules6Lookup(
  step: StepContext,
  rules: readonly Fib6Rule[],
  flow: RuleFlow6,
  ask: (table: number) => Route6 | null,
): Route6 | Errno | null {
  for (let at = 0; at < rules.length; at++) {
    const rule = rules[at]!;
    if (!ruleMatches(step, rule, flow) || rule.action === FR_ACT_NOP) continue;
    if (rule.action === FR_ACT_GOTO) {
      const target = rules.findIndex((other) => other.pref === rule.target);
      if (target > at) at = target - 1; // ahead only: it ends
      continue;
    }
    if (rule.action === FR_ACT_TO_TBL) {
      const found = ask(rule.table);
      if (found !== null && found.type !== RTN_THROW && !isSuppressed(step, rule, found)) return found;
    } else if (rule.action === FR_ACT_UNREACHABLE) return "ENETUNREACH";
    else return rule.action === FR_ACT_PROHIBIT ? "EACCES" : "EINVAL";
  }
  return null;
}
