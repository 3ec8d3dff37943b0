/** Files under /proc: generated when read, for the namespace that reads. */
import { nameTable } from "../core/name-table.ts";
import { granted, type Result, refused } from "../core/result.ts";
import { deviceByIndex, type NetnsRef } from "../devices/netns.ts";
import { NUD_NOARP, RT_TABLE_MAIN } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { dumpTable } from "../stack/fib.ts";
import { mibByName } from "../stack/mib.ts";
import { netStack } from "../stack/net-stack.ts";
import { udpTable } from "../stack/udp-table.ts";
import { globals } from "./globals.ts";
import { linkDump, neighDump, procNeighInfo, routeInfo } from "./infos.ts";
import { proxyDump } from "./neigh-requests.ts";
import { procNetArp } from "./proc/net-arp.ts";
import { procNetDev } from "./proc/net-dev.ts";
import {
  PROC_NET_DATAGRAM6,
  PROC_NET_FLOWLABEL,
  PROC_NET_MCFILTER6,
  PROC_NET_TCP6,
} from "./proc/net-inet6.ts";
import {
  PROC_NET_MROUTES,
  PROC_NET_PSCHED,
  PROC_NET_SOCKSTAT6,
  PROC_NET_TCP,
  procNetSockstat,
} from "./proc/net-misc.ts";
import { procNetRoute } from "./proc/net-route.ts";
import {
  ICMP,
  IP,
  IP_EXT,
  NO_SNMP_COUNTERS,
  procNetNetstat,
  procNetSnmp,
  procNetSnmp6,
  type SnmpCounters,
  TCP,
  TCP_EXT,
  UDP,
} from "./proc/net-snmp.ts";
import {
  PROC_NET_ICMP,
  PROC_NET_MCFILTER,
  PROC_NET_UDPLITE,
  procNetDevMcast,
  procNetIgmp,
  procNetRaw,
  procNetUdp,
} from "./proc/net-sockets.ts";
import { anycast6, devSnmp6, devSnmp6Names, ifInet6, igmp6, ipv6Route, snmp6Counters } from "./proc-inet6.ts";
import { sysctlDevices, writeSysctl } from "./sysctl/stack-sysctls.ts";
import { sysctlReaddir, sysctlResolve } from "./sysctl/sysctl-keys.ts";
import { sysctlRead } from "./sysctl/sysctls.ts";

const SYSCTL_ROOT = "/proc/sys";
const PROC_NET = "/proc/net";
/** A file for each device. */
const DEV_SNMP6 = `${PROC_NET}/dev_snmp6`;

/** Counters in the groups and order of /proc/net/snmp. */
function snmpCounters(step: StepContext, netns: NetnsRef): SnmpCounters {
  const mib = step.cells.get(netStack(step, netns).mib);
  const counters = mibByName(mib);
  const group = (indexes: Readonly<Record<string, number>>, prefix: string) => {
    const values: number[] = [];
    for (const [name, at] of Object.entries(indexes)) values[at] = counters[prefix + name] ?? 0;
    return values;
  };
  const ip = group(IP, "Ip");
  group(IP_EXT, "IpExt").forEach((value, at) => {
    ip[at] = value;
  });
  const icmpMsg = mib.icmpTypeCounts();
  return {
    ...NO_SNMP_COUNTERS,
    ...snmp6Counters(step, netns),
    ip,
    icmp: group(ICMP, "Icmp"),
    icmpMsg,
    tcp: group(TCP, "Tcp"),
    udp: group(UDP, "Udp"),
    tcpExt: group(TCP_EXT, "TcpExt"),
  };
}

function nameOf(step: StepContext, netns: NetnsRef): (ifindex: number) => string | null {
  return (ifindex) => deviceByIndex(step, netns, ifindex)?.ifname ?? null;
}

/** Two processors, of which the first does all the work. Frames that were worked off are not counted. @source net/core/net-procfs.c */
function softnetStat(step: StepContext): string {
  const line = (cpu: number, dropped: number) =>
    Array.from({ length: 15 }, (_, n) =>
      (n === 1 ? dropped : n === 12 ? cpu : 0).toString(16).padStart(8, "0"),
    );
  return [line(0, globals(step).backlogDropped), line(1, 0)].map((words) => `${words.join(" ")}\n`).join("");
}

