/**
 * A device as RTM_NEWLINK: every attribute in the kernel's order.
 * @source net/core/rtnetlink.c, rtnl_fill_ifinfo(); net/ipv4/devinet.c, inet_fill_link_af(); net/ipv6/addrconf.c, inet6_fill_ifla6_attrs()
 */
import type { NetDevice } from "../../devices/net-device.ts";
import type { LinkInfo, LinkStats } from "../../events/requests.ts";
import { inet6Dev } from "../../stack/ipv6/inet6-dev.ts";
import { type NetlinkAttr, type NetlinkMessage, NLA_F_NESTED } from "../../wire/netlink/message.ts";
import { makeAttrs, type NamedAttr } from "../../wire/netlink/named.ts";
import { spaceOf } from "../../wire/netlink/schema.ts";
import { linkInfo } from "../infos.ts";
import { type Asking, reply } from "./asking.ts";
import { confValues, keysOf } from "./conf-values.ts";
import { inet6Attrs } from "./inet6-fill.ts";

/** Leaves the counters of IPv6 away. @source include/uapi/linux/rtnetlink.h */
const RTEXT_FILTER_SKIP_STATS = 8;
const TSO_MAX_SEGS = 65535;
const GSO_LEGACY_MAX_SIZE = 65536;
const IPV4_MIN_MTU = 68;

/** net.ipv4.conf.DEV in the order of IPV4_DEVCONF_*. @source include/uapi/linux/ip.h */
const IPV4_DEVCONF = keysOf(
  "net/ipv4/conf",
  `forwarding mc_forwarding proxy_arp accept_redirects secure_redirects send_redirects shared_media rp_filter
  accept_source_route bootp_relay log_martians tag arp_filter medium_id disable_xfrm disable_policy force_igmp_version
  arp_announce arp_ignore promote_secondaries arp_accept arp_notify accept_local src_valid_mark proxy_arp_pvlan
  route_localnet igmpv2_unsolicited_report_interval igmpv3_unsolicited_report_interval ignore_routes_with_linkdown
  drop_unicast_in_l2_multicast drop_gratuitous_arp bc_forwarding arp_evict_nocarrier`,
);

function afSpec(ask: Asking, dev: NetDevice, extMask: number): NamedAttr {
  const families: NamedAttr[] = [];
  if (dev.mtu >= IPV4_MIN_MTU)
    families.push(["AF_INET", { attrs: [["IFLA_INET_CONF", confValues(ask, dev, IPV4_DEVCONF)]] }]);
  const inet6 = inet6Dev(ask.step, dev);
  if (inet6 !== null)
    families.push([
      "AF_INET6",
      { attrs: inet6Attrs(ask, dev, inet6, (extMask & RTEXT_FILTER_SKIP_STATS) === 0) },
    ]);
  return ["IFLA_AF_SPEC", { attrs: families }];
}

/** @source struct rtnl_link_stats64 */
function counters(stats: LinkStats): number[] {
  return [
    stats.rxPackets,
    stats.txPackets,
    stats.rxBytes,
    stats.txBytes,
    stats.rxErrors,
    stats.txErrors,
    stats.rxDropped,
    stats.txDropped,
    stats.multicast,
    stats.collisions,
    ...[0, 0, 0, 0, 0],
    stats.rxMissed,
    0,
    stats.txCarrierErrors,
    ...[0, 0, 0, 0, 0],
    0, // rx_nohandler
    stats.rxOtherhost,
  ];
}

/** Attributes with NLA_F_NESTED: those that came late to the kernel. */
function lateNests(info: LinkInfo): NetlinkAttr[] {
  const names = info.altnames.map((altname): NamedAttr => ["IFLA_ALT_IFNAME", altname]);
  const nests: NamedAttr[] = [
    ["IFLA_DEVLINK_PORT", new Uint8Array(0)],
    ["IFLA_DPLL_PIN", new Uint8Array(0)],
  ];
  if (names.length > 0) nests.unshift(["IFLA_PROP_LIST", { attrs: names }]);
  return makeAttrs(spaceOf("IFLA"), nests, 0).map((attr) => ({ ...attr, flags: NLA_F_NESTED }));
}

export interface FillOptions {
  /** NLM_F_* */
  readonly flags: number;
  readonly extMask: number;
  /** Id of the device's namespace, where it is not the asking one. */
  readonly targetNsid?: number | null;
  /** It is no answer but news. Of a device that goes, its peer and its protocols are gone already. */
  readonly notice?: "RTM_NEWLINK" | "RTM_DELLINK";
}

