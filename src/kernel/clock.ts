/** Times as user space counts them. @source kernel/time/time.c, clock_t_to_jiffies(), jiffies_to_clock_t() */
import { HZ } from "../core/timer-wheel.ts";

const USER_HZ = 100;

/** @param clock in hundredths of a second */
export function toJiffies(clock: number): number {
  return Math.floor((clock * HZ) / USER_HZ);
}

/** In hundredths of a second. */
export function toClock(jiffies: number): number {
  return Math.floor((jiffies * USER_HZ) / HZ);
}
