/**
 * The spanning tree: which port leads to the root, which ports send, which are blocked.
 * @source net/bridge/br_stp.c, br_stp_if.c; IEEE 802.1D-1998 clause 8
 */
import { HZ } from "../../core/timer-wheel.ts";
import { KIND } from "../../events/kinds.ts";
import type { StepContext } from "../../events/step-context.ts";
import { formatMac, type Mac } from "../../wire/mac.ts";
import { netifCarrierOff, netifCarrierOn } from "../linkwatch.ts";
import { isOperUp, isUp, updateDevice } from "../net-device.ts";
import { sendConfigBpdu, sendTcnBpdu } from "./bpdu.ts";
import {
  BR_STATE_BLOCKING,
  BR_STATE_DISABLED,
  BR_STATE_FORWARDING,
  BR_STATE_LEARNING,
  BR_STATE_LISTENING,
  type Bridge,
  type BridgeCell,
  type BridgeId,
  type BridgePort,
  compareBridgeIds,
  type PortCell,
  portId,
  updateBridge,
  updatePort,
} from "./bridge.ts";
import { fdbChangeBridgeAddress, fdbFlushPort } from "./fdb.ts";
import { armBridgeTimer } from "./timers.ts";

/** A port sends no two configurations in this time. @source BR_HOLD_TIME */
const HOLD_TIME = HZ;
/** What a bridge adds to the age of what it passes on, in jiffies. @source MESSAGE_AGE_INCR */
const MESSAGE_AGE_INCR = 1;

export function sameId(a: BridgeId, b: BridgeId): boolean {
  return compareBridgeIds(a, b) === 0;
}

export function isRootBridge(br: Bridge): boolean {
  return sameId(br.id, br.designatedRoot);
}

/** @source br_is_designated_port() */
export function isDesignatedPort(br: Bridge, port: BridgePort): boolean {
  return sameId(port.designatedBridge, br.id) && port.designatedPort === portId(port);
}

/** On whole seconds, so that a machine's timers go off together. @source kernel/time/timer.c, round_jiffies() */
export function untilWholeSecond(step: StepContext, delay: number): number {
  const at = step.jiffies + delay;
  const rest = at % HZ;
  const rounded = rest < HZ / 4 ? at - rest : at - rest + HZ;
  return rounded <= step.jiffies ? delay : rounded - step.jiffies;
}

// ---------------------------------------------------------------------------------------------- selection

/** Is this port a better way to the root than the best so far? @source br_should_become_root_port() */
function isBetterRootPort(br: Bridge, port: BridgePort, best: BridgePort | null): boolean {
  if (port.state === BR_STATE_DISABLED || isDesignatedPort(br, port)) return false;
  if (compareBridgeIds(br.id, port.designatedRoot) <= 0) return false;
  if (best === null) return true;
  return (
    (compareBridgeIds(port.designatedRoot, best.designatedRoot) ||
      port.designatedCost + port.pathCost - (best.designatedCost + best.pathCost) ||
      compareBridgeIds(port.designatedBridge, best.designatedBridge) ||
      port.designatedPort - best.designatedPort ||
      portId(port) - portId(best)) < 0
  );
}

/** @source br_root_selection() */
function selectRoot(step: StepContext, ref: BridgeCell): void {
  const br = step.cells.get(ref);
  let best: BridgePort | null = null;
  for (const cell of br.ports) {
    const port = step.cells.get(cell);
    if (isBetterRootPort(br, port, best)) best = port;
  }
  updateBridge(step, ref, (d) => {
    d.rootPort = best?.number ?? 0;
    d.designatedRoot = best?.designatedRoot ?? br.id;
    d.rootPathCost = best === null ? 0 : best.designatedCost + best.pathCost;
  });
}

