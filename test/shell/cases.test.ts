import { describe, expect, it } from "vitest";
import { FakeHost, runScript } from "./fake-host.ts";
import { recorded } from "./recorded.ts";

/** What GNU bash 5.2.15 and Debian 12's tools answered to each script. */
const cases = ["./cases.jsonl", "./bash-5.2.jsonl"].flatMap((path) =>
  recorded(new URL(path, import.meta.url)),
);

/** Without bash's `FILE: line N:`. */
function withoutPrefix(text: string): string {
  return text.replace(/^\S+: line \d+: /gm, "");
}

describe("Shell, against recordings of bash", () => {
  it.each(cases)("should do $name as bash does", async ({ script, stdout, stderr, status }) => {
    const host = new FakeHost();
    host.files.set("/tmp/case.sh", script);
    const result = await runScript(script, {}, host);
    const got = { stdout: result.stdout, stderr: withoutPrefix(result.stderr), status: result.status };
    expect(got).toEqual({ stdout, stderr: withoutPrefix(stderr), status });
  });
});
