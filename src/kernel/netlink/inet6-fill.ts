/** The IPv6 side of a device. @source net/ipv6/addrconf.c, inet6_fill_ifla6_attrs(), inet6_fill_ifinfo() */

import type { NetDevice } from "../../devices/net-device.ts";
import { devicesOf } from "../../devices/netns.ts";
import { type Inet6Dev, inet6Dev } from "../../stack/ipv6/inet6-dev.ts";
import type { Mib6, Mib6Name } from "../../stack/ipv6/mib6.ts";
import { formatIpv6 } from "../../wire/ipv6-address.ts";
import type { NetlinkMessage } from "../../wire/netlink/message.ts";
import { makeAttrs, type NamedAttr } from "../../wire/netlink/named.ts";
import { attrType, spaceOf } from "../../wire/netlink/schema.ts";
import { linkInfo } from "../infos.ts";
import { AF_INET6, type Asking, type DumpAnswer, dumped, NLM_F_MULTI, reply } from "./asking.ts";
import { confValues, keysOf } from "./conf-values.ts";

const IF_RS_SENT = 0x10;
const IF_RA_RCVD = 0x20;
const IF_READY = 0x8000_0000;
/** Place of addr_gen_mode in the row of settings. */
const DEVCONF_ADDR_GEN_MODE = 47;

/** net.ipv6.conf.DEV in the order of DEVCONF_*; `-` holds no number. @source include/uapi/linux/ipv6.h */
const IPV6_DEVCONF = keysOf(
  "net/ipv6/conf",
  `forwarding hop_limit mtu accept_ra accept_redirects autoconf dad_transmits router_solicitations
  router_solicitation_interval router_solicitation_delay use_tempaddr temp_valid_lft temp_prefered_lft regen_max_retry
  max_desync_factor max_addresses force_mld_version accept_ra_defrtr accept_ra_pinfo accept_ra_rtr_pref
  router_probe_interval accept_ra_rt_info_max_plen proxy_ndp optimistic_dad accept_source_route mc_forwarding
  disable_ipv6 accept_dad force_tllao ndisc_notify mldv1_unsolicited_report_interval mldv2_unsolicited_report_interval
  suppress_frag_ndisc accept_ra_from_local use_optimistic accept_ra_mtu - use_oif_addrs_only accept_ra_min_hop_limit
  ignore_routes_with_linkdown drop_unicast_in_l2_multicast drop_unsolicited_na keep_addr_on_down
  router_solicitation_max_interval seg6_enabled seg6_require_hmac enhanced_dad addr_gen_mode disable_policy
  accept_ra_rt_info_min_plen ndisc_tclass rpl_seg_enabled ra_defrtr_metric ioam6_enabled ioam6_id ioam6_id_wide
  ndisc_evict_nocarrier accept_untracked_na accept_ra_min_lft force_forwarding`,
);

/** Counters in the order of IPSTATS_MIB_*, `-`: there is none in IPv6. @source include/uapi/linux/snmp.h */
const IPSTATS =
  `Ip6InReceives Ip6InOctets Ip6InDelivers Ip6InNoECTPkts Ip6InECT1Pkts Ip6InECT0Pkts Ip6InCEPkts Ip6OutRequests
  Ip6OutTransmits Ip6OutOctets Ip6OutForwDatagrams Ip6InHdrErrors Ip6InTooBigErrors Ip6InNoRoutes Ip6InAddrErrors
  Ip6InUnknownProtos Ip6InTruncatedPkts Ip6InDiscards Ip6OutDiscards Ip6OutNoRoutes Ip6ReasmTimeout Ip6ReasmReqds
  Ip6ReasmOKs Ip6ReasmFails Ip6FragOKs Ip6FragFails Ip6FragCreates Ip6InMcastPkts Ip6OutMcastPkts - -
  Ip6InMcastOctets Ip6OutMcastOctets - - - -`.split(/\s+/);
/** ICMP6_MIB_* */
const ICMP6STATS = [
  "Icmp6InMsgs",
  "Icmp6InErrors",
  "Icmp6OutMsgs",
  "Icmp6OutErrors",
  "Icmp6InCsumErrors",
  "Icmp6OutRateLimitHost",
];

/** A row of counters leads with its own length. */
function counters(mib: Mib6, names: readonly string[]): number[] {
  return [names.length + 1, ...names.map((name) => (name === "-" ? 0 : mib.get(name as Mib6Name)))];
}

export function inet6Attrs(
  ask: Asking,
  dev: NetDevice,
  inet6: Inet6Dev,
  hasStats: boolean,
): readonly NamedAttr[] {
  const conf = confValues(ask, dev, IPV6_DEVCONF);
  const mib = ask.step.cells.get(inet6.mib);
  const stats: readonly NamedAttr[] = hasStats
    ? [
        ["IFLA_INET6_STATS", counters(mib, IPSTATS)],
        ["IFLA_INET6_ICMP6STATS", counters(mib, ICMP6STATS)],
      ]
    : [];
  const flags =
    (inet6.isReady ? IF_READY : 0) + (inet6.rsSent ? IF_RS_SENT : 0) + (inet6.raReceived ? IF_RA_RCVD : 0);
  const { reachableJiffies, retransMs } = inet6.neighParms;
  return [
    ["IFLA_INET6_FLAGS", flags],
    [
      "IFLA_INET6_CACHEINFO",
      { max_reasm_len: 65535, tstamp: 0, reachable_time: reachableJiffies * 4, retrans_time: retransMs },
    ],
    ["IFLA_INET6_CONF", conf],
    ...stats,
    ["IFLA_INET6_TOKEN", formatIpv6(inet6.token)],
    ["IFLA_INET6_ADDR_GEN_MODE", conf[DEVCONF_ADDR_GEN_MODE]!],
  ];
}

/** RTM_GETLINK of this family: less than of all, and only devices that have IPv6. @source inet6_dump_ifinfo() */
export function link6Dump(ask: Asking): DumpAnswer {
  return dumped(
    devicesOf(ask.step, ask.netns).flatMap((dev) => {
      const inet6 = inet6Dev(ask.step, dev);
      return inet6 === null ? [] : [fillLink6(ask, dev, inet6)];
    }),
  );
}

function fillLink6(ask: Asking, dev: NetDevice, inet6: Inet6Dev): NetlinkMessage {
  const info = linkInfo(ask.step, dev);
  const header = { family: AF_INET6, type: info.type, index: info.ifindex, flags: info.flags };
  const message = reply(ask, "RTM_NEWLINK", NLM_F_MULTI, header, [
    ["IFLA_IFNAME", info.ifname],
    ["IFLA_ADDRESS", info.address],
    ["IFLA_MTU", info.mtu],
    ...(info.link === null ? [] : [["IFLA_LINK", info.link] as const]),
    ["IFLA_OPERSTATE", info.operState],
  ]);
  const inside = makeAttrs(spaceOf("IFLA_INET6"), inet6Attrs(ask, dev, inet6, true), 0);
  const protinfo = {
    type: attrType("IFLA_PROTINFO"),
    flags: 0,
    value: { header: new Uint8Array(0), attrs: inside },
  };
  return { ...message, attrs: [...message.attrs, protinfo] };
}
