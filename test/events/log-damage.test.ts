import { describe, expect, it } from "vitest";
import { BATCH_HEAD_OCTETS } from "../../src/events/batch-head.ts";
import type { BatchEntry } from "../../src/events/log-index.ts";
import { LogProblem } from "../../src/events/log-problem.ts";
import { LogReader } from "../../src/events/log-reader.ts";
import { sampleLog } from "./sample-log.ts";

const whole = sampleLog();
const intact = new LogReader(whole);
const intactRows = [...intact.rows()].map((row) => row.data);
const [first, second, third] = intact.batches as [BatchEntry, BatchEntry, BatchEntry];

const problemsOf = (bytes: Uint8Array) => new LogReader(bytes).verify();
const brief = (problems: readonly LogProblem[]) =>
  problems.map(({ kind, batch, offset }) => [kind, batch, offset]);

function flipped(offset: number, mask = 1): Uint8Array {
  const bytes = whole.slice();
  bytes[offset]! ^= mask;
  return bytes;
}

describe("a log that is cut off", () => {
  it("should be found at every length, with all rows of the whole batches readable", () => {
    for (let length = 0; length < whole.length; length++) {
      const log = new LogReader(whole.subarray(0, length));
      const problems = log.verify();
      expect(problems.length, `cut at ${length}`).toBe(1);
      const { kind, offset, message } = problems[0]!;
      const isBoundary = [first, second, third].some((batch) => batch.offset === length);
      expect(kind, message).toBe(isBoundary ? "unclosed" : "truncated");
      expect(offset).toBe(length);
      const wholeBatches = intact.batches.filter((batch) => batch.offset + batch.octets <= length);
      expect(log.batches.length).toBe(wholeBatches.length);
      expect([...log.rows()].map((row) => row.data)).toEqual(
        intactRows.slice(0, wholeBatches.at(-1)?.lastSeq ?? 0),
      );
    }
  });

  it("should say where, and what is left", () => {
    const at = second.offset + 2000;
    expect(problemsOf(whole.subarray(0, at))).toEqual([
      new LogProblem(
        "truncated",
        1,
        at,
        `cut off at byte ${at}, in batch 1 that begins at byte ${second.offset}: last whole batch ends at byte ${second.offset}, event 6, time 2000000 ns; no closing row`,
      ),
    ]);
    expect(problemsOf(whole.subarray(0, third.offset))[0]!.message).toBe(
      `the log ends at byte ${third.offset} without a closing row: last whole batch ends at byte ${third.offset}, event 12, time 8000000000 ns`,
    );
    expect(problemsOf(whole.subarray(0, whole.length - 3))[0]!.message).toBe(
      `cut off at byte ${whole.length - 3}, in the end marker; all events are there`,
    );
    expect(problemsOf(whole.subarray(0, 100))[0]!.message).toBe(
      "cut off at byte 100, in the head of the log: no event is left",
    );
  });

  it("should be named unclosed if an end marker stands behind it nevertheless", () => {
    const closed = new Uint8Array([...whole.subarray(0, second.offset), ...whole.subarray(-8)]);
    expect(brief(problemsOf(closed))).toEqual([["unclosed", 1, closed.length]]);
  });
});

