import { describe, expect, it } from "vitest";
import { KIND } from "../../src/events/kinds.ts";
import { describeLogDifference, diffLogs } from "../../src/events/log-diff.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import type { LogWriter, LogWriterOptions } from "../../src/events/log-writer.ts";
import { arpRequest, echoRequest, logOf, sampleLog } from "./sample-log.ts";

const open = (bytes: Uint8Array) => new LogReader(bytes);

/** A run of 100 steps and their records, in which something may be otherwise. */
function run(change: (writer: LogWriter, step: number) => boolean, options: Partial<LogWriterOptions> = {}) {
  return open(
    logOf(
      (writer) => {
        for (let step = 1; step <= 100; step++) {
          writer.time = 1000 * step;
          if (change(writer, step)) continue;
          const seq = writer.row(KIND.wake, Math.max(0, writer.seq - 1), 0, -1, 0, 0, 0, "", null);
          const echo = echoRequest(step);
          writer.row(KIND.xmit, seq, 0, 2, step, echo.length, 0, "", echo);
        }
        writer.end("{}");
      },
      { batchRows: 16, ...options },
    ),
  );
}
const unchanged = () => false;

describe("diffLogs", () => {
  it("should find equal logs equal, whatever their batches, seeds and versions", () => {
    const a = run(unchanged);
    expect(diffLogs(a, run(unchanged))).toEqual({ kind: "equal", rows: 201 });
    expect(diffLogs(a, run(unchanged, { batchRows: 7 }))).toEqual({ kind: "equal", rows: 201 });
    expect(diffLogs(a, run(unchanged, { seed: "43", version: "0.2.0" }))).toEqual({
      kind: "equal",
      rows: 201,
    });
  });

  it("should find the first row that differs, its columns and both sides' causes", () => {
    const other = run((writer, step) => {
      if (step !== 60) return false;
      const seq = writer.row(KIND.wake, writer.seq - 1, 0, -1, 0, 0, 0, "", null);
      const arp = arpRequest(step);
      writer.row(KIND.xmit, seq, 0, 3, step, arp.length, 0, "", arp);
      return true;
    });
    for (const b of [other, open(sampleLog())]) expect(diffLogs(b, b).kind).toBe("equal");
    const difference = diffLogs(run(unchanged), other);
    if (difference.kind !== "differs") throw new Error(difference.kind);
    expect(difference.index).toBe(119);
    expect(difference.columns).toEqual(["device", "length", "octets"]);
    expect([difference.a.row.seq, difference.b.row.seq]).toEqual([120, 120]);
    expect(difference.a.text).toContain("ICMP echo request id 7 seq 60");
    expect(difference.b.text).toContain("ARP request 10.0.0.1");
    expect(difference.a.causes.slice(0, 2)).toEqual([
      "#119 0.000060000 wake netns 0 cause #117",
      "#117 0.000059000 wake netns 0 cause #115",
    ]);
  });

  it("should find the same difference in batches of other sizes", () => {
    const change = (writer: LogWriter, step: number) => {
      if (step === 77) writer.row(KIND.output, 0, 0, -1, 0, 0, 0, "tick", null);
      return false;
    };
    for (const batchRows of [1, 16, 50, 1000]) {
      const difference = diffLogs(run(unchanged), run(change, { batchRows }));
      expect(difference).toMatchObject({ kind: "differs", index: 152 });
    }
  });

  it("should name a text that differs", () => {
    const note = (text: string) =>
      open(logOf((writer) => writer.row(KIND.output, 0, 0, -1, 0, 0, 0, text, null) && writer.end("")));
    expect(diffLogs(note("a"), note("b"))).toMatchObject({ kind: "differs", index: 0, columns: ["data"] });
  });

  it("should say which log ends first, and how the other goes on", () => {
    const rows = (count: number) => (writer: LogWriter) => {
      for (let i = 0; i < count; i++) writer.row(KIND.wake, 0, 0, -1, 0, 0, 0, "", null);
      writer.flush();
    };
    const short = open(logOf(rows(3)));
    const long = open(logOf(rows(5)));
    expect(diffLogs(short, long)).toMatchObject({
      kind: "ended",
      ended: "a",
      index: 3,
      next: { row: { seq: 4 } },
    });
    expect(diffLogs(long, short)).toMatchObject({ kind: "ended", ended: "b", index: 3 });
    expect(diffLogs(short, short)).toEqual({ kind: "equal", rows: 3 });
  });

  it("should stop at damage", () => {
    const bytes = sampleLog();
    const { offset } = open(bytes).batches[1]!;
    const damaged = bytes.slice();
    damaged[offset + 2000]! ^= 1;
    const other = open(sampleLog({ batchRows: 5 }));
    expect(diffLogs(open(damaged), other)).toMatchObject({ kind: "damaged", damaged: "a", index: 6 });
    expect(diffLogs(other, open(damaged))).toMatchObject({ kind: "damaged", damaged: "b", index: 6 });
    const head = bytes.slice();
    head[offset]! ^= 1;
    expect(diffLogs(open(bytes), open(head))).toMatchObject({ kind: "damaged", damaged: "b", index: 6 });
  });
});

describe("describeLogDifference", () => {
  it("should tell a difference line by line", () => {
    const drop = (device: number) =>
      open(
        logOf((writer) => {
          writer.row(KIND.wake, 0, 0, -1, 0, 0, 0, "", null);
          writer.row(KIND.drop, 1, 0, device, 0, 0, 1, "", null);
          writer.end("");
        }),
      );
    expect(describeLogDifference(diffLogs(drop(2), drop(3)))).toMatchInlineSnapshot(`
      "event 2 differs in device
      a: #2 0.000000000 drop DEV_READY netns 0 device 2 cause #1
           <- #1 0.000000000 wake netns 0
      b: #2 0.000000000 drop DEV_READY netns 0 device 3 cause #1
           <- #1 0.000000000 wake netns 0"
    `);
    expect(describeLogDifference(diffLogs(drop(2), drop(2)))).toBe("the logs have the same 3 events");
  });
  it("should tell an early end and damage", () => {
    const wakes = (count: number) =>
      logOf((writer) => {
        for (let i = 0; i < count; i++) writer.row(KIND.wake, 0, 0, -1, 0, 0, 0, "", null);
        writer.flush();
      });
    expect(describeLogDifference(diffLogs(open(wakes(1)), open(wakes(2))))).toMatchInlineSnapshot(`
      "log a ends after 1 events, log b goes on
      b: #2 0.000000000 wake netns 0"
    `);
    const damaged = wakes(2);
    damaged[damaged.length - 100]! ^= 1;
    expect(describeLogDifference(diffLogs(open(wakes(1)), open(damaged)))).toContain(
      "the first 0 events are the same, then log b is damaged: batch 0 is damaged: bytes",
    );
  });
});
