import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { answerDiff } from "../../../src/conformance/shell/answer.ts";
import { judgeCase, readCases } from "../../../src/conformance/shell/cases.ts";
import { GIVEN_UP } from "../../../src/conformance/shell/simulated-bash.ts";

const dir = mkdtempSync(join(tmpdir(), "vethsim-cases-"));
afterAll(() => rmSync(dir, { recursive: true }));

describe("answerDiff", () => {
  const answer = { stdout: "a\nb\n", stderr: "case.sh: line 3: x: command not found\n", status: 127 };
  it("should pass over where an error is said to be", () => {
    const other = "case.sh: line 99: x: command not found\n";
    expect(answerDiff(answer, { ...answer, stderr: other })).toEqual([]);
    expect(answerDiff({ ...answer, stdout: answer.stderr }, { ...answer, stdout: other })).toEqual([]);
  });
  it("should tell of output, errors and status", () => {
    expect(answerDiff(answer, { stdout: "a\n", stderr: "", status: 1 })).toEqual([
      "status:",
      "- 127",
      "+ 1",
      "stdout:",
      "  a",
      "- b",
      "stderr:",
      "- x: command not found",
    ]);
  });
});

describe("judgeCase", () => {
  it("should agree with what bash answered, and say where it does not", async () => {
    const right = { name: "a", script: "echo $((1+1)); exit 3", stdout: "2\n", stderr: "", status: 3 };
    expect(await judgeCase(right)).toEqual([]);
    expect(await judgeCase({ ...right, status: 0 })).toEqual(["status:", "- 0", "+ 3"]);
  });
  it("should tell of a run that was given up", async () => {
    const endless = { name: "a", script: "while :; do :; done", stdout: "", stderr: "", status: 0 };
    expect((await judgeCase(endless)).slice(0, 3)).toEqual(["status:", "- 0", `+ ${GIVEN_UP}`]);
  });
});

describe("readCases", () => {
  it("should read one case a line, and name a line that is none", () => {
    const path = join(dir, "cases.jsonl");
    const one = { name: "a", script: ":", stdout: "", stderr: "", status: 0 };
    writeFileSync(path, `${JSON.stringify(one)}\n`);
    expect(readCases(path)).toEqual([one]);
    writeFileSync(path, `${JSON.stringify(one)}\n{"name":"b"}\n`);
    expect(() => readCases(path)).toThrow("line 2: a case has name, script, stdout, stderr and status");
  });
});
