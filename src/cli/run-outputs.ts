/** What a run writes besides the script's own output: log, capture, summary. */
import type { LogBatch } from "../events/log-batch.ts";
import type { LogSink } from "../events/log-sink.ts";
import { FileSink } from "./log-file.ts";
import { LogTap } from "./log-tap.ts";
import { Tally } from "./tally.ts";

interface PcapStream {
  add(batch: LogBatch): void;
  finish(): void;
}

export class RunOutputs {
  readonly tally = new Tally();
  private isClosed = false;

  private constructor(
    private readonly file: FileSink | null,
    private readonly pcapFile: FileSink | null,
    private readonly pcap: PcapStream | null,
    private readonly isCounting: boolean,
  ) {
    const isTapped = isCounting || pcap !== null;
    this.log = isTapped ? new LogTap(file, (batch) => this.take(batch)) : file;
  }

  /** For the run; null: nobody needs a log. */
  readonly log: LogSink | null;

  static async open(
    paths: { readonly log?: string; readonly pcap?: string },
    isCounting: boolean,
  ): Promise<RunOutputs> {
    const file = paths.log === undefined ? null : new FileSink(paths.log);
    const pcapFile = paths.pcap === undefined ? null : new FileSink(paths.pcap);
    const pcap = pcapFile === null ? null : await pcapStream(pcapFile);
    return new RunOutputs(file, pcapFile, pcap, isCounting);
  }

  private take(batch: LogBatch): void {
    if (this.isCounting) this.tally.add(batch);
    this.pcap?.add(batch);
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.pcap?.finish();
    this.pcapFile?.close();
    this.file?.close();
  }
}

async function pcapStream(file: FileSink): Promise<PcapStream> {
  const { FrameCapture } = await import("../capture/frames.ts");
  const { PcapngWriter } = await import("../capture/pcapng.ts");
  const capture = new FrameCapture();
  const writer = new PcapngWriter(file.write);
  return {
    add: (batch) => {
      for (let row = 0; row < batch.rows; row++)
        for (const frame of capture.push(batch.row(row))) writer.write(frame);
    },
    finish: () => {
      for (const frame of capture.finish()) writer.write(frame);
    },
  };
}
