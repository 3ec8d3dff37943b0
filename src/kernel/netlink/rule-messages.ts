/** RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE. @source net/core/fib_rules.c, fib_nl2rule(), fib_nl_dumprule(), fib_nl_fill_rule() */
import { granted, type Refusal, type Result, refused } from "../../core/result.ts";
import { FR_ACT_GOTO, NLM_F_EXCL } from "../../events/netlink.ts";
import type { RuleInfo, RuleSpec } from "../../events/requests.ts";
import { type NetlinkMessage, NLMSG_HDRLEN, viewOf } from "../../wire/netlink/message.ts";
import type { NamedAttr } from "../../wire/netlink/named.ts";
import { FIB_RULE_HDR } from "../../wire/netlink/rtnetlink.ts";
import { structOctets } from "../../wire/netlink/schema.ts";
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  type Asking,
  type DumpAnswer,
  dumped,
  NLM_F_ECHO,
  NLM_F_MULTI,
  RT_TABLE_COMPAT,
  reply,
} from "./asking.ts";
import { type Attr, type Attrs, attrOf, bad, headerOf, type Parsed, parseRequest } from "./parse.ts";
import { FRA_POLICY } from "./policies.ts";

const FIB_RULE_INVERT = 0x2;
const FIB_RULE_UNRESOLVED = 0x4;
const FIB_RULE_IIF_DETACHED = 0x8;
const FIB_RULE_OIF_DETACHED = 0x10;
const PORT_MASK_ALL = 0xffff;
const NOTHING: readonly NetlinkMessage[] = [];

interface Rule extends RuleInfo {
  readonly number: number;
}

// ---------------------------------------------------------------------------------------------- changing

function portRange(attr: Attr | undefined): readonly [number, number] | undefined {
  if (attr === undefined) return undefined;
  const view = viewOf(attr.octets);
  return [view.getUint16(0, true), view.getUint16(2, true)];
}

function uidRange(attr: Attr | undefined): readonly [number, number] | undefined {
  if (attr === undefined) return undefined;
  const view = viewOf(attr.octets);
  return [view.getUint32(0, true), view.getUint32(4, true)];
}

/** Without what was not given. */
function given<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

function ruleSpec({ header, attrs }: Parsed): RuleSpec {
  const number = (name: string) => attrOf(attrs, name)?.u32;
  const table = number("FRA_TABLE") ?? header.table!;
  return given<RuleSpec>({
    family: header.family === AF_INET6 ? "inet6" : "inet",
    action: header.action!,
    priority: number("FRA_PRIORITY"),
    table,
    src: header.src_len === 0 ? undefined : attrOf(attrs, "FRA_SRC")?.address,
    srcLen: header.src_len,
    dst: header.dst_len === 0 ? undefined : attrOf(attrs, "FRA_DST")?.address,
    dstLen: header.dst_len,
    tos: header.tos,
    iif: attrOf(attrs, "FRA_IIFNAME")?.text,
    oif: attrOf(attrs, "FRA_OIFNAME")?.text,
    mark: number("FRA_FWMARK"),
    markMask: number("FRA_FWMASK"),
    target: number("FRA_GOTO"),
    suppressPrefixLen: attrOf(attrs, "FRA_SUPPRESS_PREFIXLEN")?.s32,
    suppressIfgroup: attrOf(attrs, "FRA_SUPPRESS_IFGROUP")?.s32,
    isInverted: (header.flags! & FIB_RULE_INVERT) !== 0,
    isL3mdev: attrOf(attrs, "FRA_L3MDEV")?.u8 === 1,
    uidRange: uidRange(attrOf(attrs, "FRA_UID_RANGE")),
    ipproto: attrOf(attrs, "FRA_IP_PROTO")?.u8,
    sport: portRange(attrOf(attrs, "FRA_SPORT_RANGE")),
    dport: portRange(attrOf(attrs, "FRA_DPORT_RANGE")),
    realm: number("FRA_FLOW"),
    protocol: attrOf(attrs, "FRA_PROTOCOL")?.u8,
  });
}

export function ruleNew(ask: Asking): Result<readonly NetlinkMessage[]> {
  return change(ask, "RTM_NEWRULE");
}

export function ruleDel(ask: Asking): Result<readonly NetlinkMessage[]> {
  return change(ask, "RTM_DELRULE");
}

