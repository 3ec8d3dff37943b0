/** IPv4 and what it carries, as text without what is random. @source RFC 791, 792, 768, 793, 3376 */
import type { FrameContext } from "./frame-text.ts";
import { dataText, hex, ipv4Address, type Octets, onesComplement, paddingText, u16, u32 } from "./octets.ts";

const ICMP = 1;
const IGMP = 2;
const TCP = 6;
const UDP = 17;
const VXLAN_PORT = 4789;
/** Ports from here on are chosen by the kernel. @source net.ipv4.ip_local_port_range */
const EPHEMERAL_MIN = 32768;
/** ping puts the time of sending into the first octets of a packet's data. */
const PING_TIMESTAMP_LENGTH = 16;

/** How a frame inside a packet is printed (VXLAN). */
type NestedText = (octets: Octets) => string;

/** An IPv4 packet as an ICMP error quotes it: cut short, so its data is not judged. */
export function quotedIpv4Text(packet: Octets): string {
  return ipv4Text(packet, null, null);
}

/** @param context null: the packet is quoted by an ICMP error */
export function ipv4Text(packet: Octets, context: FrameContext | null, nested: NestedText | null): string {
  if (packet.length < 20) return `short packet ${hex(packet)}`;
  const headerLength = (packet[0]! & 15) * 4;
  const totalLength = u16(packet, 2);
  const flags = packet[6]! >>> 5;
  const offset = (u16(packet, 6) & 0x1fff) * 8;
  const hasMore = (flags & 1) !== 0;
  const protocol = packet[9]!;
  const parts = [`${ipv4Address(packet, 12)} > ${ipv4Address(packet, 16)} ttl ${packet[8]}`];
  if (packet[0]! >>> 4 !== 4) parts.push(`version ${packet[0]! >>> 4}`);
  if (packet[1] !== 0) parts.push(`tos ${packet[1]}`);
  if ((flags & 4) !== 0) parts.push("reserved flag");
  if ((flags & 2) !== 0) parts.push("DF");
  if (hasMore || offset > 0) parts.push(`fragment ${offset}${hasMore ? "+" : ""}`);
  parts.push(`length ${totalLength}`);
  if (headerLength > 20) parts.push(`options ${optionsText(packet.subarray(20, headerLength))}`);
  if (context !== null) parts.push(...headerFaults(packet, context, headerLength, offset, hasMore));
  const payload = packet.subarray(headerLength, totalLength > headerLength ? totalLength : undefined);
  if (offset > 0)
    parts.push(
      `protocol ${protocol}, ${payload.length} octets${context === null ? "" : ` ${dataText(payload)}`}`,
    );
  else
    parts.push(
      payloadText(protocol, payload, {
        isWhole: context !== null && !hasMore,
        isQuoted: context === null,
        nested,
      }),
    );
  return (
    parts.join(" ") +
    (totalLength > headerLength && context !== null ? paddingText(packet.subarray(totalLength)) : "")
  );
}

/** The timestamp option holds the time of day. */
function optionsText(options: Octets): string {
  return options[0] === 0x44 ? "timestamp" : hex(options);
}

/** What the header must fulfil although its id and checksum are not compared. */
function headerFaults(
  packet: Octets,
  context: FrameContext,
  headerLength: number,
  offset: number,
  hasMore: boolean,
): string[] {
  const faults: string[] = [];
  if (onesComplement(packet.subarray(0, headerLength)) !== 0) faults.push("BAD-IP-CHECKSUM");
  const id = u16(packet, 4);
  const flow = `${ipv4Address(packet, 12)} ${ipv4Address(packet, 16)} ${packet[9]}`;
  if (offset === 0 && hasMore) context.fragmentIds.set(flow, id);
  const first = context.fragmentIds.get(flow);
  if (offset > 0 && first !== undefined && first !== id) faults.push("FRAGMENT-OF-ANOTHER-ID");
  const isSynAck = packet[9] === TCP && offset === 0 && ((packet[headerLength + 13] ?? 0) & 0x12) === 0x12;
  if (isSynAck && id !== 0) faults.push("SYN-ACK-WITH-ID");
  return faults;
}

interface PayloadContext {
  /** Neither a fragment nor quoted: its checksum can be checked. */
  readonly isWhole: boolean;
  readonly isQuoted: boolean;
  readonly nested: NestedText | null;
}

