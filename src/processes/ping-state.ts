/**
 * What a running ping(8) knows: plain data, and the small changes to it that sending and receiving share. A wake writes to a
 * draft that nobody else holds: a copy for each change took half of a run, and one for each wake a twentieth.
 */
import { type Nanos, NS_PER_MS } from "../core/nanos.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import type { HostEntry } from "./hosts.ts";
import type { PingHost } from "./ping-host.ts";
import { DEFAULTS, type PingOptions } from "./ping-options.ts";
import type { Ping6 } from "./ping6.ts";
import type { SocketRef } from "./program.ts";
import type { Buffering } from "./stdout.ts";

/** Round-trip times in whole microseconds. */
export interface RttStatistics {
  /** -1: no reply had a time. */
  min: number;
  max: number;
  sum: number;
  sumOfSquares: number;
  /** Moving average, times 8. */
  ewma8: number;
}

export interface PingState {
  /** Nothing is done any more. */
  readonly isEnded: boolean;
  readonly options: PingOptions;
  readonly host: PingHost;
  /** Names that answers are shown with; none: numbers are wanted. */
  readonly hosts: readonly HostEntry[];
  /** Null: it goes over IPv4. */
  readonly inet6: Ping6 | null;
  readonly socket: SocketRef;
  readonly identifier: number;
  /** Source the socket is bound to; 0: none. */
  readonly boundSource: Ipv4Address;
  /** Prespecified hops of -T tsprespec. */
  readonly hops: readonly Ipv4Address[];
  /** Broadcast or multicast: many may answer. */
  readonly isGroup: boolean;
  /** Current interval: -A changes it. */
  readonly intervalMs: number;
  readonly transmitted: number;
  readonly received: number;
  readonly repeats: number;
  readonly errors: number;
  /** Highest sequence number that an answer or an error came for, 16 bits. */
  readonly acked: number;
  /** Most requests that were under way when one of them was answered. */
  readonly pipe: number;
  readonly rtt: Readonly<RttStatistics>;
  /** First and last try to send; -1: none yet. */
  readonly startedAt: Nanos;
  readonly triedAt: Nanos;
  /** Interval saved up for sending early (-l). */
  readonly tokens: Nanos;
  /** Sending rests until then. */
  readonly notBefore: Nanos;
  /** How long sending has been refused for want of buffers. */
  readonly refusedMs: number;
  /** When to end; null: not known. */
  readonly alarmAt: Nanos | null;
  readonly hasLinger: boolean;
  /**
   * Bit n % 65536: request n was answered. Up to 64 rows of 32 words; a row without any is [] or missing. The word at
   * `answeredAt` stands in `answeredWord` instead: answers come in order, so a row is copied for one in 32 of them.
   */
  readonly answered: readonly (readonly number[])[];
  readonly answeredAt: number;
  readonly answeredWord: number;
  /** Octets of the route shown last (-R). */
  readonly route: readonly number[];
  /** Time stamps of the socket are not trusted any more. */
  readonly distrustsStamps: boolean;
  readonly held: string;
  readonly buffering: Buffering;
}

const ANSWERED_ROWS = 64;
const WORDS_PER_ROW = 32;

/** A copy of the state that wakes may write to until the state is shared. */
export type PingDraft = { -readonly [K in keyof Omit<PingState, "rtt">]: PingState[K] } & {
  readonly rtt: RttStatistics;
};

/** Field by field: a spread of so many takes ten times as long. */
export function draftOf(s: PingState): PingDraft {
  return {
    isEnded: s.isEnded,
    options: s.options,
    host: s.host,
    hosts: s.hosts,
    inet6: s.inet6,
    socket: s.socket,
    identifier: s.identifier,
    boundSource: s.boundSource,
    hops: s.hops,
    isGroup: s.isGroup,
    intervalMs: s.intervalMs,
    transmitted: s.transmitted,
    received: s.received,
    repeats: s.repeats,
    errors: s.errors,
    acked: s.acked,
    pipe: s.pipe,
    rtt: rttOf(s.rtt),
    startedAt: s.startedAt,
    triedAt: s.triedAt,
    tokens: s.tokens,
    notBefore: s.notBefore,
    refusedMs: s.refusedMs,
    alarmAt: s.alarmAt,
    hasLinger: s.hasLinger,
    answered: s.answered,
    answeredAt: s.answeredAt,
    answeredWord: s.answeredWord,
    route: s.route,
    distrustsStamps: s.distrustsStamps,
    held: s.held,
    buffering: s.buffering,
  };
}

function rttOf({ min, max, sum, sumOfSquares, ewma8 }: Readonly<RttStatistics>): RttStatistics {
  return { min, max, sum, sumOfSquares, ewma8 };
}

const NO_RTT: Readonly<RttStatistics> = { min: -1, max: 0, sum: 0, sumOfSquares: 0, ewma8: 0 };

