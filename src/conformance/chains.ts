/**
 * Chains of frames: a trigger (a command's first frame, an expired timer) and all that follows from it. A frame follows from the
 * frame of the same octets that was put on the other end of its wire, or from what its namespace received or sent just before.
 * A command's frames never follow from those of the command before. The kernel works a chain off in one fixed order; chains that
 * only meet in time may pass each other.
 */
import type { JudgedFrame } from "./judged-frame.ts";

/** Work goes on this long without a pause inside a chain; timers are further apart. */
const PAUSE_SEC = 0.02;

/** The chain of each frame, by number from 0 in order of appearance. */
export type Chains = ReadonlyMap<JudgedFrame, number>;

function isClose(earlier: JudgedFrame, later: JudgedFrame): boolean {
  return later.record.t - earlier.record.t <= PAUSE_SEC;
}

export function chainsOf(frames: readonly JudgedFrame[]): Chains {
  const chains = new Map<JudgedFrame, number>();
  const newestOfNamespace = new Map<string, JudgedFrame>();
  const newestOfOctets = new Map<string, JudgedFrame>();
  let count = 0;
  for (const frame of frames) {
    const { record } = frame;
    const sent = record.dir === "out" ? undefined : newestOfOctets.get(record.hex);
    const before = newestOfNamespace.get(record.ns);
    let cause: JudgedFrame | undefined;
    if (sent !== undefined && isClose(sent, frame)) cause = sent;
    else if (before !== undefined && isClose(before, frame) && before.step === frame.step) cause = before;
    chains.set(frame, cause === undefined ? count++ : chains.get(cause)!);
    newestOfNamespace.set(record.ns, frame);
    if (record.dir === "out") newestOfOctets.set(record.hex, frame);
  }
  return chains;
}
