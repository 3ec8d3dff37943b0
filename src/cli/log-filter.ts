/** Which rows of a log are wanted. */
import type { Nanos } from "../core/nanos.ts";
import { EVENT_KINDS } from "../events/kinds.ts";
import type { LogRow } from "../events/log-batch.ts";
import { UsageError } from "./io.ts";
import type { LogNames } from "./log-names.ts";

export interface FilterFlags {
  readonly kind?: readonly string[];
  /** `NETNS/IFNAME` or a number. */
  readonly device?: string;
  /** Name or number. */
  readonly netns?: string;
  readonly frame?: number;
  readonly from?: Nanos;
  readonly to?: Nanos;
}

export class LogFilter {
  private readonly kinds: ReadonlySet<number> | null;
  private hasSeenDevice = false;
  private hasSeenNetns = false;

  constructor(private readonly flags: FilterFlags) {
    this.kinds = flags.kind === undefined ? null : new Set(flags.kind.map(kindNumber));
  }

  accepts(row: LogRow, names: LogNames): boolean {
    const { device, netns, frame, from, to } = this.flags;
    if (device !== undefined) {
      if (row.device < 0 || !isNamed(device, row.device, names.device(row.device))) return false;
      this.hasSeenDevice = true;
    }
    if (netns !== undefined) {
      if (row.netns < 0 || !isNamed(netns, row.netns, names.netns(row.netns))) return false;
      this.hasSeenNetns = true;
    }
    if (this.kinds !== null && !this.kinds.has(row.kind)) return false;
    if (frame !== undefined && row.frame !== frame) return false;
    return row.time >= (from ?? 0) && row.time <= (to ?? Number.POSITIVE_INFINITY);
  }

  /** Rows behind this time need not be looked at. */
  get lastTime(): Nanos {
    return this.flags.to ?? Number.POSITIVE_INFINITY;
  }

  /** After the last row: what was asked for and never came; null: nothing. */
  get unknown(): string | null {
    const { device, netns } = this.flags;
    if (device !== undefined && !this.hasSeenDevice)
      return `--device ${device}: no event is about it (NETNS/IFNAME or a number is expected)`;
    if (netns !== undefined && !this.hasSeenNetns)
      return `--netns ${netns}: no event is about it (main, a name or a number is expected)`;
    return null;
  }
}

function isNamed(wanted: string, ref: number, name: string): boolean {
  return wanted === name || wanted === String(ref);
}

function kindNumber(name: string): number {
  const number = (EVENT_KINDS as readonly string[]).indexOf(name);
  if (number <= 0)
    throw new UsageError(`--kind ${name}: no such kind; there are ${EVENT_KINDS.slice(1).join(", ")}`);
  return number;
}
