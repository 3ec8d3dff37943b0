/** System calls of programs that work below IP. */
import type { Errno } from "../core/errno.ts";
import { granted, type Result, refused } from "../core/result.ts";
import { deviceFlags, isUp, type NetDevice } from "../devices/net-device.ts";
import { deviceByIndex, devicesOf, type NetnsRef } from "../devices/netns.ts";
import { RT_SCOPE_LINK, RTN_BROADCAST } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import type { DeviceFacts, LinkCalls } from "../processes/program.ts";
import { routeOutput } from "../stack/route.ts";
import { ARP_LENGTH, type ArpPacket } from "../wire/arp.ts";
import { ETH_HLEN, ETH_P_ARP, Frame } from "../wire/frame.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import type { Mac } from "../wire/mac.ts";
import { dropAsking } from "./route-get.ts";

export class KernelLinkCalls implements LinkCalls {
  constructor(
    private readonly step: StepContext,
    private readonly netns: NetnsRef,
  ) {}

  private byName(ifname: string): NetDevice | null {
    return devicesOf(this.step, this.netns).find((dev) => dev.ifname === ifname) ?? null;
  }

  device(ifname: string): DeviceFacts | null {
    const dev = this.byName(ifname);
    if (dev === null) return null;
    const { ifindex, address, broadcast } = dev;
    return { ifname, ifindex, flags: deviceFlags(dev), address, broadcast };
  }

  routeDevice(dst: Ipv4Address): string | null {
    const route = routeOutput(this.step, this.netns, { dst, src: 0, oif: -1, tos: 0 });
    if (!("errno" in route)) return this.step.cells.get<NetDevice>(route.device).ifname;
    dropAsking(this.step, this.netns);
    return null;
  }

  sourceOnLink(ifname: string, dst: Ipv4Address): Result<Ipv4Address> {
    const oif = this.byName(ifname)?.ref;
    if (oif === undefined) return refused("ENODEV");
    const flow = { dst, src: 0, oif, tos: 0, scope: RT_SCOPE_LINK };
    const route = routeOutput(this.step, this.netns, flow);
    if ("errno" in route) return refused(route.errno);
    return route.type === RTN_BROADCAST ? refused("EACCES") : granted(route.src);
  }

  /** @source net/packet/af_packet.c, packet_snd() */
  sendArp(ifindex: number, to: Mac, packet: ArpPacket): Errno | null {
    const dev = deviceByIndex(this.step, this.netns, ifindex);
    if (dev === null) return "ENXIO";
    if (!isUp(dev)) return "ENETDOWN";
    const length = ETH_HLEN + ARP_LENGTH;
    const frame = new Frame(this.step.newFrameId(), to, dev.address, ETH_P_ARP, packet, length, null);
    return this.step.devQueueXmit(dev.ref, frame);
  }
}
