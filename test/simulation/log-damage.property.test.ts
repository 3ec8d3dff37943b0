import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogReader } from "../../src/events/log-reader.ts";
import { verifyLog } from "../../src/simulation/replay.ts";
import { anySequence } from "../../src/testing/arbitraries.ts";
import { runSequence } from "../../src/testing/generated-run.ts";

/** Where a message says that the damage is: a byte, bytes, or the file as a whole. */
const PLACE = /\bbytes? \d+|not a log of vethsim|its head is damaged|the head of the log|log format/;

describe("the verification of a damaged log", () => {
  it("should fail for every change of one byte, and name the place", () => {
    fc.assert(
      fc.property(anySequence(8), fc.nat(), fc.integer({ min: 1, max: 255 }), (sequence, place, mask) => {
        const bytes = runSequence(sequence).close();
        expect(verifyLog(new LogReader(bytes))).toMatchObject({ ok: true });
        const at = place % bytes.length;
        bytes[at]! ^= mask;
        const verification = verifyLog(new LogReader(bytes));
        expect(verification).toMatchObject({ ok: false, message: expect.stringMatching(PLACE) });
        const problem = verification.ok ? null : verification.problems[0]!;
        expect(problem?.offset).toBeLessThanOrEqual(at);
      }),
      { numRuns: 150 },
    );
  });

  it("should fail for every cut, and tell up to where the log is whole", () => {
    fc.assert(
      fc.property(anySequence(8), fc.nat(), (sequence, place) => {
        const bytes = runSequence(sequence).close();
        const length = place % bytes.length;
        const verification = verifyLog(new LogReader(bytes.subarray(0, length)));
        expect(verification).toMatchObject({ ok: false, message: expect.stringContaining(String(length)) });
      }),
      { numRuns: 150 },
    );
  });
});
