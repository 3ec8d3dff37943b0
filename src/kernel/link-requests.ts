/**
 * RTM_NEWLINK, RTM_DELLINK and their like.
 * @source net/core/rtnetlink.c, rtnl_newlink(), do_setlink(); drivers/net/veth.c, veth_validate(), veth_newlink()
 */

import { fromHex } from "../core/bytes.ts";
import { DONE, granted, type Refusal, type Result, refused } from "../core/result.ts";
import { updateBridge } from "../devices/bridge/bridge.ts";
import { bridgeSetAddress } from "../devices/bridge/bridge-device.ts";
import { linkwatchSyncDevice } from "../devices/linkwatch.ts";
import { type DeviceRef, IFNAME_MAX_OCTETS, type NetDevice, updateDevice } from "../devices/net-device.ts";
import { deviceByIndex, deviceByName, type NetnsRef, netnsByNsid } from "../devices/netns.ts";
import { VETH_MAX_MTU, VETH_MIN_MTU } from "../devices/veth.ts";
import { KIND } from "../events/kinds.ts";
import { IF_OPER_DORMANT, IF_OPER_TESTING, IF_OPER_UNKNOWN, IF_OPER_UP } from "../events/netlink.ts";
import type { LinkAdd, LinkAttrs, LinkSet } from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { IN6_ADDR_GEN_MODE_STABLE_PRIVACY } from "../stack/ipv6/conf6.ts";
import { setIftoken } from "../stack/ipv6/iftoken.ts";
import { inet6Dev, updateInet6Dev } from "../stack/ipv6/inet6-dev.ts";
import { netStack6 } from "../stack/ipv6/net-stack6.ts";
import { parseIpv6 } from "../wire/ipv6-address.ts";
import { formatMac, isValidEtherAddr, type Mac, parseMac } from "../wire/mac.ts";
import { bridgeAdd, enslave, joinedTo, setBridge, setBridgePort } from "./bridges.ts";
import { changeFlags, configure, withFlags } from "./link-flags.ts";
import { GSO_MAX_SEGS, validateCreation, validateSizes } from "./link-validate.ts";
import {
  addAltname,
  addVethPair,
  deleteAltname,
  deleteLink,
  moveDevice,
  renameDevice,
  type VethEnd,
} from "./links.ts";
import { notifyLink, onAddressChange, onCarrierSettled, setDeviceMtu } from "./notify.ts";
import { storeDeviceSysctl6 } from "./sysctl/inet6-sysctls.ts";

const encoder = new TextEncoder();
/** Two CPUs, as the reference machine has. @differs the number of CPUs is fixed, see docs/fidelity.md */
const DEFAULT_QUEUES = 2;

/** Octets of a link-layer address: hex pairs with or without colons. */
function addressOctets(text: string): Uint8Array | null {
  return text.includes(":") ? macOctets(parseMac(text)) : fromHex(text);
}

function macOctets(mac: Mac | null): Uint8Array | null {
  return mac === null ? null : fromHex(mac.toString(16).padStart(12, "0"));
}

function toMac(text: string | undefined): Mac | null {
  if (text === undefined) return null;
  const octets = addressOctets(text);
  return octets === null || octets.length !== 6 ? null : octets.reduce((mac, octet) => mac * 256 + octet, 0);
}

/** @source veth_validate() */
function validate(attrs: LinkAttrs): Refusal | null {
  if (attrs.address !== undefined) {
    const mac = toMac(attrs.address);
    if (mac === null) return refused("EINVAL");
    if (!isValidEtherAddr(mac)) return refused("EADDRNOTAVAIL");
  }
  if (attrs.mtu !== undefined && (attrs.mtu < VETH_MIN_MTU || attrs.mtu > VETH_MAX_MTU))
    return refused("EINVAL");
  return null;
}

/**
 * @param inherited what this end takes where it says nothing itself
 * @param asked the attributes of the command, which are those of the end that is not the peer
 */
