/** Finds the batches of a log by walking from head to head, without reading what stands between. Total: any file will do. */
import { END_OF_STREAM } from "./arrow-ipc.ts";
import {
  BATCH_HEAD_OCTETS,
  type BatchFacts,
  findBatchHead,
  isCutBatchHead,
  readBatchHead,
} from "./batch-head.ts";
import type { ByteSource } from "./byte-source.ts";
import { DROP_REASONS, EVENT_KINDS } from "./kinds.ts";
import { decodeLogHeader, isCutLogHeader, type LogHeader } from "./log-header.ts";
import { LogProblem } from "./log-problem.ts";
import { batchLayout, LOG_FORMAT_VERSION } from "./log-schema.ts";

/** A batch of a log: where it stands and what its head says. */
export interface BatchEntry extends BatchFacts {
  readonly offset: number;
  /** Octets of head and body. */
  readonly octets: number;
  readonly lastSeq: number;
  /** As its head claims it; reading the batch checks it. */
  readonly hash: string;
  /** Set where the head is damaged: then the facts are what the neighbours leave, and nothing can be read. */
  readonly problem: LogProblem | null;
}

export interface LogIndex {
  /** null where it is damaged, or the file is no log. */
  readonly header: LogHeader | null;
  /** Octets of the head that was read. */
  readonly headerOctets: number;
  readonly batches: readonly BatchEntry[];
  readonly problems: readonly LogProblem[];
}

const HEADER_READ_FIRST = 65_536;
/** A head holds a few names and texts of the caller's. */
const HEADER_OCTETS_MAX = 16_777_216;
const SEARCH_OCTETS = 1_048_576;

export function indexLog(source: ByteSource): LogIndex {
  const decoded = readHeader(source);
  if (decoded === null) return indexWithoutHeader(source);
  const { header, octets } = decoded;
  const alien = versionProblem(header);
  if (alien !== null) return { header, headerOctets: octets, batches: [], problems: [alien] };
  const { batches, problems } = walk(source, octets);
  return { header, headerOctets: octets, batches, problems };
}

function readHeader(source: ByteSource) {
  const first = decodeLogHeader(source.read(0, Math.min(source.size, HEADER_READ_FIRST)));
  if (first !== null || source.size <= HEADER_READ_FIRST) return first;
  return decodeLogHeader(source.read(0, Math.min(source.size, HEADER_OCTETS_MAX)));
}

function versionProblem(header: LogHeader): LogProblem | null {
  if (header.format !== LOG_FORMAT_VERSION) {
    const message = `log format ${JSON.stringify(header.format)} of vethsim ${JSON.stringify(header.version)}; this reader knows format ${LOG_FORMAT_VERSION}`;
    return new LogProblem("version", -1, 0, message);
  }
  if (agree(header.kinds, EVENT_KINDS) && agree(header.reasons, DROP_REASONS)) return null;
  const message =
    "the head of the log numbers kinds of events or reasons of drops otherwise than this reader: it is of another version, or damaged";
  return new LogProblem("version", -1, 0, message);
}

/** Names are only ever added: of two lists one begins with the other. */
function agree(a: readonly string[], b: readonly string[]): boolean {
  return a.every((name, i) => i >= b.length || b[i] === name);
}

function indexWithoutHeader(source: ByteSource): LogIndex {
  const none = { header: null, headerOctets: 0 };
  const front = source.read(0, Math.min(source.size, HEADER_OCTETS_MAX));
  const next = searchBatchHead(source, 0);
  if (next >= 0) {
    const { batches, problems } = walk(source, next);
    const message = `the head of the log (bytes 0 to ${next}) is damaged; the batches behind it can be read`;
    return { ...none, batches, problems: [new LogProblem("corrupted", -1, 0, message), ...problems] };
  }
  const problem = isCutLogHeader(front, source.size)
    ? new LogProblem(
        "truncated",
        -1,
        source.size,
        `cut off at byte ${source.size}, in the head of the log: no event is left`,
      )
    : new LogProblem(
        "not-a-log",
        -1,
        0,
        "this is not a log of vethsim, or its head is damaged and no batch is left",
      );
  return { ...none, batches: [], problems: [problem] };
}

