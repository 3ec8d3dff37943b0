/**
 * Commands that run other commands: env(1), sudo(8), nohup(1), nice(1), setsid(1), stdbuf(1), timeout(1).
 * @source coreutils 9.1; findutils 4.9; sudo 1.9
 */
import { strerror } from "../../core/errno.ts";
import { parseInterval } from "../interval.ts";
import { parseSignal, type SignalName, signalNumber } from "../signals.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { quote, quoted } from "./file/common.ts";
import { usageError } from "./inputs.ts";
import { parseOptions } from "./options.ts";

/** The status for a command that cannot be run, which is told; null: it can. */
function missing(
  cx: ToolContext,
  name: string,
  { text = `failed to run command ${quote(cx, name)}`, env = cx.env } = {},
): number | null {
  const errno = cx.missing(name, env);
  if (errno === null) return null;
  // execve(2) says of a directory what it says of a file that may not be run.
  cx.err(`${cx.argv[0]}: ${text}: ${strerror(errno === "EISDIR" ? "EACCES" : errno)}\n`);
  return errno === "ENOENT" ? 127 : 126;
}

export const env: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "i0",
    values: "uC",
    long: { "ignore-environment": "i", unset: "u", chdir: "C", null: "0" },
    stopsAtOperand: true,
  });
  if (parsed === null) return 125;
  const next = new Map(parsed.has("i") ? [] : cx.env);
  for (const name of parsed.all("u")) next.delete(name);
  const operands = [...parsed.operands];
  if (operands[0] === "-") {
    operands.shift();
    next.clear();
  }
  while (operands[0]?.includes("=")) {
    const word = operands.shift()!;
    next.set(word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1));
  }
  if (operands.length === 0) {
    cx.out([...next].map(([name, value]) => `${name}=${value}${parsed.has("0") ? "\0" : "\n"}`).join(""));
    return 0;
  }
  const cwd = parsed.value("C");
  if (cwd !== undefined) {
    const stat = cx.process.userland.files.stat(cx.process, cwd);
    const errno = !stat.ok ? stat.errno : stat.value.type === "dir" ? null : "ENOTDIR";
    if (errno !== null) {
      cx.err(`env: cannot change directory to ${quoted(cwd)}: ${strerror(errno)}\n`);
      return 125;
    }
  }
  const status = missing(cx, operands[0]!, { text: quote(cx, operands[0]!), env: next });
  if (status !== null) return status;
  return cx.exec(operands, { env: next, ...(cwd === undefined ? {} : { cwd }) });
};

export const sudo: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "EnHSibkK",
    values: "ugp",
    long: { "preserve-env": "E", "non-interactive": "n", user: "u", group: "g" },
    stopsAtOperand: true,
  });
  if (parsed === null) return 1;
  const operands = [...parsed.operands];
  const next = new Map(cx.env);
  while (/^[A-Za-z_]\w*=/.test(operands[0] ?? "")) {
    const word = operands.shift()!;
    next.set(word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1));
  }
  if (operands.length === 0)
    return parsed.has("k") || parsed.has("K") ? 0 : usageError(cx, "a command is needed");
  if (cx.hasCommand(operands[0]!)) return cx.exec(operands, { env: next });
  cx.err(`sudo: ${operands[0]}: command not found\n`);
  return 1;
};

export const nohup: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "", stopsAtOperand: true });
  if (parsed === null) return 125;
  if (parsed.operands.length === 0) return usageError(cx, "missing operand", 125);
  cx.process.ignored.add("HUP");
  const text = `failed to run command ${quoted(parsed.operands[0]!)}`;
  return missing(cx, parsed.operands[0]!, { text }) ?? cx.exec(parsed.operands);
};

/** A wrapper's own options are read; what they change does not exist here. `before`: operands that stand before the command. */
function wrapper(flags: string, values: string, before = 0): Tool {
  return (cx) => {
    const parsed = parseOptions(cx, { flags, values, stopsAtOperand: true });
    if (parsed === null) return 1;
    const argv = parsed.operands.slice(before);
    if (argv.length === 0) return usageError(cx, "missing operand", 1);
    return missing(cx, argv[0]!, { text: `failed to execute ${argv[0]!}` }) ?? cx.exec(argv);
  };
}

