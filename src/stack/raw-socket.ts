/**
 * Raw ICMP sockets and their error queues.
 * @source net/ipv4/raw.c; net/ipv4/ip_sockglue.c, ip_icmp_error()
 */

import { readU32 } from "../core/bytes.ts";
import type { Errno } from "../core/errno.ts";
import type { NetDevice } from "../devices/net-device.ts";
import type { NetnsRef } from "../devices/netns.ts";
import { DROP } from "../events/kinds.ts";
import { IFF_LOOPBACK, RT_SCOPE_LINK, RTN_BROADCAST } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_FRAG_NEEDED,
  ICMP_HLEN,
  ICMP_REDIRECT,
  ICMP_TIME_EXCEEDED,
  IcmpMessage,
} from "../wire/icmp.ts";
import { IP_DF, IPPROTO_ICMP, type Ipv4Packet } from "../wire/ipv4.ts";
import { type Ipv4Address, isMulticastIpv4 } from "../wire/ipv4-address.ts";
import { countIcmpOut } from "./icmp-count.ts";
import { compileOptions, type IpOptions } from "./ip-options.ts";
import { ipSend } from "./ip-output.ts";
import { count, netStack, updateNetStack } from "./net-stack.ts";
import { type QueuedError, type QueuedPacket, RawSocket, type SocketCell } from "./raw-socket-record.ts";
import { ipDevFind, routeOutput } from "./route.ts";
import { packetTruesize } from "./truesize.ts";

export { type QueuedError, type QueuedPacket, RawSocket, type SocketCell } from "./raw-socket-record.ts";

const NO_PACKETS: readonly QueuedPacket[] = Object.freeze([]);

/** net.core.rmem_default. */
const RECEIVE_BUFFER_OCTETS = 212_992;
/** What the kernel charges for a small packet in a queue. */
const PACKET_OVERHEAD_OCTETS = 704;

export function openRawSocket(step: StepContext, netns: NetnsRef, owner: number): SocketCell {
  const ref = step.cells.add(new RawSocket(netns, owner, 0, -1, false, [], [], 0));
  updateNetStack(step, netns, (stack) => {
    stack.rawSockets = [...stack.rawSockets, ref];
  });
  return ref;
}

export function closeRawSocket(step: StepContext, ref: SocketCell): void {
  updateNetStack(step, step.cells.get(ref).netns, (stack) => {
    stack.rawSockets = stack.rawSockets.filter((other) => other !== ref);
  });
  step.cells.delete(ref);
}

/** Gives each raw socket that fits a copy. True: some socket took it. @source raw_local_deliver() */
export function rawDeliver(step: StepContext, dev: NetDevice, packet: Ipv4Packet): boolean {
  if (packet.protocol !== IPPROTO_ICMP) return false;
  let isTaken = false;
  const sockets = netStack(step, dev.netns).rawSockets;
  // By number: V8 walks a frozen array slowly.
  for (let at = 0; at < sockets.length; at++) {
    const ref = sockets[at]!;
    const socket = step.cells.get(ref);
    if (socket.local !== 0 && socket.local !== packet.dst) continue;
    if (socket.outDevice >= 0 && socket.outDevice !== inetIif(step, dev, packet)) continue;
    if (isFiltered(packet)) continue;
    isTaken = true;
    const charge = packet.length + PACKET_OVERHEAD_OCTETS;
    if (socket.queuedOctets + charge > RECEIVE_BUFFER_OCTETS) {
      step.recordPacketDrop(dev.netns, dev.ref, packet, DROP.SOCKET_RCVBUFF);
      continue;
    }
    const queued: QueuedPacket = { packet, time: step.now, ifindex: dev.ifindex };
    const own = step.cells.own(ref);
    own.queue = own.queue.length === 0 ? [queued] : [...own.queue, queued];
    own.queuedOctets += charge;
    step.wake(socket.owner);
  }
  return isTaken;
}

