/** Rows of a log as text for people: one line each. */
import type { Nanos } from "../core/nanos.ts";
import { describeFrame, describePacket } from "./describe-frame.ts";
import { KIND } from "./kinds.ts";
import type { LogRow } from "./log-batch.ts";
import type { LogReader } from "./log-reader.ts";

/** Texts of rows, snapshots among them, are cut here. */
const DATA_CHARS_MAX = 160;
/** Causes that are listed; behind a long run of one program there may be thousands. */
const CAUSES_MAX = 32;

/**
 * `#7 0.001000250 xmit netns 0 device 3 frame 2 (98 octets) data [02:.. > 02:.. IPv4 ...] cause #5`; what is absent is left out.
 * With a log, the frame's octets are looked up where it was first seen.
 */
export function describeRow(row: LogRow, log?: LogReader): string {
  const parts = [`#${row.seq}`, formatTime(row.time), row.kindName];
  if (row.reason !== 0) parts.push(row.reasonName);
  if (row.netns >= 0) parts.push(`netns ${row.netns}`);
  if (row.device >= 0) parts.push(`device ${row.device}`);
  if (row.frame !== 0) parts.push(`frame ${row.frame}`);
  const isLost = row.kind === KIND.drop;
  if (row.length !== 0)
    parts.push(row.frame === 0 && !isLost ? `length ${row.length}` : `(${row.length} octets)`);
  const data = row.data;
  if (data !== "") parts.push(shortened(data));
  const octets =
    row.octets.length === 0 && row.frame !== 0 && log !== undefined
      ? log.frameOctets(row.frame, row.seq)
      : row.octets;
  if (octets !== null && octets.length > 0)
    parts.push(`[${row.frame === 0 ? describePacket(octets) : describeFrame(octets)}]`);
  if (row.cause !== 0) parts.push(`cause #${row.cause}`);
  return parts.join(" ");
}

/** The causes of a row, nearest first, each described: up to the root, or as far as the log and `CAUSES_MAX` reach. */
export function describeCauses(row: LogRow, log: LogReader): readonly string[] {
  const lines: string[] = [];
  let at = row;
  // A cause stands in front of its effect: numbers fall, and even a forged log cannot lead in a circle.
  while (at.cause !== 0 && at.cause < at.seq) {
    if (lines.length === CAUSES_MAX) return [...lines, "... and the causes of that"];
    const cause = log.rowBySeq(at.cause);
    if (cause === null) return [...lines, `#${at.cause} cannot be read from this log`];
    lines.push(describeRow(cause, log));
    at = cause;
  }
  return lines;
}

/** Seconds with nine decimals. */
function formatTime(time: Nanos): string {
  const digits = String(time).padStart(10, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}

/** On one line: line ends and other control characters as JSON writes them. */
function shortened(text: string): string {
  const cut =
    text.length > DATA_CHARS_MAX ? `${text.slice(0, DATA_CHARS_MAX)}... (${text.length} characters)` : text;
  return cut.replace(
    /[\u0000-\u001f\u007f]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
