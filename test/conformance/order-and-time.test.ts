import { describe, expect, it } from "vitest";
import { backgroundSpans } from "../../src/conformance/background.ts";
import { compareRecordings } from "../../src/conformance/compare.ts";
import type { FrameRecord, Recording, Step } from "../../src/conformance/recording.ts";
import { isDurationEqual, timerSlack, timeTolerance } from "../../src/conformance/tolerance.ts";

/** An ARP request from 10.0.N.1, put on a wire of namespace `ns` and taken off at `to`. */
function probe(t: number, n: number, ns: string, to: string): FrameRecord[] {
  const mac = `0200000000${n.toString(16).padStart(2, "0")}`;
  const hex = `ffffffffffff${mac}08060001080006040001${mac}0a00${n.toString(16).padStart(2, "0")}010000000000000a000002`;
  const frame = { len: 42, csum_pending: false, hex };
  return [
    { t, ns, if: "eth0", dir: "out", ...frame },
    { t: t + 0.00001, ns: to, if: "eth0", dir: "in-bcast", ...frame },
  ];
}

function recording(
  times: readonly [number, number][],
  frames: readonly FrameRecord[],
  commands = times.map((_, i) => `c${i}`),
): Recording {
  const steps = times.map(
    ([t, t_end], i): Step => ({
      n: i + 1,
      t,
      t_end,
      rc: 0,
      bg: false,
      cmd: commands[i]!,
      stdout: "",
      stderr: "",
    }),
  );
  const inOrder = [...frames].sort((a, b) => a.t - b.t);
  return {
    name: "r",
    scenario: "",
    steps,
    frames: inOrder,
    final: new Map(),
    drops: null,
    unstable: { steps: [], interfaces: [] },
  };
}

const kinds = (a: Recording, b: Recording) =>
  compareRecordings(a, b).differences.map((d) => `${d.kind} ${d.where}`);

describe("the order of frames", () => {
  it("should let two timers of different namespaces race", () => {
    const run = (x: number, y: number) =>
      recording([[0, 9]], [...probe(0.01, 1, "a", "b"), ...probe(x, 2, "a", "b"), ...probe(y, 3, "c", "d")]);
    expect(kinds(run(5.1, 5.2), run(5.2, 5.1))).toEqual([]);
  });

  it("should not let one command's frames pass those of the next", () => {
    const run = (x: number, y: number) =>
      recording(
        [
          [0, 0.1],
          [0.1, 0.2],
        ],
        [...probe(x, 2, "a", "b"), ...probe(y, 3, "c", "d")],
      );
    expect(kinds(run(0.01, 0.11), run(0.11, 0.01))).toContain("order b/eth0 and c/eth0");
  });
});

describe("the time of frames", () => {
  const steps: [number, number][] = [
    [0, 0.1],
    [0.1, 6],
  ];

  it("should find a first frame that a command sent much too late", () => {
    const run = (x: number) => recording(steps, probe(x, 1, "a", "b"));
    expect(kinds(run(0.11), run(0.13))).toEqual([]);
    expect(kinds(run(0.11), run(0.4))).toEqual(["time a/eth0"]);
  });

  it("should find a timer that is late although its frame is the first of a step", () => {
    const run = (x: number) => recording(steps, [...probe(0.01, 1, "a", "b"), ...probe(x, 2, "a", "b")]);
    expect(kinds(run(5.05), run(5.2))).toEqual([]);
    expect(kinds(run(5.05), run(5.8))).toEqual(["time a/eth0"]);
  });

  it("should not count what commands take to start", () => {
    const run = (late: number) =>
      recording(
        [
          [0, 0.1],
          [0.1 + late, 6 + late],
        ],
        [...probe(0.01, 1, "a", "b"), ...probe(0.11 + late, 2, "a", "b")],
      );
    expect(kinds(run(0), run(2))).toEqual([]);
  });
});

describe("the tolerance", () => {
  it("should be a notch of the timer wheel, or 3 %, and 10 ms", () => {
    expect([0.1, 0.3, 1, 5, 60].map(timerSlack)).toEqual([0.004, 0.032, 0.032, 0.256, 2.048]);
    expect(timeTolerance(2)).toBeCloseTo(0.07);
  });

  it("should compare durations that are more than start-up cost", () => {
    expect([isDurationEqual(0.002, 0.2), isDurationEqual(1.5, 1.56), isDurationEqual(4, 0.01)]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("background jobs", () => {
  const spans = (commands: string[]) =>
    backgroundSpans(
      recording(
        commands.map((_, i): [number, number] => [i, i + 0.5]),
        [],
        commands,
      ),
    );

  it("should run from their start to the next wait", () => {
    expect(spans(["a", "b &", "c", "wait", "d"])).toEqual([{ from: 1, to: 3.5 }]);
    expect(spans(["a & b & wait"])).toEqual([{ from: 0, to: 0.5 }]);
    expect(spans(["a &"])).toEqual([{ from: 0, to: Number.POSITIVE_INFINITY }]);
  });

  it("should not be taken from && and redirections", () => {
    expect(spans(["a && b", "c >x 2>&1", "d &>y", "# e & f"])).toEqual([]);
  });
});