export function fillLink(ask: Asking, dev: NetDevice, options: FillOptions): NetlinkMessage {
  const shown = linkInfo(ask.step, dev);
  const isGone = options.notice === "RTM_DELLINK";
  const info = isGone ? { ...shown, link: 0, linkNetnsid: null, qdisc: "noop" } : shown;
  const stats = counters(info.stats);
  const target: NamedAttr[] =
    typeof options.targetNsid === "number" ? [["IFLA_TARGET_NETNSID", options.targetNsid]] : [];
  const optional = (name: string, value: string | number | null | undefined): NamedAttr[] =>
    value === null || value === undefined ? [] : [[name, value]];
  const attrs: NamedAttr[] = [
    ...target,
    ["IFLA_IFNAME", info.ifname],
    ["IFLA_TXQLEN", info.txqueuelen],
    ["IFLA_OPERSTATE", info.operState],
    ["IFLA_LINKMODE", info.linkMode],
    ["IFLA_NETNS_IMMUTABLE", dev.kind === "loopback" ? 1 : 0],
    ["IFLA_MTU", info.mtu],
    ["IFLA_MIN_MTU", info.minMtu],
    ["IFLA_MAX_MTU", info.maxMtu],
    ["IFLA_GROUP", info.group],
    ["IFLA_PROMISCUITY", info.promiscuity],
    ["IFLA_ALLMULTI", info.allmulti],
    ["IFLA_NUM_TX_QUEUES", info.numTxQueues],
    ["IFLA_GSO_MAX_SEGS", info.gsoMaxSegs],
    ["IFLA_GSO_MAX_SIZE", info.gsoMaxSize],
    ["IFLA_GRO_MAX_SIZE", info.groMaxSize],
    ["IFLA_GSO_IPV4_MAX_SIZE", Math.min(info.gsoMaxSize, GSO_LEGACY_MAX_SIZE)],
    ["IFLA_GRO_IPV4_MAX_SIZE", Math.min(info.groMaxSize, GSO_LEGACY_MAX_SIZE)],
    ["IFLA_TSO_MAX_SIZE", info.tsoMaxSize],
    ["IFLA_TSO_MAX_SEGS", TSO_MAX_SEGS],
    ["IFLA_MAX_PACING_OFFLOAD_HORIZON", 0],
    ["IFLA_NUM_RX_QUEUES", info.numRxQueues],
    ...optional("IFLA_MASTER", info.master),
    ["IFLA_CARRIER", dev.hasCarrier ? 1 : 0],
    ...optional("IFLA_IFALIAS", info.alias),
    ["IFLA_CARRIER_CHANGES", info.carrierUpCount + info.carrierDownCount],
    ["IFLA_CARRIER_UP_COUNT", info.carrierUpCount],
    ["IFLA_CARRIER_DOWN_COUNT", info.carrierDownCount],
    ["IFLA_HEADROOM", 0],
    ["IFLA_TAILROOM", 0],
    ["IFLA_PROTO_DOWN", 0],
    ["IFLA_ADDRESS", info.address],
    ["IFLA_BROADCAST", info.broadcast],
    ["IFLA_STATS64", stats],
    ["IFLA_STATS", stats.slice(0, 24)],
    ["IFLA_XDP", { attrs: [["IFLA_XDP_ATTACHED", 0]] }],
    ...(info.kind === null
      ? []
      : [["IFLA_LINKINFO", { attrs: [["IFLA_INFO_KIND", zeroEnded(info.kind)]] }] as NamedAttr]),
    ...optional("IFLA_LINK_NETNSID", info.linkNetnsid),
    ...optional("IFLA_LINK", info.link),
    ["IFLA_QDISC", info.qdisc],
    isGone ? ["IFLA_AF_SPEC", { attrs: [] }] : afSpec(ask, dev, options.extMask),
    ["IFLA_MAP", new Uint8Array(32)],
  ];
  const header = {
    type: info.type,
    index: info.ifindex,
    flags: info.flags,
    change: options.notice === undefined ? 0 : 0xffff_ffff,
  };
  const message = reply(ask, options.notice ?? "RTM_NEWLINK", options.flags, header, attrs);
  return { ...message, attrs: [...message.attrs, ...lateNests(info)] };
}

const encoder = new TextEncoder();

/** The kernel ends the name of a kind by a zero octet, which programs do not. */
function zeroEnded(text: string): Uint8Array {
  return encoder.encode(`${text}\0`);
}
