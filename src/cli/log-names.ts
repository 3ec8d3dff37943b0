/** Rows with the names of namespaces and devices instead of their numbers. */
import { DeviceNames } from "../capture/device-names.ts";
import { describeRow } from "../events/describe.ts";
import { KIND } from "../events/kinds.ts";
import type { LogRow } from "../events/log-batch.ts";
import type { LogReader } from "../events/log-reader.ts";
import { MAIN_NETNS } from "./device-label.ts";

/** What the rows so far have told; rows must be given in order and from the first. */
export class LogNames {
  private readonly names = new DeviceNames(MAIN_NETNS);
  private last: LogRow | null = null;

  /** Takes the next row. Names that it takes away are known until the row after it. */
  take(row: LogRow): void {
    const { last } = this;
    this.last = null;
    if (last !== null) this.names.learn(last.kind, last.netns, last.device, last.data);
    if (row.kind === KIND.link_del || row.kind === KIND.netns_del) this.last = row;
    else this.names.learn(row.kind, row.netns, row.device, row.data);
  }

  netns(ref: number): string {
    return this.names.netns(ref) ?? `netns:${ref}`;
  }

  /** `NETNS/IFNAME` */
  device(ref: number): string {
    const known = this.names.device(ref);
    return known === null ? `device:${ref}` : `${this.netns(known.netns)}/${known.ifname}`;
  }

  /** `main/v0`, or only the namespace; empty: the row is about neither. */
  place(row: LogRow): string {
    if (row.device >= 0) return this.device(row.device);
    return row.netns >= 0 ? this.netns(row.netns) : "";
  }

  /** The row on one line. */
  describe(row: LogRow, log: LogReader): string {
    const numbers = /^(#\d+ \S+ \w+(?: [A-Z_]+)?)(?: netns \d+)?(?: device \d+)?/;
    const place = this.place(row);
    return describeRow(row, log).replace(numbers, (_, front: string) =>
      place === "" ? front : `${front} ${place}`,
    );
  }
}
