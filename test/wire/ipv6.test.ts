import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../src/core/bytes.ts";
import { decodeFrame, encodeFrame } from "../../src/wire/ethernet.ts";
import { Frame, OpaquePayload } from "../../src/wire/frame.ts";
import { Icmp6Message } from "../../src/wire/icmpv6.ts";
import { decodeIpv6, encodeIpv6, fragmentHeader, fragmentOf, Ipv6Packet } from "../../src/wire/ipv6.ts";
import { formatIpv6 } from "../../src/wire/ipv6-address.ts";

/** Frames of a real kernel. */
const MLD_REPORT =
  "33330000001602000000000a86dd600000000024000100000000000000000000000000000000ff0200000000000000000000000000163a00" +
  "0502000001008f006f800000000104000000ff0200000000000000000001ff00000a";
const NEIGHBOUR_SOLICITATION =
  "3333ff00000a02000000000a86dd6000000000203aff00000000000000000000000000000000ff0200000000000000000001ff00000a8700" +
  "19b800000000fe80000000000000000000fffe00000a0e0111d6634be030";
const ECHO_REQUEST =
  "02000000000b02000000000a86dd600b6f2e00403a40fe80000000000000000000fffe00000afe80000000000000000000fffe00000b8000" +
  "7d3500530001b408006b00000000899e0a0000000000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031" +
  "323334353637";

function packetOf(hex: string): Ipv6Packet {
  const frame = decodeFrame(1, fromHex(hex)!);
  if ("reason" in frame || frame.payload.kind !== "ipv6") throw new Error("no IPv6 packet");
  return frame.payload;
}

/** The octets of a frame, made anew from what was understood of them. */
function again(hex: string): string {
  const frame = decodeFrame(1, fromHex(hex)!);
  if ("reason" in frame) return frame.reason;
  const { id, dst, src, etherType, payload, length } = frame;
  const octets = new Uint8Array(length);
  encodeFrame(new Frame(id, dst, src, etherType, payload, length, null), octets, 0);
  return toHex(octets);
}

const u8 = fc.nat(255);
const address = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const icmp = fc
  .tuple(u8, u8, fc.nat(0xffff_ffff), fc.uint8Array({ maxLength: 60 }))
  .map(([type, code, rest, data]) => new Icmp6Message(type, code, rest, data));
const options = fc.option(fc.uint8Array({ minLength: 8, maxLength: 8 }), { nil: undefined }).map((given) => {
  const octets = given?.slice();
  octets?.set([58, 0]);
  return octets === undefined ? [] : [{ type: 0, octets }];
});
const packets = fc
  .tuple(u8, fc.nat(0xf_ffff), u8, address, address, icmp, options)
  .map(
    ([tc, label, hops, src, dst, message, ext]) =>
      new Ipv6Packet(tc, label, hops, src, dst, 58, message, ext),
  );

describe("Ipv6Packet", () => {
  it("should read what a kernel sent", () => {
    const echo = packetOf(ECHO_REQUEST);
    expect([formatIpv6(echo.src), formatIpv6(echo.dst), echo.hopLimit, echo.flowLabel]).toEqual([
      "fe80::ff:fe00:a",
      "fe80::ff:fe00:b",
      64,
      0xb6f2e,
    ]);
    expect(echo.payload).toMatchObject({ kind: "icmp6", type: 128, identifier: 0x53, sequence: 1 });
    const report = packetOf(MLD_REPORT);
    expect(report.payload).toMatchObject({ kind: "icmp6", type: 143, checksumOk: true });
    expect(report.extensions.map(({ type, octets }) => [type, toHex(octets)])).toEqual([
      [0, "3a00050200000100"],
    ]);
    expect(packetOf(NEIGHBOUR_SOLICITATION).payload).toMatchObject({ type: 135, code: 0, rest: 0 });
  });

  it("should make the same octets, checksums included", () => {
    for (const hex of [MLD_REPORT, NEIGHBOUR_SOLICITATION, ECHO_REQUEST]) expect(again(hex)).toBe(hex);
  });

  it("should keep a message with a wrong checksum as octets", () => {
    const octets = fromHex(ECHO_REQUEST)!;
    octets[octets.length - 1]! ^= 1;
    expect(packetOf(toHex(octets)).payload.kind).toBe("opaque");
  });

  it("should tell fragments by their header, and leave what they carry alone", () => {
    const header = fragmentHeader({ offset: 1448, hasMore: true, id: 0xdead_beef });
    const packet = new Ipv6Packet(0, 0, 64, 1n, 2n, 58, new OpaquePayload(new Uint8Array(16)), [header]);
    const octets = new Uint8Array(packet.length);
    encodeIpv6(packet, octets, 0);
    const read = decodeIpv6(octets, 0) as Ipv6Packet;
    expect(fragmentOf(read)).toEqual({ offset: 1448, hasMore: true, id: 0xdead_beef });
    expect(read.payload).toEqual(new OpaquePayload(new Uint8Array(16)));
    expect(fragmentOf(packetOf(ECHO_REQUEST))).toBeNull();
  });

  it("should read what it wrote", () => {
    fc.assert(
      fc.property(packets, (packet) => {
        const octets = new Uint8Array(packet.length);
        encodeIpv6(packet, octets, 0);
        const read = decodeIpv6(octets, 0) as Ipv6Packet;
        const back = new Uint8Array(read.length);
        encodeIpv6(read, back, 0);
        expect(toHex(back)).toBe(toHex(octets));
        expect({ ...read, extensions: null, payload: null }).toEqual({
          ...packet,
          extensions: null,
          payload: null,
        });
      }),
    );
  });

  it("should give a packet or an error for any octets", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (octets) => {
        if (octets.length > 0) octets[0] = 0x60 | (octets[0]! & 15);
        const read = decodeIpv6(octets, 0);
        if ("reason" in read) return;
        const back = new Uint8Array(read.length);
        encodeIpv6(read, back, 0);
        expect(toHex(back)).toBe(toHex(octets.subarray(0, read.length)));
      }),
    );
  });
});
