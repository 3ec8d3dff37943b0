import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NS_PER_MS } from "../../src/core/nanos.ts";
import { ping } from "../../src/processes/ping.ts";
import type { PingState } from "../../src/processes/ping-state.ts";
import { type Answer, run } from "./fake-network.ts";

const delay = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 3000 }).map((tenths) => tenths * 100_000),
);
const answer: fc.Arbitrary<Answer> = fc.oneof(
  { weight: 4, arbitrary: delay.map((d): Answer => ({ kind: "reply", delay: d })) },
  { weight: 1, arbitrary: delay.map((d): Answer => ({ kind: "error", delay: d, type: 3, code: 1 })) },
);
const fate = fc.oneof(
  { weight: 6, arbitrary: fc.array(answer, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.constantFrom("ENETUNREACH" as const, "ENOBUFS" as const, "EMSGSIZE" as const) },
);
const pace = fc.constantFrom([], ["-i", "0.1"], ["-A"], ["-f"], ["-l", "3", "-i", "0.2"], ["-i", "0"]);
const way = fc.constantFrom([], ["-q"], ["-O"], ["-D", "-v"], ["-s", "8"]);

describe("ping, whatever the network does", () => {
  it("should end, count each request once, and print no more lines than things happened", () => {
    fc.assert(
      fc.property(
        fc.array(fate, { minLength: 1, maxLength: 12 }),
        pace,
        way,
        fc.boolean(),
        (fates, paceArgs, wayArgs, hasDeadline) => {
          const at = (sequence: number) => fates[(sequence - 1) % fates.length]!;
          const limits = hasDeadline ? ["-w", "1"] : [];
          const argv = [
            "ping",
            "-c",
            String(fates.length),
            "-W",
            "0.5",
            ...limits,
            ...paceArgs,
            ...wayArgs,
            "10.0.0.2",
          ];
          const o = run(ping, argv, {
            answers: (sequence) => at(sequence) as Answer[],
            // A flood of replies without times waits forever for the missing ones.
            signals: [{ at: 20_000 * NS_PER_MS, signal: "SIGINT" }],
            refuse: (sequence) => {
              const what = at(sequence);
              return typeof what === "string"
                ? { errno: what, ...(what === "EMSGSIZE" ? { local: 1500 } : {}) }
                : null;
            },
          });
          const state = o.state as PingState;
          expect(o.status).not.toBeNull();
          expect(state.received + state.repeats + state.errors).toBeLessThanOrEqual(
            o.arrivals + o.sent.length,
          );
          expect(state.received).toBeLessThanOrEqual(state.transmitted);
          expect(state.transmitted).toBeLessThanOrEqual(o.sent.length);
          if (!hasDeadline) expect(state.transmitted).toBeLessThanOrEqual(fates.length);
          const lost = state.transmitted - state.received;
          expect(o.out).toContain(`${state.transmitted} packets transmitted, ${state.received} received`);
          if (lost === 0 && state.transmitted > 0) expect(o.out).toContain(", 0% packet loss");
          const frame = 12;
          const lines = o.out.split("\n").length + o.err.split("\n").length;
          expect(lines).toBeLessThanOrEqual(frame + o.arrivals + 2 * o.sent.length);
          if (hasDeadline) expect(o.at).toBeLessThanOrEqual(1000 * NS_PER_MS);
          expect(o.status).toBe(
            state.received === 0 || (hasDeadline && state.received < fates.length) ? 1 : 0,
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
