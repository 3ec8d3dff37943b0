/**
 * wc(1) of GNU coreutils.
 * @source coreutils 9.1, src/wc.c: wc(), compute_number_width()
 */
import { strerror } from "../../core/errno.ts";
import { type OctetString, octetsToText, sequenceLength } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { displayWidth } from "./display-width.ts";
import { closeInput, openInput, readOctets } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { isUtf8, quote, quoteNameIfNeeded } from "./quoting.ts";

/** wc reads by 16 KiB. */
const BLOCK = 16_384;

class Counter {
  lines = 0;
  words = 0;
  characters = 0;
  octets = 0;
  /** Columns of the longest line. */
  widest = 0;
  private column = 0;
  private isInWord = false;
  /** Of a character of UTF-8 that goes on in the next block. */
  private partial: OctetString = "";

  constructor(
    private readonly isUtf8: boolean,
    private readonly isDetailed: boolean,
  ) {}

  add(block: OctetString): void {
    this.octets += block.length;
    if (!this.isDetailed) {
      for (let at = block.indexOf("\n"); at >= 0; at = block.indexOf("\n", at + 1)) this.lines++;
      return;
    }
    if (!this.isUtf8) {
      for (const octet of block) this.character(octet, octet >= " " && octet <= "~" ? 1 : 0);
      this.characters += block.length;
      return;
    }
    let text = this.partial + block;
    const whole = wholeLength(text);
    this.partial = text.slice(whole);
    text = octetsToText(text.slice(0, whole));
    for (const character of text) {
      const code = character.codePointAt(0)!;
      if (code >= 0xdc80 && code <= 0xdcff) {
        this.isInWord = true;
        continue;
      }
      this.characters++;
      this.character(character, code < 0x20 || code === 0x7f ? 0 : code < 0x7f ? 1 : displayWidth(character));
    }
  }

  private character(character: string, width: number): void {
    switch (character) {
      case "\n":
        this.lines++;
        this.endLine();
        break;
      case "\r":
      case "\f":
        this.endLine();
        break;
      case "\t":
        this.column += 8 - (this.column % 8);
        break;
      case " ":
        this.column++;
        break;
      case "\v":
        break;
      default:
        this.column += width;
        if (this.isUtf8 && character !== "\ufeff" && /[\s\u2060]/.test(character)) break;
        if (width > 0 || (this.isUtf8 && character >= "\xa0")) this.startWord();
        return;
    }
    this.isInWord = false;
  }

  private startWord(): void {
    if (!this.isInWord) this.words++;
    this.isInWord = true;
  }

  private endLine(): void {
    if (this.column > this.widest) this.widest = this.column;
    this.column = 0;
  }

  finish(): void {
    this.endLine();
  }
}

/** Without the begin of a character at the end. */
function wholeLength(octets: OctetString): number {
  for (let back = 1; back <= Math.min(3, octets.length); back++) {
    const code = octets.charCodeAt(octets.length - back);
    if (code < 0x80) break;
    if (code < 0xc0) continue;
    const needed = code >= 0xf0 ? 4 : code >= 0xe0 ? 3 : 2;
    return needed > back && sequenceLength(octets, octets.length - back) === 0
      ? octets.length - back
      : octets.length;
  }
  return octets.length;
}

const LETTERS = ["l", "w", "m", "c", "L"] as const;

export const wc: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "lwcmL",
    long: {
      lines: "l",
      words: "w",
      bytes: "c",
      chars: "m",
      "max-line-length": "L",
      "files0-from": "files=",
    },
  });
  if (parsed === null) return 1;
  const operands = await operandsOf(cx, parsed.operands, parsed.value("files"));
  if (operands === null) return 1;
  const chosen = LETTERS.filter(parsed.has);
  const letters = chosen.length > 0 ? chosen : (["l", "w", "c"] as const);
  const isDetailed = letters.some((letter) => "wmL".includes(letter));
  const total = new Counter(false, false);
  const names = operands.length === 0 && parsed.value("files") === undefined ? [""] : operands;
  const width = numberWidth(cx, names, letters.length);
  let status = 0;
  for (const name of names) {
    if (name === "" && names.length > 0 && operands.length > 0) {
      cx.err("wc: invalid zero-length file name\n");
      status = 1;
      continue;
    }
    const counter = await count(cx, name === "" ? "-" : name, isDetailed);
    if (counter === null) status = 1;
    else {
      if (counter.failed) status = 1;
      print(cx, counter.counter, letters, width, name);
      addTo(total, counter.counter);
    }
  }
  if (names.length > 1) print(cx, total, letters, width, "total");
  return status;
};

async function operandsOf(
  cx: ToolContext,
  operands: readonly string[],
  list: string | undefined,
): Promise<readonly string[] | null> {
  if (list === undefined) return operands;
  if (operands.length > 0) {
    cx.err(
      `wc: extra operand ${quote(cx, operands[0]!)}\nfile operands cannot be combined with --files0-from\nTry 'wc --help' for more information.\n`,
    );
    return null;
  }
  const read = await readOctets(cx, list);
  if (!read.ok) {
    cx.err(`wc: cannot open ${quote(cx, list)} for reading: ${strerror(read.errno)}\n`);
    return null;
  }
  return octetsToText(read.value)
    .replace(/\0$/, "")
    .split("\0")
    .filter((name) => name !== "" || read.value !== "");
}

async function count(
  cx: ToolContext,
  name: string,
  isDetailed: boolean,
): Promise<{ readonly counter: Counter; readonly failed: boolean } | null> {
  const opened = openInput(cx, name, BLOCK);
  if (!opened.ok) {
    cx.err(`wc: ${quoteNameIfNeeded(name)}: ${strerror(opened.errno)}\n`);
    return null;
  }
  const reader = opened.value;
  const counter = new Counter(isUtf8(cx), isDetailed);
  for (let block = await reader.take(); block !== null; block = await reader.take()) counter.add(block);
  counter.finish();
  closeInput(cx, reader);
  if (reader.errno !== null) cx.err(`wc: ${quoteNameIfNeeded(name)}: ${strerror(reader.errno)}\n`);
  return { counter, failed: reader.errno !== null };
}

function addTo(total: Counter, one: Counter): void {
  total.lines += one.lines;
  total.words += one.words;
  total.characters += one.characters;
  total.octets += one.octets;
  total.widest = Math.max(total.widest, one.widest);
}

/** One number of one input stands alone; what has no known size makes room for seven digits. */
function numberWidth(cx: ToolContext, names: readonly string[], count: number): number {
  if (names.length <= 1 && count === 1) return 1;
  const { process } = cx;
  let [least, octets] = [1, 0];
  for (const name of names) {
    const isStdin = name === "" || name === "-";
    const stat = process.userland.files.stat(process, isStdin ? "/dev/stdin" : name);
    if (stat.ok && stat.value.type === "file") octets += stat.value.size;
    else if (stat.ok) least = 7;
  }
  return Math.max(least, String(octets).length);
}

function print(
  cx: ToolContext,
  counter: Counter,
  letters: readonly (typeof LETTERS)[number][],
  width: number,
  name: string,
): void {
  const values = {
    l: counter.lines,
    w: counter.words,
    m: counter.characters,
    c: counter.octets,
    L: counter.widest,
  };
  const numbers = letters.map((letter) => String(values[letter]).padStart(width)).join(" ");
  const shown = name.includes("\n") ? quoteNameIfNeeded(name) : name;
  cx.out(`${numbers}${shown === "" ? "" : ` ${shown}`}\n`);
}
