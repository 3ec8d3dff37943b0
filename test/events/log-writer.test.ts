import { tableFromIPC } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { DROP_REASONS, EVENT_KINDS, KIND } from "../../src/events/kinds.ts";
import { LOG_COLUMNS } from "../../src/events/log-schema.ts";
import { MemorySink } from "../../src/events/log-sink.ts";
import { LogWriter } from "../../src/events/log-writer.ts";
import { NullRecorder } from "../../src/events/recorder.ts";
import { frameOctets } from "../../src/wire/ethernet.ts";
import { arpRequest, echoRequest, logOf, sampleLog, sampleRows } from "./sample-log.ts";

/** The log as apache-arrow reads it, int64 as numbers, octets as arrays. */
function arrowRows(log: Uint8Array): Record<string, unknown>[] {
  return tableFromIPC(log)
    .toArray()
    .map((row: { toJSON(): Record<string, unknown> }) =>
      Object.fromEntries(
        Object.entries(row.toJSON()).map(([column, value]) => {
          if (value instanceof Uint8Array) return [column, [...value]];
          return [column, typeof value === "bigint" ? Number(value) : value];
        }),
      ),
    );
}

const NOTHING = {
  cause: 0,
  netns: -1,
  device: -1,
  frame: 0,
  length: 0,
  reason: "none",
  data: "",
  octets: [],
};

