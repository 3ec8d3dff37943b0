/** Random scripts in the simulator and on the kernel of this machine: where they differ, the shortest script that still does. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutChances } from "./chance.ts";
import { compareRecordings, unstableParts } from "./compare.ts";
import { type Difference, describeDifference } from "./difference.ts";
import { Gate } from "./live/gate.ts";
import { recordLive } from "./live/record.ts";
import { randomScenario, scenarioText } from "./random-scenario.ts";
import { joinUnstable, type Pace, type Recording } from "./recording.ts";
import { toolDirectories } from "./scenarios.ts";
import { shrinkList } from "./shrink.ts";
import { simulateScript } from "./simulate.ts";

export interface DifferentialOptions {
  /** Of the first script; the others follow from it. */
  readonly seed: string;
  readonly runs: number;
  /** Scripts at once. @defaultValue 1 */
  readonly jobs?: number;
  /** Recordings that may be spent on making one script shorter; 0: leave it as it is. @defaultValue 40 */
  readonly shrinkRuns?: number;
  /** Where scripts that differ are kept. @defaultValue nowhere */
  readonly saveDir?: string;
  /** Told of each script when it is done. */
  readonly onDone?: (outcome: Outcome) => void;
}

export interface Outcome {
  /** Of this script alone: `--runs 1 --seed SEED` runs it again. */
  readonly seed: string;
  /** `unsteady`: the kernel differs from itself as well, or agreed when asked again. `failed`: there was nothing to compare. */
  readonly verdict: "agrees" | "unsteady" | "differs" | "failed";
  /** Statements, as short as they could be made. */
  readonly lines: readonly string[];
  readonly differences: readonly Difference[];
  /** Why there was nothing to compare. */
  readonly failure: string | null;
  readonly steps: number;
  readonly frames: number;
}

/** The first script has the seed itself, so that an outcome's seed reproduces it. */
export function scriptSeed(seed: string, run: number): string {
  return run === 0 ? seed : `${seed}.${run}`;
}

/** Outcomes in the order of the seeds. */
export async function runDifferential(options: DifferentialOptions): Promise<Outcome[]> {
  const scripts = new Gate(options.jobs ?? 1);
  const kernel = new Gate(options.jobs ?? 1);
  return Promise.all(
    Array.from({ length: options.runs }, (_, run) =>
      scripts.run(false, async () => {
        const outcome = await judgeSeed(scriptSeed(options.seed, run), kernel, options.shrinkRuns ?? 40);
        if (options.saveDir !== undefined) await save(options.saveDir, outcome);
        options.onDone?.(outcome);
        return outcome;
      }),
    ),
  );
}

async function judgeSeed(seed: string, gate: Gate, shrinkRuns: number): Promise<Outcome> {
  const lines = randomScenario(seed);
  const outcome = { seed, lines, differences: [], failure: null, steps: lines.length, frames: 0 };
  try {
    const first = await gate.run(false, () => recordLines(lines));
    const frames = first.frames.length;
    if ((await differencesFrom(first, lines)).length === 0) return { ...outcome, frames, verdict: "agrees" };
    const again = await gate.run(true, () => recordLines(lines));
    const unstable = joinUnstable(unstableParts(first, again));
    const left = await differencesFrom({ ...again, unstable }, lines);
    if (left.length === 0) return { ...outcome, frames, verdict: "unsteady" };
    // What a third recording does not show, a loaded machine did.
    const signatures = new Set((await differencesNow(lines, gate, true)).map(signature));
    if (!left.some((difference) => signatures.has(signature(difference))))
      return { ...outcome, frames, verdict: "unsteady" };
    const short = await shrink(lines, left, shrinkRuns, gate);
    return { ...outcome, ...short, frames, verdict: "differs" };
  } catch (error) {
    return { ...outcome, verdict: "failed", failure: (error as Error).stack ?? String(error) };
  }
}

/** What the simulator does not show at its own pace or at the kernel's, by one seed or another. */
async function differencesFrom(
  reference: Recording,
  lines: readonly string[],
): Promise<readonly Difference[]> {
  const compareAt = async (seed: string, pace?: Pace) => {
    const simulated = await simulateScript("random", scenarioText(lines), { freeze: true, pace, seed });
    return compareRecordings(reference, simulated.recording);
  };
  const first = await compareAt("1");
  const left = await withoutChances(first, ["1", "2", "3", "4"], reference.paces ?? [], compareAt);
  return left.differences;
}

async function recordLines(lines: readonly string[]): Promise<Recording> {
  const dir = await mkdtemp(join(tmpdir(), "vethsim-random-"));
  try {
    const path = join(dir, "random.sh");
    await writeFile(path, scenarioText(lines));
    return await recordLive(path, { limitSec: 60, path: toolDirectories() });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

// ---------------------------------------------------------------------------------------------- shrinking

interface Found {
  readonly lines: readonly string[];
  readonly differences: readonly Difference[];
}

/** Two scripts show the same difference when it is of one kind and in one command or table. */
function signature(difference: Difference): string {
  return `${difference.kind} ${difference.command ?? difference.where}`;
}

/** Leaves out statements as long as the first difference stays. @param budget recordings that may be made */
async function shrink(
  lines: readonly string[],
  differences: readonly Difference[],
  budget: number,
  gate: Gate,
): Promise<Found> {
  const wanted = signature(differences[0]!);
  let best: Found = { lines, differences };
  const stillShows = async (candidate: readonly string[]): Promise<boolean> => {
    const found = await differencesNow(candidate, gate);
    if (!found.some((difference) => signature(difference) === wanted)) return false;
    best = { lines: candidate, differences: found };
    return true;
  };
  if (budget === 0) return best;
  // What comes behind the difference is rarely its cause.
  const { step } = differences[0]!;
  const start = lines.slice(0, step ?? lines.length);
  const isEnough = start.length < lines.length && (await stillShows(start));
  await shrinkList(isEnough ? start : lines, budget - 1, stillShows);
  return best;
}

async function differencesNow(
  lines: readonly string[],
  gate: Gate,
  isExclusive = false,
): Promise<readonly Difference[]> {
  try {
    const reference = await gate.run(isExclusive, () => recordLines(lines));
    return await differencesFrom(reference, lines);
  } catch {
    return [];
  }
}

// ---------------------------------------------------------------------------------------------- telling

/** For people: what differs, and how to see it again. Empty if nothing does. */
export function describeOutcome(outcome: Outcome): string {
  const again = `run again: npm run differential -- --runs 1 --seed ${outcome.seed}`;
  if (outcome.verdict === "failed") return `${outcome.seed}: ${outcome.failure}\n${again}\n`;
  if (outcome.verdict !== "differs") return "";
  const script = outcome.lines.map((line) => `  ${line}`).join("\n");
  const shown = describeDifference(outcome.differences[0]!);
  return `${outcome.seed}, the first of ${outcome.differences.length}:\n${script}\n${shown}\n${again}\n`;
}

async function save(dir: string, outcome: Outcome): Promise<void> {
  if (outcome.verdict !== "differs" && outcome.verdict !== "failed") return;
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, `${outcome.seed}.sh`), scenarioText(outcome.lines));
  const text = outcome.differences.map(describeDifference).join("\n\n");
  await writeFile(join(dir, `${outcome.seed}.txt`), `${describeOutcome(outcome)}\n${text}\n`);
}
