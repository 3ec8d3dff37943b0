/**
 * Records scripts on the kernel of this machine: `tsx src/conformance/record-main.ts DIR SCRIPT...` makes `DIR/NAME` of each.
 * With `--drops` in front, the recordings are there already, and only what the kernel drops is recorded anew.
 */
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { unstableParts } from "./compare.ts";
import { whyNotLive } from "./live/ability.ts";
import { Gate } from "./live/gate.ts";
import { recordLive } from "./live/record.ts";
import { recordTwice } from "./live/reference.ts";
import { type Recording, readRecording, writeRecording } from "./recording.ts";
import { toolDirectories } from "./scenarios.ts";

const args = process.argv.slice(2);
const isDropsOnly = args[0] === "--drops";
const [outDir, ...scripts] = isDropsOnly ? args.slice(1) : args;
const options = { path: toolDirectories(), drops: true };

/** A recording of before with its drops, and those that the kernel does not repeat. */
async function withDrops(dir: string, script: string): Promise<Recording> {
  const known = await readRecording(dir);
  const run = () => recordLive(script, { ...options, capture: false });
  const [first, second] = [await run(), await run()];
  const { drops: _, ...unstable } = known.unstable;
  const { drops } = unstableParts(first, second);
  return {
    ...known,
    drops: first.drops,
    unstable: drops === undefined ? unstable : { ...unstable, drops },
  };
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
  const gate = new Gate(1);
  for (const script of scripts) {
    const own = basename(script, ".sh");
    const name = own === "scenario" ? basename(dirname(script)) : own;
    const dir = join(outDir, name);
    const recording = isDropsOnly ? await withDrops(dir, script) : await recordTwice(script, gate, options);
    if (!isDropsOnly) await rm(dir, { recursive: true, force: true });
    await writeRecording(dir, recording);
    process.stdout.write(told(name, recording));
  }
}
