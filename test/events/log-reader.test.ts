import { Message } from "apache-arrow/fb/message";
import { ByteBuffer } from "flatbuffers";
import { describe, expect, it } from "vitest";
import type { ByteSource } from "../../src/events/byte-source.ts";
import { DROP_REASONS, EVENT_KINDS, KIND } from "../../src/events/kinds.ts";
import { LogBatch, type LogRow } from "../../src/events/log-batch.ts";
import { encodeLogHeader } from "../../src/events/log-header.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { frameOctets } from "../../src/wire/ethernet.ts";
import { arpRequest, logOf, sampleLog } from "./sample-log.ts";

const columnsOf = (row: LogRow) => ({
  time: row.time,
  seq: row.seq,
  cause: row.cause,
  kind: row.kindName,
  netns: row.netns,
  device: row.device,
  frame: row.frame,
  length: row.length,
  reason: row.reasonName,
  data: row.data,
  octets: row.octets.length,
});

function openBatch(log: LogReader, index: number): LogBatch {
  const batch = log.batch(index);
  if (batch instanceof LogBatch) return batch;
  throw new Error(batch.message);
}

/** A file that counts what is read of it. */
class CountingSource implements ByteSource {
  octetsRead = 0;
  constructor(private readonly bytes: Uint8Array) {}
  get size(): number {
    return this.bytes.length;
  }
  read(offset: number, length: number): Uint8Array {
    this.octetsRead += length;
    return this.bytes.slice(offset, offset + length);
  }
}

describe("LogReader", () => {
  it("should read back every column of every row", () => {
    const log = new LogReader(sampleLog());
    const rows = [...log.rows()].map(columnsOf);
    expect(rows.length).toBe(13);
    expect(rows[4]).toEqual({
      time: 2_000_000,
      seq: 5,
      cause: 4,
      kind: "xmit",
      netns: 0,
      device: 2,
      frame: 1,
      length: 42,
      reason: "none",
      data: "",
      octets: 42,
    });
    expect(rows[6]).toEqual({
      time: 2_000_000,
      seq: 7,
      cause: 0,
      kind: "snapshot",
      netns: -1,
      device: -1,
      frame: 0,
      length: 0,
      reason: "none",
      data: '{"cells":["größer 😀"]}',
      octets: 0,
    });
    expect(rows[8]).toMatchObject({ kind: "drop", reason: "DEV_READY", cause: 8 });
    expect(log.rowBySeq(5)!.octets).toEqual(frameOctets(arpRequest(1)));
  });

  it("should tell what the head and the batches say without reading the batches", () => {
    const log = new LogReader(sampleLog());
    expect(log.header).toEqual({
      format: "1",
      version: "0.1.0",
      seed: "42",
      kinds: EVENT_KINDS,
      reasons: DROP_REASONS,
    });
    expect(
      log.batches.map(({ rows, firstSeq, lastSeq, firstTime, lastTime, hasSnapshot, hasEnd, problem }) => [
        ...[rows, firstSeq, lastSeq, firstTime, lastTime],
        ...[hasSnapshot, hasEnd, problem],
      ]),
    ).toEqual([
      [6, 1, 6, 1e6, 2e6, false, false, null],
      [6, 7, 12, 2e6, 8e9, true, false, null],
      [1, 13, 13, 8e9, 8e9, false, true, null],
    ]);
    expect(log.rowCount).toBe(13);
    expect(log.isComplete).toBe(true);
    expect(log.verify()).toEqual([]);
  });

  it("should show in each Arrow message what it says of the batch", () => {
    const bytes = sampleLog();
    const { offset, hash, previous } = new LogReader(bytes).batches[1]!;
    const message = Message.getRootAsMessage(new ByteBuffer(bytes.subarray(offset + 8)));
    const metadata = Array.from({ length: message.customMetadataLength() }, (_, i) => {
      const keyValue = message.customMetadata(i)!;
      return [keyValue.key(), keyValue.value()];
    });
    expect(metadata).toEqual([
      ["first_seq", "0000000000000007"],
      ["last_seq", "0000000000000012"],
      ["first_time", "0000000002000000"],
      ["last_time", "0000008000000000"],
      ["snapshot", "1"],
      ["end", "0"],
      ["previous", previous],
      ["hash", hash],
    ]);
  });

  it("should begin everything at a multiple of 64 octets", () => {
    const log = new LogReader(sampleLog());
    expect(log.batches.every(({ offset, octets }) => offset % 64 === 0 && octets % 64 === 0)).toBe(true);
  });

  it("should find batches by number and by time", () => {
    const log = new LogReader(sampleLog());
    const bySeq = (seq: number) => log.findBatchBySeq(seq);
    expect([0, 1, 6, 7, 12, 13, 14].map(bySeq)).toEqual([-1, 0, 0, 1, 1, 2, -1]);
    const byTime = (time: number) => log.findBatchByTime(time);
    expect([0, 1e6, 2e6, 2e6 + 1, 8e9, 8e9 + 1].map(byTime)).toEqual([0, 0, 0, 1, 1, -1]);
  });

  it("should iterate from a number or a time on", () => {
    const log = new LogReader(sampleLog());
    const seqs = (rows: Iterable<LogRow>) => [...rows].map((row) => row.seq);
    expect(seqs(log.rows({ seq: 12 }))).toEqual([12, 13]);
    expect(seqs(log.rows({ seq: 14 }))).toEqual([]);
    expect(seqs(log.rows({ time: 2e6 }))).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    expect(seqs(log.rows({ time: 2e6 + 1 }))).toEqual([8, 9, 10, 11, 12, 13]);
    expect(seqs(log.rows({ time: 9e9 }))).toEqual([]);
  });

  it("should find the last snapshot before a number or a time", () => {
    const log = new LogReader(
      logOf(
        (writer) => {
          for (let i = 1; i <= 30; i++) {
            writer.time = 10 * i;
            if (i % 10 === 0) writer.snapshot(`state ${i}`);
            else writer.row(KIND.wake, 0, 0, -1, 0, 0, 0, "", null);
          }
          writer.end("");
        },
        { batchRows: 4 },
      ),
    );
    const snapshot = (index: number) => (index < 0 ? null : openBatch(log, index).data(0));
    const bySeq = (seq: number) => snapshot(log.lastSnapshotBefore({ seq }));
    expect([9, 10, 19, 20, 31, 99].map(bySeq)).toEqual([
      null,
      "state 10",
      "state 10",
      "state 20",
      "state 30",
      "state 30",
    ]);
    const byTime = (time: number) => snapshot(log.lastSnapshotBefore({ time }));
    expect([99, 100, 199, 200, 999].map(byTime)).toEqual([
      null,
      "state 10",
      "state 10",
      "state 20",
      "state 30",
    ]);
  });

  it("should begin at the number where a forked log begins", () => {
    const bytes = logOf(
      (writer) => {
        writer.snapshot("base");
        writer.end("");
      },
      { firstSeq: 1001 },
    );
    const log = new LogReader(bytes);
    expect([...log.rows()].map((row) => [row.seq, row.kindName])).toEqual([
      [1001, "snapshot"],
      [1002, "end"],
    ]);
    expect(log.rowBySeq(1002)!.kindName).toBe("end");
    expect(log.rowBySeq(1)).toBeNull();
  });

  it("should read a file from any place in memory, and through a source", () => {
    const bytes = sampleLog();
    const expected = [...new LogReader(bytes).rows()].map(columnsOf);
    for (let shift = 1; shift < 8; shift++) {
      const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
      shifted.set(bytes);
      const log = new LogReader(shifted);
      expect([...log.rows()].map(columnsOf)).toEqual(expected);
      expect(log.verify()).toEqual([]);
    }
    const log = new LogReader(new CountingSource(bytes));
    expect([...log.rows()].map(columnsOf)).toEqual(expected);
    expect(log.verify()).toEqual([]);
    expect([...new LogReader(Buffer.from(bytes)).rows()].map(columnsOf)).toEqual(expected);
  });

  it("should read only heads to open, and one batch to find a row", () => {
    const bytes = logOf(
      (writer) => {
        for (let i = 0; i < 20_000; i++) writer.row(KIND.wake, 0, 0, -1, 0, 0, 0, "some text", null);
        writer.end("");
      },
      { batchRows: 1000 },
    );
    const source = new CountingSource(bytes);
    const log = new LogReader(source);
    expect(log.batches.length).toBe(21);
    // The first 64 KiB, where the log's own head stands, and a head a batch.
    expect(source.octetsRead).toBeLessThan(65_536 + 22 * 2048);
    source.octetsRead = 0;
    expect(log.rowBySeq(15_500)!.data).toBe("some text");
    expect(source.octetsRead).toBe(log.batches[15]!.octets);
  });

  it("should find a frame's octets from any row that names it", () => {
    const log = new LogReader(sampleLog({ batchRows: 2 }));
    expect(log.frameOctets(1, 6)).toEqual(frameOctets(arpRequest(1)));
    expect(log.frameOctets(1, 13)).toEqual(frameOctets(arpRequest(1)));
    expect(log.frameOctets(1, 4)).toBeNull();
    expect(log.frameOctets(9, 13)).toBeNull();
  });

  it("should refuse the number of a batch that is not there as a bug", () => {
    expect(() => new LogReader(sampleLog()).batch(3)).toThrow("no batch 3 in a log of 3");
  });
});

