/**
 * The life of devices: made, opened, closed, renamed, moved, unmade.
 * @source net/core/dev.c; net/core/rtnetlink.c
 */
import type { Errno } from "../core/errno.ts";
import { DONE, granted, type Result, refused } from "../core/result.ts";
import { bridgeDelete, bridgeForget } from "../devices/bridge/bridge-device.ts";
import { linkwatchForget, netifCarrierOff } from "../devices/linkwatch.ts";
import { LOOPBACK_MTU } from "../devices/loopback.ts";
import {
  type DeviceKind,
  type DeviceRef,
  DeviceStats,
  hasInet6,
  NetDevice,
  updateDevice,
} from "../devices/net-device.ts";
import { deviceByName, type NetnsRef, peerNsidAlloc, updateNetns } from "../devices/netns.ts";
import { VETH_MAX_MTU, VETH_MIN_MTU } from "../devices/veth.ts";
import { KIND } from "../events/kinds.ts";
import {
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  IF_OPER_UNKNOWN,
  IFF_BROADCAST,
  IFF_LOOPBACK,
  IFF_MULTICAST,
} from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { formatMac, MAC_BROADCAST, type Mac } from "../wire/mac.ts";
import { addName, allocateName, isAllowedBySysctl, removeName, reserveIndex } from "./device-names.ts";
import { globals, MAIN_NETNS, updateGlobals } from "./globals.ts";
import { closeDevices } from "./link-flags.ts";
import { bridgeHooks, notifyLink, onRegister, onRename, onUnregister } from "./notify.ts";

/** Enters a device in its namespace's tables. */
function list(step: StepContext, dev: NetDevice): void {
  const old = step.cells.get(dev.netns);
  let at = old.devices.length;
  while (at > 0 && step.cells.get(old.devices[at - 1]!).ifindex > dev.ifindex) at--;
  const devices = [...old.devices.slice(0, at), dev.ref, ...old.devices.slice(at)];
  updateNetns(step, dev.netns, (ns) => {
    ns.devices = devices;
    ns.byIndex = old.byIndex.set(dev.ifindex, dev.ref);
    ns.byName = old.byName;
    for (const name of [dev.ifname, ...dev.altnames]) addName(ns, name, dev.ref);
  });
}

function unlist(step: StepContext, dev: NetDevice): void {
  const old = step.cells.get(dev.netns);
  updateNetns(step, dev.netns, (ns) => {
    ns.devices = old.devices.filter((ref) => ref !== dev.ref);
    ns.byIndex = old.byIndex.delete(dev.ifindex);
    ns.byName = old.byName;
    for (const name of [dev.ifname, ...dev.altnames]) removeName(ns, name);
  });
}

// ---------------------------------------------------------------------------------------------- making and unmaking

/** Makes a device known. On refusal nothing of it is left, but an ifindex may be used up. @source register_netdevice() */
export function registerDevice(step: StepContext, made: NetDevice): Result<DeviceRef> {
  const name = allocateName(step, made.netns, made.ifname);
  if (!name.ok) return name;
  const index = reserveIndex(step, made.netns, made.ifindex);
  if (!index.ok) return refused("EEXIST");
  if (!isAllowedBySysctl(name.value)) return refused("EINVAL");
  const ref = step.cells.add(made);
  const stats = step.cells.add(new DeviceStats());
  const dev = updateDevice(step, ref, (d) => {
    d.ref = ref;
    d.ifname = name.value;
    d.nameAssignType = d.kind === "loopback" ? 2 : made.ifname.includes("%") ? 1 : 3;
    d.ifindex = index.value;
    d.stats = stats;
  });
  onRegister(step, dev);
  list(step, step.cells.get(ref));
  const data = { ifname: dev.ifname, kind: dev.kind, ifindex: dev.ifindex, address: formatMac(dev.address) };
  step.record(KIND.link_new, dev.netns, ref, JSON.stringify(data));
  return granted(ref);
}

