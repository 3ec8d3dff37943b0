/** Runs a script in the simulator and on the kernel of this machine, and compares. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutChances } from "./chance.ts";
import { type Comparison, compareRecordings, unstableParts } from "./compare.ts";
import { describeDifference } from "./difference.ts";
import { whyNotLive } from "./live/ability.ts";
import { Gate } from "./live/gate.ts";
import type { LiveOptions } from "./live/record.ts";
import { recordReference } from "./live/reference.ts";
import {
  joinUnstable,
  NOTHING_UNSTABLE,
  type Pace,
  type Recording,
  readRecording,
  type Unstable,
} from "./recording.ts";

export interface RunSettings {
  /** No statement begins before its time. @defaultValue everything follows at once */
  readonly pace?: Pace;
  /** @defaultValue "1" */
  readonly seed?: string;
}

/** Runs a script in the simulator and writes a recording to `outDir`, which exists. Rejects when the run itself breaks down. */
export type SimulatorRunner = (scriptPath: string, outDir: string, settings: RunSettings) => Promise<void>;

export interface VerifyOptions extends LiveOptions {
  /** Shared by verifications that run at once. @defaultValue one of its own */
  readonly gate?: Gate;
  /** Not to be judged, whatever the kernel does. @defaultValue nothing */
  readonly unjudged?: Unstable;
  /** Of the simulator. @defaultValue "1" */
  readonly seed?: string;
}

export type Verification =
  /** `cannot` says why there is no verdict. */
  | { readonly verdict: "impossible"; readonly cannot: string }
  | {
      readonly verdict: "agrees" | "differs";
      readonly comparison: Comparison;
      readonly reference: Recording;
    };

/** How many seeds are tried: enough for what happens once in six times. */
const SEEDS = 16;

/** Runs the simulator in a directory that is gone afterwards. */
export async function simulate(
  scriptPath: string,
  runner: SimulatorRunner,
  settings: RunSettings = {},
): Promise<Recording> {
  const dir = await mkdtemp(join(tmpdir(), "vethsim-run-"));
  try {
    await runner(scriptPath, dir, settings);
    return await readRecording(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/**
 * Where the first comparison shows a difference, the kernel is recorded again, twice and undisturbed: what it does not repeat
 * itself is left out, and either of its runs may agree. Each time the simulator runs at the kernel's pace, too: how long commands
 * take to start is a machine's affair, yet decides which timers go off before the end of a script. What still differs may be up to
 * chance: other seeds have a try.
 */
export async function verify(
  scriptPath: string,
  runner: SimulatorRunner,
  options: VerifyOptions = {},
): Promise<Verification> {
  const cannot = whyNotLive();
  if (cannot !== null) return { verdict: "impossible", cannot };
  const gate = options.gate ?? new Gate(1);
  const { seed = "1" } = options;
  const seeds = Array.from({ length: SEEDS }, (_, i) => (i === 0 ? seed : `${seed}.${i}`));
  const simulated = await simulate(scriptPath, runner, { seed });
  const record = async (isExclusive: boolean): Promise<Recording> => {
    const reference = await recordReference(scriptPath, gate, options, isExclusive);
    return { ...reference, unstable: options.unjudged ?? NOTHING_UNSTABLE };
  };
  const judge = async (reference: Recording): Promise<Verification> => {
    const first = compareRecordings(reference, simulated);
    const comparison = await withoutChances(first, seeds, reference.paces ?? [], async (another, pace) =>
      compareRecordings(reference, await simulate(scriptPath, runner, { pace, seed: another })),
    );
    const verdict = comparison.differences.length === 0 ? "agrees" : "differs";
    return { verdict, comparison, reference };
  };
  const once = await judge(await record(false));
  if (once.verdict === "agrees") return once;

  const [first, second] = [await record(true), await record(true)];
  for (const run of [first, second]) {
    const again = await judge(run);
    if (again.verdict === "agrees") return again;
  }
  return await judge({ ...first, unstable: joinUnstable(first.unstable, unstableParts(first, second)) });
}

/** For people. */
export function formatVerification(name: string, result: Verification): string {
  if (result.verdict === "impossible")
    return `${name}: no verdict, this machine cannot record a kernel: ${result.cannot}\n`;
  const { steps, frames, tables, differences, leftOut } = result.comparison;
  const score = `steps ${steps.equal}/${steps.total}, frames ${frames.equal}/${frames.total}, tables ${tables.equal}/${tables.total}`;
  const unrepeatable = leftOut.filter((item) => item.reason.startsWith("two runs"));
  const lines = [
    `${name}: ${result.verdict === "agrees" ? "agrees with" : "differs from"} the kernel of this machine (${score})`,
  ];
  if (unrepeatable.length > 0)
    lines.push(
      `not judged, for the kernel does not repeat it: ${unrepeatable.map((item) => item.what).join(", ")}`,
    );
  if (differences.length > 0)
    lines.push(`the first of ${differences.length}:`, describeDifference(differences[0]!));
  return `${lines.join("\n")}\n`;
}

/** 0: agrees, 1: differs, 2: no verdict. */
export function verificationStatus(result: Verification): number {
  return result.verdict === "agrees" ? 0 : result.verdict === "differs" ? 1 : 2;
}