/** Should this bridge speak on that link? @source br_should_become_designated_port() */
function shouldBecomeDesignated(br: Bridge, port: BridgePort): boolean {
  if (isDesignatedPort(br, port)) return true;
  if (!sameId(port.designatedRoot, br.designatedRoot)) return true;
  return (
    (br.rootPathCost - port.designatedCost ||
      compareBridgeIds(br.id, port.designatedBridge) ||
      portId(port) - port.designatedPort) < 0
  );
}

/** @source br_become_designated_port() */
export function becomeDesignated(step: StepContext, ref: PortCell): void {
  const port = step.cells.get(ref);
  const br = step.cells.get(port.bridge);
  updatePort(step, ref, (d) => {
    d.designatedRoot = br.designatedRoot;
    d.designatedCost = br.rootPathCost;
    d.designatedBridge = br.id;
    d.designatedPort = portId(port);
  });
}

/** @source br_configuration_update() */
export function configurationUpdate(step: StepContext, ref: BridgeCell): void {
  selectRoot(step, ref);
  for (const cell of step.cells.get(ref).ports) {
    const port = step.cells.get(cell);
    if (port.state !== BR_STATE_DISABLED && shouldBecomeDesignated(step.cells.get(ref), port))
      becomeDesignated(step, cell);
  }
}

export function setPortState(step: StepContext, ref: PortCell, state: number): void {
  if (step.cells.get(ref).state === state) return;
  updatePort(step, ref, (d) => {
    d.state = state;
  });
}

/** Those who listen are told of a port. @source br_ifinfo_notify() */
export function portNotify(step: StepContext, ref: PortCell, isDeleted = false): void {
  const dev = step.cells.get(step.cells.get(ref).device);
  step.rtnlNotify(dev.netns, { object: "bridgePort", subject: dev, isDeleted });
}

/** @source br_make_blocking() */
function makeBlocking(step: StepContext, ref: PortCell): void {
  const port = step.cells.get(ref);
  if (port.state === BR_STATE_DISABLED || port.state === BR_STATE_BLOCKING) return;
  if (port.state === BR_STATE_FORWARDING || port.state === BR_STATE_LEARNING)
    detectTopologyChange(step, port.bridge);
  setPortState(step, ref, BR_STATE_BLOCKING);
  portNotify(step, ref);
  step.cancelTimer(port.timers.forwardDelay);
}

/** @source br_make_forwarding() */
function makeForwarding(step: StepContext, ref: PortCell): void {
  const port = step.cells.get(ref);
  if (port.state !== BR_STATE_BLOCKING) return;
  const br = step.cells.get(port.bridge);
  if (!br.stpEnabled || br.forwardDelay === 0) {
    setPortState(step, ref, BR_STATE_FORWARDING);
    detectTopologyChange(step, port.bridge);
    step.cancelTimer(port.timers.forwardDelay);
  } else setPortState(step, ref, BR_STATE_LISTENING);
  portNotify(step, ref);
  if (br.forwardDelay !== 0) armBridgeTimer(step, port.timers.forwardDelay, br.forwardDelay);
}

/** The bridge's own carrier follows: it has one while a port forwards. @source br_port_state_selection() */
export function selectPortStates(step: StepContext, ref: BridgeCell): void {
  let forwarding = 0;
  for (const cell of step.cells.get(ref).ports) {
    const br = step.cells.get(ref);
    const port = step.cells.get(cell);
    if (port.state === BR_STATE_DISABLED) continue;
    const isRootPort = port.number === br.rootPort;
    const isDesignated = isDesignatedPort(br, port);
    if (isRootPort || !isDesignated)
      updatePort(step, cell, (d) => {
        d.configPending = false;
        d.topologyChangeAck = false;
      });
    if (isDesignated && !isRootPort) step.cancelTimer(port.timers.messageAge);
    (isRootPort || isDesignated ? makeForwarding : makeBlocking)(step, cell);
    if (step.cells.get(cell).state === BR_STATE_FORWARDING) forwarding++;
  }
  (forwarding === 0 ? netifCarrierOff : netifCarrierOn)(step, step.cells.get(ref).device);
}

