/** RTM_GETLINK. @source net/core/rtnetlink.c, rtnl_getlink(), rtnl_dump_ifinfo() */
import { granted, type Refusal, type Result, refused } from "../../core/result.ts";
import { deviceByIndex, devicesOf, type NetnsRef } from "../../devices/netns.ts";
import { type NetlinkMessage, NLMSG_HDRLEN } from "../../wire/netlink/message.ts";
import type { Fields } from "../../wire/netlink/named.ts";
import { IFINFOMSG, RTGENMSG } from "../../wire/netlink/rtnetlink.ts";
import { attrType, structOctets } from "../../wire/netlink/schema.ts";
import { type Asking, type DumpAnswer, dumped, NLM_F_DUMP_FILTERED, NLM_F_MULTI } from "./asking.ts";
import { fillLink } from "./link-fill.ts";
import { ensureUniqueNetns, hasName, linkByName, targetNetns } from "./link-find.ts";
import { type Attr, type Attrs, attrOf, bad, deaf, headerOf, parseNested, parseRequest } from "./parse.ts";
import { IFLA_INFO_POLICY, IFLA_MAX, IFLA_POLICY } from "./policies.ts";

const STRICT = { maxtype: IFLA_MAX, isStrict: true };

function extMask(attrs: Attrs): number {
  return attrOf(attrs, "IFLA_EXT_MASK")?.u32 ?? 0;
}

function isZeroed(header: Fields, octets: Uint8Array): boolean {
  return octets[NLMSG_HDRLEN + 1] === 0 && header.type === 0 && header.flags === 0 && header.change === 0;
}

/** The first attribute that such a request may not have. */
function unsupported(attrs: Attrs, known: readonly string[]): Attr | undefined {
  const types = new Set(known.map(attrType));
  return [...attrs.values()].sort((a, b) => a.type - b.type).find((attr) => !types.has(attr.type));
}

export function linkGet(ask: Asking): Result<readonly NetlinkMessage[]> {
  const { request, socket, extack } = ask;
  if (request.octets.length < NLMSG_HDRLEN + structOctets(IFINFOMSG))
    return bad("EINVAL", "Invalid header for get link", null, extack);
  const header = headerOf(request, IFINFOMSG);
  if (socket.isStrict && !isZeroed(header, request.octets))
    return bad("EINVAL", "Invalid values in header for get link request", null, extack);
  const parsed = parseRequest(request, IFINFOMSG, IFLA_POLICY, socket.isStrict ? STRICT : null, extack);
  if ("ok" in parsed) return parsed;
  const { attrs } = parsed;
  const known = ["IFLA_IFNAME", "IFLA_ALT_IFNAME", "IFLA_EXT_MASK", "IFLA_TARGET_NETNSID"];
  if (socket.isStrict && unsupported(attrs, known) !== undefined)
    return bad("EINVAL", "Unsupported attribute in get link request", null, extack);
  const refusal = ensureUniqueNetns(ask, attrs, true);
  if (refusal !== null) return refusal;
  const target = targetNetns(ask, attrs, null);
  if (!target.ok) return target;
  const { netns, nsid } = target.value;
  const index = header.index!;
  if (index <= 0 && !hasName(attrs)) return refused("EINVAL");
  const dev = index > 0 ? deviceByIndex(ask.step, netns, index) : linkByName(ask, netns, attrs);
  if (dev === null) return refused("ENODEV");
  const synced = ask.perform(ask.step, netns, "RTM_GETLINK", { ifindex: dev.ifindex });
  if (!synced.ok) return synced;
  const current = ask.step.cells.get(dev.ref);
  return granted([fillLink(ask, current, { flags: 0, extMask: extMask(attrs), targetNsid: nsid })]);
}

interface DumpFilter {
  readonly netns: NetnsRef;
  readonly nsid: number | null;
  readonly extMask: number;
  readonly master: number;
  readonly kind: string | null;
}

/** @source rtnl_valid_dump_ifinfo_req() */
function dumpFilter(ask: Asking): DumpFilter | Refusal {
  const { request, socket, extack } = ask;
  const isShort = request.octets.length < NLMSG_HDRLEN + structOctets(IFINFOMSG);
  if (socket.isStrict) {
    if (isShort) return bad("EINVAL", "Invalid header for link dump", null, extack);
    const header = headerOf(request, IFINFOMSG);
    if (!isZeroed(header, request.octets))
      return bad("EINVAL", "Invalid values in header for link dump request", null, extack);
    if (header.index !== 0)
      return bad("EINVAL", "Filter by device index not supported for link dumps", null, extack);
  }
  const fields = isShort ? RTGENMSG : IFINFOMSG;
  const heard = socket.isStrict ? extack : deaf();
  const parsed = parseRequest(request, fields, IFLA_POLICY, socket.isStrict ? STRICT : null, heard);
  // Whoever is not strict is served with everything.
  const everything = { netns: ask.netns, nsid: null, extMask: 0, master: 0, kind: null };
  if ("ok" in parsed) return socket.isStrict ? parsed : everything;
  const { attrs } = parsed;
  const target = targetNetns(ask, attrs, "Invalid target network namespace id");
  if (!target.ok) return socket.isStrict ? target : everything;
  const known = ["IFLA_TARGET_NETNSID", "IFLA_EXT_MASK", "IFLA_MASTER", "IFLA_LINKINFO"];
  if (socket.isStrict && unsupported(attrs, known) !== undefined)
    return bad("EINVAL", "Unsupported attribute in link dump request", null, extack);
  const info = attrOf(attrs, "IFLA_LINKINFO");
  const inside = info === undefined ? null : parseNested(info, IFLA_INFO_POLICY, deaf());
  const kind = inside === null || "ok" in inside ? undefined : attrOf(inside, "IFLA_INFO_KIND");
  return {
    ...target.value,
    extMask: extMask(attrs),
    master: attrOf(attrs, "IFLA_MASTER")?.u32 ?? 0,
    // A kind that the kernel does not have filters nothing.
    kind: kind?.text === "veth" ? "veth" : null,
  };
}

export function linkDump(ask: Asking): DumpAnswer | Refusal {
  const filter = dumpFilter(ask);
  if ("ok" in filter) return filter;
  const isFiltered = filter.master !== 0 || filter.kind !== null;
  const flags = NLM_F_MULTI | (isFiltered ? NLM_F_DUMP_FILTERED : 0);
  const messages = devicesOf(ask.step, filter.netns)
    .filter((dev) => filter.master === 0 && (filter.kind === null || dev.kind === filter.kind))
    .map((dev) => fillLink(ask, dev, { flags, extMask: filter.extMask, targetNsid: filter.nsid }));
  return dumped(messages, { splitsDone: true });
}
