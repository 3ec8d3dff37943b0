/**
 * Addresses of devices and the routes that come and go with them.
 * @source net/ipv4/devinet.c; net/ipv4/fib_frontend.c, fib_add_ifaddr(), fib_del_ifaddr()
 */
import { DONE, type Result, refused } from "../core/result.ts";
import { isUp, type NetDevice } from "../devices/net-device.ts";
import { KIND } from "../events/kinds.ts";
import { IFA_F_NOPREFIXROUTE, IFA_F_SECONDARY, RTN_BROADCAST, RTN_LOCAL } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { formatIpv4, INADDR_BROADCAST, type Ipv4Address, prefixMask } from "../wire/ipv4-address.ts";
import { connectedType, fibDisable, fibMagic, flushRoutes, inetAddrType } from "./fib-semantics.ts";
import { type InAddr, ifaMatch, inDevice, isSecondary, updateInDevice } from "./in-device.ts";
import { neighIfdown } from "./neigh.ts";
import { confMax, netStack } from "./net-stack.ts";

function isZeronet(address: Ipv4Address): boolean {
  return address === 0;
}

function subnetOf(ifa: InAddr): Ipv4Address {
  return (ifa.address & prefixMask(ifa.prefixLen)) >>> 0;
}

function subnetBroadcast(ifa: InAddr): Ipv4Address {
  return (ifa.address | ~prefixMask(ifa.prefixLen)) >>> 0;
}

/** The primary of an address's subnet. @source inet_ifa_byprefix() */
function primaryOf(addrs: readonly InAddr[], ifa: InAddr): InAddr | undefined {
  return isSecondary(ifa)
    ? addrs.find((a) => a.prefixLen === ifa.prefixLen && ifaMatch(subnetOf(ifa), a))
    : ifa;
}

function setAddrs(step: StepContext, dev: NetDevice, addrs: readonly InAddr[]): void {
  updateInDevice(step, dev, (d) => {
    d.addrs = addrs;
  });
}

function note(step: StepContext, kind: number, dev: NetDevice, ifa: InAddr): void {
  step.record(
    kind,
    dev.netns,
    dev.ref,
    JSON.stringify({ local: formatIpv4(ifa.local), prefixLen: ifa.prefixLen, label: ifa.label }),
  );
  step.rtnlNotify(dev.netns, {
    object: "addr",
    subject: { dev, ifa },
    isDeleted: kind === KIND.addr_del,
  });
}

/** Adds an address behind the last primary of at least its scope, or as a secondary at the end. 0.0.0.0 is granted and ignored. @source __inet_insert_ifa() */
export function insertAddr(step: StepContext, dev: NetDevice, address: InAddr): Result<null> {
  if (address.local === 0) return DONE;
  const addrs = inDevice(step, dev).addrs;
  let ifa: InAddr = { ...address, flags: address.flags & ~IFA_F_SECONDARY };
  let at = 0;
  for (const [i, other] of addrs.entries()) {
    if (!isSecondary(other) && ifa.scope <= other.scope) at = i + 1;
    if (other.prefixLen === ifa.prefixLen && ifaMatch(other.address, ifa)) {
      if (other.local === ifa.local) return refused("EEXIST", "ipv4: Address already assigned");
      if (other.scope !== ifa.scope) return refused("EINVAL", "ipv4: Invalid scope value");
      ifa = { ...ifa, flags: ifa.flags | IFA_F_SECONDARY };
    }
  }
  if (isSecondary(ifa)) at = addrs.length;
  setAddrs(step, dev, [...addrs.slice(0, at), ifa, ...addrs.slice(at)]);
  note(step, KIND.addr_new, dev, ifa);
  fibAddAddr(step, dev, ifa);
  return DONE;
}

/** Replaces an address's record in place (lifetimes, label, flags); its routes stay. */
export function replaceAddr(step: StepContext, dev: NetDevice, old: InAddr, next: InAddr): void {
  setAddrs(
    step,
    dev,
    inDevice(step, dev).addrs.map((a) => (a === old ? next : a)),
  );
}

/** @source fib_add_ifaddr() */
export function fibAddAddr(step: StepContext, dev: NetDevice, ifa: InAddr): void {
  const prim = primaryOf(inDevice(step, dev).addrs, ifa);
  if (prim === undefined) return;
  fibMagic(step, dev, true, RTN_LOCAL, ifa.local, 32, prim.local, 0);
  if (!isUp(step.cells.get(dev.ref))) return;
  if (ifa.broadcast !== 0 && ifa.broadcast !== INADDR_BROADCAST)
    fibMagic(step, dev, true, RTN_BROADCAST, ifa.broadcast, 32, prim.local, 0);
  const prefix = subnetOf(ifa);
  if (isZeronet(prefix) || isSecondary(ifa) || (prefix === ifa.local && ifa.prefixLen === 32)) return;
  if ((ifa.flags & IFA_F_NOPREFIXROUTE) === 0)
    fibMagic(step, dev, true, connectedType(dev), prefix, ifa.prefixLen, prim.local, ifa.metric);
  if (ifa.prefixLen < 31) fibMagic(step, dev, true, RTN_BROADCAST, subnetBroadcast(ifa), 32, prim.local, 0);
}

