/** From stored sysctls to the settings that the stack acts on. */

import { DONE, type Result, refused } from "../../core/result.ts";
import { JiffiesClock } from "../../core/timer-wheel.ts";
import { devicesOf, type NetnsRef } from "../../devices/netns.ts";
import { KIND } from "../../events/kinds.ts";
import type { NeighTableChange, NeighTableSet } from "../../events/requests.ts";
import type { StepContext } from "../../events/step-context.ts";
import { DEFAULT_NEIGH_PARMS, type DevConf, type NeighParms } from "../../stack/conf.ts";
import { flushExceptions } from "../../stack/fib-exceptions.ts";
import { drawReachable, inDevice, updateInDevice } from "../../stack/in-device.ts";
import { netStack, type StackSettings, updateNetStack } from "../../stack/net-stack.ts";
import { notifyConfChanges } from "../netconf-notify.ts";
import { sysctlWritten6 } from "./inet6-sysctls.ts";
import {
  SLOT_ALL,
  SLOT_DEFAULT,
  SLOT_GLOBAL,
  SYSCTL_KEYS,
  type SysctlDevice,
  type SysctlSlot,
  sysctlKey,
  sysctlSlot,
} from "./sysctl-keys.ts";
import {
  NO_SYSCTLS,
  type Sysctls,
  sysctlForgetDevice,
  sysctlMtuChanged,
  sysctlNumber,
  sysctlPath,
  sysctlPinDevice,
  sysctlStore,
  sysctlText,
  sysctlWrite,
} from "./sysctls.ts";

const CONF_KEYS = SYSCTL_KEYS.filter(
  (key) => key.dir === "net/ipv4/conf" && key.storedAs === null && key.kind !== "text",
);

/** Settings of a slot while nobody wrote any: shared by all namespaces. */
const untouched = new Map<SysctlSlot, DevConf>();

/** net.ipv4.conf of a slot. */
export function slotConf(state: Sysctls, slot: SysctlSlot): DevConf {
  // All ordinary devices have the same defaults: lo (2), then one slot stands for the rest.
  const shared = Math.min(slot, 3);
  if (state === NO_SYSCTLS) {
    const known = untouched.get(shared);
    if (known !== undefined) return known;
  }
  const conf: Record<string, number> = {};
  for (const key of CONF_KEYS) {
    const value = sysctlNumber(state, key.id, slot);
    if (value !== 0) conf[key.name] = value;
  }
  const frozen = Object.freeze(conf);
  if (state === NO_SYSCTLS) untouched.set(shared, frozen);
  return frozen;
}

export function deviceConf(state: Sysctls, ifindex: number): DevConf {
  return slotConf(state, sysctlSlot(ifindex));
}

const neighKey = (name: string) => sysctlKey(`net/ipv4/neigh/*/${name}`).id;
const BASE_REACHABLE = neighKey("base_reachable_time_ms");
const RETRANS = neighKey("retrans_time_ms");
const DELAY_FIRST = neighKey("delay_first_probe_time");
const GC_STALE = neighKey("gc_stale_time");
const UCAST = neighKey("ucast_solicit");
const MCAST = neighKey("mcast_solicit");
const APP = neighKey("app_solicit");
const REPROBES = neighKey("mcast_resolicit");
const ANYCAST = neighKey("anycast_delay");
const PROXY_DELAY = neighKey("proxy_delay");
const PROXY_QLEN = neighKey("proxy_qlen");
const LOCKTIME = neighKey("locktime");
const QUEUE_BYTES = neighKey("unres_qlen_bytes");
const INTERVAL = neighKey("interval_probe_time_ms");

/** net.ipv4.neigh of a device; stored times are jiffies. */
export function deviceNeighParms(state: Sysctls, ifindex: number): NeighParms {
  if (state === NO_SYSCTLS) return DEFAULT_NEIGH_PARMS;
  const slot = sysctlSlot(ifindex);
  const n = (id: number) => sysctlNumber(state, id, slot);
  return {
    baseReachableMs: n(BASE_REACHABLE) * 4,
    reachableJiffies: JiffiesClock.ofMs(n(BASE_REACHABLE) * 4),
    reachableEpoch: 0,
    retransMs: n(RETRANS) * 4,
    delayProbeJiffies: n(DELAY_FIRST),
    gcStaleJiffies: n(GC_STALE),
    ucastProbes: n(UCAST),
    mcastProbes: n(MCAST),
    appProbes: n(APP),
    mcastReprobes: n(REPROBES),
    anycastDelayJiffies: n(ANYCAST),
    proxyDelayJiffies: n(PROXY_DELAY),
    proxyQlen: n(PROXY_QLEN),
    locktimeJiffies: n(LOCKTIME),
    queueLenBytes: n(QUEUE_BYTES),
    intervalProbeMs: n(INTERVAL) * 4,
  };
}

