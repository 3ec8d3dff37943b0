/** The command line of jq. @source jq 1.6 */
import { strerror } from "../../../core/errno.ts";
import { readFile, type ToolContext } from "../../tool.ts";
import { ReadError, Reader, readOne } from "./read.ts";
import type { Json } from "./values.ts";

/** Ends the run before it began. */
export class Usage extends Error {
  constructor(
    message: string,
    readonly status = 2,
    readonly isOutput = false,
  ) {
    super(message);
  }
}

const HELP = `Use jq --help for help with command-line options,
or see the jq manpage, or online docs  at https://stedolan.github.io/jq
`;

function die(text: string): never {
  throw new Usage(`jq: ${text}\n${HELP}`);
}

const FLAGS: readonly (readonly [string, string])[] = [
  ["s", "slurp"],
  ["r", "raw-output"],
  ["j", "join-output"],
  ["c", "compact-output"],
  ["C", "color-output"],
  ["M", "monochrome-output"],
  ["a", "ascii-output"],
  ["n", "null-input"],
  ["f", "from-file"],
  ["S", "sort-keys"],
  ["R", "raw-input"],
  ["e", "exit-status"],
  ["h", "help"],
  ["V", "version"],
  ["", "tab"],
  ["", "unbuffered"],
  ["", "seq"],
  ["", "stream"],
  ["", "stream-errors"],
];

export interface JqOptions {
  /** Long names. */
  readonly flags: ReadonlySet<string>;
  readonly program: string | null;
  readonly files: readonly string[];
  readonly named: ReadonlyMap<string, Json>;
  readonly positional: readonly Json[];
  /** Spaces of a level; null: one line. */
  readonly indent: string | null;
  readonly libraries: readonly string[];
}

export async function readOptions(cx: ToolContext): Promise<JqOptions> {
  return new OptionReader(cx).run(cx.argv.slice(1));
}

class OptionReader {
  private readonly flags = new Set<string>();
  private readonly files: string[] = [];
  private readonly named = new Map<string, Json>();
  private readonly positional: Json[] = [];
  private readonly libraries: string[] = [];
  private program: string | null = null;
  private indent: string | null = "  ";
  private rest: "files" | "args" | "jsonargs" = "files";

  constructor(private readonly cx: ToolContext) {}

  async run(args: readonly string[]): Promise<JqOptions> {
    let isOver = false;
    for (let i = 0; i < args.length; i++) {
      const arg = args[i]!;
      if (isOver || !/^-[-A-Za-z]/.test(arg)) this.operand(arg);
      else if (arg === "--") isOver = true;
      else i += await this.option(arg, args.slice(i + 1));
    }
    const { flags, program, files, named, positional, indent, libraries } = this;
    return { flags, program, files, named, positional, indent, libraries };
  }

  private operand(arg: string): void {
    if (this.program === null) this.program = arg;
    else if (this.rest === "args") this.positional.push(arg);
    else if (this.rest === "jsonargs") this.positional.push(this.json(arg, "--jsonargs"));
    else this.files.push(arg);
  }

  private json(text: string, name: string): Json {
    try {
      const value = readOne(text);
      if (value !== undefined) return value;
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
    }
    return die(`invalid JSON text passed to ${name}`);
  }

  /** Gives how many of the next words it used. */
  private async option(arg: string, next: readonly string[]): Promise<number> {
    if (arg.startsWith("-L")) {
      if (arg.length > 2) this.libraries.push(arg.slice(2));
      else if (next.length === 0) die("-L takes a parameter: (e.g. -L /search/path or -L/search/path)");
      else this.libraries.push(next[0]!);
      return arg.length > 2 ? 0 : 1;
    }
    if (arg.startsWith("--")) return this.long(arg.slice(2), next);
    for (const letter of arg.slice(1)) {
      const flag = FLAGS.find(([short]) => short === letter);
      if (flag === undefined) die(`Unknown option ${arg}`);
      this.flag(flag![1]);
    }
    return 0;
  }

  private flag(name: string): void {
    if (name === "tab") this.indent = "\t";
    if (name === "compact-output") this.indent = null;
    if (name === "version") throw new Usage("jq-1.6\n", 0, true);
    if (name === "help") throw new Usage(USAGE, 0, true);
    this.flags.add(name);
  }

  private async long(name: string, next: readonly string[]): Promise<number> {
    const [first, second] = next;
    switch (name) {
      case "indent": {
        if (first === undefined) die("--indent takes one parameter");
        const count = Number.parseInt(first!, 10) || 0;
        if (count < -1 || count > 7) die("--indent takes a number between -1 and 7");
        this.indent = count === -1 ? "\t" : count === 0 ? null : " ".repeat(count);
        return 1;
      }
      case "args":
      case "jsonargs":
        this.rest = name;
        return 0;
      case "arg":
      case "argjson":
        if (second === undefined)
          die(`--${name} takes two parameters (e.g. --${name} varname ${name === "arg" ? "value" : "text"})`);
        this.name(first!, name === "arg" ? second! : this.json(second!, "--argjson"));
        return 2;
      case "slurpfile":
      case "rawfile":
      case "argfile":
        if (second === undefined) die(`--${name} takes two parameters (e.g. --${name} varname filename)`);
        this.name(first!, await this.file(name, first!, second!));
        return 2;
    }
    const flag = FLAGS.find(([, long]) => long === name);
    if (flag === undefined) die(`Unknown option --${name}`);
    this.flag(name);
    return 0;
  }

  /** The first value given for a name stays. */
  private name(name: string, value: Json): void {
    if (!this.named.has(name)) this.named.set(name, value);
  }

  private async file(option: string, name: string, path: string): Promise<Json> {
    const read = await readFile(this.cx, path);
    const bad = (why: string) => new Usage(`jq: Bad JSON in --${option} ${name} ${path}: ${why}\n`);
    if (!read.ok) throw bad(`Could not open ${path}: ${strerror(read.errno)}`);
    if (option === "rawfile") return read.value;
    const values: Json[] = [];
    try {
      const reader = new Reader((value) => values.push(value));
      reader.push(read.value);
      reader.end();
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      throw bad(error.message);
    }
    return option === "argfile" && values.length === 1 ? values[0]! : values;
  }
}

const USAGE = `jq - commandline JSON processor [version 1.6]

Usage:	jq [options] <jq filter> [file...]
	jq [options] --args <jq filter> [strings...]
	jq [options] --jsonargs <jq filter> [JSON_TEXTS...]
`;
