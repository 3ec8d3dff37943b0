/** Runs a script of sed(1). @source sed 4.9, sed/execute.c */

import { strerror } from "../../core/errno.ts";
import { nameTable } from "../../core/name-table.ts";
import { textToOctets } from "../../core/octets.ts";
import type { OpenFile } from "../fds.ts";
import type { OctetReader } from "../octet-reader.ts";
import type { PosixRegex } from "../posix-regex.ts";
import { countSteps, readFile, STEPS_PER_COMMAND, type ToolContext } from "../tool.ts";
import { outputOf } from "./command-pipe.ts";
import { openInput } from "./inputs.ts";
import { SedInput } from "./sed-input.ts";
import { applyReplacement } from "./sed-replace.ts";
import { type SedAddress, type SedCommand, SedError, type SedProgram, STATUS_PANIC } from "./sed-script.ts";

export interface SedOptions {
  readonly isQuiet: boolean;
  readonly isSeparate: boolean;
  /** In place, with this suffix for a copy of the old file; null: not in place. */
  readonly suffix: string | null;
  readonly end: string;
  readonly isPosix: boolean;
  readonly isUnbuffered: boolean;
  /** Width of `l`. */
  readonly width: number;
}

/** Where lines go. A last line without its newline gets it when more follows. */
class Output {
  private isCut = false;
  constructor(private readonly put: (text: string) => void) {}

  text(text: string): void {
    if (text === "") return;
    this.put(this.isCut ? `\n${text}` : text);
    this.isCut = false;
  }

  line(text: string, end: string, hasEnd: boolean): void {
    this.put((this.isCut ? end : "") + text + (hasEnd ? end : ""));
    this.isCut = !hasEnd;
  }
}

/** `leave`: as `quit`, without printing. */
type Jump = "end" | "delete" | "quit" | "leave" | "again" | { readonly label: string } | null;

export class Sed {
  private space = "";
  private hasEnd = true;
  private hold = "";
  private holdHasEnd = true;
  private appended: { readonly kind: "text" | "file" | "line"; readonly text: string }[] = [];
  private hasReplaced = false;
  private lastRegex: PosixRegex | null = null;
  private status = 0;
  /** Ranges that are under way, and the line where they end; null: by an expression. */
  private readonly ranges = new Map<SedCommand, { until: number | null }>();
  private readonly labels = new Map<string, number>();
  private readonly files = new Map<string, Output>();
  private readonly lineFiles = new Map<string, OctetReader | null>();
  private readonly input: SedInput;
  private output: Output;
  private edited: { readonly path: string; text: string } | null = null;
  private readonly looksAhead: boolean;
  private isLastLine = false;

  constructor(
    private readonly cx: ToolContext,
    private readonly program: SedProgram,
    paths: readonly string[],
    private readonly options: SedOptions,
  ) {
    this.output = this.standardOutput();
    this.input = new SedInput(cx, paths, options.end, options.isSeparate, {
      isUnbuffered: options.isUnbuffered,
      begins: (path) => this.beginFile(path),
      ends: () => this.endFile(),
    });
    const { commands } = program;
    this.looksAhead = commands.some(({ from, to }) => from?.kind === "last" || to?.kind === "last");
    for (const [i, { name, text }] of commands.entries()) if (name === ":") this.labels.set(text, i);
    for (const { name, text, file } of commands) {
      if (name === "w" || name === "W") this.openFile(text);
      if (file !== null) this.openFile(file);
    }
    this.reset();
  }

  private standardOutput(): Output {
    return new Output((text) => {
      this.cx.out(text);
      if (this.options.isUnbuffered) this.cx.flush();
    });
  }

  /** A range from line 0 is under way before the first line. */
  private reset(): void {
    this.ranges.clear();
    for (const command of this.program.commands)
      if (command.from?.kind === "line" && command.from.line === 0) this.ranges.set(command, { until: null });
  }

