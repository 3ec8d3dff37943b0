/**
 * The routes that come and go with addresses.
 * @source net/ipv4/fib_frontend.c
 */
import { isUp, type NetDevice } from "../devices/net-device.ts";
import { IFA_F_NOPREFIXROUTE, RT_TABLE_MAIN, RTN_BROADCAST, RTN_LOCAL } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { INADDR_BROADCAST, type Ipv4Address, prefixMask } from "../wire/ipv4-address.ts";
import { inetAddrType } from "./fib-nexthop.ts";
import { connectedType, fibMagic, flushRoutes } from "./fib-semantics.ts";
import { type InAddr, ifaMatch, inDevice, isSecondary } from "./in-device.ts";
import { arpInvalidate } from "./neigh.ts";

function isZeronet(address: Ipv4Address): boolean {
  return address === 0;
}

function subnetOf(ifa: InAddr): Ipv4Address {
  return (ifa.address & prefixMask(ifa.prefixLen)) >>> 0;
}

function subnetBroadcast(ifa: InAddr): Ipv4Address {
  return (ifa.address | ~prefixMask(ifa.prefixLen)) >>> 0;
}

/** The first address of a subnet, its primary. @source inet_ifa_byprefix() */
function byPrefix(addrs: readonly InAddr[], prefix: Ipv4Address, prefixLen: number): InAddr | undefined {
  return addrs.find((a) => a.prefixLen === prefixLen && ifaMatch(prefix, a));
}

function primaryOf(addrs: readonly InAddr[], ifa: InAddr): InAddr | undefined {
  return isSecondary(ifa) ? byPrefix(addrs, subnetOf(ifa), ifa.prefixLen) : ifa;
}

/** Has the address a connected route of its own? */
function hasPrefix(ifa: InAddr): boolean {
  const prefix = subnetOf(ifa);
  return !isZeronet(prefix) && !isSecondary(ifa) && (prefix !== ifa.local || ifa.prefixLen < 32);
}

/** @source fib_add_ifaddr() */
export function fibAddAddr(step: StepContext, dev: NetDevice, ifa: InAddr): void {
  const prim = primaryOf(inDevice(step, dev).addrs, ifa);
  if (prim === undefined) return;
  fibMagic(step, dev, true, RTN_LOCAL, ifa.local, 32, prim.local, 0);
  if (!isUp(step.cells.get(dev.ref))) return;
  if (ifa.broadcast !== 0 && ifa.broadcast !== INADDR_BROADCAST) {
    fibMagic(step, dev, true, RTN_BROADCAST, ifa.broadcast, 32, prim.local, 0);
    arpInvalidate(step, dev, ifa.broadcast);
  }
  if (!hasPrefix(ifa)) return;
  if ((ifa.flags & IFA_F_NOPREFIXROUTE) === 0)
    fibMagic(step, dev, true, connectedType(dev), subnetOf(ifa), ifa.prefixLen, prim.local, ifa.metric);
  if (ifa.prefixLen >= 31) return;
  fibMagic(step, dev, true, RTN_BROADCAST, subnetBroadcast(ifa), 32, prim.local, 0);
  arpInvalidate(step, dev, subnetBroadcast(ifa));
}

/** The connected route of an address gets another metric. @source fib_modify_prefix_metric() */
export function fibModifyPrefixMetric(step: StepContext, dev: NetDevice, ifa: InAddr, metric: number): void {
  if (!isUp(dev) || !hasPrefix(ifa) || (ifa.flags & IFA_F_NOPREFIXROUTE) !== 0) return;
  const type = connectedType(dev);
  fibMagic(step, dev, true, type, subnetOf(ifa), ifa.prefixLen, ifa.local, metric);
  fibMagic(step, dev, false, type, subnetOf(ifa), ifa.prefixLen, ifa.local, ifa.metric);
}

