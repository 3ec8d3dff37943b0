/**
 * The library's front: a simulated machine with its namespaces, driven by typed functions.
 *
 *     const sim = new Simulation({ seed: 1 });
 *     const a = sim.netns("a");
 *     a.linkAdd({ kind: "veth", ifname: "eth0", peer: { ifname: "eth0", netns: sim.netns("b") } });
 */
import type { Nanos } from "../core/nanos.ts";
import { type Result, refused } from "../core/result.ts";
import type { ByteSource } from "../events/byte-source.ts";
import { LogReader } from "../events/log-reader.ts";
import { type LogSink, MemorySink } from "../events/log-sink.ts";
import type { BodyOf, NetnsId, Operation, ReplyOf } from "../events/requests.ts";
import { MAIN_NETNS } from "../kernel/globals.ts";
import type { Limits } from "../scheduler/scheduler.ts";
import { demand } from "./netlink-error.ts";
import { NetnsHandle } from "./netns-handle.ts";
import { type Instant, stateAt } from "./replay.ts";
import type { Snapshot } from "./snapshot.ts";
import { type StateView, viewState } from "./state-view.ts";
import { Turns } from "./turns.ts";
import { World } from "./world.ts";

export interface SimulationOptions {
  /** Seed of all chance: MAC addresses, timers, identifiers. @defaultValue 1 */
  readonly seed?: number | string;
  /** Where the log goes; `"memory"`: see `log` and `logBytes`. @defaultValue no log */
  readonly log?: LogSink | "memory";
  /** Freezes each state after each step and checks that nothing was changed in place. Slow; for tests. @defaultValue false */
  readonly freeze?: boolean;
  readonly limits?: Partial<Limits>;
  /** Keeps requests and snapshots in memory, for `stateAt` and for forks from the past. @defaultValue true */
  readonly history?: boolean;
}

/** A fork has its parent's seed, and goes on with the parent's random streams where they stand. */
export type ForkOptions = Omit<SimulationOptions, "seed">;

export class Simulation {
  /** The namespace that a run starts in. */
  readonly main: NetnsHandle;
  /** The run below: for a shell that shares it. Its time moves at once, without waiting for operations under way. */
  readonly world: World;
  private readonly turns: Turns;
  private readonly memory: MemorySink | null;
  private readonly handles = new Map<NetnsId, NetnsHandle>();

  constructor(options: SimulationOptions = {}, from?: Snapshot) {
    const { seed = 1, log, freeze, limits, history = true } = options;
    this.memory = log === "memory" ? new MemorySink() : null;
    const sink = log === "memory" ? this.memory : log;
    this.world = new World(
      {
        seed: String(seed),
        ...(sink == null ? {} : { log: sink }),
        ...(freeze === undefined ? {} : { freeze }),
        ...(limits === undefined ? {} : { limits }),
        ...(from === undefined ? {} : { from }),
      },
      history,
    );
    this.turns = new Turns(this.world);
    this.main = this.handle(MAIN_NETNS, "");
  }

  /** Goes on from a snapshot: same state, same agenda, same chance. */
  static fork(snapshot: Snapshot, options: ForkOptions = {}): Simulation {
    return new Simulation(options, snapshot);
  }

  /**
   * Goes on from an instant of a log.
   * @throws Divergence if the log is damaged there, or is not what the machine does
   */
  static fromLog(log: Uint8Array | ByteSource, instant: Instant, options: ForkOptions = {}): Simulation {
    return new Simulation(options, stateAt(new LogReader(log), instant).snapshot());
  }

  // -------------------------------------------------------------------------------------------- namespaces

  /** The namespace of a name, made if there is none: `ip netns add NAME`. @throws NetlinkError EINVAL for a name that cannot be */
  netns(name: string): NetnsHandle {
    const what = `netns ${name}`;
    if (name === "" || name === "." || name === ".." || name.includes("/"))
      return demand(refused("EINVAL", `"${name}" cannot be a namespace's name`), what, "main");
    const found = this.request(MAIN_NETNS, "NETNS_OPEN", { name });
    const { netns } = found.ok ? found.value : this.demand(what, "NETNS_ADD", { name });
    return this.handle(netns, name);
  }

