/** One way in which a recording departs from its reference, and how it is shown. */
import { lineDiff } from "./align.ts";

/** All frames of foreseeable times, with their order and distances: these hang together. */
export const ALL_FRAMES = "frames";

export type DifferenceKind =
  | "statement"
  | "output"
  | "status"
  | "frame"
  | "order"
  | "time"
  | "table"
  | "drops";

export interface Difference {
  readonly kind: DifferenceKind;
  /** `step 12`, `a/eth0`, `final/a/link.json`, `drops/OTHERHOST`. */
  readonly where: string;
  /** What was judged: the same thing has the same name in comparisons with other runs. */
  readonly item: string;
  /** The step of the reference in which it shows; null: at the end. */
  readonly step: number | null;
  readonly command: string | null;
  /** Seconds from the start of the reference; Infinity: at the end. Differences are reported in this order. */
  readonly at: number;
  readonly expected: string;
  readonly actual: string;
  /** The last frame that both share before it; null: none, or not about frames. */
  readonly lastCommon: string | null;
}

/** Shows what the eye misses: tabs, blanks at the end of a line, other control characters. */
export function visible(line: string): string {
  return line
    .replace(/\t/g, "→")
    .replace(/ +$/, (blanks) => "·".repeat(blanks.length))
    .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

const WHAT: Readonly<Record<DifferenceKind, string>> = {
  statement: "the statements of the script differ",
  output: "the output differs",
  status: "the exit status differs",
  frame: "the frames differ",
  order: "the order of frames differs",
  time: "the time differs",
  table: "the final table differs",
  drops: "the packets dropped for this reason differ",
};

/** The difference in full. Lines with `-` are expected, lines with `+` are what came instead. */
export function describeDifference(difference: Difference): string {
  const lines = [`${difference.where}: ${WHAT[difference.kind]}`];
  if (difference.command !== null) {
    const command = difference.command.split("\n").map(visible).join("\n      ");
    lines.push(`  in step ${difference.step}: ${command}`);
  }
  if (difference.lastCommon !== null) lines.push(`  last in common: ${difference.lastCommon}`);
  for (const line of lineDiff(difference.expected, difference.actual, visible)) lines.push(`  ${line}`);
  lines.push("  (- expected, + actual; → tab, · blank at the end of a line)");
  return lines.join("\n");
}
