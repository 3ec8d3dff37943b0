/**
 * The language of sed(1): a script becomes a list of commands.
 * @source POSIX.1-2017 XCU sed; sed 4.9
 */
import { translateBre, translateEre } from "../regex.ts";

export type SedAddress =
  | { readonly kind: "line"; readonly line: number }
  | { readonly kind: "last" }
  | { readonly kind: "step"; readonly first: number; readonly step: number }
  /** Null: the last regular expression used. */
  | { readonly kind: "regex"; readonly regex: RegExp | null }
  /** The second address only: so many lines more. */
  | { readonly kind: "more"; readonly count: number };

export interface SedCommand {
  readonly from: SedAddress | null;
  readonly to: SedAddress | null;
  readonly isNegated: boolean;
  readonly name: string;
  /** Text of `a`, `i`, `c`; label; characters of `y`; exit status. */
  readonly text: string;
  readonly to_: string;
  readonly regex: RegExp | null;
  /** Flags of `s`. */
  readonly flags: string;
  /** Index behind the block, for `{`. */
  end: number;
  /** Is the range that it names under way, and where does it end? */
  active: { until: number | null } | null;
}

export class SedError extends Error {}

export function parseSed(source: string, isExtended: boolean): SedCommand[] {
  return new SedParser(source, isExtended).run();
}

class SedParser {
  private at = 0;
  private readonly commands: SedCommand[] = [];
  private readonly blocks: SedCommand[] = [];

  constructor(
    private readonly source: string,
    private readonly isExtended: boolean,
  ) {}

  run(): SedCommand[] {
    for (;;) {
      this.skip(/[\s;]*/y);
      if (this.at >= this.source.length) break;
      if (this.source[this.at] === "#") this.skip(/[^\n]*/y);
      else this.command();
    }
    if (this.blocks.length > 0) this.fail("unmatched `{'", 0);
    return this.commands;
  }

  private fail(text: string, at = this.at): never {
    throw new SedError(`-e expression #1, char ${at}: ${text}`);
  }

