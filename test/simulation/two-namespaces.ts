import { Simulation, type SimulationOptions } from "../../src/simulation/simulation.ts";
import type { Snapshot } from "../../src/simulation/snapshot.ts";

/** Two namespaces, joined by a veth pair, that can reach each other. */
export function twoNamespaces(options: SimulationOptions = {}, from?: Snapshot) {
  const sim = new Simulation({ freeze: true, ...options }, from);
  const a = sim.netns("a");
  const b = sim.netns("b");
  for (const netns of [a, b]) netns.sysctlSet("net.ipv6.conf.all.disable_ipv6", 1);
  a.linkAdd({ kind: "veth", ifname: "eth0", peer: { ifname: "eth0", netns: b } });
  a.addrAdd("eth0", "10.0.0.1/24");
  b.addrAdd("eth0", "10.0.0.2/24");
  a.linkSetUp("eth0");
  b.linkSetUp("eth0");
  return { sim, a, b };
}
