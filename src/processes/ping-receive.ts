/** The receiving half of ping(8): replies, ICMP errors, local errors. */
import { readU32 } from "../core/bytes.ts";
import { SYSCALL_COST_NS } from "../core/costs.ts";
import { strerror } from "../core/errno.ts";
import { type Nanos, NS_PER_US } from "../core/nanos.ts";
import {
  decodeIcmp,
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_HLEN,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_TIME_EXCEEDED,
  type IcmpMessage,
} from "../wire/icmp.ts";
import { IPPROTO_ICMP, type Ipv4Packet, ipv4HeaderLength } from "../wire/ipv4.ts";
import { fillOctet, sentMicros, TIMEVAL_OCTETS } from "./ping-data.ts";
import { showAddress } from "./ping-host.ts";
import { showOptions } from "./ping-ip-options.ts";
import { ICMP_SOURCE_QUENCH, icmpErrorText, quotedHeader, roundTrip, stamp } from "./ping-print.ts";
import {
  acknowledge,
  inFlight,
  isAnswered,
  isDone,
  isTimed,
  type PingState,
  withAnswered,
  withRtt,
} from "./ping-state.ts";
import type { ProgramContext, ReceivedPacket, SocketError } from "./program.ts";

/** Room for a reply beside its data: the longest IP header and the longest quoted ICMP header. */
const HEADER_ROOM = 60 + 76;

/** Reads all that waits, errors first, until nothing is under way and enough was heard. */
export function drain(cx: ProgramContext, state: PingState): PingState {
  let s = state;
  while (inFlight(s) > 0 || !isDone(s)) {
    const error = cx.receiveError(s.socket);
    if (error !== null) {
      s = onError(cx, s, error).state;
      continue;
    }
    const received = cx.receive(s.socket);
    if (received === null) break;
    s = onPacket(cx, s, received);
  }
  return s;
}

/** What a look at the error queue after a refused send told. */
export interface ErrorReport {
  readonly state: PingState;
  /** Which kind of error it was; null: none of ours. */
  readonly origin: "local" | "icmp" | null;
}

export function onError(cx: ProgramContext, state: PingState, error: SocketError): ErrorReport {
  const { quiet, flood } = state.options;
  if (error.origin === 1) {
    // Quiet: a local error is not even counted.
    if (quiet) return { state, origin: "local" };
    if (flood) cx.write(1, "E");
    else if (error.errno === "EMSGSIZE")
      cx.write(2, `ping: local error: message too long, mtu=${error.info}\n`);
    else cx.write(2, `ping: local error: ${strerror(error.errno)}\n`);
    return { state: { ...state, errors: state.errors + 1 }, origin: "local" };
  }
  const { message } = error;
  if (message === null || message.type !== ICMP_ECHO || message.identifier !== state.identifier)
    return { state, origin: null };
  const acked = acknowledge(state, message.sequence);
  if (flood && !quiet) cx.write(1, "\bE");
  else if (!quiet) {
    const isNumeric = state.options.numeric || state.host.isNumeric;
    const what = icmpErrorText(error.type, error.code, error.info, isNumeric);
    cx.write(
      1,
      `${stamp(state, cx.now)}From ${showAddress(error.offender, isNumeric)} icmp_seq=${message.sequence} ${what}\n`,
    );
  }
  return { state: { ...acked, errors: acked.errors + 1 }, origin: "icmp" };
}

/** The ICMP message of a packet, also when its checksum is wrong; null: there is none. */
function icmpOf(packet: Ipv4Packet): IcmpMessage | null {
  if (packet.payload.kind === "icmp") return packet.payload;
  if (packet.protocol !== IPPROTO_ICMP) return null;
  const { octets } = packet.payload;
  const decoded = decodeIcmp(octets, 0, octets.length);
  return "reason" in decoded ? null : decoded;
}

function onPacket(cx: ProgramContext, state: PingState, received: ReceivedPacket): PingState {
  const message = icmpOf(received.packet);
  if (message === null) return state;
  if (message.type === ICMP_ECHOREPLY) {
    return message.identifier === state.identifier ? onReply(cx, state, received, message) : state;
  }
  return onQuoted(cx, state, received.packet, message);
}

