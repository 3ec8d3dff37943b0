import { describe, expect, it } from "vitest";
import { LogReader } from "../../src/events/log-reader.ts";
import { MemorySink } from "../../src/events/log-sink.ts";
import { ForkHost } from "../../src/shell/fork-host.ts";
import type { Host } from "../../src/shell/host.ts";
import { RunHost } from "../../src/shell/run-host.ts";
import { Shell } from "../../src/shell/shell.ts";
import { verifyLog } from "../../src/simulation/replay.ts";

const SCRIPT = `
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 type veth peer name v1 netns a
ip addr add 10.0.0.1/24 dev v0
ip -n a addr add 10.0.0.2/24 dev v1
ip link set v0 up
ip -n a link set v1 up
ping -c 3 -i 0.5 10.0.0.2
ping -c 1 10.0.0.2 > /tmp/out
cat /tmp/out
ip neigh
`;

async function run(host: Host, script: string): Promise<{ status: number; output: string }> {
  let output = "";
  let random = 0;
  const write = (text: string) => {
    output += text;
  };
  const shell = new Shell(host, {
    name: "s.sh",
    stdout: write,
    stderr: write,
    seedRandom: () => ++random,
  });
  return { status: await shell.run(script), output };
}

async function logged(): Promise<{ host: RunHost; log: LogReader; output: string }> {
  const sink = new MemorySink();
  const host = new RunHost({ seed: "3", log: sink });
  const { output } = await run(host, SCRIPT);
  host.run.close();
  return { host, log: new LogReader(sink.bytes()), output };
}

describe("ForkHost", () => {
  it("should reach the same end from any instant when the script is the same", async () => {
    const { host, log, output } = await logged();
    for (const at of [0, 3_500_000, 8_000_000, 9_000_000, 400_000_000, 1_000_000_000]) {
      const fork = new ForkHost(log, at, { freeze: true });
      expect(await run(fork, SCRIPT)).toEqual({ status: 0, output });
      expect(fork.run?.stateHash()).toBe(host.run.stateHash());
    }
  });

  it("should take octets that are no text through the log and back", async () => {
    const script =
      "printf '\\xff\\xc3' > /tmp/f; sleep 1; printf '\\xa9\\n' >> /tmp/f; cat /tmp/f; ip netns add x; wc -c < /tmp/f";
    const sink = new MemorySink();
    const host = new RunHost({ seed: "3", log: sink });
    const { output } = await run(host, script);
    host.run.close();
    expect(output).toBe("\udcffé\n4\n");
    const log = new LogReader(sink.bytes());
    expect(verifyLog(log)).toMatchObject({ ok: true });
    expect(await run(new ForkHost(log, 500_000_000), script)).toEqual({ status: 0, output });
  });

  it("should go on with another script after the instant, and log it whole", async () => {
    const { log } = await logged();
    const sink = new MemorySink();
    const fork = new ForkHost(log, 600_000_000, { log: sink });
    const { output } = await run(
      fork,
      SCRIPT.replace("ip neigh", "ip -n a link set v1 down; ip link show v0"),
    );
    expect(output).toContain("3 packets transmitted, 3 received");
    expect(output).toContain("NO-CARRIER");
    fork.run?.close();
    expect(verifyLog(new LogReader(sink.bytes()))).toMatchObject({ ok: true });
  });

  it("should refuse a script that asked for something else before the instant", async () => {
    const { log } = await logged();
    const fork = new ForkHost(log, 600_000_000);
    await expect(run(fork, SCRIPT.replace("add a", "add b"))).rejects.toThrow("where it asked");
  });
});
