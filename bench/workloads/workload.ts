import type { BenchRun } from "../engine.ts";

export interface WorkloadOptions {
  /** Hosts, or bridges in a chain. */
  readonly hosts: number;
  /** Requests or datagrams in all. */
  readonly messages: number;
}

/** A topology that has been built and waits to run. */
export interface Prepared {
  /** Runs to the end and gives the number of messages that arrived. Throws when the work was not done. */
  run(): number;
}

/** One of the workloads that every peer runs alike. */
export interface Workload {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  readonly defaults: WorkloadOptions;
  /** Messages of a smoke run: enough to prove that it works. */
  readonly smokeMessages: number;
  prepare(run: BenchRun, options: WorkloadOptions): Prepared;
}
