import { describe, expect, it } from "vitest";
import { FakeHost, runScript } from "./fake-host.ts";
import { type Case, recorded } from "./recorded.ts";

/** What a script prints in a file `case.sh` in an empty `/tmp`: names and lines of errors count, too. */
async function answer(command: string, script: string): Promise<Omit<Case, "name" | "script">> {
  const host = new FakeHost();
  host.files.set("/tmp/case.sh", script);
  const { stdout, stderr, status } = await runScript(command, {}, host);
  return { stdout, stderr, status };
}

describe("Shell, the language to the letter", () => {
  it.each(recorded(new URL("./language.jsonl", import.meta.url)))(
    "should do $name as bash does",
    async ({ script, ...wanted }) => {
      const { stdout, stderr, status } = wanted;
      expect(await answer(script, script)).toEqual({ stdout, stderr, status });
    },
  );
});

describe("sh", () => {
  it.each(recorded(new URL("./dash/dash-0.5.12.jsonl", import.meta.url)))(
    "should do $name as dash does",
    async ({ script, ...wanted }) => {
      const { stdout, stderr, status } = wanted;
      expect(await answer("sh case.sh", script)).toEqual({ stdout, stderr, status });
    },
  );

  it("should be what runs a script with its name on the first line", async () => {
    const script = "printf '#!/bin/sh\\necho a; [[ b\\n' > s; chmod +x s; ./s; echo $?";
    expect(await answer(script, script)).toEqual({
      stdout: "a\n127\n",
      stderr: "./s: 2: [[: not found\n",
      status: 0,
    });
  });
});
