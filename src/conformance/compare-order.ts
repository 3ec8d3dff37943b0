/** Compares the order of frames across interfaces. */
import { backgroundSpans, isWithin } from "./background.ts";
import type { Chains } from "./chains.ts";
import { ALL_FRAMES, type Difference } from "./difference.ts";
import { type FramePair, showFrame } from "./judged-frame.ts";
import { interfaceKey, type Recording } from "./recording.ts";
import { COMMAND_REACH_SEC } from "./tolerance.ts";

/** Two timers of different namespaces that are due this close together may expire in either order: the wheel is that coarse. */
const TIMER_RACE_SEC = 0.3;

/**
 * The first pair of frames that came in another order than in the reference. Within a chain every swap counts; between chains
 * only what a race of two timers, or a background job, cannot explain.
 */
export function compareOrder(
  pairs: readonly FramePair[],
  chains: Chains,
  reference: Recording,
): Difference[] {
  const spans = backgroundSpans(reference);
  const position = new Map([...chains.keys()].map((frame, i) => [frame, i]));
  const inOrder = [...pairs].sort((a, b) => position.get(a.expected)! - position.get(b.expected)!);
  const arrival = arrivalOrder(pairs);
  const starts = new Map(reference.steps.map((step) => [step.n, step.t ?? 0]));
  const firstOfChain = new Map<number, number>();
  for (const [frame, chain] of chains) if (!firstOfChain.has(chain)) firstOfChain.set(chain, frame.record.t);

  const mayPass = (early: FramePair, late: FramePair): boolean => {
    const [a, b] = [early.expected, late.expected];
    if (isWithin(spans, b.record.t)) return true;
    if (chains.get(a) === chains.get(b) || b.record.t - a.record.t > TIMER_RACE_SEC) return false;
    // What the next command does cannot come before what the last one did.
    const trigger = firstOfChain.get(chains.get(b)!)!;
    return b.step === a.step || trigger - starts.get(b.step)! > COMMAND_REACH_SEC;
  };
  for (const [i, late] of inOrder.entries()) {
    for (let j = i - 1; j >= 0; j--) {
      const early = inOrder[j]!;
      if (late.expected.record.t - early.expected.record.t > 60) break;
      if (arrival.get(early)! < arrival.get(late)! || mayPass(early, late)) continue;
      return [orderDifference(inOrder, j, i, arrival)];
    }
  }
  return [];
}

/** The rank of each frame in the other recording. */
function arrivalOrder(pairs: readonly FramePair[]): Map<FramePair, number> {
  const sorted = [...pairs].sort((a, b) => a.actual.place - b.actual.place);
  return new Map(sorted.map((pair, i) => [pair, i]));
}

function orderDifference(
  inOrder: readonly FramePair[],
  from: number,
  to: number,
  arrival: Map<FramePair, number>,
): Difference {
  const part = inOrder.slice(Math.max(0, from), to + 1).slice(0, 12);
  const late = inOrder[to]!;
  const actual = [...part].sort((a, b) => arrival.get(a)! - arrival.get(b)!);
  const line = (pair: FramePair) => `${interfaceKey(pair.expected.record)} ${pair.expected.key}\n`;
  return {
    kind: "order",
    where: `${interfaceKey(inOrder[from]!.expected.record)} and ${interfaceKey(late.expected.record)}`,
    item: ALL_FRAMES,
    step: late.expected.step,
    command: null,
    at: inOrder[from]!.expected.record.t,
    expected: part.map(line).join(""),
    actual: actual.map(line).join(""),
    lastCommon: from === 0 ? null : showFrame(inOrder[from - 1]!.expected),
  };
}
