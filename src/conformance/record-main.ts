/** Records scripts on the kernel of this machine: `tsx src/conformance/record-main.ts DIR SCRIPT...` makes `DIR/NAME` of each. */
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { whyNotLive } from "./live/ability.ts";
import { Gate } from "./live/gate.ts";
import { recordTwice } from "./live/reference.ts";
import { writeRecording } from "./recording.ts";
import { toolDirectories } from "./scenarios.ts";

const [outDir, ...scripts] = process.argv.slice(2);
const cannot = whyNotLive();
if (outDir === undefined || scripts.length === 0 || cannot !== null) {
  process.stderr.write(
    `${cannot === null ? "usage: record-main.ts DIR SCRIPT..." : `this machine cannot record: ${cannot}`}\n`,
  );
  process.exitCode = 2;
} else {
  const gate = new Gate(1);
  for (const script of scripts) {
    const own = basename(script, ".sh");
    const name = own === "scenario" ? basename(dirname(script)) : own;
    const recording = await recordTwice(script, gate, { path: toolDirectories() });
    await rm(join(outDir, name), { recursive: true, force: true });
    await writeRecording(join(outDir, name), recording);
    const { steps, interfaces, tables } = recording.unstable;
    const doubts = [...steps.map((n) => `step ${n}`), ...interfaces, ...(tables ?? [])];
    process.stdout.write(`${name}: ${recording.steps.length} steps, ${recording.frames.length} frames`);
    process.stdout.write(doubts.length === 0 ? "\n" : `; not repeatable: ${doubts.join(", ")}\n`);
  }
}
