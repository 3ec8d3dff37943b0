/** The data of an echo request: a time stamp, where it fits, and fill. */
import { type Nanos, NS_PER_SEC, NS_PER_US } from "../core/nanos.ts";
import { isTimed, type PingState } from "./ping-state.ts";

/** A struct timeval of two 64-bit numbers. */
export const TIMEVAL_OCTETS = 16;

/**
 * The octet at `index` of a request's data, time stamp aside. Where a pattern leaves no room for a header's length, it is there once.
 * @source iputils, ping/ping_common.c, fill()
 */
export function fillOctet(s: PingState, index: number): number {
  const { pattern, size } = s.options;
  if (pattern === null || pattern.length === 0) return index & 255;
  if (size < pattern.length + 8) return pattern[index] ?? 0;
  return pattern[index % pattern.length]!;
}

/** By loops: to copy so few octets from a template takes V8 longer. */
function fill(s: PingState): Uint8Array {
  const { size, pattern } = s.options;
  const data = new Uint8Array(size);
  if (pattern === null) for (let at = 0; at < size; at++) data[at] = at;
  else for (let at = 0; at < size; at++) data[at] = fillOctet(s, at);
  return data;
}

/** The time as a 64-bit timeval, where it fits, then the fill. */
export function requestData(s: PingState, now: Nanos): Uint8Array {
  const data = fill(s);
  if (isTimed(s)) {
    const seconds = Math.floor(now / NS_PER_SEC);
    writeU64(seconds, data, 0);
    // Not by `%`, which is a call into the C library.
    writeU64(Math.floor(now / NS_PER_US) - seconds * 1_000_000, data, 8);
  }
  return data;
}

/** Little-endian. */
function writeU64(value: number, to: Uint8Array, at: number): void {
  writeU32Le(value >>> 0, to, at);
  writeU32Le(Math.floor(value / 0x1_0000_0000), to, at + 4);
}

function writeU32Le(value: number, to: Uint8Array, at: number): void {
  to[at] = value;
  to[at + 1] = value >>> 8;
  to[at + 2] = value >>> 16;
  to[at + 3] = value >>> 24;
}

/** The time stamp of a reply's data, in microseconds. */
export function sentMicros(data: Uint8Array): number {
  return readU64(data, 0) * 1_000_000 + readU64(data, 8);
}

/** Little-endian. */
function readU64(octets: Uint8Array, at: number): number {
  // Times are below 2^32 seconds and microseconds, unless the data was changed on the way.
  if ((octets[at + 4]! | octets[at + 5]! | octets[at + 6]! | octets[at + 7]!) === 0)
    return (octets[at]! | (octets[at + 1]! << 8) | (octets[at + 2]! << 16) | (octets[at + 3]! << 24)) >>> 0;
  let value = 0;
  for (let i = 7; i >= 0; i--) value = value * 256 + octets[at + i]!;
  return value;
}
