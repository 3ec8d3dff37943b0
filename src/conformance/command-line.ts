/** The command line of the conformance runner: `npm run conformance [-- NAMES]`. */
import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { exitStatus, formatReports, runConformance } from "./conformance.ts";
import { whyNotLive } from "./live/ability.ts";
import { findScenarios, readWaiting, type Sample, selectScenarios, takeSample } from "./scenarios.ts";
import type { SimulatorRunner } from "./verify.ts";

interface Options {
  readonly live?: boolean;
  readonly ipv6?: boolean;
  readonly jobs: number;
  /** True: given without a value. */
  readonly sample?: readonly [number, number] | true;
  readonly seed?: string;
  readonly json?: boolean;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("a whole number from 1 on is expected.");
  return Number(text);
}

function samplePart(text: string): [number, number] {
  const match = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text);
  if (match === null || Number(match[1]) > Number(match[2]))
    throw new InvalidArgumentError("K/N with 1 <= K <= N is expected.");
  return [Number(match[1]), Number(match[2])];
}

/** Another day, another part: in time all scenarios have their turn. */
function sampleOf(options: Options): Sample | null {
  if (options.sample === undefined) return null;
  const [part, of] = options.sample === true ? [1, 16] : options.sample;
  return { part, of, seed: options.seed ?? new Date().toISOString().slice(0, 10) };
}

function program(): Command {
  return new Command("conformance")
    .description("Run scenarios in the simulator and judge them by recordings of a Linux kernel.")
    .argument("[names...]", "numbers or parts of names; none: all scenarios")
    .option("--live", "record the kernel of this machine afresh (root on Linux)")
    .option("--ipv6", "leave IPv6 on where a scenario switches it off (with --live)")
    .option("--jobs <n>", "scenarios at once", wholeNumber, availableParallelism())
    .option("--sample [k/n]", "only part K of N; without a value: 1/16", samplePart)
    .option("--seed <text>", "deals the scenarios out to the parts of --sample; else the day does")
    .option("--json", "print the reports as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  npm run conformance\n  npm run conformance -- 01 21 arp\n  npm run conformance -- --live --sample 1/5 --seed 7",
    );
}

/** @returns the exit status: 0 all that should agree does, 1 something does not, 2 nothing could be run */
export async function conformanceMain(argv: readonly string[], runner: SimulatorRunner): Promise<number> {
  const command = program().parse(argv, { from: "user" });
  const options = command.opts<Options>();
  const cannot = options.live ? whyNotLive() : null;
  if (cannot !== null) {
    process.stderr.write(`conformance: this machine cannot record a kernel: ${cannot}\n`);
    return 2;
  }
  if (options.ipv6 && !options.live) {
    process.stderr.write("conformance: --ipv6 needs --live: recordings have IPv6 switched off\n");
    return 2;
  }
  const { chosen, unknown } = selectScenarios(findScenarios(), command.args);
  if (unknown.length > 0 || chosen.length === 0) {
    process.stderr.write(`conformance: no scenario is called ${unknown.join(", ") || "anything"}\n`);
    return 2;
  }
  const sample = sampleOf(options);
  if (sample !== null && !options.json)
    process.stdout.write(`--sample ${sample.part}/${sample.of} --seed ${sample.seed}

`);
  const scenarios = sample === null ? chosen : takeSample(chosen, sample);
  const reports = await runConformance(runner, {
    scenarios,
    waiting: readWaiting(),
    isLive: options.live ?? false,
    isIpv6On: options.ipv6 ?? false,
    jobs: options.jobs,
  });
  process.stdout.write(options.json ? `${JSON.stringify(reports, null, 1)}\n` : formatReports(reports));
  return exitStatus(reports);
}
