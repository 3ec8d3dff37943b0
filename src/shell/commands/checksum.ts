/**
 * md5sum(1), sha1sum(1), sha224sum(1) to sha512sum(1), cksum(1) and sum(1) of GNU coreutils.
 * @source coreutils 9.1, src/digest.c
 */
import { strerror } from "../../core/errno.ts";
import { octetsToText } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { bsdSum, makeDigest, posixCrc, systemVSum } from "./digests.ts";
import { closeInput, openInput, readOctets, usageError } from "./inputs.ts";
import { type Options, parseOptions } from "./options.ts";
import { quoteNameIfNeeded } from "./quoting.ts";
import { wordOf } from "./uniq.ts";

const ALGORITHMS = [
  "bsd",
  "sysv",
  "crc",
  "md5",
  "sha1",
  "sha224",
  "sha256",
  "sha384",
  "sha512",
  "blake2b",
  "sm3",
];
const BITS: ReadonlyMap<string, number> = new Map([
  ["md5", 128],
  ["sha1", 160],
  ["sha224", 224],
  ["sha256", 256],
  ["sha384", 384],
  ["sha512", 512],
]);

export const checksum: Tool = async (cx) => {
  const name = cx.argv[0]!.slice(cx.argv[0]!.lastIndexOf("/") + 1);
  const isCksum = name === "cksum";
  const parsed = parseOptions(cx, {
    flags: isCksum ? "bctwz" : name === "sum" ? "rs" : "bctwz",
    values: isCksum ? "a" : "",
    long:
      name === "sum"
        ? { sysv: "s" }
        : {
            ...(isCksum ? { algorithm: "a", untagged: "untagged" } : {}),
            binary: "b",
            check: "c",
            tag: "tag",
            text: "t",
            warn: "w",
            zero: "z",
            "ignore-missing": "ignore",
            quiet: "quiet",
            status: "status",
            strict: "strict",
          },
  });
  if (parsed === null) return 1;
  let algorithm: string | null = isCksum ? "crc" : name === "sum" ? "bsd" : name.replace(/sum$/, "");
  if (name === "sum") for (const [letter] of parsed.given) algorithm = letter === "s" ? "sysv" : "bsd";
  if (isCksum && parsed.has("a")) algorithm = wordOf(cx, "algorithm", parsed.value("a")!, ALGORITHMS);
  if (algorithm === null) return 1;
  const { has, operands } = parsed;
  for (const option of ["ignore", "quiet", "status", "strict", "w"]) {
    if (!has(option) || has("c")) continue;
    const word = { ignore: "ignore-missing", w: "warn" }[option] ?? option;
    return usageError(cx, `the --${word} option is meaningful only when verifying checksums`);
  }
  if (has("c") && has("tag"))
    return usageError(cx, "the --tag option is meaningless when verifying checksums");
  const files = operands.length === 0 ? ["-"] : operands;
  let status = 0;
  for (const file of files) {
    if (has("c")) {
      if (!(await verify(cx, parsed, algorithm, file))) status = 1;
      continue;
    }
    const sum = await sumOf(cx, algorithm, file);
    if (sum === null) status = 1;
    else print(cx, parsed, algorithm, sum, file, operands.length > 0, isCksum);
  }
  return status;
};

interface Sum {
  readonly text: string;
  readonly octets: number;
}

/** Null: the file could not be read, which was told. */
async function sumOf(cx: ToolContext, algorithm: string, file: string): Promise<Sum | null> {
  const digest = makeDigest(algorithm);
  if (digest === undefined) {
    const read = await readOctets(cx, file);
    if (!read.ok) {
      cx.err(`${cx.argv[0]}: ${quoteNameIfNeeded(file)}: ${strerror(read.errno)}\n`);
      return null;
    }
    const sum = { crc: posixCrc, bsd: bsdSum, sysv: systemVSum }[algorithm as "crc" | "bsd" | "sysv"];
    if (sum === undefined) {
      cx.err(`${cx.argv[0]}: ${algorithm} is not supported\n`);
      return null;
    }
    return { text: String(sum(read.value)), octets: read.value.length };
  }
  const opened = openInput(cx, file);
  if (!opened.ok) {
    cx.err(`${cx.argv[0]}: ${quoteNameIfNeeded(file)}: ${strerror(opened.errno)}\n`);
    return null;
  }
  const reader = opened.value;
  let octets = 0;
  for (let block = await reader.take(); block !== null; block = await reader.take()) {
    digest.add(block);
    octets += block.length;
  }
  closeInput(cx, reader);
  if (reader.errno !== null) {
    cx.err(`${cx.argv[0]}: ${quoteNameIfNeeded(file)}: ${strerror(reader.errno)}\n`);
    return null;
  }
  return { text: digest.end(), octets };
}

