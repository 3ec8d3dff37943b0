/** Finds the scenarios to judge by, and what is expected of each. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ALL_DROPS } from "./compare-drops.ts";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** Recordings beside the checkout come first; the project's own copies fill the gaps. */
export const RECORDING_ROOTS: readonly string[] = [
  join(PROJECT, "..", "shared", "kernel", "recordings"),
  join(PROJECT, "test", "recordings"),
];

/** Programs that scenarios call and no package has: those beside the checkout, else the project's own copies. */
export function toolDirectories(): string[] {
  const beside = join(PROJECT, "..", "shared", "kernel", "tools", "bin");
  return [beside, join(PROJECT, "test", "conformance", "tools", "bin")].filter((dir) => existsSync(dir));
}

export interface Scenario {
  readonly name: string;
  /** Of its recording. */
  readonly dir: string;
}

function numberOf(scenario: Scenario): number {
  return Number.parseInt(scenario.name, 10) || 0;
}

/** By number and name, each once. */
export function findScenarios(roots: readonly string[] = RECORDING_ROOTS): Scenario[] {
  const found = new Map<string, Scenario>();
  for (const root of roots) {
    if (!existsSync(root)) continue;
    for (const name of readdirSync(root)) {
      const dir = join(root, name);
      if (!found.has(name) && existsSync(join(dir, "steps.jsonl"))) found.set(name, { name, dir });
    }
  }
  return [...found.values()].sort((a, b) => numberOf(a) - numberOf(b) || (a.name < b.name ? -1 : 1));
}

/** A name selects a scenario by its whole name, its number, or any part of its name. No names select all. */
export function selectScenarios(
  all: readonly Scenario[],
  names: readonly string[],
): { chosen: Scenario[]; unknown: string[] } {
  if (names.length === 0) return { chosen: [...all], unknown: [] };
  const matches = (scenario: Scenario, name: string) =>
    /^\d+$/.test(name) ? numberOf(scenario) === Number(name) : scenario.name.includes(name);
  return {
    chosen: all.filter((scenario) => names.some((name) => matches(scenario, name))),
    unknown: names.filter((name) => !all.some((scenario) => matches(scenario, name))),
  };
}

export interface Sample {
  /** From 1 to `of`. */
  readonly part: number;
  readonly of: number;
  readonly seed: string;
}

/** Part k of n: every scenario is in exactly one part, and another seed deals them out anew. */
export function takeSample(scenarios: readonly Scenario[], sample: Sample): Scenario[] {
  const dealt = [...scenarios].sort(
    (a, b) => fnv1a(`${sample.seed}/${a.name}`) - fnv1a(`${sample.seed}/${b.name}`),
  );
  const part = new Set(dealt.filter((_, i) => i % sample.of === sample.part - 1));
  return scenarios.filter((scenario) => part.has(scenario));
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** What a scenario, or some of its steps and interfaces, waits for. */
export interface Waiting {
  readonly scenario: string;
  /** Absent, with `interfaces` and `tables` absent too: the whole scenario waits. */
  readonly steps?: readonly number[];
  readonly interfaces?: readonly string[];
  /** `NS/FILE`. */
  readonly tables?: readonly string[];
  /** What is dropped is of the whole scenario, and waits with any part of it. */
  readonly drops?: readonly string[];
  readonly mechanism: string;
}

export function readWaiting(): Waiting[] {
  const text = readFileSync(new URL("./waiting.json", import.meta.url), "utf8");
  const { waiting } = JSON.parse(text) as { readonly waiting: Waiting[] };
  return waiting.map((item) => ({ ...item, drops: [ALL_DROPS] }));
}

export function waitsAsWhole(waiting: Waiting): boolean {
  return waiting.steps === undefined && waiting.interfaces === undefined && waiting.tables === undefined;
}

/** A command that switches IPv6 off everywhere. */
const IPV6_OFF = /(?:ip netns exec \S+ )?sysctl -\w+ net\.ipv6\.conf\.all\.disable_ipv6=1/g;

/** The script with IPv6 left on: each command that switches it off does nothing. The statements keep their numbers. */
export function withIpv6(script: string): string {
  return script.replace(IPV6_OFF, "true");
}
