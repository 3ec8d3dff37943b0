/** @source RFC 3376, RFC 2236; reports as a Linux host sent them */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../../src/core/bytes.ts";
import {
  codeValue,
  decodeIgmp,
  encodeIgmp,
  encodeV3Report,
  IGMP_HOST_LEAVE_MESSAGE,
  IGMPV2_HOST_MEMBERSHIP_REPORT,
  IGMPV3_CHANGE_TO_EXCLUDE,
} from "../../src/wire/igmp.ts";
import { parseIpv4 } from "../../src/wire/ipv4-address.ts";

const GROUP = parseIpv4("239.1.1.1")!;

describe("an IGMP message", () => {
  it("should be written as Linux writes it", () => {
    expect(toHex(encodeV3Report([{ type: IGMPV3_CHANGE_TO_EXCLUDE, group: GROUP }]))).toBe(
      "2200e9fb0000000104000000ef010101",
    );
    expect(toHex(encodeIgmp(IGMPV2_HOST_MEMBERSHIP_REPORT, GROUP))).toBe("1600f9fcef010101");
    expect(toHex(encodeIgmp(IGMP_HOST_LEAVE_MESSAGE, GROUP))).toBe("1700f8fcef010101");
  });

  it("should give its fields: a general query of version 3", () => {
    expect(decodeIgmp(fromHex("1114eceb0000000002000000")!)).toEqual({
      type: 0x11,
      code: 0x14,
      group: 0,
      length: 12,
      qrv: 2,
      qqic: 0,
      sourceCount: 0,
    });
  });

  it("should be refused when it is too short or its checksum is wrong", () => {
    expect(decodeIgmp(fromHex("1600f8fcef0101")!)).toBeNull();
    fc.assert(
      fc.property(fc.nat(7), fc.nat(7), (at, bit) => {
        const octets = encodeIgmp(IGMPV2_HOST_MEMBERSHIP_REPORT, GROUP);
        octets[at]! ^= 1 << bit;
        expect(decodeIgmp(octets)).toBeNull();
      }),
    );
  });

  it("should count long times in a floating-point form", () => {
    expect([0, 100, 127, 128, 0x8f, 0x90, 0xff].map(codeValue)).toEqual([0, 100, 127, 128, 248, 256, 31744]);
  });
});
