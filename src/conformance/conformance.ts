/** Runs scenarios in the simulator and judges each by a recording of the kernel. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Comparison, compareRecordings } from "./compare.ts";
import { type Difference, describeDifference } from "./difference.ts";
import { Gate } from "./live/gate.ts";
import { joinUnstable, readRecording } from "./recording.ts";
import { type Scenario, toolDirectories, type Waiting, waitsAsWhole, withIpv6 } from "./scenarios.ts";
import { type SimulatorRunner, simulate, verify } from "./verify.ts";

export type Verdict = "agrees" | "differs" | "waits" | "failed";

export interface ScenarioReport {
  readonly name: string;
  /** `waits`: it differs, and is not expected to agree yet. `failed`: there was nothing to compare. */
  readonly verdict: Verdict;
  /** Null: it failed. */
  readonly comparison: Comparison | null;
  /** What it waits for: the whole of it, or parts. */
  readonly mechanisms: readonly string[];
  /** Why it failed. */
  readonly failure: string | null;
}

export interface ConformanceOptions {
  readonly scenarios: readonly Scenario[];
  readonly waiting: readonly Waiting[];
  /** Record the kernel of this machine afresh instead of reading recordings. @defaultValue false */
  readonly isLive?: boolean;
  /** Leave IPv6 on where a scenario switches it off; needs `isLive`, since recordings have it off. @defaultValue false */
  readonly isIpv6On?: boolean;
  /** Scenarios that run at once. @defaultValue 1 */
  readonly jobs?: number;
  /** Told of each scenario when it is done, in the order of ending. */
  readonly onDone?: (report: ScenarioReport) => void;
}

/** Reports in the order of the scenarios. */
export async function runConformance(
  runner: SimulatorRunner,
  options: ConformanceOptions,
): Promise<ScenarioReport[]> {
  const gate = new Gate(options.jobs ?? 1);
  const kernelGate = new Gate(options.jobs ?? 1);
  return Promise.all(
    options.scenarios.map((scenario) =>
      gate.run(false, async () => {
        const report = await judgeScenario(scenario, runner, options, kernelGate);
        options.onDone?.(report);
        return report;
      }),
    ),
  );
}

async function judgeScenario(
  scenario: Scenario,
  runner: SimulatorRunner,
  options: ConformanceOptions,
  kernelGate: Gate,
): Promise<ScenarioReport> {
  const waiting = options.waiting.filter((item) => item.scenario === scenario.name);
  const mechanisms = [...new Set(waiting.map((item) => item.mechanism))];
  const { isIpv6On = false } = options;
  const isWaiting = waiting.some(waitsAsWhole);
  const failed = (failure: string): ScenarioReport => ({
    name: scenario.name,
    verdict: isWaiting ? "waits" : "failed",
    comparison: null,
    mechanisms,
    failure,
  });
  try {
    const script = join(scenario.dir, "scenario.sh");
    const stored = await readRecording(scenario.dir);
    const unjudged = joinUnstable(stored.unstable, ...waiting);
    let comparison: Comparison;
    if (options.isLive) {
      const how = { gate: kernelGate, path: toolDirectories(), unjudged };
      const result = isIpv6On
        ? await withChangedScript(script, withIpv6, (changed) => verify(changed, runner, how))
        : await verify(script, runner, how);
      if (result.verdict === "impossible") return failed(result.cannot);
      comparison = result.comparison;
    } else {
      comparison = compareRecordings({ ...stored, unstable: unjudged }, await simulate(script, runner));
    }
    const verdict = comparison.differences.length === 0 ? "agrees" : isWaiting ? "waits" : "differs";
    return { name: scenario.name, verdict, comparison, mechanisms, failure: null };
  } catch (error) {
    return failed((error as Error).message);
  }
}

/** Hands over a copy of a script, of the same name, that is gone afterwards. */
async function withChangedScript<T>(
  path: string,
  change: (script: string) => string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), "vethsim-script-"));
  try {
    const copy = join(dir, basename(path));
    await writeFile(copy, change(await readFile(path, "utf8")));
    return await use(copy);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** 1 when something that should agree does not. */
export function exitStatus(reports: readonly ScenarioReport[]): number {
  return reports.some((report) => report.verdict === "differs" || report.verdict === "failed") ? 1 : 0;
}

/** The table, then what waits, then the first difference of each scenario that should agree. */
export function formatReports(reports: readonly ScenarioReport[]): string {
  const rows = reports.map((report) => {
    const { comparison } = report;
    const score = (part: "steps" | "frames" | "tables") =>
      comparison === null ? "-" : `${comparison[part].equal}/${comparison[part].total}`;
    const note = report.mechanisms.length > 0 ? ` (${report.mechanisms.join(", ")})` : "";
    return [report.name, score("steps"), score("frames"), score("tables"), `${report.verdict}${note}`];
  });
  const head = ["scenario", "steps", "frames", "tables", "verdict"];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === 0 || i === 4 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  ")
      .trimEnd();
  const lines = [
    line(head),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map(line),
    "",
    summary(reports),
  ];
  for (const report of reports) {
    if (report.verdict === "failed") lines.push("", `${report.name}: ${report.failure}`);
    if (report.verdict !== "differs") continue;
    const { differences } = report.comparison!;
    lines.push(
      "",
      `${report.name}, the first of ${differences.length}:`,
      describeDifference(differences[0] as Difference),
    );
  }
  return `${lines.join("\n")}\n`;
}

function summary(reports: readonly ScenarioReport[]): string {
  const count = (verdict: Verdict) => reports.filter((report) => report.verdict === verdict).length;
  const early = reports.filter((report) => report.verdict === "agrees" && report.mechanisms.length > 0);
  const text = `${count("agrees")} agree, ${count("differs")} differ, ${count("failed")} failed, ${count("waits")} wait`;
  return early.length === 0
    ? text
    : `${text}; agree although listed in waiting.json: ${early.map((r) => r.name).join(", ")}`;
}