describe("LogWriter", () => {
  it("should write what apache-arrow reads, column by column", () => {
    const arp = arpRequest(1);
    const echo = echoRequest(2);
    const early = { ...NOTHING, time: 2_000_000, netns: 0, device: 2 };
    const late = { ...NOTHING, time: 8_000_000_000 };
    expect(arrowRows(sampleLog())).toEqual([
      { ...NOTHING, time: 1e6, seq: 1, kind: "request", netns: 0, data: '{"op":"RTM_NEWLINK"}' },
      {
        ...NOTHING,
        time: 1e6,
        seq: 2,
        cause: 1,
        kind: "link_new",
        netns: 0,
        device: 2,
        data: '{"ifname":"veth0"}',
      },
      { ...NOTHING, time: 1e6, seq: 3, cause: 1, kind: "reply", netns: 0, data: "{}" },
      { ...early, seq: 4, kind: "timer", data: "arp_timeout" },
      { ...early, seq: 5, cause: 4, kind: "xmit", frame: 1, length: 42, octets: [...frameOctets(arp)] },
      { ...early, seq: 6, cause: 5, kind: "netif_rx", netns: 1, frame: 1, length: 42 },
      { ...NOTHING, time: 2e6, seq: 7, kind: "snapshot", data: '{"cells":["größer 😀"]}' },
      {
        ...late,
        seq: 8,
        cause: 6,
        kind: "xmit",
        netns: 0,
        device: 2,
        frame: 2,
        length: 46,
        octets: [...frameOctets(echo)],
      },
      {
        ...late,
        seq: 9,
        cause: 8,
        kind: "drop",
        netns: 1,
        device: 2,
        frame: 2,
        length: 46,
        reason: "DEV_READY",
      },
      { ...late, seq: 10, kind: "checkpoint", data: "00ff00ff" },
      { ...late, seq: 11, kind: "output", netns: 0, data: '{"pid":1,"fd":1,"text":"done\\n"}' },
      { ...late, seq: 12, kind: "exit", netns: 0, data: '{"pid":1,"status":0}' },
      { ...late, seq: 13, kind: "end", data: '{"events":13}' },
    ]);
  });

  it("should write the schema and the metadata of the format", () => {
    const { schema } = tableFromIPC(sampleLog());
    expect(
      schema.fields.map((field) => ({ name: field.name, type: String(field.type).toLowerCase() })),
    ).toEqual(LOG_COLUMNS.map((column) => ({ name: column.name, type: column.type })));
    expect(schema.fields.some((field) => field.nullable)).toBe(false);
    expect([...schema.metadata]).toEqual([
      ["vethsim.log", "1"],
      ["vethsim.version", "0.1.0"],
      ["vethsim.seed", "42"],
    ]);
  });

  it("should name every kind and every reason in the dictionaries", () => {
    const table = tableFromIPC(sampleLog());
    const names = (column: string) => [...(table.getChild(column)!.data[0]!.dictionary! as Iterable<string>)];
    expect(names("kind")).toEqual([...EVENT_KINDS]);
    expect(names("reason")).toEqual([...DROP_REASONS]);
  });

  it("should number rows as a run without a log does", () => {
    const without = new NullRecorder();
    const writer = new LogWriter(new MemorySink(), { seed: "", version: "" });
    for (let i = 0; i < 3; i++) {
      const row = [KIND.wake, 0, 0, 0, 0, 0, 0, "", null] as const;
      expect(writer.row(...row)).toBe(without.row());
    }
    expect(writer.seq).toBe(without.seq);
  });

  it("should keep whole numbers up to 2^53 - 1 in int64 columns", () => {
    const last = Number.MAX_SAFE_INTEGER;
    const log = logOf(
      (writer) => {
        writer.time = 2 ** 32 - 1;
        writer.row(KIND.wake, 2 ** 32, -1, -1, 0xffff_ffff, 0xffff_ffff, 0, "", null);
        writer.time = last;
        writer.row(KIND.wake, last - 1, 0x7fff_ffff, -0x8000_0000, 0, 0, 0, "", null);
      },
      { batchRows: 2, firstSeq: last - 1 },
    );
    const table = tableFromIPC(log);
    const column = (name: string) => [...(table.getChild(name)! as Iterable<bigint | number>)].map(Number);
    expect(column("time")).toEqual([2 ** 32 - 1, last]);
    expect(column("seq")).toEqual([last - 1, last]);
    expect(column("cause")).toEqual([2 ** 32, last - 1]);
    expect(column("netns")).toEqual([-1, 0x7fff_ffff]);
    expect(column("device")).toEqual([-1, -0x8000_0000]);
    expect(column("frame")).toEqual([0xffff_ffff, 0]);
    expect(column("length")).toEqual([0xffff_ffff, 0]);
  });

  it("should write the same rows in batches of any size", () => {
    const expected = arrowRows(sampleLog());
    for (const batchRows of [1, 2, 5, 13, 1000]) {
      expect(arrowRows(sampleLog({ batchRows })), `${batchRows} rows`).toEqual(expected);
    }
    expect(arrowRows(sampleLog({ batchOctets: 1 }))).toEqual(expected);
  });

  it("should grow its columns and buffers without losing a row", () => {
    const text = (i: number) => `${"ä".repeat(i % 300)}${i}`;
    const log = logOf(
      (writer) => {
        for (let i = 1; i <= 5000; i++) {
          writer.time = i;
          writer.row(KIND.xmit, i - 1, 0, i, i, 46, 0, text(i), echoRequest(i));
        }
      },
      { batchRows: 5000 },
    );
    const rows = arrowRows(log);
    expect(rows.length).toBe(5000);
    rows.forEach((row, n) => {
      const i = n + 1;
      const expected = { ...NOTHING, time: i, seq: i, cause: n, kind: "xmit", netns: 0, device: i, frame: i };
      expect(row).toEqual({
        ...expected,
        length: 46,
        data: text(i),
        octets: [...frameOctets(echoRequest(i))],
      });
    });
  });

  it("should write texts as TextEncoder does, half surrogate pairs included", () => {
    const texts = [
      "",
      "\0",
      "a",
      "ä",
      "😀",
      "a\ud800",
      "\udc00b",
      "x".repeat(25),
      `${"x".repeat(23)}ä`,
      "😀".repeat(9999),
    ];
    const log = logOf((writer) => {
      for (const text of texts) writer.row(KIND.output, 0, 0, -1, 0, 0, 0, text, null);
      writer.end("");
    });
    const written = arrowRows(log).map((row) => row.data);
    expect(written).toEqual([
      ...texts.map((text) => new TextDecoder().decode(new TextEncoder().encode(text))),
      "",
    ]);
  });

  it("should write the same bytes for the same rows", () => {
    expect(sampleLog()).toEqual(sampleLog());
  });

  it("should hand each batch to the sink once, when a bound is reached", () => {
    const sizes: number[] = [];
    const writer = new LogWriter(
      { write: (bytes) => sizes.push(bytes.length) },
      { seed: "", version: "", batchRows: 100, batchOctets: 1000 },
    );
    const header = sizes.length;
    for (let i = 0; i < 99; i++) writer.row(KIND.wake, 0, 0, -1, 0, 0, 0, "", null);
    expect(sizes.length).toBe(header);
    writer.row(KIND.wake, 0, 0, -1, 0, 0, 0, "", null);
    const first = sizes.length;
    expect(first).toBeGreaterThan(header);
    writer.row(KIND.wake, 0, 0, -1, 0, 0, 0, "x".repeat(1000), null);
    expect(sizes.length).toBeGreaterThan(first);
    expect(writer.bytesWritten).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });

  it("should begin a batch with each snapshot and count the octets since", () => {
    const writer = new LogWriter(new MemorySink(), { seed: "", version: "" });
    expect(writer.bytesSinceSnapshot).toBe(0);
    writer.row(KIND.wake, 0, 0, -1, 0, 0, 0, "12345", null);
    expect(writer.bytesSinceSnapshot).toBe(51 + 5);
    writer.snapshot("state");
    expect(writer.bytesSinceSnapshot).toBe(0);
    writer.row(KIND.wake, 0, 0, -1, 0, 0, 0, "", null);
    expect(writer.bytesSinceSnapshot).toBe(51);
  });

  it("should refuse a row behind the closing one as a bug", () => {
    const writer = new LogWriter(new MemorySink(), { seed: "", version: "" });
    sampleRows(writer);
    writer.end("");
    expect(() => writer.checkpoint("")).toThrow("a row after the closing row");
    expect(() => writer.end("")).toThrow("a row after the closing row");
  });

  it("should refuse time that goes back as a bug", () => {
    const writer = new LogWriter(new MemorySink(), { seed: "", version: "" });
    writer.time = 5;
    writer.row(KIND.wake, 0, 0, -1, 0, 0, 0, "", null);
    writer.time = 4;
    writer.row(KIND.wake, 0, 0, -1, 0, 0, 0, "", null);
    expect(() => writer.flush()).toThrow("time went back");
  });
});
