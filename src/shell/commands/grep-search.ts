/**
 * The search of grep(1): files line by line, as they come, so that a reader of a live pipe ends as soon as it knows.
 * @source grep 3.8, src/grep.c
 */
import { type Errno, strerror } from "../../core/errno.ts";
import { octetLength, octetsToText } from "../../core/octets.ts";
import { Pattern } from "../expand/patterns.ts";
import type { OctetReader } from "../octet-reader.ts";
import type { ToolContext } from "../tool.ts";
import type { Matcher } from "./grep-pattern.ts";
import { closeInput, openInput } from "./inputs.ts";

export interface SearchOptions {
  readonly inverts: boolean;
  readonly counts: boolean;
  /** Names of files only: those with, or without, a match. */
  readonly lists: "l" | "L" | null;
  readonly isQuiet: boolean;
  readonly isSilent: boolean;
  readonly onlyMatches: boolean;
  readonly showsNumbers: boolean;
  readonly showsOffsets: boolean;
  /** Null: when there are several files. */
  readonly showsNames: boolean | null;
  readonly alignsByTab: boolean;
  readonly endsNamesByNul: boolean;
  readonly before: number;
  readonly after: number;
  readonly hasContext: boolean;
  /** Between groups of lines; null: none. */
  readonly separator: string | null;
  readonly max: number;
  /** What ends a line. */
  readonly end: string;
  readonly binary: string;
  readonly directories: "read" | "recurse" | "skip";
  readonly followsLinks: boolean;
  readonly flushes: boolean;
  readonly label: string;
  readonly rules: readonly (readonly [name: string, pattern: string])[];
  readonly colors: ReadonlyMap<string, string> | null;
}

/** grep's own buffer. */
const BLOCK = 32_768;
const STRAY_OCTET = /[\udc80-\udcff]/;
const BADLY_PAIRED = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

interface HeldLine {
  readonly text: string;
  readonly number: number;
  readonly offset: number;
}

export class GrepSearch {
  private isFound = false;
  private hasFailed = false;
  private showsNames = false;
  /** Was anything of a group of lines printed, in any file? */
  private hasPrinted = false;

  constructor(
    private readonly cx: ToolContext,
    private readonly options: SearchOptions,
    private readonly matcher: Matcher,
  ) {}

  async run(operands: readonly string[]): Promise<number> {
    const { options } = this;
    const isRecursive = options.directories === "recurse";
    const given = operands.length > 0 ? operands : [isRecursive ? "." : "-"];
    this.showsNames = options.showsNames ?? (isRecursive ? !this.isOneFile(operands) : given.length > 1);
    for (const path of given) {
      const isDir = path !== "-" && options.directories !== "read" && this.isDirectory(path);
      if (isDir && options.directories === "skip") continue;
      if (isDir) await this.searchTree(path, operands.length === 0);
      else if (path === "-" || this.isWanted(path, true)) await this.searchFile(path);
      if (this.isFound && options.isQuiet) return 0;
    }
    return this.hasFailed ? 2 : this.isFound ? 0 : 1;
  }

  private isOneFile(operands: readonly string[]): boolean {
    return operands.length === 1 && (operands[0] === "-" || !this.isDirectory(operands[0]!));
  }

  private isDirectory(path: string): boolean {
    const stat = this.cx.process.userland.files.stat(this.cx.process, path);
    return stat.ok && stat.value.type === "dir";
  }

  // ------------------------------------------------------------------------------------------ trees

  private async searchTree(path: string, isImplied: boolean): Promise<void> {
    const { process } = this.cx;
    const { files } = process.userland;
    const listed = files.list(process, path);
    if (!listed.ok) {
      this.complain(path, listed.errno);
      return;
    }
    for (const name of listed.value) {
      const inner = isImplied ? name : `${path.replace(/\/$/, "")}/${name}`;
      const stat = files.stat(process, inner, this.options.followsLinks);
      if (!stat.ok) {
        this.complain(inner, stat.errno);
        continue;
      }
      if (stat.value.type === "dir") {
        if (this.isWantedDir(name)) await this.searchTree(inner, false);
      } else if (stat.value.type === "file" && this.isWanted(inner, false)) await this.searchFile(inner);
      if (this.isFound && this.options.isQuiet) return;
    }
  }

  /** The last rule that matches decides; without one, a file is wanted unless the first rule includes. */
  private isWanted(path: string, isNamed: boolean): boolean {
    const rules = this.options.rules.filter(([name]) => name !== "exclude-dir");
    if (rules.length === 0) return true;
    const base = path.split("/").at(-1)!;
    const hit = rules.findLast(([, pattern]) => matchesName(pattern, isNamed ? path : base, base));
    return hit === undefined ? rules[0]![0] !== "include" : hit[0] === "include";
  }

