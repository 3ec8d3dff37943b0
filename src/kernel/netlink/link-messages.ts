/**
 * RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK and the properties of links.
 * @source net/core/rtnetlink.c, rtnl_newlink(), rtnl_dellink(), rtnl_getlink(), rtnl_dump_ifinfo(), rtnl_setlink(), rtnl_linkprop()
 */
import { granted, type Refusal, type Result, refused } from "../../core/result.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import { deviceByIndex, devicesOf, type NetnsRef } from "../../devices/netns.ts";
import { VETH_MAX_MTU, VETH_MIN_MTU } from "../../devices/veth.ts";
import { IFF_UP } from "../../events/netlink.ts";
import type { LinkAttrs, LinkSet } from "../../events/requests.ts";
import { isValidEtherAddr, readMac } from "../../wire/mac.ts";
import { align4, type NetlinkMessage, NLA_HDRLEN, NLMSG_HDRLEN } from "../../wire/netlink/message.ts";
import type { Fields } from "../../wire/netlink/named.ts";
import { IFINFOMSG } from "../../wire/netlink/rtnetlink.ts";
import { attrType, structOctets } from "../../wire/netlink/schema.ts";
import { type Asking, NLM_F_ECHO } from "./asking.ts";
import { fillLink } from "./link-fill.ts";
import { ensureUniqueNetns, hasName, linkByName, targetNetns } from "./link-find.ts";
import { netnsById, netnsOf } from "./netns-attr.ts";
import {
  type Attr,
  type Attrs,
  attrOf,
  bad,
  deaf,
  headerOf,
  listAttrs,
  parseAttrs,
  parseNested,
  parseRequest,
} from "./parse.ts";
import { IFLA_INFO_POLICY, IFLA_MAX, IFLA_POLICY, NO_POLICY, VETH_INFO_POLICY } from "./policies.ts";

const NLM_F_REPLACE = 0x100;
const NLM_F_EXCL = 0x200;
const NLM_F_CREATE = 0x400;
const ETH_ALEN = 6;
const NOTHING: readonly NetlinkMessage[] = [];

// ---------------------------------------------------------------------------------------------- changing

/** The words that a device is made and changed by alike. */
function commonAttrs(attrs: Attrs): LinkAttrs {
  const number = (name: string, field: string) => {
    const attr = attrOf(attrs, name);
    return attr === undefined ? {} : { [field]: attr.u32 };
  };
  const octet = (name: string, field: string) => {
    const attr = attrOf(attrs, name);
    return attr === undefined ? {} : { [field]: attr.u8 };
  };
  const lladdr = (name: string, field: string) => {
    const attr = attrOf(attrs, name);
    return attr === undefined ? {} : { [field]: attr.lladdr.slice(0, 17) };
  };
  const name = attrOf(attrs, "IFLA_IFNAME");
  const mtu = attrOf(attrs, "IFLA_MTU");
  return {
    ...(name === undefined || name.text === "" ? {} : { ifname: name.text }),
    ...lladdr("IFLA_ADDRESS", "address"),
    ...lladdr("IFLA_BROADCAST", "broadcast"),
    // The kernel keeps it as a signed number.
    ...(mtu === undefined ? {} : { mtu: mtu.s32 }),
    ...number("IFLA_TXQLEN", "txqueuelen"),
    ...number("IFLA_GROUP", "group"),
    ...number("IFLA_GSO_MAX_SIZE", "gsoMaxSize"),
    ...number("IFLA_GSO_MAX_SEGS", "gsoMaxSegs"),
    ...number("IFLA_GRO_MAX_SIZE", "groMaxSize"),
    ...octet("IFLA_LINKMODE", "linkMode"),
    ...octet("IFLA_OPERSTATE", "operState"),
  };
}

