/** The system calls of the programs of the simulation. */
import type { Errno } from "../core/errno.ts";
import type { Nanos } from "../core/nanos.ts";
import { granted, type Result, refused } from "../core/result.ts";
import { JiffiesClock } from "../core/timer-wheel.ts";
import { deviceFlags, type NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, deviceByName, devicesOf, type NetnsRef } from "../devices/netns.ts";
import {
  IFF_LOOPBACK,
  IFF_RUNNING,
  IFF_UP,
  RTN_BROADCAST,
  RTN_LOCAL,
  RTN_UNICAST,
} from "../events/netlink.ts";
import type { RtnlFamily, RtnlMessage, RtnlObject } from "../events/rtnl.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Inet6Calls } from "../processes/inet6-calls.ts";
import type {
  InetCalls,
  InterfaceInfo,
  LinkCalls,
  Program,
  ProgramContext,
  SocketRef,
} from "../processes/program.ts";
import { inetAddrType } from "../stack/fib-nexthop.ts";
import { inDevice } from "../stack/in-device.ts";
import { count } from "../stack/net-stack.ts";
import {
  openPacketSocket,
  type PacketRead,
  type PacketSocket,
  type PacketSocketOptions,
  takePackets,
} from "../stack/packet-socket.ts";
import type { QueuedError, QueuedPacket, RawSendOptions } from "../stack/raw-socket.ts";
import { openRawSocket, type RawSocket, rawSend, takeError, takePacket } from "../stack/raw-socket.ts";
import { routeOutput } from "../stack/route.ts";
import type { IcmpMessage } from "../wire/icmp.ts";
import { type Ipv4Address, prefixMask } from "../wire/ipv4-address.ts";
import { fileRead, fileWrite } from "./files.ts";
import type { Process } from "./globals.ts";

import { KernelInetCalls } from "./inet-calls.ts";
import { KernelInet6Calls } from "./inet6-calls.ts";
import { KernelLinkCalls } from "./link-calls.ts";
import { openNetlinkSocket, takeMessages } from "./netlink-socket.ts";

/** net.core.wmem_max, and the least that a socket keeps. @source include/net/sock.h */
const WMEM_MAX = 212_992;
const SOCK_MIN_SNDBUF = 4608;

export class KernelProgramContext implements ProgramContext {
  /** Set by `exit`. */
  status: number | null = null;
  /** Calls that a program asks for: few do, and a program is woken for every packet. */
  private madeInet: InetCalls | null = null;
  private madeInet6: Inet6Calls | null = null;

  constructor(
    private readonly step: StepContext,
    /** Cell of the process. */
    readonly process: number,
    readonly pid: number,
    readonly netns: NetnsRef,
    /** What the process runs. */
    readonly program: Program<unknown>,
  ) {}

  get inet(): InetCalls {
    const { step, process, netns } = this;
    this.madeInet ??= new KernelInetCalls(step, process, netns, (socket) => this.keep(socket));
    return this.madeInet;
  }

  get inet6(): Inet6Calls {
    const { step, process, netns } = this;
    this.madeInet6 ??= new KernelInet6Calls(step, process, netns, (socket) => this.keep(socket));
    return this.madeInet6;
  }

  get links(): LinkCalls {
    return new KernelLinkCalls(this.step, this.netns);
  }

  get now(): Nanos {
    return this.step.now;
  }

  write(fd: 1 | 2 | 3, text: string): void {
    this.step.output(this.pid, fd, text, this.netns);
  }

  exit(status: number): void {
    this.status = status;
  }

  setTimer(at: Nanos | null): void {
    if (at === null) this.step.cancelTimer(this.process);
    else this.step.armProgram(this.process, at);
  }

  receiveTimeout(ms: number): Nanos {
    return this.step.timerExpiry(JiffiesClock.ofMs(ms));
  }

  rawIcmpSocket(): SocketRef {
    return this.keep(openRawSocket(this.step, this.netns, this.process));
  }

  /** The socket is the process's: it goes with it. */
  private keep(socket: SocketRef): SocketRef {
    const process = this.step.cells.get<Process>(this.process);
    this.step.cells.set(this.process, process.with({ sockets: [...process.sockets, socket] }));
    return socket;
  }

  bindToDevice(socket: SocketRef, ifname: string): Errno | null {
    const dev = ifname === "" ? null : deviceByName(this.step, this.netns, ifname);
    if (dev === null && ifname !== "") return "ENODEV";
    this.step.cells.set(socket, socketOf(this.step, socket).with({ outDevice: dev?.ref ?? -1 }));
    return null;
  }

  bind(socket: SocketRef, address: Ipv4Address): Errno | null {
    // Groups can be bound to as well, and all addresses while there is no local table. @source inet_addr_valid_or_nonlocal()
    const type = inetAddrType(this.step, this.netns, address);
    if (type === RTN_UNICAST) return "EADDRNOTAVAIL";
    const local = type === RTN_LOCAL ? address : 0;
    this.step.cells.set(socket, socketOf(this.step, socket).with({ local }));
    return null;
  }

