import type { ProgramListener } from "../events/program-listener.ts";
import type { ProgramSink } from "../kernel/kernel.ts";

interface Told {
  readonly pid: number;
  tell(listener: ProgramListener): void;
}

/**
 * Tells each listener of its own program, once the steps of the instant are over: a request in the middle of a step would
 * become part of it, and no replay could tell them apart. Programs that nobody listens to are orphans.
 */
export class ProgramListeners implements ProgramSink {
  private readonly byPid = new Map<number, ProgramListener>();
  private waiting: Told[] = [];
  private isTelling = false;
  private ended: number[] = [];

  listen(pid: number, listener: ProgramListener): void {
    this.byPid.set(pid, listener);
  }

  forget(pid: number): void {
    this.byPid.delete(pid);
  }

  output(pid: number, fd: number, text: string): void {
    if (this.byPid.has(pid)) this.waiting.push({ pid, tell: (listener) => listener.output(fd, text) });
  }

  exit(pid: number, status: number): void {
    if (!this.byPid.has(pid)) this.ended.push(pid);
    else {
      this.waiting.push({
        pid,
        tell: (listener) => {
          this.byPid.delete(pid);
          listener.exit(status);
        },
      });
    }
  }

  /** Something waits to be told. */
  get hasNews(): boolean {
    return this.waiting.length > 0;
  }

  /** Tells all that waits, what the listeners cause by it included. Only between steps. */
  tell(): void {
    if (this.isTelling) return;
    this.isTelling = true;
    try {
      for (let told = this.waiting.shift(); told !== undefined; told = this.waiting.shift()) {
        const listener = this.byPid.get(told.pid);
        if (listener !== undefined) told.tell(listener);
      }
    } finally {
      this.isTelling = false;
    }
  }

  /** Ended programs without a listener, each once. */
  takeOrphans(): readonly number[] {
    const taken = this.ended;
    if (taken.length > 0) this.ended = [];
    return taken;
  }
}