/** Device that a packet counts as come by: over loopback, the one that has the address. @source include/net/route.h, inet_iif() */
function inetIif(step: StepContext, dev: NetDevice, packet: Ipv4Packet): number {
  if ((dev.flags & IFF_LOOPBACK) === 0) return dev.ref;
  return ipDevFind(step, netStack(step, dev.netns), packet.dst)?.ref ?? dev.ref;
}

/** The filter that ping sets (ICMP_FILTER): echo requests and their like are not for it. */
function isFiltered(packet: Ipv4Packet): boolean {
  const message = packet.payload;
  return (
    message.kind === "icmp" &&
    message.type !== 0 &&
    message.type !== 3 &&
    message.type !== 4 &&
    message.type !== 5 &&
    message.type !== 11 &&
    message.type !== 12 &&
    message.type !== 14
  );
}

export function takePacket(step: StepContext, ref: SocketCell): QueuedPacket | null {
  const { queue } = step.cells.get(ref);
  // By its length: V8 is slow to read beyond the end of an array.
  if (queue.length === 0) return null;
  const first = queue[0]!;
  const own = step.cells.own(ref);
  own.queue = own.queue.length === 1 ? NO_PACKETS : own.queue.slice(1);
  own.queuedOctets -= first.packet.length + PACKET_OVERHEAD_OCTETS;
  return first;
}

export function takeError(step: StepContext, ref: SocketCell): QueuedError | null {
  const { errors } = step.cells.get(ref);
  if (errors.length === 0) return null;
  const first = errors[0]!;
  const own = step.cells.own(ref);
  own.errors = own.errors.slice(1);
  return first;
}

function queueError(step: StepContext, ref: SocketCell, error: QueuedError): void {
  const own = step.cells.own(ref);
  own.errors = [...own.errors, error];
  step.wake(own.owner);
}

/** Errors of destination unreachable by code. @source net/ipv4/icmp.c, icmp_err_convert */
const UNREACH_ERRNO: readonly Errno[] = [
  "ENETUNREACH",
  "EHOSTUNREACH",
  "EPROTONOSUPPORT",
  "ECONNREFUSED",
  "EMSGSIZE",
  "EOPNOTSUPP",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "EHOSTUNREACH",
  "EHOSTUNREACH",
  "EHOSTUNREACH",
];

/** An ICMP error about a packet that may be one of a socket's: it goes to its error queue. @source raw_icmp_error(), raw_err() */
export function rawIcmpError(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  message: IcmpMessage,
  learn: (socket: { readonly oif: number; readonly tos?: number }) => void,
): void {
  const quoted = quotedEcho(message.data);
  if (quoted === null) return;
  const errno =
    message.type === ICMP_DEST_UNREACH
      ? (UNREACH_ERRNO[message.code] ?? "EHOSTUNREACH")
      : message.type === ICMP_TIME_EXCEEDED
        ? "EHOSTUNREACH"
        : "EPROTONOSUPPORT";
  const info =
    message.type === ICMP_DEST_UNREACH && message.code === ICMP_FRAG_NEEDED ? message.rest & 0xffff : 0;
  for (const ref of netStack(step, dev.netns).rawSockets) {
    const socket = step.cells.get(ref);
    if (socket.local !== 0 && socket.local !== quoted.src) continue;
    if (socket.outDevice >= 0 && socket.outDevice !== dev.ref) continue;
    learn({ oif: socket.outDevice });
    if (message.type === ICMP_REDIRECT) continue;
    queueError(step, ref, {
      origin: 2,
      errno,
      type: message.type,
      code: message.code,
      info,
      offender: packet.src,
      dst: quoted.dst,
      message: quoted.message,
    });
  }
}

/** The ICMP message inside an error's quote; null: it quotes something else. */
function quotedEcho(quote: Uint8Array): { src: Ipv4Address; dst: Ipv4Address; message: IcmpMessage } | null {
  const headerLength = ((quote[0] ?? 0) & 15) * 4;
  if (quote.length < headerLength + ICMP_HLEN || headerLength < 20 || quote[9] !== IPPROTO_ICMP) return null;
  const message = new IcmpMessage(
    quote[headerLength]!,
    quote[headerLength + 1]!,
    readU32(quote, headerLength + 4),
    quote.slice(headerLength + ICMP_HLEN),
  );
  return { src: readU32(quote, 12), dst: readU32(quote, 16), message };
}