  private isWantedDir(name: string): boolean {
    return !this.options.rules.some(
      ([rule, pattern]) => rule === "exclude-dir" && matchesName(pattern, name, name),
    );
  }

  private complain(path: string, errno: Errno): void {
    this.hasFailed = true;
    if (!this.options.isSilent) this.cx.err(`grep: ${path}: ${strerror(errno)}\n`);
  }

  // ------------------------------------------------------------------------------------------ one file

  private async searchFile(path: string): Promise<void> {
    const { cx } = this;
    const opened = openInput(cx, path, BLOCK);
    if (!opened.ok) {
      this.complain(path, opened.errno);
      return;
    }
    const reader = opened.value;
    const name = path === "-" ? this.options.label : path;
    try {
      if (this.isOwnOutput(reader)) {
        this.hasFailed = true;
        if (!this.options.isSilent) cx.err(`grep: ${name}: input file is also the output\n`);
        return;
      }
      await new FileSearch(this.cx, this.options, this.matcher, this.shared(name), reader).run();
    } finally {
      // It exits at once, without going back to what it has not looked at.
      if (this.options.isQuiet || this.options.lists !== null) reader.discard();
      closeInput(cx, reader);
    }
    if (reader.errno !== null) this.complain(name, reader.errno);
  }

  private isOwnOutput(reader: OctetReader): boolean {
    const { options, cx } = this;
    if (options.isQuiet || options.lists !== null || options.max <= 1) return false;
    const [input, output] = [cx.process.fds.get(reader.fd), cx.process.fds.get(1)];
    return input?.ino !== undefined && input.ino === output?.ino && input.isSeekable === true;
  }

  private shared(name: string): Shared {
    return {
      name,
      showsName: this.showsNames,
      found: () => {
        this.isFound = true;
      },
      beginGroup: () => {
        const wasPrinted = this.hasPrinted;
        this.hasPrinted = true;
        return wasPrinted;
      },
    };
  }
}

function matchesName(pattern: string, path: string, base: string): boolean {
  const compiled = new Pattern(pattern.replace(/\/+$/, ""));
  return compiled.matches(path) || compiled.matches(base);
}

/** What the search of a file tells the whole run. */
interface Shared {
  readonly name: string;
  readonly showsName: boolean;
  readonly found: () => void;
  /** Was there a group of lines before? */
  readonly beginGroup: () => boolean;
}

class FileSearch {
  private count = 0;
  private number = 0;
  private offset = 0;
  private held: HeldLine[] = [];
  /** Lines of context that are still to be printed. */
  private after = 0;
  private lastPrinted = 0;
  private isBinary = false;
  private isOver = false;
  private readonly isOutQuiet: boolean;

  constructor(
    private readonly cx: ToolContext,
    private readonly options: SearchOptions,
    private readonly matcher: Matcher,
    private readonly shared: Shared,
    private readonly reader: OctetReader,
  ) {
    this.isOutQuiet = options.isQuiet || options.counts || options.lists !== null;
  }

  async run(): Promise<void> {
    const { cx, options, reader } = this;
    if (options.max > 0) {
      await this.detectBinary();
      if (!(this.isBinary && options.binary === "without-match"))
        await reader.eachLine(
          (octets, hasEnd) => this.line(octetsToText(octets), octets.length + (hasEnd ? 1 : 0)),
          () => cx.drain(),
          options.end,
        );
    }
    if (options.isQuiet) return;
    const name = this.colored("fn", this.shared.name);
    if (options.counts) cx.out(`${this.shared.showsName ? name + this.nameEnd(":") : ""}${this.count}\n`);
    const isListed = options.lists === "l" ? this.count > 0 : options.lists === "L" && this.count === 0;
    if (isListed) cx.out(`${name}${options.endsNamesByNul ? "\0" : "\n"}`);
  }

  /** A NUL in the first block says that a file is no text. */
  private async detectBinary(): Promise<void> {
    const first = await this.reader.take();
    if (first === null) return;
    this.isBinary = this.options.binary !== "text" && this.options.end === "\n" && first.includes("\0");
    this.reader.untake(first);
  }

