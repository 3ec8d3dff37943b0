/** The lines of `vethsim shell` that begin with a colon: they are for the simulator, not for the shell. */
import { writeFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { LogReader } from "../events/log-reader.ts";
import { clockText, isCommand, type Rewound, type Session } from "../shell/session.ts";
import { stateAt } from "../simulation/replay.ts";
import { followFrame } from "./follow.ts";
import { fileError, type Io, UsageError } from "./io.ts";
import { printRows } from "./log.ts";
import type { FilterFlags } from "./log-filter.ts";
import { addEventFilters, parseCount, parsePace, parseTime } from "./option-values.ts";
import { Output } from "./output.ts";
import type { WallPace } from "./pace.ts";
import { asText } from "./state.ts";

export interface ColonContext {
  readonly session: Session;
  readonly pace: WallPace;
  readonly io: Io;
}

interface ColonCommand {
  /** Arguments, as the help shows them. */
  readonly usage: string;
  readonly help: string;
  /** Gives false, now or later: the session is to be left. */
  run(cx: ColonContext, words: readonly string[]): unknown;
}

const COLON_COMMANDS: ReadonlyMap<string, ColonCommand> = new Map<string, ColonCommand>([
  ["help", { usage: "", help: "this list", run: ({ io }) => io.stdout(helpText()) }],
  ["until", { usage: "TIME | +TIME", help: "let time pass: up to an instant, or for a while", run: until }],
  ["back", { usage: "TIME | to TIME", help: "go back: by a while, or to an instant", run: back }],
  ["undo", { usage: "[N]", help: "take the last command back, or the last N", run: undo }],
  ["lines", { usage: "", help: "what was typed, and when", run: lines }],
  [
    "log",
    { usage: "[all] [OPTION...]", help: "the last command's events; options as of vethsim log", run: log },
  ],
  ["frames", { usage: "[all]", help: "the frames that devices sent", run: frames }],
  ["follow", { usage: "FRAME", help: "follow a frame hop by hop", run: follow }],
  [
    "state",
    { usage: "[TIME]", help: "links, addresses, neighbours and routes of all namespaces", run: state },
  ],
  ["save", { usage: "[log] FILE", help: "write what was typed as a script, or the log", run: save }],
  [
    "pace",
    { usage: "[real | fast | N]", help: "how many seconds pass in a second while a command runs", run: pace },
  ],
  [
    "seed",
    { usage: "", help: "the seed of all chance", run: ({ session, io }) => io.stdout(`${session.seed}\n`) },
  ],
  ["quit", { usage: "", help: "leave at once; the shell's EXIT trap is not run", run: () => false }],
]);

export function colonNames(start: string): string[] {
  return [...COLON_COMMANDS.keys()].map((name) => `:${name}`).filter((name) => name.startsWith(start));
}

function helpText(): string {
  const rows = [...COLON_COMMANDS].map(
    ([name, { usage, help }]) => [`:${name} ${usage}`.trimEnd(), help] as const,
  );
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  const list = rows.map(([left, help]) => `  ${left.padEnd(width)}${help}\n`).join("");
  return `${list}Times are virtual: 5s, 250ms, 1.5. All other lines are bash; Ctrl-C interrupts, Ctrl-D leaves.\n`;
}

/** @returns false: the session is to be left */
export async function runColonLine(line: string, cx: ColonContext): Promise<boolean> {
  const [name = "", ...words] = line.split(/\s+/).filter((word) => word !== "");
  const command = COLON_COMMANDS.get(name);
  try {
    if (command === undefined) throw new UsageError("no such command; :help lists them");
    return (await command.run(cx, words)) !== false;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof RangeError || error instanceof CommanderError))
      throw error;
    // What is wrong with options was told already.
    if (!(error instanceof CommanderError)) cx.io.stderr(`vethsim: :${name}: ${error.message}\n`);
    return true;
  }
}

function expect<T>(value: T | null | undefined, expected: string): T {
  if (value == null) throw new UsageError(`${expected} is expected`);
  return value;
}

const A_TIME = "a time such as 5s, 250ms or 1.5";

// -------------------------------------------------------------------------------------------- time

async function until(
  { session, pace: wall }: ColonContext,
  [word = "", ...rest]: readonly string[],
): Promise<void> {
  const isFor = word.startsWith("+");
  const time = rest.length > 0 ? null : parseTime(isFor ? word.slice(1) : word);
  const goal = expect(time, `${A_TIME}, or +5s,`) + (isFor ? session.now : 0);
  wall.release();
  await session.pass(goal);
}

