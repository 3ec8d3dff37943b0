/** Timers of bridges and ports. @source net/bridge/br_stp_timer.c */
import type { Cell } from "../../core/cell-table.ts";
import type { StepContext } from "../../events/step-context.ts";
import { BridgeTimer } from "./bridge.ts";

/** @param delay in jiffies */
export function armBridgeTimer(step: StepContext, cell: Cell<BridgeTimer>, delay: number): void {
  const { owner, kind } = step.cells.get(cell);
  step.cells.set(cell, new BridgeTimer(owner, kind, step.jiffies + delay));
  step.armTimer(cell, delay);
}

/** Jiffies that are left; 0: it is not armed. @source br_timer_value() */
export function timerValue(step: StepContext, cell: Cell<BridgeTimer>): number {
  return step.hasTimer(cell) ? Math.max(0, step.cells.get(cell).expires - step.jiffies) : 0;
}
