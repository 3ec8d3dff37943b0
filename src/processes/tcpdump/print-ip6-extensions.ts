/**
 * Extension headers of IPv6. Each printer gives the header's length, or null where nothing is printed behind it.
 * @source RFC 8200, 2711, 6275, 8754; output of tcpdump 4.99.3 as recorded
 */
import { hex, type PacketText } from "./packet-text.ts";

const IP6_HLEN = 40;
const FRAGMENT_HLEN = 8;
const IP6F_OFF_MASK = 0xfff8;

const IP6OPT_PAD1 = 0;
const IP6OPT_PADN = 1;
const IP6OPT_ROUTER_ALERT = 5;
const IP6OPT_JUMBO = 0xc2;
const IP6OPT_HOME_ADDRESS = 0xc9;

const ROUTING_HEADER_0 = 0;
const ROUTING_HEADER_2 = 2;
const SEGMENT_ROUTING_HEADER = 4;

/** @param payload octets behind the IPv6 header, which a jumbo payload option may stand for */
export function printHopOptions(p: PacketText, at: number, payload: number): number | null {
  p.protocol = "hbhopt";
  return printOptionsHeader(p, at, "HBH ", payload);
}

export function printDestinationOptions(p: PacketText, at: number): number | null {
  p.protocol = "dstopt";
  return printOptionsHeader(p, at, "DSTOPT ", null);
}

function printOptionsHeader(p: PacketText, at: number, name: string, payload: number | null): number | null {
  if (!p.has(at, 2) || !p.has(at, (p.u8(at + 1) + 1) * 8)) {
    p.truncated();
    return null;
  }
  const octets = (p.u8(at + 1) + 1) * 8;
  p.put(name);
  const isWhole =
    (payload === null && p.options.verbose === 0) || printOptions(p, at + 2, octets - 2, payload);
  if (isWhole) return octets;
  p.truncated();
  return null;
}

/** False: an option does not fit. */
function printOptions(p: PacketText, from: number, length: number, payload: number | null): boolean {
  const isVerbose = p.options.verbose > 0;
  for (let i = 0; i < length; ) {
    const at = from + i;
    const kind = p.u8(at);
    if (kind !== IP6OPT_PAD1 && i + 1 >= length) return false;
    const octets = kind === IP6OPT_PAD1 ? 1 : p.u8(at + 1) + 2;
    if (i + octets > length) return false;
    const text = optionText(p, at, kind, length - i, payload);
    if (isVerbose || text.isFault) p.put(text.shown);
    if (text.isFault) return false;
    i += octets;
  }
  if (isVerbose) p.put(" ");
  return true;
}

interface OptionText {
  readonly shown: string;
  /** The header is not read any further. */
  readonly isFault: boolean;
}

/** @param room octets from the option to the header's end */
function optionText(
  p: PacketText,
  at: number,
  kind: number,
  room: number,
  payload: number | null,
): OptionText {
  const shown = (text: string): OptionText => ({ shown: `(${text})`, isFault: false });
  /** Two of them have a blank of their own. */
  const followed = (text: string): OptionText => ({ shown: `(${text}) `, isFault: false });
  const fault = (text: string): OptionText => ({ shown: `(${text})`, isFault: true });
  const length = room > 1 ? p.u8(at + 1) : 0;
  switch (kind) {
    case IP6OPT_PAD1:
      return shown("pad1");
    case IP6OPT_PADN:
      return shown("padn");
    case IP6OPT_ROUTER_ALERT:
      if (room < 4) return fault("rtalert: trunc");
      return length === 2
        ? followed(`rtalert: 0x${hex(p.u16(at + 2), 4)}`)
        : fault(`rtalert: invalid len ${length}`);
    case IP6OPT_JUMBO: {
      if (room < 6) return fault("jumbo: trunc");
      if (length !== 4) return fault(`jumbo: invalid len ${length}`);
      const jumbo = p.u32(at + 2);
      if (payload === null) return shown(`jumbo: ${jumbo} - not a valid option`);
      return followed(payload === 0 ? `jumbo: ${jumbo}` : `jumbo: ${jumbo} - payload len != 0`);
    }
    case IP6OPT_HOME_ADDRESS:
      if (room < 18) return fault("homeaddr: trunc");
      if (length < 16) return fault(`homeaddr: invalid len ${length}`);
      return shown(`homeaddr: ${p.names.ip6(p.slice(at + 2, 16))}`);
    default:
      return shown(`opt_type 0x${hex(kind, 2)}: len=${length}`);
  }
}

