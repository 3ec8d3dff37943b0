/** The sending half of ping(8): when the next request is due, what it holds, and what a refused one means. */
import { SYSCALL_COST_NS } from "../core/costs.ts";
import type { Errno } from "../core/errno.ts";
import { type Nanos, NS_PER_MS, NS_PER_US } from "../core/nanos.ts";
import type { RawSendOptions } from "../stack/raw-socket.ts";
import { ICMP_ECHO, ICMP_HLEN, icmpEcho } from "../wire/icmp.ts";
import { requestData } from "./ping-data.ts";
import { requestOptions } from "./ping-ip-options.ts";
import { stamp } from "./ping-print.ts";
import { takeError } from "./ping-receive.ts";
import {
  inFlight,
  intervalOf,
  isAnswered,
  type PingDraft,
  type PingState,
  setAnswered,
} from "./ping-state.ts";
import { send6 } from "./ping6.ts";
import type { ProgramContext } from "./program.ts";
import { flush, print } from "./stdout.ts";

/** A flood without answers sends this often, and other waits are not shorter. */
export const MIN_INTERVAL: Nanos = 10 * NS_PER_MS;

function hasSentAll({ options: { count, deadline }, transmitted }: PingState): boolean {
  return count > 0 && transmitted >= count && deadline === 0;
}

/** When the next request is due; null: no more are sent. */
export function nextDue(state: PingState): Nanos | null {
  if (hasSentAll(state)) return null;
  if (state.triedAt < 0) return 0;
  return Math.max(state.triedAt + gap(state, state.options.preload), state.notBefore);
}

/** How long after the last try. */
function gap(state: PingState, preload: number): Nanos {
  if (state.intervalMs > 0) return Math.max(intervalOf(state) - state.tokens, 0);
  const outstanding = inFlight(state);
  if (state.intervalMs === 0 && outstanding >= preload) return MIN_INTERVAL;
  return state.transmitted < preload || outstanding > 0 ? 0 : SYSCALL_COST_NS;
}

/**
 * When a wait for answers is over that begins now, so that the next request can go out at `due`. Where it is as long as an interval
 * the tool leaves the waiting to the socket, whose timeout is a kernel timer; shorter waits are poll(2)'s, which are exact.
 */
export function waitUntil(cx: ProgramContext, s: PingState, due: Nanos): Nanos {
  if (s.options.adaptive || s.notBefore > cx.now) return due;
  const elapsedMs = Math.floor((cx.now - s.triedAt) / NS_PER_MS);
  if (s.intervalMs <= 0)
    return due - s.triedAt >= MIN_INTERVAL ? cx.receiveTimeout(MIN_INTERVAL / NS_PER_MS) : due;
  const shortestMs = Math.max(s.intervalMs, MIN_INTERVAL / NS_PER_MS);
  const nextMs = s.intervalMs - elapsedMs - Math.floor(s.tokens / NS_PER_MS);
  return nextMs >= shortestMs ? cx.receiveTimeout(shortestMs) : due;
}

/** Is another request to follow the last one at once, before anything is read? */
export function isInTrain(state: PingState): boolean {
  const due = nextDue(state);
  return due !== null && state.triedAt >= 0 && due <= state.triedAt;
}

/** Sends one request if one is due; what it causes on the network comes before the next. False: none was. */
export function sendDue(cx: ProgramContext, s: PingDraft): boolean {
  const due = nextDue(s);
  const hasTried = due !== null && due <= cx.now;
  if (hasTried) {
    spend(s, cx.now);
    attempt(cx, s);
  }
  if (!s.hasLinger && hasSentAll(s)) linger(cx, s);
  return hasTried;
}

/** Takes one interval out of what was saved up since the last try. */
function spend(s: PingDraft, now: Nanos): void {
  const interval = Math.max(intervalOf(s), 0);
  if (s.triedAt < 0) {
    s.startedAt = now;
    s.tokens = interval * (s.options.preload - 1);
  } else {
    const elapsed = Math.floor((now - s.triedAt) / NS_PER_MS) * NS_PER_MS;
    const saved = Math.min(elapsed + s.tokens, interval * s.options.preload);
    s.tokens = Math.max(saved - interval, 0);
  }
  s.triedAt = now;
}

