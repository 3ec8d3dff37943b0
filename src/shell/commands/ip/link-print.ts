/** How `ip link` and `ip address` show a device. */

import type { BridgePortInfo } from "../../../events/bridge-requests.ts";
import { ARPHRD_ETHER, ARPHRD_LOOPBACK, IFF_LOWER_UP, IFF_RUNNING, IFF_UP } from "../../../events/netlink.ts";
import type { LinkInfo } from "../../../events/requests.ts";
import { putBridge, putBridgeSlave } from "./link-bridge-print.ts";
import { putStatistics } from "./link-stats.ts";
import { GROUPS, operStateName } from "./names.ts";
import type { Color, Printer } from "./print.ts";
import type { Session } from "./session.ts";

/** Flags in the order in which they are printed. RUNNING is never shown, its absence is NO-CARRIER. */
const FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [0x8, "LOOPBACK"],
  [0x2, "BROADCAST"],
  [0x10, "POINTOPOINT"],
  [0x1000, "MULTICAST"],
  [0x80, "NOARP"],
  [0x200, "ALLMULTI"],
  [0x100, "PROMISC"],
  [0x400, "MASTER"],
  [0x800, "SLAVE"],
  [0x4, "DEBUG"],
  [0x8000, "DYNAMIC"],
  [0x4000, "AUTOMEDIA"],
  [0x2000, "PORTSEL"],
  [0x20, "NOTRAILERS"],
  [IFF_UP, "UP"],
  [IFF_LOWER_UP, "LOWER_UP"],
  [0x20000, "DORMANT"],
  [0x40000, "ECHO"],
];

const LINK_TYPES: ReadonlyMap<number, string> = new Map([
  [ARPHRD_ETHER, "ether"],
  [ARPHRD_LOOPBACK, "loopback"],
  [65534, "none"],
  [768, "ipip"],
  [776, "sit"],
  [778, "gre"],
]);

/** IN6_ADDR_GEN_MODE_* */
const ADDR_GEN_MODES = ["eui64", "none", "stable_secret", "random"];

const LINK_MODES = ["DEFAULT", "DORMANT"];

export function flagNames(flags: number, isPeerDown: boolean): string[] {
  const names: string[] = [];
  if ((flags & IFF_UP) !== 0 && (flags & IFF_RUNNING) === 0) names.push("NO-CARRIER");
  let left = flags & ~IFF_RUNNING;
  for (const [bit, name] of FLAGS) {
    if ((left & bit) === 0) continue;
    left &= ~bit;
    names.push(name);
  }
  if (left !== 0) names.push((left >>> 0).toString(16));
  if (isPeerDown) names.push("M-DOWN");
  return names;
}

interface PeerShown {
  /** `@v1`, `@if2`, `@NONE` or nothing. */
  readonly suffix: string;
  readonly isDown: boolean;
}

const NO_PEER: PeerShown = { suffix: "", isDown: false };

/** Prints the peer's JSON field; gives what stands after the name. */
export function putPeer(s: Session, p: Printer, link: LinkInfo): PeerShown {
  if (link.link === null) return NO_PEER;
  if (link.linkNetnsid !== null) {
    p.json("link_index", link.link);
    return { suffix: `@if${link.link}`, isDown: false };
  }
  if (link.link === 0) {
    p.json("link", null);
    return { suffix: "@NONE", isDown: false };
  }
  const peer = s.linkByIndex(link.link);
  p.json("link", s.nameOf(link.link));
  return { suffix: `@${s.nameOf(link.link)}`, isDown: peer !== null && (peer.flags & IFF_UP) === 0 };
}

export function putFlags(p: Printer, link: LinkInfo, peer: PeerShown): void {
  const names = flagNames(link.flags, peer.isDown);
  p.json("flags", names);
  p.text(`<${names.join(",")}> `);
}

function stateColor(state: string): Color | null {
  return state === "UP" ? "up" : state === "DOWN" ? "down" : null;
}

function putState(p: Printer, link: LinkInfo, width: number): void {
  const name = operStateName(link.operState);
  if (width === 0) p.text("state ");
  p.put("operstate", name, `${name.padEnd(width)} `, stateColor(name));
}