async function back({ session, io }: ColonContext, words: readonly string[]): Promise<void> {
  const isTo = words[0] === "to";
  const time = words.length === (isTo ? 2 : 1) ? parseTime(words.at(-1)!) : null;
  const wanted = expect(time, `${A_TIME}, or \`to\` and a time,`);
  const rewound = await session.back(isTo ? wanted : Math.max(0, session.now - wanted));
  io.stdout(rewoundText(session, rewound));
}

async function undo({ session, io }: ColonContext, [word = "1", ...rest]: readonly string[]): Promise<void> {
  const count = expect(rest.length > 0 ? null : parseCount(word), "a whole number");
  io.stdout(rewoundText(session, await session.undo(count)));
}

function rewoundText(session: Session, { gone, cut }: Rewound): string {
  let text = `back at ${clockText(session.now)}\n`;
  if (cut !== null) text += `  cut short: ${described(cut)}\n`;
  for (const entry of gone) if (entry.input.kind !== "cancel") text += `  gone: ${described(entry)}\n`;
  return text;
}

function described({ input, time }: Session["entries"][number]): string {
  switch (input.kind) {
    case "start":
      return "the setup script";
    case "text":
      return input.text.trimEnd();
    case "end":
      return "Ctrl-D";
    case "cancel":
      return "Ctrl-C";
    case "pass":
      return `:until ${clockText(input.until)}, from ${clockText(time)}`;
  }
}

function lines({ session, io }: ColonContext): void {
  for (const entry of session.entries.slice(1)) {
    const { time, ended, interrupts } = entry;
    const note = interrupts.length > 0 ? `   interrupted at ${clockText(ended)}` : "";
    io.stdout(`${clockText(time).padStart(14)}  ${described(entry)}${note}\n`);
  }
}

function pace({ pace: wall, io }: ColonContext, [word, ...rest]: readonly string[]): void {
  if (word !== undefined)
    wall.rate = expect(rest.length > 0 ? null : parsePace(word), "real, fast or a number above 0");
  else
    io.stdout(`${wall.rate === 1 ? "real" : wall.rate === Number.POSITIVE_INFINITY ? "fast" : wall.rate}\n`);
}

// -------------------------------------------------------------------------------------------- the log

function log({ session, io }: ColonContext, words: readonly string[]): void {
  const options = new Command(":log")
    .argument("[all]", "events of the whole session, not only of the last command")
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: (text) => io.stderr(`vethsim: :log: ${text}`) });
  addEventFilters(options).parse(words, { from: "user" });
  show({ session, io }, options.args, options.opts<FilterFlags>());
}

function frames(cx: ColonContext, words: readonly string[]): void {
  show(cx, words, { kind: ["xmit"] });
}

/** Prints the events of the last command, or of all. */
function show(
  { session, io }: Pick<ColonContext, "session" | "io">,
  [word, ...rest]: readonly string[],
  flags: FilterFlags,
): void {
  if (rest.length > 0 || (word !== undefined && word !== "all"))
    throw new UsageError(`${rest[0] ?? word}: only the word \`all\` is expected`);
  const last = session.entries.findLast(isCommand) ?? session.entries[0]!;
  const out = new Output(io.stdout);
  const missing = printRows(new LogReader(session.logBytes()), flags, out, word === "all" ? 0 : last.seq + 1);
  out.flush();
  if (missing !== null) throw new UsageError(missing);
}

function follow({ session, io }: ColonContext, [word = "", ...rest]: readonly string[]): void {
  const frame = expect(rest.length > 0 ? null : parseCount(word), "the number of a frame");
  const out = new Output(io.stdout);
  const missing = followFrame(new LogReader(session.logBytes()), frame, out);
  out.flush();
  if (missing !== null) throw new UsageError(`${frame}: there is no such frame`);
}

async function state({ session, io }: ColonContext, words: readonly string[]): Promise<void> {
  const wanted = words.length === 0 ? session.now : words.length === 1 ? parseTime(words[0]!) : null;
  const time = expect(wanted, A_TIME);
  if (time > session.now) throw new RangeError(`the clock shows ${clockText(session.now)}`);
  io.stdout(await asText(stateAt(new LogReader(session.logBytes()), { time })));
}

async function save({ session }: ColonContext, words: readonly string[]): Promise<void> {
  const isLog = words.length === 2 && words[0] === "log";
  if (!(isLog || words.length === 1)) throw new UsageError("a file, or `log` and a file, is expected");
  const path = words.at(-1)!;
  const content = isLog ? await session.wholeLog() : session.script();
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw fileError(path, error);
  }
}
