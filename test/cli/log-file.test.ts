import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FileSink, FileSource } from "../../src/cli/log-file.ts";
import { LogTap } from "../../src/cli/log-tap.ts";
import { parseCount, parseTime } from "../../src/cli/option-values.ts";
import { KIND } from "../../src/events/kinds.ts";
import type { LogBatch } from "../../src/events/log-batch.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { MemorySink } from "../../src/events/log-sink.ts";
import { LogWriter } from "../../src/events/log-writer.ts";
import { workDirectory } from "./run-cli.ts";

const work = workDirectory();

describe("a file sink", () => {
  it("should write pieces of any size in order, and copy them", () => {
    const path = work.path("sink");
    const sink = new FileSink(path);
    const piece = new Uint8Array(700_000);
    for (const octet of [1, 2, 3]) sink.write(piece.fill(octet));
    sink.write(new Uint8Array(3_000_000).fill(4));
    sink.write(Uint8Array.of(5));
    sink.close();
    sink.close();
    const octets = readFileSync(path);
    expect(octets).toHaveLength(5_100_001);
    expect([0, 699_999, 700_000, 2_099_999, 2_100_000, 5_099_999, 5_100_000].map((at) => octets[at])).toEqual(
      [1, 1, 2, 3, 4, 4, 5],
    );
  });
});

describe("a file source", () => {
  it("should read from any place, and fewer octets at the end", () => {
    const source = new FileSource(work.write("source", "0123456789"));
    expect(source.size).toBe(10);
    expect(Buffer.from(source.read(3, 4)).toString()).toBe("3456");
    expect(Buffer.from(source.read(8, 4)).toString()).toBe("89");
    source.close();
  });
  it("should name a directory as what it is", () => {
    expect(() => new FileSource(work.path("."))).toThrow("is a directory");
  });
});

describe("a tap on a log", () => {
  it("should hand on every octet, and see the rows that a reader reads", () => {
    const rows: string[] = [];
    const memory = new MemorySink();
    const see = (batch: LogBatch) => {
      for (let row = 0; row < batch.rows; row++)
        rows.push(`${batch.seq(row)} ${batch.time(row)} ${batch.data(row)}`);
    };
    const writer = new LogWriter(new LogTap(memory, see), { seed: "1", version: "0", batchRows: 7 });
    for (let i = 0; i < 100; i++) {
      writer.time = i;
      writer.row(KIND.output, 0, -1, -1, 0, 0, 0, "é".repeat(i), null);
    }
    writer.end("{}");
    const reader = new LogReader(memory.bytes());
    expect(reader.verify()).toEqual([]);
    expect(rows).toEqual([...reader.rows()].map((row) => `${row.seq} ${row.time} ${row.data}`));
    expect(rows).toHaveLength(101);
  });
});

describe("values of options", () => {
  it.each([
    ["0", 0],
    ["1.5", 1_500_000_000],
    [".25s", 250_000_000],
    ["17ns", 17],
    ["3us", 3_000],
    ["250ms", 250_000_000],
    ["2m", 120_000_000_000],
    ["1d", 86_400_000_000_000],
  ])("should take %s as a time", (text, nanos) => {
    expect(parseTime(text)).toBe(nanos);
  });
  it.each(["", "-1", "1 s", "s", "1e3", "9999999999d"])("should not take '%s' as a time", (text) => {
    expect(parseTime(text)).toBeNull();
  });
  it("should take whole numbers only", () => {
    expect([parseCount("0"), parseCount("12"), parseCount("1.5"), parseCount("-1"), parseCount("")]).toEqual([
      0,
      12,
      null,
      null,
      null,
    ]);
  });
});
