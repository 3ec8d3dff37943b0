import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { foldSum, internetChecksum, sumWords } from "../../src/wire/checksum.ts";
import { ECHO_REQUEST } from "./frames.ts";

describe("the Internet checksum", () => {
  it("should give RFC 1071's example", () => {
    const octets = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
    expect(foldSum(sumWords(octets, 0, 8))).toBe(0xddf2);
    expect(internetChecksum(octets, 0, 8)).toBe(~0xddf2 & 0xffff);
  });

  it("should be 0 over a real kernel's header and message, and its own field over the rest", () => {
    expect(internetChecksum(ECHO_REQUEST, 14, 34)).toBe(0);
    expect(internetChecksum(ECHO_REQUEST, 34, 98)).toBe(0);
    const header = ECHO_REQUEST.slice(14, 34).fill(0, 10, 12);
    expect(internetChecksum(header, 0, 20)).toBe(0x34c7);
  });

  it("should be 0 over no octets' complement, and count an odd last octet as the high half", () => {
    expect(internetChecksum(new Uint8Array(0), 0, 0)).toBe(0xffff);
    expect(internetChecksum(Uint8Array.of(0x12), 0, 1)).toBe(~0x1200 & 0xffff);
  });

  it("should sum in parts as in one", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(100), (octets, half) => {
        const at = Math.min(2 * half, octets.length - (octets.length % 2));
        const parts = sumWords(octets, at, octets.length, sumWords(octets, 0, at));
        expect(~foldSum(parts) & 0xffff).toBe(internetChecksum(octets, 0, octets.length));
      }),
    );
  });

  it("should see any one changed octet", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 99 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (octets, place, mask) => {
          const changed = octets.slice();
          changed[place % octets.length]! ^= mask;
          const sums = [octets, changed].map((o) => foldSum(sumWords(o, 0, o.length)));
          // 0 and 0xffff are the same number in one's complement.
          expect(sums[0]! % 0xffff).not.toBe(sums[1]! % 0xffff);
        },
      ),
    );
  });
});
