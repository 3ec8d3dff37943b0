/** The command line: what there is, with its help. What a command does is loaded when it is called, so that `run` starts fast. */
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { VERSION } from "../version.ts";
import { type Io, UsageError } from "./io.ts";
import { parseCount, parseTime } from "./option-values.ts";
import type { RunFlags } from "./run.ts";

/** A mistake of the caller's, or a run that cannot be judged. */
const STATUS_USAGE = 2;

/** Runs a command line and gives its exit status. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let status = 0;
  const program = commandLine(io, (one) => {
    status = one;
  });
  try {
    await program.parseAsync(argv, { from: "user" });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : STATUS_USAGE;
    if (!(error instanceof UsageError)) throw error;
    io.stderr(`vethsim: ${error.message}\n`);
    return STATUS_USAGE;
  }
}

/** For option parsers: `parse` gives null for what it does not take. */
function taking<T>(parse: (text: string) => T | null, expected: string): (text: string) => T {
  return (text) => {
    const value = parse(text);
    if (value === null) throw new InvalidArgumentError(`${expected} is expected.`);
    return value;
  };
}

const time = taking(parseTime, "a time such as 1.5, 250ms, 10s or 2m");
const count = taking(parseCount, "a whole number from 0 on");

function commandLine(io: Io, done: (status: number) => void): Command {
  const program = new Command("vethsim")
    .description("Runs the shell scripts that configure Linux networks, in a simulator of Linux.")
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr })
    .showHelpAfterError("(see --help)");
  addRun(program, io, done);
  return program;
}

function addRun(program: Command, io: Io, done: (status: number) => void): void {
  program
    .command("run")
    .description("run a bash script; its output and its exit status become vethsim's own")
    .argument("<script>", "file; - reads it from standard input")
    .argument("[args...]", "$1, $2, ... of the script")
    .option("--seed <text>", "seed of all chance: MAC addresses, timers, $RANDOM", "1")
    .option("--log <file>", "write the log of everything that happens")
    .option("--pcap <file>", "write all frames as pcapng")
    .option("--record <dir>", "write steps, frames and final tables as a recording of a kernel has them")
    .option("--until <time>", "give the run up at this virtual time", time, parseTime("1d")!)
    .option("--max-commands <n>", "give the run up after so many commands", count, 1_000_000)
    .option("--command-cost <time>", "virtual time that starting a command takes", time, parseTime("1ms")!)
    .option("--freeze", "freeze every state after every step: slow, finds hidden changes")
    .option("--summary", "print the closing summary although standard error is no terminal")
    .option("--json", "print the summary as one line of JSON")
    .addHelpText(
      "after",
      `
Words behind -- are the script's, although they look like options.

Examples:
  vethsim run setup.sh
  vethsim run setup.sh --seed 7 --log run.log --pcap run.pcapng
  vethsim run setup.sh blue red -- --verbose
  echo 'ip -br link' | vethsim run -
  vethsim run setup.sh --record out

Exit status: the script's own; 2 for a mistake on the command line or a run that had to be given up.`,
    )
    .action(async (script: string, args: string[], flags: RunFlags) => {
      const { run } = await import("./run.ts");
      done(await run(script, args, flags, io));
    });
}
