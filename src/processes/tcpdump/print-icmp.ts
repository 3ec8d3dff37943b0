/** @source RFC 792, 950, 1256; output of tcpdump 4.99.3 as recorded */
import { type IpHeader, inetSum, type PacketText, rightChecksum } from "./packet-text.ts";

const UNREACHABLE: readonly string[] = [
  "net %s unreachable",
  "host %s unreachable",
  "",
  "",
  "",
  "%s unreachable - source route failed",
  "net %s unreachable - unknown",
  "host %s unreachable - unknown",
  "%s unreachable - source host isolated",
  "net %s unreachable - admin prohibited",
  "host %s unreachable - admin prohibited",
  "net %s unreachable - tos prohibited",
  "host %s unreachable - tos prohibited",
  "host %s unreachable - admin prohibited filter",
  "host %s unreachable - host precedence violation",
  "host %s unreachable - precedence cutoff",
];

const REDIRECTS: readonly string[] = [
  "redirect %s to net %s",
  "redirect %s to host %s",
  "redirect-tos %s to net %s",
  "redirect-tos %s to host %s",
];

const TYPES: ReadonlyMap<number, string> = new Map([
  [4, "source quench"],
  [10, "router solicitation"],
  [15, "information request"],
  [16, "information reply"],
  [17, "address mask request"],
]);

/** Messages that quote the packet they are about. */
const ERRORS: ReadonlySet<number> = new Set([3, 4, 5, 11, 12]);

export function printIcmp(
  p: PacketText,
  _ip: IpHeader,
  at: number,
  length: number,
  isFragmented: boolean,
): void {
  p.protocol = "icmp";
  const type = p.u8(at);
  p.u8(at + 1);
  p.put(`ICMP ${describe(p, at, type)}, length ${length}`);
  if (p.options.verbose === 0) return;
  if (!isFragmented && p.has(at, length)) {
    const sum = inetSum([p.slice(at, length)]);
    const found = p.u16(at + 2);
    if (sum !== 0)
      p.put(` (wrong icmp cksum ${found.toString(16)} (->${rightChecksum(found, sum).toString(16)})!)`);
  }
  if (!ERRORS.has(type)) return;
  p.put("\n\t");
  const { end } = p;
  const quoted = p.u16(at + 10);
  p.inner.ip(p, at + 8, quoted);
  p.end = end;
}

function fill(format: string, ...values: readonly string[]): string {
  let next = 0;
  return format.replace(/%s/g, () => values[next++]!);
}

function describe(p: PacketText, at: number, type: number): string {
  const code = p.u8(at + 1);
  const quote = at + 8;
  switch (type) {
    case 0:
    case 8:
      return `echo ${type === 8 ? "request" : "reply"}, id ${p.u16(at + 4)}, seq ${p.u16(at + 6)}`;
    case 3:
      return unreachable(p, at, code);
    case 5:
      return fill(
        REDIRECTS[code] ?? `redirect-#${code} %s to %s`,
        p.names.ip(p.u32(quote + 16)),
        p.names.ip(p.u32(at + 4)),
      );
    case 9:
      return advertisement(p, at);
    case 11:
      return ["time exceeded in-transit", "ip reassembly time exceeded"][code] ?? `time exceeded-#${code}`;
    case 12:
      return code !== 0 ? `parameter problem - code ${code}` : `parameter problem - octet ${p.u8(at + 4)}`;
    case 13:
      return `time stamp query id ${p.u16(at + 4)} seq ${p.u16(at + 6)}`;
    case 14:
      return (
        `time stamp reply id ${p.u16(at + 4)} seq ${p.u16(at + 6)}: ` +
        `org ${clock(p.u32(at + 8))}, recv ${clock(p.u32(at + 12))}, xmit ${clock(p.u32(at + 16))}`
      );
    case 18:
      return `address mask is 0x${p
        .u32(at + 8)
        .toString(16)
        .padStart(8, "0")}`;
    default:
      return TYPES.get(type) ?? `type-#${type}`;
  }
}

function unreachable(p: PacketText, at: number, code: number): string {
  const quote = at + 8;
  const dst = p.names.ip(p.u32(quote + 16));
  switch (code) {
    case 2:
      return `${dst} protocol ${p.u8(quote + 9)} unreachable`;
    case 3: {
      const protocol = p.u8(quote + 9);
      const port = p.u16(quote + (p.u8(quote) & 15) * 4 + 2);
      if (protocol === 6) return `${dst} tcp port ${p.names.port("tcp", port)} unreachable`;
      if (protocol === 17) return `${dst} udp port ${p.names.port("udp", port)} unreachable`;
      return `${dst} protocol ${protocol} port ${port} unreachable`;
    }
    case 4: {
      const mtu = p.u16(at + 6);
      return `${dst} unreachable - need to frag${mtu === 0 ? "" : ` (mtu ${mtu})`}`;
    }
    default:
      return fill(UNREACHABLE[code] ?? `%s unreachable - #${code}`, dst);
  }
}

function advertisement(p: PacketText, at: number): string {
  const lifetime = p.u16(at + 6);
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(lifetime / 60);
  const life =
    lifetime < 60
      ? String(lifetime)
      : lifetime < 3600
        ? `${minutes}:${two(lifetime % 60)}`
        : `${Math.floor(lifetime / 3600)}:${two(minutes % 60)}:${two(lifetime % 60)}`;
  const count = p.u8(at + 4);
  let text = `router advertisement lifetime ${life} ${count}:`;
  const size = p.u8(at + 5);
  if (size !== 2) return `${text} [size ${size}]`;
  for (let i = 0; i < count; i++) text += ` {${p.names.ip(p.u32(at + 8 + 8 * i))} ${p.u32(at + 12 + 8 * i)}}`;
  return text;
}

/** Milliseconds since midnight. */
function clock(value: number): string {
  const ms = value % 1000;
  const seconds = Math.floor(value / 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${String(ms).padStart(3, "0")}`;
}
