/** System calls of programs on UDP and packet sockets. */
import type { Errno } from "../core/errno.ts";
import { granted, type Result, refused } from "../core/result.ts";
import { deviceByName, type NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import type { InetCalls, SocketRef, UdpOptions } from "../processes/program.ts";
import { udp6CanBind, udp6Send } from "../stack/ipv6/udp6.ts";
import { socketJoin } from "../stack/multicast-socket.ts";
import { packetSend } from "../stack/packet-send.ts";
import { udpRecv } from "../stack/udp.ts";
import { udpBind, udpConnect } from "../stack/udp-bind.ts";
import { type SendOutcome, type UdpDestination, udpSend } from "../stack/udp-send.ts";
import type { UdpReceived } from "../stack/udp-socket.ts";
import { openUdpSocket, updateUdpSocket } from "../stack/udp-table.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import type { Ipv6Address } from "../wire/ipv6-address.ts";

export class KernelInetCalls implements InetCalls {
  constructor(
    private readonly step: StepContext,
    private readonly process: number,
    private readonly netns: NetnsRef,
    /** Makes a socket the process's. */
    private readonly keep: (socket: SocketRef) => SocketRef,
  ) {}

  socket(): SocketRef {
    return this.keep(openUdpSocket(this.step, this.netns, this.process));
  }

  set(socket: SocketRef, options: UdpOptions): void {
    updateUdpSocket(this.step, socket, options);
  }

  bindToDevice(socket: SocketRef, ifname: string): Errno | null {
    const dev = ifname === "" ? null : deviceByName(this.step, this.netns, ifname);
    if (dev === null && ifname !== "") return "ENODEV";
    updateUdpSocket(this.step, socket, { ifindex: dev?.ifindex ?? 0 });
    return null;
  }

  bind(socket: SocketRef, address: Ipv4Address, port: number): Errno | null {
    return udpBind(this.step, socket, address, port);
  }

  connect(socket: SocketRef, address: Ipv4Address, port: number): Errno | null {
    return udpConnect(this.step, socket, address, port);
  }

  send(socket: SocketRef, to: UdpDestination | null, data: Uint8Array): SendOutcome {
    return udpSend(this.step, socket, to, data);
  }

  bind6(socket: SocketRef, address: Ipv6Address): Errno | null {
    return udp6CanBind(this.step, socket, address);
  }

  send6(
    socket: SocketRef,
    to: { readonly address: Ipv6Address; readonly port: number },
    src: Ipv6Address,
    data: Uint8Array,
  ): SendOutcome {
    return udp6Send(this.step, socket, to, src, data);
  }

  receive(socket: SocketRef): UdpReceived | Errno | null {
    return udpRecv(this.step, socket);
  }

  join(socket: SocketRef, group: Ipv4Address, address: Ipv4Address): Errno | null {
    return socketJoin(this.step, socket, group, address);
  }

  device(ifname: string): Result<number> {
    const dev = deviceByName(this.step, this.netns, ifname);
    return dev === null ? refused("ENODEV") : granted(dev.ifindex);
  }

  sendFrame(ifindex: number, octets: Uint8Array): Errno | null {
    return packetSend(this.step, this.netns, ifindex, octets);
  }
}
