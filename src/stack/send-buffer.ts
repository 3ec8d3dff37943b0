/**
 * The send buffer: packets that wait for a neighbour's address are charged to the socket that sent them.
 * @source net/core/sock.c, sock_wfree(), sock_def_write_space()
 */
import type { StepContext } from "../events/step-context.ts";
import type { IpPacket } from "../wire/frame.ts";
import { RawSocket, type SocketCell } from "./raw-socket-record.ts";
import { packetTruesize } from "./truesize.ts";
import { UdpSocket, type UdpSocketCell } from "./udp-socket.ts";

/** The socket that sent a packet, if it is still there. */
function senderOf(step: StepContext, packet: IpPacket): UdpSocket | RawSocket | null {
  if (packet.kind !== "ipv4" || packet.socket < 0) return null;
  const socket = step.cells.get<unknown>(packet.socket);
  if (socket instanceof UdpSocket) return step.cells.own<UdpSocket>(packet.socket as UdpSocketCell);
  return socket instanceof RawSocket ? step.cells.own<RawSocket>(packet.socket as SocketCell) : null;
}

/** A packet waits from now on. */
export function chargeWaiting(step: StepContext, packet: IpPacket): void {
  const sender = senderOf(step, packet);
  if (sender !== null) sender.sending += packetTruesize(packet.length);
}

/** A packet waits no longer: it was sent, or is lost. A sender that slept goes on once half of its buffer is free. */
export function releaseWaiting(step: StepContext, packet: IpPacket): void {
  const socket = senderOf(step, packet);
  if (socket === null) return;
  socket.sending -= packetTruesize(packet.length);
  if (
    !(socket instanceof UdpSocket) ||
    !socket.isBlocked ||
    socket.sending >= socket.settings.sendBuffer >> 1
  )
    return;
  socket.isBlocked = false;
  step.wake(socket.owner);
}
