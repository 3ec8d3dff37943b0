/**
 * TCP where nobody listens: segments are checked, counted and answered by a reset.
 * @source RFC 9293 section 3.10.7.1; net/ipv4/tcp_ipv4.c, tcp_v4_rcv(), tcp_v4_send_reset()
 */
import { readU32, writeU32 } from "../core/bytes.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { DROP } from "../events/kinds.ts";
import { RTN_LOCAL } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { internetChecksum } from "../wire/checksum.ts";
import { OpaquePayload } from "../wire/frame.ts";
import { IP_DF, IPPROTO_TCP, type Ipv4Packet } from "../wire/ipv4.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import { ipSend } from "./ip-output.ts";
import { MIB } from "./mib.ts";
import { count, netStack, ownMib } from "./net-stack.ts";
import { routeOutput } from "./route.ts";

const TCP_HLEN = 20;
/** Octet of the flags, and the flags that matter here. */
const FLAGS_AT = 13;
const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;

function checksum(segment: Uint8Array, src: Ipv4Address, dst: Ipv4Address): number {
  const addresses = (src >>> 16) + (src & 0xffff) + (dst >>> 16) + (dst & 0xffff);
  return internetChecksum(segment, 0, segment.length, addresses + IPPROTO_TCP + segment.length);
}

/** Gives the reason for which a segment was dropped. @param isForHost its frame was addressed to this host alone */
export function tcpRcv(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  routeType: number,
  isForHost: boolean,
): number {
  if (!isForHost) return DROP.NOT_SPECIFIED;
  ownMib(step, dev.netns).add(MIB.TcpInSegs, 1);
  const segment = packet.payload.kind === "opaque" ? packet.payload.octets : new Uint8Array(0);
  if (segment.length < TCP_HLEN) return DROP.NOT_SPECIFIED;
  const headerLength = (segment[12]! >>> 4) * 4;
  if (headerLength < TCP_HLEN) {
    count(step, dev.netns, "TcpInErrs");
    return DROP.PKT_TOO_SMALL;
  }
  if (segment.length < headerLength) return DROP.NOT_SPECIFIED;
  if (checksum(segment, packet.src, packet.dst) !== 0) {
    count(step, dev.netns, "TcpInCsumErrors");
    count(step, dev.netns, "TcpInErrs");
    return DROP.TCP_CSUM;
  }
  if (routeType === RTN_LOCAL) sendReset(step, dev, packet, segment, headerLength);
  return DROP.NO_SOCKET;
}

function sendReset(
  step: StepContext,
  dev: NetDevice,
  packet: Ipv4Packet,
  segment: Uint8Array,
  headerLength: number,
): void {
  const flags = segment[FLAGS_AT]!;
  if ((flags & RST) !== 0) return;
  const reset = new Uint8Array(TCP_HLEN);
  reset.set(segment.subarray(2, 4), 0);
  reset.set(segment.subarray(0, 2), 2);
  reset[12] = (TCP_HLEN / 4) << 4;
  if ((flags & ACK) !== 0) {
    reset.set(segment.subarray(8, 12), 4);
    reset[FLAGS_AT] = RST;
  } else {
    const room =
      segment.length - headerLength + ((flags & SYN) === 0 ? 0 : 1) + ((flags & FIN) === 0 ? 0 : 1);
    writeU32((readU32(segment, 4) + room) >>> 0, reset, 8);
    reset[FLAGS_AT] = RST | ACK;
  }
  const sum = checksum(reset, packet.dst, packet.src);
  reset[16] = sum >>> 8;
  reset[17] = sum;
  const tos = packet.tos & ~3;
  const route = routeOutput(step, dev.netns, { dst: packet.src, src: packet.dst, oif: -1, tos: tos & 0x1c });
  if ("errno" in route) return;
  count(step, dev.netns, "TcpOutSegs");
  count(step, dev.netns, "TcpOutRsts");
  ipSend(step, dev.netns, route, IPPROTO_TCP, new OpaquePayload(reset), {
    tos,
    ttl: netStack(step, dev.netns).settings.ipDefaultTtl,
    flags: IP_DF,
    numbered: false,
    options: null,
  });
}
