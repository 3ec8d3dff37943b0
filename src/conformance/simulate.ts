/** The simulator as a recorder: runs a scenario statement by statement and writes what a recorder of a kernel writes. */
import { mkdir, readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { capturedFrames, frameLine } from "../capture/frames.ts";
import { assert } from "../core/assert.ts";
import { type Nanos, NS_PER_SEC, NS_PER_US } from "../core/nanos.ts";
import type { Result } from "../core/result.ts";
import { KIND } from "../events/kinds.ts";
import { LogReader } from "../events/log-reader.ts";
import { type LogSink, MemorySink } from "../events/log-sink.ts";
import type { BodyOf, NetnsId, Operation, ReplyOf } from "../events/requests.ts";
import type { Limits } from "../scheduler/scheduler.ts";
import { RunHost } from "../shell/run-host.ts";
import { Shell, type ShellOptions, splitStatements, type TakeOutput } from "../shell/shell.ts";
import { FINAL_DUMPS } from "./final-dumps.ts";
import {
  type DropCounts,
  type FinalTables,
  type FrameRecord,
  NOTHING_UNSTABLE,
  type Pace,
  type Recording,
  type Step,
  writeRecording,
} from "./recording.ts";
import { seededShell } from "./shell-seed.ts";

export interface SimulateOptions {
  /** @defaultValue "1" */
  readonly seed?: string;
  /** Where the log goes, too. */
  readonly log?: LogSink;
  readonly freeze?: boolean;
  readonly limits?: Partial<Limits>;
  /** `$1`, `$2`, ... */
  readonly args?: readonly string[];
  /** Virtual time at which the run is given up. @defaultValue 1 hour */
  readonly until?: Nanos;
  /** @defaultValue 1,000,000 */
  readonly maxCommands?: number;
  readonly commandCost?: Nanos;
  /** What does not begin before its time. @defaultValue everything follows at once */
  readonly pace?: Pace | undefined;
  /** Told of what the script prints, as it comes. */
  readonly stdout?: TakeOutput;
  readonly stderr?: TakeOutput;
  readonly yieldToHost?: () => Promise<void>;
  /** Told of the run's host before anything runs. */
  readonly onHost?: (host: RunHost) => void;
}

export interface Simulated {
  readonly recording: Recording;
  /** Exit status of the script. */
  readonly status: number;
}

const UNTIL: Nanos = 3600 * NS_PER_SEC;
const COMMANDS_MAX = 1_000_000;
/** What recorders call the script. */
const SCRIPT_NAME = "scenario.sh";

/** Runs a scenario and writes its recording to `outDir`. Rejects with a `ScriptError` when the run has to be given up. */
export async function simulateScenario(
  scriptPath: string,
  outDir: string,
  options: SimulateOptions = {},
): Promise<number> {
  const own = basename(scriptPath, ".sh");
  const name = own === "scenario" ? basename(dirname(scriptPath)) : own;
  const { recording, status } = await simulateScript(name, await readFile(scriptPath, "utf8"), options);
  await mkdir(outDir, { recursive: true });
  await writeRecording(outDir, recording);
  return status;
}

/** Runs the text of a scenario. */
export async function simulateScript(
  name: string,
  text: string,
  options: SimulateOptions = {},
): Promise<Simulated> {
  const memory = new MemorySink();
  const host = new WatchedHost({
    seed: options.seed ?? "1",
    log: bothSinks(memory, options.log),
    freeze: options.freeze ?? false,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  });
  options.onHost?.(host);
  try {
    host.run.noteScript(SCRIPT_NAME, text);
    const steps = await runSteps(host, text, options);
    const final = await dumpAll(host, options);
    host.run.close();
    const status = steps.findLast((step) => step.rc !== null)?.rc ?? 0;
    const log = new LogReader(memory.bytes());
    const problem = log.verify()[0];
    assert(problem === undefined, `a log just written is whole: ${problem?.message}`);
    const frames = recordedFrames(log);
    const drops = recordedDrops(log);
    const recording = { name, scenario: text, steps, frames, final, drops, unstable: NOTHING_UNSTABLE };
    return { recording, status };
  } finally {
    host.run.close();
  }
}

/** Notes which processes have ended. */
class WatchedHost extends RunHost {
  readonly ended = new Set<number>();

  override request<Op extends Operation>(netns: NetnsId, op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    if (op === "EXIT") this.ended.add((body as BodyOf<"EXIT">).pid);
    return super.request(netns, op, body);
  }
}

async function runSteps(host: WatchedHost, text: string, options: SimulateOptions): Promise<Step[]> {
  const shell = new Shell(host, shellOptions(host, options));
  const steps: Step[] = [];
  for (const [i, { text: cmd, line }] of splitStatements(text).entries()) {
    // The object is kept: what a background job prints later belongs to the step that started it.
    const step = {
      n: i + 1,
      t: null as number | null,
      t_end: null as number | null,
      rc: null as number | null,
      bg: cmd.trimEnd().endsWith("&"),
      cmd,
      stdout: "",
      stderr: "",
    };
    steps.push(step);
    if (host.ended.has(shell.pid)) continue;
    const notBefore = nanos(options.pace?.steps[i] ?? 0);
    step.t = seconds(Math.max(host.now, notBefore));
    const status = await shell.runStatement(cmd, {
      line,
      notBefore,
      stdout: (out, at) => {
        step.stdout += out;
        options.stdout?.(out, at);
      },
      stderr: (out, at) => {
        step.stderr += out;
        options.stderr?.(out, at);
      },
    });
    step.t_end = seconds(host.now);
    step.rc = isOnlyComment(cmd) ? 0 : status;
  }
  // What an EXIT trap prints belongs to no step.
  const { stdout = () => {}, stderr = () => {} } = options;
  await shell.end({ stdout, stderr });
  return steps;
}

function shellOptions(host: RunHost, options: SimulateOptions): ShellOptions {
  return {
    name: SCRIPT_NAME,
    args: options.args ?? [],
    stdout: () => {},
    stderr: () => {},
    until: options.until ?? UNTIL,
    maxCommands: options.maxCommands ?? COMMANDS_MAX,
    seedRandom: seededShell(host.run.seed),
    ...(options.commandCost === undefined ? {} : { commandCost: options.commandCost }),
    ...(options.yieldToHost === undefined ? {} : { yieldToHost: options.yieldToHost }),
  };
}

/** A recorder's `eval` of nothing but comments gives 0. */
function isOnlyComment(cmd: string): boolean {
  return cmd.split("\n").every((line) => /^\s*(#|$)/.test(line));
}

/** The tables of every namespace that has a name, by name. */
async function dumpAll(host: RunHost, options: SimulateOptions): Promise<Map<string, FinalTables>> {
  const final = new Map<string, FinalTables>();
  const listed = host.request(0, "NETNS_LIST", {});
  const names = listed.ok ? listed.value.map((one) => one.name).sort() : [];
  const dump = async (name: string, netns: NetnsId) => {
    final.set(name, await dumpTables(host, netns, name, options));
  };
  await dump("main", 0);
  for (const name of names) {
    const opened = host.request(0, "NETNS_OPEN", { name });
    if (opened.ok) await dump(name, opened.value.netns);
  }
  return final;
}

async function dumpTables(
  host: RunHost,
  netns: NetnsId,
  name: string,
  options: SimulateOptions,
): Promise<FinalTables> {
  // The limits were the script's.
  const { until: _, ...rest } = shellOptions(host, options);
  const shell = new Shell(host, { ...rest, netns });
  const tables = new Map<string, string>();
  for (const { file, command } of FINAL_DUMPS) {
    let text = "";
    const notBefore = nanos(options.pace?.dumps.get(`${name}/${file}`) ?? 0);
    await shell.runStatement(command, { stdout: (out) => (text += out), stderr: () => {}, notBefore });
    tables.set(file, text);
  }
  return tables;
}

function recordedFrames(log: LogReader): FrameRecord[] {
  const frames: FrameRecord[] = [];
  for (const frame of capturedFrames(log.rows(), { namedOnly: true }))
    frames.push(JSON.parse(frameLine(frame)) as FrameRecord);
  return frames;
}

function recordedDrops(log: LogReader): DropCounts {
  const counts: Record<string, number> = {};
  for (const { kind, reasonName } of log.rows())
    if (kind === KIND.drop) counts[reasonName] = (counts[reasonName] ?? 0) + 1;
  return counts;
}

function nanos(time: number): Nanos {
  return Math.round(time * NS_PER_SEC);
}

function seconds(time: Nanos): number {
  return Math.round(time / NS_PER_US) / (NS_PER_SEC / NS_PER_US);
}

function bothSinks(first: LogSink, second: LogSink | undefined): LogSink {
  if (second === undefined) return first;
  return {
    write: (bytes) => {
      first.write(bytes);
      second.write(bytes);
    },
  };
}
