/**
 * The neighbour tables: entries by device and address.
 * @source net/core/neighbour.c
 */
import type { Cell } from "../core/cell-table.ts";
import { HZ, JiffiesClock } from "../core/timer-wheel.ts";
import type { DeviceRef, NetDevice } from "../devices/net-device.ts";
import { DROP, KIND } from "../events/kinds.ts";
import {
  IFF_LOOPBACK,
  IFF_NOARP,
  IFF_POINTOPOINT,
  NTF_EXT_LEARNED,
  NTF_MANAGED,
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
import type { IpPacket } from "../wire/frame.ts";
import { formatIpv4, INADDR_ANY, type Ipv4Address, isMulticastIpv4 } from "../wire/ipv4-address.ts";
import { formatIpv6, type Ipv6Address, isMulticastIpv6 } from "../wire/ipv6-address.ts";
import { formatMac, type Mac } from "../wire/mac.ts";
import type { NeighParms } from "./conf.ts";
import { inetAddrType } from "./fib-nexthop.ts";
import { inDevice, NeighTable, neighTableRef, randReachTime, updateInDevice } from "./in-device.ts";
import { addressKey, inet6Dev, NeighTable6, neighTable6Ref, updateInet6Dev } from "./ipv6/inet6-dev.ts";
import {
  enterTbl,
  GC_THRESH2,
  joinGcList,
  leaveGcList,
  leaveTbl,
  type NeighFamily,
  neighAlloc,
  neighTblRef,
  reachableEpoch,
  setManaged,
} from "./neigh-tables.ts";
import { releaseWaiting } from "./send-buffer.ts";

export type NeighRef = Cell<Neigh>;

export const NUD_IN_TIMER = NUD_INCOMPLETE | NUD_REACHABLE | NUD_DELAY | NUD_PROBE;
export const NUD_VALID = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY;
export const NUD_CONNECTED = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE;

/** An address of either family: its type tells the table, arp_tbl or nd_tbl. */
export type NeighKey = Ipv4Address | Ipv6Address;

/** One entry. Times are jiffies. @source include/net/neighbour.h, struct neighbour */
export interface Neigh {
  readonly ref: NeighRef;
  readonly device: DeviceRef;
  readonly key: NeighKey;
  /** NUD_* */
  readonly state: number;
  /** Meaningless while the state is not valid. */
  readonly lladdr: Mac;
  readonly probes: number;
  readonly confirmed: number;
  readonly used: number;
  readonly updated: number;
  /** NTF_ROUTER, NTF_EXT_LEARNED, NTF_MANAGED */
  readonly flags: number;
  /** RTPROT_* of who made it; 0: unknown. */
  readonly protocol: number;
  /** The link-layer header is kept ready: packets to a connected neighbour no longer count as a use. @source struct hh_cache */
  readonly isCached: boolean;
  /** Its place among those that may be collected; 0: it may not. */
  readonly gcPlace: number;
  /** Packets that wait for the address, oldest first. */
  readonly queue: readonly IpPacket[];
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
    flags: change.flags ?? neigh.flags,
    protocol: change.protocol ?? neigh.protocol,
    isCached: change.isCached ?? neigh.isCached,
    gcPlace: change.gcPlace ?? neigh.gcPlace,
    queue: change.queue ?? neigh.queue,
  };
  step.cells.set(neigh.ref, next);
  if (next.state !== neigh.state || next.lladdr !== neigh.lladdr) {
    noteState(step, next);
    if (isTold(neigh, next)) notifyNeigh(step, next, false);
  }
  return next;
}

/** Are listeners told of it? Not of a packet that begins to wait, or that a stale address is used. @source neigh_update_notify() */
function isTold(old: Neigh, next: Neigh): boolean {
  if (next.state === old.state) return true;
  if (next.state === NUD_FAILED) return old.state !== NUD_NONE;
  return next.state !== NUD_DELAY && next.state !== NUD_INCOMPLETE;
}

