/** What ping(8) says. @source texts recorded from iputils 20221126 */
import { readU32 } from "../core/bytes.ts";
import { EPOCH_SECONDS } from "../core/epoch.ts";
import { type Nanos, NS_PER_SEC, NS_PER_US } from "../core/nanos.ts";
import {
  ICMP_DEST_UNREACH,
  ICMP_FRAG_NEEDED,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_TIME_EXCEEDED,
} from "../wire/icmp.ts";
import { formatIpv4, type Ipv4Address } from "../wire/ipv4-address.ts";
import type { HostEntry } from "./hosts.ts";
import { showAddress } from "./ping-host.ts";
import { isTimed, type PingState } from "./ping-state.ts";

export const ICMP_SOURCE_QUENCH = 4;

/** `[1735689612.000345] `, or nothing without -D. */
export function stamp(state: PingState, now: Nanos): string {
  if (!state.options.timestamps) return "";
  const micros = Math.floor((now % NS_PER_SEC) / NS_PER_US);
  return `[${EPOCH_SECONDS + Math.floor(now / NS_PER_SEC)}.${String(micros).padStart(6, "0")}] `;
}

/** Microseconds as milliseconds with three decimals. */
function millis(micros: number): string {
  return `${Math.trunc(micros / 1000)}.${String(micros % 1000).padStart(3, "0")}`;
}

/** The time of one reply: three digits that count, in milliseconds. */
export function roundTrip(micros: number): string {
  if (micros >= 100_000 - 50) return String(Math.trunc((micros + 500) / 1000));
  if (micros >= 10_000 - 5) {
    const tenths = Math.trunc((micros + 50) / 100);
    return `${Math.trunc(tenths / 10)}.${tenths % 10}`;
  }
  if (micros >= 1000) {
    const hundredths = Math.trunc((micros + 5) / 10);
    return `${Math.trunc(hundredths / 100)}.${String(hundredths % 100).padStart(2, "0")}`;
  }
  return millis(micros);
}

export function header(state: PingState, source: Ipv4Address): string {
  const { options, host } = state;
  const isSourceShown = options.device !== null || options.source !== null || options.sticky;
  const from = isSourceShown ? ` from ${formatIpv4(source)} ${options.device ?? ""}:` : "";
  const headers = 28 + (options.ipOption === "none" ? 0 : 40);
  return `PING ${host.name} (${formatIpv4(host.address)})${from} ${options.size}(${options.size + headers}) bytes of data.\n`;
}

/** printf("%g") with its six digits. */
function general(value: number): string {
  const text = value.toPrecision(6);
  const [mantissa, exponent] = text.split("e");
  const short = mantissa!.includes(".") ? mantissa!.replace(/\.?0+$/, "") : mantissa!;
  if (exponent === undefined && (value === 0 || Math.abs(value) >= 1e-4)) return short;
  const m = /^(-?[0-9.]+)e([+-])([0-9]+)$/.exec(value.toExponential(5))!;
  return `${m[1]!.replace(/\.?0+$/, "")}e${m[2]}${m[3]!.padStart(2, "0")}`;
}

/** Population standard deviation in whole microseconds. */
function meanDeviation(state: PingState, count: bigint): number {
  const sum = BigInt(state.rtt.sum);
  const variance = (BigInt(state.rtt.sumOfSquares) - (sum * sum) / count) / count;
  return variance > 0n ? Math.floor(Math.sqrt(Number(variance))) : 0;
}

function rttLine(state: PingState): string {
  const { rtt } = state;
  const count = state.received + state.repeats;
  const min = rtt.min < 0 ? "9223372036854775.807" : millis(rtt.min);
  const mean = Math.trunc(rtt.sum / count);
  return `rtt min/avg/max/mdev = ${min}/${millis(mean)}/${millis(rtt.max)}/${millis(meanDeviation(state, BigInt(count)))} ms`;
}

