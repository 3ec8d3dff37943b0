/**
 * Regular expressions of Perl's family (PCRE of `grep -P`, Oniguruma of jq) in those of JavaScript: what JavaScript lacks is written
 * in other words. Groups keep their numbers for the reader through `groups`.
 * @source pcre2pattern(3); Oniguruma, doc/RE
 * @differs recursion, conditionals, `\G` and `(?|...)` are refused
 */

export interface PerlRegex {
  readonly regex: RegExp;
  /** For each group as written, its number in `regex`. */
  readonly groups: readonly number[];
  /** Names of groups, by number as written. */
  readonly names: ReadonlyMap<number, string>;
}

export interface PerlOptions {
  /** `i`, `m` (`^` and `$` at lines), `s` (`.` is any), `x` (blanks are ignored). */
  readonly flags: string;
  /** Is `\h` a blank (PCRE), not the letter? */
  readonly hasBlanks?: boolean;
  /** What `$` stands for besides the very end: before a last newline. */
  readonly endsBeforeNewline?: boolean;
  /** JavaScript's own flags. */
  readonly native: string;
}

const POSIX: ReadonlyMap<string, string> = new Map([
  ["alnum", "\\p{L}\\p{N}"],
  ["alpha", "\\p{L}"],
  ["ascii", "\\x00-\\x7f"],
  ["blank", " \\t"],
  ["cntrl", "\\p{Cc}"],
  ["digit", "0-9"],
  ["graph", "!-~\\u00a1-\\uffff"],
  ["lower", "\\p{Ll}"],
  ["print", " -~\\u00a0-\\uffff"],
  ["punct", "!-\\/:-@\\[-`\\{-~"],
  ["space", "\\s"],
  ["upper", "\\p{Lu}"],
  ["word", "\\w"],
  ["xdigit", "0-9A-Fa-f"],
]);

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ["d", "[0-9]"],
  ["D", "[^0-9]"],
  ["w", "\\w"],
  ["W", "\\W"],
  ["s", "[ \\t\\n\\v\\f\\r]"],
  ["S", "[^ \\t\\n\\v\\f\\r]"],
  ["b", "\\b"],
  ["B", "\\B"],
  ["n", "\\n"],
  ["r", "\\r"],
  ["t", "\\t"],
  ["f", "\\f"],
  ["v", "[\\n\\v\\f\\r]"],
  ["a", "\\x07"],
  ["e", "\\x1b"],
  ["A", "(?<![\\s\\S])"],
  ["z", "(?![\\s\\S])"],
  ["Z", "(?=\\n?(?![\\s\\S]))"],
  ["R", "(?:\\r\\n|[\\n\\v\\f\\r\\u0085\\u2028\\u2029])"],
  ["N", "[^\\n]"],
  ["X", "[\\s\\S]"],
]);