describe("LogReader, on logs of other versions", () => {
  const header = { format: "1", version: "9.9.9", seed: "1", kinds: EVENT_KINDS, reasons: DROP_REASONS };
  const kindsOf = (bytes: Uint8Array) => new LogReader(bytes).verify().map(({ kind }) => kind);

  it("should name a format that it does not know", () => {
    const log = new LogReader(encodeLogHeader({ ...header, format: "2" }));
    expect(log.verify()).toEqual([
      expect.objectContaining({
        kind: "version",
        message: 'log format "2" of vethsim "9.9.9"; this reader knows format 1',
      }),
    ]);
    expect(log.batches).toEqual([]);
  });
  it("should read logs that know fewer or more kinds", () => {
    expect(kindsOf(encodeLogHeader({ ...header, kinds: EVENT_KINDS.slice(0, 9) }))).toEqual(["unclosed"]);
    expect(kindsOf(encodeLogHeader({ ...header, kinds: [...EVENT_KINDS, "new"] }))).toEqual(["unclosed"]);
  });
  it("should refuse logs whose kinds have other numbers", () => {
    expect(kindsOf(encodeLogHeader({ ...header, kinds: EVENT_KINDS.toReversed() }))).toEqual(["version"]);
  });
  it("should read a head longer than the first read", () => {
    const bytes = sampleLog({ seed: "7".repeat(100_000) });
    expect(new LogReader(bytes).header!.seed.length).toBe(100_000);
    expect(new LogReader(bytes).verify()).toEqual([]);
  });
});
