/**
 * Counters of IPv6, of a namespace and of each of its devices: Ip6*, Icmp6* and the ICMPv6 types by number.
 * @source net/ipv6/proc.c
 */
import type { Cell } from "../../core/cell-table.ts";
import { registerRecord } from "../../core/record-codec.ts";

export const MIB6_NAMES = [
  "Ip6InReceives",
  "Ip6InHdrErrors",
  "Ip6InTooBigErrors",
  "Ip6InNoRoutes",
  "Ip6InAddrErrors",
  "Ip6InUnknownProtos",
  "Ip6InTruncatedPkts",
  "Ip6InDiscards",
  "Ip6InDelivers",
  "Ip6OutForwDatagrams",
  "Ip6OutRequests",
  "Ip6OutDiscards",
  "Ip6OutNoRoutes",
  "Ip6ReasmTimeout",
  "Ip6ReasmReqds",
  "Ip6ReasmOKs",
  "Ip6ReasmFails",
  "Ip6FragOKs",
  "Ip6FragFails",
  "Ip6FragCreates",
  "Ip6InMcastPkts",
  "Ip6OutMcastPkts",
  "Ip6InOctets",
  "Ip6OutOctets",
  "Ip6InMcastOctets",
  "Ip6OutMcastOctets",
  "Ip6InNoECTPkts",
  "Ip6InECT1Pkts",
  "Ip6InECT0Pkts",
  "Ip6InCEPkts",
  "Ip6OutTransmits",
  "Icmp6InMsgs",
  "Icmp6InErrors",
  "Icmp6OutMsgs",
  "Icmp6OutErrors",
  "Icmp6InCsumErrors",
  "Icmp6OutRateLimitHost",
  "Udp6OutDatagrams",
  "Udp6NoPorts",
  "Udp6InErrors",
  "Udp6InCsumErrors",
  "Udp6SndbufErrors",
  "Udp6IgnoredMulti",
] as const;

export type Mib6Name = (typeof MIB6_NAMES)[number];

const INDEX = Object.freeze(Object.fromEntries(MIB6_NAMES.map((name, i) => [name, i]))) as Readonly<
  Record<Mib6Name, number>
>;

const ICMP_TYPES = 256;

export class Mib6 {
  constructor(
    private readonly values: number[] = new Array<number>(MIB6_NAMES.length).fill(0),
    /** Messages by type, in at [type], out at [256 + type]; empty until there are any. */
    private types: number[] = [],
  ) {}

  copy(): Mib6 {
    return new Mib6(this.values.slice(), this.types.slice());
  }

  get(name: Mib6Name): number {
    return this.values[INDEX[name]]!;
  }

  /** Only on a copy that is this step's own. */
  add(name: Mib6Name, by: number): void {
    const at = INDEX[name];
    this.values[at] = this.values[at]! + by;
  }

  addType(isOut: boolean, type: number): void {
    if (this.types.length === 0) this.types = new Array<number>(2 * ICMP_TYPES).fill(0);
    const at = isOut ? ICMP_TYPES + type : type;
    this.types[at] = this.types[at]! + 1;
  }

  /** Messages by type: in at [type], out at [256 + type]; empty if there were none. */
  get typeCounts(): readonly number[] {
    return this.types;
  }
}
registerRecord("Mib6", Mib6);

export type Mib6Ref = Cell<Mib6>;
