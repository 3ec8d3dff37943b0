import { tableFromIPC } from "apache-arrow";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DROP_REASONS, EVENT_KINDS, KIND } from "../../src/events/kinds.ts";
import { LogProblem } from "../../src/events/log-problem.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { frameOctets } from "../../src/wire/ethernet.ts";
import { Frame, OpaquePayload } from "../../src/wire/frame.ts";
import { logOf, sampleLog } from "./sample-log.ts";

const opaqueFrame = fc
  .uint8Array({ maxLength: 80 })
  .map((octets) => new Frame(1, 2, 4, 0x88b5, new OpaquePayload(octets), 14 + octets.length, null));

/** A row as the recorder takes it, with the time since the row in front. */
const anyRow = fc.record({
  wait: fc.oneof(
    fc.constant(0),
    fc.nat(),
    fc.maxSafeNat().map((n) => n % 2 ** 45),
  ),
  kind: fc.nat(KIND.checkpoint - 1),
  cause: fc.maxSafeNat(),
  netns: fc.integer({ min: -1 }),
  device: fc.integer({ min: -1 }),
  frame: fc.nat(0xffff_ffff),
  length: fc.nat(0xffff_ffff),
  reason: fc.nat(DROP_REASONS.length - 1),
  data: fc.oneof(fc.constant(""), fc.string({ unit: "binary", maxLength: 300 })),
  firstSight: fc.option(opaqueFrame),
  snapshot: fc.option(fc.string(), { freq: 9 }),
});

const anyLog = fc
  .record({
    rows: fc.array(anyRow, { maxLength: 60 }),
    batchRows: fc.integer({ min: 1, max: 70 }),
    batchOctets: fc.integer({ min: 1, max: 4000 }),
    firstSeq: fc.integer({ min: 1 }),
    seed: fc.string({ unit: "grapheme" }),
  })
  .map(({ rows, ...options }) => {
    const expected: unknown[] = [];
    const none = { cause: 0, netns: -1, device: -1, frame: 0, length: 0, reason: "none", octets: "" };
    const bytes = logOf((writer) => {
      for (const row of rows) {
        writer.time += row.wait;
        if (row.snapshot !== null) {
          const seq = writer.snapshot(row.snapshot);
          expected.push({ ...none, time: writer.time, seq, kind: "snapshot", data: row.snapshot });
        }
        const { kind, cause, netns, device, frame, length, reason, data, firstSight } = row;
        const seq = writer.row(kind, cause, netns, device, frame, length, reason, data, firstSight);
        const octets = firstSight === null ? "" : frameOctets(firstSight).join();
        const names = { kind: EVENT_KINDS[kind], reason: DROP_REASONS[reason] };
        expected.push({
          time: writer.time,
          seq,
          cause,
          netns,
          device,
          frame,
          length,
          data,
          octets,
          ...names,
        });
      }
      expected.push({ ...none, time: writer.time, seq: writer.seq + 1, kind: "end", data: "{}" });
      writer.end("{}");
    }, options);
    return { bytes, expected, seed: options.seed };
  });

describe("a log", () => {
  it("should be read as it was written, by LogReader and by apache-arrow", () => {
    fc.assert(
      fc.property(anyLog, ({ bytes, expected, seed }) => {
        const log = new LogReader(bytes);
        expect(log.verify()).toEqual([]);
        expect(log.header!.seed).toBe(seed);
        const rows = [...log.rows()].map((row) => ({
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
          octets: row.octets.join(),
        }));
        expect(rows).toEqual(expected);
        const table = tableFromIPC(bytes);
        expect(table.numRows).toBe(expected.length);
        const arrow = table.toArray().map((row: { toJSON(): Record<string, unknown> }) => {
          const { time, seq, cause, octets, ...others } = row.toJSON();
          const numbers = { time: Number(time), seq: Number(seq), cause: Number(cause) };
          return { ...others, ...numbers, octets: (octets as Uint8Array).join() };
        });
        expect(arrow).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  it("should name every change of one byte, and every cut", () => {
    fc.assert(
      fc.property(anyLog, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ bytes }, place, mask) => {
        const at = place % bytes.length;
        const cut = new LogReader(bytes.subarray(0, at)).verify();
        expect(cut.length).toBe(1);
        expect(["truncated", "unclosed"]).toContain(cut[0]!.kind);
        const intact = new LogReader(bytes);
        const changed = bytes.slice();
        changed[at]! ^= mask;
        const log = new LogReader(changed);
        const problems = log.verify();
        const holder = intact.batches.findIndex((b) => b.offset <= at && at < b.offset + b.octets);
        expect(problems.map(({ batch }) => batch)).toEqual([holder]);
        // All that stands in front of the damage is as it was.
        const seqs = [...log.rows()].map((row) => row.seq);
        const before =
          holder < 0 ? seqs.length : intact.batches[holder]!.firstSeq - intact.batches[0]!.firstSeq;
        expect(seqs.length).toBe(before);
      }),
      { numRuns: 300 },
    );
  });

  it("should name damage of any size", () => {
    const bytes = sampleLog();
    const patch = fc.record({
      from: fc.nat(bytes.length),
      removed: fc.nat(3000),
      inserted: fc.uint8Array({ maxLength: 50 }),
    });
    fc.assert(
      fc.property(fc.array(patch, { minLength: 1, maxLength: 3 }), (patches) => {
        let damaged = [...bytes];
        for (const { from, removed, inserted } of patches) damaged.splice(from, removed, ...inserted);
        fc.pre(damaged.length !== bytes.length || damaged.some((octet, i) => octet !== bytes[i]));
        expect(new LogReader(new Uint8Array(damaged)).verify().length).toBeGreaterThan(0);
        damaged = [];
      }),
      { numRuns: 500 },
    );
  });
});

describe("LogReader", () => {
  it("should open any octets and never throw", () => {
    const front = sampleLog().subarray(0, 5000);
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 200 }).map((octets) => Uint8Array.from([0xff, 0xff, 0xff, 0xff, ...octets])),
      // A log from whose front on some octets are replaced: sizes and offsets among them.
      fc.array(fc.tuple(fc.nat(front.length - 1), fc.nat(255)), { maxLength: 30 }).map((changes) => {
        const octets = front.slice();
        for (const [at, octet] of changes) octets[at] = octet;
        return octets;
      }),
    );
    fc.assert(
      fc.property(garbage, (octets) => {
        const log = new LogReader(octets);
        const problems = log.verify();
        expect(problems.length).toBeGreaterThan(0);
        for (const problem of problems) expect(problem).toBeInstanceOf(LogProblem);
        for (const row of log.rows()) expect(typeof row.data).toBe("string");
        log.findBatchBySeq(7);
        log.findBatchByTime(2e6);
        log.lastSnapshotBefore({ seq: 9 });
        log.frameOctets(1, 9);
      }),
      { numRuns: 1000 },
    );
  });
});
