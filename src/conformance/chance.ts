/**
 * What chance decides. The kernel delays duplicate address detection, multicast reports and router solicitations at random and
 * draws how long a neighbour is reachable; what a command shows meanwhile follows from that. The simulator draws by its seed:
 * what it shows under one seed or another may happen, what it shows under none may not.
 */
import type { Comparison, Score } from "./compare.ts";
import { ALL_FRAMES, type Difference } from "./difference.ts";
import type { Pace } from "./recording.ts";

/**
 * Keeps the differences of which another run of the simulator has one at the same place: what that run agrees in with the
 * reference is no difference. All frames of foreseeable times are one place: their sequences, order and distances hang together,
 * and are judged fully only where all sequences are equal.
 */
export function withoutChance(comparison: Comparison, another: Comparison): Comparison {
  const theirs = new Set(another.differences.map((difference) => difference.item));
  const differences = comparison.differences.filter((difference) => theirs.has(difference.item));
  const cured = comparison.differences.filter((difference) => !theirs.has(difference.item));
  const isFrames = (difference: Difference) => difference.item === ALL_FRAMES;
  return {
    ...comparison,
    differences,
    steps: raised(comparison.steps, cured, "output", "status"),
    frames: cured.some(isFrames)
      ? { ...comparison.frames, equal: comparison.frames.total }
      : comparison.frames,
    tables: raised(comparison.tables, cured, "table"),
    drops: raised(comparison.drops, cured, "drops"),
  };
}

/** What is left of a comparison when the simulator has had a try by each seed at each pace. */
export async function withoutChances(
  first: Comparison,
  seeds: readonly string[],
  paces: readonly Pace[],
  compareBy: (seed: string, pace: Pace) => Promise<Comparison>,
): Promise<Comparison> {
  let comparison = first;
  for (const seed of seeds)
    for (const pace of paces) {
      if (comparison.differences.length === 0) return comparison;
      comparison = withoutChance(comparison, await compareBy(seed, pace));
    }
  return comparison;
}

function raised(score: Score, cured: readonly Difference[], ...kinds: readonly string[]): Score {
  return { ...score, equal: score.equal + cured.filter(({ kind }) => kinds.includes(kind)).length };
}
