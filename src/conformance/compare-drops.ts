/** Compares what was dropped, by the kernel's names of the reasons. */
import type { Difference } from "./difference.ts";
import { hasRandomFrames } from "./random-frames.ts";
import type { Recording } from "./recording.ts";

export interface DropsResult {
  readonly equal: number;
  readonly total: number;
  readonly differences: readonly Difference[];
  readonly leftOut: readonly { readonly what: string; readonly reason: string }[];
}

/** Stands for every reason where none is to be judged. */
export const ALL_DROPS = "*";

/** Frames of random times may find a device that has no carrier yet, or a host without its routes to groups. */
const EARLY = ["QDISC_DROP", "IP_INNOROUTES"];

/** Nothing is judged where nobody looked. */
export function compareDrops(reference: Recording, other: Recording): DropsResult {
  const { drops: expected } = reference;
  const { drops: actual } = other;
  if (expected === null || actual === null) return { equal: 0, total: 0, differences: [], leftOut: [] };
  const unrepeated = new Set(reference.unstable.drops);
  if (unrepeated.has(ALL_DROPS)) return { equal: 0, total: 0, differences: [], leftOut: [] };
  const hasRandom = hasRandomFrames(reference);
  const reasons = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
  const judged = reasons.filter((reason) => !unrepeated.has(reason));
  const isEqual = (reason: string) => {
    const [a, b] = [expected[reason] ?? 0, actual[reason] ?? 0];
    return hasRandom ? EARLY.includes(reason) || (a === 0) === (b === 0) : a === b;
  };
  const differences = judged
    .filter((reason) => !isEqual(reason))
    .map(
      (reason): Difference => ({
        kind: "drops",
        where: `drops/${reason}`,
        item: `drops/${reason}`,
        step: null,
        command: null,
        at: Number.POSITIVE_INFINITY,
        expected: `${expected[reason] ?? 0} packets`,
        actual: `${actual[reason] ?? 0} packets`,
        lastCommon: null,
      }),
    );
  return {
    equal: judged.length - differences.length,
    total: judged.length,
    differences,
    leftOut: [...unrepeated]
      .sort()
      .map((reason) => ({ what: `drops/${reason}`, reason: "two runs of the kernel differ here" })),
  };
}
