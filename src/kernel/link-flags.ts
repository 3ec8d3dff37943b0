/**
 * IFF_*: up and down, and the flags that are set as they are asked for.
 * @source net/core/dev.c
 */
import type { Errno } from "../core/errno.ts";
import { bridgeOf } from "../devices/bridge/bridge.ts";
import { disableBridge, enableBridge } from "../devices/bridge/stp.ts";
import { devActivate, devDeactivate } from "../devices/linkwatch.ts";
import { devSetRxMode } from "../devices/mc-list.ts";
import { type DeviceRef, isUp, updateDevice } from "../devices/net-device.ts";
import { vethClose, vethOpen } from "../devices/veth.ts";
import { KIND } from "../events/kinds.ts";
import {
  IFF_ALLMULTI,
  IFF_AUTOMEDIA,
  IFF_DEBUG,
  IFF_DYNAMIC,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_NOTRAILERS,
  IFF_PORTSEL,
  IFF_PROMISC,
  IFF_UP,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { joinGroup, leaveGroup } from "../stack/igmp.ts";
import { inet6Dev } from "../stack/ipv6/inet6-dev.ts";
import { mcJoin, mcLeave } from "../stack/ipv6/mcast6.ts";
import { neigh6FlushDevice, neighFlushDevice } from "../stack/neigh-table.ts";
import { notifyLink, onChange, onDown, onUp } from "./notify.ts";

/** 224.0.0.106 and ff02::6a: all snoopers. */
const ALL_SNOOPERS = 0xe000_006a;
const ALL_SNOOPERS_6 = 0xff02_0000_0000_0000_0000_0000_0000_006an;

/** Nobody is told yet. @source __dev_open() */
export function openDevice(step: StepContext, ref: DeviceRef): Errno | null {
  const { bridge } = step.cells.get(ref);
  if (isUp(step.cells.get(ref))) return null;
  // ndo_open() comes before IFF_UP: what a bridge joins is not told of yet.
  if (bridge >= 0) {
    enableBridge(step, bridge);
    if (isSnooping(step, ref)) joinSnoopers(step, ref);
  }
  setUp(step, ref, true);
  if (step.cells.get(ref).kind === "veth") {
    const errno = vethOpen(step, ref);
    if (errno !== null) {
      setUp(step, ref, false);
      return errno;
    }
  }
  devSetRxMode(step, ref);
  devActivate(step, ref);
  const dev = step.cells.get(ref);
  step.record(KIND.link_up, dev.netns, ref, "");
  return null;
}

/** BROPT_MULTICAST_ENABLED */
function isSnooping(step: StepContext, ref: DeviceRef): boolean {
  return bridgeOf(step, step.cells.get(ref))?.multicast.snooping === true;
}

/** A bridge that snoops wants to be heard of by other snoopers. @source net/bridge/br_multicast.c, br_multicast_join_snoopers() */
function joinSnoopers(step: StepContext, ref: DeviceRef): void {
  const dev = step.cells.get(ref);
  joinGroup(step, dev, ALL_SNOOPERS);
  if (inet6Dev(step, dev) !== null) mcJoin(step, dev, ALL_SNOOPERS_6);
}

/** @source br_multicast_leave_snoopers() */
function leaveSnoopers(step: StepContext, ref: DeviceRef): void {
  const dev = step.cells.get(ref);
  leaveGroup(step, dev, ALL_SNOOPERS);
  if (inet6Dev(step, dev) !== null) mcLeave(step, dev, ALL_SNOOPERS_6);
}

/** Brings devices down, then tells the stack of each. @source netif_close_many() */
export function closeDevices(step: StepContext, refs: readonly DeviceRef[]): void {
  const open = refs.filter((ref) => isUp(step.cells.get(ref)));
  for (const ref of open) closeDevice(step, ref);
  for (const ref of open) {
    notifyLink(step, step.cells.get(ref));
    onDown(step, step.cells.get(ref));
  }
}

/** Nobody is told yet. @source __dev_close_many() */
export function closeDevice(step: StepContext, ref: DeviceRef): void {
  if (!isUp(step.cells.get(ref))) return;
  devDeactivate(step, ref);
  const { bridge } = step.cells.get(ref);
  if (bridge >= 0) {
    disableBridge(step, bridge);
    if (isSnooping(step, ref)) leaveSnoopers(step, ref);
  }
  setUp(step, ref, false);
  if (step.cells.get(ref).kind === "veth") vethClose(step, ref);
  const dev = step.cells.get(ref);
  step.record(KIND.link_down, dev.netns, ref, "");
}

/**
 * Flags were changed: listeners are told, then the stack.
 * @param isNew the device was just made, which is told even if nothing else changed
 * @source __dev_notify_flags()
 */
export function notifyFlags(step: StepContext, ref: DeviceRef, before: number, isNew: boolean): void {
  const dev = step.cells.get(ref);
  const changes = dev.flags ^ before;
  if (isNew || changes !== 0) notifyLink(step, dev);
  if ((changes & IFF_UP) !== 0) (isUp(dev) ? onUp : onDown)(step, dev);
  if (!isUp(dev) || (changes & ~(IFF_UP | IFF_PROMISC | IFF_ALLMULTI)) === 0) return;
  if ((changes & IFF_NOARP) !== 0) {
    neighFlushDevice(step, dev, false);
    neigh6FlushDevice(step, dev, false);
  }
  onChange(step, dev);
}

function setUp(step: StepContext, ref: DeviceRef, up: boolean): void {
  updateDevice(step, ref, (d) => {
    d.flags = up ? d.flags | IFF_UP : d.flags & ~IFF_UP;
  });
}

/** Flags that SIOCSIFFLAGS and ifi_flags set directly. @source __dev_change_flags() */
const PLAIN_FLAGS =
  IFF_DEBUG | IFF_NOTRAILERS | IFF_NOARP | IFF_DYNAMIC | IFF_MULTICAST | IFF_PORTSEL | IFF_AUTOMEDIA;

/** The device's flags with those of a mask changed. @source rtnl_dev_get_flags(), rtnl_dev_combine_flags() */
export function withFlags(step: StepContext, ref: DeviceRef, flags: number, mask: number): number {
  return (flags & mask) | (step.cells.get(ref).flags & ~mask);
}

/** The flags that a new device begins with; then it is told of. @source rtnl_configure_link() */
export function configure(
  step: StepContext,
  ref: DeviceRef,
  end: { readonly flags: number; readonly change: number },
): Errno | null {
  const before = step.cells.get(ref).flags;
  const errno = end.change === 0 ? null : setFlags(step, ref, withFlags(step, ref, end.flags, end.change));
  if (errno !== null) return errno;
  notifyFlags(step, ref, before, true);
  return null;
}

/** @source netif_change_flags() */
export function changeFlags(step: StepContext, ref: DeviceRef, wanted: number): Errno | null {
  const before = step.cells.get(ref).flags;
  const errno = setFlags(step, ref, wanted);
  if (errno !== null) return errno;
  notifyFlags(step, ref, before, false);
  return null;
}

/** Nobody is told yet. @source __dev_change_flags() */
function setFlags(step: StepContext, ref: DeviceRef, wanted: number): Errno | null {
  const before = step.cells.get(ref);
  updateDevice(step, ref, (d) => {
    d.flags = (wanted & PLAIN_FLAGS) | (d.flags & ~PLAIN_FLAGS);
    if (((wanted ^ d.flags) & IFF_PROMISC) !== 0) {
      d.flags ^= IFF_PROMISC;
      d.promiscuity += (wanted & IFF_PROMISC) !== 0 ? 1 : -1;
    }
    if (((wanted ^ d.flags) & IFF_ALLMULTI) !== 0) {
      d.flags ^= IFF_ALLMULTI;
      d.allmulti += (wanted & IFF_ALLMULTI) !== 0 ? 1 : -1;
    }
  });
  if ((wanted & IFF_UP) !== 0 && !isUp(before)) {
    const errno = openDevice(step, ref);
    if (errno !== null) return errno;
  }
  if ((wanted & IFF_UP) === 0 && isUp(before)) closeDevice(step, ref);
  const after = step.cells.get(ref);
  if (after.flags !== before.flags)
    step.record(KIND.link_change, after.netns, ref, JSON.stringify({ flags: after.flags }));
  return null;
}
