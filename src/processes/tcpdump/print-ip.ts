/** @source RFC 791; output of tcpdump 4.99.3 as recorded */
import {
  bitNames,
  type IpHeader,
  inetSum,
  type PacketText,
  rightChecksum,
  TRUNCATED,
} from "./packet-text.ts";
import { printIpOptions } from "./print-ip-options.ts";
import { PROTOCOLS, printTransport, WITH_PORTS } from "./print-transport.ts";

export const IP_HLEN = 20;
/** Most packets within one another. */
const MAX_DEPTH = 200;
const IP_OFFMASK = 0x1fff;
const IP_MF = 0x2000;

const FRAGMENT_FLAGS = [
  [0x2000, "+"],
  [0x4000, "DF"],
  [0x8000, "rsvd"],
] as const;

/** @param length octets from `at` on, of the packet as it was on the wire */
export function printIp(p: PacketText, at: number, length: number): void {
  p.protocol = "ip";
  // Packets in packets in packets: no sender means that, and the stack of calls has an end.
  if (++p.depth > MAX_DEPTH) throw TRUNCATED;
  const version = p.u8(at) >> 4;
  if (version !== 4) {
    p.put(version === 6 ? "IP6, wrong link-layer encapsulation (invalid)" : `IP${version} (invalid)`);
    return;
  }
  if (!p.options.showLink) p.put("IP ");
  if (!p.has(at, IP_HLEN)) {
    p.truncated();
    return;
  }
  if (length < IP_HLEN) {
    p.put(`truncated-ip ${length}`);
    return;
  }
  const headerLength = (p.u8(at) & 15) * 4;
  if (headerLength < IP_HLEN) {
    p.put(`bad-hlen ${headerLength}`);
    return;
  }
  const total = p.u16(at + 2);
  if (length < total) p.put(`truncated-ip - ${total - length} bytes missing! `);
  if (total < headerLength) {
    p.put(`bad-len ${total}`);
    return;
  }
  p.cutTo(at + total);
  const offset = p.u16(at + 6);
  const protocol = p.u8(at + 9);
  const addresses = () => `${p.names.ip(p.u32(at + 12))} > ${p.names.ip(p.u32(at + 16))}`;
  if (p.options.verbose > 0) printHeader(p, at, headerLength, total, offset);
  if ((offset & IP_OFFMASK) === 0) {
    if (!WITH_PORTS.has(protocol)) p.put(`${addresses()}: `);
    if (!p.has(at, headerLength)) {
      p.put(` [remaining caplen(${p.end - at}) < header length(${headerLength})]`);
      p.truncated();
      return;
    }
    const header: IpHeader = { version: 4, at };
    printTransport(p, header, at + headerLength, total - headerLength, protocol, (offset & IP_MF) !== 0);
    return;
  }
  p.put(`${addresses()}: ${p.names.protocol(protocol)}`);
}

function printHeader(p: PacketText, at: number, headerLength: number, total: number, offset: number): void {
  const tos = p.u8(at + 1);
  const ttl = p.u8(at + 8);
  const protocol = p.u8(at + 9);
  p.put(`(tos 0x${tos.toString(16)}${["", ",ECT(1)", ",ECT(0)", ",CE"][tos & 3]}`);
  if (ttl >= 1) p.put(`, ttl ${ttl}`);
  p.put(
    `, id ${p.u16(at + 4)}, offset ${(offset & IP_OFFMASK) * 8}, flags [${bitNames(FRAGMENT_FLAGS, offset & 0xe000, ", ")}]` +
      `, proto ${PROTOCOLS.get(protocol) ?? "unknown"} (${protocol}), length ${total}`,
  );
  if (headerLength > IP_HLEN) {
    p.put(", options (");
    printIpOptions(p, at + IP_HLEN, headerLength - IP_HLEN);
    p.put(")");
  }
  if (!p.options.noChecksums && p.has(at, headerLength)) {
    const sum = inetSum([p.slice(at, headerLength)]);
    const found = p.u16(at + 10);
    if (sum !== 0) p.put(`, bad cksum ${found.toString(16)} (->${rightChecksum(found, sum).toString(16)})!`);
  }
  p.put(")\n    ");
}
