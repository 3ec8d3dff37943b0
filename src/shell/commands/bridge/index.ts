/**
 * bridge(8) of iproute2: ports, forwarding entries and what changes of them.
 * @source iproute2 6.1.0, bridge/bridge.c, recorded
 */
import { strerror } from "../../../core/errno.ts";
import { granted } from "../../../core/result.ts";
import type { Command, CommandContext } from "../../host.ts";
import { readFile, type ToolContext } from "../../tool.ts";
import { isPrefixOf } from "../ip/args.ts";
import { splitBatch } from "../ip/batch.ts";
import { IpExit, IpFailure } from "../ip/exit.ts";
import { defaultOptions, type IpOptions } from "../ip/options.ts";
import { Session } from "../ip/session.ts";
import { fdb } from "./fdb.ts";
import { link } from "./link.ts";
import { mdb } from "./mdb.ts";
import { monitor } from "./monitor.ts";
import { usage, usageText } from "./usage.ts";
import { vlan, vni } from "./vlan.ts";

type ObjectCommand = (s: Session, words: readonly string[]) => void | Promise<void>;

const OBJECTS: readonly (readonly [word: string, run: ObjectCommand])[] = [
  ["link", link],
  ["fdb", fdb],
  ["mdb", mdb],
  ["vlan", vlan],
  ["vni", vni],
  ["monitor", monitor],
  ["help", (s) => usage(s, "bridge")],
];

async function runObject(s: Session, words: readonly string[]): Promise<void> {
  const word = words[0]!;
  const object = OBJECTS.find(([name]) => isPrefixOf(word, name));
  if (object === undefined) s.fail(`Object "${word}" is unknown, try "bridge help".\n`, 255);
  else await object[1](s, words.slice(1));
}

/** Options that only set something, in the order in which a shortened one is looked up. */
const SWITCHES: readonly (readonly [word: string, effect: (o: IpOptions) => void])[] = [
  [
    "-statistics",
    (o) => {
      o.statistics += 1;
    },
  ],
  [
    "-details",
    (o) => {
      o.details += 1;
    },
  ],
  [
    "-oneline",
    (o) => {
      o.isOneline = true;
    },
  ],
  [
    "-timestamp",
    (o) => {
      o.timestamp = "long";
    },
  ],
  ["-4", () => {}],
  ["-6", () => {}],
];
const LATE_SWITCHES: typeof SWITCHES = [
  [
    "-color",
    (o) => {
      o.isColored = true;
    },
  ],
  ["-compressvlans", () => {}],
  [
    "-force",
    (o) => {
      o.isForced = true;
    },
  ],
  [
    "-json",
    (o) => {
      o.isJson = true;
    },
  ],
  [
    "-pretty",
    (o) => {
      o.isPretty = true;
    },
  ],
];

interface Parsed {
  readonly options: IpOptions;
  readonly words: readonly string[];
  readonly netns: string | null;
}

function exit(cx: CommandContext, text: string, status = 255): never {
  cx.err(text);
  throw new IpExit(status);
}

function parseOptions(cx: CommandContext): Parsed {
  const words = cx.argv.slice(1);
  const options = defaultOptions();
  let netns: string | null = null;
  let at = 0;
  const value = (): string => words[at++] ?? exit(cx, 'Command line is not complete. Try option "help"\n');
  for (; at < words.length; ) {
    const given = words[at]!;
    if (given === "--") return { options, words: words.slice(at + 1), netns };
    if (!given.startsWith("-")) break;
    at += 1;
    const word = given.startsWith("--") ? given.slice(1) : given;
    const take = (table: typeof SWITCHES) => table.find(([known]) => isPrefixOf(word, known));
    if (isPrefixOf(word, "-help")) exit(cx, usageText("bridge"));
    else if (isPrefixOf(word, "-Version")) {
      cx.out("bridge utility, 6.1.0\n");
      throw new IpExit(0);
    } else if (take(SWITCHES) !== undefined) take(SWITCHES)![1](options);
    else if (isPrefixOf(word, "-family")) value();
    else if (isPrefixOf(word, "-netns")) netns = value();
    else if (word.startsWith("-c") && word.includes("=")) options.isColored = word.endsWith("=always");
    else if (take(LATE_SWITCHES) !== undefined) take(LATE_SWITCHES)![1](options);
    else if (isPrefixOf(word, "-batch")) options.batch = value();
    else exit(cx, `Option "${word}" is unknown, try "bridge help".\n`);
  }
  return { options, words: words.slice(at), netns };
}

function openNetns(cx: CommandContext, name: string): number {
  const opened = cx.request("NETNS_OPEN", { name });
  if (opened.ok) return opened.value.netns;
  return exit(
    cx,
    opened.errno === "EINVAL"
      ? `setting the network namespace "${name}" failed: Invalid argument\n`
      : `Cannot open network namespace "${name}": No such file or directory\n`,
  );
}

/** Runs the lines of a batch; without -force the first failure ends it. */
async function runBatch(s: Session, file: string): Promise<number> {
  const read = file === "-" ? granted(await s.cx.readAll()) : await readFile(s.cx as ToolContext, file);
  if (!read.ok) {
    s.err(`Cannot open file "${file}" for reading: ${strerror(read.errno)}\n`);
    return 1;
  }
  let status = 0;
  for (const line of splitBatch(read.value)) {
    try {
      await runObject(s, line.words);
    } catch (error) {
      if (!(error instanceof IpFailure)) throw error;
      s.err(`Command failed ${file}:${line.number}\n`);
      status = 1;
      if (!s.options.isForced) break;
    }
  }
  return status;
}

export const bridge: Command = async (cx) => {
  let session: Session | null = null;
  try {
    const { options, words, netns } = parseOptions(cx);
    session = new Session(cx, options, netns === null ? cx.netns : openNetns(cx, netns));
    if (options.batch !== null) {
      const status = await runBatch(session, options.batch);
      session.flush();
      return status;
    }
    if (words.length === 0) usage(session, "bridge");
    await runObject(session, words);
    session.flush();
    return session.status;
  } catch (error) {
    session?.flush();
    if (error instanceof IpFailure || error instanceof IpExit) return error.status;
    throw error;
  }
};
