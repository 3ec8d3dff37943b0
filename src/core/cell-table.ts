import { assert } from "./assert.ts";

/** Number of a cell that holds a `T`. Numbers are never used again. */
export type Cell<T> = number & { readonly __cell?: T };

/**
 * The world's state: a table whose cells each hold one immutable record. A step swaps the cells it changes; everything else
 * is shared with every earlier state, so that a snapshot is a copy of the table and no more.
 *
 * Counters, sockets and programs change with every frame. `own` gives a copy of such a record that nobody else holds: it may be
 * written until the state is shared, and never after: until somebody takes a snapshot or a checkpoint, or, where somebody
 * watches, until the step ends.
 */
export class CellTable {
  private cells: unknown[] = [];
  /** Since which sharing of the state the cell's record is a copy for writing. */
  private ownedSince: number[] = [];
  /** Counts how often the state was shared. */
  private sharings = 0;
  private dirty: boolean[] = [];
  private dirtyList: number[] = [];
  private memos: unknown[] = [];
  /** Cells changed since `startStep`, kept only when somebody watches (`watchSteps`). */
  private stepCells: number[] | null = null;

  get<T>(ref: Cell<T>): T {
    return this.cells[ref] as T;
  }

  set<T>(ref: Cell<T>, record: T): void {
    this.cells[ref] = record;
    this.ownedSince[ref] = -1; // The record given is the giver's.
    this.touch(ref);
  }

  add<T>(record: T): Cell<T> {
    const ref = this.cells.length;
    this.cells.push(record);
    this.ownedSince.push(-1);
    this.dirty.push(false);
    this.memos.push(undefined);
    this.touch(ref);
    return ref;
  }

  delete(ref: Cell<unknown>): void {
    assert(this.cells[ref] !== undefined, `cell ${ref} is deleted twice`);
    this.cells[ref] = undefined;
    this.memos[ref] = undefined;
    this.touch(ref);
  }

  has(ref: Cell<unknown>): boolean {
    return this.cells[ref] !== undefined;
  }

  /**
   * What somebody worked out from records and wants to find again. It is no part of the state: it must follow from records
   * that whoever reads it compares, and may be gone at any time.
   */
  memo<T>(ref: Cell<unknown>): T | undefined {
    return this.memos[ref] as T | undefined;
  }

  setMemo(ref: Cell<unknown>, memo: unknown): void {
    this.memos[ref] = memo;
  }

  /** The record for writing until the state is shared: copied by its `copy` on the first call since it was. */
  own<T extends { copy(): T }>(ref: Cell<T>): T {
    // Whoever made it its own since the last sharing has noted that it changes, too.
    if (this.ownedSince[ref] === this.sharings) return this.cells[ref] as T;
    this.touch(ref);
    const copy = (this.cells[ref] as T).copy();
    this.cells[ref] = copy;
    this.ownedSince[ref] = this.sharings;
    return copy;
  }

  private touch(ref: number): void {
    if (this.stepCells !== null) this.stepCells.push(ref);
    if (this.dirty[ref]) return;
    this.dirty[ref] = true;
    this.dirtyList.push(ref);
  }

  /** Only those who watch see the state between two steps. */
  startStep(): void {
    if (this.stepCells === null) return;
    this.sharings++;
    this.stepCells = [];
  }

  /** From now on the state after every step is shared: with whoever looks at it then. */
  watchSteps(): void {
    this.sharings++;
    this.stepCells = [];
  }

  /** Cells changed in the running step; only after `watchSteps`. */
  get changedInStep(): readonly number[] {
    return this.stepCells ?? [];
  }

  /**
   * Cells changed since the last call, by number. The state is shared with whoever reads them; early in a run that also shows
   * `own`'s copying to the compiler, which would throw code away that it had compiled without.
   */
  takeDirty(): number[] {
    const list = this.dirtyList.slice();
    this.dirtyList.length = 0; // The array stays: code compiled for it does, too.
    for (const ref of list) this.dirty[ref] = false;
    this.sharings++;
    return list.sort((a, b) => a - b);
  }

  get size(): number {
    return this.cells.length;
  }

  /** All records by cell number, holes included. It shares the records and is not changed by later steps. */
  snapshot(): readonly unknown[] {
    this.sharings++;
    return this.cells.slice();
  }

  restore(records: readonly unknown[]): void {
    this.cells = records.slice();
    this.ownedSince = records.map(() => -1);
    this.dirty = records.map(() => false);
    this.dirtyList = [];
    this.memos = records.map(() => undefined);
    for (let ref = 0; ref < records.length; ref++) this.touch(ref);
  }
}
