/**
 * Bridges by rtnetlink: made, given ports, set and shown.
 * @source net/bridge/br_netlink.c; net/core/rtnetlink.c, do_set_master()
 */
import { DONE, granted, type Result, refused } from "../core/result.ts";
import { HZ } from "../core/timer-wheel.ts";
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
  type BridgeId,
  bridgeOf,
  type PortCell,
  portId,
  portOf,
  updatePort,
} from "../devices/bridge/bridge.ts";
import { bridgeAddPort, bridgeDeletePort, bridgeInit } from "../devices/bridge/bridge-device.ts";
import { fdbFlushPort } from "../devices/bridge/fdb.ts";
import {
  setAgeingTime,
  setBridgePriority,
  setForwardDelay,
  setGroupFwdMask,
  setHelloTime,
  setMaxAge,
  setPathCost,
  setPortPriority,
  setStp,
} from "../devices/bridge/settings.ts";
import { changeBridgeId, selectPortStates, setPortState } from "../devices/bridge/stp.ts";
import { timerValue } from "../devices/bridge/timers.ts";
import { type DeviceRef, isOperUp, isUp, type NetDevice } from "../devices/net-device.ts";
import { deviceByIndex } from "../devices/netns.ts";
import type {
  BridgeAttrs,
  BridgeIdInfo,
  BridgeInfo,
  BridgePortAttrs,
  BridgePortInfo,
  LinkInfo,
} from "../events/requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { formatMac } from "../wire/mac.ts";
import { configure } from "./link-flags.ts";
import { deleteLink, registerEthernet, type VethEnd } from "./links.ts";
import { bridgeHooks } from "./notify.ts";

/** Units in which user space counts times. */
const USER_HZ = 100;

function toJiffies(clock: number): number {
  return Math.floor((clock * HZ) / USER_HZ);
}

function toClock(jiffies: number): number {
  return Math.floor((jiffies * USER_HZ) / HZ);
}

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

/** @source br_changelink() */
export function setBridge(step: StepContext, ref: DeviceRef, attrs: BridgeAttrs): Result<null> {
  const { bridge } = step.cells.get(ref);
  if (bridge < 0) return refused("EOPNOTSUPP");
  const { forwardDelay, helloTime, maxAge, ageingTime, stpState, priority, groupFwdMask } = attrs;
  const steps: (() => Result<null>)[] = [];
  if (forwardDelay !== undefined) steps.push(() => setForwardDelay(step, bridge, toJiffies(forwardDelay)));
  if (helloTime !== undefined) steps.push(() => setHelloTime(step, bridge, toJiffies(helloTime)));
  if (maxAge !== undefined) steps.push(() => setMaxAge(step, bridge, toJiffies(maxAge)));
  if (ageingTime !== undefined) steps.push(() => setAgeingTime(step, bridge, toJiffies(ageingTime)));
  if (stpState !== undefined) steps.push(() => setStp(step, bridge, stpState !== 0));
  if (priority !== undefined)
    steps.push(() => {
      setBridgePriority(step, bridge, priority & 0xffff);
      return DONE;
    });
  if (groupFwdMask !== undefined) steps.push(() => setGroupFwdMask(step, bridge, groupFwdMask));
  if (attrs.flushFdb === true)
    steps.push(() => {
      for (const port of step.cells.get<{ ports: readonly PortCell[] }>(bridge).ports)
        fdbFlushPort(step, port, false);
      return DONE;
    });
  for (const apply of steps) {
    const done = apply();
    if (!done.ok) return done;
  }
  return DONE;
}

type Switch = {
  [K in keyof BridgePortAttrs]-?: BridgePortAttrs[K] extends boolean | undefined ? K : never;
}[keyof BridgePortAttrs];

/** Which attribute switches which flag, in the kernel's order. @source br_setport() */
const SWITCHES: readonly (readonly [Exclude<Switch, "flushFdb">, number])[] = [
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
  if (dev.port < 0) return refused("EINVAL");
  const port: PortCell = dev.port;
  updatePort(step, port, (d) => {
    for (const [key, flag] of SWITCHES) {
      const value = attrs[key];
      if (value !== undefined) d.flags = value ? d.flags | flag : d.flags & ~flag;
    }
  });
  const { cost, priority, state, groupFwdMask } = attrs;
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
  if (groupFwdMask !== undefined) {
    if ((groupFwdMask & PORT_FWD_RESTRICTED) !== 0) return refused("EINVAL");
    updatePort(step, port, (d) => {
      d.groupFwdMask = groupFwdMask;
    });
  }
  return DONE;
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

// ---------------------------------------------------------------------------------------------- showing

function idInfo({ priority, address }: BridgeId): BridgeIdInfo {
  return { priority, address: formatMac(address) };
}

/** @source br_fill_info() */
function bridgeInfo(step: StepContext, dev: NetDevice): BridgeInfo | null {
  const br = bridgeOf(step, dev);
  if (br === null) return null;
  const timer = (cell: number) => toClock(timerValue(step, cell));
  return {
    forwardDelay: toClock(br.forwardDelay),
    helloTime: toClock(br.helloTime),
    maxAge: toClock(br.maxAge),
    ageingTime: toClock(br.ageingTime),
    stpState: br.stpEnabled ? 1 : 0,
    priority: br.id.priority,
    bridgeId: idInfo(br.id),
    designatedRoot: idInfo(br.designatedRoot),
    rootPort: br.rootPort,
    rootPathCost: br.rootPathCost,
    topologyChange: br.topologyChange,
    topologyChangeDetected: br.topologyChangeDetected,
    helloTimer: timer(br.timers.hello),
    tcnTimer: timer(br.timers.tcn),
    topologyChangeTimer: timer(br.timers.topologyChange),
    gcTimer: timer(br.timers.gc),
    groupFwdMask: br.groupFwdMask,
    groupAddress: formatMac(br.groupAddress),
  };
}

/** @source br_port_fill_attrs() */
function portInfo(step: StepContext, dev: NetDevice): BridgePortInfo | null {
  const port = portOf(step, dev);
  if (port === null) return null;
  const timer = (cell: number) => toClock(timerValue(step, cell));
  const switches = Object.fromEntries(SWITCHES.map(([key, flag]) => [key, (port.flags & flag) !== 0]));
  return {
    ...(switches as Record<Exclude<Switch, "flushFdb">, boolean>),
    state: port.state,
    priority: port.priority,
    cost: port.pathCost,
    groupFwdMask: port.groupFwdMask,
    portId: portId(port),
    number: port.number,
    designatedRoot: idInfo(port.designatedRoot),
    designatedBridge: idInfo(port.designatedBridge),
    designatedPort: port.designatedPort,
    designatedCost: port.designatedCost,
    topologyChangeAck: port.topologyChangeAck,
    configPending: port.configPending,
    messageAgeTimer: timer(port.timers.messageAge),
    forwardDelayTimer: timer(port.timers.forwardDelay),
    holdTimer: timer(port.timers.hold),
  };
}

/** What a device shows of being a bridge, or a bridge's port. */
export function bridgeParts(step: StepContext, dev: NetDevice): Partial<LinkInfo> {
  const bridge = bridgeInfo(step, dev);
  const bridgePort = portInfo(step, dev);
  return {
    ...(dev.master < 0 ? {} : { master: step.cells.get(dev.master).ifindex }),
    ...(bridge === null ? {} : { bridge }),
    ...(bridgePort === null ? {} : { bridgePort }),
  };
}
