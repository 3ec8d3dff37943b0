/** IPv6 and ICMPv6 as text without what is random. @source RFC 8200, 4443, 4861, 3810 */
import { hex, ipv6Address, type Octets, u16, u32 } from "./octets.ts";

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const ICMPV6 = 58;
const DESTINATION_OPTIONS = 60;

export function ipv6Text(packet: Octets): string {
  if (packet.length < 40) return `short packet ${hex(packet)}`;
  const length = u16(packet, 4);
  let payload = packet.subarray(40, 40 + length);
  let next = packet[6]!;
  let text = `${ipv6Address(packet, 8)} > ${ipv6Address(packet, 24)} hops ${packet[7]} length ${length}`;
  while ((next === HOP_BY_HOP || next === ROUTING || next === DESTINATION_OPTIONS) && payload.length >= 8) {
    text += ` extension ${next}`;
    next = payload[0]!;
    payload = payload.subarray((payload[1]! + 1) * 8);
  }
  if (next === FRAGMENT && payload.length >= 8) {
    const field = u16(payload, 2);
    text += ` fragment ${field & 0xfff8}${(field & 1) !== 0 ? "+" : ""}`;
    next = payload[0]!;
    payload = payload.subarray(8);
    if ((field & 0xfff8) !== 0) return `${text} protocol ${next}, ${payload.length} octets`;
  }
  return `${text} ${next === ICMPV6 && payload.length >= 4 ? icmpv6Text(payload) : upperText(next, payload)}`;
}

/** Ports from 32768 on are the kernel's choice. */
function upperText(protocol: number, payload: Octets): string {
  if ((protocol !== 6 && protocol !== 17) || payload.length < 8)
    return `protocol ${protocol}, ${payload.length} octets`;
  const port = (at: number) => (u16(payload, at) >= 32768 ? "ephemeral" : u16(payload, at));
  if (protocol === 17) return `UDP ${port(0)} > ${port(2)} length ${u16(payload, 4)}`;
  const headerLength = ((payload[12] ?? 0) >>> 4) * 4;
  return `TCP ${port(0)} > ${port(2)} flags ${payload[13] ?? 0} length ${payload.length - headerLength}`;
}

const ERRORS: Readonly<Record<number, string>> = {
  1: "unreachable",
  2: "packet too big",
  3: "time exceeded",
  4: "parameter problem",
};

function icmpv6Text(message: Octets): string {
  const type = message[0]!;
  const error = ERRORS[type];
  if (error !== undefined)
    return `ICMPv6 ${error} code ${message[1]} argument ${u32(message, 4)} [${ipv6Text(message.subarray(8))}]`;
  switch (type) {
    case 128:
    case 129:
      return `ICMPv6 echo ${type === 128 ? "request" : "reply"} sequence ${u16(message, 6)}, ${message.length - 8} octets`;
    case 133:
      return `ICMPv6 router solicitation ${hex(message.subarray(8))}`;
    case 134:
      return "ICMPv6 router advertisement";
    case 135:
      return `ICMPv6 neighbour solicitation ${ipv6Address(message, 8)}${ndOptions(message.subarray(24))}`;
    case 136:
      return `ICMPv6 neighbour advertisement ${ipv6Address(message, 8)} flags ${(message[4] ?? 0) >>> 5}${ndOptions(message.subarray(24))}`;
    case 143:
      return `ICMPv6 multicast report ${multicastRecords(message)}`;
    default:
      return `ICMPv6 type ${type} code ${message[1]}`;
  }
}

/** The nonce of duplicate address detection (option 14) is random. */
function ndOptions(options: Octets): string {
  let text = "";
  for (let at = 0; at + 8 <= options.length && options[at + 1] !== 0; at += options[at + 1]! * 8) {
    const value = options.subarray(at + 2, at + options[at + 1]! * 8);
    text += ` option ${options[at]}=${options[at] === 14 ? "nonce" : hex(value)}`;
  }
  return text;
}

function multicastRecords(message: Octets): string {
  const records: string[] = [];
  let at = 8;
  for (let i = 0; i < u16(message, 6) && at + 20 <= message.length; i++) {
    records.push(`${message[at]}:${ipv6Address(message, at + 4)}`);
    at += 20 + 16 * u16(message, at + 2) + 4 * message[at + 1]!;
  }
  return records.join(",");
}
