/** What programs ask of ICMPv6 sockets. */
import type { Errno } from "../core/errno.ts";
import { granted, type Result, refused } from "../core/result.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, deviceByName, type NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import type {
  Icmp6Error,
  Icmp6Received,
  Icmp6SendOptions,
  Inet6Calls,
  ScopedAddress,
} from "../processes/inet6-calls.ts";
import { addrs6 } from "../stack/ipv6/inet6-dev.ts";
import {
  bindRaw6,
  needsScope,
  openRaw6Socket,
  probeRoute6,
  type Raw6Socket,
  raw6Send,
  takeError6,
  takePacket6,
} from "../stack/ipv6/raw6-socket.ts";
import { encodeIcmp6, ICMPV6_HLEN, type Icmp6Message, readIcmp6 } from "../wire/icmpv6.ts";
import type { Ipv6Address } from "../wire/ipv6-address.ts";

function octetsOf(message: Icmp6Message, src: Ipv6Address, dst: Ipv6Address): Uint8Array {
  const octets = new Uint8Array(ICMPV6_HLEN + message.data.length);
  encodeIcmp6(message, src, dst, octets, 0);
  return octets;
}

export class KernelInet6Calls implements Inet6Calls {
  constructor(
    private readonly step: StepContext,
    private readonly process: number,
    private readonly netns: NetnsRef,
    /** The socket is the process's. */
    private readonly keep: (socket: number) => number,
  ) {}

  rawIcmpSocket(): number {
    return this.keep(openRaw6Socket(this.step, this.netns, this.process));
  }

  bindToDevice(socket: number, ifname: string): Errno | null {
    const dev = deviceByName(this.step, this.netns, ifname);
    if (dev === null) return "ENODEV";
    this.step.cells.set(socket, this.step.cells.get<Raw6Socket>(socket).with({ device: dev.ref }));
    return null;
  }

  bind(socket: number, { address, scopeId }: ScopedAddress): Errno | null {
    return bindRaw6(this.step, socket, address, this.deviceRef(scopeId));
  }

  probeSource({ address, scopeId }: ScopedAddress, ifname: string | null): Result<Ipv6Address> {
    const bound = ifname === null ? null : deviceByName(this.step, this.netns, ifname);
    if (ifname !== null && bound === null) return refused("ENODEV");
    const oif = bound === null ? this.deviceRef(scopeId) : bound.ref;
    const route = probeRoute6(this.step, this.netns, address, 0n, oif, bound !== null);
    return "errno" in route ? refused(route.errno) : granted(route.src);
  }

  hasAddress(ifname: string, address: Ipv6Address): boolean {
    const dev = deviceByName(this.step, this.netns, ifname);
    return dev !== null && addrs6(this.step, dev).some((addr) => addr.address === address);
  }

  interfaceIndex(ifname: string): number | null {
    return deviceByName(this.step, this.netns, ifname)?.ifindex ?? null;
  }

  send(socket: number, to: ScopedAddress, octets: Uint8Array, options: Icmp6SendOptions): Errno | null {
    const message = readIcmp6(octets);
    if (message === null) return "EINVAL";
    const scope = needsScope(to.address) ? to.scopeId : 0;
    return raw6Send(this.step, socket, to.address, message, {
      hopLimit: options.hopLimit,
      trafficClass: options.trafficClass,
      flowLabel: options.flowLabel,
      pmtudisc: options.pmtudisc ?? "want",
      src: 0n,
      device: this.deviceRef(options.ifindex !== 0 ? options.ifindex : scope),
      loops: options.multicastLoop,
      mark: options.mark,
    });
  }

  receive(socket: number): Icmp6Received | null {
    const queued = takePacket6(this.step, socket);
    if (queued === null) return null;
    const { packet, time, ifindex } = queued;
    const message = packet.payload;
    const octets = message.kind === "icmp6" ? octetsOf(message, packet.src, packet.dst) : message.octets;
    return { from: this.scoped(packet.src, ifindex), hopLimit: packet.hopLimit, octets, time };
  }

  receiveError(socket: number): Icmp6Error | null {
    const error = takeError6(this.step, socket);
    if (error === null) return null;
    const { errno, type, code, info, dst, message } = error;
    return {
      isLocal: error.origin === 1,
      errno,
      type,
      code,
      info,
      offender: this.scoped(error.offender, error.ifindex),
      dst,
      octets: message === null ? new Uint8Array(0) : octetsOf(message, 0n, dst),
    };
  }

  private scoped(address: Ipv6Address, ifindex: number): ScopedAddress {
    return { address, scopeId: needsScope(address) ? ifindex : 0 };
  }

  /** A device by its number; -1: none. */
  private deviceRef(ifindex: number): number {
    const dev: NetDevice | null = ifindex === 0 ? null : deviceByIndex(this.step, this.netns, ifindex);
    return dev === null ? -1 : dev.ref;
  }
}
