import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readRecording, writeRecording } from "../../src/conformance/recording.ts";
import { sampleRecording } from "./sample.ts";

describe("a recording on disk", () => {
  let dir: string;
  beforeEach(async () => {
    dir = join(await mkdtemp(join(tmpdir(), "vethsim-test-")), "sample");
  });
  afterEach(() => rm(join(dir, ".."), { recursive: true, force: true }));

  it("should read what was written", async () => {
    const recording = { ...sampleRecording(), unstable: { steps: [3], interfaces: ["a/eth0"] } };
    await writeRecording(dir, recording);
    expect(await readRecording(dir)).toEqual(recording);
  });

  it("should read a recording without frames, final tables and unstable parts", async () => {
    await writeRecording(dir, { ...sampleRecording(), frames: [], final: new Map() });
    await rm(join(dir, "frames.jsonl"));
    const { frames, final, unstable } = await readRecording(dir);
    expect([frames, [...final], unstable]).toEqual([[], [], { steps: [], interfaces: [] }]);
  });

  it("should name file and line of what it cannot read", async () => {
    await writeRecording(dir, sampleRecording());
    await writeFile(join(dir, "frames.jsonl"), '{"t":0,"ns":"a","if":"b","dir":"up","len":1,"hex":"00"}\n');
    await expect(readRecording(dir)).rejects.toThrow("frames.jsonl:1: dir is unknown");
    await writeFile(join(dir, "steps.jsonl"), "{}\n{");
    await expect(readRecording(dir)).rejects.toThrow("steps.jsonl:1: n is not a number");
  });
});
