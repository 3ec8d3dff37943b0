/**
 * The SNMP counters of a network namespace, and /proc/net/snmp, netstat and snmp6 from them.
 * A counter is a place in the array of its group: `counters.ip[IP.InReceives]++`. Groups that nothing counted in are all
 * zeros and may be shared between namespaces.
 */
import * as names from "./snmp-names.ts";

type Indexes<Names extends readonly string[]> = { readonly [Name in Names[number]]: number };

function indexes<const Names extends readonly string[]>(list: Names, first = 0): Indexes<Names> {
  return Object.freeze(Object.fromEntries(list.map((name, i) => [name, first + i]))) as Indexes<Names>;
}

/** Group `ip`: the counters of `Ip:`, then those of `IpExt:`. */
export const IP = indexes(names.IP_NAMES);
export const IP_EXT = indexes(names.IP_EXT_NAMES, names.IP_NAMES.length);
/** Group `icmp`: those of `Icmp:` that do not go by message type. */
export const ICMP = indexes(names.ICMP_NAMES);
/** Group `icmpMsg`: messages received by type, then messages sent at ICMPMSG_OUT + type. `Icmp:` takes `InEchos` and its like from here. */
export const ICMPMSG_OUT = 256;
export const TCP = indexes(names.TCP_NAMES);
/** Groups `udp` and `udpLite`. */
export const UDP = indexes(names.UDP_NAMES);
export const TCP_EXT = indexes(names.TCP_EXT_NAMES);
export const MPTCP_EXT = indexes(names.MPTCP_EXT_NAMES);
export const IP6 = indexes(names.IP6_NAMES);
export const ICMP6 = indexes(names.ICMP6_NAMES);
export const UDP6 = indexes(names.UDP6_NAMES);
export const UDPLITE6 = indexes(names.UDPLITE6_NAMES);

/** How many counters each group has. */
export const SNMP_LENGTHS = Object.freeze({
  ip: names.IP_NAMES.length + names.IP_EXT_NAMES.length,
  icmp: names.ICMP_NAMES.length,
  icmpMsg: 2 * ICMPMSG_OUT,
  tcp: names.TCP_NAMES.length,
  udp: names.UDP_NAMES.length,
  udpLite: names.UDP_NAMES.length,
  tcpExt: names.TCP_EXT_NAMES.length,
  mptcpExt: names.MPTCP_EXT_NAMES.length,
  ip6: names.IP6_NAMES.length,
  icmp6: names.ICMP6_NAMES.length,
  icmp6Msg: 2 * ICMPMSG_OUT,
  udp6: names.UDP6_NAMES.length,
  udpLite6: names.UDPLITE6_NAMES.length,
});

export type SnmpGroup = keyof typeof SNMP_LENGTHS;

/** Counters by group. A group may be shorter than its length: what is missing is 0. */
export type SnmpCounters = { readonly [Group in SnmpGroup]: ArrayLike<number> };

/** Nothing counted yet. */
export const NO_SNMP_COUNTERS: SnmpCounters = Object.freeze(
  Object.fromEntries(Object.keys(SNMP_LENGTHS).map((group) => [group, Object.freeze([])])),
) as unknown as SnmpCounters;

function values(group: ArrayLike<number>, first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => group[first + i] ?? 0);
}

function table(protocol: string, columns: readonly string[], row: readonly number[]): string {
  return `${protocol}: ${columns.join(" ")}\n${protocol}: ${row.join(" ")}\n`;
}

function icmpTable(counters: SnmpCounters): string {
  const { icmp, icmpMsg } = counters;
  const types = names.ICMP_TYPE_NAMES;
  const named = (way: "In" | "Out") => types.map(([name]) => `${way}${name}`);
  const counted = (first: number) => types.map(([, type]) => icmpMsg[first + type] ?? 0);
  const columns = [
    ...names.ICMP_NAMES.slice(0, 3),
    ...named("In"),
    ...names.ICMP_NAMES.slice(3),
    ...named("Out"),
  ];
  return table("Icmp", columns, [
    ...values(icmp, 0, 3),
    ...counted(0),
    ...values(icmp, 3, 4),
    ...counted(ICMPMSG_OUT),
  ]);
}

const TYPES_PER_LINE = 16;

/** Types that were seen, in lines of sixteen; nothing if there were none. */
function icmpMsgTable(group: ArrayLike<number>): string {
  const seen = Array.from({ length: SNMP_LENGTHS.icmpMsg }, (_, i) => i).filter((i) => (group[i] ?? 0) !== 0);
  let text = "";
  for (let at = 0; at < seen.length; at += TYPES_PER_LINE) {
    const line = seen.slice(at, at + TYPES_PER_LINE);
    const columns = line.map((i) => (i < ICMPMSG_OUT ? `InType${i}` : `OutType${i - ICMPMSG_OUT}`));
    text += table(
      "IcmpMsg",
      columns,
      line.map((i) => group[i]!),
    );
  }
  return text;
}

