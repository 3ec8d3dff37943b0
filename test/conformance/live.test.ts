import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { whyNotLive } from "../../src/conformance/live/ability.ts";
import { recordLive } from "../../src/conformance/live/record.ts";
import { type Recording, writeRecording } from "../../src/conformance/recording.ts";
import { formatVerification, verificationStatus, verify } from "../../src/conformance/verify.ts";

const cannot = whyNotLive();
if (cannot !== null) console.warn(`live tests are skipped: ${cannot}`);

const SCRIPT = `#!/bin/bash
# a comment is a step

sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip netns add a
ip netns exec a sysctl -qw net.ipv6.conf.all.disable_ipv6=1
ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 netns a
ip addr add 10.0.0.1/24 dev v0
ip link set v0 up
ip -n a addr add 10.0.0.2/24 dev v1
ip -n a link set v1 up
for i in 1; do
  ping -c 1 10.0.0.2
done
false
echo "status $?"
nosuch
ip netns del a
sleep 0.2
exit 3
echo never
`;

// Needs root, Linux and the tools of the scenarios: `cannot` says what is missing.
describe.skipIf(cannot !== null)("the live recorder", () => {
  let dir: string;
  let script: string;
  let recording: Recording;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "vethsim-test-"));
    script = join(dir, "script.sh");
    await writeFile(script, SCRIPT);
    recording = await recordLive(script);
  }, 60_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it("should record steps, frames of every namespace and final tables", () => {
    const step = (cmd: string) => recording.steps.find((candidate) => candidate.cmd.startsWith(cmd));
    expect(recording.steps[0]!.cmd).toBe("# a comment is a step");
    expect(step("for i")!.cmd).toBe("for i in 1; do\n  ping -c 1 10.0.0.2\ndone");
    expect(step("echo")!.stdout).toBe("status 1\n");
    expect(step("nosuch")!.stderr).toBe("scenario.sh: line 17: nosuch: command not found\n");
    expect(step("exit")!.rc).toBe(3);
    expect(step("echo never")).toMatchObject({ t: null, t_end: null, rc: null });
    expect(recording.frames.map((frame) => `${frame.ns}/${frame.if} ${frame.dir} ${frame.len}`)).toEqual([
      "main/v0 out 42",
      "a/v1 in-bcast 42",
      "a/v1 out 42",
      "main/v0 in 42",
      "main/v0 out 98",
      "a/v1 in 98",
      "a/v1 out 98",
      "main/v0 in 98",
    ]);
    expect([...recording.final.keys()]).toEqual(["main"]);
    expect(JSON.parse(recording.final.get("main")!.get("link.json")!)).toHaveLength(1);
  });

  it("should verify a runner against the kernel, and show what differs", { timeout: 120_000 }, async () => {
    const runner = (result: Recording) => async (_: string, outDir: string) => writeRecording(outDir, result);
    const agreeing = await verify(script, runner(recording));
    expect(agreeing).toMatchObject({ verdict: "agrees", comparison: { differences: [] } });
    expect(formatVerification("script", agreeing)).toMatch(/^script: agrees with the kernel of this machine/);

    const differing = await verify(script, runner({ ...recording, frames: recording.frames.slice(0, -1) }));
    expect(formatVerification("script", differing)).toContain("main/v0 (4 frames expected, 3 came)");
    expect([verificationStatus(agreeing), verificationStatus(differing)]).toEqual([0, 1]);
  });
});
