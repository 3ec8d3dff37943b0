/**
 * Commands that run other commands: env(1), sudo(8), nohup(1), nice(1), setsid(1), stdbuf(1), timeout(1), xargs(1).
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
  cx.err(`${cx.argv[0]}: ${text}: ${strerror(errno)}\n`);
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
  if (cx.argv.length < 2) return usageError(cx, "missing operand", 125);
  cx.process.ignored.add("HUP");
  const text = `failed to run command ${quoted(cx.argv[1]!)}`;
  return missing(cx, cx.argv[1]!, { text }) ?? cx.exec(cx.argv.slice(1));
};

/** `nice`, `setsid`, `stdbuf`, `unbuffer`, `ionice`: what they change does not exist here. */
export const plainWrapper: Tool = (cx) => {
  const values = { nice: "n", stdbuf: "ioe", ionice: "cn" }[cx.argv[0]!] ?? "";
  const parsed = parseOptions(cx, {
    flags: "fwct".replaceAll(new RegExp(`[${values || " "}]`, "g"), ""),
    values,
    stopsAtOperand: true,
    digits: "\u0001",
  });
  if (parsed === null) return 125;
  if (parsed.operands.length === 0) return usageError(cx, "missing operand", 125);
  return missing(cx, parsed.operands[0]!) ?? cx.exec(parsed.operands);
};

export const timeout: Tool = async (cx) => {
  const long = { foreground: "f", "preserve-status": "p", verbose: "v", signal: "s", "kill-after": "k" };
  const parsed = parseOptions(cx, { flags: "fpv", values: "sk", long, stopsAtOperand: true });
  if (parsed === null) return 125;
  const [interval, ...argv] = parsed.operands;
  if (interval === undefined || argv.length === 0) return usageError(cx, "missing operand", 125);
  const delay = parseInterval(interval);
  if (delay === null) return usageError(cx, `invalid time interval '${interval}'`, 125);
  const killDelay = parsed.has("k") ? parseInterval(parsed.value("k")!) : null;
  if (parsed.has("k") && killDelay === null)
    return usageError(cx, `invalid time interval '${parsed.value("k")}'`, 125);
  const signal = parseSignal(parsed.value("s") ?? "TERM");
  if (signal === null) return usageError(cx, `'${parsed.value("s")}': invalid signal`, 125);
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
      return 128 + signalNumber("KILL");
    }
  }
  const status = (await process.waitFor(child))!;
  return parsed.has("p") ? status : signal === "KILL" ? 137 : 124;
};

function send(
  cx: ToolContext,
  child: ReturnType<ToolContext["fork"]>,
  signal: SignalName,
  isVerbose: boolean,
  name: string,
): void {
  if (isVerbose) cx.err(`timeout: sending signal ${signal} to command '${name}'\n`);
  // It goes to the whole group: to the children of the command, too.
  const { processes } = cx.process.userland;
  const family = [child];
  for (const process of processes.values())
    if (process.parent !== null && family.includes(process.parent)) family.push(process);
  for (const process of family) process.signal(signal);
}

export const xargs: Tool = async (cx) => {
  const long = {
    null: "0",
    "no-run-if-empty": "r",
    replace: "I",
    "max-args": "n",
    "max-lines": "L",
    delimiter: "d",
    "max-procs": "P",
    verbose: "t",
  };
  const parsed = parseOptions(cx, { flags: "0rtx", values: "InLdPs", long, stopsAtOperand: true });
  if (parsed === null) return 1;
  const command = parsed.operands.length > 0 ? parsed.operands : ["echo"];
  const text = await cx.readAll();
  const replaced = parsed.value("I");
  const delimiter = parsed.has("0")
    ? "\0"
    : parsed.value("d")?.replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0");
  const isByLine = replaced !== undefined || parsed.has("L");
  const items =
    delimiter !== undefined
      ? text.split(delimiter).filter((item, i, all) => i < all.length - 1 || item !== "")
      : isByLine
        ? text
            .split("\n")
            .map((line) => line.trimStart())
            .filter((line) => line !== "")
        : words(cx, text);
  if (items === null) return 1;
  const size =
    replaced !== undefined ? 1 : Number(parsed.value("n") ?? parsed.value("L") ?? Number.POSITIVE_INFINITY);
  const batches: string[][] = [];
  for (let at = 0; at < items.length; at += Math.min(size, items.length))
    batches.push(items.slice(at, at + Math.min(size, items.length)));
  if (batches.length === 0 && !parsed.has("r") && replaced === undefined) batches.push([]);
  let status = 0;
  for (const batch of batches) {
    const extra =
      parsed.has("L") && delimiter === undefined ? batch.flatMap((line) => words(cx, line) ?? []) : batch;
    const argv =
      replaced === undefined
        ? [...command, ...extra]
        : command.map((word) => word.replaceAll(replaced, batch[0]!));
    const refused = missing(cx, argv[0]!, { text: argv[0]! });
    if (refused !== null) return refused;
    if (parsed.has("t")) cx.err(`${argv.join(" ")}\n`);
    const child = cx.fork(argv);
    const ended = (await cx.process.waitFor(child))!;
    if (ended === 255) {
      cx.err(`xargs: ${argv[0]}: exited with status 255; aborting\n`);
      return 124;
    }
    if (ended > 128) return 125;
    if (ended !== 0) status = 123;
  }
  return status;
};

/** Words as xargs sees them: with quotes and backslashes. */
function words(cx: ToolContext, text: string): string[] | null {
  const found: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (/\s/.test(character)) {
      if (word !== null) found.push(word);
      word = null;
    } else if (character === "'" || character === '"') {
      const end = text.indexOf(character, at + 1);
      if (end < 0 || text.slice(at, end).includes("\n")) {
        const kind = character === '"' ? "double" : "single";
        cx.err(
          `xargs: unmatched ${kind} quote; by default quotes are special to xargs unless you use the -0 option\n`,
        );
        return null;
      }
      word = (word ?? "") + text.slice(at + 1, end);
      at = end;
    } else if (character === "\\") word = (word ?? "") + (text[++at] ?? "");
    else word = (word ?? "") + character;
  }
  if (word !== null) found.push(word);
  return found;
}
