import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runScript } from "../../../src/shell/run-script.ts";
import { Simulation } from "../../../src/simulation/simulation.ts";

/** What util-linux 2.38, procps 4.0, psmisc 23.6 and iproute2 6.1 did on a real kernel, as root. */
const recorded = JSON.parse(
  readFileSync(new URL("./namespaces/recorded.json", import.meta.url), "utf8"),
) as Readonly<Record<"script" | "stdout" | "stderr", string>>;

describe("processes in namespaces", () => {
  it("should be entered, shown and killed as recorded", async () => {
    const { stdout, stderr } = await runScript(new Simulation(), recorded.script);
    expect(stdout).toBe(recorded.stdout);
    expect(stderr.replace(/^script\.sh: line \d+: /gm, "")).toBe(recorded.stderr);
  });

  it("should have the files of a map to read, and not to write", async () => {
    const files = new Map([["lib.sh", "hi() { echo hi; }\n"]]);
    const script = "source ./lib.sh; hi; pwd; echo x > y; echo $?";
    const { stdout, stderr } = await runScript(new Simulation(), script, { files });
    expect(stdout).toBe("hi\n/mnt/script\n1\n");
    expect(stderr).toBe("script.sh: line 1: y: Read-only file system\n");
  });
});
