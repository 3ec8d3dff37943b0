/**
 * UDP sockets of a namespace, and the table that finds them by port.
 * @source include/net/inet_sock.h; net/ipv4/udp.c
 */
import type { Cell } from "../core/cell-table.ts";
import type { Errno } from "../core/errno.ts";
import { IntMap } from "../core/int-map.ts";
import type { Nanos } from "../core/nanos.ts";
import { registerRecord } from "../core/record-codec.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import type { QueuedError } from "./raw-socket.ts";

export type UdpSocketCell = Cell<UdpSocket>;

/** A datagram in a receive queue. */
export interface UdpReceived {
  readonly src: Ipv4Address;
  readonly sport: number;
  readonly dst: Ipv4Address;
  readonly data: Uint8Array;
  readonly ifindex: number;
  readonly time: Nanos;
  /** False: its checksum is found wrong when it is read. */
  readonly isGood: boolean;
  /** What it was charged with. */
  readonly truesize: number;
}

/** A socket's member of a group. @source struct ip_mc_socklist */
export interface Membership {
  readonly group: Ipv4Address;
  readonly ifindex: number;
}

/** What programs set, and bind(2) and connect(2) leave behind. */
export interface UdpSettings {
  /** Address it receives at; 0: any (inet_rcv_saddr). */
  readonly local: Ipv4Address;
  /** Address it sends from; 0: to be chosen (inet_saddr). */
  readonly source: Ipv4Address;
  /** 0: not bound yet. */
  readonly port: number;
  readonly peer: Ipv4Address;
  readonly peerPort: number;
  readonly isConnected: boolean;
  /** SO_BINDTODEVICE; 0: any. */
  readonly ifindex: number;
  readonly reusesAddress: boolean;
  readonly reusesPort: boolean;
  readonly allowsBroadcast: boolean;
  /** IP_RECVERR: errors of all kinds are queued and reported. */
  readonly receivesErrors: boolean;
  readonly tos: number;
  /** IP_TTL; -1: the namespace's default. */
  readonly ttl: number;
  /** IP_MULTICAST_TTL */
  readonly multicastTtl: number;
  /** IP_MULTICAST_LOOP */
  readonly multicastLoop: boolean;
  /** IP_MULTICAST_IF: device and address. */
  readonly multicastIfindex: number;
  readonly multicastSource: Ipv4Address;
  readonly pmtudisc: "dont" | "want" | "do";
  readonly receiveBuffer: number;
  readonly sendBuffer: number;
  readonly memberships: readonly Membership[];
}

/** net.core.rmem_default and wmem_default. */
const BUFFER_DEFAULT = 212_992;

export const FRESH_UDP: UdpSettings = Object.freeze({
  local: 0,
  source: 0,
  port: 0,
  peer: 0,
  peerPort: 0,
  isConnected: false,
  ifindex: 0,
  reusesAddress: false,
  reusesPort: false,
  allowsBroadcast: false,
  receivesErrors: false,
  tos: 0,
  ttl: -1,
  multicastTtl: 1,
  multicastLoop: true,
  multicastIfindex: 0,
  multicastSource: 0,
  pmtudisc: "want",
  receiveBuffer: BUFFER_DEFAULT,
  sendBuffer: BUFFER_DEFAULT,
  memberships: [],
});

export class UdpSocket {
  constructor(
    readonly netns: NetnsRef,
    /** Process to wake. */
    readonly owner: number,
    readonly settings: UdpSettings,
    public queue: readonly UdpReceived[],
    /** Octets of memory charged to the receive queue (sk_rmem_alloc). */
    public received: number,
    /** Octets that were read and are not given back yet. @source udp_rmem_release() */
    public deficit: number,
    /** Octets of memory that packets on their way take up (sk_wmem_alloc). */
    public sending: number,
    /** Error to report next (sk_err). */
    public error: Errno | null,
    public errors: readonly QueuedError[],
    /** Datagrams that found the receive buffer full, or were bad (sk_drops). */
    public drops: number,
    /** Its program sleeps until there is room to send. */
    public isBlocked: boolean,
  ) {}

  with(change: Partial<UdpSettings>): UdpSocket {
    return new UdpSocket(
      this.netns,
      this.owner,
      { ...this.settings, ...change },
      this.queue,
      this.received,
      this.deficit,
      this.sending,
      this.error,
      this.errors,
      this.drops,
      this.isBlocked,
    );
  }

  copy(): UdpSocket {
    return new UdpSocket(
      this.netns,
      this.owner,
      this.settings,
      this.queue,
      this.received,
      this.deficit,
      this.sending,
      this.error,
      this.errors,
      this.drops,
      this.isBlocked,
    );
  }
}
registerRecord("UdpSocket", UdpSocket);

/** Sockets of a namespace: all, and those that have a port. */
export class UdpTable {
  constructor(
    /** In order of opening. */
    readonly sockets: readonly UdpSocketCell[],
    /** By port, newest first. @source struct udp_hslot */
    readonly byPort: IntMap<readonly UdpSocketCell[]>,
  ) {}
}
registerRecord("UdpTable", UdpTable);

export const NO_UDP_SOCKETS = new UdpTable([], IntMap.empty());