/** What only a show of the link itself prints (`mode`, statistics, alias), or one before addresses. */
export interface LinkView {
  readonly isLink: boolean;
  /** `inet` or `inet6` leave out the line of the hardware address. */
  readonly family: string;
  /** It is a notification, perhaps of a move: the length of the queue is left out. */
  readonly notice?: { readonly nsid?: number; readonly ifindex?: number };
  /** All devices were asked for with -6: IPv6 itself answers, and knows little of a device. */
  readonly isInet6Dump?: boolean;
}

function typeName(s: Session, link: LinkInfo): string {
  const name = s.options.isNumeric ? undefined : LINK_TYPES.get(link.type);
  return name ?? `[${link.type}]`;
}

function putHardware(s: Session, p: Printer, link: LinkInfo, isInet6Dump: boolean): void {
  p.text(p.lineBreak);
  const type = typeName(s, link);
  p.put("link_type", type, `    link/${type} `);
  if (link.address !== "") p.put("address", link.address, link.address, "mac");
  if (link.broadcast !== "" && !isInet6Dump) {
    const isPeer = (link.flags & 0x10) !== 0;
    p.text(isPeer ? " peer " : " brd ");
    if (isPeer) p.json("link_pointtopoint", true);
    p.put("broadcast", link.broadcast, link.broadcast, "mac");
  }
}

function putNetns(s: Session, p: Printer, link: LinkInfo): void {
  const nsid = link.linkNetnsid;
  if (nsid === null) return;
  if (p.isJson) p.json("link_netnsid", nsid);
  else if (nsid < 0) p.text(" link-netnsid unknown");
  else {
    const name = s.nameOfNsid(nsid);
    p.text(name === null ? ` link-netnsid ${nsid}` : ` link-netns ${name}`);
  }
}

/** Where a device that leaves goes. */
function putMove(s: Session, p: Printer, view: LinkView): void {
  const { nsid, ifindex } = view.notice ?? {};
  if (nsid === undefined) return;
  const name = s.nameOfNsid(nsid);
  p.text(name === null ? ` new-netnsid ${nsid}` : ` new-netns ${name}`);
  p.text(` new-ifindex ${ifindex}`);
}

/** What devices without segmentation hardware of their own take, and what is set for this one. */
function segmentSizes(link: LinkInfo): readonly (readonly [key: string, value: number])[] {
  return [
    ["gso_max_size", link.gsoMaxSize],
    ["gso_max_segs", link.gsoMaxSegs],
    ["tso_max_size", link.tsoMaxSize],
    ["tso_max_segs", 65535],
    ["gro_max_size", link.groMaxSize],
  ];
}

function putSlave(s: Session, p: Printer, port: BridgePortInfo): void {
  p.text(p.lineBreak);
  p.put("info_slave_kind", "bridge", "    bridge_slave ");
  p.object("info_slave_data");
  putBridgeSlave(s, p, port);
  p.close();
}

function putDetails(s: Session, p: Printer, link: LinkInfo, view: LinkView): void {
  p.put("promiscuity", link.promiscuity, ` promiscuity ${link.promiscuity} `);
  p.put("allmulti", link.allmulti, ` allmulti ${link.allmulti} `);
  p.put("min_mtu", link.minMtu, `minmtu ${link.minMtu} `);
  p.put("max_mtu", link.maxMtu, `maxmtu ${link.maxMtu} `);
  if (link.kind !== null) {
    p.object("linkinfo");
    p.text(p.lineBreak);
    p.put("info_kind", link.kind, `    ${link.kind} `);
    if (link.bridge !== undefined) {
      p.object("info_data");
      putBridge(p, link.bridge);
      p.close();
    }
    if (link.bridgePort !== undefined) putSlave(s, p, link.bridgePort);
    p.close();
  }
  if (view.isLink && link.hasInet6) {
    const mode = ADDR_GEN_MODES[link.addrGenMode ?? 0] ?? String(link.addrGenMode);
    p.put("inet6_addr_gen_mode", mode, `addrgenmode ${mode} `);
  }
  p.put("num_tx_queues", link.numTxQueues, `numtxqueues ${link.numTxQueues} `);
  p.put("num_rx_queues", link.numRxQueues, `numrxqueues ${link.numRxQueues} `);
  for (const [key, value] of segmentSizes(link)) p.put(key, value, `${key} ${value} `);
}

