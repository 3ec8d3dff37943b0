/** `vethsim verify SCRIPT`: the script in the simulator and on the kernel of this machine. */
import { accessSync, constants } from "node:fs";
import { basename } from "node:path";
import { toolDirectories } from "../conformance/scenarios.ts";
import { simulateScenario } from "../conformance/simulate.ts";
import { formatVerification, type RunSettings, verificationStatus, verify } from "../conformance/verify.ts";
import { fileError, type Io } from "./io.ts";

export interface VerifyFlags {
  readonly seed: string;
  readonly json?: true;
}

/** @returns 0: they agree; 1: they differ; 2: this machine cannot tell */
export async function verifyScripts(scripts: readonly string[], flags: VerifyFlags, io: Io): Promise<number> {
  let worst = 0;
  for (const script of scripts) {
    try {
      accessSync(script, constants.R_OK);
    } catch (error) {
      throw fileError(script, error);
    }
    const simulate = async (path: string, dir: string, settings: RunSettings) => {
      await simulateScenario(path, dir, settings);
    };
    const result = await verify(script, simulate, { path: toolDirectories(), seed: flags.seed });
    io.stdout(
      flags.json === true
        ? `${JSON.stringify({ script, ...result })}\n`
        : formatVerification(basename(script), result),
    );
    worst = Math.max(worst, verificationStatus(result));
  }
  return worst;
}
