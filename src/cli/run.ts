/** `vethsim run SCRIPT`. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { seededShell } from "../conformance/shell-seed.ts";
import { type Nanos, NS_PER_SEC } from "../core/nanos.ts";
import { decode } from "../core/octets.ts";
import type { LogSink } from "../events/log-sink.ts";
import { EndlessRunError } from "../scheduler/scheduler.ts";
import { ScriptError } from "../shell/errors.ts";
import type { Host } from "../shell/host.ts";
import { RunHost } from "../shell/run-host.ts";
import { Shell, type TakeOutput } from "../shell/shell.ts";
import { Divergence } from "../simulation/log-follower.ts";
import type { Run } from "../simulation/run.ts";
import { deviceName } from "./device-label.ts";
import { fileError, type Io, UsageError } from "./io.ts";
import { withLog } from "./log-file.ts";
import { RunOutputs } from "./run-outputs.ts";
import { formatSummary, type RunSummary } from "./tally.ts";

export interface RunFlags {
  readonly seed: string;
  readonly log?: string;
  readonly pcap?: string;
  readonly record?: string;
  readonly until: Nanos;
  readonly maxCommands: number;
  /** Octets. */
  readonly maxOutput: number;
  readonly commandCost: Nanos;
  /** Folders to mount; true: the script's own. */
  readonly mount?: readonly (string | true)[];
  /** Log to go on from, and the instant. */
  readonly fork?: string;
  readonly at?: Nanos;
  readonly freeze?: true;
  readonly timestamps?: true;
  readonly summary?: true;
  readonly json?: true;
}

const STATUS_INTERRUPTED = 128 + 2;
const STATUS_GIVEN_UP = 2;
/** Wall time after which the event loop gets a turn, so that Ctrl-C is noticed. */
const TURN_MS = 5;

/** @returns the script's exit status, or 2 when the run had to be given up */
export async function run(script: string, args: readonly string[], flags: RunFlags, io: Io): Promise<number> {
  if (flags.at !== undefined && flags.fork === undefined)
    throw new UsageError("--at needs --fork, the log whose instant it names");
  const begun = performance.now();
  const text = readScript(script, io);
  const hasSummary = flags.summary === true || flags.json === true || io.isErrTerminal;
  const outputs = await RunOutputs.open(flags, hasSummary);
  let host: Driven | null = null;
  const session: Session = {
    script,
    name: script === "-" ? "bash" : script,
    text,
    args,
    flags,
    io,
    outputs,
    onHost: (one) => {
      host = one;
    },
  };
  const stop = io.onInterrupt(() => {
    closeAll(host, outputs);
    io.exit(STATUS_INTERRUPTED);
  });
  let status: number;
  try {
    status = await (flags.record === undefined ? runWhole(session) : runRecorded(session, flags.record));
  } catch (error) {
    const message = givenUp(error, host);
    if (message === null) throw error;
    io.stderr(`vethsim: ${message}\n`);
    status = STATUS_GIVEN_UP;
  } finally {
    stop();
    closeAll(host, outputs);
  }
  if (hasSummary) {
    const wall = performance.now() - begun;
    io.stderr(summaryText(outputs, (host as Driven | null)?.now ?? 0, wall, status, flags.json === true));
  }
  return status;
}

/** A world that a script drives; its run may only come with the instant of a fork. */
interface Driven {
  readonly run: Run | null;
  readonly now: Nanos;
}

interface Session {
  /** As it was named on the command line. */
  readonly script: string;
  readonly name: string;
  readonly text: string;
  readonly args: readonly string[];
  readonly flags: RunFlags;
  readonly io: Io;
  readonly outputs: RunOutputs;
  readonly onHost: (host: Driven) => void;
}

function readScript(script: string, io: Io): string {
  if (script === "-") return io.readStdin();
  try {
    return decode(readFileSync(script));
  } catch (error) {
    throw fileError(script, error);
  }
}

async function runWhole(session: Session): Promise<number> {
  const { name, text, flags, onHost } = session;
  if (flags.fork !== undefined) return runForked(session, flags.fork);
  const host = new RunHost({ seed: flags.seed, ...runOptions(session) });
  onHost(host);
  // No path may enter the log.
  host.run.noteScript(basename(name), text);
  return runShell(session, host, flags.seed);
}

function runOptions({ flags, outputs }: Session): { freeze: boolean; log?: LogSink } {
  return { freeze: isFreezing(flags), ...(outputs.log === null ? {} : { log: outputs.log }) };
}

