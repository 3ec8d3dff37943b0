/** What IPv4 and IPv6 packets carry, by the number of the protocol. Output of tcpdump 4.99.3 as recorded. */
import type { IpHeader, PacketText } from "./packet-text.ts";
import { printIcmp } from "./print-icmp.ts";
import { printIcmp6 } from "./print-icmp6.ts";
import { printIgmp } from "./print-igmp.ts";
import { printTcp } from "./print-tcp.ts";
import { printUdp } from "./print-udp.ts";

/** Names of the header line. */
export const PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [0, "Options"],
  [1, "ICMP"],
  [2, "IGMP"],
  [4, "IPIP"],
  [6, "TCP"],
  [8, "EGP"],
  [9, "IGRP"],
  [17, "UDP"],
  [33, "DCCP"],
  [41, "IPv6"],
  [43, "Routing"],
  [44, "Fragment"],
  [46, "RSVP"],
  [47, "GRE"],
  [50, "ESP"],
  [51, "AH"],
  [55, "Mobile IP"],
  [58, "ICMPv6"],
  [62, "Mobile IP (old)"],
  [88, "EIGRP"],
  [89, "OSPF"],
  [103, "PIM"],
  [108, "Compressed IP"],
  [112, "VRRP"],
  [113, "PGM"],
  [132, "SCTP"],
  [135, "Mobility"],
  [143, "Ethernet"],
]);

/** Protocols that print the addresses themselves, with ports. */
export const WITH_PORTS: ReadonlySet<number> = new Set([6, 17]);

/** Hands the payload of an IPv4 or IPv6 packet to its printer. */
export function printTransport(
  p: PacketText,
  ip: IpHeader,
  at: number,
  length: number,
  protocol: number,
  isFragmented: boolean,
): void {
  switch (protocol) {
    case 1:
      if (ip.version === 4) printIcmp(p, ip, at, length, isFragmented);
      else p.put("[ICMP requires IPv4] (invalid)");
      break;
    case 2:
      if (ip.version === 4) printIgmp(p, at, length);
      else p.put("[IGMP requires IPv4] (invalid)");
      break;
    case 4:
      p.inner.ip(p, at, length);
      break;
    case 6:
      printTcp(p, ip, at, length, isFragmented);
      break;
    case 17:
      printUdp(p, ip, at, length, isFragmented);
      break;
    case 41:
      p.inner.ip6(p, at, length);
      break;
    case 58:
      if (ip.version === 6) printIcmp6(p, ip, at, length, isFragmented);
      else p.put("[ICMPv6 requires IPv6] (invalid)");
      break;
    default:
      if (ip.version === 6 && protocol === 59) {
        p.put("no next header");
        break;
      }
      p.put(` ${p.names.protocol(protocol)} ${length}`);
  }
}
