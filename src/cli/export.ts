/** `vethsim export FILE --pcapng OUT`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type CapturedFrame, capturedFrames } from "../capture/frames.ts";
import { PcapngWriter } from "../capture/pcapng.ts";
import { fileError, type Io, UsageError } from "./io.ts";
import { FileSink, withLog } from "./log-file.ts";

export interface ExportFlags {
  readonly pcapng?: string;
  /** `NETNS/IFNAME` or a number. */
  readonly device?: string;
  /** Directory for a file a device. */
  readonly split?: string;
}

/** @returns 1 when a part of the log cannot be read; what could is exported */
export function exportLog(path: string, flags: ExportFlags, io: Io): number {
  const { pcapng, split, device } = flags;
  if ((pcapng === undefined) === (split === undefined))
    throw new UsageError("export: one of --pcapng FILE and --split DIR is expected");
  const isWanted = (frame: CapturedFrame) =>
    device === undefined || device === deviceOf(frame) || device === String(frame.device);
  return withLog(path, ({ reader }) => {
    const files = pcapng === undefined ? new SplitFiles(split!) : new OneFile(pcapng);
    let frames = 0;
    try {
      for (const frame of capturedFrames(reader.rows())) {
        if (!isWanted(frame)) continue;
        frames++;
        files.write(frame);
      }
    } finally {
      files.close();
    }
    if (frames === 0 && device !== undefined)
      throw new UsageError(`--device ${device}: no frame passed it (NETNS/IFNAME or a number is expected)`);
    for (const problem of reader.problems) io.stderr(`vethsim: ${path}: ${problem.message}\n`);
    return reader.problems.length === 0 ? 0 : 1;
  });
}

function deviceOf(frame: CapturedFrame): string {
  return `${frame.netns}/${frame.ifname}`;
}

class OneFile {
  private readonly file: FileSink;
  private readonly writer: PcapngWriter;

  constructor(path: string) {
    this.file = new FileSink(path);
    this.writer = new PcapngWriter(this.file.write);
  }

  write(frame: CapturedFrame): void {
    this.writer.write(frame);
  }

  close(): void {
    this.file.close();
  }
}

/** `DIR/NETNS-IFNAME.pcapng` for each device that a frame passed. */
class SplitFiles {
  private readonly files = new Map<string, OneFile>();

  constructor(private readonly dir: string) {
    try {
      mkdirSync(dir, { recursive: true });
    } catch (error) {
      throw fileError(dir, error);
    }
  }

  write(frame: CapturedFrame): void {
    const name = deviceOf(frame);
    let file = this.files.get(name);
    if (file === undefined) {
      file = new OneFile(join(this.dir, `${name.replaceAll("/", "-")}.pcapng`));
      this.files.set(name, file);
    }
    file.write(frame);
  }

  close(): void {
    for (const file of this.files.values()) file.close();
  }
}
