/**
 * Records scripts on the kernel of this machine: `tsx src/conformance/record-main.ts DIR SCRIPT...` makes `DIR/NAME` of each.
 * With `--drops` in front, the recordings are there already, and only what the kernel drops is recorded anew.
 */
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { unstableParts } from "./compare.ts";
import { whyNotLive } from "./live/ability.ts";
import { Gate } from "./live/gate.ts";
import { LiveRecordingError, recordLive } from "./live/record.ts";
import { recordTwice } from "./live/reference.ts";
import { NOTHING_UNSTABLE, type Recording, readRecording, writeRecording } from "./recording.ts";
import { toolDirectories } from "./scenarios.ts";

const args = process.argv.slice(2);
const isDropsOnly = args[0] === "--drops";
const [outDir, ...scripts] = isDropsOnly ? args.slice(1) : args;
const options = { path: toolDirectories() };

/** Drops alone are recorded of so many scripts at once: they are counted by namespace. */
const DROPS_JOBS = 6;

/** The link watch serves the whole machine: what others do may hold it up for a while. */
const RUNS_MAX = 4;

/** A recording of before with its drops, as soon as two runs agree; else those that two runs do not share are marked. */
async function withDrops(dir: string, script: string, gate: Gate): Promise<Recording> {
  const { unstable, ...known } = await readRecording(dir);
  const { drops: _, ...stillUnstable } = unstable;
  const runs: Recording[] = [];
  for (;;) {
    const { drops } = await gate.run(false, () => recordLive(script, { ...options, capture: false }));
    if (drops === null) throw new LiveRecordingError("this kernel does not let its drops be counted");
    const run = { ...known, drops, unstable: NOTHING_UNSTABLE };
    const doubts = runs.map((before) => unstableParts(before, run).drops);
    if (doubts.includes(undefined)) return { ...run, unstable: stillUnstable };
    if (runs.length === RUNS_MAX) return { ...run, unstable: { ...stillUnstable, drops: doubts[0] ?? [] } };
    runs.push(run);
  }
}

function told(name: string, recording: Recording): string {
  const { steps, interfaces, tables, drops } = recording.unstable;
  const doubts = [
    ...steps.map((n) => `step ${n}`),
    ...interfaces,
    ...(tables ?? []),
    ...(drops ?? []).map((reason) => `drops for ${reason}`),
  ];
  const size = `${recording.steps.length} steps, ${recording.frames.length} frames, drops ${JSON.stringify(recording.drops)}`;
  return `${name}: ${size}${doubts.length === 0 ? "" : `; not repeatable: ${doubts.join(", ")}`}\n`;
}

const cannot = whyNotLive();
if (outDir === undefined || scripts.length === 0 || cannot !== null) {
  process.stderr.write(
    `${cannot === null ? "usage: record-main.ts [--drops] DIR SCRIPT..." : `this machine cannot record: ${cannot}`}\n`,
  );
  process.exitCode = 2;
} else {
  const gate = new Gate(DROPS_JOBS);
  const record = async (script: string) => {
    const own = basename(script, ".sh");
    const name = own === "scenario" ? basename(dirname(script)) : own;
    const dir = join(outDir, name);
    const recording = isDropsOnly
      ? await withDrops(dir, script, gate)
      : await recordTwice(script, gate, options);
    if (!isDropsOnly) await rm(dir, { recursive: true, force: true });
    await writeRecording(dir, recording);
    process.stdout.write(told(name, recording));
  };
  await Promise.all(scripts.map(record));
}
