/**
 * A bridge as a device of its host, and the ports that join it.
 * @source net/bridge/br_device.c, br_if.c
 */
import { DONE, type Result, refused } from "../../core/result.ts";
import { DROP } from "../../events/kinds.ts";
import { ARPHRD_ETHER, IFF_LOOPBACK } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { type Frame, OpaquePayload } from "../../wire/frame.ts";
import { isMulticastMac, isValidEtherAddr, MAC_BROADCAST, MAC_ZERO, type Mac } from "../../wire/mac.ts";
import { type DeviceRef, isOperUp, isUp, type NetDevice, updateDevice } from "../net-device.ts";
import { decodeBpdu } from "./bpdu.ts";
import {
  BR_ADMIN_COST,
  BR_BPDU_GUARD,
  BR_PORTS_MAX,
  BR_STATE_DISABLED,
  Bridge,
  type BridgeCell,
  BridgePort,
  BridgeTimer,
  type PortCell,
  portId,
  updateBridge,
  updatePort,
} from "./bridge.ts";
import { fdbAddLocal, fdbChangePortAddress, fdbCleanup, fdbFlushPort } from "./fdb.ts";
import { flood, forward } from "./forward.ts";
import { changeBridgeId, disablePort, enablePort, portNotify } from "./stp.ts";
import { BRIDGE_TIMERS, PORT_TIMERS, receivedConfig, receivedTcn } from "./stp-events.ts";

const ETH_DATA_LEN = 1500;
/** An address that somebody set. @source include/uapi/linux/netdevice.h */
const NET_ADDR_SET = 3;

/** The host sends through its bridge. @source br_dev_xmit() */
export function bridgeXmit(step: StepContext, dev: NetDevice, frame: Frame): null {
  const stats = step.cells.own(dev.stats);
  stats.txPackets++;
  stats.txBytes += frame.length;
  const br = step.cells.get(dev.bridge as BridgeCell);
  const isGroup = isMulticastMac(frame.dst);
  const known = isGroup ? undefined : br.fdb.get(frame.dst);
  const to = known === undefined ? null : step.cells.get(known).port;
  const isSent =
    known === undefined
      ? flood(
          step,
          br,
          frame.dst === MAC_BROADCAST ? "broadcast" : isGroup ? "multicast" : "unicast",
          frame,
          null,
        )
      : to !== null && forward(step, to, frame, null);
  if (!isSent) step.recordDrop(dev.netns, dev.ref, frame.id, frame.length, DROP.NO_TX_TARGET);
  return null;
}

/** Gives a device what makes it a bridge. @source br_dev_setup(), br_dev_init() */
export function bridgeInit(step: StepContext, ref: DeviceRef): BridgeCell {
  const br = new Bridge();
  br.device = ref;
  const cell: BridgeCell = step.cells.add(br);
  const timer = (kind: BridgeTimer["kind"]) => step.cells.add(new BridgeTimer(cell, kind, 0));
  const timers = {
    hello: timer("hello"),
    tcn: timer("tcn"),
    topologyChange: timer("topologyChange"),
    gc: timer("gc"),
  };
  updateBridge(step, cell, (d) => {
    d.timers = timers;
  });
  const dev = updateDevice(step, ref, (d) => {
    d.bridge = cell;
  });
  fdbAddLocal(step, cell, null, dev.address);
  return cell;
}

export function bridgeTimer(step: StepContext, cell: number): void {
  const { owner, kind } = step.cells.get<BridgeTimer>(cell);
  if (kind === "gc") fdbCleanup(step, owner as BridgeCell);
  else if (kind in BRIDGE_TIMERS) BRIDGE_TIMERS[kind]!(step, owner as BridgeCell);
  else PORT_TIMERS[kind]!(step, owner as PortCell);
}

/** A port heard a bridge. @source br_stp_rcv() */
export function stpRcv(step: StepContext, dev: NetDevice, frame: Frame): void {
  if (!(frame.payload instanceof OpaquePayload)) return;
  const ref: PortCell = dev.port;
  const port = step.cells.get(ref);
  const br = step.cells.get(port.bridge);
  const bpdu = decodeBpdu(frame.payload.octets);
  if (bpdu === null || !br.stpEnabled || !isUp(step.cells.get(br.device))) return;
  if (port.state === BR_STATE_DISABLED || frame.dst !== br.groupAddress) return;
  if ((port.flags & BR_BPDU_GUARD) !== 0) disablePort(step, ref);
  else if (bpdu === "tcn") receivedTcn(step, ref);
  else receivedConfig(step, ref, bpdu);
}

