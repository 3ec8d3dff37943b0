/**
 * A program of the simulation: a pure reducer over plain data that acts through sockets and one timer. It runs inside a step:
 * what it asks is answered at once, what it waits for wakes it later.
 */
import type { Errno } from "../core/errno.ts";
import type { Nanos } from "../core/nanos.ts";
import type { Result } from "../core/result.ts";
import type { NetnsId, ProgramStreams } from "../events/requests.ts";
import type { RtnlFamily, RtnlMessage, RtnlObject } from "../events/rtnl.ts";
import type { PacketRead, PacketSocketOptions } from "../stack/packet-socket.ts";
import type { QueuedError, QueuedPacket, RawSendOptions } from "../stack/raw-socket.ts";
import type { SendOutcome, UdpDestination } from "../stack/udp-send.ts";
import type { UdpReceived, UdpSettings } from "../stack/udp-socket.ts";
import type { ArpPacket } from "../wire/arp.ts";
import type { IcmpMessage } from "../wire/icmp.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import type { Ipv6Address } from "../wire/ipv6-address.ts";
import type { Mac } from "../wire/mac.ts";
import type { Inet6Calls } from "./inet6-calls.ts";

/** Number of a socket in this run. */
export type SocketRef = number;

/** A device as programs list them. */
export interface InterfaceInfo {
  readonly ifindex: number;
  /** Its name, then its other names. */
  readonly names: readonly string[];
  readonly isUp: boolean;
  readonly isRunning: boolean;
  readonly isLoopback: boolean;
  /** Of its first address; 0: it has none. */
  readonly netmask: number;
}

export interface ProgramContext {
  readonly now: Nanos;
  readonly pid: number;
  readonly netns: NetnsId;
  /** Writes text to the process's file descriptor 1 or 2, or hands it over to whoever runs an inner program (3). */
  write(fd: 1 | 2 | 3, text: string): void;
  /** Ends the process after this call returns; its sockets are closed. */
  exit(status: number): void;
  /** Wakes the program at `at` (virtual time, at least the cost of one system call from now); replaces an earlier wish. Null: none. */
  setTimer(at: Nanos | null): void;
  /** When a recvmsg(2) that begins now gives up after so many milliseconds (SO_RCVTIMEO): kernel timers are never early. */
  receiveTimeout(ms: number): Nanos;

  /** socket(AF_INET, SOCK_RAW, IPPROTO_ICMP): gets a copy of each ICMP packet that reaches the namespace, and error queue entries. */
  rawIcmpSocket(): SocketRef;
  /** SO_BINDTODEVICE; "" takes the binding back. ENODEV. */
  bindToDevice(socket: SocketRef, ifname: string): Errno | null;
  /** bind(2) to a local address. EADDRNOTAVAIL. */
  bind(socket: SocketRef, address: Ipv4Address): Errno | null;
  /** SO_BROADCAST. */
  setBroadcast(socket: SocketRef, on: boolean): void;
  /** SO_SNDBUF. */
  setSendBuffer(socket: SocketRef, octets: number): void;
  /**
   * connect(2) of a UDP socket and getsockname(2): which source address the stack would use. `ifname` = SO_BINDTODEVICE.
   * ENETUNREACH, EACCES (broadcast without SO_BROADCAST, prohibit route), EINVAL, EHOSTUNREACH.
   */
  probeSource(
    dst: Ipv4Address,
    src: Ipv4Address,
    ifname: string | null,
    tos: number,
    broadcast: boolean,
  ): Result<{ src: Ipv4Address; isBroadcast: boolean }>;
  /** Is there an interface of that name? */
  hasInterface(ifname: string): boolean;
  /** getifaddrs(3): does an interface or label of that name have this address? */
  hasAddress(ifname: string, address: Ipv4Address): boolean;
  /** sendto(2) on a raw ICMP socket. What it causes on directly connected hosts has been queued when it returns. */
  sendIcmp(socket: SocketRef, dst: Ipv4Address, message: IcmpMessage, options: RawSendOptions): Errno | null;
  /** recvmsg(2) without waiting; null: nothing there. */
  receive(socket: SocketRef): QueuedPacket | null;
  /** recvmsg(2) with MSG_ERRQUEUE; null: nothing there. */
  receiveError(socket: SocketRef): QueuedError | null;

  /** Devices of the namespace by ifindex. */
  interfaces(): readonly InterfaceInfo[];
  /** if_indextoname(3). */
  interfaceName(ifindex: number): string | null;
  isLoopback(ifindex: number): boolean;
  /** socket(AF_PACKET, SOCK_RAW) with a ring, bound to a device or to all. */
  packetSocket(options: PacketSocketOptions): SocketRef;
  /** The packets that are ready. */
  receivePackets(socket: SocketRef): PacketRead;
  /** PACKET_STATISTICS: packets that passed the filter since the socket was opened. */
  packetStatistics(socket: SocketRef): number;

