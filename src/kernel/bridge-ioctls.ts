/**
 * The requests of brctl(8).
 * @source net/bridge/br_ioctl.c, br_ioctl_stub(), br_dev_siocdevprivate(); br_if.c, br_add_bridge(), br_del_bridge()
 */
import { DONE, granted, type Result, refused } from "../core/result.ts";
import { type BridgePort, portOf } from "../devices/bridge/bridge.ts";
import { bridgeAddPort, bridgeDeletePort } from "../devices/bridge/bridge-device.ts";
import { portNotify } from "../devices/bridge/stp.ts";
import { isUp, type NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, deviceByName, type NetnsRef } from "../devices/netns.ts";
import type { BridgeIoctl } from "../events/bridge-requests.ts";
import type { StepContext } from "../events/step-context.ts";
import { setBridge, setBridgePort } from "./bridges.ts";
import { linkAdd } from "./link-requests.ts";
import { deleteLink } from "./links.ts";
import { bridgeHooks, onCarrierSettled } from "./notify.ts";

/** SIOCBRADDBR. @source br_add_bridge() */
export function addBridge(step: StepContext, netns: NetnsRef, ifname: string): Result<null> {
  const made = linkAdd(step, netns, { kind: "bridge", ifname });
  return made.ok ? DONE : refused(made.errno);
}

/** SIOCBRDELBR. @source br_del_bridge() */
export function deleteBridge(step: StepContext, netns: NetnsRef, ifname: string): Result<null> {
  const dev = deviceByName(step, netns, ifname);
  if (dev === null) return refused("ENXIO");
  if (dev.bridge < 0) return refused("EPERM");
  return isUp(dev) ? refused("EBUSY") : deleteLink(step, dev.ref);
}

/** The bridge that an ioctl is for; a device of another kind has no such ioctl. */
function bridgeNamed(step: StepContext, netns: NetnsRef, ifname: string): Result<NetDevice> {
  const dev = deviceByName(step, netns, ifname);
  if (dev === null) return refused("ENODEV");
  return dev.bridge < 0 ? refused("EOPNOTSUPP") : granted(dev);
}

/** SIOCBRADDIF, SIOCBRDELIF. @source add_del_if() */
export function changePorts(
  step: StepContext,
  netns: NetnsRef,
  ifname: string,
  ifindex: number,
  isAdded: boolean,
): Result<null> {
  const bridge = bridgeNamed(step, netns, ifname);
  if (!bridge.ok) return bridge;
  const dev = deviceByIndex(step, netns, ifindex);
  if (dev === null) return refused("EINVAL");
  if (isAdded) return bridgeAddPort(step, bridge.value, dev.ref, bridgeHooks(step));
  if (portOf(step, dev)?.bridge !== bridge.value.bridge) return refused("EINVAL");
  bridgeDeletePort(step, dev.ref, bridgeHooks(step));
  return DONE;
}

/** SIOCDEVPRIVATE, for what sysfs would not do. @source old_dev_ioctl() */
export function bridgePrivate(
  step: StepContext,
  netns: NetnsRef,
  ioctl: BridgeIoctl,
): Result<readonly number[]> {
  const bridge = bridgeNamed(step, netns, ioctl.bridge);
  if (!bridge.ok) return bridge;
  const { ports } = step.cells.get<{ ports: readonly number[] }>(bridge.value.bridge);
  const indexes = ports.map((cell) => step.cells.get(step.cells.get<BridgePort>(cell).device).ifindex);
  if (ioctl.code === "set") {
    const done = setBridge(step, bridge.value.ref, ioctl.bridgeAttrs ?? {});
    if (!done.ok) return done;
    onCarrierSettled(step, step.cells.get(bridge.value.ref));
  }
  if (ioctl.code === "setPort") {
    const dev = deviceByName(step, netns, ioctl.port ?? "");
    if (dev === null || portOf(step, dev)?.bridge !== bridge.value.bridge) return refused("EINVAL");
    const done = setBridgePort(step, dev.ref, ioctl.portAttrs ?? {});
    if (!done.ok) return done;
    portNotify(step, dev.port);
  }
  return granted(indexes);
}