/** Takes an address away, and its secondaries with it unless one is promoted. @source __inet_del_ifa() */
export function deleteAddr(step: StepContext, dev: NetDevice, ifa: InAddr): void {
  const inDev = inDevice(step, dev);
  const mates = isSecondary(ifa)
    ? []
    : inDev.addrs.filter((a) => isSecondary(a) && a.prefixLen === ifa.prefixLen && ifaMatch(ifa.address, a));
  const promotes = confMax(netStack(step, dev.netns), inDev.conf, "promote_secondaries") !== 0;
  if (!promotes) for (const mate of mates) removeOne(step, dev, mate, null);
  const promoted = promotes ? (mates[0] ?? null) : null;
  if (promoted === null) {
    removeOne(step, dev, ifa, null);
    return;
  }
  for (const mate of mates) fibDelAddr(step, dev, inDevice(step, dev).addrs, mate, ifa);
  removeOne(step, dev, ifa, null);
  promote(step, dev, promoted, mates.slice(1));
}

function removeOne(step: StepContext, dev: NetDevice, ifa: InAddr, promotedFor: InAddr | null): void {
  const addrs = inDevice(step, dev).addrs.filter((a) => a !== ifa);
  const before = inDevice(step, dev).addrs;
  setAddrs(step, dev, addrs);
  note(step, KIND.addr_del, dev, ifa);
  fibDelAddr(step, dev, before, ifa, promotedFor);
  if (addrs.length > 0) return;
  // The last address is gone: the device has no IPv4 any more. @source fib_inetaddr_event()
  fibDisable(step, dev, true);
  neighIfdown(step, dev, 4);
}

/** The first secondary becomes the primary of its subnet, behind the last primary of at least its scope. */
function promote(step: StepContext, dev: NetDevice, promoted: InAddr, rest: readonly InAddr[]): void {
  const prim: InAddr = { ...promoted, flags: promoted.flags & ~IFA_F_SECONDARY };
  const others = inDevice(step, dev).addrs.filter((a) => a !== promoted);
  let at = 0;
  for (const [i, other] of others.entries()) if (!isSecondary(other) && prim.scope <= other.scope) at = i + 1;
  setAddrs(step, dev, [...others.slice(0, at), prim, ...others.slice(at)]);
  note(step, KIND.addr_new, dev, prim);
  fibAddAddr(step, dev, prim);
  for (const mate of rest) fibAddAddr(step, dev, mate);
}

/**
 * Takes the routes of an address away, as far as no other address of the device needs them.
 * @param addrs the device's addresses, `ifa` still among them
 * @param iprim the primary that is going while `ifa`, its secondary, stays
 * @source fib_del_ifaddr()
 */
function fibDelAddr(
  step: StepContext,
  dev: NetDevice,
  addrs: readonly InAddr[],
  ifa: InAddr,
  iprim: InAddr | null,
): void {
  const network = subnetOf(ifa);
  const brd = subnetBroadcast(ifa);
  const prim = iprim ?? primaryOf(addrs, ifa);
  if (prim === undefined) return;
  let subnetGone = false;
  if (!isSecondary(ifa) && !isZeronet(network) && (network !== ifa.local || ifa.prefixLen < 32)) {
    if ((ifa.flags & IFA_F_NOPREFIXROUTE) === 0)
      fibMagic(step, dev, false, connectedType(dev), network, ifa.prefixLen, prim.local, ifa.metric);
    subnetGone = true;
  }
  const others = addrs.filter((a) => a !== ifa);
  const ownBroadcasts = (a: InAddr): Ipv4Address[] =>
    a.prefixLen < 31 && !isSecondary(a) ? [a.broadcast, subnetBroadcast(a)] : [a.broadcast];
  const isNeeded = (address: Ipv4Address) => others.some((a) => ownBroadcasts(a).includes(address));
  if (ifa.broadcast !== 0 && !isNeeded(ifa.broadcast))
    fibMagic(step, dev, false, RTN_BROADCAST, ifa.broadcast, 32, prim.local, 0);
  if (subnetGone && ifa.prefixLen < 31 && !isNeeded(brd))
    fibMagic(step, dev, false, RTN_BROADCAST, brd, 32, prim.local, 0);
  if (others.some((a) => a.local === ifa.local)) return;
  fibMagic(step, dev, false, RTN_LOCAL, ifa.local, 32, prim.local, 0);
  if (iprim === null && inetAddrType(step, dev.netns, ifa.local) !== RTN_LOCAL)
    flushRoutes(step, dev.netns, (r) => r.prefSrc === ifa.local);
}
