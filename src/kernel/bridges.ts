/**
 * Bridges by rtnetlink: made, given ports, set.
 * @source net/bridge/br_netlink.c; net/core/rtnetlink.c, do_set_master()
 */
import { DONE, granted, type Result, refused } from "../core/result.ts";
import {
  BR_BCAST_FLOOD,
  BR_BPDU_GUARD,
  BR_FLOOD,
  BR_HAIRPIN_MODE,
  BR_ISOLATED,
  BR_LEARNING,
  BR_MCAST_FLOOD,
  BR_MULTICAST_FAST_LEAVE,
  BR_MULTICAST_TO_UNICAST,
  BR_NEIGH_SUPPRESS,
  BR_PORT_LOCKED,
  BR_PROXYARP,
  BR_PROXYARP_WIFI,
  BR_ROOT_BLOCK,
  BR_STATE_BLOCKING,
  BR_VLAN_TUNNEL,
  type BridgeCell,
  type PortCell,
  updateBridge,
  updatePort,
} from "../devices/bridge/bridge.ts";
import { bridgeAddPort, bridgeDeletePort, bridgeInit } from "../devices/bridge/bridge-device.ts";
import { fdbFlush, fdbFlushPort } from "../devices/bridge/fdb.ts";
import { MDB_RTR_TYPE_TEMP } from "../devices/bridge/multicast-settings.ts";
import {
  setAgeingTime,
  setBridgePriority,
  setForwardDelay,
  setGroupAddress,
  setGroupFwdMask,
  setHelloTime,
  setMaxAge,
  setMulticast,
  setPathCost,
  setPortPriority,
  setStp,
} from "../devices/bridge/settings.ts";
import { changeBridgeId, portNotify, selectPortStates, setPortState } from "../devices/bridge/stp.ts";
import { type DeviceRef, isOperUp, isUp, type NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, type NetnsRef } from "../devices/netns.ts";
import type {
  BridgeAttrs,
  BridgeLinkSet,
  BridgeMulticastAttrs,
  BridgePortAttrs,
} from "../events/bridge-requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { parseMac } from "../wire/mac.ts";
import { toJiffies } from "./clock.ts";
import { configure } from "./link-flags.ts";
import { deleteLink, registerEthernet, type VethEnd } from "./links.ts";
import { bridgeHooks } from "./notify.ts";

// ---------------------------------------------------------------------------------------------- making

/** @source br_dev_newlink() */
export function bridgeAdd(step: StepContext, end: VethEnd, attrs: BridgeAttrs): Result<DeviceRef> {
  const made = registerEthernet(step, "bridge", end);
  if (!made.ok) return made;
  const bridge = bridgeInit(step, made.value);
  if (end.address !== null) changeBridgeId(step, bridge, end.address);
  const set = setBridge(step, made.value, attrs);
  if (!set.ok) {
    deleteLink(step, made.value);
    return set;
  }
  const errno = configure(step, made.value, end);
  if (errno === null) return granted(made.value);
  deleteLink(step, made.value);
  return refused(errno);
}

/** Moves a device to another master, or to none (0). @source do_set_master() */
export function enslave(step: StepContext, ref: DeviceRef, master: number): Result<null> {
  const dev = step.cells.get(ref);
  const old = dev.master < 0 ? null : step.cells.get(dev.master);
  if (old !== null) {
    if (old.ifindex === master) return DONE;
    bridgeDeletePort(step, ref, bridgeHooks(step));
  }
  if (master === 0) return DONE;
  const upper = deviceByIndex(step, dev.netns, master);
  if (upper === null) return refused("EINVAL");
  if (upper.bridge < 0) return refused("EOPNOTSUPP");
  return bridgeAddPort(step, upper, ref, bridgeHooks(step));
}

/** A device that was made may be somebody's at once; if that is refused, it goes again. @source rtnl_newlink_create() */
export function joinedTo(
  step: StepContext,
  made: Result<DeviceRef>,
  master: number | undefined,
): Result<null> {
  if (!made.ok) return made;
  const done = master === undefined ? DONE : enslave(step, made.value, master);
  if (!done.ok) deleteLink(step, made.value);
  return done;
}

// ---------------------------------------------------------------------------------------------- settings

type Apply = (step: StepContext, bridge: BridgeCell, attrs: BridgeAttrs) => Result<null>;

/** One attribute's setter; nothing is done where the attribute is not given. */
function of<K extends keyof BridgeAttrs>(
  key: K,
  apply: (step: StepContext, bridge: BridgeCell, value: NonNullable<BridgeAttrs[K]>) => Result<null>,
): Apply {
  return (step, bridge, attrs) => {
    const value = attrs[key];
    return value === undefined ? DONE : apply(step, bridge, value as NonNullable<BridgeAttrs[K]>);
  };
}

