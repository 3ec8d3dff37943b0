/**
 * cat(1) of GNU coreutils.
 * @source coreutils 9.1, src/cat.c
 */
import { strerror } from "../../core/errno.ts";
import { textToOctets } from "../../core/octets.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { parseOptions } from "./options.ts";

const CHUNK = 65_536;

export const cat: Tool = async (cx) => {
  const parsed = parseOptions(cx, {
    flags: "AbeEnstTuv",
    long: { number: "n", "number-nonblank": "b", "show-ends": "E", "squeeze-blank": "s" },
  });
  if (parsed === null) return 1;
  const { operands, has } = parsed;
  const numberer = new Decorator(
    has("n") && !has("b"),
    has("b"),
    has("E") || has("e") || has("A"),
    has("s"),
    has("T") || has("t") || has("A"),
  );
  let status = 0;
  for (const path of operands.length === 0 ? ["-"] : operands)
    if (!(await copy(cx, path, numberer))) status = 1;
  cx.out(numberer.rest());
  return status;
};

/** Copies a file to standard output as it comes. */
async function copy(cx: ToolContext, path: string, decorator: Decorator): Promise<boolean> {
  const { process } = cx;
  const opened = path === "-" ? null : process.userland.files.open(process, path, "read");
  if (opened !== null && !opened.ok) {
    cx.err(`cat: ${path}: ${strerror(opened.errno)}\n`);
    return false;
  }
  const output = process.fds.get(1);
  if (opened?.value.isSeekable && output?.isSeekable && opened.value.label === output.label) {
    cx.err(`cat: ${path}: input file is output file\n`);
    return false;
  }
  const fd = opened === null ? 0 : process.fds.free(3);
  if (opened !== null) process.fds.set(fd, opened.value);
  try {
    for (;;) {
      const taken = await process.take(fd, CHUNK, null);
      if (taken.kind === "refused") cx.err(`cat: ${path}: ${strerror(taken.errno)}\n`);
      if (taken.kind !== "text") return taken.kind === "end";
      // Without options, it passes on what it has.
      if (decorator.isIdle) cx.writeOctets(textToOctets(taken.text));
      else cx.out(decorator.add(taken.text));
      await cx.drain();
    }
  } finally {
    if (opened !== null) process.fds.close(fd);
  }
}

/** `-n`, `-b`, `-E`, `-s`, `-T`: works on whole lines, across files. */
class Decorator {
  readonly isIdle: boolean;
  private pending = "";
  private line = 0;
  private wasBlank = false;

  constructor(
    private readonly numbersAll: boolean,
    private readonly numbersFilled: boolean,
    private readonly showsEnds: boolean,
    private readonly squeezes: boolean,
    private readonly showsTabs: boolean,
  ) {
    this.isIdle = !(numbersAll || numbersFilled || showsEnds || squeezes || showsTabs);
  }

  add(text: string): string {
    const lines = (this.pending + text).split("\n");
    this.pending = lines.pop()!;
    return lines.map((line) => this.decorate(line, "\n")).join("");
  }

  rest(): string {
    return this.pending === "" ? "" : this.decorate(this.pending, "");
  }

  private decorate(line: string, end: string): string {
    const isBlank = line === "";
    if (isBlank && this.wasBlank && this.squeezes) return "";
    this.wasBlank = isBlank;
    const isNumbered = this.numbersAll || (this.numbersFilled && !isBlank);
    const shown = this.showsTabs ? line.replaceAll("\t", "^I") : line;
    return `${isNumbered ? `${String(++this.line).padStart(6)}\t` : ""}${shown}${this.showsEnds && end !== "" ? "$" : ""}${end}`;
  }
}
