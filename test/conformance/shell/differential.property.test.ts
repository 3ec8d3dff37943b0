import { describe, expect, it } from "vitest";
import {
  describeDisagreement,
  isRace,
  runDifferential,
} from "../../../src/conformance/shell/differential.ts";
import { whyNoBash } from "../../../src/conformance/shell/real-bash.ts";

const cannot = whyNoBash();

describe("a race", () => {
  const answer = (stdout: string) => ({ stdout, stderr: "", status: 0 });
  it("should be the same lines in another order, from a program with a job in the background", () => {
    expect(isRace("echo a & echo b; wait", answer("a\nb\n"), answer("b\na\n"))).toBe(true);
    expect(isRace("echo a & echo b; wait", answer("a\nb\n"), answer("b\nb\n"))).toBe(false);
  });
  it("should not be seen where nothing runs in the background", () => {
    for (const program of ["true && echo a", "echo a 2>&1", "echo a &>f", "cat f |& sort", "read x <&3"])
      expect(isRace(program, answer("a\nb\n"), answer("b\na\n"))).toBe(false);
  });
});

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
