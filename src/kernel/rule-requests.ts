/**
 * Rules of routing policy by rtnetlink.
 * @source net/core/fib_rules.c, fib_nl_newrule(), fib_nl_delrule(); net/ipv4/fib_rules.c; net/ipv6/fib6_rules.c
 */
import { DONE, type Refusal, type Result, refused } from "../core/result.ts";
import { deviceByName, type NetnsRef } from "../devices/netns.ts";
import { FR_ACT_GOTO, FR_ACT_TO_TBL, FR_ACT_UNSPEC } from "../events/netlink.ts";
import type { RuleInfo, RuleSpec } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { tableNumbers } from "../stack/fib.ts";
import { DEFAULT_RULES, type FibRule, type RuleOf } from "../stack/fib-rules.ts";
import { ensureTable6, networkOf } from "../stack/ipv6/fib6.ts";
import { DEFAULT_RULES6, type Fib6Rule } from "../stack/ipv6/fib6-rules.ts";
import { netStack6, updateNetStack6 } from "../stack/ipv6/net-stack6.ts";
import { netStack, updateNetStack } from "../stack/net-stack.ts";
import { formatIpv4, type Ipv4Address, parseIpv4 } from "../wire/ipv4-address.ts";
import { formatIpv6, type Ipv6Address, parseIpv6 } from "../wire/ipv6-address.ts";

/** A rule of either family. */
type AnyRule = RuleOf<Ipv4Address> | RuleOf<Ipv6Address>;
type Family = "inet" | "inet6";

function rulesOf(step: StepContext, netns: NetnsRef, family: Family): readonly AnyRule[] {
  if (family === "inet") return netStack(step, netns).rules ?? DEFAULT_RULES;
  return hasInet6(step, netns) ? netStack6(step, netns).rules : DEFAULT_RULES6;
}

function hasInet6(step: StepContext, netns: NetnsRef): boolean {
  return netStack(step, netns).inet6 >= 0;
}

/** For IPv4 the local and the main table are two from now on. @source fib_unmerge() */
function setRules(step: StepContext, netns: NetnsRef, family: Family, rules: readonly AnyRule[]): void {
  if (family === "inet")
    updateNetStack(step, netns, (stack) => {
      stack.rules = rules as readonly FibRule[];
    });
  else
    updateNetStack6(step, netns, (stack) => {
      stack.rules = rules as readonly Fib6Rule[];
    });
}

/** One below the second rule. @source fib_default_rule_pref() */
function defaultPref(rules: readonly AnyRule[]): number {
  const second = rules[1]?.pref ?? 0;
  return second === 0 ? 0 : second - 1;
}

/** What a rule asks of addresses, by family. @source fib4_rule_configure(), fib6_rule_configure() */
function addressesOf(spec: RuleSpec): Pick<FibRule, "src" | "dst"> | Pick<Fib6Rule, "src" | "dst"> {
  const { src, dst } = spec;
  if (spec.family !== "inet6") return { src: parseIpv4(src ?? "") ?? 0, dst: parseIpv4(dst ?? "") ?? 0 };
  return {
    src: networkOf(parseIpv6(src ?? "") ?? 0n, spec.srcLen ?? 0),
    dst: networkOf(parseIpv6(dst ?? "") ?? 0n, spec.dstLen ?? 0),
  };
}

/** @source fib_nl2rule() */
function toRule(spec: RuleSpec, pref: number): AnyRule {
  return {
    pref,
    action: spec.action,
    table: spec.table ?? 0,
    ...addressesOf(spec),
    srcLen: spec.srcLen ?? 0,
    dstLen: spec.dstLen ?? 0,
    tos: spec.tos ?? 0,
    iif: spec.iif ?? "",
    oif: spec.oif ?? "",
    mark: spec.mark ?? 0,
    // A mark without a mask is compared as a whole.
    markMask: spec.markMask ?? ((spec.mark ?? 0) !== 0 ? 0xffff_ffff : 0),
    target: spec.target ?? 0,
    suppressPrefixLen: spec.suppressPrefixLen ?? -1,
    suppressIfgroup: spec.suppressIfgroup ?? -1,
    isInverted: spec.isInverted ?? false,
    isL3mdev: spec.isL3mdev ?? false,
    uidRange: spec.uidRange ?? null,
    ipproto: spec.ipproto ?? 0,
    sport: spec.sport ?? null,
    dport: spec.dport ?? null,
    // IPv6 has no realms.
    realm: spec.family === "inet6" ? 0 : (spec.realm ?? 0),
    protocol: spec.protocol ?? 0,
  } as AnyRule;
}

