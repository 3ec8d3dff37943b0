/**
 * IP options: record route, time stamps, source routes and the rest, as hosts and routers read and fill them in.
 *
 *   received: compile ──► fill in here ──► local: echo into the answer ──► build: fill in the answer's
 *                                     └──► passed on: forward, fill in the device it leaves by
 *
 * @source RFC 791 section 3.1; RFC 1812 section 5.2.4; net/ipv4/ip_options.c
 */
import { readU32, writeU32 } from "../core/bytes.ts";
import type { NetnsRef } from "../devices/netns.ts";
import { RTN_UNICAST } from "../events/netlink.ts";
import type { StepContext } from "../events/step-context.ts";
import { IPV4_HLEN, type IpOptionMarks } from "../wire/ipv4.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import { inetAddrType } from "./fib-nexthop.ts";

const IPOPT_END = 0;
const IPOPT_NOOP = 1;
const IPOPT_RR = 7;
const IPOPT_TIMESTAMP = 68;
const IPOPT_CIPSO = 134;
const IPOPT_LSRR = 131;
const IPOPT_SSRR = 137;
/** Bit of an option's type: it stands in every fragment. */
const IPOPT_COPY = 0x80;

const IPOPT_TS_TSONLY = 0;
const IPOPT_TS_TSANDADDR = 1;
const IPOPT_TS_PRESPEC = 3;

const MS_PER_DAY = 86_400_000;

/** Options with what was noted of them. */
export interface IpOptions {
  readonly octets: Uint8Array;
  readonly marks: IpOptionMarks;
}

/** Octet of the IP header that is wrong, for a parameter problem message. */
export interface BadOption extends IpOptions {
  readonly pointer: number;
}

type Marks = { -readonly [K in keyof IpOptionMarks]: IpOptionMarks[K] };

export const NO_MARKS: IpOptionMarks = Object.freeze({
  srr: -1,
  rr: -1,
  ts: -1,
  rrNeedsAddress: false,
  tsNeedsAddress: false,
  tsNeedsTime: false,
  isStrictRoute: false,
  srrIsHit: false,
});

/** Milliseconds since midnight UT: virtual time begins at one. @source net/ipv4/af_inet.c, inet_current_timestamp() */
export function inetCurrentTimestamp(step: StepContext): number {
  return Math.floor(step.now / 1_000_000) % MS_PER_DAY;
}

/** Who reads the options. */
interface Reader {
  readonly step: StepContext;
  readonly netns: NetnsRef;
  /** Address that a received packet was meant for, which is filled in; null: the options are a socket's. */
  readonly specDst: (() => Ipv4Address) | null;
}

/**
 * Checks options, and fills in what a packet that came in has room for. In a socket's own, room is only taken.
 * @source __ip_options_compile()
 */
export function compileOptions(
  step: StepContext,
  netns: NetnsRef,
  given: Uint8Array,
  specDst: (() => Ipv4Address) | null,
): IpOptions | BadOption {
  const octets = given.slice();
  const marks: Marks = { ...NO_MARKS };
  const reader: Reader = { step, netns, specDst };
  for (let at = 0; at < octets.length; ) {
    const type = octets[at]!;
    if (type === IPOPT_END) {
      octets.fill(IPOPT_END, at);
      break;
    }
    if (type === IPOPT_NOOP) {
      at++;
      continue;
    }
    const length = at + 1 < octets.length ? octets[at + 1]! : 0;
    if (length < 2 || at + length > octets.length) return { pointer: IPV4_HLEN + at, octets, marks };
    const bad = compileOne(reader, type, octets.subarray(at, at + length), at, marks);
    if (bad >= 0) return { pointer: IPV4_HLEN + at + bad, octets, marks };
    at += length;
  }
  return { octets, marks };
}

/** Gives the octet of the option that is wrong, or -1. */
function compileOne(r: Reader, type: number, option: Uint8Array, at: number, marks: Marks): number {
  switch (type) {
    case IPOPT_SSRR:
    case IPOPT_LSRR:
      if (option.length < 3) return 1;
      if (option[2]! < 4) return 2;
      if (marks.srr >= 0) return 0;
      marks.isStrictRoute = type === IPOPT_SSRR;
      marks.srr = at;
      return -1;
    case IPOPT_RR:
      return compileRoute(r, option, at, marks);
    case IPOPT_TIMESTAMP:
      return compileTimestamp(r, option, at, marks);
    case IPOPT_CIPSO:
      return 0; // no domain of interpretation is known
    default:
      return -1;
  }
}

