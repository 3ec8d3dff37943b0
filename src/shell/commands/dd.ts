/**
 * dd(1) of GNU coreutils.
 * @source coreutils 9.1, src/dd.c
 */
import { strerror } from "../../core/errno.ts";
import { type OctetString, octetsToText, textToOctets } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { generalFloat } from "./float-text.ts";
import { usageError } from "./inputs.ts";
import { quote, quoteName } from "./quoting.ts";
import { parseSize } from "./sizes.ts";

const CONVERSIONS = new Set(
  "ascii ebcdic ibm block unblock lcase ucase sparse swab sync excl nocreat notrunc noerror fdatasync fsync".split(
    " ",
  ),
);
const FLAGS = new Set(
  "append direct directory dsync sync fullblock nonblock noatime nocache noctty nofollow skip_bytes seek_bytes count_bytes".split(
    " ",
  ),
);
const NUMBERS = new Set(["bs", "ibs", "obs", "cbs", "count", "skip", "seek", "iseek", "oseek"]);
/** What one read and one write cost, in nanoseconds: a copy without end must end at a limit. */
const COPY_COST = 10_000;

interface Job {
  readonly numbers: ReadonlyMap<string, number>;
  readonly conversions: ReadonlySet<string>;
  readonly inputFlags: ReadonlySet<string>;
  readonly outputFlags: ReadonlySet<string>;
  readonly input: string | null;
  readonly output: string | null;
  readonly status: string;
}

/** A number such as `2x512` or `4K`; null: it is none. */
function product(text: string): number | null {
  let value = 1;
  for (const part of text.split("x")) {
    const size = parseSize(part, "bcwBkKMGTPEZY0");
    if (typeof size === "string") return null;
    value *= size.value;
  }
  return value;
}

function jobOf(cx: ToolContext): Job | number {
  const numbers = new Map<string, number>();
  const sets = { conv: new Set<string>(), iflag: new Set<string>(), oflag: new Set<string>() };
  const texts = new Map<string, string>();
  const words = cx.argv.slice(1).filter((word, i) => !(i === 0 && word === "--"));
  for (const word of words) {
    const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(word) ?? [];
    if (name === "if" || name === "of") texts.set(name, value);
    else if (name === "status") {
      if (!["none", "noxfer", "progress"].includes(value))
        return usageError(cx, `invalid status level: ${quote(cx, value)}`);
      texts.set(name, value);
    } else if (name === "conv" || name === "iflag" || name === "oflag") {
      for (const item of value.split(",")) {
        const known = name === "conv" ? CONVERSIONS : FLAGS;
        const what = { conv: "conversion", iflag: "input flag", oflag: "output flag" }[name];
        if (!known.has(item)) return usageError(cx, `invalid ${what}: ${quote(cx, item)}`);
        sets[name].add(item);
      }
    } else if (NUMBERS.has(name)) {
      const count = product(value);
      if (count === null || (/bs$/.test(name) && count === 0)) {
        cx.err(`dd: invalid number: ${quote(cx, value)}\n`);
        return 1;
      }
      numbers.set(name === "iseek" ? "skip" : name === "oseek" ? "seek" : name, count);
      if (value.endsWith("B") && /^\d+B$/.test(value)) {
        const flag = { count: "count_bytes", skip: "skip_bytes", seek: "seek_bytes" }[name];
        if (flag !== undefined) numbers.set(name, Number.parseInt(value, 10));
        if (flag !== undefined) (name === "seek" ? sets.oflag : sets.iflag).add(flag);
      }
    } else return usageError(cx, `unrecognized operand ${quote(cx, word)}`);
  }
  return {
    numbers,
    conversions: sets.conv,
    inputFlags: sets.iflag,
    outputFlags: sets.oflag,
    input: texts.get("if") ?? null,
    output: texts.get("of") ?? null,
    status: texts.get("status") ?? "all",
  };
}

class Copy {
  readonly full = { in: 0, out: 0 };
  readonly part = { in: 0, out: 0 };
  octets = 0;
  private held: OctetString = "";

