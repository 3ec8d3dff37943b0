import { describe, expect, it } from "vitest";
import { withoutCaptureEffects } from "../../src/conformance/live/reference.ts";
import type { Recording } from "../../src/conformance/recording.ts";
import { sampleRecording } from "./sample.ts";

function printing(cmd: string, stdout: string): Recording {
  const recording = sampleRecording();
  return {
    ...recording,
    steps: recording.steps.map((step) => (step.n === 3 ? { ...step, cmd, stdout } : step)),
  };
}

describe("a run with capture and one without", () => {
  it("should give the counters of the run without", () => {
    const [seen, unseen] = [printing("ip -s link", "dropped 0 \n"), printing("ip -s link", "dropped  13 \n")];
    const step = withoutCaptureEffects(seen, unseen).steps[2]!;
    expect([step.stdout, step.without_capture]).toEqual(["dropped  13 \n", true]);
  });

  it("should keep the text of the run with capture where more than counters differs", () => {
    const [seen, unseen] = [printing("ip -s link", "state UP 0\n"), printing("ip -s link", "state DOWN 1\n")];
    expect(withoutCaptureEffects(seen, unseen).steps).toEqual(seen.steps);
  });

  it("should keep the text of commands that show no counters", () => {
    const [seen, unseen] = [printing("echo $RANDOM", "1\n"), printing("echo $RANDOM", "2\n")];
    expect(withoutCaptureEffects(seen, unseen).steps).toEqual(seen.steps);
  });
});
