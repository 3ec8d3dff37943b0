/**
 * Packet sockets: copies of the frames that devices send and receive.
 *
 *   devQueueXmit ── outgoing ──┐                      ┌─ block full, or 100 ms over ─► ready ─► reader wakes
 *   netifRx ────── incoming ───┴─► filter ─► block ───┴─ immediate mode: at once
 *
 * A ring's block goes to its reader as a whole, so that who ends a capture early does not see the last packets.
 * @source net/packet/af_packet.c, tpacket_rcv(), prb_retire_rx_blk_timer_expired(), packet_notifier()
 */
import type { Cell } from "../core/cell-table.ts";
import type { Errno } from "../core/errno.ts";
import type { Nanos } from "../core/nanos.ts";
import { registerRecord } from "../core/record-codec.ts";
import { type NetDevice, updateDevice } from "../devices/net-device.ts";
import type { NetnsRef } from "../devices/netns.ts";
import { describeFrame } from "../events/describe-frame.ts";
import { DROP } from "../events/kinds.ts";
import type { StepContext } from "../events/step-context.ts";
import { frameOctets } from "../wire/ethernet.ts";
import { ETH_HLEN, type Frame } from "../wire/frame.ts";
import { isMulticastMac } from "../wire/mac.ts";
import { netStack, updateNetStack } from "./net-stack.ts";
import { type Filter, passes } from "./socket-filter.ts";

/** @source include/uapi/linux/if_packet.h */
export const PACKET_HOST = 0;
export const PACKET_BROADCAST = 1;
export const PACKET_MULTICAST = 2;
export const PACKET_OTHERHOST = 3;
export const PACKET_OUTGOING = 4;

/** Octets of a block, as libpcap asks for them of TPACKET_V3. */
const BLOCK_OCTETS = 262_144 - 48;
/** What the ring keeps with each packet. */
const PACKET_OVERHEAD_OCTETS = 86;
/** Octets of the cooked header that libpcap's filters count (LINUX_SLL2). */
const COOKED_HLEN = 20;

/** A frame as a packet socket hands it over, cut to the snapshot length. */
export interface SniffedPacket {
  readonly time: Nanos;
  readonly ifindex: number;
  /** ARPHRD_* of the device. */
  readonly hardware: number;
  /** PACKET_* */
  readonly type: number;
  /** From the destination address on. */
  readonly octets: Uint8Array;
  /** Octets of the whole frame. */
  readonly length: number;
}

export interface PacketSocketOptions {
  /** 0: all devices of the namespace. */
  readonly ifindex: number;
  readonly isPromiscuous: boolean;
  /** Packets are handed over by the block, so often (`tp_retire_blk_tov`). Null: each at once. */
  readonly blockTimeout: Nanos | null;
  readonly snaplen: number;
  readonly filter: Filter;
  /** Absent: all (ETH_P_ALL). */
  readonly etherType?: number;
  /** Without a ring: what was not read when the socket is closed is lost. */
  readonly keepsUnread?: boolean;
}

export type PacketSocketCell = Cell<PacketSocket>;

export class PacketSocket {
  constructor(
    readonly netns: NetnsRef,
    /** Process to wake. */
    readonly owner: number,
    /** Device that it is bound to; -1: all. */
    readonly device: number,
    readonly options: PacketSocketOptions,
    readonly openedAt: Nanos,
    /** Its device has left the namespace. */
    public isGone: boolean,
    public block: SniffedPacket[],
    public blockOctets: number,
    public ready: SniffedPacket[],
    /** Packets that passed the filter (PACKET_STATISTICS). */
    public received: number,
    /** An error that the next read gives. @source sk_err */
    public error: Errno | null,
  ) {}

  copy(): PacketSocket {
    return new PacketSocket(
      this.netns,
      this.owner,
      this.device,
      this.options,
      this.openedAt,
      this.isGone,
      this.block.slice(),
      this.blockOctets,
      this.ready.slice(),
      this.received,
      this.error,
    );
  }
}
registerRecord("PacketSocket", PacketSocket);

export function openPacketSocket(
  step: StepContext,
  netns: NetnsRef,
  owner: number,
  dev: NetDevice | null,
  options: PacketSocketOptions,
): PacketSocketCell {
  const device = dev === null ? -1 : dev.ref;
  const ref = step.cells.add(
    new PacketSocket(netns, owner, device, options, step.now, false, [], 0, [], 0, null),
  );
  updateNetStack(step, netns, (stack) => {
    stack.packetSockets = [...stack.packetSockets, ref];
  });
  if (dev !== null && options.isPromiscuous) addPromiscuity(step, dev, 1);
  return ref;
}

/** The flag that listings show stays as it is: it is what the administrator asked for. @source dev_set_promiscuity() */
function addPromiscuity(step: StepContext, dev: NetDevice, by: number): void {
  updateDevice(step, dev.ref, (d) => {
    d.promiscuity += by;
  });
}

export function closePacketSocket(step: StepContext, ref: PacketSocketCell): void {
  const socket = step.cells.get(ref);
  updateNetStack(step, socket.netns, (stack) => {
    stack.packetSockets = stack.packetSockets.filter((other) => other !== ref);
  });
  if (socket.options.isPromiscuous && !socket.isGone) {
    const dev = step.cells.get<NetDevice | undefined>(socket.device);
    if (dev !== undefined) addPromiscuity(step, dev, -1);
  }
  for (const { length, octets } of socket.options.keepsUnread === true ? socket.ready : [])
    step.recordDrop(
      socket.netns,
      socket.device,
      0,
      length,
      DROP.QUEUE_PURGE,
      undefined,
      `unread: ${describeFrame(octets)}`,
    );
  step.cancelTimer(ref);
  step.cells.delete(ref);
}

