/** `npm run differential`: random scripts, judged by the kernel of this machine. */
import { Command, InvalidArgumentError } from "commander";
import { describeOutcome, type Outcome, runDifferential } from "./differential.ts";
import { whyNotLive } from "./live/ability.ts";

interface Options {
  readonly runs: number;
  readonly seed?: string;
  readonly jobs: number;
  readonly shrink: number;
  readonly save?: string;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("a whole number is expected.");
  return Number(text);
}

const options = new Command("differential")
  .description(
    "Run random scripts in the simulator and on this machine's kernel (root on Linux), and compare.",
  )
  .option("--runs <n>", "scripts", wholeNumber, 8)
  .option("--seed <text>", "of the first script; without it, the day is")
  .option("--jobs <n>", "scripts at once", wholeNumber, 2)
  .option("--shrink <n>", "recordings to spend on making a script that differs shorter", wholeNumber, 40)
  .option("--save <directory>", "where scripts that differ are kept")
  .parse()
  .opts<Options>();

const cannot = whyNotLive();
if (cannot !== null) {
  process.stderr.write(`differential: this machine cannot record a kernel: ${cannot}\n`);
  process.exitCode = 2;
} else {
  const seed = options.seed ?? new Date().toISOString().slice(0, 10);
  const begun = Date.now();
  const outcomes = await runDifferential({
    seed,
    runs: options.runs,
    jobs: Math.max(1, options.jobs),
    shrinkRuns: options.shrink,
    ...(options.save === undefined ? {} : { saveDir: options.save }),
    onDone: (outcome) => process.stdout.write(describeOutcome(outcome)),
  });
  const count = (verdict: Outcome["verdict"]) =>
    outcomes.filter((outcome) => outcome.verdict === verdict).length;
  const sum = (key: "steps" | "frames") => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  process.stdout.write(
    `--seed ${seed}: ${outcomes.length} scripts with ${sum("steps")} statements and ${sum("frames")} frames: ` +
      `${count("agrees")} agree, ${count("differs")} differ, ${count("failed")} failed, ` +
      `${count("unsteady")} where the kernel is not steady; ${Math.round((Date.now() - begun) / 1000)} s\n`,
  );
  process.exitCode = count("differs") + count("failed") > 0 ? 1 : 0;
}
