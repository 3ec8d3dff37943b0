/**
 * Netlink sockets that listen: they join groups, and get a copy of each notification of their namespace.
 * @source net/netlink/af_netlink.c, netlink_broadcast()
 */
import type { Cell } from "../core/cell-table.ts";
import { registerRecord } from "../core/record-codec.ts";
import { type NetnsRef, peerNsid, updateNetns } from "../devices/netns.ts";
import type { RtnlFamily, RtnlMessage, RtnlObject } from "../events/rtnl.ts";
import type { StepContext } from "../events/step-context.ts";
import { globals, updateGlobals } from "./globals.ts";

export class NetlinkSocket {
  constructor(
    readonly netns: NetnsRef,
    /** Cell of the process that reads. */
    readonly process: number,
    readonly objects: readonly RtnlObject[],
    /** Null: all of them. */
    readonly family: RtnlFamily | null,
    /** NETLINK_LISTEN_ALL_NSID: of namespaces that have an id in the socket's own, too. */
    readonly hearsAll: boolean,
    /** Messages that were not read yet, oldest first. */
    readonly queue: readonly RtnlMessage[],
  ) {}

  with(queue: readonly RtnlMessage[]): NetlinkSocket {
    return new NetlinkSocket(this.netns, this.process, this.objects, this.family, this.hearsAll, queue);
  }
}
registerRecord("NetlinkSocket", NetlinkSocket);

export function openNetlinkSocket(
  step: StepContext,
  netns: NetnsRef,
  process: number,
  objects: readonly RtnlObject[],
  family: RtnlFamily | null,
  hearsAll: boolean,
): Cell<NetlinkSocket> {
  const ref = step.cells.add(new NetlinkSocket(netns, process, objects, family, hearsAll, []));
  if (hearsAll)
    updateGlobals(step, (g) => {
      g.allNsidListeners = [...g.allNsidListeners, ref];
    });
  setListeners(step, netns, [...step.cells.get(netns).listeners, ref]);
  return ref;
}

export function closeNetlinkSocket(step: StepContext, ref: Cell<NetlinkSocket>): void {
  const { netns, hearsAll } = step.cells.get(ref);
  if (hearsAll)
    updateGlobals(step, (g) => {
      g.allNsidListeners = g.allNsidListeners.filter((other) => other !== ref);
    });
  setListeners(
    step,
    netns,
    step.cells.get(netns).listeners.filter((other) => other !== ref),
  );
  step.cells.delete(ref);
}

function setListeners(step: StepContext, netns: NetnsRef, listeners: readonly number[]): void {
  updateNetns(step, netns, (ns) => {
    ns.listeners = listeners;
  });
}

export function takeMessages(step: StepContext, ref: Cell<NetlinkSocket>): readonly RtnlMessage[] {
  const socket = step.cells.get(ref);
  if (socket.queue.length > 0) step.cells.set(ref, socket.with([]));
  return socket.queue;
}

/** Does anybody listen to the namespace at all? */
export function hasListeners(step: StepContext, netns: NetnsRef): boolean {
  return step.cells.get(netns).listeners.length > 0 || globals(step).allNsidListeners.length > 0;
}

/** Whoever listens anywhere is told. */
export function broadcastToAll(step: StepContext, netnses: readonly NetnsRef[], message: RtnlMessage): void {
  for (const netns of netnses) broadcast(step, netns, message);
}

export function broadcast(step: StepContext, netns: NetnsRef, message: RtnlMessage): void {
  for (const ref of step.cells.get(netns).listeners as readonly Cell<NetlinkSocket>[])
    deliver(step, ref, message);
  for (const ref of globals(step).allNsidListeners as readonly Cell<NetlinkSocket>[]) {
    const { netns: own } = step.cells.get(ref);
    const nsid = own === netns ? null : peerNsid(step, own, netns);
    if (nsid !== null) deliver(step, ref, { ...message, nsid });
  }
}

/** @source do_one_broadcast() */
function deliver(step: StepContext, ref: Cell<NetlinkSocket>, message: RtnlMessage): void {
  const socket = step.cells.get(ref);
  if (!socket.objects.includes(message.object)) return;
  if (socket.family !== null && message.family !== null && socket.family !== message.family) return;
  step.cells.set(ref, socket.with([...socket.queue, message]));
  step.wake(socket.process);
}