function newLinkAttrs(ask: Asking, header: Fields, attrs: Attrs): Result<LinkAttrs> {
  const netns = netnsOf(ask, attrOf(attrs, "IFLA_NET_NS_PID"), attrOf(attrs, "IFLA_NET_NS_FD"));
  if (!netns.ok) return netns;
  const queues = { tx: attrOf(attrs, "IFLA_NUM_TX_QUEUES"), rx: attrOf(attrs, "IFLA_NUM_RX_QUEUES") };
  const flags = header.flags!;
  const change = header.change!;
  const name = attrOf(attrs, "IFLA_IFNAME");
  return granted({
    ...commonAttrs(attrs),
    // A new device must have a good name, where one is given.
    ...(name === undefined ? {} : { ifname: name.text }),
    ...(header.index! > 0 ? { ifindex: header.index! } : {}),
    ...(netns.value === undefined ? {} : { netns: netns.value }),
    ...(queues.tx === undefined ? {} : { numTxQueues: queues.tx.u32 }),
    ...(queues.rx === undefined ? {} : { numRxQueues: queues.rx.u32 }),
    ...(flags === 0 && change === 0 ? {} : { flags, change: change === 0 ? 0xffff_ffff : change }),
  });
}

interface Info {
  readonly kind: string | null;
  readonly data: Attr | undefined;
}

function linkInfoOf(attrs: Attrs): Info | Refusal {
  const info = attrOf(attrs, "IFLA_LINKINFO");
  if (info === undefined) return { kind: null, data: undefined };
  const inside = parseNested(info, IFLA_INFO_POLICY, deaf());
  if ("ok" in inside) return refused(inside.errno);
  return { kind: attrOf(inside, "IFLA_INFO_KIND")?.text ?? null, data: attrOf(inside, "IFLA_INFO_DATA") };
}

/** Asked before anything is looked up. @source drivers/net/veth.c, veth_validate() */
function vethValidate(attrs: Attrs): Refusal | null {
  const address = attrOf(attrs, "IFLA_ADDRESS");
  if (address !== undefined) {
    if (address.octets.length !== ETH_ALEN) return refused("EINVAL");
    if (!isValidEtherAddr(readMac(address.octets, 0))) return refused("EADDRNOTAVAIL");
  }
  const mtu = attrOf(attrs, "IFLA_MTU")?.s32;
  return mtu !== undefined && (mtu < VETH_MIN_MTU || mtu > VETH_MAX_MTU) ? refused("EINVAL") : null;
}

/** What VETH_INFO_PEER says of the other end. @source rtnl_nla_parse_ifinfomsg() */
function peerOf(ask: Asking, data: Attr | undefined): Result<LinkAttrs | undefined> {
  if (data === undefined) return granted(undefined);
  const inside = parseNested(data, VETH_INFO_POLICY, ask.extack);
  if ("ok" in inside) return inside;
  const peer = attrOf(inside, "VETH_INFO_PEER");
  if (peer === undefined) return granted(undefined);
  const headerOctets = align4(structOctets(IFINFOMSG));
  const from = peer.offset + NLA_HDRLEN + headerOctets;
  const attrs = parseAttrs(peer.octets.subarray(headerOctets), from, IFLA_POLICY, null, ask.extack);
  if ("ok" in attrs) return attrs;
  const unfit = vethValidate(attrs);
  if (unfit !== null) return unfit;
  const padded = new Uint8Array(NLMSG_HDRLEN + headerOctets);
  padded.set(peer.octets.subarray(0, headerOctets), NLMSG_HDRLEN);
  return newLinkAttrs(ask, headerOf({ ...ask.request, octets: padded }, IFINFOMSG), attrs);
}

interface NewLink {
  readonly header: Fields;
  readonly attrs: Attrs;
  readonly info: Info;
  readonly own: LinkAttrs;
  readonly peer: LinkAttrs | undefined;
}

