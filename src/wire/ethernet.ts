/** @source IEEE 802.3 clause 3; net/ethernet/eth.c */
import { decodeArp, encodeArp } from "./arp.ts";
import {
  ETH_HLEN,
  ETH_P_ARP,
  ETH_P_IP,
  ETH_P_IPV6,
  Frame,
  type FramePayload,
  type IpPacket,
  OpaquePayload,
  type WireError,
} from "./frame.ts";
import { decodeIpv4, encodeIpv4 } from "./ipv4.ts";
import { decodeIpv6, encodeIpv6 } from "./ipv6.ts";
import { readMac, writeMac } from "./mac.ts";

/** Writes the octets of a frame, checksums included, at `at`. They take `frame.length` octets. */
export function encodeFrame(frame: Frame, to: Uint8Array, at: number): void {
  if (frame.given !== null) {
    to.set(frame.given, at);
    return;
  }
  writeMac(frame.dst, to, at);
  writeMac(frame.src, to, at + 6);
  to[at + 12] = frame.etherType >>> 8;
  to[at + 13] = frame.etherType;
  const payload = frame.payload;
  switch (payload.kind) {
    case "ipv4":
      encodeIpv4(payload, to, at + ETH_HLEN);
      break;
    case "ipv6":
      encodeIpv6(payload, to, at + ETH_HLEN);
      break;
    case "arp":
      encodeArp(payload, to, at + ETH_HLEN);
      break;
    default:
      to.set(payload.octets, at + ETH_HLEN);
  }
}

/** Writes the octets of a frame, or of a packet without one. They take `length` octets. */
export function encodeFrameOrPacket(what: Frame | IpPacket, to: Uint8Array, at: number): void {
  if (what instanceof Frame) encodeFrame(what, to, at);
  else if (what.kind === "ipv4") encodeIpv4(what, to, at);
  else encodeIpv6(what, to, at);
}

export function frameOctets(frame: Frame): Uint8Array {
  const octets = new Uint8Array(frame.length);
  encodeFrame(frame, octets, 0);
  return octets;
}

/** Reads octets as a frame that keeps them. What a layer cannot read stays opaque. Shorter than 14 octets is an error. */
export function decodeFrame(id: number, octets: Uint8Array): Frame | WireError {
  if (octets.length < ETH_HLEN)
    return { layer: "ethernet", reason: "shorter than 14 octets", offset: octets.length };
  const etherType = (octets[12]! << 8) | octets[13]!;
  return new Frame(
    id,
    readMac(octets, 0),
    readMac(octets, 6),
    etherType,
    decodeFramePayload(octets, etherType),
    octets.length,
    octets,
  );
}

function decodeFramePayload(octets: Uint8Array, etherType: number): FramePayload {
  const decoded =
    etherType === ETH_P_IP
      ? decodeIpv4(octets, ETH_HLEN)
      : etherType === ETH_P_ARP
        ? decodeArp(octets, ETH_HLEN)
        : etherType === ETH_P_IPV6
          ? decodeIpv6(octets, ETH_HLEN)
          : null;
  return decoded === null || "reason" in decoded ? new OpaquePayload(octets.slice(ETH_HLEN)) : decoded;
}
