import { describe, expect, it } from "vitest";
import { MemorySink } from "../../src/events/log-sink.ts";
import { runScript } from "../../src/shell/run-script.ts";
import { Simulation } from "../../src/simulation/simulation.ts";

/** Many processes at once: twenty pings, pipes between processes, a job that is killed, a trap, a poll of the clock. */
const SCRIPT = `
ip netns add b
ip link add v0 type veth peer name v1 netns b
ip addr add 10.0.0.1/24 dev v0; ip link set v0 up
ip -n b addr add 10.0.0.2/24 dev v1; ip -n b link set v1 up
trap 'echo usr1 at $(date +%s.%N)' USR1
for i in {1..20}; do ping -c 3 -i 0.$((RANDOM % 9 + 1)) 10.0.0.2 & done
ip netns exec b ping 10.0.0.1 > /tmp/endless & endless=$!
tcpdump -n -l -i v0 -c 500 > /tmp/frames 2>/tmp/tcpdump & tcpdump=$!
{ for i in 1 2 3; do sleep 0.3; echo $i $RANDOM; done; kill -USR1 $$; } | sed 's/^/> /' | tee /tmp/tee &
until [ -s /tmp/tee ]; do sleep 0.05; done
kill -INT $endless; kill $tcpdump
wait
diff <(cat /tmp/tee) <(sort -r /tmp/tee)
cat /tmp/frames /tmp/tcpdump; wc -l /tmp/endless; cat /proc/net/dev
`;

async function run(seed: string): Promise<{ readonly log: Uint8Array; readonly output: string }> {
  const log = new MemorySink();
  const sim = new Simulation({ seed, log });
  const { stdout, stderr } = await runScript(sim, SCRIPT);
  sim.close();
  return { log: log.bytes(), output: stdout + stderr };
}

describe("processes that run at once", () => {
  it("should do the same in each of 50 runs, byte for byte of the log", async () => {
    const first = await run("7");
    expect(first.output.match(/0% packet loss/g)).toHaveLength(20);
    expect(first.output).toContain("usr1 at 1735689600.9");
    expect(first.output).toContain("listening on v0");
    for (let i = 1; i < 50; i++) {
      const other = await run("7");
      expect(other.output).toBe(first.output);
      expect(Buffer.compare(other.log, first.log)).toBe(0);
    }
  });

  it("should differ with another seed", async () => {
    expect((await run("8")).output).not.toBe((await run("7")).output);
  });
});
