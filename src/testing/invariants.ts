/** What must hold of a machine's state after every step. Each checker gives the faults it finds, as sentences; none: it holds. */
import { LINKWATCH } from "../devices/linkwatch.ts";
import { DeviceStats, NetDevice } from "../devices/net-device.ts";
import { Netns, nameKey } from "../devices/netns.ts";
import { GLOBALS, type Globals, MAIN_NETNS, type Process } from "../kernel/globals.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { type FileSystem, Inode } from "../kernel/vfs/inode.ts";
import type { Scheduler } from "../scheduler/scheduler.ts";
import { type InDevice, type NeighTable, neighTableRef } from "../stack/in-device.ts";
import { Mib, mibByName } from "../stack/mib.ts";
import type { Neigh } from "../stack/neigh-table.ts";
import {
  managedRef,
  NEIGH_FAMILIES,
  type NeighFamily,
  type NeighTbl,
  neighTblRef,
  proxyQueueRef,
} from "../stack/neigh-tables.ts";
import type { NetStack } from "../stack/net-stack.ts";
import type { Frame } from "../wire/frame.ts";
import { claimInet6Device, claimInet6Stack } from "./inet6-invariants.ts";

/** A machine: a run or a replay. */
export interface Machine {
  readonly kernel: Kernel;
  readonly scheduler: Scheduler<Frame>;
}

/** Numbers of the cells that hold a record. */
export function livingCells({ kernel }: Machine): number[] {
  return [...Array(kernel.cells.size).keys()].filter((ref) => kernel.cells.has(ref));
}

function globalsOf({ kernel }: Machine): Globals {
  return kernel.cells.get(GLOBALS);
}

/** Living devices of all living namespaces. */
export function livingDevices(machine: Machine): NetDevice[] {
  return livingCells(machine)
    .map((ref) => machine.kernel.cells.get<unknown>(ref))
    .filter((record) => record instanceof NetDevice);
}

/**
 * Notes what a walk from the roots comes upon: a cell that is dead, or that two records claim as their own.
 * What is left over at the end belongs to nobody.
 */
class Claims {
  readonly faults: string[] = [];
  private readonly owners = new Map<number, string>();

  constructor(private readonly machine: Machine) {}

  /** The record of a cell that `owner` alone has; null: it is dead. */
  claim<T>(ref: number, owner: string): T | null {
    const before = this.owners.get(ref);
    if (before !== undefined) this.faults.push(`cell ${ref} belongs to ${before} and to ${owner}`);
    this.owners.set(ref, owner);
    const record = this.machine.kernel.cells.get<T | undefined>(ref);
    if (record === undefined) this.faults.push(`${owner} has cell ${ref}, which is dead`);
    return before === undefined ? (record ?? null) : null;
  }

  isClaimed(ref: number): boolean {
    return this.owners.has(ref);
  }
}

function claimDevice(machine: Machine, claims: Claims, ref: number, owner: string): void {
  const { cells } = machine.kernel;
  const dev = claims.claim<NetDevice>(ref, owner);
  if (dev === null) return;
  const name = `device ${ref} (${dev.ifname})`;
  if (dev.ref !== ref) claims.faults.push(`${name} takes itself for ${dev.ref}`);
  claims.claim(dev.stats, name);
  const inet = claims.claim<InDevice>(dev.inet, name);
  if (inet !== null && inet.device !== ref)
    claims.faults.push(`the inet cell of ${name} is of ${inet.device}`);
  if (inet !== null) {
    const { groups, changeTimer, queryTimer } = inet.multicast;
    for (const timer of [changeTimer, queryTimer, ...groups.map((group) => group.timer)])
      if (timer !== null) claims.claim(timer, `${name}, IGMP`);
  }
  const table = claims.claim<NeighTable>(neighTableRef(dev), name);
  for (const [key, at] of table?.entries.entries() ?? []) {
    const neigh = claims.claim<Neigh>(at, `${name}, neighbour ${key}`);
    if (neigh !== null && (neigh.device !== ref || neigh.key !== key || neigh.ref !== at))
      claims.faults.push(`neighbour ${key} of ${name} is one of device ${neigh.device}, ${neigh.key}`);
  }
  claimInet6Device(claims, dev, name);
  if (dev.peer < 0) return;
  const peer = cells.get<NetDevice | undefined>(dev.peer);
  if (peer?.peer !== ref) claims.faults.push(`${name} has peer ${dev.peer}, whose peer is ${peer?.peer}`);
}

