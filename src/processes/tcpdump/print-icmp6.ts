/** @source RFC 4443; output of tcpdump 4.99.3 as recorded */

import { hex, type IpHeader, inetSum, type PacketText, rightChecksum } from "./packet-text.ts";
import { printQuery, printReport1, printReport2 } from "./print-mld.ts";
import { hexLines, printAdvertisement, printNdOptions, printRouterAdvertisement } from "./print-nd.ts";
import { pseudoHeader } from "./print-udp.ts";

const IPPROTO_ICMPV6 = 58;
const IP6_HLEN = 40;

const TYPES: ReadonlyMap<number, string> = new Map([
  [1, "destination unreachable"],
  [2, "packet too big"],
  [3, "time exceeded in-transit"],
  [4, "parameter problem"],
  [128, "echo request"],
  [129, "echo reply"],
  [130, "multicast listener query"],
  [131, "multicast listener report"],
  [132, "multicast listener done"],
  [133, "router solicitation"],
  [134, "router advertisement"],
  [135, "neighbor solicitation"],
  [136, "neighbor advertisement"],
  [137, "redirect"],
  [141, "inverse neighbor solicitation"],
  [142, "inverse neighbor advertisement"],
  [143, "multicast listener report v2"],
  [144, "ha discovery request"],
  [146, "mobile router solicitation"],
  [200, "mtrace response"],
  [201, "mtrace message"],
]);

/** Neighbour discovery: with -v the length stands before what is said of the message. */
const LENGTH_FIRST: ReadonlySet<number> = new Set([133, 134, 135, 136, 137]);

const UNREACHABLE: readonly string[] = [
  "unreachable route",
  " unreachable prohibited",
  "beyond scope",
  "unreachable address",
  "unreachable port",
];

const PARAMETER_PROBLEMS: readonly string[] = [
  "erroneous",
  "next header",
  "option",
  "incomplete header chain",
];

export function printIcmp6(
  p: PacketText,
  ip: IpHeader,
  at: number,
  length: number,
  isFragmented: boolean,
): void {
  p.protocol = "icmp6";
  if (length === 0) {
    p.put("ICMP6, length 0 (invalid)");
    return;
  }
  const type = p.u8(at);
  const isVerbose = p.options.verbose > 0;
  if (isVerbose && !isFragmented && p.has(at, length)) printChecksum(p, ip, at, length);
  p.put(`ICMP6, ${TYPES.get(type) ?? `unknown icmp6 type (${type})`}`);
  if (isVerbose && LENGTH_FIRST.has(type)) p.put(`, length ${length}`);
  p.need(at, 2);
  if (printBody(p, at, type, length) && !isVerbose) p.put(`, length ${length}`);
}

function printChecksum(p: PacketText, ip: IpHeader, at: number, length: number): void {
  const sum = inetSum([pseudoHeader(p, ip, IPPROTO_ICMPV6, length), p.slice(at, length)]);
  const found = p.u16(at + 2);
  if (sum === 0) p.put("[icmp6 sum ok] ");
  else p.put(`[bad icmp6 cksum 0x${hex(found, 4)} -> 0x${hex(rightChecksum(found, sum), 4)}!] `);
}

/** False: nothing is to follow, not even the length. */
function printBody(p: PacketText, at: number, type: number, length: number): boolean {
  const address = (offset: number): string => p.names.ip6(p.slice(at + offset, 16));
  const isVerbose = p.options.verbose > 0;
  switch (type) {
    case 1:
      return printUnreachable(p, at, length);
    case 2:
      p.put(`, mtu ${p.u32(at + 4)}`);
      return true;
    case 3: {
      const code = p.u8(at + 1);
      p.put(
        code === 0 ? ` for ${address(8 + 24)}` : code === 1 ? " (reassembly)" : `, unknown code (${code})`,
      );
      return true;
    }
    case 4:
      return printParameterProblem(p, at);
    case 128:
    case 129:
      p.put(`, id ${p.u16(at + 4)}, seq ${p.u16(at + 6)}`);
      return true;
    case 130:
      printQuery(p, at, length);
      return true;
    case 131:
    case 132:
      printReport1(p, at);
      return true;
    case 133:
      if (isVerbose) printNdOptions(p, at + 8, length - 8);
      return true;
    case 134:
      if (isVerbose) printRouterAdvertisement(p, at, length);
      return true;
    case 135:
      p.put(`, who has ${address(8)}`);
      if (isVerbose) printNdOptions(p, at + 24, length - 24);
      return true;
    case 136:
      p.put(`, tgt is ${address(8)}`);
      if (isVerbose) printAdvertisement(p, at, length);
      return true;
    case 137:
      p.put(`, ${address(24)} to ${address(8)}`);
      if (isVerbose) printNdOptions(p, at + 40, length - 40);
      return true;
    case 141:
    case 142:
      return true;
    case 143:
      printReport2(p, at, length);
      return true;
    case 144:
    case 146:
      p.put(`, id 0x${hex(p.u16(at + 4), 4)}`);
      return true;
    default:
      p.put(`, length ${length}`);
      if (p.options.verbose <= 1) p.put(hexLines(p, at, length, "\n\t"));
      return false;
  }
}

function printParameterProblem(p: PacketText, at: number): boolean {
  if (!p.has(at + 8 + 24, 16)) {
    p.truncated();
    return false;
  }
  const code = p.u8(at + 1);
  const what = PARAMETER_PROBLEMS[code];
  p.put(what === undefined ? `, code-#${code}` : `, ${what} - octet ${p.u32(at + 4)}`);
  return true;
}

function printUnreachable(p: PacketText, at: number, length: number): boolean {
  const code = p.u8(at + 1);
  const quote = at + 8;
  const address = (offset: number): string => p.names.ip6(p.slice(quote + offset, 16));
  p.put(`, ${UNREACHABLE[code] ?? `unknown unreach code (${code})`}`);
  if (code > 4) {
    if (p.options.verbose > 1) return true;
    p.put(hexLines(p, at, length, "\n\t"));
    return false;
  }
  if (code === 2) p.put(` ${address(24)}, source address ${address(8)}`);
  else if (code < 4) p.put(` ${address(24)}`);
  else {
    const upper = upperLayer(p, quote);
    if (upper === null) {
      p.truncated();
      return false;
    }
    const name = upper.protocol === 6 ? "tcp" : "udp";
    p.put(`, ${address(24)} ${name} port ${p.names.port(name, p.u16(upper.at + 2))}`);
  }
  return true;
}

/** The TCP or UDP header of a quoted packet, if so much of it is there. */
function upperLayer(
  p: PacketText,
  packet: number,
): { readonly at: number; readonly protocol: number } | null {
  if (!p.has(packet, 7)) return null;
  let next = p.u8(packet + 6);
  let at = packet + IP6_HLEN;
  for (;;) {
    switch (next) {
      case 6:
      case 17:
        return p.has(at, 4) ? { at, protocol: next } : null;
      case 44:
        if (!p.has(at, 4) || (p.u16(at + 2) & 0xfff8) !== 0) return null;
        next = p.u8(at);
        at += 8;
        break;
      case 0:
      case 43:
      case 60:
        if (!p.has(at, 2)) return null;
        next = p.u8(at);
        at += (p.u8(at + 1) + 1) * 8;
        break;
      default:
        return null;
    }
  }
}
