import { describe, expect, it } from "vitest";
import { compareRecordings, unstableParts } from "../../src/conformance/compare.ts";
import { sampleRecording } from "./sample.ts";

/** An MLDv2 report. */
const REPORT =
  "33330000001602000000000186dd6000000000240001fe80000000000000000000fffe000001ff02000000000000" +
  "00000000000000163a000502000001008f0072070000000104000000ff0200000000000000000001ff000001";

describe("drops of two recordings", () => {
  const reference = sampleRecording();
  const compare = (drops: Record<string, number> | null, unstable = {}) =>
    compareRecordings(
      { ...reference, unstable: { ...reference.unstable, ...unstable } },
      { ...reference, drops },
    );

  it("should agree when each reason has the same number", () => {
    const { drops, differences } = compare({ NEIGH_FAILED: 1, QDISC_DROP: 2 });
    expect([drops, differences]).toEqual([{ equal: 2, total: 2 }, []]);
  });

  it("should differ in a number, and in a reason that is missing or new", () => {
    const { drops, differences } = compare({ QDISC_DROP: 3, OTHERHOST: 1 });
    expect(drops).toEqual({ equal: 0, total: 3 });
    expect(differences.map(({ where, expected, actual }) => [where, expected, actual])).toEqual([
      ["drops/NEIGH_FAILED", "1 packets", "0 packets"],
      ["drops/OTHERHOST", "0 packets", "1 packets"],
      ["drops/QDISC_DROP", "2 packets", "3 packets"],
    ]);
  });

  it("should not be judged where nobody looked, or where the kernel does not repeat itself", () => {
    expect(compare(null).differences).toEqual([]);
    const other = { ...reference, drops: { NEIGH_FAILED: 1 } };
    const { drops } = unstableParts(reference, other);
    expect(drops).toEqual(["QDISC_DROP"]);
    expect(compare({ NEIGH_FAILED: 1 }, { drops }).differences).toEqual([]);
  });

  it("should differ only in what was dropped at all where multicast reports go out at random times", () => {
    const report = { ...reference.frames[0]!, len: REPORT.length / 2, hex: REPORT };
    const withReport = { ...reference, frames: [report, ...reference.frames] };
    const { differences } = compareRecordings(withReport, {
      ...withReport,
      drops: { QDISC_DROP: 7, NEIGH_FAILED: 3, IP_INNOROUTES: 1, OTHERHOST: 1 },
    });
    expect(differences.map(({ where }) => where)).toEqual(["drops/OTHERHOST"]);
  });
});
