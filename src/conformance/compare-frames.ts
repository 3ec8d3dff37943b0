/** Compares the frames of two recordings: the sequence on each interface, then their merged order, then the times between them. */
import { align } from "./align.ts";
import { chainsOf } from "./chains.ts";
import { compareOrder } from "./compare-order.ts";
import { compareTimes } from "./compare-times.ts";
import { ALL_FRAMES, type Difference } from "./difference.ts";
import { type FramePair, type JudgedFrame, judgedFrames, showFrame } from "./judged-frame.ts";
import { compareRandomFrames, isRandomlyTimed } from "./random-frames.ts";
import { interfaceKey, isComment, type Recording } from "./recording.ts";

export interface FramesResult {
  readonly equal: number;
  readonly total: number;
  readonly differences: readonly Difference[];
  /** Interfaces whose frames were not, or not all, compared, with the reason. */
  readonly leftOut: readonly { readonly what: string; readonly reason: string }[];
}

export function compareFrames(reference: Recording, other: Recording): FramesResult {
  const expected = judgedFrames(reference);
  const actual = judgedFrames(other);
  const differences: Difference[] = [];
  const leftOut: { what: string; reason: string }[] = [];
  const pairs: FramePair[] = [];
  let equal = 0;
  let total = 0;
  const command = (n: number) =>
    reference.steps.find((step) => step.n === n && !isComment(step))?.cmd ?? null;
  for (const name of new Set([...expected, ...actual].map((frame) => interfaceKey(frame.record)))) {
    if (reference.unstable.interfaces.includes(name)) {
      leftOut.push({ what: name, reason: "two runs of the kernel differ here" });
      continue;
    }
    const ofInterface = (frame: JudgedFrame) => interfaceKey(frame.record) === name;
    const random = compareRandomFrames(
      name,
      expected.filter((frame) => ofInterface(frame) && isRandomlyTimed(frame)),
      actual.filter((frame) => ofInterface(frame) && isRandomlyTimed(frame)),
      { expected: endOf(reference), actual: endOf(other) },
    );
    for (const difference of random)
      differences.push({ ...difference, command: command(difference.step ?? 0) });
    const a = expected.filter((frame) => ofInterface(frame) && !isRandomlyTimed(frame));
    const b = actual.filter((frame) => ofInterface(frame) && !isRandomlyTimed(frame));
    dropBehindEnd(a, b, endOf(reference));
    dropBehindEnd(b, a, endOf(other));
    const alignment = align(keysOf(a), keysOf(b));
    equal += alignment.pairs.length;
    total += a.length;
    if (alignment.pairs.length === a.length && a.length === b.length) {
      for (const [i, frame] of a.entries()) pairs.push({ expected: frame, actual: b[i]! });
    } else {
      const difference = sequenceDifference(name, a, b, alignment.prefix);
      differences.push({ ...difference, command: command(difference.step ?? 0) });
    }
  }
  const chains = chainsOf(expected);
  for (const compare of [compareOrder, compareTimes]) {
    for (const difference of compare(pairs, chains, reference, other)) {
      differences.push({ ...difference, command: command(difference.step ?? 0) });
    }
  }
  return { equal, total, differences, leftOut };
}

/** Seconds from the start. */
function endOf(recording: Recording): number {
  return recording.steps.findLast((step) => step.t_end !== null)?.t_end ?? 0;
}

/**
 * A recording goes on behind the last statement, for as long as it takes to read the tables: what only the longer one shows there is
 * not judged.
 */
function dropBehindEnd(frames: JudgedFrame[], others: readonly JudgedFrame[], end: number): void {
  while (frames.length > others.length && frames.at(-1)!.record.t > end) frames.pop();
}

function keysOf(frames: readonly JudgedFrame[]): string[] {
  return frames.map((frame) => frame.key);
}

function sequenceDifference(
  name: string,
  a: readonly JudgedFrame[],
  b: readonly JudgedFrame[],
  prefix: number,
): Difference {
  const [expected, actual] = [a[prefix], b[prefix]];
  const count = a.length === b.length ? "" : ` (${a.length} frames expected, ${b.length} came)`;
  return {
    kind: "frame",
    where: `${name}${count}`,
    item: ALL_FRAMES,
    step: expected?.step ?? actual?.step ?? null,
    command: null,
    at: expected?.record.t ?? actual?.record.t ?? 0,
    expected: `${showFrame(expected)}\n`,
    actual: `${showFrame(actual)}\n`,
    lastCommon: prefix === 0 ? null : showFrame(a[prefix - 1]),
  };
}