export function sysctlDevices(step: StepContext, netns: NetnsRef): SysctlDevice[] {
  return devicesOf(step, netns).map(({ ifname, ifindex, mtu }) => ({ ifname, ifindex, mtu }));
}

const ECHO_IGNORE_ALL = sysctlKey("net/ipv4/icmp_echo_ignore_all").id;
const ECHO_IGNORE_BROADCASTS = sysctlKey("net/ipv4/icmp_echo_ignore_broadcasts").id;
const DEFAULT_TTL = sysctlKey("net/ipv4/ip_default_ttl").id;
const LOCAL_PORTS = sysctlKey("net/ipv4/ip_local_port_range").id;
const NO_PMTU_DISC = sysctlKey("net/ipv4/ip_no_pmtu_disc").id;
const FORWARD_USE_PMTU = sysctlKey("net/ipv4/ip_forward_use_pmtu").id;
const ROUTE_MIN_PMTU = sysctlKey("net/ipv4/route/min_pmtu").id;
const ROUTE_MTU_EXPIRES = sysctlKey("net/ipv4/route/mtu_expires").id;
const ICMP_IGNORE_BOGUS = sysctlKey("net/ipv4/icmp_ignore_bogus_error_responses").id;
const ICMP_INBOUND_IFADDR = sysctlKey("net/ipv4/icmp_errors_use_inbound_ifaddr").id;
const NONLOCAL_BIND = sysctlKey("net/ipv4/ip_nonlocal_bind").id;
const ICMP_RATELIMIT = sysctlKey("net/ipv4/icmp_ratelimit").id;
const ICMP_RATEMASK = sysctlKey("net/ipv4/icmp_ratemask").id;
const IPFRAG_TIME = sysctlKey("net/ipv4/ipfrag_time").id;
const ICMP_PER_SEC = sysctlKey("net/ipv4/icmp_msgs_per_sec").id;
const ICMP_BURST = sysctlKey("net/ipv4/icmp_msgs_burst").id;
const IGMP_LLM = sysctlKey("net/ipv4/igmp_link_local_mcast_reports").id;
const IGMP_MEMBERSHIPS = sysctlKey("net/ipv4/igmp_max_memberships").id;
const IGMP_QRV = sysctlKey("net/ipv4/igmp_qrv").id;

/** What the stack acts on, from what is stored. */
function stackSettings(state: Sysctls): StackSettings {
  const n = (id: number) => sysctlNumber(state, id, SLOT_GLOBAL);
  const [localPortMin, localPortMax] = sysctlText(state, LOCAL_PORTS, SLOT_GLOBAL).split("\t").map(Number);
  return {
    icmpEchoIgnoreAll: n(ECHO_IGNORE_ALL),
    icmpEchoIgnoreBroadcasts: n(ECHO_IGNORE_BROADCASTS),
    ipDefaultTtl: n(DEFAULT_TTL),
    localPortMin: localPortMin!,
    localPortMax: localPortMax!,
    icmpRatelimit: n(ICMP_RATELIMIT),
    ipNoPmtuDisc: n(NO_PMTU_DISC),
    ipForwardUsePmtu: n(FORWARD_USE_PMTU),
    routeMinPmtu: n(ROUTE_MIN_PMTU),
    routeMtuExpires: n(ROUTE_MTU_EXPIRES),
    icmpIgnoreBogus: n(ICMP_IGNORE_BOGUS),
    icmpInboundIfaddr: n(ICMP_INBOUND_IFADDR),
    ipNonlocalBind: n(NONLOCAL_BIND),
    icmpRatemask: n(ICMP_RATEMASK),
    ipfragTime: n(IPFRAG_TIME),
    icmpMsgsPerSec: n(ICMP_PER_SEC),
    icmpMsgsBurst: n(ICMP_BURST),
    igmpLinkLocalReports: n(IGMP_LLM),
    igmpMaxMemberships: n(IGMP_MEMBERSHIPS),
    igmpQrv: n(IGMP_QRV),
  };
}

/** A write to a file under /proc/sys; the stack's copies follow. */
export function writeSysctl(step: StepContext, netns: NetnsRef, path: string, text: string): Result<null> {
  const devices = sysctlDevices(step, netns);
  let before = netStack(step, netns).sysctls;
  for (const dev of devicesOf(step, netns))
    if (inDevice(step, dev).addrs.length > 0) before = sysctlPinDevice(before, dev.ifindex);
  const written = sysctlWrite(before, path, text, devices);
  if (!written.ok) return written;
  if (path === "net/ipv4/route/flush" && text !== "") flushExceptions(step, netns);
  const { state, changes, errno } = written.value;
  updateNetStack(step, netns, (stack) => {
    stack.sysctls = state;
    stack.confAll = slotConf(state, SLOT_ALL);
    stack.confDefault = slotConf(state, SLOT_DEFAULT);
    stack.settings = stackSettings(state);
  });
  const isConf = path.startsWith("net/ipv4/conf/") || path === "net/ipv4/ip_forward";
  const isNeigh = path.startsWith("net/ipv4/neigh/");
  if (isConf || isNeigh)
    for (const dev of devicesOf(step, netns))
      refreshDevice(step, netns, dev.ref, isNeigh && path.includes("/base_reachable_time"));
  sysctlWritten6(step, netns, path);
  notifyConfChanges(step, netns, changes);
  for (const change of changes)
    step.record(
      KIND.sysctl,
      netns,
      -1,
      JSON.stringify({ path: sysctlPath(change, devices), value: change.value }),
    );
  return errno === undefined ? DONE : refused(errno);
}

