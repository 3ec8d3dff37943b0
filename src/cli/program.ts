/** The command line: what there is, with its help. What a command does is loaded when it is called, so that `run` starts fast. */
import { Command, CommanderError, Option } from "commander";
import { VERSION } from "../core/version.ts";
import type { ExportFlags } from "./export.ts";
import { type Io, UsageError } from "./io.ts";
import type { LogFlags } from "./log.ts";
import { addEventFilters, count, pace, parseTime, time } from "./option-values.ts";
import type { RunFlags } from "./run.ts";
import type { ShellFlags } from "./shell.ts";
import type { VerifyFlags } from "./verify.ts";

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

function commandLine(io: Io, done: (status: number) => void): Command {
  const program = new Command("vethsim")
    .description("Runs the shell scripts that configure Linux networks, in a simulator of Linux.")
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr })
    .showHelpAfterError("(see --help)");
  addRun(program, io, done);
  addShell(program, io, done);
  addReplay(program, io, done);
  addLog(program, io, done);
  addDiff(program, io, done);
  addExport(program, io, done);
  addVerify(program, io, done);
  return program;
}

function commandCost(): Option {
  return new Option("--command-cost <time>", "virtual time that starting a command takes")
    .argParser(time)
    .default(parseTime("1ms")!, "1ms");
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
    .addOption(
      new Option("--until <time>", "give the run up at this virtual time")
        .argParser(time)
        .default(parseTime("1d")!, "1d"),
    )
    .option("--max-commands <n>", "give the run up after so many commands", count, 1_000_000)
    .addOption(
      new Option(
        "--mount [dir]",
        "show the script's own folder, read-only, as /mnt/script, and begin there; or another folder as /mnt/NAME (repeatable)",
      )
        .preset("")
        .argParser((dir: string, before: readonly (string | true)[] | undefined): (string | true)[] => [
          ...(before ?? []),
          dir === "" ? true : dir,
        ]),
    )
    .option("--max-output <n>", "give the run up after so many octets of output", count, 64 << 20)
    .addOption(commandCost())
    .option(
      "--fork <log>",
      "answer the script from this log up to the instant --at, and go on live from there",
    )
    .option("--at <time>", "instant of --fork, in virtual time", time)
    .option("--freeze", "freeze every state after every step: slow, finds hidden changes")
    .option("--timestamps", "begin each line of output with its virtual time")
    .option("--summary", "print the closing summary although standard error is no terminal")
    .option("--json", "print the summary as one line of JSON")
    .addHelpText(
      "after",
      `
Words behind -- are the script's, although they look like options.

Examples:
  vethsim run setup.sh
  vethsim run setup.sh --timestamps
  vethsim run setup.sh --seed 7 --log run.log --pcap run.pcapng
  vethsim run setup.sh blue red -- --verbose
  echo 'ip -br link' | vethsim run -
  vethsim run setup.sh --record out
  vethsim run setup.sh --mount
  vethsim run changed.sh --fork run.log --at 2.5s --log fork.log

Exit status: the script's own; 2 for a mistake on the command line or a run that had to be given up.`,
    )
    .action(async (script: string, args: string[], flags: RunFlags) => {
      const { run } = await import("./run.ts");
      done(await run(script, args, flags, io));
    });
}

function addShell(program: Command, io: Io, done: (status: number) => void): void {
  program
    .command("shell")
    .description("a shell on a simulated host: type commands, let time pass, go back")
    .option("--seed <text>", "seed of all chance: MAC addresses, timers, $RANDOM", "1")
    .option("--setup <script>", "run this first; its functions and variables stay")
    .option("--log <file>", "write the log of everything that happens")
    .addOption(commandCost())
    .option("--resume <log>", "go on with the session of a log, or with the run of a script")
    .option("--at <time>", "instant of --resume, in virtual time; the last prompt if not given", time)
    .option("--max-commands <n>", "interrupt a line after so many commands", count, 1_000_000)
    .option("--pace <pace>", "real, fast, or seconds of virtual time in a second; real on a terminal", pace)
    .option("--history <file>", "keep the lines that were typed here, from one session to the next")
    .option("--freeze", "freeze every state after every step: slow, finds hidden changes")
    .addHelpText(
      "after",
      `
Lines that begin with a colon are for the simulator; :help lists them. Without a terminal, lines are
read from standard input, and no prompt is shown.

Examples:
  vethsim shell
  vethsim shell --setup pair.sh --log session.log
  vethsim shell --resume session.log
  vethsim shell --resume run.log --at 2.5s
  printf '%s\\n' 'ip link add v0 type veth' :log | vethsim shell

Exit status: the shell's own; 2 for a mistake on the command line.`,
    )
    .action(async (flags: ShellFlags) => {
      const { shell } = await import("./shell.ts");
      done(await shell(flags, io));
    });
}