function isSameRange(a: FibRule["sport"], b: FibRule["sport"]): boolean {
  return a === null || b === null ? a === b : a[0] === b[0] && a[1] === b[1];
}

const COMPARED = [
  "pref",
  "action",
  "table",
  "src",
  "srcLen",
  "dst",
  "dstLen",
  "tos",
  "iif",
  "oif",
  "mark",
  "markMask",
  "suppressPrefixLen",
  "suppressIfgroup",
  "isInverted",
  "isL3mdev",
  "ipproto",
  "realm",
  "protocol",
] as const;

/** @source rule_exists() */
function isSame(a: AnyRule, b: AnyRule): boolean {
  return (
    COMPARED.every((field) => a[field] === b[field]) &&
    isSameRange(a.uidRange, b.uidRange) &&
    isSameRange(a.sport, b.sport) &&
    isSameRange(a.dport, b.dport)
  );
}

/** @source fib_rule_port_range_valid() */
function isPortRange(range: readonly [number, number] | null | undefined): boolean {
  return range == null || (range[0] > 0 && range[1] < 0xffff && range[0] <= range[1]);
}

/** @source fib_nl2rule() */
function rangeFault(spec: RuleSpec): Refusal | null {
  const { uidRange, sport, dport } = spec;
  const wrong =
    uidRange != null && uidRange[0] > uidRange[1]
      ? "uid"
      : isPortRange(sport)
        ? isPortRange(dport)
          ? null
          : "dport"
        : "sport";
  return wrong === null ? null : refused("EINVAL", `Invalid ${wrong} range`);
}

export function ruleAdd(step: StepContext, netns: NetnsRef, spec: RuleSpec): Result<null> {
  const { family = "inet" } = spec;
  if (family === "inet6" && !hasInet6(step, netns)) return refused("EAFNOSUPPORT");
  const fault = rangeFault(spec);
  if (fault !== null) return fault;
  const rules = rulesOf(step, netns, family);
  const pref = spec.priority ?? defaultPref(rules);
  if (spec.action === FR_ACT_GOTO && (spec.target ?? 0) <= pref)
    return refused("EINVAL", "Backward goto not supported");
  let rule = toRule(spec, pref);
  if (spec.mayRepeat !== true && rules.some((other) => isSame(other, rule))) return refused("EEXIST");
  if ((rule.tos & 3) !== 0) return refused("EINVAL", "Invalid dsfield (tos): ECN bits must be 0");
  if (rule.action === FR_ACT_TO_TBL && !rule.isL3mdev) {
    if (family === "inet6") {
      if (rule.table === 0) return refused("EINVAL", "Invalid table");
      needTable6(step, netns, rule.table);
    } else if (rule.table === 0) rule = { ...rule, table: emptyTable(step, netns) };
  }
  const behind = rules.findIndex((other) => other.pref > rule.pref);
  const at = behind < 0 ? rules.length : behind;
  setRules(step, netns, family, [...rules.slice(0, at), rule, ...rules.slice(at)]);
  step.rtnlNotify(netns, { object: "rule", subject: { family, rule } });
  return DONE;
}

function needTable6(step: StepContext, netns: NetnsRef, table: number): void {
  updateNetStack6(step, netns, (stack) => {
    stack.fib = ensureTable6(stack.fib, table);
  });
}

/** The first number that no table has; the table is made. @source fib_empty_table() */
function emptyTable(step: StepContext, netns: NetnsRef): number {
  const taken = tableNumbers(netStack(step, netns).fib);
  let number = 1;
  while (taken.includes(number)) number++;
  return number;
}

