import { describe, expect, it } from "vitest";
import { runScript } from "../../src/shell/run-script.ts";
import { verifyLog } from "../../src/simulation/replay.ts";
import { Simulation } from "../../src/simulation/simulation.ts";

const SEC = 1_000_000_000;

/** Runs a script with `lo` up, and proves that its log alone gives the same run. */
async function run(script: string) {
  const sim = new Simulation({ log: "memory", freeze: true });
  const result = await runScript(sim, `ip link set lo up\n${script}`, { until: 1000 * SEC });
  sim.close();
  expect(verifyLog(sim.log)).toMatchObject({ ok: true });
  return result;
}

const count = (text: string, what: RegExp) => text.match(what)?.length ?? 0;

describe("a program of the simulation", () => {
  it("should wait while the pipe it writes to is full, and go on when there is room", async () => {
    const { stdout } = await run(
      "ping -i 0.01 -c 1500 127.0.0.1 | { sleep 100; echo $SECONDS; cat; } > out; echo $SECONDS; cat out",
    );
    const lines = stdout.split("\n");
    // 65,536 octets are some 1,100 lines, 11 s; the others take 4 s more once somebody reads.
    expect(Number(lines[0])).toBeGreaterThanOrEqual(103);
    expect(Number(lines[0])).toBeLessThanOrEqual(106);
    expect(lines[1]).toBe("100");
    expect(count(stdout, /icmp_seq=/g)).toBe(1500);
  });

  it("should die of the pipe that nobody reads any more", async () => {
    const { stdout } = await run(`ping 127.0.0.1 | grep -q icmp_seq=3; echo \${PIPESTATUS[@]} $SECONDS`);
    expect(stdout).toBe("141 0 3\n");
  });

  it("should rest while it is stopped, and hear of nothing but SIGCONT and SIGKILL", async () => {
    const { stdout } = await run(`
ping -i 1 -c 3 127.0.0.1 > out & pid=$!
sleep 0.5; kill -STOP $pid; sleep 10; wc -l < out
kill -CONT $pid; wait $pid; echo $SECONDS
ping 127.0.0.1 > out & pid=$!
sleep 0.5; kill -STOP $pid; kill -INT $pid; sleep 5; wc -l < out; kill -CONT $pid; wait $pid; echo $?; tail -n 2 out | head -n 1
ping 127.0.0.1 > out & pid=$!
sleep 1; kill -STOP $pid; kill -TERM $pid; kill -KILL $pid; wait $pid; echo $?
`);
    expect(stdout.split("\n").slice(0, 3)).toEqual(["2", "11", "2"]);
    expect(stdout).toMatch(/\n0\n\d+ packets transmitted.*\n137\n$/);
  });
});

describe("a process of the shell", () => {
  it("should rest while it is stopped, and go on where it was", async () => {
    const { stdout } = await run(`
for i in 1 2 3; do sleep 1; echo $i at $SECONDS; done & pid=$!
sleep 1.5; kill -STOP $pid; sleep 10; kill -TERM $pid; kill -CONT $pid; wait $pid; echo $? $SECONDS
`);
    expect(stdout).toBe("1 at 1\n143 11\n");
  });

  it("should let time pass while it polls with nothing but builtins", async () => {
    const { stdout } = await run(`
while [ $SECONDS -lt 2 ]; do :; done; echo $SECONDS
{ sleep 1; echo x > /tmp/f; } & until [ -s /tmp/f ]; do :; done; echo $SECONDS
while :; do :; done & sleep 1; kill $!; wait $!; echo $?
`);
    expect(stdout).toBe("2\n3\n143\n");
  });

  it("should go on for a second after the script has ended", async () => {
    const { stdout } = await run(
      "{ echo a; sleep 0.9; echo b; sleep 0.9; echo c; } & while :; do :; done & exit 4",
    );
    expect(stdout).toBe("a\nb\n");
  });
});

describe("ping into a pipe", () => {
  // As recorded: what stands in stdio's buffer goes with a process that a signal kills.
  it.each([
    ["nothing is answered: nothing was written", "timeout 1 ping 192.0.2.9 | wc -l", "0\n"],
    ["a reply flushes", "timeout 1 ping 127.0.0.1 | wc -l", "2\n"],
    ["a reply flushes with -q, too", "timeout 1 ping -q 127.0.0.1 | wc -l", "1\n"],
    ["a missing answer flushes", "timeout 1.5 ping -O 192.0.2.9 | wc -l", "2\n"],
    ["a flood is not buffered", "timeout 0.1 ping -f 192.0.2.9 | head -c 5", "PING "],
    ["SIGINT ends it in order", "timeout -s INT 1 ping 192.0.2.9 | wc -l", "5\n"],
  ])("when %s", async (_, command, expected) => {
    const { stdout } = await run(`
ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up
ip addr add 192.0.2.1/24 dev v0; ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0
${command}`);
    expect(stdout).toBe(expected);
  });
});
