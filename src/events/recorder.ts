import { asTime, type Nanos } from "../core/nanos.ts";
import type { Frame, IpPacket } from "../wire/frame.ts";

/**
 * Where events go as they happen. Every row of a run gets a number (`seq`, from 1), whether or not anybody keeps it:
 * `(time, seq)` grows strictly. Absent values are 0 (cause, frame, length, reason) or -1 (netns, device).
 */
export interface Recorder {
  /** Time of the rows to come. The scheduler sets it before each step. */
  time: Nanos;
  /** `seq` of the newest row; 0 before the first. */
  readonly seq: number;
  /**
   * Adds a row and gives its `seq`. Only a frame's first appearance passes the `Frame` itself, whose octets are kept
   * then, and a packet that is dropped before it became a frame.
   */
  row(
    kind: number,
    cause: number,
    netns: number,
    device: number,
    frameId: number,
    length: number,
    reason: number,
    data: string,
    firstSight: Frame | IpPacket | null,
  ): number;
}

/** Numbers rows and keeps nothing. The rows that a log has of its own, checkpoints and snapshots, have no numbers then. */
export class NullRecorder implements Recorder {
  time: Nanos = 0;
  seq = 0;
  constructor() {
    asTime(this, "time");
  }
  row(): number {
    return ++this.seq;
  }
}
