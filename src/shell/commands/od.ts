/**
 * od(1) of GNU coreutils.
 * @source coreutils 9.1, src/od.c
 */
import { strerror } from "../../core/errno.ts";
import type { OctetString } from "../../core/octets.ts";
import type { OctetReader } from "../octet-reader.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { closeInput, openInput } from "./inputs.ts";
import { type Format, formatsOf } from "./od-formats.ts";
import { type Options, parseOptions } from "./options.ts";
import { quoteNameIfNeeded } from "./quoting.ts";
import { parseSize } from "./sizes.ts";
import { wordOf } from "./uniq.ts";

/** The old letters, and the types that they stand for. */
const TRADITIONAL: ReadonlyMap<string, string> = new Map([
  ["a", "a"],
  ["b", "o1"],
  ["c", "c"],
  ["d", "u2"],
  ["D", "u4"],
  ["e", "fD"],
  ["f", "fF"],
  ["F", "fD"],
  ["h", "x2"],
  ["H", "x4"],
  ["i", "dI"],
  ["I", "dL"],
  ["l", "dL"],
  ["L", "dL"],
  ["o", "o2"],
  ["O", "o4"],
  ["s", "d2"],
  ["x", "x2"],
  ["X", "x4"],
  ["B", "o2"],
]);

interface Plan {
  readonly formats: readonly Format[];
  readonly radix: string;
  readonly skip: number;
  readonly max: number;
  readonly width: number;
  readonly showsAll: boolean;
  /** Least length of the strings that are wanted; null: a dump is. */
  readonly strings: number | null;
}

/** A number in octal, decimal or hex, with a unit. */
function sizeOf(cx: ToolContext, letter: string, text: string): number | null {
  const hex = /^0x([0-9a-f]+)$/i.exec(text);
  if (hex !== null) return Number.parseInt(hex[1]!, 16);
  const octal = /^0([0-7]+)$/.exec(text);
  if (octal !== null) return Number.parseInt(octal[1]!, 8);
  const size = parseSize(text, "bEGKkMmPTYZ0");
  if (typeof size !== "string") return size.value;
  const suffix = /^\d+/.test(text) ? "invalid suffix in " : "invalid ";
  cx.err(`od: ${suffix}-${letter} argument '${text}'\n`);
  return null;
}

function planOf(cx: ToolContext, parsed: Options): Plan | null {
  const radix = parsed.value("A") ?? "o";
  if (!["d", "o", "x", "n"].includes(radix[0] ?? "")) {
    cx.err(`od: invalid output address radix '${radix[0] ?? ""}'; it must be one character from [doxn]\n`);
    return null;
  }
  const numbers = { j: 0, N: Number.POSITIVE_INFINITY };
  for (const letter of ["j", "N"] as const) {
    const text = parsed.value(letter);
    if (text === undefined) continue;
    const value = sizeOf(cx, letter, text);
    if (value === null) return null;
    numbers[letter] = value;
  }
  const endian = parsed.has("endian")
    ? wordOf(cx, "endian", parsed.value("endian")!, ["little", "big"])
    : "little";
  if (endian === null) return null;
  const types = parsed.given
    .filter(([letter]) => letter === "t" || TRADITIONAL.has(letter))
    .map(([letter, value]) => (letter === "t" ? value : TRADITIONAL.get(letter)!));
  const formats: Format[] = [];
  for (const type of types.length === 0 ? ["o2"] : types) {
    const found = formatsOf(cx, type, endian === "big");
    if (found === null) return null;
    formats.push(...found);
  }
  const unit = Math.max(...formats.map(({ size }) => size));
  let width = Math.max(unit, 16 - (16 % unit));
  if (parsed.has("w")) {
    const wanted = parsed.value("w") === "" ? 32 : sizeOf(cx, "w", parsed.value("w")!);
    if (wanted === null) return null;
    if (wanted > 0 && wanted % unit === 0) width = wanted;
    else {
      cx.err(`od: warning: invalid width ${wanted}; using ${unit} instead\n`);
      width = unit;
    }
  }
  const strings = parsed.has("S")
    ? parsed.value("S") === ""
      ? 3
      : sizeOf(cx, "S", parsed.value("S")!)
    : null;
  return {
    formats,
    radix: radix[0]!,
    skip: numbers.j,
    max: numbers.N,
    width,
    showsAll: parsed.has("v"),
    strings,
  };
}

