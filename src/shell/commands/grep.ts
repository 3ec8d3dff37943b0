/**
 * grep(1) of GNU.
 * @source grep 3.8, src/grep.c
 * @differs -P takes JavaScript's regular expressions, with PCRE's \K
 */
import { strerror } from "../../core/errno.ts";
import { resolvePath } from "../files.ts";
import { compile, translateBre, translateEre } from "../regex.ts";
import { readFile, type Tool, type ToolContext } from "../tool.ts";
import { linesOf } from "./inputs.ts";
import { type Options, parseOptions } from "./options.ts";

const LONG = {
  quiet: "q",
  silent: "q",
  "invert-match": "v",
  "ignore-case": "i",
  count: "c",
  "only-matching": "o",
  "extended-regexp": "E",
  "fixed-strings": "F",
  "perl-regexp": "P",
  "word-regexp": "w",
  "line-regexp": "x",
  "line-number": "n",
  "files-with-matches": "l",
  "files-without-match": "L",
  recursive: "r",
  "no-messages": "s",
  "no-filename": "h",
  "with-filename": "H",
  "max-count": "m",
  regexp: "e",
  file: "f",
  "after-context": "A",
  "before-context": "B",
  context: "C",
  color: "\u0001",
  colour: "\u0001",
  "line-buffered": "\u0002",
  text: "a",
  "basic-regexp": "G",
  include: "\u0003",
  exclude: "\u0004",
};

export const grep: Tool = async (cx) => {
  const name = cx.argv[0]!;
  // --color without a value is never coloured here, nor with one.
  const argv = cx.argv.filter((word) => !/^--colou?r(=\w+)?$/.test(word));
  const parsed = parseOptions(withArguments(cx, argv), {
    flags: "qvicoEFPGwxnlLrRsahH\u0002",
    values: "mefABC\u0003\u0004",
    long: LONG,
    digits: "C",
  });
  if (parsed === null) return 2;
  const operands = [...parsed.operands];
  const patterns = parsed.all("e").flatMap((text) => text.split("\n"));
  for (const file of parsed.all("f")) {
    const read = await readFile(cx, file);
    if (!read.ok) return fail(cx, `${file}: ${strerror(read.errno)}`);
    patterns.push(...linesOf(read.value));
  }
  if (!parsed.has("e") && !parsed.has("f")) {
    const pattern = operands.shift();
    if (pattern === undefined) {
      cx.err(`Usage: ${name} [OPTION]... PATTERNS [FILE]...\nTry '${name} --help' for more information.\n`);
      return 2;
    }
    patterns.push(...pattern.split("\n"));
  }
  const matcher = compileAll(patterns, parsed, name);
  if (typeof matcher === "string") return fail(cx, matcher);
  return new Search(cx, parsed, matcher).run(operands);
};

/** The same process with other words to read as options. */
export function withArguments(cx: ToolContext, argv: readonly string[]): ToolContext {
  return Object.create(cx, { argv: { value: argv } }) as ToolContext;
}

function fail(cx: ToolContext, text: string): number {
  cx.err(`${cx.argv[0]}: ${text}\n`);
  return 2;
}

