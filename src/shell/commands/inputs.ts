/** The inputs that text tools share: the named files, or standard input. */
import { strerror } from "../../core/errno.ts";
import type { OctetString } from "../../core/octets.ts";
import { granted, type Result, refused } from "../../core/result.ts";
import { OctetReader, STDIO_BLOCK } from "../octet-reader.ts";
import { readFile, type ToolContext } from "../tool.ts";

export interface Input {
  /** As it was named; `-` for standard input. */
  readonly name: string;
  readonly text: string;
}

/** Reads all inputs in order; what cannot be read is told as GNU's tools do, and gives status 1. */
export async function readInputs(
  cx: ToolContext,
  operands: readonly string[],
  explain: (path: string, why: string) => string = (path, why) => `${path}: ${why}`,
): Promise<{ readonly inputs: readonly Input[]; readonly status: number }> {
  const inputs: Input[] = [];
  let status = 0;
  for (const name of operands.length === 0 ? ["-"] : operands) {
    const read = await readFile(cx, name);
    if (read.ok) inputs.push({ name, text: read.value });
    else {
      cx.err(`${cx.argv[0]}: ${explain(name, strerror(read.errno))}\n`);
      status = 1;
    }
  }
  return { inputs, status };
}

/**
 * Hands out a reader for each input in order, `-` and nothing at all being standard input; what cannot be opened or read is told as
 * GNU's tools do, and gives status 1.
 */
export async function eachInput(
  cx: ToolContext,
  operands: readonly string[],
  use: (reader: OctetReader, name: string) => Promise<void>,
  {
    block = STDIO_BLOCK,
    explain = (path: string, why: string) => `${path}: ${why}`,
    explainRead = explain,
  }: {
    readonly block?: number;
    readonly explain?: (path: string, why: string) => string;
    readonly explainRead?: (path: string, why: string) => string;
  } = {},
): Promise<number> {
  let status = 0;
  for (const name of operands.length === 0 ? ["-"] : operands) {
    const opened = openInput(cx, name, block);
    if (!opened.ok) {
      cx.err(`${cx.argv[0]}: ${explain(name, strerror(opened.errno))}\n`);
      status = 1;
      continue;
    }
    const reader = opened.value;
    try {
      await use(reader, name);
    } finally {
      closeInput(cx, reader);
    }
    if (reader.errno === null) continue;
    cx.err(`${cx.argv[0]}: ${explainRead(name, strerror(reader.errno))}\n`);
    status = 1;
  }
  return status;
}

export function openInput(cx: ToolContext, name: string, block = STDIO_BLOCK): Result<OctetReader> {
  const { process } = cx;
  if (name === "-") return granted(new OctetReader(process, 0, block));
  const opened = process.userland.files.open(process, name, "read");
  if (!opened.ok) return opened;
  const fd = process.fds.free(3);
  process.fds.set(fd, opened.value);
  return granted(new OctetReader(process, fd, block));
}

export function closeInput(cx: ToolContext, reader: OctetReader): void {
  reader.giveBack();
  if (reader.fd !== 0) cx.process.fds.close(reader.fd);
}

/** All octets of a file; `-` is standard input. */
export async function readOctets(cx: ToolContext, path: string): Promise<Result<OctetString>> {
  const opened = openInput(cx, path);
  if (!opened.ok) return opened;
  const octets = await opened.value.rest();
  closeInput(cx, opened.value);
  return opened.value.errno === null ? granted(octets) : refused(opened.value.errno);
}

/** Lines without their newlines; a last line without one counts. */
export function linesOf(text: string, end = "\n"): string[] {
  const lines = text.split(end);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** `extra operand`, and where help is. */
export function usageError(cx: ToolContext, text: string, status = 1): number {
  cx.err(`${cx.argv[0]}: ${text}\nTry '${cx.argv[0]} --help' for more information.\n`);
  return status;
}