export const INITIAL: PingState = {
  isEnded: false,
  options: DEFAULTS,
  host: { name: "", address: 0, isNumeric: true },
  hosts: [],
  inet6: null,
  socket: -1,
  identifier: 0,
  boundSource: 0,
  hops: [],
  isGroup: false,
  intervalMs: 0,
  transmitted: 0,
  received: 0,
  repeats: 0,
  errors: 0,
  acked: 0,
  pipe: 0,
  rtt: NO_RTT,
  startedAt: -1,
  triedAt: -1,
  tokens: 0,
  notBefore: 0,
  refusedMs: 0,
  alarmAt: null,
  hasLinger: false,
  answered: [],
  answeredAt: 0,
  answeredWord: 0,
  route: [],
  distrustsStamps: false,
  held: "",
  buffering: "block",
};

// V8 learns from its first draft which fields hold times, as `asTime` says.
draftOf({ ...INITIAL, startedAt: 0.5, triedAt: 0.5, tokens: 0.5, notBefore: 0.5 });

/** Number of the word that holds a request's bit. */
function wordOf(sequence: number): number {
  return (sequence >>> 5) % (ANSWERED_ROWS * WORDS_PER_ROW);
}

function wordAt(s: PingState, at: number): number {
  if (at === s.answeredAt) return s.answeredWord;
  const row = at >>> 5;
  return row < s.answered.length ? (s.answered[row]![at % WORDS_PER_ROW] ?? 0) : 0;
}

export function isAnswered(s: PingState, sequence: number): boolean {
  return (wordAt(s, wordOf(sequence)) & (1 << (sequence & 31))) !== 0;
}

export function setAnswered(s: PingDraft, sequence: number, isSet: boolean): void {
  if (isAnswered(s, sequence) === isSet) return;
  const at = wordOf(sequence);
  if (at !== s.answeredAt) {
    const word = wordAt(s, at);
    storeWord(s);
    s.answeredAt = at;
    s.answeredWord = word;
  }
  s.answeredWord ^= 1 << (sequence & 31);
}

/** Puts the word at hand back into its row. */
function storeWord(s: PingDraft): void {
  const at = s.answeredAt >>> 5;
  const old = s.answered[at] ?? [];
  const row = old.length === 0 ? new Array<number>(WORDS_PER_ROW).fill(0) : old.slice();
  row[s.answeredAt % WORDS_PER_ROW] = s.answeredWord;
  const answered = s.answered.slice();
  while (answered.length < at) answered.push([]);
  answered[at] = row;
  s.answered = answered;
}

/** An answer or an error came for a request: what is under way shrinks. A number never sent changes nothing, and gives false. */
export function acknowledge(s: PingDraft, sequence: number): boolean {
  const behind = (s.transmitted - sequence) & 0xffff;
  if (behind > 0x7fff) return false;
  const pipe = Math.max(s.pipe, behind + 1);
  const isNewer = ((sequence - s.acked) & 0xffff) < 0x8000;
  const acked = isNewer ? sequence : s.acked;
  if (pipe === s.pipe && acked === s.acked) return false;
  s.pipe = pipe;
  s.acked = acked;
  return true;
}

/** Requests sent after the newest one that was answered. */
export function inFlight(state: PingState): number {
  const behind = (state.transmitted - state.acked) & 0xffff;
  return behind <= 0x7fff ? behind : state.transmitted - state.received - state.errors;
}

/** Enough was heard: as many replies as asked for, or (without -w) replies and errors; with -w any error. */
export function isDone(state: PingState): boolean {
  const { count, deadline } = state.options;
  if (deadline > 0) return state.errors > 0 || (count > 0 && state.received >= count);
  return count > 0 && state.received + state.errors >= count;
}

/** @param micros a new round-trip time */
export function addRtt(s: PingDraft, micros: number): void {
  const { rtt } = s;
  const ewma8 = rtt.ewma8 === 0 ? micros * 8 : rtt.ewma8 + micros - Math.trunc(rtt.ewma8 / 8);
  rtt.min = rtt.min < 0 ? micros : Math.min(rtt.min, micros);
  rtt.max = Math.max(rtt.max, micros);
  rtt.sum += micros;
  rtt.sumOfSquares += micros * micros;
  rtt.ewma8 = ewma8;
  // Adaptive: one request for each round trip, rounded to milliseconds; an instant network makes it a flood.
  if (s.options.adaptive && ewma8 !== 0) s.intervalMs = Math.trunc((Math.trunc(ewma8 / 8) + 500) / 1000);
}

export function intervalOf(state: PingState): Nanos {
  return state.intervalMs * NS_PER_MS;
}

/** The data has room for a time stamp. */
export function isTimed(state: PingState): boolean {
  return state.options.size >= 16;
}
