/** `bash`, `sh`: a shell as an external command, in a process of its own. */
import { strerror } from "../../core/errno.ts";
import { BUILTINS } from "../builtins/index.ts";
import { listOptions, setOptions } from "../builtins/set.ts";
import { DASH_BUILTINS } from "../dash/builtins.ts";
import { dashOpenFailure } from "../dash/messages.ts";
import { Interpreter } from "../interpreter.ts";
import { isSetLetter, isSetOption, isShopt } from "../option-names.ts";
import { parseFunction, Unit } from "../parse.ts";
import type { Process } from "../process.ts";
import { Terminal } from "../terminal.ts";
import { interact } from "./interact.ts";
import { runText } from "./source.ts";
import { runToEnd } from "./subshell.ts";

/** The variables that a shell begins with. */
export function initialize(sh: Interpreter, env: ReadonlyMap<string, string>): void {
  const set = (name: string, value: string, isExported = false, isReadonly = false) => {
    const variable = sh.variables.global(name);
    variable.value = value;
    variable.isExported = isExported;
    variable.isReadonly = isReadonly;
  };
  for (const [name, value] of env) if (/^[A-Za-z_]\w*$/.test(name)) set(name, value, true);
  if (!sh.isDash) importFunctions(sh, env);
  set("IFS", " \t\n");
  set("PS4", "+ ");
  set("OPTIND", "1");
  if (sh.isDash) {
    for (const builtin of BUILTINS.keys()) if (!DASH_BUILTINS.has(builtin)) sh.disabled.add(builtin);
    set("PS1", "# ");
    set("PS2", "> ");
    set("PWD", sh.process.cwd, env.has("PWD"));
    set("PPID", String(sh.process.parent?.pid ?? 1));
    return;
  }
  set("OPTERR", "1");
  set("PWD", sh.process.cwd, true);
  set("UID", "0", false, true);
  set("EUID", "0", false, true);
  set("PPID", String(sh.process.parent?.pid ?? 1), false, true);
  set("BASH", "/usr/bin/bash");
  set("BASH_VERSION", "5.2.15(1)-release");
  set("HOSTNAME", "vethsim");
  set("HOSTTYPE", "x86_64");
  set("MACHTYPE", "x86_64-pc-linux-gnu");
  set("OSTYPE", "linux-gnu");
  const level = Number(sh.variables.find("SHLVL")?.value ?? 0);
  set("SHLVL", String((Number.isInteger(level) ? level : 0) + 1), true);
  sh.initializeArrays();
}

/** Functions that the parent exported (`export -f`). */
function importFunctions(sh: Interpreter, env: ReadonlyMap<string, string>): void {
  for (const [variable, text] of env) {
    const name = /^BASH_FUNC_(.+)%%$/.exec(variable)?.[1];
    if (name === undefined || !text.startsWith("() {")) continue;
    const unit = new Unit("environment", `${name} ${text}`, 1);
    const node = parseFunction(unit.source);
    if (node === null || node.body.type === "CompoundList") continue;
    sh.functions.set(name, { name, body: node.body, unit, isExported: true, isReadonly: false });
  }
}

/** What the arguments of a shell ask for. */
interface Invocation {
  command: string | null;
  /** `-s`: commands come from standard input, and all arguments are parameters. */
  readsInput: boolean;
  readonly operands: readonly string[];
}

export async function runShellCommand(
  process: Process,
  argv: readonly string[],
  env: ReadonlyMap<string, string>,
  program: string,
): Promise<number> {
  const name = argv[0]!;
  const sh = new Interpreter(process, name, null, program !== "bash");
  initialize(sh, env);
  const invocation = readInvocation(sh, argv);
  if (typeof invocation === "number") return invocation;
  const [first, ...rest] = invocation.operands;
  const { command } = invocation;
  if (command !== null) {
    sh.invocation = "c";
    sh.commandString = command;
    sh.arg0 = first ?? name;
    sh.positional = rest;
    return runToEnd(sh, async () => {
      await readStartFile(sh);
      return runText(sh, { name: sh.arg0, text: command, origin: "-c" });
    });
  }
  if (first === undefined || invocation.readsInput) {
    sh.invocation = "s";
    sh.positional = invocation.operands;
    const input = process.fds.get(0);
    if (input instanceof Terminal) return runToEnd(sh, () => interact(sh, input));
    return runToEnd(sh, async () => {
      await readStartFile(sh);
      return runText(sh, { name, text: "", more: () => readInputLine(process) });
    });
  }
  const text = await readScript(process, name, first, sh.isDash);
  if (typeof text === "number") return text;
  sh.arg0 = first;
  sh.positional = rest;
  return runToEnd(sh, async () => {
    await readStartFile(sh);
    return runText(sh, { name: first, text });
  });
}

const SILENT_OPTIONS: ReadonlySet<string> = new Set([
  "--debug",
  "--debugger",
  "--noediting",
  "--norc",
  "--noprofile",
]);