function print(
  cx: ToolContext,
  { has }: Options,
  algorithm: string,
  { text, octets }: Sum,
  file: string,
  isNamed: boolean,
  isCksum: boolean,
): void {
  const end = has("z") ? "\0" : "\n";
  const suffix = isNamed ? ` ${file}` : "";
  if (algorithm === "crc") cx.out(`${text} ${octets}${suffix}${end}`);
  else if (algorithm === "bsd")
    cx.out(`${text.padStart(5, "0")} ${String(Math.ceil(octets / 1024)).padStart(5)}${suffix}${end}`);
  else if (algorithm === "sysv") cx.out(`${text} ${Math.ceil(octets / 512)}${suffix}${end}`);
  else {
    const mustEscape = !has("z") && /[\\\n\r]/.test(file);
    const shown = mustEscape ? file.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, "\\r") : file;
    const prefix = mustEscape ? "\\" : "";
    const isTagged = has("tag") || (isCksum && !has("untagged"));
    if (isTagged) cx.out(`${prefix}${tagOf(algorithm)} (${shown}) = ${text}${end}`);
    else cx.out(`${prefix}${text} ${has("b") ? "*" : " "}${shown}${end}`);
  }
}

interface Line {
  readonly sum: string;
  readonly file: string;
  readonly algorithm: string;
}

function parseLine(text: string, algorithm: string): Line | null {
  const isEscaped = text.startsWith("\\");
  const line = isEscaped ? text.slice(1) : text;
  const plain = (file: string) =>
    isEscaped
      ? file.replace(/\\([nr\\])/g, (_, letter: string) => ({ n: "\n", r: "\r" })[letter] ?? "\\")
      : file;
  const tagged = /^([A-Z0-9]+) ?\((.*)\) = ([0-9a-fA-F]+)$/s.exec(line);
  const digits = (name: string) => (BITS.get(name) ?? 0) / 4;
  if (tagged !== null) {
    const name = tagged[1]!.toLowerCase();
    const isKnown = BITS.has(name) && (algorithm === "crc" || name === algorithm);
    return isKnown && tagged[3]!.length === digits(name)
      ? { sum: tagged[3]!.toLowerCase(), file: plain(tagged[2]!), algorithm: name }
      : null;
  }
  const bare = /^[ \t]*([0-9a-fA-F]+)[ \t][ *]?(.+)$/s.exec(line);
  if (bare === null || bare[1]!.length !== digits(algorithm)) return null;
  return { sum: bare[1]!.toLowerCase(), file: plain(bare[2]!), algorithm };
}

async function verify(cx: ToolContext, { has }: Options, algorithm: string, list: string): Promise<boolean> {
  const tool = cx.argv[0]!;
  const read = await readOctets(cx, list);
  if (!read.ok) {
    cx.err(`${tool}: ${quoteNameIfNeeded(list)}: ${strerror(read.errno)}\n`);
    return false;
  }
  const counts = { bad: 0, good: 0, unread: 0, wrong: 0, matched: 0 };
  const shownList = list === "-" ? "'standard input'" : quoteNameIfNeeded(list);
  for (const [i, text] of octetsToText(read.value).split("\n").entries()) {
    if (text === "" || text.startsWith("#")) continue;
    const line = parseLine(text, algorithm);
    if (line === null) {
      counts.bad++;
      const name = tagOf(algorithm);
      if (has("w")) cx.err(`${tool}: ${shownList}: ${i + 1}: improperly formatted ${name} checksum line\n`);
      continue;
    }
    counts.good++;
    const opened = has("ignore") && !cx.process.userland.files.stat(cx.process, line.file).ok;
    if (opened) continue;
    const sum = await sumOf(cx, line.algorithm, line.file);
    const shown = quoteEscaped(line.file);
    if (sum === null) {
      counts.unread++;
      if (!has("status")) cx.out(`${shown}: FAILED open or read\n`);
    } else if (sum.text !== line.sum) {
      counts.wrong++;
      if (!has("status")) cx.out(`${shown}: FAILED\n`);
    } else {
      counts.matched++;
      if (!has("status") && !has("quiet")) cx.out(`${shown}: OK\n`);
    }
  }
  return conclude(cx, counts, has, shownList);
}

function quoteEscaped(file: string): string {
  return file.includes("\n")
    ? `\\${file.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\r/g, "\\r")}`
    : file;
}

function conclude(
  cx: ToolContext,
  {
    bad,
    good,
    unread,
    wrong,
    matched,
  }: Readonly<Record<"bad" | "good" | "unread" | "wrong" | "matched", number>>,
  has: (option: string) => boolean,
  list: string,
): boolean {
  const tool = cx.argv[0]!;
  if (good === 0) {
    cx.err(`${tool}: ${list}: no properly formatted checksum lines found\n`);
    return false;
  }
  if (!has("status")) {
    const warn = (count: number, one: string, many: string) => {
      if (count > 0) cx.err(`${tool}: WARNING: ${count} ${count === 1 ? one : many}\n`);
    };
    warn(bad, "line is improperly formatted", "lines are improperly formatted");
    warn(unread, "listed file could not be read", "listed files could not be read");
    warn(wrong, "computed checksum did NOT match", "computed checksums did NOT match");
    if (has("ignore") && matched === 0) cx.err(`${tool}: ${list}: no file was verified\n`);
  }
  return wrong === 0 && unread === 0 && !(has("strict") && bad > 0) && !(has("ignore") && matched === 0);
}

/** How an algorithm is called in front of its file. */
function tagOf(algorithm: string): string {
  return algorithm === "blake2b" ? "BLAKE2b" : algorithm.toUpperCase();
}
