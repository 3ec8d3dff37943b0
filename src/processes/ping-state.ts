/** What a running ping(8) knows: immutable plain data, and the small changes to it that sending and receiving share. */
import { type Nanos, NS_PER_MS } from "../core/nanos.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import type { PingHost } from "./ping-host.ts";
import { DEFAULTS, type PingOptions } from "./ping-options.ts";
import type { SocketRef } from "./program.ts";

/** Round-trip times in whole microseconds. */
export interface RttStatistics {
  /** -1: no reply had a time. */
  readonly min: number;
  readonly max: number;
  readonly sum: number;
  readonly sumOfSquares: number;
  /** Moving average, times 8. */
  readonly ewma8: number;
}

export interface PingState {
  /** Nothing is done any more. */
  readonly isEnded: boolean;
  readonly options: PingOptions;
  readonly host: PingHost;
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
  readonly rtt: RttStatistics;
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
  /** Bit n % 65536: request n was answered. Up to 64 rows of 32 words; a row without any is [] or missing. */
  readonly answered: readonly (readonly number[])[];
  /** Octets of the route shown last (-R). */
  readonly route: readonly number[];
  /** Time stamps of the socket are not trusted any more. */
  readonly distrustsStamps: boolean;
}

const ANSWERED_ROWS = 64;
const WORDS_PER_ROW = 32;

export const NO_RTT: RttStatistics = { min: -1, max: 0, sum: 0, sumOfSquares: 0, ewma8: 0 };

export const INITIAL: PingState = {
  isEnded: false,
  options: DEFAULTS,
  host: { name: "", address: 0, isNumeric: true },
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
  route: [],
  distrustsStamps: false,
};

export function isAnswered(state: PingState, sequence: number): boolean {
  const word = state.answered[(sequence >>> 10) % ANSWERED_ROWS]?.[(sequence >>> 5) % WORDS_PER_ROW] ?? 0;
  return (word & (1 << (sequence & 31))) !== 0;
}

export function withAnswered(state: PingState, sequence: number, isSet: boolean): PingState {
  if (isAnswered(state, sequence) === isSet) return state;
  const at = (sequence >>> 10) % ANSWERED_ROWS;
  const old = state.answered[at] ?? [];
  const row = old.length === 0 ? new Array<number>(WORDS_PER_ROW).fill(0) : old.slice();
  row[(sequence >>> 5) % WORDS_PER_ROW]! ^= 1 << (sequence & 31);
  const answered = state.answered.slice();
  while (answered.length < at) answered.push([]);
  answered[at] = row;
  return { ...state, answered };
}

/** An answer or an error came for a request: what is under way shrinks. A number never sent changes nothing. */
export function acknowledge(state: PingState, sequence: number): PingState {
  const behind = (state.transmitted - sequence) & 0xffff;
  if (behind > 0x7fff) return state;
  const pipe = Math.max(state.pipe, behind + 1);
  const isNewer = ((sequence - state.acked) & 0xffff) < 0x8000;
  const acked = isNewer ? sequence : state.acked;
  return pipe === state.pipe && acked === state.acked ? state : { ...state, pipe, acked };
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
export function withRtt(state: PingState, micros: number): PingState {
  const old = state.rtt;
  const rtt: RttStatistics = {
    min: old.min < 0 ? micros : Math.min(old.min, micros),
    max: Math.max(old.max, micros),
    sum: old.sum + micros,
    sumOfSquares: old.sumOfSquares + micros * micros,
    ewma8: old.ewma8 === 0 ? micros * 8 : old.ewma8 + micros - Math.trunc(old.ewma8 / 8),
  };
  if (!state.options.adaptive) return { ...state, rtt };
  // Adaptive: one request for each round trip, rounded to milliseconds; an instant network makes it a flood.
  const intervalMs =
    rtt.ewma8 === 0 ? state.intervalMs : Math.trunc((Math.trunc(rtt.ewma8 / 8) + 500) / 1000);
  return { ...state, rtt, intervalMs };
}

export function intervalOf(state: PingState): Nanos {
  return state.intervalMs * NS_PER_MS;
}

/** The data has room for a time stamp. */
export function isTimed(state: PingState): boolean {
  return state.options.size >= 16;
}
