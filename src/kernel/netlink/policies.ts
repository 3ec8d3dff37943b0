/**
 * What the kernel demands of the attributes of each message.
 * @source net/core/rtnetlink.c, ifla_policy; net/ipv4/devinet.c, ifa_ipv4_policy; fib_frontend.c, rtm_ipv4_policy; net/core/neighbour.c, nda_policy; net_namespace.c, rtnl_net_policy
 */
import { spaceOf } from "../../wire/netlink/schema.ts";
import type { Policies, Policy } from "./parse.ts";

const U8: Policy = { type: "u8" };
const U16: Policy = { type: "u16" };
const U32: Policy = { type: "u32" };
const S32: Policy = { type: "s32" };
const NESTED: Policy = { type: "nested" };
const REJECT: Policy = { type: "reject" };
/** @source include/net/tcp.h, MAX_TCP_HEADER + 1 */
const MORE_THAN_HEADERS: Policy = { type: "u32", min: 193 };
const LLADDR: Policy = { type: "binary", len: 32 };

/** Names of attributes to their policies. */
function policies(space: string, entries: Readonly<Record<string, Policy>>): Policies {
  const { byName } = spaceOf(space);
  return new Map(Object.entries(entries).map(([name, policy]) => [byName.get(name)!.type, policy]));
}

export const IFLA_MAX = 69;
export const IFLA_POLICY = policies("IFLA", {
  IFLA_ADDRESS: LLADDR,
  IFLA_BROADCAST: LLADDR,
  IFLA_IFNAME: { type: "string", len: 15 },
  IFLA_MTU: U32,
  IFLA_LINK: U32,
  IFLA_MASTER: U32,
  IFLA_TXQLEN: U32,
  IFLA_MAP: { type: "octets", len: 32 },
  IFLA_WEIGHT: U32,
  IFLA_OPERSTATE: U8,
  IFLA_LINKMODE: U8,
  IFLA_LINKINFO: NESTED,
  IFLA_NET_NS_PID: U32,
  IFLA_IFALIAS: { type: "binary", len: 255 },
  IFLA_VFINFO_LIST: NESTED,
  IFLA_VF_PORTS: NESTED,
  IFLA_PORT_SELF: NESTED,
  IFLA_AF_SPEC: NESTED,
  IFLA_GROUP: U32,
  IFLA_NET_NS_FD: U32,
  IFLA_EXT_MASK: U32,
  IFLA_PROMISCUITY: U32,
  IFLA_NUM_TX_QUEUES: U32,
  IFLA_NUM_RX_QUEUES: U32,
  IFLA_CARRIER: U8,
  IFLA_PHYS_PORT_ID: LLADDR,
  IFLA_CARRIER_CHANGES: U32,
  IFLA_PHYS_SWITCH_ID: LLADDR,
  IFLA_LINK_NETNSID: S32,
  IFLA_PROTO_DOWN: U8,
  IFLA_GSO_MAX_SEGS: U32,
  IFLA_GSO_MAX_SIZE: MORE_THAN_HEADERS,
  IFLA_GSO_IPV4_MAX_SIZE: MORE_THAN_HEADERS,
  IFLA_XDP: NESTED,
  IFLA_EVENT: U32,
  IFLA_TARGET_NETNSID: S32,
  IFLA_CARRIER_UP_COUNT: U32,
  IFLA_CARRIER_DOWN_COUNT: U32,
  IFLA_NEW_IFINDEX: { type: "s32", min: 1 },
  IFLA_MIN_MTU: U32,
  IFLA_MAX_MTU: U32,
  IFLA_PROP_LIST: NESTED,
  IFLA_ALT_IFNAME: { type: "string", len: 127 },
  IFLA_PERM_ADDRESS: REJECT,
  IFLA_PROTO_DOWN_REASON: NESTED,
  IFLA_PARENT_DEV_NAME: { type: "nulString" },
  IFLA_GRO_MAX_SIZE: U32,
  IFLA_TSO_MAX_SIZE: REJECT,
  IFLA_TSO_MAX_SEGS: REJECT,
  IFLA_ALLMULTI: REJECT,
  IFLA_GRO_IPV4_MAX_SIZE: U32,
  IFLA_NETNS_IMMUTABLE: REJECT,
  IFLA_HEADROOM: REJECT,
  IFLA_TAILROOM: REJECT,
});
export const IFLA_INFO_POLICY = policies("IFLA_INFO", {
  IFLA_INFO_KIND: { type: "string" },
  IFLA_INFO_DATA: NESTED,
  IFLA_INFO_SLAVE_KIND: { type: "string" },
  IFLA_INFO_SLAVE_DATA: NESTED,
});
/** @source drivers/net/veth.c, veth_policy: at least a header */
export const VETH_INFO_POLICY = policies("VETH_INFO", { VETH_INFO_PEER: { type: "octets", len: 16 } });
export const NO_POLICY: Policies = new Map();

