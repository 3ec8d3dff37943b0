import { describe, expect, it } from "vitest";
import { LogReader } from "../../src/events/log-reader.ts";
import { verifyLog } from "../../src/simulation/replay.ts";
import { QUIET_PAIR } from "../../src/testing/arbitraries.ts";
import { GeneratedRun } from "../../src/testing/generated-run.ts";

describe("a request at the instant of a kernel timer", () => {
  it("should be replayed behind the timer, with the backlog before the timers that it arms", () => {
    const generated = new GeneratedRun();
    generated.applyAll([
      ...QUIET_PAIR,
      { kind: "linkAdd", netns: "a", dev: "v1", peer: "v1", peerNetns: "b", mtu: null, index: null },
      { kind: "addr", add: true, netns: "a", dev: "v1", local: "10.0.1.1", prefixLen: 24 },
      { kind: "linkUp", netns: "b", dev: "v1", up: true },
      { kind: "sysctl", netns: "a", key: "net.ipv4.conf.all.arp_notify", value: 1 },
      { kind: "ping", netns: "a", dst: "10.0.0.2", count: 1, options: [] },
    ]);
    const { run } = generated;
    while (run.scheduler.hasTimers) run.advance(run.scheduler.nextTime, () => false);
    // It announces the address at once and lets the link watch look at the device.
    generated.apply({ kind: "linkUp", netns: "a", dev: "v1", up: true });
    const log = new LogReader(generated.close());
    expect(verifyLog(log)).toMatchObject({ ok: true, hash: run.stateHash() });
  });
});