/** Runs the script against the answers of a log up to an instant, and from there on live. */
async function runForked(session: Session, path: string): Promise<number> {
  const { flags, onHost } = session;
  if (flags.at === undefined)
    throw new UsageError("--fork needs --at, the virtual time from which the world is live");
  const { ForkHost, ScriptDivergence } = await import("../shell/fork-host.ts");
  return withLog(path, async ({ reader }) => {
    try {
      const host = new ForkHost(reader, flags.at!, runOptions(session));
      onHost(host);
      return await runShell(session, host, reader.header?.seed ?? flags.seed);
    } catch (error) {
      // The shell names the command that was running in front of what went wrong.
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      if (cause instanceof ScriptDivergence || cause instanceof Divergence)
        throw new UsageError(`${path}: ${cause.message}`);
      throw error;
    }
  });
}

async function runShell(session: Session, host: Host, seed: string): Promise<number> {
  const { name, text, args, flags } = session;
  const mounted = flags.mount ?? [];
  const { mountsOf, SCRIPT_PLACE } = await import("./mount.ts");
  const isOwn = mounted.includes(true);
  const shell = new Shell(host, {
    // In the mounted folder the script is called as one would call it there, so that it finds what is beside it.
    name: isOwn && name !== "bash" ? `./${basename(name)}` : name,
    ...(isOwn ? { cwd: SCRIPT_PLACE } : {}),
    ...(mounted.length === 0 ? {} : { mounts: mountsOf(mounted, session.script, session.io) }),
    args,
    ...outputOf(session),
    until: flags.until,
    maxCommands: flags.maxCommands,
    limits: { outputOctets: flags.maxOutput },
    commandCost: flags.commandCost,
    seedRandom: seededShell(seed),
    yieldToHost: turnGiver(),
  });
  return shell.run(text);
}

async function runRecorded(session: Session, dir: string): Promise<number> {
  const { name, text, args, flags, outputs, onHost } = session;
  const { simulateScript } = await import("../conformance/simulate.ts");
  const { writeRecording } = await import("../conformance/recording.ts");
  const { recording, status } = await simulateScript(basename(name, ".sh"), text, {
    seed: flags.seed,
    freeze: isFreezing(flags),
    args,
    ...(outputs.log === null ? {} : { log: outputs.log }),
    until: flags.until,
    maxCommands: flags.maxCommands,
    commandCost: flags.commandCost,
    ...outputOf(session),
    yieldToHost: turnGiver(),
    onHost,
  });
  await writeRecording(dir, recording).catch((error: unknown) => {
    throw fileError(dir, error);
  });
  return status;
}

function isFreezing(flags: RunFlags): boolean {
  return flags.freeze === true || process.env.VETHSIM_FREEZE === "1";
}

function outputOf({ flags, io }: Session): { readonly stdout: TakeOutput; readonly stderr: TakeOutput } {
  if (flags.timestamps !== true) return io;
  return { stdout: stamping(io.stdout), stderr: stamping(io.stderr) };
}

/** Puts in front of each line the virtual time at which it was begun. */
function stamping(write: (text: string) => void): TakeOutput {
  let isAtStart = true;
  return (text, at) => {
    const stamp = `[${(at / NS_PER_SEC).toFixed(6).padStart(12)}] `;
    write((isAtStart ? stamp : "") + text.replace(/\n(?!$)/g, `\n${stamp}`));
    isAtStart = text.endsWith("\n");
  };
}

function turnGiver(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    last = performance.now();
  };
}

function closeAll(host: Driven | null, outputs: RunOutputs): void {
  try {
    host?.run?.close();
  } finally {
    outputs.close();
  }
}

/** Why a run ended before its script did; null: a bug. */
export function givenUp(error: unknown, host: Driven | null): string | null {
  if (error instanceof UsageError || error instanceof ScriptError) return error.message;
  const run = host?.run;
  if (!(error instanceof EndlessRunError) || run == null) return null;
  const devices = error.devices.map((ref) => deviceName(run.kernel.cells, ref));
  const where = devices.length === 0 ? "" : `; busiest devices: ${devices.join(", ")}`;
  return `the run does not end: ${error.message} at ${(error.time / 1e9).toFixed(9)} s${where}`;
}

function summaryText(
  outputs: RunOutputs,
  now: Nanos,
  wallMs: number,
  status: number,
  isJson: boolean,
): string {
  const { tally } = outputs;
  const summary: RunSummary = {
    virtual_time_s: now / 1e9,
    events: tally.events,
    frames: tally.frames,
    drops: tally.dropsByReason,
    wall_time_ms: Math.round(wallMs * 10) / 10,
    status,
  };
  return isJson ? `${JSON.stringify(summary)}\n` : formatSummary(summary);
}
