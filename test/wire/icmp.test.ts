import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeIcmp, encodeIcmp, ICMP_ECHO, ICMP_HLEN, IcmpMessage, icmpEcho } from "../../src/wire/icmp.ts";
import { ECHO_REPLY, ECHO_REQUEST } from "./frames.ts";

function encoded(message: IcmpMessage): Uint8Array {
  const octets = new Uint8Array(message.length);
  encodeIcmp(message, octets, 0);
  return octets;
}

const data = ECHO_REQUEST.slice(42);

describe("ICMP", () => {
  it("should read and write a real kernel's messages", () => {
    expect(decodeIcmp(ECHO_REQUEST, 34, 98)).toEqual(new IcmpMessage(8, 0, 0x0048_0001, data));
    expect(decodeIcmp(ECHO_REPLY, 34, 98)).toEqual(new IcmpMessage(0, 0, 0x0048_0001, data));
    expect(encoded(icmpEcho(ICMP_ECHO, 0x48, 1, data))).toEqual(ECHO_REQUEST.slice(34));
    expect(encoded(icmpEcho(0, 0x48, 1, data))).toEqual(ECHO_REPLY.slice(34));
  });

  it("should take an echo's identifier and sequence apart", () => {
    const echo = icmpEcho(8, 0xffff, 0x1_0002, data);
    expect([echo.identifier, echo.sequence, echo.length]).toEqual([0xffff, 2, 64]);
  });

  it("should come back from octets as it was, of an odd length and an unknown type too", () => {
    const u8 = fc.nat(255);
    fc.assert(
      fc.property(u8, u8, fc.nat(0xffff_ffff), fc.uint8Array({ maxLength: 90 }), (type, code, rest, body) => {
        const message = new IcmpMessage(type, code, rest, body);
        const octets = encoded(message);
        expect(octets.length).toBe(ICMP_HLEN + body.length);
        expect(decodeIcmp(octets, 0, octets.length)).toEqual(message);
      }),
    );
  });

  it("should report a bad checksum and read the rest", () => {
    const octets = ECHO_REQUEST.slice(34);
    octets[20]! ^= 1;
    expect(decodeIcmp(octets, 0, 64)).toEqual(
      new IcmpMessage(8, 0, 0x0048_0001, octets.slice(ICMP_HLEN), false),
    );
  });

  it("should refuse what is shorter than its header, and take any other octets", () => {
    expect(decodeIcmp(ECHO_REQUEST, 34, 41)).toEqual({
      layer: "icmp",
      reason: "shorter than 8 octets",
      offset: 7,
    });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        const message = decodeIcmp(octets, 0, octets.length);
        if ("reason" in message) expect(octets.length).toBeLessThan(8);
        else if (message.checksumOk) expect(encoded(message).slice(4)).toEqual(octets.slice(4));
      }),
      { numRuns: 1000 },
    );
  });
});
