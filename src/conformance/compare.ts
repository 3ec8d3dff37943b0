/** Compares two recordings of one script: a reference, and what is judged by it. */
import { compareDrops } from "./compare-drops.ts";
import { compareFinal } from "./compare-final.ts";
import { compareFrames } from "./compare-frames.ts";
import { compareSteps } from "./compare-steps.ts";
import type { Difference } from "./difference.ts";
import { interfaceKey, type Recording } from "./recording.ts";

export interface Score {
  readonly equal: number;
  readonly total: number;
}

export interface Comparison {
  readonly name: string;
  readonly steps: Score;
  readonly frames: Score;
  readonly tables: Score;
  /** Reasons of drops. */
  readonly drops: Score;
  /** Oldest first: later ones are often consequences of the first. Empty: both agree. */
  readonly differences: readonly Difference[];
  /** What was not judged, and why. */
  readonly leftOut: readonly { readonly what: string; readonly reason: string }[];
}

/** `unstable` of the reference is left out; that of the other does not count. */
export function compareRecordings(reference: Recording, other: Recording): Comparison {
  const steps = compareSteps(reference, other);
  const frames = compareFrames(reference, other);
  const tables = compareFinal(reference, other);
  const drops = compareDrops(reference, other);
  const differences = [
    ...steps.differences,
    ...frames.differences,
    ...tables.differences,
    ...drops.differences,
  ];
  differences.sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)); // stable: two at the end have no difference in time
  return {
    name: reference.name,
    steps: { equal: steps.equal, total: steps.total },
    frames: { equal: frames.equal, total: frames.total },
    tables: { equal: tables.equal, total: tables.total },
    drops: { equal: drops.equal, total: drops.total },
    differences,
    leftOut: [
      ...steps.leftOut.map((n) => ({ what: `step ${n}`, reason: "two runs of the kernel differ here" })),
      ...frames.leftOut,
      ...tables.leftOut,
      ...drops.leftOut,
    ],
  };
}

/** What two recordings of one kernel do not share: to be kept beside the first as `unstable.json`. */
export function unstableParts(reference: Recording, again: Recording): Recording["unstable"] {
  const { differences } = compareRecordings(reference, again);
  const steps = new Set<number>();
  const interfaces = new Set<string>();
  const tables = new Set<string>();
  const drops = new Set<string>();
  const names = new Set(reference.frames.map(interfaceKey));
  for (const { kind, step, where } of differences) {
    if (kind === "drops") drops.add(where.slice("drops/".length));
    else if (kind === "table") tables.add(where.slice("final/".length));
    else if (where.startsWith("step ")) steps.add(step!);
    else for (const name of names) if (where.split(" ").includes(name)) interfaces.add(name);
  }
  const unstable = { steps: [...steps].sort((a, b) => a - b), interfaces: [...interfaces].sort() };
  return {
    ...unstable,
    ...(tables.size === 0 ? {} : { tables: [...tables].sort() }),
    ...(drops.size === 0 ? {} : { drops: [...drops].sort() }),
  };
}
