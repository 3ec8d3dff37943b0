/** Frames of a recording, prepared for comparison. */
import { frameTexts } from "./frame-text.ts";
import { type FrameRecord, interfaceKey, type Recording, type Step } from "./recording.ts";

/** A frame with what comparing it needs. */
export interface JudgedFrame {
  readonly record: FrameRecord;
  /** Direction, length and text without what is random. */
  readonly key: string;
  /** Number of the step in which it was sent; 0: before the first. */
  readonly step: number;
  /** Rank among all frames of its recording. */
  readonly place: number;
}

/** The same frame in both recordings. */
export interface FramePair {
  readonly expected: JudgedFrame;
  readonly actual: JudgedFrame;
}

/** A recording is never written to, and each part of a comparison asks for its frames. */
const judgedOf = new WeakMap<Recording, readonly JudgedFrame[]>();

/** In time order. */
export function judgedFrames(recording: Recording): readonly JudgedFrame[] {
  const known = judgedOf.get(recording) ?? judge(recording);
  judgedOf.set(recording, known);
  return known;
}

function judge(recording: Recording): JudgedFrame[] {
  const texts = frameTexts(recording.frames);
  const judged = recording.frames.map((record, i) => ({
    record,
    key: `${record.dir} ${record.len} ${texts[i]}`,
    step: stepAt(recording.steps, record.t),
  }));
  judged.sort((a, b) => a.record.t - b.record.t); // stable: frames of one instant keep their order
  return judged.map((frame, place) => ({ ...frame, place }));
}

function stepAt(steps: readonly Step[], t: number): number {
  let found = 0;
  for (const step of steps) {
    if (step.t === null || step.t > t) break;
    found = step.n;
  }
  return found;
}

/** For people: when, where and what. */
export function showFrame(frame: JudgedFrame | undefined): string {
  if (frame === undefined) return "(no frame)";
  return `${frame.record.t.toFixed(6)} ${interfaceKey(frame.record)} ${frame.key}`;
}
