import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TimerHeap } from "../../src/scheduler/timer-heap.ts";
import { Timers } from "../../src/scheduler/timers.ts";

/** Few times, so that many are the same. */
const anyTime = fc.oneof(fc.nat(3), fc.nat(1000), fc.maxSafeNat());

describe("TimerHeap", () => {
  it("should give entries by time, and by order within one time", () => {
    fc.assert(
      fc.property(fc.array(anyTime, { maxLength: 300, size: "max" }), (times) => {
        const heap = new TimerHeap();
        for (const [i, time] of times.entries()) heap.push(time, i, 1000 + i);
        const expected = times.map((time, order) => ({ time, order, owner: 1000 + order }));
        expected.sort((a, b) => a.time - b.time || a.order - b.order);
        expect([...heap.entries()].sort((a, b) => a.order - b.order).map(({ time }) => time)).toEqual(times);
        const popped = expected.map(() => {
          const top = { time: heap.topTime, order: heap.topOrder, owner: heap.topOwner };
          heap.pop();
          return top;
        });
        expect(popped).toEqual(expected);
        expect([heap.size, heap.topTime]).toEqual([0, Number.POSITIVE_INFINITY]);
      }),
    );
  });
});

const anyOwner = fc.nat(8);
const anyChange = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant("arm" as const),
      owner: anyOwner,
      time: anyTime,
      isOnWheel: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("cancel" as const), owner: anyOwner }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("take" as const) }) },
);

/** What Timers should do, plainly: a list that is sorted at each look. */
class TimersModel {
  private list: { owner: number; time: number; order: number }[] = [];
  private armed = 0;

  /** Of one time those on the wheel come first, the newest of them before the others. */
  arm(owner: number, time: number, isOnWheel: boolean): void {
    this.cancel(owner);
    this.armed++;
    this.list.push({ owner, time, order: isOnWheel ? -this.armed : this.armed });
    this.list.sort((a, b) => a.time - b.time || a.order - b.order);
  }
  cancel(owner: number): void {
    this.list = this.list.filter((timer) => timer.owner !== owner);
  }
  take(): { owner: number; time: number } | null {
    return this.list.shift() ?? null;
  }
  get timers(): { owner: number; time: number; isOnWheel?: true }[] {
    return this.list.map(({ owner, time, order }) => ({
      time,
      owner,
      ...(order < 0 ? { isOnWheel: true as const } : {}),
    }));
  }
}

describe("Timers", () => {
  it("should expire by time and order of arming, one timer an owner, as a sorted list does", () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 150, size: "max" }), (changes) => {
        const timers = new Timers();
        const model = new TimersModel();
        for (const change of changes) {
          if (change.what === "arm") {
            timers.arm(change.owner, change.time, change.isOnWheel);
            model.arm(change.owner, change.time, change.isOnWheel);
          } else if (change.what === "cancel") {
            timers.cancel(change.owner);
            model.cancel(change.owner);
          } else {
            const time = timers.nextTime;
            const expected = model.take();
            expect(time).toBe(expected?.time ?? Number.POSITIVE_INFINITY);
            if (expected === null) continue;
            expect(timers.nextOwner).toBe(expected.owner);
            expect(timers.take()).toBe(expected.owner);
          }
          expect(timers.size).toBe(model.timers.length);
        }
        expect(timers.list()).toEqual(model.timers);
        for (let owner = 0; owner <= 8; owner++)
          expect(timers.isArmed(owner)).toBe(model.timers.some((timer) => timer.owner === owner));
      }),
    );
  });
});
