/** Runs a shell script on a simulation that the typed API drives, too. */
import type { Nanos } from "../core/nanos.ts";
import { joinedText } from "../core/octets.ts";
import type { MountedFile, NetnsId } from "../events/requests.ts";
import { PROGRAM_NAMES } from "../processes/programs.ts";
import { SeededChance } from "../scheduler/chance.ts";
import type { Simulation } from "../simulation/simulation.ts";
import type { Host } from "./host.ts";
import { Shell } from "./shell.ts";

export interface ScriptOptions {
  /** `$0`, and in messages. @defaultValue script.sh */
  readonly name?: string;
  readonly args?: readonly string[];
  /** Files that the script may read, by path below /mnt/script, where it then begins: `lib.sh` is `./lib.sh` to it. */
  readonly files?: ReadonlyMap<string, string>;
  /** Standard input. @defaultValue /dev/null */
  readonly stdin?: string;
  /** The namespace that it begins in. @defaultValue main */
  readonly netns?: { readonly id: NetnsId };
  /** Virtual time that starting an external command takes. @defaultValue 1 ms */
  readonly commandCost?: Nanos;
  /** So many commands end the script. @defaultValue no limit */
  readonly maxCommands?: number;
  /** Virtual time at which it ends. @defaultValue no limit */
  readonly until?: Nanos;
}

export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

/**
 * Runs a script from the present instant on, to its end; virtual time passes. It does not wait for operations of the typed API
 * that are under way: what awaits them resumes at an instant behind its end.
 * Rejects with a ScriptError when the script has to be given up: a limit, a deadlock, or what the shell does not know.
 */
export async function runScript(
  sim: Simulation,
  text: string,
  options: ScriptOptions = {},
): Promise<ScriptResult> {
  const { name = "script.sh", args = [], netns, files, ...rest } = options;
  let stdout = "";
  let stderr = "";
  const number = sim.world.noteScript(name, text);
  const chance = new SeededChance(sim.seed);
  // By number: a second script does not repeat the first one's numbers.
  const stream = number === 1 ? "shell" : `shell/${number}`;
  const shell = new Shell(hostOf(sim), {
    ...rest,
    ...(files === undefined ? {} : { cwd: MOUNT, mounts: [mountOf(files)] }),
    name,
    args,
    netns: netns?.id ?? 0,
    stdout: (part) => {
      stdout += part;
    },
    stderr: (part) => {
      stderr += part;
    },
    seedRandom: () => chance.draw(stream, 0x8000_0000),
  });
  const status = await shell.run(text);
  return { stdout: joinedText(stdout), stderr: joinedText(stderr), status };
}

const MOUNT = "/mnt/script";

function mountOf(files: ReadonlyMap<string, string>): { at: string; files: MountedFile[] } {
  return { at: MOUNT, files: [...files].map(([path, text]) => ({ path, mode: 0o755, text })) };
}

/** The shell's view of a simulation. */
function hostOf({ world }: Simulation): Host {
  return {
    get now() {
      return world.now;
    },
    programs: PROGRAM_NAMES,
    request: (netns, op, body) => world.request(netns, op, body),
    spawn: (netns, pid, argv, listener, streams) => world.spawn(netns, pid, argv, listener, streams),
    advance: (until) => world.advance(until ?? Number.POSITIVE_INFINITY, () => true),
  };
}
