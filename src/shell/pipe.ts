/**
 * A pipe: a bounded queue of octets between file descriptions. A write is taken whole, and its writer then waits until the queue is
 * below the capacity again: readers cannot tell that from a write that was taken piece by piece.
 */
import type { Errno } from "../core/errno.ts";
import { type OctetString, octetsToText, textToOctets } from "../core/octets.ts";
import type { Fifo, OpenFile, Taken } from "./fds.ts";
import type { Task } from "./tasks.ts";

/** @source pipe(7): 16 pages */
export const PIPE_CAPACITY = 65_536;

export class Pipe {
  /** Writes that were not taken yet, in octets; of the first one, `at` are gone. */
  private readonly chunks: OctetString[] = [];
  private at = 0;
  private octets = 0;
  /** Write ends that are open. */
  writers = 0;
  /** Write ends that were ever opened. */
  writersEver = 0;
  readers = 0;
  readersEver = 0;
  private readonly waitingReaders = new Set<Task>();
  private readonly waitingWriters = new Set<Task>();

  constructor(
    private readonly wake: (task: Task) => void,
    /** As /proc/PID/fd shows it. */
    readonly number = 0,
  ) {}

  get isFull(): boolean {
    return this.octets >= PIPE_CAPACITY && this.readers > 0;
  }

  write(text: string): Errno | null {
    if (this.readers === 0) return "EPIPE";
    if (text === "") return null;
    const octets = textToOctets(text);
    this.chunks.push(octets);
    this.octets += octets.length;
    this.wakeAll(this.waitingReaders);
    return null;
  }

  take(max: number, stop: string | null): Taken {
    if (this.octets === 0) return this.writers === 0 ? { kind: "end" } : { kind: "wait" };
    const octets = this.takeOctets(max, stop === null ? null : textToOctets(stop));
    if (!this.isFull) this.wakeAll(this.waitingWriters);
    return { kind: "text", text: octetsToText(octets) };
  }

  private takeOctets(max: number, stop: OctetString | null): OctetString {
    let taken = "";
    let used = 0;
    for (let isOver = false; !isOver && used < this.chunks.length && taken.length < max; ) {
      const chunk = this.chunks[used]!;
      const found = stop === null ? -1 : chunk.indexOf(stop, this.at);
      const end = Math.min(found < 0 ? chunk.length : found + 1, this.at + max - taken.length);
      taken += chunk.slice(this.at, end);
      isOver = end === found + 1;
      this.at = end === chunk.length ? 0 : end;
      if (end === chunk.length) used++;
    }
    if (used > 0) this.chunks.splice(0, used);
    this.octets -= taken.length;
    return taken;
  }

  awaitText(task: Task): void {
    this.waitingReaders.add(task);
  }

  awaitRoom(task: Task): void {
    this.waitingWriters.add(task);
  }

  /** An end was opened or closed: the other side may have reached the end of the text, or lost its last reader. */
  endChanged(): void {
    this.wakeAll(this.waitingReaders);
    this.wakeAll(this.waitingWriters);
  }

  private wakeAll(tasks: Set<Task>): void {
    for (const task of tasks) this.wake(task);
    tasks.clear();
  }
}

export class PipeReader implements OpenFile {
  refs = 0;
  readonly label = "a pipe";
  constructor(
    readonly pipe: Pipe,
    private readonly onClosed: () => void = () => {},
  ) {
    pipe.readers++;
    pipe.readersEver++;
  }
  write(): Errno {
    return "EBADF";
  }
  take(max: number, stop: string | null): Taken {
    return this.pipe.take(max, stop);
  }
  awaitText(task: Task): void {
    this.pipe.awaitText(task);
  }
  closed(): void {
    this.pipe.readers--;
    this.pipe.endChanged();
    this.onClosed();
  }
}

export class PipeWriter implements OpenFile {
  refs = 0;
  readonly label = "a pipe";
  readonly fifo: Fifo;
  /** @param isReader too: a FIFO that was opened with `<>` */
  constructor(
    readonly pipe: Pipe,
    private readonly onClosed: () => void = () => {},
    private readonly isReader = false,
  ) {
    pipe.writers++;
    pipe.writersEver++;
    if (isReader) {
      pipe.readers++;
      pipe.readersEver++;
    }
    const readersBefore = pipe.readersEver - pipe.readers;
    this.fifo = {
      get isMet() {
        return pipe.readersEver > readersBefore;
      },
      awaitPeer: (task) => pipe.awaitRoom(task),
    };
    pipe.endChanged();
  }
  get isFull(): boolean {
    return this.pipe.isFull;
  }
  write(text: string): Errno | null {
    return this.pipe.write(text);
  }
  take(max: number, stop: string | null): Taken {
    return this.isReader ? this.pipe.take(max, stop) : { kind: "refused", errno: "EBADF" };
  }
  awaitText(task: Task): void {
    this.pipe.awaitText(task);
  }
  awaitRoom(task: Task): void {
    this.pipe.awaitRoom(task);
  }
  closed(): void {
    this.pipe.writers--;
    if (this.isReader) this.pipe.readers--;
    this.pipe.endChanged();
    this.onClosed();
  }
}

/** The reading end of a FIFO: before its first writer has come it is not at its end. */
export class FifoReader extends PipeReader {
  readonly fifo: Fifo;
  private readonly writersBefore: number;
  constructor(pipe: Pipe, onClosed: () => void = () => {}) {
    super(pipe, onClosed);
    const writersBefore = pipe.writersEver - pipe.writers;
    this.writersBefore = writersBefore;
    this.fifo = {
      get isMet() {
        return pipe.writersEver > writersBefore;
      },
      awaitPeer: (task) => pipe.awaitText(task),
    };
    pipe.endChanged();
  }
  override take(max: number, stop: string | null): Taken {
    const taken = this.pipe.take(max, stop);
    return taken.kind === "end" && this.pipe.writersEver === this.writersBefore ? { kind: "wait" } : taken;
  }
}