/** Unmakes devices: all are closed, then all go. @source unregister_netdevice_many() */
export function unregisterDevices(step: StepContext, refs: readonly DeviceRef[]): void {
  closeDevices(step, refs);
  for (const ref of refs) {
    const dev = step.cells.get(ref);
    linkwatchForget(step, ref);
    updateDevice(step, ref, (d) => {
      d.qdisc = "noop"; // dev_shutdown()
    });
    onUnregister(step, dev);
    unlist(step, dev);
    step.rtnlNotify(dev.netns, { object: "link", subject: step.cells.get(ref), isDeleted: true });
    step.record(KIND.link_del, dev.netns, ref, JSON.stringify({ ifname: dev.ifname }));
    if (dev.bridge >= 0) bridgeForget(step, dev.bridge);
    step.cells.delete(dev.stats);
    step.cells.delete(ref);
  }
}

/** The module goes, and with it each pair, namespace by namespace. @source net/core/rtnetlink.c, __rtnl_link_unregister() */
export function unloadVeth(step: StepContext): void {
  for (const netns of globals(step).netnsAll) {
    const going: DeviceRef[] = [];
    for (const ref of step.cells.get(netns).devices) {
      const dev = step.cells.get(ref);
      if (dev.kind !== "veth" || dev.peer < 0) continue;
      going.push(...parted(step, ref));
    }
    unregisterDevices(step, going);
  }
}

/** Takes the ends of a pair from each other. @source veth_dellink() */
function parted(step: StepContext, ref: DeviceRef): DeviceRef[] {
  const { peer } = step.cells.get(ref);
  const both = peer < 0 ? [ref] : [ref, peer];
  for (const end of both)
    updateDevice(step, end, (d) => {
      d.peer = -1;
    });
  return both;
}

/** The link's own way of going: a veth takes its peer along. @source veth_dellink() */
export function deleteLink(step: StepContext, ref: DeviceRef): Result<null> {
  const dev = step.cells.get(ref);
  if (dev.kind === "loopback") return refused("EOPNOTSUPP");
  if (dev.bridge >= 0) bridgeDelete(step, ref, bridgeHooks(step));
  unregisterDevices(step, parted(step, ref));
  return DONE;
}

export function makeLoopback(step: StepContext, netns: NetnsRef): DeviceRef {
  const lo = new NetDevice();
  lo.netns = netns;
  lo.kind = "loopback";
  lo.ifname = "lo";
  lo.type = ARPHRD_LOOPBACK;
  lo.mtu = LOOPBACK_MTU;
  lo.flags = IFF_LOOPBACK;
  lo.operState = IF_OPER_UNKNOWN;
  const made = registerDevice(step, lo);
  if (!made.ok) throw new Error("the loopback device could not be made");
  return made.value;
}

/** What `ip link add type veth` may say of one end. */
export interface VethEnd {
  readonly netns: NetnsRef;
  readonly ifname: string;
  readonly ifindex: number;
  /** null: random. */
  readonly address: Mac | null;
  readonly broadcast: Mac | null;
  readonly mtu: number;
  readonly txqueuelen: number;
  readonly group: number;
  readonly numTxQueues: number;
  readonly numRxQueues: number;
  readonly realTxQueues: number;
  readonly realRxQueues: number;
  readonly gsoMaxSize: number;
  readonly gsoMaxSegs: number;
  readonly groMaxSize: number;
  readonly linkMode: number;
  readonly operState: number | null;
  /** IFF_* to set at once, and the mask of those to change. */
  readonly flags: number;
  readonly change: number;
}

/** @source net/ethernet/eth.c, eth_random_addr(): locally administered, unicast */
function randomAddress(step: StepContext): Mac {
  const octet = (mask: number, set: number) => (step.draw("link/address", 256) & mask) | set;
  let mac = octet(0xfc, 0x02);
  for (let i = 1; i < 6; i++) mac = mac * 256 + octet(0xff, 0);
  return mac;
}

