/** @source RFC 1112, RFC 2236, RFC 3376; include/uapi/linux/igmp.h */

import { readU32, writeU32 } from "../core/bytes.ts";
import { internetChecksum } from "./checksum.ts";
import type { Ipv4Address } from "./ipv4-address.ts";

export const IGMP_HOST_MEMBERSHIP_QUERY = 0x11;
export const IGMP_HOST_MEMBERSHIP_REPORT = 0x12;
export const IGMPV2_HOST_MEMBERSHIP_REPORT = 0x16;
export const IGMP_HOST_LEAVE_MESSAGE = 0x17;
export const IGMPV3_HOST_MEMBERSHIP_REPORT = 0x22;

/** Types of group records in a version 3 report. */
export const IGMPV3_MODE_IS_EXCLUDE = 2;
export const IGMPV3_CHANGE_TO_INCLUDE = 3;
export const IGMPV3_CHANGE_TO_EXCLUDE = 4;

export const IGMP_HLEN = 8;
/** Octets of the shortest version 3 query. */
const V3_QUERY_HLEN = 12;

/** Router alert. @source RFC 2113 */
export const ROUTER_ALERT: Uint8Array = Uint8Array.of(0x94, 4, 0, 0);

export interface GroupRecord {
  readonly type: number;
  readonly group: Ipv4Address;
}

/** The fields of a message that all versions share, and those of a version 3 query. */
export interface IgmpMessage {
  readonly type: number;
  /** Longest time to answer, in units of 100 ms; version 3 has a form for long times. */
  readonly code: number;
  readonly group: Ipv4Address;
  readonly length: number;
  /** Querier's robustness variable and query interval code; 0 before version 3. */
  readonly qrv: number;
  readonly qqic: number;
  readonly sourceCount: number;
}

/** Null: too short, or a wrong checksum. */
export function decodeIgmp(octets: Uint8Array): IgmpMessage | null {
  if (octets.length < IGMP_HLEN || internetChecksum(octets, 0, octets.length) !== 0) return null;
  const hasV3 = octets.length >= V3_QUERY_HLEN;
  return {
    type: octets[0]!,
    code: octets[1]!,
    group: readU32(octets, 4),
    length: octets.length,
    qrv: hasV3 ? octets[8]! & 7 : 0,
    qqic: hasV3 ? octets[9]! : 0,
    sourceCount: hasV3 ? (octets[10]! << 8) | octets[11]! : 0,
  };
}

function withChecksum(octets: Uint8Array): Uint8Array {
  const sum = internetChecksum(octets, 0, octets.length);
  octets[2] = sum >>> 8;
  octets[3] = sum;
  return octets;
}

/** A report or a leave of version 1 or 2. */
export function encodeIgmp(type: number, group: Ipv4Address): Uint8Array {
  const octets = new Uint8Array(IGMP_HLEN);
  octets[0] = type;
  writeU32(group, octets, 4);
  return withChecksum(octets);
}

/** A version 3 report, whose records name no sources. */
export function encodeV3Report(records: readonly GroupRecord[]): Uint8Array {
  const octets = new Uint8Array(8 + 8 * records.length);
  octets[0] = IGMPV3_HOST_MEMBERSHIP_REPORT;
  octets[6] = records.length >>> 8;
  octets[7] = records.length;
  for (const [i, { type, group }] of records.entries()) {
    octets[8 + 8 * i] = type;
    writeU32(group, octets, 12 + 8 * i);
  }
  return withChecksum(octets);
}

/** The value behind a code that counts in a small floating-point form from 128 on. @source RFC 3376 section 4.1.1 */
export function codeValue(code: number): number {
  return code < 128 ? code : ((code & 15) | 16) << (((code >> 4) & 7) + 3);
}