describe("a log with a changed byte", () => {
  it("should be found wherever the byte stands, as the batch that holds it", () => {
    const masks = [1, 0x80, 0xff];
    for (let at = 0; at < whole.length; at++) {
      const problems = problemsOf(flipped(at, masks[at % masks.length]!));
      const holder = intact.batches.findIndex(
        (batch) => batch.offset <= at && at < batch.offset + batch.octets,
      );
      expect(problems.length, `byte ${at}`).toBe(1);
      const { kind, batch, message } = problems[0]!;
      expect(batch, message).toBe(holder);
      // In the head of the log, a byte may make it that of another format.
      expect(kind === "corrupted" || (kind === "version" && at < first.offset), message).toBe(true);
    }
  });

  it("should leave all other batches readable", () => {
    for (let at = first.offset; at < whole.length - 8; at += 97) {
      const log = new LogReader(flipped(at));
      for (const [index, batch] of intact.batches.entries()) {
        const isHit = batch.offset <= at && at < batch.offset + batch.octets;
        const isRead = index < log.batches.length && !(log.batch(index) instanceof LogProblem);
        expect(isRead, `byte ${at}, batch ${index}`).toBe(!isHit);
      }
      if (at >= second.offset)
        expect([...log.rows()].slice(0, 6).map((row) => row.seq)).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  it("should name the batch, its bytes and its events", () => {
    const message = `batch 1 is damaged: bytes ${second.offset} to ${third.offset}, events 7 to 12`;
    const damaged = [new LogProblem("corrupted", 1, second.offset, message)];
    // In the body, in the head's fixed part, in its number of rows.
    expect(problemsOf(flipped(second.offset + BATCH_HEAD_OCTETS + 100))).toEqual(damaged);
    expect(problemsOf(flipped(second.offset))).toEqual(damaged);
    expect(problemsOf(flipped(second.offset + 4))).toEqual(damaged);
  });

  it("should name each of several damaged batches", () => {
    const bytes = whole.slice();
    for (const batch of intact.batches) bytes[batch.offset + BATCH_HEAD_OCTETS + 3]! ^= 0x10;
    expect(brief(problemsOf(bytes))).toEqual([
      ["corrupted", 0, first.offset],
      ["corrupted", 1, second.offset],
      ["corrupted", 2, third.offset],
    ]);
  });

  it("should stop iterating in front of the damage and tell it", () => {
    const log = new LogReader(flipped(second.offset + BATCH_HEAD_OCTETS));
    expect(log.problems).toEqual([]);
    expect([...log.rows()].length).toBe(6);
    expect(brief(log.problems)).toEqual([["corrupted", 1, second.offset]]);
    expect(log.rowBySeq(7)).toBeNull();
    expect(log.rowBySeq(13)!.kindName).toBe("end");
  });
});

describe("a log that was put together otherwise", () => {
  const part = (batch: BatchEntry) => [...whole.subarray(batch.offset, batch.offset + batch.octets)];
  const head = [...whole.subarray(0, first.offset)];
  const end = [...whole.subarray(-8)];

  it("should be found if a batch is missing", () => {
    const bytes = new Uint8Array([...head, ...part(first), ...part(third), ...end]);
    expect(problemsOf(bytes)).toEqual([
      new LogProblem(
        "corrupted",
        1,
        second.offset,
        `batch 1 at byte ${second.offset} does not follow batch 0: events 6 and 13 were not neighbours when the log was written`,
      ),
    ]);
  });
  it("should be found if batches are swapped or come twice", () => {
    const swapped = new Uint8Array([...head, ...part(second), ...part(first), ...part(third), ...end]);
    expect(brief(problemsOf(swapped)).map(([kind]) => kind)).toEqual(["corrupted", "corrupted", "corrupted"]);
    const twice = new Uint8Array([
      ...head,
      ...part(first),
      ...part(first),
      ...part(second),
      ...part(third),
      ...end,
    ]);
    expect(problemsOf(twice).length).toBe(1);
  });
  it("should be found if the head is another log's", () => {
    const other = sampleLog({ seed: "43" });
    const bytes = new Uint8Array([...other.subarray(0, first.offset), ...whole.subarray(first.offset)]);
    expect(brief(problemsOf(bytes))).toEqual([["corrupted", -1, 0]]);
  });
  it("should be found if octets are put in or taken out", () => {
    const at = second.offset + 500;
    const longer = new Uint8Array([...whole.subarray(0, at), 0, ...whole.subarray(at)]);
    expect(brief(problemsOf(longer))).toEqual([["corrupted", 1, second.offset]]);
    const shorter = new Uint8Array([...whole.subarray(0, at), ...whole.subarray(at + 1)]);
    expect(brief(problemsOf(shorter))).toEqual([["corrupted", 1, second.offset]]);
    // The batch behind it is found again.
    expect(new LogReader(longer).rowBySeq(13)!.kindName).toBe("end");
    expect(new LogReader(shorter).rowBySeq(13)!.kindName).toBe("end");
  });
  it("should be found if something stands behind its end", () => {
    const longer = new Uint8Array([...whole, 0]);
    expect(problemsOf(longer)).toEqual([
      new LogProblem(
        "corrupted",
        -1,
        whole.length,
        `bytes ${whole.length} to ${whole.length + 1} stand behind the end of the log`,
      ),
    ]);
    expect(problemsOf(new Uint8Array([...whole, ...whole])).length).toBe(1);
  });
});

describe("a file that is no log", () => {
  it("should be named so", () => {
    const text = new TextEncoder().encode("#!/bin/sh\nip link add veth0 type veth\n");
    expect(brief(problemsOf(text))).toEqual([["not-a-log", -1, 0]]);
    const zeros = new Uint8Array(10_000);
    expect(brief(problemsOf(zeros))).toEqual([["not-a-log", -1, 0]]);
  });
  it("should be named so if it is an Arrow stream of something else", () => {
    const schemaOctets = 8 + new DataView(whole.buffer).getUint32(4, true);
    const alien = new TextDecoder("latin1").decode(whole).replace("vethsim.log", "somebody.el");
    const bytes = Uint8Array.from(alien, (char) => char.charCodeAt(0)).subarray(0, schemaOctets);
    expect(brief(problemsOf(bytes))).toEqual([["not-a-log", -1, 0]]);
  });
  it("should be named cut off if it is empty", () => {
    expect(brief(problemsOf(new Uint8Array(0)))).toEqual([["truncated", -1, 0]]);
  });
});
