/**
 * The IPv4 groups that a device belongs to: as many users as joined, and what IGMP keeps of each.
 * @source include/linux/igmp.h, struct ip_mc_list; include/linux/inetdevice.h, struct in_device
 */
import type { Cell } from "../core/cell-table.ts";
import { registerRecord } from "../core/record-codec.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";

/** All systems on this subnet: every device that is up belongs to it. */
export const IGMP_ALL_HOSTS: Ipv4Address = 0xe000_0001;
export const IGMP_ALL_ROUTERS: Ipv4Address = 0xe000_0002;
/** Where version 3 reports go. */
export const IGMPV3_ALL_MCR: Ipv4Address = 0xe000_0016;

/** What a timer of IGMP is for: a change to report, an answer to a general query, or one group's report. */
export type IgmpTimerKind = "change" | "query" | "group";

/** A timer of IGMP; a cell of its own, for a cell has one timer. */
export class IgmpTimer {
  constructor(
    readonly device: number,
    readonly kind: IgmpTimerKind,
    readonly group: Ipv4Address,
    /** Jiffy in which it expires. */
    readonly expires: number,
  ) {}
}
registerRecord("IgmpTimer", IgmpTimer);

export interface Group {
  readonly address: Ipv4Address;
  readonly users: number;
  /** Its frames pass the device's filter. */
  readonly isLoaded: boolean;
  /** Change records still to be sent. */
  readonly changes: number;
  /** Unsolicited reports still to be sent (versions 1 and 2). */
  readonly unsolicited: number;
  /** Was the last report of this group on the link ours? */
  readonly isReporter: boolean;
  /** Null: not running. */
  readonly timer: Cell<IgmpTimer> | null;
}

/** A group that was left, as long as that is still to be told. */
export interface LeftGroup {
  readonly address: Ipv4Address;
  readonly changes: number;
}

export interface Multicast {
  /** Newest first. */
  readonly groups: readonly Group[];
  /** Newest first (mc_tomb). */
  readonly left: readonly LeftGroup[];
  /** Change reports still to be sent. */
  readonly changeCount: number;
  readonly changeTimer: Cell<IgmpTimer> | null;
  readonly queryTimer: Cell<IgmpTimer> | null;
  /** Jiffies until which a querier of an older version is held to be there. 0: none was heard. */
  readonly v1Until: number;
  readonly v2Until: number;
  /** What a version 3 querier gave; 0: the default. Robustness; query interval and response interval in jiffies. */
  readonly robustness: number;
  readonly queryInterval: number;
  readonly responseInterval: number;
}

/** Query interval and response interval before any querier was heard, in jiffies. @source ip_mc_init_dev() */
const QUERY_INTERVAL = 125 * 250;
const RESPONSE_INTERVAL = 10 * 250;

export const NO_MULTICAST: Multicast = Object.freeze({
  groups: Object.freeze([]),
  left: Object.freeze([]),
  changeCount: 0,
  changeTimer: null,
  queryTimer: null,
  v1Until: 0,
  v2Until: 0,
  robustness: 0,
  queryInterval: QUERY_INTERVAL,
  responseInterval: RESPONSE_INTERVAL,
});

/** Does a device take packets to a group? @source ip_check_mc_rcu() */
export function isMember(inDev: { readonly multicast: Multicast }, group: Ipv4Address): boolean {
  return inDev.multicast.groups.some((one) => one.address === group);
}

/** 224.0.0.0/24: never forwarded, and reported only if the sysctl says so. */
export function isLinkLocalGroup(group: Ipv4Address): boolean {
  return group >>> 8 === 0xe00000;
}
