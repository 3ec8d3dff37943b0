/**
 * What an administrator sets on a bridge and its ports.
 * @source net/bridge/br.c, br_stp.c, br_stp_if.c, br_netlink.c
 */

import { DONE, type Result, refused } from "../../core/result.ts";
import { HZ } from "../../core/timer-wheel.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Mac } from "../../wire/mac.ts";
import { isUp } from "../net-device.ts";
import {
  BR_ADMIN_COST,
  BR_GROUP_ADDRESS,
  BR_STATE_DISABLED,
  type BridgeCell,
  type PortCell,
  portId,
  updateBridge,
  updatePort,
} from "./bridge.ts";
import { checkMulticast, type MulticastSettings } from "./multicast-settings.ts";
import {
  becomeDesignated,
  configurationUpdate,
  isDesignatedPort,
  isRootBridge,
  reselect,
  sameId,
  selectPortStates,
} from "./stp.ts";
import { armBridgeTimer } from "./timers.ts";

/** @source include/linux/if_bridge.h */
const MIN_HELLO_TIME = 1 * HZ;
const MAX_HELLO_TIME = 10 * HZ;
const MIN_FORWARD_DELAY = 2 * HZ;
const MAX_FORWARD_DELAY = 30 * HZ;
const MIN_MAX_AGE = 6 * HZ;
const MAX_MAX_AGE = 40 * HZ;
/** Addresses that are never forwarded: those of the spanning tree, of pauses and of link aggregation. @source BR_GROUPFWD_RESTRICTED */
const GROUP_FWD_RESTRICTED = 0x0007;

/** In jiffies, as all times here. @source br_set_ageing_time() */
export function setAgeingTime(step: StepContext, ref: BridgeCell, time: number): Result<null> {
  const br = updateBridge(step, ref, (d) => {
    d.ageingTime = time;
    d.bridgeAgeingTime = time;
  });
  // mod_delayed_work(): the sweep runs now, also of a bridge that is down.
  armBridgeTimer(step, br.timers.gc, 0);
  return DONE;
}

function storeForwardDelay(step: StepContext, ref: BridgeCell, time: number): void {
  const isRoot = isRootBridge(step.cells.get(ref));
  updateBridge(step, ref, (d) => {
    d.bridgeForwardDelay = time;
    if (isRoot) d.forwardDelay = time;
  });
}

/** The protocol has bounds for it. @source br_set_forward_delay() */
export function setForwardDelay(step: StepContext, ref: BridgeCell, time: number): Result<null> {
  const isOut = time < MIN_FORWARD_DELAY || time > MAX_FORWARD_DELAY;
  if (step.cells.get(ref).stpEnabled && isOut) return refused("ERANGE");
  storeForwardDelay(step, ref, time);
  return DONE;
}

/** @source br_set_hello_time() */
export function setHelloTime(step: StepContext, ref: BridgeCell, time: number): Result<null> {
  if (time < MIN_HELLO_TIME || time > MAX_HELLO_TIME) return refused("ERANGE");
  const isRoot = isRootBridge(step.cells.get(ref));
  updateBridge(step, ref, (d) => {
    d.bridgeHelloTime = time;
    if (isRoot) d.helloTime = time;
  });
  return DONE;
}

/** @source br_set_max_age() */
export function setMaxAge(step: StepContext, ref: BridgeCell, time: number): Result<null> {
  if (time < MIN_MAX_AGE || time > MAX_MAX_AGE) return refused("ERANGE");
  const isRoot = isRootBridge(step.cells.get(ref));
  updateBridge(step, ref, (d) => {
    d.bridgeMaxAge = time;
    if (isRoot) d.maxAge = time;
  });
  return DONE;
}

/** Switches the spanning tree protocol. @source br_stp_set_enabled(), br_stp_start(), br_stp_stop() */
export function setStp(step: StepContext, ref: BridgeCell, isOn: boolean): Result<null> {
  const before = step.cells.get(ref);
  if (before.stpEnabled === isOn) return DONE;
  if (isOn) {
    const delay = Math.min(Math.max(before.bridgeForwardDelay, MIN_FORWARD_DELAY), MAX_FORWARD_DELAY);
    if (delay !== before.bridgeForwardDelay) storeForwardDelay(step, ref, delay);
  }
  const br = updateBridge(step, ref, (d) => {
    d.stpEnabled = isOn;
  });
  if (!isOn) return DONE;
  if (isUp(step.cells.get(br.device))) armBridgeTimer(step, br.timers.hello, br.helloTime);
  selectPortStates(step, ref);
  return DONE;
}

export function setGroupFwdMask(step: StepContext, ref: BridgeCell, mask: number): Result<null> {
  if ((mask & GROUP_FWD_RESTRICTED) !== 0) return refused("EINVAL");
  updateBridge(step, ref, (d) => {
    d.groupFwdMask = mask;
  });
  return DONE;
}

/** @source br_stp_set_bridge_priority() */
export function setBridgePriority(step: StepContext, ref: BridgeCell, priority: number): void {
  const before = step.cells.get(ref);
  const wasRoot = isRootBridge(before);
  const id = { ...before.id, priority };
  for (const cell of before.ports) {
    const port = step.cells.get(cell);
    if (port.state === BR_STATE_DISABLED || !isDesignatedPort(before, port)) continue;
    updatePort(step, cell, (d) => {
      d.designatedBridge = id;
    });
  }
  updateBridge(step, ref, (d) => {
    d.id = id;
  });
  reselect(step, ref, wasRoot);
}

/** @source br_stp_set_port_priority() */
export function setPortPriority(step: StepContext, ref: PortCell, priority: number): void {
  const before = step.cells.get(ref);
  const wasDesignated = isDesignatedPort(step.cells.get(before.bridge), before);
  const port = updatePort(step, ref, (d) => {
    d.priority = priority;
  });
  if (wasDesignated)
    updatePort(step, ref, (d) => {
      d.designatedPort = portId(port);
    });
  const br = step.cells.get(port.bridge);
  if (!sameId(br.id, port.designatedBridge) || portId(port) >= port.designatedPort) return;
  becomeDesignated(step, ref);
  selectPortStates(step, port.bridge);
}

/** @source br_stp_set_path_cost() */
export function setPathCost(step: StepContext, ref: PortCell, pathCost: number): void {
  const { bridge } = updatePort(step, ref, (d) => {
    d.pathCost = pathCost;
    d.flags |= BR_ADMIN_COST;
  });
  configurationUpdate(step, bridge);
  selectPortStates(step, bridge);
}

/** Those of pauses, of link aggregation and of port authentication stay free. @source br_changelink(), group_addr_store() */
export function setGroupAddress(step: StepContext, ref: BridgeCell, address: Mac): Result<null> {
  const last = address - BR_GROUP_ADDRESS;
  if (last < 0 || last > 0x0f || (last >= 1 && last <= 3)) return refused("EINVAL");
  updateBridge(step, ref, (d) => {
    d.groupAddress = address;
  });
  return DONE;
}

export function setMulticast(
  step: StepContext,
  ref: BridgeCell,
  set: Partial<MulticastSettings>,
): Result<null> {
  const checked = checkMulticast(set);
  if (typeof checked === "string") return refused(checked);
  updateBridge(step, ref, (d) => {
    d.multicast = { ...d.multicast, ...checked };
  });
  return DONE;
}
