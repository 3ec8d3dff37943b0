/**
 * The send buffer: packets that wait for a neighbour's address are charged to the socket that sent them.
 * @source net/core/sock.c, sock_wfree(), sock_def_write_space()
 */
import type { StepContext } from "../events/step-context.ts";
import type { IpPacket } from "../wire/frame.ts";
import { packetTruesize } from "./truesize.ts";
import { UdpSocket, type UdpSocketCell } from "./udp-socket.ts";

function senderOf(step: StepContext, packet: IpPacket): UdpSocketCell | null {
  if (packet.kind !== "ipv4" || packet.socket < 0) return null;
  return step.cells.get<unknown>(packet.socket) instanceof UdpSocket ? packet.socket : null;
}

/** A packet waits from now on. */
export function chargeWaiting(step: StepContext, packet: IpPacket): void {
  const sender = senderOf(step, packet);
  if (sender !== null) step.cells.own(sender).sending += packetTruesize(packet.length);
}

/** A packet waits no longer: it was sent, or is lost. A sender that slept goes on once half of its buffer is free. */
export function releaseWaiting(step: StepContext, packet: IpPacket): void {
  const ref = senderOf(step, packet);
  if (ref === null) return;
  const socket = step.cells.own(ref);
  socket.sending -= packetTruesize(packet.length);
  if (!socket.isBlocked || socket.sending >= socket.settings.sendBuffer >> 1) return;
  socket.isBlocked = false;
  step.wake(socket.owner);
}