function payloadText(protocol: number, payload: Octets, context: PayloadContext): string {
  if (protocol === ICMP && payload.length >= 8) return icmpText(payload, context);
  if (protocol === UDP && payload.length >= 8) return udpText(payload, context);
  if (protocol === TCP && payload.length >= 20) return tcpText(payload);
  if (protocol === TCP && payload.length >= 8)
    return `TCP ${port(u16(payload, 0))} > ${port(u16(payload, 2))}, cut short`;
  if (protocol === IGMP && payload.length >= 8) return igmpText(payload);
  return `protocol ${protocol}, ${payload.length} octets`;
}

const ICMP_ERRORS: Readonly<Record<number, string>> = {
  3: "unreachable",
  4: "source quench",
  5: "redirect",
  11: "time exceeded",
  12: "parameter problem",
};

function icmpText(message: Octets, context: PayloadContext): string {
  const type = message[0]!;
  const code = message[1]!;
  const data = message.subarray(8);
  const fault = context.isWhole && onesComplement(message) !== 0 ? " BAD-ICMP-CHECKSUM" : "";
  if (type === 0 || type === 8) {
    const judged = data.subarray(data.length >= PING_TIMESTAMP_LENGTH ? PING_TIMESTAMP_LENGTH : 0);
    const shown = context.isQuoted || judged.length === 0 ? "" : ` ${dataText(judged)}`;
    const name = type === 8 ? "echo request" : "echo reply";
    return `ICMP ${name}${code === 0 ? "" : ` code ${code}`} sequence ${u16(message, 6)}, ${data.length} octets${shown}${fault}`;
  }
  if (type === 13 || type === 14) return `ICMP timestamp ${type} sequence ${u16(message, 6)}${fault}`;
  const name = ICMP_ERRORS[type];
  if (name === undefined)
    return `ICMP type ${type} code ${code} rest ${hex(message.subarray(4, 8))}, ${data.length} octets${fault}`;
  const rest =
    type === 5
      ? ` gateway ${ipv4Address(message, 4)}`
      : u32(message, 4) === 0
        ? ""
        : ` rest ${hex(message.subarray(4, 8))}`;
  return `ICMP ${name} code ${code}${rest}, ${data.length} octets${fault} [${quotedIpv4Text(data)}]`;
}

function port(number: number): string {
  return number >= EPHEMERAL_MIN ? "ephemeral" : String(number);
}

function udpText(datagram: Octets, context: PayloadContext): string {
  const destination = u16(datagram, 2);
  const data = datagram.subarray(8);
  if (destination === VXLAN_PORT && data.length > 8 && context.nested !== null) {
    // The source port is a hash with a random seed.
    return `UDP > ${VXLAN_PORT} VXLAN flags ${data[0]} vni ${u32(data, 4) >>> 8} {${context.nested(data.subarray(8))}}`;
  }
  const shown = context.isQuoted || data.length === 0 ? "" : ` ${dataText(data)}`;
  return `UDP ${port(u16(datagram, 0))} > ${port(destination)} length ${u16(datagram, 4)}${shown}`;
}

const TCP_FLAGS = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

/** Sequence numbers start at random; the window, except where a connection opens, follows from buffer tuning. */
function tcpText(segment: Octets): string {
  const headerLength = (segment[12]! >>> 4) * 4;
  const flags = TCP_FLAGS.filter((_, i) => ((segment[13]! >>> i) & 1) !== 0).join("+");
  const window = (segment[13]! & 2) !== 0 ? ` window ${u16(segment, 14)}` : "";
  const length = segment.length - headerLength;
  return `TCP ${port(u16(segment, 0))} > ${port(u16(segment, 2))} ${flags}${window} length ${length} <${tcpOptions(segment.subarray(20, headerLength))}>`;
}

function tcpOptions(options: Octets): string {
  const shown: string[] = [];
  for (let at = 0; at < options.length; ) {
    const kind = options[at]!;
    if (kind === 0) break;
    if (kind === 1) {
      shown.push("nop");
      at++;
      continue;
    }
    const length = options[at + 1] ?? 0;
    if (length < 2) break;
    if (kind === 2) shown.push(`mss ${u16(options, at + 2)}`);
    else if (kind === 3) shown.push(`window scale ${options[at + 2]}`);
    else if (kind === 4) shown.push("sack");
    else if (kind === 8) shown.push("timestamp");
    else shown.push(`option ${kind}`);
    at += length;
  }
  return shown.join(",");
}

function igmpText(message: Octets): string {
  const type = message[0]!;
  return type === 0x22
    ? `IGMPv3 report ${hex(message.subarray(8))}`
    : `IGMP type ${type} group ${ipv4Address(message, 4)}`;
}
