/** System calls of a program on a raw ICMPv6 socket. */
import type { Errno } from "../core/errno.ts";
import type { Nanos } from "../core/nanos.ts";
import type { Result } from "../core/result.ts";
import type { Ipv6Address } from "../wire/ipv6-address.ts";

/** An address as struct sockaddr_in6 has it. */
export interface ScopedAddress {
  readonly address: Ipv6Address;
  /** sin6_scope_id: an ifindex, for addresses that need one; 0: none. */
  readonly scopeId: number;
}

export interface Icmp6SendOptions {
  /** IPV6_UNICAST_HOPS and IPV6_MULTICAST_HOPS; -1: the default. */
  readonly hopLimit: number;
  readonly trafficClass: number;
  readonly flowLabel: number;
  /** IPV6_MTU_DISCOVER; null: the default. */
  readonly pmtudisc: "want" | "do" | "dont" | null;
  /** IPV6_PKTINFO's ifindex; 0: none. */
  readonly ifindex: number;
  /** SO_DONTROUTE */
  readonly dontRoute: boolean;
  /** IPV6_MULTICAST_LOOP */
  readonly multicastLoop: boolean;
  /** SO_MARK */
  readonly mark: number;
}

/** An ICMPv6 message that came to a socket. */
export interface Icmp6Received {
  readonly from: ScopedAddress;
  readonly hopLimit: number;
  /** From the ICMPv6 header on. */
  readonly octets: Uint8Array;
  readonly time: Nanos;
}

/** An entry of the error queue. */
export interface Icmp6Error {
  /** Of this host's own making (SO_EE_ORIGIN_LOCAL), or told by ICMPv6. */
  readonly isLocal: boolean;
  readonly errno: Errno;
  readonly type: number;
  readonly code: number;
  /** ee_info: the path's MTU, or the pointer of a parameter problem. */
  readonly info: number;
  /** Who told it. */
  readonly offender: ScopedAddress;
  /** Where the packet was sent to. */
  readonly dst: Ipv6Address;
  /** What was sent, from the ICMPv6 header on, as far as it was quoted. */
  readonly octets: Uint8Array;
}

export interface Inet6Calls {
  /** socket(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6) with ICMP6_FILTER for echo replies, IPV6_RECVERR and IPV6_RECVHOPLIMIT. */
  rawIcmpSocket(): number;
  /** SO_BINDTODEVICE. ENODEV. */
  bindToDevice(socket: number, ifname: string): Errno | null;
  /** bind(2). EADDRNOTAVAIL; EINVAL: a link-local address without a device. */
  bind(socket: number, to: ScopedAddress): Errno | null;
  /** connect(2) of a UDP socket, bound to a device if there is a name, and getsockname(2). */
  probeSource(to: ScopedAddress, ifname: string | null): Result<Ipv6Address>;
  /** getifaddrs(3): does the device have this address? */
  hasAddress(ifname: string, address: Ipv6Address): boolean;
  /** if_nametoindex(3). Null: there is no such device. */
  interfaceIndex(ifname: string): number | null;
  /** sendto(2). The kernel fills in the checksum. */
  send(socket: number, to: ScopedAddress, octets: Uint8Array, options: Icmp6SendOptions): Errno | null;
  /** recvmsg(2) without waiting; null: nothing there. */
  receive(socket: number): Icmp6Received | null;
  /** recvmsg(2) with MSG_ERRQUEUE; null: nothing there. */
  receiveError(socket: number): Icmp6Error | null;
}
