/** Cooked captures: what `-i any` makes of packets of any device. @source pcap-linktype(7), LINUX_SLL and LINUX_SLL2 */
import { etherTypeText } from "./names.ts";
import type { PacketText } from "./packet-text.ts";
import { printEtherType } from "./print-ether.ts";

export const SLL_HLEN = 16;
export const SLL2_HLEN = 20;

const PACKET_TYPES: readonly string[] = ["In", "B", "M", "P", "Out"];

function put(p: PacketText, type: number, at: number, length: number, captured: number): void {
  p.linkLength = at;
  if (printEtherType(p, type, at, length - at, captured - at)) return;
  if (!p.options.showLink) p.put(`ethertype ${etherTypeText(type)}, length ${length}: `);
  p.dump(at, captured - at);
}

export function printSll2(
  p: PacketText,
  length: number,
  captured: number,
  ifname: (ifindex: number) => string | null,
): void {
  p.protocol = "sll2";
  p.linkLength = captured;
  if (captured < SLL2_HLEN) {
    p.truncated();
    return;
  }
  const ifindex = p.u32(4);
  const name = ifname(ifindex);
  p.put(name === null ? `ifindex ${ifindex} ` : `${name.padEnd(5)} `);
  p.put(`${(PACKET_TYPES[p.u8(10)] ?? "Unknown").padEnd(3)} `);
  if (p.options.showLink) {
    p.put(`ifindex ${ifindex} `);
    if (p.u8(11) === 6) p.put(`${p.names.mac(p.slice(12, 6))} `);
    p.put(`ethertype ${etherTypeText(p.u16(0))}, length ${length}: `);
  }
  put(p, p.u16(0), SLL2_HLEN, length, captured);
}

export function printSll(p: PacketText, length: number, captured: number): void {
  p.protocol = "sll";
  p.linkLength = captured;
  if (captured < SLL_HLEN) {
    p.truncated();
    return;
  }
  if (p.options.showLink) {
    p.put(`${(PACKET_TYPES[p.u16(0)] ?? "Unknown").padStart(3)} `);
    if (p.u16(4) === 6) p.put(`${p.names.mac(p.slice(6, 6))} `);
    p.put(`ethertype ${etherTypeText(p.u16(14))}, length ${length}: `);
  }
  put(p, p.u16(14), SLL_HLEN, length, captured);
}
