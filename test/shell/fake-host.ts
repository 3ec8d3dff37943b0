/** A host for tests of the shell alone: files in memory, a virtual clock, processes as numbers, programs as given. */
import type { Nanos } from "../../src/core/nanos.ts";
import { joinedText } from "../../src/core/octets.ts";
import { granted, type Result, refused } from "../../src/core/result.ts";
import type { ProgramListener } from "../../src/events/program-listener.ts";
import type { BodyOf, NetnsId, Operation, ReplyOf } from "../../src/events/requests.ts";
import type { Host } from "../../src/shell/host.ts";
import { Shell, type ShellOptions } from "../../src/shell/shell.ts";
import { Run } from "../../src/simulation/run.ts";

/** What a program of the simulation does: texts at times after its start, then its status. */
export interface FakeProgram {
  readonly output: readonly (readonly [delay: Nanos, text: string])[];
  readonly end: readonly [delay: Nanos, status: number] | null;
}

interface Timer {
  readonly time: Nanos;
  readonly act: () => void;
}

/** What the requests below may carry, all in one. */
type Bodies = BodyOf<"FORK"> &
  BodyOf<"EXEC"> &
  BodyOf<"SETNS"> &
  BodyOf<"KILL"> &
  BodyOf<"FILE_WRITE"> &
  BodyOf<"FILE_RENAME">;

export class FakeHost implements Host {
  now: Nanos = 0;
  /** Has the file system of a real run; nothing else of it is used. */
  private readonly world = new Run();
  /** Files by path: those under /sys and /proc are answered from here, others are put into the file system. */
  readonly files = new FakeFiles((path, text) => {
    const body = {
      path,
      write: true,
      create: true,
      trunc: true,
      mode: text.startsWith("#!") ? 0o755 : 0o644,
    };
    this.world.request(0, "FILE_OPEN", body);
    this.world.request(0, "FILE_WRITE", { path, data: text, append: false });
  });
  /** Each request as text: what a log would hold. */
  readonly log: string[] = [];
  readonly processes = new Map<number, { netns: NetnsId; comm: string }>();
  private pids = 100;
  private timers: Timer[] = [];
  private readonly listeners = new Map<number, ProgramListener>();

  constructor(private readonly known: Readonly<Record<string, FakeProgram>> = {}) {}

  get programs(): readonly string[] {
    return Object.keys(this.known);
  }

  request = <Op extends Operation>(netns: NetnsId, op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> => {
    this.log.push(`${this.now} ${netns} ${op} ${JSON.stringify(body)}`);
    return this.answer(netns, op, body as never) as Result<ReplyOf<Op>>;
  };

  spawn(_netns: NetnsId, pid: number, argv: readonly string[], listener: ProgramListener): Result<null> {
    const program = this.known[argv[0]!]!;
    this.listeners.set(pid, listener);
    const at = (delay: Nanos, act: () => void) =>
      this.timers.push({ time: this.now + delay, act: () => this.listeners.has(pid) && act() });
    for (const [delay, text] of program.output) at(delay, () => listener.output(1, text));
    if (program.end !== null) at(program.end[0], () => this.stop(pid, program.end![1]));
    return granted(null);
  }

  advance(until: Nanos | null): boolean {
    const next = this.timers.reduce<Timer | null>(
      (first, timer) => (first === null || timer.time < first.time ? timer : first),
      null,
    );
    if (next !== null && (until === null || next.time <= until)) {
      this.timers = this.timers.filter((timer) => timer !== next);
      this.now = next.time;
      next.act();
      return true;
    }
    if (until === null) return false;
    this.now = until;
    return true;
  }

  private stop(pid: number, status: number): void {
    const listener = this.listeners.get(pid);
    this.listeners.delete(pid);
    listener?.exit(status);
  }

  private answer(netns: NetnsId, op: Operation, body: Bodies): Result<unknown> {
    switch (op) {
      case "FORK":
        this.processes.set(++this.pids, { netns, comm: body.comm });
        return granted({ pid: this.pids });
      case "CHDIR":
        return granted(null);
      case "EXEC":
        this.processes.get(body.pid)!.comm = body.comm;
        return granted(null);
      case "SETNS":
        this.processes.get(body.pid)!.netns = body.netns;
        return granted(null);
      case "EXIT":
        this.processes.delete(body.pid);
        return granted(null);
      case "KILL":
        this.stop(
          body.pid,
          128 + ({ SIGTERM: 15, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13 }[body.signal as string] ?? 0),
        );
        return granted(null);
      case "RTM_GETADDR":
        return granted([]);
      default:
        return this.file(netns, op, body);
    }
  }

  private file(
    netns: NetnsId,
    op: Operation,
    body: { path: string; data: string; append: boolean },
  ): Result<unknown> {
    const { files } = this;
    const { path, data } = body;
    const known = path !== undefined && isMadeUp(path) ? files.get(path) : undefined;
    if (known === undefined) return this.world.request(netns, op, body as never);
    switch (op) {
      case "FILE_OPEN":
        return granted({ type: "file", ino: null, path });
      case "FILE_READ":
        return known === "EINVAL" ? refused("EINVAL") : granted(known);
      case "FILE_WRITE":
        if (known === "EOPNOTSUPP") return refused("EOPNOTSUPP");
        files.set(path, data);
        return granted(null);
      default:
        return granted({ type: "file", size: known.length, mode: 0o644, ino: 1, nlink: 1, mtime: 0 });
    }
  }
}

function isMadeUp(path: string): boolean {
  return path.startsWith("/sys/") || path.startsWith("/proc/");
}

class FakeFiles extends Map<string, string> {
  constructor(private readonly put: (path: string, text: string) => void) {
    super();
  }

  override set(path: string, text: string): this {
    if (!isMadeUp(path)) this.put(path, text);
    return super.set(path, text);
  }
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
  readonly host: FakeHost;
}

export async function runScript(
  script: string,
  options: Partial<ShellOptions> = {},
  host: FakeHost = new FakeHost(),
): Promise<RunResult> {
  let [stdout, stderr, seed] = ["", "", 1];
  const shell = new Shell(host, {
    name: "case.sh",
    cwd: "/tmp",
    commandCost: 1_000_000,
    seedRandom: () => (seed = (seed * 48_271) % 0x7fff_ffff),
    stdout: (text) => {
      stdout += text;
    },
    stderr: (text) => {
      stderr += text;
    },
    maxCommands: 200_000,
    until: 1e12,
    ...options,
  });
  const status = await shell.run(script);
  return { stdout: joinedText(stdout), stderr: joinedText(stderr), status, host };
}