const TRUESIZE_OF_FRAME = 2090;

/** Where the stored value of each lies, and how many of its unit make one of the request's. */
const TABLE_KEYS: Readonly<
  Record<keyof NeighTableChange, (value: number) => readonly [id: number, stored: number]>
> = {
  baseReachableMs: (ms) => [BASE_REACHABLE, JiffiesClock.ofMs(ms)],
  retransMs: (ms) => [RETRANS, JiffiesClock.ofMs(ms)],
  gcStaleMs: (ms) => [GC_STALE, JiffiesClock.ofMs(ms)],
  delayProbeMs: (ms) => [DELAY_FIRST, JiffiesClock.ofMs(ms)],
  queueLen: (packets) => [QUEUE_BYTES, packets * TRUESIZE_OF_FRAME],
  appProbes: (n) => [APP, n],
  ucastProbes: (n) => [UCAST, n],
  mcastProbes: (n) => [MCAST, n],
  anycastDelayMs: (ms) => [ANYCAST, JiffiesClock.ofMs(ms)],
  proxyDelayMs: (ms) => [PROXY_DELAY, JiffiesClock.ofMs(ms)],
  proxyQueue: (n) => [PROXY_QLEN, n],
  locktimeMs: (ms) => [LOCKTIME, JiffiesClock.ofMs(ms)],
};

/** Settings of ARP for a device, as `ip ntable change` sets them. @source net/core/neighbour.c, neightbl_set() */
export function setNeighTable(step: StepContext, netns: NetnsRef, set: NeighTableSet): Result<null> {
  const dev = devicesOf(step, netns).find((d) => d.ifindex === set.ifindex);
  if (set.name !== "arp_cache" || set.family === "inet6" || dev === undefined) return refused("ENOENT");
  let { sysctls } = netStack(step, netns);
  for (const [key, toStored] of Object.entries(TABLE_KEYS)) {
    const value = set.change[key as keyof NeighTableChange];
    if (value === undefined) continue;
    const [id, stored] = toStored(value);
    sysctls = sysctlStore(sysctls, id, sysctlSlot(dev.ifindex), stored);
  }
  updateNetStack(step, netns, (stack) => {
    stack.sysctls = sysctls;
  });
  refreshDevice(step, netns, dev.ref, false);
  if (set.change.baseReachableMs !== undefined)
    updateInDevice(step, dev, (d) => {
      d.neighParms = drawReachable(step, d.neighParms);
    });
  return DONE;
}

function refreshDevice(step: StepContext, netns: NetnsRef, ref: number, redraws: boolean): void {
  const dev = devicesOf(step, netns).find((d) => d.ref === ref)!;
  const { sysctls } = netStack(step, netns);
  const old = inDevice(step, dev).neighParms;
  const parms = deviceNeighParms(sysctls, dev.ifindex);
  const { reachableJiffies, reachableEpoch } =
    redraws && parms.baseReachableMs !== old.baseReachableMs ? drawReachable(step, parms) : old;
  updateInDevice(step, dev, (d) => {
    d.conf = deviceConf(sysctls, dev.ifindex);
    d.neighParms = { ...parms, reachableJiffies, reachableEpoch };
  });
}

export function forgetDeviceSysctls(step: StepContext, netns: NetnsRef, ifindex: number): void {
  const { sysctls } = netStack(step, netns);
  if (sysctls === NO_SYSCTLS) return;
  updateNetStack(step, netns, (stack) => {
    stack.sysctls = sysctlForgetDevice(sysctls, ifindex);
  });
}

/** A device got an address: from now on `default` does not reach it. */
export function pinDeviceSysctls(step: StepContext, netns: NetnsRef, ifindex: number): void {
  const { sysctls } = netStack(step, netns);
  if (sysctls === NO_SYSCTLS) return;
  updateNetStack(step, netns, (stack) => {
    stack.sysctls = sysctlPinDevice(sysctls, ifindex);
  });
}

/** A device's MTU changed: its IPv6 MTU follows. */
export function followMtu(step: StepContext, netns: NetnsRef, ifindex: number): void {
  const { sysctls } = netStack(step, netns);
  if (sysctls === NO_SYSCTLS) return;
  updateNetStack(step, netns, (stack) => {
    stack.sysctls = sysctlMtuChanged(sysctls, ifindex);
  });
}
