/** Finds where two logs part: the first event that is not the same in both, and what led to it on either side. */
import { describeCauses, describeRow } from "./describe.ts";
import type { LogBatch, LogRow } from "./log-batch.ts";
import { LogProblem } from "./log-problem.ts";
import type { LogReader } from "./log-reader.ts";
import { LOG_COLUMNS, type LogColumn } from "./log-schema.ts";

/** One log's side of a difference. */
export interface DiffSide {
  readonly row: LogRow;
  /** The row on one line. */
  readonly text: string;
  /** Its causes on a line each, nearest first. */
  readonly causes: readonly string[];
}

export type LogDifference =
  | { readonly kind: "equal"; readonly rows: number }
  /** Row number `index`, from 0, differs in these columns. */
  | {
      readonly kind: "differs";
      readonly index: number;
      readonly columns: readonly LogColumn[];
      readonly a: DiffSide;
      readonly b: DiffSide;
    }
  /** One log has `index` rows, all of which the other begins with; the other goes on with `next`. */
  | { readonly kind: "ended"; readonly ended: "a" | "b"; readonly index: number; readonly next: DiffSide }
  /** All rows in front of `index` are equal, then a log is damaged. */
  | {
      readonly kind: "damaged";
      readonly damaged: "a" | "b";
      readonly index: number;
      readonly problem: LogProblem;
    };

/**
 * Compares rows, each with all its columns. The heads (seed, version of vethsim) do not count.
 * Where the logs have the same batches their hashes are believed: `verify` tells whether a log is what was written.
 */
export function diffLogs(a: LogReader, b: LogReader): LogDifference {
  const equalBatches = countEqualBatches(a, b);
  const left = new Cursor(a, equalBatches);
  const right = new Cursor(b, equalBatches);
  let index = 0;
  for (let i = 0; i < equalBatches; i++) index += a.batches[i]!.rows;
  for (; ; index++) {
    const batchA = left.open();
    const batchB = right.open();
    if (batchA instanceof LogProblem) return { kind: "damaged", damaged: "a", index, problem: batchA };
    if (batchB instanceof LogProblem) return { kind: "damaged", damaged: "b", index, problem: batchB };
    if (batchA === null && batchB === null) return { kind: "equal", rows: index };
    if (batchA === null) return { kind: "ended", ended: "a", index, next: side(b, batchB!.row(right.row)) };
    if (batchB === null) return { kind: "ended", ended: "b", index, next: side(a, batchA.row(left.row)) };
    if (!isSameRow(batchA, left.row, batchB, right.row)) {
      const rowA = batchA.row(left.row);
      const rowB = batchB.row(right.row);
      const columns = differingColumns(rowA, rowB);
      return { kind: "differs", index, columns, a: side(a, rowA), b: side(b, rowB) };
    }
    left.row++;
    right.row++;
  }
}

/** A difference as text, for people. */
export function describeLogDifference(difference: LogDifference): string {
  switch (difference.kind) {
    case "equal":
      return `the logs have the same ${difference.rows} events`;
    case "differs":
      return [
        `event ${difference.index + 1} differs in ${difference.columns.join(", ")}`,
        ...sideLines("a", difference.a),
        ...sideLines("b", difference.b),
      ].join("\n");
    case "ended": {
      const other = difference.ended === "a" ? "b" : "a";
      const head = `log ${difference.ended} ends after ${difference.index} events, log ${other} goes on`;
      return [head, ...sideLines(other, difference.next)].join("\n");
    }
    case "damaged":
      return `the first ${difference.index} events are the same, then log ${difference.damaged} is damaged: ${difference.problem.message}`;
  }
}

/** Hashes are chained: equal ones mean that all in front is equal, heads of the logs included. */
function countEqualBatches(a: LogReader, b: LogReader): number {
  let low = 0;
  let high = Math.min(a.batches.length, b.batches.length);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const batchA = a.batches[middle]!;
    const batchB = b.batches[middle]!;
    const isEqual = batchA.hash === batchB.hash && batchA.problem === null && batchB.problem === null;
    if (isEqual) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A place in a log that moves on from row to row. */
class Cursor {
  row = 0;
  private current: LogBatch | null = null;
  constructor(
    private readonly log: LogReader,
    private next: number,
  ) {}

  /** The batch that `row` stands in; null behind the last one. */
  open(): LogBatch | LogProblem | null {
    if (this.current !== null && this.row < this.current.rows) return this.current;
    if (this.next === this.log.batches.length) return null;
    const batch = this.log.batch(this.next);
    if (batch instanceof LogProblem) return batch;
    this.next++;
    this.row = 0;
    this.current = batch;
    return batch;
  }
}

function isSameRow(a: LogBatch, i: number, b: LogBatch, j: number): boolean {
  return (
    a.time(i) === b.time(j) &&
    a.seq(i) === b.seq(j) &&
    a.cause(i) === b.cause(j) &&
    a.kind(i) === b.kind(j) &&
    a.netns(i) === b.netns(j) &&
    a.device(i) === b.device(j) &&
    a.frame(i) === b.frame(j) &&
    a.length(i) === b.length(j) &&
    a.reason(i) === b.reason(j) &&
    isSameOctets(a.dataUtf8(i), b.dataUtf8(j)) &&
    isSameOctets(a.octets(i), b.octets(j))
  );
}

function isSameOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function differingColumns(a: LogRow, b: LogRow): LogColumn[] {
  const isSame = (column: LogColumn): boolean => {
    switch (column) {
      case "data":
        return isSameOctets(a.batch.dataUtf8(a.index), b.batch.dataUtf8(b.index));
      case "octets":
        return isSameOctets(a.octets, b.octets);
      default:
        return a[column] === b[column];
    }
  };
  return LOG_COLUMNS.map((column) => column.name).filter((name) => !isSame(name));
}

function side(log: LogReader, row: LogRow): DiffSide {
  return { row, text: describeRow(row, log), causes: describeCauses(row, log) };
}

function sideLines(name: string, { text, causes }: DiffSide): string[] {
  return [`${name}: ${text}`, ...causes.map((cause) => `     <- ${cause}`)];
}