  readonly links: LinkCalls;
  /** UDP sockets, and frames of the program's own making. */
  readonly inet: InetCalls;
  /** socket(AF_NETLINK, NETLINK_ROUTE) that joined the groups of these objects; of one family, or of all (null). */
  netlinkSocket(objects: readonly RtnlObject[], family: RtnlFamily | null, hearsAll?: boolean): SocketRef;
  /** The notifications that are there, oldest first. */
  receiveMessages(socket: SocketRef): readonly RtnlMessage[];
  /** ICMPv6 sockets. */
  readonly inet6: Inet6Calls;

  /** Content of a file, relative to the working directory. */
  readFile(path: string): Result<string>;
  /** Makes a file anew, or appends to it. */
  writeFile(path: string, text: string, append: boolean): Errno | null;
}

/** What getifaddrs(3) tells of a device's link layer. */
export interface DeviceFacts {
  readonly ifname: string;
  readonly ifindex: number;
  /** IFF_* */
  readonly flags: number;
  readonly address: Mac;
  readonly broadcast: Mac;
}

/** Calls of programs that work below IP. */
export interface LinkCalls {
  /** By its name, not by one of its other ones. */
  device(ifname: string): DeviceFacts | null;
  /** RTM_GETROUTE: the name of the device by which packets to an address leave; null: there is no way. */
  routeDevice(dst: Ipv4Address): string | null;
  /**
   * connect(2) and getsockname(2) of a UDP socket that is bound to a device and keeps to hosts on the link (SO_DONTROUTE).
   * EACCES: broadcast.
   */
  sourceOnLink(ifname: string, dst: Ipv4Address): Result<Ipv4Address>;
  /** sendto(2) on a packet socket of type SOCK_DGRAM. ENXIO, ENETDOWN. */
  sendArp(ifindex: number, to: Mac, packet: ArpPacket): Errno | null;
}

/** What setsockopt(2) can set of a UDP socket. */
export type UdpOptions = Partial<
  Pick<
    UdpSettings,
    | "allowsBroadcast"
    | "receivesErrors"
    | "reusesAddress"
    | "reusesPort"
    | "tos"
    | "ttl"
    | "multicastTtl"
    | "multicastLoop"
    | "receiveBuffer"
    | "sendBuffer"
  >
>;

/** System calls on UDP sockets over IPv4, and sending on packet sockets. */
export interface InetCalls {
  /** socket(AF_INET, SOCK_DGRAM). It is closed when the process ends. */
  socket(): SocketRef;
  set(socket: SocketRef, options: UdpOptions): void;
  /** SO_BINDTODEVICE. ENODEV. */
  bindToDevice(socket: SocketRef, ifname: string): Errno | null;
  /** EADDRNOTAVAIL, EADDRINUSE, EINVAL (it is bound already). Port 0: one is chosen. */
  bind(socket: SocketRef, address: Ipv4Address, port: number): Errno | null;
  connect(socket: SocketRef, address: Ipv4Address, port: number): Errno | null;
  /** Null as destination: where it is connected to. `wait`: the send buffer is full; the program is woken when there is room. */
  send(socket: SocketRef, to: UdpDestination | null, data: Uint8Array): SendOutcome;
  /** bind(2) of a socket of IPv6 to an address: may it? EADDRNOTAVAIL; EINVAL: the address needs a device. */
  bind6(socket: SocketRef, address: Ipv6Address): Errno | null;
  /** The same over IPv6, from an address that it is bound to; 0: from any. */
  send6(
    socket: SocketRef,
    to: { readonly address: Ipv6Address; readonly port: number },
    src: Ipv6Address,
    data: Uint8Array,
  ): SendOutcome;
  /** The next datagram, or an error that waits; null: neither. */
  receive(socket: SocketRef): UdpReceived | Errno | null;
  /** IP_ADD_MEMBERSHIP by an address of the device. */
  join(socket: SocketRef, group: Ipv4Address, address: Ipv4Address): Errno | null;
  /** bind(2) of a packet socket: the device's ifindex. ENODEV. */
  device(ifname: string): Result<number>;
  /** send(2) on a packet socket that is bound to a device. */
  sendFrame(ifindex: number, octets: Uint8Array): Errno | null;
}

/** Why a program goes on. */
export type Wake =
  | { readonly kind: "timer" }
  | { readonly kind: "readable" }
  | { readonly kind: "signal"; readonly signal: string };

/** @typeParam S its state: plain data (numbers, text, arrays, objects, null) */
export interface Program<S> {
  readonly name: string;
  /** A part of a tool, and no command of its own. */
  readonly isInner?: true;
  /** argv[0] is the program's name. A program that ends at once calls `exit` and still returns a state. */
  start(cx: ProgramContext, argv: readonly string[], streams: ProgramStreams): S;
  /** Does it read standard input, called like this? It is handed to `start` as a whole. */
  readsInput?(argv: readonly string[]): boolean;
  /** A copy of the state that a wake may write to. What lies deeper in it is immutable. */
  copy(state: S): S;
  /** The program goes on: with a state that nobody else holds, which it may change and give back. */
  wake(cx: ProgramContext, state: S, wake: Wake): S;
}
