/**
 * The baton of operations that take virtual time. Several may be under way (`Promise.all`); time moves only when each of them
 * waits. Which they are is known by microtasks: when an operation ends, the code that awaited it gets `QUIET_TURNS` turns of
 * the microtask queue, counted anew with every request it makes, before time goes on.
 *
 *   wait ──► quiet? ──► time goes on to the first end ──► operations that ended resume ──► quiet? ──► ...
 *
 * Microtasks run in an order that the language fixes, so the same program gives the same log. An operation that starts after a
 * real pause (a file, a timer of the host) while others are under way starts at whatever virtual time they have reached by then.
 */
import type { Nanos } from "../core/nanos.ts";
import type { World } from "./world.ts";

export interface Waiter {
  /** In words, for errors. */
  readonly what: string;
  /** Time at which it ends of itself; Infinity: an event ends it. */
  readonly until: Nanos;
  hasEnded(): boolean;
  /** Called at the instant of its end; may make requests. */
  finish(): void;
}

interface Entry {
  readonly waiter: Waiter;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** An await costs one to three turns; nested async functions a few more each. */
const QUIET_TURNS = 48;

export class Turns {
  private readonly entries = new Set<Entry>();
  private isPumping = false;
  /** Counts what user code did. */
  private actions = 0;

  constructor(private readonly world: World) {}

  /** Operations under way, in words. */
  get waiting(): readonly string[] {
    return [...this.entries].map(({ waiter }) => waiter.what);
  }

  /** User code did something: it is not quiet yet. */
  note(): void {
    this.actions++;
  }

  wait(waiter: Waiter): Promise<void> {
    this.note();
    return new Promise((resolve, reject) => {
      this.entries.add({ waiter, resolve, reject });
      if (!this.isPumping) void this.pump();
    });
  }

  private async pump(): Promise<void> {
    this.isPumping = true;
    try {
      while (this.entries.size > 0) {
        await this.quiet();
        if (!this.endSome()) this.go();
      }
    } catch (error) {
      const all = [...this.entries];
      this.entries.clear();
      for (const { reject } of all) reject(error);
    } finally {
      this.isPumping = false;
    }
  }

  private async quiet(): Promise<void> {
    let seen = this.actions;
    for (let left = QUIET_TURNS; left > 0; left--) {
      await null;
      if (this.actions === seen) continue;
      seen = this.actions;
      left = QUIET_TURNS;
    }
  }

  private go(): void {
    const waiters = [...this.entries].map(({ waiter }) => waiter);
    const until = waiters.reduce((least, waiter) => Math.min(least, waiter.until), Number.POSITIVE_INFINITY);
    if (!this.world.advance(until, () => waiters.some((waiter) => waiter.hasEnded())))
      throw new Error(`nothing is left to happen, and these wait without end: ${this.waiting.join(", ")}`);
  }

  /** Ends those whose end has come, in the order in which they began. */
  private endSome(): boolean {
    let hasEnded = false;
    for (const entry of this.entries) {
      const { waiter } = entry;
      if (!waiter.hasEnded() && waiter.until > this.world.now) continue;
      this.entries.delete(entry);
      waiter.finish();
      entry.resolve();
      hasEnded = true;
    }
    return hasEnded;
  }
}
