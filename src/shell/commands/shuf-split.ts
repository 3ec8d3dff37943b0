/**
 * shuf(1), split(1) and truncate(1) of GNU coreutils. Chance comes from the run's seed.
 * @source coreutils 9.1, src/shuf.c, src/split.c, src/truncate.c
 */
import { strerror } from "../../core/errno.ts";
import { type OctetString, octetsToText, textToOctets } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { linesOf, readOctets, usageError } from "./inputs.ts";
import { type Options, parseOptions } from "./options.ts";
import { quote, quoteName, quoteNameIfNeeded } from "./quoting.ts";
import { parseSize } from "./sizes.ts";

/** A whole number below `count`, from draws below 2^31. */
function below(cx: ToolContext, count: number): number {
  const draw = cx.process.userland.options.seedRandom;
  if (count <= 2 ** 31) return Math.floor((draw() / 2 ** 31) * count);
  return Math.floor(((draw() * 2 ** 22 + (draw() >>> 9)) / 2 ** 53) * count);
}

export const shuf: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "erz",
    values: "ino",
    long: {
      echo: "e",
      "input-range": "i",
      "head-count": "n",
      output: "o",
      "random-source": "source=",
      repeat: "r",
      "zero-terminated": "z",
    },
  });
  if (parsed === null) return 1;
  const { has, operands } = parsed;
  const end = has("z") ? "\0" : "\n";
  let most = Number.POSITIVE_INFINITY;
  for (const text of parsed.all("n")) {
    if (!/^\d+$/.test(text)) {
      cx.err(`shuf: invalid line count: ${quote(cx, text)}\n`);
      return 1;
    }
    most = Math.min(most, Number(text));
  }
  if (has("e") && has("i")) return usageError(cx, "cannot combine -e and -i options");
  const extra = has("e") ? undefined : operands[has("i") ? 0 : 1];
  if (extra !== undefined) return usageError(cx, `extra operand ${quote(cx, extra)}`);
  const items = await itemsOf(cx, parsed, end);
  if (items === null) return 1;
  const output = parsed.value("o");
  if (output !== undefined) {
    const opened = cx.process.userland.files.open(cx.process, output, "write");
    if (!opened.ok) {
      cx.err(`shuf: ${quoteNameIfNeeded(output)}: ${strerror(opened.errno)}\n`);
      return 1;
    }
    cx.process.fds.set(1, opened.value);
  }
  if (has("r")) {
    if (items.count === 0 && most > 0) {
      cx.err("shuf: no lines to repeat\n");
      return 1;
    }
    for (let i = 0; i < most; i++) {
      cx.outOctets(items.at(below(cx, items.count)) + end);
      if (i % 256 === 255) await cx.drain();
    }
    return 0;
  }
  // Only what was moved is kept, so that a few of a wide range cost little.
  const moved = new Map<number, number>();
  const placeOf = (at: number) => moved.get(at) ?? at;
  for (let i = 0; i < Math.min(most, items.count); i++) {
    const pick = i + below(cx, items.count - i);
    const chosen = placeOf(pick);
    moved.set(pick, placeOf(i));
    cx.outOctets(items.at(chosen) + end);
    if (i % 256 === 255) await cx.drain();
  }
  return 0;
};

interface Items {
  readonly count: number;
  at(index: number): OctetString;
}

async function itemsOf(cx: ToolContext, parsed: Options, end: string): Promise<Items | null> {
  const range = parsed.value("i");
  if (range !== undefined) {
    const match = /^(\d+)-(\d+)$/.exec(range);
    const [first, last] = [Number(match?.[1]), Number(match?.[2])];
    if (match === null || first > last + 1) {
      cx.err(`shuf: invalid input range: ${quote(cx, range)}\n`);
      return null;
    }
    return { count: last - first + 1, at: (i) => String(first + i) };
  }
  let lines: readonly OctetString[];
  if (parsed.has("e")) lines = parsed.operands.map(textToOctets);
  else {
    const [file = "-"] = parsed.operands;
    const read = await readOctets(cx, file);
    if (!read.ok) {
      const shown = quoteNameIfNeeded(file);
      cx.err(`shuf: ${read.errno === "EISDIR" ? "read error" : shown}: ${strerror(read.errno)}\n`);
      return null;
    }
    lines = linesOf(read.value, end);
  }
  return { count: lines.length, at: (i) => lines[i]! };
}

// ---------------------------------------------------------------------------------------------- split

interface Naming {
  readonly prefix: string;
  readonly suffix: string;
  readonly length: number;
  readonly digits: string;
  readonly from: number;
  readonly canGrow: boolean;
}

/** The name of a file by its number; null: there are no more. */
function nameOf({ prefix, suffix, length, digits, from, canGrow }: Naming, number: number): string | null {
  let [index, size] = [number + from, length];
  let lead = "";
  if (canGrow)
    // When the first letter comes to its last, two letters more are taken: `yz` is followed by `zaaa`.
    for (let room = digits.length ** (size - 1) * (digits.length - 1); index >= room; ) {
      index -= room;
      lead += digits.at(-1)!;
      size++;
      room = digits.length ** (size - 1) * (digits.length - 1);
    }
  else if (index >= digits.length ** size) return null;
  let text = "";
  for (let i = 0; i < size; i++, index = Math.floor(index / digits.length))
    text = digits[index % digits.length]! + text;
  return prefix + lead + text + suffix;
}

