/**
 * POSIX regular expressions, read into trees.
 * @source POSIX.1-2017 XBD 9; regex(7); GNU's `\w`, `\<`, `\b` and their like, as glibc has them
 */
import { nameTable } from "../core/name-table.ts";
import { characterClass, WORD } from "./character-classes.ts";

/** Does it accept a character? */
export type CharTest = (character: string) => boolean;

/** "`" and "'" are the edges of the text, "^" and "$" those of its lines. */
export type Assertion = "`" | "'" | "^" | "$" | "<" | ">" | "b" | "B" | "not-behind-word" | "not-before-word";

export type Regex =
  | { readonly kind: "empty" }
  /** `literal`: it accepts this character alone. */
  | { readonly kind: "set"; readonly accepts: CharTest; readonly literal?: string }
  | { readonly kind: "assertion"; readonly what: Assertion }
  | { readonly kind: "concat"; readonly parts: readonly Regex[] }
  | { readonly kind: "alternatives"; readonly branches: readonly Regex[] }
  /** `most` is null without a bound. */
  | { readonly kind: "repeat"; readonly body: Regex; readonly least: number; readonly most: number | null }
  | { readonly kind: "group"; readonly body: Regex; readonly number: number }
  | { readonly kind: "reference"; readonly number: number };

export interface ParsedRegex {
  readonly root: Regex;
  readonly groups: number;
  readonly hasReferences: boolean;
}

export interface RegexSyntax {
  /** Extended (`grep -E`, `[[ =~ ]]`) or basic (`grep`, `sed`, `expr`). */
  readonly isExtended: boolean;
  readonly ignoreCase: boolean;
  /** Do `^` and `$` hold beside newlines, too? */
  readonly isMultiline?: boolean;
  /** Is an extended operator that has nothing to work on a character, and not an error? */
  readonly isLenient?: boolean;
}

const ESCAPED_CLASSES: Readonly<Record<string, CharTest>> = nameTable({
  w: (one) => WORD.test(one),
  W: (one) => !WORD.test(one),
  s: (one) => /\s/.test(one),
  S: (one) => !/\s/.test(one),
});
const ESCAPED_ASSERTIONS: Readonly<Record<string, Assertion>> = nameTable({
  "<": "<",
  ">": ">",
  b: "b",
  B: "B",
  "`": "`",
  "'": "'",
});

/** @source limits.h: RE_DUP_MAX of glibc */
const REPEAT_MAX = 32_767;
const DEPTH_MAX = 1000;

/** Thrown inside; the caller gets null. */
class Invalid extends Error {}

class RegexReader {
  private readonly text: readonly string[];
  private at = 0;
  private depth = 0;
  groups = 0;
  hasReferences = false;
  /** Groups that are complete: only to these may be referred. */
  private readonly closed = new Set<number>();

  constructor(
    source: string,
    private readonly syntax: RegexSyntax,
  ) {
    this.text = [...source];
  }

  read(): Regex {
    const root = this.alternatives();
    if (this.at < this.text.length) throw new Invalid();
    return root;
  }

  private get isExtended(): boolean {
    return this.syntax.isExtended;
  }

  /** Is the operator next: `|` in one syntax is `\|` in the other. */
  private sees(operator: string): boolean {
    return this.isExtended
      ? this.text[this.at] === operator
      : this.text[this.at] === "\\" && this.text[this.at + 1] === operator;
  }

  private skipOperator(): void {
    this.at += this.isExtended ? 1 : 2;
  }

  private alternatives(): Regex {
    if (++this.depth > DEPTH_MAX) throw new Invalid();
    const branches = [this.branch()];
    while (this.sees("|")) {
      this.skipOperator();
      branches.push(this.branch());
    }
    this.depth--;
    return branches.length === 1 ? branches[0]! : { kind: "alternatives", branches };
  }

  private branch(): Regex {
    const parts: Regex[] = [];
    while (this.at < this.text.length && !this.sees("|")) {
      // A closing parenthesis that nothing opened is a character in extended expressions.
      if (this.sees(")") && (this.depth > 1 || !this.isExtended)) break;
      parts.push(this.repeated(this.atom(parts.length === 0)));
    }
    return parts.length === 0
      ? { kind: "empty" }
      : parts.length === 1
        ? parts[0]!
        : { kind: "concat", parts };
  }

  private repeated(atom: Regex): Regex {
    let body = atom;
    for (;;) {
      const bounds = this.bounds();
      if (bounds === null) return body;
      body = { kind: "repeat", body, ...bounds };
    }
  }

  private bounds(): { readonly least: number; readonly most: number | null } | null {
    if (this.text[this.at] === "*") {
      this.at++;
      return { least: 0, most: null };
    }
    if (this.sees("+")) {
      this.skipOperator();
      return { least: 1, most: null };
    }
    if (this.sees("?")) {
      this.skipOperator();
      return { least: 0, most: 1 };
    }
    return this.sees("{") ? this.interval() : null;
  }

  private interval(): { readonly least: number; readonly most: number | null } | null {
    const close = this.isExtended ? "}" : "\\}";
    const open = this.at + (this.isExtended ? 1 : 2);
    const rest = this.text.slice(open, open + 16).join("");
    const match = /^(\d*)(?:(,)(\d*))?/.exec(rest)!;
    const isClosed = rest.slice(match[0].length).startsWith(close);
    if (this.syntax.isLenient && this.isExtended && !isClosed) return null;
    if (!isClosed || (match[1] === "" && match[2] === undefined)) throw new Invalid();
    const least = Number(match[1] || 0);
    const most = match[2] === undefined ? least : match[3] === "" ? null : Number(match[3]);
    if (least > REPEAT_MAX || (most !== null && (most > REPEAT_MAX || most < least))) throw new Invalid();
    this.at = open + match[0].length + close.length;
    return { least, most };
  }

