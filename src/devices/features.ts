/**
 * What a device takes off the stack's hands: features that are fixed, those that can be switched, and which of them depend on
 * others. Names and order are the kernel's.
 * @source net/ethtool/common.c, netdev_features_strings; net/core/dev.c, netdev_fix_features(); drivers/net/veth.c, VETH_FEATURES
 */
import type { DeviceKind } from "./net-device.ts";

export const FEATURES: readonly string[] = [
  "tx-scatter-gather",
  "tx-checksum-ipv4",
  "tx-checksum-ip-generic",
  "tx-checksum-ipv6",
  "highdma",
  "tx-scatter-gather-fraglist",
  "tx-vlan-hw-insert",
  "rx-vlan-hw-parse",
  "rx-vlan-filter",
  "tx-vlan-stag-hw-insert",
  "rx-vlan-stag-hw-parse",
  "rx-vlan-stag-filter",
  "vlan-challenged",
  "tx-generic-segmentation",
  "rx-gro",
  "rx-lro",
  "tx-tcp-segmentation",
  "tx-gso-robust",
  "tx-tcp-ecn-segmentation",
  "tx-tcp-mangleid-segmentation",
  "tx-tcp6-segmentation",
  "tx-fcoe-segmentation",
  "tx-gre-segmentation",
  "tx-gre-csum-segmentation",
  "tx-ipxip4-segmentation",
  "tx-ipxip6-segmentation",
  "tx-udp_tnl-segmentation",
  "tx-udp_tnl-csum-segmentation",
  "tx-gso-partial",
  "tx-tunnel-remcsum-segmentation",
  "tx-sctp-segmentation",
  "tx-esp-segmentation",
  "tx-udp-segmentation",
  "tx-gso-list",
  "tx-tcp-accecn-segmentation",
  "tx-checksum-fcoe-crc",
  "tx-checksum-sctp",
  "rx-ntuple-filter",
  "rx-hashing",
  "rx-checksum",
  "tx-nocache-copy",
  "loopback",
  "rx-fcs",
  "rx-all",
  "l2-fwd-offload",
  "hw-tc-offload",
  "esp-hw-offload",
  "esp-tx-csum-hw-offload",
  "rx-udp_tunnel-port-offload",
  "tls-hw-tx-offload",
  "tls-hw-rx-offload",
  "rx-gro-hw",
  "tls-hw-record",
  "rx-gro-list",
  "macsec-hw-offload",
  "rx-udp-gro-forwarding",
  "hsr-tag-ins-offload",
  "hsr-tag-rm-offload",
  "hsr-fwd-offload",
  "hsr-dup-offload",
];

const TCP = [
  "tx-tcp-segmentation",
  "tx-tcp-ecn-segmentation",
  "tx-tcp-mangleid-segmentation",
  "tx-tcp6-segmentation",
  "tx-tcp-accecn-segmentation",
];
const RECEIVED = ["rx-gro-list", "rx-udp-gro-forwarding"];

interface KindFeatures {
  /** Switched on when the device is made. */
  readonly on: readonly string[];
  /** Can be switched. */
  readonly hw: readonly string[];
}

const VETH_ON = [
  "tx-scatter-gather",
  "tx-scatter-gather-fraglist",
  "tx-checksum-ip-generic",
  "tx-checksum-sctp",
  "rx-checksum",
  "highdma",
  "tx-generic-segmentation",
  ...TCP,
  "tx-vlan-hw-insert",
  "rx-vlan-hw-parse",
  "tx-vlan-stag-hw-insert",
  "rx-vlan-stag-hw-parse",
  "tx-gre-segmentation",
  "tx-gre-csum-segmentation",
  "tx-ipxip4-segmentation",
  "tx-ipxip6-segmentation",
  "tx-udp_tnl-segmentation",
  "tx-udp_tnl-csum-segmentation",
  "tx-sctp-segmentation",
  "tx-udp-segmentation",
  "tx-gso-list",
];
const LOOPBACK_HW = [
  ...TCP,
  "tx-generic-segmentation",
  "rx-gro",
  "tx-sctp-segmentation",
  "tx-udp-segmentation",
  "tx-gso-list",
];

/** What every port has is what a bridge has: those of veth, but for what receives. @source br_dev_setup(), COMMON_FEATURES */
const BRIDGE_ON = [
  "tx-scatter-gather",
  "tx-scatter-gather-fraglist",
  "tx-checksum-ip-generic",
  "highdma",
  "tx-generic-segmentation",
  "tx-lockless",
  "netns-local",
  ...TCP,
];

const KINDS: Readonly<Record<DeviceKind, KindFeatures>> = {
  veth: { on: VETH_ON, hw: [...VETH_ON, "rx-gro", "tx-nocache-copy", ...RECEIVED] },
  bridge: { on: BRIDGE_ON, hw: BRIDGE_ON },
  loopback: {
    on: [
      ...LOOPBACK_HW,
      "tx-scatter-gather",
      "tx-scatter-gather-fraglist",
      "tx-checksum-ip-generic",
      "tx-checksum-sctp",
      "rx-checksum",
      "highdma",
      "vlan-challenged",
      "loopback",
    ],
    hw: [...LOOPBACK_HW, ...RECEIVED],
  },
};

export function defaultFeatures(kind: DeviceKind): readonly string[] {
  return KINDS[kind].on;
}

export function canSwitch(kind: DeviceKind, feature: string): boolean {
  return KINDS[kind].hw.includes(feature);
}

/** Of the features that are wanted, those that can work together. @source netdev_fix_features() */
export function fixFeatures(wanted: readonly string[]): string[] {
  const left = new Set(wanted);
  const drop = (...features: readonly string[]) => {
    for (const feature of features) left.delete(feature);
  };
  // What accecn stands for is no part of NETIF_F_ALL_TSO.
  if (!left.has("tx-scatter-gather")) drop(...TCP.filter((name) => !name.includes("accecn")));
  const hasIpv4 = left.has("tx-checksum-ip-generic") || left.has("tx-checksum-ipv4");
  const hasIpv6 = left.has("tx-checksum-ip-generic") || left.has("tx-checksum-ipv6");
  if (!hasIpv4) drop("tx-tcp-segmentation", "tx-tcp-ecn-segmentation");
  if (!hasIpv6) drop("tx-tcp6-segmentation");
  if (!left.has("tx-tcp-segmentation")) drop("tx-tcp-mangleid-segmentation");
  if (!left.has("tx-tcp-segmentation") && !left.has("tx-tcp6-segmentation")) drop("tx-tcp-ecn-segmentation");
  if (!left.has("tx-scatter-gather")) drop("tx-generic-segmentation");
  if (!hasIpv4 || !hasIpv6) drop("tx-udp-segmentation");
  return FEATURES.filter((feature) => left.has(feature));
}
