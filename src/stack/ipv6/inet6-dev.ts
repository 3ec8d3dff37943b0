/** The IPv6 side of a device: addresses, groups, settings, neighbours. @source include/net/if_inet6.h */
import { immerable } from "immer";
import type { Cell } from "../../core/cell-table.ts";
import { IntMap } from "../../core/int-map.ts";
import { registerRecord } from "../../core/record-codec.ts";
import { updateRecord } from "../../core/update-record.ts";
import type { DeviceRef, NetDevice } from "../../devices/net-device.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Ipv6Address } from "../../wire/ipv6-address.ts";
import { DEFAULT_NEIGH_PARMS, type NeighParms } from "../conf.ts";
import type { NeighRef } from "../neigh-table.ts";
import { DEFAULT_DEV_CONF6, type DevConf6 } from "./conf6.ts";
import type { Mib6Ref } from "./mib6.ts";

/**
 * Where an address stands with duplicate address detection: not begun, under way, over, failed (and to be told), gone.
 * @source INET6_IFADDR_STATE_*
 */
export type AddrState = "predad" | "dad" | "postdad" | "errdad" | "dead";

/** An address of a device. Its cell's timer is its detection's work. @source struct inet6_ifaddr */
export class Inet6Addr {
  constructor(
    readonly ref: Cell<Inet6Addr>,
    readonly device: DeviceRef,
    readonly address: Ipv6Address,
    /** Other end of a point-to-point address; 0: none. */
    readonly peer: Ipv6Address,
    readonly prefixLen: number,
    /** RT_SCOPE_* */
    readonly scope: number,
    /** IFA_F_* */
    readonly flags: number,
    readonly state: AddrState,
    /** Seconds; null: for ever. */
    readonly validLft: number | null,
    readonly preferredLft: number | null,
    /** Jiffies. */
    readonly cstamp: number,
    /** Jiffy from which the lifetimes count. */
    readonly tstamp: number,
    /** Metric of its prefix route; 0: the kernel's. */
    readonly metric: number,
    readonly dadProbes: number,
    /** Number that tells our own solicitations from another host's; 0: none. */
    readonly dadNonce: number,
    /** How often a stable address was made anew after a duplicate. */
    readonly dadCount: number,
    /** Made from a router's prefix and the device's token. */
    readonly isTokenized: boolean,
  ) {}

  with(change: Partial<Inet6Addr>): Inet6Addr {
    return Object.assign(Object.create(Inet6Addr.prototype), this, change);
  }
}
registerRecord("Inet6Addr", Inet6Addr);

/** A group that a device listens to. @source struct ifmcaddr6 */
export interface McAddr {
  readonly group: Ipv6Address;
  readonly users: number;
  /** Its frames pass the device's filter (MAF_LOADED). */
  readonly isLoaded: boolean;
  /** Reports of a change that are still to be sent. */
  readonly crcount: number;
}

/** Groups are reported, or their end. @source MLD2_CHANGE_TO_INCLUDE */
export interface McTomb {
  readonly group: Ipv6Address;
  readonly crcount: number;
}

/** What a device's timers are for: router solicitations; reports of changes; reports after detection; answers to queries. */
export type Inet6TimerKind = "rs" | "mld_ifc" | "mld_dad" | "mld_gq";

export class Inet6Timer {
  constructor(
    readonly device: DeviceRef,
    readonly kind: Inet6TimerKind,
  ) {}
}
registerRecord("Inet6Timer", Inet6Timer);

const NO_TIMERS = Object.freeze({ rs: -1, mld_ifc: -1, mld_dad: -1, mld_gq: -1 });

/** @source struct inet6_dev */
export class Inet6Dev {
  static readonly [immerable] = true;
  device: DeviceRef = -1;
  mib: Mib6Ref = -1;
  conf: DevConf6 = DEFAULT_DEV_CONF6;
  neighParms: NeighParms = DEFAULT_NEIGH_PARMS;
  /** Larger scopes first, then the newest. */
  addrs: readonly Cell<Inet6Addr>[] = [];
  /** Groups, the newest first. */
  groups: readonly McAddr[] = [];
  tombs: readonly McTomb[] = [];
  /** Anycast addresses, the newest first. */
  anycasts: readonly { readonly address: Ipv6Address; readonly users: number }[] = [];
  /** The link can be used (IF_READY). */
  isReady = false;
  /** IF_RS_SENT, IF_RA_RCVD. */
  rsSent = false;
  raReceived = false;
  /** IF_RA_MANAGED, IF_RA_OTHERCONF: what routers said last, as flags of their advertisement. */
  raFlags = 0;
  rsProbes = 0;
  /** Jiffies. */
  rsInterval = 0;
  /** Reports of changes, and those after detection, that are still to be sent. */
  mcIfcCount = 0;
  mcDadCount = 0;
  /** Jiffy until which an MLDv1 router is held to be there; 0: none was heard. */
  mcV1Seen = 0;
  mtu = 0;
  /** Identifier of addresses that routers' prefixes make; 0: none was given. */
  token: Ipv6Address = 0n;
  /** Cells of its timers. */
  timers: Readonly<Record<Inet6TimerKind, number>> = NO_TIMERS;
}
registerRecord("Inet6Dev", Inet6Dev);

/** Neighbours of a device by hash of their IPv6 address. Their entries are cells of their own. */
export class NeighTable6 {
  constructor(readonly entries: IntMap<readonly NeighRef[]>) {}
}
registerRecord("NeighTable6", NeighTable6);

export const NO_NEIGHBOURS6 = new NeighTable6(IntMap.empty());

/** A device's IPv6 part and its neighbour table lie in neighbouring cells. */
export function neighTable6Ref(dev: NetDevice): Cell<NeighTable6> {
  return dev.inet6 + 1;
}

/** A device's IPv6 part; null: it has none. */
export function inet6Dev(step: StepContext, dev: NetDevice): Inet6Dev | null {
  return dev.inet6 < 0 ? null : step.cells.get(dev.inet6 as Cell<Inet6Dev>);
}

export function updateInet6Dev(step: StepContext, dev: NetDevice, recipe: (draft: Inet6Dev) => void): void {
  const ref = dev.inet6 as Cell<Inet6Dev>;
  step.cells.set(ref, updateRecord(step.cells.get(ref), recipe));
}

/** A device's IPv6 part, which it must have. */
export function inet6DevOf(step: StepContext, dev: NetDevice): Inet6Dev {
  return step.cells.get(dev.inet6 as Cell<Inet6Dev>);
}

/** A device's addresses as they stand. */
export function addrs6(step: StepContext, dev: NetDevice): Inet6Addr[] {
  const in6 = inet6Dev(step, dev);
  return in6 === null ? [] : in6.addrs.map((ref) => step.cells.get(ref));
}

/** Replaces an address's record. */
export function setAddr6(step: StepContext, addr: Inet6Addr, change: Partial<Inet6Addr>): Inet6Addr {
  const next = addr.with(change);
  step.cells.set(addr.ref, next);
  return next;
}

/** A number to find an address's place in a table by. */
export function addressKey(a: Ipv6Address): number {
  const mixed = (a >> 96n) ^ (a >> 64n) ^ (a >> 32n) ^ a;
  return Number(mixed & 0xffff_ffffn);
}
