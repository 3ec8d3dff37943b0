/** Small files under /proc/net. */

/** Sockets of a namespace. `tcpAlloc` and `tcpMem` are of the whole machine. */
export interface SocketCounts {
  readonly used: number;
  readonly tcp: number;
  readonly tcpAlloc: number;
  readonly tcpMem: number;
  readonly udp: number;
  readonly raw: number;
}

/** /proc/net/sockstat */
export function procNetSockstat(sockets: SocketCounts): string {
  return [
    `sockets: used ${sockets.used}`,
    `TCP: inuse ${sockets.tcp} orphan 0 tw 0 alloc ${sockets.tcpAlloc} mem ${sockets.tcpMem}`,
    `UDP: inuse ${sockets.udp} mem 0`,
    "UDPLITE: inuse 0",
    `RAW: inuse ${sockets.raw}`,
    "FRAG: inuse 0 memory 0",
    "",
  ].join("\n");
}

/** /proc/net/sockstat6 of a namespace without IPv6 sockets. */
export const PROC_NET_SOCKSTAT6 =
  "TCP6: inuse 0\nUDP6: inuse 0\nUDPLITE6: inuse 0\nRAW6: inuse 0\nFRAG6: inuse 0 memory 0\n";

/** /proc/net/tcp without sockets: a line is 149 characters long. @source net/ipv4/tcp_ipv4.c, tcp4_seq_show() */
export const PROC_NET_TCP = `${"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode".padEnd(149)}\n`;

/** Nanoseconds of a microsecond and of a tick of the scheduler's clock, and ticks of two more clocks a second. @source net/sched/sch_api.c, psched_show() */
export const PROC_NET_PSCHED = "000003e8 00000040 000f4240 3b9aca00\n";

/** Multicast routes and their interfaces, of which there are none. @source net/ipv4/ipmr.c; net/ipv6/ip6mr.c */
export const PROC_NET_MROUTES: Readonly<Record<string, () => string>> = {
  ip_mr_cache: () => "Group    Origin   Iif     Pkts    Bytes    Wrong Oifs\n",
  ip_mr_vif: () => "Interface      BytesIn  PktsIn  BytesOut PktsOut Flags Local    Remote\n",
  ip6_mr_cache: () =>
    "Group                            Origin                           Iif      Pkts  Bytes     Wrong  Oifs\n",
  ip6_mr_vif: () => "Interface      BytesIn  PktsIn  BytesOut PktsOut Flags\n",
};
