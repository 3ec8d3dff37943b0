import { describe, expect, it } from "vitest";
import { decodeRecord, encodeRecord } from "../../src/core/record-codec.ts";
import { Run } from "../../src/simulation/run.ts";
import { SnapshotWriter } from "../../src/simulation/snapshot-writer.ts";

describe("SnapshotWriter", () => {
  it("should write each snapshot of a run as encodeRecord does", () => {
    const run = new Run({ seed: "1" });
    const writer = new SnapshotWriter();
    const check = () => {
      const snapshot = run.snapshot();
      const text = writer.write(snapshot);
      expect(text).toBe(encodeRecord(snapshot));
      expect(decodeRecord(text)).toEqual(snapshot);
    };
    check();
    const made = run.request(0, "NETNS_ADD", { name: 'a"cells":[]' });
    expect(made.ok).toBe(true);
    check();
    check();
    const pair = run.request(0, "RTM_NEWLINK_ADD", {
      kind: "veth",
      ifname: "v0",
      peer: { ifname: "v1" },
    });
    expect(pair.ok).toBe(true);
    check();
    expect(run.request(0, "RTM_DELLINK", { ifindex: 3 }).ok).toBe(true);
    run.advance(60_000_000_000, () => false);
    check();
  });
});
