/**
 * UDP datagrams that come in, and ICMP errors about those that went out.
 * @source RFC 768, RFC 1122 section 4.1; net/ipv4/udp.c, __udp4_lib_rcv(), __udp4_lib_err()
 */
import type { Errno } from "../core/errno.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import { IFF_LOOPBACK, RTN_LOCAL } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_FRAG_NEEDED,
  ICMP_PARAMETERPROB,
  ICMP_PORT_UNREACH,
  ICMP_REDIRECT,
  type IcmpMessage,
} from "../wire/icmp.ts";
import type { Ipv4Packet } from "../wire/ipv4.ts";
import { formatIpv4, type Ipv4Address } from "../wire/ipv4-address.ts";
import { decodeUdp, isUdpChecksumGood, UDP_HLEN, type UdpDatagram } from "../wire/udp.ts";
import { icmpSend } from "./icmp-error.ts";
import { MIB } from "./mib.ts";
import { count, netStack, ownMib } from "./net-stack.ts";
import { ipDevFind } from "./route.ts";
import { packetTruesize } from "./truesize.ts";
import type { UdpReceived, UdpSocketCell } from "./udp-socket.ts";
import { udpAtPort } from "./udp-table.ts";

/** Up to so many octets a checksum is looked at before a socket is looked for. @source include/linux/skbuff.h, CHECKSUM_BREAK */
const CHECKSUM_BREAK = 76;
/** Source quench: deprecated, and ignored. */
const ICMP_SOURCE_QUENCH = 4;

/** Where a datagram came from and went to. */
export interface UdpFlow {
  readonly src: Ipv4Address;
  readonly sport: number;
  readonly dst: Ipv4Address;
  readonly dport: number;
  /** Device it came in on. */
  readonly ifindex: number;
}

/**
 * How well a socket fits; below 0: not at all. The peer, the peer's port and the device each weigh more than an exact family.
 * @source compute_score()
 */
function score(step: StepContext, ref: UdpSocketCell, flow: UdpFlow, local: Ipv4Address): number {
  const { settings } = step.cells.get(ref);
  if (settings.local !== local) return -1;
  let points = 2;
  if (settings.peer !== 0) {
    if (settings.peer !== flow.src) return -1;
    points += 4;
  }
  if (settings.peerPort !== 0) {
    if (settings.peerPort !== flow.sport) return -1;
    points += 4;
  }
  if (settings.ifindex !== 0) {
    if (settings.ifindex !== flow.ifindex) return -1;
    points += 4;
  }
  return points;
}

/** The best of those bound to an address; among equals the newest, or one of a SO_REUSEPORT group by the flow. */
function best(
  step: StepContext,
  sockets: readonly UdpSocketCell[],
  flow: UdpFlow,
  local: Ipv4Address,
): UdpSocketCell | null {
  let found: UdpSocketCell | null = null;
  let most = -1;
  for (const ref of sockets) {
    const points = score(step, ref, flow, local);
    if (points <= most) continue;
    most = points;
    found = ref;
  }
  if (found === null) return null;
  const { settings } = step.cells.get(found);
  if (!settings.reusesPort || settings.isConnected) return found;
  const group = sockets.filter(
    (ref) => step.cells.get(ref).settings.reusesPort && score(step, ref, flow, local) === most,
  );
  return group[flowHash(flow) % group.length]!;
}

