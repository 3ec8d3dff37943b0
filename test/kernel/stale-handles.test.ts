import { describe, expect, it } from "vitest";
import { NS_PER_MS, NS_PER_SEC } from "../../src/core/nanos.ts";
import { refused } from "../../src/core/result.ts";
import type { BodyOf, Operation } from "../../src/events/requests.ts";
import { WORKING_PAIR } from "../../src/testing/arbitraries.ts";
import { GeneratedRun } from "../../src/testing/generated-run.ts";
import { orphanFaults } from "../../src/testing/invariants.ts";

/** A run with namespaces a and b, of which b has lost its name `span` ago: 0 while its clean-up is still to come. */
function afterDeletion(span: number) {
  const generated = new GeneratedRun({ freeze: true });
  generated.applyAll(WORKING_PAIR);
  const b = generated.netns("b")!;
  generated.apply({ kind: "netnsDel", name: "b" });
  generated.wait(span);
  return { generated, a: generated.netns("a")!, b };
}

describe.each([
  ["dying", 0],
  ["gone", 10 * NS_PER_MS],
])("a namespace that is %s", (_, span) => {
  it("should refuse every request from inside", () => {
    const { generated, b } = afterDeletion(span);
    expect(generated.request(b, "FORK", { parent: 1, comm: "sleep" })).toEqual(refused("ENOENT"));
    expect(generated.request(b, "RTM_GETLINK_DUMP", {})).toEqual(refused("ENOENT"));
    expect(orphanFaults(generated.run)).toEqual([]);
  });

  it("should not take a process, a device, a new pair or an id", () => {
    const { generated, a, b } = afterDeletion(span);
    const made = generated.request(a, "FORK", { parent: 1, comm: "sleep" });
    const pid = made.ok ? made.value.pid : -1;
    const before = generated.run.stateHash();
    const refusals: [Operation, BodyOf<Operation>][] = [
      ["SETNS", { pid, netns: b }],
      ["RTM_NEWLINK_SET", { ifindex: 1, netns: b }],
      ["RTM_NEWLINK_ADD", { kind: "veth", netns: b }],
      ["RTM_NEWLINK_ADD", { kind: "veth", peer: { netns: b } }],
      ["RTM_NEWNSID", { netns: b, nsid: 7 }],
    ];
    for (const [op, body] of refusals) expect(generated.request(a, op, body)).toEqual(refused("EINVAL"));
    expect(generated.run.stateHash()).toBe(before);
  });
});

describe("a socket bound to a device", () => {
  it.each([
    ["deleted", { kind: "linkDel", netns: "a", dev: "v0" }],
    ["moved away", { kind: "linkMove", netns: "a", dev: "v0", target: "", to: null }],
  ] as const)("should send nothing more when it is %s", (_, change) => {
    const generated = new GeneratedRun({ freeze: true });
    generated.applyAll(WORKING_PAIR);
    generated.apply({ kind: "ping", netns: "a", dst: "10.0.0.2", count: 2, options: ["-I", "v0"] });
    generated.wait(500 * NS_PER_MS);
    generated.apply(change);
    const frames = generated.run.kernel.frameLast;
    generated.wait(20 * NS_PER_SEC);
    expect(generated.run.kernel.frameLast).toBe(frames);
    expect(generated.output).toContain("2 packets transmitted, 1 received, 50% packet loss");
  });
});