function claimStack(machine: Machine, claims: Claims, ns: Netns): void {
  const owner = `the stack of namespace ${ns.ref}`;
  const stack = claims.claim<NetStack>(ns.stack, owner);
  if (stack === null) return;
  for (const ref of [stack.mib, stack.icmpLimit, stack.udp]) claims.claim(ref, owner);
  if (stack.addrCheck >= 0) claims.claim(stack.addrCheck, owner);
  claimInet6Stack(claims, ns, stack.inet6, `${owner}, IPv6`);
  for (const [, ref] of stack.ipIdents.entries()) claims.claim(ref, owner);
  for (const [, refs] of stack.fragmentQueues.entries())
    for (const ref of refs) claims.claim(ref, `${owner}, fragments`);
  for (const { device, key } of stack.proxies)
    if (device >= 0 && !ns.devices.includes(device))
      claims.faults.push(`${owner} answers for ${key} on device ${device}, which is not there`);
  for (const [table, { byLength }] of stack.fib.entries())
    for (const map of byLength)
      for (const [network, routes] of map?.entries() ?? [])
        for (const { oif } of routes.flatMap((route) => route.hops))
          if (oif >= 0 && !ns.devices.includes(oif))
            claims.faults.push(
              `${owner}: route to ${network} in table ${table} leaves by device ${oif}, not there`,
            );
  for (const ref of stack.rawSockets)
    if (!machine.kernel.cells.has(ref)) claims.faults.push(`${owner} has socket ${ref}, which is dead`);
}

/** Each device stands once in its namespace's tables: by index, in order, and by each of its names. */
function listFaults(machine: Machine, ns: Netns): string[] {
  const { cells } = machine.kernel;
  const faults: string[] = [];
  const devs = ns.devices.map((ref) => cells.get<NetDevice>(ref)).filter((dev) => dev !== undefined);
  const indexes = devs.map((dev) => dev.ifindex);
  if (indexes.some((index, i) => i > 0 && index <= indexes[i - 1]!))
    faults.push(`devices of namespace ${ns.ref} are not in order: ${indexes.join(" ")}`);
  const byIndex = ns.byIndex.sorted().map(([index, ref]) => `${index}=${ref}`);
  const expected = devs.map((dev) => `${dev.ifindex}=${dev.ref}`);
  if (byIndex.join(" ") !== expected.join(" "))
    faults.push(`namespace ${ns.ref} has by index ${byIndex.join(" ")}, its list ${expected.join(" ")}`);
  for (const dev of devs)
    if (dev.netns !== ns.ref) faults.push(`device ${dev.ref} in namespace ${ns.ref} says ${dev.netns}`);
  const byName = [...ns.byName.entries()].flatMap(([key, entries]) =>
    entries.map(({ name, device }) => `${nameKey(name) === key} ${name}=${device}`),
  );
  const names = devs.flatMap((dev) => [dev.ifname, ...dev.altnames].map((name) => `true ${name}=${dev.ref}`));
  if (byName.sort().join(" ") !== names.sort().join(" "))
    faults.push(`namespace ${ns.ref} has by name ${byName.join(" ")}, its devices are ${names.join(" ")}`);
  return faults;
}

