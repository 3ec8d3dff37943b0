/**
 * The language of sed(1): scripts become a list of commands.
 * @source POSIX.1-2017 XCU sed; sed 4.9, its messages and the places that they name
 */
import { PosixRegex } from "../posix-regex.ts";
import { regexError } from "./regex-errors.ts";
import { type Replacement, readReplacement } from "./sed-replace.ts";

export type SedAddress =
  | { readonly kind: "line"; readonly line: number }
  | { readonly kind: "last" }
  | { readonly kind: "step"; readonly first: number; readonly step: number }
  /** Null: the last regular expression used. */
  | { readonly kind: "regex"; readonly regex: PosixRegex | null }
  /** The second address only: so many lines more. */
  | { readonly kind: "more"; readonly count: number }
  /** The second address only: to the next multiple. */
  | { readonly kind: "multiple"; readonly count: number };

export interface SedCommand {
  readonly from: SedAddress | null;
  readonly to: SedAddress | null;
  readonly isNegated: boolean;
  readonly name: string;
  /** Text of `a`, `i`, `c`; label; name of a file; command of `e`; characters of `y`. */
  readonly text: string;
  readonly other: string;
  /** Exit status; width of `l`. */
  readonly number: number | null;
  readonly regex: PosixRegex | null;
  readonly replacement: Replacement | null;
  /** Flags of `s`. */
  readonly flags: string;
  /** The occurrence that `s` begins with. */
  readonly first: number;
  /** Name of the file that `s///w` writes. */
  readonly file: string | null;
  /** Index behind the block, for `{`. */
  end: number;
}

/** Part of the script: an `-e`, or a file. */
export interface SedSource {
  readonly text: string;
  /** Name of the file; null: an expression. */
  readonly file: string | null;
}

export interface SedDialect {
  readonly isExtended: boolean;
  readonly isPosix: boolean;
  readonly isSandboxed: boolean;
  /** Do lines end with NUL (`-z`)? Then `M` has no lines to match at. */
  readonly hasNulLines: boolean;
}

export interface SedProgram {
  readonly commands: readonly SedCommand[];
  /** Does it begin with `#n`? */
  readonly isQuiet: boolean;
}

/** Not the script's fault. */
export const STATUS_PANIC = 4;

export class SedError extends Error {
  constructor(
    message: string,
    readonly status = 1,
  ) {
    super(message);
  }
}

export function parseSed(sources: readonly SedSource[], dialect: SedDialect): SedProgram {
  return new SedParser(sources, dialect).run();
}

const ONE_ADDRESS = "=iaqQrR";

class SedParser {
  private at = 0;
  private readonly source: string;
  private readonly commands: SedCommand[] = [];
  private readonly blocks: SedCommand[] = [];
  private isQuiet = false;

  constructor(
    private readonly sources: readonly SedSource[],
    private readonly dialect: SedDialect,
  ) {
    this.source = sources.map(({ text }) => text).join("\n");
  }

  run(): SedProgram {
    for (;;) {
      this.skip(/[\s;]*/y);
      if (this.at >= this.source.length) break;
      this.command();
    }
    if (this.blocks.length > 0) this.fail("unmatched `{'", 0);
    const labels = new Set(this.commands.filter(({ name }) => name === ":").map(({ text }) => text));
    for (const { name, text } of this.commands)
      if ("btT".includes(name) && text !== "" && !labels.has(text))
        throw new SedError(`can't find label for jump to \`${text}'`, STATUS_PANIC);
    return { commands: this.commands, isQuiet: this.isQuiet };
  }