export const IFA_MAX = 11;
export const IFA_POLICY = policies("IFA", {
  IFA_ADDRESS: U32,
  IFA_LOCAL: U32,
  IFA_BROADCAST: U32,
  IFA_LABEL: { type: "string", len: 15 },
  IFA_CACHEINFO: { type: "octets", len: 16 },
  IFA_FLAGS: U32,
  IFA_RT_PRIORITY: U32,
  IFA_TARGET_NETNSID: S32,
  IFA_PROTO: U8,
});
/** @source net/ipv6/addrconf.c, ifa_ipv6_policy */
export const IFA6_POLICY = policies("IFA", {
  IFA_ADDRESS: { type: "octets", len: 16 },
  IFA_LOCAL: { type: "octets", len: 16 },
  IFA_CACHEINFO: { type: "octets", len: 16 },
  IFA_FLAGS: { type: "octets", len: 4 },
  IFA_RT_PRIORITY: { type: "octets", len: 4 },
  IFA_TARGET_NETNSID: S32,
  IFA_PROTO: U8,
});

export const RTA_MAX = 31;
export const RTA_POLICY = policies("RTA", {
  RTA_DST: U32,
  RTA_SRC: U32,
  RTA_IIF: U32,
  RTA_OIF: U32,
  RTA_GATEWAY: U32,
  RTA_PRIORITY: U32,
  RTA_PREFSRC: U32,
  RTA_METRICS: NESTED,
  RTA_MULTIPATH: { type: "octets", len: 8 },
  RTA_FLOW: U32,
  RTA_ENCAP_TYPE: U16,
  RTA_ENCAP: NESTED,
  RTA_UID: U32,
  RTA_MARK: U32,
  RTA_TABLE: U32,
  RTA_IP_PROTO: U8,
  RTA_SPORT: U16,
  RTA_DPORT: U16,
  RTA_NH_ID: U32,
});
/** @source net/ipv6/route.c, rtm_ipv6_policy */
export const RTA6_POLICY = policies("RTA", {
  RTA_GATEWAY: { type: "octets", len: 16 },
  RTA_PREFSRC: { type: "octets", len: 16 },
  RTA_OIF: U32,
  RTA_IIF: U32,
  RTA_PRIORITY: U32,
  RTA_METRICS: NESTED,
  RTA_MULTIPATH: { type: "octets", len: 8 },
  RTA_PREF: U8,
  RTA_ENCAP_TYPE: U16,
  RTA_ENCAP: NESTED,
  RTA_EXPIRES: U32,
  RTA_UID: U32,
  RTA_MARK: U32,
  RTA_TABLE: U32,
  RTA_IP_PROTO: U8,
  RTA_SPORT: U16,
  RTA_DPORT: U16,
  RTA_NH_ID: U32,
});

/** @source net/core/fib_rules.c, fib_rule_policy */
export const FRA_POLICY = policies("FRA", {
  FRA_IIFNAME: { type: "string", len: 15 },
  FRA_OIFNAME: { type: "string", len: 15 },
  FRA_PRIORITY: U32,
  FRA_FWMARK: U32,
  FRA_FLOW: U32,
  FRA_TUN_ID: { type: "u64" },
  FRA_FWMASK: U32,
  FRA_TABLE: U32,
  FRA_SUPPRESS_PREFIXLEN: U32,
  FRA_SUPPRESS_IFGROUP: U32,
  FRA_GOTO: U32,
  FRA_L3MDEV: U8,
  FRA_UID_RANGE: { type: "octets", len: 8 },
  FRA_PROTOCOL: U8,
  FRA_IP_PROTO: U8,
  FRA_SPORT_RANGE: { type: "octets", len: 4 },
  FRA_DPORT_RANGE: { type: "octets", len: 4 },
});

/** NTF_EXT_MANAGED | NTF_EXT_EXT_VALIDATED */
const NTF_EXT_MASK = 5;
export const NDA_MAX = 17;
export const NDA_POLICY = policies("NDA", {
  NDA_DST: { type: "binary", len: 32 },
  NDA_LLADDR: LLADDR,
  NDA_CACHEINFO: { type: "octets", len: 16 },
  NDA_PROBES: U32,
  NDA_VLAN: U16,
  NDA_PORT: U16,
  NDA_VNI: U32,
  NDA_IFINDEX: U32,
  NDA_MASTER: U32,
  NDA_PROTOCOL: U8,
  NDA_NH_ID: U32,
  NDA_FLAGS_EXT: { type: "u32", mask: NTF_EXT_MASK },
  NDA_FDB_EXT_ATTRS: NESTED,
});

export const NETNSA_MAX = 5;
export const NETNSA_POLICY = policies("NETNSA", {
  NETNSA_NSID: S32,
  NETNSA_PID: U32,
  NETNSA_FD: U32,
  NETNSA_TARGET_NSID: S32,
});
