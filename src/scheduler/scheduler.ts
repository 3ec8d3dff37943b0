/**
 * Decides what happens next. Frames queued at the current instant form a FIFO, the backlog; behind it waits what a system call
 * has left to send, then programs that became ready; timers wait in a heap. Kernel timers of one instant expire together, then the backlog is drained; after a
 * program's wake-up it is drained first.
 */
import { asTime, type Nanos } from "../core/nanos.ts";
import { type ArmedTimer, Timers } from "./timers.ts";

/**
 * Carries out one step.
 * @typeParam F what travels: frames
 */
export interface StepHandler<F> {
  netifRx(device: number, frame: F, cause: number): void;
  /** A kernel timer of a cell expired. */
  timer(cell: number): void;
  /** A program goes on: its timer expired (cause 0), or the step `cause` made a socket of its readable. */
  goOn(process: number, cause: number): void;
  /** A system call of the step `cause` sends on. */
  sendRest(rest: object, cause: number): void;
}

export interface QueuedFrame<F> {
  readonly device: number;
  readonly frame: F;
  readonly cause: number;
}

/** What a system call has left to send when the frames so far have had their consequences. */
export interface RestToSend {
  readonly rest: object;
  readonly cause: number;
}

export interface ReadyProgram {
  readonly process: number;
  /** The step that woke it. */
  readonly cause: number;
}

/** All that is yet to happen. */
export interface Agenda<F> {
  readonly now: Nanos;
  readonly backlog: readonly QueuedFrame<F>[];
  readonly ready: readonly ReadyProgram[];
  readonly timers: readonly ArmedTimer[];
  readonly programTimers: readonly number[];
  /** Kernel timers of this instant are being expired: the backlog waits for the rest of them. */
  readonly isExpiring: boolean;
  /** So many frames of the backlog are being worked off already; absent: none. */
  readonly spliced?: number;
  /** Absent: nothing. */
  readonly rests?: readonly RestToSend[];
}

export interface Limits {
  /** Most steps at one instant. @defaultValue 1,000,000 */
  readonly stepsPerInstant: number;
  /** Most steps of a run. @defaultValue unlimited */
  readonly steps: number;
}

/** The run does not end by itself: too many steps at one instant, or altogether. */
export class EndlessRunError extends Error {
  override readonly name = "EndlessRunError";
  constructor(
    message: string,
    readonly time: Nanos,
    /** Devices that received the last frames, busiest first. */
    readonly devices: readonly number[],
  ) {
    super(message);
  }
}

/** Frames that wait while others are worked off. @source net.core.netdev_max_backlog; net/core/dev.c, enqueue_to_backlog() */
export const NETDEV_MAX_BACKLOG = 1000;

const RECENT = 256;
/** Room for frames from the start: code that was compiled while an array never grew is thrown away when it does. */
const BACKLOG_AT_FIRST = 64;

export class Scheduler<F> {
  now: Nanos = 0;
  private readonly timers = new Timers();
  private readonly isProgram: boolean[] = [];
  private frames: (F | null)[] = new Array<null>(BACKLOG_AT_FIRST).fill(null);
  private devices: number[] = new Array<number>(BACKLOG_AT_FIRST).fill(-1);
  private causes: number[] = new Array<number>(BACKLOG_AT_FIRST).fill(0);
  /** The backlog stands from `head` to `tail`. The arrays are never shortened: to set a length of 0 costs as much as a step. */
  private head = 0;
  private tail = 0;
  /**
   * Up to here the backlog was taken over to be worked off: what stands behind is the input queue, which is bounded.
   * @source net/core/dev.c, process_backlog()
   */
  private spliced = 0;
  /** The running step is one of the receive path or of a timer, during which nothing is taken from the backlog. */
  private isSoftirq = false;
  private rests: readonly RestToSend[] = [];
  private ready: number[] = [];
  private readyCauses: number[] = [];
  private readyHead = 0;
  private readyTail = 0;
  /** Kernel timers of this instant are being expired. */
  private isExpiring = false;
  private stepsAtInstant = 0;
  private steps = 0;
  private readonly recent = new Int32Array(RECENT).fill(-1);

