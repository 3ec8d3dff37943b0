import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogReader } from "../../src/events/log-reader.ts";
import { Run } from "../../src/simulation/run.ts";
import { IpIdent } from "../../src/stack/net-stack.ts";
import { anySequence } from "../../src/testing/arbitraries.ts";
import { GeneratedRun, runSequence } from "../../src/testing/generated-run.ts";
import { CounterWatch, livingCells, orphanFaults, symmetryFaults } from "../../src/testing/invariants.ts";
import { logFaults } from "../../src/testing/log-invariants.ts";

const RUNS = { numRuns: 200 };

describe("a run of any commands", () => {
  it("should keep its state whole, its pairs symmetric and its counters rising after every step", () => {
    fc.assert(
      fc.property(anySequence(25), fc.boolean(), (sequence, freeze) => {
        const counters = new CounterWatch();
        runSequence(sequence, {
          freeze,
          onStep: (run) => {
            const faults = [...orphanFaults(run), ...symmetryFaults(run), ...counters.faults(run)];
            if (faults.length > 0) throw new Error(faults.join("\n"));
          },
        });
      }),
      RUNS,
    );
  });

  it("should log each frame from its sending to its end, in order, by its cause, as it is counted", () => {
    fc.assert(
      fc.property(anySequence(25), (sequence) => {
        const generated = runSequence(sequence);
        expect(logFaults(new LogReader(generated.close()), generated.run)).toEqual([]);
      }),
      RUNS,
    );
  });

  it("should leave nothing but the main namespace and its loopback when all is taken away", () => {
    const fresh = livingCells(new Run());
    fc.assert(
      fc.property(anySequence(25), (sequence) => {
        const generated = new GeneratedRun({ seed: sequence.seed });
        generated.applyAll(sequence.commands);
        generated.tearDown();
        expect(orphanFaults(generated.run)).toEqual([]);
        // How many packets went where is not forgotten.
        const { cells } = generated.run.kernel;
        const left = livingCells(generated.run).filter(
          (ref) => !(cells.get<unknown>(ref) instanceof IpIdent),
        );
        expect(left).toEqual(fresh);
        expect(generated.run.scheduler.agenda().timers).toEqual([]);
      }),
      RUNS,
    );
  });
});
