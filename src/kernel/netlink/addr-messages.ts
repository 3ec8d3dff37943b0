/**
 * RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR.
 * @source net/ipv4/devinet.c, inet_rtm_newaddr(), inet_rtm_deladdr(), inet_dump_ifaddr(), inet_fill_ifaddr()
 */
import { granted, type Refusal, type Result, refused } from "../../core/result.ts";
import { deviceByIndex, type NetnsRef } from "../../devices/netns.ts";
import type { AddrInfo } from "../../events/requests.ts";
import { type NetlinkMessage, NLMSG_HDRLEN, viewOf } from "../../wire/netlink/message.ts";
import type { NamedAttr } from "../../wire/netlink/named.ts";
import { IFADDRMSG } from "../../wire/netlink/rtnetlink.ts";
import { attrType, structOctets } from "../../wire/netlink/schema.ts";
import {
  AF_INET,
  AF_INET6,
  type Asking,
  type DumpAnswer,
  dumped,
  FAMILY,
  NLM_F_DUMP_FILTERED,
  NLM_F_ECHO,
  NLM_F_MULTI,
  reply,
} from "./asking.ts";
import { netnsById } from "./netns-attr.ts";
import { attrOf, bad, headerOf, type Parsed, parseRequest } from "./parse.ts";
import { IFA_MAX, IFA_POLICY, IFA6_POLICY } from "./policies.ts";

const FOREVER = 0xffff_ffff;
const NOTHING: readonly NetlinkMessage[] = [];

function familyOfRequest(ask: Asking): number {
  return ask.request.octets[NLMSG_HDRLEN]!;
}

function parseAddr(ask: Asking): Parsed | Refusal {
  const policy = familyOfRequest(ask) === AF_INET6 ? IFA6_POLICY : IFA_POLICY;
  return parseRequest(ask.request, IFADDRMSG, policy, null, ask.extack);
}

export function addrNew(ask: Asking): Result<readonly NetlinkMessage[]> {
  const { step, netns, request, extack } = ask;
  const parsed = parseAddr(ask);
  if ("ok" in parsed) return parsed;
  const { header, attrs } = parsed;
  const isInet6 = header.family === AF_INET6;
  const given = attrOf(attrs, "IFA_LOCAL") ?? (isInet6 ? attrOf(attrs, "IFA_ADDRESS") : undefined);
  if (!isInet6 && header.prefixlen! > 32) return bad("EINVAL", "ipv4: Invalid prefix length", null, extack);
  if (given === undefined)
    return isInet6 ? refused("EINVAL") : bad("EINVAL", "ipv4: Local address is not supplied", null, extack);
  const address = attrOf(attrs, "IFA_ADDRESS");
  const broadcast = attrOf(attrs, "IFA_BROADCAST");
  const label = attrOf(attrs, "IFA_LABEL");
  const metric = attrOf(attrs, "IFA_RT_PRIORITY");
  const cacheinfo = attrOf(attrs, "IFA_CACHEINFO");
  const [preferred, valid] = cacheinfo === undefined ? [FOREVER, FOREVER] : lifetimes(cacheinfo.octets);
  const ifindex = header.index!;
  if (!isInet6 && (valid === 0 || preferred > valid))
    return bad("EINVAL", "ipv4: address lifetime invalid", null, extack);
  const local = given.address;
  // No address is granted at once, whatever the device.
  if (local === "0.0.0.0") return granted(NOTHING);
  const done = ask.perform(step, netns, "RTM_NEWADDR", {
    ifindex,
    local,
    ...(address === undefined || address.address === local ? {} : { peer: address.address }),
    prefixLen: header.prefixlen!,
    ...(broadcast === undefined ? {} : { broadcast: broadcast.address }),
    ...(label === undefined ? {} : { label: label.text }),
    scope: header.scope!,
    flags: attrOf(attrs, "IFA_FLAGS")?.u32 ?? header.flags!,
    ...(valid === FOREVER ? {} : { validLft: valid }),
    ...(preferred === FOREVER ? {} : { preferredLft: preferred }),
    ...(metric === undefined ? {} : { metric: metric.u32 }),
    nlmFlags: request.flags,
  });
  if (!done.ok) return done;
  return granted(echoed(ask, "RTM_NEWADDR", find(ask, { ifindex, local, prefixLen: header.prefixlen! })));
}

function lifetimes(cacheinfo: Uint8Array): [preferred: number, valid: number] {
  const view = viewOf(cacheinfo);
  return [view.getUint32(0, true), view.getUint32(4, true)];
}

function addrs(ask: Asking): readonly AddrInfo[] {
  const all = ask.perform(ask.step, ask.netns, "RTM_GETADDR", {});
  return all.ok ? all.value : [];
}

/** What an address must be, as far as something is given. */
interface Wanted {
  readonly ifindex: number;
  readonly local?: string | undefined;
  readonly prefixLen?: number | undefined;
  readonly label?: string | undefined;
}

