/** When jobs run beside the script: their frames interleave at random with those of the commands. */
import type { Recording } from "./recording.ts";

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A single `&`: not `&&`, not a redirection (`2>&1`, `&>`). */
const STARTS_JOB = /(?<![&<>])&(?![&>])/;

export function backgroundSpans(recording: Recording): Span[] {
  const spans: Span[] = [];
  let from: number | null = null;
  for (const step of recording.steps) {
    if (step.t === null || step.cmd.trimStart().startsWith("#")) continue;
    if (from === null && STARTS_JOB.test(step.cmd)) from = step.t;
    if (from !== null && /\bwait\b/.test(step.cmd)) {
      spans.push({ from, to: step.t_end ?? Number.POSITIVE_INFINITY });
      from = null;
    }
  }
  if (from !== null) spans.push({ from, to: Number.POSITIVE_INFINITY });
  return spans;
}

export function isWithin(spans: readonly Span[], t: number): boolean {
  return spans.some((span) => span.from <= t && t <= span.to);
}
