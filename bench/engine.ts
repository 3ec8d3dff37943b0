/**
 * What a workload needs of the simulator, and where the simulator is plugged in. Workloads speak to `Host`, as the shell and
 * the typed API do, so what they measure is what users get.
 */
import type { Host } from "../src/shell/host.ts";

export interface Totals {
  /** Steps that the scheduler has executed. */
  readonly events: number;
  /** Copies of a frame received by a device: host, bridge, host counts 2. */
  readonly framesDelivered: number;
  /** Frames and packets that ended before their goal. */
  readonly drops: number;
}

export interface BenchRun {
  readonly host: Host;
  totals(): Totals;
  /** Ends the run. When it resolves, the log's last octet has been written to its file. */
  close(): Promise<void>;
}

export interface RunOptions {
  readonly seed: number;
  /** File for the whole log: all rows, all octets with checksums, checkpoints. Null: no log. */
  readonly logPath: string | null;
}

export type OpenRun = (options: RunOptions) => BenchRun;

export const openRun: OpenRun = () => {
  throw new Error("bench/engine.ts: the simulator is not plugged in yet");
};