/** @param packet where the IPv6 header begins */
export function printFragment(p: PacketText, at: number, packet: number): number | null {
  p.protocol = "frag6";
  p.need(at, p.options.verbose > 0 ? FRAGMENT_HLEN : 4);
  const offset = p.u16(at + 2) & IP6F_OFF_MASK;
  p.put("frag (");
  if (p.options.verbose > 0) p.put(`0x${hex(p.u32(at + 4), 8)}:`);
  const rest = IP6_HLEN + p.u16(packet + 4) - (at - packet) - FRAGMENT_HLEN;
  p.put(rest < 0 ? `${offset}|[length < 0] (invalid))` : `${offset}|${rest})`);
  if (offset !== 0) return null;
  p.put(" ");
  return FRAGMENT_HLEN;
}

export function printRouting(p: PacketText, at: number): number | null {
  p.protocol = "rt6";
  const length = p.u8(at + 1);
  p.put(`RT6 (len=${length}`);
  const type = p.u8(at + 2);
  p.put(`, type=${type}${type === ROUTING_HEADER_0 ? " [Deprecated]" : ""}`);
  p.put(`, segleft=${p.u8(at + 3)}`);
  const isVerbose = p.options.verbose > 0;
  if (type === SEGMENT_ROUTING_HEADER) {
    p.put(`, last-entry=${p.u8(at + 4)}`);
    const flags = p.u8(at + 5);
    if (flags !== 0 || isVerbose) p.put(`, flags=0x${flags.toString(16)}`);
    p.put(`, tag=${p.u16(at + 6).toString(16)}`);
  } else if (type === ROUTING_HEADER_0 || type === ROUTING_HEADER_2) {
    const reserved = p.u32(at + 4);
    if (reserved !== 0 || isVerbose) p.put(`, rsv=0x${reserved.toString(16)}`);
  } else {
    p.put(" (unknown type) (invalid)");
    return null;
  }
  if (length % 2 === 1) {
    p.put(` (invalid length ${length}) (invalid)`);
    return null;
  }
  for (let i = 0; i < length / 2; i++) p.put(`, [${i}]${p.names.ip6(p.slice(at + 8 + 16 * i, 16))}`);
  p.put(") ");
  return (length + 1) * 8;
}

/** Where a packet of IPv6 goes in the end: a routing header has more than the next stop. */
export function finalDestination(p: PacketText, packet: number): Uint8Array {
  let dst = p.slice(packet + 24, 16);
  let next = p.u8(packet + 6);
  for (let at = packet + IP6_HLEN; EXTENSION_HEADERS.has(next) && p.has(at, 4); ) {
    const octets = next === 44 ? FRAGMENT_HLEN : (p.u8(at + 1) + 1) * 8;
    const stops = Math.floor(p.u8(at + 1) / 2);
    if (next === 43 && stops > 0 && p.has(at, octets)) {
      const isSegments = p.u8(at + 2) === SEGMENT_ROUTING_HEADER;
      dst = p.slice(at + 8 + (isSegments ? 0 : 16 * (stops - 1)), 16);
    }
    next = p.u8(at);
    at += octets;
  }
  return dst;
}

/** Hop-by-hop options, routing, fragment, destination options. */
const EXTENSION_HEADERS: ReadonlySet<number> = new Set([0, 43, 44, 60]);
