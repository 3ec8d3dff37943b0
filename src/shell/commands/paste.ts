/**
 * paste(1) of GNU coreutils.
 * @source coreutils 9.1, src/paste.c
 */
import { strerror } from "../../core/errno.ts";
import { type OctetString, textToOctets } from "../../core/octets.ts";
import type { OctetReader } from "../octet-reader.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { closeInput, eachInput, openInput } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { quoteNameIfNeeded } from "./quoting.ts";

const ESCAPES: ReadonlyMap<string, OctetString> = new Map([
  ["0", ""],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

/** One text for each place between columns; null: a backslash at the end. */
function delimitersOf(text: OctetString): readonly OctetString[] | null {
  const delimiters: OctetString[] = [];
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== "\\") {
      delimiters.push(text[i]!);
      continue;
    }
    const next = text[++i];
    if (next === undefined) return null;
    delimiters.push(ESCAPES.get(next) ?? next);
  }
  return delimiters.length === 0 ? [""] : delimiters;
}

export const paste: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "sz",
    values: "d",
    long: { serial: "s", delimiters: "d", "zero-terminated": "z" },
  });
  if (parsed === null) return 1;
  const text = parsed.value("d") ?? "\t";
  const delimiters = delimitersOf(textToOctets(text));
  if (delimiters === null) {
    cx.err(`paste: delimiter list ends with an unescaped backslash: ${text}\n`);
    return 1;
  }
  const end = parsed.has("z") ? "\0" : "\n";
  const operands = parsed.operands.length === 0 ? ["-"] : parsed.operands;
  return parsed.has("s") ? serial(cx, operands, delimiters, end) : parallel(cx, operands, delimiters, end);
};

function serial(
  cx: ToolContext,
  operands: readonly string[],
  delimiters: readonly OctetString[],
  end: string,
): Promise<number> {
  return eachInput(cx, operands, async (reader) => {
    let count = 0;
    await reader.eachLine(
      (line) => cx.outOctets((count++ === 0 ? "" : delimiters[(count - 2) % delimiters.length]!) + line),
      () => cx.drain(),
      end,
    );
    cx.outOctets(end);
  });
}

async function parallel(
  cx: ToolContext,
  operands: readonly string[],
  delimiters: readonly OctetString[],
  end: string,
): Promise<number> {
  const readers: (OctetReader | null)[] = [];
  // Standard input named several times is shared, line by line.
  let stdin: OctetReader | null = null;
  for (const name of operands) {
    if (name === "-" && stdin !== null) {
      readers.push(stdin);
      continue;
    }
    const opened = openInput(cx, name);
    if (!opened.ok) {
      cx.err(`paste: ${quoteNameIfNeeded(name)}: ${strerror(opened.errno)}\n`);
      return 1;
    }
    if (name === "-") stdin = opened.value;
    readers.push(opened.value);
  }
  let status = 0;
  let open = readers.length;
  while (open > 0) {
    let row = "";
    let isAny = false;
    for (const [i, reader] of readers.entries()) {
      let line = reader === null ? null : await reader.line(end);
      if (reader !== null && line === null) {
        if (reader.errno !== null) {
          cx.err(`paste: ${quoteNameIfNeeded(operands[i]!)}: ${strerror(reader.errno)}\n`);
          status = 1;
        }
        if (reader !== stdin) closeInput(cx, reader);
        readers[i] = null;
        open--;
      }
      isAny ||= line !== null;
      line ??= "";
      if (i > 0) row += delimiters[(i - 1) % delimiters.length]!;
      row += line.endsWith(end) ? line.slice(0, -1) : line;
    }
    if (!isAny) break;
    cx.outOctets(row + end);
    await cx.drain();
  }
  return status;
}
