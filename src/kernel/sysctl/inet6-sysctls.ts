/** From stored sysctls to the settings that the IPv6 stack acts on, and what a write sets going. */
import { JiffiesClock } from "../../core/timer-wheel.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import { deviceByName, devicesOf, type NetnsRef } from "../../devices/netns.ts";
import type { Inet6Setting, StepContext } from "../../events/step-context.ts";
import type { NeighParms } from "../../stack/conf.ts";
import { drawReachable } from "../../stack/in-device.ts";
import { initAutoAddrs } from "../../stack/ipv6/addrconf.ts";
import { type DevConf6, IN6_ADDR_GEN_MODE_STABLE_PRIVACY } from "../../stack/ipv6/conf6.ts";
import { purgeDefaultRouters } from "../../stack/ipv6/default-routers.ts";
import { inet6Dev, updateInet6Dev } from "../../stack/ipv6/inet6-dev.ts";
import { inet6DisableChange, inet6ForwardChange } from "../../stack/ipv6/inet6-device.ts";
import { netStack6, updateNetStack6 } from "../../stack/ipv6/net-stack6.ts";
import { netStack, updateNetStack } from "../../stack/net-stack.ts";
import {
  SLOT_ALL,
  SLOT_DEFAULT,
  SLOT_GLOBAL,
  type SysctlSlot,
  sysctlKey,
  sysctlSlot,
} from "./sysctl-keys.ts";
import { type Sysctls, sysctlNumber, sysctlStore, sysctlText } from "./sysctls.ts";

const confKey = (name: string) => sysctlKey(`net/ipv6/conf/*/${name}`).id;

/** Settings by the file that holds them. */
const CONF: Readonly<Record<Exclude<keyof DevConf6, "stableSecret">, number>> = {
  acceptDad: confKey("accept_dad"),
  acceptRa: confKey("accept_ra"),
  acceptRaDefrtr: confKey("accept_ra_defrtr"),
  acceptRaFromLocal: confKey("accept_ra_from_local"),
  acceptRaMinHopLimit: confKey("accept_ra_min_hop_limit"),
  acceptRaMinLft: confKey("accept_ra_min_lft"),
  acceptRaMtu: confKey("accept_ra_mtu"),
  acceptRaPinfo: confKey("accept_ra_pinfo"),
  acceptRaRtInfoMinPlen: confKey("accept_ra_rt_info_min_plen"),
  acceptRaRtInfoMaxPlen: confKey("accept_ra_rt_info_max_plen"),
  acceptRaRtrPref: confKey("accept_ra_rtr_pref"),
  acceptRedirects: confKey("accept_redirects"),
  addrGenMode: confKey("addr_gen_mode"),
  autoconf: confKey("autoconf"),
  dadTransmits: confKey("dad_transmits"),
  disableIpv6: confKey("disable_ipv6"),
  enhancedDad: confKey("enhanced_dad"),
  forwarding: confKey("forwarding"),
  forceForwarding: confKey("force_forwarding"),
  forceMldVersion: confKey("force_mld_version"),
  hopLimit: confKey("hop_limit"),
  ignoreRoutesWithLinkdown: confKey("ignore_routes_with_linkdown"),
  keepAddrOnDown: confKey("keep_addr_on_down"),
  mldv1Interval: confKey("mldv1_unsolicited_report_interval"),
  mldv2Interval: confKey("mldv2_unsolicited_report_interval"),
  ndiscEvictNocarrier: confKey("ndisc_evict_nocarrier"),
  ndiscNotify: confKey("ndisc_notify"),
  optimisticDad: confKey("optimistic_dad"),
  useOptimistic: confKey("use_optimistic"),
  proxyNdp: confKey("proxy_ndp"),
  maxAddresses: confKey("max_addresses"),
  raDefrtrMetric: confKey("ra_defrtr_metric"),
  raHonorPioLife: confKey("ra_honor_pio_life"),
  rtrSolicitDelay: confKey("router_solicitation_delay"),
  rtrSolicitInterval: confKey("router_solicitation_interval"),
  rtrSolicitMaxInterval: confKey("router_solicitation_max_interval"),
  rtrSolicits: confKey("router_solicitations"),
  useTempaddr: confKey("use_tempaddr"),
  useOifAddrsOnly: confKey("use_oif_addrs_only"),
  dropUnicastInL2Multicast: confKey("drop_unicast_in_l2_multicast"),
  dropUnsolicitedNa: confKey("drop_unsolicited_na"),
  acceptUntrackedNa: confKey("accept_untracked_na"),
};
const CONF_ENTRIES = Object.entries(CONF) as [keyof typeof CONF, number][];
const MTU = confKey("mtu");
const STABLE_SECRET = confKey("stable_secret");