  constructor(
    private readonly handler: StepHandler<F>,
    private readonly limits: Limits,
  ) {
    asTime(this, "now");
  }

  /**
   * False: the input queue is full. What a process sends finds it empty, for the kernel works it off before the send call goes on.
   */
  queueFrame(device: number, frame: F, cause: number): boolean {
    if (this.tail - this.spliced > NETDEV_MAX_BACKLOG && this.isSoftirq) return false;
    const at = this.tail++;
    this.frames[at] = frame;
    this.devices[at] = device;
    this.causes[at] = cause;
    return true;
  }

  /**
   * Puts off the rest of what a system call sends until the backlog is empty. False: the step is none of a process, and all leaves
   * at once. @source include/linux/bottom_half.h, local_bh_enable(), at the end of __dev_queue_xmit() and netif_rx()
   */
  putOff(rest: object, cause: number): boolean {
    if (this.isSoftirq) return false;
    this.rests = [...this.rests, { rest, cause }];
    return true;
  }

  /** Lets a program go on after the backlog; once is enough. */
  wake(process: number, cause: number): void {
    for (let i = this.readyHead; i < this.readyTail; i++) if (this.ready[i] === process) return;
    const at = this.readyTail++;
    this.ready[at] = process;
    this.readyCauses[at] = cause;
  }

  arm(owner: number, time: Nanos, isProgram: boolean, isOnWheel = false): void {
    this.isProgram[owner] = isProgram;
    this.timers.arm(owner, Math.max(time, this.now), isOnWheel);
  }

  cancel(owner: number): void {
    this.timers.cancel(owner);
  }

  isArmed(owner: number): boolean {
    return this.timers.isArmed(owner);
  }

  /** Forgets that a program was ready, as when it ends. */
  unwake(process: number): void {
    this.setReady(this.readyList().filter((other) => other.process !== process));
  }

  private readyList(): ReadyProgram[] {
    const list: ReadyProgram[] = [];
    for (let i = this.readyHead; i < this.readyTail; i++)
      list.push({ process: this.ready[i]!, cause: this.readyCauses[i]! });
    return list;
  }

  private setReady(list: readonly ReadyProgram[]): void {
    this.readyHead = 0;
    this.readyTail = 0;
    for (const { process, cause } of list) this.wake(process, cause);
  }

  /** Time of the next step; Infinity: nothing will ever happen. */
  get nextTime(): Nanos {
    if (this.head < this.tail || this.readyHead < this.readyTail || this.rests.length > 0) return this.now;
    return this.timers.nextTime;
  }

  get hasTimers(): boolean {
    return this.timers.size > 0;
  }

  /** Carries out the next step if it is due by `until`. False: nothing is due. */
  runNext(until: Nanos): boolean {
    if (this.isExpiring) {
      if (this.timers.nextTime === this.now && this.isProgram[this.timers.nextOwner] !== true) {
        this.count();
        this.isSoftirq = true;
        this.handler.timer(this.timers.take());
        return true;
      }
      this.isExpiring = false;
    }
    if (this.head < this.tail) {
      this.runFrame();
      return true;
    }
    if (this.rests.length > 0) {
      const { rest, cause } = this.rests[0]!;
      this.rests = this.rests.slice(1);
      this.count();
      this.isSoftirq = false;
      this.handler.sendRest(rest, cause);
      return true;
    }
    if (this.readyHead < this.readyTail) {
      const at = this.readyHead++;
      const process = this.ready[at]!;
      const cause = this.readyCauses[at]!;
      if (this.readyHead === this.readyTail) {
        this.readyHead = 0;
        this.readyTail = 0;
      }
      this.count();
      this.isSoftirq = false;
      this.handler.goOn(process, cause);
      return true;
    }
    const time = this.timers.nextTime;
    if (time > until || time === Number.POSITIVE_INFINITY) return false;
    if (time > this.now) this.advanceTo(time);
    const owner = this.timers.take();
    this.count();
    this.isSoftirq = this.isProgram[owner] !== true;
    if (this.isProgram[owner] === true) this.handler.goOn(owner, 0);
    else {
      this.isExpiring = true;
      this.handler.timer(owner);
    }
    return true;
  }

