/** @source RFC 9293, 7323, 2018; output of tcpdump 4.99.3 as recorded */
import {
  bitNames,
  hex,
  type IpHeader,
  inetSum,
  type PacketText,
  rightChecksum,
  type TcpFlow,
} from "./packet-text.ts";
import { printTcpOptions } from "./print-tcp-options.ts";
import { endpoints, portsText, pseudoHeader } from "./print-udp.ts";

const TCP_HLEN = 20;
const IPPROTO_TCP = 6;

const FIN = 1;
const SYN = 2;
const RST = 4;
const ACK = 16;
const URG = 32;

const FLAGS = [
  [FIN, "F"],
  [SYN, "S"],
  [RST, "R"],
  [8, "P"],
  [ACK, "."],
  [URG, "U"],
  [64, "E"],
  [128, "W"],
] as const;

/** What selective acknowledgements are counted from. */
export interface SackBase {
  readonly seq: number;
  readonly ack: number;
  readonly isReverse: boolean;
}

export function printTcp(
  p: PacketText,
  ip: IpHeader,
  at: number,
  given: number,
  isFragmented: boolean,
): void {
  p.protocol = "tcp";
  const [src, dst] = endpoints(p, ip);
  if (!p.has(at, 4)) {
    p.put(`${src} > ${dst}:`);
    p.truncated();
    return;
  }
  p.put(portsText(p, ip, IPPROTO_TCP, at));
  if (!p.has(at, TCP_HLEN)) {
    p.truncated();
    return;
  }
  const headerLength = (p.u8(at + 12) >> 4) * 4;
  if (headerLength < TCP_HLEN) {
    p.put(` tcp ${(given - headerLength) >>> 0} [bad hdr length ${headerLength} - too short, < ${TCP_HLEN}]`);
    return;
  }
  const tooLong = headerLength > given ? ` [bad hdr length ${headerLength} - too long, > ${given}]` : "";
  if (p.options.quiet) {
    p.put(`tcp ${(given - headerLength) >>> 0}${tooLong}`);
    return;
  }
  const flags = p.u8(at + 13);
  p.put(`Flags [${bitNames(FLAGS, flags, "")}]`);
  const numbers = countNumbers(p, ip, at, flags);
  if (tooLong !== "") {
    p.put(tooLong);
    return;
  }
  if (p.options.verbose > 0 && !p.options.noChecksums && !isFragmented && p.has(at, given)) {
    const sum = inetSum([pseudoHeader(p, ip, IPPROTO_TCP, given), p.slice(at, given)]);
    const found = p.u16(at + 16);
    p.put(
      `, cksum 0x${hex(found, 4)} ${sum === 0 ? "(correct)" : `(incorrect -> 0x${hex(rightChecksum(found, sum), 4)})`}`,
    );
  }
  const length = given - headerLength;
  if (p.options.verbose > 1 || length > 0 || (flags & (SYN | FIN | RST)) !== 0) {
    p.put(`, seq ${numbers.seq}`);
    if (length > 0) p.put(`:${(numbers.seq + length) >>> 0}`);
  }
  if ((flags & ACK) !== 0) p.put(`, ack ${numbers.ack}`);
  p.put(`, win ${p.u16(at + 14)}`);
  if ((flags & URG) !== 0) p.put(`, urg ${p.u16(at + 18)}`);
  if (headerLength > TCP_HLEN && !printTcpOptions(p, at + TCP_HLEN, headerLength - TCP_HLEN, numbers.base))
    return;
  p.put(`, length ${length}`);
  if (length > 0 && (flags & RST) !== 0 && p.options.verbose > 0)
    printResetCause(p, at + headerLength, length);
}

/** Sequence numbers as shown: counted from the first that was seen of the conversation. */
function countNumbers(
  p: PacketText,
  ip: IpHeader,
  at: number,
  flags: number,
): { readonly seq: number; readonly ack: number; readonly base: SackBase } {
  const seq = p.u32(at + 4);
  const ack = p.u32(at + 8);
  if (p.options.absoluteSeq || (flags & ACK) === 0)
    return { seq, ack, base: { seq: 0, ack: 0, isReverse: false } };
  const width = ip.version === 4 ? 4 : 16;
  const src = [...p.slice(ip.at + (width === 4 ? 12 : 8), width)].map((octet) => hex(octet, 2)).join("");
  const dst = [...p.slice(ip.at + (width === 4 ? 16 : 24), width)].map((octet) => hex(octet, 2)).join("");
  const sport = p.u16(at);
  const dport = p.u16(at + 2);
  const isReverse = sport > dport || (sport === dport && src > dst);
  const key = isReverse ? `${dst}.${dport}-${src}.${sport}` : `${src}.${sport}-${dst}.${dport}`;
  const known: TcpFlow | undefined = p.flows[key];
  if (known === undefined || (flags & SYN) !== 0) {
    const before = (ack - 1) >>> 0;
    const flow: TcpFlow = isReverse ? { seq: before, ack: seq } : { seq, ack: before };
    p.flows[key] = flow;
    return { seq, ack, base: { ...flow, isReverse } };
  }
  return {
    seq: (seq - (isReverse ? known.ack : known.seq)) >>> 0,
    ack: (ack - (isReverse ? known.seq : known.ack)) >>> 0,
    base: { ...known, isReverse },
  };
}

/** An octet as a caret or a meta key would make it. */
function visible(octet: number): string {
  const low = octet & 0x7f;
  const text = low >= 0x20 && low < 0x7f ? String.fromCharCode(low) : `^${String.fromCharCode(low ^ 0x40)}`;
  return octet > 0x7f ? `M-${text}` : text;
}

/** A reset may say why in words. @source RFC 1122 section 4.2.2.12 */
function printResetCause(p: PacketText, at: number, length: number): void {
  p.put(` [${p.has(at, length) ? "" : "!"}RST${length > 30 ? "+" : ""} `);
  for (let i = 0; i < Math.min(length, 30) && p.has(at + i, 1); i++) p.put(visible(p.u8(at + i)));
  p.put("]");
}
