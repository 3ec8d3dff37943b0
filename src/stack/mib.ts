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
  "IpReasmTimeout",
  "IpReasmReqds",
  "IpReasmOKs",
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
  /** By `MIB`. */
  readonly values: number[];
  /**
   * Types that occurred and their counts in turn, in order of first sight; in at `type`, out at 256 + `type`.
   * A list, as it is copied in each step that counts: 512 numbers were a fourth of a frame's time, few types ever occur.
   */
  private readonly icmpTypes: number[];

  constructor(values = new Array<number>(MIB_NAMES.length).fill(0), icmpTypes: number[] = []) {
    this.values = values;
    this.icmpTypes = icmpTypes;
  }

  copy(): Mib {
    return new Mib(this.values.slice(), this.icmpTypes.slice());
  }

  countIcmpType(isOut: boolean, type: number): void {
    const key = isOut ? ICMP_TYPES + type : type;
    const list = this.icmpTypes;
    for (let at = 0; at < list.length; at += 2) {
      if (list[at] !== key) continue;
      list[at + 1] = list[at + 1]! + 1;
      return;
    }
    list.push(key, 1);
  }

  /** Counts by type, in at [type], out at [256 + type]. */
  icmpTypeCounts(): number[] {
    const counts = new Array<number>(2 * ICMP_TYPES).fill(0);
    for (let at = 0; at < this.icmpTypes.length; at += 2)
      counts[this.icmpTypes[at]!] = this.icmpTypes[at + 1]!;
    return counts;
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
  mib.icmpTypeCounts().forEach((count, at) => {
    if (count > 0) counters[`IcmpMsg${at < ICMP_TYPES ? "In" : "Out"}Type${at % ICMP_TYPES}`] = count;
  });
  return counters;
}