/** @differs from the kernel's, whose seed is random: a stated hash. @source reuseport_select_sock() */
function flowHash(flow: UdpFlow): number {
  let hash = Math.imul(flow.src ^ (flow.sport << 16) ^ flow.dport, 0x9e3779b1) ^ flow.dst;
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** @source __udp4_lib_lookup() */
export function udpLookup(step: StepContext, netns: number, flow: UdpFlow): UdpSocketCell | null {
  const sockets = udpAtPort(step, netns, flow.dport);
  if (sockets.length === 0) return null;
  return best(step, sockets, flow, flow.dst) ?? best(step, sockets, flow, 0);
}

/**
 * Takes a datagram for this host. Gives the reason why nobody got it, or null.
 * @param isForHost the frame was addressed to this host alone: only then its sender may be told
 */
export function udpRcv(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  routeType: number,
  isForHost: boolean,
): number | null {
  const datagram = packet.payload;
  if (datagram.kind !== "udp") {
    count(step, dev.netns, "UdpInErrors");
    return DROP.NOT_SPECIFIED;
  }
  if (datagram.ulen > datagram.length || datagram.ulen < UDP_HLEN) {
    count(step, dev.netns, "UdpInErrors");
    return DROP.PKT_TOO_SMALL;
  }
  const isGood = isUdpChecksumGood(datagram, packet.src, packet.dst);
  if (!isGood && datagram.ulen <= CHECKSUM_BREAK) return badChecksum(step, dev);
  const flow: UdpFlow = {
    src: packet.src,
    sport: datagram.sport,
    dst: packet.dst,
    dport: datagram.dport,
    ifindex: arrivalIndex(step, dev, packet.dst),
  };
  const received = receivedOf(step, flow, packet, datagram, isGood);
  if (routeType !== RTN_LOCAL) return deliverToAll(step, dev, packet, flow, received);
  const ref = udpLookup(step, dev.netns, flow);
  if (ref !== null) return queueReceived(step, dev, ref, received);
  if (!isGood) return badChecksum(step, dev);
  count(step, dev.netns, "UdpNoPorts");
  if (isForHost) icmpSend(step, dev, packet, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
  return DROP.NO_SOCKET;
}

/** Device that a datagram is held to have come in by: over loopback, the one that has its destination. @source inet_iif() */
function arrivalIndex(step: StepContext, dev: NetDevice, dst: Ipv4Address): number {
  if ((dev.flags & IFF_LOOPBACK) === 0) return dev.ifindex;
  return ipDevFind(step, netStack(step, dev.netns), dst)?.ifindex ?? dev.ifindex;
}

function badChecksum(step: StepContext, dev: NetDevice): number {
  count(step, dev.netns, "UdpInCsumErrors");
  count(step, dev.netns, "UdpInErrors");
  return DROP.UDP_CSUM;
}

function receivedOf(
  step: StepContext,
  flow: UdpFlow,
  packet: Ipv4Packet,
  datagram: UdpDatagram,
  isGood: boolean,
): UdpReceived {
  const octets = datagram.ulen - UDP_HLEN;
  const data = datagram.data.length > octets ? datagram.data.slice(0, octets) : datagram.data;
  const { src, sport, dst, ifindex } = flow;
  return { src, sport, dst, data, ifindex, time: step.now, isGood, truesize: packetTruesize(packet.length) };
}

/** To a group or to all: every socket that fits gets a copy. @source __udp4_lib_mcast_deliver() */
function deliverToAll(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  flow: UdpFlow,
  received: UdpReceived,
): number | null {
  const takers = udpAtPort(step, dev.netns, flow.dport).filter((ref) => isForSocket(step, ref, flow));
  if (takers.length === 0) {
    count(step, dev.netns, "UdpIgnoredMulti");
    return DROP.NOT_SPECIFIED;
  }
  // The first one found gets the original, after the others got their copies.
  for (const ref of [...takers.slice(1), takers[0]!]) {
    const reason = queueReceived(step, dev, ref, received);
    if (reason !== null) step.recordPacketDrop(dev.netns, dev.ref, packet, reason);
  }
  return null;
}

/** @source __udp_is_mcast_sock(), ip_mc_sf_allow() */
function isForSocket(step: StepContext, ref: UdpSocketCell, flow: UdpFlow): boolean {
  const { settings: s } = step.cells.get(ref);
  return (
    (s.peer === 0 || s.peer === flow.src) &&
    (s.peerPort === 0 || s.peerPort === flow.sport) &&
    (s.local === 0 || s.local === flow.dst) &&
    (s.ifindex === 0 || s.ifindex === flow.ifindex)
  );
}

/** @source __udp_enqueue_schedule_skb() */
function queueReceived(
  step: StepContext,
  dev: NetDevice,
  ref: UdpSocketCell,
  received: UdpReceived,
): number | null {
  const own = step.cells.own(ref);
  if (own.received > 0 && own.received + received.truesize > own.settings.receiveBuffer) {
    own.drops++;
    count(step, dev.netns, "UdpRcvbufErrors");
    count(step, dev.netns, "UdpInErrors");
    return DROP.SOCKET_RCVBUFF;
  }
  own.queue = [...own.queue, received];
  own.received += received.truesize;
  step.wake(own.owner);
  return null;
}

/** The next datagram or error of a socket; null: it would wait. @source udp_recvmsg(), __skb_recv_udp() */
export function udpRecv(step: StepContext, ref: UdpSocketCell): UdpReceived | Errno | null {
  for (;;) {
    const { error, queue, netns } = step.cells.get(ref);
    if (error !== null) {
      step.cells.own(ref).error = null;
      return error;
    }
    const first = queue[0];
    if (first === undefined) return null;
    const own = step.cells.own(ref);
    own.queue = queue.slice(1);
    give(own, first.truesize);
    if (first.isGood) {
      ownMib(step, netns).add(MIB.UdpInDatagrams, 1);
      return first;
    }
    own.drops++;
    count(step, netns, "UdpInCsumErrors");
    count(step, netns, "UdpInErrors");
    const from = `UDP from ${formatIpv4(first.src)} port ${first.sport}`;
    step.recordDrop(netns, -1, 0, first.data.length, DROP.UDP_CSUM, undefined, from);
  }
}

/** Memory is given back a quarter of the buffer at a time, or when the queue is empty. @source udp_rmem_release() */
function give(
  socket: {
    received: number;
    deficit: number;
    readonly queue: readonly unknown[];
    settings: { receiveBuffer: number };
  },
  octets: number,
): void {
  socket.deficit += octets;
  if (socket.queue.length > 0 && socket.deficit < socket.settings.receiveBuffer >> 2) return;
  socket.received -= socket.deficit;
  socket.deficit = 0;
}

// --------------------------------------------------------------------------------------------- errors

/** Errors of destination unreachable by code, and whether they end a connection. @source net/ipv4/icmp.c, icmp_err_convert */
const UNREACH: readonly (readonly [Errno, boolean])[] = [
  ["ENETUNREACH", false],
  ["EHOSTUNREACH", false],
  ["ENOPROTOOPT", true],
  ["ECONNREFUSED", true],
  ["EMSGSIZE", false],
  ["EOPNOTSUPP", false],
  ["ENETUNREACH", true],
  ["EHOSTDOWN", true],
  ["ENONET", true],
  ["ENETUNREACH", true],
  ["EHOSTUNREACH", true],
  ["ENETUNREACH", false],
  ["EHOSTUNREACH", false],
  ["EHOSTUNREACH", true],
  ["EHOSTUNREACH", true],
  ["EHOSTUNREACH", true],
];

/** The errno of an ICMP error, and whether it is fatal; null: it says nothing to a socket. */
function errorOf(message: IcmpMessage, pmtudisc: string): readonly [Errno, boolean] | null {
  switch (message.type) {
    case ICMP_REDIRECT:
    case ICMP_SOURCE_QUENCH:
      return null;
    case ICMP_PARAMETERPROB:
      return ["EPROTO", true];
    case ICMP_DEST_UNREACH:
      if (message.code === ICMP_FRAG_NEEDED) return pmtudisc === "dont" ? null : ["EMSGSIZE", true];
      return UNREACH[message.code] ?? ["EHOSTUNREACH", false];
    default:
      return ["EHOSTUNREACH", false];
  }
}

/**
 * An ICMP error about a datagram of ours. False: no socket has sent it.
 * @param quoted the packet that the error quotes, cut short as it may be
 */
export function udpError(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  message: IcmpMessage,
  quoted: { readonly src: Ipv4Address; readonly dst: Ipv4Address; readonly payload: Uint8Array },
  learn: (socket: { readonly oif: number; readonly tos?: number }) => void,
): boolean {
  const head = decodeUdp(quoted.payload, 0, quoted.payload.length);
  if ("reason" in head) return false;
  const flow: UdpFlow = {
    src: quoted.dst,
    sport: head.dport,
    dst: quoted.src,
    dport: head.sport,
    ifindex: dev.ifindex,
  };
  const ref = udpLookup(step, dev.netns, flow);
  if (ref === null) return false;
  const { settings } = step.cells.get(ref);
  learn({ oif: -1 });
  const error = errorOf(message, settings.pmtudisc);
  if (error === null) return true;
  const [errno, isFatal] = error;
  if (!settings.receivesErrors && (!isFatal || !settings.isConnected)) return true;
  const own = step.cells.own(ref);
  if (settings.receivesErrors)
    own.errors = [
      ...own.errors,
      {
        origin: 2,
        errno,
        type: message.type,
        code: message.code,
        info:
          message.type === ICMP_DEST_UNREACH && message.code === ICMP_FRAG_NEEDED ? message.rest & 0xffff : 0,
        offender: packet.src,
        dst: quoted.dst,
        message: null,
      },
    ];
  own.error = errno;
  step.wake(own.owner);
  return true;
}
