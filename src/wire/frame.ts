import type { ArpPacket } from "./arp.ts";
import type { Ipv4Packet } from "./ipv4.ts";
import type { Ipv6Packet } from "./ipv6.ts";
import type { Mac } from "./mac.ts";

/** Octets that no codec of ours understands, kept as they are. */
export class OpaquePayload {
  /** Discriminates the payloads of frames, packets and messages. */
  readonly kind = "opaque";
  constructor(readonly octets: Uint8Array) {}
  get length(): number {
    return this.octets.length;
  }
}

export type FramePayload = ArpPacket | Ipv4Packet | Ipv6Packet | OpaquePayload;

/** A packet of either version of IP. */
export type IpPacket = Ipv4Packet | Ipv6Packet;

/**
 * An Ethernet frame as it stands on a link: its decoded view, made once. Octets follow from the view (`encodeFrame`),
 * except where a sender handed in octets of its own; these are kept.
 */
export class Frame {
  constructor(
    /** Number of the frame in this run, from 1. A frame keeps it from hop to hop; a changed one is a new frame. */
    readonly id: number,
    readonly dst: Mac,
    readonly src: Mac,
    readonly etherType: number,
    readonly payload: FramePayload,
    /** Octets from the destination address on, without FCS. */
    readonly length: number,
    /** As a raw sender gave them; null: encode the view. */
    readonly given: Uint8Array | null,
    /** A copy of what a host sent to a group or to all, for the host itself (PACKET_LOOPBACK): no packet socket sees it. */
    readonly isLooped = false,
  ) {}
}

export const ETH_HLEN = 14;
export const ETH_P_IP = 0x0800;
export const ETH_P_ARP = 0x0806;
export const ETH_P_IPV6 = 0x86dd;

/** Why octets could not be read as a protocol's header: which layer, what is wrong, where (octets from its start). */
export interface WireError {
  readonly layer: "ethernet" | "arp" | "ipv4" | "icmp" | "ipv6" | "icmpv6" | "udp" | "netlink";
  readonly reason: string;
  readonly offset: number;
}
