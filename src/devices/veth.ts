/**
 * veth: two Ethernet devices that are each other's wire.
 * @source drivers/net/veth.c
 */
import type { Errno } from "../core/errno.ts";
import { DROP } from "../events/kinds.ts";
import type { StepContext } from "../events/step-context.ts";
import { ETH_HLEN, type Frame } from "../wire/frame.ts";
import { netifCarrierOff, netifCarrierOn } from "./linkwatch.ts";
import { type DeviceRef, isUp, type NetDevice } from "./net-device.ts";

export const VETH_MIN_MTU = 68;
export const VETH_MAX_MTU = 65535;
const VLAN_HLEN = 4;

/**
 * Sends a frame out of one end of a pair, into the receive path of the other. A peer that is missing, down or too small for
 * it drops it, as does one whose backlog is full: both ends count that, and the sender learns it (ENOBUFS).
 * @source veth_xmit(); net/core/dev.c, __dev_forward_skb()
 */
export function vethXmit(step: StepContext, dev: NetDevice, frame: Frame, cause: number): Errno | null {
  const peer = dev.peer < 0 ? null : step.cells.get(dev.peer);
  if (peer === null || !isUp(peer) || frame.length > peer.mtu + ETH_HLEN + VLAN_HLEN) {
    step.cells.own(dev.stats).txDropped++;
    if (peer !== null) step.cells.own(peer.stats).rxDropped++;
    const why =
      peer === null
        ? "there is no peer"
        : isUp(peer)
          ? `the peer takes ${peer.mtu + ETH_HLEN + VLAN_HLEN} octets at most`
          : "the peer is down";
    step.recordDrop(dev.netns, dev.ref, frame.id, frame.length, DROP.NOT_SPECIFIED, undefined, why);
    return "ENOBUFS";
  }
  if (!step.queueFrame(peer.ref, frame, cause)) {
    step.cells.own(dev.stats).txDropped++;
    return "ENOBUFS";
  }
  const tx = step.cells.own(dev.stats);
  tx.txPackets++;
  tx.txBytes += frame.length;
  const rx = step.cells.own(peer.stats);
  rx.rxPackets++;
  rx.rxBytes += frame.length;
  return null;
}

/** Both ends have carrier while both are up. @source veth_open() */
export function vethOpen(step: StepContext, ref: DeviceRef): Errno | null {
  const peer = step.cells.get(ref).peer;
  if (peer < 0) return "ENOTCONN";
  if (isUp(step.cells.get(peer))) {
    netifCarrierOn(step, ref);
    netifCarrierOn(step, peer);
  }
  return null;
}

/** @source veth_close() */
export function vethClose(step: StepContext, ref: DeviceRef): void {
  const peer = step.cells.get(ref).peer;
  netifCarrierOff(step, ref);
  if (peer >= 0) netifCarrierOff(step, peer);
}