function netnsFaults(machine: Machine, ns: Netns): string[] {
  const faults: string[] = [];
  const { processes, netnsAll } = globalsOf(machine);
  for (const { nsid, netns } of ns.nsids)
    if (!netnsAll.includes(netns))
      faults.push(`nsid ${nsid} of namespace ${ns.ref} names ${netns}, which is dead`);
  for (const [pid] of ns.processes.sorted()) {
    const ref = processes.get(pid);
    const process = ref === undefined ? undefined : machine.kernel.cells.get<Process>(ref);
    if (process?.netns !== ns.ref)
      faults.push(`process ${pid} in namespace ${ns.ref} lives in ${process?.netns}`);
  }
  const isHeld = ns.ref === MAIN_NETNS || ns.names.length > 0 || ns.processes.size > 0;
  if (isHeld === ns.isDying)
    faults.push(`namespace ${ns.ref} is ${isHeld ? "" : "not "}held and ${ns.isDying ? "" : "not "}dying`);
  return faults;
}

function processFaults(machine: Machine, claims: Claims): void {
  const { cells } = machine.kernel;
  for (const [pid, ref] of globalsOf(machine).processes.entries()) {
    const process = claims.claim<Process>(ref, `process ${pid}`);
    if (process === null) continue;
    const ns = cells.get<unknown>(process.netns);
    if (!(ns instanceof Netns) || ns.processes.get(pid) !== true)
      claims.faults.push(`process ${pid} lives in namespace ${process.netns}, which does not know it`);
    for (const socket of process.sockets) claims.claim(socket, `process ${pid}`);
  }
}

/** Each inode has as many names as it counts, or an opener; the file system's account is right. */
function fileFaults(machine: Machine, claims: Claims): void {
  const ref = globalsOf(machine).fs;
  const fs = claims.claim<FileSystem>(ref, "the machine");
  if (fs === null) return;
  const { cells } = machine.kernel;
  const inodes = livingCells(machine)
    .map((cell) => cells.get<unknown>(cell))
    .filter((record) => record instanceof Inode);
  const names = new Map<number, number>([[fs.root, 1]]);
  for (const { entries } of inodes)
    for (const [, ino] of entries.sorted()) names.set(ino, (names.get(ino) ?? 0) + 1);
  for (const { ino, type, nlink, opens, entries } of inodes) {
    claims.claim(ino, "the file system");
    const count = names.get(ino) ?? 0;
    if (count === 0 && opens === 0) claims.faults.push(`inode ${ino} has neither a name nor an opener`);
    const dirs = entries.sorted().filter(([, one]) => one >= 0 && cells.get<Inode>(one).type === "dir");
    const expected = type === "dir" && count > 0 ? 2 + dirs.length : count;
    if (nlink !== expected) claims.faults.push(`inode ${ino} counts ${nlink} names, it has ${expected}`);
  }
  const octets = inodes.reduce((sum, { size }) => sum + size, 0);
  if (octets !== fs.octets || inodes.length !== fs.inodes)
    claims.faults.push(
      `${inodes.length} inodes of ${octets} octets are counted as ${fs.inodes} of ${fs.octets}`,
    );
}

/** The machine's neighbour tables count each entry once, and list for collection those that say so. */
function neighTableFaults(machine: Machine, claims: Claims, family: NeighFamily): void {
  const { cells } = machine.kernel;
  const name = `the neighbour table of IPv${family}`;
  const tbl = claims.claim<NeighTbl>(neighTblRef(family), name);
  for (const ref of [proxyQueueRef(family), managedRef(family)]) claims.claim(ref, name);
  if (tbl === null) return;
  const entries = tbl.entries.sorted().map(([ref]) => cells.get<Neigh | undefined>(ref));
  const listed = entries.filter((neigh) => tbl.gcList.get(neigh?.gcPlace ?? 0) === neigh?.ref);
  if (entries.length !== tbl.entryCount || listed.length !== tbl.gcCount)
    claims.faults.push(
      `${name} counts ${tbl.entryCount} entries for ${entries.length}, ${tbl.gcCount} of them to be collected for ${listed.length}`,
    );
  for (const neigh of entries)
    if (neigh === undefined || (typeof neigh.key === "bigint" ? 6 : 4) !== family)
      claims.faults.push(`${name} has an entry that is dead or of the other family`);
}

/**
 * No orphans: every living cell belongs to exactly one living thing, every reference leads to one, every device is listed once by
 * index and by name in its living namespace, peers are each other's, and timers and queues name living cells only.
 */
