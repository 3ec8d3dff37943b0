/** `vethsim diff A B`: where two logs part. */
import { describeLogDifference, diffLogs } from "../events/log-diff.ts";
import type { Io } from "./io.ts";
import { withLog } from "./log-file.ts";

/** @returns 0: the same events; 1: they differ, or one is damaged */
export function diff(a: string, b: string, io: Io): number {
  return withLog(a, (left) =>
    withLog(b, (right) => {
      const difference = diffLogs(left.reader, right.reader);
      io.stdout(`a: ${a}\nb: ${b}\n${describeLogDifference(difference)}\n`);
      return difference.kind === "equal" ? 0 : 1;
    }),
  );
}
