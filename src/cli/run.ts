/** `vethsim run SCRIPT`. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { seededShell } from "../conformance/shell-seed.ts";
import type { Nanos } from "../core/nanos.ts";
import { EndlessRunError } from "../scheduler/scheduler.ts";
import { ScriptError } from "../shell/errors.ts";
import { RunHost } from "../shell/run-host.ts";
import { Shell } from "../shell/shell.ts";
import { deviceName } from "./device-label.ts";
import { fileError, type Io, UsageError } from "./io.ts";
import { RunOutputs } from "./run-outputs.ts";
import { formatSummary, type RunSummary } from "./tally.ts";

export interface RunFlags {
  readonly seed: string;
  readonly log?: string;
  readonly pcap?: string;
  readonly record?: string;
  readonly until: Nanos;
  readonly maxCommands: number;
  readonly commandCost: Nanos;
  readonly freeze?: true;
  readonly summary?: true;
  readonly json?: true;
}

const STATUS_INTERRUPTED = 128 + 2;
const STATUS_GIVEN_UP = 2;
/** Wall time after which the event loop gets a turn, so that Ctrl-C is noticed. */
const TURN_MS = 5;

/** @returns the script's exit status, or 2 when the run had to be given up */
export async function run(script: string, args: readonly string[], flags: RunFlags, io: Io): Promise<number> {
  const begun = performance.now();
  const text = readScript(script, io);
  const hasSummary = flags.summary === true || flags.json === true || io.isErrTerminal;
  const outputs = await RunOutputs.open(flags, hasSummary);
  let host: RunHost | null = null;
  const session: Session = {
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
    io.stderr(summaryText(outputs, (host as RunHost | null)?.now ?? 0, wall, status, flags.json === true));
  }
  return status;
}

interface Session {
  readonly name: string;
  readonly text: string;
  readonly args: readonly string[];
  readonly flags: RunFlags;
  readonly io: Io;
  readonly outputs: RunOutputs;
  readonly onHost: (host: RunHost) => void;
}

function readScript(script: string, io: Io): string {
  if (script === "-") return io.readStdin();
  try {
    return readFileSync(script, "utf8");
  } catch (error) {
    throw fileError(script, error);
  }
}

async function runWhole({ name, text, args, flags, io, outputs, onHost }: Session): Promise<number> {
  const host = new RunHost({
    seed: flags.seed,
    freeze: isFreezing(flags),
    ...(outputs.log === null ? {} : { log: outputs.log }),
  });
  onHost(host);
  // No path may enter the log.
  host.run.noteScript(basename(name), text);
  const shell = new Shell(host, {
    name,
    args,
    stdout: io.stdout,
    stderr: io.stderr,
    until: flags.until,
    maxCommands: flags.maxCommands,
    commandCost: flags.commandCost,
    seedRandom: seededShell(flags.seed),
    yieldToHost: turnGiver(),
  });
  return shell.run(text);
}

async function runRecorded(session: Session, dir: string): Promise<number> {
  const { name, text, args, flags, io, outputs, onHost } = session;
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
    stdout: io.stdout,
    stderr: io.stderr,
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

function turnGiver(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < TURN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    last = performance.now();
  };
}

function closeAll(host: RunHost | null, outputs: RunOutputs): void {
  try {
    host?.run.close();
  } finally {
    outputs.close();
  }
}

/** Why a run ended before its script did; null: a bug. */
export function givenUp(error: unknown, host: RunHost | null): string | null {
  if (error instanceof UsageError || error instanceof ScriptError) return error.message;
  if (!(error instanceof EndlessRunError) || host === null) return null;
  const devices = error.devices.map((ref) => deviceName(host.run.kernel.cells, ref));
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