function chains(key: "nfCallIptables" | "nfCallIp6tables" | "nfCallArptables"): Apply {
  return of(key, (step, bridge, value) => {
    updateBridge(step, bridge, (d) => {
      d[key] = value !== 0;
    });
    return DONE;
  });
}

const INTERVALS = [
  "lastMemberInterval",
  "membershipInterval",
  "querierInterval",
  "queryInterval",
  "queryResponseInterval",
  "startupQueryInterval",
] as const;
const MULTICAST_SWITCHES = ["snooping", "queryUseIfaddr", "querier", "statsEnabled"] as const;
const MULTICAST_NUMBERS = [
  "router",
  "hashMax",
  "lastMemberCount",
  "startupQueryCount",
  "igmpVersion",
  "mldVersion",
] as const;

/** In jiffies, switches as such. */
function multicastSettings(attrs: BridgeMulticastAttrs) {
  const given = <K extends keyof BridgeMulticastAttrs, V>(keys: readonly K[], map: (value: number) => V) =>
    keys.flatMap((key) => (attrs[key] === undefined ? [] : [[key, map(attrs[key])] as const]));
  return Object.fromEntries<number | boolean>([
    ...given(INTERVALS, toJiffies),
    ...given(MULTICAST_SWITCHES, (value) => value !== 0),
    ...given(MULTICAST_NUMBERS, (value) => value),
  ]);
}

/** In the kernel's order. @source br_changelink() */
const BRIDGE_SETTERS: readonly Apply[] = [
  of("forwardDelay", (step, bridge, time) => setForwardDelay(step, bridge, toJiffies(time))),
  of("helloTime", (step, bridge, time) => setHelloTime(step, bridge, toJiffies(time))),
  of("maxAge", (step, bridge, time) => setMaxAge(step, bridge, toJiffies(time))),
  of("ageingTime", (step, bridge, time) => setAgeingTime(step, bridge, toJiffies(time))),
  of("stpState", (step, bridge, state) => setStp(step, bridge, state !== 0)),
  of("priority", (step, bridge, priority) => {
    setBridgePriority(step, bridge, priority & 0xffff);
    return DONE;
  }),
  of("vlanFiltering", () => refused("EOPNOTSUPP")),
  of("groupFwdMask", (step, bridge, mask) => setGroupFwdMask(step, bridge, mask & 0xffff)),
  of("groupAddress", (step, bridge, text) => {
    const address = parseMac(text);
    return address === null ? refused("EINVAL") : setGroupAddress(step, bridge, address);
  }),
  of("flushFdb", (step, bridge) => {
    fdbFlush(step, bridge, { wants: { isStatic: false } });
    return DONE;
  }),
  of("multicast", (step, bridge, attrs) => setMulticast(step, bridge, multicastSettings(attrs))),
  chains("nfCallIptables"),
  chains("nfCallIp6tables"),
  chains("nfCallArptables"),
  of("noLinklocalLearn", (step, bridge, isOn) => {
    updateBridge(step, bridge, (d) => {
      d.noLinklocalLearn = isOn;
    });
    return DONE;
  }),
  of("mcastVlanSnooping", (_step, _bridge, isOn) =>
    isOn
      ? refused("EINVAL", "bridge: Cannot enable multicast vlan snooping with vlan filtering disabled")
      : DONE,
  ),
];

/** @source br_changelink() */
export function setBridge(step: StepContext, ref: DeviceRef, attrs: BridgeAttrs): Result<null> {
  const { bridge } = step.cells.get(ref);
  if (bridge < 0) return refused("EOPNOTSUPP");
  for (const apply of BRIDGE_SETTERS) {
    const done = apply(step, bridge, attrs);
    if (!done.ok) return done;
  }
  return DONE;
}

type Switch = {
  [K in keyof BridgePortAttrs]-?: BridgePortAttrs[K] extends boolean | undefined ? K : never;
}[keyof BridgePortAttrs];

/** A switch of a port that has a flag of its own. */
export type PortSwitch = Exclude<Switch, "flushFdb">;

