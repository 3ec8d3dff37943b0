import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NS_PER_MS } from "../../src/core/nanos.ts";
import { HZ, JiffiesClock, TICK, wheelExpiry } from "../../src/core/timer-wheel.ts";

/** Delays that the wheel holds without cutting them short: a little over 12 days. */
const anyDelay = fc.oneof(fc.nat(70), fc.nat(5000), fc.nat(2 ** 27));

describe("the timer wheel", () => {
  it("should never expire early, and late by at most an eighth and a tick", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 30), anyDelay, (clock, delay) => {
        const late = wheelExpiry(clock, clock + delay) - (clock + delay);
        expect(late).toBeGreaterThan(0);
        expect(late).toBeLessThanOrEqual(Math.max(1, Math.ceil(delay / 7)));
      }),
      { numRuns: 2000 },
    );
  });

  it("should be exact to the jiffy below 63 jiffies, and in steps of 8, 64, 512 behind", () => {
    expect([0, 1, 62].map((delay) => wheelExpiry(1000, 1000 + delay))).toEqual([1001, 1002, 1063]);
    expect([63, 64, 65, 503].map((delay) => wheelExpiry(1000, 1000 + delay))).toEqual([
      1064, 1072, 1072, 1504,
    ]);
    expect([504, 4031].map((delay) => wheelExpiry(0, delay))).toEqual([512, 4032]);
    expect(wheelExpiry(0, 4032)).toBe(4096);
  });

  it("should expire an overdue timer at the next jiffy", () => {
    expect(wheelExpiry(1000, 990)).toBe(1001);
  });

  it("should expire timers of the same instant in the order of their delays, or together", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 30), anyDelay, anyDelay, (clock, a, b) => {
        fc.pre(a <= b);
        expect(wheelExpiry(clock, clock + a)).toBeLessThanOrEqual(wheelExpiry(clock, clock + b));
      }),
    );
  });
});

describe("JiffiesClock", () => {
  const anyPhase = fc.nat(4096 * TICK - 1);

  it("should let one second last 1.004 to 1.032 s when it begins on a tick, and 1.024 s from expiry to expiry", () => {
    const seen = new Set<number>();
    for (let bucket = 0; bucket < 8; bucket++) {
      const clock = new JiffiesClock(bucket * TICK);
      const first = clock.expiry(0, HZ);
      seen.add(first / NS_PER_MS);
      let now = first;
      for (let i = 0; i < 5; i++) {
        const next = clock.expiry(now, HZ);
        expect((next - now) / NS_PER_MS).toBe(1024);
        now = next;
      }
    }
    expect([...seen].sort((a, b) => a - b)).toEqual([1004, 1008, 1012, 1016, 1020, 1024, 1028, 1032]);
  });

  it("should expire on a tick, not before the delay has passed in whole ticks", () => {
    fc.assert(
      fc.property(anyPhase, fc.nat(2 ** 40), anyDelay, (phase, now, delay) => {
        const clock = new JiffiesClock(phase);
        const at = clock.expiry(now, delay);
        expect((at + phase) % TICK).toBe(0);
        expect(at).toBeGreaterThan(now);
        expect(at - now).toBeGreaterThan(delay * TICK - ((now + phase) % TICK) - 1);
        expect(clock.jiffies(clock.timeOf(clock.jiffies(now)))).toBe(clock.jiffies(now));
      }),
    );
  });

  it("should round a span of milliseconds up to jiffies", () => {
    expect([0, 1, 4, 5, 1000, 30_000].map(JiffiesClock.ofMs)).toEqual([0, 1, 1, 2, 250, 7500]);
  });
});
