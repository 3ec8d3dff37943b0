/** The simulator's own recordings count statements as the recorder of a real shell does, who asks bash. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readRecording } from "../../src/conformance/recording.ts";
import { splitStatements } from "../../src/shell/statements.ts";

const RECORDINGS = fileURLToPath(new URL("../recordings", import.meta.url));
const recorded = readdirSync(RECORDINGS).filter((name) => existsSync(join(RECORDINGS, name, "steps.jsonl")));

describe("the statements of a script", () => {
  it.each(recorded)("should be those that bash found in %s", async (name) => {
    const recording = await readRecording(join(RECORDINGS, name));
    const split = splitStatements(recording.scenario).map((statement) => statement.text);
    expect(split).toEqual(recording.steps.map((step) => step.cmd));
  });
});
