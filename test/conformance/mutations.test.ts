/** The comparer on real recordings: whatever is changed in one of them, it finds that, and nothing else. */
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compareRecordings } from "../../src/conformance/compare.ts";
import {
  type FrameRecord,
  interfaceKey,
  type Recording,
  readRecording,
} from "../../src/conformance/recording.ts";

const NAMES = ["101-two-hosts", "106-arp-failure", "107-nud-delay-probe-reachable", "111-source-address"];

function load(name: string): Promise<Recording> {
  return readRecording(fileURLToPath(new URL(`../recordings/${name}`, import.meta.url)));
}

/** The kinds of the differences that a change of the frames makes. */
function found(recording: Recording, frames: readonly FrameRecord[]): string[] {
  return compareRecordings(recording, { ...recording, frames }).differences.map(
    (difference) => difference.kind,
  );
}

describe.each(NAMES)("a changed %s", (name) => {
  it("should miss any frame that is left out", async () => {
    const recording = await load(name);
    for (const left of recording.frames) {
      expect(
        found(
          recording,
          recording.frames.filter((frame) => frame !== left),
        ),
      ).toEqual(["frame"]);
    }
  });

  it("should show any frame that came twice", async () => {
    const recording = await load(name);
    for (const twice of recording.frames) {
      expect(
        found(
          recording,
          recording.frames.flatMap((frame) => (frame === twice ? [frame, frame] : [frame])),
        ),
      ).toEqual(["frame"]);
    }
  });

  it("should show two frames of different interfaces in the other order", async () => {
    const recording = await load(name);
    for (let i = 1; i < recording.frames.length; i++) {
      const [first, second] = [recording.frames[i - 1]!, recording.frames[i]!];
      if (interfaceKey(first) === interfaceKey(second) || second.t - first.t > 0.001) continue;
      const frames = [...recording.frames];
      frames[i - 1] = { ...second, t: first.t };
      frames[i] = { ...first, t: second.t };
      expect(found(recording, frames)).toEqual(["order"]);
    }
  });

  it("should show the first of the frames that come half a second late", async () => {
    const recording = await load(name);
    for (let i = 1; i < recording.frames.length; i++) {
      const frames = recording.frames.map((frame, k) => (k >= i ? { ...frame, t: frame.t + 0.5 } : frame));
      const [first] = compareRecordings(recording, { ...recording, frames }).differences;
      expect([first?.kind, first?.at]).toEqual(["time", recording.frames[i]!.t]);
    }
  });

  it("should show any step with another status or another blank", async () => {
    const recording = await load(name);
    for (const changed of recording.steps.filter((step) => !step.cmd.startsWith("#"))) {
      for (const change of [
        { rc: 77 },
        { stdout: `${changed.stdout} ` },
        { stderr: `${changed.stderr}\n` },
      ]) {
        const steps = recording.steps.map((step) => (step === changed ? { ...step, ...change } : step));
        const { differences } = compareRecordings(recording, { ...recording, steps });
        expect(differences.map((difference) => difference.step)).toEqual([changed.n]);
      }
    }
  });
});
