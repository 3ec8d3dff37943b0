import { encodeRecord } from "../core/record-codec.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * Writes snapshots as text, as `encodeRecord` does, and keeps the text of each cell: from one snapshot to the next few cells
 * change, and to write them all anew took a twentieth of a run. A cell that holds the same record has the same text, for
 * what a snapshot holds is never written again.
 */
export class SnapshotWriter {
  private records: readonly unknown[] = [];
  private texts: readonly string[] = [];

  write(snapshot: Snapshot): string {
    const { records, texts } = this;
    const { cells } = snapshot;
    this.texts = cells.map((record, ref) =>
      ref < texts.length && record === records[ref] ? texts[ref]! : encodeRecord(record),
    );
    this.records = cells;
    const fields = Object.entries(snapshot).map(([key, value]) => {
      const text = key === "cells" ? `[${this.texts.join(",")}]` : encodeRecord(value);
      return `${JSON.stringify(key)}:${text}`;
    });
    return `{${fields.join(",")}}`;
  }
}
