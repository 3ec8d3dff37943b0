import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FakeHost, runScript } from "../fake-host.ts";
import { recorded } from "../recorded.ts";

/**
 * What the tools of Debian 12 answered in bash 5.2 to scripts about files, in /tmp/case.d, an empty directory; `LANG` was C.UTF-8,
 * standard input /dev/null.
 */
const dir = new URL("./files/", import.meta.url);
const files = readdirSync(dir).sort();

/** Without the name of the script, and the line. */
function withoutPrefix(text: string): string {
  return text.replace(/^\S*case\.sh: line \d+: /gm, "");
}

describe.each(files)("%s, as recorded", (file) => {
  it.each(recorded(new URL(file, dir)))("should answer $name", async ({ script, stdout, stderr, status }) => {
    const host = new FakeHost();
    host.request(0, "FILE_MKDIR", { path: "/tmp/case.d" });
    const result = await runScript(script, { cwd: "/tmp/case.d" }, host);
    const got = { stdout: result.stdout, stderr: withoutPrefix(result.stderr), status: result.status };
    expect(got).toEqual({ stdout, stderr: withoutPrefix(stderr), status });
  });
});