function vethEnd(
  attrs: LinkAttrs,
  inherited: LinkAttrs,
  asked: LinkAttrs,
  netns: NetnsRef,
  isPeer: boolean,
): VethEnd {
  const numTxQueues = attrs.numTxQueues ?? inherited.numTxQueues ?? DEFAULT_QUEUES;
  const numRxQueues = attrs.numRxQueues ?? inherited.numRxQueues ?? DEFAULT_QUEUES;
  return {
    netns: attrs.netns ?? netns,
    ifname: attrs.ifname ?? "veth%d",
    ifindex: attrs.ifindex ?? 0,
    address: toMac(attrs.address),
    broadcast: toMac(attrs.broadcast ?? inherited.broadcast),
    mtu: attrs.mtu ?? (isPeer ? (inherited.mtu ?? 1500) : 1500),
    txqueuelen: attrs.txqueuelen ?? inherited.txqueuelen ?? 1000,
    group: attrs.group ?? inherited.group ?? 0,
    numTxQueues,
    numRxQueues,
    // One queue is used unless somebody asked for a number, for this end or for the other. @source veth_init_queues()
    realTxQueues: asked.numTxQueues === undefined ? 1 : numTxQueues,
    realRxQueues: asked.numRxQueues === undefined ? 1 : numRxQueues,
    gsoMaxSize: attrs.gsoMaxSize ?? inherited.gsoMaxSize ?? 65536,
    gsoMaxSegs: attrs.gsoMaxSegs ?? inherited.gsoMaxSegs ?? GSO_MAX_SEGS,
    groMaxSize: attrs.groMaxSize ?? inherited.groMaxSize ?? 65536,
    linkMode: attrs.linkMode ?? inherited.linkMode ?? 0,
    operState: attrs.operState ?? inherited.operState ?? null,
    flags: attrs.flags ?? 0,
    change: attrs.change ?? attrs.flags ?? 0,
  };
}

function isTooLong(attrs: LinkAttrs): boolean {
  return attrs.ifname !== undefined && encoder.encode(attrs.ifname).length > IFNAME_MAX_OCTETS;
}

/** `ip link add`. */
export function linkAdd(step: StepContext, netns: NetnsRef, add: LinkAdd): Result<null> {
  if (isTooLong(add) || (add.peer !== undefined && isTooLong(add.peer)))
    return refused("ERANGE", "Attribute failed policy validation");
  if (add.kind === "bridge") {
    const mac = add.address === undefined ? undefined : toMac(add.address);
    if (mac === null) return refused("EINVAL");
    if (mac !== undefined && !isValidEtherAddr(mac)) return refused("EADDRNOTAVAIL");
  }
  if (add.kind === "veth") {
    const bad = validate(add) ?? (add.peer === undefined ? null : validate(add.peer));
    if (bad !== null) return bad;
  }
  if (add.ifindex !== undefined && deviceByIndex(step, netns, add.ifindex) !== null) return refused("EEXIST");
  // By a number alone, if there is one: another device's name is noticed when this one is registered.
  const isTaken = add.ifindex === undefined && add.ifname !== undefined;
  if (isTaken && deviceByName(step, netns, add.ifname) !== null) return refused("EEXIST");
  if (add.kind !== "veth" && add.kind !== "bridge") return refused("EOPNOTSUPP", "Unknown device type");
  if (add.linkNetnsid !== undefined && netnsByNsid(step, netns, add.linkNetnsid) === null)
    return refused("EINVAL", "Unknown network namespace id");
  const unfit = validateCreation(add) ?? (add.peer === undefined ? null : validateCreation(add.peer));
  if (unfit !== null) return unfit;
  if (add.kind === "bridge") {
    const one = { ...add, numTxQueues: add.numTxQueues ?? 1, numRxQueues: add.numRxQueues ?? 1 };
    const end = vethEnd({ ifname: "bridge%d", ...one }, {}, one, netns, false);
    return joinedTo(step, bridgeAdd(step, end, add.bridge ?? {}), add.master);
  }
  // Without attributes of its own the peer takes the device's, its name, number and address aside.
  const inherited: LinkAttrs = add.peer === undefined ? add : {};
  // The peer's wish for a number counts only beside the device's own (veth_newlink()).
  const peer = add.ifindex === undefined ? { ...add.peer, ifindex: 0 } : (add.peer ?? {});
  const made = addVethPair(
    step,
    vethEnd(add, {}, add, netns, false),
    vethEnd(peer, inherited, add, netns, true),
    (ref, end) => configure(step, ref, end),
  );
  return joinedTo(step, made, add.master);
}

