/**
 * RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH, RTM_GETNEIGHTBL.
 * @source net/core/neighbour.c, neigh_add(), neigh_delete(), neigh_get(), neigh_dump_info(), neigh_fill_info(), neightbl_dump_info()
 */
import { granted, type Refusal, type Result, refused } from "../../core/result.ts";
import { deviceByIndex } from "../../devices/netns.ts";
import { NTF_PROXY, RTN_MULTICAST, RTN_UNICAST } from "../../events/netlink.ts";
import type { NeighInfo, NeighTableInfo } from "../../events/requests.ts";
import { inetAddrType } from "../../stack/fib-nexthop.ts";
import { parseIpv4 } from "../../wire/ipv4-address.ts";
import { type NetlinkMessage, NLMSG_HDRLEN } from "../../wire/netlink/message.ts";
import type { NamedAttr } from "../../wire/netlink/named.ts";
import { NDMSG } from "../../wire/netlink/rtnetlink.ts";
import { attrType, structOctets } from "../../wire/netlink/schema.ts";
import {
  AF_INET,
  AF_INET6,
  AF_UNSPEC,
  type Asking,
  type DumpAnswer,
  dumped,
  FAMILY,
  NLM_F_DUMP_FILTERED,
  NLM_F_MULTI,
  reply,
} from "./asking.ts";
import { type Attr, attrOf, bad, deaf, headerOf, type Parsed, type Policies, parseRequest } from "./parse.ts";
import { NDA_MAX, NDA_POLICY, NO_POLICY } from "./policies.ts";

const NOTHING: readonly NetlinkMessage[] = [];
const KEY_OCTETS: ReadonlyMap<number, number> = new Map([
  [AF_INET, 4],
  [AF_INET6, 16],
]);
const ETH_ALEN = 6;

/** What both adding and deleting ask first. */
function target(ask: Asking, policies: Policies): Result<Parsed & { readonly dst: Attr }> {
  // A deletion looks for one attribute and does not mind the others.
  const isDeaf = policies === NO_POLICY;
  if (isDeaf && ask.request.octets.length < NLMSG_HDRLEN + structOctets(NDMSG)) return refused("EINVAL");
  const parsed = parseRequest(ask.request, NDMSG, policies, null, isDeaf ? deaf() : ask.extack);
  if ("ok" in parsed) return parsed;
  const dst = attrOf(parsed.attrs, "NDA_DST");
  if (dst === undefined) return bad("EINVAL", "Network address not specified", null, ask.extack);
  return granted({ ...parsed, dst });
}

/** Is the address one of the family? */
function checkKey(ask: Asking, family: number, dst: Attr): Refusal | null {
  const octets = KEY_OCTETS.get(family);
  if (octets === undefined) return refused("EAFNOSUPPORT");
  return dst.octets.length < octets ? bad("EINVAL", "Invalid network address", null, ask.extack) : null;
}

export function neighNew(ask: Asking): Result<readonly NetlinkMessage[]> {
  const found = target(ask, NDA_POLICY);
  if (!found.ok) return found;
  const { header, attrs, dst } = found.value;
  const ifindex = header.ifindex!;
  const lladdr = attrOf(attrs, "NDA_LLADDR");
  if (ifindex !== 0) {
    if (deviceByIndex(ask.step, ask.netns, ifindex) === null) return refused("ENODEV");
    if (lladdr !== undefined && lladdr.octets.length < ETH_ALEN)
      return bad("EINVAL", "Invalid link address", null, ask.extack);
  }
  const wrong = checkKey(ask, header.family!, dst);
  if (wrong !== null) return wrong;
  if (ifindex === 0 && (header.flags! & NTF_PROXY) === 0)
    return bad("EINVAL", "Device not specified", null, ask.extack);
  const extended = attrOf(attrs, "NDA_FLAGS_EXT")?.u32 ?? 0;
  if ((header.flags! & NTF_PROXY) !== 0 && extended !== 0)
    return bad("EINVAL", "Invalid NTF_* flag combination", null, ask.extack);
  const protocol = attrOf(attrs, "NDA_PROTOCOL");
  const done = ask.perform(ask.step, ask.netns, "RTM_NEWNEIGH", {
    ifindex,
    dst: dst.address,
    ...(lladdr === undefined ? {} : { lladdr: lladdr.lladdr.replaceAll(":", "") }),
    state: header.state!,
    flags: header.flags!,
    ...(protocol === undefined ? {} : { protocol: protocol.u8 }),
    nlmFlags: ask.request.flags,
  });
  return done.ok ? granted(NOTHING) : done;
}

