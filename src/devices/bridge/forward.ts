/**
 * Sending out of a bridge's ports.
 * @source net/bridge/br_forward.c
 */
import { DROP } from "../../events/kinds.ts";
import type { StepContext } from "../../events/step-context.ts";
import { ETH_HLEN, type Frame } from "../../wire/frame.ts";
import { isUp } from "../net-device.ts";
import {
  BR_BCAST_FLOOD,
  BR_FLOOD,
  BR_HAIRPIN_MODE,
  BR_ISOLATED,
  BR_MCAST_FLOOD,
  BR_PROXYARP,
  BR_STATE_FORWARDING,
  type Bridge,
  type BridgePort,
  type PortCell,
} from "./bridge.ts";

const VLAN_HLEN = 4;

/** To whom a frame goes, which says which ports want it where nothing better is known. */
export type PacketClass = "unicast" | "multicast" | "broadcast";

const FLOOD_FLAG: Readonly<Record<PacketClass, number>> = {
  unicast: BR_FLOOD,
  multicast: BR_MCAST_FLOOD,
  broadcast: BR_BCAST_FLOOD,
};

/** Where a frame came in; null: the host itself sends it. */
export type Ingress = { readonly ref: PortCell; readonly port: BridgePort } | null;

/** @source should_deliver() */
function shouldDeliver(ref: PortCell, port: BridgePort, from: Ingress): boolean {
  if (port.state !== BR_STATE_FORWARDING) return false;
  if (from === null) return true;
  if (from.ref === ref && (port.flags & BR_HAIRPIN_MODE) === 0) return false;
  return (port.flags & from.port.flags & BR_ISOLATED) === 0;
}

/** @source br_dev_queue_push_xmit(); net/core/dev.c, is_skb_forwardable() */
function pushXmit(step: StepContext, port: BridgePort, frame: Frame): void {
  const dev = step.cells.get(port.device);
  if (!isUp(dev) || frame.length > dev.mtu + ETH_HLEN + VLAN_HLEN) {
    const why = isUp(dev) ? `the port takes ${dev.mtu + ETH_HLEN + VLAN_HLEN} octets at most` : "";
    step.recordDrop(dev.netns, dev.ref, frame.id, frame.length, DROP.NOT_SPECIFIED, undefined, why);
    return;
  }
  step.devQueueXmit(dev.ref, frame);
}

/** Out of one port. False: it does not take the frame. @source br_forward() */
export function forward(step: StepContext, ref: PortCell, frame: Frame, from: Ingress): boolean {
  const port = step.cells.get(ref);
  if (!shouldDeliver(ref, port, from)) return false;
  pushXmit(step, port, frame);
  return true;
}

/** Out of all ports that want frames of this class, the newest port first. False: there is none. @source br_flood() */
export function flood(
  step: StepContext,
  br: Bridge,
  packetClass: PacketClass,
  frame: Frame,
  from: Ingress,
): boolean {
  // What the host sends to groups and to all goes everywhere.
  const wanted = from === null && packetClass !== "unicast" ? 0 : FLOOD_FLAG[packetClass];
  let isTaken = false;
  for (const ref of br.ports) {
    const port = step.cells.get(ref);
    if ((port.flags & wanted) !== wanted || (port.flags & BR_PROXYARP) !== 0) continue;
    if (!shouldDeliver(ref, port, from)) continue;
    pushXmit(step, port, frame);
    isTaken = true;
  }
  return isTaken;
}
