/** IP options of ping(8): what -R and -T send, and how answers are shown. @source RFC 791 section 3.1; ip(7) */
import { readU32, writeU32 } from "../core/bytes.ts";
import type { Ipv4Address } from "../wire/ipv4-address.ts";
import { showAddress } from "./ping-host.ts";
import type { PingState } from "./ping-state.ts";

const IPOPT_END = 0;
const IPOPT_NOP = 1;
const IPOPT_RR = 7;
const IPOPT_TIMESTAMP = 68;
const MAX_IPOPTLEN = 40;
/** A time that does not count from midnight UT. */
const NON_STANDARD = 0x8000_0000;

/** The octets that go into each request; null: none. */
export function requestOptions(state: PingState): Uint8Array | null {
  switch (state.options.ipOption) {
    case "none":
      return null;
    case "record-route": {
      const octets = new Uint8Array(MAX_IPOPTLEN);
      octets.set([IPOPT_NOP, IPOPT_RR, MAX_IPOPTLEN - 1, 4]);
      return octets;
    }
    case "tsonly":
      return timestampOption(MAX_IPOPTLEN, 0, []);
    case "tsandaddr":
      return timestampOption(MAX_IPOPTLEN - 4, 1, []);
    case "tsprespec":
      return timestampOption(4 + 8 * state.hops.length, 3, state.hops);
  }
}

function timestampOption(length: number, flag: number, hops: readonly Ipv4Address[]): Uint8Array {
  const octets = new Uint8Array(length);
  octets.set([IPOPT_TIMESTAMP, length, 5, flag]);
  for (let i = 0; i < hops.length; i++) writeU32(hops[i]!, octets, 4 + 8 * i);
  return octets;
}

/** How the options of a reply are shown behind its line, and the route to compare the next one with. */
export function showOptions(
  state: PingState,
  octets: Uint8Array | null,
): { text: string; route: readonly number[] } {
  let text = "";
  let route = state.route;
  for (let at = 0; octets !== null && at < octets.length && octets[at] !== IPOPT_END; ) {
    if (octets[at] === IPOPT_NOP) {
      text += "\nNOP";
      at++;
      continue;
    }
    const length = octets[at + 1] ?? 0;
    if (length < 2 || at + length > octets.length) break;
    const option = octets.subarray(at, at + length);
    if (option[0] === IPOPT_RR) {
      const shown = recordedRoute(state, option, route);
      text += shown.text;
      route = shown.route;
    } else if (option[0] === IPOPT_TIMESTAMP) text += recordedTimes(state, option);
    else text += `\nunknown option ${option[0]!.toString(16)}`;
    at += length;
  }
  return { text, route };
}

/**
 * The route, or that it is the last one again. As in the original the comparison leaves out the last three octets, so
 * that routes whose last address differs only there count as the same.
 */
function recordedRoute(
  state: PingState,
  option: Uint8Array,
  old: readonly number[],
): { text: string; route: readonly number[] } {
  const length = Math.min((option[2] ?? 0) - 4, option.length - 3);
  if (length <= 0) return { text: "", route: old };
  const addresses = Array.from(option.subarray(3, 3 + length));
  if (old.length === length && addresses.slice(0, -3).every((octet, i) => octet === old[i])) {
    return { text: "\t(same route)", route: old };
  }
  let text = "\nRR: ";
  for (let i = 0; i + 4 <= length; i += 4) text += `\t${showAddress(readU32(option, 3 + i), state.hosts)}\n`;
  return { text, route: addresses };
}

/** Times: the first of each kind in full, then differences. */
function recordedTimes(state: PingState, option: Uint8Array): string {
  const end = Math.min((option[2] ?? 0) - 1, option.length);
  const flags = option[3] ?? 0;
  const withAddress = (flags & 15) !== 0;
  if (end <= 4) return "";
  let text = "\nTS: ";
  let standard: number | null = null;
  let other: number | null = null;
  for (let at = 4; at + (withAddress ? 8 : 4) <= end; at += 4) {
    if (withAddress) {
      text += `\t${showAddress(readU32(option, at), state.hosts)}`;
      at += 4;
    }
    const value = readU32(option, at);
    if (value >= NON_STANDARD) {
      const time = value - NON_STANDARD;
      text += other === null ? `\t${time} absolute not-standard` : `\t${time - other} not-standard`;
      other = time;
    } else {
      text += standard === null ? `\t${value} absolute` : `\t${value - standard}`;
      standard = value;
    }
    text += "\n";
  }
  const unrecorded = flags >>> 4;
  return unrecorded > 0 ? `${text}Unrecorded hops: ${unrecorded}\n` : text;
}