export function neighDel(ask: Asking): Result<readonly NetlinkMessage[]> {
  const found = target(ask, NO_POLICY);
  if (!found.ok) return found;
  const { header, dst } = found.value;
  const ifindex = header.ifindex!;
  if (ifindex !== 0 && deviceByIndex(ask.step, ask.netns, ifindex) === null) return refused("ENODEV");
  const wrong = checkKey(ask, header.family!, dst);
  if (wrong !== null) return wrong;
  if (ifindex === 0 && (header.flags! & NTF_PROXY) === 0) return refused("EINVAL");
  const body = { ifindex, dst: dst.address, flags: header.flags! };
  const done = ask.perform(ask.step, ask.netns, "RTM_DELNEIGH", body);
  return done.ok ? granted(NOTHING) : done;
}

// ---------------------------------------------------------------------------------------------- asking

/** @source neigh_valid_get_req() */
export function neighGet(ask: Asking): Result<readonly NetlinkMessage[]> {
  const { request, extack } = ask;
  if (request.octets.length < NLMSG_HDRLEN + structOctets(NDMSG))
    return bad("EINVAL", "Invalid header for neighbor get request", null, extack);
  const header = headerOf(request, NDMSG);
  if (hasPadding(request.octets) || header.state !== 0 || header.type !== 0)
    return bad("EINVAL", "Invalid values in header for neighbor get request", null, extack);
  const isProxy = (header.flags! & NTF_PROXY) !== 0;
  if ((header.flags! & ~NTF_PROXY) !== 0)
    return bad("EINVAL", "Invalid flags in header for neighbor get request", null, extack);
  const ifindex = header.ifindex!;
  if (!isProxy && ifindex === 0) return bad("EINVAL", "No device specified", null, extack);
  const parsed = parseRequest(request, NDMSG, NDA_POLICY, { maxtype: NDA_MAX, isStrict: true }, extack);
  if ("ok" in parsed) return parsed;
  const dst = attrOf(parsed.attrs, "NDA_DST");
  if (dst === undefined) {
    extack.missType = attrType("NDA_DST");
    return refused("EINVAL");
  }
  if ([...parsed.attrs.values()].some((attr) => attr !== dst))
    return bad("EINVAL", "Unsupported attribute in neighbor get request", null, extack);
  const octets = KEY_OCTETS.get(header.family!);
  if (octets === undefined)
    return bad("EAFNOSUPPORT", "Unsupported family in header for neighbor get request", null, extack);
  if (dst.octets.length !== octets)
    return bad("EINVAL", "Invalid network address in neighbor get request", null, extack);
  if (ifindex !== 0 && deviceByIndex(ask.step, ask.netns, ifindex) === null)
    return bad("ENODEV", "Unknown device ifindex", null, extack);
  if (isProxy) {
    const proxy = neighs(ask, ifindex, true).find((neigh) => neigh.dst === dst.address);
    if (proxy === undefined) return bad("ENOENT", "Proxy neighbour entry not found", null, extack);
    return granted([fillNeigh(ask, proxy, 0)]);
  }
  const found = ask.perform(ask.step, ask.netns, "RTM_GETNEIGH", { ifindex, dst: dst.address });
  if (!found.ok) return found;
  // Whoever looks an entry up holds it.
  return granted([fillNeigh(ask, { ...found.value, refcnt: found.value.refcnt + 1 }, 0)]);
}

function hasPadding(octets: Uint8Array): boolean {
  return octets.subarray(NLMSG_HDRLEN + 1, NLMSG_HDRLEN + 4).some((octet) => octet !== 0);
}

