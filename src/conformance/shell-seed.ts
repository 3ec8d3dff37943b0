import { SeededChance } from "../scheduler/chance.ts";

/** A shell's own chance (`$RANDOM`, names of temporary files), which follows from the run's seed and disturbs no other. */
export function seededShell(seed: string): () => number {
  const chance = new SeededChance(seed);
  return () => chance.draw("shell", 2 ** 31);
}
