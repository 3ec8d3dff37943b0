/**
 * Compares the times between frames. Commands take other times to start in every run, so times count from an anchor: the first
 * frame after each command. A chain's trigger must come at the anchor's distance, the rest of the chain right behind it.
 */
import { backgroundSpans, isWithin } from "./background.ts";
import type { Chains } from "./chains.ts";
import { ALL_FRAMES, type Difference } from "./difference.ts";
import { type FramePair, type JudgedFrame, showFrame } from "./judged-frame.ts";
import { interfaceKey, type Recording } from "./recording.ts";
import { COMMAND_REACH_SEC, timeTolerance } from "./tolerance.ts";

/** A timer may have been started this long before it expires; longer ones do not send frames. */
const TIMER_MAX_SEC = 70;

/** A loaded machine starts a command this late. */
const COMMAND_START_MAX_SEC = 0.1;

/** Frames of one chain follow each other much faster. */
const CHAIN_PAUSE_SEC = 0.005;
/** Shorter timers are not told from the pauses of a machine under load. */
const LONG_TIMER_SEC = 0.5;

interface Trigger {
  readonly pair: FramePair;
  readonly isBackground: boolean;
}

/** At most one difference per step. */
export function compareTimes(
  pairs: readonly FramePair[],
  chains: Chains,
  reference: Recording,
  other: Recording,
): Difference[] {
  const spans = backgroundSpans(reference);
  const inOrder = [...pairs].sort((a, b) => a.expected.place - b.expected.place);
  const differences: Difference[] = [];
  const triggers: Trigger[] = [];
  const triggerOf = new Map<number, FramePair>();
  const anchors = new Map<number, FramePair>();
  let faultyStep = -1;
  const report = (pair: FramePair, from: FramePair | null, expected: number, actual: number) => {
    if (pair.expected.step === faultyStep) return;
    faultyStep = pair.expected.step;
    differences.push(timeDifference(pair, from, expected, actual));
  };
  for (const pair of inOrder) {
    const chain = chains.get(pair.expected)!;
    const trigger = triggerOf.get(chain);
    const isBackground = isWithin(spans, pair.expected.record.t);
    const allowance = isBackground ? 2 * COMMAND_REACH_SEC : 0;
    if (trigger !== undefined) {
      const [a, b] = [since(trigger, pair, "expected"), since(trigger, pair, "actual")];
      // It may be no part of the chain, but a timer's that went off just then.
      const isApart = a > CHAIN_PAUSE_SEC && hasCause(pair, triggers, LONG_TIMER_SEC);
      if (Math.abs(a - b) > timeTolerance(0) + allowance && !isApart) {
        report(pair, trigger, a, b);
      }
      continue;
    }
    triggerOf.set(chain, pair);
    const anchor = anchors.get(pair.expected.step) ?? null;
    if (anchor === null) {
      anchors.set(pair.expected.step, pair);
      const fault = lateAnchor(pair, triggers, reference, other);
      if (fault !== null && !isBackground) report(pair, fault.from, fault.expected, fault.actual);
    } else {
      const [a, b] = [since(anchor, pair, "expected"), since(anchor, pair, "actual")];
      const longest = longestPause(triggers, anchor, pair);
      const isInTime =
        Math.abs(a - b) <= timeTolerance(longest) + allowance ||
        followsOn(triggers.at(-1)!.pair, pair) ||
        hasCause(pair, triggers, longest);
      if (!isInTime) report(pair, anchor, a, b);
    }
    triggers.push({ pair, isBackground });
  }
  return differences;
}

function since(from: FramePair, to: FramePair, side: "expected" | "actual"): number {
  return to[side].record.t - from[side].record.t;
}

/** The longest time without a trigger since the anchor: a lower bound for the longest timer. */
function longestPause(triggers: readonly Trigger[], anchor: FramePair, pair: FramePair): number {
  const times = triggers
    .map((trigger) => trigger.pair.expected.record.t)
    .filter((t) => t >= anchor.expected.record.t);
  times.push(pair.expected.record.t);
  let longest = 0;
  for (let i = 1; i < times.length; i++) longest = Math.max(longest, times[i]! - times[i - 1]!);
  return longest;
}

/** A program that waits again and again adds up what its timers were late: each wait by itself must be right. */
function followsOn(before: FramePair, pair: FramePair): boolean {
  const [a, b] = [since(before, pair, "expected"), since(before, pair, "actual")];
  return Math.abs(a - b) <= timeTolerance(a);
}

/** Whether a timer longer than `atLeast`, started by an earlier frame, explains the time in both recordings. */
function hasCause(pair: FramePair, triggers: readonly Trigger[], atLeast: number): boolean {
  return triggers.some((trigger) => {
    const [a, b] = [since(trigger.pair, pair, "expected"), since(trigger.pair, pair, "actual")];
    return a >= atLeast && a <= TIMER_MAX_SEC && Math.abs(a - b) <= timeTolerance(a);
  });
}

/**
 * The first frame of a step is its anchor. Where it does not follow the command at once, a timer sent it: then some earlier frame
 * or command must stand at the same distance in both recordings.
 */
function lateAnchor(
  pair: FramePair,
  triggers: readonly Trigger[],
  reference: Recording,
  other: Recording,
): { from: FramePair | null; expected: number; actual: number } | null {
  const own = stepStart(reference, pair.expected);
  const theirs = stepStart(other, { ...pair.actual, step: pair.expected.step });
  const [a, b] = [pair.expected.record.t - own, pair.actual.record.t - theirs];
  // No timer is due within this reach of a command (scenarios see to it): the command sent the frame, in both recordings.
  if (a <= COMMAND_REACH_SEC)
    return b >= -COMMAND_REACH_SEC && b <= COMMAND_START_MAX_SEC
      ? null
      : { from: null, expected: a, actual: b };
  if (Math.abs(a - b) <= timeTolerance(a) + COMMAND_REACH_SEC || hasCause(pair, triggers, 0)) return null;
  const isCommand = reference.steps.some((step, i) => {
    const twin = other.steps[i];
    if (step.t === null || twin === undefined || twin.t === null) return false;
    const [x, y] = [pair.expected.record.t - step.t, pair.actual.record.t - twin.t];
    return x >= 0 && x <= TIMER_MAX_SEC && Math.abs(x - y) <= timeTolerance(x) + COMMAND_REACH_SEC;
  });
  return isCommand ? null : { from: null, expected: a, actual: b };
}

function stepStart(recording: Recording, frame: JudgedFrame): number {
  return recording.steps[frame.step - 1]?.t ?? 0;
}

function timeDifference(
  pair: FramePair,
  from: FramePair | null,
  expected: number,
  actual: number,
): Difference {
  const origin = from === null ? "after the start of the step" : "after the last in common";
  return {
    kind: "time",
    where: interfaceKey(pair.expected.record),
    item: ALL_FRAMES,
    step: pair.expected.step,
    command: null,
    at: pair.expected.record.t,
    expected: `${expected.toFixed(4)} s ${origin}: ${pair.expected.key}\n`,
    actual: `${actual.toFixed(4)} s ${origin}: ${pair.actual.key}\n`,
    lastCommon: from === null ? null : showFrame(from.expected),
  };
}