  constructor(
    private readonly cx: ToolContext,
    private readonly fd: number,
    private readonly block: number,
    private readonly isDirect: boolean,
    private readonly name: string,
  ) {}

  /** False: it could not be written. */
  async add(octets: OctetString): Promise<boolean> {
    if (this.isDirect) return this.write(octets);
    this.held += octets;
    while (this.held.length >= this.block) {
      const part = this.held.slice(0, this.block);
      this.held = this.held.slice(this.block);
      if (!(await this.write(part))) return false;
    }
    return true;
  }

  async finish(): Promise<boolean> {
    return this.held === "" || this.write(this.held);
  }

  private async write(octets: OctetString): Promise<boolean> {
    const { process } = this.cx;
    const errno = process.write(this.fd, octetsToText(octets));
    if (errno !== null) {
      this.cx.err(`dd: writing to ${quoteName(this.name)}: ${strerror(errno)}\n`);
      return false;
    }
    this.octets += octets.length;
    if (octets.length === this.block) this.full.out++;
    else this.part.out++;
    await process.drain(this.fd);
    return true;
  }
}

export const dd: Tool = async (cx) => {
  const job = jobOf(cx);
  if (typeof job === "number") return job;
  const { process } = cx;
  const begun = cx.host.now;
  const inputFd = openIn(cx, job);
  if (inputFd === null) return 1;
  const output = openOut(cx, job);
  if (output === null) return 1;
  const { numbers, conversions, inputFlags } = job;
  const both = numbers.get("bs");
  const inputBlock = both ?? numbers.get("ibs") ?? 512;
  const outputBlock = both ?? numbers.get("obs") ?? 512;
  const name = job.output ?? "standard output";
  const copy = new Copy(cx, output, outputBlock, both !== undefined && !conversions.has("block"), name);
  const skip = (numbers.get("skip") ?? 0) * (inputFlags.has("skip_bytes") ? 1 : inputBlock);
  let status = 0;
  if (skip > 0 && (await skipped(cx, inputFd, skip)) < skip && process.fds.get(inputFd)?.isSeekable) {
    cx.err(`dd: ${quoteFor(job.input)}: cannot skip to specified offset\n`);
  }
  const isByOctets = inputFlags.has("count_bytes");
  let left = numbers.get("count") ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    const wanted = isByOctets ? Math.min(left, inputBlock) : inputBlock;
    let octets = await readBlock(cx, inputFd, wanted, inputFlags.has("fullblock"));
    if (octets === null) break;
    if (typeof octets !== "string") {
      cx.err(`dd: error reading ${quoteName(job.input ?? "standard input")}: ${strerror(octets.errno)}\n`);
      status = 1;
      break;
    }
    left -= isByOctets ? octets.length : 1;
    if (octets.length === inputBlock) copy.full.in++;
    else copy.part.in++;
    if (conversions.has("sync")) octets = octets.padEnd(inputBlock, "\0");
    if (conversions.has("swab")) octets = octets.replace(/([\s\S])([\s\S])/g, "$2$1");
    if (conversions.has("ucase")) octets = octets.replace(/[a-z]+/g, (text) => text.toUpperCase());
    if (conversions.has("lcase")) octets = octets.replace(/[A-Z]+/g, (text) => text.toLowerCase());
    if (!(await copy.add(octets))) {
      status = 1;
      break;
    }
    await cx.sleep(COPY_COST);
  }
  if (status === 0 && !(await copy.finish())) status = 1;
  report(cx, job, copy, Math.max(cx.host.now - begun, 1000) / 1e9);
  return status;
};

function quoteFor(name: string | null): string {
  return name === null ? "'standard input'" : /[^\w./+-]/.test(name) ? quoteName(name) : name;
}

function openIn(cx: ToolContext, { input }: Job): number | null {
  if (input === null) return 0;
  const opened = cx.process.userland.files.open(cx.process, input, "read");
  if (!opened.ok) {
    cx.err(`dd: failed to open ${quoteName(input)}: ${strerror(opened.errno)}\n`);
    return null;
  }
  const fd = cx.process.fds.free(3);
  cx.process.fds.set(fd, opened.value);
  return fd;
}

