/**
 * The baton. Every process of the shell is a task, an async function; only the one that holds the baton runs. A task that has to
 * wait hands the baton on, first come, first served; virtual time moves only when no task is ready.
 *
 * A pause of JavaScript's own inside a task (a lazy import) keeps the baton, so it cannot reorder anything, and nothing here
 * depends on whether the host's event loop is idle.
 */
import type { Nanos } from "../core/nanos.ts";
import { GivenUp } from "./errors.ts";
import type { Host } from "./host.ts";

/** For messages; a function where the words change while somebody waits. */
export type Words = string | (() => string);

function inWords(words: Words): string {
  return typeof words === "string" ? words : words();
}

export class Task {
  /** What it waits for, in words; empty while it can run. */
  waitsFor: Words = "";
  /** Goes on with the task; set from the moment it waits or is ready until it runs. */
  resume: (() => void) | null = null;
  isReady = false;
  isDone = false;

  constructor(readonly name: Words) {}
}

interface Sleeper {
  readonly time: Nanos;
  readonly task: Task;
}

/** So many hand-overs pass between two offers of a turn to the host's event loop. */
const HANDOVERS_PER_TURN = 64;

export class Baton {
  private readonly ready: Task[] = [];
  /** By (time, order of going to sleep). */
  private readonly sleepers: Sleeper[] = [];
  /** Tasks that were begun and have not ended. */
  private readonly live = new Set<Task>();
  private driven: {
    readonly task: Task;
    readonly done: () => void;
    readonly fail: (error: unknown) => void;
  } | null = null;
  private failure: { readonly error: unknown } | null = null;
  private handovers = 0;
  /** Waits for the end of all others. */
  private outliving: Task | null = null;

  constructor(
    private readonly host: Pick<Host, "now" | "advance" | "isIdle">,
    /** Virtual time at which a run is ended; null: none. */
    private readonly until: Nanos | null,
    /** Gives the host's event loop a turn; keeps the baton. */
    readonly yieldToHost: (() => Promise<void>) | null,
  ) {}

  /** Makes a task that begins when its turn comes, behind those that are ready now. */
  begin(name: Words, body: (task: Task) => Promise<void>): Task {
    const task = new Task(name);
    this.live.add(task);
    task.resume = () => {
      // Not at once: a chain of tasks that begin and wait would grow the stack.
      const run = Promise.resolve().then(() => body(task));
      run.then(
        () => this.end(task),
        (error) => this.fail(error),
      );
    };
    this.makeReady(task);
    return task;
  }

  /** Lets tasks run until this one ended; the others then rest where they are until the next drive. */
  drive(task: Task): Promise<void> {
    return new Promise((done, fail) => {
      if (this.failure !== null) fail(this.failure.error);
      else {
        this.driven = { task, done, fail };
        this.handOn();
      }
    });
  }

  /** Waits, without the baton, until somebody wakes the task and its turn has come. The caller checks why it was woken. */
  wait(task: Task, waitsFor: Words): Promise<void> {
    return new Promise((resume) => {
      task.waitsFor = waitsFor;
      task.resume = resume;
      this.handOn();
    });
  }

  /** Waits until a point in virtual time, or until it is woken before. */
  sleep(task: Task, time: Nanos): Promise<void> {
    let at = this.sleepers.length;
    while (at > 0 && this.sleepers[at - 1]!.time > time) at--;
    this.sleepers.splice(at, 0, { time, task });
    return this.wait(task, "sleep");
  }

  /** Waits until no other task is left, or until a point in virtual time. */
  async outlive(task: Task, time: Nanos): Promise<void> {
    this.outliving = task;
    while (this.live.size > 1 && this.host.now < time) await this.sleep(task, time);
    this.outliving = null;
  }

  /** Makes a waiting task ready; no matter if it is so already. */
  wake(task: Task): void {
    if (task.isDone || task.isReady || task.resume === null) return;
    const asleep = this.sleepers.findIndex((sleeper) => sleeper.task === task);
    if (asleep >= 0) this.sleepers.splice(asleep, 1);
    this.makeReady(task);
  }

  /** Ends the run with an error. */
  fail(error: unknown): void {
    this.failure ??= { error };
    this.driven?.fail(error);
    this.driven = null;
  }

  private makeReady(task: Task): void {
    task.isReady = true;
    this.ready.push(task);
  }

  private end(task: Task): void {
    task.isDone = true;
    this.live.delete(task);
    if (this.outliving !== null && this.live.size === 1) this.wake(this.outliving);
    if (this.driven?.task !== task) {
      this.handOn();
      return;
    }
    const { done } = this.driven;
    this.driven = null;
    done();
  }

  private handOn(): void {
    if (this.yieldToHost === null || ++this.handovers % HANDOVERS_PER_TURN !== 0) {
      this.next();
      return;
    }
    this.yieldToHost().then(
      () => this.next(),
      (error) => this.fail(error),
    );
  }

  private next(): void {
    if (this.driven === null) return;
    try {
      while (this.ready.length === 0) {
        this.moveTime();
        if (this.ready.length > 0 || this.yieldToHost === null) continue;
        this.yieldToHost().then(
          () => this.next(),
          (error) => this.fail(error),
        );
        return;
      }
    } catch (error) {
      this.fail(error);
      return;
    }
    const task = this.ready.shift()!;
    const resume = task.resume!;
    task.isReady = false;
    task.resume = null;
    task.waitsFor = "";
    resume();
  }

  /** Lets virtual time go on to the next sleeper, or until the world wakes a task. */
  private moveTime(): void {
    const wanted = this.sleepers[0]?.time ?? null;
    if (wanted === null || wanted > this.host.now) this.advance(wanted);
    while (this.sleepers.length > 0 && this.sleepers[0]!.time <= this.host.now)
      this.makeReady(this.sleepers.shift()!.task);
  }

  private advance(wanted: Nanos | null): void {
    const { until } = this;
    if (until !== null && this.host.now >= until)
      throw new GivenUp(`virtual time reached its limit of ${until / 1e9} s`, this.whoWaits());
    if (wanted === null && this.host.isIdle === true) throw new GivenUp("deadlock", this.whoWaits());
    const goal = until !== null && (wanted === null || wanted > until) ? until : wanted;
    if (this.host.advance(goal) || goal !== null || this.ready.length > 0) return;
    throw new GivenUp("deadlock", this.whoWaits());
  }

  private whoWaits(): string {
    return [...this.live]
      .map((task) => `${inWords(task.name)} waits for ${inWords(task.waitsFor) || "its turn"}`)
      .join("; ");
  }
}