function neighs(ask: Asking, ifindex: number, proxy: boolean): readonly NeighInfo[] {
  const all = ask.perform(ask.step, ask.netns, "RTM_GETNEIGH_DUMP", { ifindex, proxy });
  return all.ok ? all.value : [];
}

/** @source neigh_valid_dump_req() */
function dumpFilter(ask: Asking): { ifindex: number; master: number; isProxy: boolean } | Refusal {
  const { request, socket, extack } = ask;
  const isWhole = request.octets.length >= NLMSG_HDRLEN + structOctets(NDMSG);
  const header = headerOf(request, NDMSG);
  if (socket.isStrict) {
    if (!isWhole) return bad("EINVAL", "Invalid header for neighbor dump request", null, extack);
    if (hasPadding(request.octets) || header.ifindex !== 0 || header.state !== 0 || header.type !== 0)
      return bad("EINVAL", "Invalid values in header for neighbor dump request", null, extack);
    if ((header.flags! & ~NTF_PROXY) !== 0)
      return bad("EINVAL", "Invalid flags in header for neighbor dump request", null, extack);
  }
  const isProxy = isWhole && header.flags === NTF_PROXY;
  const strict = socket.isStrict ? { maxtype: NDA_MAX, isStrict: true } : null;
  const parsed = isWhole
    ? parseRequest(request, NDMSG, NDA_POLICY, strict, extack)
    : { attrs: new Map<number, Attr>() };
  // Whoever is not strict is told, but served.
  if ("ok" in parsed) return socket.isStrict ? parsed : { ifindex: 0, master: 0, isProxy };
  const known = [attrType("NDA_IFINDEX"), attrType("NDA_MASTER")];
  if (socket.isStrict && [...parsed.attrs.keys()].some((type) => !known.includes(type)))
    return bad("EINVAL", "Unsupported attribute in neighbor dump request", null, extack);
  const ifindex = attrOf(parsed.attrs, "NDA_IFINDEX")?.u32 ?? 0;
  return { ifindex, master: attrOf(parsed.attrs, "NDA_MASTER")?.u32 ?? 0, isProxy };
}

export function neighDump(ask: Asking): DumpAnswer | Refusal {
  const filter = dumpFilter(ask);
  if ("ok" in filter) return filter;
  const isFiltered = filter.ifindex !== 0 || filter.master !== 0;
  const family = ask.request.octets[NLMSG_HDRLEN]!;
  const flags = NLM_F_MULTI | (isFiltered ? NLM_F_DUMP_FILTERED : 0);
  const there = filter.master === 0 ? neighs(ask, filter.ifindex, filter.isProxy) : [];
  const messages = there
    .filter((neigh) => family === AF_UNSPEC || FAMILY[neigh.family] === family)
    .filter((neigh) => filter.ifindex === 0 || neigh.ifindex === filter.ifindex)
    .map((neigh) => fillNeigh(ask, neigh, flags));
  return dumped(messages);
}

/** RTN_* of an entry's address. @source net/ipv4/arp.c, arp_constructor() */
function typeOf(ask: Asking, neigh: NeighInfo): number {
  const address = parseIpv4(neigh.dst);
  if (neigh.dst.startsWith("ff")) return RTN_MULTICAST;
  const dev = deviceByIndex(ask.step, ask.netns, neigh.ifindex);
  if (address === null || dev === null || (neigh.flags & NTF_PROXY) !== 0) return RTN_UNICAST;
  return inetAddrType(ask.step, ask.netns, address, dev.ref);
}

