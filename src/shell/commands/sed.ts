/**
 * sed(1) of GNU: the commands that scripts use; `w`, `r`, `e` are refused.
 * @source sed 4.9, sed/execute.c
 */
import { strerror } from "../../core/errno.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { readFile } from "../tool.ts";
import { linesOf, readInputs } from "./inputs.ts";
import { parseOptions } from "./options.ts";
import { parseSed, type SedAddress, type SedCommand, SedError } from "./sed-script.ts";

const LONG = {
  quiet: "n",
  silent: "n",
  expression: "e",
  file: "f",
  "regexp-extended": "E",
  "in-place": "i",
  separate: "s",
  unbuffered: "u",
};

export const sed: Tool = async (cx) => {
  const parsed = parseOptions(cx, { flags: "nErisu", values: "ef", long: LONG });
  if (parsed === null) return 1;
  const operands = [...parsed.operands];
  const parts = [...parsed.all("e")];
  for (const path of parsed.all("f")) {
    const read = await readFile(cx, path);
    if (!read.ok) {
      cx.err(`sed: couldn't open file ${path}: ${strerror(read.errno)}\n`);
      return 1;
    }
    parts.push(read.value.replace(/\n$/, ""));
  }
  if (parts.length === 0) {
    const script = operands.shift();
    if (script === undefined) {
      cx.err("Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n");
      return 1;
    }
    parts.push(script);
  }
  let commands: SedCommand[];
  try {
    commands = parseSed(parts.join("\n"), parsed.has("E") || parsed.has("r"));
  } catch (error) {
    if (!(error instanceof SedError)) throw error;
    cx.err(`sed: ${error.message}\n`);
    return 1;
  }
  const quiet = parsed.has("n") || parts[0]!.startsWith("#n\n");
  if (parsed.has("i")) return inPlace(cx, operands, (text, out) => new Sed(commands, text, quiet, out).run());
  const { inputs, status } = await readInputs(cx, operands, (path, why) => `can't read ${path}: ${why}`);
  const text = inputs.map((input) => input.text).join("");
  const result = new Sed(commands, text, quiet, (piece) => cx.out(piece)).run();
  return result !== 0 ? result : status === 0 ? 0 : 2;
};

async function inPlace(
  cx: ToolContext,
  paths: readonly string[],
  edit: (text: string, out: (text: string) => void) => number,
): Promise<number> {
  let status = 0;
  for (const path of paths) {
    const read = await readFile(cx, path);
    if (!read.ok) {
      cx.err(`sed: can't read ${path}: ${strerror(read.errno)}\n`);
      status = 2;
      continue;
    }
    let result = "";
    edit(read.value, (text) => {
      result += text;
    });
    const opened = cx.process.userland.files.open(cx.process, path, "write");
    if (opened.ok) opened.value.write(result);
  }
  return status;
}

class Sed {
  private readonly lines: readonly string[];
  private readonly hasLastNewline: boolean;
  private next = 0;
  private space = "";
  private hold = "";
  private appended = "";
  private hasReplaced = false;
  private lastRegex: RegExp | null = null;
  private quit: number | null = null;
  private goesOnWithout = false;

  constructor(
    private readonly commands: readonly SedCommand[],
    text: string,
    private readonly quiet: boolean,
    private readonly out: (text: string) => void,
  ) {
    this.lines = linesOf(text);
    this.hasLastNewline = text === "" || text.endsWith("\n");
    for (const command of commands) command.active = null;
  }

  run(): number {
    while (this.quit === null && (this.goesOnWithout || this.next < this.lines.length)) {
      if (!this.goesOnWithout) this.space = this.lines[this.next++]!;
      this.goesOnWithout = false;
      this.hasReplaced = false;
      const isPrinted = this.cycle();
      if (isPrinted && !this.quiet) this.print(this.space);
      this.flush();
    }
    return this.quit ?? 0;
  }

  private get isLast(): boolean {
    return this.next >= this.lines.length;
  }

  private print(text: string): void {
    const isCut = this.isLast && !this.hasLastNewline && this.appended === "";
    this.out(isCut ? text : `${text}\n`);
  }

  private flush(): void {
    this.out(this.appended);
    this.appended = "";
  }

  /** Runs the script over the pattern space; false: it is not printed at the end. */
  private cycle(): boolean {
    for (let i = 0; i < this.commands.length; i++) {
      const command = this.commands[i]!;
      if (this.selects(command) === command.isNegated) {
        if (command.name === "{") i = command.end - 1;
        continue;
      }
      const to = this.step(command);
      if (to === "end") return true;
      if (to === "delete") return false;
      if (to !== null) {
        const label = this.commands.findIndex(({ name, text }) => name === ":" && text === to.label);
        if (label < 0) return true;
        i = label;
      }
    }
    return true;
  }