export function linkDelete(step: StepContext, netns: NetnsRef, ifindex: number): Result<null> {
  const dev = deviceByIndex(step, netns, ifindex);
  return dev === null ? refused("ENODEV") : deleteLink(step, dev.ref);
}

/** One device, its pending link-watch work done first. */
export function findLink(
  step: StepContext,
  netns: NetnsRef,
  by: { readonly ifindex?: number; readonly ifname?: string },
): Result<NetDevice> {
  const dev =
    by.ifname !== undefined
      ? deviceByName(step, netns, by.ifname)
      : deviceByIndex(step, netns, by.ifindex ?? 0);
  if (dev === null) return refused("ENODEV");
  linkwatchSyncDevice(step, dev.ref, (ref) => onCarrierSettled(step, step.cells.get(ref)));
  return granted(step.cells.get(dev.ref));
}

// ---------------------------------------------------------------------------------------------- set

/** @source dev_set_mtu_ext(), dev_validate_mtu() */
export function changeMtu(step: StepContext, ref: DeviceRef, mtu: number): Result<null> {
  const dev = step.cells.get(ref);
  if (mtu === dev.mtu) return DONE;
  if (mtu < 0 || mtu < dev.minMtu) return refused("EINVAL", "mtu less than device minimum");
  if (dev.maxMtu > 0 && mtu > dev.maxMtu) return refused("EINVAL", "mtu greater than device maximum");
  setDeviceMtu(step, ref, mtu);
  if (dev.bridge >= 0)
    updateBridge(step, dev.bridge, (br) => {
      br.isMtuSetByUser = true;
    });
  return DONE;
}

/** @source eth_mac_addr(), dev_set_mac_address() */
export function changeAddress(step: StepContext, ref: DeviceRef, mac: Mac): Result<null> {
  const dev = step.cells.get(ref);
  // The driver is asked only if it is another one. @source netif_set_mac_address()
  if (mac !== dev.address && !isValidEtherAddr(mac)) return refused("EADDRNOTAVAIL");
  if (dev.bridge >= 0) bridgeSetAddress(step, dev, mac);
  const changed = updateDevice(step, ref, (d) => {
    d.address = mac;
    d.addrAssignType = 3;
  });
  step.record(KIND.link_change, dev.netns, ref, JSON.stringify({ address: formatMac(mac) }));
  notifyLink(step, changed);
  onAddressChange(step, changed);
  return DONE;
}

/** `ip link set`: each attribute in the kernel's order; the first refusal ends it. @source do_setlink() */
export function linkSet(step: StepContext, netns: NetnsRef, set: LinkSet): Result<null> {
  const dev = deviceByIndex(step, netns, set.ifindex);
  if (dev === null) return refused("ENODEV");
  for (const octets of [set.address, set.broadcast])
    if (octets !== undefined && addressOctets(octets)?.length !== 6) return refused("EINVAL");
  if (set.linkNetnsid !== undefined && netnsByNsid(step, netns, set.linkNetnsid) === null)
    return refused("EINVAL", "Unknown network namespace id");
  const unfit = validateSizes(set);
  if (unfit !== null) return unfit;
  let result: Result<null> = DONE;
  for (const apply of SET_ORDER) {
    result = apply(step, dev.ref, set);
    if (!result.ok) break;
  }
  const { group, alias, linkMode, addrGenMode, inet6Token } = set;
  const isLinkModeNew = linkMode !== undefined && linkMode !== dev.linkMode;
  const isAfChanged = result.ok && (addrGenMode !== undefined || inet6Token !== undefined);
  const isOfKind = result.ok && (set.bridge ?? set.bridgePort) !== undefined;
  if (isOfKind || group !== undefined || alias !== undefined || isLinkModeNew || isAfChanged)
    onCarrierSettled(step, step.cells.get(dev.ref)); // netdev_state_change()
  return result;
}

