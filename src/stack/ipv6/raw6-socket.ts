/**
 * Raw ICMPv6 sockets and their error queues: socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6).
 * They are used as those of `raw-socket.ts` are: `openRaw6Socket`, `raw6Send`, `takePacket6`, `takeError6`.
 * @source net/ipv6/raw.c; net/ipv6/datagram.c, ipv6_icmp_error()
 */
import type { Cell } from "../../core/cell-table.ts";
import type { Errno } from "../../core/errno.ts";
import { registerRecord } from "../../core/record-codec.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import type { NetnsRef } from "../../devices/netns.ts";
import { DROP } from "../../events/kinds.ts";
import type { StepContext } from "../../events/step-context.ts";
import {
  ICMPV6_DEST_UNREACH,
  ICMPV6_PARAMPROB,
  ICMPV6_PKT_TOOBIG,
  type Icmp6Message,
} from "../../wire/icmpv6.ts";
import { IPPROTO_ICMPV6, IPV6_HLEN, type Ipv6Packet } from "../../wire/ipv6.ts";
import {
  IN6ADDR_LOOPBACK,
  type Ipv6Address,
  isLinkLocalIpv6,
  isMulticastIpv6,
} from "../../wire/ipv6-address.ts";
import { ownsValidAddress } from "./addr-check.ts";
import { count6, countIcmp6Type } from "./count6.ts";
import { flowLabelOf } from "./flow-label.ts";
import { quotedIcmp6 } from "./icmp6-quote.ts";
import { ip6Send } from "./ip6-output.ts";
import { netStack6, updateNetStack6 } from "./net-stack6.ts";
import { hopLimitOf, type OutputRoute6, route6Output } from "./route6.ts";

export type Raw6SocketCell = Cell<Raw6Socket>;

/** A packet in a socket's receive queue. */
export interface QueuedPacket6 {
  /** Its `hopLimit` is what IPV6_RECVHOPLIMIT gives. */
  readonly packet: Ipv6Packet;
  readonly time: number;
  /** Where it came in: for what is local the device of the address. */
  readonly ifindex: number;
}

/** @source include/uapi/linux/errqueue.h, struct sock_extended_err */
export interface QueuedError6 {
  /** SO_EE_ORIGIN_LOCAL or SO_EE_ORIGIN_ICMP6. */
  readonly origin: 1 | 3;
  readonly errno: Errno;
  readonly type: number;
  readonly code: number;
  /** MTU or pointer. */
  readonly info: number;
  readonly offender: Ipv6Address;
  readonly dst: Ipv6Address;
  /** Where it came in; 0: a local error. */
  readonly ifindex: number;
  /** The message that the error is about; null: a local error. */
  readonly message: Icmp6Message | null;
}

export class Raw6Socket {
  constructor(
    readonly netns: NetnsRef,
    /** Process to wake. */
    readonly owner: number,
    /** Address it is bound to; 0: any. */
    readonly local: Ipv6Address,
    /** Device it is bound to (SO_BINDTODEVICE, or the scope of a link-local address); -1: any. */
    readonly device: number,
    /** Device that what it sends to groups leaves by (IPV6_MULTICAST_IF); -1: any. */
    readonly mcastDevice: number,
    public queue: readonly QueuedPacket6[],
    public errors: readonly QueuedError6[],
    /** Octets of memory charged to the queue. */
    public queuedOctets: number,
  ) {}

  with(change: Partial<Pick<Raw6Socket, "local" | "device" | "mcastDevice">>): Raw6Socket {
    return new Raw6Socket(
      this.netns,
      this.owner,
      change.local ?? this.local,
      change.device ?? this.device,
      change.mcastDevice ?? this.mcastDevice,
      this.queue,
      this.errors,
      this.queuedOctets,
    );
  }

  copy(): Raw6Socket {
    return this.with({});
  }
}
registerRecord("Raw6Socket", Raw6Socket);

/** net.core.rmem_default. */
const RECEIVE_BUFFER_OCTETS = 212_992;
/** What the kernel charges for a small packet in a queue. */
const PACKET_OVERHEAD_OCTETS = 704;

export function openRaw6Socket(step: StepContext, netns: NetnsRef, owner: number): Raw6SocketCell {
  const ref = step.cells.add(new Raw6Socket(netns, owner, 0n, -1, -1, [], [], 0));
  updateNetStack6(step, netns, (stack) => {
    stack.rawSockets = [...stack.rawSockets, ref];
  });
  return ref;
}

