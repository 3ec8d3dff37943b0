import { describe, expect, it } from "vitest";
import {
  BATCH_HEAD_OCTETS,
  type BatchFacts,
  findBatchHead,
  hashBatch,
  isCutBatchHead,
  readBatchHead,
  sealBatchHead,
  writeBatchHead,
} from "../../src/events/batch-head.ts";
import { batchLayout } from "../../src/events/log-schema.ts";

const facts: BatchFacts = {
  rows: 3,
  dataOctets: 100,
  octetsOctets: 42,
  firstSeq: 7,
  firstTime: 1000,
  lastTime: Number.MAX_SAFE_INTEGER,
  hasSnapshot: true,
  hasEnd: false,
  previous: "0123456789abcdef0123456789abcdef",
};

function headOf(changes: Partial<BatchFacts> = {}): Uint8Array {
  const head = new Uint8Array(BATCH_HEAD_OCTETS);
  writeBatchHead({ ...facts, ...changes }, head);
  return head;
}

describe("the head of a batch", () => {
  it("should stay as it is in this version of the format", () => {
    expect(BATCH_HEAD_OCTETS).toMatchInlineSnapshot(`1152`);
    expect(hashBatch(headOf(), new Uint8Array(0))).toMatchInlineSnapshot(
      `"6242a61d4650a515dc079e623f9e2c0d"`,
    );
  });
  it("should be read as it was written, with its hash", () => {
    const head = headOf();
    const hash = hashBatch(head, new Uint8Array(0));
    sealBatchHead(hash, head);
    expect(readBatchHead(head)).toEqual({ facts, hash });
    // Sealing does not change what is hashed.
    expect(hashBatch(head, new Uint8Array(0))).toBe(hash);
  });
  it("should never tell a wrong size or number of rows when one octet is another", () => {
    const head = headOf();
    const sizeOf = (of: BatchFacts) => batchLayout(of.rows, of.dataOctets, of.octetsOctets).total;
    for (let at = 0; at < BATCH_HEAD_OCTETS; at++) {
      for (const mask of [1, 2, 0x80]) {
        head[at]! ^= mask;
        const read = readBatchHead(head);
        if (read !== null) {
          expect([read.facts.rows, read.facts.firstSeq, sizeOf(read.facts)]).toEqual([3, 7, sizeOf(facts)]);
        }
        head[at]! ^= mask;
      }
    }
  });
  it("should not be read if it tells nonsense", () => {
    expect(readBatchHead(headOf({ rows: 0 }))).toBeNull();
    expect(readBatchHead(headOf({ firstTime: 2, lastTime: 1 }))).toBeNull();
    expect(readBatchHead(headOf().subarray(1))).toBeNull();
  });
  it("should be found at any offset", () => {
    const octets = new Uint8Array(3 * BATCH_HEAD_OCTETS).fill(0xff);
    expect(findBatchHead(octets)).toBe(-1);
    octets.set(headOf(), 1234);
    expect(findBatchHead(octets)).toBe(1234);
    expect(findBatchHead(octets.subarray(0, 1234 + BATCH_HEAD_OCTETS - 1))).toBe(-1);
  });
  it("should be known when it is cut off", () => {
    const head = headOf();
    for (let length = 0; length < BATCH_HEAD_OCTETS; length++) {
      expect(isCutBatchHead(head.subarray(0, length))).toBe(true);
    }
    head[4]! ^= 1;
    expect(isCutBatchHead(head.subarray(0, 100))).toBe(false);
  });
});
