/** Files and commands that a program of awk reads and writes, and how input is cut into records. */
import { type Errno, strerror } from "../../core/errno.ts";
import { octetsToText } from "../../core/octets.ts";
import { OctetReader } from "../octet-reader.ts";
import type { Process } from "../process.ts";
import type { ToolContext } from "../tool.ts";
import { toRegex } from "./awk-tokens.ts";
import { AwkError } from "./awk-tree.ts";
import { openCommand } from "./command-pipe.ts";
import { closeInput, openInput } from "./inputs.ts";

/** Cuts what a reader gives into records. */
export class RecordReader {
  private held = "";
  /** How much of it is in records that were read. */
  private taken = 0;
  private isOver = false;

  constructor(
    readonly reader: OctetReader,
    private readonly cx: ToolContext,
  ) {}

  /** The next record; null: the end. */
  async next(separator: string): Promise<string | null> {
    const isRegex = separator !== "" && (separator.length > 1 || !this.isAllTaken());
    if (isRegex) return this.upToMatch(separator);
    this.forget();
    if (separator.length === 1 && separator.charCodeAt(0) < 0x80) {
      const octets = await this.reader.line(separator);
      if (octets === null) return null;
      return octetsToText(octets.endsWith(separator) ? octets.slice(0, -1) : octets);
    }
    return separator === "" ? this.paragraph() : this.upToMatch(separator);
  }

  private isAllTaken(): boolean {
    return this.taken >= this.held.length;
  }

  private forget(): void {
    this.held = this.held.slice(this.taken);
    this.taken = 0;
  }

  /** What is held stays as it is from record to record, so that it is searched once. */
  private async upToMatch(separator: string): Promise<string | null> {
    const regex = separator.length === 1 ? toRegex(`[${separator}]`) : toRegex(separator);
    for (;;) {
      const match = regex.find(this.held, this.taken);
      // A match at the very end of what is known may go on.
      if (match !== null && match[1] > match[0] && (this.isOver || match[1] < this.held.length))
        return this.takeUpTo(...match);
      if (this.isOver) return this.isAllTaken() ? null : this.takeUpTo(this.held.length, this.held.length);
      await this.fill();
    }
  }

  private async paragraph(): Promise<string | null> {
    for (;;) {
      this.held = this.held.replace(/^\n+/, "");
      const match = /\n\n+/.exec(this.held);
      if (match !== null && (this.isOver || match.index + match[0].length < this.held.length))
        return this.cut(match.index, match[0].length);
      if (this.isOver) {
        if (this.held === "") return null;
        const end = this.held.replace(/\n+$/, "").length;
        return this.cut(end, this.held.length - end);
      }
      await this.fill();
    }
  }

  private takeUpTo(end: number, next: number): string {
    const record = this.held.slice(this.taken, end);
    this.taken = next;
    return record;
  }

  private cut(at: number, length: number): string {
    const record = this.held.slice(0, at);
    this.held = this.held.slice(at + length);
    return record;
  }

  private async fill(): Promise<void> {
    this.forget();
    const octets = await this.reader.take();
    if (octets === null) this.isOver = true;
    else this.held += octetsToText(octets);
  }

  close(): void {
    // What it read ahead is lost for others.
    this.reader.discard();
    closeInput(this.cx, this.reader);
  }
}

interface Sink {
  readonly fd: number | null;
  readonly child: Process | null;
  held: string;
}

interface Source {
  readonly records: RecordReader;
  readonly child: Process | null;
}

const BLOCK = 4096;
const STANDARD: ReadonlySet<string> = new Set(["-", "/dev/stdout"]);

export class Streams {
  private readonly sinks = new Map<string, Sink>();
  private readonly sources = new Map<string, Source>();

  constructor(private readonly cx: ToolContext) {}

  /** What `getline < name` and `name | getline` read; null: it cannot be opened. */
  source(name: string, isCommand: boolean): RecordReader | null {
    const known = this.sources.get(name);
    if (known !== undefined) return known.records;
    const { cx } = this;
    if (isCommand) {
      this.flushAll();
      const { fd, child } = openCommand(cx, name, "read");
      const records = new RecordReader(new OctetReader(cx.process, fd), cx);
      this.sources.set(name, { records, child });
      return records;
    }
    const opened = openInput(cx, name === "/dev/stdin" ? "-" : name);
    if (!opened.ok) return null;
    const records = new RecordReader(opened.value, cx);
    this.sources.set(name, { records, child: null });
    return records;
  }

  write(mode: string, name: string, text: string): void {
    const { cx } = this;
    if (mode !== "|" && STANDARD.has(name)) {
      cx.out(text);
      return;
    }
    if (mode !== "|" && name === "/dev/stderr") {
      cx.err(text);
      return;
    }
    const sink = this.sink(mode, name);
    sink.held += text;
    if (sink.held.length >= BLOCK) this.flush(sink);
  }

  private sink(mode: string, name: string): Sink {
    let sink = this.sinks.get(name);
    if (sink !== undefined) return sink;
    const { process } = this.cx;
    if (mode === "|") {
      this.flushAll();
      sink = { ...openCommand(this.cx, name, "write"), held: "" };
    } else {
      const opened = process.userland.files.open(process, name, mode === ">>" ? "append" : "write");
      if (!opened.ok) throw new AwkError(`cannot open "${name}" for output (${strerror(opened.errno)})`);
      const fd = process.fds.free(3);
      process.fds.set(fd, opened.value);
      sink = { fd, child: null, held: "" };
    }
    this.sinks.set(name, sink);
    return sink;
  }

  private flush(sink: Sink): Errno | null {
    const { held } = sink;
    sink.held = "";
    return held === "" || sink.fd === null ? null : this.cx.process.write(sink.fd, held);
  }

  flushAll(): void {
    this.cx.flush();
    for (const sink of this.sinks.values()) this.flush(sink);
  }

  /** The status of a command, 0 of a file, -1 of what is not open. */
  async close(name: string): Promise<number> {
    const sink = this.sinks.get(name);
    const source = this.sources.get(name);
    let status = -1;
    if (sink !== undefined) {
      this.sinks.delete(name);
      this.flush(sink);
      if (sink.fd !== null) {
        await this.cx.process.drain(sink.fd);
        this.cx.process.fds.close(sink.fd);
      }
      status = await this.end(sink.child);
    }
    if (source !== undefined) {
      this.sources.delete(name);
      source.records.close();
      status = await this.end(source.child);
    }
    return status;
  }

  /** As wait(2) tells it: a signal counts from 256. */
  private async end(child: Process | null): Promise<number> {
    if (child === null) return 0;
    return exitOf(child, (await this.cx.process.waitFor(child))!);
  }

  async closeAll(): Promise<void> {
    // Commands end before standard output is flushed, which exit(3) does.
    for (const name of [...this.sinks.keys(), ...this.sources.keys()]) await this.close(name);
  }

  async system(command: string): Promise<number> {
    this.flushAll();
    const child = this.cx.fork(["sh", "-c", command]);
    return exitOf(child, (await this.cx.process.waitFor(child))!);
  }
}

function exitOf(child: Process, status: number): number {
  return child.diedOf === null ? status : status + 128;
}
