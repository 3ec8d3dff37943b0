import { describe, expect, it } from "vitest";
import { CellTable } from "../../src/core/cell-table.ts";

class Counter {
  count = 0;
  copy(): Counter {
    return Object.assign(new Counter(), this);
  }
}

describe("CellTable", () => {
  it("should number cells in order and never use a number again", () => {
    const cells = new CellTable();
    expect([cells.add("a"), cells.add("b")]).toEqual([0, 1]);
    cells.delete(1);
    expect([cells.has(0), cells.has(1), cells.has(2)]).toEqual([true, false, false]);
    expect(cells.add("c")).toBe(2);
    expect(cells.size).toBe(3);
    expect(cells.snapshot()).toEqual(["a", undefined, "c"]);
    expect(() => cells.delete(1)).toThrow("cell 1 is deleted twice");
  });

  it("should copy a record for writing once, until the state is shared", () => {
    const cells = new CellTable();
    const first = new Counter();
    const ref = cells.add(first);
    cells.startStep();
    const own = cells.own<Counter>(ref);
    own.count++;
    expect(cells.get(ref)).toBe(own);
    expect(first.count).toBe(0);
    cells.startStep();
    expect(cells.own<Counter>(ref)).toBe(own);
    cells.snapshot();
    cells.own<Counter>(ref).count++;
    expect([own.count, cells.get<Counter>(ref).count]).toEqual([1, 2]);
  });

  it("should copy a record for writing once a step where somebody watches", () => {
    const cells = new CellTable();
    const ref = cells.add(new Counter());
    const unseen = cells.own<Counter>(ref);
    cells.watchSteps();
    cells.startStep();
    const own = cells.own<Counter>(ref);
    own.count++;
    expect(cells.own<Counter>(ref)).toBe(own);
    cells.startStep();
    cells.own<Counter>(ref).count++;
    expect([unseen.count, own.count, cells.get<Counter>(ref).count]).toEqual([0, 1, 2]);
  });

  it("should tell of a record each time it is written to, copied or not", () => {
    const cells = new CellTable();
    const ref = cells.add(new Counter());
    cells.own(ref);
    cells.takeDirty();
    cells.own(ref);
    expect(cells.takeDirty()).toEqual([ref]);
  });

  it("should keep a snapshot as it was, in the step in which it is taken too", () => {
    const cells = new CellTable();
    const ref = cells.add(new Counter());
    cells.startStep();
    cells.own<Counter>(ref).count = 1;
    const snapshot = cells.snapshot() as Counter[];
    cells.own<Counter>(ref).count = 2;
    cells.add(new Counter());
    expect(snapshot.map(({ count }) => count)).toEqual([1]);
    expect(cells.get<Counter>(ref).count).toBe(2);
  });

  it("should not let a record that was put into a cell be written to", () => {
    const cells = new CellTable();
    const ref = cells.add(new Counter());
    cells.startStep();
    cells.own<Counter>(ref).count = 1;
    const given = new Counter();
    cells.set(ref, given);
    cells.own<Counter>(ref).count = 2;
    expect(given.count).toBe(0);
  });

  it("should tell each changed cell once, by number", () => {
    const cells = new CellTable();
    const refs = [new Counter(), new Counter(), new Counter()].map((record) => cells.add(record));
    expect(cells.takeDirty()).toEqual(refs);
    expect(cells.takeDirty()).toEqual([]);
    cells.startStep();
    cells.own(2);
    cells.set(0, new Counter());
    cells.set(0, new Counter());
    expect(cells.takeDirty()).toEqual([0, 2]);
    cells.delete(1);
    expect(cells.takeDirty()).toEqual([1]);
  });

  it("should tell the cells of the running step to those who watch", () => {
    const cells = new CellTable();
    cells.watchSteps();
    cells.startStep();
    const ref = cells.add(new Counter());
    expect(cells.changedInStep).toEqual([ref]);
    cells.startStep();
    expect(cells.changedInStep).toEqual([]);
    cells.own(ref);
    expect(cells.changedInStep).toEqual([ref]);
  });

  it("should take up records, holes included, and treat all of them as changed and as nobody's own", () => {
    const cells = new CellTable();
    const record = new Counter();
    cells.restore([record, undefined]);
    expect([cells.size, cells.has(1), cells.add("next")]).toEqual([2, false, 2]);
    expect(cells.takeDirty()).toEqual([0, 1, 2]);
    cells.own<Counter>(0).count++;
    expect(record.count).toBe(0);
  });
});
