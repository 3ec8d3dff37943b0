/**
 * What the spanning tree does when a bridge is heard and when a timer goes off.
 * @source net/bridge/br_stp.c, br_stp_timer.c
 */

import type { StepContext } from "../../events/step-context.ts";
import { netifCarrierOn } from "../linkwatch.ts";
import { isUp } from "../net-device.ts";
import type { ConfigBpdu } from "./bpdu.ts";
import {
  BR_STATE_DISABLED,
  BR_STATE_FORWARDING,
  BR_STATE_LEARNING,
  BR_STATE_LISTENING,
  type Bridge,
  type BridgeCell,
  type BridgePort,
  compareBridgeIds,
  type PortCell,
  updateBridge,
  updatePort,
} from "./bridge.ts";
import {
  becomeDesignated,
  configurationUpdate,
  detectTopologyChange,
  generateConfigBpdus,
  isDesignatedPort,
  isRootBridge,
  portNotify,
  reselect,
  sameId,
  selectPortStates,
  setPortState,
  setTopologyChange,
  transmitConfig,
  transmitTcn,
  untilWholeSecond,
} from "./stp.ts";
import { armBridgeTimer } from "./timers.ts";

// ---------------------------------------------------------------------------------------------- receiving

/** Does it say better than what the port keeps? @source br_supersedes_port_info() */
function supersedes(br: Bridge, port: BridgePort, bpdu: ConfigBpdu): boolean {
  const order =
    compareBridgeIds(bpdu.root, port.designatedRoot) ||
    bpdu.rootPathCost - port.designatedCost ||
    compareBridgeIds(bpdu.bridge, port.designatedBridge);
  if (order !== 0) return order < 0;
  return !sameId(bpdu.bridge, br.id) || bpdu.portId <= port.designatedPort;
}

/** @source br_received_config_bpdu() */
export function receivedConfig(step: StepContext, ref: PortCell, bpdu: ConfigBpdu): void {
  const port = step.cells.get(ref);
  const br = step.cells.get(port.bridge);
  const wasRoot = isRootBridge(br);
  if (!supersedes(br, port, bpdu)) {
    if (isDesignatedPort(br, port)) transmitConfig(step, ref);
    return;
  }
  updatePort(step, ref, (d) => {
    d.designatedRoot = bpdu.root;
    d.designatedCost = bpdu.rootPathCost;
    d.designatedBridge = bpdu.bridge;
    d.designatedPort = bpdu.portId;
    d.designatedAge = step.jiffies - bpdu.messageAge;
  });
  armBridgeTimer(step, port.timers.messageAge, bpdu.maxAge - bpdu.messageAge);
  configurationUpdate(step, port.bridge);
  selectPortStates(step, port.bridge);
  const now = step.cells.get(port.bridge);
  if (!isRootBridge(now) && wasRoot) {
    step.cancelTimer(now.timers.hello);
    if (now.topologyChangeDetected) {
      step.cancelTimer(now.timers.topologyChange);
      transmitTcn(step, port.bridge);
      armBridgeTimer(step, now.timers.tcn, now.bridgeHelloTime);
    }
  }
  if (port.number !== now.rootPort) return;
  updateBridge(step, port.bridge, (d) => {
    d.maxAge = bpdu.maxAge;
    d.helloTime = bpdu.helloTime;
    d.forwardDelay = bpdu.forwardDelay;
  });
  setTopologyChange(step, port.bridge, bpdu.topologyChange);
  generateConfigBpdus(step, port.bridge);
  if (!bpdu.topologyChangeAck) return;
  updateBridge(step, port.bridge, (d) => {
    d.topologyChangeDetected = false;
  });
  step.cancelTimer(now.timers.tcn);
}

/** @source br_received_tcn_bpdu() */
export function receivedTcn(step: StepContext, ref: PortCell): void {
  const port = step.cells.get(ref);
  if (!isDesignatedPort(step.cells.get(port.bridge), port)) return;
  detectTopologyChange(step, port.bridge);
  updatePort(step, ref, (d) => {
    d.topologyChangeAck = true;
  });
  transmitConfig(step, ref);
}

// ---------------------------------------------------------------------------------------------- timers

/** @source br_stp_timer.c, br_hello_timer_expired() */
function helloExpired(step: StepContext, ref: BridgeCell): void {
  const br = step.cells.get(ref);
  if (!isUp(step.cells.get(br.device))) return;
  generateConfigBpdus(step, ref);
  if (br.stpEnabled) armBridgeTimer(step, br.timers.hello, untilWholeSecond(step, br.helloTime));
}

function tcnExpired(step: StepContext, ref: BridgeCell): void {
  const br = step.cells.get(ref);
  if (isRootBridge(br) || !isUp(step.cells.get(br.device))) return;
  transmitTcn(step, ref);
  armBridgeTimer(step, br.timers.tcn, br.bridgeHelloTime);
}

function topologyChangeExpired(step: StepContext, ref: BridgeCell): void {
  updateBridge(step, ref, (d) => {
    d.topologyChangeDetected = false;
  });
  setTopologyChange(step, ref, false);
}

/** Nothing was heard from the root for too long. @source br_message_age_timer_expired() */
function messageAgeExpired(step: StepContext, ref: PortCell): void {
  const port = step.cells.get(ref);
  if (port.state === BR_STATE_DISABLED) return;
  const wasRoot = isRootBridge(step.cells.get(port.bridge));
  becomeDesignated(step, ref);
  reselect(step, port.bridge, wasRoot);
}

/** @source br_forward_delay_timer_expired() */
function forwardDelayExpired(step: StepContext, ref: PortCell): void {
  const port = step.cells.get(ref);
  const br = step.cells.get(port.bridge);
  if (port.state === BR_STATE_LISTENING) {
    setPortState(step, ref, BR_STATE_LEARNING);
    armBridgeTimer(step, port.timers.forwardDelay, br.forwardDelay);
  } else if (port.state === BR_STATE_LEARNING) {
    setPortState(step, ref, BR_STATE_FORWARDING);
    if (isDesignatedForSomePort(step, br)) detectTopologyChange(step, port.bridge);
    netifCarrierOn(step, br.device);
  }
  portNotify(step, ref);
}

/** @source br_is_designated_for_some_port() */
function isDesignatedForSomePort(step: StepContext, br: Bridge): boolean {
  return br.ports.some((cell) => {
    const port = step.cells.get(cell);
    return port.state !== BR_STATE_DISABLED && sameId(port.designatedBridge, br.id);
  });
}

function holdExpired(step: StepContext, ref: PortCell): void {
  if (step.cells.get(ref).configPending) transmitConfig(step, ref);
}

export const BRIDGE_TIMERS: Readonly<Record<string, (step: StepContext, ref: BridgeCell) => void>> = {
  hello: helloExpired,
  tcn: tcnExpired,
  topologyChange: topologyChangeExpired,
};
export const PORT_TIMERS: Readonly<Record<string, (step: StepContext, ref: PortCell) => void>> = {
  messageAge: messageAgeExpired,
  forwardDelay: forwardDelayExpired,
  hold: holdExpired,
};
