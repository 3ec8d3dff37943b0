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
