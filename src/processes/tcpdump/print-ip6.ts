/** @source RFC 8200, 5952; output of tcpdump 4.99.3 as recorded */

import { formatIpv6, readIpv6 } from "../../wire/ipv6-address.ts";
import { hex, type PacketText } from "./packet-text.ts";
import { PROTOCOLS, printTransport, WITH_PORTS } from "./print-transport.ts";

const IP6_HLEN = 40;

export function printIp6(p: PacketText, at: number, length: number): void {
  p.protocol = "ip6";
  if (!p.has(at, IP6_HLEN)) {
    p.truncated();
    return;
  }
  if (length < IP6_HLEN) {
    p.put(`truncated-ip6 ${length}`);
    return;
  }
  if (!p.options.showLink) p.put("IP6 ");
  const version = p.u8(at) >> 4;
  if (version !== 6) {
    p.put(`version error: ${version} != 6`);
    return;
  }
  const payload = p.u16(at + 4);
  const total = payload + IP6_HLEN;
  if (length < total) p.put(`truncated-ip6 - ${total - length} bytes missing!`);
  p.cutTo(at + total);
  let next = p.u8(at + 6);
  const word = p.u32(at);
  if (p.options.verbose > 0) {
    const trafficClass = (word >>> 20) & 0xff;
    const label = word & 0xfffff;
    p.put("(");
    if (trafficClass !== 0) p.put(`class 0x${hex(trafficClass, 2)}, `);
    if (label !== 0) p.put(`flowlabel 0x${hex(label, 5)}, `);
    p.put(
      `hlim ${p.u8(at + 7)}, next-header ${PROTOCOLS.get(next) ?? "unknown"} (${next}) payload length: ${payload}) `,
    );
  }
  const addresses = `${formatIpv6(readIpv6(p.slice(at + 8, 16), 0))} > ${formatIpv6(readIpv6(p.slice(at + 24, 16), 0))}: `;
  let from = at + IP6_HLEN;
  if (!WITH_PORTS.has(next)) p.put(addresses);
  // Hop-by-hop options stand before what a host says of its groups.
  while (next === 0) {
    p.protocol = "hbhopt";
    const options = (p.u8(from + 1) + 1) * 8;
    p.need(from, options);
    p.put("HBH ");
    if (p.options.verbose > 0) printHopOptions(p, from, options);
    next = p.u8(from);
    from += options;
  }
  printTransport(p, { version: 6, at }, from, at + total - from, next, false);
}

function printHopOptions(p: PacketText, at: number, octets: number): void {
  for (let i = 2; i < octets; ) {
    const kind = p.u8(at + i);
    if (kind === 0) {
      i++;
      continue;
    }
    const length = p.u8(at + i + 1);
    if (kind === 1) p.put("(padn) ");
    else if (kind === 5) p.put(`(rtalert: 0x${hex(p.u16(at + i + 2), 4)}) `);
    else p.put(`(opt_type 0x${hex(kind, 2)}: len=${length}) `);
    i += 2 + length;
  }
}