  private runFrame(): void {
    const at = this.head++;
    if (at === this.spliced) this.spliced = this.tail;
    const frame = this.frames[at]!;
    const device = this.devices[at]!;
    const cause = this.causes[at]!;
    this.frames[at] = null;
    if (this.head === this.tail) {
      this.head = 0;
      this.tail = 0;
      this.spliced = 0;
    } else if (this.head === 4096) this.compact();
    this.count();
    this.recent[this.steps & (RECENT - 1)] = device;
    this.isSoftirq = true;
    this.handler.netifRx(device, frame, cause);
  }

  private compact(): void {
    this.frames.splice(0, this.head);
    this.devices.splice(0, this.head);
    this.causes.splice(0, this.head);
    this.tail -= this.head;
    this.spliced -= this.head;
    this.head = 0;
  }

  /** Moves time on, to an instant at which nothing is due before. */
  advanceTo(time: Nanos): void {
    if (time <= this.now) return;
    this.now = time;
    this.stepsAtInstant = 0;
  }

  /** Begins a step that comes from outside, at an instant at which nothing is left to do. */
  startRequest(): void {
    this.isExpiring = false;
    this.isSoftirq = false;
    this.count();
  }

  private count(): void {
    this.steps++;
    if (++this.stepsAtInstant > this.limits.stepsPerInstant)
      this.fail(`${this.limits.stepsPerInstant} steps at one instant`);
    if (this.steps > this.limits.steps) this.fail(`${this.limits.steps} steps in one run`);
  }

  private fail(what: string): never {
    const counts = new Map<number, number>();
    for (const device of this.recent) if (device >= 0) counts.set(device, (counts.get(device) ?? 0) + 1);
    const devices = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([device]) => device);
    throw new EndlessRunError(what, this.now, devices);
  }

  agenda(): Agenda<F> {
    const backlog: QueuedFrame<F>[] = [];
    for (let i = this.head; i < this.tail; i++)
      backlog.push({ device: this.devices[i]!, frame: this.frames[i]!, cause: this.causes[i]! });
    const timers = this.timers.list();
    const isNextKernel = timers[0]?.time === this.now && this.isProgram[timers[0].owner] !== true;
    return {
      now: this.now,
      backlog,
      ready: this.readyList(),
      timers,
      programTimers: timers.filter((t) => this.isProgram[t.owner] === true).map((t) => t.owner),
      isExpiring: this.isExpiring && isNextKernel,
      ...(this.spliced > this.head ? { spliced: this.spliced - this.head } : {}),
      ...(this.rests.length > 0 ? { rests: this.rests } : {}),
    };
  }

  /** Takes up an agenda; only on a new scheduler. */
  restore(agenda: Agenda<F>): void {
    this.now = agenda.now;
    const programs = new Set(agenda.programTimers);
    const { timers } = agenda;
    for (const { owner, time, isOnWheel } of timers)
      if (isOnWheel !== true) this.arm(owner, time, programs.has(owner));
    // Of the wheel's the last one armed comes first.
    for (const { owner, time, isOnWheel } of timers.toReversed())
      if (isOnWheel === true) this.arm(owner, time, programs.has(owner), true);
    for (const { device, frame, cause } of agenda.backlog) this.queueFrame(device, frame, cause);
    this.spliced = agenda.spliced ?? 0;
    this.rests = agenda.rests ?? [];
    this.setReady(agenda.ready);
    this.isExpiring = agenda.isExpiring;
  }
}
