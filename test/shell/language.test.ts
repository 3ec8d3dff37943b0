import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FakeHost, runScript } from "./fake-host.ts";

interface Case {
  readonly name: string;
  readonly script: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/** What GNU bash 5.2.15 answered to each script, in a file `case.sh` in an empty `/tmp`: names and lines of errors count, too. */
const cases = readFileSync(new URL("./language.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

describe("Shell, the language to the letter", () => {
  it.each(cases)("should do $name as bash does", async ({ script, stdout, stderr, status }) => {
    const host = new FakeHost();
    host.files.set("/tmp/case.sh", script);
    const result = await runScript(script, {}, host);
    const got = { stdout: result.stdout, stderr: result.stderr, status: result.status };
    expect(got).toEqual({ stdout, stderr, status });
  });
});
