/**
 * Extension headers of packets that come in.
 * @source RFC 8200 section 4; net/ipv6/exthdrs.c
 */
import { readU32 } from "../../core/bytes.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import { DROP } from "../../events/kinds.ts";
import type { StepContext } from "../../events/step-context.ts";
import { ICMPV6_HDR_FIELD, ICMPV6_PARAMPROB, ICMPV6_UNK_OPTION } from "../../wire/icmpv6.ts";
import { type ExtensionHeader, IPV6_HLEN, type Ipv6Packet } from "../../wire/ipv6.ts";
import { isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import { count6 } from "./count6.ts";
import { icmp6Send } from "./icmp6-error.ts";

/** Types of options. The two highest bits say what becomes of a packet when the option is unknown. */
const IPV6_TLV_PAD1 = 0;
const IPV6_TLV_PADN = 1;
const IPV6_TLV_ROUTERALERT = 5;
const IPV6_TLV_JUMBO = 0xc2;

/** Octets of padding in one place, and options in one header. @source IP6_DEFAULT_MAX_HBH_OPTS_CNT */
const PADDING_MAX = 7;
const OPTIONS_MAX = 8;
const IPV6_MAXPLEN = 65535;

/** Types of routing headers that have a handler of their own, which is off. */
const IPV6_SRCRT_TYPE_3 = 3;
const IPV6_SRCRT_TYPE_4 = 4;

/** What stands in which place of which packet. */
interface Found {
  readonly step: StepContext;
  readonly dev: NetDevice;
  readonly packet: Ipv6Packet;
  readonly octets: Uint8Array;
  /** Of the header, from the packet's start. */
  readonly start: number;
}

/** @param at octets from the header's start */
function paramProblem({ step, dev, packet, start, octets }: Found, code: number, at: number): void {
  const error = { type: ICMPV6_PARAMPROB, code, info: start + at };
  const tellsGroups = code === ICMPV6_UNK_OPTION && (octets[at]! & 0xc0) === 0x80;
  icmp6Send(step, dev, dev, packet, { ...error, tellsGroups });
}

/** Why an unknown option forbids to go on; null: it does not. @source ip6_tlvopt_unknown() */
function unknownOption(found: Found, at: number): number | null {
  const action = found.octets[at]! >>> 6;
  if (action === 0) return null;
  if (action === 2 || (action === 3 && !isMulticastIpv6(found.packet.dst)))
    paramProblem(found, ICMPV6_UNK_OPTION, at);
  return DROP.UNHANDLED_PROTO;
}

/** No packet of ours is longer than 65535 octets: the option is wrong in any case. @source ipv6_hop_jumbo() */
function jumbo(found: Found, at: number): number {
  const { octets, packet, start } = found;
  if (octets[at + 1] !== 4 || ((start + at) & 3) !== 2) return DROP.IP_INHDR;
  const length = readU32(octets, at + 2);
  if (length <= IPV6_MAXPLEN) paramProblem(found, ICMPV6_HDR_FIELD, at + 2);
  else if (packet.length > IPV6_HLEN) paramProblem(found, ICMPV6_HDR_FIELD, at);
  return DROP.IP_INHDR;
}

function hopByHopOption(found: Found, at: number): number | null {
  switch (found.octets[at]) {
    case IPV6_TLV_ROUTERALERT:
      return found.octets[at + 1] === 2 ? null : DROP.IP_INHDR;
    case IPV6_TLV_JUMBO:
      return jumbo(found, at);
    default:
      return unknownOption(found, at);
  }
}

/** Why the options of a header forbid to go on; null: they do not. @source ip6_parse_tlv() */
function parseOptions(found: Found, option: (found: Found, at: number) => number | null): number | null {
  const { octets } = found;
  let padding = 0;
  let options = 0;
  for (let at = 2; at < octets.length; ) {
    const type = octets[at]!;
    if (type === IPV6_TLV_PAD1) {
      if (++padding > PADDING_MAX) return DROP.IP_INHDR;
      at++;
      continue;
    }
    const end = at + 2 + (octets[at + 1] ?? octets.length);
    if (end > octets.length) return DROP.IP_INHDR;
    if (type === IPV6_TLV_PADN) {
      padding += end - at;
      if (padding > PADDING_MAX || octets.slice(at + 2, end).some((octet) => octet !== 0))
        return DROP.IP_INHDR;
    } else {
      if (++options > OPTIONS_MAX) return DROP.IP_INHDR;
      const reason = option(found, at);
      if (reason !== null) return reason;
      padding = 0;
    }
    at = end;
  }
  return null;
}

/** What every host on the way looks at. Gives the reason why the packet goes no further, or null. @source ipv6_parse_hopopts() */
export function parseHopByHop(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv6Packet,
  { octets }: ExtensionHeader,
): number | null {
  const reason = parseOptions({ step, dev, packet, octets, start: IPV6_HLEN }, hopByHopOption);
  if (reason !== null) count6(step, dev.netns, dev, "Ip6InHdrErrors");
  return reason;
}

/** @param start of the header, octets from the packet's start. @source ipv6_destopt_rcv() */
export function destinationOptions(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv6Packet,
  { octets }: ExtensionHeader,
  start: number,
): number | null {
  const reason = parseOptions({ step, dev, packet, octets, start }, unknownOption);
  if (reason !== null) count6(step, dev.netns, dev, "Ip6InHdrErrors");
  return reason;
}

/** A way that is done with is no matter; one that leads on is not followed. @source ipv6_rthdr_rcv() */
export function routingHeader(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv6Packet,
  { octets }: ExtensionHeader,
  start: number,
): number | null {
  const [type, segmentsLeft] = [octets[2]!, octets[3]!];
  if (isMulticastIpv6(packet.dst)) {
    count6(step, dev.netns, dev, "Ip6InAddrErrors");
    return DROP.NOT_SPECIFIED;
  }
  if (type === IPV6_SRCRT_TYPE_3 || type === IPV6_SRCRT_TYPE_4) return DROP.NOT_SPECIFIED;
  if (segmentsLeft === 0) return null;
  count6(step, dev.netns, dev, "Ip6InHdrErrors");
  // The pointer leads to the type.
  paramProblem({ step, dev, packet, octets, start }, ICMPV6_HDR_FIELD, 2);
  return DROP.NOT_SPECIFIED;
}
