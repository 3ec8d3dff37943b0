/**
 * IPv6 addresses of devices, and the routes that come and go with them.
 * @source net/ipv6/addrconf.c
 */
import { DONE, type Result, refused } from "../../core/result.ts";
import { HZ } from "../../core/timer-wheel.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import { KIND } from "../../events/kinds.ts";
import {
  IFA_F_DEPRECATED,
  IFA_F_MANAGETEMPADDR,
  IFA_F_MCAUTOJOIN,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_PERMANENT,
  IFA_F_STABLE_PRIVACY,
  IFA_F_TENTATIVE,
  IFF_LOOPBACK,
  RTN_LOCAL,
} from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { formatIpv6, IN6ADDR_LOOPBACK, type Ipv6Address, isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import { armVerify, startGc } from "./addr-lifetime.ts";
import {
  addMulticastRoute,
  addPrefixRoute,
  hostRoute,
  joinAnycast,
  leaveAnycast,
  prefixRoute,
  removeHostRoute,
} from "./addr-routes.ts";
import { eui64, FE80, listedScope, sourceScope } from "./address-type.ts";
import { IN6_ADDR_GEN_MODE_EUI64, IN6_ADDR_GEN_MODE_NONE, IN6_ADDR_GEN_MODE_RANDOM } from "./conf6.ts";
import { type DadHooks, dadStart } from "./dad.ts";
import { networkOf } from "./fib6.ts";
import { changeRoutes, deleteRoute, insertRoute } from "./fib6-change.ts";
import { addrs6, Inet6Addr, inet6Dev, inet6DevOf, setAddr6, updateInet6Dev } from "./inet6-dev.ts";
import { mcJoin, mcLeave, mcLeaveSolicited } from "./mcast6.ts";
import { randomSecret, stableAddress } from "./stable-address.ts";

/** @source IP6_RT_PRIO_ADDRCONF */
const METRIC_ADDRCONF = 256;
const USER_HZ = 100;
/** What the kernel calls a machine's jiffy 0. @source INITIAL_JIFFIES */
const FIRST_JIFFY = 2 ** 32 - 300 * HZ;

/** An address that is wished for. */
export interface Addr6Config {
  readonly address: Ipv6Address;
  /** 0: none. */
  readonly peer: Ipv6Address;
  readonly prefixLen: number;
  /** IFA_F_* */
  readonly flags: number;
  /** Seconds; null: for ever. */
  readonly validLft: number | null;
  readonly preferredLft: number | null;
  readonly metric: number;
  readonly isTokenized?: boolean;
}

function note(step: StepContext, kind: number, dev: NetDevice, addr: Inet6Addr): void {
  const data = { local: formatIpv6(addr.address), prefixLen: addr.prefixLen, flags: addr.flags };
  step.record(kind, dev.netns, dev.ref, JSON.stringify(data));
}

/** Listeners are told before anything follows from it. @source inet6_ifa_notify() */
export function tellAddr(step: StepContext, dev: NetDevice, addr: Inet6Addr, isDeleted: boolean): void {
  step.rtnlNotify(dev.netns, { object: "addr6", subject: { dev, addr }, isDeleted });
}

// ---------------------------------------------------------------------------------------------- coming and going

/** The address can be used. @source __ipv6_ifa_notify(), RTM_NEWADDR */
function addressReady(step: StepContext, dev: NetDevice, addr: Inet6Addr): void {
  tellAddr(step, dev, addr, false);
  insertRoute(step, dev.netns, hostRoute(dev, addr.address, false));
  if (inet6DevOf(step, dev).conf.forwarding !== 0) joinAnycast(step, dev, addr);
  if (addr.peer !== 0n) addPrefixRoute(step, dev, addr.peer, 128, addr.metric, null);
  note(step, KIND.addr_new, dev, addr);
}

/** @source __ipv6_ifa_notify(), RTM_DELADDR */
export function addressGone(step: StepContext, dev: NetDevice, addr: Inet6Addr): void {
  tellAddr(step, dev, addr, true);
  if (inet6DevOf(step, dev).conf.forwarding !== 0) leaveAnycast(step, dev, addr);
  mcLeaveSolicited(step, dev, addr.address);
  if (addr.peer !== 0n) {
    const route = prefixRoute(step, dev, addr.peer, 128);
    if (route !== null) deleteRoute(step, dev.netns, route);
  }
  removeHostRoute(step, dev, addr.address, RTN_LOCAL);
  note(step, KIND.addr_del, dev, addr);
}

/** Enters an address: wider scopes first, and the newest before its equals. @source ipv6_add_addr(), ipv6_link_dev_addr() */
export function enterAddr(step: StepContext, dev: NetDevice, cfg: Addr6Config): Result<Inet6Addr> {
  const { address, flags } = cfg;
  if (address === 0n) return refused("EADDRNOTAVAIL", "ipv6: Invalid address");
  if (isMulticastIpv6(address) && (flags & IFA_F_MCAUTOJOIN) === 0)
    return refused("EADDRNOTAVAIL", 'ipv6: Cannot assign multicast address without "IFA_F_MCAUTOJOIN" flag');
  if ((dev.flags & IFF_LOOPBACK) === 0 && address === IN6ADDR_LOOPBACK)
    return refused("EADDRNOTAVAIL", "ipv6: Cannot assign loopback address on this device");
  if (inet6DevOf(step, dev).conf.disableIpv6 !== 0)
    return refused("EACCES", "ipv6: IPv6 is disabled on this device");
  const addrs = addrs6(step, dev);
  if (addrs.some((addr) => addr.address === address))
    return refused("EEXIST", "ipv6: address already assigned");
  const made = new Inet6Addr(
    -1,
    dev.ref,
    address,
    cfg.peer,
    cfg.prefixLen,
    listedScope(address),
    (flags & IFA_F_NODAD) === 0 ? flags | IFA_F_TENTATIVE : flags,
    "predad",
    cfg.validLft,
    cfg.preferredLft,
    step.jiffies,
    step.jiffies,
    cfg.metric,
    0,
    0,
    0,
    cfg.isTokenized ?? false,
  );
  const ref = step.cells.add(made);
  const addr = made.with({ ref });
  step.cells.set(ref, addr);
  let at = addrs.findIndex((other) => sourceScope(address) >= sourceScope(other.address));
  if (at < 0) at = addrs.length;
  updateInet6Dev(step, dev, (d) => {
    d.addrs = [...d.addrs.slice(0, at), ref, ...d.addrs.slice(at)];
  });
  return { ok: true, value: addr };
}

/** Jiffy at which what lives so many seconds ends. */
function expiryOf(step: StepContext, lifetime: number | null): number | null {
  return lifetime === null ? null : step.jiffies + lifetime * HZ;
}

/**
 * The same for the route that an address had already: the kernel takes the lifetime for a jiffy, one from the time when the
 * machine booted, and so the route is out of date at once.
 * @source modify_prefix_route(), INITIAL_JIFFIES
 */
function misreadExpiry(lifetime: number): number {
  return lifetime * USER_HZ - FIRST_JIFFY;
}

/** What lifetimes say of an address. @source inet6_addr_add() */
function lifetimeFlags(cfg: Addr6Config): number {
  return (cfg.validLft === null ? IFA_F_PERMANENT : 0) | (cfg.preferredLft === 0 ? IFA_F_DEPRECATED : 0);
}

/** An administrator's address. @source inet6_addr_add() */
export function addAddr6(step: StepContext, dev: NetDevice, wish: Addr6Config): Result<null> {
  if (inet6Dev(step, dev) === null || inet6DevOf(step, dev).conf.disableIpv6 !== 0)
    return refused("EACCES", "ipv6: IPv6 is disabled on this device");
  if ((dev.flags & IFF_LOOPBACK) === 0) addMulticastRoute(step, dev);
  const joins = (wish.flags & IFA_F_MCAUTOJOIN) !== 0;
  if (joins && !isMulticastIpv6(wish.address)) return refused("EINVAL", "ipv6: Multicast auto join failed");
  if (joins) mcJoin(step, dev, wish.address);
  const cfg = { ...wish, flags: wish.flags | lifetimeFlags(wish) };
  const made = enterAddr(step, dev, cfg);
  if (!made.ok) {
    if (joins) mcLeave(step, dev, wish.address);
    return made;
  }
  if ((cfg.flags & IFA_F_NOPREFIXROUTE) === 0)
    addPrefixRoute(step, dev, cfg.address, cfg.prefixLen, cfg.metric, expiryOf(step, cfg.validLft));
  if ((cfg.flags & IFA_F_NODAD) === 0) {
    note(step, KIND.addr_new, dev, made.value);
    tellAddr(step, dev, made.value, false);
  }
  dadStart(step, made.value);
  if (cfg.validLft !== null || cfg.preferredLft !== null) armVerify(step, dev.netns);
  return DONE;
}

/** `ip -6 addr change`: flags and lifetimes. @source inet6_addr_modify() */
export function modifyAddr6(
  step: StepContext,
  dev: NetDevice,
  old: Inet6Addr,
  wish: Addr6Config,
): Result<null> {
  if ((wish.flags & IFA_F_MANAGETEMPADDR) !== 0 && old.prefixLen !== 64) return refused("EINVAL");
  const changed =
    IFA_F_DEPRECATED | IFA_F_PERMANENT | IFA_F_NODAD | 0x10 | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE;
  const hadPrefixRoute = (old.flags & (IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE)) === IFA_F_PERMANENT;
  const next = setAddr6(step, old, {
    flags: (old.flags & ~changed) | wish.flags | lifetimeFlags(wish),
    validLft: wish.validLft,
    preferredLft: wish.preferredLft,
    tstamp: step.jiffies,
    metric: wish.metric !== 0 ? wish.metric : old.metric,
    peer: wish.peer,
  });
  note(step, KIND.addr_new, dev, next);
  tellAddr(step, dev, next, false);
  const route = prefixRoute(step, dev, old.address, old.prefixLen);
  if ((wish.flags & IFA_F_NOPREFIXROUTE) === 0) {
    if (hadPrefixRoute && route !== null && route.metric === (next.metric || METRIC_ADDRCONF)) {
      const expires = wish.validLft === null ? null : misreadExpiry(wish.validLft);
      changeRoutes(step, dev.netns, (r) => (r === route ? { ...r, expires } : r));
    } else {
      if (hadPrefixRoute && route !== null) deleteRoute(step, dev.netns, route);
      addPrefixRoute(step, dev, next.address, next.prefixLen, next.metric, expiryOf(step, wish.validLft));
    }
  } else if (hadPrefixRoute && route !== null && !isPrefixShared(step, dev, old))
    deleteRoute(step, dev.netns, route);
  if (wish.validLft !== null || wish.preferredLft !== null) armVerify(step, dev.netns);
  return DONE;
}

/** Has another permanent address the same prefix? @source check_cleanup_prefix_route() */
function isPrefixShared(step: StepContext, dev: NetDevice, addr: Inet6Addr): boolean {
  return matesOf(step, dev, addr).some(
    (other) => (other.flags & (IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE)) !== 0,
  );
}

function matesOf(step: StepContext, dev: NetDevice, addr: Inet6Addr): Inet6Addr[] {
  return addrs6(step, dev).filter(
    (other) =>
      other.ref !== addr.ref &&
      other.prefixLen === addr.prefixLen &&
      networkOf(other.address, addr.prefixLen) === networkOf(addr.address, addr.prefixLen),
  );
}

/** Takes an address from the list, with its timer and its record. */
export function forgetAddr(step: StepContext, dev: NetDevice, addr: Inet6Addr): void {
  updateInet6Dev(step, dev, (d) => {
    d.addrs = d.addrs.filter((ref) => ref !== addr.ref);
  });
  step.cancelTimer(addr.ref);
  step.cells.delete(addr.ref);
}

/** @source ipv6_del_addr() */
export function deleteAddr6(step: StepContext, dev: NetDevice, addr: Inet6Addr): void {
  const hasRoute = (addr.flags & (IFA_F_PERMANENT | IFA_F_NOPREFIXROUTE)) === IFA_F_PERMANENT;
  const mates = matesOf(step, dev, addr);
  const isShared = isPrefixShared(step, dev, addr);
  forgetAddr(step, dev, addr);
  addressGone(step, dev, addr);
  if (hasRoute && !isShared) cleanupPrefixRoute(step, dev, addr, mates);
  changeRoutes(step, dev.netns, (route) =>
    route.prefSrc === addr.address && route.oif === dev.ref ? { ...route, prefSrc: 0n } : route,
  );
}

/** The prefix's route goes, or lives as long as the others that have it. @source cleanup_prefix_route() */
function cleanupPrefixRoute(
  step: StepContext,
  dev: NetDevice,
  addr: Inet6Addr,
  mates: readonly Inet6Addr[],
): void {
  const route = prefixRoute(step, dev, addr.address, addr.prefixLen);
  if (route === null) return;
  if (mates.length === 0) {
    deleteRoute(step, dev.netns, route);
    return;
  }
  const expires = Math.max(step.jiffies, ...mates.map((other) => other.tstamp + (other.validLft ?? 0) * HZ));
  changeRoutes(step, dev.netns, (r) => (r === route && r.expires === null ? { ...r, expires } : r));
  startGc(step, dev.netns);
}

export const DAD_HOOKS: DadHooks = {
  addressReady,
  deleteAddr: deleteAddr6,
  stopDevice: () => {},
};

// ---------------------------------------------------------------------------------------------- automatic addresses

/** @source addrconf_add_linklocal() */
function addLinkLocal(step: StepContext, dev: NetDevice, address: Ipv6Address, flags: number): void {
  const made = enterAddr(step, dev, {
    address,
    peer: 0n,
    prefixLen: 64,
    flags: flags | IFA_F_PERMANENT,
    validLft: null,
    preferredLft: null,
    metric: 0,
  });
  if (!made.ok) return;
  addPrefixRoute(step, dev, address, 64, 0, null);
  dadStart(step, made.value);
}

/** @source addrconf_addr_gen() */
function generateLinkLocal(step: StepContext, dev: NetDevice): void {
  const mode = inet6DevOf(step, dev).conf.addrGenMode;
  if (mode === IN6_ADDR_GEN_MODE_NONE) return;
  if (mode === IN6_ADDR_GEN_MODE_EUI64) {
    addLinkLocal(step, dev, FE80 | eui64(dev.address), 0);
    return;
  }
  if (mode === IN6_ADDR_GEN_MODE_RANDOM && inet6DevOf(step, dev).conf.stableSecret === "") {
    const stableSecret = randomSecret(step);
    updateInet6Dev(step, dev, (d) => {
      d.conf = { ...d.conf, stableSecret };
    });
  }
  const address = stableAddress(step, dev, FE80, 0);
  if (address !== null) addLinkLocal(step, dev, address, IFA_F_STABLE_PRIVACY);
}

/** ::1. @source init_loopback() */
function initLoopback(step: StepContext, dev: NetDevice): void {
  const made = enterAddr(step, dev, {
    address: IN6ADDR_LOOPBACK,
    peer: 0n,
    prefixLen: 128,
    flags: IFA_F_PERMANENT,
    validLft: null,
    preferredLft: null,
    metric: 0,
  });
  if (!made.ok) return;
  const addr = setAddr6(step, made.value, { flags: made.value.flags & ~IFA_F_TENTATIVE });
  addressReady(step, dev, addr);
}

/** The addresses that a device has by itself. @source addrconf_init_auto_addrs() */
export function initAutoAddrs(step: StepContext, dev: NetDevice): void {
  const in6 = inet6Dev(step, dev);
  if (in6 === null) return;
  if ((dev.flags & IFF_LOOPBACK) !== 0) {
    if (in6.conf.disableIpv6 === 0) initLoopback(step, dev);
    return;
  }
  if (in6.conf.disableIpv6 !== 0) return;
  addMulticastRoute(step, dev);
  generateLinkLocal(step, dev);
}

/** The device rose: routes of addresses that were kept, and detection that waited. @source addrconf_permanent_addr() */
export function restorePermanent(step: StepContext, dev: NetDevice): void {
  for (const addr of addrs6(step, dev)) {
    if ((addr.flags & IFA_F_PERMANENT) === 0) continue;
    if ((addr.flags & IFA_F_NOPREFIXROUTE) === 0)
      addPrefixRoute(step, dev, addr.address, addr.prefixLen, addr.metric, null);
    if (addr.state === "predad") dadStart(step, addr);
  }
}
