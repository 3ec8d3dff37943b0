import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FakeHost, runScript } from "../fake-host.ts";
import { recorded } from "../recorded.ts";

/** What the tools of Debian 12 answered, in bash 5.2, in an empty directory; `LANG` was C.UTF-8, standard input /dev/null. */
const dir = new URL("./tools/", import.meta.url);
const files = readdirSync(dir).sort();

/** Without bash's `FILE: line N:`. */
function withoutPrefix(text: string): string {
  return text.replace(/^\S+: line \d+: /gm, "");
}

describe.each(files)("%s, as recorded", (file) => {
  it.each(recorded(new URL(file, dir)))(
    "should answer $name: $script",
    async ({ script, stdout, stderr, status }) => {
      const host = new FakeHost();
      host.files.set("/tmp/case.sh", script);
      const result = await runScript(script, {}, host);
      const got = { stdout: result.stdout, stderr: withoutPrefix(result.stderr), status: result.status };
      expect(got).toEqual({ stdout, stderr: withoutPrefix(stderr), status });
    },
  );
});
