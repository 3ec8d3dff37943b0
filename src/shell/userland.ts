/** What the processes of one run share: the baton, the files, the table of processes, the commands and the limits. */
import { SYSCALL_COST_NS } from "../core/costs.ts";
import { strerror } from "../core/errno.ts";
import type { NetnsId } from "../events/requests.ts";
import { GivenUp, ScriptError } from "./errors.ts";
import { Files } from "./files.ts";
import type { Command, Host } from "./host.ts";
import { LIMITS, type ShellLimits } from "./limits.ts";
import { Process } from "./process.ts";
import { Baton } from "./tasks.ts";

export interface UserlandOptions {
  readonly commands: ReadonlyMap<string, Command>;
  /** Virtual time that starting an external command takes, in nanoseconds. */
  readonly commandCost: number;
  /** So many commands, builtins included, end a run; null: no limit. */
  readonly maxCommands: number | null;
  readonly limits: ShellLimits;
  /** Virtual time at which a run ends; null: no limit. */
  readonly until: number | null;
  /** Seconds between 1970 and virtual time 0. */
  readonly epoch: number;
  /** Whole numbers from 0 to 2^31 - 1: seeds of `$RANDOM`, names of temporary files. */
  readonly seedRandom: () => number;
  readonly yieldToHost: (() => Promise<void>) | null;
}

const RAW = /[\udc80-\udcff]/;
const RAW_WEIGHT = 64;

export const SHELLS: ReadonlySet<string> = new Set(["bash", "sh", "dash"]);

/** Programs that Debian has under /usr/sbin. */
const SYSTEM_PROGRAMS: ReadonlySet<string> = new Set([
  "arp",
  "bridge",
  "brctl",
  "chroot",
  "dcb",
  "devlink",
  "ethtool",
  "ifconfig",
  "insmod",
  "ip",
  "ip6tables",
  "ip6tables-restore",
  "ip6tables-save",
  "iptables",
  "iptables-restore",
  "iptables-save",
  "lsmod",
  "modinfo",
  "modprobe",
  "nft",
  "rmmod",
  "route",
  "rtmon",
  "sysctl",
  "tc",
]);

/** So many commands pass between two offers of a turn to the host's event loop. */
const COMMANDS_PER_TURN = 64;
/** So many commands of its own a shell runs at one instant; then it pays for all of them, or what it polls for would never come. */
const COMMANDS_UNPAID = 1000;

export class Userland {
  readonly baton: Baton;
  readonly files: Files;
  readonly processes = new Map<number, Process>();
  /** Commands that were run so far. */
  commandCount = 0;
  private moved = 0;
  private output = 0;

  constructor(
    readonly host: Host,
    readonly options: UserlandOptions,
  ) {
    this.baton = new Baton(host, options.until, options.yieldToHost);
    this.files = new Files(
      host,
      (task) => this.baton.wake(task),
      options.seedRandom,
      (pid) => this.processes.get(pid),
    );
  }

  /** Puts the files of all programs in place, so that names and paths lead to them. */
  install(): void {
    const names = new Set([...this.options.commands.keys(), ...this.host.programs, ...SHELLS]);
    const isSystem = (name: string) => SYSTEM_PROGRAMS.has(name);
    const all = [...names].sort();
    const { fileOctets, files } = this.options.limits;
    if (fileOctets !== LIMITS.fileOctets || files !== LIMITS.files)
      this.host.request(0, "FILE_LIMITS", { octetsMax: fileOctets, inodesMax: files });
    this.host.request(0, "FILE_INSTALL", {
      dirs: [
        { path: "/usr/bin", names: all.filter((name) => !isSystem(name)) },
        { path: "/usr/sbin", names: all.filter(isSystem) },
      ],
    });
  }

  /** Counts octets that a process has read or written: what never ends must end. */
  countMoved(text: string): void {
    const { movedOctets } = this.options.limits;
    // Octets that are no UTF-8 take longer to carry.
    this.moved += RAW.test(text.slice(0, 64)) ? RAW_WEIGHT * text.length : text.length;
    if (this.moved > movedOctets) throw new GivenUp(`more than ${movedOctets} octets were read and written`);
  }

  /** Counts what the run itself writes. */
  countOutput(length: number): void {
    const { outputOctets } = this.options.limits;
    this.output += length;
    if (this.output > outputOctets) throw new GivenUp(`more than ${outputOctets} octets of output`);
  }

  fork(parent: Process | null, comm: string, netns: NetnsId): Process {
    const { processes } = this.options.limits;
    if (this.processes.size >= processes)
      throw new GivenUp(`fork: ${strerror("EAGAIN")} (${processes} processes)`);
    const reply = this.host.request(netns, "FORK", { parent: parent?.pid ?? 0, comm });
    if (!reply.ok) throw new ScriptError(`fork: ${reply.errno}`);
    const child = new Process(this, reply.value.pid, parent, netns, comm);
    this.processes.set(child.pid, child);
    return child;
  }

  /** Counts a command about to run: a loop that never waits must end too. */
  async countCommand(process: Process): Promise<void> {
    const { maxCommands, yieldToHost } = this.options;
    if (maxCommands !== null && this.commandCount >= maxCommands)
      throw new GivenUp(`more than ${maxCommands} commands were run`);
    if (++this.commandCount % COMMANDS_PER_TURN === 0 && yieldToHost !== null) await yieldToHost();
    if (++process.commandsSinceWait >= COMMANDS_UNPAID)
      await process.sleepUntil(this.host.now + COMMANDS_UNPAID * SYSCALL_COST_NS);
  }
}
