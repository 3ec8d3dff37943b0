/** A world that stops at a set time, or goes on in slices so that somebody can watch: what happens in it is the same. */
import type { Nanos } from "../core/nanos.ts";
import { RunHost } from "./run-host.ts";

export class SteppedHost extends RunHost {
  /** Virtual time that is not passed without a turn of the session's; null: none. */
  limit: Nanos | null = null;
  /** Virtual time that goes by at most between two turns; null: any. */
  slice: Nanos | null = null;
  /** Is the limit certain to be reached? Then nothing is stuck before it. */
  reachesLimit = false;
  /** All wait, and nothing will ever happen. */
  isStuck = false;
  private stuckCalls = 0;

  /** It says itself when nothing will happen, in words of its own. */
  override get isIdle(): boolean {
    return false;
  }

  override advance(until: Nanos | null): boolean {
    const { now, limit, slice } = this;
    let goal = until ?? Number.POSITIVE_INFINITY;
    if (limit !== null) goal = Math.min(goal, Math.max(limit, now));
    if (slice !== null) goal = Math.min(goal, now + slice);
    const { nextTime } = this.run.scheduler;
    const isEmpty = until === null && nextTime === Number.POSITIVE_INFINITY;
    const isCertain = this.reachesLimit && limit !== null && limit > now;
    // Not past the last thing that happens, as if time went on without it.
    if (until === null && slice === null && !isEmpty) goal = Math.min(goal, Math.max(now, nextTime));
    if ((!isEmpty || isCertain) && super.advance(goal === Number.POSITIVE_INFINITY ? null : goal)) {
      this.stuckCalls = 0;
      return true;
    }
    this.isStuck = true;
    return ++this.stuckCalls < 8;
  }
}