/** Cost of a link by its speed: a veth says 10 Gbit/s. @source port_cost() */
function portCost(dev: NetDevice): number {
  return dev.kind === "veth" ? 2 : 100;
}

/** The smallest of the ports', else Ethernet's. @source br_mtu_min() */
function smallestMtu(step: StepContext, br: Bridge): number {
  const mtus = br.ports.map((cell) => step.cells.get(step.cells.get(cell).device).mtu);
  return mtus.length === 0 ? ETH_DATA_LEN : Math.min(...mtus);
}

/** What a bridge asks of the part that knows how devices change. */
export interface BridgeHooks {
  /** @source dev_set_mtu() */
  readonly setMtu: (ref: DeviceRef, mtu: number) => void;
  /** NETDEV_CHANGEADDR. */
  readonly addressChanged: (dev: NetDevice) => void;
  /** @source dev_set_promiscuity(), dev_set_allmulti() */
  readonly listen: (ref: DeviceRef, by: 1 | -1) => void;
  /** NETDEV_CHANGEUPPER. */
  readonly masterChanged: (dev: NetDevice) => void;
}

/** @source br_mtu_auto_adjust() */
export function adjustMtu(step: StepContext, ref: BridgeCell, hooks: BridgeHooks): void {
  const br = step.cells.get(ref);
  if (!br.isMtuSetByUser) hooks.setMtu(br.device, smallestMtu(step, br));
}

/** The address is the smallest of the ports', unless somebody has set one. True: it changed. @source br_stp_recalculate_bridge_id() */
function recalculateId(step: StepContext, ref: BridgeCell): boolean {
  const br = step.cells.get(ref);
  const dev = step.cells.get(br.device);
  if (dev.addrAssignType === NET_ADDR_SET) return false;
  const addresses = br.ports.map((cell) => step.cells.get(step.cells.get(cell).device).address);
  const address = addresses.length === 0 ? MAC_ZERO : Math.min(...addresses);
  if (address === br.id.address) return false;
  changeBridgeId(step, ref, address);
  return true;
}

/** Takes a device on as a port. @source br_add_if() */
export function bridgeAddPort(
  step: StepContext,
  bridgeDevice: NetDevice,
  ref: DeviceRef,
  hooks: BridgeHooks,
): Result<null> {
  const dev = step.cells.get(ref);
  const cell = bridgeDevice.bridge as BridgeCell;
  if ((dev.flags & IFF_LOOPBACK) !== 0 || dev.type !== ARPHRD_ETHER || !isValidEtherAddr(dev.address))
    return refused("EINVAL");
  if (dev.bridge >= 0) return refused("ELOOP", "Can not enslave a bridge to a bridge");
  if (dev.master >= 0) return refused("EBUSY");
  const number = freeNumber(step, step.cells.get(cell));
  if (number === null) return refused("EXFULL");
  const portRef = makePort(step, cell, dev, number);
  hooks.listen(ref, 1);
  hooks.masterChanged(
    updateDevice(step, ref, (d) => {
      d.master = bridgeDevice.ref;
      d.port = portRef;
    }),
  );
  updateBridge(step, cell, (d) => {
    d.ports = [portRef, ...d.ports];
    d.hadPort = true;
  });
  fdbAddLocal(step, cell, portRef, dev.address);
  const isAddressNew = recalculateId(step, cell);
  const port = step.cells.get(ref);
  if (isUp(port) && isOperUp(port) && isUp(step.cells.get(bridgeDevice.ref))) enablePort(step, portRef);
  portNotify(step, portRef);
  if (isAddressNew) hooks.addressChanged(step.cells.get(bridgeDevice.ref));
  adjustMtu(step, cell, hooks);
  return DONE;
}

/** @source find_portno() */
function freeNumber(step: StepContext, br: Bridge): number | null {
  const taken = new Set(br.ports.map((cell) => step.cells.get(cell).number));
  for (let number = 1; number <= BR_PORTS_MAX; number++) if (!taken.has(number)) return number;
  return null;
}

/** @source new_nbp() */
function makePort(step: StepContext, bridge: BridgeCell, dev: NetDevice, number: number): PortCell {
  const made = new BridgePort();
  made.bridge = bridge;
  made.device = dev.ref;
  made.number = number;
  made.pathCost = portCost(dev);
  const br = step.cells.get(bridge);
  made.designatedRoot = br.designatedRoot;
  made.designatedCost = br.rootPathCost;
  made.designatedBridge = br.id;
  made.designatedPort = portId(made);
  const cell: PortCell = step.cells.add(made);
  const timer = (kind: BridgeTimer["kind"]) => step.cells.add(new BridgeTimer(cell, kind, 0));
  const timers = {
    messageAge: timer("messageAge"),
    forwardDelay: timer("forwardDelay"),
    hold: timer("hold"),
  };
  updatePort(step, cell, (d) => {
    d.timers = timers;
  });
  return cell;
}

