/**
 * What programs ask of ICMPv6 sockets.
 * @differs there is no IPv6 yet, see docs/fidelity.md: it answers as where no namespace has an address
 */
import type { Errno } from "../core/errno.ts";
import { type Result, refused } from "../core/result.ts";
import { deviceByName, type NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Icmp6Error, Icmp6Received, Inet6Calls } from "../processes/inet6-calls.ts";
import type { Ipv6Address } from "../wire/ipv6-address.ts";

export class KernelInet6Calls implements Inet6Calls {
  constructor(
    private readonly step: StepContext,
    private readonly netns: NetnsRef,
  ) {}

  rawIcmpSocket(): number {
    return -1;
  }

  bindToDevice(): Errno | null {
    return null;
  }

  bind(): Errno | null {
    return "EADDRNOTAVAIL";
  }

  probeSource(): Result<Ipv6Address> {
    return refused("EADDRNOTAVAIL");
  }

  hasAddress(): boolean {
    return false;
  }

  interfaceIndex(ifname: string): number | null {
    return deviceByName(this.step, this.netns, ifname)?.ifindex ?? null;
  }

  send(): Errno | null {
    return "EADDRNOTAVAIL";
  }

  receive(): Icmp6Received | null {
    return null;
  }

  receiveError(): Icmp6Error | null {
    return null;
  }
}
