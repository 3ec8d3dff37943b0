import type { Nanos } from "../core/nanos.ts";
import type { Result } from "../core/result.ts";
import type { BodyOf, NetnsId, Operation, ReplyOf } from "../events/requests.ts";
import type { ProgramSink } from "../kernel/kernel.ts";
import { PROGRAMS } from "../processes/programs.ts";
import { Run, type RunOptions } from "../simulation/run.ts";
import type { Host, ProgramListener } from "./host.ts";

/** The shell's world is a run of the simulation. */
export class RunHost implements Host {
  readonly run: Run;
  readonly programs: readonly string[] = [...PROGRAMS.keys()];
  private readonly listeners = new Map<number, ProgramListener>();
  /** A listener was told something since the last `advance`. */
  private wasTold = false;

  constructor(options: Omit<RunOptions, "programs">) {
    const sink: ProgramSink = {
      output: (pid, fd, text) => {
        this.wasTold = true;
        this.listeners.get(pid)?.output(fd, text);
      },
      exit: (pid, status) => {
        this.wasTold = true;
        const listener = this.listeners.get(pid);
        this.listeners.delete(pid);
        listener?.exit(status);
      },
    };
    this.run = new Run({ ...options, programs: sink });
  }

  get now(): Nanos {
    return this.run.now;
  }

  request<Op extends Operation>(netns: NetnsId, op: Op, body: BodyOf<Op>): Result<ReplyOf<Op>> {
    return this.run.request(netns, op, body);
  }

  spawn(netns: NetnsId, pid: number, argv: readonly string[], listener: ProgramListener): Result<null> {
    this.listeners.set(pid, listener);
    const result = this.run.request(netns, "SPAWN", { pid, argv });
    if (!result.ok) this.listeners.delete(pid);
    return result;
  }

  advance(until: Nanos | null): boolean {
    this.wasTold = false;
    return this.run.advance(until ?? Number.POSITIVE_INFINITY, () => this.wasTold);
  }
}