  /** True: enough is known. */
  private line(text: string, octets: number): boolean {
    const { options } = this;
    this.number++;
    const offset = this.offset;
    this.offset += octets;
    if (
      !this.isBinary &&
      this.number > 1 &&
      options.binary === "binary" &&
      options.end === "\n" &&
      text.includes("\0")
    )
      this.isBinary = true;
    const hit = this.matcher.test(text) !== options.inverts;
    if (this.count >= options.max) return this.trailing(text, offset, hit);
    if (hit) return this.hit(text, offset);
    if (this.after > 0) {
      this.after--;
      this.print({ text, number: this.number, offset }, "-");
    } else if (options.before > 0 && !this.isOutQuiet) {
      this.held.push({ text, number: this.number, offset });
      if (this.held.length > options.before) this.held.shift();
    }
    return this.isOver;
  }

  /** Context behind the last line that counts ends at the next that would. */
  private trailing(text: string, offset: number, hit: boolean): boolean {
    if (hit || this.after <= 0) return true;
    this.after--;
    this.print({ text, number: this.number, offset }, "-");
    return this.after === 0;
  }

  private hit(text: string, offset: number): boolean {
    const { options } = this;
    this.count++;
    this.shared.found();
    if (options.isQuiet || options.lists !== null) return true;
    if (!options.counts) this.printGroup({ text, number: this.number, offset });
    if (this.isOver) return true;
    if (this.count < options.max) return false;
    return this.after === 0;
  }

  private printGroup(line: HeldLine): void {
    const { options } = this;
    const first = this.held[0]?.number ?? line.number;
    const isGap = this.lastPrinted === 0 || first > this.lastPrinted + 1;
    if (
      options.hasContext &&
      isGap &&
      this.shared.beginGroup() &&
      options.separator !== null &&
      !this.isBinary
    )
      this.cx.out(`${this.colored("se", options.separator)}\n`);
    for (const held of this.held) this.print(held, "-");
    this.held = [];
    this.print(line, ":");
    this.after = options.after;
  }

  private print(line: HeldLine, mark: ":" | "-"): void {
    const { cx, options } = this;
    if (this.isOutQuiet) return;
    this.lastPrinted = line.number;
    if (this.isBinary) {
      this.tellBinary();
      this.isOver = true;
      return;
    }
    if (options.onlyMatches) {
      if (mark === ":" && !options.inverts) this.printMatches(line);
    } else if (this.isText(line.text))
      cx.out(`${this.head(line, mark, line.offset)}${this.highlighted(line.text, mark)}${options.end}`);
    if (options.flushes) cx.flush();
  }

  private isText(text: string): boolean {
    if (this.options.binary === "text" || !STRAY_OCTET.test(text) || !BADLY_PAIRED.test(text)) return true;
    this.tellBinary();
    return false;
  }

  private hasTold = false;
  private tellBinary(): void {
    if (!this.hasTold) this.cx.err(`grep: ${this.shared.name}: binary file matches\n`);
    this.hasTold = true;
  }

  private printMatches(line: HeldLine): void {
    for (const [from, to] of this.matches(line.text)) {
      const part = line.text.slice(from, to);
      if (!this.isText(part)) return;
      const offset = line.offset + octetLength(line.text.slice(0, from));
      this.cx.out(`${this.head(line, ":", offset)}${this.colored("ms", part)}${this.options.end}`);
    }
  }

  /** Matches that are not empty. */
  private *matches(text: string): Generator<readonly [number, number]> {
    for (let from = 0; from <= text.length; ) {
      const match = this.matcher.next(text, from);
      if (match === null) return;
      if (match[1] > match[0]) yield match;
      from = match[1] > match[0] ? match[1] : match[0] + 1;
    }
  }

  private head(line: HeldLine, mark: ":" | "-", offset: number): string {
    const { options } = this;
    const separator = this.colored("se", mark);
    let head = this.shared.showsName ? this.colored("fn", this.shared.name) + this.nameEnd(mark) : "";
    if (options.showsNumbers) head += this.colored("ln", String(line.number)) + separator;
    if (options.showsOffsets) head += this.colored("bn", String(offset)) + separator;
    return options.alignsByTab && head !== "" ? `${head}\t` : head;
  }

  private nameEnd(mark: string): string {
    return this.options.endsNamesByNul ? "\0" : this.colored("se", mark);
  }

  private highlighted(text: string, mark: ":" | "-"): string {
    if (this.options.colors === null || (mark === ":") === this.options.inverts) return text;
    let out = "";
    let at = 0;
    for (const [from, to] of this.matches(text)) {
      out += text.slice(at, from) + this.colored(mark === ":" ? "ms" : "mc", text.slice(from, to));
      at = to;
    }
    return out + text.slice(at);
  }

  private colored(kind: string, text: string): string {
    const color = this.options.colors?.get(kind) ?? "";
    return color === "" || text === "" ? text : `\u001b[${color}m\u001b[K${text}\u001b[m\u001b[K`;
  }
}
