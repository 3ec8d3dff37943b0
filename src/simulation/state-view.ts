/** A state as plain typed data, for users and tests: what `ip`, `nstat` and `ps` would show of every namespace at once. */
import type { Nanos } from "../core/nanos.ts";
import type { NetDevice } from "../devices/net-device.ts";
import { devicesOf } from "../devices/netns.ts";
import { NullRecorder } from "../events/recorder.ts";
import type { AddrInfo, LinkInfo, NeighInfo, NetnsId, RouteInfo } from "../events/requests.ts";
import { globals } from "../kernel/globals.ts";
import { allRoutes } from "../kernel/inet-requests.ts";
import { addrInfo, linkInfo, neighDump, neighInfo } from "../kernel/infos.ts";
import { Kernel } from "../kernel/kernel.ts";
import { SeededChance } from "../scheduler/chance.ts";
import { Scheduler } from "../scheduler/scheduler.ts";
import { inDevice } from "../stack/in-device.ts";
import { mibByName } from "../stack/mib.ts";
import { netStack } from "../stack/net-stack.ts";
import { restoreSnapshot, type Snapshot } from "./snapshot.ts";
import { StateHash } from "./state-hash.ts";

/** Where the other end of a pair is. */
export interface PeerView {
  readonly netns: NetnsId;
  readonly ifindex: number;
  readonly ifname: string;
}

/** As RTM_GETLINK shows it; its peer by namespace instead of by an id that depends on who asks. */
export interface LinkView extends Omit<LinkInfo, "link" | "linkNetnsid"> {
  readonly peer: PeerView | null;
  readonly addresses: readonly AddrInfo[];
  readonly neighbours: readonly NeighInfo[];
}

export interface NetnsView {
  readonly id: NetnsId;
  /** Names under /run/netns, newest first; the namespace that a run starts in has none. */
  readonly names: readonly string[];
  /** By ifindex. */
  readonly links: readonly LinkView[];
  /** Of all tables, in the kernel's order. */
  readonly routes: readonly RouteInfo[];
  /** Counters of the protocol stack by the names of nstat(8). */
  readonly counters: Readonly<Record<string, number>>;
}

export interface ProcessView {
  readonly pid: number;
  readonly comm: string;
  readonly netns: NetnsId;
  /** Program of the simulation that runs in it; null: none, or it has ended. */
  readonly program: string | null;
}

export interface StateView {
  readonly time: Nanos;
  /** Number of the newest event that is part of it. */
  readonly seq: number;
  /** Hash of the whole state, 16 hex digits. */
  readonly hash: string;
  /** In order of making; the one that the run starts in first. */
  readonly netns: readonly NetnsView[];
  /** By pid. */
  readonly processes: readonly ProcessView[];
}

const SILENT = { output: () => {}, exit: () => {} };

/** Reads a snapshot in a machine of its own, since some of the kernel's answers leave traces (ids of namespaces). */
export function viewState(from: Snapshot): StateView {
  const kernel = new Kernel(new NullRecorder(), new SeededChance(from.seed), SILENT);
  const scheduler = new Scheduler(kernel, { stepsPerInstant: 0, steps: 0 });
  kernel.attach(scheduler);
  restoreSnapshot(from, kernel, scheduler);
  const hash = new StateHash(kernel.cells).digest();
  const { netnsAll, processes } = globals(kernel);
  return {
    time: from.agenda.now,
    seq: from.seq,
    hash,
    netns: netnsAll.map((netns) => viewNetns(kernel, netns)),
    processes: processes.sorted().map(([, ref]) => {
      const { pid, comm, netns, program } = kernel.cells.get(ref);
      return { pid, comm, netns, program };
    }),
  };
}

function viewNetns(kernel: Kernel, netns: NetnsId): NetnsView {
  return {
    id: netns,
    names: kernel.cells.get<{ names: readonly string[] }>(netns).names,
    links: devicesOf(kernel, netns).map((dev) => viewLink(kernel, dev)),
    routes: allRoutes(kernel, netns),
    counters: mibByName(kernel.cells.get(netStack(kernel, netns).mib)),
  };
}

function viewLink(kernel: Kernel, dev: NetDevice): LinkView {
  const { link: _, linkNetnsid: __, ...info } = linkInfo(kernel, dev);
  const peer = dev.peer < 0 ? null : kernel.cells.get<NetDevice>(dev.peer);
  return {
    ...info,
    peer: peer === null ? null : { netns: peer.netns, ifindex: peer.ifindex, ifname: peer.ifname },
    addresses: inDevice(kernel, dev).addrs.map((ifa) => addrInfo(kernel, dev, ifa)),
    neighbours: neighDump(kernel, dev.netns, dev.ifindex).map((neigh) => neighInfo(kernel, neigh)),
  };
}