export const split: Tool = async (cx) => {
  const argv = cx.argv.map((word, i) => (i > 0 && /^-\d+$/.test(word) ? `-l${word.slice(1)}` : word));
  const parsed = parseOptions(
    cx,
    {
      flags: "deuxz",
      values: "abClnt",
      long: {
        "suffix-length": "a",
        "additional-suffix": "additional=",
        bytes: "b",
        "line-bytes": "C",
        "numeric-suffixes": "numeric=?",
        "hex-suffixes": "hex=?",
        "elide-empty-files": "e",
        filter: "filter=",
        lines: "l",
        number: "n",
        separator: "t",
        unbuffered: "u",
        verbose: "verbose",
      },
    },
    argv,
  );
  if (parsed === null) return 1;
  const { has, value, operands } = parsed;
  if (operands.length > 2) return usageError(cx, `extra operand ${quote(cx, operands[2]!)}`);
  const ways = parsed.given.filter(([letter]) => "bCln".includes(letter));
  if (ways.length > 1) return usageError(cx, "cannot split in more than one way");
  const [way, text] = ways[0] ?? ["l", "1000"];
  const end =
    value("t") === undefined ? "\n" : value("t") === "\\0" ? "\0" : textToOctets(value("t")!).slice(0, 1);
  const what = { b: "bytes", C: "lines", l: "lines", n: "chunks" }[way as "b" | "C" | "l" | "n"];
  const chunks = way === "n" ? /^(?:(l|r)\/)?(?:(\d+)\/)?(\d+)$/.exec(text) : null;
  const size =
    way === "n"
      ? chunks === null
        ? "invalid"
        : { value: Number(chunks[3]) }
      : parseSize(text, "bkKmMGTPEZY0");
  if (typeof size === "string" || size.value === 0) {
    const shown = way === "n" ? text.replace(/^[lr]\//, "") : text;
    const why =
      typeof size === "string"
        ? size === "overflow"
          ? ": Value too large for defined data type"
          : ""
        : ": Numerical result out of range";
    cx.err(`split: invalid number of ${what}: ${quote(cx, shown)}${way === "n" ? "" : why}\n`);
    return 1;
  }
  const [file = "-", prefix = "x"] = operands;
  const isHex = has("x") || has("hex");
  const isNumeric = has("d") || has("numeric");
  const naming: Naming = {
    prefix,
    suffix: value("additional") ?? "",
    length: Number(value("a") ?? 2) || 2,
    digits: isHex ? "0123456789abcdef" : isNumeric ? "0123456789" : "abcdefghijklmnopqrstuvwxyz",
    from: Number((isHex ? value("hex") : value("numeric")) || 0),
    canGrow: !has("a") && !value("numeric") && !value("hex") && way !== "n",
  };
  const read = await readOctets(cx, file);
  if (!read.ok) {
    const isRead = read.errno === "EISDIR";
    cx.err(
      isRead
        ? `split: ${quoteNameIfNeeded(file)}: read error: ${strerror(read.errno)}\n`
        : `split: cannot open ${quoteName(file)} for reading: ${strerror(read.errno)}\n`,
    );
    return 1;
  }
  // Chunks of equal size need a size that is known beforehand.
  if (way === "n" && chunks?.[1] !== "r") {
    const stat = cx.process.userland.files.stat(cx.process, file === "-" ? "/dev/stdin" : file);
    if (!stat.ok || (stat.value.type !== "file" && cx.process.fds.get(0)?.size === undefined)) {
      cx.err(`split: ${quoteNameIfNeeded(file)}: cannot determine file size\n`);
      return 1;
    }
  }
  const pieces = cutUp(read.value, way!, size.value, end, chunks?.[1] ?? "");
  if (chunks?.[2] !== undefined) {
    cx.outOctets(pieces[Number(chunks[2]) - 1] ?? "");
    return 0;
  }
  return writePieces(cx, parsed, has("e") ? pieces.filter((piece) => piece !== "") : pieces, naming);
};

function cutUp(text: OctetString, way: string, size: number, end: string, kind: string): OctetString[] {
  const pieces: OctetString[] = [];
  if (way === "b") {
    for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
    return pieces;
  }
  if (way === "n" && kind === "") {
    const each = Math.floor(text.length / size);
    for (let i = 0; i < size; i++)
      pieces.push(text.slice(i * each, i === size - 1 ? text.length : (i + 1) * each));
    return pieces;
  }
  const lines = linesOf(text, end).map((line) => line + end);
  if (lines.length > 0 && !text.endsWith(end)) lines.push(lines.pop()!.slice(0, -1));
  if (way === "l") {
    for (let at = 0; at < lines.length; at += size) pieces.push(lines.slice(at, at + size).join(""));
    return pieces;
  }
  if (way === "C") {
    let held = "";
    for (const line of lines) {
      if (held !== "" && held.length + line.length > size) {
        pieces.push(held);
        held = "";
      }
      held += line;
      for (; held.length > size; held = held.slice(size)) pieces.push(held.slice(0, size));
    }
    if (held !== "") pieces.push(held);
    return pieces;
  }
  const out: OctetString[] = Array.from({ length: size }, () => "");
  const each = Math.max(1, Math.floor(text.length / size));
  let at = 0;
  for (const [i, line] of lines.entries()) {
    // A line belongs to the chunk in which it begins.
    out[kind === "r" ? i % size : Math.min(size - 1, Math.floor(at / each))] += line;
    at += line.length;
  }
  return out;
}

async function writePieces(
  cx: ToolContext,
  { has, value }: Options,
  pieces: readonly OctetString[],
  naming: Naming,
): Promise<number> {
  const { process } = cx;
  for (const [i, piece] of pieces.entries()) {
    const name = nameOf(naming, i);
    if (name === null) {
      cx.err("split: output file suffixes exhausted\n");
      return 1;
    }
    if (has("verbose")) cx.out(`creating file ${quoteName(name)}\n`);
    if (has("filter")) {
      const { reader, writer } = process.userland.files.pipe();
      const saved = process.fds.get(0);
      if (saved !== undefined) saved.refs++;
      process.fds.set(0, reader);
      const child = cx.fork(["sh", "-c", value("filter")!], new Map([...cx.env, ["FILE", name]]));
      const fd = process.fds.free(3);
      process.fds.set(fd, writer);
      if (saved !== undefined) {
        process.fds.set(0, saved);
        saved.refs--;
      } else process.fds.close(0);
      process.write(fd, octetsToText(piece));
      await process.drain(fd);
      process.fds.close(fd);
      await process.waitFor(child);
      continue;
    }
    const opened = process.userland.files.open(process, name, "write");
    if (!opened.ok) {
      cx.err(`split: ${quoteNameIfNeeded(name)}: ${strerror(opened.errno)}\n`);
      return 1;
    }
    const fd = process.fds.free(3);
    process.fds.set(fd, opened.value);
    const errno = process.write(fd, octetsToText(piece));
    process.fds.close(fd);
    if (errno === null) continue;
    cx.err(`split: ${quoteNameIfNeeded(name)}: ${strerror(errno)}\n`);
    return 1;
  }
  return 0;
}

// ---------------------------------------------------------------------------------------------- truncate

export const truncate: Tool = (cx) => {
  const parsed = parseOptions(cx, {
    flags: "co",
    values: "rs",
    long: { "no-create": "c", "io-blocks": "o", reference: "r", size: "s" },
  });
  if (parsed === null) return 1;
  const { has, value, operands } = parsed;
  const reference = value("r");
  const given = value("s");
  const match = given === undefined ? null : /^\s*([-+<>/%]?)\s*(.*)$/s.exec(given)!;
  const size = match === null ? null : parseSize(match[2]!, "EGkKmMPTYZ0");
  if (given !== undefined && typeof size === "string") {
    cx.err(`truncate: Invalid number: ${quote(cx, given)}\n`);
    return 1;
  }
  if (given === undefined && reference === undefined)
    return usageError(cx, `you must specify either ${quote(cx, "--size")} or ${quote(cx, "--reference")}`);
  if (operands.length === 0) return usageError(cx, "missing file operand");
  const { process } = cx;
  const { files } = process.userland;
  const other = reference === undefined ? null : files.stat(process, reference);
  if (other !== null && !other.ok) {
    cx.err(`truncate: cannot stat ${quoteName(reference!)}: ${strerror(other.errno)}\n`);
    return 1;
  }
  const amount = ((size as { value: number } | null)?.value ?? 0) * (has("o") ? 4096 : 1);
  let status = 0;
  for (const name of operands) {
    const before = files.stat(process, name);
    if (has("c") && !before.ok && before.errno === "ENOENT") continue;
    const opened = files.open(process, name, "append");
    if (!opened.ok) {
      cx.err(`truncate: cannot open ${quoteName(name)} for writing: ${strerror(opened.errno)}\n`);
      status = 1;
      continue;
    }
    const fd = process.fds.free(3);
    process.fds.set(fd, opened.value);
    const base = other?.ok ? other.value.size : before.ok ? before.value.size : 0;
    const wanted = match === null ? base : sizeAfter(match[1]!, base, amount);
    const errno = files.change(process, "FILE_TRUNCATE", name, { size: wanted });
    process.fds.close(fd);
    if (errno === null) continue;
    cx.err(`truncate: failed to truncate ${quoteName(name)} at ${wanted} bytes: ${strerror(errno)}\n`);
    status = 1;
  }
  return status;
};

function sizeAfter(mark: string, base: number, amount: number): number {
  switch (mark) {
    case "+":
      return base + amount;
    case "-":
      return Math.max(0, base - amount);
    case "<":
      return Math.min(base, amount);
    case ">":
      return Math.max(base, amount);
    case "/":
      return Math.floor(base / amount) * amount;
    case "%":
      return Math.ceil(base / amount) * amount;
    default:
      return amount;
  }
}