/** Does a rule have all that is given? @source rule_find(), fib4_rule_compare() */
function fits(rule: AnyRule, wanted: AnyRule, spec: RuleSpec): boolean {
  return (
    (spec.action === FR_ACT_UNSPEC || rule.action === spec.action) &&
    (wanted.table === 0 || rule.table === wanted.table) &&
    (spec.priority === undefined || rule.pref === spec.priority) &&
    (wanted.iif === "" || rule.iif === wanted.iif) &&
    (wanted.oif === "" || rule.oif === wanted.oif) &&
    (wanted.mark === 0 || rule.mark === wanted.mark) &&
    (wanted.markMask === 0 || rule.markMask === wanted.markMask) &&
    (wanted.suppressIfgroup < 0 || rule.suppressIfgroup === wanted.suppressIfgroup) &&
    (wanted.suppressPrefixLen < 0 || rule.suppressPrefixLen === wanted.suppressPrefixLen) &&
    (!wanted.isL3mdev || rule.isL3mdev) &&
    (wanted.uidRange === null || isSameRange(rule.uidRange, wanted.uidRange)) &&
    (wanted.ipproto === 0 || rule.ipproto === wanted.ipproto) &&
    (wanted.sport === null || isSameRange(rule.sport, wanted.sport)) &&
    (wanted.dport === null || isSameRange(rule.dport, wanted.dport)) &&
    (wanted.srcLen === 0 || (rule.srcLen === wanted.srcLen && rule.src === wanted.src)) &&
    (wanted.dstLen === 0 || (rule.dstLen === wanted.dstLen && rule.dst === wanted.dst)) &&
    (wanted.tos === 0 || rule.tos === wanted.tos) &&
    (wanted.realm === 0 || rule.realm === wanted.realm)
  );
}

export function ruleDel(step: StepContext, netns: NetnsRef, spec: RuleSpec): Result<null> {
  const { family = "inet" } = spec;
  const fault = rangeFault(spec);
  if (fault !== null) return fault;
  const rules = rulesOf(step, netns, family);
  const wanted = toRule(spec, spec.priority ?? 0);
  const found = rules.find((rule) => fits(rule, wanted, spec));
  if (found === undefined) return refused("ENOENT");
  setRules(
    step,
    netns,
    family,
    rules.filter((rule) => rule !== found),
  );
  step.rtnlNotify(netns, { object: "rule", subject: { family, rule: found }, isDeleted: true });
  return DONE;
}

/** @source fib_nl_fill_rule() */
export function ruleDump(step: StepContext, netns: NetnsRef, family: Family): RuleInfo[] {
  const rules = rulesOf(step, netns, family);
  return ruleInfos(rules, (name) => deviceByName(step, netns, name) !== null);
}

/** What listeners are told of. */
export interface RuleSubject {
  readonly family: Family;
  readonly rule: AnyRule;
}

/** One rule, that may be gone by now. */
export function ruleInfo(step: StepContext, netns: NetnsRef, { family, rule }: RuleSubject): RuleInfo {
  const all = rulesOf(step, netns, family);
  return ruleInfos([rule], (name) => deviceByName(step, netns, name) !== null, all)[0]!;
}

function textOf(address: Ipv4Address | Ipv6Address): string {
  return typeof address === "bigint" ? formatIpv6(address) : formatIpv4(address as Ipv4Address);
}

function ruleInfos(
  rules: readonly AnyRule[],
  exists: (ifname: string) => boolean,
  all: readonly AnyRule[] = rules,
): RuleInfo[] {
  const isThere = (name: string) => name === "" || exists(name);
  return rules.map((rule) => ({
    priority: rule.pref,
    table: rule.table,
    action: rule.action,
    src: rule.srcLen === 0 ? null : textOf(rule.src),
    srcLen: rule.srcLen,
    dst: rule.dstLen === 0 ? null : textOf(rule.dst),
    dstLen: rule.dstLen,
    tos: rule.tos,
    iif: rule.iif,
    isIifDetached: !isThere(rule.iif),
    oif: rule.oif,
    isOifDetached: !isThere(rule.oif),
    mark: rule.mark,
    markMask: rule.markMask,
    target: rule.target,
    isUnresolved: rule.action === FR_ACT_GOTO && !all.some((other) => other.pref === rule.target),
    suppressPrefixLen: rule.suppressPrefixLen,
    suppressIfgroup: rule.suppressIfgroup,
    isInverted: rule.isInverted,
    isL3mdev: rule.isL3mdev,
    uidRange: rule.uidRange,
    ipproto: rule.ipproto,
    sport: rule.sport,
    dport: rule.dport,
    realm: rule.realm,
    protocol: rule.protocol,
  }));
}
