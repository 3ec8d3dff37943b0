import { describe, expect, it } from "vitest";
import { KIND } from "../../src/events/kinds.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { runScript } from "../../src/shell/run-script.ts";
import { Simulation } from "../../src/simulation/simulation.ts";

const SCRIPT = `
ip netns add a
ip netns add b
ip link add eth0 netns a type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip netns exec a ping -c 3 10.0.0.2 &
ip netns exec b ping -c 2 -i 0.3 10.0.0.9
wait
ip -n a neigh
echo $RANDOM
sleep 60
`;

async function logOf(seed: number | string, isFrozen = true): Promise<Uint8Array> {
  const sim = new Simulation({ seed, log: "memory", freeze: isFrozen });
  await runScript(sim, SCRIPT);
  sim.close();
  return sim.logBytes();
}

/** MAC addresses, and times at which timers expired. */
function chosen(log: Uint8Array) {
  const rows = [...new LogReader(log).rows()];
  return {
    macs: new Set(rows.flatMap(({ data }) => data.match(/(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/g) ?? [])),
    timers: rows.filter(({ kind }) => kind === KIND.timer).map(({ time }) => time),
  };
}

describe("a run", () => {
  it("should write the same log, byte for byte, for the same seed", async () => {
    const first = await logOf(1);
    expect(await logOf("1")).toEqual(first);
    expect(await logOf(1, false)).toEqual(first);
  });
  it("should have other MAC addresses and timers for another seed", async () => {
    const [one, two] = [chosen(await logOf(1)), chosen(await logOf(2))];
    const shared = [...one.macs].filter((mac) => two.macs.has(mac));
    // Groups of IPv6 have the same address everywhere.
    const own = shared.filter((mac) => !mac.startsWith("33:33:"));
    expect(own.every((mac) => mac === "00:00:00:00:00:00" || mac === "ff:ff:ff:ff:ff:ff")).toBe(true);
    expect(one.timers.length).toBeGreaterThan(3);
    expect(one.timers).not.toEqual(two.timers);
  });
});
