/** Open file descriptions, and the table of a process that gives them numbers. */
import type { Errno } from "../core/errno.ts";
import type { Nanos } from "../core/nanos.ts";
import { type OctetString, octetLength, octetsToText, textToOctets } from "../core/octets.ts";
import type { Task } from "./tasks.ts";

export type Taken =
  | { readonly kind: "text"; readonly text: string }
  /** Nothing yet: wait with `awaitText`. */
  | { readonly kind: "wait" }
  | { readonly kind: "end" }
  | { readonly kind: "refused"; readonly errno: Errno };

/** What open(2) makes; descriptors that were copied share it, and with it the position. */
export interface OpenFile {
  /** How many descriptors refer to it, in all processes. */
  refs: number;
  /** For messages about who waits for what. */
  readonly label: string;
  /** Number of the file in the kernel, if it has one. */
  readonly ino?: number;
  /** A FIFO that was opened by its name: who opens it may have to wait for the other side. */
  readonly fifo?: Fifo;
  /** Is it the writer's duty to wait before it goes on? */
  readonly isFull?: boolean;
  /** Is it a terminal, to which stdio writes line by line? */
  readonly isTerminal?: boolean;
  /** Can its position be moved back (a regular file)? */
  readonly isSeekable?: boolean;
  /** Octets of a text that is no file of the kernel's: a long here-document. */
  size?(): number;
  /** Takes the whole text, or none. */
  write(text: string): Errno | null;
  /**
   * At most `max` octets, and no further than the first `stop`, a character of one octet. A part of a character stands as its
   * octets (`src/core/octets.ts`): who joins what was taken in parts passes it through `joinedText`.
   */
  take(max: number, stop: string | null): Taken;
  /** Virtual time of a read from a device without end, so that who copies it meets a limit. */
  readonly takeCost?: Nanos;
  /** Gives back the end of what was taken, if `isSeekable`. */
  putBack?(text: string): void;
  /** Moves its position to so many octets from the begin, if `isSeekable`. */
  seekTo?(at: number): void;
  /** The task is to be woken when there may be something to take. */
  awaitText?(task: Task): void;
  awaitRoom?(task: Task): void;
  /** The last descriptor was closed. */
  closed?(): void;
}

/** Where a read of octets that are all there ends. */
export function endOfTake(octets: OctetString, from: number, max: number, stop: string | null): number {
  const found = stop === null ? -1 : octets.indexOf(textToOctets(stop), from);
  return Math.min(from + max, found < 0 ? octets.length : found + 1);
}

export interface Fifo {
  /** Has the other side been opened? */
  readonly isMet: boolean;
  /** The task is to be woken when it may have been. */
  awaitPeer(task: Task): void;
}

export class FdTable {
  private constructor(private readonly files: Map<number, OpenFile>) {}

  static empty(): FdTable {
    return new FdTable(new Map());
  }

  /** For fork(2). */
  copy(): FdTable {
    for (const file of this.files.values()) file.refs++;
    return new FdTable(new Map(this.files));
  }

  get(fd: number): OpenFile | undefined {
    return this.files.get(fd);
  }

  set(fd: number, file: OpenFile): void {
    file.refs++;
    this.close(fd);
    this.files.set(fd, file);
  }

  close(fd: number): void {
    const file = this.files.get(fd);
    if (file === undefined) return;
    this.files.delete(fd);
    release(file);
  }

  closeAll(): void {
    for (const fd of [...this.files.keys()]) this.close(fd);
  }

  /** The lowest number from `least` on that is free. */
  free(least: number): number {
    let fd = least;
    while (this.files.has(fd)) fd++;
    return fd;
  }

  numbers(): number[] {
    return [...this.files.keys()].sort((a, b) => a - b);
  }
}

export function release(file: OpenFile): void {
  if (--file.refs === 0) file.closed?.();
}

/** A place that text is handed to: the run's own output. */
export class Sink implements OpenFile {
  refs = 0;
  readonly label = "output";
  constructor(private readonly take_: (text: string) => void) {}
  write(text: string): null {
    if (text !== "") this.take_(text);
    return null;
  }
  take(): Taken {
    return { kind: "end" };
  }
}

/** Text that is there from the start: standard input of a run, a long here-document. */
export class TextSource implements OpenFile {
  refs = 0;
  readonly label = "text";
  readonly isSeekable = true;
  private at = 0;
  private readonly octets: OctetString;
  constructor(text: string) {
    this.octets = textToOctets(text);
  }
  write(): Errno {
    return "EBADF";
  }
  take(max: number, stop: string | null): Taken {
    if (this.at >= this.octets.length) return { kind: "end" };
    const from = this.at;
    this.at = endOfTake(this.octets, from, max, stop);
    return { kind: "text", text: octetsToText(this.octets.slice(from, this.at)) };
  }
  putBack(text: string): void {
    this.at -= octetLength(text);
  }
  size(): number {
    return this.octets.length;
  }
}

/** `/dev/null`. */
export class NullFile implements OpenFile {
  refs = 0;
  readonly label = "/dev/null";
  write(): null {
    return null;
  }
  take(): Taken {
    return { kind: "end" };
  }
}
