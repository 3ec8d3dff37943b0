/** Compares what the statements of a script printed and returned, and how long they took. */
import type { Difference } from "./difference.ts";
import { COUNTER_COMMANDS, normalizeText, withoutNumbers } from "./normalize.ts";
import { hasRandomFrames } from "./random-frames.ts";
import { isComment, type Recording, type Step } from "./recording.ts";
import { isDurationEqual } from "./tolerance.ts";

export interface StepsResult {
  readonly equal: number;
  readonly total: number;
  readonly differences: readonly Difference[];
  /** Steps that were left out because the reference calls them unstable. */
  readonly leftOut: readonly number[];
}

export function compareSteps(reference: Recording, other: Recording): StepsResult {
  const countsAtRandom = hasRandomFrames(reference);
  const differences: Difference[] = [];
  const leftOut: number[] = [];
  let equal = 0;
  let total = 0;
  for (const [i, expected] of reference.steps.entries()) {
    const actual = other.steps[i];
    if (actual === undefined || actual.cmd !== expected.cmd) {
      differences.push(statementDifference(expected, actual));
      total += reference.steps.slice(i).filter((step) => !isComment(step)).length;
      break;
    }
    if (isComment(expected)) continue;
    if (reference.unstable.steps.includes(expected.n)) {
      leftOut.push(expected.n);
      continue;
    }
    total++;
    const difference = compareStep(expected, actual, countsAtRandom);
    if (difference === null) equal++;
    else differences.push(difference);
    if (difference === null || difference.kind !== "time") continue;
    equal++; // what it printed is right
  }
  const surplus = other.steps[reference.steps.length];
  if (surplus !== undefined && differences.every((d) => d.kind !== "statement")) {
    differences.push({
      ...statementDifference(surplus, undefined),
      expected: "(the script ends)\n",
      actual: `${surplus.cmd}\n`,
    });
  }
  return { equal, total, differences, leftOut };
}

/**
 * The first way in which a step differs: its text, its status, its duration.
 * @param countsAtRandom frames of random times may have been counted already, or not yet
 */
function compareStep(expected: Step, actual: Step, countsAtRandom: boolean): Difference | null {
  const base = {
    where: `step ${expected.n}`,
    item: `step ${expected.n}`,
    step: expected.n,
    command: expected.cmd,
    at: expected.t_end ?? expected.t ?? Number.POSITIVE_INFINITY,
    lastCommon: null,
  };
  for (const stream of ["stdout", "stderr"] as const) {
    const isInexact = countsAtRandom && COUNTER_COMMANDS.test(expected.cmd);
    const text = (step: Step) => {
      const plain = normalizeText(step[stream], step.cmd);
      return isInexact ? withoutNumbers(withoutRandomCounts(plain)) : plain;
    };
    const [a, b] = [text(expected), text(actual)];
    if (a === b) continue;
    return { ...base, kind: "output", where: `${base.where}, ${stream}`, expected: a, actual: b };
  }
  if (expected.rc !== actual.rc)
    return { ...base, kind: "status", expected: `status ${expected.rc}\n`, actual: `status ${actual.rc}\n` };
  const [a, b] = [duration(expected), duration(actual)];
  if (isDurationEqual(a, b)) return null;
  return { ...base, kind: "time", expected: `took ${a.toFixed(3)} s\n`, actual: `took ${b.toFixed(3)} s\n` };
}

/**
 * Commands that leave out counters of zero show what frames of random times have moved: those that such a frame moves on its way
 * out or in, and no others.
 */
const RANDOM_COUNTERS =
  /^(?:Ip6(?:In|Out)(?:Receives|Delivers|Requests|Transmits|Discards|NoRoutes|McastPkts|Octets|McastOctets|NoECTPkts)|Icmp6(?:In|Out)(?:Msgs|RouterSolicits|NeighborSolicits|MLDv2Reports|Type133|Type135|Type143)) .*\n/gm;

function withoutRandomCounts(text: string): string {
  return text.replace(RANDOM_COUNTERS, "");
}

function duration(step: Step): number {
  return (step.t_end ?? step.t ?? 0) - (step.t ?? 0);
}

function statementDifference(expected: Step, actual: Step | undefined): Difference {
  return {
    kind: "statement",
    where: `step ${expected.n}`,
    item: "statements",
    step: expected.n,
    command: expected.cmd,
    at: expected.t ?? Number.POSITIVE_INFINITY,
    expected: `${expected.cmd}\n`,
    actual: actual === undefined ? "(the recording ends)\n" : `${actual.cmd}\n`,
    lastCommon: null,
  };
}
