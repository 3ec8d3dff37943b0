/** @source RFC 826; include/uapi/linux/if_arp.h */

import { readU32, writeU32 } from "../core/bytes.ts";
import type { WireError } from "./frame.ts";
import { formatIpv4, type Ipv4Address } from "./ipv4-address.ts";
import { formatMac, type Mac, readMac, writeMac } from "./mac.ts";

export const ARPHRD_ETHER = 1;
export const ARPHRD_IEEE802 = 6;
export const ARPHRD_LOOPBACK = 772;
/** Types of hardware whose packets are read: they all have addresses of six octets. */
const HARDWARE = [ARPHRD_ETHER, ARPHRD_IEEE802, ARPHRD_LOOPBACK];
export const ARPOP_REQUEST = 1;
export const ARPOP_REPLY = 2;
/** Octets of an ARP packet for Ethernet and IPv4. */
export const ARP_LENGTH = 28;

/**
 * An ARP packet for Ethernet (or its relatives of IEEE 802, which Linux takes for the same) or a loopback device, and IPv4. Other
 * types stay opaque.
 */
export class ArpPacket {
  readonly kind = "arp";
  readonly length = ARP_LENGTH;
  constructor(
    readonly operation: number,
    readonly senderMac: Mac,
    readonly senderIp: Ipv4Address,
    readonly targetMac: Mac,
    readonly targetIp: Ipv4Address,
    readonly hardware: number = ARPHRD_ETHER,
  ) {}
}

export function encodeArp(arp: ArpPacket, to: Uint8Array, at: number): void {
  to[at] = arp.hardware >>> 8;
  to[at + 1] = arp.hardware;
  to[at + 2] = 0x08;
  to[at + 3] = 0x00;
  to[at + 4] = 6;
  to[at + 5] = 4;
  to[at + 6] = arp.operation >>> 8;
  to[at + 7] = arp.operation;
  writeMac(arp.senderMac, to, at + 8);
  writeU32(arp.senderIp, to, at + 14);
  writeMac(arp.targetMac, to, at + 18);
  writeU32(arp.targetIp, to, at + 24);
}

/** Total: any octets give a packet or an error. Octets behind the 28th are padding. */
export function decodeArp(octets: Uint8Array, at: number): ArpPacket | WireError {
  if (octets.length - at < ARP_LENGTH)
    return { layer: "arp", reason: "shorter than 28 octets", offset: octets.length - at };
  const u16 = (o: number) => (octets[at + o]! << 8) | octets[at + o + 1]!;
  if (!HARDWARE.includes(u16(0))) return { layer: "arp", reason: "hardware type is not Ethernet", offset: 0 };
  if (u16(2) !== 0x0800) return { layer: "arp", reason: "protocol type is not IPv4", offset: 2 };
  if (octets[at + 4] !== 6) return { layer: "arp", reason: "hardware address length is not 6", offset: 4 };
  if (octets[at + 5] !== 4) return { layer: "arp", reason: "protocol address length is not 4", offset: 5 };
  return new ArpPacket(
    u16(6),
    readMac(octets, at + 8),
    readU32(octets, at + 14),
    readMac(octets, at + 18),
    readU32(octets, at + 24),
    u16(0),
  );
}

export function describeArp(arp: ArpPacket): string {
  const op =
    arp.operation === ARPOP_REQUEST
      ? "request"
      : arp.operation === ARPOP_REPLY
        ? "reply"
        : String(arp.operation);
  return `ARP ${op} ${formatIpv4(arp.senderIp)} (${formatMac(arp.senderMac)}) > ${formatIpv4(arp.targetIp)} (${formatMac(arp.targetMac)})`;
}
