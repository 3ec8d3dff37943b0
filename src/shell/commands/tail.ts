/**
 * tail(1) of GNU coreutils.
 * @source coreutils 9.1, src/tail.c
 */
import { strerror } from "../../core/errno.ts";
import type { OctetString } from "../../core/octets.ts";
import type { OctetReader } from "../octet-reader.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { closeInput, openInput } from "./inputs.ts";
import { type Options, parseOptions } from "./options.ts";
import { quote, quoteName } from "./quoting.ts";
import { parseSize } from "./sizes.ts";
import { type Followed, follow } from "./tail-follow.ts";

const SUFFIXES = "bkKmMGTPEZY0";
const BLOCK = 8192;

export interface TailOptions {
  readonly isLines: boolean;
  /** `+N`: from the Nth on. */
  readonly isFromStart: boolean;
  readonly value: number;
  readonly end: string;
  readonly showsNames: boolean;
  readonly follows: "no" | "descriptor" | "name";
  readonly retries: boolean;
  /** Seconds. */
  readonly interval: number;
  readonly pid: number | null;
}

/** Prints `==> NAME <==` before what comes from another file than the last. */
export class Headers {
  private isFirst = true;
  constructor(
    private readonly cx: ToolContext,
    private readonly isWanted: boolean,
  ) {}
  show(name: string): void {
    if (this.isWanted)
      this.cx.out(`${this.isFirst ? "" : "\n"}==> ${name === "-" ? "standard input" : name} <==\n`);
    this.isFirst = false;
  }
}

/** `-5`, `+5c`, `-5f`: the old form, when it is the only option. Null: it was refused. */
function modern(cx: ToolContext, argv: readonly string[]): readonly string[] | null {
  const match = /^([-+])(\d*)([bcl]?)(f?)$/.exec(argv[1] ?? "");
  const isOld =
    match !== null && match[0].length > 1 && argv.length <= 3 && !(argv[1] === "-c" || argv[1] === "-f");
  if (isOld && (match[2] !== "" || match[1] === "+")) {
    const [, sign = "", digits, unit, isFollowing] = match;
    const count = `${sign}${digits === "" ? "10" : digits}${unit === "b" ? "b" : ""}`;
    return [
      argv[0]!,
      unit === "" || unit === "l" ? "-n" : "-c",
      count,
      ...(isFollowing === "" ? [] : ["-f"]),
      ...argv.slice(2),
    ];
  }
  const bad = argv.slice(1).find((word) => /^-\d/.test(word));
  const stop = argv.indexOf("--");
  if (bad === undefined || (stop >= 0 && argv.indexOf(bad) > stop)) return argv;
  const before = argv[argv.indexOf(bad) - 1]!;
  if (/^-[a-zA-Z]*[ncs]$/.test(before) || /^--(lines|bytes|sleep-interval|pid)$/.test(before)) return argv;
  cx.err(`tail: option used in invalid context -- ${bad[1]}\n`);
  return null;
}

function optionsOf(cx: ToolContext, parsed: Options): TailOptions | null {
  let [isLines, isFromStart, value] = [true, false, 10];
  let headers: "q" | "v" | null = null;
  let follows: TailOptions["follows"] = "no";
  let retries = false;
  let interval = 1;
  let pid: number | null = null;
  for (const [letter, text] of parsed.given) {
    if (letter === "n" || letter === "c") {
      isLines = letter === "n";
      isFromStart = text.startsWith("+");
      const size = parseSize(text.replace(/^[-+]/, ""), SUFFIXES);
      if (size === "invalid") {
        cx.err(
          `tail: invalid number of ${isLines ? "lines" : "bytes"}: ${quote(cx, text.replace(/^-/, ""))}\n`,
        );
        return null;
      }
      value = size === "overflow" ? Number.POSITIVE_INFINITY : size.value;
    } else if (letter === "q" || letter === "v") headers = letter;
    else if (letter === "f") follows = "name".startsWith(text) && text !== "" ? "name" : "descriptor";
    else if (letter === "F") [follows, retries] = ["name", true];
    else if (letter === "retry") retries = true;
    else if (letter === "s") {
      if (!/^(\d+\.?\d*|\.\d+)$/.test(text)) {
        cx.err(`tail: invalid number of seconds: ${quote(cx, text)}\n`);
        return null;
      }
      interval = Number(text);
    } else if (letter === "pid") {
      if (!/^\d+$/.test(text)) {
        cx.err(`tail: invalid PID: ${quote(cx, text)}\n`);
        return null;
      }
      pid = Number(text);
    }
  }
  return {
    isLines,
    isFromStart,
    value,
    end: parsed.has("z") ? "\0" : "\n",
    showsNames: headers === "v" || (headers === null && parsed.operands.length > 1),
    follows,
    retries,
    interval,
    pid,
  };
}

