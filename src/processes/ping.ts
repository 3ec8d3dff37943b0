/**
 * ping(8): sends ICMP echo requests and tells of the answers.
 *
 *   start ──► options, names, sockets ──► send what is due ──► read ──► wait for: next send, answer, end
 *                                             ▲                                        │
 *                                             └────────────── wake ────────────────────┘
 * @source behaviour of iputils 20221126 as recorded, ping(8)
 */

import { SYSCALL_COST_NS } from "../core/costs.ts";
import { strerror } from "../core/errno.ts";
import { NAME_SERVER, RESOLVER_ATTEMPTS } from "../core/name-server.ts";
import { type Nanos, NS_PER_SEC } from "../core/nanos.ts";
import { SIGNAL_NUMBERS, type SignalName } from "../core/signals.ts";
import { INADDR_LOOPBACK, type Ipv4Address, isMulticastIpv4, parseIpv4 } from "../wire/ipv4-address.ts";
import { HOSTS_FILE, type HostEntry, parseHosts } from "./hosts.ts";
import { type PingHost, resolveHost } from "./ping-host.ts";
import { type PingCommand, type PingOptions, type PingStop, parsePing, stop } from "./ping-options.ts";
import { header, statistics, status } from "./ping-print.ts";
import { drain, isFloodDue } from "./ping-receive.ts";
import { isInTrain, MIN_INTERVAL, nextDue, sendDue, waitUntil } from "./ping-send.ts";
import { draftOf, INITIAL, intervalOf, isDone, type PingDraft } from "./ping-state.ts";
import { USAGE } from "./ping-usage.ts";
import { open6 } from "./ping6.ts";
import { parseScoped } from "./ping6-host.ts";
import type { Program, ProgramContext, Wake } from "./program.ts";
import { complain, flush, print, type Stdout } from "./stdout.ts";

/** Hops that fit into an IP header's options: prespecified time stamps take 8 octets each. */
const MAX_HOPS = 4;
/** Receive buffer that the socket gets at most (net.core.rmem_max, doubled). */
const RCVBUF_MAX = 425_984;

const INT_MAX = 2_147_483_647;

const IGNORED_SIGNALS = new Set(["CHLD", "CONT", "WINCH", "URG"]);

export const ping: Program<PingDraft> = {
  name: "ping",
  start(cx, argv, { isTerminal }) {
    const stdout: Stdout = { held: "", buffering: isTerminal === true ? "line" : "block" };
    const begun = begin(cx, argv, stdout);
    if ("kind" in begun) {
      if (begun.err.startsWith("ping: ")) complain(cx, stdout, begun.err);
      else if (begun.err !== "") cx.write(2, begun.err);
      print(cx, stdout, begun.out);
      flush(cx, stdout);
      const ended = draftOf(INITIAL);
      end(cx, ended, begun.status);
      return ended;
    }
    proceed(cx, begun);
    return begun;
  },
  copy: draftOf,
  wake(cx, s, wake) {
    if (s.isEnded) return s;
    if (wake.kind === "signal" && isIgnored(wake.signal)) return s;
    if (wake.kind === "signal") onSignal(cx, s, wake.signal);
    else if (wake.kind === "timer" && isFloodDue(s)) goOn(cx, s);
    else if ((!isInTrain(s) && drain(cx, s)) || wake.kind === "timer") goOn(cx, s);
    return s;
  },
};

function end(cx: ProgramContext, s: PingDraft, exitStatus: number): void {
  cx.setTimer(null);
  cx.exit(exitStatus);
  s.isEnded = true;
}

/** Ends with the closing lines. */
function finish(cx: ProgramContext, s: PingDraft): void {
  print(cx, s, statistics(s));
  flush(cx, s);
  const { deadline, count } = s.options;
  const isMissing = s.received === 0 || (deadline > 0 && s.received < count);
  end(cx, s, isMissing ? 1 : 0);
}

type Signal = Extract<Wake, { kind: "signal" }>["signal"];

function isIgnored(signal: Signal): boolean {
  return IGNORED_SIGNALS.has(signal.replace(/^SIG/, ""));
}

function onSignal(cx: ProgramContext, s: PingDraft, signal: Signal): void {
  const name = signal.replace(/^SIG/, "");
  if (name === "INT" || name === "ALRM") finish(cx, s);
  else if (name === "QUIT") {
    cx.write(2, status(s));
    proceed(cx, s);
  } else end(cx, s, 128 + (SIGNAL_NUMBERS[name as SignalName] ?? SIGNAL_NUMBERS.TERM));
}

function proceed(cx: ProgramContext, s: PingDraft): void {
  if (!isInTrain(s)) drain(cx, s);
  goOn(cx, s);
}