/** One expression for all patterns, or what is wrong with one. */
function compileAll(patterns: readonly string[], options: Options, name: string): RegExp | string {
  const flags = options.has("i") ? "gsui" : "gsu";
  const isExtended = options.has("E") || name === "egrep";
  const sources: string[] = [];
  for (const pattern of patterns) {
    let one: RegExp | null;
    if (options.has("F") || name === "fgrep")
      one = compile(pattern.replace(/[\\^$.|?*+()[\]{}/]/g, "\\$&"), flags);
    else if (options.has("P"))
      one = compile(perl(pattern), flags.replace("u", "")) ?? compile(perl(pattern), flags);
    else one = isExtended ? translateEre(pattern, flags) : translateBre(pattern, flags);
    if (one === null)
      return /\[[^\]]*$/.test(pattern)
        ? "Unmatched [, [^, [:, [., or [="
        : /\(/.test(pattern)
          ? "Unmatched ( or \\("
          : "Invalid regular expression";
    const source = one.source === "(?:)" ? "" : one.source;
    sources.push(
      options.has("x") ? `^(?:${source})$` : options.has("w") ? `(?<![\\w])(?:${source})(?![\\w])` : source,
    );
  }
  const source = sources.length === 1 ? sources[0]! : sources.map((one) => `(?:${one})`).join("|");
  return compile(source, options.has("P") ? flags.replace("u", "") : flags) ?? "Invalid regular expression";
}

/** `matchAll` begins where the last test ended. */
function restarted(matcher: RegExp): RegExp {
  matcher.lastIndex = 0;
  return matcher;
}

/** What stands before `\K` must be there, but is not part of the match. */
function perl(pattern: string): string {
  const at = pattern.lastIndexOf("\\K");
  return at < 0 ? pattern : `(?<=${pattern.slice(0, at)})${pattern.slice(at + 2)}`;
}

class Search {
  private isFound = false;
  private hasFailed = false;
  private namesShown = false;

  constructor(
    private readonly cx: ToolContext,
    private readonly options: Options,
    private readonly matcher: RegExp,
  ) {}

  async run(operands: readonly string[]): Promise<number> {
    const { cx, options } = this;
    const isRecursive = options.has("r") || options.has("R");
    const given = operands.length > 0 ? operands : [isRecursive ? "." : "-"];
    const paths = isRecursive ? given.flatMap((path) => this.filesUnder(path)) : given;
    this.namesShown = options.has("H") || (!options.has("h") && (isRecursive || given.length > 1));
    for (const path of paths) {
      if (path === "-" && !options.has("c") && !options.has("m")) await this.searchInput();
      else await this.searchFile(path);
      if (this.isFound && options.has("q")) return 0;
      await cx.drain();
    }
    return this.hasFailed ? 2 : this.isFound ? 0 : 1;
  }

  private filesUnder(path: string): string[] {
    const { files } = this.cx.process.userland;
    const stat = files.stat(this.cx.process, path);
    if (!stat.ok || stat.value.type !== "dir") return [path];
    const listed = files.list(this.cx.process, resolvePath(this.cx.cwd, path));
    if (!listed.ok) return [path];
    return listed.value.flatMap((name) =>
      this.filesUnder(path === "." ? name : `${path.replace(/\/$/, "")}/${name}`),
    );
  }

  private async searchFile(path: string): Promise<void> {
    const { cx, options } = this;
    const read = await readFile(cx, path);
    if (!read.ok) {
      this.hasFailed = true;
      const isDir = read.errno === "EISDIR";
      if (isDir) this.hasFailed = this.hasFailed && !isDir;
      if (!options.has("s")) cx.err(`${cx.argv[0]}: ${path}: ${strerror(read.errno)}\n`);
      return;
    }
    const lines = linesOf(read.value);
    const limit = Number(options.value("m") ?? Number.POSITIVE_INFINITY);
    const hits: number[] = [];
    for (let i = 0; i < lines.length && hits.length < limit; i++) if (this.accepts(lines[i]!)) hits.push(i);
    if (hits.length > 0) this.isFound = true;
    this.report(path === "-" ? "(standard input)" : path, lines, hits);
  }

  /** Line by line, so that what comes through a pipe is seen as it comes. */
  private async searchInput(): Promise<void> {
    const { cx, options } = this;
    const needsAll =
      ["A", "B", "C"].some((letter) => options.has(letter)) || options.has("l") || options.has("L");
    if (needsAll) return this.searchFile("-");
    for (let number = 0; ; number++) {
      const line = await cx.readLine();
      if (line === null) return;
      const text = line.replace(/\n$/, "");
      if (!this.accepts(text)) continue;
      this.isFound = true;
      if (options.has("q")) return;
      this.print("(standard input)", text, number, ":");
      await cx.drain();
    }
  }

  private accepts(line: string): boolean {
    this.matcher.lastIndex = 0;
    return this.matcher.test(line) !== this.options.has("v");
  }

  private report(name: string, lines: readonly string[], hits: readonly number[]): void {
    const { cx, options } = this;
    if (options.has("q")) return;
    if (options.has("l") || options.has("L")) {
      if (hits.length > 0 === options.has("l")) cx.out(`${name}\n`);
    } else if (options.has("c")) cx.out(`${this.namesShown ? `${name}:` : ""}${hits.length}\n`);
    else this.printWithContext(name, lines, hits);
  }

  private printWithContext(name: string, lines: readonly string[], hits: readonly number[]): void {
    const { options } = this;
    const around = Number(options.value("C") ?? 0);
    const before = Number(options.value("B") ?? around);
    const after = Number(options.value("A") ?? around);
    let last = -1;
    for (const hit of hits) {
      const from = Math.max(last + 1, hit - before);
      if (last >= 0 && from > last + 1 && before + after > 0) this.cx.out("--\n");
      for (let i = from; i < hit; i++) this.print(name, lines[i]!, i, "-");
      this.print(name, lines[hit]!, hit, ":");
      last = hit;
      for (let i = hit + 1; i <= Math.min(hit + after, lines.length - 1) && !hits.includes(i); i++) {
        this.print(name, lines[i]!, i, "-");
        last = i;
      }
    }
  }

  private print(name: string, line: string, index: number, mark: string): void {
    const { cx, options, matcher } = this;
    const head = `${this.namesShown ? `${name}${mark}` : ""}${options.has("n") ? `${index + 1}${mark}` : ""}`;
    if (!options.has("o")) cx.out(`${head}${line}\n`);
    else if (mark === ":" && !options.has("v"))
      for (const [match] of line.matchAll(restarted(matcher))) if (match !== "") cx.out(`${head}${match}\n`);
  }
}