/** What follows when the tree may have changed. @source br_stp_change_bridge_id() and its like */
export function reselect(step: StepContext, ref: BridgeCell, wasRoot: boolean): void {
  configurationUpdate(step, ref);
  selectPortStates(step, ref);
  if (isRootBridge(step.cells.get(ref)) && !wasRoot) becomeRoot(step, ref);
}

/** @source br_become_root_bridge() */
function becomeRoot(step: StepContext, ref: BridgeCell): void {
  const br = updateBridge(step, ref, (d) => {
    d.maxAge = d.bridgeMaxAge;
    d.helloTime = d.bridgeHelloTime;
    d.forwardDelay = d.bridgeForwardDelay;
  });
  detectTopologyChange(step, ref);
  step.cancelTimer(br.timers.tcn);
  if (!isUp(step.cells.get(br.device))) return;
  generateConfigBpdus(step, ref);
  armBridgeTimer(step, br.timers.hello, br.helloTime);
}

// ---------------------------------------------------------------------------------------------- sending

/** The port that leads to the root. @source br_get_port() */
function rootPort(step: StepContext, br: Bridge): BridgePort | undefined {
  return br.ports.map((cell) => step.cells.get(cell)).find((port) => port.number === br.rootPort);
}

/** @source br_transmit_config() */
export function transmitConfig(step: StepContext, ref: PortCell): void {
  const port = step.cells.get(ref);
  if (step.hasTimer(port.timers.hold)) {
    updatePort(step, ref, (d) => {
      d.configPending = true;
    });
    return;
  }
  const br = step.cells.get(port.bridge);
  let messageAge = 0;
  if (!isRootBridge(br)) {
    const root = rootPort(step, br);
    messageAge = step.jiffies - (root?.designatedAge ?? step.jiffies) + MESSAGE_AGE_INCR;
  }
  if (messageAge >= br.maxAge) return;
  if (br.stpEnabled)
    sendConfigBpdu(step, port, {
      topologyChange: br.topologyChange,
      topologyChangeAck: port.topologyChangeAck,
      root: br.designatedRoot,
      rootPathCost: br.rootPathCost,
      bridge: br.id,
      portId: portId(port),
      messageAge,
      maxAge: br.maxAge,
      helloTime: br.helloTime,
      forwardDelay: br.forwardDelay,
    });
  updatePort(step, ref, (d) => {
    d.topologyChangeAck = false;
    d.configPending = false;
  });
  if (br.stpEnabled) armBridgeTimer(step, port.timers.hold, untilWholeSecond(step, HOLD_TIME));
}

/** @source br_config_bpdu_generation() */
export function generateConfigBpdus(step: StepContext, ref: BridgeCell): void {
  for (const cell of step.cells.get(ref).ports) {
    const port = step.cells.get(cell);
    if (port.state !== BR_STATE_DISABLED && isDesignatedPort(step.cells.get(ref), port))
      transmitConfig(step, cell);
  }
}

/** @source br_transmit_tcn() */
export function transmitTcn(step: StepContext, ref: BridgeCell): void {
  const br = step.cells.get(ref);
  const root = rootPort(step, br);
  if (root !== undefined && br.stpEnabled) sendTcnBpdu(step, root);
}

// ---------------------------------------------------------------------------------------------- topology changes

/** While the topology changes, what was learned ages faster. @source __br_set_topology_change() */
export function setTopologyChange(step: StepContext, ref: BridgeCell, value: boolean): void {
  updateBridge(step, ref, (d) => {
    if (d.stpEnabled && d.topologyChange !== value)
      d.ageingTime = value ? 2 * d.forwardDelay : d.bridgeAgeingTime;
    d.topologyChange = value;
  });
}

