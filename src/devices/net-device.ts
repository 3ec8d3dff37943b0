import { immerable } from "immer";
import type { Cell } from "../core/cell-table.ts";
import { registerRecord } from "../core/record-codec.ts";
import { updateRecord } from "../core/update-record.ts";
import {
  IF_OPER_UNKNOWN,
  IF_OPER_UP,
  IFF_ALLMULTI,
  IFF_BROADCAST,
  IFF_DORMANT,
  IFF_LOWER_UP,
  IFF_PROMISC,
  IFF_RUNNING,
  IFF_UP,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Mac } from "../wire/mac.ts";
import type { NetnsRef } from "./netns.ts";

/** A device's cell; its number names the device in the log, through renames and moves. */
export type DeviceRef = Cell<NetDevice>;

/** Longest interface name, in octets. @source include/uapi/linux/if.h, IFNAMSIZ - 1 */
export const IFNAME_MAX_OCTETS = 15;

/** A group address that a device's filter lets in. @source struct netdev_hw_addr */
export interface FilterAddress {
  readonly address: Mac;
  readonly users: number;
  /** An administrator wants it, too. */
  readonly isStatic: boolean;
}

export type DeviceKind = "loopback" | "veth" | "bridge";

/** @source include/linux/if_link.h, struct rtnl_link_stats64 */
export class DeviceStats {
  constructor(
    public rxPackets = 0,
    public rxBytes = 0,
    public rxErrors = 0,
    public rxDropped = 0,
    public rxOtherhost = 0,
    public multicast = 0,
    public txPackets = 0,
    public txBytes = 0,
    public txErrors = 0,
    public txDropped = 0,
  ) {}

  /** By the constructor alone: to set fields to 0 first and then again takes as long once more. */
  copy(): DeviceStats {
    return new DeviceStats(
      this.rxPackets,
      this.rxBytes,
      this.rxErrors,
      this.rxDropped,
      this.rxOtherhost,
      this.multicast,
      this.txPackets,
      this.txBytes,
      this.txErrors,
      this.txDropped,
    );
  }
}
registerRecord("DeviceStats", DeviceStats);

/** Type of device-independent attributes. @source include/linux/netdevice.h, struct net_device */
export class NetDevice {
  static readonly [immerable] = true;
  ref: DeviceRef = -1;
  netns: NetnsRef = -1;
  ifindex = 0;
  ifname = "";
  kind: DeviceKind = "veth";
  /** ARPHRD_* */
  type = 0;
  address: Mac = 0;
  broadcast: Mac = 0;
  /** NET_ADDR_RANDOM 1, NET_ADDR_SET 3, NET_ADDR_PERM 0: sysfs addr_assign_type. */
  addrAssignType = 0;
  /** NET_NAME_ENUM 1, NET_NAME_PREDICTABLE 2, NET_NAME_USER 3, NET_NAME_RENAMED 4: sysfs name_assign_type. */
  nameAssignType = 3;
  mtu = 1500;
  minMtu = 0;
  maxMtu = 0;
  /** Configured IFF_*; RUNNING and LOWER_UP are derived, DORMANT is for drivers that wait for a login (`deviceFlags`). */
  flags = 0;
  promiscuity = 0;
  allmulti = 0;
  txqueuelen = 1000;
  group = 0;
  alias: string | null = null;
  altnames: readonly string[] = [];
  numTxQueues = 1;
  numRxQueues = 1;
  /** Queues in use, of those that there are. */
  realTxQueues = 1;
  realRxQueues = 1;
  /** Features that were switched; null: as the device was made. */
  wantedFeatures: readonly string[] | null = null;
  groFlushTimeout = 0;
  napiDeferHardIrqs = 0;
  /** Octets of the largest segment that is handed to the device, and that is put together behind it. */
  gsoMaxSize = 65536;
  gsoMaxSegs = 65535;
  groMaxSize = 65536;
  /** Frames can pass: set at the instant the peer goes up. */
  hasCarrier = true;
  carrierUpCount = 0;
  carrierDownCount = 0;
  /** IF_OPER_*: follows the carrier when the link-watch worker gets to it. */
  operState: number = IF_OPER_UNKNOWN;
  linkMode = 0;
  /** Shown queueing discipline: `noop` until the first up. */
  qdisc: "noop" | "noqueue" = "noop";
  /** The device's queue is in use; else frames end in the noop queue, uncaptured. */
  isQueueActive = false;
  /** Link-watch work is pending (__LINK_STATE_LINKWATCH_PENDING). */
  linkwatchPending = false;
  /** The other end of a veth; -1: none. */
  peer: DeviceRef = -1;
  /** Group addresses that it lets in, in order of coming. */
  filter: readonly FilterAddress[] = [];
  /** Further addresses of its own that it lets in, in order of coming. */
  unicast: readonly Mac[] = [];
  /** It hears everything for the sake of those: no driver here has a filter for them. */
  isUnicastPromiscuous = false;
  stats: Cell<DeviceStats> = -1;
  /** The device that has taken this one on; -1: none. */
  master: DeviceRef = -1;
  /** Cell of what makes it a bridge; -1: it is none. */
  bridge = -1;
  /** Cell of what makes it a bridge's port; -1: it is none. */
  port = -1;
  /** Cell of the device's IPv4 part (in_device). */
  inet = -1;
  /** Cell of the device's IPv6 part (inet6_dev); -1: it has none. */
  inet6 = -1;
}
registerRecord("NetDevice", NetDevice);

/** Changes a device's configuration; never called on the way of a frame. */
export function updateDevice(
  step: StepContext,
  ref: DeviceRef,
  recipe: (draft: NetDevice) => void,
): NetDevice {
  const next = updateRecord(step.cells.get(ref), recipe);
  step.cells.set(ref, next);
  return next;
}

/** IFF_* as user space sees them. @source net/core/dev.c, netif_get_flags() */
export function deviceFlags(dev: NetDevice): number {
  let flags = dev.flags & ~(IFF_PROMISC | IFF_ALLMULTI | IFF_RUNNING | IFF_LOWER_UP | IFF_DORMANT);
  flags |= dev.flags & (IFF_PROMISC | IFF_ALLMULTI);
  if ((dev.flags & IFF_UP) !== 0) {
    if (isOperUp(dev)) flags |= IFF_RUNNING;
    if (dev.hasCarrier) flags |= IFF_LOWER_UP;
  }
  return flags;
}

export function isUp(dev: NetDevice): boolean {
  return (dev.flags & IFF_UP) !== 0;
}

/** @source include/linux/netdevice.h, netif_oper_up() */
export function isOperUp(dev: NetDevice): boolean {
  return dev.operState === IF_OPER_UP || dev.operState === IF_OPER_UNKNOWN;
}

/** @source include/uapi/linux/ipv6.h */
export const IPV6_MIN_MTU = 1280;

/** Has it an IPv6 side? A smaller MTU takes that away, but not from the loopback. @source net/ipv6/addrconf.c, addrconf_notify() */
export function hasInet6(dev: NetDevice): boolean {
  return dev.mtu >= IPV6_MIN_MTU || dev.kind === "loopback";
}

export function hasBroadcast(dev: NetDevice): boolean {
  return (dev.flags & IFF_BROADCAST) !== 0;
}

const encoder = new TextEncoder();

/** @source net/core/dev.c, dev_valid_name() */
export function isValidIfname(name: string): boolean {
  if (name === "" || name === "." || name === "..") return false;
  if (encoder.encode(name).length > IFNAME_MAX_OCTETS) return false;
  return !/[/:\s]/.test(name);
}