function registerVethEnd(step: StepContext, end: VethEnd): Result<DeviceRef> {
  if (!globals(step).isVethLoaded)
    updateGlobals(step, (g) => {
      g.isVethLoaded = true; // request_module("rtnl-link-veth")
    });
  const made = registerEthernet(step, "veth", end);
  if (made.ok) netifCarrierOff(step, made.value);
  return made;
}

/** @source net/core/rtnetlink.c, rtnl_create_link() */
export function registerEthernet(step: StepContext, kind: DeviceKind, end: VethEnd): Result<DeviceRef> {
  const dev = new NetDevice();
  dev.netns = end.netns;
  dev.kind = kind;
  dev.ifname = end.ifname;
  dev.ifindex = end.ifindex;
  dev.type = ARPHRD_ETHER;
  dev.addrAssignType = end.address === null ? 1 : 3;
  dev.address = end.address ?? randomAddress(step);
  dev.broadcast = end.broadcast ?? MAC_BROADCAST;
  dev.mtu = end.mtu;
  dev.minMtu = VETH_MIN_MTU;
  dev.maxMtu = VETH_MAX_MTU;
  dev.flags = IFF_BROADCAST | IFF_MULTICAST;
  dev.txqueuelen = end.txqueuelen;
  dev.group = end.group;
  dev.numTxQueues = end.numTxQueues;
  dev.numRxQueues = end.numRxQueues;
  dev.realTxQueues = end.realTxQueues;
  dev.realRxQueues = end.realRxQueues;
  dev.gsoMaxSize = end.gsoMaxSize;
  dev.gsoMaxSegs = end.gsoMaxSegs;
  dev.groMaxSize = end.groMaxSize;
  dev.linkMode = end.linkMode;
  dev.operState = end.operState ?? dev.operState;
  return registerDevice(step, dev);
}

/**
 * Makes a pair whole or not at all; the peer is registered and configured first.
 * @param configure sets the flags of an end (rtnl_configure_link)
 * @source veth_newlink()
 */
export function addVethPair(
  step: StepContext,
  end: VethEnd,
  peerEnd: VethEnd,
  configure: (ref: DeviceRef, end: VethEnd) => Errno | null,
): Result<DeviceRef> {
  const peer = registerVethEnd(step, peerEnd);
  if (!peer.ok) return peer;
  const peerErrno = configure(peer.value, peerEnd);
  if (peerErrno !== null) {
    unregisterDevices(step, [peer.value]);
    return refused(peerErrno);
  }
  const dev = registerVethEnd(step, end);
  if (!dev.ok) {
    unregisterDevices(step, [peer.value]);
    return dev;
  }
  const join = (ref: DeviceRef, other: DeviceRef) =>
    updateDevice(step, ref, (d) => {
      d.peer = other;
    });
  join(peer.value, dev.value);
  join(dev.value, peer.value);
  step.record(KIND.link_change, peerEnd.netns, peer.value, JSON.stringify({ peer: dev.value }));
  step.record(KIND.link_change, end.netns, dev.value, JSON.stringify({ peer: peer.value }));
  const errno = configure(dev.value, end);
  if (errno === null) return dev;
  deleteLink(step, dev.value);
  return refused(errno);
}

// ---------------------------------------------------------------------------------------------- renaming and moving

/** @source dev_change_name() */
export function renameDevice(step: StepContext, ref: DeviceRef, wish: string): Result<null> {
  const dev = step.cells.get(ref);
  if (wish === dev.ifname) return DONE;
  const name = allocateName(step, dev.netns, wish);
  if (!name.ok) return name;
  // IPv6 refuses, if the device has it. @source net/ipv6/addrconf.c, addrconf_notify()
  if (hasInet6(dev) && !isAllowedBySysctl(name.value)) {
    onRename(step, dev); // IPv4 has heard of the new name by then, and hears of the old one again
    return refused("EINVAL");
  }
  updateNetns(step, dev.netns, (ns) => {
    removeName(ns, dev.ifname);
    addName(ns, name.value, ref);
  });
  const renamed = updateDevice(step, ref, (d) => {
    d.ifname = name.value;
    d.nameAssignType = 4;
  });
  step.record(KIND.link_change, dev.netns, ref, JSON.stringify({ ifname: name.value }));
  notifyLink(step, renamed);
  onRename(step, renamed);
  return DONE;
}