/** An ICMP message about a packet. Errors are told by the error queue; what stands here are redirects and quenches. */
function onQuoted(cx: ProgramContext, state: PingState, packet: Ipv4Packet, message: IcmpMessage): PingState {
  const isError =
    message.type === ICMP_DEST_UNREACH ||
    message.type === ICMP_TIME_EXCEEDED ||
    message.type === ICMP_PARAMETERPROB;
  const isHint = message.type === ICMP_SOURCE_QUENCH || message.type === ICMP_REDIRECT;
  const { data } = message;
  if ((!isError && !isHint) || data.length < 20) return state;
  const headerLength = (data[0]! & 15) * 4;
  if (data.length < headerLength + ICMP_HLEN || data[9] !== IPPROTO_ICMP) return state;
  const rest = readU32(data, headerLength + 4);
  const isOurs =
    data[headerLength] === ICMP_ECHO &&
    readU32(data, 16) === state.host.address &&
    rest >>> 16 === state.identifier;
  if (!isOurs) return state;
  const sequence = rest & 0xffff;
  const { quiet, flood, numeric, verbose } = state.options;
  if (isHint && !quiet && !flood) {
    const isNumeric = numeric || state.host.isNumeric;
    const checksum = message.checksumOk ? "" : "(BAD CHECKSUM)";
    const what = icmpErrorText(message.type, message.code, message.rest, isNumeric);
    const header = verbose && message.type === ICMP_REDIRECT ? quotedHeader(data) : "";
    cx.write(
      1,
      `${stamp(state, cx.now)}From ${showAddress(packet.src, isNumeric)}: icmp_seq=${sequence} ${checksum}${what}\n${header}`,
    );
  }
  return acknowledge(state, sequence);
}

function onReply(
  cx: ProgramContext,
  state: PingState,
  received: ReceivedPacket,
  message: IcmpMessage,
): PingState {
  const { packet } = received;
  const room = state.options.size + HEADER_ROOM - ipv4HeaderLength(packet) - ICMP_HLEN;
  const data = message.data.length > room ? message.data.subarray(0, room) : message.data;
  const { sequence } = message;
  const isRepeat = isAnswered(state, sequence);
  let s = acknowledge(state, sequence);
  let micros: number | null = null;
  if (isTimed(s) && data.length >= TIMEVAL_OCTETS) {
    const timed = roundTripOf(cx, s, received.time, data);
    micros = timed.micros;
    s = withRtt(timed.state, micros);
  }
  s = isRepeat
    ? { ...s, repeats: s.repeats + 1 }
    : withAnswered({ ...s, received: s.received + 1 }, sequence, true);
  if (s.options.quiet) return s;
  if (s.options.flood) {
    cx.write(1, s.options.audible ? "\b \b\u0007" : "\b \b");
    return s;
  }
  let line = stamp(s, cx.now) + replyText(s, packet, message, data, micros, isRepeat);
  if (s.options.audible) line += "\u0007";
  const options = showOptions(s, packet.options);
  cx.write(1, `${line}${options.text}\n`);
  return options.route === s.route ? s : { ...s, route: options.route };
}

/** Receive time less the send time in the data, in microseconds. The send itself costs one system call. */
function roundTripOf(
  cx: ProgramContext,
  state: PingState,
  time: Nanos,
  data: Uint8Array,
): { state: PingState; micros: number } {
  const sent = sentMicros(data);
  const since = (at: Nanos) => Math.floor((at + SYSCALL_COST_NS) / NS_PER_US) - sent;
  const micros = since(state.distrustsStamps ? cx.now : time);
  if (micros >= 0) return { state, micros };
  // The data was changed on the way.
  const warn = (by: number) =>
    cx.write(2, `ping: Warning: time of day goes back (${by}us), taking countermeasures\n`);
  warn(micros);
  if (state.distrustsStamps) return { state, micros: 0 };
  const again = since(cx.now);
  if (again < 0) warn(again);
  return { state: { ...state, distrustsStamps: true }, micros: Math.max(again, 0) };
}

function replyText(
  s: PingState,
  packet: Ipv4Packet,
  message: IcmpMessage,
  data: Uint8Array,
  micros: number | null,
  isRepeat: boolean,
): string {
  const { options, host } = s;
  const from = showAddress(packet.src, options.numeric || host.isNumeric);
  let text = `${ICMP_HLEN + data.length} bytes from ${from}: icmp_seq=${message.sequence}`;
  if (options.verbose) text += ` ident=${s.identifier}`;
  text += ` ttl=${packet.ttl}`;
  if (data.length < options.size) return `${text} (truncated)`;
  if (micros !== null) text += ` time=${roundTrip(micros)} ms`;
  if (isRepeat && (!s.isGroup || options.verbose)) text += " (DUP!)";
  if (!s.isGroup && packet.src !== host.address) text += " (DIFFERENT ADDRESS!)";
  return text + wrongData(s, data);
}

/** The first octet that did not come back as it was sent, and all data after the time stamp. */
function wrongData(s: PingState, data: Uint8Array): string {
  if (!isTimed(s)) return "";
  const { size } = s.options;
  for (let i = TIMEVAL_OCTETS; i < size; i++) {
    const expected = fillOctet(s, i);
    if (data[i] === expected) continue;
    let text = `\nwrong data byte #${i} should be 0x${expected.toString(16)} but was 0x${data[i]!.toString(16)}`;
    for (let at = TIMEVAL_OCTETS; at < size; at++) {
      if (at % 32 === TIMEVAL_OCTETS) text += `\n#${at}\t`;
      text += `${data[at]!.toString(16)} `;
    }
    return text;
  }
  return "";
}
