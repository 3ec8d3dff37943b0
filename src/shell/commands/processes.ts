/**
 * Tools that show processes of the run and send them signals: ps(1), pgrep(1), pkill(1), killall(1), pidof(8).
 * @source procps 4.0.2; psmisc 23.6; sysvinit-utils 3.06
 */
import type { ProcessInfo } from "../../events/requests.ts";
import { PosixRegex } from "../posix-regex.ts";
import { parseSignal, type SignalName } from "../signals.ts";
import { formatDate } from "../strftime.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { parseOptions } from "./options.ts";

function processesOf(cx: ToolContext): readonly ProcessInfo[] {
  const reply = cx.request("PROCESSES", {});
  return reply.ok ? reply.value : [];
}

function commandLine({ argv, comm }: ProcessInfo): string {
  return argv.length === 0 ? `[${comm}]` : argv.join(" ");
}

/** Gives a signal to a process of the run; false: it is none that can have one. */
function send(cx: ToolContext, pid: number, signal: SignalName): boolean {
  const process = cx.process.userland.processes.get(pid);
  process?.signal(signal);
  return process !== undefined;
}

interface Column {
  readonly title: string;
  readonly width: number;
  readonly isLeft?: boolean;
  readonly value: (info: ProcessInfo, cx: ToolContext) => string;
}

/** The second of 1970 at which a process was forked. */
function startOf(cx: ToolContext, { start }: ProcessInfo): number {
  return cx.process.userland.options.epoch + Math.floor(start / 1e9);
}

