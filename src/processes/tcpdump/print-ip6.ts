/** @source RFC 8200, 5952; output of tcpdump 4.99.3 as recorded */

import { hex, type PacketText } from "./packet-text.ts";
import {
  printDestinationOptions,
  printFragment,
  printHopOptions,
  printRouting,
} from "./print-ip6-extensions.ts";
import { PROTOCOLS, printTransport, WITH_PORTS } from "./print-transport.ts";

const IP6_HLEN = 40;

const IPPROTO_HOPOPTS = 0;
const IPPROTO_ROUTING = 43;
const IPPROTO_FRAGMENT = 44;
const IPPROTO_DSTOPTS = 60;

export function printIp6(p: PacketText, at: number, given: number): void {
  p.protocol = "ip6";
  if (!p.has(at, IP6_HLEN)) {
    p.truncated();
    return;
  }
  if (given < IP6_HLEN) {
    p.put(`truncated-ip6 ${given}`);
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
  if (given < total) p.put(`truncated-ip6 - ${total - given} bytes missing!`);
  if (p.options.verbose > 0) printHeader(p, at, payload);
  p.cutTo(at + total);
  const next = p.u8(at + 6);
  if (!WITH_PORTS.has(next))
    p.put(`${p.names.ip6(p.slice(at + 8, 16))} > ${p.names.ip6(p.slice(at + 24, 16))}: `);
  printHeaders(p, at, total, next);
}

function printHeader(p: PacketText, at: number, payload: number): void {
  const word = p.u32(at);
  const next = p.u8(at + 6);
  const trafficClass = (word >>> 20) & 0xff;
  const label = word & 0xfffff;
  p.put("(");
  if (trafficClass !== 0) p.put(`class 0x${hex(trafficClass, 2)}, `);
  if (label !== 0) p.put(`flowlabel 0x${hex(label, 5)}, `);
  p.put(
    `hlim ${p.u8(at + 7)}, next-header ${PROTOCOLS.get(next) ?? "unknown"} (${next}) payload length: ${payload}) `,
  );
}

/** The headers behind the first, one after the other, then what they carry. */
function printHeaders(p: PacketText, at: number, total: number, first: number): void {
  let next = first;
  let from = at + IP6_HLEN;
  let hasHopOptions = false;
  let isFragmented = false;
  for (;;) {
    let octets: number | null;
    switch (next) {
      case IPPROTO_HOPOPTS:
        if (hasHopOptions || from !== at + IP6_HLEN) {
          const what = hasHopOptions ? "was already found" : "don't follow the IPv6 header";
          p.put(`[The Hop-by-Hop Options header ${what}] (invalid)`);
          return;
        }
        hasHopOptions = true;
        octets = printHopOptions(p, from, total - IP6_HLEN);
        break;
      case IPPROTO_DSTOPTS:
        octets = printDestinationOptions(p, from);
        break;
      case IPPROTO_FRAGMENT:
        octets = printFragment(p, from, at);
        isFragmented = true;
        break;
      case IPPROTO_ROUTING:
        octets = printRouting(p, from);
        break;
      default:
        printTransport(p, { version: 6, at, next: first }, from, at + total - from, next, isFragmented);
        return;
    }
    if (octets === null) return;
    if (at + total - from < octets) {
      p.truncated();
      return;
    }
    next = p.u8(from);
    from += octets;
    if (from >= p.end) return;
    p.protocol = "ip6";
  }
}
