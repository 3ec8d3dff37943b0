/** Runs the simulator as its users do: the command line, in a process of its own. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SimulatorRunner } from "./verify.ts";

/** The simulator did not come to an end: no recording to judge. */
export class SimulatorError extends Error {
  override readonly name = "SimulatorError";
}

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** The command line of this working tree, as its source is now; where there is no source, as it was built. */
export function simulatorCommand(): readonly string[] | null {
  const source = join(PROJECT, "src", "cli", "main.ts");
  if (existsSync(source)) return [process.execPath, "--import", "tsx", source];
  const built = join(PROJECT, "dist", "cli", "vethsim.js");
  return existsSync(built) ? [process.execPath, built] : null;
}

/** Calls `COMMAND... run SCRIPT --record DIR`. The script's own exit status is no failure; a missing recording is. */
export function commandRunner(command: readonly string[], limitSec = 120): SimulatorRunner {
  const [program, ...rest] = command;
  return (scriptPath, outDir) =>
    new Promise((resolve, reject) => {
      const child = spawn(program!, [...rest, "run", scriptPath, "--record", outDir], {
        cwd: PROJECT,
        stdio: ["ignore", "ignore", "pipe"],
      });
      let said = "";
      child.stderr.on("data", (data: Buffer) => {
        said = (said + data.toString()).slice(-4000);
      });
      const timer = setTimeout(() => child.kill("SIGKILL"), limitSec * 1000);
      child.on("error", (error) => reject(new SimulatorError(`cannot start ${program}: ${error.message}`)));
      child.on("close", (code, signal) => {
        clearTimeout(timer);
        if (signal !== null)
          reject(new SimulatorError(`the simulator was ended by ${signal} (limit ${limitSec} s)`));
        else if (existsSync(join(outDir, "steps.jsonl"))) resolve();
        else reject(new SimulatorError(`the simulator left no recording (status ${code}): ${said.trim()}`));
      });
    });
}
