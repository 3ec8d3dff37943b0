/** Reads a log while it is written: batch by batch, so that memory does not grow with the run. */
import { BATCH_HEAD_OCTETS, readBatchHead } from "../events/batch-head.ts";
import { DROP_REASONS, EVENT_KINDS } from "../events/kinds.ts";
import { LogBatch } from "../events/log-batch.ts";
import { batchLayout } from "../events/log-schema.ts";
import type { LogSink } from "../events/log-sink.ts";

const NAMES = { kinds: EVENT_KINDS, reasons: DROP_REASONS };

export class LogTap implements LogSink {
  private buffer = new Uint8Array(1 << 16);
  private used = 0;
  private offset = 0;
  private hasHead = false;

  /**
   * @param next is handed the log as it is; null: nobody
   * @param onBatch is told of each batch, whose octets are gone when it returns
   */
  constructor(
    private readonly next: LogSink | null,
    private readonly onBatch: (batch: LogBatch) => void,
  ) {}

  write(bytes: Uint8Array): void {
    this.next?.write(bytes);
    // The head of a log comes in one piece, in front of everything else.
    if (!this.hasHead) {
      this.hasHead = true;
      this.offset = bytes.length;
      return;
    }
    const needed = this.used + bytes.length;
    if (needed > this.buffer.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.buffer.length));
      grown.set(this.buffer.subarray(0, this.used));
      this.buffer = grown;
    }
    this.buffer.set(bytes, this.used);
    this.used = needed;
    this.takeBatch();
  }

  private takeBatch(): void {
    if (this.used < BATCH_HEAD_OCTETS) return;
    const head = readBatchHead(this.buffer.subarray(0, BATCH_HEAD_OCTETS));
    if (head === null) return; // the end marker
    const { facts, hash } = head;
    const octets = BATCH_HEAD_OCTETS + batchLayout(facts.rows, facts.dataOctets, facts.octetsOctets).total;
    if (this.used < octets) return;
    const lastSeq = facts.firstSeq + facts.rows - 1;
    const entry = { ...facts, offset: this.offset, octets, lastSeq, hash, problem: null };
    this.onBatch(new LogBatch(entry, this.buffer.subarray(BATCH_HEAD_OCTETS, octets), NAMES));
    this.offset += octets;
    this.buffer.copyWithin(0, octets, this.used);
    this.used -= octets;
  }
}
