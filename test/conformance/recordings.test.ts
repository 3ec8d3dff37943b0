/** The project's own recordings: whole, up to date with their scripts, and good enough to judge by. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compareRecordings } from "../../src/conformance/compare.ts";
import { FINAL_DUMPS } from "../../src/conformance/final-dumps.ts";
import { frameTexts } from "../../src/conformance/frame-text.ts";
import { readRecording } from "../../src/conformance/recording.ts";

const RECORDINGS = fileURLToPath(new URL("../recordings", import.meta.url));
const SCENARIOS = fileURLToPath(new URL("../../scenarios", import.meta.url));
const recorded = readdirSync(RECORDINGS).filter((name) => existsSync(join(RECORDINGS, name, "steps.jsonl")));
const scripts = readdirSync(SCENARIOS).filter((name) => /^\d+-.*\.sh$/.test(name));

describe("a script in scenarios", () => {
  it.each(scripts)("%s should have a recording of what it says now", (script) => {
    const copy = join(RECORDINGS, basename(script, ".sh"), "scenario.sh");
    expect(readFileSync(copy, "utf8")).toBe(readFileSync(join(SCENARIOS, script), "utf8"));
  });

  it.each(scripts)(
    "%s should say what it is about, and send over IPv6 only if that is it",
    async (script) => {
      const text = readFileSync(join(SCENARIOS, script), "utf8");
      expect(text).toMatch(/^#!\/bin\/bash\n# .{20}/);
      if (/^#.*IPv6/m.test(text)) return;
      const { frames } = await readRecording(join(RECORDINGS, basename(script, ".sh")));
      expect(frames.filter(({ hex }) => hex.slice(24, 28) === "86dd")).toEqual([]);
    },
  );
});

describe("a recording", () => {
  it.each(recorded)("%s should agree with itself and hold every final table", async (name) => {
    const recording = await readRecording(join(RECORDINGS, name));
    const result = compareRecordings(recording, recording);
    expect(result.differences).toEqual([]);
    expect(result.steps.total).toBeGreaterThan(10);
    for (const tables of recording.final.values()) {
      expect([...tables.keys()].sort()).toEqual(FINAL_DUMPS.map((dump) => dump.file).sort());
    }
    expect(recording.steps.every((step) => step.rc !== null)).toBe(true);
    if (/\braw(send|arp|ip)\b/.test(recording.scenario)) return; // sends malformed ones on purpose
    expect(frameTexts(recording.frames).filter((text) => /BAD-|ANOTHER-ID/.test(text))).toEqual([]);
  });
});
