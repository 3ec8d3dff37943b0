/** What each kind of timer does when it expires: timers hang on cells, and the record of a cell says what it is for. */
import { BridgeTimer } from "../devices/bridge/bridge.ts";
import { bridgeTimer } from "../devices/bridge/bridge-device.ts";
import { LinkWatch, linkwatchRun } from "../devices/linkwatch.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { Netns } from "../devices/netns.ts";
import type { StepContext } from "../events/step-context.ts";
import { AddrCheck, checkLifetimes } from "../stack/addr-lifetime.ts";
import { arpRcv } from "../stack/arp-input.ts";
import { deleteAddr, deprecateAddr } from "../stack/devinet.ts";
import { igmpTimer } from "../stack/igmp.ts";
import { FragmentQueue, reassemblyTimer } from "../stack/ip-reassembly.ts";
import { inet6Timer } from "../stack/ipv6/inet6-timers.ts";
import { ndiscRedo } from "../stack/ipv6/ndisc.ts";
import { IgmpTimer } from "../stack/multicast.ts";
import { neighTimer } from "../stack/neigh.ts";
import type { Neigh } from "../stack/neigh-table.ts";
import { ManagedNeighs, NeighTbl, ProxyQueue } from "../stack/neigh-tables.ts";
import { neighManagedWork, neighPeriodicWork } from "../stack/neigh-work.ts";
import { PacketSocket, retireBlock } from "../stack/packet-socket.ts";
import { neighProxyProcess } from "../stack/pneigh.ts";
import { ETH_P_IPV6, type Frame } from "../wire/frame.ts";
import { cleanupNetns } from "./namespaces.ts";
import { onCarrierSettled } from "./notify.ts";

/** Begins the step: which namespace and device it is about (-1: none), and what the timer is called. */
type Begin = (netns: number, device: number, data: string) => void;

export function timerExpired(step: StepContext, cell: number, begin: Begin): void {
  const record: unknown = step.cells.get(cell);
  if (record instanceof LinkWatch) {
    begin(-1, -1, "linkwatch");
    linkwatchRun(step, (ref) => onCarrierSettled(step, step.cells.get(ref)));
  } else if (record instanceof BridgeTimer) {
    begin(-1, -1, `bridge_${record.kind}`);
    bridgeTimer(step, cell);
  } else if (record instanceof Netns) {
    begin(cell, -1, "cleanup_net");
    cleanupNetns(step, cell);
  } else if (record instanceof AddrCheck) {
    begin(record.netns, -1, "check_lifetime");
    checkLifetimes(step, cell, LIFETIME_ACTIONS);
  } else if (record instanceof FragmentQueue) {
    begin(record.netns, record.device, "ip_expire");
    reassemblyTimer(step, cell);
  } else if (record instanceof PacketSocket) {
    begin(record.netns, record.device, "retire_blk");
    retireBlock(step, cell);
  } else if (record instanceof IgmpTimer) {
    begin(step.cells.get<NetDevice>(record.device).netns, record.device, `igmp_${record.kind}`);
    igmpTimer(step, cell);
  } else if (record instanceof NeighTbl) {
    begin(-1, -1, "neigh_periodic_work");
    neighPeriodicWork(step, cell);
  } else if (record instanceof ManagedNeighs) {
    begin(-1, -1, "neigh_managed_work");
    neighManagedWork(step, cell);
  } else if (record instanceof ProxyQueue) {
    begin(-1, -1, "neigh_proxy_process");
    neighProxyProcess(step, cell, (dev, frame) => redoProxied(step, dev, frame));
  } else if (!inet6Timer(step, cell, record, begin)) {
    const neigh = record as Neigh;
    begin(step.cells.get<NetDevice>(neigh.device).netns, neigh.device, "neigh");
    neighTimer(step, cell);
  }
}

/** A request has waited for proxy_delay, and is taken up again. @source parp_redo(), pndisc_redo() */
function redoProxied(step: StepContext, dev: NetDevice, frame: Frame): void {
  const reason =
    frame.etherType === ETH_P_IPV6 ? ndiscRedo(step, dev, frame) : arpRcv(step, dev, frame, false, true);
  if (reason !== null) step.recordDrop(dev.netns, dev.ref, frame.id, frame.length, reason);
}

const LIFETIME_ACTIONS = Object.freeze({ delete: deleteAddr, deprecate: deprecateAddr });