  /** `ip netns del NAME`; the namespace goes when no process is in it. @throws NetlinkError ENOENT */
  netnsDel(name: string): void {
    this.demand(`netnsDel ${name}`, "NETNS_DEL", { name });
  }

  /** `ip netns list`: names, newest first. */
  netnsList(): readonly string[] {
    return this.demand("netnsList", "NETNS_LIST", {}).map(({ name }) => name);
  }

  private handle(netns: NetnsId, name: string): NetnsHandle {
    const known = this.handles.get(netns);
    if (known?.name === name) return known;
    const handle = new NetnsHandle(this.world, this.turns, netns, name);
    this.handles.set(netns, handle);
    return handle;
  }

  private demand<Op extends Operation>(what: string, op: Op, body: BodyOf<Op>): ReplyOf<Op> {
    return demand(this.request(MAIN_NETNS, op, body), what, "main");
  }

  /** Any request, with the kernel's bare answer. */
  request<Op extends Operation>(netns: NetnsHandle | NetnsId, op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    this.turns.note();
    const id = typeof netns === "number" ? netns : netns.id;
    return this.world.hasNetns(id)
      ? this.world.request(id, op, body)
      : refused("ENOENT", `there is no namespace ${id}`);
  }

  // -------------------------------------------------------------------------------------------- time

  /** Virtual time since the run began, in nanoseconds. */
  get now(): Nanos {
    return this.world.now;
  }

  /** Number of the newest event. */
  get seq(): number {
    return this.world.seq;
  }

  get seed(): string {
    return this.world.seed;
  }

  /** Lets so much virtual time pass, and all that happens in it. @throws RangeError if it is negative or no whole number */
  async advance(delay: Nanos): Promise<void> {
    await this.runUntil(this.now + delay);
  }

  /** Lets virtual time pass up to a point. @throws RangeError if it is over, or no whole number */
  async runUntil(time: Nanos): Promise<void> {
    if (!Number.isSafeInteger(time) || time < this.now)
      throw new RangeError(
        `cannot run until ${time}: it is ${this.now}, and time goes on in whole nanoseconds`,
      );
    await this.turns.wait({
      what: `run until ${time}`,
      until: time,
      hasEnded: () => false,
      finish: () => {},
    });
  }

  // -------------------------------------------------------------------------------------------- states

  /** The whole state as plain data. To look changes nothing. */
  state(): StateView {
    return viewState(this.snapshot());
  }

  /**
   * The state after all events of a time so far, or after the step to which an event belongs.
   * @throws RangeError for an instant that has not been yet
   */
  stateAt(instant: Instant): StateView {
    return viewState(this.world.at(instant));
  }

  /** Hash of the whole state: 16 hex digits. */
  stateHash(): string {
    return this.world.stateHash();
  }

  /** The whole of the run, now or at an instant of its past: enough to go on from there. */
  snapshot(instant?: Instant): Snapshot {
    return instant === undefined ? this.world.snapshot() : this.world.at(instant);
  }

  /**
   * A second world that goes on from now, or from an instant of the past, with other commands. Neither sees the other. Its log
   * begins with the whole state. Programs that are running go on in both; whoever awaits them awaits those of the first.
   */
  fork(options: ForkOptions & { readonly at?: Instant } = {}): Simulation {
    const { at, ...rest } = options;
    return Simulation.fork(this.snapshot(at), rest);
  }

  // -------------------------------------------------------------------------------------------- log

  /** The log in memory, to read: up to its last whole batch, or all of it once the simulation is closed. */
  get log(): LogReader {
    return new LogReader(this.logBytes());
  }

  /** Bytes of the log in memory, as far as they are written: all of them once the simulation is closed. */
  logBytes(): Uint8Array {
    if (this.memory === null) throw new Error('the simulation was not made with log: "memory"');
    return this.memory.bytes();
  }

  /** Ends the run and its log. No request and no wait may follow, and none may be under way; looking back may. */
  close(): void {
    const [waiting] = this.turns.waiting;
    if (waiting !== undefined) throw new Error(`cannot close: ${waiting} is under way`);
    if (!this.world.isClosed) this.world.close();
  }
}
