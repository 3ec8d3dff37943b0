/** Follows one frame hop by hop. */
import { describeFrame } from "../events/describe-frame.ts";
import { KIND } from "../events/kinds.ts";
import type { LogRow } from "../events/log-batch.ts";
import type { LogReader } from "../events/log-reader.ts";
import { LogNames } from "./log-names.ts";
import type { Output } from "./output.ts";

/**
 * Prints why the frame was made, each device that sent, received or dropped it, and what its receptions led to:
 *
 * @returns what is wrong: there is no such frame
 *
 *     frame 3: 02:..:01 > 02:..:02 IPv4 10.0.0.1 > 10.0.0.2 ... (98 octets)
 *       because of   #174 0.012000000 wake blue ...
 *       0.012000000  blue/v0 sent it, #176
 *       0.012000000  red/v1 received it, #177
 *       leads to     #178 0.012000000 xmit red/v1 frame 4 ...
 */
export function followFrame(reader: LogReader, frame: number, out: Output): string | null {
  const names = new LogNames();
  /** Steps that handled the frame: what they cause is told. */
  const receptions = new Set<number>();
  let isFound = false;
  for (const row of reader.rows()) {
    names.take(row);
    if (row.frame === frame) {
      if (!isFound) head(reader, row, names, out);
      isFound = true;
      if (row.kind === KIND.netif_rx) receptions.add(row.seq);
      out.line(`  ${seconds(row.time)}  ${hop(row, names)}, #${row.seq}`);
    } else if (receptions.has(row.cause)) out.line(`  leads to     ${names.describe(row, reader)}`);
  }
  return isFound ? null : `--follow ${frame}: the log has no such frame`;
}

function head(reader: LogReader, row: LogRow, names: LogNames, out: Output): void {
  const octets = row.octets.length > 0 ? row.octets : reader.frameOctets(row.frame, row.seq);
  const what = octets === null ? "its octets are not in this log" : describeFrame(octets);
  out.line(`frame ${row.frame}: ${what} (${row.length} octets)`);
  const cause = row.cause === 0 ? null : reader.rowBySeq(row.cause);
  if (cause !== null) out.line(`  because of   ${names.describe(cause, reader)}`);
}

function hop(row: LogRow, names: LogNames): string {
  const place = names.place(row);
  switch (row.kind) {
    case KIND.xmit:
      return `${place} sent it`;
    case KIND.netif_rx:
      return `${place} received it`;
    case KIND.drop:
      return `${place === "" ? "it" : `${place}: it`} was dropped, ${row.reasonName}`;
    default:
      return `${place} ${row.kindName}`.trim();
  }
}

function seconds(time: number): string {
  return (time / 1e9).toFixed(9);
}
