/** @source RFC 768; output of tcpdump 4.99.3 as recorded */

import { hex, type IpHeader, inetSum, type PacketText, rightChecksum } from "./packet-text.ts";
import { finalDestination } from "./print-ip6-extensions.ts";

const UDP_HLEN = 8;
const IPPROTO_UDP = 17;

/** Source and destination of the packet, for the transport's own line. */
export function endpoints(p: PacketText, ip: IpHeader): readonly [string, string] {
  return ip.version === 4
    ? [p.names.ip(p.u32(ip.at + 12)), p.names.ip(p.u32(ip.at + 16))]
    : [p.names.ip6(p.slice(ip.at + 8, 16)), p.names.ip6(p.slice(ip.at + 24, 16))];
}

/** `10.0.0.1.5353 > 10.0.0.2.domain: `; behind extension headers, whose addresses are printed, the ports alone. */
export function portsText(p: PacketText, ip: IpHeader, protocol: number, at: number): string {
  const [src, dst] = endpoints(p, ip);
  const name = protocol === IPPROTO_UDP ? "udp" : "tcp";
  const [sport, dport] = [p.names.port(name, p.u16(at)), p.names.port(name, p.u16(at + 2))];
  return isAlone(ip, protocol) ? `${src}.${sport} > ${dst}.${dport}: ` : `${sport} > ${dport}: `;
}

/** Does the transport header follow the network's at once? */
function isAlone(ip: IpHeader, protocol: number): boolean {
  return ip.next === undefined || ip.next === protocol;
}

/** The pseudo header that the checksums of TCP, UDP and ICMPv6 cover. */
export function pseudoHeader(p: PacketText, ip: IpHeader, protocol: number, length: number): Uint8Array {
  const addresses =
    ip.version === 4 ? p.slice(ip.at + 12, 8) : [...p.slice(ip.at + 8, 16), ...finalDestination(p, ip.at)];
  return Uint8Array.from([
    ...addresses,
    (length >> 24) & 255,
    (length >> 16) & 255,
    (length >> 8) & 255,
    length & 255,
    0,
    protocol,
  ]);
}

export function printUdp(
  p: PacketText,
  ip: IpHeader,
  at: number,
  given: number,
  isFragmented: boolean,
): void {
  p.protocol = "udp";
  const [src, dst] = endpoints(p, ip);
  if (!p.has(at, 4)) {
    if (isAlone(ip, IPPROTO_UDP)) p.put(`${src} > ${dst}: `);
    p.truncated();
    return;
  }
  p.put(portsText(p, ip, IPPROTO_UDP, at));
  if (given < UDP_HLEN) {
    p.put(`truncated-udp ${given}`);
    return;
  }
  if (!p.has(at + 4, 2)) {
    p.truncated();
    return;
  }
  let udpLength = p.u16(at + 4);
  if (udpLength === 0 && given > 65535) udpLength = given;
  if (udpLength < UDP_HLEN) {
    p.put(`truncated-udplength ${udpLength}`);
    return;
  }
  udpLength -= UDP_HLEN;
  const length = Math.min(given - UDP_HLEN, udpLength);
  if (at + UDP_HLEN > p.end) {
    p.truncated();
    return;
  }
  // IPv6 does not do without a checksum.
  const isIpv4 = ip.version === 4;
  if (p.options.verbose > (isIpv4 ? 1 : 0) && !p.options.noChecksums && !isFragmented) {
    const found = p.u16(at + 6);
    if (found === 0 && isIpv4) p.put("[no cksum] ");
    else if (p.has(at + UDP_HLEN, length)) {
      const whole = length + UDP_HLEN;
      const sum = inetSum([pseudoHeader(p, ip, IPPROTO_UDP, whole), p.slice(at, whole)]);
      if (sum === 0) p.put("[udp sum ok] ");
      else p.put(`[bad udp cksum 0x${hex(found, 4)} -> 0x${hex(rightChecksum(found, sum), 4)}!] `);
    }
  }
  p.put(
    udpLength > length && !isFragmented
      ? `UDP, bad length ${udpLength} > ${length}`
      : `UDP, length ${udpLength}`,
  );
}
