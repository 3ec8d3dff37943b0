/** `npm run differential:shell`: random programs, judged by the bash of this machine. */
import { randomInt } from "node:crypto";
import { Command, InvalidArgumentError } from "commander";
import { describeDisagreement, runDifferential } from "./differential.ts";
import { whyNoBash } from "./real-bash.ts";

function wholeNumber(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError("a whole number is expected.");
  return Number(text);
}

const options = new Command("differential:shell")
  .description("Run random programs in the simulator's shell and in this machine's bash 5.2, and compare.")
  .option("--runs <n>", "programs", wholeNumber, 2000)
  .option(
    "--seed <n>",
    "of all programs, or `random`",
    (text) => (text === "random" ? randomInt(2 ** 31) : wholeNumber(text)),
    1,
  )
  .option("--path <text>", "leads to one program of the seed, as a disagreement names it")
  .option("--jobs <n>", "processes of bash at once", wholeNumber, 3)
  .parse()
  .opts<{ runs: number; seed: number; path?: string; jobs: number }>();

const cannot = whyNoBash();
if (cannot !== null) {
  process.stderr.write(`differential:shell: ${cannot}\n`);
  process.exitCode = 2;
} else {
  const begun = Date.now();
  process.stdout.write(`--seed ${options.seed}\n`);
  const { programs, tooLong, found } = await runDifferential({
    ...options,
    onFound: (one) => process.stdout.write(describeDisagreement(one)),
  });
  process.stdout.write(
    `--seed ${options.seed}: ${programs} programs, ${found.length} disagreements, ${tooLong} that bash did not end in time; ` +
      `${Math.round((Date.now() - begun) / 100) / 10} s\n`,
  );
  process.exitCode = found.length > 0 || programs === 0 ? 1 : 0;
}
