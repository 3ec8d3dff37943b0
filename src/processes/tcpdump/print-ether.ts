/** @source IEEE 802.3, 802.1Q, 802.2; output of tcpdump 4.99.3 as recorded */
import { etherTypeShort, etherTypeText } from "./names.ts";
import type { PacketText } from "./packet-text.ts";
import { printArp } from "./print-arp.ts";
import { printIp } from "./print-ip.ts";
import { printIp6 } from "./print-ip6.ts";
import { printLlc } from "./print-llc.ts";

export const ETHER_HLEN = 14;
const MAX_ETHERNET_LENGTH = 1500;
const VLAN_TYPES: ReadonlyMap<number, string> = new Map([
  [0x8100, "802.1Q (0x8100)"],
  [0x88a8, "802.1Q-QinQ (0x88a8)"],
  [0x9100, "802.1Q-9100 (0x9100)"],
  [0x9200, "802.1Q-9200 (0x9200)"],
]);

/** Prints what an EtherType announces; false: it is not known. */
export function printEtherType(
  p: PacketText,
  etherType: number,
  at: number,
  length: number,
  caplen: number,
): boolean {
  switch (etherType) {
    case 0x0800:
      printIp(p, at, length);
      return true;
    case 0x86dd:
      printIp6(p, at, length);
      return true;
    case 0x0806:
    case 0x8035:
      printArp(p, at, length, caplen);
      return true;
    default:
      return false;
  }
}

function tagText(tag: number): string {
  return `vlan ${tag & 0xfff}, p ${tag >> 13}${(tag & 0x1000) !== 0 ? ", DEI" : ""}`;
}

/** @param wire octets that the frame had on the wire */
export function printEther(p: PacketText, wire: number, captured: number): void {
  p.protocol = "ether";
  if (captured < ETHER_HLEN) {
    p.linkLength = captured;
    p.truncated();
    return;
  }
  const { showLink } = p.options;
  const macs = () => `${p.names.mac(p.slice(6, 6))} > ${p.names.mac(p.slice(0, 6))}`;
  if (showLink) p.put(`${macs()}, `);
  p.linkLength = ETHER_HLEN;
  let at = ETHER_HLEN;
  let type = p.u16(12);
  let isTagged = false;
  while (VLAN_TYPES.has(type)) {
    p.protocol = "vlan";
    if (captured < at + 4) {
      if (!showLink) p.put("");
      p.truncated();
      p.linkLength = captured;
      return;
    }
    const name = VLAN_TYPES.get(type)!;
    const typed = p.options.quiet ? name.slice(0, name.indexOf(" ")) : `ethertype ${name}`;
    if (showLink) p.put(`${typed}, ${isTagged ? "" : `length ${wire}: `}${tagText(p.u16(at))}, `);
    type = p.u16(at + 2);
    at += 4;
    p.linkLength = at;
    isTagged = true;
    if (showLink && type > MAX_ETHERNET_LENGTH && !VLAN_TYPES.has(type))
      p.put(`${p.options.quiet ? etherTypeShort(type) : `ethertype ${etherTypeText(type)}`}, `);
  }
  const length = wire - at;
  if (type <= MAX_ETHERNET_LENGTH) {
    if (showLink) p.put(isTagged ? "802.3" : `802.3, length ${type}: `);
    p.cutTo(at + type);
    p.linkLength += printLlc(p, at, Math.min(length, type), macs);
    return;
  }
  const typed = p.options.quiet ? etherTypeShort(type) : `ethertype ${etherTypeText(type)}`;
  if (showLink && !isTagged) p.put(`${typed}, length ${wire}: `);
  if (printEtherType(p, type, at, length, captured - at)) return;
  if (!showLink) p.put(`${macs()}, ${typed}, length ${wire}: `);
  p.dump(at, captured - at);
}