  /** `at`: characters that were read. */
  private fail(text: string, at = this.at): never {
    let start = 0;
    let expressions = 0;
    for (const [i, source] of this.sources.entries()) {
      if (source.file === null) expressions++;
      const end = start + source.text.length;
      if (at <= end || i === this.sources.length - 1) {
        const inside = source.text.slice(0, Math.max(0, at - start));
        const place =
          source.file === null
            ? `-e expression #${expressions}, char ${at === 0 ? 0 : inside.length}`
            : `file ${source.file} line ${inside.replace(/\n$/, "").split("\n").length}`;
        throw new SedError(`${place}: ${text}`);
      }
      start = end + 1;
    }
    throw new SedError(text);
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.source)![0];
    this.at += match.length;
    return match;
  }

  /** The next character that is no blank; undefined at the end. */
  private next(): string | undefined {
    this.skip(/[ \t\r\f\v]*/y);
    const character = this.source[this.at];
    if (character !== undefined) this.at++;
    return character;
  }

  private command(): void {
    if (this.source[this.at] === "#") {
      if (this.at === 0 && /^#n(?:\n|$)/.test(this.source)) this.isQuiet = true;
      this.skip(/[^\n]*/y);
      return;
    }
    const from = this.address(false);
    let to: SedAddress | null = null;
    let name = this.next();
    if (from !== null && name === ",") {
      this.skip(/[ \t]*/y);
      to = this.address(true);
      if (to === null) {
        this.next();
        this.fail("unexpected `,'");
      }
      name = this.next();
    }
    if (from?.kind === "line" && from.line === 0 && (to?.kind !== "regex" || this.dialect.isPosix))
      this.fail("invalid usage of line address 0");
    const isNegated = name === "!";
    if (isNegated) {
      name = this.next();
      if (name === "!") this.fail("multiple `!'s");
    }
    if (name === undefined || name === "\n") this.fail("missing command");
    this.finish(from, to, isNegated, name!);
  }

  private finish(from: SedAddress | null, to: SedAddress | null, isNegated: boolean, name: string): void {
    if (name === "}") {
      const open = this.blocks.pop();
      if (open === undefined) this.fail("unexpected `}'");
      if (from !== null) this.fail("} doesn't want any addresses");
      open!.end = this.commands.length;
      this.endOfCommand();
      return;
    }
    if (name === ":" && from !== null) this.fail(": doesn't want any addresses");
    if (name === "#") this.fail("comments don't accept any addresses");
    if (to !== null && (name === "q" || name === "Q" || (this.dialect.isPosix && ONE_ADDRESS.includes(name))))
      this.fail("command only uses one address");
    if (this.dialect.isSandboxed && "erRwW".includes(name))
      this.fail("e/r/w commands disabled in sandbox mode");
    const command: SedCommand = { ...NOTHING, from, to, isNegated, name, ...this.argument(name) };
    if (name !== "v") this.commands.push(command);
    if (name === "{") this.blocks.push(command);
  }

  private endOfCommand(): void {
    const next = this.next();
    if (next === "}" || next === "#") this.at--;
    else if (next !== undefined && next !== "\n" && next !== ";") this.fail("extra characters after command");
  }

  private address(isSecond: boolean): SedAddress | null {
    const rest = this.source.slice(this.at, this.at + 64);
    const number = /^(\d+)(?:[ \t]*~[ \t]*(\d*))?/.exec(rest);
    if (number !== null) {
      this.at += number[0].length;
      const first = Number(number[1]);
      if (number[2] === undefined || (number[2] === "" && isSecond)) return { kind: "line", line: first };
      const step = Number(number[2]);
      return step === 0 ? { kind: "line", line: first } : { kind: "step", first, step };
    }
    if (rest[0] === "$") {
      this.at++;
      return { kind: "last" };
    }
    if (rest[0] === "+" || rest[0] === "~") {
      if (!isSecond) {
        this.at += 2;
        this.fail("invalid usage of +N or ~N as first address");
      }
      this.at++;
      const count = Number(this.skip(/\d*/y));
      return { kind: rest[0] === "+" ? "more" : "multiple", count };
    }
    if (rest[0] !== "/" && rest[0] !== "\\") return null;
    if (rest[0] === "\\") this.at++;
    const text = this.delimited(true) ?? this.fail("unterminated address regex", this.source.length);
    const flags = this.skip(/[IM]*/y);
    return { kind: "regex", regex: text === "" ? null : this.regex(text, flags) };
  }

  /** Text up to the delimiter that stands here, which may be escaped in it; null: it has no end. */
  private delimited(isRegex: boolean): string | null {
    const delimiter = this.source[this.at++];
    if (delimiter === undefined || delimiter === "\n" || delimiter === "\\") return null;
    let text = "";
    for (; this.at < this.source.length; this.at++) {
      const character = this.source[this.at]!;
      if (character === delimiter) {
        this.at++;
        return text;
      }
      if (character === "\\") {
        const next = this.source[++this.at];
        if (next === undefined) return null;
        if (next === delimiter && delimiter !== "&") text += next;
        else if (next === "\n" && !isRegex) text += "\\\n";
        else text += `\\${next}`;
      } else if (character === "[" && isRegex) {
        const bracket = /\[\^?\]?(?:\[[:.=].*?[:.=]\]|[^\]\n])*\]/y;
        bracket.lastIndex = this.at;
        const match = bracket.exec(this.source)?.[0] ?? null;
        if (match === null) return null;
        text += match;
        this.at += match.length - 1;
      } else if (character === "\n" && isRegex) return null;
      else text += character;
    }
    return null;
  }

  private regex(text: string, flags: string): PosixRegex {
    const { isExtended } = this.dialect;
    const source = regexEscapes(text);
    const error = regexError(source, isExtended, true);
    if (error !== null) this.fail(error);
    const regex = PosixRegex.compile(source, isExtended, {
      ignoreCase: /i/i.test(flags),
      isMultiline: /m/i.test(flags) && !this.dialect.hasNulLines,
      isLenient: true,
    });
    return regex ?? this.fail("Invalid preceding regular expression");
  }

  private argument(name: string): Partial<SedCommand> {
    switch (name) {
      case "s":
        return this.substitution();
      case "y":
        return this.transliteration();
      case "a":
      case "i":
      case "c":
        return { text: this.text() };
      case "e":
        this.skip(/[ \t]*/y);
        return { text: this.skip(/[^\n]*/y) };
      case ":": {
        this.skip(/[ \t]*/y);
        const label = this.skip(/[^\s;]*/y);
        if (label === "") this.fail('":" lacks a label');
        return { text: label };
      }
      case "b":
      case "t":
      case "T": {
        this.skip(/[ \t]*/y);
        const label = this.skip(/[^\s;}]*/y);
        this.endOfCommand();
        return { text: label };
      }
      case "r":
      case "R":
      case "w":
      case "W": {
        this.skip(/[ \t]*/y);
        const file = this.skip(/[^\n]*/y);
        if (file === "") this.fail("missing filename in r/R/w/W commands");
        return { text: file };
      }
      case "q":
      case "Q":
      case "l": {
        this.skip(/[ \t]*/y);
        const digits = this.skip(/\d*/y);
        this.endOfCommand();
        return { number: digits === "" ? null : Number(digits) };
      }
      case "v": {
        this.skip(/[ \t]*/y);
        const version = this.skip(/[^\s;]*/y);
        if (version !== "" && newer(version)) this.fail("expected newer version of sed");
        return {};
      }
      case "{":
        return {};
    }
    if (!"=dDFgGhHnNpPxz".includes(name)) this.fail(`unknown command: \`${name}'`);
    this.endOfCommand();
    return {};
  }

  private substitution(): Partial<SedCommand> {
    const unterminated = () => this.fail("unterminated `s' command", this.source.length);
    const pattern = this.delimited(true) ?? unterminated();
    this.at--;
    const replacementText = this.delimited(false) ?? unterminated();
    const { flags, first, file } = this.substitutionFlags();
    const regex = pattern === "" ? null : this.regex(pattern, flags);
    const replacement = readReplacement(replacementText);
    const groups = regex === null ? 9 : regex.groups;
    if (replacement.lastGroup > groups)
      this.fail(`invalid reference \\${replacement.lastGroup} on \`s' command's RHS`);
    return { regex, replacement, flags, first, file };
  }

  private substitutionFlags(): { flags: string; first: number; file: string | null } {
    let flags = "";
    let first: number | null = null;
    for (;;) {
      const flag = this.next();
      if (flag === undefined || flag === "\n" || flag === ";") break;
      if (flag === "}" || flag === "#") {
        this.at--;
        break;
      }
      if (flag === "w") {
        if (this.dialect.isSandboxed) this.fail("e/r/w commands disabled in sandbox mode");
        this.skip(/[ \t]*/y);
        const file = this.skip(/[^\n]*/y);
        if (file === "") this.fail("missing filename in r/R/w/W commands");
        return { flags, first: first ?? 1, file };
      }
      if (/\d/.test(flag)) {
        if (first !== null) this.fail("multiple number options to `s' command");
        first = Number(flag + this.skip(/\d*/y));
        if (first === 0) this.fail("number option to `s' command may not be zero");
      } else if (!"gpiIeMm".includes(flag)) this.fail("unknown option to `s'");
      else {
        if ("gp".includes(flag) && flags.includes(flag))
          this.fail(`multiple \`${flag}' options to \`s' command`);
        if (flag === "e" && this.dialect.isSandboxed) this.fail("e/r/w commands disabled in sandbox mode");
        flags += flag;
      }
    }
    return { flags, first: first ?? 1, file: null };
  }

  private transliteration(): Partial<SedCommand> {
    const unterminated = () => this.fail("unterminated `y' command", this.source.length);
    const from = this.delimited(false) ?? unterminated();
    this.at--;
    const to = this.delimited(false) ?? unterminated();
    const plain = (text: string) =>
      textEscapes(text).replace(/\\([\\n\n])/g, (_, one: string) => (one === "n" ? "\n" : one));
    const [text, other] = [plain(from), plain(to)];
    if ([...text].length !== [...other].length) this.fail("strings for `y' command are different lengths");
    this.endOfCommand();
    return { text, other };
  }

  /** What `a`, `i` and `c` put out: behind a backslash and a newline, or on the same line. */
  private text(): string {
    const first = this.next();
    if (first === undefined || first === "\n")
      this.fail("expected \\ after `a', `c' or `i'", this.at - (first === "\n" ? 1 : 0));
    if (first === "\\") {
      const rest = /[ \t]*\n/y;
      rest.lastIndex = this.at;
      const match = rest.exec(this.source);
      if (match !== null) this.at += match[0].length;
      else if (this.at >= this.source.length) this.fail("expected \\ after `a', `c' or `i'");
    } else this.at--;
    const raw = this.skip(/(?:\\[\s\S]|[^\n\\])*\\?/y);
    if (this.source[this.at] === "\n") this.at++;
    const isEscapedFirst = first === "\\" && this.source[this.at - raw.length - 2] !== "\n";
    return `${plainText(raw, isEscapedFirst)}\n`;
  }
}