export interface RawSendOptions {
  /** -1: the namespace's default, or 1 to a group. */
  readonly ttl: number;
  readonly tos: number;
  /** IP_MTU_DISCOVER: `dont` clears Don't Fragment, `do` forbids fragments of our own, `want` lets them be. null: as net.ipv4.ip_no_pmtu_disc says. */
  readonly pmtudisc: "dont" | "want" | "do" | null;
  readonly src: Ipv4Address;
  readonly options: Uint8Array | null;
  /** SO_DONTROUTE: only to hosts on an attached network. */
  readonly dontRoute?: boolean;
  /** IP_MULTICAST_LOOP. @defaultValue true */
  readonly multicastLoop?: boolean;
  /** SO_MARK. @defaultValue 0 */
  readonly mark?: number;
}

/** sendto(2). @source raw_sendmsg() */
export function rawSend(
  step: StepContext,
  ref: SocketCell,
  dst: Ipv4Address,
  message: IcmpMessage,
  o: RawSendOptions,
): Errno | null {
  const socket = step.cells.get(ref);
  const flow = {
    dst,
    src: o.src !== 0 ? o.src : socket.local,
    oif: socket.outDevice,
    tos: o.tos & 0x1e,
  };
  const mark = o.mark ?? 0;
  const route = routeOutput(
    step,
    socket.netns,
    o.dontRoute === true ? { ...flow, mark, scope: RT_SCOPE_LINK } : mark === 0 ? flow : { ...flow, mark },
  );
  if ("errno" in route) return route.errno;
  if (route.type === RTN_BROADCAST && !socket.allowsBroadcast) return "EACCES";
  let options: IpOptions | null = null;
  if (o.options !== null) {
    const compiled = compileOptions(step, socket.netns, o.options, null);
    if ("pointer" in compiled) return "EINVAL";
    options = compiled;
  }
  const pmtudisc = o.pmtudisc ?? (netStack(step, socket.netns).settings.ipNoPmtuDisc === 0 ? "want" : "dont");
  const length = 20 + (o.options === null ? 0 : o.options.length) + message.length;
  if (length > 0xffff || (pmtudisc === "do" && length > route.mtu)) {
    queueError(step, ref, {
      origin: 1,
      errno: "EMSGSIZE",
      type: 0,
      code: 0,
      info: route.mtu - (options === null ? 0 : options.octets.length),
      offender: 0,
      dst,
      message: null,
    });
    return "EMSGSIZE";
  }
  if (!hasRoom(socket, length, route.mtu)) {
    count(step, socket.netns, "IpOutDiscards");
    return "ENOBUFS";
  }
  countIcmpOut(step, socket.netns, message.type);
  return ipSend(step, socket.netns, route, IPPROTO_ICMP, message, {
    tos: o.tos,
    ttl: o.ttl >= 0 ? o.ttl : isMulticastIpv4(dst) ? 1 : netStack(step, socket.netns).settings.ipDefaultTtl,
    flags: pmtudisc === "do" || (pmtudisc === "want" && !route.isMtuLocked) ? IP_DF : 0,
    numbered: pmtudisc !== "do",
    options,
    // Fields as in icmp.ts, in one order: so V8 knows a single shape of what `ipSend` is given.
    finalDst: route.dst,
    loops: o.multicastLoop ?? true,
    socket: ref,
  });
}

/** May a packet be made, and each of its fragments? Twice the send buffer is allowed. @source __ip_append_data() */
function hasRoom({ sending, sendBuffer }: RawSocket, length: number, mtu: number): boolean {
  // The socket itself counts as one octet.
  let charged = 1 + sending;
  const room = Math.max(8, Math.floor((mtu - 20) / 8) * 8);
  for (let left = length - 20; left > 0; left -= room) {
    if (charged > 2 * sendBuffer) return false;
    charged += packetTruesize(20 + (length <= mtu ? left : Math.min(left, room)));
    if (length <= mtu) break;
  }
  return true;
}
