/** Random programs in the simulator's shell and in this machine's bash: where they differ, the shortest program that still does. */
import fc from "fast-check";
import { type Answer, answerDiff } from "./answer.ts";
import { FILES, programs } from "./programs.ts";
import { RealBash } from "./real-bash.ts";
import { askSimulator } from "./simulated-bash.ts";

export interface DifferentialOptions {
  readonly seed: number;
  readonly runs: number;
  /** Processes of bash at once. @defaultValue 3 */
  readonly jobs?: number;
  /** Leads to one program of the seed: what a disagreement names. */
  readonly path?: string;
  /** Told of each disagreement when it is as short as it gets. */
  readonly onFound?: (found: Disagreement) => void;
}

export interface Disagreement {
  readonly seed: number;
  readonly path: string;
  readonly program: string;
  readonly expected: Answer;
  readonly actual: Answer;
}

export interface Outcome {
  readonly programs: number;
  /** Programs that bash did not end in time: nothing was compared. */
  readonly tooLong: number;
  readonly found: readonly Disagreement[];
}

/** So often bash must answer the same again before its answer counts against the simulator's. */
const AGAIN = 3;
/** Programs of one seed of fast-check: the first that disagrees ends them. */
const BATCH = 50;

/** Seed of a batch, so that two seeds of a whole run share none. */
function batchSeed(seed: number, batch: number): number {
  return (Math.imul(seed ^ 0x5bd1_e995, 0x9e37_79b1) + Math.imul(batch, 0x85eb_ca6b)) | 0;
}

export async function runDifferential(options: DifferentialOptions): Promise<Outcome> {
  const { seed, runs, jobs = 3, path } = options;
  const bash = new RealBash(jobs);
  const judge = new Judge(bash);
  const batches =
    path === undefined
      ? Array.from({ length: Math.ceil(runs / BATCH) }, (_, i) => ({
          seed: batchSeed(seed, i),
          numRuns: Math.min(BATCH, runs - i * BATCH),
        }))
      : [{ seed, numRuns: 1, path }];
  const found: Disagreement[] = [];
  const worker = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const one = await judge.run(batch);
      if (one === null) continue;
      found.push(one);
      options.onFound?.(one);
    }
  };
  try {
    await Promise.all(Array.from({ length: jobs }, worker));
  } finally {
    bash.close();
  }
  return { programs: judge.programs, tooLong: judge.tooLong, found };
}

class Judge {
  programs = 0;
  tooLong = 0;

  constructor(private readonly bash: RealBash) {}

  async run(batch: { seed: number; numRuns: number; path?: string }): Promise<Disagreement | null> {
    let isShrinking = false;
    const property = fc.asyncProperty(programs, async (program) => {
      if (!isShrinking) this.programs++;
      const agrees = (await this.compare(program)).diff.length === 0;
      isShrinking ||= !agrees;
      return agrees;
    });
    const details = await fc.check(property, batch);
    if (!details.failed || details.counterexample === null) return null;
    const [program] = details.counterexample;
    const { expected, actual } = await this.compare(program);
    return { seed: details.seed, path: details.counterexamplePath ?? "", program, expected, actual };
  }

  private async compare(
    program: string,
  ): Promise<Omit<Disagreement, "seed" | "path" | "program"> & { diff: string[] }> {
    const [asked, actual] = await Promise.all([this.bash.ask(program, FILES), askSimulator(program, FILES)]);
    if (asked === null) this.tooLong++;
    const expected = asked ?? actual;
    const diff = answerDiff(expected, actual);
    if (diff.length === 0 || isRace(program, expected, actual)) return { expected, actual, diff: [] };
    // A program that bash itself answers in several ways judges nothing.
    for (let i = 0; i < AGAIN; i++) {
      const again = await this.bash.ask(program, FILES);
      if (again === null || answerDiff(expected, again).length > 0) return { expected, actual, diff: [] };
    }
    return { expected, actual, diff };
  }
}

/** A job in the background: `&` that is no part of `&&`, `|&`, `&>`, `>&` or `<&`. */
const BACKGROUND = /(?<![&|<>])&(?![&>])/;

/** Whether the same lines came in another order, from processes that run side by side: the machine's scheduler chose it. */
export function isRace(program: string, expected: Answer, actual: Answer): boolean {
  if (!BACKGROUND.test(program)) return false;
  const sorted = ({ stdout, stderr, status }: Answer): Answer => {
    const sortLines = (text: string) => text.split("\n").sort().join("\n");
    return { stdout: sortLines(stdout), stderr: sortLines(stderr), status };
  };
  return answerDiff(sorted(expected), sorted(actual)).length === 0;
}

/** For people: the program, what differs, and how to see it again. */
export function describeDisagreement({ seed, path, program, expected, actual }: Disagreement): string {
  const indented = program.trimEnd().replaceAll("\n", "\n    ");
  const diff = answerDiff(expected, actual).map((line) => `  ${line}\n`);
  return `--- bash, +++ the simulator\n    ${indented}\n${diff.join("")}run again: npm run differential:shell -- --seed ${seed} --path ${path}\n\n`;
}
