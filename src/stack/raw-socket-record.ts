/** A raw ICMP socket, and what waits in it. @source net/ipv4/raw.c, struct raw_sock */
import type { Cell } from "../core/cell-table.ts";
import type { Errno } from "../core/errno.ts";
import { registerRecord } from "../core/record-codec.ts";
import type { NetnsRef } from "../devices/netns.ts";
import type { IcmpMessage } from "../wire/icmp.ts";
import type { Ipv4Packet } from "../wire/ipv4.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";

export type SocketCell = Cell<RawSocket>;

/** A packet in a socket's receive queue. */
export interface QueuedPacket {
  readonly packet: Ipv4Packet;
  readonly time: number;
  readonly ifindex: number;
}

/** @source include/uapi/linux/errqueue.h, struct sock_extended_err */
export interface QueuedError {
  readonly origin: 1 | 2;
  readonly errno: Errno;
  readonly type: number;
  readonly code: number;
  readonly info: number;
  readonly offender: Ipv4Address;
  readonly dst: Ipv4Address;
  readonly message: IcmpMessage | null;
}

/** net.core.wmem_default. */
const SEND_BUFFER_OCTETS = 212_992;

export class RawSocket {
  constructor(
    readonly netns: NetnsRef,
    /** Process to wake. */
    readonly owner: number,
    /** Address it is bound to; 0: any. */
    readonly local: Ipv4Address,
    /** Device that it is bound to: what it sends leaves there, what it gets came by there; -1: any. */
    readonly outDevice: number,
    readonly allowsBroadcast: boolean,
    public queue: readonly QueuedPacket[],
    public errors: readonly QueuedError[],
    /** Octets of memory charged to the queue. */
    public queuedOctets: number,
    /** Octets of memory that packets take up which wait for a neighbour (sk_wmem_alloc). */
    public sending = 0,
    /** SO_SNDBUF, as the kernel keeps it: doubled. */
    readonly sendBuffer = SEND_BUFFER_OCTETS,
  ) {}

  with(
    change: Partial<Pick<RawSocket, "local" | "outDevice" | "allowsBroadcast" | "sendBuffer">>,
  ): RawSocket {
    return new RawSocket(
      this.netns,
      this.owner,
      change.local ?? this.local,
      change.outDevice ?? this.outDevice,
      change.allowsBroadcast ?? this.allowsBroadcast,
      this.queue,
      this.errors,
      this.queuedOctets,
      this.sending,
      change.sendBuffer ?? this.sendBuffer,
    );
  }

  copy(): RawSocket {
    return this.with({});
  }
}
registerRecord("RawSocket", RawSocket);