  private step(command: SedCommand): "end" | "delete" | { readonly label: string } | null {
    const { name, text } = command;
    switch (name) {
      case "s":
        this.substitute(command);
        return null;
      case "y": {
        const to = [...command.to_];
        const map = new Map([...text].map((character, i) => [character, to[i]!]));
        this.space = [...this.space].map((character) => map.get(character) ?? character).join("");
        return null;
      }
      case "p":
        this.out(`${this.space}\n`);
        return null;
      case "P":
        this.out(`${this.space.split("\n")[0]}\n`);
        return null;
      case "=":
        this.out(`${this.next}\n`);
        return null;
      case "d":
        return "delete";
      case "D":
        if (!this.space.includes("\n")) return "delete";
        this.space = this.space.slice(this.space.indexOf("\n") + 1);
        this.goesOnWithout = true;
        return "delete";
      case "n":
      case "N":
        return this.readNext(name);
      case "q":
      case "Q":
        this.quit = Number(text || 0);
        return name === "q" ? "end" : "delete";
      case "a":
        this.appended += text;
        return null;
      case "i":
        this.out(text);
        return null;
      case "c":
        if (command.to === null || command.active === null || command.isNegated) this.out(text);
        return "delete";
      case "b":
        return text === "" ? "end" : { label: text };
      case "t":
      case "T": {
        const jumps = this.hasReplaced === (name === "t");
        this.hasReplaced = false;
        return !jumps ? null : text === "" ? "end" : { label: text };
      }
      default:
        this.move(name);
        return null;
    }
  }

  private readNext(name: "n" | "N"): "end" | "delete" | null {
    if (this.isLast) {
      // GNU prints the pattern space when there is no next line.
      this.quit = 0;
      return "end";
    }
    if (name === "n" && !this.quiet) this.print(this.space);
    this.flush();
    const line = this.lines[this.next++]!;
    this.space = name === "n" ? line : `${this.space}\n${line}`;
    return null;
  }

  private move(name: string): void {
    if (name === "h") this.hold = this.space;
    if (name === "H") this.hold += `\n${this.space}`;
    if (name === "g") this.space = this.hold;
    if (name === "G") this.space += `\n${this.hold}`;
    if (name === "x") [this.space, this.hold] = [this.hold, this.space];
    if (name === "l")
      this.out(`${this.space.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n")}$\n`);
  }

  private substitute({ regex, text, flags }: SedCommand): void {
    const pattern = this.remember(regex);
    if (pattern === null) return;
    const first = Number(/\d+/.exec(flags)?.[0] ?? 1);
    let count = 0;
    let changed = false;
    const result = this.space.replace(pattern, (...args) => {
      count++;
      const groups = args.slice(
        0,
        args.findIndex((arg) => typeof arg === "number"),
      ) as (string | undefined)[];
      if (count < first || (count > first && !flags.includes("g"))) return groups[0]!;
      changed = true;
      return replacementOf(text, groups);
    });
    if (!changed) return;
    this.space = result;
    this.hasReplaced = true;
    if (flags.includes("p")) this.out(`${this.space}\n`);
  }

  private remember(regex: RegExp | null): RegExp | null {
    if (regex !== null) this.lastRegex = regex;
    if (this.lastRegex !== null) this.lastRegex.lastIndex = 0;
    return this.lastRegex;
  }

  private selects(command: SedCommand): boolean {
    const { from, to } = command;
    if (from === null) return true;
    if (to === null) return this.matches(from);
    const { active } = command;
    if (active === null) {
      if (!this.matches(from)) return false;
      const until = to.kind === "line" ? to.line : to.kind === "more" ? this.next + to.count : null;
      // A second address on an earlier line selects one line.
      command.active = until !== null && until <= this.next ? null : { until };
      return true;
    }
    if (active.until !== null ? this.next >= active.until : this.matches(to)) command.active = null;
    return active.until === null || this.next <= active.until;
  }

  private matches(address: SedAddress): boolean {
    switch (address.kind) {
      case "line":
        return this.next === address.line;
      case "last":
        return this.isLast;
      case "step":
        return address.step === 0
          ? this.next === address.first
          : this.next >= address.first && (this.next - address.first) % address.step === 0;
      case "regex":
        return this.remember(address.regex)?.test(this.space) ?? false;
      case "more":
        return false;
    }
  }
}

/** `&`, `\1`, and GNU's `\U`, `\L`, `\u`, `\l`, `\E`. */
function replacementOf(text: string, groups: readonly (string | undefined)[]): string {
  let out = "";
  let all: "U" | "L" | null = null;
  let one: "u" | "l" | null = null;
  const add = (piece: string) => {
    let cased = all === "U" ? piece.toUpperCase() : all === "L" ? piece.toLowerCase() : piece;
    if (one !== null && cased !== "") {
      cased = (one === "u" ? cased[0]!.toUpperCase() : cased[0]!.toLowerCase()) + cased.slice(1);
      one = null;
    }
    out += cased;
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "&") add(groups[0]!);
    else if (character !== "\\") add(character);
    else {
      const next = text[++at] ?? "\\";
      if (/\d/.test(next)) add(groups[Number(next)] ?? "");
      else if (next === "n") add("\n");
      else if (next === "t") add("\t");
      else if (next === "U" || next === "L") all = next;
      else if (next === "E") all = null;
      else if (next === "u" || next === "l") one = next;
      else add(next);
    }
  }
  return out;
}
