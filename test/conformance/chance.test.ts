import { describe, expect, it } from "vitest";
import { withoutChance } from "../../src/conformance/chance.ts";
import { compareRecordings } from "../../src/conformance/compare.ts";
import type { Recording } from "../../src/conformance/recording.ts";
import { sampleRecording } from "./sample.ts";

const REFERENCE = sampleRecording();
const LAST = REFERENCE.steps.at(-1)!;

function printing(stdout: string): Recording {
  return { ...REFERENCE, steps: [...REFERENCE.steps.slice(0, -1), { ...LAST, stdout }] };
}
/** Without the frames of that place, on both interfaces that saw them. */
function missing(place: number): Recording {
  return { ...REFERENCE, frames: REFERENCE.frames.filter((_, i) => i !== place && i !== place + 1) };
}
const compare = (other: Recording) => compareRecordings(REFERENCE, other);

describe("what chance decides", () => {
  it("should be no difference where another run of the simulator agrees with the reference", () => {
    const wrong = compare(printing("tentative\n"));
    expect(wrong).toMatchObject({ steps: { equal: 1, total: 2 }, differences: [{ item: "step 3" }] });
    expect(withoutChance(wrong, compare(REFERENCE))).toMatchObject({
      steps: { equal: 2, total: 2 },
      differences: [],
    });
  });
  it("should stay a difference where the other run is wrong at the same place, whatever it shows there", () => {
    const left = withoutChance(compare(printing("tentative\n")), compare(printing("dadfailed\n")));
    expect(left.differences.map(({ actual }) => actual)).toEqual(["tentative\n"]);
    expect(left.steps.equal).toBe(1);
  });
  it("should judge places apart, but the sequences of all interfaces as one", () => {
    expect(withoutChance(compare(printing("tentative\n")), compare(missing(4))).differences).toEqual([]);
    const left = withoutChance(compare(missing(4)), compare(missing(8)));
    expect(left.differences.map(({ kind }) => kind)).toEqual(["frame", "frame"]);
    expect(withoutChance(compare(missing(4)), compare(REFERENCE)).frames).toEqual({ equal: 12, total: 12 });
  });
});