function elapsed(cx: ToolContext, { start }: ProcessInfo): string {
  const seconds = Math.floor((cx.host.now - start) / 1e9);
  const two = (value: number) => String(value).padStart(2, "0");
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days}-${two(hours)}:${rest}` : hours > 0 ? `${two(hours)}:${rest}` : rest;
}

const stateOf = (info: ProcessInfo, cx: ToolContext) => (info.pid === cx.pid ? "R" : "S");
const ROOT: Column = { title: "USER", width: 8, isLeft: true, value: () => "root" };
const COMMAND: Column = { title: "COMMAND", width: 27, isLeft: true, value: commandLine };
const COMM: Column = { title: "COMMAND", width: 15, isLeft: true, value: ({ comm }) => comm };
const PID: Column = { title: "PID", width: 5, value: ({ pid }) => String(pid) };
const TTY: Column = { title: "TT", width: 8, isLeft: true, value: () => "?" };
const TIME: Column = { title: "TIME", width: 8, value: () => "00:00:00" };
const COLUMNS: ReadonlyMap<string, Column> = new Map<string, Column>([
  ["pid", PID],
  ["ppid", { title: "PPID", width: 5, value: ({ ppid }) => String(ppid) }],
  ["pgid", { ...PID, title: "PGID" }],
  ["pgrp", { ...PID, title: "PGRP" }],
  ["sid", { ...PID, title: "SID" }],
  ["comm", COMM],
  ["ucmd", { ...COMM, title: "CMD" }],
  ["ucomm", COMM],
  ["args", COMMAND],
  ["command", COMMAND],
  ["cmd", { ...COMMAND, title: "CMD" }],
  ["user", ROOT],
  ["euser", { ...ROOT, title: "EUSER" }],
  ["uid", { title: "UID", width: 5, value: () => "0" }],
  ["tty", TTY],
  ["tt", TTY],
  ["tname", { ...TTY, title: "TTY" }],
  ["time", TIME],
  ["etime", { title: "ELAPSED", width: 11, value: (info, cx) => elapsed(cx, info) }],
  [
    "etimes",
    { title: "ELAPSED", width: 7, value: ({ start }, cx) => String(Math.floor((cx.host.now - start) / 1e9)) },
  ],
  ["stat", { title: "STAT", width: 4, isLeft: true, value: stateOf }],
  ["state", { title: "S", width: 1, isLeft: true, value: stateOf }],
  ["s", { title: "S", width: 1, isLeft: true, value: stateOf }],
  ["pcpu", { title: "%CPU", width: 4, value: () => "0.0" }],
  ["%cpu", { title: "%CPU", width: 4, value: () => "0.0" }],
  ["pmem", { title: "%MEM", width: 4, value: () => "0.0" }],
  ["%mem", { title: "%MEM", width: 4, value: () => "0.0" }],
  ["vsz", { title: "VSZ", width: 6, value: () => "3060" }],
  ["rss", { title: "RSS", width: 5, value: () => "1752" }],
  ["nlwp", { title: "NLWP", width: 4, value: () => "1" }],
  ["start", { title: "STARTED", width: 8, value: (info, cx) => formatDate("%H:%M:%S", startOf(cx, info)) }],
  [
    "netns",
    {
      title: "NETNS",
      width: 10,
      value: ({ netns }) => String(netns === 0 ? 4_026_531_833 : 4_026_532_000 + netns),
    },
  ],
]);

const START: Column = {
  title: "START",
  width: 5,
  value: (info, cx) => formatDate("%H:%M", startOf(cx, info)),
};
const SHORT: readonly Column[] = [PID, { ...TTY, title: "TTY" }, TIME, { ...COMM, title: "CMD" }];
const FULL: readonly Column[] = [
  { ...ROOT, title: "UID" },
  PID,
  COLUMNS.get("ppid")!,
  { title: "C", width: 2, value: () => "0" },
  { ...START, title: "STIME" },
  { ...TTY, title: "TTY" },
  TIME,
  { ...COMMAND, title: "CMD" },
];
const AUX: readonly Column[] = [
  ROOT,
  { ...PID, width: 9 },
  ...["%cpu", "%mem", "vsz", "rss"].map((name) => COLUMNS.get(name)!),
  { ...TTY, title: "TTY" },
  COLUMNS.get("stat")!,
  START,
  { title: "TIME", width: 6, value: () => "0:00" },
  COMMAND,
];

interface PsPlan {
  columns: readonly Column[];
  pids: Set<number> | null;
  comms: Set<string> | null;
  parents: Set<number> | null;
  isAll: boolean;
  hasTitle: boolean;
}

const numbers = (text: string) => new Set(text.split(/[ ,]+/).map(Number));

export const ps: Tool = (cx) => {
  const plan: PsPlan = {
    columns: SHORT,
    pids: null,
    comms: null,
    parents: null,
    isAll: false,
    hasTitle: true,
  };
  const chosen: Column[] = [];
  const args = [...cx.argv.slice(1)];
  const fail = (text: string) => {
    cx.err(`error: ${text}\n\nUsage:\n ps [options]\n`);
    return 1;
  };
  while (args.length > 0) {
    const arg = args.shift()!;
    const isBsd = !arg.startsWith("-");
    if (arg === "--no-headers" || arg === "--no-heading" || arg === "h") plan.hasTitle = false;
    else if (/^--(pid|ppid)(=|$)/.test(arg)) {
      const value = arg.includes("=") ? arg.slice(arg.indexOf("=") + 1) : (args.shift() ?? "");
      plan[arg.startsWith("--ppid") ? "parents" : "pids"] = numbers(value);
    } else if (/^\d[\d,]*$/.test(arg)) plan.pids = numbers(arg);
    else if (arg.startsWith("--")) return fail("unknown gnu long option");
    else {
      const error = letters(isBsd ? arg : arg.slice(1), isBsd, args, plan, chosen);
      if (error !== null) return fail(error);
    }
  }
  return show(cx, { ...plan, columns: chosen.length > 0 ? chosen : plan.columns });
};

/** Options in one word; gives what is wrong with them. */
function letters(
  word: string,
  isBsd: boolean,
  args: string[],
  plan: PsPlan,
  chosen: Column[],
): string | null {
  for (let at = 0; at < word.length; at++) {
    const letter = word[at]!;
    if ("opCU".includes(letter) || (letter === "u" && !isBsd)) {
      const value = at + 1 < word.length ? word.slice(at + 1) : (args.shift() ?? "");
      if (letter === "o") return addColumns(value, chosen);
      if (letter === "p") plan.pids = numbers(value);
      if (letter === "C") plan.comms = new Set(value.split(","));
      return null;
    }
    if (letter === "e" || letter === "A" || letter === "a" || letter === "x") plan.isAll = true;
    else if (letter === "f" && !isBsd) plan.columns = FULL;
    else if (letter === "F" && !isBsd) plan.columns = FULL;
    else if (letter === "u") plan.columns = AUX;
    else if (!"wfljHLTc".includes(letter))
      return isBsd ? "unsupported option (BSD syntax)" : "unsupported SysV option";
  }
  return null;
}

function addColumns(text: string, chosen: Column[]): string | null {
  for (const part of text.split(/[ ,]+/)) {
    const [name = "", title] = part.split(/=(.*)/s);
    const column = COLUMNS.get(name);
    if (column === undefined) return `unknown user-defined format specifier "${name}"`;
    chosen.push(title === undefined ? column : { ...column, title });
  }
  return null;
}

function show(cx: ToolContext, plan: PsPlan): number {
  const { pids, comms, parents, columns } = plan;
  const shown = processesOf(cx).filter((info) => {
    if (pids === null && comms === null && parents === null) return plan.isAll || info.pid !== 1;
    return pids?.has(info.pid) || comms?.has(info.comm) || parents?.has(info.ppid);
  });
  const line = (texts: readonly string[]) =>
    columns
      .map(({ width, isLeft }, i) => {
        if (!isLeft) return texts[i]!.padStart(width);
        return i === columns.length - 1 ? texts[i]! : texts[i]!.padEnd(width);
      })
      .join(" ");
  if (plan.hasTitle && columns.some(({ title }) => title !== ""))
    cx.out(`${line(columns.map(({ title }) => title))}\n`);
  for (const info of shown) cx.out(`${line(columns.map(({ value }) => value(info, cx)))}\n`);
  return shown.length > 0 || (pids === null && comms === null && parents === null) ? 0 : 1;
}

const GREP_LONG = {
  full: "f",
  exact: "x",
  newest: "n",
  oldest: "o",
  "list-name": "l",
  "list-full": "a",
  count: "c",
  inverse: "v",
  delimiter: "d",
  parent: "P",
  "ignore-case": "i",
  signal: "signal=",
  echo: "e",
  uid: "u",
  euid: "u",
};

export const pgrep: Tool = (cx) => {
  const name = cx.argv[0]!.replace(/^.*\//, "");
  const isKill = name === "pkill";
  // `-TERM` and `-9` name the signal.
  const given = isKill ? cx.argv.find((word, i) => i > 0 && /^-([A-Z]{2,}\d*|\d+)$/.test(word)) : undefined;
  const argv = given === undefined ? cx.argv : cx.argv.filter((word) => word !== given);
  const parsed = parseOptions(
    { ...bound(cx), argv },
    {
      flags: "fxnolacvie",
      values: "dPuUGgst",
      long: GREP_LONG,
    },
  );
  if (parsed === null) return 2;
  const { has, value, operands } = parsed;
  const [pattern] = operands;
  if (pattern === undefined && !has("P") && !has("u")) {
    cx.err(`${name}: no matching criteria specified\nTry \`${name} --help' for more information.\n`);
    return 2;
  }
  const signal = parseSignal(value("signal") ?? given?.slice(1) ?? "TERM");
  if (signal === null) {
    cx.err(`${name}: Unknown signal "${value("signal") ?? given}".\n`);
    return 2;
  }
  const source = pattern === undefined ? "" : has("x") ? `^(${pattern})$` : pattern;
  const regex = PosixRegex.compile(source, true, { ignoreCase: has("i") });
  if (regex === null) {
    cx.err(`${name}: ${pattern}: invalid regular expression\n`);
    return 2;
  }
  const parents = value("P") === undefined ? null : numbers(value("P")!);
  let found = processesOf(cx).filter((info) => {
    if (info.pid === cx.pid) return false;
    const isMatch =
      regex.test(has("f") ? commandLine(info) : info.comm) && (parents === null || parents.has(info.ppid));
    return isMatch !== has("v");
  });
  if (has("n")) found = found.slice(-1);
  if (has("o")) found = found.slice(0, 1);
  if (isKill) {
    for (const info of found) {
      if (has("e")) cx.out(`${info.comm} killed (pid ${info.pid})\n`);
      send(cx, info.pid, signal);
    }
  } else if (has("c")) cx.out(`${found.length}\n`);
  else {
    const line = (info: ProcessInfo) =>
      has("a")
        ? `${info.pid} ${commandLine(info)}`
        : has("l")
          ? `${info.pid} ${info.comm}`
          : String(info.pid);
    const delimiter = value("d") ?? "\n";
    if (found.length > 0) cx.out(`${found.map(line).join(delimiter)}\n`);
  }
  return found.length > 0 ? 0 : 1;
};