/** Which attribute switches which flag, in the kernel's order. @source br_setport() */
export const PORT_SWITCHES: readonly (readonly [PortSwitch, number])[] = [
  ["hairpin", BR_HAIRPIN_MODE],
  ["guard", BR_BPDU_GUARD],
  ["fastLeave", BR_MULTICAST_FAST_LEAVE],
  ["rootBlock", BR_ROOT_BLOCK],
  ["learning", BR_LEARNING],
  ["flood", BR_FLOOD],
  ["mcastFlood", BR_MCAST_FLOOD],
  ["mcastToUnicast", BR_MULTICAST_TO_UNICAST],
  ["bcastFlood", BR_BCAST_FLOOD],
  ["proxyArp", BR_PROXYARP],
  ["proxyArpWifi", BR_PROXYARP_WIFI],
  ["vlanTunnel", BR_VLAN_TUNNEL],
  ["neighSuppress", BR_NEIGH_SUPPRESS],
  ["isolated", BR_ISOLATED],
  ["locked", BR_PORT_LOCKED],
];

const PATH_COST_MAX = 65535;
const PORT_PRIORITY_MAX = 63;
/** Pauses, link aggregation and the spanning tree's own cannot be let through. */
const PORT_FWD_RESTRICTED = 0x0002;

/** @source br_setport() */
export function setBridgePort(step: StepContext, ref: DeviceRef, attrs: BridgePortAttrs): Result<null> {
  const dev = step.cells.get(ref);
  if (dev.port < 0) return refused("EOPNOTSUPP");
  const port: PortCell = dev.port;
  updatePort(step, port, (d) => {
    for (const [key, flag] of PORT_SWITCHES) {
      const value = attrs[key];
      if (value !== undefined) d.flags = value ? d.flags | flag : d.flags & ~flag;
    }
  });
  const { cost, priority, state, multicastRouter, groupFwdMask, backupPort } = attrs;
  if (cost !== undefined) {
    if (cost < 1 || cost > PATH_COST_MAX) return refused("ERANGE");
    setPathCost(step, port, cost);
  }
  if (priority !== undefined) {
    if (priority > PORT_PRIORITY_MAX) return refused("ERANGE");
    setPortPriority(step, port, priority);
  }
  if (state !== undefined) {
    const refusal = setState(step, dev, port, state);
    if (refusal !== null) return refusal;
  }
  if (attrs.flushFdb === true) fdbFlushPort(step, port, false);
  if (multicastRouter !== undefined) {
    if (multicastRouter > MDB_RTR_TYPE_TEMP) return refused("EINVAL");
    updatePort(step, port, (d) => {
      d.multicastRouter = multicastRouter;
    });
  }
  if (groupFwdMask !== undefined) {
    if ((groupFwdMask & PORT_FWD_RESTRICTED) !== 0) return refused("EINVAL");
    updatePort(step, port, (d) => {
      d.groupFwdMask = groupFwdMask & 0xffff;
    });
  }
  return backupPort === undefined ? DONE : setBackup(step, dev, port, backupPort);
}

/** @source nbp_backup_change() */
function setBackup(step: StepContext, dev: NetDevice, port: PortCell, ifindex: number): Result<null> {
  let backup: PortCell = -1;
  if (ifindex !== 0) {
    const other = deviceByIndex(step, dev.netns, ifindex);
    if (other === null || other.port < 0) return refused("ENOENT");
    backup = other.port;
    const isElsewhere = step.cells.get(backup).bridge !== step.cells.get(port).bridge;
    if (isElsewhere || backup === port) return refused("EINVAL");
  }
  updatePort(step, port, (d) => {
    d.backup = backup;
  });
  return DONE;
}

const BRIDGE_FLAGS_SELF = 2;
const BRIDGE_FLAGS_MASTER = 1;

/** `bridge link set`. The device itself has nothing to set. @source net/core/rtnetlink.c, rtnl_bridge_setlink(); br_setlink() */
export function bridgeLinkSet(step: StepContext, netns: NetnsRef, set: BridgeLinkSet): Result<null> {
  const dev = deviceByIndex(step, netns, set.ifindex);
  if (dev === null) return refused("ENODEV", "unknown ifindex");
  if (set.flags === 0 || (set.flags & BRIDGE_FLAGS_MASTER) !== 0) {
    if (dev.port < 0) return refused("EOPNOTSUPP");
    const done = setBridgePort(step, dev.ref, set.port);
    if (!done.ok) return done;
    portNotify(step, dev.port);
  }
  return (set.flags & BRIDGE_FLAGS_SELF) !== 0 ? refused("EOPNOTSUPP") : DONE;
}

/** Only where no protocol decides. @source br_set_port_state() */
function setState(step: StepContext, dev: NetDevice, port: PortCell, state: number): Result<null> | null {
  if (state > BR_STATE_BLOCKING) return refused("EINVAL");
  const { bridge } = step.cells.get(port);
  if (step.cells.get(bridge).stpEnabled) return refused("EBUSY");
  if ((!isUp(dev) || !isOperUp(dev)) && state !== 0) return refused("ENETDOWN");
  setPortState(step, port, state);
  selectPortStates(step, bridge);
  return null;
}
