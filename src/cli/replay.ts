/** `vethsim replay FILE`: is the log what the machine does? */
import { verifyLog } from "../simulation/replay.ts";
import type { Io } from "./io.ts";
import { withLog } from "./log-file.ts";
import { plural } from "./tally.ts";

/** @returns 0: every event, effect and state was found again; 1: not so, with the place */
export function replay(path: string, isJson: boolean, io: Io): number {
  return withLog(path, ({ reader }) => {
    const result = verifyLog(reader);
    if (isJson) io.stdout(`${JSON.stringify(result)}\n`);
    else if (result.ok) {
      const { rows, steps, checkpoints, time, hash } = result;
      io.stdout(
        `${path}: replay and log agree: ${plural(rows, "event")}, ${plural(steps, "step")}, ${plural(checkpoints, "checkpoint")}, ${(time / 1e9).toFixed(3)} s of virtual time, final state ${hash}\n`,
      );
    } else {
      const place = result.seq > 0 ? ` (event #${result.seq}, ${(result.time / 1e9).toFixed(9)} s)` : "";
      io.stdout(`${path}: replay and log do not agree: ${result.message}${place}\n`);
      for (const problem of result.problems)
        if (problem.message !== result.message) io.stdout(`  ${problem.message}\n`);
    }
    return result.ok ? 0 : 1;
  });
}
