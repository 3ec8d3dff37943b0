/** A line (or more) for each packet: number, time, the packet by its link type, octets in hex. */
import type { Names } from "./names.ts";
import type { TcpdumpOptions } from "./options.ts";
import { asciiOnly, hexAscii, hexOnly, PacketText, type TcpFlow, TRUNCATED } from "./packet-text.ts";
import { type Captured, LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2 } from "./pcap-file.ts";
import { printEther, printEtherType } from "./print-ether.ts";
import { printIp } from "./print-ip.ts";
import { printIp6 } from "./print-ip6.ts";
import { printSll, printSll2 } from "./print-sll.ts";

const INNER = { ip: printIp, ip6: printIp6, etherType: printEtherType };

/** What goes on from packet to packet. */
export interface PrintState {
  readonly flows: Record<string, TcpFlow>;
  /** Time that -ttt and -ttttt count from, in seconds and nanoseconds; null: no packet yet. */
  since: readonly [number, number] | null;
}

export function packetText(
  packet: Captured,
  linkType: number,
  number: number,
  options: TcpdumpOptions,
  names: Names,
  state: PrintState,
  ifname: (ifindex: number) => string | null,
): string {
  const count = options.number ? `${String(number).padStart(5)}  ` : "";
  const invalid = invalidLengths(packet);
  if (invalid !== null) return `${count}${invalid}\n`;
  const p = new PacketText(packet.octets, packet.octets.length, options, names, state.flows, INNER);
  p.put(count + timeText(packet, options, state));
  try {
    printLink(p, packet, linkType, ifname);
  } catch (error) {
    if (error !== TRUNCATED) throw error;
    p.truncated();
    p.linkLength = 0;
  }
  return `${p.text}${octetsText(packet.octets, p.linkLength, options)}\n`;
}

function invalidLengths({ octets, length }: Captured): string | null {
  const wrong: string[] = [];
  if (octets.length === 0) wrong.push("caplen==0");
  if (length === 0) wrong.push("len==0");
  else if (length < octets.length) wrong.push(`len(${length}) < caplen(${octets.length})`);
  return wrong.length === 0 ? null : `[Invalid header: ${wrong.join(", ")}]`;
}

function printLink(
  p: PacketText,
  packet: Captured,
  linkType: number,
  ifname: (ifindex: number) => string | null,
): void {
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      printEther(p, packet.length, packet.octets.length);
      break;
    case LINKTYPE_LINUX_SLL2:
      printSll2(p, packet.length, packet.octets.length, ifname);
      break;
    case LINKTYPE_LINUX_SLL:
      printSll(p, packet.length, packet.octets.length);
      break;
    default:
      p.protocol = "raw";
      if (p.u8(0) >> 4 === 6) printIp6(p, 0, packet.length);
      else printIp(p, 0, packet.length);
  }
}

/** -x, -X, -A: without the link header, unless given twice. */
function octetsText(octets: Uint8Array, linkLength: number, options: TcpdumpOptions): string {
  const shown = (times: number) => (times > 1 ? octets : octets.subarray(linkLength));
  if (options.hexAscii > 0) return hexAscii(shown(options.hexAscii), "\n\t", 0);
  if (options.hex > 0) return hexOnly(shown(options.hex), "\n\t");
  if (options.ascii > 0) {
    const part = shown(options.ascii);
    return part.length === 0 ? "" : asciiOnly(part);
  }
  return "";
}

function timeText({ seconds, nanos }: Captured, options: TcpdumpOptions, state: PrintState): string {
  const two = (number: number) => String(number).padStart(2, "0");
  const fraction = (value: number) =>
    options.isNanos ? String(value).padStart(9, "0") : String(Math.floor(value / 1000)).padStart(6, "0");
  const clock = (at: number) =>
    `${two(Math.floor(at / 3600) % 24)}:${two(Math.floor(at / 60) % 60)}:${two(at % 60)}`;
  switch (options.times) {
    case 0:
      return `${clock(seconds)}.${fraction(nanos)} `;
    case 1:
      return "";
    case 2:
      return `${seconds}.${fraction(nanos)} `;
    case 4: {
      const day = new Date(seconds * 1000);
      return `${day.getUTCFullYear()}-${two(day.getUTCMonth() + 1)}-${two(day.getUTCDate())} ${clock(seconds)}.${fraction(nanos)} `;
    }
    default: {
      const now = [seconds, options.isNanos ? nanos : nanos - (nanos % 1000)] as const;
      const since = state.since ?? now;
      if (options.times === 3 || state.since === null) state.since = now;
      let difference = now[0] - since[0];
      let rest = now[1] - since[1];
      const isBefore = difference < 0 || (difference === 0 && rest < 0);
      if (isBefore) [difference, rest] = [-difference, -rest];
      if (rest < 0) [difference, rest] = [difference - 1, rest + 1_000_000_000];
      return `${isBefore ? "-" : " "}${two(Math.floor(difference / 3600))}:${two(Math.floor(difference / 60) % 60)}:${two(difference % 60)}.${fraction(rest)} `;
    }
  }
}
