/**
 * One measurement: one process, one JSON line in the form that the peers print. The clock starts when the topology stands and
 * stops when the last octet of the log is in its file.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenRun } from "./engine.ts";
import type { Workload, WorkloadOptions } from "./workloads/workload.ts";

/** Keys are the peers': `wall_s` in seconds, `*_mb` in MiB. */
export interface Measurement {
  readonly workload: string;
  readonly peer: string;
  readonly params: Readonly<Record<string, string | number>>;
  readonly frames_delivered: number;
  readonly events: number;
  readonly wall_s: number;
  readonly frames_per_s: number;
  readonly events_per_s: number;
  readonly peak_rss_mb: number;
  readonly setup_s: number;
  readonly cpu_s: number;
  readonly datagrams: number;
  readonly drops: number;
  readonly sim_s: number;
  readonly rss_empty_mb: number;
  readonly rss_built_mb: number;
  readonly rss_end_mb: number;
  readonly hosts: number;
  readonly log_octets: number;
}

export interface MeasureOptions extends WorkloadOptions {
  readonly seed: number;
  readonly log: boolean;
  /** Keep the log in this file; null: a temporary one, removed. */
  readonly logFile: string | null;
}

function residentMiB(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

/** Peak since exec(2). `maxRSS` would count what the launching process had resident before. */
function peakMiB(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024; // not Linux
  }
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

export async function measure(
  workload: Workload,
  openRun: OpenRun,
  options: MeasureOptions,
): Promise<Measurement> {
  const temporary =
    options.log && options.logFile === null ? mkdtempSync(join(tmpdir(), "vethsim-bench-")) : null;
  const logPath = !options.log ? null : (options.logFile ?? join(temporary!, "run.log"));
  try {
    const rssEmpty = residentMiB();
    const begun = performance.now();
    const run = openRun({ seed: options.seed, logPath });
    const prepared = workload.prepare(run, options);
    const before = run.totals();
    const rssBuilt = residentMiB();
    const simBegun = run.host.now;
    const cpuBegun = process.cpuUsage();
    const started = performance.now();
    const datagrams = prepared.run();
    await run.close();
    const wall = (performance.now() - started) / 1000;
    const cpu = process.cpuUsage(cpuBegun);
    const after = run.totals();
    const frames = after.framesDelivered - before.framesDelivered;
    const events = after.events - before.events;
    return {
      workload: workload.name,
      peer: "vethsim",
      params: {
        K: options.hosts,
        msgs: options.messages,
        link: "veth",
        arp: "dynamic",
        log: options.log ? "on" : "off",
      },
      frames_delivered: frames,
      events,
      wall_s: rounded(wall, 6),
      frames_per_s: Math.round(frames / wall),
      events_per_s: Math.round(events / wall),
      peak_rss_mb: rounded(peakMiB(), 1),
      setup_s: rounded((started - begun) / 1000, 4),
      cpu_s: rounded((cpu.user + cpu.system) / 1e6, 4),
      datagrams,
      drops: after.drops - before.drops,
      sim_s: rounded((run.host.now - simBegun) / 1e9, 6),
      rss_empty_mb: rounded(rssEmpty, 2),
      rss_built_mb: rounded(rssBuilt, 2),
      rss_end_mb: rounded(residentMiB(), 2),
      hosts: options.hosts,
      log_octets: logPath === null ? 0 : statSync(logPath).size,
    };
  } finally {
    if (temporary !== null) rmSync(temporary, { recursive: true, force: true });
  }
}