function find(ask: Asking, wanted: Wanted): AddrInfo | undefined {
  return addrs(ask).find(
    (addr) =>
      addr.ifindex === wanted.ifindex &&
      (wanted.local === undefined || addr.local === wanted.local) &&
      (wanted.prefixLen === undefined || addr.prefixLen === wanted.prefixLen) &&
      (wanted.label === undefined || addr.label === wanted.label),
  );
}

function echoed(ask: Asking, type: string, addr: AddrInfo | undefined): readonly NetlinkMessage[] {
  // IPv6 tells everybody alike.
  if ((ask.request.flags & NLM_F_ECHO) === 0 || addr?.family !== "inet") return NOTHING;
  return [fillAddr(ask, addr, 0, null, type)];
}

export function addrDel(ask: Asking): Result<readonly NetlinkMessage[]> {
  const { step, netns } = ask;
  const parsed = parseAddr(ask);
  if ("ok" in parsed) return parsed;
  const { header, attrs } = parsed;
  const address = attrOf(attrs, "IFA_ADDRESS");
  const given = attrOf(attrs, "IFA_LOCAL") ?? (header.family === AF_INET6 ? address : undefined);
  if (header.family === AF_INET6) {
    if (given === undefined) return refused("EINVAL");
    if (header.prefixlen! > 128) return bad("EINVAL", "ipv6: Invalid prefix length", null, ask.extack);
  }
  const label = attrOf(attrs, "IFA_LABEL");
  const ifindex = header.index!;
  const prefixLen = address === undefined ? undefined : header.prefixlen!;
  // Without an address the first one that fits goes.
  const found = find(ask, { ifindex, local: given?.address, prefixLen, label: label?.text });
  const local = given?.address ?? found?.local;
  if (local === undefined && deviceByIndex(step, netns, ifindex) !== null)
    return refused("EADDRNOTAVAIL", "ipv4: Address not found");
  const echo = echoed(ask, "RTM_DELADDR", found);
  const done = ask.perform(step, netns, "RTM_DELADDR", {
    ifindex,
    local: local ?? "0.0.0.0",
    ...(address === undefined || address.address === local ? {} : { peer: address.address }),
    ...(address === undefined ? {} : { prefixLen: header.prefixlen! }),
    ...(label === undefined ? {} : { label: label.text }),
  });
  return done.ok ? granted(echo) : done;
}

interface AddrFilter {
  readonly ifindex: number;
  readonly nsid: number | null;
  readonly netns: NetnsRef;
}

/** Of IPv6 one address can be asked for. @source net/ipv6/addrconf.c, inet6_rtm_getaddr() */
export function addr6Get(ask: Asking): Result<readonly NetlinkMessage[]> {
  const { request, socket, extack } = ask;
  const fail = (text: string) => bad("EINVAL", `ipv6: ${text} get address request`, null, extack);
  if (request.octets.length < NLMSG_HDRLEN + structOctets(IFADDRMSG)) return fail("Invalid header for");
  const header = headerOf(request, IFADDRMSG);
  if (socket.isStrict && (header.prefixlen !== 0 || header.flags !== 0 || header.scope !== 0))
    return fail("Invalid values in header for");
  const strict = socket.isStrict ? { maxtype: IFA_MAX, isStrict: true } : null;
  const parsed = parseRequest(request, IFADDRMSG, IFA6_POLICY, strict, extack);
  if ("ok" in parsed) return parsed;
  const { attrs } = parsed;
  const known = [attrType("IFA_TARGET_NETNSID"), attrType("IFA_ADDRESS"), attrType("IFA_LOCAL")];
  if (socket.isStrict && [...attrs.keys()].some((type) => !known.includes(type)))
    return fail("Unsupported attribute in");
  const wanted = (attrOf(attrs, "IFA_LOCAL") ?? attrOf(attrs, "IFA_ADDRESS"))?.address;
  if (wanted === undefined) return refused("EINVAL");
  // A device that there is not stands for any.
  const isDevice = deviceByIndex(ask.step, ask.netns, header.index!) !== null;
  const found = addrs(ask).find(
    ({ local, ifindex }) => local === wanted && (!isDevice || ifindex === header.index),
  );
  return found === undefined
    ? refused("EADDRNOTAVAIL")
    : granted([fillAddr(ask, found, 0, null, "RTM_NEWADDR")]);
}

