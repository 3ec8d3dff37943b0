/** The values that a run of jq reads, one after another, from its files or standard input, as they come. */
import { strerror } from "../../../core/errno.ts";
import type { ToolContext } from "../../tool.ts";
import { ReadError, Reader, Streamer, wellFormed } from "./read.ts";
import type { Json } from "./values.ts";

const CHUNK = 65_536;

export class Inputs {
  private readonly queue: Json[] = [];
  private readonly slurped: Json[] = [];
  private raw = "";
  private readonly reader: Reader;
  /** A file that is open, and its number of descriptor. */
  private fd: number | null = null;
  private held = "";
  private isFileOver = false;
  private isOver = false;
  private next = 0;
  /** What is wrong with the text, to be told behind the values before it. */
  private error: ReadError | null = null;
  /** Errors with files. */
  failures = 0;
  /** Name of the file under way, for messages; null: none. */
  file: string | null = null;
  line = 0;

  constructor(
    private readonly cx: ToolContext,
    private readonly paths: readonly string[],
    private readonly isRaw: boolean,
    private readonly slurps: boolean,
    streams: boolean,
  ) {
    const tell = (value: Json) => void (slurps ? this.slurped : this.queue).push(value);
    this.reader = new Reader(tell, streams ? new Streamer(tell) : null);
  }

  /** A value that was read already; undefined: none. */
  ready(): Json | undefined {
    return this.queue.shift();
  }

  /** The next value, or undefined at the end. Throws a `ReadError`. */
  async take(): Promise<Json | undefined> {
    await this.fill();
    if (this.queue.length === 0 && this.error !== null) throw this.error;
    return this.queue.shift();
  }

  /** Waits until a value is there, or none will be. Errors in the text are kept for `take`. */
  async fill(): Promise<void> {
    while (this.queue.length === 0) {
      if (this.isOver) {
        if (this.isFileOver) this.close();
        return;
      }
      try {
        await this.more();
      } catch (error) {
        if (!(error instanceof ReadError)) throw error;
        this.error = error;
        this.isOver = true;
      }
    }
  }

  /** Takes one more line, or finds that there is none. */
  private async more(): Promise<void> {
    if (this.fd === null || this.isFileOver) {
      this.close();
      if (!this.open()) {
        if (this.next >= Math.max(1, this.paths.length)) this.end();
        return;
      }
    }
    const line = await this.readLine();
    if (line === "" && this.next >= Math.max(1, this.paths.length)) this.end();
    else if (line === "") this.isFileOver = true;
    else {
      if (line.endsWith("\n")) this.line++;
      else this.isFileOver = true;
      this.feed(line);
      if (this.isFileOver && this.next >= Math.max(1, this.paths.length)) this.end();
    }
  }

  private feed(line: string): void {
    if (this.isRaw && this.slurps) this.raw += line;
    else if (this.isRaw) {
      const text = this.raw + line;
      this.raw = line.endsWith("\n") ? "" : text;
      if (line.endsWith("\n")) this.queue.push(wellFormed(text.slice(0, -1)));
    } else this.reader.push(line.startsWith("\ufeff") && this.line <= 1 ? line.slice(1) : line);
  }

  private end(): void {
    this.isOver = true;
    try {
      if (!this.isRaw) this.reader.end();
    } finally {
      if (this.isRaw && (this.slurps || this.raw !== "")) this.queue.push(wellFormed(this.raw));
      else if (this.slurps) this.queue.push(this.slurped);
    }
  }

  private open(): boolean {
    const { process } = this.cx;
    const path = this.paths[this.next];
    if (this.next >= Math.max(1, this.paths.length)) return false;
    this.next++;
    this.isFileOver = false;
    this.line = 0;
    if (path === undefined || path === "-") {
      this.fd = 0;
      this.file = "<stdin>";
      return true;
    }
    const opened = process.userland.files.open(process, path, "read");
    if (!opened.ok) {
      this.cx.err(`jq: error: Could not open file ${path}: ${strerror(opened.errno)}\n`);
      this.failures++;
      return false;
    }
    this.fd = process.fds.free(3);
    process.fds.set(this.fd, opened.value);
    this.file = path;
    return true;
  }

  private close(): void {
    if (this.fd !== null && this.fd > 0) this.cx.process.fds.close(this.fd);
    this.fd = null;
    this.file = null;
    this.line = 0;
  }

  /** A line with its newline; the last one may have none; empty: the end. */
  private async readLine(): Promise<string> {
    for (;;) {
      const end = this.held.indexOf("\n") + 1;
      if (end > 0) {
        const line = this.held.slice(0, end);
        this.held = this.held.slice(end);
        return line;
      }
      const taken = await this.cx.process.take(this.fd!, CHUNK, null);
      if (taken.kind === "text") {
        this.held += taken.text;
        continue;
      }
      if (taken.kind === "refused") {
        this.cx.err(`jq: error: ${this.file}: ${strerror(taken.errno)}\n`);
        this.failures++;
      }
      const rest = this.held;
      this.held = "";
      return rest;
    }
  }
}

export { ReadError };
