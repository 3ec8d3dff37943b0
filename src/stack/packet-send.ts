/**
 * Sending through packet sockets: frames of a user's making.
 * @source net/packet/af_packet.c, packet_snd()
 */
import type { Errno } from "../core/errno.ts";
import { isUp } from "../devices/net-device.ts";
import { deviceByIndex } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import { decodeFrame } from "../wire/ethernet.ts";
import { ETH_HLEN } from "../wire/frame.ts";

const VLAN_HLEN = 4;
const ETH_P_8021Q = 0x8100;

/** @param octets from the destination address on; the device sees them as they are */
export function packetSend(
  step: StepContext,
  netns: number,
  ifindex: number,
  octets: Uint8Array,
): Errno | null {
  const dev = deviceByIndex(step, netns, ifindex);
  if (dev === null) return "ENXIO";
  if (!isUp(dev)) return "ENETDOWN";
  const isTagged = octets.length > ETH_HLEN && ((octets[12]! << 8) | octets[13]!) === ETH_P_8021Q;
  if (octets.length > dev.mtu + ETH_HLEN + (isTagged ? VLAN_HLEN : 0)) return "EMSGSIZE";
  const frame = decodeFrame(step.newFrameId(), octets);
  // The header must be there whole. @source dev_validate_header()
  return "reason" in frame ? "EINVAL" : step.devQueueXmit(dev.ref, frame);
}