/** What waited has been read. */
function goOn(cx: ProgramContext, s: PingDraft): void {
  if (isDone(s) || (s.alarmAt !== null && cx.now >= s.alarmAt)) {
    finish(cx, s);
    return;
  }
  const hasTried = sendDue(cx, s);
  // An error met while sending is not looked at before the next wait is over, nor are answers to the head of a flood's train.
  const hasTrain = s.intervalMs === 0 && s.options.preload > 1;
  if (hasTried && !hasTrain && !isInTrain(s) && drain(cx, s) && isDone(s)) finish(cx, s);
  else cx.setTimer(wakeAt(cx, s));
}

/** The next instant at which something is to be done without an answer; null: there is none. */
function wakeAt(cx: ProgramContext, s: PingDraft): Nanos | null {
  const wait = s.options.adaptive ? NS_PER_SEC : Math.max(intervalOf(s), MIN_INTERVAL);
  const next = nextDue(s);
  const due = next !== null ? waitUntil(cx, s, next) : isDone(s) ? cx.now + wait : null;
  if (due === null && s.alarmAt === null) return null;
  return Math.max(
    Math.min(due ?? Number.POSITIVE_INFINITY, s.alarmAt ?? Number.POSITIVE_INFINITY),
    cx.now + SYSCALL_COST_NS,
  );
}

function begin(cx: ProgramContext, argv: readonly string[], stdout: Stdout): PingDraft | PingStop {
  const command = parsePing(argv);
  if (command.kind === "stop") return command;
  const datagram = command.options.identifier !== 0 && isGroupOfPing(cx);
  const options: PingOptions = { ...command.options, datagram };
  if (options.flood) stdout.buffering = "none";
  if (command.warnings !== "") cx.write(2, command.warnings);
  if (options.verbose && options.identifier === 0)
    cx.write(2, "ping: WARNING: ident 0 => forcing raw socket\n");
  if (options.verbose) cx.write(2, socketsText(options.family, datagram ? "SOCK_DGRAM" : "SOCK_RAW"));
  if (options.pattern !== null && !options.quiet)
    print(cx, stdout, `PATTERN: 0x${hexText(options.pattern)}\n`);
  const name = command.hosts.at(-1)!;
  const file = cx.readFile(HOSTS_FILE);
  const known = file.ok ? parseHosts(file.value) : [];
  const host = resolveHost(name, options.family, known, parseScoped(cx, name));
  if ("kind" in host) {
    if (host.err.includes("Temporary failure")) askNameServer(cx);
    return host;
  }
  const isInet6 = "to" in host;
  if (options.verbose) {
    const canonical = isInet6 ? host.canonical : host.name;
    print(cx, stdout, `ai->ai_family: AF_INET${isInet6 ? "6" : ""}, ai->ai_canonname: '${canonical}'\n`);
  }
  const shown = options.numeric || host.isNumeric ? [] : known;
  if (isInet6 && command.hosts.length > 1) return stop(USAGE, 2);
  if (isInet6) return open6(cx, options, host, shown, stdout);
  const hops = resolveHops(command, known);
  if ("kind" in hops) return hops;
  return open(cx, options, host, shown, hops, stdout);
}

/** The name is looked up in the net: the name server cannot be reached. */
function askNameServer(cx: ProgramContext): void {
  const server = parseIpv4(NAME_SERVER)!;
  for (let attempt = 0; attempt < RESOLVER_ATTEMPTS; attempt++) cx.probeSource(server, 0, null, 0, false);
}

