/** `vethsim log FILE`: what stands in a log. */
import { toHex } from "../core/bytes.ts";
import type { Nanos } from "../core/nanos.ts";
import type { LogRow } from "../events/log-batch.ts";
import type { LogReader } from "../events/log-reader.ts";
import { printDrops } from "./drops.ts";
import { followFrame } from "./follow.ts";
import { type Io, UsageError } from "./io.ts";
import { withLog } from "./log-file.ts";
import { type FilterFlags, LogFilter } from "./log-filter.ts";
import { LogNames } from "./log-names.ts";
import { Output } from "./output.ts";

export interface LogFlags extends FilterFlags {
  readonly drops?: true;
  readonly follow?: number;
  readonly at?: Nanos;
  readonly json?: true;
}

/** @returns 1 when a part of the log cannot be read, which is told on standard error */
export async function log(path: string, flags: LogFlags, io: Io): Promise<number> {
  if (flags.at !== undefined) {
    const { stateAt } = await import("./state.ts");
    return stateAt(path, flags.at, flags.json === true, io);
  }
  return withLog(path, ({ reader }) => {
    const out = new Output(io.stdout);
    const missing = print(reader, flags, out);
    out.flush();
    for (const problem of reader.problems) io.stderr(`vethsim: ${path}: ${problem.message}\n`);
    if (reader.problems.length > 0) return 1;
    // What is asked for and not there is a mistake only where the log is whole.
    if (missing !== null) throw new UsageError(missing);
    return 0;
  });
}

/** @returns what was asked for and is not in the log */
function print(reader: LogReader, flags: LogFlags, out: Output): string | null {
  if (flags.follow !== undefined) return followFrame(reader, flags.follow, out);
  return flags.drops === true && flags.json !== true
    ? printDrops(reader, flags, out)
    : printRows(reader, flags.drops === true ? { ...flags, kind: ["drop"] } : flags, out);
}

/**
 * @param fromSeq rows before this one are only learned from
 * @returns what was asked for and is not in the log
 */
export function printRows(reader: LogReader, flags: LogFlags, out: Output, fromSeq = 0): string | null {
  const names = new LogNames();
  const filter = new LogFilter(flags);
  for (const row of reader.rows()) {
    if (row.time > filter.lastTime) break;
    names.take(row);
    if (row.seq < fromSeq || !filter.accepts(row, names)) continue;
    out.line(flags.json === true ? JSON.stringify(plain(row, names)) : names.describe(row, reader));
  }
  return filter.unknown;
}

/** The row for programs: absent values are left out. */
function plain(row: LogRow, names: LogNames): Record<string, unknown> {
  return {
    seq: row.seq,
    time: row.time,
    ...(row.cause === 0 ? {} : { cause: row.cause }),
    kind: row.kindName,
    ...(row.netns < 0 ? {} : { netns: row.netns, netnsName: names.netns(row.netns) }),
    ...(row.device < 0 ? {} : { device: row.device, deviceName: names.device(row.device) }),
    ...(row.frame === 0 ? {} : { frame: row.frame }),
    ...(row.length === 0 ? {} : { length: row.length }),
    ...(row.reason === 0 ? {} : { reason: row.reasonName }),
    ...(row.data === "" ? {} : { data: row.data }),
    ...(row.octets.length === 0 ? {} : { octets: toHex(row.octets) }),
  };
}