  private openFile(name: string): void {
    if (this.files.has(name)) return;
    const { cx } = this;
    if (name === "/dev/stdout") this.files.set(name, this.output);
    else if (name === "/dev/stderr") this.files.set(name, new Output((text) => cx.err(text)));
    else {
      const opened = cx.process.userland.files.open(cx.process, name, "write");
      if (!opened.ok)
        throw new SedError(`couldn't open file ${name}: ${strerror(opened.errno)}`, STATUS_PANIC);
      const file: OpenFile = opened.value;
      cx.process.fds.set(cx.process.fds.free(3), file);
      this.files.set(name, new Output((text) => void file.write(text)));
    }
  }

  // ------------------------------------------------------------------------------------------ files in place

  private beginFile(path: string): void {
    if (this.options.isSeparate) this.reset();
    if (this.options.suffix === null || path === "-") return;
    const edited = { path, text: "" };
    this.edited = edited;
    this.output = new Output((text) => {
      edited.text += text;
    });
  }

  private endFile(): void {
    const { edited, cx } = this;
    if (edited === null) return;
    this.edited = null;
    this.output = this.standardOutput();
    const { files } = cx.process.userland;
    if (this.options.suffix !== "") this.backUp(edited.path, this.options.suffix!);
    const opened = files.open(cx.process, edited.path, "write");
    if (!opened.ok) {
      cx.err(`sed: couldn't open file ${edited.path}: ${strerror(opened.errno)}\n`);
      this.status = 4;
      return;
    }
    cx.process.fds.set(cx.process.fds.free(3), opened.value);
    opened.value.write(edited.text);
  }

  /** `*` in the suffix stands for the name. */
  private backUp(path: string, suffix: string): void {
    const { process } = this.cx;
    const { files } = process.userland;
    const slash = path.lastIndexOf("/") + 1;
    const base = path.slice(slash);
    const name = suffix.includes("*") ? suffix.replaceAll("*", base) : base + suffix;
    const copy = name.includes("/") ? name : path.slice(0, slash) + name;
    const before = files.open(process, path, "read");
    const after = files.open(process, copy, "write");
    if (!before.ok || !after.ok) {
      this.cx.err(`sed: cannot rename ${path}: ${strerror(after.ok ? "ENOENT" : after.errno)}\n`);
      return;
    }
    for (const file of [before.value, after.value]) process.fds.set(process.fds.free(3), file);
    const taken = before.value.take(Number.MAX_SAFE_INTEGER, null);
    if (taken.kind === "text") after.value.write(taken.text);
  }

  // ------------------------------------------------------------------------------------------ cycles

  async run(): Promise<number> {
    const { cx, input } = this;
    let goesOnWithout = false;
    for (;;) {
      if (!goesOnWithout && !(await this.read())) break;
      const jump = await this.cycle();
      if ((jump === "end" || jump === "quit") && !this.options.isQuiet) this.print();
      if (this.appended.length > 0 && jump !== "leave") await this.flushAppended();
      if (jump === "quit" || jump === "leave") break;
      goesOnWithout = jump === "again";
      await cx.drain();
    }
    input.stop();
    return this.status === 0 && input.hasFailed ? 2 : this.status;
  }

  private async read(): Promise<boolean> {
    const line = await this.input.next();
    if (line === null) return false;
    this.space = line.text;
    this.hasEnd = line.hasEnd;
    this.hasReplaced = false;
    if (this.looksAhead) this.isLastLine = await this.input.isLast();
    return true;
  }

  private print(): void {
    this.output.line(this.space, this.options.end, this.hasEnd);
  }

  private async flushAppended(): Promise<void> {
    const { appended } = this;
    this.appended = [];
    for (const { kind, text } of appended) {
      if (kind === "text") this.output.text(text);
      else if (kind === "line") this.output.line(text, this.options.end, true);
      else {
        const read = await readFile(this.cx, text === "/dev/stdin" ? "-" : text);
        if (read.ok) this.output.text(read.value);
      }
    }
  }

  private jumps = 0;