function compileRoute(r: Reader, option: Uint8Array, at: number, marks: Marks): number {
  if (marks.rr >= 0) return 0;
  if (option.length < 3) return 1;
  const pointer = option[2]!;
  if (pointer < 4) return 2;
  if (pointer <= option.length) {
    if (pointer + 3 > option.length) return 2;
    if (r.specDst !== null) writeU32(r.specDst(), option, pointer - 1);
    option[2] = pointer + 4;
    marks.rrNeedsAddress = true;
  }
  marks.rr = at;
  return -1;
}

function compileTimestamp(r: Reader, option: Uint8Array, at: number, marks: Marks): number {
  if (marks.ts >= 0) return 0;
  if (option.length < 4) return 1;
  const pointer = option[2]!;
  if (pointer < 5) return 2;
  const flag = option[3]! & 15;
  marks.ts = at;
  if (pointer > option.length) {
    if (flag === IPOPT_TS_PRESPEC) return -1;
    const overflow = option[3]! >>> 4;
    if (overflow === 15) return 3;
    if (r.specDst !== null) option[3] = flag | ((overflow + 1) << 4);
    return -1;
  }
  if (pointer + 3 > option.length) return 2;
  if (flag !== IPOPT_TS_TSONLY && flag !== IPOPT_TS_TSANDADDR && flag !== IPOPT_TS_PRESPEC) {
    // A socket may not send what nobody knows; a packet that came in is taken as it is.
    return r.specDst === null ? 3 : -1;
  }
  if (flag === IPOPT_TS_TSONLY) {
    takeTime(r, option, pointer - 1, marks);
    option[2] = pointer + 4;
    return -1;
  }
  if (pointer + 7 > option.length) return 2;
  if (flag === IPOPT_TS_TSANDADDR) {
    if (r.specDst !== null) writeU32(r.specDst(), option, pointer - 1);
    marks.tsNeedsAddress = true;
  } else if (inetAddrType(r.step, r.netns, readU32(option, pointer - 1)) === RTN_UNICAST) return -1;
  takeTime(r, option, pointer + 3, marks);
  option[2] = pointer + 8;
  return -1;
}

function takeTime(r: Reader, option: Uint8Array, at: number, marks: Marks): void {
  if (r.specDst !== null) writeU32(inetCurrentTimestamp(r.step), option, at);
  marks.tsNeedsTime = true;
}

/**
 * Fills in what the sender of a packet has to: its source address, the time, and the end of a source route.
 * @source ip_options_build()
 */
export function buildOptions(
  step: StepContext,
  options: IpOptions,
  src: Ipv4Address,
  dst: Ipv4Address,
): Uint8Array {
  const { marks } = options;
  const octets = options.octets.slice();
  if (marks.srr >= 0) writeU32(dst, octets, marks.srr + octets[marks.srr + 1]! - 4);
  if (marks.rrNeedsAddress) writeU32(src, octets, marks.rr + octets[marks.rr + 2]! - 5);
  if (marks.tsNeedsAddress) writeU32(src, octets, marks.ts + octets[marks.ts + 2]! - 9);
  if (marks.tsNeedsTime) writeU32(inetCurrentTimestamp(step), octets, marks.ts + octets[marks.ts + 2]! - 5);
  return octets;
}

/**
 * Options for an answer: those that came, with room taken for the answerer. Null: the answer cannot have them, and is not sent.
 * @source __ip_options_echo()
 */
export function echoOptions(
  step: StepContext,
  netns: NetnsRef,
  received: IpOptions,
  src: Ipv4Address,
  specDst: Ipv4Address,
): (IpOptions & { readonly firstHop: Ipv4Address }) | null {
  const { octets, marks } = received;
  const parts: Uint8Array[] = [];
  const made: Marks = { ...NO_MARKS };
  let length = 0;
  let firstHop = 0;
  const add = (part: Uint8Array): number => {
    parts.push(part);
    length += part.length;
    return length - part.length;
  };
  if (marks.rr >= 0) {
    const option = octets.slice(marks.rr, marks.rr + octets[marks.rr + 1]!);
    if (marks.rrNeedsAddress && option[2]! <= option.length) {
      if (option[2]! + 3 > option.length) return null;
      option[2] = option[2]! + 4;
      made.rrNeedsAddress = true;
    }
    made.rr = add(option);
  }
  if (marks.ts >= 0) {
    const option = octets.slice(marks.ts, marks.ts + octets[marks.ts + 1]!);
    if (!echoTimestamp(step, netns, option, marks, made)) return null;
    made.ts = add(option);
  }
  if (marks.srr >= 0) {
    const back = reverseRoute(octets.subarray(marks.srr, marks.srr + octets[marks.srr + 1]!), src, specDst);
    if (back !== null) {
      made.isStrictRoute = marks.isStrictRoute;
      made.srr = add(back.option);
      firstHop = back.firstHop;
    }
  }
  const joined = new Uint8Array((length + 3) & ~3);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return { octets: joined, marks: made, firstHop };
}