export function closeRaw6Socket(step: StepContext, ref: Raw6SocketCell): void {
  updateNetStack6(step, step.cells.get(ref).netns, (stack) => {
    stack.rawSockets = stack.rawSockets.filter((other) => other !== ref);
  });
  step.cells.delete(ref);
}

/** What ping's filter (ICMP6_FILTER) lets pass: errors and echo replies. */
function passes(packet: Ipv6Packet): boolean {
  const message = packet.payload;
  return message.kind === "icmp6" && ((message.type >= 1 && message.type <= 4) || message.type === 129);
}

/** Gives each raw socket that fits a copy. @param owner device of the destination address @source raw6_local_deliver() */
export function raw6Deliver(
  step: StepContext,
  netns: NetnsRef,
  owner: NetDevice,
  packet: Ipv6Packet,
): boolean {
  if (packet.protocol !== IPPROTO_ICMPV6) return false;
  let isTaken = false;
  for (const ref of netStack6(step, netns).rawSockets) {
    const socket = step.cells.get(ref);
    if (socket.local !== 0n && socket.local !== packet.dst) continue;
    if (socket.device >= 0 && socket.device !== owner.ref) continue;
    if (!passes(packet)) continue;
    isTaken = true;
    const charge = packet.length + PACKET_OVERHEAD_OCTETS;
    if (socket.queuedOctets + charge > RECEIVE_BUFFER_OCTETS) {
      step.recordPacketDrop(netns, owner.ref, packet, DROP.SOCKET_RCVBUFF);
      continue;
    }
    const own = step.cells.own(ref);
    own.queue = [...own.queue, { packet, time: step.now, ifindex: owner.ifindex }];
    own.queuedOctets += charge;
    step.wake(socket.owner);
  }
  return isTaken;
}

export function takePacket6(step: StepContext, ref: Raw6SocketCell): QueuedPacket6 | null {
  const { queue } = step.cells.get(ref);
  // By its length: V8 is slow to read beyond the end of an array.
  if (queue.length === 0) return null;
  const first = queue[0]!;
  const own = step.cells.own(ref);
  own.queue = own.queue.slice(1);
  own.queuedOctets -= first.packet.length + PACKET_OVERHEAD_OCTETS;
  return first;
}

export function takeError6(step: StepContext, ref: Raw6SocketCell): QueuedError6 | null {
  const { errors } = step.cells.get(ref);
  if (errors.length === 0) return null;
  const first = errors[0]!;
  const own = step.cells.own(ref);
  own.errors = own.errors.slice(1);
  return first;
}

function queueError(step: StepContext, ref: Raw6SocketCell, error: QueuedError6): void {
  const own = step.cells.own(ref);
  own.errors = [...own.errors, error];
  step.wake(own.owner);
}

/** Errors of destination unreachable by code. @source net/ipv6/icmp.c, tab_unreach */
const UNREACH_ERRNO: readonly Errno[] = [
  "ENETUNREACH",
  "EACCES",
  "EHOSTUNREACH",
  "EHOSTUNREACH",
  "ECONNREFUSED",
  "EACCES",
  "EACCES",
];

/** @source icmpv6_err_convert() */
function errnoOf(message: Icmp6Message): Errno {
  switch (message.type) {
    case ICMPV6_DEST_UNREACH:
      return UNREACH_ERRNO[message.code] ?? "EPROTO";
    case ICMPV6_PKT_TOOBIG:
      return "EMSGSIZE";
    case ICMPV6_PARAMPROB:
      return "EPROTO";
    default:
      return "EHOSTUNREACH";
  }
}

/** An error about a packet that may be one of a socket's: it goes to its error queue. @source raw6_icmp_error(), rawv6_err() */
export function raw6IcmpError(
  step: StepContext,
  netns: NetnsRef,
  device: NetDevice,
  offender: Ipv6Address,
  message: Icmp6Message,
): void {
  const quoted = quotedIcmp6(message.data);
  if (quoted === null) return;
  for (const ref of netStack6(step, netns).rawSockets) {
    const socket = step.cells.get(ref);
    if (socket.local !== 0n && socket.local !== quoted.src) continue;
    if (socket.device >= 0 && socket.device !== device.ref) continue;
    queueError(step, ref, {
      origin: 3,
      errno: errnoOf(message),
      type: message.type,
      code: message.code,
      info: message.rest,
      offender,
      ifindex: device.ifindex,
      dst: quoted.dst,
      message: quoted.message,
    });
  }
}

