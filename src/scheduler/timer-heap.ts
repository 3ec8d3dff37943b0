import type { Nanos } from "../core/nanos.ts";

/**
 * Pending timers by (time, order of arming): a binary heap over typed arrays, stable, without an object per entry.
 * Whoever pops decides whether an entry still counts (`Timers`).
 */
export class TimerHeap {
  private times = new Float64Array(64);
  private orders = new Float64Array(64);
  private owners = new Int32Array(64);
  private count = 0;

  get size(): number {
    return this.count;
  }

  get topTime(): Nanos {
    return this.count === 0 ? Number.POSITIVE_INFINITY : this.times[0]!;
  }

  get topOrder(): number {
    return this.orders[0]!;
  }

  get topOwner(): number {
    return this.owners[0]!;
  }

  push(time: Nanos, order: number, owner: number): void {
    if (this.count === this.times.length) this.grow();
    let at = this.count++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.before(time, order, parent)) break;
      this.move(parent, at);
      at = parent;
    }
    this.place(at, time, order, owner);
  }

  pop(): void {
    const last = --this.count;
    if (last <= 0) return;
    const time = this.times[last]!;
    const order = this.orders[last]!;
    const owner = this.owners[last]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.before(this.times[child + 1]!, this.orders[child + 1]!, child)) child++;
      if (this.before(time, order, child)) break;
      this.move(child, at);
      at = child;
    }
    this.place(at, time, order, owner);
  }

  /** All entries, dead ones too, in no useful order. */
  *entries(): IterableIterator<{ time: Nanos; order: number; owner: number }> {
    for (let i = 0; i < this.count; i++)
      yield { time: this.times[i]!, order: this.orders[i]!, owner: this.owners[i]! };
  }

  private before(time: Nanos, order: number, at: number): boolean {
    const other = this.times[at]!;
    return time < other || (time === other && order < this.orders[at]!);
  }

  private move(from: number, to: number): void {
    this.times[to] = this.times[from]!;
    this.orders[to] = this.orders[from]!;
    this.owners[to] = this.owners[from]!;
  }

  private place(at: number, time: Nanos, order: number, owner: number): void {
    this.times[at] = time;
    this.orders[at] = order;
    this.owners[at] = owner;
  }

  private grow(): void {
    const size = this.times.length * 2;
    const copy = <T extends Float64Array | Int32Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.times = copy(new Float64Array(size), this.times);
    this.orders = copy(new Float64Array(size), this.orders);
    this.owners = copy(new Int32Array(size), this.owners);
  }
}
