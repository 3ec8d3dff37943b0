/** The spanning tree on random networks of bridges, by IEEE 802.1D-1998 clause 8. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NS_PER_SEC } from "../../../src/core/nanos.ts";
import { KIND } from "../../../src/events/kinds.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";

const BRIDGES_MAX = 8;
const FORWARDING = 3;
/** A tree stands when the last port has waited for its forward delay twice, behind the age of what was told before. */
const CONVERGED_SEC = 20 + 2 * 15;
const RUNS = 200;

interface Graph {
  /** Priority of each bridge, in steps of 4096. */
  readonly priorities: readonly number[];
  /** Ends of each link; several may join the same two bridges. */
  readonly links: readonly (readonly [number, number])[];
}

const graphs: fc.Arbitrary<Graph> = fc.integer({ min: 2, max: BRIDGES_MAX }).chain((count) => {
  const place = fc.nat({ max: count - 1 });
  const links = fc.array(
    fc.tuple(place, place).filter(([a, b]) => a !== b),
    { maxLength: 2 * count },
  );
  // Each bridge but the first hangs on an earlier one, so that all are joined.
  const trunk = fc.tuple(...Array.from({ length: count - 1 }, (_, i) => fc.nat({ max: i })));
  return fc.record({
    priorities: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: count, maxLength: count }),
    links: fc
      .tuple(trunk, links)
      .map(([parents, more]) => [...parents.map((parent, i): [number, number] => [parent, i + 1]), ...more]),
  });
});

const macOf = (bridge: number) => `02:00:00:00:0b:0${bridge}`;

function build(graph: Graph): Simulation {
  const sim = new Simulation({ log: "memory" });
  const hosts = graph.priorities.map((_, i) => sim.netns(`b${i}`));
  for (const [i, host] of hosts.entries()) {
    host.sysctlSet("net.ipv6.conf.all.disable_ipv6", 1);
    host.sysctlSet("net.ipv4.igmp_link_local_mcast_reports", 0);
    const priority = graph.priorities[i]! * 4096;
    host.linkAdd({ kind: "bridge", ifname: "br0", address: macOf(i), bridge: { stpState: 1, priority } });
    host.linkSetUp("br0");
  }
  for (const [n, [a, b]] of graph.links.entries()) {
    const [from, to] = [hosts[a]!, hosts[b]!];
    from.linkAdd({ kind: "veth", ifname: `p${n}`, master: "br0", peer: { ifname: `q${n}`, netns: to } });
    to.linkSet(`q${n}`, { master: "br0" });
    from.linkSetUp(`p${n}`);
    to.linkSetUp(`q${n}`);
  }
  return sim;
}

/** Links that forward at both ends. */
function tree(sim: Simulation, graph: Graph): (readonly [number, number])[] {
  const stateOf = (bridge: number, name: string) =>
    sim.netns(`b${bridge}`).linkByName(name).bridgePort!.state;
  return graph.links.filter(
    ([a, b], n) => stateOf(a, `p${n}`) === FORWARDING && stateOf(b, `q${n}`) === FORWARDING,
  );
}

function isSpanning(links: readonly (readonly [number, number])[], count: number): boolean {
  const reached = new Set([0]);
  for (let before = 0; before !== reached.size; ) {
    before = reached.size;
    for (const [a, b] of links)
      if (reached.has(a) || reached.has(b)) {
        reached.add(a);
        reached.add(b);
      }
  }
  return reached.size === count;
}

describe("the spanning tree", () => {
  it(`should join all bridges without a loop, below the lowest id, on ${RUNS} random networks`, async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async (graph) => {
        const sim = build(graph);
        await sim.advance(CONVERGED_SEC * NS_PER_SEC);
        const count = graph.priorities.length;
        const links = tree(sim, graph);
        expect(links).toHaveLength(count - 1);
        expect(isSpanning(links, count)).toBe(true);
        const lowest = graph.priorities
          .map((priority, i) => ({ priority: priority * 4096, address: macOf(i) }))
          .reduce((a, b) =>
            b.priority < a.priority || (b.priority === a.priority && b.address < a.address) ? b : a,
          );
        for (let i = 0; i < count; i++)
          expect(sim.netns(`b${i}`).linkByName("br0").bridge!.designatedRoot).toEqual(lowest);

        // A broadcast of one host comes to each other one, once.
        const { seq: from, now: asked } = sim;
        sim.netns("b0").addrAdd("br0", "10.0.0.1/24");
        await sim.netns("b0").ping("10.0.0.99", { count: 1 });
        sim.close();
        const arrivals = new Map<number, number>();
        for (const row of sim.log.rows())
          if (row.seq > from && row.time < asked + NS_PER_SEC && row.kind === KIND.pass_up)
            arrivals.set(row.netns, (arrivals.get(row.netns) ?? 0) + 1);
        expect([...arrivals.values()]).toEqual(Array.from({ length: count - 1 }, () => 1));
      }),
      { numRuns: RUNS, seed: 802 },
    );
  }, 120_000);
});
