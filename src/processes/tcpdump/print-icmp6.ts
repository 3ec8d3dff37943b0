/** @source RFC 4443, 4861, 3810; output of tcpdump 4.99.3 as recorded */

import { formatIpv6, readIpv6 } from "../../wire/ipv6-address.ts";
import { hex, hexAscii, type IpHeader, inetSum, type PacketText, rightChecksum } from "./packet-text.ts";
import { pseudoHeader } from "./print-udp.ts";

const IPPROTO_ICMPV6 = 58;

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
  [143, "multicast listener report v2"],
]);

const RECORD_TYPES: readonly string[] = ["", "is_in", "is_ex", "to_in", "to_ex", "allow", "block"];

export function printIcmp6(
  p: PacketText,
  ip: IpHeader,
  at: number,
  length: number,
  isFragmented: boolean,
): void {
  p.protocol = "icmp6";
  const type = p.u8(at);
  p.need(at, 4);
  if (p.options.verbose > 0 && !isFragmented && p.has(at, length)) {
    const sum = inetSum([pseudoHeader(p, ip, IPPROTO_ICMPV6, length), p.slice(at, length)]);
    const found = p.u16(at + 2);
    if (sum === 0) p.put("[icmp6 sum ok] ");
    else p.put(`[bad icmp6 cksum 0x${hex(found, 4)} -> 0x${hex(rightChecksum(found, sum), 4)}!] `);
  }
  p.put(`ICMP6, ${TYPES.get(type) ?? `unknown icmp6 type (${type})`}`);
  switch (type) {
    case 128:
    case 129:
      p.put(`, id ${p.u16(at + 4)}, seq ${p.u16(at + 6)}`);
      if (p.options.verbose > 0) return;
      break;
    case 133:
      p.put(`, length ${length}`);
      if (p.options.verbose > 0) printOptions(p, at + 8, at + length);
      return;
    case 135:
      printTarget(p, at, length, "who has");
      if (p.options.verbose > 0) printOptions(p, at + 24, at + length);
      return;
    case 136:
      printAdvertisement(p, at, length);
      return;
    case 143:
      printReport2(p, at, length);
      if (p.options.verbose > 0) return;
      break;
  }
  p.put(`, length ${length}`);
}

/** The length stands before what is said of the message, or behind it if that is all. */
function printTarget(p: PacketText, at: number, length: number, says: string): void {
  const target = `, ${says} ${formatIpv6(readIpv6(p.slice(at + 8, 16), 0))}`;
  p.put(p.options.verbose > 0 ? `, length ${length}${target}` : `${target}, length ${length}`);
}

function printAdvertisement(p: PacketText, at: number, length: number): void {
  printTarget(p, at, length, "tgt is");
  if (p.options.verbose === 0) return;
  const flags = p.u8(at + 4);
  const names = [
    [0x80, "router"],
    [0x40, "solicited"],
    [0x20, "override"],
  ] as const;
  const set = names.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  p.put(`, Flags [${set.length === 0 ? "none" : set.join(", ")}]`);
  printOptions(p, at + 24, at + length);
}

/** Link-layer addresses of neighbour discovery. */
function printOptions(p: PacketText, from: number, to: number): void {
  for (let at = from; at + 8 <= to; ) {
    const kind = p.u8(at);
    const octets = p.u8(at + 1) * 8;
    if (octets === 0) return;
    const name = kind === 1 ? "source link-address" : kind === 2 ? "destination link-address" : "unknown";
    p.put(`\n\t  ${name} option (${kind}), length ${octets} (${octets / 8}): `);
    if (kind === 1 || kind === 2) p.put(p.names.mac(p.slice(at + 2, 6)));
    if (p.options.verbose > 1) p.put(hexAscii(p.slice(at + 2, octets - 2), "\n\t    ", 0, false));
    at += octets;
  }
}

function printReport2(p: PacketText, at: number, length: number): void {
  const groups = p.u16(at + 6);
  p.put(`, ${groups} group record(s)`);
  if (p.options.verbose === 0) return;
  let record = 8;
  for (let i = 0; i < groups && record + 20 <= length; i++) {
    const type = p.u8(at + record);
    const sources = p.u16(at + record + 2);
    p.put(` [gaddr ${formatIpv6(readIpv6(p.slice(at + record + 4, 16), 0))}`);
    p.put(RECORD_TYPES[type] === undefined ? ` [v2-report-#${type}]` : ` ${RECORD_TYPES[type]}`);
    if (p.options.verbose > 1) {
      p.put(" {");
      for (let s = 0; s < sources; s++)
        p.put(` ${formatIpv6(readIpv6(p.slice(at + record + 20 + 16 * s, 16), 0))}`);
      p.put(" }]");
    } else p.put(`, ${sources} source(s)]`);
    record += 20 + 16 * sources;
  }
}
