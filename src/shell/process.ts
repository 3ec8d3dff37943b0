/** A process of user space: its number in the kernel, its descriptors, the task that runs it, and the signals it gets. */
import type { Errno } from "../core/errno.ts";
import type { Nanos } from "../core/nanos.ts";
import { joinedText } from "../core/octets.ts";
import { granted, type Result, refused } from "../core/result.ts";
import type { NetnsId } from "../events/requests.ts";
import { SignalDeath } from "./errors.ts";
import { FdTable, type Taken } from "./fds.ts";
import { isHarmless, isStop, type SignalName, signalNumber } from "./signals.ts";
import type { Task, Words } from "./tasks.ts";
import type { Userland } from "./userland.ts";

/** So much can be taken as one text, in UTF-16 units. */
const TAKE_MAX = 1 << 28;

const CAUGHT_BY_PROGRAMS: ReadonlySet<SignalName> = new Set(["INT", "QUIT", "KILL", "STOP", "CONT"]);

export class Process {
  fds: FdTable = FdTable.empty();
  cwd = "/";
  umask = 0o022;
  /** As it was given to the program that it runs. */
  environment: ReadonlyMap<string, string> = new Map();
  task: Task | null = null;
  /** Process group: the pid of its leader. */
  pgid: number;
  /** Wait status, as `$?` shows it; null while it lives. */
  exited: number | null = null;
  /** The signal that it died of. */
  diedOf: SignalName | null = null;
  /** The signal that it dies of at its next step. */
  death: SignalName | null = null;
  /** Signals that it ignores; kept across fork and exec. */
  readonly ignored = new Set<SignalName>();
  /** Traps of a shell: gets the signal instead of dying; false: it has none for this one. */
  caught: ((signal: SignalName) => boolean) | null = null;
  /** A trapped signal wakes it now (`wait`), not when the command it runs has ended. */
  wakesOnTrap = false;
  /** Commands that it has run without a wait between. */
  commandsSinceWait = 0;
  /** Stopped by a signal until SIGCONT. */
  isStopped = false;
  /** Is it, as a whole, a program of the simulation? Then the kernel has its signals. */
  isProgram = false;
  /** A shell that was interrupted while it waited for a child: it dies too, if the child dies of the signal. */
  isInterrupted = false;
  private readonly waiters = new Set<Task>();

  constructor(
    readonly userland: Userland,
    readonly pid: number,
    readonly parent: Process | null,
    public netns: NetnsId,
    public comm: string,
  ) {
    this.pgid = parent?.pgid ?? pid;
    if (parent === null) return;
    this.cwd = parent.cwd;
    this.umask = parent.umask;
    this.environment = parent.environment;
    this.fds = parent.fds.copy();
    for (const signal of parent.ignored) this.ignored.add(signal);
  }

  /** For messages. */
  get label(): string {
    return `${this.comm} (pid ${this.pid})`;
  }

  /** chdir(2). The path is absolute and was checked. */
  chdir(path: string): void {
    this.cwd = path;
    this.userland.host.request(this.netns, "CHDIR", { pid: this.pid, path });
  }

  /** Runs it as a task of its own. */
  begin(body: () => Promise<number>): void {
    this.task = this.userland.baton.begin(
      () => this.label,
      async (task) => {
        this.task = task;
        this.end(await this.untilDeath(body));
      },
    );
  }

  /** The status of what it does; a signal that kills it gives 128 and its number. */
  async untilDeath(body: () => Promise<number>): Promise<number> {
    try {
      await this.resumed();
      return await body();
    } catch (error) {
      if (error instanceof SignalDeath) {
        this.diedOf = error.signal;
        return 128 + signalNumber(error.signal);
      }
      throw error;
    }
  }

  end(status: number): void {
    this.exited = status;
    this.fds.closeAll();
    this.userland.host.request(this.netns, "EXIT", { pid: this.pid, status });
    this.userland.processes.delete(this.pid);
    for (const task of this.waiters) this.userland.baton.wake(task);
    this.waiters.clear();
    if (this.parent?.exited === null) this.parent.caught?.("CHLD");
  }

  // ------------------------------------------------------------------------------------------ waiting

  async wait(waitsFor: Words): Promise<void> {
    await this.userland.baton.wait(this.task!, waitsFor);
    await this.resumed();
  }

  /** After each wait: a stopped process stays where it is, a killed one ends. */
  private async resumed(): Promise<void> {
    this.commandsSinceWait = 0;
    if (this.isStopped) await this.whileStopped();
    this.checkDeath();
  }

  async whileStopped(): Promise<void> {
    while (this.isStopped) await this.userland.baton.wait(this.task!, "SIGCONT");
  }

  async sleepUntil(time: Nanos): Promise<void> {
    while (this.userland.host.now < time) {
      await this.userland.baton.sleep(this.task!, time);
      await this.resumed();
    }
  }

  /** Sleeps, or is woken sooner. */
  async nap(time: Nanos): Promise<void> {
    await this.userland.baton.sleep(this.task!, time);
    await this.resumed();
  }

