import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shrinkList } from "../../src/conformance/shrink.ts";

const NUMBERS = Array.from({ length: 40 }, (_, i) => i);

describe("shrinkList", () => {
  it("should leave only what is needed, in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(NUMBERS, { minLength: 1, maxLength: 4 }), async (needed) => {
        const stillShows = async (candidate: readonly number[]) => needed.every((n) => candidate.includes(n));
        expect(await shrinkList(NUMBERS, 1000, stillShows)).toEqual(needed);
      }),
    );
  });

  it("should ask no more often than allowed, and give the best so far", async () => {
    let asked = 0;
    const short = await shrinkList(NUMBERS, 5, async (candidate) => {
      asked++;
      return candidate.includes(7);
    });
    expect(asked).toBe(5);
    expect(short).toContain(7);
    expect(short.length).toBeLessThan(20);
  });

  it("should leave a list alone of which everything is needed", async () => {
    expect(await shrinkList(NUMBERS, 1000, async () => false)).toEqual(NUMBERS);
  });
});