/** What other addresses of a device still need of that of one that goes. */
interface Needed {
  local: boolean;
  broadcast: boolean;
  subnetBroadcast: boolean;
  subnet: boolean;
}

/** @source fib_del_ifaddr(), the scan of the other addresses */
function stillNeeded(others: readonly InAddr[], ifa: InAddr, prim: InAddr, iprim: InAddr | null): Needed {
  const network = subnetOf(ifa);
  const brd = subnetBroadcast(ifa);
  const needed: Needed = { local: false, broadcast: false, subnetBroadcast: false, subnet: false };
  let sharesSource = false;
  let prim1: InAddr | undefined;
  const isMate = (a: InAddr, p: InAddr) => a.prefixLen === p.prefixLen && ifaMatch(a.address, p);
  for (const other of others) {
    if (iprim !== null && isMate(other, iprim)) continue;
    if (isSecondary(other)) {
      if (isMate(other, prim)) prim1 = prim;
      else {
        // The secondaries stand at the end: by now it is known whether another primary has the same address.
        if (!sharesSource) continue;
        if (prim1 === undefined || !isMate(other, prim1))
          prim1 = byPrefix(others, other.address, other.prefixLen);
        if (prim1 === undefined || prim1.local !== prim.local) continue;
      }
    } else {
      if (prim.local !== other.local) continue;
      prim1 = other;
      if (prim !== prim1) sharesSource = true;
    }
    if (ifa.local === other.local) needed.local = true;
    const broadcasts = [other.broadcast];
    if (prim1 === other && other.prefixLen < 31 && !isZeronet(subnetOf(other)))
      broadcasts.push(subnetBroadcast(other), subnetOf(other));
    if (broadcasts.includes(ifa.broadcast)) needed.broadcast = true;
    if (broadcasts.includes(brd)) needed.subnetBroadcast = true;
    if (broadcasts.includes(network)) needed.subnet = true;
  }
  return needed;
}

/**
 * Takes the routes of an address away, as far as no other address of the device needs them.
 * @param addrs the device's addresses, `ifa` still among them
 * @param iprim the primary that is going while `ifa`, its secondary, stays
 * @source fib_del_ifaddr()
 */
export function fibDelAddr(
  step: StepContext,
  dev: NetDevice,
  addrs: readonly InAddr[],
  ifa: InAddr,
  iprim: InAddr | null,
): void {
  const prim = primaryOf(addrs, ifa);
  if (prim === undefined || (isSecondary(ifa) && iprim !== null && iprim !== prim)) return;
  const hasSubnet = hasPrefix(ifa);
  if (hasSubnet && (ifa.flags & IFA_F_NOPREFIXROUTE) === 0)
    fibMagic(step, dev, false, connectedType(dev), subnetOf(ifa), ifa.prefixLen, prim.local, 0);
  const needed = stillNeeded(
    addrs.filter((a) => a !== ifa),
    ifa,
    prim,
    iprim,
  );
  const drop = (dst: Ipv4Address, isNeeded: boolean) => {
    if (!isNeeded) fibMagic(step, dev, false, RTN_BROADCAST, dst, 32, prim.local, 0);
  };
  drop(ifa.broadcast, needed.broadcast);
  if (hasSubnet && ifa.prefixLen < 31) {
    drop(subnetBroadcast(ifa), needed.subnetBroadcast);
    drop(subnetOf(ifa), needed.subnet);
  }
  if (needed.local) return;
  fibMagic(step, dev, false, RTN_LOCAL, ifa.local, 32, prim.local, 0);
  // While it goes on as another's secondary it is not gone. @source fib_sync_down_addr()
  if (iprim === null && inetAddrType(step, dev.netns, ifa.local) !== RTN_LOCAL)
    // Of all routes that go with something else, listeners hear of these alone. @source fib_table_flush(), pfsrc_removed
    flushRoutes(step, dev.netns, (r) => r.table === RT_TABLE_MAIN && r.prefSrc === ifa.local, true);
}
