/**
 * cmp(1) of GNU diffutils.
 * @source diffutils 3.8, src/cmp.c
 */
import { strerror } from "../../core/errno.ts";
import type { OctetString } from "../../core/octets.ts";
import type { OctetReader } from "../octet-reader.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { closeInput, openInput } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { parseSize } from "./sizes.ts";

function refuse(cx: ToolContext, text: string): number {
  cx.err(`cmp: ${text}\ncmp: Try 'cmp --help' for more information.\n`);
  return 2;
}

/** An octet as `-b` shows it: `^A`, `M-a`. */
function visible(octet: string): string {
  let code = octet.charCodeAt(0);
  let text = "";
  if (code >= 128) {
    text = "M-";
    code -= 128;
  }
  if (code < 32) return `${text}^${String.fromCharCode(code + 64)}`;
  return code === 127 ? `${text}^?` : text + String.fromCharCode(code);
}

export const cmp: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "bclsv",
    values: "in",
    long: {
      "print-bytes": "b",
      "print-chars": "c",
      "ignore-initial": "i",
      verbose: "l",
      bytes: "n",
      quiet: "s",
      silent: "s",
    },
    hasPrefix: true,
  });
  if (parsed === null) return 2;
  const { has, value, operands } = parsed;
  if (operands.length === 0) return refuse(cx, "missing operand after 'cmp'");
  if (has("l") && has("s")) return refuse(cx, "options -l and -s are incompatible");
  const skips = (value("i")?.split(":") ?? []).concat(operands.slice(2, 4));
  const numbers = { bytes: Number.POSITIVE_INFINITY, left: 0, right: 0 };
  for (const [i, text] of skips.entries()) {
    const size = parseSize(text, "kKMGTPEZY0");
    if (typeof size === "string") return refuse(cx, `invalid --ignore-initial value '${text}'`);
    if (i === 0) numbers.left = numbers.right = size.value;
    else numbers.right = size.value;
  }
  if (operands.length > 4) return refuse(cx, `extra operand '${operands[4]}'`);
  if (has("n")) {
    const size = parseSize(value("n")!, "kKMGTPEZY0");
    if (typeof size === "string") return refuse(cx, `invalid --bytes value '${value("n")}'`);
    numbers.bytes = size.value;
  }
  const names = [operands[0]!, operands[1] ?? "-"] as const;
  const readers: OctetReader[] = [];
  for (const name of names) {
    const opened = openInput(cx, name);
    if (!opened.ok) {
      if (!has("s")) cx.err(`cmp: ${name}: ${strerror(opened.errno)}\n`);
      return 2;
    }
    readers.push(opened.value);
  }
  await readers[0]!.read(numbers.left);
  await readers[1]!.read(numbers.right);
  const status = await compare(cx, names, readers as [OctetReader, OctetReader], numbers.bytes, has);
  for (const reader of readers) closeInput(cx, reader);
  return status;
};

/** Walks both; what is told comes as it is found. */
async function compare(
  cx: ToolContext,
  names: readonly [string, string],
  readers: readonly [OctetReader, OctetReader],
  max: number,
  has: (letter: string) => boolean,
): Promise<number> {
  const width = offsetWidth(cx, names, max);
  const showsOctets = has("b") || has("c");
  let [at, line, differs, last] = [0, 1, false, ""];
  let [a, b]: [OctetString, OctetString] = ["", ""];
  while (at < max) {
    if (a === "") a = (await readers[0].take()) ?? "";
    if (b === "") b = (await readers[1].take()) ?? "";
    const failed = readers.findIndex(({ errno }) => errno !== null);
    if (failed >= 0) {
      cx.err(`cmp: ${names[failed]}: ${strerror(readers[failed]!.errno!)}\n`);
      return 2;
    }
    const length = Math.min(a.length, b.length, max - at);
    if (length === 0) {
      if (a === b) break;
      if (!has("s")) {
        const where =
          at === 0
            ? " which is empty"
            : ` after byte ${at}${has("l") ? "" : last === "\n" ? `, line ${line - 1}` : `, in line ${line}`}`;
        cx.err(`cmp: EOF on ${a === "" ? names[0] : names[1]}${where}\n`);
      }
      return 1;
    }
    if (a.slice(0, length) === b.slice(0, length)) line += newlines(a.slice(0, length));
    else
      for (let i = 0; i < length; i++) {
        const [left, right] = [a[i]!, b[i]!];
        if (left !== right) {
          if (has("s")) return 1;
          const shown = showsOctets
            ? [`${octal(left)} ${visible(left)}`, `${octal(right)} ${visible(right)}`]
            : [octal(left), octal(right)];
          if (!has("l")) {
            const octets = showsOctets ? ` is ${shown.join(" ")}` : "";
            cx.outOctets(`${names[0]} ${names[1]} differ: byte ${at + i + 1}, line ${line}${octets}\n`);
            return 1;
          }
          differs = true;
          const first = showsOctets ? shown[0]!.padEnd(8) : shown[0]!;
          cx.outOctets(`${String(at + i + 1).padStart(width)} ${first} ${shown[1]}\n`);
        }
        if (left === "\n") line++;
      }
    last = a[length - 1]!;
    at += length;
    a = a.slice(length);
    b = b.slice(length);
    await cx.drain();
  }
  return differs ? 1 : 0;
}

function octal(octet: string): string {
  return octet.charCodeAt(0).toString(8).padStart(3);
}

function newlines(octets: OctetString): number {
  let count = 0;
  for (let at = octets.indexOf("\n"); at >= 0; at = octets.indexOf("\n", at + 1)) count++;
  return count;
}

/** Columns of an offset of `-l`: as many as the shorter file needs. */
function offsetWidth(cx: ToolContext, names: readonly string[], max: number): number {
  let most = Math.min(max, Number.MAX_SAFE_INTEGER);
  for (const name of names) {
    const stat = cx.process.userland.files.stat(cx.process, name === "-" ? "/dev/stdin" : name);
    if (stat.ok && stat.value.type === "file") most = Math.min(most, stat.value.size);
  }
  return String(most).length;
}
