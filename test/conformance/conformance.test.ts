import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exitStatus, formatReports, runConformance } from "../../src/conformance/conformance.ts";
import { writeRecording } from "../../src/conformance/recording.ts";
import { sampleRecording } from "./sample.ts";

describe("the conformance runner", () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "vethsim-test-"));
    await writeRecording(join(dir, "01-good"), sampleRecording());
    await writeRecording(join(dir, "02-bad"), { ...sampleRecording(), name: "bad", scenario: "bad" });
    await writeRecording(join(dir, "03-broken"), { ...sampleRecording(), scenario: "broken" });
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const scenario = (name: string) => ({ name, dir: join(dir, name) });
  const runner = async (script: string, outDir: string) => {
    if (script.includes("03-broken")) throw new Error("too many events");
    const recording = sampleRecording(2);
    const steps = recording.steps.map((step) =>
      script.includes("02-bad") && step.n === 3 ? { ...step, rc: 1 } : step,
    );
    await writeRecording(outDir, { ...recording, steps });
  };

  it("should print a table and the first difference in full, and fail", async () => {
    const reports = await runConformance(runner, {
      scenarios: ["01-good", "02-bad", "03-broken"].map(scenario),
      waiting: [],
      jobs: 3,
    });
    expect(exitStatus(reports)).toBe(1);
    expect(formatReports(reports).split("\n")).toEqual([
      "scenario   steps  frames  tables  verdict",
      "---------  -----  ------  ------  -------",
      "01-good      2/2   12/12   13/13  agrees",
      "02-bad       1/2   12/12   13/13  differs",
      "03-broken      -       -       -  failed",
      "",
      "1 agree, 1 differ, 1 failed, 0 wait",
      "",
      "02-bad, the first of 1:",
      "step 3: the exit status differs",
      "  in step 3: ip -n a link",
      "  - status 0",
      "  + status 1",
      "  (- expected, + actual; → tab, · blank at the end of a line)",
      "",
      "03-broken: too many events",
      "",
    ]);
  });

  it("should let what waits for a mechanism wait, as a whole or in parts", async () => {
    const waiting = [
      { scenario: "02-bad", steps: [3], mechanism: "sockets" },
      { scenario: "03-broken", mechanism: "bridge" },
    ];
    const reports = await runConformance(runner, {
      scenarios: ["02-bad", "03-broken"].map(scenario),
      waiting,
    });
    expect(exitStatus(reports)).toBe(0);
    expect(reports.map((report) => [report.verdict, report.mechanisms])).toEqual([
      ["agrees", ["sockets"]],
      ["waits", ["bridge"]],
    ]);
  });
});