/** Fixed: Van Jacobson's algorithm, 200 ms, 120 s, no limit. */
const TCP_CONSTANTS = [1, 200, 120000, -1];

/** /proc/net/snmp */
export function procNetSnmp(
  counters: SnmpCounters,
  config: { readonly forwarding: boolean; readonly defaultTtl: number },
): string {
  const { IP_NAMES, TCP_NAMES, UDP_NAMES } = names;
  const ipRow = [config.forwarding ? 1 : 2, config.defaultTtl, ...values(counters.ip, 0, IP_NAMES.length)];
  const tcpColumns = ["RtoAlgorithm", "RtoMin", "RtoMax", "MaxConn", ...TCP_NAMES];
  return [
    table("Ip", ["Forwarding", "DefaultTTL", ...IP_NAMES], ipRow),
    icmpTable(counters),
    icmpMsgTable(counters.icmpMsg),
    table("Tcp", tcpColumns, [...TCP_CONSTANTS, ...values(counters.tcp, 0, TCP_NAMES.length)]),
    table("Udp", UDP_NAMES, values(counters.udp, 0, UDP_NAMES.length)),
    table("UdpLite", UDP_NAMES, values(counters.udpLite, 0, UDP_NAMES.length)),
  ].join("");
}

/** /proc/net/netstat */
export function procNetNetstat(counters: SnmpCounters): string {
  const { TCP_EXT_NAMES, IP_NAMES, IP_EXT_NAMES, MPTCP_EXT_NAMES } = names;
  return [
    table("TcpExt", TCP_EXT_NAMES, values(counters.tcpExt, 0, TCP_EXT_NAMES.length)),
    table("IpExt", IP_EXT_NAMES, values(counters.ip, IP_NAMES.length, IP_EXT_NAMES.length)),
    table("MPTcpExt", MPTCP_EXT_NAMES, values(counters.mptcpExt, 0, MPTCP_EXT_NAMES.length)),
  ].join("");
}

function lines(prefix: string, columns: readonly string[], row: readonly number[]): string {
  return columns.map((name, i) => `${`${prefix}${name}`.padEnd(32)}\t${row[i]}\n`).join("");
}

function icmp6Lines(group: ArrayLike<number>): string {
  const types = names.ICMP6_TYPE_NAMES;
  const named = (way: "In" | "Out", first: number) =>
    lines(
      `Icmp6${way}`,
      types.map(([name]) => name),
      types.map(([, type]) => group[first + type] ?? 0),
    );
  const seen = Array.from({ length: SNMP_LENGTHS.icmp6Msg }, (_, i) => i).filter(
    (i) => (group[i] ?? 0) !== 0,
  );
  const byNumber = lines(
    "Icmp6",
    seen.map((i) => (i < ICMPMSG_OUT ? `InType${i}` : `OutType${i - ICMPMSG_OUT}`)),
    seen.map((i) => group[i]!),
  );
  return named("In", 0) + named("Out", ICMPMSG_OUT) + byNumber;
}

/** /proc/net/dev_snmp6/NAME */
export function procNetDevSnmp6(
  ifindex: number,
  counters: Pick<SnmpCounters, "ip6" | "icmp6" | "icmp6Msg">,
): string {
  const { IP6_NAMES, ICMP6_NAMES } = names;
  // Errors that were held back are counted for the namespace alone.
  const own = ICMP6_NAMES.filter((name) => name !== "OutRateLimitHost");
  return [
    lines("", ["ifIndex"], [ifindex]),
    lines("Ip6", IP6_NAMES, values(counters.ip6, 0, IP6_NAMES.length)),
    lines("Icmp6", own, values(counters.icmp6, 0, own.length)),
    icmp6Lines(counters.icmp6Msg),
  ].join("");
}

/** /proc/net/snmp6 */
export function procNetSnmp6(counters: SnmpCounters): string {
  const { IP6_NAMES, ICMP6_NAMES, UDP6_NAMES, UDPLITE6_NAMES } = names;
  return [
    lines("Ip6", IP6_NAMES, values(counters.ip6, 0, IP6_NAMES.length)),
    lines("Icmp6", ICMP6_NAMES, values(counters.icmp6, 0, ICMP6_NAMES.length)),
    icmp6Lines(counters.icmp6Msg),
    lines("Udp6", UDP6_NAMES, values(counters.udp6, 0, UDP6_NAMES.length)),
    lines("UdpLite6", UDPLITE6_NAMES, values(counters.udpLite6, 0, UDPLITE6_NAMES.length)),
  ].join("");
}
