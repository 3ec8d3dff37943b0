/**
 * What the machine does with neighbour tables from time to time.
 * @source net/core/neighbour.c, neigh_periodic_work(), neigh_managed_work()
 */
import { NTF_EXT_LEARNED, NUD_FAILED, NUD_PERMANENT } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { neighUse } from "./neigh.ts";
import { type Neigh, NUD_IN_TIMER, neighParms, neighRemove, setNeigh } from "./neigh-table.ts";
import {
  armCollector,
  armManaged,
  isWorthCollecting,
  type ManagedNeighs,
  type NeighTbl,
} from "./neigh-tables.ts";

/** The collector: entries go that failed, or that nobody has used for gc_stale_time. A small table is left alone. */
export function neighPeriodicWork(step: StepContext, cell: number): void {
  const tbl = step.cells.get<NeighTbl>(cell);
  if (!isWorthCollecting(tbl)) return;
  for (const [ref] of tbl.entries.sorted()) collect(step, step.cells.get<Neigh>(ref));
  if (isWorthCollecting(step.cells.get<NeighTbl>(cell))) armCollector(step, cell);
}

function collect(step: StepContext, neigh: Neigh): void {
  if ((neigh.state & (NUD_PERMANENT | NUD_IN_TIMER)) !== 0 || (neigh.flags & NTF_EXT_LEARNED) !== 0) return;
  const used = Math.max(neigh.used, neigh.confirmed);
  const { gcStaleJiffies } = neighParms(step, step.cells.get(neigh.device), neigh.key);
  if (neigh.state === NUD_FAILED || step.jiffies >= used + gcStaleJiffies) neighRemove(step, neigh);
  else if (used !== neigh.used) setNeigh(step, neigh, { used });
}

/** Entries that are to be kept resolved are treated as if they were used. */
export function neighManagedWork(step: StepContext, cell: number): void {
  for (const ref of step.cells.get<ManagedNeighs>(cell).entries)
    neighUse(step, step.cells.get<Neigh>(ref), false);
  armManaged(step, cell);
}
