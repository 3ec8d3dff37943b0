/**
 * UDP over IPv6, as far as programs use it: datagrams are sent, and those that come find no socket.
 * @source RFC 8200 section 8.1; net/ipv6/udp.c, udpv6_sendmsg(), __udp6_lib_rcv(), __udp6_lib_err()
 */
import type { Errno } from "../../core/errno.ts";
import type { NetDevice } from "../../devices/net-device.ts";
import { DROP } from "../../events/kinds.ts";
import type { StepContext } from "../../events/step-context.ts";
import { foldSum, sumWords } from "../../wire/checksum.ts";
import { OpaquePayload } from "../../wire/frame.ts";
import { ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH, pseudoHeaderSum } from "../../wire/icmpv6.ts";
import { IPPROTO_UDP } from "../../wire/ipv4.ts";
import { IPV6_HLEN, type Ipv6Packet } from "../../wire/ipv6.ts";
import { type Ipv6Address, isMulticastIpv6 } from "../../wire/ipv6-address.ts";
import { UDP_HLEN } from "../../wire/udp.ts";
import { netStack } from "../net-stack.ts";
import { outputDevice, udpAutobind } from "../udp-bind.ts";
import { type SendOutcome, sumsUp } from "../udp-send.ts";
import type { UdpSocketCell } from "../udp-socket.ts";
import { ownsValidAddress } from "./addr-check.ts";
import { count6 } from "./count6.ts";
import { flowLabelOf } from "./flow-label.ts";
import type { Input6 } from "./icmp6.ts";
import { icmp6Send } from "./icmp6-error.ts";
import { ip6Send } from "./ip6-output.ts";
import { needsScope } from "./raw6-socket.ts";
import { hopLimitOf, route6Output } from "./route6.ts";

function readU16(from: Uint8Array, at: number): number {
  return (from[at]! << 8) | from[at + 1]!;
}

function writeU16(value: number, to: Uint8Array, at: number): void {
  to[at] = value >>> 8;
  to[at + 1] = value;
}

const DATAGRAM_MAX = 0xffff;

/** May a datagram socket have this address? @source inet6_bind() */
export function udp6CanBind(step: StepContext, ref: UdpSocketCell, address: Ipv6Address): Errno | null {
  const { netns, settings } = step.cells.get(ref);
  if (netStack(step, netns).inet6 < 0) return "EADDRNOTAVAIL";
  const device = outputDevice(step, netns, settings.ifindex);
  if (needsScope(address) && !isMulticastIpv6(address) && (device === null || device < 0)) return "EINVAL";
  if (address === 0n || isMulticastIpv6(address)) return null;
  const dev = device === null || device < 0 ? null : step.cells.get<NetDevice>(device);
  return ownsValidAddress(step, netns, address, dev) ? null : "EADDRNOTAVAIL";
}

/** sendto(2) of a socket that is not connected. @param src 0: to be chosen */
export function udp6Send(
  step: StepContext,
  ref: UdpSocketCell,
  to: { readonly address: Ipv6Address; readonly port: number },
  src: Ipv6Address,
  data: Uint8Array,
): SendOutcome {
  const unbound = udpAutobind(step, ref);
  if (unbound !== null) return unbound;
  const { netns, settings } = step.cells.get(ref);
  if (to.port === 0) return "EINVAL";
  if (netStack(step, netns).inet6 < 0) return "ENETUNREACH";
  const oif = outputDevice(step, netns, settings.ifindex);
  if (oif === null) return "ENODEV";
  const dst = to.address === 0n ? 1n : to.address;
  const route = route6Output(step, netns, {
    ...{ dst, src, oif, isBound: oif >= 0 },
    ...{ ipproto: IPPROTO_UDP, sport: settings.port, dport: to.port },
  });
  if ("errno" in route) {
    if (route.errno === "ENETUNREACH") count6(step, netns, null, "Ip6OutNoRoutes");
    return route.errno;
  }
  const ulen = UDP_HLEN + data.length;
  if (ulen > DATAGRAM_MAX) return "EMSGSIZE";
  const segment = new Uint8Array(ulen);
  writeU16(settings.port, segment, 0);
  writeU16(to.port, segment, 2);
  writeU16(ulen, segment, 4);
  segment.set(data, UDP_HLEN);
  const pseudo = pseudoHeaderSum(route.src, dst, IPPROTO_UDP, ulen);
  // The device works the checksum out where the datagram fits into one frame.
  const fits = IPV6_HLEN + ulen <= route.mtu && sumsUp(step.cells.get<NetDevice>(route.device));
  const sum = fits ? foldSum(pseudo) : ~foldSum(sumWords(segment, 0, ulen, pseudo)) & 0xffff || 0xffff;
  writeU16(sum, segment, 6);
  const errno = ip6Send(step, netns, route, IPPROTO_UDP, new OpaquePayload(segment), {
    trafficClass: 0,
    flowLabel: flowLabelOf(step, netns, route.src, dst, IPPROTO_UDP),
    hopLimit: isMulticastIpv6(dst) ? 1 : hopLimitOf(step, route),
    loops: true,
    mayFragment: true,
  });
  if (errno === null) count6(step, netns, null, "Udp6OutDatagrams");
  else if (errno === "ENOBUFS") count6(step, netns, null, "Udp6SndbufErrors");
  return errno === "ENOBUFS" ? null : errno;
}

/** A sum over header and data that is right, or that of the pseudo-header alone, which the device leaves to itself. */
function isChecksumGood(segment: Uint8Array, ulen: number, packet: Ipv6Packet): boolean {
  const pseudo = pseudoHeaderSum(packet.src, packet.dst, IPPROTO_UDP, ulen);
  if (readU16(segment, 6) === foldSum(pseudo)) return true;
  return foldSum(sumWords(segment, 0, ulen, pseudo)) === 0xffff;
}

function toNobody(step: StepContext, netns: number): number {
  count6(step, netns, null, "Udp6IgnoredMulti");
  return DROP.NOT_SPECIFIED;
}

/** Takes a datagram for this host. Gives the reason why nobody got it. */
export function udp6Rcv(step: StepContext, { dev, owner }: Input6, packet: Ipv6Packet): number {
  const { netns } = owner;
  const segment = packet.payload.kind === "opaque" ? packet.payload.octets : new Uint8Array(0);
  const ulen = segment.length < UDP_HLEN ? 0 : readU16(segment, 4) || segment.length;
  if (ulen < UDP_HLEN || ulen > segment.length) {
    count6(step, netns, null, "Udp6InErrors");
    return segment.length < UDP_HLEN ? DROP.NOT_SPECIFIED : DROP.PKT_TOO_SMALL;
  }
  // Unlike in IPv4 there is no datagram without a checksum; where none is, a socket is looked for first.
  const hasChecksum = readU16(segment, 6) !== 0;
  if (!hasChecksum && isMulticastIpv6(packet.dst)) return toNobody(step, netns);
  if (!hasChecksum || !isChecksumGood(segment, ulen, packet)) {
    count6(step, netns, null, "Udp6InCsumErrors");
    count6(step, netns, null, "Udp6InErrors");
    return hasChecksum ? DROP.UDP_CSUM : DROP.NO_SOCKET;
  }
  if (isMulticastIpv6(packet.dst)) return toNobody(step, netns);
  count6(step, netns, null, "Udp6NoPorts");
  icmp6Send(step, owner, dev, packet, { type: ICMPV6_DEST_UNREACH, code: ICMPV6_PORT_UNREACH, info: 0 });
  return DROP.NO_SOCKET;
}