export function addAltname(step: StepContext, ref: DeviceRef, altname: string): Result<null> {
  const dev = step.cells.get(ref);
  if (deviceByName(step, dev.netns, altname) !== null) return refused("EEXIST");
  updateDevice(step, ref, (d) => {
    d.altnames = [...d.altnames, altname];
  });
  updateNetns(step, dev.netns, (ns) => addName(ns, altname, ref));
  return DONE;
}

export function deleteAltname(step: StepContext, ref: DeviceRef, altname: string): Result<null> {
  const dev = step.cells.get(ref);
  const owner = deviceByName(step, dev.netns, altname);
  if (owner === null) return refused("ENOENT");
  if (!dev.altnames.includes(altname)) return refused("EINVAL"); // a main name, or another device's
  updateDevice(step, ref, (d) => {
    d.altnames = dev.altnames.filter((name) => name !== altname);
  });
  updateNetns(step, dev.netns, (ns) => removeName(ns, altname));
  return DONE;
}

/** Moves a device: it goes down, loses its addresses, keeps its name and, if free, its number. @source __dev_change_net_namespace() */
export function moveDevice(
  step: StepContext,
  ref: DeviceRef,
  target: NetnsRef,
  wish: string | null,
  newIfindex: number,
): Result<null> {
  const dev = step.cells.get(ref);
  if (dev.netns === target) return DONE;
  if (dev.kind === "loopback" || dev.kind === "bridge")
    return refused("EINVAL", "The interface netns is immutable");
  let name = dev.ifname;
  // A name that is free there stays for now: a wish is granted, or refused, behind the move (do_setlink()).
  if (deviceByName(step, target, name) !== null) {
    if (wish === null) return refused("EEXIST", "An interface with the same name exists in the target netns");
    const free = allocateName(step, target, wish);
    if (!free.ok)
      return refused(free.errno, `Unable to use '${wish}' for the new interface name in the target netns`);
    name = free.value;
  }
  const clash = dev.altnames.find((altname) => deviceByName(step, target, altname) !== null);
  if (clash !== undefined)
    return refused("EEXIST", `An interface with the altname ${clash} exists in the target netns`);
  let index = reserveIndex(step, target, newIfindex !== 0 ? newIfindex : dev.ifindex);
  if (!index.ok) {
    if (newIfindex !== 0)
      return refused("EBUSY", `The ifindex ${newIfindex} is not available in the target netns`);
    index = reserveIndex(step, target, 0);
  }
  const from = dev.netns;
  closeDevices(step, [ref]);
  updateDevice(step, ref, (d) => {
    d.qdisc = "noop"; // dev_shutdown()
  });
  onUnregister(step, step.cells.get(ref));
  unlist(step, step.cells.get(ref));
  const nsid = peerNsidAlloc(step, from, target);
  step.rtnlNotify(from, {
    object: "link",
    subject: step.cells.get(ref),
    isDeleted: true,
    movesTo: { nsid, ifindex: index.ok ? index.value : 0 },
  });
  const moved = updateDevice(step, ref, (d) => {
    d.netns = target;
    d.ifname = name;
    d.ifindex = index.ok ? index.value : 0;
  });
  onRegister(step, moved);
  list(step, step.cells.get(ref));
  step.record(
    KIND.link_change,
    target,
    ref,
    JSON.stringify({ netns: target, ifname: moved.ifname, ifindex: moved.ifindex }),
  );
  notifyLink(step, step.cells.get(ref));
  return DONE;
}

/** Devices of a dying namespace go with it; there is none that would return home. */
export function devicesToUnmake(step: StepContext, netns: NetnsRef): DeviceRef[] {
  return netns === MAIN_NETNS
    ? []
    : step.cells.get(netns).devices.filter((ref) => step.cells.get(ref).kind !== "loopback");
}