  setBroadcast(socket: SocketRef, on: boolean): void {
    this.step.cells.set(socket, socketOf(this.step, socket).with({ allowsBroadcast: on }));
  }

  setSendBuffer(socket: SocketRef, octets: number): void {
    const sendBuffer = Math.max(2 * Math.min(octets, WMEM_MAX), SOCK_MIN_SNDBUF);
    this.step.cells.set(socket, socketOf(this.step, socket).with({ sendBuffer }));
  }

  probeSource(
    dst: Ipv4Address,
    src: Ipv4Address,
    ifname: string | null,
    tos: number,
    broadcast: boolean,
  ): Result<{ src: Ipv4Address; isBroadcast: boolean }> {
    let device: NetDevice | null = null;
    if (ifname !== null) {
      device = deviceByName(this.step, this.netns, ifname);
      if (device === null) return refused("ENODEV");
    }
    const route = routeOutput(this.step, this.netns, {
      dst,
      src,
      oif: device === null ? -1 : device.ref,
      tos: tos & 0x1e,
    });
    if ("errno" in route) {
      if (route.errno === "ENETUNREACH") count(this.step, this.netns, "IpOutNoRoutes");
      return refused(route.errno);
    }
    const isBroadcast = route.type === RTN_BROADCAST;
    if (isBroadcast && !broadcast) return refused("EACCES");
    return granted({ src: route.src, isBroadcast });
  }

  hasInterface(ifname: string): boolean {
    return deviceByName(this.step, this.netns, ifname) !== null;
  }

  hasAddress(ifname: string, address: Ipv4Address): boolean {
    return devicesOf(this.step, this.netns).some((dev) =>
      inDevice(this.step, dev).addrs.some((ifa) => ifa.label === ifname && ifa.local === address),
    );
  }

  sendIcmp(socket: SocketRef, dst: Ipv4Address, message: IcmpMessage, options: RawSendOptions): Errno | null {
    return rawSend(this.step, socket, dst, message, options);
  }

  receive(socket: SocketRef): QueuedPacket | null {
    return takePacket(this.step, socket);
  }

  receiveError(socket: SocketRef): QueuedError | null {
    return takeError(this.step, socket);
  }

  interfaces(): readonly InterfaceInfo[] {
    return devicesOf(this.step, this.netns).map((dev) => {
      const flags = deviceFlags(dev);
      const first = inDevice(this.step, dev).addrs[0];
      return {
        ifindex: dev.ifindex,
        names: [dev.ifname, ...dev.altnames],
        isUp: (flags & IFF_UP) !== 0,
        isRunning: (flags & IFF_RUNNING) !== 0,
        isLoopback: (flags & IFF_LOOPBACK) !== 0,
        netmask: first === undefined ? 0 : prefixMask(first.prefixLen) >>> 0,
      };
    });
  }

  interfaceName(ifindex: number): string | null {
    return deviceByIndex(this.step, this.netns, ifindex)?.ifname ?? null;
  }

  isLoopback(ifindex: number): boolean {
    return ((deviceByIndex(this.step, this.netns, ifindex)?.flags ?? 0) & IFF_LOOPBACK) !== 0;
  }

  packetSocket(options: PacketSocketOptions): SocketRef {
    const dev = options.ifindex === 0 ? null : deviceByIndex(this.step, this.netns, options.ifindex);
    return this.keep(openPacketSocket(this.step, this.netns, this.process, dev, options));
  }

  receivePackets(socket: SocketRef): PacketRead {
    return takePackets(this.step, socket);
  }

  packetStatistics(socket: SocketRef): number {
    return this.step.cells.get<PacketSocket>(socket).received;
  }

  netlinkSocket(objects: readonly RtnlObject[], family: RtnlFamily | null, hearsAll = false): SocketRef {
    return this.keep(openNetlinkSocket(this.step, this.netns, this.process, objects, family, hearsAll));
  }

  receiveMessages(socket: SocketRef): readonly RtnlMessage[] {
    return takeMessages(this.step, socket);
  }

  readFile(path: string): Result<string> {
    return fileRead(this.step, this.netns, { path: this.absolute(path), pid: this.pid });
  }

  writeFile(path: string, data: string, append: boolean): Errno | null {
    const written = fileWrite(this.step, this.netns, {
      path: this.absolute(path),
      pid: this.pid,
      data,
      append,
    });
    return written.ok ? null : written.errno;
  }

  private absolute(path: string): string {
    if (path === "" || path.startsWith("/")) return path;
    return `${this.step.cells.get<Process>(this.process).about.cwd}/${path}`;
  }
}

function socketOf(step: StepContext, socket: SocketRef): RawSocket {
  return step.cells.get<RawSocket>(socket);
}
