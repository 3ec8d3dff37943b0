/**
 * Fragmentation of IPv6 packets, by their senders only.
 * @source RFC 8200 section 4.5; net/ipv6/ip6_output.c, ip6_fragment(); net/ipv6/output_core.c, ipv6_select_ident()
 */
import type { StepContext } from "../../events/step-context.ts";
import { OpaquePayload } from "../../wire/frame.ts";
import { encodeIpv6, FRAGMENT_HLEN, fragmentHeader, Ipv6Packet } from "../../wire/ipv6.ts";

/** Cuts a packet into fragments of at most `mtu` octets, the first part first. */
export function fragmentPacket6(step: StepContext, packet: Ipv6Packet, mtu: number): Ipv6Packet[] {
  const octets = new Uint8Array(packet.length);
  encodeIpv6(packet, octets, 0);
  const body = octets.subarray(packet.length - packet.payload.length);
  const unfragmentable = packet.length - packet.payload.length;
  const room = Math.floor((mtu - unfragmentable - FRAGMENT_HLEN) / 8) * 8;
  const id = step.draw("ipv6/ident", 0x1_0000) * 0x1_0000 + step.draw("ipv6/ident", 0x1_0000);
  const fragments: Ipv6Packet[] = [];
  for (let offset = 0; offset < body.length; offset += room) {
    const end = Math.min(offset + room, body.length);
    const header = fragmentHeader({ offset, hasMore: end < body.length, id });
    fragments.push(
      new Ipv6Packet(
        packet.trafficClass,
        packet.flowLabel,
        packet.hopLimit,
        packet.src,
        packet.dst,
        packet.protocol,
        new OpaquePayload(body.slice(offset, end)),
        [...packet.extensions, header],
      ),
    );
  }
  return fragments;
}
