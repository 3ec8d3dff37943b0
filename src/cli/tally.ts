/** Counts what happened in a run, for its closing summary. */
import { DROP_REASONS, KIND } from "../events/kinds.ts";
import type { LogBatch } from "../events/log-batch.ts";

export interface RunSummary {
  readonly virtual_time_s: number;
  /** Steps and records; the log's own rows are none. */
  readonly events: number;
  /** Frames that devices sent. */
  readonly frames: number;
  readonly drops: Readonly<Record<string, number>>;
  readonly wall_time_ms: number;
  readonly status: number;
}

export class Tally {
  events = 0;
  frames = 0;
  private readonly drops = new Map<number, number>();

  add(batch: LogBatch): void {
    for (let row = 0; row < batch.rows; row++) {
      const kind = batch.kind(row);
      if (kind >= KIND.script && kind <= KIND.end) continue;
      this.events++;
      if (kind === KIND.xmit) this.frames++;
      else if (kind === KIND.drop) {
        const reason = batch.reason(row);
        this.drops.set(reason, (this.drops.get(reason) ?? 0) + 1);
      }
    }
  }

  /** By reason, most first. */
  get dropsByReason(): Record<string, number> {
    const sorted = [...this.drops].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return Object.fromEntries(sorted.map(([reason, n]) => [DROP_REASONS[reason] ?? String(reason), n]));
  }
}

export function formatSummary(summary: RunSummary): string {
  const drops = Object.entries(summary.drops);
  const total = drops.reduce((sum, [, n]) => sum + n, 0);
  const reasons = drops.length === 0 ? "" : ` (${drops.map(([reason, n]) => `${reason} ${n}`).join(", ")})`;
  return [
    `vethsim: ${summary.virtual_time_s.toFixed(3)} s of virtual time in ${Math.round(summary.wall_time_ms)} ms`,
    `${plural(summary.events, "event")}`,
    `${plural(summary.frames, "frame")}`,
    `${plural(total, "drop")}${reasons}\n`,
  ].join(", ");
}

export function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}
