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

/**
 * What becomes of multicast reports and of duplicate address detection. The kernel sends them from work queues, which a trace of
 * the script's processes hears or not.
 */
const FATES_OF_RANDOM_FRAMES = ["IP_INNOROUTES", "IPV6DISABLED", "NOT_SPECIFIED"];

/** Nothing is judged where nobody looked. */
export function compareDrops(reference: Recording, other: Recording): DropsResult {
  const { drops: expected } = reference;
  const { drops: actual } = other;
  if (expected === null || actual === null) return { equal: 0, total: 0, differences: [], leftOut: [] };
  const unrepeated = new Set(reference.unstable.drops);
  if (unrepeated.has(ALL_DROPS)) return { equal: 0, total: 0, differences: [], leftOut: [] };
  const hasRandom = hasRandomFrames(reference);
  const unheard = hasRandom ? FATES_OF_RANDOM_FRAMES : [];
  const unjudged = new Set([...unrepeated, ...unheard]);
  const reasons = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
  const judged = reasons.filter((reason) => !unjudged.has(reason));
  const isEqual = (reason: string) => {
    const [a, b] = [expected[reason] ?? 0, actual[reason] ?? 0];
    // Frames of random times find a device without carrier, or another host, more or less often.
    return hasRandom ? reason === "QDISC_DROP" || (a === 0) === (b === 0) : a === b;
  };
  const differences = judged
    .filter((reason) => !isEqual(reason))
    .map(
      (reason): Difference => ({
        kind: "drops",
        where: `drops/${reason}`,
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
    leftOut: [...unjudged].sort().map((reason) => ({
      what: `drops/${reason}`,
      reason: unrepeated.has(reason)
        ? "two runs of the kernel differ here"
        : "frames of random times are heard or not",
    })),
  };
}
