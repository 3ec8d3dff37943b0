/**
 * The records of a bridge: the bridge itself, its ports, and what it has learned.
 * @source net/bridge/br_private.h
 */
import { immerable } from "immer";
import type { Cell } from "../../core/cell-table.ts";
import { IntMap } from "../../core/int-map.ts";
import { registerRecord } from "../../core/record-codec.ts";
import { HZ } from "../../core/timer-wheel.ts";
import { updateRecord } from "../../core/update-record.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Mac } from "../../wire/mac.ts";
import type { DeviceRef, NetDevice } from "../net-device.ts";
import { MDB_RTR_TYPE_TEMP_QUERY, MULTICAST_DEFAULTS, type MulticastSettings } from "./multicast-settings.ts";

/** @source include/uapi/linux/if_bridge.h */
export const BR_STATE_DISABLED = 0;
export const BR_STATE_LISTENING = 1;
export const BR_STATE_LEARNING = 2;
export const BR_STATE_FORWARDING = 3;
export const BR_STATE_BLOCKING = 4;

/** Flags of a port. @source include/linux/if_bridge.h */
export const BR_HAIRPIN_MODE = 1 << 0;
export const BR_BPDU_GUARD = 1 << 1;
export const BR_ROOT_BLOCK = 1 << 2;
export const BR_MULTICAST_FAST_LEAVE = 1 << 3;
export const BR_ADMIN_COST = 1 << 4;
export const BR_LEARNING = 1 << 5;
export const BR_FLOOD = 1 << 6;
export const BR_PROMISC = 1 << 7;
export const BR_PROXYARP = 1 << 8;
export const BR_PROXYARP_WIFI = 1 << 10;
export const BR_MCAST_FLOOD = 1 << 11;
export const BR_MULTICAST_TO_UNICAST = 1 << 12;
export const BR_VLAN_TUNNEL = 1 << 13;
export const BR_BCAST_FLOOD = 1 << 14;
export const BR_NEIGH_SUPPRESS = 1 << 15;
export const BR_ISOLATED = 1 << 16;
export const BR_PORT_LOCKED = 1 << 18;
export const BR_PORT_MAB = 1 << 19;

/** The group address of bridges: frames to it are the spanning tree's. */
export const BR_GROUP_ADDRESS: Mac = 0x0180_c200_0000;
/** Highest number of a port. @source BR_MAX_PORTS */
export const BR_PORTS_MAX = 1023;

/** Id of a bridge: a priority, then an address. */
export interface BridgeId {
  readonly priority: number;
  readonly address: Mac;
}

/** Less than 0: `a` is the better one. @source memcmp() of struct bridge_id */
export function compareBridgeIds(a: BridgeId, b: BridgeId): number {
  return a.priority - b.priority || a.address - b.address;
}

export type BridgeCell = Cell<Bridge>;
export type PortCell = Cell<BridgePort>;
export type FdbCell = Cell<FdbEntry>;

/** Times are in jiffies. @source struct net_bridge */
export class Bridge {
  static readonly [immerable] = true;
  /** The device that it is to its host. */
  device: DeviceRef = -1;
  /** Newest first: the order of flooding. */
  ports: readonly PortCell[] = [];
  /** By address. */
  fdb: IntMap<FdbCell> = IntMap.empty();
  ageingTime = 300 * HZ;
  /** As it was set: while the topology changes, `ageingTime` is another. */
  bridgeAgeingTime = 300 * HZ;
  id: BridgeId = { priority: 0x8000, address: 0 };
  groupAddress: Mac = BR_GROUP_ADDRESS;
  groupFwdMask = 0;
  isMtuSetByUser = false;
  stpEnabled = false;
  designatedRoot: BridgeId = { priority: 0x8000, address: 0 };
  rootPathCost = 0;
  /** Number of the port that leads to the root; 0: the bridge is the root. */
  rootPort = 0;
  maxAge = 20 * HZ;
  helloTime = 2 * HZ;
  forwardDelay = 15 * HZ;
  bridgeMaxAge = 20 * HZ;
  bridgeHelloTime = 2 * HZ;
  bridgeForwardDelay = 15 * HZ;
  topologyChange = false;
  topologyChangeDetected = false;
  multicast: MulticastSettings = MULTICAST_DEFAULTS;
  /** Frames that are passed on go through the chains of iptables, too. */
  nfCallIptables = false;
  nfCallIp6tables = false;
  nfCallArptables = false;
  /** Nothing is learned from frames to 01:80:c2:00:00:0x. @source BROPT_NO_LL_LEARN */
  noLinklocalLearn = false;
  /** It has had a port: what segments may be sent in one piece is as the ports say. @source br_set_gso_limits() */
  hadPort = false;
  timers: Readonly<Record<BridgeTimerKind, Cell<BridgeTimer>>> = {
    hello: -1,
    tcn: -1,
    topologyChange: -1,
    gc: -1,
  };
}
registerRecord("Bridge", Bridge);

