/**
 * ICMPv6 that comes in: echo is answered, errors find the socket they are about, discovery has a file of its own.
 * @source RFC 4443; net/ipv6/icmp.c, icmpv6_rcv()
 */
import type { NetDevice } from "../../devices/net-device.ts";
import { DROP } from "../../events/kinds.ts";
import { RTN_ANYCAST } from "../../events/netlink.ts";
import type { StepContext } from "../../events/step-context.ts";
import {
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_HLEN,
  ICMPV6_INFOMSG_MASK,
  ICMPV6_MGM_QUERY,
  ICMPV6_MGM_REPORT,
  ICMPV6_PKT_TOOBIG,
  Icmp6Message,
  NDISC_REDIRECT,
  NDISC_ROUTER_SOLICITATION,
} from "../../wire/icmpv6.ts";
import { IPPROTO_ICMPV6, IPV6_HLEN, type Ipv6Packet } from "../../wire/ipv6.ts";
import { isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import { count6, countIcmp6Type } from "./count6.ts";
import { flowLabelOf } from "./flow-label.ts";
import { quotedDestination, quotedHeadersEnd } from "./icmp6-quote.ts";
import { ip6Send } from "./ip6-output.ts";
import { mldQuery } from "./mld-query.ts";
import { ndiscRcv } from "./ndisc.ts";
import { netStack6 } from "./net-stack6.ts";
import { learnMtu } from "./pmtu6.ts";
import { raw6IcmpError } from "./raw6-socket.ts";
import { hopLimitOf, route6Output } from "./route6.ts";
import { isUdp6ErrorKnown } from "./udp6-error.ts";

/** What came with a packet. */
export interface Input6 {
  /** Device that it came in on. */
  readonly dev: NetDevice;
  /** Device whose address it was sent to: another one for what came over loopback. */
  readonly owner: NetDevice;
  /** RTN_* of its route. */
  readonly routeType: number;
  /** It is the host's own, looped back. */
  readonly isLooped: boolean;
  /** It waited for proxy_delay. */
  readonly isRedone?: boolean;
}

/** @returns why the message was dropped, or null. */
export function icmp6Rcv(step: StepContext, input: Input6, packet: Ipv6Packet): number | null {
  const { owner } = input;
  const { netns } = owner;
  count6(step, netns, owner, "Icmp6InMsgs");
  const message = packet.payload;
  if (message.kind !== "icmp6") {
    // Octets that did not decode: too short, or a wrong checksum.
    if (message.octets.length >= ICMPV6_HLEN) count6(step, netns, owner, "Icmp6InCsumErrors");
    count6(step, netns, owner, "Icmp6InErrors");
    return DROP.ICMP_CSUM;
  }
  countIcmp6Type(step, netns, owner, false, message.type);
  switch (message.type) {
    case ICMPV6_ECHO_REQUEST:
      if (netStack6(step, netns).settings.echoIgnoreAll !== 0) return DROP.NOT_SPECIFIED;
      return echoReply(step, input, packet, message) ? null : DROP.NOT_SPECIFIED;
    case ICMPV6_ECHO_REPLY:
      return null;
    case ICMPV6_PKT_TOOBIG:
      if (message.data.length >= IPV6_HLEN) return notifyError(step, input, packet, message);
      count6(step, netns, owner, "Icmp6InErrors");
      return DROP.NOT_SPECIFIED;
    case ICMPV6_MGM_REPORT:
      return null;
    case ICMPV6_MGM_QUERY:
      mldQuery(step, owner, packet, message);
      return null;
    default:
      if (message.type >= NDISC_ROUTER_SOLICITATION && message.type <= NDISC_REDIRECT)
        return ndiscRcv(step, input, packet, message);
      // Errors of unknown types are handed on, too; nobody wants what else there is.
      return (message.type & ICMPV6_INFOMSG_MASK) === 0
        ? notifyError(step, input, packet, message)
        : DROP.NOT_SPECIFIED;
  }
}

/** @source icmpv6_notify() */
function notifyError(
  step: StepContext,
  { owner }: Input6,
  packet: Ipv6Packet,
  message: Icmp6Message,
): number | null {
  const bad = badQuote(message.data);
  if (bad !== null) {
    count6(step, owner.netns, owner, "Icmp6InErrors");
    return bad;
  }
  if (message.type === ICMPV6_PKT_TOOBIG) {
    const dst = quotedDestination(message.data);
    if (dst !== null) learnMtu(step, owner, dst, message.rest);
  }
  raw6IcmpError(step, owner.netns, owner, packet.src, message);
  if (!isUdp6ErrorKnown(step, owner.netns, message.data)) count6(step, owner.netns, owner, "Icmp6InErrors");
  return null;
}

/** The quoted packet's headers, and 8 octets behind them, must be there. */
function badQuote(quote: Uint8Array): number | null {
  if (quote.length < IPV6_HLEN) return DROP.PKT_TOO_SMALL;
  const end = quotedHeadersEnd(quote);
  if (end === null) return DROP.IPV6_BAD_EXTHDR;
  return end + 8 > quote.length ? DROP.PKT_TOO_SMALL : null;
}

/** False: it is to stay unanswered. @source icmpv6_echo_reply() */
function echoReply(step: StepContext, input: Input6, packet: Ipv6Packet, message: Icmp6Message): boolean {
  const { owner, routeType } = input;
  const { netns } = owner;
  const { settings } = netStack6(step, netns);
  const isGroup = isMulticastIpv6(packet.dst);
  const isAnycast = routeType === RTN_ANYCAST;
  if (isGroup && settings.echoIgnoreMulticast !== 0) return false;
  if (isAnycast && settings.echoIgnoreAnycast !== 0) return false;
  const src = isGroup || isAnycast ? 0n : packet.dst;
  const route = route6Output(step, netns, {
    ...{ dst: packet.src, src, oif: owner.ref },
    ...{ ipproto: IPPROTO_ICMPV6, tos: packet.trafficClass & 0xfc },
  });
  if ("errno" in route) return false;
  const out = step.cells.get<NetDevice>(route.owner);
  countIcmp6Type(step, netns, out, true, ICMPV6_ECHO_REPLY);
  count6(step, netns, out, "Icmp6OutMsgs");
  const reply = new Icmp6Message(ICMPV6_ECHO_REPLY, 0, message.rest, message.data);
  ip6Send(step, netns, route, IPPROTO_ICMPV6, reply, {
    hopLimit: isMulticastIpv6(packet.src) ? 1 : hopLimitOf(step, route),
    trafficClass: packet.trafficClass,
    flowLabel: flowLabelOf(step, netns, route.src, packet.src, IPPROTO_ICMPV6),
    loops: true,
    mayFragment: true,
  });
  return true;
}
