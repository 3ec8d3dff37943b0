/**
 * vethsim against its peers in one run: measurements alternate, so that whatever else the machine does falls on all of them.
 * Each is a process of its own.
 */
import { spawnSync } from "node:child_process";
import type { Measurement } from "./measure.ts";
import { buildNs3 } from "./peers/ns3.ts";
import { median, spread } from "./statistics.ts";

/** Name of the contestant that writes its whole log to a file. */
export const LOG_ON = "vethsim, log on";

export interface CompareOptions {
  readonly workload: string;
  readonly messages: number;
  readonly rounds: number;
  /** The bundle that runs now: its children measure vethsim. */
  readonly self: string;
  /** Called after each measurement. */
  readonly progress: (line: string) => void;
}

export interface Contestant {
  readonly name: string;
  readonly runs: readonly Measurement[];
  readonly framesPerSecond: number;
  /** Between the slowest and the fastest run, as a share of the median. */
  readonly spread: number;
  readonly peakMiB: number;
  /** Frames per second as a multiple of the first contestant's. */
  readonly ratio: number;
}

function measureOnce(name: string, argv: readonly string[]): Measurement {
  const { status, stdout, stderr } = spawnSync(argv[0]!, argv.slice(1), {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`${name} ended with status ${status}: ${argv.join(" ")}\n${stderr}`);
  const measurement = JSON.parse(stdout) as Measurement;
  if (measurement.frames_delivered < 2 * measurement.datagrams || measurement.datagrams === 0) {
    throw new Error(`${name} did not do the work: ${stdout}`);
  }
  return measurement;
}

export function compare({
  workload,
  messages,
  rounds,
  self,
  progress,
}: CompareOptions): readonly Contestant[] {
  const own = (log: string) => [
    process.execPath,
    self,
    `--workload=${workload}`,
    `--messages=${messages}`,
    `--log=${log}`,
    "--json",
  ];
  const field = [
    {
      name: "ns3",
      argv: [buildNs3(workload), `--workload=${workload}`, `--msgs=${messages}`],
      runs: [] as Measurement[],
    },
    { name: LOG_ON, argv: own("on"), runs: [] as Measurement[] },
    { name: "vethsim, log off", argv: own("off"), runs: [] as Measurement[] },
  ];
  for (let round = 1; round <= rounds; round++) {
    for (const { name, argv, runs } of field) {
      const measurement = measureOnce(name, argv);
      runs.push(measurement);
      progress(`${round}/${rounds} ${name}: ${measurement.frames_per_s} frames/s`);
    }
  }
  const rate = (runs: readonly Measurement[]) => median(runs.map((run) => run.frames_per_s));
  const base = rate(field[0]!.runs);
  return field.map(({ name, runs }) => ({
    name,
    runs,
    framesPerSecond: rate(runs),
    spread: spread(runs.map((run) => run.frames_per_s)),
    peakMiB: median(runs.map((run) => run.peak_rss_mb)),
    ratio: rate(runs) / base,
  }));
}

export function formatComparison(workload: string, contestants: readonly Contestant[]): string {
  const rows = contestants.map((one) => [
    one.name,
    `${Math.round(one.framesPerSecond / 1000)}k`,
    `${(one.spread * 100).toFixed(1)} %`,
    one.peakMiB.toFixed(1),
    `${one.ratio.toFixed(2)}x`,
  ]);
  const table = [[workload, "frames/s", "spread", "peak MiB", "ratio"], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  ");
  return `${table.map(line).join("\n")}\n`;
}
