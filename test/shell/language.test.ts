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

/** What a shell answered to each script, in a file `case.sh` in an empty `/tmp`: names and lines of errors count, too. */
function recorded(path: string): Case[] {
  return readFileSync(new URL(path, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
}

async function answer(command: string, script: string): Promise<Omit<Case, "name" | "script">> {
  const host = new FakeHost();
  host.files.set("/tmp/case.sh", script);
  const { stdout, stderr, status } = await runScript(command, {}, host);
  return { stdout, stderr, status };
}

describe("Shell, the language to the letter", () => {
  it.each(recorded("./language.jsonl"))("should do $name as bash does", async ({ script, ...wanted }) => {
    const { stdout, stderr, status } = wanted;
    expect(await answer(script, script)).toEqual({ stdout, stderr, status });
  });
});

describe("sh", () => {
  it.each(recorded("./dash/dash-0.5.12.jsonl"))(
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
