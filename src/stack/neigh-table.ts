/**
 * The neighbour tables: entries by device and address.
 * @source net/core/neighbour.c
 */
import type { Cell } from "../core/cell-table.ts";
import { JiffiesClock } from "../core/timer-wheel.ts";
import type { DeviceRef, NetDevice } from "../devices/net-device.ts";
import { DROP, KIND } from "../events/kinds.ts";
import {
  IFF_LOOPBACK,
  IFF_NOARP,
  IFF_POINTOPOINT,
  NUD_DELAY,
  NUD_FAILED,
  NUD_INCOMPLETE,
  NUD_NOARP,
  NUD_NONE,
  NUD_PERMANENT,
  NUD_PROBE,
  NUD_REACHABLE,
  NUD_STALE,
  RTN_BROADCAST,
  RTN_MULTICAST,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Ipv4Packet } from "../wire/ipv4.ts";
import { formatIpv4, INADDR_ANY, type Ipv4Address } from "../wire/ipv4-address.ts";
import { formatMac, type Mac } from "../wire/mac.ts";
import { inetAddrType } from "./fib-semantics.ts";
import { inDevice, NeighTable, neighTableRef } from "./in-device.ts";
import { netStack, updateNetStack } from "./net-stack.ts";

export type NeighRef = Cell<Neigh>;

export const NUD_IN_TIMER = NUD_INCOMPLETE | NUD_REACHABLE | NUD_DELAY | NUD_PROBE;
export const NUD_VALID = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY;
export const NUD_CONNECTED = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE;

/** One entry. Times are jiffies. @source include/net/neighbour.h, struct neighbour */
export interface Neigh {
  readonly ref: NeighRef;
  readonly device: DeviceRef;
  readonly key: Ipv4Address;
  /** NUD_* */
  readonly state: number;
  /** Meaningless while the state is not valid. */
  readonly lladdr: Mac;
  readonly probes: number;
  readonly confirmed: number;
  readonly used: number;
  readonly updated: number;
  /** Packets that wait for the address, oldest first. */
  readonly queue: readonly Ipv4Packet[];
}

/** Replaces an entry; a new state or address is noted. */
export function setNeigh(step: StepContext, neigh: Neigh, change: Partial<Neigh>): Neigh {
  const next: Neigh = {
    ref: neigh.ref,
    device: neigh.device,
    key: neigh.key,
    state: change.state ?? neigh.state,
    lladdr: change.lladdr ?? neigh.lladdr,
    probes: change.probes ?? neigh.probes,
    confirmed: change.confirmed ?? neigh.confirmed,
    used: change.used ?? neigh.used,
    updated: change.updated ?? neigh.updated,
    queue: change.queue ?? neigh.queue,
  };
  step.cells.set(neigh.ref, next);
  if (next.state !== neigh.state || next.lladdr !== neigh.lladdr) noteState(step, next);
  return next;
}

const NUD_NAMES: Readonly<Record<number, string>> = {
  [NUD_NONE]: "NONE",
  [NUD_INCOMPLETE]: "INCOMPLETE",
  [NUD_REACHABLE]: "REACHABLE",
  [NUD_STALE]: "STALE",
  [NUD_DELAY]: "DELAY",
  [NUD_PROBE]: "PROBE",
  [NUD_FAILED]: "FAILED",
  [NUD_NOARP]: "NOARP",
  [NUD_PERMANENT]: "PERMANENT",
};

function noteState(step: StepContext, neigh: Neigh): void {
  const dev = step.cells.get<NetDevice>(neigh.device);
  const lladdr = (neigh.state & NUD_VALID) !== 0 ? { lladdr: formatMac(neigh.lladdr) } : {};
  step.record(
    KIND.neigh,
    dev.netns,
    dev.ref,
    JSON.stringify({ dst: formatIpv4(neigh.key), state: NUD_NAMES[neigh.state] ?? neigh.state, ...lladdr }),
  );
}