/**
 * All requests are out: from now on only so long is waited for the answers that are missing. A wait of 0 (-W 0, or a flood
 * of replies without times) is no limit; it is worked out anew at each wake.
 */
function linger(cx: ProgramContext, s: PingDraft): void {
  const answered = Math.max(2 * s.rtt.max * NS_PER_US, intervalOf(s));
  const wait = s.received > 0 ? answered : s.options.lingerMs * NS_PER_MS;
  if (wait <= 0) return;
  s.hasLinger = true;
  s.alarmAt = cx.now + wait;
}

function attempt(cx: ProgramContext, s: PingDraft): void {
  const { options } = s;
  if (options.outstanding && s.transmitted > 0 && !isAnswered(s, s.transmitted & 0xffff)) {
    print(cx, s, `${stamp(s, cx.now)}no answer yet for icmp_seq=${s.transmitted & 0xffff}\n`);
    flush(cx, s);
  }
  const sequence = (s.transmitted + 1) & 0xffff;
  setAnswered(s, sequence, false);
  const errno = send(cx, s, sequence);
  if (errno !== null) {
    refusedSend(cx, s, errno);
    return;
  }
  if (options.flood && !options.quiet) print(cx, s, ".");
  s.transmitted++;
  s.refusedMs = 0;
}

function send(cx: ProgramContext, s: PingState, sequence: number): Errno | null {
  if (s.inet6 !== null) return send6(cx, s, s.inet6, sequence);
  if (s.options.size + ICMP_HLEN > 0xffff) return "EMSGSIZE";
  const message = icmpEcho(ICMP_ECHO, s.identifier, sequence, requestData(s, cx.now));
  const how: RawSendOptions = {
    ttl: s.options.ttl,
    tos: s.options.tos,
    pmtudisc: s.options.pmtudisc ?? (s.isGroup ? "do" : null),
    src: s.boundSource,
    options: requestOptions(s),
    dontRoute: s.options.dontRoute,
    multicastLoop: !s.options.noLoop,
    mark: s.options.mark,
  };
  return cx.sendIcmp(s.socket, s.host.address, message, how);
}

/** An error that waited at the socket is told, and the request comes later; one about this request counts it as sent. */
function refusedSend(cx: ProgramContext, s: PingDraft, errno: Errno): void {
  for (let origin = takeError(cx, s); origin !== "none"; origin = takeError(cx, s)) {
    if (origin === "local") s.transmitted++;
    else if (origin === "icmp") later(s, cx.now + MIN_INTERVAL);
    if (origin !== null) return;
  }
  if (errno === "EAGAIN") {
    later(s, cx.now + MIN_INTERVAL);
    return;
  }
  if (errno !== "ENOBUFS" && errno !== "ENOMEM") {
    s.transmitted++;
    return;
  }
  // The same request again, as long as -W allows; each refusal counts for half an interval.
  const pauseMs = s.intervalMs > 0 ? s.intervalMs / 2 : MIN_INTERVAL / NS_PER_MS;
  s.refusedMs += pauseMs;
  if (s.refusedMs < s.options.lingerMs) {
    s.notBefore = cx.now + pauseMs * NS_PER_MS;
    return;
  }
  if (s.options.flood && !s.options.quiet) print(cx, s, "E");
  else if (!s.options.quiet) {
    cx.write(
      2,
      `ping: sendmsg: ${errno === "ENOBUFS" ? "No buffer space available" : "Cannot allocate memory"}\n`,
    );
  }
  s.transmitted++;
}

/** Gives the interval back that the try had taken. */
function later(s: PingDraft, notBefore: Nanos): void {
  s.tokens += Math.max(intervalOf(s), 0);
  s.notBefore = notBefore;
}
