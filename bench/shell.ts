/**
 * What the installed command needs for scripts: for an external command that does nothing, and from start to exit for a script
 * that is bare and for one that calls text tools.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, spread } from "./statistics.ts";

const CLI = "dist/cli/vethsim.js";
/** External commands of one script. */
const COMMANDS = 10_000;

interface Contestant {
  readonly name: string;
  readonly script: string;
  /** External commands over which its time above the bare script's is spread; null: its time is that from start to exit. */
  readonly commands: number | null;
}

const loop = (command: string) => `for ((i = 0; i < ${COMMANDS}; i++)); do ${command}; done\n`;

const FIELD: readonly Contestant[] = [
  { name: "a bare script, start to exit", script: ":\n", commands: null },
  {
    name: "a script with text tools, start to exit",
    script: "ip link | grep -c lo | sed 's/1/one/' | awk '{ print $1 }'\n",
    commands: null,
  },
  { name: "an external command", script: loop("/bin/true"), commands: COMMANDS },
  {
    name: "an external command, its output thrown away",
    script: loop("/bin/true >/dev/null 2>&1"),
    commands: COMMANDS,
  },
  { name: "an external command in $(...)", script: loop("x=$(/bin/true)"), commands: COMMANDS },
];

export interface ShellTime {
  readonly name: string;
  readonly value: number;
  readonly unit: "ms" | "µs a command";
  readonly spread: number;
}

function millisOf(script: string): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [CLI, "run", script], { encoding: "utf8" });
  const millis = performance.now() - begun;
  if (status !== 0) throw new Error(`vethsim run ended with status ${status}\n${stderr}`);
  return millis;
}

/** Each script in turn, `rounds` times. */
export function measureShell(rounds: number): readonly ShellTime[] {
  if (!existsSync(CLI)) throw new Error(`${CLI} does not exist: npm run build`);
  const folder = mkdtempSync(join(tmpdir(), "vethsim-shell-"));
  try {
    const files = FIELD.map(({ script }, i) => {
      const file = join(folder, `${i}.sh`);
      writeFileSync(file, script);
      return file;
    });
    const millis: number[][] = FIELD.map(() => []);
    for (const file of files) millisOf(file); // the first start reads the disk
    for (let round = 0; round < rounds; round++)
      for (const [i, file] of files.entries()) millis[i]!.push(millisOf(file));
    const bare = median(millis[0]!);
    return FIELD.map(({ name, commands }, i) => ({
      name,
      value: commands === null ? median(millis[i]!) : ((median(millis[i]!) - bare) * 1000) / commands,
      unit: commands === null ? "ms" : "µs a command",
      spread: spread(millis[i]!),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
