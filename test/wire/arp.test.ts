import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ARP_LENGTH, ArpPacket, decodeArp, describeArp, encodeArp } from "../../src/wire/arp.ts";
import { ARP_REPLY, ARP_REQUEST, IP_A, IP_B, MAC_A, MAC_B } from "./frames.ts";

const REQUEST = new ArpPacket(1, MAC_A, IP_A, 0, IP_B);
const REPLY = new ArpPacket(2, MAC_B, IP_B, MAC_A, IP_A);

function encoded(arp: ArpPacket): Uint8Array {
  const octets = new Uint8Array(ARP_LENGTH);
  encodeArp(arp, octets, 0);
  return octets;
}

const anyMac = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const anyIp = fc.nat(0xffff_ffff);

describe("ARP", () => {
  it("should read and write a real kernel's packets", () => {
    expect(decodeArp(ARP_REQUEST, 14)).toEqual(REQUEST);
    expect(decodeArp(ARP_REPLY, 14)).toEqual(REPLY);
    expect(encoded(REQUEST)).toEqual(ARP_REQUEST.slice(14));
    expect(encoded(REPLY)).toEqual(ARP_REPLY.slice(14));
  });

  it("should come back from octets as it was, unknown operations too, padding left aside", () => {
    fc.assert(
      fc.property(
        fc.nat(0xffff),
        anyMac,
        anyIp,
        anyMac,
        anyIp,
        fc.uint8Array(),
        (op, sm, si, tm, ti, padding) => {
          const arp = new ArpPacket(op, sm, si, tm, ti);
          expect(decodeArp(Uint8Array.from([...encoded(arp), ...padding]), 0)).toEqual(arp);
        },
      ),
    );
  });

  it.each([
    [1, 200, "hardware type is not Ethernet", 0],
    [2, 9, "protocol type is not IPv4", 2],
    [4, 8, "hardware address length is not 6", 4],
    [5, 16, "protocol address length is not 4", 5],
  ])("should refuse octet %i = %i: %s", (at, octet, reason, offset) => {
    const octets = encoded(REQUEST);
    octets[at] = octet;
    expect(decodeArp(octets, 0)).toEqual({ layer: "arp", reason, offset });
  });

  it("should refuse what is cut", () => {
    expect(decodeArp(ARP_REQUEST.slice(0, 41), 14)).toEqual({
      layer: "arp",
      reason: "shorter than 28 octets",
      offset: 27,
    });
  });

  it("should take any octets without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.nat(70), (octets, at) => {
        const arp = decodeArp(octets, at);
        if (!("reason" in arp)) expect(encoded(arp)).toEqual(octets.slice(at, at + ARP_LENGTH));
      }),
      { numRuns: 1000 },
    );
  });

  it("should read as a sentence", () => {
    expect(describeArp(REQUEST)).toBe(
      "ARP request 10.0.0.1 (02:00:00:00:00:0a) > 10.0.0.2 (00:00:00:00:00:00)",
    );
    expect(describeArp(new ArpPacket(9, MAC_A, IP_A, MAC_B, IP_B))).toBe(
      "ARP 9 10.0.0.1 (02:00:00:00:00:0a) > 10.0.0.2 (02:00:00:00:00:0b)",
    );
  });
});
