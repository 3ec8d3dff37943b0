/**
 * Counters of a namespace's protocol stack (SNMP MIBs and the kernel's extensions), named as `nstat` names them.
 * Those that nothing counts yet are absent here and 0 in /proc/net/snmp and /proc/net/netstat.
 * @source net/ipv4/proc.c
 */
import type { Cell } from "../core/cell-table.ts";
import { registerRecord } from "../core/record-codec.ts";

export const MIB_NAMES = [
  "IpInReceives",
  "IpInHdrErrors",
  "IpInAddrErrors",
  "IpInUnknownProtos",
  "IpInDiscards",
  "IpInDelivers",
  "IpOutRequests",
  "IpOutDiscards",
  "IpOutNoRoutes",
  "IpReasmReqds",
  "IpReasmFails",
  "IpFragOKs",
  "IpFragFails",
  "IpFragCreates",
  "IpOutTransmits",
  "IcmpInMsgs",
  "IcmpInErrors",
  "IcmpInCsumErrors",
  "IcmpInDestUnreachs",
  "IcmpInTimeExcds",
  "IcmpInParmProbs",
  "IcmpInSrcQuenchs",
  "IcmpInRedirects",
  "IcmpInEchos",
  "IcmpInEchoReps",
  "IcmpInTimestamps",
  "IcmpInTimestampReps",
  "IcmpInAddrMasks",
  "IcmpInAddrMaskReps",
  "IcmpOutMsgs",
  "IcmpOutErrors",
  "IcmpOutRateLimitGlobal",
  "IcmpOutRateLimitHost",
  "IcmpOutDestUnreachs",
  "IcmpOutTimeExcds",
  "IcmpOutParmProbs",
  "IcmpOutSrcQuenchs",
  "IcmpOutRedirects",
  "IcmpOutEchos",
  "IcmpOutEchoReps",
  "IcmpOutTimestamps",
  "IcmpOutTimestampReps",
  "IcmpOutAddrMasks",
  "IcmpOutAddrMaskReps",
  "TcpExtIPReversePathFilter",
  "TcpExtArpFilter",
  "IpExtInNoRoutes",
  "IpExtInTruncatedPkts",
  "IpExtInMcastPkts",
  "IpExtOutMcastPkts",
  "IpExtInBcastPkts",
  "IpExtOutBcastPkts",
  "IpExtInOctets",
  "IpExtOutOctets",
  "IpExtInMcastOctets",
  "IpExtOutMcastOctets",
  "IpExtInBcastOctets",
  "IpExtOutBcastOctets",
  "IpExtInCsumErrors",
  "IpExtInNoECTPkts",
  "IpExtInECT1Pkts",
  "IpExtInECT0Pkts",
  "IpExtInCEPkts",
] as const;

export type MibName = (typeof MIB_NAMES)[number];

/** Index of each counter in `Mib.values`. */
export const MIB = Object.freeze(Object.fromEntries(MIB_NAMES.map((name, i) => [name, i]))) as Readonly<
  Record<MibName, number>
>;

/** ICMP types counted one by one: IcmpMsgInType0 ... InType255, then OutType0 ... */
const ICMP_TYPES = 256;

export class Mib {
  values: number[] = new Array<number>(MIB_NAMES.length).fill(0);
  /** By type, in at [type], out at [256 + type]; only types that occurred. */
  icmpTypes: number[] = [];

  copy(): Mib {
    const c = Object.create(Mib.prototype) as Mib;
    c.values = this.values.slice();
    c.icmpTypes = this.icmpTypes.length === 0 ? [] : this.icmpTypes.slice();
    return c;
  }

  countIcmpType(isOut: boolean, type: number): void {
    if (this.icmpTypes.length === 0) this.icmpTypes = new Array<number>(2 * ICMP_TYPES).fill(0);
    const at = (isOut ? ICMP_TYPES : 0) + type;
    this.icmpTypes[at] = this.icmpTypes[at]! + 1;
  }
}
registerRecord("Mib", Mib);

export type MibRef = Cell<Mib>;

/** All counters by the names of nstat(8), IcmpMsg types included where they occurred. */
export function mibByName(mib: Mib): Record<string, number> {
  const counters: Record<string, number> = {};
  MIB_NAMES.forEach((name, i) => {
    counters[name] = mib.values[i]!;
  });
  mib.icmpTypes.forEach((count, at) => {
    if (count > 0) counters[`IcmpMsg${at < ICMP_TYPES ? "In" : "Out"}Type${at % ICMP_TYPES}`] = count;
  });
  return counters;
}
