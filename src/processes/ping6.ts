/**
 * What ping(8) does otherwise over IPv6: its sockets, source address and first line, requests, and errors that come back.
 * @source behaviour of iputils 20221126 as recorded, ping(8)
 */
import { type Errno, strerror } from "../core/errno.ts";
import { NS_PER_SEC } from "../core/nanos.ts";
import { IN6ADDR_ANY, type Ipv6Address, isMulticastIpv6, parseIpv6 } from "../wire/ipv6-address.ts";
import type { HostEntry } from "./hosts.ts";
import type { Icmp6Error, Icmp6Received, ScopedAddress } from "./inet6-calls.ts";
import { requestData } from "./ping-data.ts";
import type { PingHost6 } from "./ping-host.ts";
import { type PingOptions, type PingStop, stop } from "./ping-options.ts";
import { stamp } from "./ping-print.ts";
import { draftOf, INITIAL, type PingDraft, type PingState } from "./ping-state.ts";
import { isLinkScoped, showScoped } from "./ping6-host.ts";
import type { ProgramContext } from "./program.ts";
import { complain, flush, print, type Stdout } from "./stdout.ts";

const ICMPV6_DEST_UNREACH = 1;
const ICMPV6_PKT_TOOBIG = 2;
const ICMPV6_TIME_EXCEED = 3;
const ICMPV6_PARAMPROB = 4;
const ICMPV6_ECHO_REQUEST = 128;
export const ICMPV6_ECHO_REPLY = 129;
export const ICMP6_HLEN = 8;

/** What a ping over IPv6 knows beside the rest. */
export interface Ping6 {
  readonly to: ScopedAddress;
  /** IPV6_PKTINFO's ifindex; 0: none. */
  readonly ifindex: number;
}

/** Makes the socket, chooses the source, and says what is going to be done. */
export function open6(
  cx: ProgramContext,
  options: PingOptions,
  host: PingHost6,
  hosts: readonly HostEntry[],
  stdout: Stdout,
): PingDraft | PingStop {
  const { inet6 } = cx;
  const { name, to, isNumeric } = host;
  const socket = inet6.rawIcmpSocket();
  const device = options.device === "" ? null : options.device;
  const ifindex = device === null ? 0 : inet6.interfaceIndex(device);
  if (ifindex === null) return stop(`ping: unknown iface: ${device}\n`, 2);
  if (device !== null) inet6.bindToDevice(socket, device);
  const source = chooseSource(cx, options, to, device, ifindex);
  if ("kind" in source) return source;
  if (isSourceBound(options)) {
    const errno = inet6.bind(socket, source);
    if (errno !== null) return stop(`ping: bind icmp socket: ${strerror(errno)}\n`, 2);
  }
  const state: PingDraft = {
    ...draftOf(INITIAL),
    ...stdout,
    options,
    host: { name, address: 0, isNumeric },
    hosts,
    inet6: { to, ifindex },
    socket,
    identifier: options.identifier >= 0 ? options.identifier : cx.pid & 0xffff,
    isGroup: isMulticastIpv6(to.address),
    intervalMs: options.intervalMs,
    alarmAt: options.deadline > 0 ? cx.now + options.deadline * NS_PER_SEC : null,
  };
  print(cx, state, header(cx, state, to, source));
  return state;
}

function isSourceBound({ source, source6, sticky }: PingOptions): boolean {
  return source !== null || source6 !== null || sticky;
}

/** The source address: as given, or as the stack would choose it for a datagram to the destination. */
function chooseSource(
  cx: ProgramContext,
  options: PingOptions,
  to: ScopedAddress,
  device: string | null,
  ifindex: number,
): ScopedAddress | PingStop {
  const given: Ipv6Address | null = options.source6 === null ? null : parseIpv6(options.source6);
  if (given !== null && given !== IN6ADDR_ANY) {
    const source = { address: given, scopeId: ifindex };
    return isLinkScoped(source) ? source : { address: given, scopeId: 0 };
  }
  // The tool does not connect to addresses of one link: it leaves their family out, which disconnects.
  let address: Ipv6Address = IN6ADDR_ANY;
  if (!isLinkScoped(to)) {
    const probe = cx.inet6.probeSource(to, device);
    if (!probe.ok) return stop(`ping: connect: ${strerror(probe.errno)}\n`, 2);
    address = probe.value;
  }
  if (device !== null && !cx.inet6.hasAddress(device, address))
    cx.write(2, `ping: Warning: source address might be selected on device other than: ${device}\n`);
  return { address, scopeId: 0 };
}