/** The device leaves the namespace: sockets on it learn that, and no longer hold it promiscuous. */
export function packetSocketsForget(step: StepContext, dev: NetDevice): void {
  for (const ref of netStack(step, dev.netns).packetSockets) {
    const socket = step.cells.get(ref);
    if (socket.device !== dev.ref || socket.isGone) continue;
    step.cells.own(ref).isGone = true;
    if (socket.options.isPromiscuous) addPromiscuity(step, step.cells.get(dev.ref), -1);
    step.wake(socket.owner);
  }
}

/** The device goes down: sockets on it learn that, too. @source packet_notifier() */
export function packetSocketsDown(step: StepContext, dev: NetDevice): void {
  for (const ref of netStack(step, dev.netns).packetSockets) {
    const socket = step.cells.get(ref);
    if (socket.device !== dev.ref) continue;
    step.cells.own(ref).error = "ENETDOWN";
    step.wake(socket.owner);
  }
}

/** Shows a frame that a device sends. @source dev_queue_xmit_nit() */
export function tapOutgoing(step: StepContext, dev: NetDevice, frame: Frame): void {
  const { packetSockets } = netStack(step, dev.netns);
  if (packetSockets.length > 0) tap(step, packetSockets, dev, frame, PACKET_OUTGOING);
}

/** Shows a frame that a device received, before any protocol sees it. @source __netif_receive_skb_core() */
export function tapIncoming(
  step: StepContext,
  dev: NetDevice,
  frame: Frame,
  isToHost = frame.dst === dev.address,
): void {
  const { packetSockets } = netStack(step, dev.netns);
  if (packetSockets.length === 0) return;
  tap(step, packetSockets, dev, frame, isToHost ? PACKET_HOST : incomingType(dev, frame));
}

/** Does somebody take all that a device receives? What no protocol knows then counts as taken. */
export function isTapped(step: StepContext, dev: NetDevice): boolean {
  return netStack(step, dev.netns).packetSockets.some((ref) => {
    const { device, options } = step.cells.get(ref);
    return options.etherType === undefined && (device < 0 || device === dev.ref);
  });
}

/** @source net/ethernet/eth.c, eth_type_trans() */
function incomingType(dev: NetDevice, frame: Frame): number {
  if (!isMulticastMac(frame.dst)) return PACKET_OTHERHOST;
  return frame.dst === dev.broadcast ? PACKET_BROADCAST : PACKET_MULTICAST;
}

function tap(
  step: StepContext,
  sockets: readonly PacketSocketCell[],
  dev: NetDevice,
  frame: Frame,
  type: number,
): void {
  let octets: Uint8Array | null = null;
  for (const ref of sockets) {
    const { device, options } = step.cells.get(ref);
    if (device >= 0 && device !== dev.ref) continue;
    octets ??= frameOctets(frame);
    const length = device < 0 ? frame.length - ETH_HLEN + COOKED_HLEN : frame.length;
    const view = { octets, length, typeAt: 12, netAt: ETH_HLEN, isOutgoing: type === PACKET_OUTGOING };
    if (!passes(options.filter, view)) continue;
    take(step, ref, {
      time: step.now,
      ifindex: dev.ifindex,
      hardware: dev.type,
      type,
      octets: octets.length > options.snaplen ? octets.slice(0, options.snaplen) : octets,
      length: frame.length,
    });
  }
}

function take(step: StepContext, ref: PacketSocketCell, packet: SniffedPacket): void {
  const socket = step.cells.own(ref);
  socket.received++;
  const { blockTimeout } = socket.options;
  if (blockTimeout === null) {
    socket.ready.push(packet);
    step.wake(socket.owner);
    return;
  }
  const charge = Math.ceil((packet.octets.length + PACKET_OVERHEAD_OCTETS) / 8) * 8;
  if (socket.blockOctets + charge > BLOCK_OCTETS) retireBlock(step, ref);
  if (socket.block.length === 0 && !step.hasTimer(ref)) {
    const periods = Math.floor((step.now - socket.openedAt) / blockTimeout) + 1;
    step.armAt(ref, socket.openedAt + periods * blockTimeout);
  }
  socket.block.push(packet);
  socket.blockOctets += charge;
}

/** The block is over: full, or open for too long. */
export function retireBlock(step: StepContext, ref: PacketSocketCell): void {
  const socket = step.cells.own(ref);
  if (socket.block.length === 0) return;
  socket.ready.push(...socket.block);
  socket.block = [];
  socket.blockOctets = 0;
  step.wake(socket.owner);
}

export interface PacketRead {
  readonly packets: readonly SniffedPacket[];
  /** ENETDOWN, and the device is not there any more. */
  readonly isGone: boolean;
  /** An error that had come up; it is told once. */
  readonly errno: Errno | null;
}

/** All that is ready. */
export function takePackets(step: StepContext, ref: PacketSocketCell): PacketRead {
  const { ready, isGone, error: errno } = step.cells.get(ref);
  if (ready.length === 0 && errno === null) return { packets: [], isGone, errno };
  const socket = step.cells.own(ref);
  socket.ready = [];
  socket.error = null;
  return { packets: ready, isGone, errno };
}
