import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChainHash } from "../../src/events/chain-hash.ts";

const hash = (octets: Uint8Array) => new ChainHash().update(octets).digest();
const blocks = fc
  .integer({ min: 1, max: 40 })
  .chain((count) => fc.uint8Array({ minLength: 16 * count, maxLength: 16 * count }));

describe("ChainHash", () => {
  it("should differ whenever a single block differs", () => {
    const block = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(blocks, fc.nat(), block, (octets, place, other) => {
        const at = 16 * (place % (octets.length / 16));
        const changed = octets.slice();
        changed.set(other, at);
        fc.pre(changed.some((octet, i) => octet !== octets[i]));
        expect(hash(changed)).not.toBe(hash(octets));
      }),
    );
  });
  it("should not depend on where the blocks are parted", () => {
    fc.assert(
      fc.property(blocks, fc.nat(), (octets, place) => {
        const at = 16 * (place % (octets.length / 16 + 1));
        const parts = new ChainHash().update(octets.slice(0, at)).update(octets.slice(at)).digest();
        expect(parts).toBe(hash(octets));
      }),
    );
  });
});
