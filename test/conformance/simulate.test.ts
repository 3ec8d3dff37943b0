import { describe, expect, it } from "vitest";
import { simulateScript } from "../../src/conformance/simulate.ts";

async function stepsOf(text: string) {
  const { recording, status } = await simulateScript("sample", text, { freeze: true });
  return { ...recording, status };
}

describe("a simulated recording", () => {
  it("should have a step for each statement, comments among them, and none for blank lines", async () => {
    const { steps, status } = await stepsOf(
      "#!/bin/bash\n# about\n\nfalse\nfor i in 1 2; do\n  echo $i\ndone\n",
    );
    expect(steps.map(({ n, rc, cmd, stdout }) => [n, rc, cmd, stdout])).toEqual([
      [1, 0, "# about", ""],
      [2, 1, "false", ""],
      [3, 0, "for i in 1 2; do\n  echo $i\ndone", "1\n2\n"],
    ]);
    expect(status).toBe(0);
  });
  it("should give what a background job prints later to the step that started it", async () => {
    const { steps } = await stepsOf("(sleep 2; echo late) &\necho now\nwait\n");
    expect(steps.map(({ bg, stdout }) => [bg, stdout])).toEqual([
      [true, "late\n"],
      [false, "now\n"],
      [false, ""],
    ]);
    expect(steps[2]!.t_end! - steps[2]!.t!).toBeGreaterThan(1.9);
  });
  it("should leave the steps behind an exit without times", async () => {
    const { steps, status } = await stepsOf("exit 3\necho never\n");
    expect(steps.map(({ t, t_end, rc, stdout }) => [t, t_end, rc, stdout])).toEqual([
      [0, 0, 3, ""],
      [null, null, null, ""],
    ]);
    expect(status).toBe(3);
  });
  it("should run an EXIT trap before the tables are read, and give its output to no step", async () => {
    let output = "";
    const { recording } = await simulateScript(
      "sample",
      "trap 'echo bye; ip netns del a' EXIT\nip netns add a\n",
      {
        freeze: true,
        stdout: (text) => {
          output += text;
        },
      },
    );
    expect(recording.steps.map(({ stdout }) => stdout)).toEqual(["", ""]);
    expect(output).toBe("bye\n");
    expect([...recording.final.keys()]).toEqual(["main"]);
  });
  it("should begin no statement, and read no tables, before the time that a pace gives", async () => {
    const { recording } = await simulateScript(
      "sample",
      "ip netns add a\nip -n a link set lo up\nip -n a addr add 10.0.0.1/8 dev lo valid_lft 9 preferred_lft 9\ntrue\n",
      { freeze: true, pace: { steps: [0, 1, 1, null], dumps: new Map([["a/addr.json", 6.5]]) } },
    );
    expect(recording.steps.map(({ t }) => t)).toEqual([0, 1, 1.001, 1.002]);
    const [lo] = JSON.parse(recording.final.get("a")!.get("addr.json")!);
    expect(lo.addr_info[1].valid_life_time).toBe(4);
  });
  it("should name the script and the line in messages", async () => {
    const { steps } = await stepsOf("true\nnosuch\n");
    expect(steps[1]!.stderr).toBe("scenario.sh: line 2: nosuch: command not found\n");
  });
  it("should have the frames of named namespaces and the tables of each", async () => {
    const text = [
      "ip netns add b",
      "sysctl -qw net.ipv6.conf.all.disable_ipv6=1",
      "ip netns exec b sysctl -qw net.ipv6.conf.all.disable_ipv6=1",
      "ip link add v0 type veth peer name v1 netns b",
      "ip addr add 10.0.0.1/24 dev v0",
      "ip link set v0 up",
      "ip -n b addr add 10.0.0.2/24 dev v1",
      "ip -n b link set v1 up",
      "ping -c 1 10.0.0.2",
    ].join("\n");
    const { frames, final, steps } = await stepsOf(text);
    expect(frames.map((frame) => `${frame.ns}/${frame.if} ${frame.dir} ${frame.len}`)).toEqual([
      "main/v0 out 42",
      "b/v1 in-bcast 42",
      "b/v1 out 42",
      "main/v0 in 42",
      "main/v0 out 98",
      "b/v1 in 98",
      "b/v1 out 98",
      "main/v0 in 98",
    ]);
    expect(frames.every((frame) => frame.t >= steps[8]!.t! && frame.t <= steps[8]!.t_end!)).toBe(true);
    expect([...final.keys()]).toEqual(["main", "b"]);
    expect(JSON.parse(final.get("b")!.get("neigh.json")!)[0].dst).toBe("10.0.0.1");
    expect(final.get("main")!.get("proc_net_arp")).toContain("10.0.0.2");
  });
});