/** The closing lines, from the newline that ends a row of dots on. */
export function statistics(state: PingState): string {
  const { options, transmitted, received } = state;
  const elapsed = state.triedAt - state.startedAt;
  let text = `\n--- ${state.host.name} ping statistics ---\n${transmitted} packets transmitted, ${received} received`;
  if (state.repeats > 0) text += `, +${state.repeats} duplicates`;
  if (state.errors > 0) text += `, +${state.errors} errors`;
  if (transmitted > 0) {
    text += `, ${general(((transmitted - received) * 100) / transmitted)}% packet loss`;
    text += `, time ${Math.floor(elapsed / 1_000_000)}ms`;
  }
  text += "\n";
  const parts: string[] = [];
  if (received > 0 && isTimed(state)) parts.push(rttLine(state));
  if (state.pipe > 1) parts.push(`pipe ${state.pipe}`);
  if (received > 0 && (state.intervalMs === 0 || options.flood || options.adaptive) && transmitted > 1) {
    const gap = Math.trunc(Math.floor(elapsed / NS_PER_US) / (transmitted - 1));
    parts.push(`ipg/ewma ${millis(gap)}/${millis(Math.trunc(state.rtt.ewma8 / 8))} ms`);
  }
  return `${text}${parts.join(", ")}\n`;
}

/** What SIGQUIT asks for. */
export function status(state: PingState): string {
  const { transmitted, received, rtt } = state;
  const loss = transmitted === 0 ? 0 : Math.trunc(((transmitted - received) * 100) / transmitted);
  let text = `\r${received}/${transmitted} packets, ${loss}% loss`;
  if (received > 0 && isTimed(state)) {
    const mean = Math.trunc(rtt.sum / (received + state.repeats));
    const min = rtt.min < 0 ? "9223372036854775.807" : millis(rtt.min);
    text += `, min/avg/ewma/max = ${min}/${millis(mean)}/${millis(Math.trunc(rtt.ewma8 / 8))}/${millis(rtt.max)} ms`;
  }
  return `${text}\n`;
}

const UNREACHABLE: readonly string[] = [
  "Destination Net Unreachable",
  "Destination Host Unreachable",
  "Destination Protocol Unreachable",
  "Destination Port Unreachable",
  "", // Frag needed
  "Source Route Failed",
  "Destination Net Unknown",
  "Destination Host Unknown",
  "Source Host Isolated",
  "Destination Net Prohibited",
  "Destination Host Prohibited",
  "Destination Net Unreachable for Type of Service",
  "Destination Host Unreachable for Type of Service",
  "Packet filtered",
  "Precedence Violation",
  "Precedence Cutoff",
];

const REDIRECTS: readonly string[] = [
  "Redirect Network",
  "Redirect Host",
  "Redirect Type of Service and Network",
  "Redirect Type of Service and Host",
];

/**
 * An ICMP error in words.
 * @param info next-hop MTU, pointer, or (redirect) the gateway's address
 */
export function icmpErrorText(type: number, code: number, info: number, hosts: readonly HostEntry[]): string {
  switch (type) {
    case ICMP_DEST_UNREACH:
      if (code === ICMP_FRAG_NEEDED) return `Frag needed and DF set (mtu = ${info})`;
      return UNREACHABLE[code] ?? `Dest Unreachable, Bad Code: ${code}`;
    case ICMP_SOURCE_QUENCH:
      return "Source Quench";
    case ICMP_REDIRECT:
      return `${REDIRECTS[code] ?? `Redirect, Bad Code: ${code}`}(New nexthop: ${showAddress(info, hosts)})`;
    case ICMP_TIME_EXCEEDED:
      if (code === 0) return "Time to live exceeded";
      return code === 1 ? "Frag reassembly time exceeded" : `Time exceeded, Bad Code: ${code}`;
    case ICMP_PARAMETERPROB:
      return `Parameter problem: pointer = ${info}`;
    default:
      return `Bad ICMP type: ${type}`;
  }
}

/** The quoted IP header of an ICMP error (-v). Its 16-bit fields come out as a little-endian machine reads them. */
export function quotedHeader(octets: Uint8Array): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  const field = (at: number) => octets[at]! | (octets[at + 1]! << 8);
  const length = (octets[0]! & 15) * 4;
  let text = "Vr HL TOS  Len   ID Flg  off TTL Pro  cks      Src      Dst Data\n";
  text += ` ${(octets[0]! >>> 4).toString(16)}  ${(octets[0]! & 15).toString(16)}  ${hex(octets[1]!, 2)} ${hex(field(2), 4)} ${hex(field(4), 4)}`;
  text += `   ${(field(6) >>> 13).toString(16)} ${hex(field(6) & 0x1fff, 4)}  ${hex(octets[8]!, 2)}  ${hex(octets[9]!, 2)} ${hex(field(10), 4)}`;
  text += ` ${formatIpv4(readU32(octets, 12))}  ${formatIpv4(readU32(octets, 16))} `;
  for (let i = 20; i < length; i++) text += hex(octets[i]!, 2);
  return `${text}\n`;
}
