/**
 * arping(8): asks by ARP who has an address, or tells everybody.
 *
 *   start ──► options, device, source ──► send ──► wait for: next second, the end of -w, an answer, a signal
 *                                          ▲                        │
 *                                          └────────────────────────┘
 * @source behaviour of iputils 20221126 as recorded, arping(8)
 */
import { SYSCALL_COST_NS } from "../../core/costs.ts";
import { strerror } from "../../core/errno.ts";
import { type Nanos, NS_PER_SEC, NS_PER_US } from "../../core/nanos.ts";
import { SIGNAL_NUMBERS, type SignalName } from "../../core/signals.ts";
import {
  PACKET_BROADCAST,
  PACKET_HOST,
  PACKET_MULTICAST,
  type SniffedPacket,
} from "../../stack/packet-socket.ts";
import { ARPHRD_ETHER, ARPOP_REPLY, ARPOP_REQUEST, ArpPacket, decodeArp } from "../../wire/arp.ts";
import { ETH_HLEN } from "../../wire/frame.ts";
import { formatIpv4 } from "../../wire/ipv4-address.ts";
import { formatMac, type Mac } from "../../wire/mac.ts";
import type { Program, ProgramContext } from "../program.ts";
import { flush, print } from "../stdout.ts";
import { begin } from "./begin.ts";
import type { ArpingState } from "./state.ts";

const IGNORED_SIGNALS = new Set(["CHLD", "CONT", "WINCH", "URG"]);
/** Those that arping hears itself, and ends with its closing lines. */
const HEARD_SIGNALS = new Set(["INT", "QUIT", "TERM"]);

export const arping: Program<ArpingState> = {
  name: "arping",
  start(cx, argv, { isTerminal }) {
    const s = begin(cx, argv, isTerminal === true);
    if (!s.isEnded) {
      send(cx, s);
      waitOn(cx, s);
    }
    return s;
  },
  copy: (s) => ({ ...s }),
  wake(cx, s, wake) {
    if (s.isEnded) return s;
    if (wake.kind !== "signal") goOn(cx, s);
    else onSignal(cx, s, wake.signal.replace(/^SIG/, ""));
    return s;
  },
};

function onSignal(cx: ProgramContext, s: ArpingState, name: string): void {
  if (IGNORED_SIGNALS.has(name)) return;
  if (HEARD_SIGNALS.has(name)) finish(cx, s);
  else end(cx, s, 128 + (SIGNAL_NUMBERS[name as SignalName] ?? SIGNAL_NUMBERS.TERM));
}

function end(cx: ProgramContext, s: ArpingState, status: number): void {
  cx.setTimer(null);
  cx.exit(status);
  s.isEnded = true;
}

/** poll(2) tells of the timers before the socket, and of the next second before the end of -w. */
function goOn(cx: ProgramContext, s: ArpingState): void {
  if (s.tickAt !== null && cx.now >= s.tickAt) {
    s.tickAt += s.options.interval * NS_PER_SEC;
    s.ticks++;
    if (s.options.count > 0 && s.ticks >= s.options.count) finish(cx, s);
    else send(cx, s);
  } else if (s.timeoutAt !== null && cx.now >= s.timeoutAt) finish(cx, s);
  else receive(cx, s);
  if (!s.isEnded) waitOn(cx, s);
}

function waitOn(cx: ProgramContext, s: ArpingState): void {
  const next = Math.min(s.tickAt ?? Number.POSITIVE_INFINITY, s.timeoutAt ?? Number.POSITIVE_INFINITY);
  cx.setTimer(next === Number.POSITIVE_INFINITY ? null : Math.max(next, cx.now + SYSCALL_COST_NS));
}

/** A packet that could not be sent is not told of. */
function send(cx: ProgramContext, s: ArpingState): void {
  const { isAdvert } = s.options;
  const operation = isAdvert ? ARPOP_REPLY : ARPOP_REQUEST;
  const arp = new ArpPacket(operation, s.address, s.source, isAdvert ? s.address : s.peer, s.target);
  if (cx.links.sendArp(s.ifindex, s.peer, arp) !== null) return;
  s.lastAt = cx.now;
  s.sent++;
  if (!s.isUnicasting) s.broadcasts++;
}

