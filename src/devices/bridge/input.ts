/**
 * What comes in at a bridge's port: learned from, sent on, handed to the host.
 * @source net/bridge/br_input.c
 */
import { DROP } from "../../events/kinds.ts";
import { IFF_PROMISC } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import { ETH_HLEN, type Frame } from "../../wire/frame.ts";
import { isMulticastMac, isValidEtherAddr, MAC_BROADCAST, type Mac } from "../../wire/mac.ts";
import type { NetDevice } from "../net-device.ts";
import {
  BR_GROUP_ADDRESS,
  BR_LEARNING,
  BR_STATE_FORWARDING,
  BR_STATE_LEARNING,
  type Bridge,
  type BridgePort,
  type PortCell,
} from "./bridge.ts";
import { fdbLearn } from "./fdb.ts";
import { flood, forward, type PacketClass } from "./forward.ts";

/** Addresses that no bridge passes on: 01:80:c2:00:00:00 to 0f. @source is_link_local_ether_addr() */
export function isLinkLocalAddress(mac: Mac): boolean {
  return mac >= BR_GROUP_ADDRESS && mac < BR_GROUP_ADDRESS + 0x10;
}

const PAUSE = 0x01;

/**
 * A frame came in at a port. `pass`: the port's own protocols take it. Else the bridge has taken it, or dropped it for the
 * reason given.
 * @source br_handle_frame()
 */
export function handleFrame(
  step: StepContext,
  dev: NetDevice,
  frame: Frame,
): "pass" | "taken" | { readonly drop: number } {
  if (frame.isLooped) return "pass";
  if (!isValidEtherAddr(frame.src)) return { drop: DROP.MAC_INVALID_SOURCE };
  const ref: PortCell = dev.port;
  const port = step.cells.get(ref);
  const br = step.cells.get(port.bridge);
  if (isLinkLocalAddress(frame.dst)) {
    const to = frame.dst - BR_GROUP_ADDRESS;
    const isForwarded =
      (((br.groupFwdMask | port.groupFwdMask) >> to) & 1) === 1 || (to === 0 && !br.stpEnabled);
    if (!isForwarded) {
      if (to === PAUSE) return { drop: DROP.MAC_IEEE_MAC_CONTROL };
      if (
        (port.flags & BR_LEARNING) !== 0 &&
        !br.noLinklocalLearn &&
        port.state >= BR_STATE_LEARNING &&
        port.state <= BR_STATE_FORWARDING
      )
        fdbLearn(step, port, ref, frame.src);
      return "pass";
    }
  }
  if (port.state !== BR_STATE_FORWARDING && port.state !== BR_STATE_LEARNING)
    return { drop: DROP.BRIDGE_INGRESS_STP_STATE };
  const reason = handleFrameFinish(step, ref, port, frame);
  return reason === null ? "taken" : { drop: reason };
}

/** Gives the reason for which the frame was dropped, or null. @source br_handle_frame_finish() */
function handleFrameFinish(step: StepContext, ref: PortCell, port: BridgePort, frame: Frame): number | null {
  if ((port.flags & BR_LEARNING) !== 0) fdbLearn(step, port, ref, frame.src);
  const br = step.cells.get(port.bridge);
  if (port.state === BR_STATE_LEARNING) return DROP.BRIDGE_INGRESS_STP_STATE;
  const host = step.cells.get(br.device);
  const isPromiscuous = host.promiscuity > 0 || (host.flags & IFF_PROMISC) !== 0;
  const packetClass: PacketClass =
    frame.dst === MAC_BROADCAST ? "broadcast" : isMulticastMac(frame.dst) ? "multicast" : "unicast";
  const goesUp = isPromiscuous || packetClass !== "unicast";
  if (packetClass === "multicast") step.cells.own(host.stats).multicast++;
  const from = { ref, port };
  const known = packetClass === "unicast" ? br.fdb.get(frame.dst) : undefined;
  let isSent: boolean;
  if (known !== undefined) {
    const entry = step.cells.get(known);
    if (entry.isLocal) {
      passFrameUp(step, br, port, frame);
      return null;
    }
    if (entry.used !== step.jiffies) step.cells.own(known).used = step.jiffies;
    isSent = entry.port !== null && forward(step, entry.port, frame, from);
  } else isSent = flood(step, br, packetClass, frame, from);
  if (goesUp) passFrameUp(step, br, port, frame);
  return isSent || goesUp ? null : DROP.NO_TX_TARGET;
}

/** The host gets it, on the bridge's own device. @source br_pass_frame_up() */
function passFrameUp(step: StepContext, br: Bridge, port: BridgePort, frame: Frame): void {
  const host = step.cells.get(br.device);
  const stats = step.cells.own(host.stats);
  stats.rxPackets++;
  stats.rxBytes += frame.length - ETH_HLEN;
  // To the port's own address it is for the host, too: eth_type_trans() has looked at the port.
  const isForHost = frame.dst === host.address || frame.dst === step.cells.get(port.device).address;
  step.passUp(host.ref, frame, isForHost);
}