function addReplay(program: Command, io: Io, done: (status: number) => void): void {
  program
    .command("replay")
    .description(
      "re-decide every step of a log from its inputs alone, and compare events, effects and states",
    )
    .argument("<log>")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
Examples:
  vethsim replay run.log

Exit status: 0 when all agrees; 1 with the place when the log is damaged or does not agree.`,
    )
    .action(async (path: string, flags: { readonly json?: true }) => {
      const { replay } = await import("./replay.ts");
      done(replay(path, flags.json === true, io));
    });
}

function addLog(program: Command, io: Io, done: (status: number) => void): void {
  addEventFilters(
    program
      .command("log")
      .description(
        "print the events of a log, follow a frame, list what was dropped, or show the state at a time",
      )
      .argument("<log>"),
  )
    .option("--follow <frame>", "follow a frame hop by hop", count)
    .option("--drops", "every frame and packet that was dropped: where, when and why")
    .option("--at <time>", "the state at this virtual time", time)
    .option("--json", "print JSON: a line for each event, or one for the state")
    .addHelpText(
      "after",
      `
Examples:
  vethsim log run.log
  vethsim log run.log --kind drop
  vethsim log run.log --device blue/v1 --from 1.5 --to 2s
  vethsim log run.log --follow 3
  vethsim log run.log --drops
  vethsim log run.log --at 1.5

Exit status: 0; 1 when a part of the log cannot be read; 2 for a mistake on the command line.`,
    )
    .action(async (path: string, flags: LogFlags) => {
      const { log } = await import("./log.ts");
      done(await log(path, flags, io));
    });
}

function addDiff(program: Command, io: Io, done: (status: number) => void): void {
  program
    .command("diff")
    .description("show the first event in which two logs differ, with what caused it on either side")
    .argument("<a>")
    .argument("<b>")
    .addHelpText(
      "after",
      `
Examples:
  vethsim diff seed1.log seed2.log

Exit status: 0 when the logs have the same events, 1 when they differ or are damaged.`,
    )
    .action(async (a: string, b: string) => {
      const { diff } = await import("./diff.ts");
      done(diff(a, b, io));
    });
}

function addExport(program: Command, io: Io, done: (status: number) => void): void {
  program
    .command("export")
    .description("write the frames of a log as pcapng, for Wireshark and tshark")
    .argument("<log>")
    .option("--pcapng <file>", "all devices, or the one of --device, in one file")
    .option("--split <dir>", "a file for each device: DIR/NETNS-IFNAME.pcapng")
    .option("--device <device>", "only this device: NETNS/IFNAME, or its number")
    .addHelpText(
      "after",
      `
Examples:
  vethsim export run.log --pcapng run.pcapng
  vethsim export run.log --pcapng v1.pcapng --device blue/v1
  vethsim export run.log --split captures`,
    )
    .action(async (path: string, flags: ExportFlags) => {
      const { exportLog } = await import("./export.ts");
      done(exportLog(path, flags, io));
    });
}

function addVerify(program: Command, io: Io, done: (status: number) => void): void {
  program
    .command("verify")
    .description("run scripts in the simulator and in fresh namespaces of this machine's kernel, and compare")
    .argument("<scripts...>")
    .option("--seed <text>", "seed of the simulator", "1")
    .option("--json", "print the results as JSON, a line for each script")
    .addHelpText(
      "after",
      `
Needs root on Linux, with the commands that the script calls and python3.

Examples:
  sudo vethsim verify setup.sh

Exit status: 0 when all agree, 1 when one differs, 2 when this machine cannot tell.`,
    )
    .action(async (scripts: string[], flags: VerifyFlags) => {
      const { verifyScripts } = await import("./verify.ts");
      done(await verifyScripts(scripts, flags, io));
    });
}
