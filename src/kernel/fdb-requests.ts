/**
 * Forwarding entries by rtnetlink: those of bridges, and the addresses that devices let in.
 * @source net/core/rtnetlink.c, rtnl_fdb_add(), rtnl_fdb_del(), rtnl_fdb_get(); net/bridge/br_fdb.c
 */
import { DONE, granted, type Refusal, type Result, refused } from "../core/result.ts";
import {
  BR_STATE_FORWARDING,
  BR_STATE_LEARNING,
  type BridgeCell,
  bridgeOf,
  type PortCell,
} from "../devices/bridge/bridge.ts";
import {
  type FdbFlushFilter,
  fdbCreate,
  fdbDelete,
  fdbFind,
  fdbFlush,
  fdbLearn,
  fdbNotify,
} from "../devices/bridge/fdb.ts";
import { isLinkLocalAddress } from "../devices/bridge/input.ts";
import { devMcAddExclusive, devMcDelAny, devUcAdd, devUcDel } from "../devices/mc-list.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, type NetnsRef } from "../devices/netns.ts";
import type { FdbChange, FdbFlush, FdbGet, FdbInfo } from "../events/bridge-requests.ts";
import {
  ARPHRD_ETHER,
  NLM_F_CREATE,
  NLM_F_EXCL,
  NTF_EXT_LEARNED,
  NTF_MASTER,
  NTF_OFFLOADED,
  NTF_SELF,
  NTF_STICKY,
  NTF_USE,
  NUD_NOARP,
  NUD_PERMANENT,
  NUD_REACHABLE,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { isMulticastMac, type Mac, parseMac } from "../wire/mac.ts";
import { fdbInfo, nudState } from "./fdb-infos.ts";

/** Highest number of a VLAN, which is none that can be used. */
const VLAN_VID_MASK = 0x0fff;

// ---------------------------------------------------------------------------------------------- asking

/** @source rtnl_fdb_get(), br_fdb_get() */
export function fdbGet(step: StepContext, netns: NetnsRef, get: FdbGet): Result<FdbInfo> {
  if (get.ifindex !== 0 && get.master !== 0)
    return refused("EINVAL", "Master and device are mutually exclusive");
  const vlan = checkVlan(get.vlan);
  if (vlan !== null) return vlan;
  const found = bridgeAsked(step, netns, get);
  if (!found.ok) return found;
  const br = bridgeOf(step, found.value);
  if (br === null) return refused("EOPNOTSUPP", "Fdb get operation not supported by device");
  const entry = get.vlan === undefined ? fdbFind(step, br, parseMac(get.address) ?? 0) : null;
  return entry === null ? refused("ENOENT", "Fdb entry not found") : granted(fdbInfo(step, br, entry));
}

/** The device whose table is asked: a port's master, or the device itself. */
function bridgeAsked(step: StepContext, netns: NetnsRef, get: FdbGet): Result<NetDevice> {
  if (get.master !== 0) {
    const master = deviceByIndex(step, netns, get.master);
    return master === null ? refused("EINVAL", "Invalid master ifindex") : granted(master);
  }
  const dev = deviceByIndex(step, netns, get.ifindex);
  if (dev === null) return refused("ENODEV", "Unknown device ifindex");
  if (get.flags !== 0 && (get.flags & NTF_MASTER) === 0) return granted(dev);
  if (dev.port < 0) return refused("EINVAL", "Device is not a bridge port");
  return granted(step.cells.get(dev.master));
}

// ---------------------------------------------------------------------------------------------- adding

/** @source fdb_vid_parse() */
function checkVlan(vlan: number | undefined): Refusal | null {
  const isValid = vlan === undefined || (vlan > 0 && vlan < VLAN_VID_MASK);
  return isValid ? null : refused("EINVAL", "invalid vlan id");
}

type Operation = (dev: NetDevice) => Result<null>;

/** First at the master that has taken the device on, then at the device itself. */
function atMasterAndSelf(
  dev: NetDevice,
  flags: number,
  atMaster: Operation,
  atSelf: Operation,
): Result<null> {
  let done: Result<null> = refused("EOPNOTSUPP");
  if ((flags === 0 || (flags & NTF_MASTER) !== 0) && dev.port >= 0) {
    done = atMaster(dev);
    if (!done.ok) return done;
  }
  return (flags & NTF_SELF) === 0 ? done : atSelf(dev);
}

/** @source rtnl_fdb_add() */
export function fdbAdd(step: StepContext, netns: NetnsRef, add: FdbChange): Result<null> {
  const dev = deviceByIndex(step, netns, add.ifindex);
  if (dev === null) return refused("ENODEV", "unknown ifindex");
  const address = parseMac(add.address);
  if (address === null) return refused("EINVAL", "invalid address");
  if (dev.type !== ARPHRD_ETHER) return refused("EINVAL", "FDB add only supported for Ethernet devices");
  const vlan = checkVlan(add.vlan);
  if (vlan !== null) return vlan;
  return atMasterAndSelf(
    dev,
    add.flags,
    () => bridgeFdbAdd(step, dev, address, add),
    () => (dev.bridge >= 0 ? bridgeFdbAdd(step, dev, address, add) : filterAdd(step, dev, address, add)),
  );
}

/** @source ndo_dflt_fdb_add() */
function filterAdd(step: StepContext, dev: NetDevice, address: Mac, add: FdbChange): Result<null> {
  if (add.state !== 0 && (add.state & NUD_PERMANENT) === 0) return refused("EINVAL");
  if (add.vlan !== undefined) return refused("EINVAL");
  const isGroup = isMulticastMac(address) && !isLinkLocalAddress(address);
  const errno = (isGroup ? devMcAddExclusive : devUcAdd)(step, dev.ref, address);
  if (errno !== null) return (add.nlmFlags & NLM_F_EXCL) === 0 ? DONE : refused(errno);
  notifyFilter(step, dev, address, add.state, false);
  return DONE;
}

/** @source rtnl_fdb_notify() */
function notifyFilter(
  step: StepContext,
  dev: NetDevice,
  address: Mac,
  state: number,
  isDeleted: boolean,
): void {
  step.rtnlNotify(dev.netns, { object: "fdb", subject: { filter: dev, address, state }, isDeleted });
}

/** @param dev a port, or the bridge itself @source br_fdb_add(), __br_fdb_add() */
function bridgeFdbAdd(step: StepContext, dev: NetDevice, address: Mac, add: FdbChange): Result<null> {
  if ((add.state & (NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE)) === 0 || address === 0)
    return refused("EINVAL");
  if (add.vlan !== undefined) return refused("EINVAL"); // no port has any
  const port: PortCell | null = dev.port < 0 ? null : dev.port;
  const ref: BridgeCell = port === null ? dev.bridge : step.cells.get(port).bridge;
  if ((add.flags & NTF_USE) !== 0) {
    if (port === null) return refused("EINVAL");
    useEntry(step, port, address);
    return DONE;
  }
  if ((add.flags & NTF_EXT_LEARNED) !== 0) {
    if (port === null && (add.state & NUD_PERMANENT) === 0)
      return refused("EINVAL", "bridge: FDB entry towards bridge must be permanent");
    externLearn(step, ref, port, address);
    return DONE;
  }
  return addEntry(step, ref, port, address, add);
}

function canLearn(step: StepContext, port: PortCell): boolean {
  const { state } = step.cells.get(port);
  return state === BR_STATE_LEARNING || state === BR_STATE_FORWARDING;
}

/** As if a frame had come from there. */
function useEntry(step: StepContext, port: PortCell, address: Mac): void {
  if (!canLearn(step, port)) return;
  const record = step.cells.get(port);
  fdbLearn(step, record, port, address);
  const cell = step.cells.get(record.bridge).fdb.get(address);
  if (cell !== undefined) step.cells.own(cell).isAddedByUser = true;
}

/** @source br_fdb_external_learn_add() */
function externLearn(step: StepContext, ref: BridgeCell, port: PortCell | null, address: Mac): void {
  const cell = step.cells.get(ref).fdb.get(address);
  if (cell === undefined) {
    fdbCreate(step, ref, address, port, {
      isExternLearned: true,
      isAddedByUser: true,
      isLocal: port === null,
    });
    return;
  }
  const entry = step.cells.own(cell);
  const isModified = entry.port !== port || !entry.isExternLearned;
  entry.updated = step.jiffies;
  if (entry.isExternLearned) entry.used = step.jiffies;
  entry.port = port;
  entry.isExternLearned = true;
  entry.isAddedByUser = true;
  if (port === null) entry.isLocal = true;
  if (isModified) fdbNotify(step, ref, entry, false);
}

/** What a state asks of an entry. */
function kindOf(state: number): { isLocal: boolean; isStatic: boolean } {
  if ((state & NUD_PERMANENT) !== 0) return { isLocal: true, isStatic: true };
  return { isLocal: false, isStatic: (state & NUD_NOARP) !== 0 };
}

/** @source fdb_add_entry() */
function addEntry(
  step: StepContext,
  ref: BridgeCell,
  port: PortCell | null,
  address: Mac,
  { state, flags, nlmFlags }: FdbChange,
): Result<null> {
  const kind = kindOf(state);
  const isSticky = (flags & NTF_STICKY) !== 0;
  if (port !== null && !kind.isStatic && !canLearn(step, port)) return refused("EPERM");
  if (port === null && !kind.isLocal) return refused("EINVAL");
  if (isSticky && kind.isLocal) return refused("EINVAL");
  const br = step.cells.get(ref);
  const cell = br.fdb.get(address);
  if (cell === undefined) {
    if ((nlmFlags & NLM_F_CREATE) === 0) return refused("ENOENT");
    fdbCreate(step, ref, address, port, { ...kind, isSticky, isAddedByUser: true });
    return DONE;
  }
  if ((nlmFlags & NLM_F_EXCL) !== 0) return refused("EEXIST");
  const entry = step.cells.own(cell);
  const isModified =
    entry.port !== port || nudState(step, br, entry) !== state || entry.isSticky !== isSticky;
  Object.assign(entry, { port, ...kind, isSticky, isAddedByUser: true, used: step.jiffies });
  if (!isModified) return DONE;
  entry.updated = step.jiffies;
  fdbNotify(step, ref, entry, false);
  return DONE;
}

// ---------------------------------------------------------------------------------------------- deleting

const NOT_ETHERNET = "FDB delete only supported for Ethernet devices";

/** @source rtnl_fdb_del() */
export function fdbDel(step: StepContext, netns: NetnsRef, del: FdbChange): Result<null> {
  const dev = deviceByIndex(step, netns, del.ifindex);
  if (dev === null) return refused("ENODEV", "unknown ifindex");
  const address = parseMac(del.address);
  if (address === null) return refused("EINVAL", "invalid address");
  if (dev.type !== ARPHRD_ETHER) return refused("EINVAL", NOT_ETHERNET);
  const vlan = checkVlan(del.vlan);
  if (vlan !== null) return vlan;
  return atMasterAndSelf(
    dev,
    del.flags,
    () => bridgeFdbDel(step, dev, address, del),
    () => (dev.bridge >= 0 ? bridgeFdbDel(step, dev, address, del) : filterDel(step, dev, address, del)),
  );
}

/** @source ndo_dflt_fdb_del() */
function filterDel(step: StepContext, dev: NetDevice, address: Mac, del: FdbChange): Result<null> {
  const isGroup = isMulticastMac(address) && !isLinkLocalAddress(address);
  const errno = (isGroup ? devMcDelAny : devUcDel)(step, dev.ref, address);
  if (errno !== null) return refused(errno);
  notifyFilter(step, dev, address, del.state, true);
  return DONE;
}

/** @source br_fdb_delete(), fdb_delete_by_addr_and_port() */
function bridgeFdbDel(step: StepContext, dev: NetDevice, address: Mac, del: FdbChange): Result<null> {
  if (del.vlan !== undefined) return refused("EINVAL");
  const port: PortCell | null = dev.port < 0 ? null : dev.port;
  const ref: BridgeCell = port === null ? dev.bridge : step.cells.get(port).bridge;
  const entry = fdbFind(step, step.cells.get(ref), address);
  if (entry === null || entry.port !== port) return refused("ENOENT");
  fdbDelete(step, ref, address);
  return DONE;
}

/** Bits of a state and of flags, and what they say of an entry. @source __ndm_state_to_fdb_flags(), __ndm_flags_to_fdb_flags() */
const STATE_BITS = [
  [NUD_PERMANENT, "isLocal"],
  [NUD_NOARP, "isStatic"],
] as const;
const FLAG_BITS = [
  [NTF_USE, "isAddedByUser"],
  [NTF_EXT_LEARNED, "isExternLearned"],
  [NTF_STICKY, "isSticky"],
] as const;

function wanted(flush: FdbFlush): FdbFlushFilter["wants"] {
  const wants: Record<string, boolean> = {};
  for (const [bit, name] of STATE_BITS)
    if ((flush.stateMask & bit) !== 0) wants[name] = (flush.state & bit) !== 0;
  for (const [bit, name] of FLAG_BITS)
    if ((flush.flagsMask & bit) !== 0) wants[name] = (flush.flags & bit) !== 0;
  return wants;
}

/** NLM_F_BULK. @source rtnl_fdb_del(), br_fdb_delete_bulk() */
export function fdbDelBulk(step: StepContext, netns: NetnsRef, flush: FdbFlush): Result<null> {
  const dev = deviceByIndex(step, netns, flush.ifindex);
  if (dev === null) return refused("ENODEV", "unknown ifindex");
  if (dev.type !== ARPHRD_ETHER) return refused("EINVAL", NOT_ETHERNET);
  const atBridge = () => flushBridge(step, netns, dev, flush);
  return atMasterAndSelf(dev, flush.flags & (NTF_SELF | NTF_MASTER), atBridge, () =>
    dev.bridge < 0 ? refused("EOPNOTSUPP") : atBridge(),
  );
}

function flushBridge(step: StepContext, netns: NetnsRef, dev: NetDevice, flush: FdbFlush): Result<null> {
  const ref: BridgeCell = dev.port < 0 ? dev.bridge : step.cells.get<{ bridge: BridgeCell }>(dev.port).bridge;
  // No entry is of a VLAN, and no hardware has taken any over.
  const isNone = flush.vlan !== undefined || (flush.flagsMask & flush.flags & NTF_OFFLOADED) !== 0;
  let port: PortCell | null | undefined = dev.port < 0 ? undefined : dev.port;
  if (flush.port !== undefined) {
    const other = deviceByIndex(step, netns, flush.port);
    if (other === null) return refused("ENODEV", "bridge: Unknown flush device ifindex");
    const unfit = portToFlush(step, ref, other);
    if (unfit !== null) return unfit;
    port = other.port < 0 ? null : other.port;
  }
  if (!isNone) fdbFlush(step, ref, { ...(port === undefined ? {} : { port }), wants: wanted(flush) });
  return DONE;
}

/** @source __fdb_flush_validate_ifindex() */
function portToFlush(step: StepContext, ref: BridgeCell, dev: NetDevice): Refusal | null {
  if (dev.bridge < 0 && dev.port < 0)
    return refused("EINVAL", "bridge: Flush device is not a bridge or bridge port");
  if (dev.bridge >= 0)
    return dev.bridge === ref
      ? null
      : refused("EINVAL", "bridge: Flush bridge device does not match target bridge device");
  return step.cells.get<{ bridge: BridgeCell }>(dev.port).bridge === ref
    ? null
    : refused("EINVAL", "bridge: Port belongs to a different bridge device");
}
