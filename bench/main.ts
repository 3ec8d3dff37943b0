/** `npm run bench -- --workload=W1 --log=on --json`; `npm run bench -- compare`, `startup` or `shell`. */
import { Command, InvalidArgumentError, Option } from "commander";
import { compare, formatComparison, LOG_ON } from "./compare.ts";
import { openRun } from "./engine.ts";
import { type Measurement, measure } from "./measure.ts";
import { measureShell } from "./shell.ts";
import { measureStartup } from "./startup.ts";
import { w1 } from "./workloads/w1.ts";
import type { Workload } from "./workloads/workload.ts";

const WORKLOADS: readonly Workload[] = [w1];

function workloadOf(name: string): Workload {
  const found = WORKLOADS.find((workload) => workload.name === name);
  if (found === undefined) {
    throw new InvalidArgumentError(
      `there are: ${WORKLOADS.map((one) => `${one.name} (${one.summary})`).join(", ")}.`,
    );
  }
  return found;
}

function countOf(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("a whole number from 1 is expected.");
  return Number(text);
}

function ratioOf(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError("a ratio such as 2.5 is expected.");
  return Number(text);
}

function formatMeasurement(one: Measurement): string {
  const log = one.log_octets === 0 ? "log off" : `log on (${(one.log_octets / 2 ** 20).toFixed(1)} MiB)`;
  return `${one.workload}, ${log}: ${one.frames_per_s} frames/s, ${one.events_per_s} events/s, ${one.frames_delivered} frames in ${one.wall_s.toFixed(3)} s, peak ${one.peak_rss_mb} MiB`;
}

/** Each workload once, small, with and without its log: proves that they work, measures nothing. */
async function smoke(): Promise<void> {
  for (const workload of WORKLOADS) {
    const options = { ...workload.defaults, messages: workload.smokeMessages, seed: 1, logFile: null };
    const off = await measure(workload, openRun, { ...options, log: false });
    const on = await measure(workload, openRun, { ...options, log: true });
    for (const key of ["frames_delivered", "events", "drops", "sim_s"] as const) {
      if (on[key] !== off[key])
        throw new Error(`${workload.name}: ${key} is ${on[key]} with the log and ${off[key]} without`);
    }
    if (on.frames_delivered < 2 * workload.smokeMessages)
      throw new Error(`${workload.name}: ${on.frames_delivered} frames`);
    if (on.log_octets === 0) throw new Error(`${workload.name}: the log is empty`);
    console.log(formatMeasurement(on));
  }
}

interface BenchFlags {
  readonly workload: Workload;
  readonly K?: number;
  readonly messages?: number;
  readonly seed: number;
  readonly log: "on" | "off";
  readonly logFile?: string;
  readonly json?: true;
  readonly smoke?: true;
}

const program = new Command("bench")
  .description(
    "Measures vethsim on the workloads that its peers run too; the clock stops after the log's last octet.",
  )
  .addOption(new Option("--workload <name>", "what to run").argParser(workloadOf).default(w1, w1.name))
  .option("--K <n>", "hosts, or bridges in a chain", countOf)
  .option("--messages <n>", "requests or datagrams in all", countOf)
  .option("--seed <n>", "seed of the run", countOf, 1)
  .addOption(
    new Option("--log <state>", "write the whole log to a file").choices(["on", "off"]).default("on"),
  )
  .option("--log-file <file>", "keep the log there")
  .option("--json", "print one JSON line, as the peers do")
  .option("--smoke", "run every workload once, small, and check that it did its work")
  .action(async (flags: BenchFlags) => {
    if (flags.smoke) return smoke();
    const measurement = await measure(flags.workload, openRun, {
      hosts: flags.K ?? flags.workload.defaults.hosts,
      messages: flags.messages ?? flags.workload.defaults.messages,
      seed: flags.seed,
      log: flags.log === "on",
      logFile: flags.logFile ?? null,
    });
    console.log(flags.json ? JSON.stringify(measurement) : formatMeasurement(measurement));
  });

program
  .command("compare")
  .description(
    "Alternates ns-3 (Debian's) and vethsim, with and without its log, and prints medians and ratios.",
  )
  .option("--rounds <n>", "measurements of each", countOf, 5)
  .option(
    "--at-least <ratio>",
    "fail if vethsim with its log gives fewer frames/s than so many times ns-3's",
    ratioOf,
  )
  .action((_, command: Command) => {
    const flags = command.optsWithGlobals<
      BenchFlags & { readonly rounds: number; readonly atLeast?: number }
    >();
    const { name, defaults } = flags.workload;
    const contestants = compare({
      workload: name,
      messages: flags.messages ?? defaults.messages,
      rounds: flags.rounds,
      self: process.argv[1]!,
      progress: (line) => console.error(line),
    });
    console.log(
      flags.json ? JSON.stringify({ workload: name, contestants }) : formatComparison(name, contestants),
    );
    const ratio = contestants.find((one) => one.name === LOG_ON)!.ratio;
    if (flags.atLeast !== undefined && ratio < flags.atLeast) {
      throw new Error(`${LOG_ON}: ${ratio.toFixed(2)} times ns-3's frames/s, not ${flags.atLeast}`);
    }
  });

program
  .command("startup")
  .description("Times the built command on a five-line script, from start to exit, beside Node alone.")
  .option("--rounds <n>", "starts of each", countOf, 15)
  .action((_, command: Command) => {
    const flags = command.optsWithGlobals<BenchFlags & { readonly rounds: number }>();
    const times = measureStartup(flags.rounds);
    if (flags.json) console.log(JSON.stringify({ startup: times }));
    else
      for (const one of times)
        console.log(
          `${one.name}: ${one.millisMedian.toFixed(0)} ms (spread ${(one.spread * 100).toFixed(0)} %)`,
        );
  });

program
  .command("shell")
  .description("Times the built command on scripts: from start to exit, and for each external command.")
  .option("--rounds <n>", "runs of each script", countOf, 7)
  .action((_, command: Command) => {
    const flags = command.optsWithGlobals<BenchFlags & { readonly rounds: number }>();
    const times = measureShell(flags.rounds);
    if (flags.json) console.log(JSON.stringify({ shell: times }));
    else
      for (const { name, value, unit, spread } of times)
        console.log(`${name}: ${value.toFixed(0)} ${unit} (spread ${(spread * 100).toFixed(0)} %)`);
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