function openOut(cx: ToolContext, { output, conversions, outputFlags, numbers }: Job): number | null {
  const { process } = cx;
  const seek =
    (numbers.get("seek") ?? 0) *
    (outputFlags.has("seek_bytes") ? 1 : (numbers.get("bs") ?? numbers.get("obs") ?? 512));
  if (output === null) {
    if (seek > 0) process.fds.get(1)?.seekTo?.(seek);
    return 1;
  }
  const { files } = process.userland;
  if (conversions.has("nocreat") && !files.stat(process, output).ok) {
    cx.err(`dd: failed to open ${quoteName(output)}: ${strerror("ENOENT")}\n`);
    return null;
  }
  if (conversions.has("excl") && files.stat(process, output).ok) {
    cx.err(`dd: failed to open ${quoteName(output)}: ${strerror("EEXIST")}\n`);
    return null;
  }
  const keeps = conversions.has("notrunc") || seek > 0;
  const mode = outputFlags.has("append") ? "append" : keeps ? "read-write" : "write";
  const opened = files.open(process, output, mode);
  if (!opened.ok) {
    cx.err(`dd: failed to open ${quoteName(output)}: ${strerror(opened.errno)}\n`);
    return null;
  }
  const fd = process.fds.free(3);
  process.fds.set(fd, opened.value);
  if (seek > 0 && opened.value.isSeekable) {
    const stat = files.stat(process, output);
    if (!conversions.has("notrunc") && stat.ok && stat.value.type === "file")
      files.ask(process, "FILE_TRUNCATE", output, { size: seek });
    opened.value.seekTo?.(seek);
  }
  return fd;
}

/** How many octets of the begin were passed over. */
async function skipped(cx: ToolContext, fd: number, count: number): Promise<number> {
  let left = count;
  while (left > 0) {
    const taken = await cx.process.take(fd, Math.min(left, 65_536), null);
    if (taken.kind !== "text") break;
    left -= textToOctets(taken.text).length;
  }
  return count - left;
}

type Block = OctetString | null | { readonly errno: Parameters<typeof strerror>[0] };

async function readBlock(cx: ToolContext, fd: number, size: number, isFull: boolean): Promise<Block> {
  let octets = "";
  do {
    const taken = await cx.process.take(fd, size - octets.length, null);
    if (taken.kind === "refused") return { errno: taken.errno };
    if (taken.kind !== "text") break;
    octets += textToOctets(taken.text);
  } while (isFull && octets.length < size);
  return octets === "" ? null : octets;
}

const UNITS = ["", "k", "M", "G", "T", "P", "E"];

/** As human_readable() with one digit behind the point below ten: `2.0 kB`, `26 MB`. */
function human(value: number, base: number): string {
  let scaled = value;
  let unit = 0;
  while (scaled >= base) {
    scaled /= base;
    unit++;
  }
  let text = scaled < 10 && unit > 0 ? (Math.round(scaled * 10) / 10).toFixed(1) : String(Math.round(scaled));
  if (text === "10.0") text = "10";
  const letter = UNITS[unit]!;
  return base === 1000 ? `${text} ${letter}B` : `${text} ${letter === "" ? "" : `${letter.toUpperCase()}i`}B`;
}

function report(cx: ToolContext, { status }: Job, { full, part, octets }: Copy, seconds: number): void {
  if (status === "none") return;
  cx.err(`${full.in}+${part.in} records in\n${full.out}+${part.out} records out\n`);
  if (status === "noxfer") return;
  const bytes = `${octets} byte${octets === 1 ? "" : "s"}`;
  const sizes =
    octets >= 1024
      ? ` (${human(octets, 1000)}, ${human(octets, 1024)})`
      : octets >= 1000
        ? ` (${human(octets, 1000)})`
        : "";
  const rate = octets / seconds;
  const speed = rate < 1000 ? `${(Math.round(rate / 100) / 10).toFixed(1)} kB` : human(rate, 1000);
  cx.err(`${bytes}${sizes} copied, ${generalFloat(seconds, 6)} s, ${speed}/s\n`);
}
