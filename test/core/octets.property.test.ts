import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decode,
  encode,
  joinedText,
  octetLength,
  octetStringOf,
  octetsToText,
  textToOctets,
} from "../../src/core/octets.ts";

const octets = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => new TextEncoder().encode(text)),
  // Parts of characters, next to each other.
  fc
    .array(fc.constantFrom([0xc3, 0xa9], [0xf0, 0x9f, 0x92, 0x80], [0xf0, 0x9f], [0x92], [0x80], [0x41]))
    .map((parts) => Uint8Array.from(parts.flat())),
);

describe("text of octets", () => {
  it("should come back as the octets it was made of", () => {
    fc.assert(
      fc.property(octets, (given) => {
        const text = decode(given);
        expect(encode(text)).toEqual(given);
        expect(octetLength(text)).toBe(given.length);
        expect(textToOctets(text)).toBe(octetStringOf(given));
        expect(octetsToText(octetStringOf(given))).toBe(text);
        expect(JSON.parse(JSON.stringify(text))).toBe(text);
      }),
    );
  });

  it("should be the same however the octets were cut before they were joined", () => {
    fc.assert(
      fc.property(octets, fc.nat(40), (given, at) => {
        const halves = decode(given.subarray(0, at)) + decode(given.subarray(at));
        expect(joinedText(halves)).toBe(decode(given));
        expect(encode(halves)).toEqual(given);
        expect(octetLength(halves)).toBe(given.length);
      }),
    );
  });

  it("should be plain UTF-8 where it is well-formed, and escape every other octet", () => {
    expect(decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0xc3, 0xa9))).toBe("\ufeffé");
    expect(decode(Uint8Array.of(0xc0, 0x80, 0xed, 0xa0, 0x80, 0x41, 0xff))).toBe(
      "\udcc0\udc80\udced\udca0\udc80A\udcff",
    );
    expect(octetLength("aé€😀\udcff")).toBe(1 + 2 + 3 + 4 + 1);
    // The second half of a pair is no escape.
    expect(encode("\ud83d\udc80")).toEqual(Uint8Array.of(0xf0, 0x9f, 0x92, 0x80));
  });

  it("should take long texts of both kinds", () => {
    const long = "é\udcff".repeat(100_000);
    expect(decode(encode(long))).toBe(long);
  });
});