function notifyNeigh(step: StepContext, neigh: Neigh, isDeleted: boolean): void {
  const { netns } = step.cells.get<NetDevice>(neigh.device);
  step.rtnlNotify(netns, { object: "neigh", subject: neigh, isDeleted });
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

export function formatNeighKey(key: NeighKey): string {
  return typeof key === "bigint" ? formatIpv6(key) : formatIpv4(key);
}

function noteState(step: StepContext, neigh: Neigh): void {
  const dev = step.cells.get<NetDevice>(neigh.device);
  const lladdr = (neigh.state & NUD_VALID) !== 0 ? { lladdr: formatMac(neigh.lladdr) } : {};
  step.record(
    KIND.neigh,
    dev.netns,
    dev.ref,
    JSON.stringify({
      dst: formatNeighKey(neigh.key),
      state: NUD_NAMES[neigh.state] ?? neigh.state,
      ...lladdr,
    }),
  );
}

/** Settings of the entry's table for its device. */
export function neighParms(step: StepContext, dev: NetDevice, key: NeighKey): NeighParms {
  return typeof key === "bigint" ? inet6Dev(step, dev)!.neighParms : inDevice(step, dev).neighParms;
}

/**
 * How many jiffies a confirmation lasts: drawn from half to one and a half times the base, and anew every 300 s.
 * @source neigh_periodic_work(), neigh_set_reach_time()
 */
export function reachableTime(step: StepContext, dev: NetDevice, key: NeighKey): number {
  const parms = neighParms(step, dev, key);
  const epoch = reachableEpoch(step.jiffies);
  if (parms.reachableEpoch === epoch) return parms.reachableJiffies;
  const reachableJiffies = randReachTime(step, parms.baseReachableMs);
  const drawn = { ...parms, reachableJiffies, reachableEpoch: epoch };
  if (typeof key === "bigint") updateInet6Dev(step, dev, (d) => Object.assign(d, { neighParms: drawn }));
  else updateInDevice(step, dev, (d) => Object.assign(d, { neighParms: drawn }));
  return reachableJiffies;
}

/** @param dev has an IPv6 part if the key is an IPv6 address */
export function neighLookup(step: StepContext, dev: NetDevice, key: NeighKey): Neigh | null {
  if (typeof key === "bigint") return lookup6(step, dev, key);
  const ref = step.cells.get(neighTableRef(dev)).entries.get(key);
  return ref === undefined ? null : step.cells.get(ref);
}

function lookup6(step: StepContext, dev: NetDevice, key: Ipv6Address): Neigh | null {
  for (const ref of step.cells.get(neighTable6Ref(dev)).entries.get(addressKey(key)) ?? []) {
    const neigh = step.cells.get(ref);
    if (neigh.key === key) return neigh;
  }
  return null;
}

/** Enters an entry in its table, or (null) takes the one with that key away. */
function enter(step: StepContext, dev: NetDevice, key: NeighKey, ref: NeighRef | null): void {
  if (typeof key !== "bigint") {
    const table = neighTableRef(dev);
    const { entries } = step.cells.get(table);
    step.cells.set(table, new NeighTable(ref === null ? entries.delete(key) : entries.set(key, ref)));
    return;
  }
  const table = neighTable6Ref(dev);
  const { entries } = step.cells.get(table);
  const bucket = addressKey(key);
  const others = (entries.get(bucket) ?? []).filter((other) => step.cells.get(other).key !== key);
  const next = ref === null ? others : [...others, ref];
  const changed = next.length === 0 ? entries.delete(bucket) : entries.set(bucket, next);
  step.cells.set(table, new NeighTable6(changed));
}

/** All IPv4 entries of a device by address. */
export function neighsOf(step: StepContext, dev: NetDevice): Neigh[] {
  return step.cells
    .get(neighTableRef(dev))
    .entries.sorted()
    .map(([, ref]) => step.cells.get(ref));
}

/** All IPv6 entries of a device by address. */
export function neighs6Of(step: StepContext, dev: NetDevice): Neigh[] {
  if (dev.inet6 < 0) return [];
  const all: Neigh[] = [];
  for (const [, refs] of step.cells.get(neighTable6Ref(dev)).entries.sorted())
    for (const ref of refs) all.push(step.cells.get(ref));
  return all.sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** On a loopback or point-to-point device all addresses share one entry. @source __ipv4_neigh_lookup_noref() */
export function deviceKey(dev: NetDevice, key: Ipv4Address): Ipv4Address {
  return (dev.flags & (IFF_LOOPBACK | IFF_POINTOPOINT)) !== 0 ? INADDR_ANY : key;
}

/** What an address or a device settles at once: state and link-layer address. @source arp_constructor() */
function arpConstructor(step: StepContext, dev: NetDevice, key: Ipv4Address): [state: number, lladdr: Mac] {
  const type = inetAddrType(step, dev.netns, key);
  if (type === RTN_MULTICAST) return [NUD_NOARP, 0x0100_5e00_0000 + (key % 0x80_0000)];
  if ((dev.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0) return [NUD_NOARP, dev.address];
  if (type === RTN_BROADCAST || (dev.flags & IFF_POINTOPOINT) !== 0) return [NUD_NOARP, dev.broadcast];
  return [NUD_NONE, 0];
}

/** @source net/ipv6/ndisc.c, ndisc_constructor() */
function ndiscConstructor(dev: NetDevice, key: Ipv6Address): [state: number, lladdr: Mac] {
  if (isMulticastIpv6(key)) return [NUD_NOARP, 0x3333_0000_0000 + Number(key & 0xffff_ffffn)];
  if ((dev.flags & (IFF_NOARP | IFF_LOOPBACK)) !== 0) return [NUD_NOARP, dev.address];
  if ((dev.flags & IFF_POINTOPOINT) !== 0) return [NUD_NOARP, dev.broadcast];
  return [NUD_NONE, 0];
}

export function familyOf(key: NeighKey): NeighFamily {
  return typeof key === "bigint" ? 6 : 4;
}

/** What an administrator may wish of a new entry. */
export interface NeighBirth {
  /** NTF_EXT_LEARNED, NTF_MANAGED */
  readonly flags: number;
  /** Not even a full table hinders it. */
  readonly isExempt: boolean;
}

/**
 * Makes an entry, or finds it; what the address or the device is settles some at once. Null: the table is full (ENOBUFS).
 * @source ___neigh_create()
 */
export function neighCreate(
  step: StepContext,
  dev: NetDevice,
  wanted: NeighKey,
  birth?: NeighBirth,
): Neigh | null {
  const key = typeof wanted === "bigint" ? wanted : deviceKey(dev, wanted);
  const known = neighLookup(step, dev, key);
  if (known !== null) return known;
  const family = familyOf(key);
  const isExempt = birth?.isExempt ?? (dev.flags & IFF_LOOPBACK) !== 0;
  if (!isExempt && !neighAlloc(step, family, () => forcedGc(step, family))) return null;
  const [state, lladdr] =
    typeof key === "bigint" ? ndiscConstructor(dev, key) : arpConstructor(step, dev, key);
  const ref: NeighRef = step.cells.add<Neigh>({
    ref: -1,
    device: dev.ref,
    key,
    state,
    lladdr,
    probes: 0,
    confirmed: step.jiffies - 2 * JiffiesClock.ofMs(neighParms(step, dev, key).baseReachableMs),
    used: step.jiffies,
    updated: step.jiffies,
    flags: birth?.flags ?? 0,
    protocol: 0,
    isCached: false,
    gcPlace: 0,
    queue: [],
  });
  enterTbl(step, family, ref);
  const gcPlace = isExempt ? 0 : joinGcList(step, family, ref);
  const neigh: Neigh = { ...step.cells.get(ref), ref, gcPlace };
  step.cells.set(ref, neigh);
  enter(step, dev, key, ref);
  return neigh;
}

/** The table is full: entries that nobody needs go, oldest first. Gives how many. @source neigh_forced_gc() */
function forcedGc(step: StepContext, family: NeighFamily): number {
  const { gcList, gcCount } = step.cells.get(neighTblRef(family));
  const wanted = gcCount + 1 - GC_THRESH2;
  let gone = 0;
  for (const [, ref] of gcList.sorted()) {
    const neigh = step.cells.get(ref as NeighRef);
    const isIdle = !step.hasTimer(ref);
    const isMulticast =
      typeof neigh.key === "bigint" ? isMulticastIpv6(neigh.key) : isMulticastIpv4(neigh.key);
    const isOld = neigh.updated < step.jiffies - 5 * HZ;
    if (!isIdle || !(neigh.state === NUD_FAILED || neigh.state === NUD_NOARP || isMulticast || isOld))
      continue;
    neighRemove(step, neigh);
    if (++gone >= wanted) break;
  }
  step.cells.own(neighTblRef(family)).lastFlush = step.jiffies;
  return gone;
}

/** Takes an entry away; packets that wait in it are lost. @source neigh_mark_dead(), neigh_destroy() */
export function neighRemove(step: StepContext, neigh: Neigh): void {
  const dev = step.cells.get<NetDevice>(neigh.device);
  const family = familyOf(neigh.key);
  enter(step, dev, neigh.key, null);
  leaveTbl(step, family, neigh.ref);
  if (neigh.gcPlace > 0) leaveGcList(step, family, neigh.gcPlace);
  if ((neigh.flags & NTF_MANAGED) !== 0) setManaged(step, family, neigh.ref, false);
  step.cancelTimer(neigh.ref);
  for (const packet of neigh.queue) {
    step.recordPacketDrop(dev.netns, dev.ref, packet, DROP.QUEUE_PURGE);
    releaseWaiting(step, packet);
  }
  step.record(
    KIND.neigh,
    dev.netns,
    dev.ref,
    JSON.stringify({ dst: formatNeighKey(neigh.key), state: "gone" }),
  );
  notifyNeigh(step, neigh, true);
  step.cells.delete(neigh.ref);
}

/** Permanent entries, and those that a daemon keeps, are not collected. @source neigh_update_gc_list() */
export function updateGcList(step: StepContext, neigh: Neigh): Neigh {
  const isExempt = (neigh.state & NUD_PERMANENT) !== 0 || (neigh.flags & NTF_EXT_LEARNED) !== 0;
  if (isExempt === (neigh.gcPlace === 0)) return neigh;
  const family = familyOf(neigh.key);
  if (!isExempt) return setNeigh(step, neigh, { gcPlace: joinGcList(step, family, neigh.ref) });
  leaveGcList(step, family, neigh.gcPlace);
  return setNeigh(step, neigh, { gcPlace: 0 });
}

/** @param keepPermanent as on loss of carrier. @source neigh_flush_dev() */
export function neighFlushDevice(step: StepContext, dev: NetDevice, keepPermanent: boolean): void {
  flush(step, neighsOf(step, dev), keepPermanent);
}

/** The same of the IPv6 entries. */
export function neigh6FlushDevice(step: StepContext, dev: NetDevice, keepPermanent: boolean): void {
  flush(step, neighs6Of(step, dev), keepPermanent);
}

function flush(step: StepContext, neighs: readonly Neigh[], keepPermanent: boolean): void {
  for (const neigh of neighs)
    if (!keepPermanent || (neigh.state & NUD_PERMANENT) === 0) neighRemove(step, neigh);
}