/** net.ipv6.conf of a slot. */
function slotConf6(state: Sysctls, slot: SysctlSlot): DevConf6 {
  const conf: Partial<Record<keyof DevConf6, number | string>> = {};
  for (const [name, id] of CONF_ENTRIES) conf[name] = sysctlNumber(state, id, slot);
  conf.stableSecret = sysctlText(state, STABLE_SECRET, slot);
  return conf as DevConf6;
}

export function deviceConf6(state: Sysctls, ifindex: number): DevConf6 {
  return slotConf6(state, sysctlSlot(ifindex));
}

const neighKey = (name: string) => sysctlKey(`net/ipv6/neigh/*/${name}`).id;
const NEIGH = {
  base: neighKey("base_reachable_time_ms"),
  retrans: neighKey("retrans_time_ms"),
  delayFirst: neighKey("delay_first_probe_time"),
  gcStale: neighKey("gc_stale_time"),
  ucast: neighKey("ucast_solicit"),
  mcast: neighKey("mcast_solicit"),
  app: neighKey("app_solicit"),
  reprobes: neighKey("mcast_resolicit"),
  anycast: neighKey("anycast_delay"),
  proxyDelay: neighKey("proxy_delay"),
  proxyQlen: neighKey("proxy_qlen"),
  locktime: neighKey("locktime"),
  queueBytes: neighKey("unres_qlen_bytes"),
  interval: neighKey("interval_probe_time_ms"),
};

/** net.ipv6.neigh of a device; stored times are jiffies. */
export function deviceNeighParms6(state: Sysctls, ifindex: number): NeighParms {
  const slot = sysctlSlot(ifindex);
  const n = (id: number) => sysctlNumber(state, id, slot);
  return {
    baseReachableMs: n(NEIGH.base) * 4,
    reachableJiffies: JiffiesClock.ofMs(n(NEIGH.base) * 4),
    reachableEpoch: 0,
    retransMs: n(NEIGH.retrans) * 4,
    delayProbeJiffies: n(NEIGH.delayFirst),
    gcStaleJiffies: n(NEIGH.gcStale),
    ucastProbes: n(NEIGH.ucast),
    mcastProbes: n(NEIGH.mcast),
    appProbes: n(NEIGH.app),
    mcastReprobes: n(NEIGH.reprobes),
    anycastDelayJiffies: n(NEIGH.anycast),
    proxyDelayJiffies: n(NEIGH.proxyDelay),
    proxyQlen: n(NEIGH.proxyQlen),
    locktimeJiffies: n(NEIGH.locktime),
    queueLenBytes: n(NEIGH.queueBytes),
    intervalProbeMs: n(NEIGH.interval) * 4,
  };
}

const GLOBAL = {
  echoIgnoreAll: sysctlKey("net/ipv6/icmp/echo_ignore_all").id,
  echoIgnoreAnycast: sysctlKey("net/ipv6/icmp/echo_ignore_anycast").id,
  echoIgnoreMulticast: sysctlKey("net/ipv6/icmp/echo_ignore_multicast").id,
  icmpRatelimit: sysctlKey("net/ipv6/icmp/ratelimit").id,
  autoFlowlabels: sysctlKey("net/ipv6/auto_flowlabels").id,
  fragTime: sysctlKey("net/ipv6/ip6frag_time").id,
  idgenRetries: sysctlKey("net/ipv6/idgen_retries").id,
  nonlocalBind: sysctlKey("net/ipv6/ip_nonlocal_bind").id,
  mtuExpires: sysctlKey("net/ipv6/route/mtu_expires").id,
};

/** The kernel itself changes a device's setting, as if it had been written. Times of neighbours are jiffies. */
export function storeDeviceSysctl6(
  step: StepContext,
  dev: NetDevice,
  name: Inet6Setting,
  value: number,
): void {
  const key = NEIGH_SETTINGS.has(name) ? neighKey(name) : confKey(name);
  updateNetStack(step, dev.netns, (stack) => {
    stack.sysctls = sysctlStore(stack.sysctls as Sysctls, key, sysctlSlot(dev.ifindex), value);
  });
}

const NEIGH_SETTINGS: ReadonlySet<Inet6Setting> = new Set([
  "retrans_time_ms",
  "base_reachable_time_ms",
  "gc_stale_time",
]);

