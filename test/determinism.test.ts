import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

const SCENARIO = "scenarios/two-namespaces.sh";
/** The versions of Node could not be fetched. */
const STATUS_NOTHING_SHOWN = 3;

it("should write the same log for the same seed in two processes of Node 20, 22 and 24 each", {
  timeout: 600_000,
}, (cx) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/determinism.mjs", SCENARIO], {
    encoding: "utf8",
  });
  if (status === STATUS_NOTHING_SHOWN && process.env.CI !== "true")
    cx.skip(`no other Node to compare with: ${stderr}`);
  expect(stderr).toBe("");
  expect(stdout).toContain("1 scenarios agree");
});
