/** Protocols by the names that filter expressions give them. @source pcap-filter(7) */

export const ETHERTYPE_IP = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_RARP = 0x8035;
export const ETHERTYPE_IPV6 = 0x86dd;

/** Protocols by EtherType. */
export const BY_TYPE: ReadonlyMap<string, number> = new Map([
  ["ip", ETHERTYPE_IP],
  ["arp", ETHERTYPE_ARP],
  ["rarp", ETHERTYPE_RARP],
  ["ip6", ETHERTYPE_IPV6],
  ["atalk", 0x809b],
  ["aarp", 0x80f3],
  ["decnet", 0x6003],
  ["lat", 0x6004],
  ["sca", 0x6007],
  ["moprc", 0x6002],
  ["mopdl", 0x6001],
  ["mpls", 0x8847],
  ["pppoed", 0x8863],
  ["pppoes", 0x8864],
]);
/** Protocols over IP by number; those that IPv6 carries, too. */
export const BY_NUMBER: ReadonlyMap<string, readonly [number, boolean]> = new Map([
  ["tcp", [6, true]],
  ["udp", [17, true]],
  ["sctp", [132, true]],
  ["icmp", [1, false]],
  ["igmp", [2, false]],
  ["igrp", [9, false]],
  ["pim", [103, true]],
  ["vrrp", [112, false]],
  ["carp", [112, false]],
  ["ah", [51, true]],
  ["esp", [50, true]],
  ["icmp6", [58, true]],
]);
export const LLC: ReadonlyMap<string, number> = new Map([
  ["stp", 0x42],
  ["ipx", 0xe0],
  ["netbeui", 0xf0],
  ["iso", 0xfe],
]);
export const PORT_PROTOCOLS: readonly number[] = [132, 6, 17];
