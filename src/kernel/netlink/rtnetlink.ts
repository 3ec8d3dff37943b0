/**
 * Which code answers which message of which address family.
 * @source net/core/rtnetlink.c, rtnetlink_rcv_msg(), rtnl_register()
 */
import { granted, type Refusal, type Result, refused } from "../../core/result.ts";
import { type NetlinkMessage, NLMSG_HDRLEN } from "../../wire/netlink/message.ts";
import { addr6Get, addrDel, addrDump, addrNew } from "./addr-messages.ts";
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  type Asking,
  type DoIt,
  type DumpAnswer,
  type DumpIt,
  NLM_F_DUMP,
} from "./asking.ts";
import { link6Dump } from "./inet6-fill.ts";
import { linkDump, linkGet } from "./link-get.ts";
import { linkDel, linkNew, linkPropDel, linkPropNew, linkSetMessage } from "./link-messages.ts";
import { neighDel, neighDump, neighGet, neighNew, neighTableDump } from "./neigh-messages.ts";
import { netconfDump, netconfGet } from "./netconf-messages.ts";
import { nsidDump, nsidGet, nsidNew } from "./nsid-messages.ts";
import { routeGet } from "./route-get-messages.ts";
import { routeDel, routeDump, routeNew } from "./route-messages.ts";
import { ruleDel, ruleDump, ruleNew } from "./rule-messages.ts";

interface Entry {
  readonly doit?: DoIt;
  readonly dumpit?: DumpIt;
}

const RTM_MAX = 123;
/** Of each four types the last but one asks, the third deletes. */
const RTNL_KIND_DEL = 1;
const RTNL_KIND_GET = 2;
const NLM_F_BULK = 0x200;

function key(family: number, type: number): number {
  return family * 256 + type;
}

const ENTRIES: ReadonlyMap<number, Entry> = new Map<number, Entry>([
  [key(AF_UNSPEC, 16), { doit: linkNew }],
  [key(AF_UNSPEC, 17), { doit: linkDel }],
  [key(AF_UNSPEC, 18), { doit: linkGet, dumpit: linkDump }],
  [key(AF_INET6, 18), { dumpit: link6Dump }],
  [key(AF_UNSPEC, 19), { doit: linkSetMessage }],
  [key(AF_INET, 20), { doit: addrNew }],
  [key(AF_INET6, 20), { doit: addrNew }],
  [key(AF_INET, 21), { doit: addrDel }],
  [key(AF_INET6, 21), { doit: addrDel }],
  [key(AF_UNSPEC, 22), { dumpit: addrDump }],
  [key(AF_INET, 22), { dumpit: addrDump }],
  [key(AF_INET6, 22), { doit: addr6Get, dumpit: addrDump }],
  [key(AF_INET, 24), { doit: routeNew }],
  [key(AF_INET6, 24), { doit: routeNew }],
  [key(AF_INET, 25), { doit: routeDel }],
  [key(AF_INET6, 25), { doit: routeDel }],
  [key(AF_UNSPEC, 26), { dumpit: routeDump }],
  [key(AF_INET, 26), { doit: routeGet, dumpit: routeDump }],
  [key(AF_INET6, 26), { doit: routeGet, dumpit: routeDump }],
  [key(AF_UNSPEC, 28), { doit: neighNew }],
  [key(AF_UNSPEC, 29), { doit: neighDel }],
  [key(AF_UNSPEC, 30), { doit: neighGet, dumpit: neighDump }],
  [key(AF_UNSPEC, 32), { doit: ruleNew }],
  [key(AF_UNSPEC, 33), { doit: ruleDel }],
  [key(AF_UNSPEC, 34), { dumpit: ruleDump }],
  [key(AF_UNSPEC, 66), { dumpit: neighTableDump }],
  [key(AF_UNSPEC, 82), { dumpit: netconfDump }],
  [key(AF_INET, 82), { doit: netconfGet, dumpit: netconfDump }],
  [key(AF_INET6, 82), { doit: netconfGet, dumpit: netconfDump }],
  [key(AF_UNSPEC, 88), { doit: nsidNew }],
  [key(AF_UNSPEC, 90), { doit: nsidGet, dumpit: nsidDump }],
  [key(AF_UNSPEC, 108), { doit: linkPropNew }],
  [key(AF_UNSPEC, 109), { doit: linkPropDel }],
]);

/** Of a family that has no code of its own for it, a message goes to the code for all. */
function find(family: number, type: number, what: keyof Entry): Entry | null {
  const own = ENTRIES.get(key(family, type));
  if (own?.[what] !== undefined) return own;
  const common = ENTRIES.get(key(AF_UNSPEC, type));
  return common?.[what] === undefined ? null : common;
}

export function rtnetlinkReceive(
  ask: Asking,
  isDumping: boolean,
): Result<readonly NetlinkMessage[] | DumpAnswer> {
  const { type, flags, octets } = ask.request;
  if (type > RTM_MAX) return refused("EOPNOTSUPP");
  if (octets.length === NLMSG_HDRLEN) return granted([]);
  const family = octets[NLMSG_HDRLEN]!;
  const kind = type & 3;
  if (kind === RTNL_KIND_GET && (flags & NLM_F_DUMP) !== 0) {
    const entry = find(family, type, "dumpit");
    if (entry === null) return refused("EOPNOTSUPP");
    if (isDumping) return refused("EBUSY");
    const answer: DumpAnswer | Refusal = entry.dumpit!(ask);
    return granted(
      "ok" in answer ? { messages: [], refusal: answer, isFiltered: false, splitsDone: false } : answer,
    );
  }
  const entry = find(family, type, "doit");
  if (entry === null) return refused("EOPNOTSUPP");
  if (kind === RTNL_KIND_DEL && (flags & NLM_F_BULK) !== 0)
    return refused("EOPNOTSUPP", "Bulk delete is not supported");
  return entry.doit!(ask);
}
