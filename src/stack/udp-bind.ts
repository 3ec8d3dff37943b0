/**
 * Addresses and ports of UDP sockets.
 * @source net/ipv4/af_inet.c, __inet_bind(), inet_autobind(); net/ipv4/udp.c, udp_lib_get_port(); net/ipv4/datagram.c
 */
import type { Errno } from "../core/errno.ts";
import { deviceByIndex, type NetnsRef } from "../devices/netns.ts";
import { RTN_BROADCAST, RTN_LOCAL, RTN_MULTICAST } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { type Ipv4Address, isMulticastIpv4 } from "../wire/ipv4-address.ts";
import { inetAddrType } from "./fib-nexthop.ts";
import { count, netStack } from "./net-stack.ts";
import { type OutputRoute, routeOutput } from "./route.ts";
import type { UdpSettings, UdpSocketCell } from "./udp-socket.ts";
import { hashUdpSocket, udpAtPort, updateUdpSocket } from "./udp-table.ts";

/** The device of an index, for a route; -1: any; null: there is none. */
export function outputDevice(step: StepContext, netns: number, ifindex: number): number | null {
  if (ifindex === 0) return -1;
  return deviceByIndex(step, netns, ifindex)?.ref ?? null;
}

/** Would two sockets get in each other's way at one port? @source udp_lib_lport_inuse(), inet_rcv_saddr_equal() */
function areInConflict(a: UdpSettings, b: UdpSettings): boolean {
  if (a.reusesAddress && b.reusesAddress) return false;
  if (a.ifindex !== 0 && b.ifindex !== 0 && a.ifindex !== b.ifindex) return false;
  if (a.local !== 0 && b.local !== 0 && a.local !== b.local) return false;
  return !(a.reusesPort && b.reusesPort);
}

function isTaken(step: StepContext, ref: UdpSocketCell, settings: UdpSettings, port: number): boolean {
  const { netns } = step.cells.get(ref);
  return udpAtPort(step, netns, port).some(
    (other) => other !== ref && areInConflict(step.cells.get(other).settings, settings),
  );
}

/** Gives the socket a port: the wished one, or with 0 one of its own. */
function getPort(step: StepContext, ref: UdpSocketCell, wished: number, local: Ipv4Address): boolean {
  const { netns, settings } = step.cells.get(ref);
  const bound = { ...settings, local };
  let port = wished;
  if (wished !== 0) {
    if (isTaken(step, ref, bound, wished)) return false;
  } else {
    const { localPortMin, localPortMax } = netStack(step, netns).settings;
    const ports = localPortMax - localPortMin + 1;
    const first = step.draw("udp/port", ports);
    let tries = 0;
    while (tries < ports && isTaken(step, ref, bound, localPortMin + ((first + tries) % ports))) tries++;
    if (tries === ports) return false;
    port = localPortMin + ((first + tries) % ports);
  }
  updateUdpSocket(step, ref, { port });
  hashUdpSocket(step, ref, port);
  return true;
}

/** bind(2) */
export function udpBind(
  step: StepContext,
  ref: UdpSocketCell,
  address: Ipv4Address,
  port: number,
): Errno | null {
  const { netns, settings } = step.cells.get(ref);
  const type = address === 0 ? RTN_LOCAL : inetAddrType(step, netns, address);
  const isForMany = type === RTN_MULTICAST || type === RTN_BROADCAST;
  if (type !== RTN_LOCAL && !isForMany) return "EADDRNOTAVAIL";
  if (settings.port !== 0) return "EINVAL";
  if (!getPort(step, ref, port, address)) return "EADDRINUSE";
  updateUdpSocket(step, ref, { local: address, source: isForMany ? 0 : address });
  return null;
}

/** A socket that sends without having been bound gets a port. @source inet_autobind() */
export function udpAutobind(step: StepContext, ref: UdpSocketCell): Errno | null {
  const { settings } = step.cells.get(ref);
  return settings.port !== 0 || getPort(step, ref, 0, settings.local) ? null : "EAGAIN";
}

/** Which device and source a datagram to a group takes. */
function multicastChoice(settings: UdpSettings, dst: Ipv4Address): { ifindex: number; src: Ipv4Address } {
  if (!isMulticastIpv4(dst)) return { ifindex: settings.ifindex, src: settings.source };
  return {
    ifindex: settings.ifindex !== 0 ? settings.ifindex : settings.multicastIfindex,
    src: settings.source !== 0 ? settings.source : settings.multicastSource,
  };
}

/** The way of what a socket sends. @source ip_route_output_flow() in udp_sendmsg() and __ip4_datagram_connect() */
export function routeOfDatagram(
  step: StepContext,
  netns: NetnsRef,
  settings: UdpSettings,
  dst: Ipv4Address,
): OutputRoute | Errno {
  const { ifindex, src } = multicastChoice(settings, dst);
  const oif = outputDevice(step, netns, ifindex);
  if (oif === null) return "ENODEV";
  const route = routeOutput(step, netns, { dst, src, oif, tos: settings.tos & 0x1c });
  if ("errno" in route) {
    if (route.errno === "ENETUNREACH") count(step, netns, "IpOutNoRoutes");
    return route.errno;
  }
  if (route.type === RTN_BROADCAST && !settings.allowsBroadcast) return "EACCES";
  return route;
}

/** connect(2) @source __ip4_datagram_connect() */
export function udpConnect(
  step: StepContext,
  ref: UdpSocketCell,
  dst: Ipv4Address,
  port: number,
): Errno | null {
  const unbound = udpAutobind(step, ref);
  if (unbound !== null) return unbound;
  const { netns, settings } = step.cells.get(ref);
  const route = routeOfDatagram(step, netns, settings, dst);
  if (typeof route === "string") return route;
  updateUdpSocket(step, ref, {
    peer: route.dst,
    peerPort: port,
    isConnected: true,
    source: settings.source !== 0 ? settings.source : route.src,
    local: settings.local !== 0 ? settings.local : route.src,
  });
  return null;
}