function header(cx: ProgramContext, s: PingState, to: ScopedAddress, source: ScopedAddress): string {
  const { options, host } = s;
  const flow = options.flowLabel === 0 ? "" : `, flow 0x${options.flowLabel.toString(16).padStart(5, "0")}, `;
  const isSourceShown = options.device !== null || isSourceBound(options);
  const from = isSourceShown ? `from ${showScoped(cx, source)} ${options.device ?? ""}: ` : "";
  return `PING ${host.name}(${showScoped(cx, to, s.hosts)}) ${flow}${from}${options.size} data bytes\n`;
}

export function send6(cx: ProgramContext, s: PingState, inet6: Ping6, sequence: number): Errno | null {
  const data = requestData(s, cx.now);
  const message = new Uint8Array(ICMP6_HLEN + data.length);
  const { identifier, options } = s;
  message.set([
    ICMPV6_ECHO_REQUEST,
    0,
    0,
    0,
    identifier >> 8,
    identifier & 255,
    sequence >> 8,
    sequence & 255,
  ]);
  message.set(data, ICMP6_HLEN);
  return cx.inet6.send(s.socket, inet6.to, message, {
    hopLimit: options.ttl,
    trafficClass: options.tos,
    flowLabel: options.flowLabel,
    pmtudisc: options.pmtudisc ?? (s.isGroup ? "do" : null),
    ifindex: inet6.ifindex,
    dontRoute: options.dontRoute,
    multicastLoop: !options.noLoop,
    mark: options.mark,
  });
}

function u16(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!;
}

/** An echo reply to this ping; null: it is another's. */
export function replyOf(
  s: PingState,
  { octets }: Icmp6Received,
): { sequence: number; data: Uint8Array } | null {
  if (octets.length < ICMP6_HLEN || octets[0] !== ICMPV6_ECHO_REPLY || u16(octets, 4) !== s.identifier)
    return null;
  return { sequence: u16(octets, 6), data: octets.subarray(ICMP6_HLEN) };
}

/** Gives which kind of error it was; null: none of ours. Unlike over IPv4 the request stays under way. */
export function onError6(
  cx: ProgramContext,
  s: PingDraft,
  inet6: Ping6,
  error: Icmp6Error,
): "local" | "icmp" | null {
  const { quiet, flood } = s.options;
  if (error.isLocal) {
    if (quiet) return "local";
    const isTooLong = error.errno === "EMSGSIZE";
    const what = isTooLong ? `message too long, mtu: ${error.info}` : strerror(error.errno);
    if (flood) print(cx, s, "E");
    else complain(cx, s, `ping: local error: ${what}\n`);
    s.errors++;
    return "local";
  }
  const { octets } = error;
  const isOurs =
    octets.length >= ICMP6_HLEN &&
    error.dst === inet6.to.address &&
    octets[0] === ICMPV6_ECHO_REQUEST &&
    u16(octets, 4) === s.identifier;
  if (!isOurs) return null;
  s.errors++;
  if (quiet) return "icmp";
  if (flood) print(cx, s, "\bE");
  else {
    const from = showScoped(cx, error.offender, s.hosts);
    const what = icmp6ErrorText(error.type, error.code, error.info);
    print(cx, s, `${stamp(s, cx.now)}From ${from} icmp_seq=${u16(octets, 6)} ${what}\n`);
    flush(cx, s);
  }
  return "icmp";
}

const UNREACHABLE: readonly string[] = [
  "No route",
  "Administratively prohibited",
  "Beyond scope of source address",
  "Address unreachable",
  "Port unreachable",
];

const PARAMETER_PROBLEMS: readonly string[] = ["Wrong header field ", "Unknown header ", "Unknown option "];

/** An ICMPv6 error in words. @param info the path's MTU or the pointer */
export function icmp6ErrorText(type: number, code: number, info: number): string {
  switch (type) {
    case ICMPV6_DEST_UNREACH:
      return `Destination unreachable: ${UNREACHABLE[code] ?? `Unknown code ${code}`}`;
    case ICMPV6_PKT_TOOBIG:
      return `Packet too big: mtu=${info}${code === 0 ? "" : `, code=${code}`}`;
    case ICMPV6_TIME_EXCEED:
      return `Time exceeded: ${["Hop limit", "Defragmentation failure"][code] ?? `code ${code}`}`;
    case ICMPV6_PARAMPROB:
      return `Parameter problem: ${PARAMETER_PROBLEMS[code] ?? `code ${code} `}at ${info}`;
    default:
      return `unknown icmp type: ${type}`;
  }
}
