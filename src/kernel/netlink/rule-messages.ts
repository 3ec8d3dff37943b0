/** RTM_GETRULE. @source net/core/fib_rules.c, fib_nl_dumprule(), fib_nl_fill_rule() */
import { type Refusal, refused } from "../../core/result.ts";
import { RTPROT_KERNEL } from "../../events/netlink.ts";
import { type NetlinkMessage, NLMSG_HDRLEN } from "../../wire/netlink/message.ts";
import { FIB_RULE_HDR } from "../../wire/netlink/rtnetlink.ts";
import { structOctets } from "../../wire/netlink/schema.ts";
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  type Asking,
  type DumpAnswer,
  dumped,
  NLM_F_MULTI,
  RT_TABLE_COMPAT,
  reply,
} from "./asking.ts";
import { bad, headerOf } from "./parse.ts";

const FR_ACT_TO_TBL = 1;

interface Rule {
  readonly family: number;
  readonly priority: number;
  readonly table: number;
}

/** @source net/ipv6/fib6_rules.c, fib6_rules_net_init(): IPv6 has no table for defaults */
const INET6_RULES: readonly Rule[] = [
  { family: AF_INET6, priority: 0, table: 255 },
  { family: AF_INET6, priority: 32766, table: 254 },
];

/** Of multicast routing. @source net/ipv4/ipmr.c, ipmr_rules_init(); net/ipv6/ip6mr.c, ip6mr_rules_init() */
const MULTICAST_RULES: readonly Rule[] = [
  { family: 128, priority: 32767, table: 253 },
  { family: 129, priority: 32767, table: 254 },
];

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
  const inet = ask.perform(ask.step, ask.netns, "RTM_GETRULE", {});
  if (!inet.ok) return inet;
  const family = request.octets[NLMSG_HDRLEN]!;
  const rules: Rule[] = [
    ...inet.value.map((rule) => ({ ...rule, family: AF_INET })),
    ...MULTICAST_RULES,
    ...INET6_RULES,
  ];
  const asked = rules.filter((rule) => family === AF_UNSPEC || rule.family === family);
  if (family !== AF_UNSPEC && asked.length === 0) return refused("EAFNOSUPPORT");
  return dumped(asked.map((rule) => fillRule(ask, rule)));
}

/** @source fib_nl_fill_rule() */
function fillRule(ask: Asking, { family, priority, table }: Rule): NetlinkMessage {
  const header = { family, table: table < 256 ? table : RT_TABLE_COMPAT, action: FR_ACT_TO_TBL };
  return reply(ask, "RTM_NEWRULE", NLM_F_MULTI, header, [
    ["FRA_TABLE", table],
    ["FRA_SUPPRESS_PREFIXLEN", 0xffff_ffff],
    ["FRA_PROTOCOL", RTPROT_KERNEL],
    ...(priority === 0 ? [] : [["FRA_PRIORITY", priority] as const]),
  ]);
}
