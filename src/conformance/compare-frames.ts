/** Compares the frames of two recordings: the sequence on each interface, then their merged order, then the times between them. */
import { align } from "./align.ts";
import { chainsOf } from "./chains.ts";
import { compareOrder } from "./compare-order.ts";
import { compareTimes } from "./compare-times.ts";
import type { Difference } from "./difference.ts";
import { type FramePair, type JudgedFrame, judgedFrames, showFrame } from "./judged-frame.ts";
import { interfaceKey, isComment, type Recording } from "./recording.ts";

export interface FramesResult {
  readonly equal: number;
  readonly total: number;
  readonly differences: readonly Difference[];
  /** Interfaces whose frames were not, or not all, compared, with the reason. */
  readonly leftOut: readonly { readonly what: string; readonly reason: string }[];
}

/** Hosts send these at random times: left out where nothing else differs. */
const SENT_AT_RANDOM = /IGMP|ICMPv6 multicast report|router solicitation/;

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
    let a = expected.filter((frame) => interfaceKey(frame.record) === name);
    let b = actual.filter((frame) => interfaceKey(frame.record) === name);
    if (a.some((frame, i) => frame.key !== b[i]?.key) || a.length !== b.length) {
      const [quietA, quietB] = [a.filter(isTimely), b.filter(isTimely)];
      if (quietA.length === quietB.length && quietA.every((frame, i) => frame.key === quietB[i]!.key)) {
        leftOut.push({
          what: name,
          reason: "multicast reports and router solicitations come at random times",
        });
        [a, b] = [quietA, quietB];
      }
    }
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

function isTimely(frame: JudgedFrame): boolean {
  return !SENT_AT_RANDOM.test(frame.key);
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
    step: expected?.step ?? actual?.step ?? null,
    command: null,
    at: expected?.record.t ?? actual?.record.t ?? 0,
    expected: `${showFrame(expected)}\n`,
    actual: `${showFrame(actual)}\n`,
    lastCommon: prefix === 0 ? null : showFrame(a[prefix - 1]),
  };
}