export interface Raw6SendOptions {
  /** -1: the device's, or 1 to a group. */
  readonly hopLimit: number;
  readonly trafficClass: number;
  /** 0: one made from the flow. */
  readonly flowLabel: number;
  /** IPV6_MTU_DISCOVER: `do` forbids fragments. */
  readonly pmtudisc: "dont" | "want" | "do";
  /** Source of this packet (IPV6_PKTINFO); 0: the socket's, or the stack's choice. */
  readonly src: Ipv6Address;
  /** Device of this packet: the destination's scope, or IPV6_PKTINFO; -1: the socket's. */
  readonly device: number;
  /** IPV6_MULTICAST_LOOP */
  readonly loops: boolean;
  /** SO_MARK */
  readonly mark: number;
}

/** sendto(2). @source rawv6_sendmsg() */
export function raw6Send(
  step: StepContext,
  ref: Raw6SocketCell,
  to: Ipv6Address,
  message: Icmp6Message,
  o: Raw6SendOptions,
): Errno | null {
  // As BSD has it: nowhere is here.
  const dst = to === 0n ? IN6ADDR_LOOPBACK : to;
  const socket = step.cells.get(ref);
  const { netns } = socket;
  let oif = o.device >= 0 ? o.device : socket.device;
  if (oif < 0 && isMulticastIpv6(dst)) oif = socket.mcastDevice;
  const src = o.src !== 0n ? o.src : socket.local;
  const route = route6Output(step, netns, {
    ...{ dst, src, oif, isBound: socket.device >= 0 },
    ...{ ipproto: IPPROTO_ICMPV6, mark: o.mark, tos: o.trafficClass & 0xfc },
  });
  if ("errno" in route) {
    if (route.errno === "ENETUNREACH") count6(step, netns, null, "Ip6OutNoRoutes");
    return route.errno;
  }
  const length = IPV6_HLEN + message.length;
  if (length > 0xffff + IPV6_HLEN || (o.pmtudisc === "do" && length > route.mtu)) {
    queueError(step, ref, {
      origin: 1,
      errno: "EMSGSIZE",
      type: 0,
      code: 0,
      info: route.mtu,
      offender: 0n,
      ifindex: 0,
      dst,
      message: null,
    });
    return "EMSGSIZE";
  }
  const owner = step.cells.get<NetDevice>(route.owner);
  countIcmp6Type(step, netns, owner, true, message.type);
  count6(step, netns, owner, "Icmp6OutMsgs");
  const own = hopLimitOf(step, route);
  return ip6Send(step, netns, route, IPPROTO_ICMPV6, message, {
    trafficClass: o.trafficClass,
    flowLabel: o.flowLabel !== 0 ? o.flowLabel : flowLabelOf(step, netns, route.src, dst, IPPROTO_ICMPV6),
    hopLimit: o.hopLimit >= 0 ? o.hopLimit : isMulticastIpv6(dst) ? 1 : own,
    loops: o.loops,
    mayFragment: true,
  });
}

/** Does an address need its device to be named? */
export function needsScope(address: Ipv6Address): boolean {
  return isLinkLocalIpv6(address) || (isMulticastIpv6(address) && ((address >> 112n) & 15n) <= 2n);
}

/** bind(2). @param device of the address's scope; -1: none was named @source rawv6_bind() */
export function bindRaw6(
  step: StepContext,
  ref: Raw6SocketCell,
  address: Ipv6Address,
  device: number,
): Errno | null {
  const socket = step.cells.get(ref);
  const scoped = needsScope(address) ? (device >= 0 ? device : socket.device) : socket.device;
  if (isLinkLocalIpv6(address) && scoped < 0) return "EINVAL";
  if (address !== 0n && !isMulticastIpv6(address)) {
    const dev = scoped < 0 ? null : step.cells.get<NetDevice>(scoped);
    const isFree = netStack6(step, socket.netns).settings.nonlocalBind !== 0;
    if (!isFree && !ownsValidAddress(step, socket.netns, address, dev)) return "EADDRNOTAVAIL";
  }
  step.cells.set(ref, socket.with({ local: address, device: scoped }));
  return null;
}

/** The way that connect(2) of a UDP socket finds. @source net/ipv6/datagram.c, __ip6_datagram_connect() */
export function probeRoute6(
  step: StepContext,
  netns: NetnsRef,
  dst: Ipv6Address,
  src: Ipv6Address,
  oif: number,
  isBound: boolean,
): OutputRoute6 | { readonly errno: Errno } {
  if (needsScope(dst) && oif < 0) return { errno: "EINVAL" };
  const to = dst === 0n ? 1n : dst;
  const route = route6Output(step, netns, { dst: to, src, oif, isBound: isBound || needsScope(dst) });
  if ("errno" in route && route.errno === "ENETUNREACH") count6(step, netns, null, "Ip6OutNoRoutes");
  return route;
}