const NOTHING: Omit<SedCommand, "from" | "to" | "isNegated" | "name"> = {
  text: "",
  other: "",
  number: null,
  regex: null,
  replacement: null,
  flags: "",
  first: 1,
  file: null,
  end: 0,
};

/** Backslashes go away, but for those of characters that cannot be typed. `keepsFirst`: a letter right behind `a\` is itself. */
function plainText(raw: string, keepsFirst: boolean): string {
  const head = keepsFirst ? raw.slice(0, 1) : "";
  return (
    head +
    textEscapes(raw.slice(head.length)).replace(/\\([\s\S]|$)/g, (_, one: string) =>
      one === "n" ? "\n" : one,
    )
  );
}

/** `\t`, `\x41` and such as the characters themselves. */
export function textEscapes(text: string): string {
  return text.replace(
    /\\(\\|[afrtv]|c[\s\S]|d\d{3}|o[0-7]{3}|x[0-9a-fA-F]{1,2})/g,
    (whole, letters: string) => (letters === "\\" ? whole : escapedCharacter(letters)),
  );
}

function escapedCharacter(letters: string): string {
  const simple = { a: "\x07", f: "\f", r: "\r", t: "\t", v: "\v", n: "\n" }[letters];
  if (simple !== undefined) return simple;
  const rest = letters.slice(1);
  if (letters[0] === "c") return String.fromCharCode(rest.toUpperCase().charCodeAt(0) ^ 64);
  const code = Number.parseInt(rest, { d: 10, o: 8, x: 16 }[letters[0]!]);
  return code < 0x80 ? String.fromCharCode(code) : String.fromCharCode(0xdc00 + (code & 0xff));
}

/** The same in a regular expression, where a special character that is so written is itself. */
function regexEscapes(text: string): string {
  let out = "";
  const token =
    /\[\^?\]?(?:\[[:.=].*?[:.=]\]|[^\]])*\]|\\(?:c[\s\S]|d\d{3}|o[0-7]{3}|x[0-9a-fA-F]{1,2}|[\s\S])|[\s\S]/gu;
  for (const [one] of text.matchAll(token)) {
    if (one[0] === "[")
      out += one.replace(/\\([nt\]\\])/g, (whole, letter: string) => ({ n: "\n", t: "\t" })[letter] ?? whole);
    else if (/^\\(?:[afrtvn]$|c[\s\S]|d\d|o\d|x[0-9a-fA-F])/.test(one)) {
      const character = escapedCharacter(one.slice(1));
      out += /[\\^$.*[\]]/.test(character) ? `\\${character}` : character;
    } else out += one;
  }
  return out;
}

function newer(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 4 || (major === 4 && minor > 9);
}