type Setter = (step: StepContext, ref: DeviceRef, set: LinkSet) => Result<null>;

/** A plain field: no check, no consequence. */
function plain(
  field: (set: LinkSet) => unknown,
  recipe: (d: NetDevice, set: LinkSet) => void,
  data: (set: LinkSet) => object,
): Setter {
  return (step, ref, set) => {
    if (field(set) === undefined) return DONE;
    const dev = updateDevice(step, ref, (d) => recipe(d, set));
    step.record(KIND.link_change, dev.netns, ref, JSON.stringify(data(set)));
    return DONE;
  };
}

function size(field: "gsoMaxSize" | "gsoMaxSegs" | "groMaxSize"): Setter {
  return plain(
    (set) => set[field],
    (d, set) => {
      d[field] = set[field]!;
    },
    (set) => ({ [field]: set[field] }),
  );
}

/** What an administrator may make of a device's state: neither down nor up without a reason. @source set_operstate() */
function operStateAfter(dev: NetDevice, wanted: number): number {
  const now = dev.operState;
  const isUsable = now === IF_OPER_UP || now === IF_OPER_UNKNOWN;
  if (wanted === IF_OPER_UP) {
    const waits = now === IF_OPER_DORMANT || now === IF_OPER_TESTING || now === IF_OPER_UNKNOWN;
    return waits ? IF_OPER_UP : now;
  }
  return isUsable && (wanted === IF_OPER_DORMANT || wanted === IF_OPER_TESTING) ? wanted : now;
}

/** @source netif_change_tx_queue_len() */
function changeTxqueuelen(step: StepContext, ref: DeviceRef, { txqueuelen }: LinkSet): Result<null> {
  const old = step.cells.get(ref);
  if (txqueuelen === undefined || txqueuelen === old.txqueuelen) return DONE;
  const dev = updateDevice(step, ref, (d) => {
    d.txqueuelen = txqueuelen;
  });
  step.record(KIND.link_change, dev.netns, ref, JSON.stringify({ txqueuelen }));
  notifyLink(step, dev);
  return DONE;
}

function changeOperState(step: StepContext, ref: DeviceRef, { operState: wanted }: LinkSet): Result<null> {
  const old = step.cells.get(ref);
  if (wanted === undefined) return DONE;
  const operState = operStateAfter(old, wanted);
  if (operState === old.operState) return DONE;
  const dev = updateDevice(step, ref, (d) => {
    d.operState = operState;
  });
  step.record(KIND.link_change, dev.netns, ref, JSON.stringify({ operState }));
  onCarrierSettled(step, dev); // netdev_state_change()
  return DONE;
}

/** For whoever listens it is a change of address. */
function changeBroadcast(step: StepContext, ref: DeviceRef, { broadcast }: LinkSet): Result<null> {
  if (broadcast === undefined) return DONE;
  const dev = updateDevice(step, ref, (d) => {
    d.broadcast = toMac(broadcast) ?? d.broadcast;
  });
  step.record(KIND.link_change, dev.netns, ref, JSON.stringify({ broadcast }));
  notifyLink(step, dev);
  onAddressChange(step, dev);
  return DONE;
}

function setMaster(step: StepContext, ref: DeviceRef, { master }: LinkSet): Result<null> {
  return master === undefined ? DONE : enslave(step, ref, master);
}

