/** @source RFC 792, RFC 1122 section 3.2.2; include/uapi/linux/icmp.h */

import { readU32, writeU32 } from "../core/bytes.ts";
import { copyWords, foldSum, internetChecksum } from "./checksum.ts";
import type { WireError } from "./frame.ts";

export const ICMP_ECHOREPLY = 0;
export const ICMP_DEST_UNREACH = 3;
export const ICMP_SOURCE_QUENCH = 4;
export const ICMP_REDIRECT = 5;
export const ICMP_ECHO = 8;
export const ICMP_TIME_EXCEEDED = 11;
export const ICMP_PARAMETERPROB = 12;
export const ICMP_TIMESTAMP = 13;
export const ICMP_TIMESTAMPREPLY = 14;

export const ICMP_NET_UNREACH = 0;
export const ICMP_HOST_UNREACH = 1;
export const ICMP_PROT_UNREACH = 2;
export const ICMP_PORT_UNREACH = 3;
export const ICMP_FRAG_NEEDED = 4;
export const ICMP_SR_FAILED = 5;
export const ICMP_PKT_FILTERED = 13;
export const ICMP_REDIR_HOST = 1;
export const ICMP_EXC_TTL = 0;
export const ICMP_EXC_FRAGTIME = 1;

/** Highest type that Linux knows. */
export const NR_ICMP_TYPES = 18;

export const ICMP_HLEN = 8;

export class IcmpMessage {
  readonly kind = "icmp";
  constructor(
    readonly type: number,
    readonly code: number,
    /** Octets 4 to 7: identifier and sequence, gateway, or unused and next-hop MTU. */
    readonly rest: number,
    readonly data: Uint8Array,
    /** False only for received octets whose checksum is wrong. */
    readonly checksumOk: boolean = true,
  ) {}
  get length(): number {
    return ICMP_HLEN + this.data.length;
  }
  get identifier(): number {
    return this.rest >>> 16;
  }
  get sequence(): number {
    return this.rest & 0xffff;
  }
}

/** Echo request or reply. */
export function icmpEcho(type: number, identifier: number, sequence: number, data: Uint8Array): IcmpMessage {
  return new IcmpMessage(type, 0, ((identifier << 16) | (sequence & 0xffff)) >>> 0, data);
}

export function encodeIcmp(message: IcmpMessage, to: Uint8Array, at: number): void {
  const { rest } = message;
  to[at] = message.type;
  to[at + 1] = message.code;
  writeU32(rest, to, at + 4);
  const head = ((message.type << 8) | message.code) + (rest >>> 16) + (rest & 0xffff);
  const sum = ~foldSum(copyWords(message.data, to, at + ICMP_HLEN, head));
  to[at + 2] = sum >>> 8;
  to[at + 3] = sum;
}

/** Total: any octets give a message or an error. A wrong checksum is reported in `checksumOk`. */
export function decodeIcmp(octets: Uint8Array, from: number, to: number): IcmpMessage | WireError {
  if (to - from < ICMP_HLEN) return { layer: "icmp", reason: "shorter than 8 octets", offset: to - from };
  const ok = internetChecksum(octets, from, to) === 0;
  return new IcmpMessage(
    octets[from]!,
    octets[from + 1]!,
    readU32(octets, from + 4),
    octets.slice(from + ICMP_HLEN, to),
    ok,
  );
}
