import { describe, expect, it } from "vitest";
import { KIND } from "../../src/events/kinds.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { MemorySink } from "../../src/events/log-sink.ts";
import { LogWriter } from "../../src/events/log-writer.ts";

describe("LogWriter", () => {
  // Columns grow by doubling: a batch may fill them to any degree.
  it("should write whole batches of every length up to 600 rows", () => {
    for (let rows = 1; rows <= 600; rows++) {
      const sink = new MemorySink();
      const log = new LogWriter(sink, { seed: "1", version: "0" });
      for (let i = 0; i < rows; i++) log.row(KIND.timer, 0, 0, -1, 0, 0, 0, "neigh", null);
      log.flush();
      for (let i = 0; i < rows; i++) log.row(KIND.reply, 1, 0, -1, 0, 0, 0, "", null);
      log.end("{}");
      const reader = new LogReader(sink.bytes());
      expect(reader.verify(), `${rows} rows`).toEqual([]);
      expect(reader.rowCount).toBe(2 * rows + 1);
    }
  });
});