export function orphanFaults(machine: Machine): string[] {
  const { cells } = machine.kernel;
  const claims = new Claims(machine);
  const { netnsAll, netnsNames } = globalsOf(machine);
  for (const root of [LINKWATCH, GLOBALS]) claims.claim(root, "the machine");
  for (const family of NEIGH_FAMILIES) neighTableFaults(machine, claims, family);
  for (const ref of netnsAll) {
    const ns = claims.claim<Netns>(ref, "the list of namespaces");
    if (ns === null) continue;
    if (!ns.devices.includes(ns.loopback)) claims.faults.push(`namespace ${ref} has no loopback device`);
    for (const device of ns.devices) claimDevice(machine, claims, device, `namespace ${ref}`);
    claimStack(machine, claims, ns);
    claims.faults.push(...listFaults(machine, ns), ...netnsFaults(machine, ns));
  }
  processFaults(machine, claims);
  fileFaults(machine, claims);
  for (const { name, netns } of netnsNames)
    if (!cells.get<Netns | undefined>(netns)?.names.includes(name))
      claims.faults.push(`the name ${name} is of namespace ${netns}, which does not know it`);
  for (const ref of livingCells(machine))
    if (!claims.isClaimed(ref)) claims.faults.push(`cell ${ref} belongs to nobody: ${cells.get(ref)}`);
  return [...claims.faults, ...agendaFaults(machine)];
}

function agendaFaults({ kernel, scheduler }: Machine): string[] {
  const { timers, ready } = scheduler.agenda();
  const dead = (ref: number) => !kernel.cells.has(ref);
  return [
    ...timers
      .filter(({ owner }) => dead(owner))
      .map(({ owner }) => `a timer is armed for dead cell ${owner}`),
    ...ready
      .filter(({ process }) => dead(process))
      .map(({ process: ref }) => `dead process cell ${ref} is ready to go on`),
    ...kernel.cells
      .get(LINKWATCH)
      .pending.filter(dead)
      .map((ref) => `link-watch work is pending for dead device ${ref}`),
  ];
}

/** Peer symmetry: what one end of a pair sent, the other received; only frames that the log drops by name are missing. */
export function symmetryFaults(machine: Machine): string[] {
  const { cells } = machine.kernel;
  return livingDevices(machine).flatMap((dev) => {
    const peer = dev.peer < 0 ? undefined : cells.get<NetDevice | undefined>(dev.peer);
    if (peer === undefined) return [];
    const tx = cells.get(dev.stats);
    const rx = cells.get(peer.stats);
    if (tx.txPackets === rx.rxPackets && tx.txBytes === rx.rxBytes) return [];
    const sent = `${tx.txPackets} frames, ${tx.txBytes} octets`;
    return [
      `device ${dev.ref} sent ${sent}; its peer ${peer.ref} received ${rx.rxPackets} frames, ${rx.rxBytes} octets`,
    ];
  });
}

/** Counters of a cell by name; null: it counts nothing. */
function countersOf(record: unknown): Readonly<Record<string, number>> | null {
  if (record instanceof Mib) return mibByName(record);
  return record instanceof DeviceStats ? { ...record, copy: 0 } : null;
}

/** Counters never fall: compares with the state that it saw last. */
export class CounterWatch {
  private last = new Map<number, Readonly<Record<string, number>>>();

  faults(machine: Machine): string[] {
    const faults: string[] = [];
    const next = new Map<number, Readonly<Record<string, number>>>();
    for (const ref of livingCells(machine)) {
      const counters = countersOf(machine.kernel.cells.get(ref));
      if (counters === null) continue;
      const before = this.last.get(ref) ?? {};
      for (const [name, count] of Object.entries(counters)) {
        if (!Number.isSafeInteger(count) || count < (before[name] ?? 0))
          faults.push(`${name} of cell ${ref} went from ${before[name] ?? 0} to ${count}`);
      }
      next.set(ref, counters);
    }
    this.last = next;
    return faults;
  }
}
