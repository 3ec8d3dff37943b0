import { describe, expect, it } from "vitest";
import { ChainHash } from "../../src/events/chain-hash.ts";

const hash = (octets: Uint8Array) => new ChainHash().update(octets).digest();

describe("ChainHash", () => {
  it("should give these hashes for ever", () => {
    expect(hash(new Uint8Array(0))).toMatchInlineSnapshot(`"295269e2cfbdf69b79f722f3d2ccad02"`);
    expect(hash(new Uint8Array(16))).toMatchInlineSnapshot(`"dfb47b626a6cd48b841cd37a6342a5c2"`);
    expect(hash(Uint8Array.from({ length: 64 }, (_, i) => i))).toMatchInlineSnapshot(
      `"36f9fb5a8ae37a48b6e651680028972a"`,
    );
  });
  it("should tell strings of zeros by their length", () => {
    const hashes = Array.from({ length: 64 }, (_, blocks) => hash(new Uint8Array(16 * blocks)));
    expect(new Set(hashes).size).toBe(64);
  });
  it("should not depend on how the octets are handed in", () => {
    const octets = Uint8Array.from({ length: 96 }, (_, i) => 7 * i);
    const parts = new ChainHash().update(octets.subarray(0, 32)).update(octets.subarray(32)).digest();
    expect(parts).toBe(hash(octets));
  });
  it("should differ for each single bit", () => {
    const octets = Uint8Array.from({ length: 64 }, (_, i) => 31 * i);
    const hashes = new Set([hash(octets)]);
    for (let bit = 0; bit < 8 * octets.length; bit++) {
      octets[bit >>> 3]! ^= 1 << (bit & 7);
      hashes.add(hash(octets));
      octets[bit >>> 3]! ^= 1 << (bit & 7);
    }
    expect(hashes.size).toBe(1 + 8 * octets.length);
  });
  it("should change about half of its bits when one bit changes", () => {
    const octets = new Uint8Array(64);
    const bits = (digits: string) => BigInt(`0x${digits}`);
    const before = bits(hash(octets));
    let changed = 0;
    for (let bit = 0; bit < 8 * octets.length; bit++) {
      octets[bit >>> 3]! ^= 1 << (bit & 7);
      changed += (before ^ bits(hash(octets))).toString(2).replaceAll("0", "").length;
      octets[bit >>> 3]! ^= 1 << (bit & 7);
    }
    const mean = changed / (8 * octets.length);
    expect(mean).toBeGreaterThan(60);
    expect(mean).toBeLessThan(68);
  });
});