function walk(source: ByteSource, from: number): { batches: BatchEntry[]; problems: LogProblem[] } {
  const batches: BatchEntry[] = [];
  const problems: LogProblem[] = [];
  for (let at = from; ; ) {
    const rest = source.size - at;
    const last = batches.at(-1);
    const front = source.read(at, Math.min(rest, BATCH_HEAD_OCTETS));
    if (isEndOfStream(front)) {
      if (last?.hasEnd !== true) problems.push(unclosed(source.size, last, batches.length));
      if (rest > END_OF_STREAM.length) problems.push(surplus(at + END_OF_STREAM.length, source.size));
      break;
    }
    if (rest === 0 && last?.hasEnd !== true) {
      problems.push(unclosed(source.size, last, batches.length));
      break;
    }
    const head = readBatchHead(front);
    // If a batch follows the closing row, it was none: that the batch in front claims it is damage, which its hash shows.
    if (head === null && last?.hasEnd === true) {
      problems.push(badEnd(front, at, rest));
      break;
    }
    if (head === null && rest < BATCH_HEAD_OCTETS && isCutBatchHead(front)) {
      problems.push(truncated(source.size, at, last, batches.length));
      break;
    }
    if (head !== null) {
      const { facts, hash } = head;
      const octets = BATCH_HEAD_OCTETS + batchLayout(facts.rows, facts.dataOctets, facts.octetsOctets).total;
      if (octets > rest) {
        problems.push(truncated(source.size, at, last, batches.length));
        break;
      }
      batches.push({
        ...facts,
        offset: at,
        octets,
        lastSeq: facts.firstSeq + facts.rows - 1,
        hash,
        problem: null,
      });
      at += octets;
      continue;
    }
    const next = searchBatchHead(source, at + 1);
    if (next < 0) {
      const message = `batch ${batches.length} is damaged: bytes ${at} to ${source.size}, the end of the file; ${lastEvent(last)}`;
      problems.push(new LogProblem("corrupted", batches.length, at, message));
      break;
    }
    const gap = damagedGap(
      at,
      readBatchHead(source.read(next, BATCH_HEAD_OCTETS))!.facts,
      next,
      last,
      batches.length,
    );
    problems.push(gap.problem!);
    batches.push(gap);
    at = next;
  }
  return { batches, problems };
}

/** The first whole head of a batch at `from` or behind it; -1 if there is none. */
function searchBatchHead(source: ByteSource, from: number): number {
  for (let at = from; at + BATCH_HEAD_OCTETS <= source.size; at += SEARCH_OCTETS) {
    // Windows overlap by a head, so that none is missed between two.
    const window = source.read(at, Math.min(SEARCH_OCTETS + BATCH_HEAD_OCTETS, source.size - at));
    const found = findBatchHead(window);
    if (found >= 0) return at + found;
  }
  return -1;
}

function damagedGap(
  at: number,
  next: BatchFacts,
  nextAt: number,
  last: BatchEntry | undefined,
  batch: number,
): BatchEntry {
  const firstSeq = last === undefined ? Math.min(1, next.firstSeq) : last.lastSeq + 1;
  const lastSeq = next.firstSeq - 1;
  const message = `batch ${batch} is damaged: bytes ${at} to ${nextAt}, events ${firstSeq} to ${lastSeq}`;
  return {
    offset: at,
    octets: nextAt - at,
    rows: Math.max(0, lastSeq - firstSeq + 1),
    dataOctets: 0,
    octetsOctets: 0,
    firstSeq,
    lastSeq,
    firstTime: last?.lastTime ?? 0,
    lastTime: next.firstTime,
    hasSnapshot: false,
    hasEnd: false,
    previous: last?.hash ?? "",
    hash: next.previous,
    problem: new LogProblem("corrupted", batch, at, message),
  };
}

function isEndOfStream(front: Uint8Array): boolean {
  return front.length >= END_OF_STREAM.length && END_OF_STREAM.every((octet, i) => front[i] === octet);
}

function lastEvent(last: BatchEntry | undefined): string {
  if (last === undefined) return "no whole batch, no event is left";
  return `last whole batch ends at byte ${last.offset + last.octets}, event ${last.lastSeq}, time ${last.lastTime} ns`;
}

function truncated(size: number, at: number, last: BatchEntry | undefined, batch: number): LogProblem {
  const message = `cut off at byte ${size}, in batch ${batch} that begins at byte ${at}: ${lastEvent(last)}; no closing row`;
  return new LogProblem("truncated", batch, size, message);
}

function unclosed(size: number, last: BatchEntry | undefined, batch: number): LogProblem {
  return new LogProblem(
    "unclosed",
    batch,
    size,
    `the log ends at byte ${size} without a closing row: ${lastEvent(last)}`,
  );
}

function surplus(at: number, size: number): LogProblem {
  return new LogProblem("corrupted", -1, at, `bytes ${at} to ${size} stand behind the end of the log`);
}

/** Something else than the end marker stands behind the closing row. */
function badEnd(front: Uint8Array, at: number, rest: number): LogProblem {
  const isCut = rest < END_OF_STREAM.length && front.every((octet, i) => octet === END_OF_STREAM[i]);
  return isCut
    ? new LogProblem(
        "truncated",
        -1,
        at + rest,
        `cut off at byte ${at + rest}, in the end marker; all events are there`,
      )
    : new LogProblem("corrupted", -1, at, `the end marker at byte ${at} is damaged; all events are there`);
}