/** `gc`: the sweep of what was not heard for too long. */
export type BridgeTimerKind = "hello" | "tcn" | "topologyChange" | "gc";
export type PortTimerKind = "messageAge" | "forwardDelay" | "hold";

/** A timer of a bridge or a port: each has a cell, since a cell has one timer. */
export class BridgeTimer {
  constructor(
    readonly owner: BridgeCell | PortCell,
    readonly kind: BridgeTimerKind | PortTimerKind,
    /** Jiffy at which it expires, while it is armed. */
    readonly expires: number,
  ) {}
}
registerRecord("BridgeTimer", BridgeTimer);

/** @source struct net_bridge_port */
export class BridgePort {
  static readonly [immerable] = true;
  bridge: BridgeCell = -1;
  device: DeviceRef = -1;
  /** From 1. */
  number = 0;
  priority = 32;
  state = BR_STATE_DISABLED;
  flags = BR_LEARNING | BR_FLOOD | BR_MCAST_FLOOD | BR_BCAST_FLOOD;
  pathCost = 100;
  groupFwdMask = 0;
  /** MDB_RTR_TYPE_* */
  multicastRouter = MDB_RTR_TYPE_TEMP_QUERY;
  /** Port that frames take while this one has no carrier; -1: none. */
  backup: PortCell = -1;
  designatedRoot: BridgeId = { priority: 0, address: 0 };
  designatedBridge: BridgeId = { priority: 0, address: 0 };
  designatedPort = 0;
  designatedCost = 0;
  topologyChangeAck = false;
  configPending = false;
  /** Jiffy at which the root sent what the port keeps of it. */
  designatedAge = 0;
  timers: Readonly<Record<PortTimerKind, Cell<BridgeTimer>>> = { messageAge: -1, forwardDelay: -1, hold: -1 };
}
registerRecord("BridgePort", BridgePort);

/** What a bridge knows of an address. Times are in jiffies. @source struct net_bridge_fdb_entry */
export class FdbEntry {
  constructor(
    readonly address: Mac,
    /** Null: the bridge itself. */
    public port: PortCell | null,
    /** The host's own: frames to it go up. */
    public isLocal: boolean,
    /** Does not age. */
    public isStatic: boolean,
    public isSticky: boolean,
    public isAddedByUser: boolean,
    public isExternLearned: boolean,
    public updated: number,
    public used: number,
  ) {}

  copy(): FdbEntry {
    return new FdbEntry(
      this.address,
      this.port,
      this.isLocal,
      this.isStatic,
      this.isSticky,
      this.isAddedByUser,
      this.isExternLearned,
      this.updated,
      this.used,
    );
  }
}
registerRecord("FdbEntry", FdbEntry);

/** Null: the device is no bridge. */
export function bridgeOf(step: StepContext, dev: NetDevice): Bridge | null {
  return dev.bridge < 0 ? null : step.cells.get(dev.bridge as BridgeCell);
}

/** Null: the device is no bridge's port. */
export function portOf(step: StepContext, dev: NetDevice): BridgePort | null {
  return dev.port < 0 ? null : step.cells.get(dev.port as PortCell);
}

export function updateBridge(step: StepContext, ref: BridgeCell, recipe: (draft: Bridge) => void): Bridge {
  const next = updateRecord(step.cells.get(ref), recipe);
  step.cells.set(ref, next);
  return next;
}

export function updatePort(
  step: StepContext,
  ref: PortCell,
  recipe: (draft: BridgePort) => void,
): BridgePort {
  const next = updateRecord(step.cells.get(ref), recipe);
  step.cells.set(ref, next);
  return next;
}

/** Id of a port: its priority and number. @source br_make_port_id() */
export function portId(port: BridgePort): number {
  return (port.priority << 10) | port.number;
}
