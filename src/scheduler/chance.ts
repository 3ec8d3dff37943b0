/// <reference path="./alea.d.ts" />
import alea from "seedrandom/lib/alea.js";

/** Where steps get their random numbers from. */
export interface Chance {
  /** A whole number from 0 to `bound` - 1. */
  draw(stream: string, bound: number): number;
}

interface AleaState {
  c: number;
  s0: number;
  s1: number;
  s2: number;
}

/** States of the streams by name, as snapshots hold them. */
export type ChanceState = readonly (readonly [string, AleaState])[];

/** Named seeded streams, one a purpose: a new one does not disturb the others. */
export class SeededChance implements Chance {
  private readonly streams = new Map<string, ReturnType<typeof alea>>();

  constructor(readonly seed: string) {}

  draw(stream: string, bound: number): number {
    let generator = this.streams.get(stream);
    if (generator === undefined) {
      generator = alea(`${this.seed}/${stream}`, { state: true });
      this.streams.set(stream, generator);
    }
    return (generator.int32() >>> 0) % bound;
  }

  state(): ChanceState {
    return [...this.streams]
      .map(([name, generator]) => [name, generator.state() as unknown as AleaState] as const)
      .sort((a, b) => (a[0] < b[0] ? -1 : 1));
  }

  static restore(seed: string, state: ChanceState): SeededChance {
    const chance = new SeededChance(seed);
    for (const [name, s] of state)
      chance.streams.set(
        name,
        alea("", {
          state: s as unknown as ReturnType<ReturnType<typeof alea>["state"]>,
        }),
      );
    return chance;
  }
}