function hexText(octets: readonly number[]): string {
  return octets.map((octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** Is root's group among those that may have sockets of ping's own kind? */
function isGroupOfPing(cx: ProgramContext): boolean {
  const range = cx.readFile("/proc/sys/net/ipv4/ping_group_range");
  return range.ok && range.value.startsWith("0\t");
}

function socketsText(family: 0 | 4 | 6, type: string): string {
  const one = (name: string, fd: number) => `${name}.fd: ${fd} (socktype: ${fd < 0 ? "0" : type})`;
  const four = family === 6 ? -1 : 3;
  const six = family === 4 ? -1 : family === 6 ? 3 : 4;
  const wanted = family === 4 ? "AF_INET" : family === 6 ? "AF_INET6" : "AF_UNSPEC";
  return `ping: ${one("sock4", four)}, ${one("sock6", six)}, hints.ai_family: ${wanted}\n\n`;
}

/** Hops before the destination: for prespecified time stamps only; source routes are not permitted. */
function resolveHops(command: PingCommand, known: readonly HostEntry[]): readonly Ipv4Address[] | PingStop {
  const names = command.hosts.slice(0, -1);
  if (names.length === 0) return [];
  const { ipOption } = command.options;
  if (ipOption === "record-route" || ipOption === "tsonly" || ipOption === "tsandaddr") return stop(USAGE, 2);
  if (ipOption === "tsprespec" && names.length > MAX_HOPS) return stop(USAGE, 2);
  const hops: Ipv4Address[] = [];
  for (const name of names) {
    const hop = resolveHost(name, 4, known);
    if ("kind" in hop) return hop;
    if ("to" in hop) continue;
    hops.push(hop.address);
  }
  return ipOption === "tsprespec" ? hops : stop("ping: record route: Operation not permitted\n", 2);
}

/** Makes the socket, chooses the source, and says what is going to be done. */
function open(
  cx: ProgramContext,
  options: PingOptions,
  host: PingHost,
  hosts: readonly HostEntry[],
  hops: readonly Ipv4Address[],
  stdout: Stdout,
): PingDraft | PingStop {
  const socket = cx.rawIcmpSocket();
  if (options.device !== null && options.device !== "" && cx.bindToDevice(socket, options.device) !== null) {
    if (isMulticastIpv4(host.address)) return stop(`ping: unknown iface: ${options.device}\n`, 2);
    return stop(`ping: SO_BINDTODEVICE ${options.device}: No such device\n`, 2);
  }
  const chosen = chooseSource(cx, options, host);
  if (typeof chosen !== "number") return chosen;
  // The device's own address is reached over loopback.
  const isOwn = options.device !== null && options.source === null && chosen === host.address;
  if (isOwn && cx.hasAddress(options.device!, chosen)) cx.bindToDevice(socket, "");
  const address = host.address === 0 ? chosen || INADDR_LOOPBACK : host.address;
  const bound = options.source !== null || options.sticky ? chosen : 0;
  if (bound !== 0) {
    const errno = cx.bind(socket, bound);
    if (errno !== null) return stop(`ping: bind: ${strerror(errno)}\n`, 2);
  }
  if (options.broadcast) cx.setBroadcast(socket, true);
  const hold = holdOctets(options);
  cx.setSendBuffer(socket, options.sendBuffer > 0 ? options.sendBuffer : hold);
  if (hold * options.preload > RCVBUF_MAX)
    cx.write(2, "ping: WARNING: probably, rcvbuf is not enough to hold preload\n");
  if (options.ttl === 0) return stop("ping: cannot set unicast time-to-live: Invalid argument\n", 2);
  const state: PingDraft = {
    ...draftOf(INITIAL),
    ...stdout,
    options,
    host: { ...host, address },
    hosts,
    socket,
    identifier: options.identifier >= 0 ? options.identifier : cx.pid & 0xffff,
    boundSource: bound,
    hops,
    isGroup: options.broadcast || isMulticastIpv4(address),
    intervalMs: options.intervalMs,
    alarmAt: options.deadline > 0 ? cx.now + options.deadline * NS_PER_SEC : null,
  };
  const first = header(state, chosen);
  if (options.intervalMs >= Math.trunc(INT_MAX / options.preload)) {
    const err = `ping: illegal preload and/or interval: ${options.intervalMs}\n`;
    return { kind: "stop", out: first, err, status: 2 };
  }
  print(cx, state, first);
  return state;
}

/** What a request takes up in a buffer, as ping works it out. @source iputils ping/ping.c, ping4_run(), hold */
function holdOctets(options: PingOptions): number {
  const each = options.ipOption === "none" ? 260 : 300;
  return options.size + 8 + each * Math.ceil((options.size + 8) / 512);
}

/** The source address: as given, or as the stack would choose it for a datagram to the destination. */
function chooseSource(cx: ProgramContext, options: PingOptions, host: PingHost): Ipv4Address | PingStop {
  const { device } = options;
  if (options.source !== null && options.source !== 0) return options.source;
  const ifname = device === "" ? null : device;
  const dst = host.address === 0 && ifname === null ? INADDR_LOOPBACK : host.address;
  let probe = cx.probeSource(dst, 0, ifname, options.tos, false);
  if (!probe.ok && probe.errno === "EACCES") {
    if (!options.broadcast) {
      return stop(
        "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n",
        2,
      );
    }
    cx.write(2, "WARNING: pinging broadcast address\n");
    probe = cx.probeSource(dst, 0, ifname, options.tos, true);
  }
  if (!probe.ok) return stop(`ping: connect: ${strerror(probe.errno)}\n`, 2);
  const { src } = probe.value;
  if (device !== null && !cx.hasAddress(device, src)) {
    cx.write(2, `ping: Warning: source address might be selected on device other than: ${device}\n`);
  }
  return src;
}
