import { describe, expect, it } from "vitest";
import { runScript } from "../../src/shell/run-script.ts";
import { stateAt, verifyLog } from "../../src/simulation/replay.ts";
import { Simulation } from "../../src/simulation/simulation.ts";
import { twoNamespaces } from "./two-namespaces.ts";

const SEC = 1_000_000_000;

async function ranSome(log?: "memory") {
  const world = twoNamespaces(log === undefined ? {} : { log });
  await world.a.ping("10.0.0.2", { count: 2 });
  world.a.linkSetDown("eth0");
  await world.b.ping("10.0.0.1", { count: 2, wait: SEC });
  return world;
}

describe("stateAt", () => {
  it("should give at every event what the log's replay gives", async () => {
    const { sim } = await ranSome("memory");
    const hashes = Array.from({ length: sim.seq }, (_, i) => sim.stateAt({ seq: i + 1 }).hash);
    sim.close();
    const { log } = sim;
    const first = log.batches.find((batch) => batch.hasSnapshot)!.firstSeq;
    for (let seq = first; seq <= hashes.length; seq++) {
      expect([seq, hashes[seq - 1]]).toEqual([seq, stateAt(log, { seq }).stateHash()]);
    }
  });
  it("should give the state after all events of a time so far", async () => {
    const { sim } = await ranSome();
    const received = (time: number) =>
      sim.stateAt({ time }).netns[2]!.links.find(({ ifname }) => ifname === "eth0")!.stats.rxPackets;
    expect([received(0), received(SEC / 2), received(1.5 * SEC)]).toEqual([2, 2, 3]);
    expect(sim.stateAt({ time: SEC / 2 }).time).toBe(SEC / 2);
    expect(sim.stateAt({ time: sim.now })).toEqual(sim.state());
  });
  it("should not change what it looks at", async () => {
    const { sim } = await ranSome();
    const before = sim.stateHash();
    const seen = sim.state();
    sim.stateAt({ time: SEC });
    expect([sim.stateHash(), seen.hash]).toEqual([before, before]);
    expect(sim.state()).toEqual(seen);
  });
  it("should refuse an instant that has not been yet", async () => {
    const { sim } = await ranSome();
    for (const instant of [{ time: sim.now + 1 }, { seq: sim.seq + 1 }, { time: -1 }, { seq: 0.5 }])
      expect(() => sim.stateAt(instant)).toThrow(RangeError);
  });
  it("should find its way over kept snapshots and the log's own rows", async () => {
    const { sim, a } = twoNamespaces({ log: "memory", freeze: false });
    await a.ping("10.0.0.2", { count: 3000, interval: SEC / 100 });
    const samples = [1000, 8193, 16_384, 20_000, sim.seq].map(
      (seq) => [seq, sim.stateAt({ seq }).hash] as const,
    );
    sim.close();
    expect(sim.seq).toBeGreaterThan(20_000);
    for (const [seq, hash] of samples)
      expect([seq, hash]).toEqual([seq, stateAt(sim.log, { seq }).stateHash()]);
  });
});

describe("fork", () => {
  it("should go on as the first does, and apart from it with other commands", async () => {
    const { sim, a } = await ranSome();
    const twin = sim.fork({ freeze: true });
    a.linkSetUp("eth0");
    twin.netns("a").linkSetUp("eth0");
    await a.ping("10.0.0.2");
    await twin.netns("a").ping("10.0.0.2");
    expect({ ...twin.state(), seq: 0 }).toEqual({ ...sim.state(), seq: 0 });
    twin.netnsDel("a");
    expect(twin.netnsList()).toEqual(["b"]);
    expect(sim.netnsList()).toEqual(["b", "a"]);
  });
  it("should go on from an instant of the past, in the middle of a ping, with a log of its own", async () => {
    const { sim, a } = twoNamespaces();
    await a.ping("10.0.0.2", { count: 3 });
    const fork = sim.fork({ at: { time: SEC / 2 }, log: "memory", freeze: true });
    expect(fork.now).toBe(SEC / 2);
    expect(fork.state().processes).toMatchObject([{ comm: "init" }, { comm: "ping", program: "ping" }]);
    fork.netns("b").linkSetDown("eth0");
    await fork.advance(20 * SEC);
    expect(fork.state().processes).toHaveLength(1);
    expect(fork.state().netns[2]!.links[1]!.stats.rxPackets).toBeLessThan(
      sim.state().netns[2]!.links[1]!.stats.rxPackets,
    );
    fork.close();
    expect(verifyLog(fork.log)).toMatchObject({ ok: true });
  });
  it("should begin its log with the whole state, and replay, wherever it begins", async () => {
    const { sim } = await ranSome();
    for (let seq = 1; seq <= sim.seq; seq++) {
      const fork = sim.fork({ at: { seq }, log: "memory" });
      await fork.advance(3 * SEC);
      fork.close();
      expect(fork.log.batches[0]).toMatchObject({ hasSnapshot: true });
      expect([seq, verifyLog(fork.log)]).toMatchObject([seq, { ok: true, hash: fork.stateHash() }]);
    }
  });
  it("should go on from an instant of a log", async () => {
    const { sim } = await ranSome("memory");
    const then = sim.stateAt({ time: SEC / 2 });
    sim.close();
    const fork = Simulation.fromLog(sim.logBytes(), { time: SEC / 2 }, { freeze: true });
    expect({ ...fork.state(), seq: 0 }).toEqual({ ...then, seq: 0 });
  });
});

describe("runScript", () => {
  it("should share the world with the typed API", async () => {
    const { sim, a, b } = twoNamespaces({ log: "memory" });
    const { stdout, stderr, status } = await runScript(
      sim,
      "ip netns exec $1 ping -qc2 10.0.0.2 >/tmp/o\nip -n a link set eth0 mtu 1400\nexit 3",
      {
        args: ["a"],
      },
    );
    expect([stdout, stderr, status]).toEqual(["", "", 3]);
    expect(sim.main.readFile("/tmp/o")).toContain("2 packets transmitted, 2 received, 0% packet loss");
    expect(a.linkByName("eth0").mtu).toBe(1400);
    expect((await b.ping("10.0.0.1")).received).toBe(1);
    const inside = await runScript(sim, "ip -br link show eth0 | wc -l; cat", { netns: b, stdin: "x" });
    expect(inside.stdout).toBe("1\nx");
    sim.close();
    expect(verifyLog(sim.log)).toMatchObject({ ok: true });
  });
});
