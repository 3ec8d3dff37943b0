import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { internetChecksum } from "../../src/wire/checksum.ts";
import { OpaquePayload } from "../../src/wire/frame.ts";
import { IcmpMessage } from "../../src/wire/icmp.ts";
import { decodeIpv4, encodeIpv4, IP_DF, IP_MF, Ipv4Packet, ipv4HeaderLength } from "../../src/wire/ipv4.ts";
import { ECHO_REPLY, ECHO_REQUEST, IP_A, IP_B } from "./frames.ts";

function encoded(packet: Ipv4Packet): Uint8Array {
  const octets = new Uint8Array(packet.length);
  encodeIpv4(packet, octets, 0);
  return octets;
}

/** The octets with a header checksum that fits them. */
function summed(octets: Uint8Array): Uint8Array {
  const headerLength = (octets[0]! & 15) * 4;
  octets[10] = 0;
  octets[11] = 0;
  const sum = internetChecksum(octets, 0, headerLength);
  octets[10] = sum >>> 8;
  octets[11] = sum;
  return octets;
}

const data = ECHO_REQUEST.slice(42);
const REQUEST = new Ipv4Packet(
  0,
  0xf1df,
  IP_DF,
  0,
  64,
  1,
  IP_A,
  IP_B,
  new IcmpMessage(8, 0, 0x0048_0001, data),
);
const REPLY = new Ipv4Packet(0, 0xe83f, 0, 0, 64, 1, IP_B, IP_A, new IcmpMessage(0, 0, 0x0048_0001, data));

const u8 = fc.nat(255);
const u16 = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const anyOptions = fc.option(
  fc
    .integer({ min: 1, max: 10 })
    .chain((words) => fc.uint8Array({ minLength: 4 * words, maxLength: 4 * words })),
);
const anyIcmp = fc
  .tuple(u8, u8, u32, fc.uint8Array({ maxLength: 80 }))
  .map(([type, code, rest, octets]) => new IcmpMessage(type, code, rest, octets));
const anyOpaque = fc.uint8Array({ maxLength: 80 }).map((octets) => new OpaquePayload(octets));
/** Whole ICMP messages, and anything else as octets. */
const anyPacket = fc.oneof(
  fc
    .tuple(u8, u16, fc.constantFrom(0, IP_DF), u8, u32, u32, anyIcmp, anyOptions)
    .map(
      ([tos, id, flags, ttl, src, dst, icmp, o]) =>
        new Ipv4Packet(tos, id, flags, 0, ttl, 1, src, dst, icmp, o),
    ),
  fc
    .tuple(u8, u16, fc.nat(7), fc.nat(0x1fff), u8, u8, u32, u32, anyOpaque, anyOptions)
    .filter(([, , flags, offset, , protocol]) => protocol !== 1 || (flags & IP_MF) !== 0 || offset !== 0)
    .map(
      ([tos, id, flags, offset, ttl, protocol, src, dst, body, o]) =>
        new Ipv4Packet(tos, id, flags, offset, ttl, protocol, src, dst, body, o),
    ),
);

describe("IPv4", () => {
  it("should read and write a real kernel's packets", () => {
    expect(decodeIpv4(ECHO_REQUEST, 14)).toEqual(REQUEST);
    expect(decodeIpv4(ECHO_REPLY, 14)).toEqual(REPLY);
    expect(encoded(REQUEST)).toEqual(ECHO_REQUEST.slice(14));
    expect(encoded(REPLY)).toEqual(ECHO_REPLY.slice(14));
  });

  it("should come back from octets as it was, options, fragments and unknown protocols too, padding left aside", () => {
    fc.assert(
      fc.property(anyPacket, fc.uint8Array({ maxLength: 20 }), (packet, padding) => {
        const octets = encoded(packet);
        expect(octets.length).toBe(ipv4HeaderLength(packet) + packet.payload.length);
        expect(decodeIpv4(Uint8Array.from([...octets, ...padding]), 0)).toEqual(packet);
      }),
    );
  });

  it.each([
    ["shorter than 20 octets", 19, (o: Uint8Array) => o.slice(0, 19)],
    ["version is not 4", 0, (o: Uint8Array) => o.with(0, 0x65)],
    ["header length below 20 octets", 0, (o: Uint8Array) => o.with(0, 0x44)],
    ["header longer than the frame", 0, (o: Uint8Array) => o.with(0, 0x4f).slice(0, 40)],
    ["bad header checksum", 10, (o: Uint8Array) => o.with(8, 63)],
    ["total length beyond the frame", 2, (o: Uint8Array) => o.slice(0, 83)],
    ["total length below the header's", 2, (o: Uint8Array) => summed(o.with(3, 19).with(2, 0))],
  ])("should refuse a packet: %s", (reason, offset, damage) => {
    expect(decodeIpv4(damage(ECHO_REQUEST.slice(14)), 0)).toEqual({ layer: "ipv4", reason, offset });
  });

  it("should keep an ICMP message with a bad checksum, or one cut short, as octets", () => {
    const bad = ECHO_REQUEST.slice(14).with(30, 0xff);
    expect(decodeIpv4(bad, 0)).toMatchObject({ payload: new OpaquePayload(bad.slice(20)) });
    const short = summed(ECHO_REQUEST.slice(14, 41).with(3, 27));
    expect(decodeIpv4(short, 0)).toMatchObject({ payload: new OpaquePayload(short.slice(20)) });
  });

  it("should take any octets without throwing", () => {
    const near = fc
      .tuple(anyPacket, fc.array(fc.tuple(fc.nat(60), u8), { maxLength: 3 }), fc.boolean())
      .map(([packet, changes, fits]) => {
        const octets = encoded(packet);
        for (const [at, octet] of changes) octets[at % octets.length] = octet;
        return fits && (octets[0]! & 15) * 4 <= octets.length ? summed(octets) : octets;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 90 }), near), fc.nat(3), (octets, at) => {
        const packet = decodeIpv4(octets, at);
        if (!("reason" in packet)) expect(encoded(packet)).toEqual(octets.slice(at, at + packet.length));
      }),
      { numRuns: 1000 },
    );
  });
});