/** After a write to a file under net/ipv6: the stack's copies follow, and what the write asks for is done. */
export function sysctlWritten6(step: StepContext, netns: NetnsRef, path: string): void {
  if (!path.startsWith("net/ipv6/")) return;
  if (path.endsWith("/stable_secret")) switchToStable(step, netns, path);
  const { sysctls } = netStack(step, netns);
  const n = (id: number) => sysctlNumber(sysctls, id, SLOT_GLOBAL);
  updateNetStack6(step, netns, (stack) => {
    stack.confAll = slotConf6(sysctls, SLOT_ALL);
    stack.confDefault = slotConf6(sysctls, SLOT_DEFAULT);
    stack.settings = {
      echoIgnoreAll: n(GLOBAL.echoIgnoreAll),
      echoIgnoreAnycast: n(GLOBAL.echoIgnoreAnycast),
      echoIgnoreMulticast: n(GLOBAL.echoIgnoreMulticast),
      icmpRatelimit: n(GLOBAL.icmpRatelimit),
      autoFlowlabels: n(GLOBAL.autoFlowlabels),
      fragTime: n(GLOBAL.fragTime),
      idgenRetries: n(GLOBAL.idgenRetries),
      nonlocalBind: n(GLOBAL.nonlocalBind),
      mtuExpires: n(GLOBAL.mtuExpires),
    };
  });
  for (const dev of devicesOf(step, netns)) refresh(step, dev, sysctls, path);
  const [, , , name, file] = path.split("/");
  if (file === "forwarding" && name !== "default" && forwards(step, netns, name!))
    purgeDefaultRouters(step, netns);
}

function forwards(step: StepContext, netns: NetnsRef, name: string): boolean {
  if (name === "all") return netStack6(step, netns).confAll.forwarding !== 0;
  const dev = deviceByName(step, netns, name);
  return dev !== null && inet6Dev(step, dev)?.conf.forwarding !== 0;
}

/** A secret switches its device, or all devices, to addresses made with it. @source addrconf_sysctl_stable_secret() */
function switchToStable(step: StepContext, netns: NetnsRef, path: string): void {
  const name = path.split("/")[3];
  let { sysctls } = netStack(step, netns);
  for (const dev of devicesOf(step, netns))
    if (name === "default" || name === dev.ifname)
      sysctls = sysctlStore(
        sysctls,
        CONF.addrGenMode,
        sysctlSlot(dev.ifindex),
        IN6_ADDR_GEN_MODE_STABLE_PRIVACY,
      );
  updateNetStack(step, netns, (stack) => {
    stack.sysctls = sysctls;
  });
}

/** Packets of IPv6 are to be smaller than the device allows. @source addrconf_sysctl_mtu() */
function followMtu6(step: StepContext, dev: NetDevice, mtu: number): void {
  updateInet6Dev(step, dev, (d) => {
    d.mtu = mtu;
  });
}

function refresh(step: StepContext, dev: NetDevice, sysctls: Sysctls, path: string): void {
  const redraws = path.includes("/base_reachable_time");
  const isMtuWritten = path === `net/ipv6/conf/${dev.ifname}/mtu`;
  const old = inet6Dev(step, dev);
  if (old === null) return;
  const conf = deviceConf6(sysctls, dev.ifindex);
  const parms = deviceNeighParms6(sysctls, dev.ifindex);
  const isNewBase = redraws && parms.baseReachableMs !== old.neighParms.baseReachableMs;
  const { reachableJiffies, reachableEpoch } = isNewBase ? drawReachable(step, parms) : old.neighParms;
  updateInet6Dev(step, dev, (d) => {
    // A secret that the kernel drew is not to be read, but stays.
    d.conf = { ...conf, stableSecret: conf.stableSecret || old.conf.stableSecret };
    d.neighParms = { ...parms, reachableJiffies, reachableEpoch };
  });
  if ((conf.disableIpv6 !== 0) !== (old.conf.disableIpv6 !== 0)) inet6DisableChange(step, dev);
  if (isMtuWritten) followMtu6(step, dev, sysctlNumber(sysctls, MTU, sysctlSlot(dev.ifindex)));
  if ((conf.forwarding !== 0) !== (old.conf.forwarding !== 0)) inet6ForwardChange(step, dev);
  if (conf.addrGenMode !== old.conf.addrGenMode && conf.stableSecret === old.conf.stableSecret)
    initAutoAddrs(step, dev);
}
