import { describe, expect, it } from "vitest";
import { EndlessRunError } from "../../src/scheduler/scheduler.ts";
import { twoNamespaces } from "./two-namespaces.ts";

const SEC = 1_000_000_000;

describe("operations that take virtual time", () => {
  it("should go on side by side, each resuming at the instant of its end", async () => {
    const { sim, a, b } = twoNamespaces();
    const ends: [string, number][] = [];
    const note = (name: string) => () => ends.push([name, sim.now]);
    await Promise.all([
      a.ping("10.0.0.2", { count: 3 }).then(note("a")),
      b.ping("10.0.0.1", { count: 2 }).then(note("b")),
      sim.advance(SEC / 2).then(note("half a second")),
      sim.runUntil(5 * SEC).then(note("five")),
    ]);
    expect(ends.map(([name, time]) => [name, Math.floor((10 * time) / SEC)])).toEqual([
      ["half a second", 5],
      ["b", 10],
      ["a", 20],
      ["five", 50],
    ]);
  });
  it("should let what was awaited begin something new at that instant, however deep the awaits", async () => {
    const { sim, a } = twoNamespaces();
    const nested = async (depth: number): Promise<void> => {
      if (depth === 0) await sim.advance(SEC);
      else await nested(depth - 1);
    };
    const starts: number[] = [];
    await Promise.all([
      sim.advance(10 * SEC),
      (async () => {
        await nested(12);
        starts.push(sim.now);
        const { received } = await a.ping("10.0.0.2");
        await nested(12);
        starts.push(sim.now, received);
      })(),
    ]);
    expect(starts[0]).toBe(SEC);
    expect(starts[2]).toBe(1);
    expect(Math.floor(starts[1]! / SEC)).toBe(2);
  });
  it("should write the same log whenever the same operations run", async () => {
    const bytes: Uint8Array[] = [];
    for (let i = 0; i < 2; i++) {
      const { sim, a, b } = twoNamespaces({ log: "memory" });
      const flood = async () => {
        for (let n = 0; n < 5; n++) await a.ping("10.0.0.2", { count: n + 1, interval: SEC / 5 });
      };
      await Promise.all([flood(), b.ping("10.0.0.1", { count: 3 }), sim.advance(SEC)]);
      sim.close();
      bytes.push(sim.logBytes());
    }
    expect(bytes[0]).toEqual(bytes[1]);
  });
  it("should refuse to go back, or to a time that is none", async () => {
    const { sim } = twoNamespaces();
    await sim.advance(SEC);
    await expect(sim.runUntil(1)).rejects.toThrow(RangeError);
    await expect(sim.advance(0.5)).rejects.toThrow(RangeError);
    await expect(sim.advance(Number.NaN)).rejects.toThrow(RangeError);
  });
  it("should fail all that wait when the run does not end by itself", async () => {
    const { sim, a, b } = twoNamespaces({ limits: { steps: 60 } });
    const all = await Promise.allSettled([
      a.ping("10.0.0.2", { count: 100 }),
      b.ping("10.0.0.1", { count: 100 }),
      sim.advance(1000 * SEC),
    ]);
    for (const one of all) {
      expect(one.status).toBe("rejected");
      expect((one as PromiseRejectedResult).reason).toBeInstanceOf(EndlessRunError);
    }
  });
});