/** Null: no valid expression, or one that cannot be said in JavaScript. */
export function translatePerl(source: string, options: PerlOptions): PerlRegex | null {
  try {
    return new Translator(source, options).run();
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

class Translator {
  private at = 0;
  /** Groups that were opened in the result. */
  private made = 0;
  private readonly groups: number[] = [];
  private readonly names = new Map<number, string>();
  private readonly references: string[] = [];
  private flags: string;
  private depth = 0;

  constructor(
    private readonly source: string,
    private readonly options: PerlOptions,
  ) {
    this.flags = options.flags;
  }

  run(): PerlRegex {
    let text = this.alternatives();
    if (this.at < this.source.length) throw new SyntaxError("unmatched )");
    const keep = text.indexOf(KEEP);
    // What stands before \K must be there, but is not part of the match.
    if (keep >= 0) text = `(?<=${text.slice(0, keep)})${text.slice(keep + 1).replaceAll(KEEP, "")}`;
    text = text.replace(/\ue001(\d+);/g, (_, index: string) =>
      this.reference(this.references[Number(index)]!),
    );
    return { regex: new RegExp(text, this.options.native), groups: this.groups, names: this.names };
  }

  private reference(name: string): string {
    const number = /^\d+$/.test(name)
      ? Number(name)
      : [...this.names].find(([, known]) => known === name)?.[0];
    const made = number === undefined ? undefined : this.groups[number - 1];
    if (made === undefined) throw new SyntaxError("no such group");
    return `(?:\\${made})`;
  }

  private refer(name: string): string {
    return `\ue001${this.references.push(name) - 1};`;
  }

  private alternatives(): string {
    const outer = this.flags;
    let text = "";
    while (this.at < this.source.length && this.source[this.at] !== ")") {
      if (this.source[this.at] === "|") {
        this.at++;
        text += "|";
      } else text += this.quantified();
    }
    this.flags = outer;
    return text;
  }

  private quantified(): string {
    const first = this.made;
    const atom = this.atom();
    const match = /^(?:[*+?]|\{\d+(?:,\d*)?\}|\{,\d+\})/.exec(this.source.slice(this.at));
    if (match === null || atom === "") return atom;
    this.at += match[0].length;
    const count = match[0].startsWith("{,") ? `{0${match[0].slice(1)}` : match[0];
    const unit = isAssertion(atom) ? `(?:${atom})` : atom;
    if (this.source[this.at] === "?") {
      this.at++;
      return `${unit}${count}?`;
    }
    if (this.source[this.at] !== "+") return unit + count;
    this.at++;
    return this.atomic(`${unit}${count}`, first);
  }

  /** `(?>...)`: a lookahead is not entered again, so that its group is what was taken. */
  private atomic(text: string, first: number): string {
    // The new group comes first: those inside move by one.
    const moved = this.made - first;
    for (let i = 0; i < this.groups.length; i++) if (this.groups[i]! > first) this.groups[i]!++;
    this.made++;
    const inner =
      moved > 0 ? text.replace(/\ue002(\d+);/g, (_, n: string) => `\ue002${Number(n) + 1};`) : text;
    return `(?=(${inner}))\\${first + 1}(?:)`;
  }

  private atom(): string {
    const character = String.fromCodePoint(this.source.codePointAt(this.at)!);
    this.at += character.length;
    switch (character) {
      case "(":
        return this.group();
      case "[":
        return this.bracket();
      case "\\":
        return this.escape();
      case ".":
        return this.flags.includes("s") ? "[\\s\\S]" : "[^\\n]";
      case "^":
        return this.flags.includes("m") ? "(?<![^\\n])" : "(?<![\\s\\S])";
      case "$":
        if (this.flags.includes("m")) return "(?![^\\n])";
        return this.options.endsBeforeNewline ? "(?=\\n?(?![\\s\\S]))" : "(?![\\s\\S])";
      case "*":
      case "+":
      case "?":
        throw new SyntaxError("nothing to repeat");
      case "#":
        if (!this.flags.includes("x")) return this.literal("#");
        this.at =
          this.source.indexOf("\n", this.at) < 0 ? this.source.length : this.source.indexOf("\n", this.at);
        return "";
    }
    if (this.flags.includes("x") && /\s/.test(character)) return "";
    return this.literal(character);
  }

  private literal(character: string): string {
    const lower = character.toLowerCase();
    const upper = character.toUpperCase();
    // The native flag stands for the whole; a part that ignores case says so letter by letter.
    if (this.flags.includes("i") && !this.options.native.includes("i") && lower !== upper)
      return `[${escapeMember(lower)}${escapeMember(upper)}]`;
    return /[\\^$.|?*+()[\]{}/]/.test(character) ? `\\${character}` : character;
  }

  private group(): string {
    if (++this.depth > 200) throw new SyntaxError("groups too deep");
    const text = this.inGroup();
    this.depth--;
    return text;
  }

  private inGroup(): string {
    const rest = this.source.slice(this.at, this.at + 80);
    if (rest.startsWith("?#")) {
      this.at = this.source.indexOf(")", this.at) + 1;
      if (this.at === 0) throw new SyntaxError("unmatched (");
      return "";
    }
    const look = /^\?(?:<?[=!]|:)/.exec(rest);
    if (look !== null) return `(${look[0]}${this.closed(look[0].length)})`;
    if (rest.startsWith("?>")) {
      const first = this.made;
      return this.atomic(this.closed(2), first);
    }
    const named = /^\?(?:P?<(\w+)>|'(\w+)')/.exec(rest);
    if (named !== null) return this.capture(named[0].length, named[1] ?? named[2]!);
    const back = /^\?P=(\w+)\)/.exec(rest);
    if (back !== null) {
      this.at += back[0].length;
      return this.refer(back[1]!);
    }
    const flags = /^\?([imsx]*)(?:-([imsx]+))?([:)])/.exec(rest);
    if (flags !== null) return this.withFlags(flags[0], flags[1]!, flags[2] ?? "", flags[3]!);
    if (rest.startsWith("?") || rest.startsWith("*")) throw new SyntaxError("not supported");
    return this.capture(0, null);
  }

  private withFlags(head: string, on: string, off: string, end: string): string {
    const next = [...new Set(this.flags + on)].filter((flag) => !off.includes(flag)).join("");
    if (end === ")") {
      // To the end of the group that it stands in.
      this.at += head.length;
      this.flags = next;
      return "";
    }
    const outer = this.flags;
    this.flags = next;
    const text = `(?:${this.closed(head.length)})`;
    this.flags = outer;
    return text;
  }

  private capture(length: number, name: string | null): string {
    const own = this.groups.push(++this.made);
    if (name !== null) this.names.set(own, name);
    return `(${this.closed(length)})`;
  }

  private closed(skipped: number): string {
    this.at += skipped;
    const outer = this.flags;
    const text = this.alternatives();
    this.flags = outer;
    if (this.source[this.at] !== ")") throw new SyntaxError("unmatched (");
    this.at++;
    return text;
  }

  private escape(): string {
    const character = this.source[this.at++];
    if (character === undefined) throw new SyntaxError("\\ at the end");
    const rest = this.source.slice(this.at);
    if (character === "K") return KEEP;
    if (character === "h" && this.options.hasBlanks) return "[ \\t\\u00a0]";
    if (character === "H" && this.options.hasBlanks) return "[^ \\t\\u00a0]";
    if (character === "Q") return this.quotedText(rest);
    if (character === "E") return "";
    if (character === "p" || character === "P") return this.property(character, rest);
    const simple = SIMPLE.get(character);
    if (simple !== undefined) return simple;
    const reference = /^(?:([1-9]\d*)|g\{?(-?\d+|\w+)\}?|k[<{'](\w+)[>}'])/.exec(character + rest);
    if (reference !== null && reference[0].length > 0 && (character !== "g" || reference[2] !== undefined)) {
      this.at += reference[0].length - 1;
      const name = reference[1] ?? reference[2] ?? reference[3]!;
      return this.refer(name.startsWith("-") ? String(this.groups.length + 1 + Number(name)) : name);
    }
    return this.literal(this.codeOf(character, rest) ?? character);
  }

  private codeOf(character: string, rest: string): string | null {
    const match =
      character === "x"
        ? /^(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{1,2}))/.exec(rest)
        : character === "o"
          ? /^\{([0-7]+)\}/.exec(rest)
          : character === "0"
            ? /^([0-7]{0,2})/.exec(rest)
            : null;
    if (character === "c" && rest !== "") {
      this.at++;
      return String.fromCharCode(rest.toUpperCase().charCodeAt(0) ^ 64);
    }
    if (match === null) return null;
    this.at += match[0].length;
    return String.fromCodePoint(
      Number.parseInt(match[1] ?? match[2] ?? "0", character === "x" ? 16 : 8) || 0,
    );
  }

  private quotedText(rest: string): string {
    const end = rest.indexOf("\\E");
    const text = end < 0 ? rest : rest.slice(0, end);
    this.at += text.length + (end < 0 ? 0 : 2);
    return [...text].map((one) => this.literal(one)).join("");
  }

  private property(character: string, rest: string): string {
    const match = /^(?:\{(\^?)(\w+)\}|(\w))/.exec(rest);
    if (match === null) throw new SyntaxError("bad property");
    this.at += match[0].length;
    const isNegated = (character === "P") !== (match[1] === "^");
    return `\\${isNegated ? "P" : "p"}{${match[2] ?? match[3]}}`;
  }

  private bracket(): string {
    const isNegated = this.source[this.at] === "^";
    if (isNegated) this.at++;
    let inner = "";
    for (let isFirst = true; ; isFirst = false) {
      const character = this.source[this.at];
      if (character === undefined) throw new SyntaxError("unmatched [");
      if (character === "]" && !isFirst) break;
      inner += this.member(isFirst);
    }
    this.at++;
    return `[${isNegated ? "^" : ""}${inner}]`;
  }

  private member(isFirst: boolean): string {
    const rest = this.source.slice(this.at);
    const named = /^\[:(\^?)(\w+):\]/.exec(rest);
    if (named !== null) {
      const members = POSIX.get(named[2]!);
      if (members === undefined || named[1] !== "") throw new SyntaxError("unknown class");
      this.at += named[0].length;
      return members;
    }
    const character = String.fromCodePoint(rest.codePointAt(0)!);
    this.at += character.length;
    if (character === "\\") return this.escapedMember();
    if (character === "-" && !isFirst && rest[1] !== "]" && rest[1] !== undefined) return "-";
    return this.cased(character);
  }

  private cased(character: string): string {
    const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
    const isBoth = this.flags.includes("i") && !this.options.native.includes("i") && lower !== upper;
    return isBoth && this.source[this.at] !== "-"
      ? escapeMember(lower) + escapeMember(upper)
      : escapeMember(character);
  }

  private escapedMember(): string {
    const character = this.source[this.at++] ?? "";
    if (character === "h" && this.options.hasBlanks) return " \\t\\u00a0";
    if (character === "b") return "\\x08";
    if (character === "p" || character === "P") return this.property(character, this.source.slice(this.at));
    const simple = SIMPLE.get(character);
    if (simple !== undefined && "dswntrfvae".includes(character)) return simple.replace(/^\[(.*)\]$/s, "$1");
    if (character === "S" || character === "W" || character === "D") return `\\${character}`;
    return escapeMember(this.codeOf(character, this.source.slice(this.at)) ?? character);
  }
}

/** Stands for `\K` until the whole is known. */
const KEEP = "\ue000";

function isAssertion(text: string): boolean {
  return /^\(\?(?:=|!|<=|<!)/.test(text) || text === "\\b" || text === "\\B";
}

function escapeMember(character: string): string {
  return /[\\\]^[\-&{}()/|]/.test(character) ? `\\${character}` : character;
}