function receive(cx: ProgramContext, s: ArpingState): void {
  const { packets, errno } = cx.receivePackets(s.socket);
  if (errno !== null) {
    flush(cx, s);
    cx.write(2, `arping: recvfrom: ${strerror(errno)}\n`);
    if (errno === "ENETDOWN") s.fault = 2;
  }
  for (const packet of packets) if (!s.isEnded) take(cx, s, packet);
}

/** Does a packet tell of the address that was asked for? In DAD mode its owner need not answer us. */
function isAnswer(s: ArpingState, arp: ArpPacket): boolean {
  if (arp.hardware !== ARPHRD_ETHER || arp.senderIp !== s.target) return false;
  if (s.options.isDad) return arp.senderMac !== s.address && (s.source === 0 || s.source === arp.targetIp);
  return arp.targetIp === s.source && arp.targetMac === s.address;
}

const WANTED_TYPES = [PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST];

function take(cx: ProgramContext, s: ArpingState, packet: SniffedPacket): void {
  const arp = decodeArp(packet.octets, ETH_HLEN);
  if ("reason" in arp || !WANTED_TYPES.includes(packet.type)) return;
  if ((arp.operation !== ARPOP_REQUEST && arp.operation !== ARPOP_REPLY) || !isAnswer(s, arp)) return;
  const isForHost = packet.type === PACKET_HOST;
  const { options } = s;
  if (!options.isQuiet) {
    print(cx, s, `${answerText(s, arp, isForHost)}${timeText(cx.now, s.lastAt)}\n`);
    flush(cx, s);
  }
  s.received++;
  if (options.timeout > 0 && s.received === options.count) {
    finish(cx, s);
    return;
  }
  if (!isForHost) s.receivedBroadcasts++;
  if (arp.operation === ARPOP_REQUEST) s.receivedRequests++;
  if (options.quitsOnReply) {
    finish(cx, s);
    return;
  }
  if (options.isBroadcastOnly) return;
  s.peer = arp.senderMac;
  s.isUnicasting = true;
}

function answerText(s: ArpingState, arp: ArpPacket, isForHost: boolean): string {
  const way = isForHost ? "Unicast" : "Broadcast";
  const what = arp.operation === ARPOP_REPLY ? "reply" : "request";
  let text = `${way} ${what} from ${formatIpv4(arp.senderIp)} [${upperMac(arp.senderMac)}] `;
  const isForOther = arp.targetIp !== s.source;
  if (isForOther) text += `for ${formatIpv4(arp.targetIp)} `;
  if (arp.targetMac !== s.address) text += `${isForOther ? "" : "for "}[${upperMac(arp.targetMac)}]`;
  return text;
}

function upperMac(mac: Mac): string {
  return formatMac(mac).toUpperCase();
}

/** The tool rounds to milliseconds, and then shows how far it was from the half below. */
function timeText(now: Nanos, sentAt: Nanos | null): string {
  if (sentAt === null) return " UNSOLICITED?";
  const micros = Math.floor((now - sentAt) / NS_PER_US);
  const millis = Math.floor((micros + 500) / 1000);
  const rest = micros - millis * 1000 + 500;
  return ` ${millis}.${String(rest).padStart(3, "0")}ms`;
}

/** The closing lines, and whether all is well. */
function finish(cx: ProgramContext, s: ArpingState): void {
  if (!s.options.isQuiet) print(cx, s, closing(s));
  flush(cx, s);
  end(cx, s, s.fault | (isFailed(s) ? 1 : 0));
}

function closing(s: ArpingState): string {
  const kinds: string[] = [];
  if (s.receivedRequests > 0) kinds.push(`${s.receivedRequests} request(s)`);
  if (s.receivedBroadcasts > 0) kinds.push(`${s.receivedBroadcasts} broadcast(s)`);
  const among = kinds.length === 0 ? "" : ` (${kinds.join(", ")})`;
  return `Sent ${s.sent} probes (${s.broadcasts} broadcast(s))\nReceived ${s.received} response(s)${among}\n`;
}

function isFailed({ options, sent, received }: ArpingState): boolean {
  if (options.isDad) return received > 0;
  if (options.isUnsolicited) return false;
  if (options.timeout === 0) return sent !== received;
  return options.count > 0 ? received < options.count : received === 0;
}
