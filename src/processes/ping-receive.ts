/** The receiving half of ping(8): replies, ICMP errors, local errors. */
import { readU32 } from "../core/bytes.ts";
import { SYSCALL_COST_NS } from "../core/costs.ts";
import { strerror } from "../core/errno.ts";
import { type Nanos, NS_PER_US } from "../core/nanos.ts";
import type { QueuedError, QueuedPacket } from "../stack/raw-socket.ts";
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
  addRtt,
  inFlight,
  isAnswered,
  isDone,
  isTimed,
  type PingDraft,
  type PingState,
  setAnswered,
} from "./ping-state.ts";
import { onError6, replyOf } from "./ping6.ts";
import { showScoped } from "./ping6-host.ts";
import type { ProgramContext } from "./program.ts";
import { complain, flush, print } from "./stdout.ts";

/** Room for a reply beside its data: the longest IP header and the longest quoted ICMP header. */
const HEADER_ROOM = 60 + 76;

/** Reads all that waits, errors first, until nothing is under way and enough was heard. False: it changed nothing. */
export function drain(cx: ProgramContext, s: PingDraft): boolean {
  let hasChanged = false;
  while (inFlight(s) > 0 || !isDone(s)) {
    const { errors } = s;
    if (takeError(cx, s) !== "none") {
      if (s.errors !== errors) hasChanged = true;
      continue;
    }
    const taken = s.inet6 === null ? takePacket(cx, s) : takePacket6(cx, s);
    if (taken === "none") break;
    if (taken === "ours") hasChanged = true;
    // A flood sends before it reads on.
    if (isFloodDue(s)) break;
  }
  return hasChanged;
}

/** Nothing is under way, and nothing keeps the next request back. */
export function isFloodDue(s: PingState): boolean {
  const { count, deadline } = s.options;
  const isLast = count > 0 && s.transmitted >= count && deadline === 0;
  return s.intervalMs === 0 && inFlight(s) === 0 && s.transmitted > 0 && !isLast && !isDone(s);
}

/** The next entry of the error queue: which kind it was, null if it is none of ours, or `none` if nothing is there. */
export function takeError(cx: ProgramContext, s: PingDraft): "local" | "icmp" | null | "none" {
  if (s.inet6 !== null) {
    const error = cx.inet6.receiveError(s.socket);
    return error === null ? "none" : onError6(cx, s, s.inet6, error);
  }
  const error = cx.receiveError(s.socket);
  return error === null ? "none" : onError(cx, s, error);
}

type Taken = "ours" | "other" | "none";

function takePacket(cx: ProgramContext, s: PingDraft): Taken {
  const received = cx.receive(s.socket);
  if (received === null) return "none";
  return onPacket(cx, s, received) ? "ours" : "other";
}

function takePacket6(cx: ProgramContext, s: PingDraft): Taken {
  const received = cx.inet6.receive(s.socket);
  if (received === null) return "none";
  const reply = replyOf(s, received);
  if (reply === null) return "other";
  const from = showScoped(cx, received.from, s.hosts);
  const { time, hopLimit } = received;
  onReply(cx, s, { ...reply, time, from, isElsewhere: false, ttl: hopLimit, options: null });
  return "ours";
}

/** An answer to one of our requests. */
interface Reply {
  readonly sequence: number;
  /** Cut to the room there is for it. */
  readonly data: Uint8Array;
  readonly time: Nanos;
  /** As it is shown, unless nothing is. */
  readonly from: string;
  /** Another host answered. */
  readonly isElsewhere: boolean;
  readonly ttl: number;
  readonly options: Ipv4Packet["options"];
}

/** Gives which kind of error it was; null: none of ours. Each one that is told or counted adds to `errors`. */
export function onError(cx: ProgramContext, s: PingDraft, error: QueuedError): "local" | "icmp" | null {
  const { quiet, flood } = s.options;
  if (error.origin === 1) {
    // Quiet: a local error is not even counted.
    if (quiet) return "local";
    const isTooLong = error.errno === "EMSGSIZE";
    const what = isTooLong ? `message too long, mtu=${error.info}` : strerror(error.errno);
    if (flood) print(cx, s, "E");
    else complain(cx, s, `ping: local error: ${what}\n`);
    s.errors++;
    return "local";
  }
  const { message } = error;
  if (message === null || message.type !== ICMP_ECHO || message.identifier !== s.identifier) return null;
  acknowledge(s, message.sequence);
  if (flood && !quiet) print(cx, s, "\bE");
  else if (!quiet) {
    const what = icmpErrorText(error.type, error.code, error.info, s.hosts);
    print(
      cx,
      s,
      `${stamp(s, cx.now)}From ${showAddress(error.offender, s.hosts)} icmp_seq=${message.sequence} ${what}\n`,
    );
    flush(cx, s);
  }
  s.errors++;
  return "icmp";
}

/** The ICMP message of a packet, also when its checksum is wrong; null: there is none. */
function icmpOf(packet: Ipv4Packet): IcmpMessage | null {
  if (packet.payload.kind === "icmp") return packet.payload;
  if (packet.protocol !== IPPROTO_ICMP || packet.payload.kind !== "opaque") return null;
  const { octets } = packet.payload;
  const decoded = decodeIcmp(octets, 0, octets.length);
  return "reason" in decoded ? null : decoded;
}