  private async cycle(): Promise<Jump> {
    const { commands } = this.program;
    for (let i = 0; i < commands.length; i++) {
      const command = commands[i]!;
      if (this.selects(command) === command.isNegated) {
        if (command.name === "{") i = command.end - 1;
        continue;
      }
      const plain = this.step(command);
      const jump = plain instanceof Promise ? await plain : plain;
      if (jump === null) continue;
      if (typeof jump === "string") return jump;
      i = this.labels.get(jump.label)!;
      if (++this.jumps % STEPS_PER_COMMAND === 0) await countSteps(this.cx);
    }
    return "end";
  }

  private step(command: SedCommand): Jump | Promise<Jump> {
    const { name, text } = command;
    const { end } = this.options;
    switch (name) {
      case "s":
        return this.substitute(command);
      case "y": {
        const to = [...command.other];
        const map = new Map([...text].map((character, i) => [character, to[i]!]));
        this.space = [...this.space].map((character) => map.get(character) ?? character).join("");
        return null;
      }
      case "p":
        this.print();
        return null;
      case "P":
        this.output.line(this.space.split(end, 1)[0]!, end, true);
        return null;
      case "=":
        this.output.text(`${this.input.line}\n`);
        return null;
      case "F":
        this.output.text(`${this.input.file}\n`);
        return null;
      case "l":
        this.output.text(listed(this.space, command.number ?? this.options.width));
        return null;
      case "z":
        this.space = "";
        return null;
      case "d":
        return "delete";
      case "D": {
        const at = this.space.indexOf(end);
        if (at < 0) return "delete";
        this.space = this.space.slice(at + 1);
        return "again";
      }
      case "n":
      case "N":
        return this.readNext(name);
      case "q":
      case "Q":
        this.status = command.number ?? 0;
        return name === "q" ? "quit" : "leave";
      case "a":
        this.appended.push({ kind: "text", text });
        return null;
      case "i":
        this.output.text(text);
        return null;
      case "c":
        if (command.to === null || command.isNegated || !this.ranges.has(command)) this.output.text(text);
        return "delete";
      case "r":
        this.appended.push({ kind: "file", text });
        return null;
      case "R":
        return this.appendLine(text);
      case "w":
        this.files.get(text)!.line(this.space, end, true);
        return null;
      case "W":
        this.files.get(text)!.line(this.space.split(end, 1)[0]!, end, true);
        return null;
      case "e":
        return this.execute(text);
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

  private async readNext(name: "n" | "N"): Promise<Jump> {
    if (await this.input.isOver()) {
      // GNU prints the pattern space when there is no next line.
      return this.options.isPosix && name === "N" ? "delete" : "end";
    }
    if (name === "n" && !this.options.isQuiet) this.print();
    await this.flushAppended();
    const { space, hasReplaced } = this;
    await this.read();
    this.hasReplaced = hasReplaced;
    if (name === "N") this.space = space + this.options.end + this.space;
    return null;
  }

  private async appendLine(path: string): Promise<Jump> {
    let reader = this.lineFiles.get(path);
    if (reader === undefined) {
      const opened = openInput(this.cx, path === "/dev/stdin" ? "-" : path);
      reader = opened.ok ? opened.value : null;
      this.lineFiles.set(path, reader);
    }
    const line = (await reader?.line(this.options.end)) ?? null;
    if (line !== null) this.appended.push({ kind: "line", text: line.replace(/\n$/, "") });
    return null;
  }

  private async execute(command: string): Promise<Jump> {
    if (command !== "") this.output.text(await outputOf(this.cx, command));
    else this.space = (await outputOf(this.cx, this.space)).replace(/\n$/, "");
    return null;
  }

  private move(name: string): void {
    const { end } = this.options;
    // Whether its last line has a newline goes with a text.
    if (name === "h") [this.hold, this.holdHasEnd] = [this.space, this.hasEnd];
    if (name === "H") this.hold += end + this.space;
    if (name === "G") this.space += end + this.hold;
    if (name === "x") [this.space, this.hold] = [this.hold, this.space];
    if (name === "g") this.space = this.hold;
    if (name === "x") [this.hasEnd, this.holdHasEnd] = [this.holdHasEnd, this.hasEnd];
    else if (name === "g" || name === "G") this.hasEnd = this.holdHasEnd;
  }

  private substitute(command: SedCommand): Jump | Promise<Jump> {
    const { flags, first } = command;
    const pattern = this.remember(command.regex);
    const isGlobal = flags.includes("g");
    const replacement = command.replacement!;
    const { space } = this;
    let count = 0;
    let at = 0;
    let last = -1;
    let out = "";
    for (const [start, end] of pattern.all(space)) {
      // An empty match right behind another one is none.
      if (start === end && start === last) continue;
      last = end;
      if (++count < first) continue;
      const groups =
        replacement.lastGroup === 0
          ? [space.slice(start, end)]
          : pattern.groupsOf(space, [start, end]).map((span) => span && space.slice(...span));
      out += space.slice(at, start) + applyReplacement(replacement, groups);
      at = end;
      if (!isGlobal) break;
    }
    if (count < first) return null;
    this.space = out + space.slice(at);
    this.hasReplaced = true;
    return flags.includes("e") ? this.substituted(command) : this.report(command);
  }
  private async substituted(command: SedCommand): Promise<Jump> {
    this.space = (await outputOf(this.cx, this.space)).replace(/\n$/, "");
    return this.report(command);
  }

  private report({ flags, file }: SedCommand): null {
    if (flags.includes("p")) this.print();
    if (file !== null) this.files.get(file)!.line(this.space, this.options.end, true);
    return null;
  }

  private remember(regex: PosixRegex | null): PosixRegex {
    if (regex !== null) this.lastRegex = regex;
    if (this.lastRegex === null)
      throw new SedError("-e expression #1, char 0: no previous regular expression");
    return this.lastRegex;
  }

  // ------------------------------------------------------------------------------------------ addresses

  private selects(command: SedCommand): boolean {
    const { from, to } = command;
    if (from === null) return true;
    if (to === null) return this.matches(from);
    const { line } = this.input;
    const active = this.ranges.get(command);
    if (active === undefined) {
      if (!this.matches(from)) return false;
      const until =
        to.kind === "line"
          ? to.line
          : to.kind === "more"
            ? line + to.count
            : to.kind === "multiple"
              ? to.count === 0
                ? line
                : Math.ceil(line / to.count) * to.count
              : null;
      // A second address on an earlier line selects one line.
      if (until === null || until > line) this.ranges.set(command, { until });
      return true;
    }
    if (active.until === null ? this.matches(to) : line >= active.until) this.ranges.delete(command);
    return active.until === null || line <= active.until || this.matches(from);
  }

  private matches(address: SedAddress): boolean {
    const { line } = this.input;
    switch (address.kind) {
      case "line":
        return line === address.line;
      case "last":
        return this.isLastLine;
      case "step":
        return line >= address.first && (line - address.first) % address.step === 0;
      case "regex":
        return this.remember(address.regex).test(this.space);
      default:
        return false;
    }
  }
}

const NAMED: Readonly<Record<string, string>> = nameTable({
  "\\": "\\\\",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
});

/** `l`: nothing invisible, in lines of so many columns; 0: in one line. */
function listed(text: string, width: number): string {
  let out = "";
  let column = 0;
  for (const octet of textToOctets(text)) {
    const code = octet.charCodeAt(0);
    const isPlain = code >= 0x20 && code < 0x7f;
    const shown =
      (Object.hasOwn(NAMED, octet) ? NAMED[octet] : undefined) ??
      (isPlain ? octet : `\\${code.toString(8).padStart(3, "0")}`);
    if (width > 0 && column + shown.length > width - 1) {
      out += "\\\n";
      column = 0;
    }
    out += shown;
    column += shown.length;
  }
  return `${out}$\n`;
}