/** @source br_topology_change_detection() */
export function detectTopologyChange(step: StepContext, ref: BridgeCell): void {
  const br = step.cells.get(ref);
  if (!br.stpEnabled) return;
  if (isRootBridge(br)) {
    setTopologyChange(step, ref, true);
    armBridgeTimer(step, br.timers.topologyChange, br.bridgeForwardDelay + br.bridgeMaxAge);
  } else if (!br.topologyChangeDetected) {
    transmitTcn(step, ref);
    armBridgeTimer(step, br.timers.tcn, br.bridgeHelloTime);
  }
  updateBridge(step, ref, (d) => {
    d.topologyChangeDetected = true;
  });
}

// ---------------------------------------------------------------------------------------------- up and down

/** @source br_stp_enable_port(), br_init_port() */
export function enablePort(step: StepContext, ref: PortCell): void {
  becomeDesignated(step, ref);
  updatePort(step, ref, (d) => {
    d.state = BR_STATE_BLOCKING;
    d.topologyChangeAck = false;
    d.configPending = false;
  });
  selectPortStates(step, step.cells.get(ref).bridge);
  portNotify(step, ref);
}

/** What was learned there is forgotten. @source br_stp_disable_port() */
export function disablePort(step: StepContext, ref: PortCell): void {
  const port = step.cells.get(ref);
  const wasRoot = isRootBridge(step.cells.get(port.bridge));
  becomeDesignated(step, ref);
  updatePort(step, ref, (d) => {
    d.state = BR_STATE_DISABLED;
    d.topologyChangeAck = false;
    d.configPending = false;
  });
  portNotify(step, ref);
  for (const timer of Object.values(port.timers)) step.cancelTimer(timer);
  fdbFlushPort(step, ref, false);
  reselect(step, port.bridge, wasRoot);
}

/** Can frames pass there? */
function isPortUsable(step: StepContext, ref: PortCell): boolean {
  const dev = step.cells.get(step.cells.get(ref).device);
  return isUp(dev) && isOperUp(dev);
}

/** The bridge goes up. @source br_stp_enable_bridge() */
export function enableBridge(step: StepContext, ref: BridgeCell): void {
  const br = step.cells.get(ref);
  if (br.stpEnabled) armBridgeTimer(step, br.timers.hello, br.helloTime);
  armBridgeTimer(step, br.timers.gc, Math.floor(HZ / 10));
  generateConfigBpdus(step, ref);
  for (const cell of br.ports) if (isPortUsable(step, cell)) enablePort(step, cell);
}

/** @source br_stp_disable_bridge() */
export function disableBridge(step: StepContext, ref: BridgeCell): void {
  for (const cell of step.cells.get(ref).ports)
    if (step.cells.get(cell).state !== BR_STATE_DISABLED) disablePort(step, cell);
  setTopologyChange(step, ref, false);
  const br = updateBridge(step, ref, (d) => {
    d.topologyChangeDetected = false;
  });
  for (const timer of Object.values(br.timers)) step.cancelTimer(timer);
}

// ---------------------------------------------------------------------------------------------- settings

/** The id follows the device's address. @source br_stp_change_bridge_id() */
export function changeBridgeId(step: StepContext, ref: BridgeCell, address: Mac): void {
  const before = step.cells.get(ref);
  const old = before.id.address;
  const wasRoot = isRootBridge(before);
  fdbChangeBridgeAddress(step, ref, step.cells.get(before.device).address, address);
  updateBridge(step, ref, (d) => {
    d.id = { ...d.id, address };
  });
  const dev = updateDevice(step, before.device, (d) => {
    d.address = address;
  });
  step.record(KIND.link_change, dev.netns, dev.ref, JSON.stringify({ address: formatMac(address) }));
  const renewed = (id: BridgeId) => (id.address === old ? { ...id, address } : id);
  for (const cell of before.ports)
    updatePort(step, cell, (d) => {
      d.designatedBridge = renewed(d.designatedBridge);
      d.designatedRoot = renewed(d.designatedRoot);
    });
  reselect(step, ref, wasRoot);
}
