import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IntMap } from "../../src/core/int-map.ts";
import { type DeviceStats, type NetDevice, updateDevice } from "../../src/devices/net-device.ts";
import { deviceByName, updateNetns } from "../../src/devices/netns.ts";
import { KIND } from "../../src/events/kinds.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { updateGlobals } from "../../src/kernel/globals.ts";
import { anySequence, QUIET_PAIR, WORKING_PAIR } from "../../src/testing/arbitraries.ts";
import { type Command, commandScript } from "../../src/testing/commands.ts";
import { GeneratedRun } from "../../src/testing/generated-run.ts";
import { CounterWatch, orphanFaults, symmetryFaults } from "../../src/testing/invariants.ts";
import {
  arpFaults,
  causeFaults,
  frameFaults,
  logRows,
  orderFaults,
  tallyFaults,
} from "../../src/testing/log-invariants.ts";

function pinged() {
  const generated = new GeneratedRun();
  generated.applyAll(QUIET_PAIR);
  generated.apply({ kind: "ping", netns: "a", dst: "10.0.0.2", count: 1, options: [] });
  generated.wait(1e9);
  const { run } = generated;
  const { kernel } = run;
  const a = generated.netns("a")!;
  const dev: NetDevice = deviceByName(kernel, a, "v0")!;
  return { generated, run, kernel, a, dev };
}
type Machine = ReturnType<typeof pinged>;

function addToStats({ kernel, dev }: Machine, change: Partial<DeviceStats>): void {
  kernel.cells.set(dev.stats, Object.assign(kernel.cells.get(dev.stats).copy(), change));
}

describe("orphanFaults", () => {
  it("should find none in a sound machine", () => {
    expect(orphanFaults(pinged().run)).toEqual([]);
  });

  it.each<[string, (m: Machine) => void, RegExp]>([
    ["a cell of nobody's", ({ kernel }) => kernel.cells.add({ stray: true }), /^cell \d+ belongs to nobody/],
    [
      "a lost cell",
      ({ kernel, dev }) => kernel.cells.delete(dev.stats),
      /^device \d+ \(v0\) has cell \d+, which is dead$/,
    ],
    [
      "a peer that is another's",
      ({ kernel, dev }) => updateDevice(kernel, dev.ref, (d) => Object.assign(d, { peer: -1 })),
      /^device \d+ \(v0\) has peer \d+, whose peer is -1$/,
    ],
    [
      "a device that its name does not lead to",
      ({ kernel, dev }) => updateDevice(kernel, dev.ref, (d) => Object.assign(d, { ifname: "v9" })),
      /^namespace \d+ has by name/,
    ],
    [
      "a device that its number does not lead to",
      ({ kernel, dev }) => updateDevice(kernel, dev.ref, (d) => Object.assign(d, { ifindex: 9 })),
      /^namespace \d+ has by index 1=\d+ 2=\d+, its list 1=\d+ 9=\d+$/,
    ],
    [
      "an id of a dead namespace",
      ({ kernel, a }) =>
        updateNetns(kernel, a, (ns) => Object.assign(ns, { nsids: [{ nsid: 0, netns: 999 }] })),
      /^nsid 0 of namespace \d+ names 999, which is dead$/,
    ],
    [
      "a process that its namespace does not know",
      ({ kernel, a }) => updateNetns(kernel, a, (ns) => Object.assign(ns, { processes: IntMap.empty() })),
      /^process \d+ lives in namespace \d+, which does not know it$/,
    ],
    [
      "a name of a namespace that does not know it",
      ({ kernel, a }) =>
        updateGlobals(kernel, (g) => Object.assign(g, { netnsNames: [{ name: "x", netns: a }] })),
      /^the name x is of namespace \d+, which does not know it$/,
    ],
    [
      "a timer of a dead cell",
      ({ kernel, run }) => run.scheduler.arm(kernel.cells.size + 5, 1e12, false),
      /^a timer is armed for dead cell \d+$/,
    ],
  ])("should find %s", (_, damage, fault) => {
    const machine = pinged();
    damage(machine);
    expect(orphanFaults(machine.run)).toContainEqual(expect.stringMatching(fault));
  });
});