const NET_FILES: Readonly<Record<string, (step: StepContext, netns: NetnsRef) => string>> = nameTable({
  softnet_stat: softnetStat,
  arp: (step, netns) => {
    const neighs = neighDump(step, netns, 0)
      .filter((n) => typeof n.key === "number" && n.state !== NUD_NOARP)
      .map((n) => procNeighInfo(step, n));
    return procNetArp([...neighs, ...proxyDump(step, netns, 0)], (ifindex) =>
      deviceByIndex(step, netns, ifindex),
    );
  },
  dev_mcast: procNetDevMcast,
  icmp: () => PROC_NET_ICMP,
  igmp: procNetIgmp,
  mcfilter: () => PROC_NET_MCFILTER,
  raw: procNetRaw,
  udp: procNetUdp,
  udplite: () => PROC_NET_UDPLITE,
  dev: (step, netns) => procNetDev(linkDump(step, netns)),
  anycast6,
  icmp6: () => PROC_NET_DATAGRAM6,
  if_inet6: ifInet6,
  igmp6,
  ip6_flowlabel: () => PROC_NET_FLOWLABEL,
  ipv6_route: ipv6Route,
  mcfilter6: () => PROC_NET_MCFILTER6,
  netstat: (step, netns) => procNetNetstat(snmpCounters(step, netns)),
  raw6: () => PROC_NET_DATAGRAM6,
  route: (step, netns) => {
    const { fib } = netStack(step, netns);
    // A namespace that never had a route in it has no such table yet, and the file not even its header.
    if (!fib.has(RT_TABLE_MAIN)) return "";
    const routes = dumpTable(fib, RT_TABLE_MAIN).map((route) => routeInfo(step, netns, route));
    return procNetRoute(routes, nameOf(step, netns));
  },
  snmp: (step, netns) => {
    const stack = netStack(step, netns);
    return procNetSnmp(snmpCounters(step, netns), {
      forwarding: (stack.confAll.forwarding ?? 0) !== 0,
      defaultTtl: stack.settings.ipDefaultTtl,
    });
  },
  snmp6: (step, netns) => procNetSnmp6(snmpCounters(step, netns)),
  sockstat: (step, netns) => {
    const { rawSockets, packetSockets } = netStack(step, netns);
    const { sockets } = udpTable(step, netns);
    return procNetSockstat({
      used: rawSockets.length + packetSockets.length + sockets.length,
      tcp: 0,
      tcpAlloc: 0,
      tcpMem: 0,
      udp: sockets.filter((ref) => step.cells.get(ref).settings.port !== 0).length,
      raw: rawSockets.length,
    });
  },
  sockstat6: () => PROC_NET_SOCKSTAT6,
  tcp: () => PROC_NET_TCP,
  tcp6: () => PROC_NET_TCP6,
  psched: () => PROC_NET_PSCHED,
  ...PROC_NET_MROUTES,
  udp6: () => PROC_NET_DATAGRAM6,
  udplite6: () => PROC_NET_DATAGRAM6,
});

/** `/proc/self/net/dev` is `/proc/net/dev`. */
function plain(path: string): string {
  return path.replace(/^\/proc\/(self|thread-self)\/net(?=\/|$)/, PROC_NET);
}

function sysctlPathOf(path: string): string | null {
  return path.startsWith(`${SYSCTL_ROOT}/`) ? path.slice(SYSCTL_ROOT.length + 1) : null;
}

export function procType(step: StepContext, netns: NetnsRef, given: string): "file" | "dir" | null {
  const path = plain(given);
  if (path === "/proc" || path === PROC_NET || path === SYSCTL_ROOT) return "dir";
  if (path === DEV_SNMP6) return "dir";
  if (path.startsWith(`${DEV_SNMP6}/`))
    return devSnmp6(step, netns, path.slice(DEV_SNMP6.length + 1)) === null ? null : "file";
  if (path.startsWith(`${PROC_NET}/`))
    return Object.hasOwn(NET_FILES, path.slice(PROC_NET.length + 1)) ? "file" : null;
  const sysctl = sysctlPathOf(path);
  if (sysctl === null) return null;
  const devices = sysctlDevices(step, netns);
  if (sysctlReaddir(sysctl, devices) !== null) return "dir";
  const read = sysctlRead(netStack(step, netns).sysctls, sysctl, devices);
  return read.ok || read.errno !== "ENOENT" ? "file" : null;
}

/** Permission bits of a file under /proc. */
export function procMode(step: StepContext, netns: NetnsRef, given: string): number {
  const sysctl = sysctlPathOf(plain(given));
  const found = sysctl === null ? null : sysctlResolve(sysctl, sysctlDevices(step, netns));
  return found === null ? 0o444 : found.key.mode;
}

export function procRead(step: StepContext, netns: NetnsRef, given: string): Result<string> {
  const path = plain(given);
  const type = procType(step, netns, path);
  if (type === null) return refused("ENOENT");
  if (type === "dir") return refused("EISDIR");
  const sysctl = sysctlPathOf(path);
  if (sysctl !== null) return sysctlRead(netStack(step, netns).sysctls, sysctl, sysctlDevices(step, netns));
  if (path.startsWith(`${DEV_SNMP6}/`))
    return granted(devSnmp6(step, netns, path.slice(DEV_SNMP6.length + 1)) ?? "");
  return granted(NET_FILES[path.slice(PROC_NET.length + 1)]!(step, netns));
}

export function procWrite(step: StepContext, netns: NetnsRef, path: string, data: string): Result<null> {
  const sysctl = sysctlPathOf(path);
  if (sysctl !== null) return writeSysctl(step, netns, sysctl, data);
  return refused(procType(step, netns, path) === null ? "ENOENT" : "EACCES");
}

export function procReaddir(step: StepContext, netns: NetnsRef, given: string): Result<readonly string[]> {
  const path = plain(given);
  if (path === "/proc") return granted(["net", "sys"]);
  if (path === PROC_NET) return granted([...Object.keys(NET_FILES), "dev_snmp6"]);
  if (path === DEV_SNMP6) return granted(devSnmp6Names(step, netns));
  if (path === SYSCTL_ROOT) return granted(["net"]);
  const names = sysctlReaddir(sysctlPathOf(path) ?? "", sysctlDevices(step, netns));
  return names === null
    ? refused(procType(step, netns, path) === null ? "ENOENT" : "ENOTDIR")
    : granted(names);
}
