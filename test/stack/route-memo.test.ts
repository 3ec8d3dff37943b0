import { describe, expect, it } from "vitest";
import { Run } from "../../src/simulation/run.ts";

const SEC = 1_000_000_000;
const BLACKHOLE = { dst: "192.168.0.1", dstLen: 32, type: 6 };

/** Pings both ways without a pause while routes, addresses, links and settings change; gives what the run came to. */
function run(isForgetful: boolean): { hash: string; rows: number; text: string } {
  let text = "";
  const run = new Run({
    seed: "5",
    freeze: true,
    programs: {
      output: (pid, fd, written) => {
        text += `${pid}/${fd}: ${written}`;
      },
      exit: () => {},
    },
  });
  if (isForgetful) run.kernel.cells.setMemo = () => {};
  const ask: typeof run.request = (netns, op, body) => run.request(netns, op, body);
  const made = ask(0, "NETNS_ADD", { name: "a" });
  const a = made.ok ? made.value.netns : -1;
  ask(0, "RTM_NEWLINK_ADD", { kind: "veth", ifname: "v0", peer: { ifname: "v1", netns: a } });
  const ends = [
    { netns: 0, ifname: "v0", local: "192.168.0.1" },
    { netns: a, ifname: "v1", local: "192.168.0.2" },
  ].map((end) => {
    const link = ask(end.netns, "RTM_GETLINK", { ifname: end.ifname });
    const ifindex = link.ok ? link.value.ifindex : -1;
    return { ...end, ifindex };
  });
  const addr = ({ netns, ifindex, local }: (typeof ends)[number]) =>
    ask(netns, "RTM_NEWADDR", { ifindex, local, prefixLen: 24, nlmFlags: 0x600 });
  const up = ({ netns, ifindex }: (typeof ends)[number], flags: number) =>
    ask(netns, "RTM_NEWLINK_SET", { ifindex, flags, change: 1 });
  for (const end of ends) {
    addr(end);
    up(end, 1);
  }
  for (const [i, { netns }] of ends.entries()) {
    const forked = ask(netns, "FORK", { parent: 1, comm: "ping" });
    const argv = ["ping", "-c", "90", "-i", "0.1", ends[1 - i]!.local];
    if (forked.ok) ask(netns, "SPAWN", { pid: forked.value.pid, argv });
  }
  const far = ends[1]!;
  const sysctl = (path: string, data: string) =>
    ask(a, "FILE_WRITE", { path: `/proc/sys/net/ipv4/${path}`, data, append: false });
  const changes = [
    () => ask(a, "RTM_NEWROUTE", { ...BLACKHOLE, nlmFlags: 0x600 }),
    () => sysctl("conf/v1/rp_filter", "1"),
    () => ask(a, "RTM_DELROUTE", BLACKHOLE),
    () => sysctl("conf/all/rp_filter", "2"),
    () => sysctl("icmp_echo_ignore_all", "1"),
    () => sysctl("icmp_echo_ignore_all", "0"),
    () => ask(a, "RTM_NEWLINK_SET", { ifindex: far.ifindex, mtu: 70 }),
    () => ask(a, "RTM_NEWLINK_SET", { ifindex: far.ifindex, mtu: 1500 }),
    () => ask(a, "RTM_DELADDR", { ifindex: far.ifindex, local: far.local, prefixLen: 24 }),
    () => addr(far),
    () => up(far, 0),
    () => up(far, 1),
  ];
  for (const change of changes) {
    run.advance(run.now + SEC / 2, () => false);
    change();
  }
  run.advance(run.now + 30 * SEC, () => false);
  return { hash: run.stateHash(), rows: run.seq, text };
}

describe("remembered ways", () => {
  it("should lead to the same run as looking each way up anew, whatever changes meanwhile", () => {
    const remembering = run(false);
    expect(remembering).toEqual(run(true));
    expect(remembering.text).toMatch(/90 packets transmitted, [1-8][0-9] received/);
  });
});