/** @source fib_newrule(), fib_delrule() */
function change(ask: Asking, op: "RTM_NEWRULE" | "RTM_DELRULE"): Result<readonly NetlinkMessage[]> {
  const { request, extack } = ask;
  if (request.octets.length < NLMSG_HDRLEN + structOctets(FIB_RULE_HDR))
    return bad("EINVAL", "Invalid msg length", null, extack);
  const family = request.octets[NLMSG_HDRLEN]!;
  if (family !== AF_INET && family !== AF_INET6)
    return bad("EAFNOSUPPORT", "Rule family not supported", null, extack);
  const parsed = parseRequest(request, FIB_RULE_HDR, FRA_POLICY, null, extack);
  // The offset stays, the text does not.
  if ("ok" in parsed) return refused(parsed.errno, "Error parsing msg");
  const wrong = checkPrefix(ask, parsed.attrs, parsed.header.src_len!, parsed.header.dst_len!);
  if (wrong !== null) return wrong;
  const spec = ruleSpec(parsed);
  const odd = checkSpec(ask, parsed, spec);
  if (odd !== null) return odd;
  const before = rulesOf(ask, spec.family ?? "inet");
  const mayRepeat = (request.flags & NLM_F_EXCL) === 0;
  const done = ask.perform(ask.step, ask.netns, op, mayRepeat ? { ...spec, mayRepeat } : spec);
  if (!done.ok) return done;
  if ((request.flags & NLM_F_ECHO) === 0) return granted(NOTHING);
  const after = rulesOf(ask, spec.family ?? "inet");
  const [told, others] = op === "RTM_NEWRULE" ? [after, before] : [before, after];
  const texts = others.map((rule) => JSON.stringify(rule));
  const rule = told.find((one) => !texts.includes(JSON.stringify(one)));
  return granted(rule === undefined ? NOTHING : [fillRule(ask, rule, 0, op)]);
}

/** @source fib_nl2rule() */
function checkSpec(ask: Asking, { attrs }: Parsed, spec: RuleSpec): Refusal | null {
  const fail = (text: string) => bad("EINVAL", text, null, ask.extack);
  const hasTarget = attrOf(attrs, "FRA_GOTO") !== undefined;
  if (hasTarget && spec.action !== FR_ACT_GOTO) return fail("Unexpected goto");
  if (!hasTarget && spec.action === FR_ACT_GOTO) return fail("Missing goto target for action goto");
  if (spec.isL3mdev === true && spec.table !== 0) return fail("l3mdev and table are mutually exclusive");
  if (spec.uidRange !== undefined && !isUidRange(spec.uidRange)) return fail("Invalid uid range");
  if (spec.sport !== undefined && !isPortRange(spec.sport)) return fail("Invalid sport range");
  if (spec.dport !== undefined && !isPortRange(spec.dport)) return fail("Invalid dport range");
  return null;
}

/** The last number is nobody's. @source nla_get_kuid_range(), uid_range_set() */
function isUidRange([start, end]: readonly [number, number]): boolean {
  return end !== 0xffff_ffff && start <= end;
}

/** @source fib_rule_port_range_valid() */
function isPortRange([start, end]: readonly [number, number]): boolean {
  return start !== 0 && end !== 0 && end < PORT_MASK_ALL && start <= end;
}

/** @source validate_rulemsg() */
function checkPrefix(ask: Asking, attrs: Attrs, srcLen: number, dstLen: number): Refusal | null {
  for (const [name, length, what] of [
    ["FRA_SRC", srcLen, "source"],
    ["FRA_DST", dstLen, "dst"],
  ] as const) {
    if (length === 0) continue;
    const attr = attrOf(attrs, name);
    const isBad =
      attr === undefined || length > 8 * attr.octets.length || ![4, 16].includes(attr.octets.length);
    if (isBad) return bad("EINVAL", `Invalid ${what} address`, null, ask.extack);
  }
  return null;
}

function rulesOf(ask: Asking, family: "inet" | "inet6"): readonly Rule[] {
  const all = ask.perform(ask.step, ask.netns, "RTM_GETRULE", { family });
  const number = family === "inet6" ? AF_INET6 : AF_INET;
  return all.ok ? all.value.map((rule) => ({ ...rule, number })) : [];
}

// ---------------------------------------------------------------------------------------------- dumps

/** Of multicast routing. @source net/ipv4/ipmr.c, ipmr_rules_init(); net/ipv6/ip6mr.c, ip6mr_rules_init() */
const MULTICAST_TABLES = [
  [128, 253],
  [129, 254],
] as const;

