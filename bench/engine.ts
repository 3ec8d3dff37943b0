/**
 * What a workload needs of the simulator, and where the simulator is plugged in. Workloads speak to `Host`, as the shell and
 * the typed API do, so what they measure is what users get.
 */
import { FileSink } from "../src/cli/log-file.ts";
import { DeviceStats } from "../src/devices/net-device.ts";
import type { Host } from "../src/shell/host.ts";
import { RunHost } from "../src/shell/run-host.ts";

export interface Totals {
  /** Steps and what happened in them: the rows of a log, without those that the log has of its own. */
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

export const openRun: OpenRun = ({ seed, logPath }) => {
  const sink = logPath === null ? null : new FileSink(logPath);
  const host = new RunHost({ seed: String(seed), ...(sink === null ? {} : { log: sink }) });
  let final: Totals | null = null;
  return {
    host,
    totals: () => final ?? totalsOf(host),
    close: async () => {
      // Closing writes rows of the log's own.
      final = totalsOf(host);
      host.run.close();
      sink?.close();
    },
  };
};

/** Counted from the state, so that counting costs a run nothing. Devices that are gone do not count. */
function totalsOf({ run }: RunHost): Totals {
  const { cells } = run.kernel;
  let framesDelivered = 0;
  let drops = 0;
  for (let ref = 0; ref < cells.size; ref++) {
    const record: unknown = cells.get(ref);
    if (!(record instanceof DeviceStats)) continue;
    framesDelivered += record.rxPackets;
    drops += record.rxDropped + record.txDropped;
  }
  return { events: run.seq - run.logRows.length, framesDelivered, drops };
}