/** What a request says, and whether the namespaces that it names are there. @source rtnl_newlink() */
function readNewLink(ask: Asking): Result<NewLink> {
  const parsed = parseRequest(ask.request, IFINFOMSG, IFLA_POLICY, null, ask.extack);
  if ("ok" in parsed) return parsed;
  const { header, attrs } = parsed;
  const unique = ensureUniqueNetns(ask, attrs, false);
  if (unique !== null) return unique;
  const info = linkInfoOf(attrs);
  if ("ok" in info) return info;
  const unfit = info.kind === "veth" ? vethValidate(attrs) : null;
  if (unfit !== null) return unfit;
  const peer = info.kind === "veth" ? peerOf(ask, info.data) : granted(undefined);
  if (!peer.ok) return peer;
  const own = newLinkAttrs(ask, header, attrs);
  if (!own.ok) return own;
  const target = targetNetns(ask, attrs, null);
  if (!target.ok) return target;
  const nsid = attrOf(attrs, "IFLA_LINK_NETNSID");
  if (nsid !== undefined && netnsById(ask, nsid.s32) === null)
    return bad("EINVAL", "Unknown network namespace id", null, ask.extack);
  return granted({ header, attrs, info, own: own.value, peer: peer.value });
}

/** @source rtnl_newlink(), __rtnl_newlink() */
export function linkNew(ask: Asking): Result<readonly NetlinkMessage[]> {
  const { step, request, netns } = ask;
  const read = readNewLink(ask);
  if (!read.ok) return read;
  const { header, attrs, info } = read.value;
  const index = header.index!;
  if (index < 0) return bad("EINVAL", "ifindex can't be negative", null, ask.extack);
  const dev = index > 0 ? deviceByIndex(step, netns, index) : linkByName(ask, netns, attrs);
  if (dev !== null) {
    if ((request.flags & NLM_F_EXCL) !== 0) return refused("EEXIST");
    if ((request.flags & NLM_F_REPLACE) !== 0) return refused("EOPNOTSUPP");
    // A veth takes no new data, and another kind is none of its own.
    if (info.kind !== null && info.data !== undefined) return refused("EOPNOTSUPP");
    return changeLink(ask, dev, header, attrs);
  }
  if ((request.flags & NLM_F_CREATE) !== 0) return createLink(ask, read.value);
  const group = attrOf(attrs, "IFLA_GROUP");
  if (index > 0 || hasName(attrs) || group === undefined) return refused("ENODEV");
  for (const member of devicesOf(step, netns).filter((d) => d.group === group.u32)) {
    const changed = changeLink(ask, member, header, attrs);
    if (!changed.ok) return changed;
  }
  return granted(NOTHING);
}

/** @source rtnl_newlink_create() */
function createLink(ask: Asking, { attrs, info, own, peer }: NewLink): Result<readonly NetlinkMessage[]> {
  if (attrOf(attrs, "IFLA_MAP") !== undefined || attrOf(attrs, "IFLA_PROTINFO") !== undefined)
    return refused("EOPNOTSUPP");
  const broadcast = attrOf(attrs, "IFLA_BROADCAST");
  if (info.kind === "veth" && broadcast !== undefined && broadcast.octets.length < ETH_ALEN)
    return refused("EINVAL");
  const linkNetnsid = attrOf(attrs, "IFLA_LINK_NETNSID");
  const made = ask.perform(ask.step, ask.netns, "RTM_NEWLINK_ADD", {
    ...own,
    kind: info.kind ?? "",
    ...(linkNetnsid === undefined ? {} : { linkNetnsid: linkNetnsid.s32 }),
    ...(peer === undefined ? {} : { peer }),
  });
  return made.ok ? granted(echoed(ask, own.netns ?? ask.netns, own)) : made;
}

/** The new device itself, if the request asks for it. */
function echoed(ask: Asking, netns: NetnsRef, made: LinkAttrs): readonly NetlinkMessage[] {
  if ((ask.request.flags & NLM_F_ECHO) === 0) return NOTHING;
  const devices = devicesOf(ask.step, netns);
  const dev =
    made.ifname === undefined ? devices.at(-1) : devices.find(({ ifname }) => ifname === made.ifname);
  return dev === undefined ? NOTHING : [fillLink(ask, dev, { flags: 0, extMask: 0, notice: "RTM_NEWLINK" })];
}

