/** Random scripts: repeatable, harmless, and within what the simulator can do. The kernel judges them in `npm run differential`. */
import { describe, expect, it } from "vitest";
import { randomScenario, scenarioText } from "../../src/conformance/random-scenario.ts";
import { simulateScript } from "../../src/conformance/simulate.ts";

const SEEDS = Array.from({ length: 40 }, (_, i) => `test.${i}`);

describe("randomScenario", () => {
  it("should give the same script for the same seed, and another for another", () => {
    expect(randomScenario("a")).toEqual(randomScenario("a"));
    expect(new Set(SEEDS.map((seed) => scenarioText(randomScenario(seed)))).size).toBe(SEEDS.length);
  });

  it.each(SEEDS)(
    "should switch IPv6, or what it does at random, off wherever it goes and touch no setting of the machine (%s)",
    (seed) => {
      const lines = randomScenario(seed);
      const made = lines.flatMap((line) => /^ip netns add (a|b|net-1|x\.y)$/.exec(line)?.[1] ?? []);
      expect(lines[0]).toMatch(
        /^sysctl -qw net\.ipv6\.conf\.(all\.disable_ipv6=1|default\.accept_dad=0 net\.ipv6\.conf\.default\.router_solicitations=0)$/,
      );
      for (const name of new Set(made)) expect(lines).toContain(`ip netns exec ${name} ${lines[0]}`);
      expect(lines.filter((line) => /kernel\.|gc_thresh|\/dev\/|\/etc\/|\brm\b/.test(line))).toEqual([]);
      expect(lines.length).toBeGreaterThanOrEqual(18);
    },
  );

  it.each(SEEDS)("should ask for nothing that the simulator has not (%s)", async (seed) => {
    const { recording } = await simulateScript(seed, scenarioText(randomScenario(seed)), { freeze: true });
    expect(recording.steps.filter((step) => /vethsim/.test(step.stderr))).toEqual([]);
    expect(recording.steps.at(-1)!.t_end).toBeLessThan(12);
  });
});