function echoTimestamp(
  step: StepContext,
  netns: NetnsRef,
  option: Uint8Array,
  marks: IpOptionMarks,
  made: Marks,
): boolean {
  let offset = option[2]!;
  if (offset > option.length) return true;
  if (marks.tsNeedsAddress) {
    if (offset + 3 > option.length) return false;
    made.tsNeedsAddress = true;
    offset += 4;
  }
  if (marks.tsNeedsTime) {
    if (offset + 3 > option.length) return false;
    if ((option[3]! & 15) !== IPOPT_TS_PRESPEC) {
      made.tsNeedsTime = true;
      offset += 4;
    } else if (
      offset + 7 <= option.length &&
      inetAddrType(step, netns, readU32(option, offset - 1)) !== RTN_UNICAST
    ) {
      made.tsNeedsTime = true;
      offset += 8;
    }
  }
  option[2] = offset;
  return true;
}

/** The source route back: the hops that were passed, last first, and at its end the answerer's way in. */
function reverseRoute(
  option: Uint8Array,
  src: Ipv4Address,
  specDst: Ipv4Address,
): { option: Uint8Array; firstHop: Ipv4Address } | null {
  const end = Math.min(option[2]!, option.length + 1);
  const passed: number[] = [];
  for (let at = end - 4; at > 3; at -= 4) passed.push(readU32(option, at - 1));
  const firstHop = passed.shift();
  if (firstHop === undefined) return null;
  // The sender itself as first hop was no hop (RFC 1812).
  const first = passed.length > 0 ? passed.at(-1)! : firstHop;
  const hops = first === src ? passed.slice(0, -1) : passed;
  if (first === src && passed.length === 0) return null;
  const length = (hops.length + 1) * 4 + 3;
  const made = new Uint8Array(length);
  made.set([option[0]!, length, 4]);
  hops.forEach((hop, i) => {
    writeU32(hop, made, 3 + 4 * i);
  });
  writeU32(specDst, made, 3 + 4 * hops.length);
  return { option: made, firstHop };
}

/**
 * What a router writes: the address of the device that the packet leaves by.
 * @param nextHop destination of the packet as it leaves
 * @source ip_forward_options()
 */
export function forwardOptions(
  options: IpOptions,
  source: () => Ipv4Address,
  nextHop: Ipv4Address,
): Uint8Array {
  const { marks } = options;
  const octets = options.octets.slice();
  if (marks.rrNeedsAddress) writeU32(source(), octets, marks.rr + octets[marks.rr + 2]! - 5);
  if (!marks.srrIsHit) return octets;
  const { srr } = marks;
  const space = octets[srr + 1]!;
  let pointer = octets[srr + 2]!;
  while (pointer + 3 <= space && readU32(octets, srr + pointer - 1) !== nextHop) pointer += 4;
  if (pointer + 3 <= space) {
    writeU32(source(), octets, srr + pointer - 1);
    octets[srr + 2] = pointer + 4;
  }
  if (marks.tsNeedsAddress) writeU32(source(), octets, marks.ts + octets[marks.ts + 2]! - 9);
  return octets;
}

/** The options of all fragments but the first: those that only the first has become padding. @source ip_options_fragment() */
export function fragmentOptions(octets: Uint8Array): Uint8Array {
  const made = octets.slice();
  for (let at = 0; at < made.length && made[at] !== IPOPT_END; ) {
    if (made[at] === IPOPT_NOOP) {
      at++;
      continue;
    }
    const length = at + 1 < made.length ? made[at + 1]! : 0;
    if (length < 2 || at + length > made.length) break;
    if ((made[at]! & IPOPT_COPY) === 0) made.fill(IPOPT_NOOP, at, at + length);
    at += length;
  }
  return made;
}