/** RTM_SETLINK changes what is there, and makes nothing. @source rtnl_setlink() */
export function linkSetMessage(ask: Asking): Result<readonly NetlinkMessage[]> {
  const parsed = parseRequest(ask.request, IFINFOMSG, IFLA_POLICY, null, ask.extack);
  if ("ok" in parsed) return parsed;
  const { header, attrs } = parsed;
  const unique = ensureUniqueNetns(ask, attrs, false);
  if (unique !== null) return unique;
  const netns = netnsOf(ask, attrOf(attrs, "IFLA_NET_NS_PID"), attrOf(attrs, "IFLA_NET_NS_FD"));
  if (!netns.ok) return netns;
  if (header.index! <= 0 && !hasName(attrs)) return refused("EINVAL");
  const dev =
    header.index! > 0 ? deviceByIndex(ask.step, ask.netns, header.index!) : linkByName(ask, ask.netns, attrs);
  return dev === null ? refused("ENODEV") : changeLink(ask, dev, header, attrs);
}

/** IFLA_AF_SPEC > AF_INET6 */
function inet6Spec(attrs: Attrs): Pick<LinkSet, "addrGenMode" | "inet6Token"> {
  const spec = attrOf(attrs, "IFLA_AF_SPEC");
  const families = spec === undefined ? null : parseNested(spec, NO_POLICY, deaf());
  const inet6 = families === null || "ok" in families ? undefined : attrOf(families, "AF_INET6");
  const inside = inet6 === undefined ? null : parseNested(inet6, NO_POLICY, deaf());
  if (inside === null || "ok" in inside) return {};
  const mode = attrOf(inside, "IFLA_INET6_ADDR_GEN_MODE")?.u8;
  const token = attrOf(inside, "IFLA_INET6_TOKEN")?.address;
  return {
    ...(mode === undefined ? {} : { addrGenMode: mode }),
    ...(token === undefined ? {} : { inet6Token: token }),
  };
}

/** @source do_setlink() */
function changeLink(
  ask: Asking,
  dev: NetDevice,
  header: Fields,
  attrs: Attrs,
): Result<readonly NetlinkMessage[]> {
  const { step } = ask;
  const netns = netnsOf(ask, attrOf(attrs, "IFLA_NET_NS_PID"), attrOf(attrs, "IFLA_NET_NS_FD"));
  if (!netns.ok) return netns;
  const number = (name: string, field: keyof LinkSet) => {
    const attr = attrOf(attrs, name);
    return attr === undefined ? {} : { [field]: attr.s32 };
  };
  const alias = attrOf(attrs, "IFLA_IFALIAS");
  const carrier = attrOf(attrs, "IFLA_CARRIER");
  const flags = header.flags!;
  const change = header.change!;
  const set: LinkSet = {
    ifindex: dev.ifindex,
    ...commonAttrs(attrs),
    ...(flags === 0 && change === 0 ? {} : { flags, change: change === 0 ? 0xffff_ffff : change }),
    ...(netns.value === undefined ? {} : { netns: netns.value }),
    ...number("IFLA_NEW_IFINDEX", "newIfindex"),
    ...number("IFLA_MASTER", "master"),
    ...(attrOf(attrs, "IFLA_VFINFO_LIST") === undefined ? {} : { hasVf: true }),
    ...(alias === undefined ? {} : { alias: alias.text }),
    ...(carrier === undefined ? {} : { carrier: carrier.u8 !== 0 }),
    ...inet6Spec(attrs),
  };
  const done = ask.perform(step, dev.netns, "RTM_NEWLINK_SET", set);
  if (!done.ok) return done;
  // It is among the last to be looked at, and no device here can do it.
  if (attrOf(attrs, "IFLA_PROTO_DOWN") !== undefined)
    return bad("EOPNOTSUPP", "Protodown not supported by device", null, ask.extack);
  return granted(NOTHING);
}

// ---------------------------------------------------------------------------------------------- deleting

export function linkDel(ask: Asking): Result<readonly NetlinkMessage[]> {
  const parsed = parseRequest(ask.request, IFINFOMSG, IFLA_POLICY, null, ask.extack);
  if ("ok" in parsed) return parsed;
  const { header, attrs } = parsed;
  const refusal = ensureUniqueNetns(ask, attrs, true);
  if (refusal !== null) return refusal;
  const target = targetNetns(ask, attrs, null);
  if (!target.ok) return target;
  const { netns } = target.value;
  const group = attrOf(attrs, "IFLA_GROUP");
  const index = header.index!;
  if (index <= 0 && !hasName(attrs))
    return group === undefined ? refused("EINVAL") : groupDel(ask, netns, group.u32);
  const dev = index > 0 ? deviceByIndex(ask.step, netns, index) : linkByName(ask, netns, attrs);
  if (dev === null) return refused("ENODEV");
  const echo = (ask.request.flags & NLM_F_ECHO) === 0 ? NOTHING : parting(ask, dev);
  const done = ask.perform(ask.step, netns, "RTM_DELLINK", { ifindex: dev.ifindex });
  return done.ok ? granted(echo) : done;
}

