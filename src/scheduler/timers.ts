import type { Nanos } from "../core/nanos.ts";
import { TimerHeap } from "./timer-heap.ts";

/** One armed timer, as snapshots hold it. */
export interface ArmedTimer {
  readonly time: Nanos;
  readonly owner: number;
  /** It hangs on the timer wheel. */
  readonly isOnWheel?: true;
}

/**
 * At most one timer for each owner (a cell): arming again replaces it. Expiry goes by (time, order of arming); but a bucket of the
 * timer wheel is a list whose head is the newest, so that of its timers the last one armed is the first, and they come before others.
 * @source kernel/time/timer.c, enqueue_timer(), expire_timers()
 */
export class Timers {
  private readonly heap = new TimerHeap();
  /** Order of the owner's living entry; 0: none. */
  private readonly living: number[] = [];
  private order = 0;
  private count = 0;

  arm(owner: number, time: Nanos, isOnWheel = false): void {
    while (this.living.length <= owner) this.living.push(0);
    if (this.living[owner] === 0) this.count++;
    const order = isOnWheel ? -++this.order : ++this.order;
    this.living[owner] = order;
    this.heap.push(time, order, owner);
  }

  cancel(owner: number): void {
    if ((this.living[owner] ?? 0) === 0) return;
    this.living[owner] = 0;
    this.count--;
  }

  isArmed(owner: number): boolean {
    return (this.living[owner] ?? 0) !== 0;
  }

  /** Time of the next expiry; Infinity: none. */
  get nextTime(): Nanos {
    this.skipDead();
    return this.heap.topTime;
  }

  /** Owner of the next expiry; only if there is one. */
  get nextOwner(): number {
    return this.heap.topOwner;
  }

  /** Takes the next expiry off; only if there is one. */
  take(): number {
    const owner = this.heap.topOwner;
    this.heap.pop();
    this.living[owner] = 0;
    this.count--;
    return owner;
  }

  private skipDead(): void {
    while (this.heap.size > 0 && this.living[this.heap.topOwner] !== this.heap.topOrder) this.heap.pop();
  }

  get size(): number {
    return this.count;
  }

  /** All armed timers in the order in which they will expire. */
  list(): ArmedTimer[] {
    const entries: (ArmedTimer & { order: number })[] = [];
    for (const entry of this.heap.entries())
      if (this.living[entry.owner] === entry.order) entries.push(entry);
    entries.sort((a, b) => a.time - b.time || a.order - b.order);
    return entries.map(({ time, owner, order }) => ({
      time,
      owner,
      ...(order < 0 ? { isOnWheel: true as const } : {}),
    }));
  }
}