export const tail: Tool = async (cx) => {
  const argv = modern(cx, cx.argv);
  if (argv === null) return 1;
  const parsed = parseOptions(
    cx,
    {
      flags: "fqvzF",
      values: "ncs",
      long: {
        lines: "n",
        bytes: "c",
        quiet: "q",
        silent: "q",
        verbose: "v",
        follow: "f=?",
        "zero-terminated": "z",
        retry: "retry",
        "sleep-interval": "s",
        pid: "pid=",
        "max-unchanged-stats": "unchanged=",
      },
    },
    argv,
  );
  if (parsed === null) return 1;
  const options = optionsOf(cx, parsed);
  if (options === null) return 1;
  const operands = parsed.operands.length === 0 ? ["-"] : parsed.operands;
  if (options.follows === "name" && operands.includes("-")) {
    cx.err("tail: cannot follow '-' by name\n");
    return 1;
  }
  const headers = new Headers(cx, options.showsNames);
  const followed: Followed[] = [];
  let status = 0;
  for (const name of operands) {
    const opened = openInput(cx, name, BLOCK);
    if (!opened.ok) {
      cx.err(`tail: cannot open ${quoteName(name)} for reading: ${strerror(opened.errno)}\n`);
      status = 1;
      if (options.retries) followed.push({ name, fd: null, size: 0 });
      continue;
    }
    const reader = opened.value;
    headers.show(name);
    const size = await print(cx, reader, options);
    if (reader.errno !== null) {
      cx.err(`tail: error reading ${quoteName(name)}: ${strerror(reader.errno)}\n`);
      if (options.follows !== "no")
        cx.err(
          `tail: ${name}: cannot follow end of this type of file${options.retries ? "" : "; giving up on this name"}\n`,
        );
      status = 1;
    }
    // A pipe on standard input has an end that stays one.
    const isFollowed = options.follows !== "no" && reader.errno === null && (name !== "-" || isFile(cx));
    if (isFollowed) followed.push({ name, fd: reader.fd, size });
    else closeInput(cx, reader);
  }
  if (options.follows === "no" || (operands.length === 1 && operands[0] === "-" && followed.length === 0))
    return status;
  cx.flush();
  return (await follow(cx, followed, options, headers)) ? status : 1;
};

function isFile(cx: ToolContext): boolean {
  return cx.process.fds.get(0)?.isSeekable === true;
}

/** Prints the end of an input; gives how many octets it had. */
async function print(cx: ToolContext, reader: OctetReader, options: TailOptions): Promise<number> {
  const { isFromStart, isLines, value } = options;
  if (!isFromStart) {
    const text = await reader.rest();
    cx.outOctets(lastOf(text, options));
    await cx.drain();
    return text.length;
  }
  let skipped = 0;
  let size = 0;
  for (let block = await reader.take(); block !== null; block = await reader.take()) {
    size += block.length;
    let at = 0;
    if (!isLines) at = Math.min(block.length, Math.max(0, value - 1 - (size - block.length)));
    else
      for (; skipped < value - 1 && at < block.length; skipped++) {
        const found = block.indexOf(options.end, at);
        at = found < 0 ? block.length : found + 1;
        if (found < 0) break;
      }
    cx.outOctets(block.slice(at));
    await cx.drain();
  }
  return size;
}

function lastOf(text: OctetString, { isLines, value, end }: TailOptions): OctetString {
  if (value === 0) return "";
  if (!isLines) return text.slice(-value);
  let at = text.endsWith(end) ? text.length - 1 : text.length;
  for (let count = 0; count < value && at >= 0; count++) at = at === 0 ? -1 : text.lastIndexOf(end, at - 1);
  return text.slice(at + 1);
}