function putNames(p: Printer, link: LinkInfo, isAlias: boolean): void {
  if (isAlias) {
    if (link.alias === null || link.alias === "") return;
    p.text(p.lineBreak);
    p.put("ifalias", link.alias, `    alias ${link.alias}`);
    return;
  }
  if (link.altnames.length === 0) return;
  p.array("altnames");
  for (const altname of link.altnames) {
    p.text(p.lineBreak);
    p.put(null, altname, `    altname ${altname}`);
  }
  p.close();
}

/** Prints a device as one object that stays open: addresses may follow. */
export function putLink(s: Session, p: Printer, link: LinkInfo, view: LinkView): void {
  p.put("ifindex", link.ifindex, `${link.ifindex}: `);
  const peer = putPeer(s, p, link);
  p.put("ifname", link.ifname, `${link.ifname}${peer.suffix}: `, "ifname");
  putFlags(p, link, peer);
  p.put("mtu", link.mtu, `mtu ${link.mtu} `);
  const isInet6Dump = view.isInet6Dump === true;
  if (link.qdisc !== "" && !isInet6Dump) p.put("qdisc", link.qdisc, `qdisc ${link.qdisc} `);
  if (link.master !== undefined && link.master !== null && !isInet6Dump) {
    const master = s.nameOf(link.master);
    p.put("master", master, `master ${master} `);
  }
  putState(p, link, 0);
  if (view.isLink) {
    const mode = LINK_MODES[link.linkMode] ?? String(link.linkMode);
    p.put("linkmode", mode, `mode ${mode} `);
  }
  if (!isInet6Dump) {
    const group = GROUPS.name(link.group, s.options.isNumeric);
    p.put("group", group, `group ${group} `);
  }
  if (link.txqueuelen !== 0 && view.notice === undefined)
    p.put("txqlen", link.txqueuelen, `qlen ${link.txqueuelen | 0}`);
  const hasHardware = (view.family !== "inet" && view.family !== "inet6") || s.options.details > 0;
  if (hasHardware) putHardware(s, p, link, isInet6Dump);
  if (isInet6Dump) {
    p.text("\n");
    return;
  }
  putNetns(s, p, link);
  putMove(s, p, view);
  if (hasHardware && link.permAddress !== null && link.permAddress !== link.address)
    p.put("permaddr", link.permAddress, ` permaddr ${link.permAddress}`, "mac");
  if (s.options.details > 0) putDetails(s, p, link, view);
  if (view.isLink || s.options.details > 0) putNames(p, link, true);
  if (view.isLink && s.options.statistics > 0) {
    p.text(p.lineBreak);
    putStatistics(s, p, link);
  }
  putNames(p, link, false);
  p.text("\n");
}

/** The columns of -br: name, state and, for a link, address and flags. */
export function putLinkBrief(s: Session, p: Printer, link: LinkInfo, isLink: boolean): void {
  const peer = putPeer(s, p, link);
  p.put("ifname", link.ifname, `${(link.ifname + peer.suffix).padEnd(16)} `, "ifname");
  putState(p, link, 14);
  if (!isLink) return;
  p.put("address", link.address, `${link.address} `, "mac");
  putFlags(p, link, peer);
  p.text("\n");
}

/** A bridge tells of its port without the namespace of the peer: the tool looks for that number among the devices here. */
export function asBridgeTells(link: LinkInfo): LinkInfo {
  return { ...link, link: link.link === link.ifindex ? null : link.link, linkNetnsid: null };
}

/** What a bridge tells of its port: little beside the port itself, which ip(8) does not look at. */
export function putBridgePort(s: Session, p: Printer, told: LinkInfo): void {
  const link = asBridgeTells(told);
  p.text(`${link.ifindex}: `);
  const peer = putPeer(s, p, link);
  p.text(`${link.ifname}${peer.suffix}: `, "ifname");
  putFlags(p, link, peer);
  p.text(`mtu ${link.mtu} master ${s.nameOf(link.master ?? 0)} `);
  putState(p, link, 0);
  p.text(`${p.lineBreak}    link/${typeName(s, link)} `);
  p.text(link.address, "mac");
  p.text("\n");
}
