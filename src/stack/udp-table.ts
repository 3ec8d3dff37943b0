/** Finds UDP sockets by port, opens them and takes them away. @source net/ipv4/udp.c, struct udp_table */
import type { NetnsRef } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import { netStack } from "./net-stack.ts";
import { FRESH_UDP, type UdpSettings, UdpSocket, type UdpSocketCell, UdpTable } from "./udp-socket.ts";

export function udpTable(step: StepContext, netns: NetnsRef): UdpTable {
  return step.cells.get(netStack(step, netns).udp);
}

function setTable(step: StepContext, netns: NetnsRef, table: UdpTable): void {
  step.cells.set(netStack(step, netns).udp, table);
}

/** Sockets of a port, newest first. */
export function udpAtPort(step: StepContext, netns: NetnsRef, port: number): readonly UdpSocketCell[] {
  return udpTable(step, netns).byPort.get(port) ?? [];
}

export function openUdpSocket(step: StepContext, netns: NetnsRef, owner: number): UdpSocketCell {
  // inet_create() looks at the namespace's wish.
  const discovers = netStack(step, netns).settings.ipNoPmtuDisc === 0;
  const fresh: UdpSettings = discovers ? FRESH_UDP : { ...FRESH_UDP, pmtudisc: "dont" };
  const ref = step.cells.add(new UdpSocket(netns, owner, fresh, [], 0, 0, 0, null, [], 0, false));
  const table = udpTable(step, netns);
  setTable(step, netns, new UdpTable([...table.sockets, ref], table.byPort));
  return ref;
}

/** The socket has a port from now on. */
export function hashUdpSocket(step: StepContext, ref: UdpSocketCell, port: number): void {
  const { netns } = step.cells.get(ref);
  const table = udpTable(step, netns);
  const mates = table.byPort.get(port) ?? [];
  setTable(step, netns, new UdpTable(table.sockets, table.byPort.set(port, [ref, ...mates])));
}

/** Takes a socket out of the table; its memberships are its caller's business. */
export function removeUdpSocket(step: StepContext, ref: UdpSocketCell): void {
  const { netns, settings } = step.cells.get(ref);
  const table = udpTable(step, netns);
  const mates = (table.byPort.get(settings.port) ?? []).filter((other) => other !== ref);
  const byPort =
    mates.length === 0 ? table.byPort.delete(settings.port) : table.byPort.set(settings.port, mates);
  setTable(
    step,
    netns,
    new UdpTable(
      table.sockets.filter((other) => other !== ref),
      byPort,
    ),
  );
  step.cells.delete(ref);
}

export function updateUdpSocket(step: StepContext, ref: UdpSocketCell, change: Partial<UdpSettings>): void {
  step.cells.set(ref, step.cells.get(ref).with(change));
}
