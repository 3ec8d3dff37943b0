/** Packets of any device with the header of a cooked capture, and where filters find things in packets of each link type. */
import type { SniffedPacket } from "../../stack/packet-socket.ts";
import type { FilterView } from "../../stack/socket-filter.ts";
import { ETH_HLEN } from "../../wire/frame.ts";
import { type Captured, LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2 } from "./pcap-file.ts";
import { SLL_HLEN, SLL2_HLEN } from "./print-sll.ts";

const PACKET_OUTGOING = 4;
const MAC_OCTETS = 6;

/** The packet behind a cooked header instead of its own. */
export function cooked(packet: SniffedPacket, linkType: number): Uint8Array {
  const { octets, type, ifindex, hardware } = packet;
  const source = octets.subarray(6, 12);
  const protocol = octets.subarray(12, 14);
  const head = linkType === LINKTYPE_LINUX_SLL2 ? SLL2_HLEN : SLL_HLEN;
  const made = new Uint8Array(head + Math.max(0, octets.length - ETH_HLEN));
  if (linkType === LINKTYPE_LINUX_SLL2) {
    made.set(protocol, 0);
    made.set([ifindex >>> 24, (ifindex >>> 16) & 255, (ifindex >>> 8) & 255, ifindex & 255], 4);
    made.set([hardware >>> 8, hardware & 255, type, MAC_OCTETS], 8);
    made.set(source, 12);
  } else {
    made.set([0, type, hardware >>> 8, hardware & 255, 0, MAC_OCTETS], 0);
    made.set(source, 6);
    made.set(protocol, 14);
  }
  made.set(octets.subarray(ETH_HLEN), head);
  return made;
}

/** A packet of a file as filters see it. */
export function viewOf({ octets, length }: Captured, linkType: number): FilterView {
  switch (linkType) {
    case LINKTYPE_ETHERNET:
      return { octets, length, typeAt: 12, netAt: ETH_HLEN, isOutgoing: false };
    case LINKTYPE_LINUX_SLL2:
      return { octets, length, typeAt: 0, netAt: SLL2_HLEN, isOutgoing: octets[10] === PACKET_OUTGOING };
    case LINKTYPE_LINUX_SLL:
      return { octets, length, typeAt: 14, netAt: SLL_HLEN, isOutgoing: octets[1] === PACKET_OUTGOING };
    default:
      return { octets, length, typeAt: 0, netAt: 0, isOutgoing: false };
  }
}