describe("the checks of counters", () => {
  it("should find a frame that one end counted alone", () => {
    const machine = pinged();
    expect(symmetryFaults(machine.run)).toEqual([]);
    addToStats(machine, { txPackets: 99 });
    expect(symmetryFaults(machine.run)).toEqual([
      expect.stringMatching(/sent 99 frames, 140 octets; its peer/),
    ]);
  });

  it("should find a counter that fell", () => {
    const machine = pinged();
    const watch = new CounterWatch();
    expect([...watch.faults(machine.run), ...watch.faults(machine.run)]).toEqual([]);
    addToStats(machine, { rxBytes: 139 });
    expect(watch.faults(machine.run)).toEqual([`rxBytes of cell ${machine.dev.stats} went from 140 to 139`]);
  });

  it("should find a counter that the log does not tell of", () => {
    const machine = pinged();
    const rows = logRows(new LogReader(machine.generated.close()));
    expect(tallyFaults(rows, machine.run)).toEqual([]);
    addToStats(machine, { txDropped: 1 });
    expect(tallyFaults(rows, machine.run).length).toBe(1);
  });
});

describe("the checks of a log", () => {
  const rows = logRows(new LogReader(pinged().generated.close()));
  const at = (kind: number) => rows.findIndex((row) => row.kind === kind);
  const without = (i: number) => rows.filter((_, k) => k !== i);
  const with_ = (i: number, change: Partial<(typeof rows)[number]>) =>
    rows.map((row, k) => (k === i ? { ...row, ...change } : row));

  it("should find nothing in a sound one", () => {
    expect([orderFaults, causeFaults, frameFaults, arpFaults].flatMap((faults) => faults(rows))).toEqual([]);
  });

  it("should find a row out of order, or missing", () => {
    expect(orderFaults(without(5)).length).toBe(1);
    expect(orderFaults(with_(5, { time: 1e15 })).length).toBe(1);
  });

  it("should find a cause that is none", () => {
    expect(causeFaults(with_(at(KIND.xmit), { cause: 1 })).length).toBe(1);
    expect(causeFaults(with_(at(KIND.netif_rx), { cause: 1e6 })).length).toBe(1);
  });

  it("should find a frame from nothing, one that is lost, one received twice, and one without octets", () => {
    expect(frameFaults(without(at(KIND.xmit)))).toContainEqual(expect.stringContaining("was not sent"));
    expect(frameFaults(without(at(KIND.netif_rx)))).toContainEqual(expect.stringContaining("gets nowhere"));
    const received = rows[at(KIND.netif_rx)]!;
    expect(frameFaults([...rows, received])).toContainEqual(
      expect.stringContaining("was not sent, or not so"),
    );
    expect(frameFaults(with_(at(KIND.xmit), { octets: new Uint8Array(0) })).length).toBe(1);
  });

  it("should find a neighbour that nobody told of", () => {
    const learned = rows.findIndex((row) => row.kind === KIND.neigh && row.data.includes("lladdr"));
    const data = rows[learned]!.data.replace(/"lladdr":"[^"]*"/, '"lladdr":"02:bb:bb:bb:bb:bb"');
    expect(arpFaults(with_(learned, { data }))).toEqual([expect.stringContaining("which nobody told it")]);
  });
});

describe("a generated sequence", () => {
  it("should print as the script that it stands for", () => {
    const commands: readonly Command[] = [
      ...WORKING_PAIR,
      { kind: "linkMove", netns: "a", dev: "it's", target: "", to: "__proto__" },
      { kind: "ping", netns: "a", dst: "10.0.0.2", count: 2, options: ["-I", "größe😀"] },
      { kind: "wait", ms: 1500 },
    ];
    expect(commandScript(commands)).toBe(`ip netns add a
ip netns add b
ip -n a link add v0 type veth peer name v0 netns b
ip -n a addr add 10.0.0.1/24 dev v0
ip -n b addr add 10.0.0.2/24 dev v0
ip -n a link set v0 up
ip -n b link set v0 up
ip -n a link set 'it'\\''s' netns 1 name __proto__
ip netns exec a ping -c 2 -I 'größe😀' 10.0.0.2 &
sleep 1.5
`);
  });

  it("should be what its report prints", () => {
    const [sequence] = fc.sample(anySequence(5), { numRuns: 1, seed: 1 });
    expect(fc.stringify(sequence)).toBe(`\n# seed ${sequence!.seed}\n${commandScript(sequence!.commands)}`);
  });
});