export function ruleDump(ask: Asking): DumpAnswer | Refusal {
  const { request, socket, extack } = ask;
  if (socket.isStrict) {
    if (request.octets.length < NLMSG_HDRLEN + structOctets(FIB_RULE_HDR))
      return bad("EINVAL", "Invalid header for fib rule dump request", null, extack);
    const { family: _, ...rest } = headerOf(request, FIB_RULE_HDR);
    if (Object.values(rest).some((value) => value !== 0))
      return bad("EINVAL", "Invalid values in header for fib rule dump request", null, extack);
    if (request.octets.length > NLMSG_HDRLEN + structOctets(FIB_RULE_HDR))
      return bad("EINVAL", "Invalid data after header in fib rule dump request", null, extack);
  }
  const inet6 = ask.perform(ask.step, ask.netns, "RTM_GETRULE", { family: "inet6" });
  if (!inet6.ok) return inet6;
  // Those of multicast routing, which nobody can change here, look like the one of IPv6's main table.
  const model = inet6.value.find((rule) => rule.priority === 0x7ffe);
  const family = request.octets[NLMSG_HDRLEN]!;
  const rules: Rule[] = [
    ...rulesOf(ask, "inet"),
    ...(model === undefined
      ? []
      : MULTICAST_TABLES.map(([number, table]) => ({ ...model, number, table, priority: 0x7fff }))),
    ...inet6.value.map((rule) => ({ ...rule, number: AF_INET6 })),
  ];
  const asked = rules.filter((rule) => family === AF_UNSPEC || rule.number === family);
  if (family !== AF_UNSPEC && asked.length === 0) return refused("EAFNOSUPPORT");
  return dumped(asked.map((rule) => fillRule(ask, rule, NLM_F_MULTI, "RTM_NEWRULE")));
}

/** @source fib_nl_fill_rule(), fib4_rule_fill() */
function fillRule(ask: Asking, rule: Rule, flags: number, type: string): NetlinkMessage {
  const header = {
    family: rule.number,
    dst_len: rule.dstLen,
    src_len: rule.srcLen,
    tos: rule.tos,
    table: rule.table < 256 ? rule.table : RT_TABLE_COMPAT,
    action: rule.action,
    flags:
      (rule.isInverted ? FIB_RULE_INVERT : 0) |
      (rule.isUnresolved ? FIB_RULE_UNRESOLVED : 0) |
      (rule.isIifDetached ? FIB_RULE_IIF_DETACHED : 0) |
      (rule.isOifDetached ? FIB_RULE_OIF_DETACHED : 0),
  };
  const unless = (none: number, name: string, value: number): NamedAttr[] =>
    value === none ? [] : [[name, value]];
  const range = (name: string, value: readonly [number, number] | null): NamedAttr[] =>
    value === null ? [] : [[name, { start: value[0], end: value[1] }]];
  const hasMark = rule.mark !== 0 || rule.markMask !== 0;
  return reply(ask, type, flags, header, [
    ["FRA_TABLE", rule.table],
    ["FRA_SUPPRESS_PREFIXLEN", rule.suppressPrefixLen],
    ["FRA_PROTOCOL", rule.protocol],
    ...(rule.iif === "" ? [] : [["FRA_IIFNAME", rule.iif] as const]),
    ...(rule.oif === "" ? [] : [["FRA_OIFNAME", rule.oif] as const]),
    ...unless(0, "FRA_PRIORITY", rule.priority),
    ...unless(0, "FRA_FWMARK", rule.mark),
    ...(hasMark ? [["FRA_FWMASK", rule.markMask] as const] : []),
    ...unless(0, "FRA_GOTO", rule.target),
    ...(rule.isL3mdev ? [["FRA_L3MDEV", 1] as const] : []),
    ...range("FRA_UID_RANGE", rule.uidRange),
    ...range("FRA_SPORT_RANGE", rule.sport),
    ...portMask("FRA_SPORT_MASK", rule.sport),
    ...range("FRA_DPORT_RANGE", rule.dport),
    ...portMask("FRA_DPORT_MASK", rule.dport),
    ...unless(0, "FRA_IP_PROTO", rule.ipproto),
    ...unless(-1, "FRA_SUPPRESS_IFGROUP", rule.suppressIfgroup),
    ...(rule.dst === null ? [] : [["FRA_DST", rule.dst] as const]),
    ...(rule.src === null ? [] : [["FRA_SRC", rule.src] as const]),
    ...unless(0, "FRA_FLOW", rule.realm),
  ]);
}

/** A range of one port is compared through a mask. @source fib_nl2rule_port_mask() */
function portMask(name: string, range: readonly [number, number] | null): NamedAttr[] {
  return range === null || range[0] !== range[1] ? [] : [[name, PORT_MASK_ALL]];
}