export const od: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "abcdDefFhHiIlLosxXOBv",
    values: "AjNtS",
    optional: "w",
    long: {
      "address-radix": "A",
      endian: "endian=",
      format: "t",
      "output-duplicates": "v",
      "read-bytes": "N",
      "skip-bytes": "j",
      strings: "S=?",
      traditional: "traditional",
      width: "w",
    },
  });
  if (parsed === null) return 1;
  const plan = planOf(cx, parsed);
  if (plan === null) return 1;
  const input = new Inputs(cx, parsed.operands.length === 0 ? ["-"] : parsed.operands, plan.max);
  const skipped = await input.skip(plan.skip);
  if (!skipped) {
    if (input.status === 0) cx.err("od: cannot skip past end of combined input\n");
    return 1;
  }
  await (plan.strings === null ? dump(cx, plan, input) : strings(cx, plan, input, plan.strings));
  input.close();
  return input.status;
};

/** The inputs as one. od reads no more than it was asked to. */
class Inputs {
  status = 0;
  /** Could one be opened? */
  isAny = false;
  private reader: OctetReader | null = null;
  private next = 0;
  private left: number;

  constructor(
    private readonly cx: ToolContext,
    private readonly names: readonly string[],
    max: number,
  ) {
    this.left = max;
  }

  async skip(count: number): Promise<boolean> {
    const limit = this.left;
    this.left = count;
    while (this.left > 0) if ((await this.take(Math.min(this.left, 65_536))) === null) return false;
    this.left = limit;
    return true;
  }

  /** Null: the end of all. */
  async take(max: number): Promise<OctetString | null> {
    for (;;) {
      if (this.left === 0) return null;
      if (this.reader === null && !this.open()) return null;
      if (this.reader === null) continue;
      const octets = await this.reader.take(Math.min(max, this.left));
      if (octets !== null) {
        this.left -= octets.length;
        return octets;
      }
      this.close();
    }
  }

  private open(): boolean {
    if (this.next >= this.names.length) return false;
    const name = this.names[this.next++]!;
    const opened = openInput(this.cx, name);
    if (opened.ok) [this.reader, this.isAny] = [opened.value, true];
    else this.tell(name, strerror(opened.errno));
    return true;
  }

  private tell(name: string, why: string): void {
    this.cx.err(`od: ${quoteNameIfNeeded(name)}: ${why}\n`);
    this.status = 1;
  }

  close(): void {
    if (this.reader === null) return;
    const { errno } = this.reader;
    if (errno !== null) this.tell(this.names[this.next - 1]!, strerror(errno));
    closeInput(this.cx, this.reader);
    this.reader = null;
  }
}

function addressOf(radix: string, offset: number): string {
  if (radix === "n") return "";
  const base = radix === "d" ? 10 : radix === "x" ? 16 : 8;
  return offset.toString(base).padStart(radix === "x" ? 6 : 7, "0");
}

async function dump(cx: ToolContext, plan: Plan, input: Inputs): Promise<void> {
  const { formats, radix, width, showsAll } = plan;
  const unit = Math.max(...formats.map(({ size }) => size));
  /** Columns of one unit, the widest format's. */
  const perUnit = Math.max(...formats.map(({ size, columns }) => (unit / size) * columns));
  let offset = plan.skip;
  let held: OctetString = "";
  let before: OctetString | null = null;
  let isRepeated = false;
  const row = (octets: OctetString) => {
    const isFull = octets.length === width;
    if (isFull && octets === before && !showsAll) {
      if (!isRepeated) cx.out("*\n");
      isRepeated = true;
      offset += width;
      return;
    }
    isRepeated = false;
    before = isFull ? octets : null;
    for (const [i, format] of formats.entries()) {
      const address = addressOf(radix, offset);
      const lead = i === 0 ? address : " ".repeat(address.length);
      cx.outOctets(`${lead}${format.row(octets, width, perUnit * (width / unit))}\n`);
    }
    offset += octets.length;
  };
  for (let block = await input.take(65_536); block !== null; block = await input.take(65_536)) {
    held += block;
    let at = 0;
    for (; at + width <= held.length; at += width) row(held.slice(at, at + width));
    held = held.slice(at);
    await cx.drain();
  }
  if (held !== "") row(held);
  if (radix !== "n" && (input.isAny || plan.max === 0)) cx.out(`${addressOf(radix, offset)}\n`);
}

async function strings(cx: ToolContext, plan: Plan, input: Inputs, least: number): Promise<void> {
  let offset = plan.skip;
  let found = "";
  for (let block = await input.take(65_536); block !== null; block = await input.take(65_536))
    for (const octet of block) {
      offset++;
      if (octet >= " " && octet <= "~") {
        found += octet;
        continue;
      }
      if (octet === "\0" && found.length >= least) {
        const address = addressOf(plan.radix, offset - 1 - found.length);
        cx.out(`${address}${address === "" ? "" : " "}${found}\n`);
      }
      found = "";
    }
}
