/** Frames and packets as text for people. */
import { describeArp } from "../wire/arp.ts";
import { decodeFrame } from "../wire/ethernet.ts";
import type { FramePayload, WireError } from "../wire/frame.ts";
import { ICMP_ECHO, ICMP_ECHOREPLY, type IcmpMessage } from "../wire/icmp.ts";
import {
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_MGM_QUERY,
  ICMPV6_MLD2_REPORT,
  type Icmp6Message,
  NDISC_NEIGHBOUR_ADVERTISEMENT,
  NDISC_NEIGHBOUR_SOLICITATION,
  NDISC_ROUTER_ADVERTISEMENT,
  NDISC_ROUTER_SOLICITATION,
} from "../wire/icmpv6.ts";
import { decodeIpv4, IP_MF, type Ipv4Packet } from "../wire/ipv4.ts";
import { formatIpv4 } from "../wire/ipv4-address.ts";
import { decodeIpv6, type Ipv6Packet } from "../wire/ipv6.ts";
import { formatIpv6 } from "../wire/ipv6-address.ts";
import { formatMac } from "../wire/mac.ts";

/** `02:..:01 > ff:..:ff ARP request ...`; octets that no codec reads are named by their EtherType. */
export function describeFrame(octets: Uint8Array): string {
  const frame = decodeFrame(0, octets);
  if ("reason" in frame) return `${octets.length} octets, ${frame.reason}`;
  const addresses = `${formatMac(frame.src)} > ${formatMac(frame.dst)}`;
  return `${addresses} ${describePayload(frame.payload) ?? `EtherType 0x${frame.etherType.toString(16).padStart(4, "0")}`}`;
}

/** `IPv4 10.0.0.1 > 10.0.0.9 ...`, of octets from the network header on. */
export function describePacket(octets: Uint8Array): string {
  const version = (octets[0] ?? 0) >>> 4;
  const packet: FramePayload | WireError = version === 6 ? decodeIpv6(octets, 0) : decodeIpv4(octets, 0);
  if ("reason" in packet) return `${octets.length} octets, ${packet.reason}`;
  return describePayload(packet)!;
}

/** Null: no codec of ours reads it. */
function describePayload(payload: FramePayload): string | null {
  switch (payload.kind) {
    case "arp":
      return describeArp(payload);
    case "ipv4":
      return describeIpv4(payload);
    case "ipv6":
      return describeIpv6(payload);
    default:
      return null;
  }
}

function describeIpv4(packet: Ipv4Packet): string {
  const head = `IPv4 ${formatIpv4(packet.src)} > ${formatIpv4(packet.dst)} ttl ${packet.ttl} id ${packet.id}`;
  if (packet.fragmentOffset !== 0 || (packet.flags & IP_MF) !== 0) {
    return `${head} protocol ${packet.protocol}, fragment at ${8 * packet.fragmentOffset}`;
  }
  const { payload } = packet;
  if (payload.kind === "icmp") return `${head} ${describeIcmp(payload)}`;
  if (payload.kind === "udp") return `${head} UDP port ${payload.sport} > ${payload.dport}`;
  return `${head} protocol ${packet.protocol}`;
}

function describeIcmp(message: IcmpMessage): string {
  const { type, code, identifier, sequence } = message;
  if (type === ICMP_ECHO) return `ICMP echo request id ${identifier} seq ${sequence}`;
  if (type === ICMP_ECHOREPLY) return `ICMP echo reply id ${identifier} seq ${sequence}`;
  return `ICMP type ${type} code ${code}`;
}

function describeIpv6(packet: Ipv6Packet): string {
  const head = `IPv6 ${formatIpv6(packet.src)} > ${formatIpv6(packet.dst)} hlim ${packet.hopLimit}`;
  const { payload } = packet;
  return payload.kind === "icmp6"
    ? `${head} ${describeIcmp6(payload)}`
    : `${head} next header ${packet.extensions[0]?.type ?? packet.protocol}`;
}

const ICMP6_NAMES: ReadonlyMap<number, string> = new Map([
  [ICMPV6_MGM_QUERY, "multicast query"],
  [ICMPV6_MLD2_REPORT, "multicast report"],
  [NDISC_ROUTER_SOLICITATION, "router solicitation"],
  [NDISC_ROUTER_ADVERTISEMENT, "router advertisement"],
  [NDISC_NEIGHBOUR_SOLICITATION, "neighbour solicitation"],
  [NDISC_NEIGHBOUR_ADVERTISEMENT, "neighbour advertisement"],
]);

function describeIcmp6(message: Icmp6Message): string {
  const { type, code, identifier, sequence } = message;
  if (type === ICMPV6_ECHO_REQUEST) return `ICMPv6 echo request id ${identifier} seq ${sequence}`;
  if (type === ICMPV6_ECHO_REPLY) return `ICMPv6 echo reply id ${identifier} seq ${sequence}`;
  return `ICMPv6 ${ICMP6_NAMES.get(type) ?? `type ${type} code ${code}`}`;
}