/** A number: the status to end with, after what was to be told. */
function readInvocation(sh: Interpreter, argv: readonly string[]): Invocation | number {
  const { process } = sh;
  const name = argv[0]!;
  const args = argv.slice(1);
  const fail = (text: string) => {
    process.write(2, sh.isDash ? `${name}: 0: ${text}\n` : `${name}: ${text}\n`);
    return 2;
  };
  let [isCommand, readsInput] = [false, false];
  while (args[0] !== undefined && /^[-+]./.test(args[0])) {
    const arg = args.shift()!;
    if (arg === "--" || arg === "-") break;
    if (sh.isDash && arg.startsWith("--")) return fail("Illegal option --");
    if (arg.startsWith("--")) {
      if (SILENT_OPTIONS.has(arg)) continue;
      if (arg === "--rcfile" || arg === "--init-file") args.shift();
      else if (arg === "--posix") setOptions(sh, "-o", "posix");
      else if (arg === "--verbose") setOptions(sh, "-v", null);
      else if (arg === "--login") sh.shopts.add("login_shell");
      else if (arg === "--version") {
        process.write(1, VERSION);
        return 0;
      } else {
        process.write(2, `${name}: ${arg}: invalid option\n${USAGE.replaceAll("NAME", name)}`);
        return 2;
      }
      continue;
    }
    const isOn = arg[0] === "-";
    for (const letter of arg.slice(1)) {
      if (letter === "c") isCommand = true;
      else if (letter === "s") readsInput = true;
      else if (letter === "l") sh.shopts.add("login_shell");
      else if (letter === "i") sh.shopts.add("expand_aliases");
      else if (letter === "D" || letter === "r") continue;
      else if (letter === "O") {
        const option = args.shift() ?? "";
        if (!isShopt(option)) return fail(`${option}: invalid shell option name`);
        if (isOn) sh.shopts.add(option);
        else sh.shopts.delete(option);
      } else if (letter === "o") {
        const option = args.shift();
        if (option === undefined) return sh.write("set", listOptions(sh, isOn));
        if (!isSetOption(option)) return fail(`${name}: ${option}: invalid option name`);
        setOptions(sh, `${arg[0]}o`, option);
      } else if (isSetLetter(letter)) setOptions(sh, `${arg[0]}${letter}`, null);
      else if (sh.isDash) return fail(`Illegal option ${arg[0]}${letter}`);
      else {
        process.write(2, `${name}: ${arg[0]}${letter}: invalid option\n${USAGE.replaceAll("NAME", name)}`);
        return 2;
      }
    }
  }
  if (!isCommand) return { command: null, readsInput, operands: args };
  const command = args.shift();
  return command === undefined
    ? fail(sh.isDash ? "-c requires an argument" : "-c: option requires an argument")
    : { command, readsInput, operands: args };
}

const VERSION = `GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>

This is free software; you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.
`;

const USAGE = `Usage:	NAME [GNU long option] [option] ...
	NAME [GNU long option] [option] script-file ...
GNU long options:
	--debug
	--debugger
	--dump-po-strings
	--dump-strings
	--help
	--init-file
	--login
	--noediting
	--noprofile
	--norc
	--posix
	--pretty-print
	--rcfile
	--restricted
	--verbose
	--version
Shell options:
	-ilrsD or -c command or -O shopt_option		(invocation only)
	-abefhkmnptuvxBCEHPT or -o option
`;

/** `BASH_ENV` names a file that is run first. */
async function readStartFile(sh: Interpreter): Promise<void> {
  const file = sh.variables.find("BASH_ENV")?.scalar;
  if (file === undefined || file === "" || !sh.userland.files.stat(sh.process, file).ok) return;
  const text = await readScript(sh.process, sh.arg0, file);
  if (typeof text === "string") await runText(sh, { name: file, text });
}

/** A line of standard input and no octet more, so that commands can read what comes after it. */
async function readInputLine(process: Process): Promise<string | null> {
  let line = "";
  while (!line.endsWith("\n")) {
    const taken = await process.take(0, Number.POSITIVE_INFINITY, "\n");
    if (taken.kind !== "text") break;
    line += taken.text;
  }
  return line === "" ? null : line;
}

/** The text of a script file; a number: the status of the failure, which was told. */
async function readScript(
  process: Process,
  name: string,
  file: string,
  isDash = false,
): Promise<string | number> {
  const stat = process.userland.files.stat(process, file);
  const opened = process.userland.files.open(process, file, "read");
  if (!opened.ok || (stat.ok && stat.value.type === "dir")) {
    const errno = opened.ok ? "EISDIR" : opened.errno;
    const why = strerror(errno);
    process.write(
      2,
      isDash ? `${name}: 0: ${dashOpenFailure(file, errno, false, why)}\n` : `${name}: ${file}: ${why}\n`,
    );
    if (isDash) return 2;
    return opened.ok ? 126 : 127;
  }
  const fd = process.fds.free(10);
  process.fds.set(fd, opened.value);
  const read = await process.takeAll(fd);
  process.fds.close(fd);
  return read.ok ? read.value : "";
}
