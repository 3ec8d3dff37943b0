/**
 * Records a script on the kernel of this machine, in fresh network, mount and pid namespaces. Several recordings may run at
 * once: each has a directory, a `/run`, a `/tmp` and namespaces of its own. Nothing outside them is touched.
 */
import { spawn } from "node:child_process";
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FINAL_DUMPS } from "../final-dumps.ts";
import { NOTHING_UNSTABLE, type Recording, readRecording, type Step, writeRecording } from "../recording.ts";

export interface LiveOptions {
  /**
   * False: no capture socket exists, hence no frames; counters are then what they are when nobody looks, and drops are counted: a
   * capture socket takes frames that nobody else takes, and drops what it has no room for. @defaultValue true
   */
  readonly capture?: boolean;
  /** Directories to put in front of PATH: programs that a scenario calls and no package has. @defaultValue [] */
  readonly path?: readonly string[];
  /** Seconds of wall time until the recording is given up. @defaultValue 240 */
  readonly limitSec?: number;
}

/** The recording could not be made: no judgement on the script. */
export class LiveRecordingError extends Error {
  override readonly name = "LiveRecordingError";
}

const HERE = fileURLToPath(new URL(".", import.meta.url));
/** Where setup.sh mounts the directory of a recording. */
const HOME = "/run/vethsim";
const PARTS = ["setup.sh", "steps.sh", "capture.py", "drops.py", "forget-proxies.py"];

export async function recordLive(scriptPath: string, options: LiveOptions = {}): Promise<Recording> {
  const work = await mkdtemp(join(tmpdir(), "vethsim-live-"));
  try {
    for (const part of PARTS) await copyFile(join(HERE, part), join(work, part));
    await copyFile(scriptPath, join(work, "scenario.sh"));
    // Copies, for the recording sees a /tmp of its own.
    for (const [i, dir] of (options.path ?? []).entries())
      await cp(dir, join(work, `tools${i}`), { recursive: true });
    await writeFile(
      join(work, "final.list"),
      FINAL_DUMPS.map((dump) => `${dump.file}\t${dump.command}\n`).join(""),
    );
    await runInNamespaces(work, options);
    await assembleSteps(work);
    const recording = await readRecording(work);
    const paces = [{ steps: recording.steps.map((step) => step.t), dumps: await dumpTimes(work) }];
    return { ...recording, paces, name: basename(scriptPath, ".sh"), unstable: NOTHING_UNSTABLE };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Records and writes the result to `outDir`. */
export async function recordLiveTo(
  scriptPath: string,
  outDir: string,
  options: LiveOptions = {},
): Promise<Recording> {
  const recording = await recordLive(scriptPath, options);
  await mkdir(outDir, { recursive: true });
  await writeRecording(outDir, recording);
  return recording;
}

function runInNamespaces(work: string, options: LiveOptions): Promise<void> {
  const limitSec = options.limitSec ?? 240;
  const tools = (options.path ?? []).map((_, i) => `${HOME}/tools${i}`);
  const path = [...tools, "/usr/sbin", "/usr/bin", "/sbin", "/bin"].join(":");
  const flags = ["-n", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const argv = [...flags, "bash", join(work, "setup.sh"), work, options.capture === false ? "0" : "1"];
  return new Promise((resolve, reject) => {
    const child = spawn("unshare", argv, {
      env: { PATH: path, LC_ALL: "C", HOME: "/root" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (data: Buffer) => (said += data.toString()));
    child.stderr.on("data", (data: Buffer) => (said += data.toString()));
    let isLate = false;
    const stop = () => child.kill("SIGKILL"); // the kernel then kills all of the pid namespace
    const timer = setTimeout(() => {
      isLate = true;
      stop();
    }, limitSec * 1000);
    process.once("exit", stop);
    child.on("error", (error) => reject(new LiveRecordingError(`cannot start unshare: ${error.message}`)));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      process.off("exit", stop);
      if (code === 0) resolve();
      else if (isLate) reject(new LiveRecordingError(`the script took longer than ${limitSec} s`));
      else reject(new LiveRecordingError(`the recorder failed (${code ?? signal}): ${said.trim()}`));
    });
  });
}

async function dumpTimes(work: string): Promise<Map<string, number>> {
  const origin = Number(await readFile(join(work, "origin"), "utf8"));
  const times = new Map<string, number>();
  for (const line of (await readFile(join(work, "dumped"), "utf8")).trimEnd().split("\n")) {
    const space = line.indexOf(" ");
    times.set(line.slice(space + 1), Number(line.slice(0, space)) - origin);
  }
  return times;
}

/** Where bash says a message of its own comes from. */
const OWN_PLACE = /^\/run\/vethsim\/steps\.sh: (?:eval: )?line \d+:/gm;

/** Makes `steps.jsonl` out of what steps.sh left in `steps/`. */
async function assembleSteps(work: string): Promise<void> {
  const dir = join(work, "steps");
  const text = async (path: string) => {
    try {
      return await readFile(path, "utf8");
    } catch {
      return "";
    }
  };
  const origin = Number(await text(join(work, "origin")));
  const [endStatus, endTime] = (await text(join(work, "ended"))).split(" ").map(Number);
  const seconds = (clock: number) => Math.round((clock - origin) * 1e6) / 1e6;
  const scenario = await text(join(work, "scenario.sh"));
  const steps: Step[] = [];
  let place = 0; // in the scenario, behind the statement before
  for (const file of (await readdir(dir)).filter((name) => name.endsWith(".cmd")).sort()) {
    const base = join(dir, file.slice(0, -".cmd".length));
    const cmd = await text(`${base}.cmd`);
    const begin = await text(`${base}.begin`);
    const meta = (await text(`${base}.meta`)).split(" ").map(Number);
    const isEnded = meta.length === 3;
    // A statement that began and did not end has ended the shell: `exit`, or `set -e`.
    const at = Math.max(place, scenario.indexOf(cmd, place));
    place = at + cmd.length;
    const inScript = (output: string) =>
      output.replace(OWN_PLACE, `scenario.sh: line ${scenario.slice(0, at).split("\n").length}:`);
    const endedShell = begin !== "" && !isEnded && endTime !== undefined && endStatus !== undefined;
    steps.push({
      n: steps.length + 1,
      t: begin === "" ? null : seconds(Number(begin)),
      t_end: isEnded ? seconds(meta[1]!) : endedShell ? seconds(endTime) : null,
      rc: isEnded ? meta[2]! : endedShell ? endStatus : null,
      bg: cmd.trimEnd().endsWith("&"),
      cmd,
      stdout: await text(`${base}.out`),
      stderr: inScript(await text(`${base}.err`)),
    });
  }
  await writeFile(join(work, "steps.jsonl"), steps.map((step) => `${JSON.stringify(step)}\n`).join(""));
}
