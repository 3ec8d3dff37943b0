/** The words of ifconfig(8) that stand for flags and for hardware. @source net-tools 2.10 */
import { nameTable } from "../../core/name-table.ts";
import {
  IFF_ALLMULTI,
  IFF_BROADCAST,
  IFF_DYNAMIC,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_NOTRAILERS,
  IFF_POINTOPOINT,
  IFF_PROMISC,
  IFF_RUNNING,
  IFF_UP,
} from "../../events/netlink.ts";

/** Media that net-tools knows. @source net-tools 2.10, ifconfig.c, if_port_text */
export const MEDIA = ["unknown", "10base2", "10baset", "aui", "100baset", "100basetx", "100basefx"];

/** Words that set and clear flags. */
export const FLAG_WORDS: Readonly<Record<string, readonly [set: number, clear: number]>> = nameTable({
  up: [IFF_UP | IFF_RUNNING, 0],
  down: [0, IFF_UP],
  arp: [0, IFF_NOARP],
  "-arp": [IFF_NOARP, 0],
  trailers: [0, IFF_NOTRAILERS],
  "-trailers": [IFF_NOTRAILERS, 0],
  promisc: [IFF_PROMISC, 0],
  "-promisc": [0, IFF_PROMISC],
  allmulti: [IFF_ALLMULTI, 0],
  "-allmulti": [0, IFF_ALLMULTI],
  multicast: [IFF_MULTICAST, 0],
  "-multicast": [0, IFF_MULTICAST],
  dynamic: [IFF_DYNAMIC, 0],
  "-dynamic": [0, IFF_DYNAMIC],
  "-broadcast": [0, IFF_BROADCAST],
  "-pointopoint": [0, IFF_POINTOPOINT],
});

/** Flags that others may hold: after taking one back the tool looks whether it went. */
export const STILL: Readonly<Record<string, string>> = nameTable({
  "-promisc": "PROMISC",
  "-allmulti": "ALLMULTI",
  "-multicast": "MULTICAST",
  "-dynamic": "DYNAMIC",
  "-broadcast": "BROADCAST",
  "-pointopoint": "POINTOPOINT",
});

/** Words with a value for hardware that virtual devices do not have. */
export const UNSUPPORTED: Readonly<Record<string, string>> = nameTable({
  keepalive: "SIOCSKEEPALIVE",
  outfill: "SIOCSOUTFILL",
  irq: "irq: SIOCSIFMAP",
  io_addr: "io_addr: SIOCSIFMAP",
  mem_start: "mem_start: SIOCSIFMAP",
});
