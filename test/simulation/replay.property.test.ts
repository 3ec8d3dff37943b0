import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRecord, encodeRecord } from "../../src/core/record-codec.ts";
import { KIND } from "../../src/events/kinds.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import type { BodyOf, Operation } from "../../src/events/requests.ts";
import { Replay, stateAt, verifyLog } from "../../src/simulation/replay.ts";
import { Run } from "../../src/simulation/run.ts";
import type { Snapshot } from "../../src/simulation/snapshot.ts";
import { anySequence, WORKING_PAIR } from "../../src/testing/arbitraries.ts";
import { GeneratedRun, runSequence } from "../../src/testing/generated-run.ts";

const RUNS = 1000;

/** Goes on from a snapshot with the requests of the log behind it, to the log's last instant. */
function finish(from: Snapshot, log: LogReader, end: number): Run {
  const run = new Run({ from });
  for (const row of log.rows({ seq: from.seq + 1 })) {
    if (row.kind !== KIND.request) continue;
    run.advance(row.time, () => false);
    const [op, body] = JSON.parse(row.data) as [Operation, BodyOf<Operation>];
    run.request(row.netns, op, body);
  }
  run.advance(end, () => false);
  return run;
}

/** Number of a row of the log, from 1 to its last, picked by a fraction. */
function pick(log: LogReader, share: number): number {
  return 1 + Math.floor(share * (log.rowCount - 1));
}

/** Number of the batch that begins with the run's first state. */
function firstSnapshot(log: LogReader): number {
  return log.batches.findIndex((batch) => batch.hasSnapshot);
}

/** All of a machine's state as text, numbers of rows aside. */
function wholeState(machine: { snapshot(): Snapshot }): string {
  return encodeRecord({ ...machine.snapshot(), seq: 0 });
}

const share = fc.double({ min: 0, max: 1, noNaN: true });

describe("the replay of a log", () => {
  it(`should give the state of the run, at its end and at every checkpoint, for ${RUNS} runs`, () => {
    let runs = 0;
    fc.assert(
      fc.property(anySequence(8), share, (sequence, place) => {
        const generated = runSequence(sequence);
        const bytes = generated.close();
        const log = new LogReader(bytes);
        const hash = generated.run.stateHash();
        const verification = verifyLog(log);
        expect(verification).toMatchObject({ ok: true, hash, rows: log.rowCount, time: generated.run.now });
        const checkpoints = [...log.rows()].filter((row) => row.kind === KIND.checkpoint);
        expect(verification).toMatchObject({ checkpoints: checkpoints.length });
        const replay = stateAt(log, { seq: pick(log, place) });
        const between = replay.snapshot();
        replay.forward({ seq: log.rowCount });
        expect(replay.stateHash()).toBe(hash);
        expect(finish(between, log, generated.run.now).stateHash()).toBe(hash);
        runs++;
      }),
      { numRuns: RUNS },
    );
    expect(runs).toBe(RUNS);
  }, 120_000);

  it("should come to the same state whole, in two goes, and from a snapshot that was written and read", () => {
    fc.assert(
      fc.property(anySequence(20), share, share, (sequence, a, b) => {
        const generated = runSequence(sequence, { freeze: true });
        const log = new LogReader(generated.close());
        const [first, second] = [pick(log, Math.min(a, b)), pick(log, Math.max(a, b))];
        const direct = stateAt(log, { seq: second });
        const stepwise = new Replay(log, firstSnapshot(log), true);
        stepwise.forward({ seq: first });
        const snapshot = stepwise.snapshot();
        stepwise.forward({ seq: second });
        expect(wholeState(stepwise)).toBe(wholeState(direct));
        const forked = finish(decodeRecord(encodeRecord(snapshot)) as Snapshot, log, generated.run.now);
        expect(wholeState(forked)).toBe(wholeState(generated.run));
      }),
      { numRuns: 150 },
    );
  });

  it("should be at an instant what the run was then", () => {
    fc.assert(
      fc.property(anySequence(20), share, (sequence, place) => {
        const instants: { time: number; state: string }[] = [];
        const generated = new GeneratedRun({ seed: sequence.seed });
        for (const command of sequence.commands) {
          generated.apply(command);
          instants.push({ time: generated.run.now, state: wholeState(generated.run) });
          generated.wait(1);
        }
        fc.pre(instants.length > 0);
        const { time, state } = instants[Math.floor(place * (instants.length - 1))]!;
        expect(wholeState(stateAt(new LogReader(generated.close()), { time }))).toBe(state);
      }),
      { numRuns: 150 },
    );
  });

  it("should start at the nearest of several snapshots, and find every checkpoint again", () => {
    const generated = new GeneratedRun({ seed: "9" });
    generated.applyAll(WORKING_PAIR);
    generated.apply({ kind: "ping", netns: "a", dst: "10.0.0.2", count: 20_000, options: ["-f", "-q"] });
    generated.wait(30e9);
    const log = new LogReader(generated.close());
    const snapshots = log.batches.filter((batch) => batch.hasSnapshot).length;
    expect(snapshots).toBeGreaterThan(2);
    expect(verifyLog(log)).toMatchObject({ ok: true, hash: generated.run.stateHash() });
    for (const part of [0.1, 0.77]) {
      const seq = pick(log, part);
      const fold = new Replay(log, firstSnapshot(log), false);
      fold.forward({ seq });
      const seek = stateAt(log, { seq });
      expect(wholeState(seek)).toBe(wholeState(fold));
      expect(seek.steps).toBeLessThan(fold.steps + 1);
      expect(finish(seek.snapshot(), log, generated.run.now).stateHash()).toBe(generated.run.stateHash());
    }
  });
});
