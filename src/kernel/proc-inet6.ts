/** Files of IPv6 under /proc/net, made when they are read. @source net/ipv6/proc.c, snmp6_seq_show(); net/ipv6/mcast.c, igmp6_mc_seq_show() */
import { deviceByIndex, devicesOf, type NetnsRef } from "../devices/netns.ts";
import { RT_TABLE_LOCAL, RT_TABLE_MAIN } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { tableNumbers6 } from "../stack/ipv6/fib6.ts";
import { inet6Dev } from "../stack/ipv6/inet6-dev.ts";
import { MIB6_NAMES, type Mib6, type Mib6Name } from "../stack/ipv6/mib6.ts";
import { netStack6 } from "../stack/ipv6/net-stack6.ts";
import { netStack } from "../stack/net-stack.ts";
import { addr6Dump, route6List } from "./inet6-requests.ts";
import {
  type Igmp6Group,
  procNetAnycast6,
  procNetIfInet6,
  procNetIgmp6,
  procNetIpv6Route,
} from "./proc/net-inet6.ts";
import { ICMP6, IP6, procNetDevSnmp6, type SnmpCounters, UDP6 } from "./proc/net-snmp.ts";

const COUNTED: ReadonlySet<string> = new Set(MIB6_NAMES);

type Counters6 = Pick<SnmpCounters, "ip6" | "icmp6" | "icmp6Msg" | "udp6">;

/** Counters in the order of /proc/net/snmp6. */
function counters6(mib: Mib6): Counters6 {
  const group = (indexes: Readonly<Record<string, number>>, prefix: string): number[] => {
    const values: number[] = [];
    for (const [name, at] of Object.entries(indexes)) {
      const full = prefix + name;
      values[at] = COUNTED.has(full) ? mib.get(full as Mib6Name) : 0;
    }
    return values;
  };
  return {
    ip6: group(IP6, "Ip6"),
    icmp6: group(ICMP6, "Icmp6"),
    icmp6Msg: mib.typeCounts,
    udp6: group(UDP6, "Udp6"),
  };
}

export function snmp6Counters(step: StepContext, netns: NetnsRef): Counters6 | null {
  if (netStack(step, netns).inet6 < 0) return null;
  return counters6(step.cells.get(netStack6(step, netns).mib));
}

/** Devices that have counters of IPv6, by name. */
export function devSnmp6Names(step: StepContext, netns: NetnsRef): string[] {
  return devicesOf(step, netns)
    .filter((dev) => inet6Dev(step, dev) !== null)
    .map(({ ifname }) => ifname);
}

/** /proc/net/dev_snmp6/NAME; null: there is no such file. */
export function devSnmp6(step: StepContext, netns: NetnsRef, name: string): string | null {
  const dev = devicesOf(step, netns).find(({ ifname }) => ifname === name);
  const in6 = dev === undefined ? null : inet6Dev(step, dev);
  if (dev === undefined || in6 === null) return null;
  return procNetDevSnmp6(dev.ifindex, counters6(step.cells.get(in6.mib)));
}

function nameOf(step: StepContext, netns: NetnsRef): (ifindex: number) => string | null {
  return (ifindex) => deviceByIndex(step, netns, ifindex)?.ifname ?? null;
}

export function ifInet6(step: StepContext, netns: NetnsRef): string {
  return procNetIfInet6(addr6Dump(step, netns), nameOf(step, netns));
}

export function igmp6(step: StepContext, netns: NetnsRef): string {
  const groups = devicesOf(step, netns).flatMap((dev): Igmp6Group[] => {
    const { ifindex, ifname } = dev;
    return (inet6Dev(step, dev)?.groups ?? []).map(({ group, users, isLoaded }) => ({
      ifindex,
      ifname,
      group,
      users,
      isLoaded,
    }));
  });
  return procNetIgmp6(groups);
}

export function anycast6(step: StepContext, netns: NetnsRef): string {
  return devicesOf(step, netns)
    .map((dev) => procNetAnycast6(dev, inet6Dev(step, dev)?.anycasts ?? []))
    .join("");
}

export function ipv6Route(step: StepContext, netns: NetnsRef): string {
  const made = netStack(step, netns).inet6 < 0 ? [] : tableNumbers6(netStack6(step, netns).fib);
  // Both tables are always there; others since somebody asked for them.
  const numbers = [...new Set([...made, RT_TABLE_MAIN, RT_TABLE_LOCAL])];
  const tables = numbers
    .sort((a, b) => (a & 255) - (b & 255) || a - b)
    .map((number) => (made.length === 0 ? [] : route6List(step, netns, number)));
  return procNetIpv6Route(tables, nameOf(step, netns));
}
