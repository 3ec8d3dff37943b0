/**
 * Fragmentation of IPv4 packets.
 * @source RFC 791 section 3.2; net/ipv4/ip_output.c, ip_do_fragment()
 */
import { OpaquePayload } from "../wire/frame.ts";
import { encodeIpv4, IP_DF, IP_MF, Ipv4Packet, ipv4HeaderLength } from "../wire/ipv4.ts";
import { withWholeChecksum } from "../wire/udp.ts";
import { fragmentOptions } from "./ip-options.ts";

/** Cuts a packet into fragments of at most `mtu` octets, first offset first. Don't Fragment is cleared. */
export function fragmentPacket(packet: Ipv4Packet, mtu: number): Ipv4Packet[] {
  const headerLength = ipv4HeaderLength(packet);
  const octets = new Uint8Array(packet.length);
  encodeIpv4(wholeChecksum(packet), octets, 0);
  const room = Math.floor((mtu - headerLength) / 8) * 8;
  const fragments: Ipv4Packet[] = [];
  for (let from = headerLength; from < octets.length; from += room) {
    const to = Math.min(from + room, octets.length);
    const options =
      fragments.length === 0 || packet.options === null ? packet.options : fragmentOptions(packet.options);
    const more = to < octets.length ? IP_MF : packet.flags & IP_MF;
    fragments.push(
      new Ipv4Packet(
        packet.tos,
        packet.id,
        (packet.flags & ~(IP_DF | IP_MF)) | more,
        packet.fragmentOffset + (from - headerLength) / 8,
        packet.ttl,
        packet.protocol,
        packet.src,
        packet.dst,
        new OpaquePayload(octets.slice(from, to)),
        options,
        packet.socket,
      ),
    );
  }
  return fragments;
}

/** What the device was to work out must be there before a packet is cut. @source skb_checksum_help() */
function wholeChecksum(packet: Ipv4Packet): Ipv4Packet {
  const { payload } = packet;
  if (payload.kind !== "udp" || !payload.isPartial) return packet;
  const { tos, id, flags, fragmentOffset, ttl, protocol, src, dst, options } = packet;
  const whole = withWholeChecksum(payload, src, dst);
  return new Ipv4Packet(tos, id, flags, fragmentOffset, ttl, protocol, src, dst, whole, options);
}
