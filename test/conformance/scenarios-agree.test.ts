/** The simulator against what a real kernel did: every recording, run in process with each state frozen. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compareRecordings } from "../../src/conformance/compare.ts";
import { describeDifference } from "../../src/conformance/difference.ts";
import { joinUnstable, readRecording } from "../../src/conformance/recording.ts";
import { readWaiting } from "../../src/conformance/scenarios.ts";
import { simulateScript } from "../../src/conformance/simulate.ts";

const RECORDINGS = fileURLToPath(new URL("../recordings", import.meta.url));
const NAMES = readdirSync(RECORDINGS).filter((name) => existsSync(join(RECORDINGS, name, "steps.jsonl")));

describe("a scenario", () => {
  it.each(NAMES)("%s should do in the simulator what it did on a real kernel", async (name) => {
    const reference = await readRecording(join(RECORDINGS, name));
    const waiting = readWaiting().filter((item) => item.scenario === name);
    const unstable = joinUnstable(reference.unstable, ...waiting);
    const { recording } = await simulateScript(name, reference.scenario, { freeze: true });
    const result = compareRecordings({ ...reference, unstable }, recording);
    const [first] = result.differences;
    const again = `run again: npm run conformance -- ${name}`;
    expect(first === undefined ? "agrees" : `${describeDifference(first)}\n${again}`).toBe("agrees");
    expect(result.steps.equal).toBe(result.steps.total);
    expect(result.frames.equal).toBe(result.frames.total);
    expect(result.tables.equal).toBe(result.tables.total);
  });
});