/** A port leaves. @source br_del_if(), del_nbp() */
export function bridgeDeletePort(step: StepContext, ref: DeviceRef, hooks: BridgeHooks): void {
  const { bridge } = step.cells.get<BridgePort>(step.cells.get(ref).port);
  partPort(step, ref, hooks);
  adjustMtu(step, bridge, hooks);
  if (recalculateId(step, bridge)) hooks.addressChanged(step.cells.get(step.cells.get(bridge).device));
}

/** @source del_nbp() */
function partPort(step: StepContext, ref: DeviceRef, hooks: BridgeHooks): void {
  const portRef: PortCell = step.cells.get(ref).port;
  const { bridge, timers } = step.cells.get(portRef);
  hooks.listen(ref, -1);
  disablePort(step, portRef);
  portNotify(step, portRef, true);
  updateBridge(step, bridge, (d) => {
    d.ports = d.ports.filter((cell) => cell !== portRef);
  });
  for (const other of step.cells.get(bridge).ports)
    if (step.cells.get(other).backup === portRef)
      updatePort(step, other, (d) => {
        d.backup = -1;
      });
  fdbFlushPort(step, portRef, true);
  hooks.masterChanged(
    updateDevice(step, ref, (d) => {
      d.master = -1;
      d.port = -1;
    }),
  );
  for (const timer of Object.values(timers)) step.cells.delete(timer);
  step.cells.delete(portRef);
}

/** The bridge goes: its ports are free. @source br_dev_delete() */
export function bridgeDelete(step: StepContext, ref: DeviceRef, hooks: BridgeHooks): void {
  const cell = step.cells.get(ref).bridge as BridgeCell;
  for (const port of step.cells.get(cell).ports) partPort(step, step.cells.get(port).device, hooks);
}

/** What is left when the device has gone. */
export function bridgeForget(step: StepContext, cell: BridgeCell): void {
  const br = step.cells.get(cell);
  for (const timer of Object.values(br.timers)) {
    step.cancelTimer(timer);
    step.cells.delete(timer);
  }
  for (const [, entry] of br.fdb.entries()) step.cells.delete(entry);
  step.cells.delete(cell);
}

// ---------------------------------------------------------------------------------------------- what happens to ports

/** NETDEV_UP of a port. @source br_device_event() */
export function portUp(step: StepContext, dev: NetDevice): void {
  const { bridge } = step.cells.get<BridgePort>(dev.port);
  const host = step.cells.get(step.cells.get(bridge).device);
  if (isUp(host) && isOperUp(dev)) enablePort(step, dev.port);
  else portNotify(step, dev.port);
}

/** NETDEV_DOWN of a port. */
export function portDown(step: StepContext, dev: NetDevice): void {
  const { bridge } = step.cells.get<BridgePort>(dev.port);
  if (isUp(step.cells.get(step.cells.get(bridge).device))) disablePort(step, dev.port);
  else portNotify(step, dev.port);
}

/** NETDEV_CHANGE of a port. @source br_port_carrier_check() */
export function portChanged(step: StepContext, dev: NetDevice): void {
  const ref: PortCell = dev.port;
  const port = step.cells.get(ref);
  const pathCost = portCost(dev);
  if ((port.flags & BR_ADMIN_COST) === 0 && port.pathCost !== pathCost)
    updatePort(step, ref, (d) => {
      d.pathCost = pathCost;
    });
  const host = step.cells.get(step.cells.get(port.bridge).device);
  const isUsable = isUp(dev) && isOperUp(dev);
  if (isUp(host) && isUsable && port.state === BR_STATE_DISABLED) enablePort(step, ref);
  else if (isUp(host) && !isUsable && port.state !== BR_STATE_DISABLED) disablePort(step, ref);
  else portNotify(step, ref);
}

/** NETDEV_CHANGEADDR of a port. */
export function portAddressChanged(step: StepContext, dev: NetDevice, hooks: BridgeHooks): void {
  const { bridge } = step.cells.get<BridgePort>(dev.port);
  fdbChangePortAddress(step, dev.port, dev.address);
  if (recalculateId(step, bridge)) hooks.addressChanged(step.cells.get(step.cells.get(bridge).device));
  portNotify(step, dev.port);
}

// ---------------------------------------------------------------------------------------------- settings

/** Somebody sets the bridge's address. @source br_set_mac_address() */
export function bridgeSetAddress(step: StepContext, dev: NetDevice, address: Mac): void {
  if (address !== dev.address) changeBridgeId(step, dev.bridge, address);
}
