/**
 * The head of a batch: Arrow's record-batch message with the log's metadata, in front of the columns.
 * All that varies has a fixed width, so every head has the same length and its facts stand at the same places: a head is
 * written by filling in a pattern, and a head is whole if it equals the pattern filled in with its own facts.
 */
import { assert } from "../core/assert.ts";
import { HEADER_RECORD_BATCH, PREFIX_OCTETS, recordBatchMessage } from "./arrow-ipc.ts";
import { ChainHash, HASH_BLOCK, HASH_DIGITS } from "./chain-hash.ts";
import { FlatTable, readSafeInt64, writeSafeInt64 } from "./flat-table.ts";
import { batchBuffers, batchLayout, LOG_COLUMNS } from "./log-schema.ts";

/** What the head of a batch says. */
export interface BatchFacts {
  readonly rows: number;
  /** Octets in the columns `data` and `octets`. */
  readonly dataOctets: number;
  readonly octetsOctets: number;
  readonly firstSeq: number;
  readonly firstTime: number;
  readonly lastTime: number;
  /** The first row is a snapshot. */
  readonly hasSnapshot: boolean;
  /** The last row is `end`: no batch follows. */
  readonly hasEnd: boolean;
  /** Hash of the batch in front; of the log's head for the first batch. */
  readonly previous: string;
}

/** Decimal digits of 2^53 - 1. */
const NUMBER_DIGITS = 16;
const ZERO = 0x30;
const NO_HASH = "0".repeat(HASH_DIGITS);

const KEYS = [
  "first_seq",
  "last_seq",
  "first_time",
  "last_time",
  "snapshot",
  "end",
  "previous",
  "hash",
] as const;
const WIDTHS: Readonly<Record<(typeof KEYS)[number], number>> = {
  first_seq: NUMBER_DIGITS,
  last_seq: NUMBER_DIGITS,
  first_time: NUMBER_DIGITS,
  last_time: NUMBER_DIGITS,
  snapshot: 1,
  end: 1,
  previous: HASH_DIGITS,
  hash: HASH_DIGITS,
};

/** A head without facts, and where they go. */
const PATTERN = recordBatchMessage(
  0,
  batchBuffers(0, 0, 0),
  0,
  KEYS.map((key) => [key, "0".repeat(WIDTHS[key])]),
);
const PLACES = findPlaces();

export const BATCH_HEAD_OCTETS = PATTERN.length;

/** Positions of the buffer descriptions of `data` and `octets`. */
const DATA_BUFFER = 20;
const OCTETS_BUFFER = 23;

/** Writes a head to the front of `to`, with zeros for its hash. */
export function writeBatchHead(facts: BatchFacts, to: Uint8Array): void {
  to.set(PATTERN);
  const view = new DataView(to.buffer, to.byteOffset, BATCH_HEAD_OCTETS);
  const { rows, dataOctets, octetsOctets } = facts;
  writeSafeInt64(view, PLACES.bodyLength, batchLayout(rows, dataOctets, octetsOctets).total);
  writeSafeInt64(view, PLACES.rows, rows);
  for (let i = 0; i < LOG_COLUMNS.length; i++) writeSafeInt64(view, PLACES.nodes + 16 * i, rows);
  const buffers = batchBuffers(rows, dataOctets, octetsOctets);
  for (let i = 0; i < buffers.length; i++) {
    writeSafeInt64(view, PLACES.buffers + 16 * i, buffers[i]![0]);
    writeSafeInt64(view, PLACES.buffers + 16 * i + 8, buffers[i]![1]);
  }
  writeNumber(facts.firstSeq, to, PLACES.first_seq);
  writeNumber(facts.firstSeq + rows - 1, to, PLACES.last_seq);
  writeNumber(facts.firstTime, to, PLACES.first_time);
  writeNumber(facts.lastTime, to, PLACES.last_time);
  to[PLACES.snapshot] = ZERO + (facts.hasSnapshot ? 1 : 0);
  to[PLACES.end] = ZERO + (facts.hasEnd ? 1 : 0);
  writeHash(facts.previous, to, PLACES.previous);
}

