/** Small files under /proc/net. */
import type { AddrInfo } from "../../events/requests.ts";

/** The 32 hex digits of an IPv6 address. */
function hexDigits(address: string): string {
  const [head, tail] = address.split("::") as [string, string | undefined];
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const before = groups(head);
  const after = groups(tail ?? "");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].map((group) => group.padStart(4, "0")).join("");
}

/** Scopes as this file has them: those of RFC 4007 in the high digit of netlink's. */
const SCOPES: Readonly<Record<number, number>> = { 0: 0x00, 200: 0x40, 253: 0x20, 254: 0x10 };

/** /proc/net/if_inet6: empty without IPv6 addresses. */
export function procNetIfInet6(addresses: readonly AddrInfo[], ifname: (ifindex: number) => string): string {
  const hex = (value: number) => value.toString(16).padStart(2, "0");
  return addresses
    .filter((a) => a.family === "inet6")
    .map((a) => {
      const numbers = [a.ifindex, a.prefixLen, SCOPES[a.scope] ?? 0, a.flags & 0xff].map(hex).join(" ");
      return `${hexDigits(a.local)} ${numbers} ${ifname(a.ifindex).padStart(8)}\n`;
    })
    .join("");
}

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
