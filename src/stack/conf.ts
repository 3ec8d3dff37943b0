/**
 * Per-device settings of IPv4 and of neighbour discovery: the values behind net.ipv4.conf.DEV.* and net.ipv4.neigh.DEV.*.
 * @source include/linux/inetdevice.h, struct ipv4_devconf; include/net/neighbour.h, struct neigh_parms
 */
import { JiffiesClock } from "../core/timer-wheel.ts";

/** Keys of net.ipv4.conf.DEV that the stack acts on; the rest is only stored. */
export interface DevConf {
  readonly [key: string]: number;
}

/** Values of a namespace's `all` and `default` that differ from 0. @source net/ipv4/devinet.c */
export const DEFAULT_DEV_CONF: DevConf = Object.freeze({
  accept_redirects: 1,
  send_redirects: 1,
  secure_redirects: 1,
  shared_media: 1,
  arp_evict_nocarrier: 1,
  igmpv2_unsolicited_report_interval: 10_000,
  igmpv3_unsolicited_report_interval: 1_000,
});

export const LOOPBACK_DEV_CONF: DevConf = Object.freeze({});

export interface NeighParms {
  readonly baseReachableMs: number;
  /** Drawn from half to one and a half times the base. */
  readonly reachableJiffies: number;
  /** The time span for which it was drawn. */
  readonly reachableEpoch: number;
  readonly retransMs: number;
  readonly delayProbeJiffies: number;
  readonly gcStaleJiffies: number;
  readonly ucastProbes: number;
  readonly mcastProbes: number;
  readonly appProbes: number;
  readonly mcastReprobes: number;
  readonly anycastDelayJiffies: number;
  /** Answers for others wait for a random part of it. */
  readonly proxyDelayJiffies: number;
  readonly proxyQlen: number;
  readonly locktimeJiffies: number;
  readonly queueLenBytes: number;
  readonly intervalProbeMs: number;
}

/** @source net/ipv4/arp.c, arp_tbl.parms */
export const DEFAULT_NEIGH_PARMS: NeighParms = Object.freeze({
  baseReachableMs: 30_000,
  reachableJiffies: JiffiesClock.ofMs(30_000),
  reachableEpoch: 0,
  retransMs: 1_000,
  delayProbeJiffies: JiffiesClock.ofMs(5_000),
  gcStaleJiffies: JiffiesClock.ofMs(60_000),
  ucastProbes: 3,
  mcastProbes: 3,
  appProbes: 0,
  mcastReprobes: 0,
  anycastDelayJiffies: JiffiesClock.ofMs(1_000),
  proxyDelayJiffies: JiffiesClock.ofMs(800),
  proxyQlen: 64,
  locktimeJiffies: JiffiesClock.ofMs(1_000),
  queueLenBytes: 212_992,
  intervalProbeMs: 5_000,
});
