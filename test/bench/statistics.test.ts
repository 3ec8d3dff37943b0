import { describe, expect, it } from "vitest";
import { median, spread } from "../../bench/statistics.ts";

describe("median", () => {
  it("should take the middle of an odd number of values, whatever their order", () => {
    expect(median([10, 9, 100])).toBe(10);
  });
  it("should take the mean of the two in the middle of an even number", () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
  it("should refuse an empty list", () => {
    expect(() => median([])).toThrow("the median of nothing");
  });
});

describe("spread", () => {
  it("should give the distance of the extremes as a share of the median", () => {
    expect(spread([90, 100, 120])).toBe(0.3);
  });
});
