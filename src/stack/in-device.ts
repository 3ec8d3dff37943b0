/** The IPv4 side of a device: addresses, settings, neighbours. @source include/linux/inetdevice.h, struct in_device */
import { immerable } from "immer";
import type { Cell } from "../core/cell-table.ts";
import { IntMap } from "../core/int-map.ts";
import { registerRecord } from "../core/record-codec.ts";
import { updateRecord } from "../core/update-record.ts";
import type { DeviceRef, NetDevice } from "../devices/net-device.ts";
import { IFA_F_SECONDARY, RT_SCOPE_HOST, RT_SCOPE_LINK } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { type Ipv4Address, prefixMask } from "../wire/ipv4-address.ts";
import { DEFAULT_DEV_CONF, DEFAULT_NEIGH_PARMS, type DevConf, type NeighParms } from "./conf.ts";
import { type Multicast, NO_MULTICAST } from "./multicast.ts";
import type { NeighRef } from "./neigh-table.ts";
import { reachableEpoch } from "./neigh-tables.ts";

/** @source struct in_ifaddr */
export interface InAddr {
  readonly local: Ipv4Address;
  /** Prefix address: the peer's on a point-to-point address, else `local`. */
  readonly address: Ipv4Address;
  readonly prefixLen: number;
  /** 0: none. */
  readonly broadcast: Ipv4Address;
  readonly scope: number;
  /** IFA_F_* */
  readonly flags: number;
  readonly label: string;
  /** Seconds as given last; null: forever. Without meaning on a permanent address. */
  readonly validLft: number | null;
  readonly preferredLft: number | null;
  /** Jiffy in which the lifetimes were set. */
  readonly stamp: number;
  readonly metric: number;
}

export class InDevice {
  static readonly [immerable] = true;
  device: DeviceRef = -1;
  addrs: readonly InAddr[] = [];
  conf: DevConf = DEFAULT_DEV_CONF;
  neighParms: NeighParms = DEFAULT_NEIGH_PARMS;
  multicast: Multicast = NO_MULTICAST;
}
registerRecord("InDevice", InDevice);

/** Neighbours of a device by IPv4 address. Their entries are cells of their own. */
export class NeighTable {
  constructor(readonly entries: IntMap<NeighRef>) {}
}
registerRecord("NeighTable", NeighTable);

/** A device's IPv4 part and its neighbour table lie in neighbouring cells. */
export function neighTableRef(dev: NetDevice): Cell<NeighTable> {
  return dev.inet + 1;
}

/** Makes the IPv4 part of a new device. @source net/ipv4/devinet.c, inetdev_init() */
export function inetdevInit(
  step: StepContext,
  device: DeviceRef,
  conf: DevConf,
  neighParms: NeighParms,
): Cell<InDevice> {
  const inDev = new InDevice();
  inDev.device = device;
  inDev.conf = conf;
  inDev.neighParms = drawReachable(step, neighParms);
  const ref = step.cells.add(inDev);
  step.cells.add(new NeighTable(IntMap.empty()));
  return ref;
}

/** Settings with a fresh reachable_time. @source neigh_parms_alloc() */
export function drawReachable(step: StepContext, parms: NeighParms): NeighParms {
  const reachableJiffies = randReachTime(step, parms.baseReachableMs);
  return { ...parms, reachableJiffies, reachableEpoch: reachableEpoch(step.jiffies) };
}

/** @source net/core/neighbour.c, neigh_rand_reach_time() */
export function randReachTime(step: StepContext, baseMs: number): number {
  const base = Math.floor(baseMs / 4);
  return base === 0 ? 0 : step.draw("neigh/reachable", base) + (base >> 1);
}

export function inDevice(step: StepContext, dev: NetDevice): InDevice {
  return step.cells.get(dev.inet as Cell<InDevice>);
}

export function updateInDevice(step: StepContext, dev: NetDevice, recipe: (draft: InDevice) => void): void {
  const ref = dev.inet as Cell<InDevice>;
  step.cells.set(ref, updateRecord(step.cells.get(ref), recipe));
}

/** Is an address inside another's subnet? @source inet_ifa_match() */
export function ifaMatch(address: Ipv4Address, ifa: InAddr): boolean {
  return ((address ^ ifa.address) & prefixMask(ifa.prefixLen)) === 0;
}

export function isSecondary(ifa: InAddr): boolean {
  return (ifa.flags & IFA_F_SECONDARY) !== 0;
}

/**
 * Source address for packets that leave by a device: its first primary address with a fitting scope, the one in the
 * destination's subnet before others; then any device's. 0: none.
 * @source net/ipv4/devinet.c, inet_select_addr()
 */
export function inetSelectAddr(
  step: StepContext,
  dev: NetDevice,
  dst: Ipv4Address,
  scope: number,
  others: readonly NetDevice[],
): Ipv4Address {
  const inDev = inDevice(step, dev);
  const localnetScope = inDev.conf.route_localnet ? RT_SCOPE_LINK : RT_SCOPE_HOST;
  let address = 0;
  for (const ifa of inDev.addrs) {
    if (isSecondary(ifa) || Math.min(ifa.scope, localnetScope) > scope) continue;
    if (dst === 0 || ifaMatch(dst, ifa)) return ifa.local;
    if (address === 0) address = ifa.local;
  }
  if (address !== 0) return address;
  for (const other of others) {
    const ifa = inDevice(step, other).addrs.find(
      (a) => !isSecondary(a) && a.scope !== RT_SCOPE_LINK && a.scope <= scope,
    );
    if (ifa !== undefined) return ifa.local;
  }
  return 0;
}
