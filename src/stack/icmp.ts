/**
 * ICMP that comes in: echo is answered, errors find the socket they are about.
 * @source RFC 792; net/ipv4/icmp.c, icmp_rcv()
 */

import { readU32, writeU32 } from "../core/bytes.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import { RTN_LOCAL } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { internetChecksum } from "../wire/checksum.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
  ICMP_TIMESTAMP,
  ICMP_TIMESTAMPREPLY,
  IcmpMessage,
  NR_ICMP_TYPES,
} from "../wire/icmp.ts";
import { IPPROTO_ICMP, type Ipv4Packet } from "../wire/ipv4.ts";
import { countIcmpOut } from "./icmp-count.ts";
import { allowGlobal, allowPeer, consumeGlobal, isLimited } from "./icmp-error.ts";
import { icmpError } from "./icmp-unreach.ts";
import { echoOptions, type IpOptions, inetCurrentTimestamp } from "./ip-options.ts";
import { ipSend } from "./ip-output.ts";
import { MIB } from "./mib.ts";
import { count, netStack, ownMib } from "./net-stack.ts";
import { routeOutput } from "./route.ts";
import { specificDestination } from "./route-input.ts";

/** Extended echo: RFC 8335. */
const ICMP_EXT_ECHO = 42;
const ICMP_EXT_ECHOREPLY = 43;

/** @returns why the message was dropped, or null. */
export function icmpRcv(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  routeType: number,
): number | null {
  const mib = ownMib(step, dev.netns);
  mib.add(MIB.IcmpInMsgs, 1);
  const message = packet.payload;
  if (message.kind !== "icmp") {
    // Octets that did not decode: a wrong checksum, or a right one over too few.
    const isWrong =
      message.kind !== "opaque" || internetChecksum(message.octets, 0, message.octets.length) !== 0;
    if (isWrong) count(step, dev.netns, "IcmpInCsumErrors");
    count(step, dev.netns, "IcmpInErrors");
    return isWrong ? DROP.ICMP_CSUM : DROP.NOT_SPECIFIED;
  }
  mib.addIcmpType(false, message.type);
  // RFC 8335: not answered unless enabled, and no error.
  if (message.type === ICMP_EXT_ECHO || message.type === ICMP_EXT_ECHOREPLY) return null;
  if (message.type > NR_ICMP_TYPES) {
    count(step, dev.netns, "IcmpInErrors");
    return DROP.UNHANDLED_PROTO;
  }
  if (
    routeType !== RTN_LOCAL &&
    (isIgnoredBroadcast(step, dev, message.type) || !isAllowedToGroup(message.type))
  ) {
    count(step, dev.netns, "IcmpInErrors");
    return DROP.INVALID_PROTO;
  }
  switch (message.type) {
    case ICMP_ECHO:
      if (netStack(step, dev.netns).settings.icmpEchoIgnoreAll === 0)
        reply(
          step,
          dev,
          packet,
          routeType,
          new IcmpMessage(ICMP_ECHOREPLY, message.code, message.rest, message.data),
        );
      return null;
    case ICMP_TIMESTAMP:
      return timestamp(step, dev, packet, message, routeType);
    case ICMP_DEST_UNREACH:
    case ICMP_SOURCE_QUENCH:
    case ICMP_TIME_EXCEEDED:
    case ICMP_PARAMETERPROB:
    case ICMP_REDIRECT:
      return icmpError(step, dev, packet, message);
    default:
      return null;
  }
}

/** RFC 1122 section 3.2.2.6 and 3.2.2.8: echo and timestamp to a group may be ignored, and are by default. */
function isIgnoredBroadcast(step: StepContext, dev: NetDevice, type: number): boolean {
  return (
    (type === ICMP_ECHO || type === ICMP_TIMESTAMP) &&
    netStack(step, dev.netns).settings.icmpEchoIgnoreBroadcasts !== 0
  );
}

function isAllowedToGroup(type: number): boolean {
  return type === ICMP_ECHO || type === ICMP_TIMESTAMP || type === 17 || type === 18;
}

/** @source icmp_timestamp() */
function timestamp(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  message: IcmpMessage,
  routeType: number,
): number | null {
  if (message.data.length < 4) {
    count(step, dev.netns, "IcmpInErrors");
    return DROP.PKT_TOO_SMALL;
  }
  const data = new Uint8Array(12);
  const milliseconds = inetCurrentTimestamp(step);
  writeU32(readU32(message.data, 0), data, 0);
  writeU32(milliseconds, data, 4);
  writeU32(milliseconds, data, 8);
  reply(step, dev, packet, routeType, new IcmpMessage(ICMP_TIMESTAMPREPLY, 0, message.rest, data));
  return null;
}

/** @source icmp_reply() */
function reply(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  routeType: number,
  message: IcmpMessage,
): void {
  // Echo replies are not limited by default: nothing is asked of the buckets then.
  const limited = isLimited(step, dev, message.type);
  if (limited && !allowGlobal(step, dev, message.type)) return;
  const src = specificDestination(step, dev, packet.dst, packet.src, routeType === RTN_LOCAL);
  let options: IpOptions | null = null;
  let dst = packet.src;
  if (packet.options !== null && packet.marks !== null) {
    const received = { octets: packet.options, marks: packet.marks };
    const echoed = echoOptions(step, dev.netns, received, packet.src, src);
    if (echoed === null) return;
    if (echoed.marks.srr >= 0) dst = echoed.firstHop;
    if (echoed.octets.length > 0) options = echoed;
  }
  const route = routeOutput(step, dev.netns, { dst, src, oif: -1, tos: packet.tos & 0x1e });
  if ("errno" in route || (limited && !allowPeer(step, dev, route, message.type, 0))) return;
  if (limited) consumeGlobal(step, dev, message.type);
  // The kernel counts by the type in the flow, which nobody sets for replies. @source __ip_make_skb()
  countIcmpOut(step, dev.netns, ICMP_ECHOREPLY);
  ipSend(step, dev.netns, route, IPPROTO_ICMP, message, {
    tos: packet.tos,
    ttl: netStack(step, dev.netns).settings.ipDefaultTtl,
    flags: 0,
    numbered: true,
    options,
    finalDst: packet.src,
    loops: true,
  });
}
