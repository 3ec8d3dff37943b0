/**
 * Sending UDP datagrams.
 * @source net/ipv4/udp.c, udp_sendmsg(), udp_send_skb(); net/ipv4/ip_output.c, ip_make_skb()
 */
import type { Errno } from "../core/errno.ts";
import { fixFeatures } from "../devices/features.ts";
import type { NetDevice } from "../devices/net-device.ts";
import type { StepContext } from "../events/step-context.ts";
import { IP_DF, IPPROTO_UDP, IPV4_HLEN } from "../wire/ipv4.ts";
import { type Ipv4Address, isMulticastIpv4 } from "../wire/ipv4-address.ts";
import { UDP_HLEN, UdpDatagram, udpChecksum, udpPseudoChecksum } from "../wire/udp.ts";
import { ipSend } from "./ip-output.ts";
import { MIB } from "./mib.ts";
import { count, netStack, ownMib } from "./net-stack.ts";
import type { OutputRoute } from "./route.ts";
import { routeOfDatagram, udpAutobind } from "./udp-bind.ts";
import type { UdpSocketCell } from "./udp-socket.ts";

const DATAGRAM_MAX = 0xffff;

/** Where to; null: where the socket is connected to. */
export interface UdpDestination {
  readonly address: Ipv4Address;
  readonly port: number;
}

/** `wait`: the send buffer is full; the process is woken when half of it is free. */
export type SendOutcome = Errno | "wait" | null;

/**
 * sendto(2), which a program repeats after having waited.
 * An error that waits at the socket is given instead, and nothing is sent.
 */
export function udpSend(
  step: StepContext,
  ref: UdpSocketCell,
  to: UdpDestination | null,
  data: Uint8Array,
): SendOutcome {
  if (data.length > DATAGRAM_MAX) {
    // inet_sendmsg() has bound the socket by then.
    return udpAutobind(step, ref) ?? "EMSGSIZE";
  }
  const unbound = udpAutobind(step, ref);
  if (unbound !== null) return unbound;
  const { netns, settings } = step.cells.get(ref);
  if (to === null ? !settings.isConnected : to.port === 0) return to === null ? "EDESTADDRREQ" : "EINVAL";
  const dst = to?.address ?? settings.peer;
  const route = routeOfDatagram(step, netns, settings, dst);
  if (typeof route === "string") return route;
  const refused = admit(step, ref, route, data.length);
  if (refused !== null) return refused;
  return transmit(step, ref, route, to?.port ?? settings.peerPort, data);
}

/** May a datagram of that size be made now? @source __ip_append_data(), sock_alloc_send_pskb() */
function admit(step: StepContext, ref: UdpSocketCell, route: OutputRoute, octets: number): SendOutcome {
  const { netns, settings, error, sending } = step.cells.get(ref);
  const length = IPV4_HLEN + UDP_HLEN + octets;
  if (length > (settings.pmtudisc === "do" ? Math.min(route.mtu, DATAGRAM_MAX) : DATAGRAM_MAX)) {
    if (settings.receivesErrors) {
      const own = step.cells.own(ref);
      const local = { origin: 1, errno: "EMSGSIZE", type: 0, code: 0, offender: 0, message: null } as const;
      own.errors = [...own.errors, { ...local, info: route.mtu, dst: route.dst }];
      own.error = "EMSGSIZE";
    }
    return "EMSGSIZE";
  }
  if (error !== null) {
    step.cells.own(ref).error = null;
    count(step, netns, "IpOutDiscards");
    return error;
  }
  if (sending < settings.sendBuffer) return null;
  step.cells.own(ref).isBlocked = true;
  return "wait";
}

/** Does the device work checksums out, of datagrams that fit into one frame? @source __ip_append_data(), NETIF_F_HW_CSUM */
export function sumsUp(dev: NetDevice): boolean {
  const { wantedFeatures } = dev;
  return wantedFeatures === null || fixFeatures(wantedFeatures).includes("tx-checksum-ip-generic");
}

/** @source udp_send_skb() */
function transmit(
  step: StepContext,
  ref: UdpSocketCell,
  route: OutputRoute,
  dport: number,
  data: Uint8Array,
): Errno | null {
  const { netns, settings } = step.cells.get(ref);
  const ulen = UDP_HLEN + data.length;
  const fits = IPV4_HLEN + ulen <= route.mtu;
  const isPartial = fits && sumsUp(step.cells.get<NetDevice>(route.device));
  const checksum = isPartial
    ? udpPseudoChecksum(route.src, route.dst, ulen)
    : udpChecksum(route.src, route.dst, settings.port, dport, data);
  const isToGroup = isMulticastIpv4(route.dst);
  const unicastTtl = settings.ttl >= 0 ? settings.ttl : netStack(step, netns).settings.ipDefaultTtl;
  const mayNotFragment =
    settings.pmtudisc === "do" || (settings.pmtudisc === "want" && fits && !route.isMtuLocked);
  const datagram = new UdpDatagram(settings.port, dport, ulen, checksum, isPartial, data);
  const errno = ipSend(step, netns, route, IPPROTO_UDP, datagram, {
    tos: settings.tos,
    ttl: isToGroup ? settings.multicastTtl : unicastTtl,
    flags: mayNotFragment ? IP_DF : 0,
    numbered: settings.pmtudisc !== "do",
    options: null,
    socket: ref,
    loops: settings.multicastLoop,
  });
  if (errno === null) {
    ownMib(step, netns).add(MIB.UdpOutDatagrams, 1);
    return null;
  }
  if (errno !== "ENOBUFS") return errno;
  count(step, netns, "UdpSndbufErrors");
  return settings.receivesErrors ? errno : null;
}

/** A signal ended a sender that slept: what it was to send is lost. @source __ip_append_data(); udp_sendmsg(), SOCK_NOSPACE */
export function udpInterrupted(step: StepContext, netns: number): void {
  count(step, netns, "IpOutDiscards");
  count(step, netns, "UdpSndbufErrors");
}
