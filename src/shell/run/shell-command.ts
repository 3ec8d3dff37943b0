/** `bash`, `sh`: a shell as an external command, in a process of its own. */
import { strerror } from "../../core/errno.ts";
import { setOptions } from "../builtins/set.ts";
import { Interpreter } from "../interpreter.ts";
import { parseScript } from "../parse.ts";
import type { Process } from "../process.ts";
import { runParsed } from "./source.ts";
import { runToEnd } from "./subshell.ts";

export const SHELLS: ReadonlySet<string> = new Set(["bash", "sh", "dash"]);

/** The variables that a shell begins with. */
export function initialize(sh: Interpreter, env: ReadonlyMap<string, string>): void {
  const set = (name: string, value: string, isExported = false, isReadonly = false) => {
    const variable = sh.variables.global(name);
    variable.value = value;
    variable.isExported = isExported;
    variable.isReadonly = isReadonly;
  };
  for (const [name, value] of env) if (/^[A-Za-z_]\w*$/.test(name)) set(name, value, true);
  set("IFS", " \t\n");
  set("PS4", "+ ");
  set("OPTIND", "1");
  set("OPTERR", "1");
  set("PWD", sh.process.cwd, true);
  set("UID", "0", false, true);
  set("EUID", "0", false, true);
  set("PPID", String(sh.process.parent?.pid ?? 1), false, true);
  set("BASH", "/bin/bash");
  set("BASH_VERSION", "5.2.15(1)-release");
  set("HOSTNAME", "vethsim");
  set("HOSTTYPE", "x86_64");
  set("MACHTYPE", "x86_64-pc-linux-gnu");
  set("OSTYPE", "linux-gnu");
  const level = Number(sh.variables.find("SHLVL")?.value ?? 0);
  set("SHLVL", String((Number.isInteger(level) ? level : 0) + 1), true);
  sh.initializeArrays();
}

export async function runShellCommand(
  process: Process,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
): Promise<number> {
  const name = argv[0]!;
  const sh = new Interpreter(process, name);
  const args = [...argv.slice(1)];
  let isCommand = false;
  let readsInput = false;
  while (args[0] !== undefined && /^[-+]./.test(args[0])) {
    const arg = args.shift()!;
    if (arg === "--") break;
    if (arg.startsWith("--")) {
      if (arg === "--norc" || arg === "--noprofile" || arg === "--posix") continue;
      process.write(2, `${name}: ${arg}: invalid option\n`);
      return 2;
    }
    const letters = arg.slice(1).replace(/[csil]/g, "");
    isCommand ||= arg[0] === "-" && arg.includes("c");
    readsInput ||= arg[0] === "-" && arg.includes("s");
    if (
      letters !== "" &&
      !setOptions(sh, `${arg[0]}${letters}`, letters.includes("o") ? (args.shift() ?? "") : null)
    )
      return 2;
  }
  let text: string;
  if (isCommand) {
    const command = args.shift();
    if (command === undefined) {
      process.write(2, `${name}: -c: option requires an argument\n`);
      return 2;
    }
    text = command;
    sh.isCommandString = true;
    sh.arg0 = args.shift() ?? name;
  } else {
    const file = readsInput ? undefined : args.shift();
    const read = await readScript(process, name, file);
    if (typeof read === "number") return read;
    text = read;
    sh.arg0 = file ?? name;
  }
  sh.positional = args;
  initialize(sh, env);
  return runToEnd(sh, () => runParsed(sh, parseScript(sh.arg0, text, 1, isCommand ? "-c" : null)));
}

/** The text of a script file, or of standard input; a number: the status of the failure, which was told. */
async function readScript(
  process: Process,
  name: string,
  file: string | undefined,
): Promise<string | number> {
  const opened = file === undefined ? null : process.userland.files.open(process, file, "read");
  if (opened !== null && !opened.ok) {
    process.write(2, `${name}: ${file}: ${strerror(opened.errno)}\n`);
    return 127;
  }
  const fd = opened === null ? 0 : process.fds.free(10);
  if (opened !== null) process.fds.set(fd, opened.value);
  const read = await process.takeAll(fd);
  if (opened !== null) process.fds.close(fd);
  return read.ok ? read.value : "";
}