/** A context whose words can be others. */
function bound(cx: ToolContext): ToolContext {
  return {
    env: cx.env,
    err: (text: string) => cx.err(text),
    out: (text: string) => cx.out(text),
  } as ToolContext;
}

export const pkill: Tool = pgrep;

export const killall: Tool = (cx) => {
  const given = cx.argv.find((word, i) => i > 0 && /^-([A-Z]{2,}\d*|\d+)$/.test(word));
  const argv = given === undefined ? cx.argv : cx.argv.filter((word) => word !== given);
  const parsed = parseOptions(
    { ...bound(cx), argv },
    { flags: "eIgiqvwr", values: "suo", long: { quiet: "q", signal: "s" } },
  );
  if (parsed === null) return 1;
  const { has, value, operands } = parsed;
  const signal = parseSignal(value("s") ?? given?.slice(1) ?? "TERM");
  if (signal === null) {
    cx.err(`${value("s") ?? given?.slice(1)}: unknown signal; killall -l lists signals.\n`);
    return 1;
  }
  if (operands.length === 0) {
    cx.err("Usage: killall [OPTION]... [--] NAME...\n");
    return 1;
  }
  let status = 0;
  for (const name of operands) {
    const found = processesOf(cx).filter(({ comm, pid }) => comm === name.slice(0, 15) && pid !== cx.pid);
    for (const { pid } of found) send(cx, pid, signal);
    if (found.length > 0) continue;
    status = 1;
    if (!has("q")) cx.err(`${name}: no process found\n`);
  }
  return status;
};

export const pidof: Tool = (cx) => {
  const parsed = parseOptions(cx, { flags: "scxnqz", values: "oS" });
  if (parsed === null) return 1;
  const found = processesOf(cx)
    .filter(
      ({ comm, argv, pid }) =>
        pid !== cx.pid && parsed.operands.some((name) => comm === name || argv[0] === name),
    )
    .map(({ pid }) => pid)
    .sort((a, b) => b - a);
  const shown = parsed.has("s") ? found.slice(0, 1) : found;
  if (shown.length > 0 && !parsed.has("q")) cx.out(`${shown.join(parsed.value("S") ?? " ")}\n`);
  return shown.length > 0 ? 0 : 1;
};