function fillNeigh(ask: Asking, neigh: NeighInfo, flags: number): NetlinkMessage {
  const { ifindex, state, dst, confirmed, used, updated, refcnt } = neigh;
  const header = {
    family: FAMILY[neigh.family],
    ifindex,
    state,
    flags: neigh.flags,
    type: typeOf(ask, neigh),
  };
  const attrs: NamedAttr[] = [["NDA_DST", dst]];
  if (neigh.lladdr !== null) attrs.push(["NDA_LLADDR", neigh.lladdr]);
  if ((neigh.flags & NTF_PROXY) === 0)
    attrs.push(["NDA_PROBES", neigh.probes], ["NDA_CACHEINFO", { confirmed, used, updated, refcnt }]);
  if (neigh.protocol !== undefined && neigh.protocol !== 0) attrs.push(["NDA_PROTOCOL", neigh.protocol]);
  return reply(ask, "RTM_NEWNEIGH", flags, header, attrs);
}

// ---------------------------------------------------------------------------------------------- tables

export function neighTableDump(ask: Asking): DumpAnswer | Refusal {
  const all = ask.perform(ask.step, ask.netns, "RTM_GETNEIGHTBL", {});
  if (!all.ok) return all;
  const family = ask.request.octets[NLMSG_HDRLEN]!;
  // Settings are kept in a list, the newest first: those of the namespace lead.
  const age = (table: NeighTableInfo) =>
    table.ifindex === null
      ? Number.MAX_SAFE_INTEGER
      : deviceByIndex(ask.step, ask.netns, table.ifindex)!.inet;
  const messages = (["arp_cache", "ndisc_cache"] as const)
    .flatMap((name) => all.value.filter((table) => table.name === name).sort((a, b) => age(b) - age(a)))
    .filter((table) => family === AF_UNSPEC || FAMILY[table.family] === family)
    .map((table) => fillTable(ask, table));
  return dumped(messages, { splitsDone: true });
}

/** @differs counters of the table are 0: they are of the machine, not of the namespace */
function fillTable(ask: Asking, table: NeighTableInfo): NetlinkMessage {
  const { thresholds } = table;
  const isArp = table.family === "inet";
  const head: NamedAttr[] =
    thresholds === null
      ? []
      : [
          ["NDTA_GC_INTERVAL", thresholds.gcIntervalMs],
          ["NDTA_THRESH1", thresholds.thresh1],
          ["NDTA_THRESH2", thresholds.thresh2],
          ["NDTA_THRESH3", thresholds.thresh3],
          ["NDTA_CONFIG", { key_len: isArp ? 4 : 16, entry_size: isArp ? 336 : 344, hash_mask: 31 }],
          ["NDTA_STATS", new Array<number>(11).fill(0)],
        ];
  const parms: NamedAttr[] = [
    ...(table.ifindex === null ? [] : [["NDTPA_IFINDEX", table.ifindex] as const]),
    ["NDTPA_REFCNT", table.refcnt],
    ["NDTPA_QUEUE_LENBYTES", table.queueLenBytes],
    ["NDTPA_QUEUE_LEN", table.queueLen],
    ["NDTPA_PROXY_QLEN", table.proxyQueue],
    ["NDTPA_APP_PROBES", table.appProbes],
    ["NDTPA_UCAST_PROBES", table.ucastProbes],
    ["NDTPA_MCAST_PROBES", table.mcastProbes],
    ["NDTPA_MCAST_REPROBES", table.mcastReprobes],
    ["NDTPA_REACHABLE_TIME", table.reachableMs],
    ["NDTPA_BASE_REACHABLE_TIME", table.baseReachableMs],
    ["NDTPA_GC_STALETIME", table.gcStaleMs],
    ["NDTPA_DELAY_PROBE_TIME", table.delayProbeMs],
    ["NDTPA_RETRANS_TIME", table.retransMs],
    ["NDTPA_ANYCAST_DELAY", table.anycastDelayMs],
    ["NDTPA_PROXY_DELAY", table.proxyDelayMs],
    ["NDTPA_LOCKTIME", table.locktimeMs],
    ["NDTPA_INTERVAL_PROBE_TIME_MS", table.intervalProbeMs],
  ];
  return reply(ask, "RTM_NEWNEIGHTBL", NLM_F_MULTI, { family: FAMILY[table.family] }, [
    ["NDTA_NAME", table.name],
    ...head,
    ["NDTA_PARMS", { attrs: parms }],
  ]);
}
