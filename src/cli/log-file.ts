/** Logs in files: the sink that a run writes to, and the source that a reader reads from. Both are synchronous. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import type { ByteSource } from "../events/byte-source.ts";
import { LogReader } from "../events/log-reader.ts";
import type { LogSink } from "../events/log-sink.ts";
import { fileError } from "./io.ts";

const BUFFER_OCTETS = 1 << 20;
/** Pieces from this size on go to the file as they are: the columns of a full batch are not copied once more. */
const LARGE_OCTETS = 1 << 15;

/** Writes to a file in large pieces; the file is replaced. Nothing is lost if `close` is called. */
export class FileSink implements LogSink {
  private readonly fd: number;
  private readonly buffer = new Uint8Array(BUFFER_OCTETS);
  private used = 0;
  private isClosed = false;

  constructor(readonly path: string) {
    try {
      this.fd = openSync(path, "w");
    } catch (error) {
      throw fileError(path, error);
    }
  }

  readonly write = (bytes: Uint8Array): void => {
    const isLarge = bytes.length >= LARGE_OCTETS;
    if (isLarge || this.used + bytes.length > BUFFER_OCTETS) this.flush();
    if (isLarge) this.writeAll(bytes);
    else {
      this.buffer.set(bytes, this.used);
      this.used += bytes.length;
    }
  };

  flush(): void {
    const { used } = this;
    if (used === 0) return;
    this.used = 0;
    this.writeAll(this.buffer.subarray(0, used));
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    try {
      this.flush();
    } finally {
      closeSync(this.fd);
    }
  }

  private writeAll(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.fd, bytes, at, bytes.length - at);
    } catch (error) {
      throw fileError(this.path, error);
    }
  }
}

/** A file that stays open while it is read. */
export class FileSource implements ByteSource {
  readonly size: number;
  private readonly fd: number;

  constructor(private readonly path: string) {
    try {
      this.fd = openSync(path, "r");
      const stat = fstatSync(this.fd);
      if (stat.isDirectory()) throw Object.assign(new Error("EISDIR: is a directory"), { code: "EISDIR" });
      this.size = stat.size;
    } catch (error) {
      throw fileError(path, error);
    }
  }

  read(offset: number, length: number): Uint8Array {
    const octets = new Uint8Array(length);
    let got = 0;
    try {
      while (got < length) {
        const n = readSync(this.fd, octets, got, length - got, offset + got);
        if (n === 0) break;
        got += n;
      }
    } catch (error) {
      throw fileError(this.path, error);
    }
    return octets.subarray(0, got);
  }

  close(): void {
    closeSync(this.fd);
  }
}

export interface OpenLog {
  readonly reader: LogReader;
  readonly source: FileSource;
}

/** Opens a log, lets `use` read it, and closes it. */
export function withLog<T>(path: string, use: (log: OpenLog) => T): T {
  const source = new FileSource(path);
  let isLater = false;
  try {
    const result = use({ reader: new LogReader(source), source });
    if (!(result instanceof Promise)) return result;
    isLater = true;
    return result.finally(() => source.close()) as T;
  } finally {
    if (!isLater) source.close();
  }
}
