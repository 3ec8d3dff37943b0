/** A namespace's IPv4 stack: what its devices share. */
import { immerable } from "immer";
import type { Cell } from "../core/cell-table.ts";
import { IntMap } from "../core/int-map.ts";
import { registerRecord } from "../core/record-codec.ts";
import { updateRecord } from "../core/update-record.ts";
import type { DeviceRef } from "../devices/net-device.ts";
import type { Netns, NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import type { AddrCheck } from "./addr-lifetime.ts";
import { DEFAULT_DEV_CONF, DEFAULT_NEIGH_PARMS, type DevConf, type NeighParms } from "./conf.ts";
import { EMPTY_FIB, type Fib } from "./fib.ts";
import type { FibException } from "./fib-exceptions.ts";
import type { FibRule } from "./fib-rules.ts";
import type { InetPeer } from "./inet-peer.ts";
import { MIB, Mib, type MibName, type MibRef } from "./mib.ts";
import type { PacketSocketCell } from "./packet-socket.ts";
import type { Pneigh } from "./pneigh.ts";
import type { SocketCell } from "./raw-socket.ts";
import { NO_UDP_SOCKETS, type UdpTable } from "./udp-socket.ts";

/** Settings of a namespace that the stack acts on. */
export interface StackSettings {
  readonly icmpEchoIgnoreAll: number;
  readonly icmpEchoIgnoreBroadcasts: number;
  readonly ipDefaultTtl: number;
  /** net.ipv4.ip_local_port_range */
  readonly localPortMin: number;
  readonly localPortMax: number;
  /** Jiffies between two ICMP errors to one host, after a burst. */
  readonly icmpRatelimit: number;
  /** net.ipv4.ip_no_pmtu_disc, ip_forward_use_pmtu, route.min_pmtu, and route.mtu_expires in jiffies. */
  readonly ipNoPmtuDisc: number;
  readonly ipForwardUsePmtu: number;
  readonly routeMinPmtu: number;
  readonly routeMtuExpires: number;
  readonly icmpIgnoreBogus: number;
  readonly icmpInboundIfaddr: number;
  readonly ipNonlocalBind: number;
  /** Bits of the types that are limited. */
  readonly icmpRatemask: number;
  /** net.ipv4.ipfrag_time in jiffies. */
  readonly ipfragTime: number;
  readonly icmpMsgsPerSec: number;
  readonly icmpMsgsBurst: number;
  readonly igmpLinkLocalReports: number;
  readonly igmpMaxMemberships: number;
  readonly igmpQrv: number;
}

export const DEFAULT_SETTINGS: StackSettings = Object.freeze({
  icmpEchoIgnoreAll: 0,
  icmpEchoIgnoreBroadcasts: 1,
  ipDefaultTtl: 64,
  localPortMin: 32768,
  localPortMax: 60999,
  icmpRatelimit: 250,
  ipNoPmtuDisc: 0,
  ipForwardUsePmtu: 0,
  routeMinPmtu: 552,
  routeMtuExpires: 600 * 250,
  icmpIgnoreBogus: 1,
  icmpInboundIfaddr: 0,
  ipNonlocalBind: 0,
  icmpRatemask: 6168,
  ipfragTime: 30 * 250,
  icmpMsgsPerSec: 1000,
  icmpMsgsBurst: 50,
  igmpLinkLocalReports: 1,
  igmpMaxMemberships: 20,
  igmpQrv: 2,
});

export class NetStack {
  static readonly [immerable] = true;
  netns: NetnsRef = -1;
  mib: MibRef = -1;
  /** Cell of the namespace's IPv6 stack. */
  inet6 = -1;
  fib: Fib = EMPTY_FIB;
  /** null: nobody changed those that every namespace has. From then on the local and the main table are two. */
  rules: readonly FibRule[] | null = null;
  /** A user gave the host an address by a route of type `local`. */
  hasCustomLocalRoutes = false;
  /** What was learned of ways, by destination. */
  exceptions: IntMap<readonly FibException[]> = IntMap.empty();
  /** Devices by each of their addresses, the newest first. @source net/ipv4/devinet.c, inet_addr_lst */
  addrOwners: IntMap<readonly DeviceRef[]> = IntMap.empty();
  /** Worker that ends addresses; -1: none had to end yet. */
  addrCheck: Cell<AddrCheck> = -1;
  confAll: DevConf = DEFAULT_DEV_CONF;
  confDefault: DevConf = DEFAULT_DEV_CONF;
  neighDefault: NeighParms = DEFAULT_NEIGH_PARMS;
  /** All sysctls that were written, as `kernel/sysctl` stores them; what the stack acts on is copied from here. */
  sysctls: IntMap<number | string> = IntMap.empty();
  settings: StackSettings = DEFAULT_SETTINGS;
  rawSockets: readonly SocketCell[] = [];
  /** In order of opening. */
  packetSockets: readonly PacketSocketCell[] = [];
  /** Proxy neighbours of both families, newest first. */
  proxies: readonly Pneigh[] = [];
  /** IP identification: counters by bucket of (source, destination, protocol). */
  ipIdents: IntMap<Cell<IpIdent>> = IntMap.empty();
  icmpLimit: Cell<IcmpLimit> = -1;
  udp: Cell<UdpTable> = -1;
  /** Incomplete packets by hash of (source, destination, id, protocol). */
  fragmentQueues: IntMap<readonly number[]> = IntMap.empty();
}
registerRecord("NetStack", NetStack);

/** @source net/ipv4/route.c, ip_idents */
export class IpIdent {
  constructor(
    public next: number,
    public stamp: number,
  ) {}

  copy(): IpIdent {
    return new IpIdent(this.next, this.stamp);
  }
}
registerRecord("IpIdent", IpIdent);

/** Token buckets for ICMP errors. @source net/ipv4/icmp.c */
export class IcmpLimit {
  constructor(
    readonly credit: number,
    readonly stamp: number,
    /** By destination. */
    readonly peers: IntMap<InetPeer>,
  ) {}
}
registerRecord("IcmpLimit", IcmpLimit);

export function makeNetStack(step: StepContext, netns: NetnsRef): Cell<NetStack> {
  const stack = new NetStack();
  stack.netns = netns;
  stack.mib = step.cells.add(new Mib());
  stack.icmpLimit = step.cells.add(new IcmpLimit(0, 0, IntMap.empty()));
  stack.udp = step.cells.add(NO_UDP_SOCKETS);
  return step.cells.add(stack);
}

export function netStack(step: StepContext, netns: NetnsRef): NetStack {
  return step.cells.get(step.cells.get<Netns>(netns).stack as Cell<NetStack>);
}

export function updateNetStack(step: StepContext, netns: NetnsRef, recipe: (draft: NetStack) => void): void {
  const ref = step.cells.get<Netns>(netns).stack as Cell<NetStack>;
  step.cells.set(ref, updateRecord(step.cells.get(ref), recipe));
}

export function count(step: StepContext, netns: NetnsRef, name: MibName, by = 1): void {
  ownMib(step, netns).add(MIB[name], by);
}

/** The namespace's counters, for writing in this step. */
export function ownMib(step: StepContext, netns: NetnsRef): Mib {
  return step.cells.own(netStack(step, netns).mib);
}

/** Value of a setting that `all` and the device share: either one set is enough. @source IN_DEV_ORCONF */
export function confOr(stack: NetStack, dev: DevConf, key: string): boolean {
  return (stack.confAll[key] ?? 0) !== 0 || (dev[key] ?? 0) !== 0;
}

/** Both `all` and the device's are needed. @source IN_DEV_ANDCONF */
export function confAnd(stack: NetStack, dev: DevConf, key: string): boolean {
  return (stack.confAll[key] ?? 0) !== 0 && (dev[key] ?? 0) !== 0;
}

/** The larger of `all` and the device's. @source IN_DEV_MAXCONF */
export function confMax(stack: NetStack, dev: DevConf, key: string): number {
  return Math.max(stack.confAll[key] ?? 0, dev[key] ?? 0);
}
