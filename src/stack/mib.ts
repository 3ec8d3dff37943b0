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
  "IpForwDatagrams",
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
  "TcpInSegs",
  "TcpOutSegs",
  "TcpInErrs",
  "TcpOutRsts",
  "TcpInCsumErrors",
  "UdpInDatagrams",
  "UdpNoPorts",
  "UdpInErrors",
  "UdpOutDatagrams",
  "UdpRcvbufErrors",
  "UdpSndbufErrors",
  "UdpInCsumErrors",
  "UdpIgnoredMulti",
  "UdpMemErrors",
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
  "IpExtReasmOverlaps",
] as const;

export type MibName = (typeof MIB_NAMES)[number];

/** Counters that ordinary traffic moves. They are copied in each step that counts; the others only when one of them moves. */
const COMMON: readonly MibName[] = [
  "IpInReceives",
  "IpInDelivers",
  "IpOutRequests",
  "IpOutTransmits",
  "IcmpInMsgs",
  "IcmpInEchos",
  "IcmpInEchoReps",
  "IcmpOutMsgs",
  "IcmpOutEchos",
  "IcmpOutEchoReps",
  "IpExtInOctets",
  "IpExtOutOctets",
  "IpExtInNoECTPkts",
];
const COMMON_COUNT = COMMON.length;
const STORED: readonly MibName[] = [...COMMON, ...MIB_NAMES.filter((name) => !COMMON.includes(name))];

/** Number of each counter, for `Mib.add` and `Mib.get`. */
export const MIB = Object.freeze(Object.fromEntries(STORED.map((name, i) => [name, i]))) as Readonly<
  Record<MibName, number>
>;

/** ICMP types counted one by one: IcmpMsgInType0 ... InType255, then OutType0 ... */
const ICMP_TYPES = 256;

/** Types that have counters of their own by name. @source net/ipv4/proc.c, icmpmibmap */
const ICMP_TYPE_NAMES: Readonly<Record<number, string>> = {
  0: "EchoReps",
  3: "DestUnreachs",
  4: "SrcQuenchs",
  5: "Redirects",
  8: "Echos",
  11: "TimeExcds",
  12: "ParmProbs",
  13: "Timestamps",
  14: "TimestampReps",
  17: "AddrMasks",
  18: "AddrMaskReps",
};

/** Counter of each type's name, in at [type], out at [256 + type]; -1: none. */
const ICMP_TYPE_COUNTERS: readonly number[] = Array.from({ length: 2 * ICMP_TYPES }, (_, key) => {
  const name = ICMP_TYPE_NAMES[key % ICMP_TYPES];
  return name === undefined ? -1 : MIB[`Icmp${key < ICMP_TYPES ? "In" : "Out"}${name}` as MibName];
});

export class Mib {
  private readonly common: number[];
  /** Shared with the copies until one of them counts here. */
  private rare: readonly number[];
  /** Counts of types without a name, in at [type], out at [256 + type]; empty until there are any. Shared as `rare` is. */
  private icmpTypes: readonly number[];

  constructor(
    common = new Array<number>(COMMON_COUNT).fill(0),
    rare: readonly number[] = new Array<number>(STORED.length - COMMON_COUNT).fill(0),
    icmpTypes: readonly number[] = [],
  ) {
    this.common = common;
    this.rare = rare;
    this.icmpTypes = icmpTypes;
  }

  copy(): Mib {
    return new Mib(this.common.slice(), this.rare, this.icmpTypes);
  }

  /** @param counter its number in `MIB` */
  get(counter: number): number {
    return counter < COMMON_COUNT ? this.common[counter]! : this.rare[counter - COMMON_COUNT]!;
  }

  /** Only on a copy that is this step's own. */
  add(counter: number, by: number): void {
    if (counter < COMMON_COUNT) this.common[counter] = this.common[counter]! + by;
    else this.addRare(counter - COMMON_COUNT, by);
  }

  private addRare(at: number, by: number): void {
    const rare = this.rare.slice();
    rare[at] = rare[at]! + by;
    this.rare = rare;
  }

  addIcmpType(isOut: boolean, type: number): void {
    const key = isOut ? ICMP_TYPES + type : type;
    const counter = ICMP_TYPE_COUNTERS[key]!;
    if (counter >= 0) {
      this.add(counter, 1);
      return;
    }
    const counts =
      this.icmpTypes.length === 0 ? new Array<number>(2 * ICMP_TYPES).fill(0) : this.icmpTypes.slice();
    counts[key] = counts[key]! + 1;
    this.icmpTypes = counts;
  }

  /** Counts by type, in at [type], out at [256 + type]. */
  icmpTypeCounts(): number[] {
    return ICMP_TYPE_COUNTERS.map((counter, key) =>
      counter >= 0 ? this.get(counter) : (this.icmpTypes[key] ?? 0),
    );
  }
}
registerRecord("Mib", Mib);

export type MibRef = Cell<Mib>;

/** All counters by the names of nstat(8), IcmpMsg types included where they occurred. */
export function mibByName(mib: Mib): Record<string, number> {
  const counters: Record<string, number> = {};
  for (const name of MIB_NAMES) counters[name] = mib.get(MIB[name]);
  mib.icmpTypeCounts().forEach((count, at) => {
    if (count > 0) counters[`IcmpMsg${at < ICMP_TYPES ? "In" : "Out"}Type${at % ICMP_TYPES}`] = count;
  });
  return counters;
}
