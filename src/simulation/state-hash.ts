import type { CellTable } from "../core/cell-table.ts";
import { hashRecord } from "../core/record-codec.ts";

/**
 * Hash of the whole state, kept up cell by cell: a digest costs as much as what changed since the last one.
 * Two sums of 32 bits over the cells, each mixed with the cell's number.
 */
export class StateHash {
  private readonly first: number[] = [];
  private readonly second: number[] = [];
  private sumFirst = 0;
  private sumSecond = 0;

  constructor(private readonly cells: CellTable) {}

  digest(): string {
    for (const ref of this.cells.takeDirty()) {
      const record = this.cells.get(ref);
      const first = hashFirst(ref, record);
      const second = hashSecond(ref, record, first);
      this.sumFirst = (this.sumFirst + first - (this.first[ref] ?? 0)) | 0;
      this.sumSecond = (this.sumSecond + second - (this.second[ref] ?? 0)) | 0;
      this.first[ref] = first;
      this.second[ref] = second;
    }
    return hex(this.sumFirst) + hex(this.sumSecond);
  }
}

function hashFirst(ref: number, record: unknown): number {
  return record === undefined ? 0 : hashRecord(record, Math.imul(ref + 1, 0x9e3779b1));
}

function hashSecond(ref: number, record: unknown, first: number): number {
  if (record === undefined) return 0;
  return hashRecord(first, Math.imul(ref + 1, 0x85ebca77)) ^ hashRecord(record, 0x5bd1e995);
}

/**
 * The same hash, of all cells anew. It differs from `StateHash.digest` if a record was changed in place, or a cell behind the
 * table's back.
 */
export function hashAllCells(cells: CellTable): string {
  let sumFirst = 0;
  let sumSecond = 0;
  for (let ref = 0; ref < cells.size; ref++) {
    const record: unknown = cells.get(ref);
    const first = hashFirst(ref, record);
    sumFirst = (sumFirst + first) | 0;
    sumSecond = (sumSecond + hashSecond(ref, record, first)) | 0;
  }
  return hex(sumFirst) + hex(sumSecond);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