/** False: the packet was nothing to us. */
function onPacket(cx: ProgramContext, s: PingDraft, received: QueuedPacket): boolean {
  const message = icmpOf(received.packet);
  if (message === null) return false;
  if (message.type !== ICMP_ECHOREPLY) return onQuoted(cx, s, received.packet, message);
  if (message.identifier !== s.identifier) return false;
  const { packet, time } = received;
  const room = s.options.size + HEADER_ROOM - ipv4HeaderLength(packet) - ICMP_HLEN;
  onReply(cx, s, {
    sequence: message.sequence,
    data: message.data.length > room ? message.data.subarray(0, room) : message.data,
    time,
    from: s.options.quiet ? "" : showAddress(packet.src, s.hosts),
    isElsewhere: !s.isGroup && packet.src !== s.host.address,
    ttl: packet.ttl,
    options: packet.options,
  });
  return true;
}

/** An ICMP message about a packet. Errors are told by the error queue; what stands here are redirects and quenches. */
function onQuoted(cx: ProgramContext, s: PingDraft, packet: Ipv4Packet, message: IcmpMessage): boolean {
  const isError =
    message.type === ICMP_DEST_UNREACH ||
    message.type === ICMP_TIME_EXCEEDED ||
    message.type === ICMP_PARAMETERPROB;
  const isHint = message.type === ICMP_SOURCE_QUENCH || message.type === ICMP_REDIRECT;
  const { data } = message;
  if ((!isError && !isHint) || data.length < 20) return false;
  const headerLength = (data[0]! & 15) * 4;
  if (data.length < headerLength + ICMP_HLEN || data[9] !== IPPROTO_ICMP) return false;
  const rest = readU32(data, headerLength + 4);
  const isOurs =
    data[headerLength] === ICMP_ECHO && readU32(data, 16) === s.host.address && rest >>> 16 === s.identifier;
  if (!isOurs) return false;
  const sequence = rest & 0xffff;
  const { quiet, flood, verbose } = s.options;
  if (isHint && !quiet && !flood) {
    const checksum = message.checksumOk ? "" : "(BAD CHECKSUM)";
    const what = icmpErrorText(message.type, message.code, message.rest, s.hosts);
    const header = verbose && message.type === ICMP_REDIRECT ? quotedHeader(data) : "";
    print(
      cx,
      s,
      `${stamp(s, cx.now)}From ${showAddress(packet.src, s.hosts)}: icmp_seq=${sequence} ${checksum}${what}\n${header}`,
    );
  }
  return acknowledge(s, sequence);
}

function onReply(cx: ProgramContext, s: PingDraft, reply: Reply): void {
  const { sequence, data } = reply;
  const isRepeat = isAnswered(s, sequence);
  acknowledge(s, sequence);
  let micros: number | null = null;
  if (isTimed(s) && data.length >= TIMEVAL_OCTETS) {
    micros = roundTripOf(cx, s, reply.time, data);
    addRtt(s, micros);
  }
  if (isRepeat) s.repeats++;
  else {
    s.received++;
    setAnswered(s, sequence, true);
  }
  if (s.options.quiet) {
    flush(cx, s);
    return;
  }
  if (s.options.flood) {
    print(cx, s, s.options.audible ? "\b \b\u0007" : "\b \b");
    return;
  }
  let line = stamp(s, cx.now) + replyText(s, reply, micros, isRepeat);
  if (s.options.audible) line += "\u0007";
  const options = showOptions(s, reply.options);
  print(cx, s, `${line}${options.text}\n`);
  flush(cx, s);
  s.route = options.route;
}

/** Receive time less the send time in the data, in microseconds. The send itself costs one system call. */
function roundTripOf(cx: ProgramContext, s: PingDraft, time: Nanos, data: Uint8Array): number {
  const sent = sentMicros(data);
  const micros = microsSince(sent, s.distrustsStamps ? cx.now : time);
  if (micros >= 0) return micros;
  // The data was changed on the way.
  warnOfTime(cx, s, micros);
  if (s.distrustsStamps) return 0;
  const again = microsSince(sent, cx.now);
  if (again < 0) warnOfTime(cx, s, again);
  s.distrustsStamps = true;
  return Math.max(again, 0);
}

function microsSince(sent: number, at: Nanos): number {
  return Math.floor((at + SYSCALL_COST_NS) / NS_PER_US) - sent;
}

function warnOfTime(cx: ProgramContext, s: PingDraft, by: number): void {
  complain(cx, s, `ping: Warning: time of day goes back (${by}us), taking countermeasures\n`);
}

function replyText(s: PingState, reply: Reply, micros: number | null, isRepeat: boolean): string {
  const { options } = s;
  const { data } = reply;
  let text = `${ICMP_HLEN + data.length} bytes from ${reply.from}: icmp_seq=${reply.sequence}`;
  if (options.verbose && (!options.datagram || options.identifier >= 0)) text += ` ident=${s.identifier}`;
  text += ` ttl=${reply.ttl}`;
  if (data.length < options.size) return `${text} (truncated)`;
  if (micros !== null) text += ` time=${roundTrip(micros)} ms`;
  if (isRepeat && (!s.isGroup || options.verbose)) text += " (DUP!)";
  if (reply.isElsewhere) text += " (DIFFERENT ADDRESS!)";
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