/** Reads the head at the front of `octets`; null unless it is whole. Its hash is read, not checked. */
export function readBatchHead(
  octets: Uint8Array,
): { readonly facts: BatchFacts; readonly hash: string } | null {
  if (octets.length < BATCH_HEAD_OCTETS) return null;
  const view = new DataView(octets.buffer, octets.byteOffset, BATCH_HEAD_OCTETS);
  const rows = readSafeInt64(view, PLACES.rows);
  const dataOctets = readSafeInt64(view, PLACES.buffers + 16 * DATA_BUFFER + 8);
  const octetsOctets = readSafeInt64(view, PLACES.buffers + 16 * OCTETS_BUFFER + 8);
  const isSane = rows > 0 && rows < 2 ** 31 && dataOctets >= 0 && octetsOctets >= 0;
  const firstSeq = readNumber(octets, PLACES.first_seq);
  const firstTime = readNumber(octets, PLACES.first_time);
  const lastTime = readNumber(octets, PLACES.last_time);
  if (!isSane || firstSeq < 0 || firstTime < 0 || lastTime < firstTime) return null;
  const hasSnapshot = octets[PLACES.snapshot] === ZERO + 1;
  const hasEnd = octets[PLACES.end] === ZERO + 1;
  const previous = readHash(octets, PLACES.previous);
  const hash = readHash(octets, PLACES.hash);
  const facts = {
    rows,
    dataOctets,
    octetsOctets,
    firstSeq,
    firstTime,
    lastTime,
    hasSnapshot,
    hasEnd,
    previous,
  };

  const whole = new Uint8Array(BATCH_HEAD_OCTETS);
  writeBatchHead(facts, whole);
  writeHash(hash, whole, PLACES.hash);
  for (let i = 0; i < BATCH_HEAD_OCTETS; i++) if (whole[i] !== octets[i]) return null;
  return { facts, hash };
}

/** The first whole head within `octets`, at any offset; -1 if there is none. */
export function findBatchHead(octets: Uint8Array): number {
  for (let at = octets.indexOf(PATTERN[0]!); at >= 0; at = octets.indexOf(PATTERN[0]!, at + 1)) {
    if (at + BATCH_HEAD_OCTETS > octets.length) return -1;
    let same = 0;
    while (same < PREFIX_OCTETS && octets[at + same] === PATTERN[same]) same++;
    if (same === PREFIX_OCTETS && readBatchHead(octets.subarray(at)) !== null) return at;
  }
  return -1;
}

/** Could these octets, fewer than a head takes, be the front of one? */
export function isCutBatchHead(octets: Uint8Array): boolean {
  for (let i = 0; i < octets.length; i++) if (VARIES[i] === 0 && octets[i] !== PATTERN[i]) return false;
  return true;
}

/** The hash of a batch: over its head, with zeros for the hash itself, and its body. */
export function hashBatch(head: Uint8Array, body: Uint8Array): string {
  const blank = new Uint8Array(BATCH_HEAD_OCTETS);
  blank.set(head.subarray(0, BATCH_HEAD_OCTETS));
  writeHash(NO_HASH, blank, PLACES.hash);
  return new ChainHash().update(blank).update(body).digest();
}

/** Puts a batch's hash into its head. */
export function sealBatchHead(hash: string, head: Uint8Array): void {
  writeHash(hash, head, PLACES.hash);
}

type Places = Readonly<Record<(typeof KEYS)[number] | "bodyLength" | "rows" | "nodes" | "buffers", number>>;

function findPlaces(): Places {
  assert(PATTERN.length % HASH_BLOCK === 0, "a head is a whole number of blocks");
  const message = FlatTable.root(PATTERN, 8)!;
  assert(message.u8(1) === HEADER_RECORD_BATCH, "the pattern is a record batch");
  const batch = message.table(2)!;
  const keyValues = message.tables(4, KEYS.length);
  const values = Object.fromEntries(KEYS.map((key, i) => [key, keyValues[i]!.vector(1, 1)!.at]));
  return {
    ...(values as Record<(typeof KEYS)[number], number>),
    bodyLength: message.position(3, 8),
    rows: batch.position(0, 8),
    nodes: batch.vector(1, 16)!.at,
    buffers: batch.vector(2, 16)!.at,
  };
}

/** 1 for each octet of a head that is a fact, 0 for those that are equal in all heads. */
const VARIES = findVarying();

function findVarying(): Uint8Array {
  const varies = new Uint8Array(PATTERN.length);
  for (const key of KEYS) varies.fill(1, PLACES[key], PLACES[key] + WIDTHS[key]);
  varies.fill(1, PLACES.bodyLength, PLACES.bodyLength + 8);
  varies.fill(1, PLACES.rows, PLACES.rows + 8);
  varies.fill(1, PLACES.nodes, PLACES.nodes + 16 * LOG_COLUMNS.length);
  varies.fill(1, PLACES.buffers, PLACES.buffers + 16 * batchBuffers(0, 0, 0).length);
  return varies;
}

function writeNumber(value: number, to: Uint8Array, at: number): void {
  let rest = value;
  for (let i = NUMBER_DIGITS - 1; i >= 0; i--) {
    to[at + i] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}

/** A number of decimal digits; -1 if there are others, or it is not safe. */
function readNumber(from: Uint8Array, at: number): number {
  let value = 0;
  for (let i = 0; i < NUMBER_DIGITS; i++) {
    const digit = from[at + i]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return Number.isSafeInteger(value) ? value : -1;
}

function writeHash(hash: string, to: Uint8Array, at: number): void {
  for (let i = 0; i < HASH_DIGITS; i++) to[at + i] = hash.charCodeAt(i);
}

function readHash(from: Uint8Array, at: number): string {
  return String.fromCharCode(...from.subarray(at, at + HASH_DIGITS));
}
