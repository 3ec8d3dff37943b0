/**
 * Options of packets that come in.
 * @source net/ipv4/ip_input.c, ip_rcv_options(); net/ipv4/ip_options.c, ip_options_rcv_srr()
 */
import { readU32 } from "../core/bytes.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import { RTN_LOCAL, RTN_UNICAST } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { ICMP_PARAMETERPROB } from "../wire/icmp.ts";
import { IPV4_HLEN, type Ipv4Packet } from "../wire/ipv4.ts";
import { icmpSend } from "./icmp-error.ts";
import { inDevice } from "./in-device.ts";
import { compileOptions, type IpOptions } from "./ip-options.ts";
import { count, netStack } from "./net-stack.ts";
import { type InputRoute, routeInput, specificDestination } from "./route-input.ts";

/** Octet of the header where a destination stands that a strict source route does not lead through. */
const DESTINATION_OFFSET = 16;

/** A packet whose options were read, and its route, which a source route may have changed. */
export interface OptionsRead {
  readonly packet: Ipv4Packet;
  readonly route: Exclude<InputRoute, { readonly drop: number }>;
}

/**
 * Reads a packet's options and fills in what this host has to say.
 * @param isForHost its frame was sent to this host, not to a group
 * @returns the reason why the packet is dropped, or what was read
 * @source ip_rcv_options()
 */
export function rcvOptions(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  route: OptionsRead["route"],
  isForHost: boolean,
): OptionsRead | number {
  const specDst = () => specificDestination(step, dev, packet.dst, packet.src, route.type === RTN_LOCAL);
  const compiled = compileOptions(step, dev.netns, packet.options!, specDst);
  if ("pointer" in compiled) {
    // What was read in front of the bad option is filled in already.
    parameterProblem(step, dev, packet.withOptions(compiled.octets, compiled.marks), compiled.pointer);
    count(step, dev.netns, "IpInHdrErrors");
    return DROP.IP_INHDR;
  }
  const read = packet.withOptions(compiled.octets, compiled.marks);
  if (compiled.marks.srr < 0) return { packet: read, route };
  const { confAll } = netStack(step, dev.netns);
  const accepts =
    (confAll.accept_source_route ?? 0) !== 0 && (inDevice(step, dev).conf.accept_source_route ?? 0) !== 0;
  const followed = accepts && isForHost ? followSourceRoute(step, dev, read, compiled, route) : null;
  return followed ?? DROP.NOT_SPECIFIED;
}

function parameterProblem(step: StepContext, dev: NetDevice, packet: Ipv4Packet, pointer: number): void {
  icmpSend(step, dev, packet, ICMP_PARAMETERPROB, 0, (pointer << 24) >>> 0);
}

/** Goes on to the next hop of a source route that led here. @source ip_options_rcv_srr() */
function followSourceRoute(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  options: IpOptions,
  route: OptionsRead["route"],
): OptionsRead | null {
  const { octets, marks } = options;
  if (route.type === RTN_UNICAST) {
    if (!marks.isStrictRoute) return { packet, route };
    parameterProblem(step, dev, packet, DESTINATION_OFFSET);
    return null;
  }
  if (route.type !== RTN_LOCAL) return null;
  const end = octets[marks.srr + 1]!;
  let { dst } = packet;
  let way: OptionsRead["route"] = route;
  let pointer = octets[marks.srr + 2]!;
  for (; pointer <= end; pointer += 4) {
    if (pointer + 3 > end) {
      parameterProblem(step, dev, packet, IPV4_HLEN + marks.srr + 2);
      return null;
    }
    const nextHop = readU32(octets, marks.srr + pointer - 1);
    const next = routeInput(step, dev, packet.src, nextHop, packet.tos & 0x1e);
    if ("drop" in next || (next.type !== RTN_UNICAST && next.type !== RTN_LOCAL)) return null;
    way = next;
    if (next.type !== RTN_LOCAL) break;
    // An address of our own, too: it is passed at once.
    dst = nextHop;
  }
  const isHit = pointer <= end;
  return { packet: packet.withOptions(octets, { ...marks, srrIsHit: isHit }, dst), route: way };
}