  private skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.source)![0];
    this.at += match.length;
    return match;
  }

  private command(): void {
    const from = this.address();
    let to: SedAddress | null = null;
    this.skip(/\s*/y);
    if (from !== null && this.source[this.at] === ",") {
      this.at++;
      this.skip(/\s*/y);
      const more = /\+(\d+)/y;
      more.lastIndex = this.at;
      const match = more.exec(this.source);
      if (match !== null) this.at += match[0].length;
      to = match === null ? this.address() : { kind: "more", count: Number(match[1]) };
      if (to === null) this.fail("unexpected `,'");
    }
    const isNegated = this.skip(/[\s!]*/y).includes("!");
    const name = this.source[this.at++];
    if (name === undefined) this.fail("missing command");
    if (name === "}") {
      const open = this.blocks.pop();
      if (open === undefined) this.fail("unexpected `}'");
      open!.end = this.commands.length;
      return;
    }
    const command: SedCommand = {
      from,
      to,
      isNegated,
      name: name!,
      end: 0,
      active: null,
      ...this.argument(name!),
    };
    this.commands.push(command);
    if (name === "{") this.blocks.push(command);
    else this.endOfCommand(name!);
  }

  private endOfCommand(name: string): void {
    if ("aicbtT:".includes(name)) return;
    this.skip(/[ \t]*/y);
    const next = this.source[this.at];
    if (next !== undefined && !";\n}#".includes(next))
      this.fail(name === "s" ? "unknown option to `s'" : "extra characters after command", this.at + 1);
  }

  private address(): SedAddress | null {
    const rest = this.source.slice(this.at);
    const number = /^(\d+)(?:~(\d+))?/.exec(rest);
    if (number !== null) {
      this.at += number[0].length;
      if (number[2] !== undefined) return { kind: "step", first: Number(number[1]), step: Number(number[2]) };
      return { kind: "line", line: Number(number[1]) };
    }
    if (rest[0] === "$") {
      this.at++;
      return { kind: "last" };
    }
    if (rest[0] !== "/" && rest[0] !== "\\") return null;
    if (rest[0] === "\\") this.at++;
    const text = this.delimited(true);
    const flags = this.skip(/[IM]*/y);
    return {
      kind: "regex",
      regex: text === "" ? null : this.regex(text, flags.includes("I"), flags.includes("M")),
    };
  }

  /** Text up to the delimiter that stands here, which may be escaped in it. */
  private delimited(isRegex: boolean): string {
    const delimiter = this.source[this.at++]!;
    let text = "";
    let isInBracket = false;
    for (; this.at < this.source.length; this.at++) {
      const character = this.source[this.at]!;
      if (character === "\\" && this.at + 1 < this.source.length) {
        const next = this.source[++this.at]!;
        text +=
          next === delimiter && !(isRegex && "()|{}+?".includes(delimiter))
            ? isRegex && ".*[]^$".includes(next)
              ? `\\${next}`
              : next
            : `\\${next}`;
      } else if (isRegex && character === "[" && !isInBracket) {
        isInBracket = true;
        text += character;
        if (this.source[this.at + 1] === "^") text += this.source[++this.at];
        if (this.source[this.at + 1] === "]") text += this.source[++this.at];
      } else if (character === "]" && isInBracket) {
        isInBracket = false;
        text += character;
      } else if (character === delimiter && !isInBracket) {
        this.at++;
        return text;
      } else text += character;
    }
    return this.fail(isRegex ? "unterminated address regex" : "unterminated `s' command");
  }

  private regex(text: string, ignoresCase: boolean, isMultiline: boolean): RegExp {
    const source = text.replaceAll("\\n", "\n").replaceAll("\\t", "\t");
    const flags = `gsu${ignoresCase ? "i" : ""}${isMultiline ? "m" : ""}`;
    const regex = this.isExtended ? translateEre(source, flags) : translateBre(source, flags);
    return regex ?? this.fail("Invalid preceding regular expression");
  }

  private argument(name: string): Pick<SedCommand, "text" | "to_" | "regex" | "flags"> {
    const none = { text: "", to_: "", regex: null, flags: "" };
    switch (name) {
      case "s": {
        const delimiterAt = this.at;
        const pattern = this.delimited(true);
        this.at--;
        if (this.source[this.at] !== this.source[delimiterAt]) this.fail("unterminated `s' command");
        const replacement = this.delimited(false);
        const flags = this.skip(/[gpiIeMm\d]*/y);
        if (flags.includes("e")) this.fail("the flag e is not supported");
        return {
          text: replacement,
          to_: "",
          flags,
          regex: pattern === "" ? null : this.regex(pattern, /i/i.test(flags), /m/i.test(flags)),
        };
      }
      case "y": {
        const from = this.delimited(false).replaceAll("\\n", "\n").replaceAll("\\\\", "\\");
        this.at--;
        const to = this.delimited(false).replaceAll("\\n", "\n").replaceAll("\\\\", "\\");
        if ([...from].length !== [...to].length) this.fail("strings for `y' command are different lengths");
        return { ...none, text: from, to_: to };
      }
      case "a":
      case "i":
      case "c": {
        this.skip(/[ \t]*(?:\\[ \t]*\n?)?[ \t]*/y);
        const text = this.skip(/(?:\\[\s\S]|[^\n\\])*/y).replace(/\\([\s\S])/g, "$1");
        if (text === "") this.fail(`expected \\ after \`a', \`c' or \`i'`);
        return { ...none, text: `${text}\n` };
      }
      case ":":
      case "b":
      case "t":
      case "T":
        this.skip(/[ \t]*/y);
        return { ...none, text: this.skip(name === ":" ? /[^\s;]*/y : /[^\s;}]*/y) };
      case "q":
      case "Q":
        this.skip(/[ \t]*/y);
        return { ...none, text: this.skip(/\d*/y) };
      default:
        if (!"{dDpPnN=hHgGxl".includes(name)) this.fail(`unknown command: \`${name}'`);
        return none;
    }
  }
}
