import { describe, expect, it } from "vitest";
import { findScenarios, readWaiting, selectScenarios, takeSample } from "../../src/conformance/scenarios.ts";

const SCENARIOS = ["01-seed", "03-two", "21-arp", "121-parallel"].map((name) => ({ name, dir: name }));
const names = (list: readonly { name: string }[]) => list.map((scenario) => scenario.name);

describe("choosing scenarios", () => {
  it("should choose by number, by part of the name, and all without names", () => {
    expect(names(selectScenarios(SCENARIOS, ["1", "21"]).chosen)).toEqual(["01-seed", "21-arp"]);
    expect(names(selectScenarios(SCENARIOS, ["par"]).chosen)).toEqual(["121-parallel"]);
    expect(selectScenarios(SCENARIOS, []).chosen).toHaveLength(4);
    expect(selectScenarios(SCENARIOS, ["99"]).unknown).toEqual(["99"]);
  });

  it("should deal every scenario to exactly one part, anew for another seed", () => {
    const parts = [1, 2, 3].map((part) => takeSample(SCENARIOS, { part, of: 3, seed: "x" }));
    expect(names(parts.flat()).sort()).toEqual(names(SCENARIOS).sort());
    const first = new Set(
      ["a", "b", "c", "d", "e", "f"].map((seed) =>
        names(takeSample(SCENARIOS, { part: 1, of: 4, seed })).join(),
      ),
    );
    expect(first.size).toBeGreaterThan(1);
  });
});

describe("waiting.json", () => {
  it("should not let a scenario of the first stage wait as a whole", () => {
    const done = new Set([1, 3, 6, 7, 9, 10, 12, 13, 17, 21, 25]);
    const whole = readWaiting().filter((item) => item.steps === undefined && item.interfaces === undefined);
    expect(whole.filter((item) => done.has(Number(item.scenario.split("-")[0])))).toEqual([]);
    expect(readWaiting().every((item) => item.mechanism !== "")).toBe(true);
  });

  it("should find the project's own recordings", () => {
    expect(findScenarios().length).toBeGreaterThan(0);
  });
});
