/**
 * When a kernel timer really expires. Linux keeps timers on a wheel whose levels get coarser with distance: a timeout is never
 * early, and late by up to an eighth of itself.
 * @source kernel/time/timer.c: LVL_CLK_SHIFT, LVL_BITS, calc_index(), calc_wheel_index()
 */
import type { Nanos } from "./nanos.ts";

export const HZ = 250;
/** One jiffy. */
export const TICK: Nanos = 4_000_000;

const LVL_CLK_SHIFT = 3;
const LVL_SIZE = 64;
const LVL_DEPTH = 9;

/**
 * A machine's ticks. `phase` says where virtual time 0 falls: that many nanoseconds after jiffy 0, so that both the place
 * within a tick and within a bucket are part of the seed.
 */
export class JiffiesClock {
  constructor(readonly phase: Nanos) {}

  jiffies(now: Nanos): number {
    return Math.floor((now + this.phase) / TICK);
  }

  /** Time at which a jiffy begins. */
  timeOf(jiffies: number): Nanos {
    return jiffies * TICK - this.phase;
  }

  /** Expiry of mod_timer(jiffies + delay) called now. */
  expiry(now: Nanos, delayJiffies: number): Nanos {
    const clock = this.jiffies(now);
    return this.timeOf(wheelExpiry(clock, clock + delayJiffies));
  }

  /** Jiffies of a span, rounded up as msecs_to_jiffies() does. */
  static ofMs(ms: number): number {
    return Math.ceil((ms * HZ) / 1000);
  }
}

/** The jiffy at which the bucket of a timer for `expires`, armed at `clock`, is run. */
export function wheelExpiry(clock: number, expires: number): number {
  const delta = expires - clock;
  if (delta < 0) return clock + 1;
  let level = 0;
  while (level < LVL_DEPTH - 1 && delta >= (LVL_SIZE - 1) * 2 ** (level * LVL_CLK_SHIFT)) level++;
  const granularity = 2 ** (level * LVL_CLK_SHIFT);
  return (Math.floor(expires / granularity) + 1) * granularity;
}
