/**
 * ICMP errors that come in: they find the sockets that they are about, and teach of the way.
 * @source RFC 1122 section 3.2.2; net/ipv4/icmp.c, icmp_unreach(), icmp_redirect(), icmp_socket_deliver(), icmp_err()
 */
import { readU32 } from "../core/bytes.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import { RTN_BROADCAST } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_ECHOREPLY,
  ICMP_EXC_FRAGTIME,
  ICMP_FRAG_NEEDED,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
  type IcmpMessage,
} from "../wire/icmp.ts";
import { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP, type Ipv4Packet } from "../wire/ipv4.ts";
import { inetAddrType } from "./fib-nexthop.ts";
import { count, netStack } from "./net-stack.ts";
import { redirect, updatePmtu } from "./pmtu.ts";
import { rawIcmpError } from "./raw-socket.ts";
import type { Flow } from "./route.ts";
import { udpError } from "./udp.ts";

const NR_ICMP_UNREACH = 15;
/** Values of net.ipv4.ip_no_pmtu_disc. */
const PMTU_BELIEVED = 0;
const PMTU_IGNORED = 2;
const PMTU_HARDENED = 3;

/** @returns why the message was dropped, or null */
export function icmpError(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  message: IcmpMessage,
): number | null {
  const quote = message.data;
  const headerLength = ((quote[0] ?? 0) & 15) * 4;
  if (quote.length < 20 || (message.type !== ICMP_REDIRECT && headerLength < 20)) {
    count(step, dev.netns, "IcmpInErrors");
    return DROP.NOT_SPECIFIED;
  }
  const protocol = quote[9]!;
  if (message.type !== ICMP_REDIRECT && isIgnored(step, dev, packet, message, protocol)) return null;
  if (quote.length < headerLength + 8) {
    count(step, dev.netns, "IcmpInErrors");
    return null;
  }
  const learn = (socket: { readonly oif: number; readonly tos?: number }) =>
    learnOfWay(step, dev, packet, message, socket);
  // Sockets are not told of a source quench.
  if (message.type !== ICMP_SOURCE_QUENCH) rawIcmpError(step, dev, packet, message, learn);
  if (protocol === IPPROTO_ICMP && quote[headerLength] === ICMP_ECHOREPLY) learn({ oif: -1 });
  const quoted = { src: readU32(quote, 12), dst: readU32(quote, 16), payload: quote.slice(headerLength) };
  const isKnown = protocol !== IPPROTO_UDP || udpError(step, dev, packet, message, quoted, learn);
  if (!isKnown || protocol === IPPROTO_TCP) count(step, dev.netns, "IcmpInErrors");
  return null;
}

/** Errors that nobody is told of. */
function isIgnored(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  message: IcmpMessage,
  protocol: number,
): boolean {
  const { type, code } = message;
  if (type === ICMP_TIME_EXCEEDED && code === ICMP_EXC_FRAGTIME) return true;
  const { settings } = netStack(step, dev.netns);
  if (type === ICMP_DEST_UNREACH) {
    if (code > NR_ICMP_UNREACH) return true;
    const mode = settings.ipNoPmtuDisc;
    if (code === ICMP_FRAG_NEEDED && mode === PMTU_IGNORED) return true;
    if (code === ICMP_FRAG_NEEDED && mode === PMTU_HARDENED && protocol !== IPPROTO_TCP) return true;
  }
  // RFC 1122: no host answers what was sent to all.
  return settings.icmpIgnoreBogus === 0 && inetAddrType(step, dev.netns, packet.dst) === RTN_BROADCAST;
}

/** What an error says of the way of the packet that it quotes. */
function learnOfWay(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  message: IcmpMessage,
  socket: { readonly oif: number; readonly tos?: number },
): void {
  const quote = message.data;
  const flow: Flow = {
    src: readU32(quote, 12),
    dst: readU32(quote, 16),
    tos: (socket.tos ?? quote[1]!) & 0x1c,
    oif: socket.oif,
  };
  if (message.type === ICMP_REDIRECT) redirect(step, dev, packet.src, message, flow);
  else if (message.type === ICMP_DEST_UNREACH && message.code === ICMP_FRAG_NEEDED) {
    const isBelieved = netStack(step, dev.netns).settings.ipNoPmtuDisc === PMTU_BELIEVED;
    updatePmtu(step, dev.netns, flow, isBelieved ? message.rest & 0xffff : 0);
  }
}
