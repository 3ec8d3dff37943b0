/** @source RFC 768; octets as captured on a Linux host, where one checksum was left to the device */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../src/core/bytes.ts";
import { parseIpv4 } from "../../src/wire/ipv4-address.ts";
import {
  decodeUdp,
  encodeUdp,
  isUdpChecksumGood,
  UdpDatagram,
  udpChecksum,
  udpPseudoChecksum,
  withWholeChecksum,
} from "../../src/wire/udp.ts";

const SRC = parseIpv4("10.0.0.1")!;
const DST = parseIpv4("10.0.0.2")!;
/** Ports 1000 and 9, no data, with the checksum that a script worked out. */
const KNOWN = "03e8000900080000";
const DATA = fromHex("00007878")!;

function decoded(octets: Uint8Array): UdpDatagram {
  const datagram = decodeUdp(octets, 0, octets.length);
  if ("reason" in datagram) throw new Error(datagram.reason);
  return datagram;
}

describe("a UDP datagram", () => {
  it("should be read from octets", () => {
    expect(decoded(fromHex(KNOWN)!)).toEqual(new UdpDatagram(1000, 9, 8, 0, false, new Uint8Array(0)));
  });

  it("should be written as it was read, whatever its fields say", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 64 }), (octets) => {
        const written = new Uint8Array(octets.length);
        encodeUdp(decoded(octets), written, 0);
        expect(toHex(written)).toBe(toHex(octets));
      }),
    );
  });

  it("should not be read from fewer octets than its header has", () => {
    expect(decodeUdp(new Uint8Array(7), 0, 7)).toEqual({
      layer: "udp",
      reason: "shorter than 8 octets",
      offset: 7,
    });
  });

  it("should have the sum of the pseudo-header alone where the device does the rest", () => {
    // 0a00 + 0001 + 0a00 + 0002 + 0011 + 0012, as a capture of udpsend shows it.
    expect(udpPseudoChecksum(SRC, DST, 18)).toBe(0x1426);
  });

  it("should be held good while its checksum is open, and when it is absent or right", () => {
    const checksum = udpChecksum(SRC, DST, 1000, 9, DATA);
    const open = new UdpDatagram(1000, 9, 12, udpPseudoChecksum(SRC, DST, 12), true, DATA);
    expect(isUdpChecksumGood(open, SRC, DST)).toBe(true);
    expect(withWholeChecksum(open, SRC, DST)).toEqual(new UdpDatagram(1000, 9, 12, checksum, false, DATA));
    expect(isUdpChecksumGood(new UdpDatagram(1000, 9, 12, 0, false, DATA), SRC, DST)).toBe(true);
    expect(isUdpChecksumGood(withWholeChecksum(open, SRC, DST), SRC, DST)).toBe(true);
  });

  it("should be held bad when a bit of its data or of its addresses differs", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(7), (data, at, bit) => {
        const checksum = udpChecksum(SRC, DST, 5, 6, data);
        const changed = data.slice();
        changed[at % data.length]! ^= 1 << bit;
        const ulen = 8 + data.length;
        expect(isUdpChecksumGood(new UdpDatagram(5, 6, ulen, checksum, false, changed), SRC, DST)).toBe(
          false,
        );
        expect(isUdpChecksumGood(new UdpDatagram(5, 6, ulen, checksum, false, data), SRC, DST + 1)).toBe(
          false,
        );
      }),
    );
  });
});
