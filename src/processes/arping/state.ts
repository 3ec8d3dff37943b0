import type { Nanos } from "../../core/nanos.ts";
import type { Ipv4Address } from "../../wire/ipv4-address.ts";
import type { Mac } from "../../wire/mac.ts";
import type { SocketRef } from "../program.ts";
import type { Stdout } from "../stdout.ts";
import type { ArpingOptions } from "./options.ts";

/** A running arping. */
export interface ArpingState extends Stdout {
  readonly options: ArpingOptions;
  readonly socket: SocketRef;
  readonly ifindex: number;
  /** Of the device. */
  readonly address: Mac;
  readonly target: Ipv4Address;
  readonly source: Ipv4Address;
  /** Where packets are sent to: everybody, then who answered. */
  peer: Mac;
  isUnicasting: boolean;
  /** When the next packet is due; null: never. */
  tickAt: Nanos | null;
  ticks: number;
  /** When -w ends it. */
  timeoutAt: Nanos | null;
  /** When the last packet was sent; null: none was. */
  lastAt: Nanos | null;
  sent: number;
  broadcasts: number;
  received: number;
  receivedBroadcasts: number;
  receivedRequests: number;
  /** What an error adds to the status. */
  fault: number;
  isEnded: boolean;
}
