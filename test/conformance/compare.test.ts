import { describe, expect, it } from "vitest";
import { type Comparison, compareRecordings, unstableParts } from "../../src/conformance/compare.ts";
import { describeDifference } from "../../src/conformance/difference.ts";
import type { FrameRecord, Recording, Step } from "../../src/conformance/recording.ts";
import { sampleRecording } from "./sample.ts";

function changedStep(recording: Recording, n: number, change: Partial<Step>): Recording {
  return {
    ...recording,
    steps: recording.steps.map((step) => (step.n === n ? { ...step, ...change } : step)),
  };
}

function changedFrames(recording: Recording, change: (frames: FrameRecord[]) => FrameRecord[]): Recording {
  return { ...recording, frames: change([...recording.frames]) };
}

function compareSample(change: (recording: Recording) => Recording): Comparison {
  return compareRecordings(sampleRecording(), change(sampleRecording(2)));
}

describe("comparing two recordings", () => {
  it("should find no difference in what no two runs share", () => {
    const result = compareSample((recording) => recording);
    expect(result.differences).toEqual([]);
    expect([result.steps, result.frames, result.tables]).toEqual([
      { equal: 2, total: 2 },
      { equal: 12, total: 12 },
      { equal: 13, total: 13 },
    ]);
  });

  it("should show a wrong octet as one difference, with the last frame in common", () => {
    const result = compareSample((recording) =>
      changedFrames(recording, (frames) => {
        frames[9] = { ...frames[9]!, hex: `${frames[9]!.hex.slice(0, -2)}ff` };
        return frames;
      }),
    );
    expect(result.differences).toHaveLength(1);
    expect(result.differences[0]).toMatchObject({ kind: "frame", where: "b/eth0", step: 2 });
    expect(result.differences[0]!.actual).toContain("BAD-ICMP-CHECKSUM");
    expect(result.differences[0]!.lastCommon).toContain("b/eth0 out 98");
    expect(result.frames).toEqual({ equal: 11, total: 12 });
  });

  it("should show a missing frame as one difference, and count the others as equal", () => {
    const result = compareSample((recording) =>
      changedFrames(recording, (frames) => frames.filter((_, i) => i !== 4)),
    );
    expect(result.differences).toHaveLength(1);
    expect(result.differences[0]).toMatchObject({
      kind: "frame",
      where: "a/eth0 (6 frames expected, 5 came)",
    });
    expect(result.frames).toEqual({ equal: 11, total: 12 });
  });

  it("should not judge what only the longer recording shows behind its last statement", () => {
    const end = sampleRecording().steps.at(-1)!.t_end!;
    const late = (t: number) => (recording: Recording) =>
      changedFrames(recording, (frames) => [...frames, { ...frames[0]!, t }]);
    expect(compareSample(late(end + 0.5)).differences).toEqual([]);
    expect(compareRecordings(late(end + 0.5)(sampleRecording()), sampleRecording(2)).differences).toEqual([]);
    expect(compareSample(late(end - 0.001)).differences).toHaveLength(1);
  });

  it("should show a surplus frame as one difference", () => {
    const result = compareSample((recording) =>
      changedFrames(recording, (frames) => [...frames, { ...frames[11]!, t: 1.125 }]),
    );
    expect(result.differences).toHaveLength(1);
    expect(result.differences[0]!.expected).toBe("(no frame)\n");
  });

  it("should show a swap across interfaces as one difference of order", () => {
    const result = compareSample((recording) =>
      changedFrames(recording, (frames) => {
        const [first, second] = [frames[4]!, frames[5]!];
        frames[4] = { ...second, t: first.t };
        frames[5] = { ...first, t: second.t };
        return frames;
      }),
    );
    expect(result.differences).toHaveLength(1);
    expect(result.differences[0]).toMatchObject({ kind: "order", where: "a/eth0 and b/eth0" });
  });

  it("should show a late timer as one difference of time", () => {
    const result = compareSample((recording) =>
      changedFrames(recording, (frames) =>
        frames.map((frame) => (frame.t > 1 ? { ...frame, t: frame.t + 0.06 } : frame)),
      ),
    );
    expect(result.differences).toHaveLength(1);
    expect(result.differences[0]).toMatchObject({ kind: "time", step: 2 });
    expect(result.differences[0]!.expected).toContain("1.0112 s after the last in common");
  });

  it("should accept a timer that is a notch of the wheel late", () => {
    const result = compareSample((recording) =>
      changedFrames(recording, (frames) =>
        frames.map((frame) => (frame.t > 1 ? { ...frame, t: frame.t + 0.03 } : frame)),
      ),
    );
    expect(result.differences).toEqual([]);
  });

  it("should show a wrong status as one difference", () => {
    const result = compareSample((recording) => changedStep(recording, 3, { rc: 1 }));
    expect(result.differences).toHaveLength(1);
    expect(result.differences[0]).toMatchObject({
      kind: "status",
      expected: "status 0\n",
      actual: "status 1\n",
    });
    expect(result.steps).toEqual({ equal: 1, total: 2 });
  });

  it("should show blanks at the end of a line and tabs", () => {
    const result = compareSample((recording) =>
      changedStep(recording, 3, { stdout: "2: eth0@if2: <UP>\tstate UP\n" }),
    );
    expect(result.differences).toHaveLength(1);
    expect(describeDifference(result.differences[0]!).split("\n")).toEqual([
      "step 3, stdout: the output differs",
      "  in step 3: ip -n a link",
      "  - 2: eth0@if2: <UP>→state UP·",
      "  + 2: eth0@if2: <UP>→state UP",
      "  (- expected, + actual; → tab, · blank at the end of a line)",
    ]);
  });

  it("should show a missing newline at the end", () => {
    const result = compareSample((recording) =>
      changedStep(recording, 3, { stdout: "2: eth0@if2: <UP>\tstate UP " }),
    );
    expect(describeDifference(result.differences[0]!)).toContain("(no newline)");
  });

  it("should show a command that took another time", () => {
    const result = compareSample((recording) => changedStep(recording, 2, { t_end: 1.9 }));
    expect(result.differences).toHaveLength(1);
    expect(result.differences[0]).toMatchObject({ kind: "time", where: "step 2" });
  });

  it("should stop at the first statement that is another one", () => {
    const result = compareSample((recording) => changedStep(recording, 2, { cmd: "ping" }));
    expect(result.differences.filter((difference) => difference.kind === "statement")).toHaveLength(1);
    expect(result.steps).toEqual({ equal: 0, total: 2 });
  });

  it("should name the counter that differs in a final table", () => {
    const result = compareSample((recording) => {
      const tables = new Map([...recording.final.get("a")!, ["proc_net_snmp", "Ip: InReceives\nIp: 3\n"]]);
      return { ...recording, final: new Map([["a", tables]]) };
    });
    expect(result.differences).toHaveLength(1);
    expect(result.differences[0]).toMatchObject({
      kind: "table",
      where: "final/a/proc_net_snmp",
      expected: "Ip.InReceives 2\n",
    });
  });

  it("should report a namespace that is left over", () => {
    const result = compareSample((recording) => ({
      ...recording,
      final: new Map([...recording.final, ["b", new Map()]]),
    }));
    expect(result.differences).toHaveLength(1);
    expect(result.differences[0]!.actual).toBe("namespace b exists\n");
  });

  it("should sort differences by their time", () => {
    const result = compareSample((recording) =>
      changedStep(
        changedFrames(recording, (frames) => frames.filter((_, i) => i !== 4)),
        3,
        { rc: 1 },
      ),
    );
    expect(result.differences.map((difference) => difference.kind)).toEqual(["frame", "status"]);
  });

  it("should leave out what the reference calls unstable", () => {
    const reference = {
      ...sampleRecording(),
      unstable: { steps: [3], interfaces: ["a/eth0"], tables: ["a/neigh.json"] },
    };
    const other = changedStep(
      changedFrames(sampleRecording(2), (frames) => frames.filter((_, i) => i !== 4)),
      3,
      { rc: 1 },
    );
    const result = compareRecordings(reference, other);
    expect(result.differences).toEqual([]);
    expect(result.leftOut.slice(0, 2).map((item) => item.what)).toEqual(["step 3", "a/eth0"]);
  });
});

describe("unstable parts", () => {
  it("should name the steps, interfaces and tables on which two runs differ", () => {
    const other = changedStep(
      changedFrames(sampleRecording(2), (frames) => frames.filter((_, i) => i !== 4)),
      3,
      { rc: 1 },
    );
    const tables = new Map([...other.final.get("a")!, ["neigh.json", "[]"]]);
    const unstable = unstableParts(sampleRecording(), { ...other, final: new Map([["a", tables]]) });
    expect(unstable).toEqual({ steps: [3], interfaces: ["a/eth0"], tables: ["a/neigh.json"] });
  });
});

describe("merged order with jobs in the background", () => {
  it("should not judge the order between interfaces while a job runs", () => {
    const background = (recording: Recording) =>
      changedStep(changedStep(recording, 2, { cmd: "ping a & ping b" }), 3, { cmd: "wait" });
    const swapped = changedFrames(sampleRecording(2), (frames) => {
      const [first, second] = [frames[4]!, frames[5]!];
      frames[4] = { ...second, t: first.t };
      frames[5] = { ...first, t: second.t };
      return frames;
    });
    expect(compareRecordings(background(sampleRecording()), background(swapped)).differences).toEqual([]);
  });
});