/** How the next link-local address is made; that which is there stays. @source inet6_set_link_af() */
function setAddrGenMode(step: StepContext, ref: DeviceRef, { addrGenMode }: LinkSet): Result<null> {
  const dev = step.cells.get(ref);
  if (addrGenMode === undefined) return DONE;
  const in6 = inet6Dev(step, dev);
  if (in6 === null) return refused("EAFNOSUPPORT");
  const hasSecret =
    in6.conf.stableSecret !== "" || netStack6(step, dev.netns).confDefault.stableSecret !== "";
  if (addrGenMode === IN6_ADDR_GEN_MODE_STABLE_PRIVACY && !hasSecret) return refused("EINVAL");
  storeDeviceSysctl6(step, dev, "addr_gen_mode", addrGenMode);
  updateInet6Dev(step, dev, (d) => {
    d.conf = { ...d.conf, addrGenMode };
  });
  return DONE;
}

/** @source inet6_set_link_af(), INET6_TOKEN */
function setToken(step: StepContext, ref: DeviceRef, { inet6Token }: LinkSet): Result<null> {
  if (inet6Token === undefined) return DONE;
  const dev = step.cells.get(ref);
  if (dev.inet6 < 0) return refused("EAFNOSUPPORT");
  const wrong = setIftoken(step, dev, parseIpv6(inet6Token) ?? 0n);
  return wrong === null ? DONE : refused("EINVAL", wrong);
}

const SET_ORDER: readonly Setter[] = [
  // What is its kind's own comes before all else. @source rtnl_changelink()
  (step, ref, set) => (set.bridge === undefined ? DONE : setBridge(step, ref, set.bridge)),
  (step, ref, set) => (set.bridgePort === undefined ? DONE : setBridgePort(step, ref, set.bridgePort)),
  (step, ref, set) =>
    set.netns === undefined
      ? DONE
      : moveDevice(step, ref, set.netns, set.ifname ?? null, set.newIfindex ?? 0),
  (step, ref, set) => (set.address === undefined ? DONE : changeAddress(step, ref, toMac(set.address)!)),
  (step, ref, set) => (set.mtu === undefined ? DONE : changeMtu(step, ref, set.mtu)),
  plain(
    (set) => set.group,
    (d, set) => {
      d.group = set.group!;
    },
    ({ group }) => ({ group }),
  ),
  // Also behind a move: to the namespace where it is already, a device moves without taking its new name.
  (step, ref, set) => (set.ifname === undefined ? DONE : renameDevice(step, ref, set.ifname)),
  plain(
    (set) => set.alias,
    (d, set) => {
      d.alias = set.alias === "" ? null : set.alias!;
    },
    ({ alias }) => ({ alias }),
  ),
  changeBroadcast,
  setMaster,
  (step, ref, set) => {
    if (set.change === undefined || set.change === 0) return DONE;
    const errno = changeFlags(step, ref, withFlags(step, ref, set.flags ?? 0, set.change));
    return errno === null ? DONE : refused(errno);
  },
  (_step, _ref, set) => (set.carrier === undefined ? DONE : refused("EOPNOTSUPP")),
  changeTxqueuelen,
  size("gsoMaxSize"),
  size("gsoMaxSegs"),
  size("groMaxSize"),
  changeOperState,
  plain(
    (set) => set.linkMode,
    (d, set) => {
      d.linkMode = set.linkMode!;
    },
    ({ linkMode }) => ({ linkMode }),
  ),
  (_step, _ref, set) => (set.hasVf === undefined ? DONE : refused("EOPNOTSUPP")),
  setToken,
  setAddrGenMode,
];

/** Each name in turn, up to the first that is refused; listeners are told once. @param add or delete @source rtnl_linkprop() */
export function linkProperty(
  step: StepContext,
  netns: NetnsRef,
  ifindex: number,
  altnames: readonly string[],
  add: boolean,
): Result<null> {
  const dev = deviceByIndex(step, netns, ifindex);
  if (dev === null) return refused("ENODEV");
  for (const altname of altnames) {
    const result = add ? addAltname(step, dev.ref, altname) : deleteAltname(step, dev.ref, altname);
    if (!result.ok) return result;
  }
  if (altnames.length > 0) onCarrierSettled(step, step.cells.get(dev.ref)); // netdev_state_change()
  return DONE;
}
