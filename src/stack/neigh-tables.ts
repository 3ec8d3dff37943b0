/**
 * What the whole machine has once of each neighbour table, arp_tbl and nd_tbl: how many entries there are, which of them may be
 * collected, requests that wait to be answered for others, and entries that are kept fresh.
 * @source include/net/neighbour.h, struct neigh_table
 */
import type { Cell } from "../core/cell-table.ts";
import { IntMap } from "../core/int-map.ts";
import { registerRecord } from "../core/record-codec.ts";
import { HZ } from "../core/timer-wheel.ts";
import type { DeviceRef } from "../devices/net-device.ts";
import type { StepContext } from "../events/step-context.ts";
import type { Frame } from "../wire/frame.ts";

export type NeighFamily = 4 | 6;

/** Its cell's timer is the collector, gc_work. */
export class NeighTbl {
  constructor(
    readonly family: NeighFamily,
    /** Cells of all entries. */
    public entries: IntMap<true>,
    public entryCount: number,
    /** Cells of the entries that may be collected, by the order in which they may: gc_list. */
    public gcList: IntMap<number>,
    public gcCount: number,
    /** Number of the newest place in `gcList`. */
    public gcLast: number,
    /** Jiffy of the last forced collection. */
    public lastFlush: number,
  ) {}

  copy(): NeighTbl {
    return new NeighTbl(
      this.family,
      this.entries,
      this.entryCount,
      this.gcList,
      this.gcCount,
      this.gcLast,
      this.lastFlush,
    );
  }
}
registerRecord("NeighTbl", NeighTbl);

/** A request that waits for its answer. @source NEIGH_CB() */
export interface ProxyRequest {
  readonly device: DeviceRef;
  readonly frame: Frame;
  /** Jiffy in which it is taken up again. */
  readonly due: number;
}

/** Its cell's timer is proxy_timer. */
export class ProxyQueue {
  constructor(
    readonly family: NeighFamily,
    readonly requests: readonly ProxyRequest[],
  ) {}
}
registerRecord("ProxyQueue", ProxyQueue);

/** Entries that the kernel keeps resolved (NTF_MANAGED). Its cell's timer is managed_work. */
export class ManagedNeighs {
  constructor(
    readonly family: NeighFamily,
    /** Cells of the entries, oldest first. */
    readonly entries: readonly number[],
  ) {}
}
registerRecord("ManagedNeighs", ManagedNeighs);

/** First of six cells that every machine has, behind Globals. */
const FIRST_CELL = 3;

export const NEIGH_FAMILIES: readonly NeighFamily[] = [4, 6];

/** @source neigh_table_init() */
export function bootNeighTables(step: StepContext): void {
  for (const family of NEIGH_FAMILIES)
    step.cells.add(new NeighTbl(family, IntMap.empty(), 0, IntMap.empty(), 0, 0, 0));
  for (const family of NEIGH_FAMILIES) step.cells.add(new ProxyQueue(family, []));
  for (const family of NEIGH_FAMILIES) step.cells.add(new ManagedNeighs(family, []));
}

function at(family: NeighFamily, kind: number): number {
  return FIRST_CELL + 2 * kind + NEIGH_FAMILIES.indexOf(family);
}

export function neighTblRef(family: NeighFamily): Cell<NeighTbl> {
  return at(family, 0);
}

export function proxyQueueRef(family: NeighFamily): Cell<ProxyQueue> {
  return at(family, 1);
}

export function managedRef(family: NeighFamily): Cell<ManagedNeighs> {
  return at(family, 2);
}

// ---------------------------------------------------------------------------------------------- garbage collection

/** @source arp_tbl.gc_thresh1 and its like; nothing in a namespace other than the machine's first can change them */
const GC_THRESH1 = 128;
export const GC_THRESH2 = 512;
const GC_THRESH3 = 1024;
/** After a forced collection the table may exceed `GC_THRESH2` for so long. */
const FLUSH_REST = 5 * HZ;
/** The collector runs every half base_reachable_time of the table, which the timer wheel makes that many jiffies. */
const GC_PERIOD = 3776;
/** A reachable_time is drawn anew at the first run of the collector that is 300 s behind the last draw. */
const REDRAW_PERIOD = 20 * GC_PERIOD;

/** Number of the time span in which a drawn reachable_time holds. @source neigh_periodic_work() */
export function reachableEpoch(jiffies: number): number {
  return Math.floor(jiffies / REDRAW_PERIOD);
}

/** Does the collector have to look at the table at all? */
export function isWorthCollecting(tbl: NeighTbl): boolean {
  return tbl.entryCount >= GC_THRESH1;
}

/**
 * May an entry be made, or has the table to be collected before? `collect` gives how many went.
 * @source neigh_alloc()
 */
export function neighAlloc(step: StepContext, family: NeighFamily, collect: () => number): boolean {
  const { gcCount, lastFlush } = step.cells.get(neighTblRef(family));
  const isFull = gcCount >= GC_THRESH3;
  const isBusy = gcCount >= GC_THRESH2 && step.jiffies > lastFlush + FLUSH_REST;
  if (!isFull && !isBusy) return true;
  return collect() > 0 || !isFull;
}

/** Counts a new entry. */
export function enterTbl(step: StepContext, family: NeighFamily, ref: number): void {
  const cell = neighTblRef(family);
  const tbl = step.cells.own(cell);
  tbl.entries = tbl.entries.set(ref, true);
  tbl.entryCount++;
  if (isWorthCollecting(tbl) && !step.hasTimer(cell)) armCollector(step, cell);
}

/** Forgets an entry. */
export function leaveTbl(step: StepContext, family: NeighFamily, ref: number): void {
  const tbl = step.cells.own(neighTblRef(family));
  tbl.entries = tbl.entries.delete(ref);
  tbl.entryCount--;
}

export function armCollector(step: StepContext, cell: Cell<NeighTbl>): void {
  step.armTimer(cell, GC_PERIOD - 64 - (step.jiffies % GC_PERIOD));
}

/** Puts an entry behind those that may be collected. Gives its place. */
export function joinGcList(step: StepContext, family: NeighFamily, ref: number): number {
  const tbl = step.cells.own(neighTblRef(family));
  tbl.gcLast++;
  tbl.gcList = tbl.gcList.set(tbl.gcLast, ref);
  tbl.gcCount++;
  return tbl.gcLast;
}

export function leaveGcList(step: StepContext, family: NeighFamily, place: number): void {
  const tbl = step.cells.own(neighTblRef(family));
  tbl.gcList = tbl.gcList.delete(place);
  tbl.gcCount--;
}

// ---------------------------------------------------------------------------------------------- managed entries

/** The table's interval_probe_time, which the timer wheel makes that many jiffies. */
const MANAGED_PERIOD = 1280;

/** An entry is to be kept resolved, or no more. @source neigh_update_managed_list() */
export function setManaged(step: StepContext, family: NeighFamily, ref: number, isOn: boolean): void {
  const cell = managedRef(family);
  const others = step.cells.get(cell).entries.filter((other) => other !== ref);
  const entries = isOn ? [...others, ref] : others;
  step.cells.set(cell, new ManagedNeighs(family, entries));
  if (entries.length === 0) step.cancelTimer(cell);
  else if (!step.hasTimer(cell)) armManaged(step, cell);
}

export function armManaged(step: StepContext, cell: Cell<ManagedNeighs>): void {
  step.armTimer(cell, MANAGED_PERIOD - 64 - (step.jiffies % MANAGED_PERIOD));
}