/** What is told of a device that goes, and of its peer in the same namespace: both are closed by then, and have lost their protocols. */
function parting(ask: Asking, dev: NetDevice): readonly NetlinkMessage[] {
  if (dev.kind === "loopback") return NOTHING;
  const peer = dev.peer < 0 ? null : ask.step.cells.get(dev.peer);
  const ends = peer === null ? [dev] : [dev, peer];
  for (const { netns, ifindex } of ends)
    ask.perform(ask.step, netns, "RTM_NEWLINK_SET", { ifindex, flags: 0, change: IFF_UP });
  return ends
    .filter(({ netns }) => netns === dev.netns)
    .map(({ ref }) =>
      fillLink(ask, ask.step.cells.get(ref), { flags: 0, extMask: 0, notice: "RTM_DELLINK" }),
    );
}

/** All or none. @source rtnl_group_dellink() */
function groupDel(ask: Asking, netns: NetnsRef, group: number): Result<readonly NetlinkMessage[]> {
  if (group === 0) return refused("EPERM");
  const members = devicesOf(ask.step, netns).filter((dev) => dev.group === group);
  if (members.some((dev) => dev.kind === "loopback")) return refused("EOPNOTSUPP");
  if (members.length === 0) return refused("ENODEV");
  for (const { ifindex } of members) {
    // Its peer may have been of the group, too.
    if (deviceByIndex(ask.step, netns, ifindex) === null) continue;
    const done = ask.perform(ask.step, netns, "RTM_DELLINK", { ifindex });
    if (!done.ok) return done;
  }
  return granted(NOTHING);
}

// ---------------------------------------------------------------------------------------------- other names

export function linkPropNew(ask: Asking): Result<readonly NetlinkMessage[]> {
  return linkProp(ask, "RTM_NEWLINKPROP");
}

export function linkPropDel(ask: Asking): Result<readonly NetlinkMessage[]> {
  return linkProp(ask, "RTM_DELLINKPROP");
}

/** @source rtnl_linkprop(), rtnl_alt_ifname() */
function linkProp(ask: Asking, op: "RTM_NEWLINKPROP" | "RTM_DELLINKPROP"): Result<readonly NetlinkMessage[]> {
  const { extack } = ask;
  const strict = { maxtype: IFLA_MAX, isStrict: true, isStrictest: true };
  const parsed = parseRequest(ask.request, IFINFOMSG, IFLA_POLICY, strict, extack);
  if ("ok" in parsed) return parsed;
  const { header, attrs } = parsed;
  const refusal = ensureUniqueNetns(ask, attrs, true);
  if (refusal !== null) return refusal;
  if (header.index! <= 0 && !hasName(attrs)) return refused("EINVAL");
  const dev =
    header.index! > 0 ? deviceByIndex(ask.step, ask.netns, header.index!) : linkByName(ask, ask.netns, attrs);
  if (dev === null) return refused("ENODEV");
  const list = attrOf(attrs, "IFLA_PROP_LIST");
  if (list === undefined) return granted(NOTHING);
  const done: Result<null> = ask.perform(ask.step, dev.netns, op, {
    ifindex: dev.ifindex,
    altnames: altnames(list),
  });
  if (!done.ok) return done;
  return granted(NOTHING);
}

/** Every one of them: a table by type would keep the last alone. */
function altnames(list: Attr): string[] {
  return listAttrs(list.octets, list.offset + NLA_HDRLEN)
    .filter((attr) => attr.type === attrType("IFLA_ALT_IFNAME"))
    .map((attr) => attr.text);
}