  /** Waits for a child; `isOver` ends the waiting sooner, when the process was woken for another reason. */
  async waitFor(child: Process, isOver: () => boolean = () => false): Promise<number | null> {
    while (!isOver()) {
      if (child.exited !== null) {
        this.interruptBy(child);
        return child.exited;
      }
      child.waiters.add(this.task!);
      await this.wait(() => child.label);
    }
    return null;
  }

  /** @source bash 5.2 jobs.c: wait_sigint_received: a child that takes care of SIGINT spares its shell */
  private interruptBy(child: Process): void {
    if (!this.isInterrupted) return;
    this.isInterrupted = false;
    if (child.diedOf === "INT") this.signal("INT");
    this.checkDeath();
  }

  /** Waits until a child ended, but no longer than until `time`. */
  async waitUntil(child: Process, time: Nanos): Promise<void> {
    if (child.exited !== null) return;
    child.waiters.add(this.task!);
    await this.userland.baton.sleep(this.task!, time);
    await this.resumed();
  }

  /** Waits for any of some children. */
  async waitForAny(children: readonly Process[], isOver: () => boolean): Promise<Process | null> {
    for (;;) {
      if (isOver()) return null;
      const ended = children.find((child) => child.exited !== null);
      if (ended !== undefined) return ended;
      for (const child of children) child.waiters.add(this.task!);
      await this.wait("a child");
    }
  }

  // ------------------------------------------------------------------------------------------ signals

  signal(signal: SignalName): void {
    if (this.exited !== null || (this.death !== null && signal !== "CONT" && signal !== "KILL")) return;
    if (signal === "CONT" || signal === "KILL") this.goOn();
    if (this.isProgram) {
      // A program that takes care of a signal does so although it was ignored before.
      if (this.ignored.has(signal) && !CAUGHT_BY_PROGRAMS.has(signal)) return;
      if (isStop(signal)) this.isStopped = true;
      this.diedOf = signal;
      this.userland.host.request(this.netns, "KILL", { pid: this.pid, signal: `SIG${signal}` });
      return;
    }
    if (signal !== "KILL") {
      const isMasked = signal !== "STOP";
      if (isMasked && this.ignored.has(signal)) return;
      if (isMasked && this.caught?.(signal)) {
        if (this.wakesOnTrap && this.task !== null) this.userland.baton.wake(this.task);
        return;
      }
      if (isHarmless(signal)) return;
      if (isStop(signal)) {
        this.isStopped = true;
        return;
      }
    }
    this.death = signal;
    if (this.task !== null) this.userland.baton.wake(this.task);
  }

  /** What SIGCONT does, whatever its trap. */
  private goOn(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    if (this.task !== null) this.userland.baton.wake(this.task);
  }

  checkDeath(): void {
    if (this.death !== null) throw new SignalDeath(this.death);
  }

  // ------------------------------------------------------------------------------------------ reading and writing

  /** Writes at once; a pipe that nobody reads gives SIGPIPE. Null: written. */
  write(fd: number, text: string): Errno | null {
    const file = this.fds.get(fd);
    if (file === undefined) return "EBADF";
    this.userland.countMoved(text);
    const errno = file.write(text);
    if (errno !== "EPIPE") return errno;
    this.signal("PIPE");
    this.checkDeath();
    return "EPIPE";
  }

  /** Waits until the readers of a pipe have made room. */
  async drain(fd: number): Promise<void> {
    for (;;) {
      const file = this.fds.get(fd);
      if (file?.isFull !== true) return;
      file.awaitRoom?.(this.task!);
      await this.wait(`room in ${file.label}`);
    }
  }

  /** All that is left to read; ENOMEM for what never ends. */
  async takeAll(fd: number): Promise<Result<string>> {
    const parts: string[] = [];
    let length = 0;
    for (;;) {
      const taken = await this.take(fd, Number.POSITIVE_INFINITY, null);
      if (taken.kind === "refused") return refused(taken.errno);
      if (taken.kind !== "text") return granted(joinedText(parts.join("")));
      parts.push(taken.text);
      length += taken.text.length;
      if (length > TAKE_MAX) return refused("ENOMEM");
    }
  }

  /** Waits until there is text, the end or an error. `deadline`: gives `wait` when it has passed. */
  async take(fd: number, max: number, stop: string | null, deadline: Nanos | null = null): Promise<Taken> {
    for (;;) {
      const file = this.fds.get(fd);
      if (file === undefined) return { kind: "refused", errno: "EBADF" };
      const taken = file.take(max, stop);
      if (taken.kind === "text") this.userland.countMoved(taken.text);
      if (file.takeCost !== undefined) await this.sleepUntil(this.userland.host.now + file.takeCost);
      if (taken.kind !== "wait") return taken;
      if (deadline !== null && this.userland.host.now >= deadline) return taken;
      file.awaitText?.(this.task!);
      if (deadline === null) await this.wait(`text from ${file.label}`);
      else {
        await this.userland.baton.sleep(this.task!, deadline);
        await this.resumed();
      }
    }
  }
}