export const setsid: Tool = wrapper("cfw", "");
export const ionice: Tool = wrapper("t", "cnpPu");
export const taskset: Tool = wrapper("ac", "p", 1);
export const chrt: Tool = wrapper("abdfiormRv", "DPT", 1);

export const nice: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "",
    values: "n",
    long: { adjustment: "n" },
    stopsAtOperand: true,
    digits: "n",
  });
  if (parsed === null) return 125;
  const adjustment = parsed.value("n");
  if (adjustment !== undefined && !/^[-+]?\d+$/.test(adjustment)) {
    cx.err(`nice: invalid adjustment ${quote(cx, adjustment)}\n`);
    return 125;
  }
  const [name] = parsed.operands;
  if (name === undefined) {
    if (adjustment !== undefined) return usageError(cx, "a command must be given with an adjustment", 125);
    cx.out("0\n");
    return 0;
  }
  return missing(cx, name, { text: quote(cx, name) }) ?? cx.exec(parsed.operands);
};

export const timeout: Tool = async (cx) => {
  const long = { foreground: "f", "preserve-status": "p", verbose: "v", signal: "s", "kill-after": "k" };
  const parsed = parseOptions(cx, { flags: "fpv", values: "sk", long, stopsAtOperand: true });
  if (parsed === null) return 125;
  const [interval, ...argv] = parsed.operands;
  if (interval === undefined || argv.length === 0) {
    cx.err("Try 'timeout --help' for more information.\n");
    return 125;
  }
  const delay = parseInterval(interval);
  if (delay === null) return usageError(cx, `invalid time interval ${quote(cx, interval)}`, 125);
  const killDelay = parsed.has("k") ? parseInterval(parsed.value("k")!) : null;
  if (parsed.has("k") && killDelay === null)
    return usageError(cx, `invalid time interval ${quote(cx, parsed.value("k")!)}`, 125);
  const signal = parseSignal(parsed.value("s") ?? "TERM");
  if (signal === null) return usageError(cx, `${quote(cx, parsed.value("s")!)}: invalid signal`, 125);
  const refused = missing(cx, argv[0]!);
  if (refused !== null) return refused;
  const { process } = cx;
  const child = cx.fork(argv);
  // A signal to timeout is passed on.
  process.caught = (caught) => {
    child.signal(caught);
    return caught !== "KILL";
  };
  const waitUntil = async (time: number) => {
    while (child.exited === null && cx.host.now < time) await process.waitUntil(child, time);
  };
  if (delay === 0) return (await process.waitFor(child))!;
  await waitUntil(cx.host.now + delay);
  if (child.exited !== null) return child.exited;
  send(cx, child, signal, parsed.has("v"), argv[0]!);
  if (killDelay !== null) {
    await waitUntil(cx.host.now + killDelay);
    if (child.exited === null) {
      send(cx, child, "KILL", parsed.has("v"), argv[0]!);
      await process.waitFor(child);
      return killed(process);
    }
  }
  const status = (await process.waitFor(child))!;
  // It signals its whole group, and KILL takes it along.
  if (signal === "KILL") return killed(process);
  return parsed.has("p") ? status : 124;
};

function killed(process: ToolContext["process"]): number {
  process.signal("KILL");
  process.checkDeath();
  return 128 + signalNumber("KILL");
}

function send(
  cx: ToolContext,
  child: ReturnType<ToolContext["fork"]>,
  signal: SignalName,
  isVerbose: boolean,
  name: string,
): void {
  if (isVerbose) cx.err(`timeout: sending signal ${signal} to command ${quote(cx, name)}\n`);
  // It goes to the whole group: to the children of the command, too.
  const { processes } = cx.process.userland;
  const family = [child];
  for (const process of processes.values())
    if (process.parent !== null && family.includes(process.parent)) family.push(process);
  for (const process of family) process.signal(signal);
}
