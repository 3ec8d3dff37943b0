import { describe, expect, it } from "vitest";
import { describeDisagreement, runDifferential } from "../../../src/conformance/shell/differential.ts";
import { whyNoBash } from "../../../src/conformance/shell/real-bash.ts";

const cannot = whyNoBash();

describe("the shell", () => {
  // There must be a bash 5.2 to compare with; `npm run differential:shell` says what is missing.
  it.skipIf(cannot !== null)(
    "should answer random programs as bash does",
    async () => {
      const { found, programs } = await runDifferential({ seed: 1, runs: 200, jobs: 2 });
      expect(found.map(describeDisagreement).join("")).toBe("");
      expect(programs).toBe(200);
    },
    120_000,
  );
});
