/** Every frame and packet that a run lost. */
import { dropText } from "../events/drop-texts.ts";
import { KIND } from "../events/kinds.ts";
import type { LogRow } from "../events/log-batch.ts";
import type { LogReader } from "../events/log-reader.ts";
import { type FilterFlags, LogFilter } from "./log-filter.ts";
import { LogNames } from "./log-names.ts";
import type { Output } from "./output.ts";

/**
 * Prints each drop with its place and time, what was lost, why, and what had led to it; then how many there were of each reason.
 *
 * @returns what was asked for and is not in the log
 *
 *     #172 0.213000000 drop QDISC_DROP main/v0 frame 1 (42 octets) [02:..:01 > ff:..:ff ARP request ...] cause #169
 *       why          the device's queue takes nothing: the device is down or has no carrier
 *       because of   #169 0.213000000 wake main length 14
 */
export function printDrops(reader: LogReader, flags: FilterFlags, out: Output): string | null {
  const filter = new LogFilter(flags);
  const names = new LogNames();
  const counts = new Map<string, number>();
  for (const row of reader.rows()) {
    if (row.time > filter.lastTime) break;
    names.take(row);
    if (row.kind !== KIND.drop || !filter.accepts(row, names)) continue;
    counts.set(row.reasonName, (counts.get(row.reasonName) ?? 0) + 1);
    describeDrop(row, reader, names, out);
  }
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  const parts = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  out.line(
    total === 0
      ? "nothing was dropped"
      : `${total} dropped: ${parts.map(([reason, n]) => `${reason} ${n}`).join(", ")}`,
  );
  return filter.unknown;
}

function describeDrop(row: LogRow, reader: LogReader, names: LogNames, out: Output): void {
  out.line(names.describe(row, reader));
  const why = dropText(row.reasonName);
  if (why !== null) out.line(`  why          ${why}`);
  const cause = row.cause === 0 ? null : reader.rowBySeq(row.cause);
  if (cause !== null) out.line(`  because of   ${names.describe(cause, reader)}`);
}
