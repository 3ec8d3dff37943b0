/**
 * Sockets that join groups.
 * @source net/ipv4/igmp.c, ip_mc_join_group(), ip_mc_leave_group(), ip_mc_drop_socket(); net/ipv4/ip_sockglue.c
 */
import type { Errno } from "../core/errno.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { deviceByIndex } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import { type Ipv4Address, isMulticastIpv4 } from "../wire/ipv4-address.ts";
import { joinGroup, leaveGroup } from "./igmp.ts";
import { netStack } from "./net-stack.ts";
import { ipDevFind, routeOutput } from "./route.ts";
import type { UdpSocketCell } from "./udp-socket.ts";
import { updateUdpSocket } from "./udp-table.ts";

/** The device meant: by index, by one of its addresses, or the one that a packet to the group would leave by. @source ip_mc_find_dev() */
function findDevice(
  step: StepContext,
  netns: number,
  group: Ipv4Address,
  address: Ipv4Address,
  ifindex: number,
): NetDevice | null {
  if (ifindex !== 0) return deviceByIndex(step, netns, ifindex);
  if (address !== 0) return ipDevFind(step, netStack(step, netns), address);
  const route = routeOutput(step, netns, { dst: group, src: 0, oif: -1, tos: 0 });
  return "errno" in route ? null : step.cells.get<NetDevice>(route.device);
}

/** IP_ADD_MEMBERSHIP */
export function socketJoin(
  step: StepContext,
  ref: UdpSocketCell,
  group: Ipv4Address,
  address: Ipv4Address,
  ifindex = 0,
): Errno | null {
  if (!isMulticastIpv4(group)) return "EINVAL";
  const { netns, settings } = step.cells.get(ref);
  const dev = findDevice(step, netns, group, address, ifindex);
  if (dev === null) return "ENODEV";
  const { memberships } = settings;
  if (memberships.some((one) => one.group === group && one.ifindex === dev.ifindex)) return "EADDRINUSE";
  if (memberships.length >= netStack(step, netns).settings.igmpMaxMemberships) return "ENOBUFS";
  updateUdpSocket(step, ref, { memberships: [{ group, ifindex: dev.ifindex }, ...memberships] });
  joinGroup(step, dev, group);
  return null;
}

/** The socket goes: it leaves all its groups. */
export function socketLeaveAll(step: StepContext, ref: UdpSocketCell): void {
  const { netns, settings } = step.cells.get(ref);
  for (const { group, ifindex } of settings.memberships) {
    const dev = deviceByIndex(step, netns, ifindex);
    if (dev !== null) leaveGroup(step, dev, group);
  }
}
