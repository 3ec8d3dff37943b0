/**
 * Prefixes that routers advertise: routes to their hosts, and addresses made from them.
 * @source RFC 4862 section 5.5.3; net/ipv6/addrconf.c, addrconf_prefix_rcv(), addrconf_prefix_rcv_add_addr()
 */
import { HZ } from "../../core/timer-wheel.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import {
  IFA_F_DEPRECATED,
  IFA_F_MANAGETEMPADDR,
  IFA_F_OPTIMISTIC,
  IFA_F_STABLE_PRIVACY,
  IFA_F_TENTATIVE,
  RT_TABLE_MAIN,
} from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { type Ipv6Address, isLinkLocalIpv6, isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import type { PrefixInfo } from "../../wire/ndisc.ts";
import { armVerify, startGc } from "./addr-lifetime.ts";
import { addPrefixRoute } from "./addr-routes.ts";
import { enterAddr, tellAddr } from "./addrconf.ts";
import { eui64 } from "./address-type.ts";
import { IN6_ADDR_GEN_MODE_RANDOM, IN6_ADDR_GEN_MODE_STABLE_PRIVACY } from "./conf6.ts";
import { dadStart } from "./dad.ts";
import { networkOf, routesTo6 } from "./fib6.ts";
import { changeRoutes, deleteRoute } from "./fib6-change.ts";
import { addrs6, type Inet6Addr, inet6DevOf, setAddr6 } from "./inet6-dev.ts";
import { netStack6 } from "./net-stack6.ts";
import { stableAddress } from "./stable-address.ts";

const FOR_EVER = 0xffff_ffff;
/** A shorter rest of life is not taken from an address by strangers, in seconds. @source MIN_VALID_LIFETIME */
const MIN_VALID_LIFETIME = 2 * 3600;

function lifetimeOf(seconds: number): number | null {
  return seconds === FOR_EVER ? null : seconds;
}

/** @param isNamed the advertisement tells the router's link-layer address */
export function prefixRcv(step: StepContext, dev: NetDevice, info: PrefixInfo, isNamed: boolean): void {
  const { prefix, validLft, preferredLft } = info;
  const { conf } = inet6DevOf(step, dev);
  if (isMulticastIpv6(prefix) || isLinkLocalIpv6(prefix) || preferredLft > validLft) return;
  if (validLft !== 0 && validLft < conf.acceptRaMinLft) return;
  if (info.isOnLink) onLink(step, dev, info);
  if (!info.isAutonomous || conf.autoconf === 0 || info.prefixLen !== 64) return;
  const made = addressFor(step, dev, networkOf(prefix, 64));
  if (made !== null) addressRcv(step, dev, info, made, isNamed);
}

function onLink(step: StepContext, dev: NetDevice, { prefix, prefixLen, validLft }: PrefixInfo): void {
  const { netns } = dev;
  const dst = networkOf(prefix, prefixLen);
  const place = { table: RT_TABLE_MAIN, dst, dstLen: prefixLen, src: 0n, srcLen: 0 };
  const known = routesTo6(netStack6(step, netns).fib, place).find(
    (route) => route.isFromRa && route.oif === dev.ref && route.gateway === 0n,
  );
  const lifetime = lifetimeOf(validLft);
  const expires = lifetime === null ? null : step.jiffies + lifetime * HZ;
  if (known === undefined) {
    if (validLft !== 0) addPrefixRoute(step, dev, prefix, prefixLen, 0, expires, true);
  } else if (validLft === 0) deleteRoute(step, netns, known);
  else {
    changeRoutes(step, netns, (route) => (route === known ? { ...route, expires } : route));
    if (expires !== null) startGc(step, netns);
  }
}

interface Made {
  readonly address: Ipv6Address;
  readonly flags: number;
  readonly isTokenized: boolean;
}

/** The device's own address with a prefix: by its token, by its secret, or by its link-layer address. */
function addressFor(step: StepContext, dev: NetDevice, prefix: Ipv6Address): Made | null {
  const { token, conf } = inet6DevOf(step, dev);
  if (token !== 0n) return { address: prefix | token, flags: 0, isTokenized: true };
  const mode = conf.addrGenMode;
  if (mode === IN6_ADDR_GEN_MODE_STABLE_PRIVACY || mode === IN6_ADDR_GEN_MODE_RANDOM) {
    const address = stableAddress(step, dev, prefix, 0);
    if (address !== null) return { address, flags: IFA_F_STABLE_PRIVACY, isTokenized: false };
  }
  return { address: prefix | eui64(dev.address), flags: 0, isTokenized: false };
}

function addressRcv(step: StepContext, dev: NetDevice, info: PrefixInfo, made: Made, isNamed: boolean): void {
  const { validLft, preferredLft } = info;
  const known = addrs6(step, dev).find((addr) => addr.address === made.address);
  if (known === undefined) {
    if (validLft === 0 || !addAddress(step, dev, info, made, isNamed)) return;
  } else updateLifetime(step, dev, known, validLft, preferredLft);
  armVerify(step, dev.netns);
}

function addAddress(
  step: StepContext,
  dev: NetDevice,
  info: PrefixInfo,
  { address, flags, isTokenized }: Made,
  isNamed: boolean,
): boolean {
  const { conf } = inet6DevOf(step, dev);
  const { confAll } = netStack6(step, dev.netns);
  const isOptimistic =
    (confAll.optimisticDad !== 0 || conf.optimisticDad !== 0) && confAll.forwarding === 0 && isNamed;
  if (conf.maxAddresses !== 0 && addrs6(step, dev).length >= conf.maxAddresses) return false;
  const entered = enterAddr(step, dev, {
    address,
    peer: 0n,
    prefixLen: info.prefixLen,
    flags: flags | (isOptimistic ? IFA_F_OPTIMISTIC : 0) | IFA_F_MANAGETEMPADDR,
    validLft: lifetimeOf(info.validLft),
    preferredLft: lifetimeOf(info.preferredLft),
    metric: 0,
    isTokenized,
  });
  if (!entered.ok) return false;
  dadStart(step, entered.value);
  return true;
}

/** An advertisement prolongs what it finds, and shortens it to two hours at most. */
function updateLifetime(
  step: StepContext,
  dev: NetDevice,
  addr: Inet6Addr,
  told: number,
  preferredLft: number,
): void {
  const age = Math.floor((step.jiffies - addr.tstamp) / HZ);
  const stored = addr.validLft === null ? FOR_EVER : Math.max(0, addr.validLft - age);
  if (stored === 0) return;
  const isFree = inet6DevOf(step, dev).conf.raHonorPioLife !== 0;
  const validLft = isFree ? told : Math.max(told, Math.min(stored, MIN_VALID_LIFETIME));
  const next = setAddr6(step, addr, {
    validLft: lifetimeOf(validLft),
    preferredLft: lifetimeOf(preferredLft),
    tstamp: step.jiffies,
    flags: addr.flags & ~IFA_F_DEPRECATED,
  });
  if ((addr.flags & IFA_F_TENTATIVE) === 0) tellAddr(step, dev, next, false);
}
