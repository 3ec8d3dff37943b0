/**
 * A scenario counts only if it fails once its mechanism is out of order. Here one function of the simulator is replaced at a
 * time, and the scenario that is about it must then no longer agree with its recording.
 */
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { compareRecordings } from "../../src/conformance/compare.ts";
import { readRecording } from "../../src/conformance/recording.ts";
import { MECHANISMS } from "./mechanisms.ts";

const load = (name: string) =>
  readRecording(fileURLToPath(new URL(`../recordings/${name}`, import.meta.url)));

/** How many differences a scenario shows in a simulator with one module changed. */
async function differencesWithout(
  scenario: string,
  path: string,
  broken: (intact: Record<string, never>) => object,
): Promise<number> {
  const reference = await load(scenario);
  vi.resetModules();
  const module = fileURLToPath(new URL(`../../src/${path}`, import.meta.url));
  vi.doMock(module, async (original) => {
    const intact = (await original()) as Record<string, never>;
    const changed = broken(intact);
    for (const name of Object.keys(changed)) if (!(name in intact)) throw new Error(`no ${name} in ${path}`);
    return { ...intact, ...changed };
  });
  try {
    const { simulateScript } = await import("../../src/conformance/simulate.ts");
    const { recording } = await simulateScript(scenario, reference.scenario);
    return compareRecordings(reference, recording).differences.length;
  } finally {
    vi.doUnmock(module);
  }
}

describe("a scenario without its mechanism", () => {
  afterEach(() => vi.resetModules());

  it.each(MECHANISMS)("$scenario should differ $without", async ({ scenario, module, broken }) => {
    expect(await differencesWithout(scenario, module, broken)).toBeGreaterThan(0);
  });

  it("should be tried for at least twenty scenarios", () => {
    expect(new Set(MECHANISMS.map(({ scenario }) => scenario)).size).toBeGreaterThanOrEqual(20);
  });

  it("should agree when nothing is broken", async () => {
    expect(await differencesWithout("101-two-hosts", "stack/neigh.ts", () => ({}))).toBe(0);
  });
});