export function neighLookup(step: StepContext, dev: NetDevice, key: Ipv4Address): Neigh | null {
  const ref = step.cells.get(neighTableRef(dev)).entries.get(key);
  return ref === undefined ? null : step.cells.get(ref);
}

/** All entries of a device by address. */
export function neighsOf(step: StepContext, dev: NetDevice): Neigh[] {
  return step.cells
    .get(neighTableRef(dev))
    .entries.sorted()
    .map(([, ref]) => step.cells.get(ref));
}

/** On a loopback or point-to-point device all addresses share one entry. @source __ipv4_neigh_lookup_noref() */
export function deviceKey(dev: NetDevice, key: Ipv4Address): Ipv4Address {
  return (dev.flags & (IFF_LOOPBACK | IFF_POINTOPOINT)) !== 0 ? INADDR_ANY : key;
}

/** Makes an entry; what the address or the device is settles some at once. @source neigh_create(), arp_constructor() */
export function neighCreate(step: StepContext, dev: NetDevice, wanted: Ipv4Address): Neigh {
  const key = deviceKey(dev, wanted);
  const known = neighLookup(step, dev, key);
  if (known !== null) return known;
  const parms = inDevice(step, dev).neighParms;
  const type = inetAddrType(step, dev.netns, key, dev.ref);
  let state = NUD_NONE;
  let lladdr: Mac = 0;
  if (type === RTN_MULTICAST) {
    state = NUD_NOARP;
    lladdr = 0x0100_5e00_0000 + (key % 0x80_0000);
  } else if ((dev.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0) {
    state = NUD_NOARP;
    lladdr = dev.address;
  } else if (type === RTN_BROADCAST || (dev.flags & IFF_POINTOPOINT) !== 0) {
    state = NUD_NOARP;
    lladdr = dev.broadcast;
  }
  const ref: NeighRef = step.cells.add<Neigh>({
    ref: -1,
    device: dev.ref,
    key,
    state,
    lladdr,
    probes: 0,
    confirmed: step.jiffies - 2 * JiffiesClock.ofMs(parms.baseReachableMs),
    used: step.jiffies,
    updated: step.jiffies,
    queue: [],
  });
  const neigh: Neigh = { ...step.cells.get(ref), ref };
  step.cells.set(ref, neigh);
  const table = neighTableRef(dev);
  step.cells.set(table, new NeighTable(step.cells.get(table).entries.set(key, ref)));
  return neigh;
}

/** Takes an entry away; packets that wait in it are lost. */
export function neighRemove(step: StepContext, neigh: Neigh): void {
  const dev = step.cells.get<NetDevice>(neigh.device);
  const table = neighTableRef(dev);
  step.cells.set(table, new NeighTable(step.cells.get(table).entries.delete(neigh.key)));
  step.cancelTimer(neigh.ref);
  for (const packet of neigh.queue) step.recordDrop(dev.netns, dev.ref, 0, packet.length, DROP.NEIGH_DEAD);
  step.record(KIND.neigh, dev.netns, dev.ref, JSON.stringify({ dst: formatIpv4(neigh.key), state: "gone" }));
  step.cells.delete(neigh.ref);
}

/** @param keepPermanent as on loss of carrier. @source neigh_flush_dev() */
export function neighFlushDevice(step: StepContext, dev: NetDevice, keepPermanent: boolean): void {
  for (const neigh of neighsOf(step, dev))
    if (!keepPermanent || (neigh.state & NUD_PERMANENT) === 0) neighRemove(step, neigh);
}

/** Neighbours and proxy entries go. @source net/core/neighbour.c, neigh_ifdown() */
export function neighIfdown(step: StepContext, dev: NetDevice): void {
  neighFlushDevice(step, dev, false);
  if (!netStack(step, dev.netns).proxies.some((proxy) => proxy.device === dev.ref)) return;
  updateNetStack(step, dev.netns, (stack) => {
    stack.proxies = stack.proxies.filter((proxy) => proxy.device !== dev.ref);
  });
}
