/** Each recorded command against the tables of its recording: output, complaints and status, byte for byte. */
import { describe, expect, it } from "vitest";
import { ip } from "../../../../src/shell/commands/ip/index.ts";
import { RecordedKernel, readRecording, refusalOf, run, splitCommand } from "./recording.ts";

const NAMES = ["link", "link-set", "address", "route", "neigh", "netns", "abbreviations"];

describe.each(NAMES)("ip, recorded: %s", (name) => {
  const recording = readRecording(name);
  it.each(recording.steps)("should answer as iproute2 does: $cmd", async (step) => {
    const kernel = new RecordedKernel(recording.state);
    kernel.refusal = refusalOf(step);
    const { rc, stdout, stderr } = step;
    expect(await run(kernel, splitCommand(step.cmd), ip)).toEqual({ rc, stdout, stderr });
  });
});
