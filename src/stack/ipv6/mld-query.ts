/**
 * Queries of multicast routers.
 * @source RFC 3810 section 5.1, RFC 2710; net/ipv6/mcast.c, igmp6_event_query()
 */
import type { NetDevice } from "../../devices/net-device.ts";
import type { StepContext } from "../../events/step-context.ts";
import type { Icmp6Message } from "../../wire/icmpv6.ts";
import type { Ipv6Packet } from "../../wire/ipv6.ts";
import { isLinkLocalIpv6, readIpv6 } from "../../wire/ipv6-address.ts";
import { inet6Dev } from "./inet6-dev.ts";
import { scheduleReport } from "./mcast6.ts";

/** A general query's answer comes within the time that it gives. */
export function mldQuery(step: StepContext, dev: NetDevice, packet: Ipv6Packet, message: Icmp6Message): void {
  const in6 = inet6Dev(step, dev);
  if (in6 === null || !isLinkLocalIpv6(packet.src) || packet.hopLimit !== 1) return;
  if (message.data.length < 16) return;
  const group = readIpv6(message.data, 0);
  const isV1 = message.data.length < 20;
  const code = message.rest >>> 16;
  // MLDv2's floating point from 32768 on. @source MLDV2_MRC()
  const ms = isV1 || code < 0x8000 ? code : ((code & 0xfff) | 0x1000) << (((code >>> 12) & 7) + 3);
  if (group !== 0n && !in6.groups.some((mc) => mc.group === group)) return;
  scheduleReport(step, dev, Math.max(Math.floor(ms / 4), 1), isV1);
}
