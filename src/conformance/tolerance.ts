/** How far apart two times may be and still be the same. Kernel timers are never early and up to a notch of their wheel late. */

/** Ticks of the kernel's clock per second. */
const HZ = 250;
/** What a command takes to start, on a machine that is not idle. */
const COMMAND_START_SEC = 0.04;
const BASE_SEC = 0.01;

/**
 * How late a timer of this length may fire: it waits for the next notch of the wheel's level that it hangs on, and levels are
 * eight times coarser from one to the next (4 ms below 0.256 s, 32 ms below 2.048 s, 256 ms below 16.384 s, ...).
 * @source kernel/time/timer.c, the table at its head
 */
export function timerSlack(seconds: number): number {
  let notch = 1;
  for (let span = 64; seconds * HZ >= span && notch < 8 ** 7; span *= 8) notch *= 8;
  return Math.max(0.03 * seconds, notch / HZ);
}

/**
 * The difference that is allowed between two times since an anchor: 3 % of the longest timer since then, or a notch of the
 * wheel where that is more, and 10 ms.
 */
export function timeTolerance(longestTimerSec: number): number {
  return BASE_SEC + timerSlack(longestTimerSec);
}

/** Frames may come this long after the start of a command and still be its doing rather than a timer's. */
export const COMMAND_REACH_SEC = COMMAND_START_SEC;

/** Whether two durations of one command agree. What is shorter than 0.3 s is start-up cost, and not compared. */
export function isDurationEqual(a: number, b: number): boolean {
  if (a < 0.3 && b < 0.3) return true;
  return Math.abs(a - b) <= timeTolerance(Math.max(a, b)) + 4 * COMMAND_START_SEC;
}