/** What a dump is asked to leave out. @source inet_valid_dump_ifaddr_req() */
function addrFilter(ask: Asking): AddrFilter | DumpAnswer | Refusal {
  const { request, socket, extack, netns } = ask;
  const all = { ifindex: 0, nsid: null, netns };
  if (!socket.isStrict) return all;
  const at = familyOfRequest(ask) === AF_INET6 ? "ipv6" : "ipv4";
  if (request.octets.length < NLMSG_HDRLEN + structOctets(IFADDRMSG))
    return bad("EINVAL", `${at}: Invalid header for address dump request`, null, extack);
  const header = headerOf(request, IFADDRMSG);
  if (header.prefixlen !== 0 || header.flags !== 0 || header.scope !== 0)
    return bad("EINVAL", `${at}: Invalid values in header for address dump request`, null, extack);
  const policy = at === "ipv6" ? IFA6_POLICY : IFA_POLICY;
  const parsed = parseRequest(request, IFADDRMSG, policy, { maxtype: IFA_MAX, isStrict: true }, extack);
  if ("ok" in parsed) return parsed;
  let found: AddrFilter = { ...all, ifindex: header.index! };
  const fail = (text: string) =>
    dumped([], { refusal: bad("EINVAL", text, null, extack), isFiltered: found.ifindex !== 0 });
  for (const attr of [...parsed.attrs.values()].sort((a, b) => a.type - b.type)) {
    if (attr !== attrOf(parsed.attrs, "IFA_TARGET_NETNSID"))
      return fail(`${at}: Unsupported attribute in dump request`);
    const target = netnsById(ask, attr.s32);
    if (target === null) return fail(`${at}: Invalid target network namespace id`);
    found = { ...found, nsid: attr.s32, netns: target };
  }
  return found;
}

export function addrDump(ask: Asking): DumpAnswer | Refusal {
  const filter = addrFilter(ask);
  if ("ok" in filter || "messages" in filter) return filter;
  const isFiltered = filter.ifindex !== 0;
  if (isFiltered && deviceByIndex(ask.step, filter.netns, filter.ifindex) === null)
    return dumped([], { refusal: refused("ENODEV"), isFiltered });
  const family = familyOfRequest(ask);
  const flags = NLM_F_MULTI | (isFiltered ? NLM_F_DUMP_FILTERED : 0);
  const there = addrs({ ...ask, netns: filter.netns });
  // All of IPv4 come before those of IPv6.
  const messages = [AF_INET, AF_INET6]
    .filter((wanted) => (family !== AF_INET6 && family !== AF_INET ? true : wanted === family))
    .flatMap((wanted) => there.filter((addr) => FAMILY[addr.family] === wanted))
    .filter((addr) => !isFiltered || addr.ifindex === filter.ifindex)
    .map((addr) => fillAddr(ask, addr, flags, filter.nsid, "RTM_NEWADDR"));
  return dumped(messages, { isFiltered, splitsDone: family !== AF_INET6 });
}

function fillAddr(
  ask: Asking,
  addr: AddrInfo,
  flags: number,
  nsid: number | null,
  type: string,
): NetlinkMessage {
  const header = {
    family: FAMILY[addr.family],
    prefixlen: addr.prefixLen,
    flags: addr.flags & 0xff,
    scope: addr.scope,
    index: addr.ifindex,
  };
  const prefered = addr.preferredLft ?? FOREVER;
  const valid = addr.validLft ?? FOREVER;
  const hasPeer = addr.address !== addr.local;
  const cacheinfo: NamedAttr = ["IFA_CACHEINFO", { prefered, valid, cstamp: 0, tstamp: 0 }];
  const target: readonly NamedAttr[] = nsid === null ? [] : [["IFA_TARGET_NETNSID", nsid]];
  const metric: readonly NamedAttr[] = addr.metric === 0 ? [] : [["IFA_RT_PRIORITY", addr.metric]];
  const protocol = protocolOf(addr);
  if (addr.family === "inet6")
    return reply(ask, type, flags, header, [
      ...target,
      ...(hasPeer ? [["IFA_LOCAL", addr.local] as const] : []),
      ["IFA_ADDRESS", addr.address],
      ...metric,
      cacheinfo,
      ["IFA_FLAGS", addr.flags],
      ...(protocol === 0 ? [] : [["IFA_PROTO", protocol] as const]),
    ]);
  return reply(ask, type, flags, header, [
    ...target,
    ...(addr.address === "0.0.0.0" ? [] : [["IFA_ADDRESS", addr.address] as const]),
    ...(addr.local === "0.0.0.0" ? [] : [["IFA_LOCAL", addr.local] as const]),
    ...(addr.broadcast === null ? [] : [["IFA_BROADCAST", addr.broadcast] as const]),
    ...(addr.label === null ? [] : [["IFA_LABEL", addr.label] as const]),
    ["IFA_FLAGS", addr.flags],
    ...metric,
    cacheinfo,
  ]);
}

const IFAPROT_KERNEL_LO = 1;
const IFAPROT_KERNEL_LL = 3;

/** @differs it is not kept: what looks as if the kernel had made it is taken for that */
function protocolOf(addr: AddrInfo): number {
  if (addr.local === "::1") return IFAPROT_KERNEL_LO;
  return addr.family === "inet6" && addr.local.startsWith("fe80::") ? IFAPROT_KERNEL_LL : 0;
}