  private atom(isFirst: boolean): Regex {
    const character = this.text[this.at]!;
    if (this.sees("(")) return this.group();
    if (character === "\\") return this.escape();
    this.at++;
    if (character === "[") return { kind: "set", accepts: this.bracket() };
    if (character === ".") return { kind: "set", accepts: () => true };
    if (this.isExtended) {
      if (character === "^" || character === "$") return this.anchor(character);
      // Nothing stands before it that could be repeated.
      if (isFirst && "*+?{".includes(character) && !this.syntax.isLenient) throw new Invalid();
      return this.literal(character);
    }
    if (character === "^" && isFirst) {
      const anchor = this.anchor("^");
      if (this.text[this.at] !== "*") return anchor;
      this.at++;
      return { kind: "concat", parts: [anchor, this.literal("*")] };
    }
    const isLast = this.at >= this.text.length || this.sees("|") || this.sees(")");
    if (character === "$" && isLast) return this.anchor("$");
    return this.literal(character);
  }

  private anchor(mark: "^" | "$"): Regex {
    if (this.syntax.isMultiline) return { kind: "assertion", what: mark };
    return { kind: "assertion", what: mark === "^" ? "`" : "'" };
  }

  private group(): Regex {
    this.skipOperator();
    const number = ++this.groups;
    const body = this.alternatives();
    if (!this.sees(")")) throw new Invalid();
    this.skipOperator();
    this.closed.add(number);
    return { kind: "group", body, number };
  }

  private escape(): Regex {
    const next = this.text[this.at + 1];
    if (next === undefined) throw new Invalid();
    this.at += 2;
    if (/[1-9]/.test(next)) {
      if (!this.closed.has(Number(next))) throw new Invalid();
      this.hasReferences = true;
      return { kind: "reference", number: Number(next) };
    }
    const assertion = ESCAPED_ASSERTIONS[next];
    if (assertion !== undefined) return { kind: "assertion", what: assertion };
    const accepts = ESCAPED_CLASSES[next];
    if (accepts !== undefined) return { kind: "set", accepts };
    if (!this.isExtended && next === "{") throw new Invalid();
    return this.literal(next);
  }

  private literal(character: string): Regex {
    if (!this.syntax.ignoreCase) {
      const accepts = (one: string) => one === character;
      // Half a pair, which is how a stray octet is kept, would be found within another character.
      return /[\udc00-\udfff]/.test(character[0]!)
        ? { kind: "set", accepts }
        : { kind: "set", accepts, literal: character };
    }
    const lower = character.toLowerCase();
    return { kind: "set", accepts: (one) => one === character || one.toLowerCase() === lower };
  }

  private bracket(): CharTest {
    const isNegated = this.text[this.at] === "^";
    if (isNegated) this.at++;
    const tests: CharTest[] = [];
    for (let isFirst = true; ; isFirst = false) {
      const character = this.text[this.at];
      if (character === undefined) throw new Invalid();
      if (character === "]" && !isFirst) {
        this.at++;
        break;
      }
      tests.push(this.member());
    }
    const test = (one: string) => tests.some((accepts) => accepts(one));
    const has = this.syntax.ignoreCase
      ? (one: string) => test(one) || test(one.toLowerCase()) || test(one.toUpperCase())
      : test;
    return isNegated ? (one) => !has(one) : has;
  }

  private member(): CharTest {
    const low = this.single();
    if (typeof low !== "string") return low;
    if (this.text[this.at] !== "-" || this.text[this.at + 1] === "]" || this.text[this.at + 1] === undefined)
      return (one) => one === low;
    this.at++;
    const high = this.single();
    if (typeof high !== "string") throw new Invalid();
    const [first, last] = [low.codePointAt(0)!, high.codePointAt(0)!];
    if (first > last) throw new Invalid();
    return (one) => one.codePointAt(0)! >= first && one.codePointAt(0)! <= last;
  }

  /** A character, or the members of a class. */
  private single(): string | CharTest {
    const named = /^\[([:.=])(.*?)\1\]/su.exec(this.text.slice(this.at, this.at + 24).join(""));
    if (named === null) {
      if (this.text[this.at] === "[" && /[:.=]/.test(this.text[this.at + 1] ?? "")) throw new Invalid();
      return this.text[this.at++]!;
    }
    this.at += [...named[0]].length;
    const name = named[2]!;
    if (named[1] !== ":") {
      if ([...name].length !== 1) throw new Invalid();
      return name;
    }
    const members = characterClass(name) ?? null;
    if (members === null) throw new Invalid();
    return (one) => members.test(one);
  }
}

/** Null: it is not a regular expression. */
export function parseRegex(source: string, syntax: RegexSyntax): ParsedRegex | null {
  const reader = new RegexReader(source, syntax);
  try {
    const root = reader.read();
    return { root, groups: reader.groups, hasReferences: reader.hasReferences };
  } catch (error) {
    if (error instanceof Invalid) return null;
    throw error;
  }
}

export function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && WORD.test(character);
}
